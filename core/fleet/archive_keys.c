#include "core/fleet/archive_keys.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/fleet/address.h"
#include "core/fleet/learned.h"
#include "proto/pdu.h"

/* Behind a key: "#" and a number of ten digits; of one at a place "#/" and its name, and that. */
#define SUFFIX_MAX       12
#define SUFFIX_PLACE_MAX 48

/* RFC 3411 section 5, SnmpEngineID: the first bit tells the format that the fifth octet names. */
#define ENGINE_FORMAT_AT   4
#define ENGINE_FORMAT_IPV4 1
#define ENGINE_FORMAT_IPV6 2

static size_t put_lower(char *out, size_t at, const char *text, size_t suffix_max)
{
    for (; text != NULL && *text != '\0' && at + suffix_max + 1 < READING_KEY_MAX; text++) {
        out[at++] = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
    }
    out[at] = '\0';
    return at;
}

/* "name:hp|laserjet 4100|lobby-2": without a name of its own it is one of many. */
static bool put_name(const struct archive_item *item, char out[READING_KEY_MAX])
{
    const struct reading_identity *identity = &item->reading->identity;
    size_t room = address_place(item->address)[0] != '\0' ? SUFFIX_PLACE_MAX : SUFFIX_MAX;
    if (identity->name == NULL || identity->model == NULL ||
        strcmp(identity->name, identity->model) == 0) {
        return false;
    }
    size_t at = put_lower(out, 0, "name:", room);
    at = put_lower(out, at, identity->vendor, room);
    at = put_lower(out, at, "|", room);
    at = put_lower(out, at, identity->model, room);
    at = put_lower(out, at, "|", room);
    (void)put_lower(out, at, identity->name, room);
    return true;
}

/* "engine:80001f88…", only of an answer in SNMPv3: what else is remembered may be of who was at the
 * address before. One made from an address goes with the address. */
static bool put_engine(const struct archive_item *item, char out[READING_KEY_MAX])
{
    struct learned learned;
    if (item->access == NULL || item->access->version != PDU_V3 || item->printer_count > 1 ||
        address_place(item->address)[0] != '\0' || learned_decode(item->learned, &learned) != 0) {
        return false;
    }
    const struct usm_engine_id *id = &learned.engine;
    bool is_address = id->size > ENGINE_FORMAT_AT && (id->octets[0] & 0x80) != 0 &&
                      (id->octets[ENGINE_FORMAT_AT] == ENGINE_FORMAT_IPV4 ||
                       id->octets[ENGINE_FORMAT_AT] == ENGINE_FORMAT_IPV6);
    if (id->size <= ENGINE_FORMAT_AT || is_address) {
        return false;
    }
    size_t at = (size_t)snprintf(out, READING_KEY_MAX, "engine:");
    for (size_t i = 0; i < id->size && at + 2 < READING_KEY_MAX; i++) {
        at += (size_t)snprintf(out + at, READING_KEY_MAX - at, "%02x", id->octets[i]);
    }
    return true;
}

uint32_t archive_keys_printer(const struct archive_item *item)
{
    int64_t index = item->reading->hr_device_index;
    if (item->printer_count > 1) {
        return item->printers[item->printer];
    }
    return index >= 0 && index < UINT32_MAX ? (uint32_t)index : UINT32_MAX;
}

size_t archive_keys_put(const struct archive_item *item, uint8_t *out)
{
    char keys[KEYS_MAX][READING_KEY_MAX];
    char suffix[SUFFIX_PLACE_MAX] = "";
    const char *place = address_place(item->address);
    size_t suffix_size = 0;
    size_t count = reading_keys(item->reading, keys, READING_KEYS_MAX);
    size_t size = 0;
    if (place[0] != '\0') {
        suffix_size = (size_t)snprintf(suffix, sizeof(suffix), "#/%s", place);
    }
    if (item->printer_count > 1) {
        int written = snprintf(suffix + suffix_size, sizeof(suffix) - suffix_size, "#%" PRIu32,
                               item->printers[item->printer]);
        suffix_size += (size_t)written;
    }
    bool has_none = count == 0;
    count += put_engine(item, keys[count]);
    count += has_none && put_name(item, keys[count]);
    for (size_t i = 0; i < count; i++) {
        bool is_own = suffix_size == 0 || keys_kind(keys[i]) == ROWS_KEY_SERIAL;
        struct bytes key = bytes_from_text(keys[i]);
        struct bytes behind = bytes_of(suffix, is_own ? 0 : suffix_size);
        if (behind.size > READING_KEY_MAX - 1 - key.size) {
            behind.size = READING_KEY_MAX - 1 - key.size;
        }
        bytes_copy(out + size, key);
        bytes_copy(out + size + key.size, behind);
        size += key.size + behind.size;
        out[size++] = '\0';
    }
    return size;
}

size_t archive_keys_macs(const struct reading *reading, uint8_t *out)
{
    size_t size = 0;
    size_t count = 0;
    for (size_t i = 0; i < reading->interface_count && count < ARCHIVE_KEYS_MACS_MAX; i++) {
        const char *mac = reading->interfaces[i].mac;
        if (mac[0] == '\0' || strcmp(mac, reading->identity.mac) == 0) {
            continue;
        }
        memcpy(out + size, "mac:", 4);
        size += 4;
        for (const char *c = mac; *c != '\0'; c++) {
            if (*c != ':') {
                out[size++] = (uint8_t)*c;
            }
        }
        out[size++] = '\0';
        count++;
    }
    return size;
}

size_t archive_keys_place(const struct archive_item *item, char *out)
{
    if (item->printer_count < 2) {
        return (size_t)snprintf(out, ARCHIVE_PLACE_BYTES_MAX / 2, "address:%s", item->address) + 1;
    }
    return (size_t)snprintf(out, ARCHIVE_PLACE_BYTES_MAX / 2, "address:%s#%" PRIu32, item->address,
                            item->printers[item->printer]) +
           1;
}

size_t archive_keys_printers(const struct archive_item *item, uint8_t *out)
{
    size_t count =
        item->printer_count < ARCHIVE_PRINTERS_MAX ? item->printer_count : ARCHIVE_PRINTERS_MAX;
    for (size_t i = 0; i < 4 * count; i++) {
        out[i] = (uint8_t)(item->printers[i / 4] >> (8 * (i % 4)));
    }
    return 4 * count;
}

uint32_t archive_keys_printer_at(struct bytes printers, size_t at)
{
    const uint8_t *octets = printers.data + 4 * at;
    return (uint32_t)octets[0] | (uint32_t)octets[1] << 8 | (uint32_t)octets[2] << 16 |
           (uint32_t)octets[3] << 24;
}
