#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/fleet/rows_meter.h"

TestSuite(rows, .timeout = 60);

static bool is_text(struct bytes bytes, const char *text)
{
    return bytes_equal(bytes, bytes_from_text(text));
}

static struct reading_meter meters[] = {
    {.key = "total", .value = 123456, .unit_name = "impressions", .object = 80, .index = "1.1"},
    {.key = "mono", .value = 0, .unit_name = NULL, .object = 255, .index = ""},
    {.key = "odd", .value = INT64_MIN, .unit_name = "sheets", .object = 2, .index = "1"},
    {.key = "", .value = INT64_MAX, .unit_name = "", .object = 1, .index = "1.2.3"},
    {.key = "total", .value = 7, .unit_name = "sheets", .oid = {(const uint8_t *)"+\6\1\4\1", 5}},
    {.key = "sum", .value = 8, .unit_name = "sheets"},
};

static struct reading_alert alerts[] = {
    {.index = "1.7",
     .severity_code = 4,
     .training = 3,
     .group_code = 11,
     .group_index = 2,
     .code = 1104,
     .location = 1,
     .description = "Toner low",
     .since_ticks = 99,
     .is_fault = true},
    {.index = "1.8",
     .severity_code = READING_ABSENT,
     .training = READING_ABSENT,
     .group_code = READING_ABSENT,
     .group_index = READING_ABSENT,
     .code = READING_ABSENT,
     .location = READING_ABSENT,
     .description = NULL,
     .since_ticks = READING_ABSENT,
     .is_fault = false},
};

static const struct reading full = {.uptime_ticks = -7,
                                    .meters = meters,
                                    .meter_count = BASE_ARRAY_COUNT(meters),
                                    .alerts = alerts,
                                    .alert_count = BASE_ARRAY_COUNT(alerts)};

static uint8_t payload[8192];

Test(rows, gives_back_the_meters)
{
    static struct rows_values values;
    struct rows_meter read[BASE_ARRAY_COUNT(meters)];
    struct bytes definitions;
    size_t size = rows_put_meters(payload, &full);
    cr_assert(size <= rows_meters_bound(&full) && rows_meters_bound(&full) <= sizeof(payload));
    cr_assert_eq(rows_get_whole(bytes_of(payload, size), &values, &definitions), 0);
    cr_assert(values.uptime_ticks == -7 && values.count == BASE_ARRAY_COUNT(meters));
    cr_assert_eq(rows_get_definitions(definitions, values.count, read), 0);
    for (size_t i = 0; i < values.count; i++) {
        cr_assert_eq(values.values[i], meters[i].value);
        cr_assert(is_text(read[i].key, meters[i].key));
        cr_assert(is_text(read[i].unit, meters[i].unit_name == NULL ? "" : meters[i].unit_name));
        cr_assert_eq(read[i].object, meters[i].object);
        cr_assert(is_text(read[i].index, meters[i].index));
        cr_assert(bytes_equal(read[i].oid, meters[i].oid));
    }
    cr_assert_eq(rows_get_definitions(definitions, values.count - 1, read), BASE_EFORMAT);
}

Test(rows, equal_meters_are_equal_behind_the_head)
{
    uint8_t later[1024];
    struct reading reading = full;
    size_t size = rows_put_meters(payload, &reading);
    reading.uptime_ticks = INT64_MAX;
    cr_assert_eq(rows_put_meters(later, &reading), size);
    cr_assert_neq(memcmp(payload, later, size), 0);
    cr_assert_eq(memcmp(payload + ROWS_METERS_HEAD_BYTES, later + ROWS_METERS_HEAD_BYTES,
                        size - ROWS_METERS_HEAD_BYTES),
                 0);
}

static void check_alert(const struct rows_alert *alert, const struct reading_alert *expected)
{
    cr_assert(is_text(alert->index, expected->index));
    cr_assert_eq(alert->severity_code, expected->severity_code);
    cr_assert_eq(alert->training, expected->training);
    cr_assert_eq(alert->group_code, expected->group_code);
    cr_assert_eq(alert->group_index, expected->group_index);
    cr_assert_eq(alert->code, expected->code);
    cr_assert_eq(alert->location, expected->location);
    cr_assert_eq(alert->since_ticks, expected->since_ticks);
    cr_assert_eq(alert->is_fault, expected->is_fault);
    cr_assert(
        is_text(alert->description, expected->description == NULL ? "" : expected->description));
}

