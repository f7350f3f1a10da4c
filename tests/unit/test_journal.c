#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/journal.h"
#include "core/fleet/rows_change.h"

TestSuite(journal, .timeout = 60);

#define DAY_MS INT64_C(86400000)
#define START  (INT64_C(20000) * DAY_MS)

static struct journal journal;

static void add_low(int64_t unix_ms)
{
    uint8_t payload[ROWS_CHANGE_BYTES_MAX];
    size_t size =
        rows_put_change(payload, &(struct rows_change){.kind = ROWS_SUPPLY_LOW,
                                                       .index = bytes_from_text("1.1"),
                                                       .name = bytes_from_text("Black Toner"),
                                                       .value = 15});
    cr_assert_eq(journal_add(&journal, unix_ms, bytes_of(payload, size)), 0);
}

static void add_alert(int64_t unix_ms, int64_t code, const char *text)
{
    uint8_t list[1024];
    uint8_t payload[1024];
    struct reading_alert said = {.code = code, .description = text, .is_fault = true};
    struct reading reading = {.alerts = &said, .alert_count = 1};
    struct rows_alert alert;
    size_t count = 0;
    size_t offset = 0;
    snprintf(said.index, sizeof(said.index), "1.7");
    struct bytes bytes = bytes_of(list, rows_put_alerts(list, &reading));
    cr_assert_eq(rows_open_alerts(bytes, &count, &offset), 0);
    cr_assert_eq(rows_next_alert(bytes, &offset, &alert), 0);
    size_t size = rows_put_event(payload, true, &alert);
    cr_assert_eq(journal_add(&journal, unix_ms, bytes_of(payload, size)), 0);
}

static struct bytes content(void)
{
    return bytes_of(journal.bytes, journal.size);
}

static unsigned count(enum rows_event wanted)
{
    struct journal_entry entry = {0};
    size_t at = 0;
    unsigned found = 0;
    while (journal_next(content(), &at, &entry)) {
        enum rows_event kind;
        found += rows_event(entry.payload, &kind) == 0 && kind == wanted;
    }
    cr_assert_eq(at, journal.size, "all of it can be read");
    return found;
}

Test(journal, keeps_events_with_their_times)
{
    struct journal_entry entry = {0};
    struct rows_change change;
    size_t at = 0;
    add_low(START + 17);
    add_low(START + DAY_MS);
    add_low(START + DAY_MS); /* at the same time */
    add_low(START);          /* and before: clocks are set */
    static const int64_t times[] = {START + 17, START + DAY_MS, START + DAY_MS, START};
    for (int i = 0; i < 4; i++) {
        cr_assert(journal_next(content(), &at, &entry));
        cr_assert_eq(entry.unix_ms, times[i]);
        cr_assert_eq(rows_get_change(entry.payload, &change), 0);
        cr_assert_eq(change.kind, ROWS_SUPPLY_LOW);
        cr_assert_eq(change.value, 15);
        cr_assert(bytes_equal(change.index, bytes_from_text("1.1")));
        cr_assert_eq(change.name.size, 0, "the index tells");
    }
    cr_assert_not(journal_next(content(), &at, &entry));
    journal_fini(&journal);
}

Test(journal, keeps_the_text_of_an_alert_only_where_its_code_says_nothing)
{
    struct journal_entry entry = {0};
    struct rows_alert alert;
    bool was_raised = false;
    size_t at = 0;
    add_alert(START, 8, "Paper jam in tray 2");
    add_alert(START, 1, "Something is wrong with the frobnicator at the back of it");
    cr_assert(journal_next(content(), &at, &entry));
    cr_assert_eq(rows_get_event(entry.payload, &was_raised, &alert), 0);
    cr_assert(was_raised && alert.code == 8 && alert.description.size == 0);
    cr_assert(journal_next(content(), &at, &entry));
    cr_assert_eq(rows_get_event(entry.payload, &was_raised, &alert), 0);
    cr_assert(
        bytes_equal(alert.description, bytes_of("Something is wrong with the frobnicator ", 40)));
    journal_fini(&journal);
}

Test(journal, drops_alerts_after_thirty_days_and_all_after_two_years)
{
    add_low(START);
    add_alert(START, 8, "");
    add_low(START + 5 * DAY_MS);
    journal_thin(&journal, START + JOURNAL_ALERTS_MS, 4000);
    cr_assert_eq(count(ROWS_ALERT_RAISED), 1);
    journal_thin(&journal, START + JOURNAL_ALERTS_MS + 1, 4000);
    cr_assert_eq(count(ROWS_ALERT_RAISED), 0);
    cr_assert_eq(count(ROWS_SUPPLY_LOW), 2);
    journal_thin(&journal, START + JOURNAL_KEEP_MS + 1, 4000);
    cr_assert_eq(count(ROWS_SUPPLY_LOW), 1);
    journal_fini(&journal);
}

