#include <criterion/criterion.h>

#include "core/fleet/meter_seal.h"
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
    static struct rows_values values;
    static struct rows_meter meters[ROWS_METERS_MAX];
    struct bytes definitions;
    cr_assert_eq(rows_get_whole(row, &values, &definitions), 0);
    cr_assert_lt(n, values.count);
    cr_assert_eq(rows_get_definitions(definitions, values.count, meters), 0);
    meters[n].value = values.values[n];
    return meters[n];
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
    static struct rows_values values;
    struct bytes definitions;
    struct bytes seal;
    struct bytes row = make(100);
    cr_assert_eq(rows_get_whole(row, &values, &definitions), 0);
    cr_assert(values.flags == 0 && values.number == 0 && values.identity == 0);
    rows_set_meters_head(payload, ROWS_METERS_UNSETTLED, 0x01020304, 0xF1F2F3F4);
    cr_assert_eq(rows_get_whole(row, &values, &definitions), 0);
    cr_assert_eq(values.flags, ROWS_METERS_UNSETTLED);
    cr_assert_eq(values.number, 0x01020304);
    cr_assert_eq(values.identity, 0xF1F2F3F4);
    cr_assert_eq(values.uptime_ticks, 77);
    cr_assert(rows_seal(row, &seal) == 0 && seal.size == ROWS_SEAL_BYTES);
    cr_assert_eq(nth(row, 0).value, 100);
    for (size_t cut = 0; cut < ROWS_METERS_HEAD_BYTES; cut++) {
        cr_assert_eq(rows_seal(bytes_of(payload, cut), &seal), BASE_EFORMAT);
    }
    cr_assert_eq(rows_seal(bytes_of("\2\0\0\0\0\0\0\0\0\0", 10), &seal), BASE_EVERSION);
}

Test(rows_meter, a_unit_stands_once_for_those_that_share_it)
{
    struct reading_meter meters[] = {{.key = "a", .unit_name = "sheets"},
                                     {.key = "b", .unit_name = "sheets"},
                                     {.key = "c"},
                                     {.key = "d"},
                                     {.key = "e", .unit_name = ""},
                                     {.key = "f", .unit_name = "sheets"}};
    static const char *const units[] = {"sheets", "sheets", "", "", "", "sheets"};
    struct reading reading = {.meters = meters, .meter_count = 6};
    char same[] = "sheets"; /* another one of the same octets */
    meters[1].unit_name = same;
    struct bytes row = bytes_of(payload, rows_put_meters(payload, &reading));
    for (size_t i = 0; i < 6; i++) {
        cr_assert(bytes_equal(nth(row, i).unit, bytes_from_text(units[i])), "%zu", i);
    }
    meters[1].unit_name = "pages";
    cr_assert_eq(rows_put_meters(payload, &reading), row.size + 5);
}

/* --- short rows ------------------------------------------------------------------------------- */

static struct rows_values values_of(uint64_t sequence, int64_t unix_ms, int64_t uptime_ticks,
                                    size_t count)
{
    struct rows_values values = {
        .sequence = sequence, .unix_ms = unix_ms, .uptime_ticks = uptime_ticks, .count = count};
    for (size_t i = 0; i < count; i++) {
        values.values[i] = (int64_t)(1000 * i);
    }
    return values;
}

static void check_short(const struct rows_values *whole, const struct rows_values *now, size_t size)
{
    static uint8_t row[ROWS_SHORT_BYTES_MAX];
    struct rows_values read = {.sequence = now->sequence, .unix_ms = now->unix_ms};
    struct bytes seal;
    uint64_t back = 0;
    size_t written = rows_put_short(row, whole, now);
    cr_assert(written <= sizeof(row) && (size == 0 || size == written), "%zu octets", written);
    cr_assert(rows_is_short(bytes_of(row, written)));
    cr_assert(rows_seal(bytes_of(row, written), &seal) == 0 && seal.size == ROWS_SEAL_SHORT_BYTES);
    cr_assert_eq(rows_short_back(bytes_of(row, written), &back), 0);
    cr_assert_eq(back, now->sequence - whole->sequence);
    cr_assert_eq(rows_get_short(bytes_of(row, written), whole, &read), 0);
    cr_assert(read.flags == now->flags && read.identity == whole->identity);
    cr_assert(read.uptime_ticks == now->uptime_ticks && read.count == now->count);
    cr_assert_eq(memcmp(read.values, now->values, now->count * sizeof(now->values[0])), 0);
    for (size_t cut = 0; cut < written; cut++) {
        cr_assert_eq(rows_get_short(bytes_of(row, cut), whole, &read), BASE_EFORMAT);
    }
    if (written < sizeof(row)) {
        row[written] = 0;
        cr_assert_eq(rows_get_short(bytes_of(row, written + 1), whole, &read), BASE_EFORMAT);
    }
}