Test(rows, gives_back_the_alerts_and_each_as_an_event)
{
    uint8_t event[1024];
    struct rows_alert alert;
    struct rows_alert again;
    bool was_raised = false;
    size_t count = 0;
    size_t offset = 0;
    size_t size = rows_put_alerts(payload, &full);
    struct bytes bytes = bytes_of(payload, size);
    cr_assert(size <= rows_alerts_bound(&full));
    cr_assert_eq(rows_open_alerts(bytes, &count, &offset), 0);
    cr_assert_eq(count, 2);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(rows_next_alert(bytes, &offset, &alert), 0);
        check_alert(&alert, &alerts[i]);
        size_t event_size = rows_put_event(event, i == 0, &alert);
        cr_assert_eq(event_size, alert.whole.size + 2);
        cr_assert_eq(rows_get_event(bytes_of(event, event_size), &was_raised, &again), 0);
        cr_assert_eq(was_raised, i == 0);
        check_alert(&again, &alerts[i]);
        cr_assert(bytes_equal(again.key, alert.key));
    }
    cr_assert_eq(offset, size);
}

Test(rows, an_alert_is_the_same_while_its_place_and_code_are)
{
    struct reading reading = full;
    struct reading_alert changed = alerts[0];
    struct rows_alert alert;
    uint8_t key[128];
    size_t count = 0;
    size_t offset = 0;
    size_t size = rows_put_alerts(payload, &reading);
    cr_assert_eq(rows_open_alerts(bytes_of(payload, size), &count, &offset), 0);
    cr_assert_eq(rows_next_alert(bytes_of(payload, size), &offset, &alert), 0);
    size_t key_size = alert.key.size;
    memcpy(key, alert.key.data, key_size);

    reading.alerts = &changed;
    reading.alert_count = 1;
    changed.description = "Toner low, still";
    changed.since_ticks++;
    changed.severity_code = 3;
    size = rows_put_alerts(payload, &reading);
    cr_assert_eq(rows_open_alerts(bytes_of(payload, size), &count, &offset), 0);
    cr_assert_eq(rows_next_alert(bytes_of(payload, size), &offset, &alert), 0);
    cr_assert(bytes_equal(alert.key, bytes_of(key, key_size)));
    changed.group_index++;
    size = rows_put_alerts(payload, &reading);
    cr_assert_eq(rows_open_alerts(bytes_of(payload, size), &count, &offset), 0);
    cr_assert_eq(rows_next_alert(bytes_of(payload, size), &offset, &alert), 0);
    cr_assert(!bytes_equal(alert.key, bytes_of(key, key_size)));
}

Test(rows, cuts_long_texts_between_characters)
{
    char text[600] = "";
    struct reading_alert alert = alerts[0];
    struct reading reading = {.alerts = &alert, .alert_count = 1};
    struct rows_alert out;
    size_t count = 0;
    size_t offset = 0;
    alert.description = text;
    for (size_t start = 0; start < 3; start++) { /* three octets each: 85 of them are 255 */
        memset(text, 'x', start);
        for (size_t at = start; at + 3 < sizeof(text); at += 3) {
            memcpy(text + at, "\u20AC", 3);
        }
        text[597] = '\0';
        size_t size = rows_put_alerts(payload, &reading);
        cr_assert(size <= rows_alerts_bound(&reading));
        cr_assert_eq(rows_open_alerts(bytes_of(payload, size), &count, &offset), 0);
        cr_assert_eq(rows_next_alert(bytes_of(payload, size), &offset, &out), 0);
        cr_assert_eq(out.description.size, start == 0 ? 255 : 252 + start);
    }
    memset(text, 'y', 255);
    text[255] = '\0';
    size_t size = rows_put_alerts(payload, &reading);
    cr_assert_eq(rows_open_alerts(bytes_of(payload, size), &count, &offset), 0);
    cr_assert_eq(rows_next_alert(bytes_of(payload, size), &offset, &out), 0);
    cr_assert_eq(out.description.size, 255);
}

Test(rows, refuses_other_versions)
{
    static struct rows_values values;
    struct rows_alert alert;
    struct bytes definitions;
    size_t count;
    size_t offset;
    bool was_raised;
    memset(payload, 0, 64);
    payload[0] = 2;
    struct bytes bytes = bytes_of(payload, 64);
    cr_assert_eq(rows_get_whole(bytes, &values, &definitions), BASE_EVERSION);
    cr_assert_eq(rows_open_alerts(bytes, &count, &offset), BASE_EVERSION);
    cr_assert_eq(rows_get_event(bytes, &was_raised, &alert), BASE_EVERSION);
    bytes.size = 0;
    cr_assert_eq(rows_get_whole(bytes, &values, &definitions), BASE_EFORMAT);
    cr_assert_eq(rows_open_alerts(bytes, &count, &offset), BASE_EFORMAT);
    cr_assert_eq(rows_get_event(bytes, &was_raised, &alert), BASE_EFORMAT);
}

