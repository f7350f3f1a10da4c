#include "proto/reading_keys.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <strings.h>

#include "core/base/hash64.h"

#define SERIAL_MIN 4 /* shorter ones are options and placeholders, never serials */
#define NORMAL_MAX 48

/* The number behind a label, "S/N: ABC123": a label ends with a colon or a number sign. */
static const char *skip_label(const char *serial)
{
    static const char *const labels[] = {"SERIAL NUMBER", "SERIAL NO.", "SERIAL NO",
                                         "SERIAL",        "S/N",        "SN"};

    while (*serial == ' ') {
        serial++;
    }
    if (*serial != 'S' && *serial != 's') { /* as all labels begin */
        return serial;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(labels); i++) {
        size_t size = strlen(labels[i]);
        if (strncasecmp(serial, labels[i], size) == 0) {
            const char *end = serial + size + strspn(serial + size, " ");
            if (*end == ':' || *end == '#') {
                return end + 1;
            }
        }
    }
    return serial;
}

/* A serial as it is compared: capitals and digits, without label, blanks, dashes and padding. */
static size_t normalize(const char *serial, char out[NORMAL_MAX])
{
    size_t size = 0;

    for (serial = skip_label(serial); *serial != '\0' && size + 1 < NORMAL_MAX; serial++) {
        char c = *serial;
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); /* as most are */
        if (!is_plain && (c == ' ' || c == '-' || c == '.' || c == '_')) {
            continue;
        }
        out[size++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    out[size] = '\0';
    return size;
}

/* First characters of placeholders, as bits from '0' on. */
#define FIRST(c) (UINT64_C(1) << ((c) - '0'))
#define FIRST_CHARACTERS                                                                           \
    (FIRST('0') | FIRST('1') | FIRST('9') | FIRST('A') | FIRST('D') | FIRST('E') | FIRST('I') |    \
     FIRST('N') | FIRST('S') | FIRST('U'))

/* What makers and people write where there is no serial, normalized. */
static bool is_placeholder(const char *normal)
{
    static const char *const placeholders[] = {
        "UNKNOWN",    "N/A",        "NONE",          "NULL",         "SERIALNUMBER", "SERIAL",
        "1234567890", "123456789",  "12345678",      "0123456789",   "NOTAVAILABLE", "NOTSET",
        "DEFAULT",    "INVALID",    "NOSERIAL",      "NOTSPECIFIED", "UNDEFINED",    "9876543210",
        "123456",     "1234567",    "NOTAPPLICABLE", "NOTPRESENT",   "EMPTY",        "NODATA",
        "ABCDEFGH",   "ABCDEFGHIJ", "NOTAVAIL",
    };
    unsigned first = (unsigned)((unsigned char)normal[0] - '0');
    if (first >= 64 || (FIRST_CHARACTERS >> first & 1) == 0) {
        return false;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(placeholders); i++) {
        if (normal[0] == placeholders[i][0] && strcmp(normal, placeholders[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Normalizes a serial. Returns: whether it can identify a device. */
static bool normalize_usable(const char *serial, char normal[NORMAL_MAX])
{
    size_t size = normalize(serial, normal);

    if (size < SERIAL_MIN || is_placeholder(normal)) {
        return false;
    }
    /* "XXXXXXXX", "00000000", "????": one character all along. */
    for (size_t i = 1; i < size; i++) {
        if (normal[i] != normal[0]) {
            return true;
        }
    }
    return false;
}

bool reading_serial_is_usable(const char *serial)
{
    char normal[NORMAL_MAX];

    return normalize_usable(serial, normal);
}

/* Appends what fits; keys are bounded and ASCII in practice. */
static size_t append(char *out, size_t at, struct bytes text)
{
    size_t room = READING_KEY_MAX - 1 - at;
    size_t size = text.size < room ? text.size : room;

    bytes_copy((uint8_t *)out + at, bytes_of(text.data, size));
    out[at + size] = '\0';
    return at + size;
}

/* The same in lower case. */
static size_t append_lower(char *out, size_t at, const char *text)
{
    for (; *text != '\0' && at + 1 < READING_KEY_MAX; text++) {
        out[at++] = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
    }
    out[at] = '\0';
    return at;
}

/* "serial:xerox:ABC123" */
static bool serial_key(const struct reading_identity *identity, char out[READING_KEY_MAX])
{
    char normal[NORMAL_MAX];
    size_t at;

    if (identity->serial == NULL || !normalize_usable(identity->serial, normal)) {
        return false;
    }
    at = append(out, 0, bytes_of("serial:", 7));
    at = append_lower(out, at, identity->vendor != NULL ? identity->vendor : "");
    at = append(out, at, bytes_of(":", 1));
    append(out, at, bytes_from_text(normal));
    return true;
}

/* "mac:001ba9000001"; locally administered addresses (second digit 2, 6, a, e) may change. */
static bool mac_key(const struct reading_identity *identity, char out[READING_KEY_MAX])
{
    size_t at;

    if (identity->mac[0] == '\0' || strchr("26ae", identity->mac[1]) != NULL) {
        return false;
    }
    at = append(out, 0, bytes_of("mac:", 4));
    for (const char *c = identity->mac; *c != '\0'; c++) {
        if (*c != ':') {
            out[at++] = *c;
        }
    }
    out[at] = '\0';
    return true;
}

size_t reading_keys(const struct reading *reading, char keys[][READING_KEY_MAX], size_t cap)
{
    size_t count = 0;

    if (count < cap && serial_key(&reading->identity, keys[count])) {
        count++;
    }
    if (count < cap && mac_key(&reading->identity, keys[count])) {
        count++;
    }
    return count;
}

/* "address:10.1.2.3:161": all that is known of a device that never said who it is. */
static bool address_key(const struct record_header *header, char out[READING_KEY_MAX])
{
    char text[INET6_ADDRSTRLEN];
    int family = header->address_family == 4 ? AF_INET : AF_INET6;

    if ((header->address_family != 4 && header->address_family != 6) ||
        inet_ntop(family, header->address, text, sizeof(text)) == NULL) {
        return false;
    }
    snprintf(out, READING_KEY_MAX, "address:%s:%u", text, (unsigned)header->port);
    return true;
}

void reading_make_id(struct reading *reading)
{
    static const char digits[] = "0123456789abcdef";
    char keys[1][READING_KEY_MAX];
    uint64_t value;

    reading->identity.id[0] = '\0';
    if (reading_keys(reading, keys, 1) == 0 && !address_key(&reading->header, keys[0])) {
        return;
    }
    value = hash64(bytes_from_text(keys[0]));
    for (size_t i = 0; i < 16; i++) {
        reading->identity.id[i] = digits[value >> (60 - 4 * i) & 0xf];
    }
    reading->identity.id[16] = '\0';
}
