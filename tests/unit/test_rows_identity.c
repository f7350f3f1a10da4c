#include <criterion/criterion.h>

#include "core/fleet/rows_change.h"
#include "core/fleet/rows_identity.h"

TestSuite(rows_identity);

Test(rows_identity, what_was_written_is_read)
{
    const struct rows_identity identity = {.is_duplicate = true,
                                           .is_apart = true,
                                           .changed = ROWS_KEY_MAC,
                                           .rival = 4000000000U,
                                           .duplicate_unix_ms = 1795320000000,
                                           .conflict_unix_ms = 1795320000001,
                                           .before = bytes_from_text("001ba9000001"),
                                           .now = bytes_from_text("001ba9000002")};
    uint8_t payload[ROWS_IDENTITY_BYTES_MAX];
    struct rows_identity back;
    size_t size = rows_put_identity(payload, &identity);
    cr_assert_eq(rows_get_identity(bytes_of(payload, size), &back), 0);
    cr_assert(back.is_duplicate);
    cr_assert(back.is_apart);
    cr_assert_not(back.is_proven);
    cr_assert_not(back.is_serial_gone);
    cr_assert_eq(back.changed, ROWS_KEY_MAC);
    cr_assert_eq(back.rival, 4000000000U);
    cr_assert_eq(back.duplicate_unix_ms, 1795320000000);
    cr_assert_eq(back.conflict_unix_ms, 1795320000001);
    cr_assert(bytes_equal(back.before, identity.before));
    cr_assert(bytes_equal(back.now, identity.now));
}

Test(rows_identity, damage_is_refused)
{
    const struct rows_identity identity = {.before = bytes_from_text("AB1234")};
    uint8_t payload[ROWS_IDENTITY_BYTES_MAX];
    struct rows_identity back;
    size_t size = rows_put_identity(payload, &identity);
    for (size_t cut = 0; cut < size; cut++) {
        cr_assert_eq(rows_get_identity(bytes_of(payload, cut), &back), BASE_EFORMAT);
    }
    payload[0] = 9;
    cr_assert_eq(rows_get_identity(bytes_of(payload, size), &back), BASE_EVERSION);
}

Test(rows_identity, the_longest_texts_fit)
{
    static const uint8_t text[400];
    const struct rows_identity identity = {.rival = UINT32_MAX,
                                           .duplicate_unix_ms = INT64_MIN,
                                           .conflict_unix_ms = INT64_MIN,
                                           .before = bytes_of(text, sizeof(text)),
                                           .now = bytes_of(text, sizeof(text))};
    uint8_t payload[ROWS_IDENTITY_BYTES_MAX];
    struct rows_identity back;
    size_t size = rows_put_identity(payload, &identity);
    cr_assert_leq(size, sizeof(payload));
    cr_assert_eq(rows_get_identity(bytes_of(payload, size), &back), 0);
    cr_assert_eq(back.before.size, 255);
}

Test(rows_identity, events_of_identity_have_names)
{
    static const struct {
        enum rows_event kind;
        const char *name;
    } names[] = {
        {ROWS_MOVED, "moved"},
        {ROWS_CONFLICT, "identity-conflict"},
        {ROWS_DUPLICATE_SERIAL, "duplicate-serial"},
        {ROWS_MERGED, "merged"},
        {ROWS_SPLIT, "split"},
    };
    for (size_t i = 0; i < BASE_ARRAY_COUNT(names); i++) {
        cr_assert_str_eq(rows_event_name(names[i].kind), names[i].name);
    }
}