/* Reads a payload as each of its kinds, to its end or to the first damage. */
static int read_everything(struct bytes bytes)
{
    static struct rows_values values;
    static struct rows_values brief;
    static struct rows_meter read[ROWS_METERS_MAX];
    struct rows_access access;
    struct rows_downgrade downgrade;
    struct rows_alert alert;
    struct bytes definitions;
    size_t count = 0;
    size_t offset = 0;
    bool was_raised;
    int bad = 0;
    int rc = rows_get_whole(bytes, &values, &definitions);
    bad += rc != 0 || rows_get_definitions(definitions, values.count, read) != 0;
    rc = rows_open_alerts(bytes, &count, &offset);
    while (rc == 0 && count-- > 0) {
        rc = rows_next_alert(bytes, &offset, &alert);
    }
    bad += rc != 0;
    bad += rows_get_access(bytes, &access) != 0;
    bad += rows_get_downgrade(bytes, &downgrade) != 0;
    values.count = 7;
    bad += rows_get_short(bytes, &values, &brief) != 0;
    return bad + (rows_get_event(bytes, &was_raised, &alert) != 0);
}

/* A copy of exactly the size, so that a sanitizer sees every step beyond. */
static int read_copy(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    cr_assert_not_null(copy);
    memcpy(copy, data, size);
    int bad = read_everything(bytes_of(copy, size));
    free(copy);
    return bad;
}

/* A payload of each of the two kinds that come from no reading. */
static size_t put_access(uint8_t *out, const struct reading *reading)
{
    const struct rows_access access = {.credential = bytes_from_text("admin"),
                                       .version = 3,
                                       .rank = 2,
                                       .context = bytes_from_text("Jetdirect"),
                                       .downgraded_at_unix_ms = INT64_C(1800000000000),
                                       .downgraded_from = bytes_from_text("root")};
    (void)reading;
    return rows_put_access(out, &access);
}

static size_t put_downgrade(uint8_t *out, const struct reading *reading)
{
    const struct rows_downgrade downgrade = {.rank_before = 3,
                                             .rank_now = 1,
                                             .before = bytes_from_text("admin"),
                                             .now = bytes_from_text("public")};
    (void)reading;
    return rows_put_downgrade(out, &downgrade);
}

static size_t put_short(uint8_t *out, const struct reading *reading)
{
    struct rows_values whole = {.count = 7};
    struct rows_values now = {.sequence = 300, .count = 7, .uptime_ticks = 5};
    (void)reading;
    now.values[1] = INT64_MAX;
    now.values[6] = 200;
    return rows_put_short(out, &whole, &now);
}

Test(rows, reads_any_bytes_without_going_beyond)
{
    size_t (*const put[])(uint8_t *, const struct reading *) = {
        rows_put_meters, put_short, rows_put_alerts, put_access, put_downgrade};
    uint32_t seed = 1;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(put); i++) {
        size_t size = put[i](payload, &full);
        for (size_t cut = 0; cut < size; cut++) {
            cr_assert_geq(read_copy(payload, cut), 1, "a cut payload is not whole");
        }
        for (int n = 0; n < 20000; n++) {
            uint8_t damaged[512];
            seed = seed * 1664525 + 1013904223;
            memcpy(damaged, payload, size);
            damaged[seed % size] = (uint8_t)(seed >> 24);
            damaged[(seed >> 8) % size] ^= (uint8_t)(1U << (seed >> 29));
            read_copy(damaged, size);
        }
    }
}

Test(rows, how_a_device_is_asked_comes_back_as_it_was_put)
{
    struct rows_access access;
    size_t size = put_access(payload, &full);
    cr_assert_eq(rows_get_access(bytes_of(payload, size), &access), 0);
    cr_assert(is_text(access.credential, "admin"));
    cr_assert(is_text(access.context, "Jetdirect"));
    cr_assert(is_text(access.downgraded_from, "root"));
    cr_assert_eq(access.version, 3);
    cr_assert_eq(access.rank, 2);
    cr_assert_eq(access.downgraded_at_unix_ms, INT64_C(1800000000000));
    payload[0]++;
    cr_assert_eq(rows_get_access(bytes_of(payload, size), &access), BASE_EVERSION);
    cr_assert_eq(rows_get_access(bytes_of(payload, 0), &access), BASE_EFORMAT);
}

