#include "core/fleet/printers.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/hash64.h"
#include "core/fleet/archive_keys.h"
#include "proto/object.h"
#include "proto/record.h"

/* BER, seven bits an octet; UINT32_MAX for an index without any arc. */
static uint32_t first_arc(struct bytes index)
{
    uint32_t arc = 0;
    for (size_t i = 0; i < index.size; i++) {
        arc = arc << 7 | (index.data[i] & 0x7fU);
        if ((index.data[i] & 0x80) == 0) {
            return arc;
        }
    }
    return UINT32_MAX;
}

static bool is_listed(const struct printers_choice *choice, uint32_t device)
{
    for (size_t i = 0; i < choice->count; i++) {
        if (choice->list[i] == device) {
            return true;
        }
    }
    return false;
}

static bool is_of(const struct record_entry *entry, const struct printers_choice *choice)
{
    const struct object *object = object_find(entry->object);
    uint32_t device = first_arc(entry->index);
    if (object == NULL) {
        return false; /* private, or of a later version */
    }
    if (object->table == OBJECT_TABLE_HR_DEVICE) {
        return device == choice->list[choice->which] || !is_listed(choice, device);
    }
    if (object->table != OBJECT_TABLE_HR_PRINTER &&
        !object_table_find(object->table)->is_printer_mib) {
        return true;
    }
    return device == choice->list[choice->which];
}

int printers_part(struct bytes record, const struct printers_choice *choice, uint8_t *out,
                  struct bytes *part)
{
    struct record_writer writer;
    struct record_header header;
    struct record_entry entry;
    size_t offset = 0;
    if (record.size == 0) {
        *part = record;
        return 0;
    }
    int rc = record_open(record, &header);
    if (rc != 0) {
        return rc;
    }
    record_start(&writer, out, record.size);
    while (record_next(record, &offset, &entry)) {
        if (is_of(&entry, choice) &&
            record_put(&writer, entry.object, entry.index, entry.tag, entry.value) != 0) {
            return BASE_EFORMAT; /* cannot be: no entry has become longer */
        }
    }
    *part = record_finish(&writer, &header);
    return 0;
}

void printers_identify(struct reading *reading, const char *address,
                       const struct printers_choice *choice)
{
    uint8_t keys[ARCHIVE_KEYS_BYTES_MAX];
    char place[ARCHIVE_PLACE_BYTES_MAX];
    const struct archive_item item = {.address = address,
                                      .reading = reading,
                                      .printers = choice->list,
                                      .printer_count = choice->count,
                                      .printer = choice->which};
    const char *key = (const char *)keys;
    if (archive_keys_put(&item, keys) == 0) {
        (void)archive_keys_place(&item, place);
        key = place;
    }
    if (keys_kind(key) != ROWS_KEY_SERIAL) {
        (void)snprintf(reading->identity.id, sizeof(reading->identity.id), "%016" PRIx64,
                       hash64(bytes_from_text(key)));
    }
}
