#include <criterion/criterion.h>

#include "core/fleet/meter_seal.h"
#include "core/fleet/rows.h"
#include "proto/object.h"
#include "proto/oid.h"

TestSuite(rows_meter, .timeout = 60);

#define OID_PRIVATE "\x2b\x06\x01\x04\x01\x0b" /* 1.3.6.1.4.1.11 */

static uint8_t payload[2048];

static struct bytes make(int64_t value)
{
    struct reading_meter meters[] = {
        {.key = "total",
         .value = value,
         .unit_name = "impressions",
         .object = OBJECT_MARKER_LIFE_COUNT,
         .index = "1.1"},
        {.key = "total", .value = value + 4, .oid = bytes_from_text(OID_PRIVATE)},
        {.key = "mono", .value = value - 1},
    };
    struct reading reading = {.uptime_ticks = 77, .meters = meters, .meter_count = 3};
    return bytes_of(payload, rows_put_meters(payload, &reading));
}

static struct rows_meter nth(struct bytes row, size_t n)
{
    struct rows_meter meter = {0};
    int64_t uptime = 0;
    size_t count = 0;
    size_t offset = 0;
    cr_assert_eq(rows_open_meters(row, &uptime, &count, &offset), 0);
    cr_assert_lt(n, count);
    for (size_t i = 0; i <= n; i++) {
        cr_assert_eq(rows_next_meter(row, &offset, &meter), 0);
    }
    return meter;
}

Test(rows_meter, a_source_is_an_oid)
{
    char oid[OID_TEXT_MAX];
    struct bytes row = make(100);
    struct rows_meter meter = nth(row, 0);
    cr_assert_eq(rows_meter_oid(&meter, oid, sizeof(oid)), 0);
    cr_assert_str_eq(oid, "1.3.6.1.2.1.43.10.2.1.4.1.1");
    cr_assert_eq(rows_meter_oid(&meter, oid, 26), BASE_ELIMIT);
    cr_assert_eq(rows_meter_oid(&meter, oid, 3), BASE_ELIMIT);
    meter = nth(row, 1);
    cr_assert_eq(rows_meter_oid(&meter, oid, sizeof(oid)), 0);
    cr_assert_str_eq(oid, "1.3.6.1.4.1.11");
    meter = nth(row, 2);
    cr_assert_eq(rows_meter_oid(&meter, oid, sizeof(oid)), 0);
    cr_assert_str_empty(oid);
    cr_assert_eq(rows_meter_oid(&meter, oid, 0), BASE_ELIMIT);
    meter.object = 239;
    cr_assert_eq(rows_meter_oid(&meter, oid, sizeof(oid)), BASE_EFORMAT);
}

Test(rows_meter, sources_are_told_apart)
{
    struct bytes row = make(100);
    struct rows_meter standard = nth(row, 0);
    struct rows_meter private = nth(row, 1);
    struct rows_meter other = standard;
    cr_assert(rows_meter_is_same_source(&standard, &other));
    cr_assert(!rows_meter_is_same_source(&standard, &private));
    other.index = bytes_from_text("1.2");
    cr_assert(!rows_meter_is_same_source(&standard, &other));
}

Test(rows_meter, half_an_oid_is_none)
{
    static const uint8_t many[300] = {0x2b, 0x06, 0x01};
    struct reading_meter meter = {.key = "total", .oid = {many, sizeof(many)}};
    struct reading reading = {.meters = &meter, .meter_count = 1};
    size_t size = rows_put_meters(payload, &reading);
    cr_assert_eq(nth(bytes_of(payload, size), 0).oid.size, 0);
}

Test(rows_meter, the_head_is_what_was_set)
{
    struct rows_meters_head head;
    uint8_t seal[ROWS_SEAL_BYTES];
    struct bytes row = make(100);
    memset(seal, 0xA5, sizeof(seal));
    cr_assert_eq(rows_get_meters_head(row, &head), 0);
    cr_assert(head.version == 2 && head.flags == 0 && head.number == 0 && head.identity == 0);
    rows_set_meters_head(payload, ROWS_METERS_UNSETTLED, 0x01020304, 0xF1F2F3F4);
    rows_set_meters_seal(payload, seal);
    cr_assert_eq(rows_get_meters_head(row, &head), 0);
    cr_assert_eq(head.flags, ROWS_METERS_UNSETTLED);
    cr_assert_eq(head.number, 0x01020304);
    cr_assert_eq(head.identity, 0xF1F2F3F4);
    cr_assert_eq(head.uptime_ticks, 77);
    cr_assert(bytes_equal(head.seal, bytes_of(seal, sizeof(seal))));
    cr_assert_eq(nth(row, 0).value, 100);
}