Test(rows_meter, a_short_row_is_what_has_changed)
{
    struct rows_values whole = values_of(10, 1000000, 5000, 8);
    struct rows_values now = values_of(11, 1000000 + 3600000, 5000 + 360000, 8);
    check_short(&whole, &now, 9 + 1 + 1 + 1); /* kind and seal, back, uptime, mask */
    now.values[7] += 63;
    now.flags = ROWS_METERS_UNSETTLED;
    check_short(&whole, &now, 13);
    now.values[0] -= 5000;
    now.uptime_ticks += 40;
    check_short(&whole, &now, 15);
    now.uptime_ticks = 3; /* it has restarted */
    check_short(&whole, &now, 0);
    whole.uptime_ticks = -1; /* it has not told */
    now.uptime_ticks = -1;
    now.unix_ms = 0; /* and the clock was set back */
    check_short(&whole, &now, 15);
}

Test(rows_meter, a_short_row_holds_any_numbers)
{
    static const int64_t odd[] = {INT64_MIN, INT64_MAX, -1, 0, 1, INT64_MIN + 1, 1LL << 32};
    const size_t count = BASE_ARRAY_COUNT(odd);
    struct rows_values whole = values_of(1, INT64_MIN, INT64_MAX, count);
    struct rows_values now = values_of(UINT64_MAX, INT64_MAX, INT64_MIN, count);
    for (size_t i = 0; i < count * count; i++) {
        for (size_t n = 0; n < count; n++) {
            whole.values[n] = odd[(i + n) % count];
            now.values[n] = odd[(i / count + 3 * n) % count];
        }
        whole.uptime_ticks = odd[i % count];
        now.uptime_ticks = odd[i / count];
        check_short(&whole, &now, 0);
    }
    static struct rows_values most;
    static struct rows_values far;
    most = values_of(1, 0, 0, ROWS_METERS_MAX);
    far = values_of(UINT64_MAX, INT64_MIN, INT64_MAX, ROWS_METERS_MAX);
    for (size_t i = 0; i < ROWS_METERS_MAX; i++) {
        most.values[i] = INT64_MAX;
        far.values[i] = -1 - (int64_t)i;
    }
    check_short(&most, &far, 0);
    far.count = 0;
    most.count = 0;
    check_short(&most, &far, 0);
}

Test(rows_meter, a_bit_of_no_meter_is_damage)
{
    static uint8_t row[ROWS_SHORT_BYTES_MAX];
    struct rows_values whole = values_of(10, 1000, 5000, 3);
    struct rows_values read = {.sequence = 11, .unix_ms = 1000};
    size_t size = rows_put_short(row, &whole, &whole);
    cr_assert_eq(rows_get_short(bytes_of(row, size), &whole, &read), 0);
    row[size - 1] |= 0x10;
    cr_assert_eq(rows_get_short(bytes_of(row, size), &whole, &read), BASE_EFORMAT);
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

static void check_seal(struct store_row row, uint8_t *data, size_t seal_bytes)
{
    struct store_marks marks = {0};
    uint8_t seal[ROWS_SEAL_BYTES];
    cr_assert_eq(meter_seal_apply(&marks, &row, data), 0);
    cr_assert_eq(marks.sealed, 1);
    cr_assert_eq(meter_seal_compute(NULL, &row, seal), 0);
    cr_assert_eq(memcmp(seal, marks.seal, sizeof(seal)), 0);
    cr_assert_eq(memcmp(seal, data + 1, seal_bytes), 0);
    for (size_t i = 0; i < row.payload.size; i++) {
        bool is_seal = i >= 1 && i <= seal_bytes;
        uint8_t bit = i == 0 ? 0x10 : 1; /* a flag, as another kind has another seal */
        data[i] ^= bit;
        cr_assert_eq(meter_seal_compute(NULL, &row, seal), 0);
        cr_assert_eq(memcmp(seal, marks.seal, sizeof(seal)) == 0, is_seal, "octet %zu", i);
        data[i] ^= bit;
    }
    const struct store_row places[] = {{8, 4, 2, 1000, row.payload},
                                       {9, 3, 2, 1000, row.payload},
                                       {9, 4, 3, 1000, row.payload},
                                       {9, 4, 2, 1001, row.payload}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(places); i++) {
        cr_assert_eq(meter_seal_compute(NULL, &places[i], seal), 0);
        cr_assert_neq(memcmp(seal, marks.seal, sizeof(seal)), 0);
    }
    cr_assert_eq(meter_seal_compute(marks.seal, &row, seal), 0);
    cr_assert_neq(memcmp(seal, marks.seal, sizeof(seal)), 0);
}

Test(rows_meter, a_seal_is_of_every_octet_and_of_the_place)
{
    static uint8_t brief[ROWS_SHORT_BYTES_MAX];
    struct store_row row = {.sequence = 9, .previous = 4, .device = 2, .unix_ms = 1000};
    struct rows_values whole = values_of(4, 900, 5000, 3);
    struct rows_values now = values_of(9, 1000, 5010, 3);
    uint8_t seal[ROWS_SEAL_BYTES];
    row.payload = make(100);
    check_seal(row, payload, ROWS_SEAL_BYTES);
    now.values[2]++;
    row.payload = bytes_of(brief, rows_put_short(brief, &whole, &now));
    check_seal(row, brief, ROWS_SEAL_SHORT_BYTES);
    row.payload = bytes_from_text("?");
    cr_assert_eq(meter_seal_compute(NULL, &row, seal), BASE_EVERSION);
    row.payload.size = 0;
    cr_assert_eq(meter_seal_compute(NULL, &row, seal), BASE_EFORMAT);
}