Test(rows, the_longest_texts_of_a_credential_fit)
{
    static const char LONG[300] = {'x'};
    struct rows_access access = {.credential = bytes_of(LONG, sizeof(LONG)),
                                 .context = bytes_of(LONG, sizeof(LONG)),
                                 .downgraded_from = bytes_of(LONG, sizeof(LONG)),
                                 .downgraded_at_unix_ms = INT64_MIN};
    uint8_t out[ROWS_ACCESS_BYTES_MAX];
    size_t size = rows_put_access(out, &access);
    cr_assert_leq(size, sizeof(out));
    cr_assert_eq(rows_get_access(bytes_of(out, size), &access), 0);
    cr_assert_eq(access.credential.size, 255);
    cr_assert_eq(access.downgraded_at_unix_ms, INT64_MIN);
}

Test(rows, a_credential_is_told_by_name_version_and_rank)
{
    const struct credential item = {
        .version = PDU_V3, .name = "admin", .user = {.auth = USM_SHA256, .priv = USM_AES128}};
    struct rows_access access = rows_access_of(&item, bytes_from_text("here"));
    cr_assert(is_text(access.credential, "admin"));
    cr_assert(is_text(access.context, "here"));
    cr_assert_eq(access.version, 3);
    cr_assert_eq(access.rank, 3);
    cr_assert_eq(access.downgraded_at_unix_ms, 0);
}

Test(rows, an_event_tells_what_it_is_about)
{
    struct rows_downgrade downgrade;
    struct rows_alert alert;
    enum rows_event event = ROWS_ALERT_CLEARED;
    bool was_raised = false;
    size_t size = put_downgrade(payload, &full);
    struct bytes bytes = bytes_of(payload, size);
    cr_assert_eq(rows_event(bytes, &event), 0);
    cr_assert_eq(event, ROWS_DOWNGRADED);
    cr_assert_eq(rows_get_downgrade(bytes, &downgrade), 0);
    cr_assert_eq(downgrade.rank_before, 3);
    cr_assert_eq(downgrade.rank_now, 1);
    cr_assert(is_text(downgrade.before, "admin"));
    cr_assert(is_text(downgrade.now, "public"));
    cr_assert_eq(rows_get_event(bytes, &was_raised, &alert), BASE_EFORMAT);
    payload[1] = ROWS_EVENT_COUNT;
    cr_assert_eq(rows_event(bytes, &event), BASE_EFORMAT);
    payload[1] = ROWS_ALERT_RAISED;
    cr_assert_eq(rows_event(bytes, &event), 0);
    cr_assert_eq(event, ROWS_ALERT_RAISED);
    cr_assert_eq(rows_get_downgrade(bytes, &downgrade), BASE_EFORMAT);
    payload[0]++;
    cr_assert_eq(rows_event(bytes, &event), BASE_EVERSION);
    cr_assert_eq(rows_get_downgrade(bytes, &downgrade), BASE_EVERSION);
    cr_assert_eq(rows_event(bytes_of(payload, 0), &event), BASE_EFORMAT);
}

Test(rows, refuses_numbers_that_do_not_fit)
{
    size_t count = 0;
    size_t offset = 0;
    const uint8_t many[] = {1, 0xFF, 0xFF, 0x03};
    const uint8_t endless[] = {1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1};
    const uint8_t wide[] = {1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02};
    cr_assert_eq(rows_open_alerts(bytes_of(many, sizeof(many)), &count, &offset), BASE_EFORMAT);
    cr_assert_eq(rows_open_alerts(bytes_of(endless, sizeof(endless)), &count, &offset),
                 BASE_EFORMAT);
    cr_assert_eq(rows_open_alerts(bytes_of(wide, sizeof(wide)), &count, &offset), BASE_EFORMAT);
}

Test(rows, a_reading_of_more_rows_than_a_table_may_have_is_cut)
{
    enum { ROWS = READING_ROWS_MAX + 10 };
    struct reading_alert *many = calloc(ROWS, sizeof(*many));
    struct reading reading = {.alerts = many, .alert_count = ROWS};
    size_t count = 0;
    size_t offset = 0;
    cr_assert_not_null(many);
    uint8_t *out = malloc(rows_alerts_bound(&reading));
    size_t size = rows_put_alerts(out, &reading);
    cr_assert(size <= rows_alerts_bound(&reading));
    cr_assert_eq(rows_open_alerts(bytes_of(out, size), &count, &offset), 0);
    cr_assert_eq(count, READING_ROWS_MAX);
    free(out);
    free(many);
}