Test(rows_meter, rows_of_the_first_version_are_read)
{
    /* Version, uptime 5, one meter: "total", 300, "sheets", object 80, index "1.1". */
    static const uint8_t old[] = {1,   5,   0,   0,   0,   0,   0,    0,    0,   1,
                                  5,   't', 'o', 't', 'a', 'l', 0xD8, 0x04, 6,   's',
                                  'h', 'e', 'e', 't', 's', 80,  3,    '1',  '.', '1'};
    struct rows_meters_head head;
    struct bytes row = bytes_of(old, sizeof(old));
    cr_assert_eq(rows_get_meters_head(row, &head), 0);
    cr_assert(head.version == 1 && head.uptime_ticks == 5 && head.seal.size == 0);
    struct rows_meter meter = nth(row, 0);
    cr_assert(bytes_equal(meter.key, bytes_from_text("total")) && meter.value == 300);
    cr_assert(meter.object == 80 && bytes_equal(meter.index, bytes_from_text("1.1")));
    for (size_t cut = 0; cut < 9; cut++) {
        cr_assert_eq(rows_get_meters_head(bytes_of(old, cut), &head), BASE_EFORMAT);
    }
    for (size_t cut = 9; cut < ROWS_METERS_HEAD_BYTES; cut++) {
        make(100);
        cr_assert_eq(rows_get_meters_head(bytes_of(payload, cut), &head), BASE_EFORMAT);
    }
}

Test(rows_meter, events_give_back_what_was_put)
{
    uint8_t event[ROWS_METER_EVENT_BYTES_MAX];
    struct rows_break found;
    struct rows_dispute dispute;
    struct rows_alert alert;
    enum rows_event kind;
    bool was_raised = false;
    struct bytes row = make(100);
    const struct rows_break told = {.cause = 3,
                                    .meter = nth(row, 0),
                                    .sequence = UINT64_MAX,
                                    .unix_ms = -5,
                                    .before = INT64_MAX,
                                    .gain = 12};
    size_t size = rows_put_break(event, &told);
    cr_assert_eq(rows_event(bytes_of(event, size), &kind), 0);
    cr_assert_eq(kind, ROWS_METER_BREAK);
    cr_assert_eq(rows_get_break(bytes_of(event, size), &found), 0);
    cr_assert(found.cause == 3 && found.sequence == UINT64_MAX && found.unix_ms == -5);
    cr_assert(found.before == INT64_MAX && found.gain == 12 && found.meter.value == 100);
    cr_assert(rows_meter_is_same_source(&found.meter, &told.meter));
    cr_assert_eq(rows_get_dispute(bytes_of(event, size), &dispute), BASE_EFORMAT);
    cr_assert_eq(rows_get_event(bytes_of(event, size), &was_raised, &alert), BASE_EFORMAT);
    for (size_t cut = 0; cut < size; cut++) {
        cr_assert_eq(rows_get_break(bytes_of(event, cut), &found), BASE_EFORMAT);
    }
    const struct rows_dispute said = {.chosen = nth(row, 0), .other = nth(row, 1)};
    size = rows_put_dispute(event, &said);
    cr_assert_eq(rows_get_dispute(bytes_of(event, size), &dispute), 0);
    cr_assert(dispute.chosen.value == 100 && dispute.other.value == 104);
    cr_assert(bytes_equal(dispute.other.oid, bytes_from_text(OID_PRIVATE)));
    cr_assert_eq(rows_get_break(bytes_of(event, size), &found), BASE_EFORMAT);
    event[0] = 9;
    cr_assert_eq(rows_get_dispute(bytes_of(event, size), &dispute), BASE_EVERSION);
}

Test(rows_meter, a_seal_is_of_every_octet_and_of_the_place)
{
    struct store_marks marks = {0};
    uint8_t seal[ROWS_SEAL_BYTES];
    struct store_row row = {.sequence = 9, .previous = 4, .device = 2, .unix_ms = 1000};
    row.payload = make(100);
    meter_seal_apply(&marks, &row, payload, 0, 5);
    cr_assert_eq(marks.sealed, 1);
    meter_seal_compute(NULL, &row, seal);
    cr_assert_eq(memcmp(seal, marks.seal, sizeof(seal)), 0);
    for (size_t i = 0; i < row.payload.size; i++) {
        bool is_seal = i >= 1 && i <= ROWS_SEAL_BYTES;
        payload[i] ^= 1;
        meter_seal_compute(NULL, &row, seal);
        cr_assert_eq(memcmp(seal, marks.seal, sizeof(seal)) == 0, is_seal, "octet %zu", i);
        payload[i] ^= 1;
    }
    const struct store_row places[] = {{8, 4, 2, 1000, row.payload},
                                       {9, 3, 2, 1000, row.payload},
                                       {9, 4, 3, 1000, row.payload},
                                       {9, 4, 2, 1001, row.payload}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(places); i++) {
        meter_seal_compute(NULL, &places[i], seal);
        cr_assert_neq(memcmp(seal, marks.seal, sizeof(seal)), 0);
    }
    meter_seal_compute(marks.seal, &row, seal);
    cr_assert_neq(memcmp(seal, marks.seal, sizeof(seal)), 0);
}