Test(journal, gives_up_alerts_before_others_when_there_is_no_room)
{
    for (int i = 0; i < 100; i++) {
        add_low(START + i * DAY_MS / 4);
        for (int n = 0; n < 5; n++) {
            add_alert(START + i * DAY_MS / 4, 8, "");
        }
    }
    journal_thin(&journal, START + 25 * DAY_MS, 2000);
    cr_assert_leq(journal.size, 2000);
    cr_assert_eq(count(ROWS_SUPPLY_LOW), 100);
    cr_assert_lt(count(ROWS_ALERT_RAISED), 500);
    journal_thin(&journal, START + 25 * DAY_MS, 500);
    cr_assert_leq(journal.size, 500);
    cr_assert_eq(count(ROWS_ALERT_RAISED), 0);
    unsigned left = count(ROWS_SUPPLY_LOW);
    cr_assert(left > 5 && left < 100);
    journal_thin(&journal, START + 25 * DAY_MS, 0);
    cr_assert_eq(journal.size, 0);
    journal_fini(&journal);
}

Test(journal, loads_what_it_wrote_and_leaves_out_what_is_damaged)
{
    struct journal read;
    for (int i = 0; i < 10; i++) {
        add_low(START + i);
    }
    cr_assert_eq(journal_load(&read, content()), 0);
    cr_assert_eq(read.size, journal.size);
    cr_assert_eq(memcmp(read.bytes, journal.bytes, read.size), 0);
    cr_assert_eq(read.last_unix_ms, START + 9);
    journal_fini(&read);
    cr_assert_eq(journal_load(&read, bytes_of(journal.bytes, journal.size - 1)), 0);
    cr_assert_eq(read.last_unix_ms, START + 8);
    journal_fini(&read);
    cr_assert_eq(journal_load(&read, (struct bytes){0}), 0);
    cr_assert_eq(read.size, 0);
    journal_fini(&journal);
}

Test(journal, keeps_an_event_of_a_supply_in_ten_octets)
{
    static const struct rows_change changes[] = {
        {.kind = ROWS_SUPPLY_LOW, .index = {(const uint8_t *)"1.12", 4}, .value = 15},
        {.kind = ROWS_SUPPLY_REPLACED,
         .index = {(const uint8_t *)"1.255", 5},
         .value = ROWS_CHANGE_NOTHING,
         .since_unix_ms = START - DAY_MS},
        {.kind = ROWS_BACK, .value = ROWS_CHANGE_NOTHING, .since_unix_ms = START},
        {.kind = ROWS_BACK, .value = ROWS_CHANGE_NOTHING, .since_unix_ms = START + 1},
        {.kind = ROWS_REPLENISH, .index = {(const uint8_t *)"1.1", 3}, .value = 7},
        {.kind = ROWS_REPLENISH, .index = {(const uint8_t *)"1.01", 4}, .value = -7},
        {.kind = ROWS_REPLENISH, .index = {(const uint8_t *)"1.256", 5}, .value = 7},
        {.kind = ROWS_SUPPLY_LOW, .index = {(const uint8_t *)"2.1", 3}, .value = 15},
        {.kind = ROWS_FIRMWARE,
         .before = {(const uint8_t *)"1.0", 3},
         .now = {(const uint8_t *)"1.1", 3},
         .value = ROWS_CHANGE_NOTHING},
    };
    uint8_t payload[ROWS_CHANGE_BYTES_MAX];
    struct journal_entry entry = {0};
    struct rows_change read;
    size_t at = 0;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(changes); i++) {
        size_t before = journal.size;
        struct bytes bytes = bytes_of(payload, rows_put_change(payload, &changes[i]));
        cr_assert_eq(journal_add(&journal, START, bytes), 0);
        cr_assert(i == 0 || i > 4 || journal.size - before <= 10);
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(changes); i++) {
        cr_assert(journal_next(content(), &at, &entry));
        cr_assert_eq(rows_get_change(entry.payload, &read), 0);
        cr_assert_eq(read.kind, changes[i].kind);
        cr_assert(bytes_equal(read.index, changes[i].index), "change %zu", i);
        cr_assert(bytes_equal(read.before, changes[i].before));
        cr_assert(bytes_equal(read.now, changes[i].now));
        cr_assert_eq(read.value, changes[i].value);
        cr_assert_eq(read.since_unix_ms, changes[i].since_unix_ms, "change %zu", i);
        cr_assert_eq(entry.unix_ms, START);
    }
    journal_fini(&journal);
}

Test(journal, survives_any_octets)
{
    uint32_t seed = 5;
    for (int i = 0; i < 20; i++) {
        add_low(START + i);
        add_alert(START + i, i, "text");
    }
    for (int round = 0; round < 5000; round++) {
        struct journal damaged;
        uint8_t bytes[8192];
        memcpy(bytes, journal.bytes, journal.size);
        for (int flips = 0; flips < 4; flips++) {
            seed = seed * 1664525 + 1013904223;
            bytes[(seed >> 8) % journal.size] ^= (uint8_t)(1U << (seed >> 29));
        }
        cr_assert_eq(journal_load(&damaged, bytes_of(bytes, journal.size)), 0);
        journal_thin(&damaged, START, 300);
        cr_assert_leq(damaged.size, 300);
        journal_fini(&damaged);
    }
    journal_fini(&journal);
}
