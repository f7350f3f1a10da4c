#include "core/fleet/rows_identity.h"

#include "core/fleet/rows_pack.h"

/* Of an identity's flags. */
#define IDENTITY_DUPLICATE   1U
#define IDENTITY_PROVEN      2U
#define IDENTITY_APART       4U
#define IDENTITY_SERIAL_GONE 8U

static enum rows_key key_of(uint8_t octet)
{
    return octet <= ROWS_KEY_ADDRESS ? (enum rows_key)octet : ROWS_KEY_NONE;
}

const char *rows_key_name(enum rows_key key)
{
    static const char *const names[] = {
        [ROWS_KEY_NONE] = "",         [ROWS_KEY_SERIAL] = "serial", [ROWS_KEY_MAC] = "mac",
        [ROWS_KEY_ENGINE] = "engine", [ROWS_KEY_NAME] = "name",     [ROWS_KEY_ADDRESS] = "address",
    };
    return names[key];
}

size_t rows_put_identity(uint8_t *out, const struct rows_identity *identity)
{
    uint8_t *at = out;
    *at++ = ROWS_VERSION;
    *at++ = (uint8_t)((identity->is_duplicate ? IDENTITY_DUPLICATE : 0U) |
                      (identity->is_proven ? IDENTITY_PROVEN : 0U) |
                      (identity->is_apart ? IDENTITY_APART : 0U) |
                      (identity->is_serial_gone ? IDENTITY_SERIAL_GONE : 0U));
    *at++ = (uint8_t)identity->changed;
    at = rows_put_count(at, identity->rival);
    at = rows_put_number(at, identity->duplicate_unix_ms);
    at = rows_put_number(at, identity->conflict_unix_ms);
    at = rows_put_octets(at, identity->before);
    at = rows_put_octets(at, identity->now);
    return (size_t)(at - out);
}

int rows_get_identity(struct bytes payload, struct rows_identity *out)
{
    struct rows_cursor cursor = {.from = payload, .at = 1};
    struct rows_identity identity = {0};
    if (payload.size < 1) {
        return BASE_EFORMAT;
    }
    if (payload.data[0] != ROWS_VERSION) {
        return BASE_EVERSION;
    }
    uint8_t flags = rows_get_octet(&cursor);
    identity.is_duplicate = (flags & IDENTITY_DUPLICATE) != 0;
    identity.is_proven = (flags & IDENTITY_PROVEN) != 0;
    identity.is_apart = (flags & IDENTITY_APART) != 0;
    identity.is_serial_gone = (flags & IDENTITY_SERIAL_GONE) != 0;
    identity.changed = key_of(rows_get_octet(&cursor));
    identity.rival = (uint32_t)rows_get_count(&cursor);
    identity.duplicate_unix_ms = rows_get_number(&cursor);
    identity.conflict_unix_ms = rows_get_number(&cursor);
    identity.before = rows_get_text(&cursor);
    identity.now = rows_get_text(&cursor);
    if (cursor.is_bad) {
        return BASE_EFORMAT;
    }
    *out = identity;
    return 0;
}
