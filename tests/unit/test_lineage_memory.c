#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "core/fleet/archive.h"
#include "core/fleet/compact.h"
#include "core/fleet/lineage.h"
#include "core/fleet/lineage_memory.h"
#include "core/fleet/memory.h"
#include "core/fleet/rows_change.h"
#include "tests/unit/support_archive.h"

TestSuite(lineage_memory, .init = support_archive_setup, .fini = support_archive_teardown,
          .timeout = 60);

#define THEN (NOON + 100 * DAY_MS)

static const char *const serials[] = {NULL, "AAA1", "BBB2", "CCC3"};

/* Devices 1, 2, ... of these serials, told of on a day. */
static void poll(uint32_t number, int day, int64_t total, int64_t level)
{
    char address[32];
    snprintf(address, sizeof(address), "10.0.0.%u:161", number);
    support_archive_poll((struct support_archive_says){.address = address,
                                                       .serial = serials[number],
                                                       .total = total,
                                                       .level = level,
                                                       .at_unix_ms = NOON + day * DAY_MS});
}

static void merge(uint32_t stays, uint32_t gone)
{
    const struct lineage_reason reason = {.unix_ms = THEN, .key = ROWS_KEY_NONE};
    struct store_device device;
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(store_device_get(txn, stays, &device), 0);
    cr_assert_eq(lineage_merge(txn, &device, gone, &reason), 0);
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(store_commit(txn), 0);
}

static void split(uint32_t stays, uint32_t gone)
{
    struct store_device device;
    uint32_t back = 0;
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(store_device_get(txn, stays, &device), 0);
    cr_assert_eq(lineage_split(txn, &device, gone, THEN, &back), 0);
    cr_assert_eq(back, gone);
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(store_commit(txn), 0);
}

/* --- labels ----------------------------------------------------------------------------------- */

static void set_tags(uint32_t number, const char *first, const char *second)
{
    struct scope_labels labels = {.scope = SCOPE_UNCLASSIFIED};
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert(first == NULL || scope_add_tag(&labels, first) == 0);
    cr_assert(second == NULL || scope_add_tag(&labels, second) == 0);
    cr_assert_eq(lineage_set_tags(txn, number, &labels), 0);
    cr_assert_eq(store_commit(txn), 0);
}

static void set_scope(uint32_t number, enum scope scope)
{
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(lineage_set_scope(txn, number, scope), 0);
    cr_assert_eq(store_commit(txn), 0);
}

/* What is said of a device, as "in a b". */
static const char *said(uint32_t number)
{
    static char text[SCOPE_LABELS_BYTES + 16];
    struct scope_labels labels;
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(lineage_labels(txn, number, &labels), 0);
    store_abort(txn);
    size_t size = (size_t)snprintf(text, sizeof(text), "%s", scope_name(labels.scope));
    for (size_t i = 0; i < labels.tag_count; i++) {
        size += (size_t)snprintf(text + size, sizeof(text) - size, " %s", labels.tags[i]);
    }
    return text;
}

static void make_three(void)
{
    for (uint32_t number = 1; number <= 3; number++) {
        poll(number, 0, 100 * number, 50);
    }
}

Test(lineage_memory, tags_of_both_are_the_merged_one_s_and_each_has_its_own_again)
{
    make_three();
    set_tags(1, "leased", "floor-1");
    set_tags(2, "leased", "loud");
    set_tags(3, "loud", NULL);
    merge(1, 2);
    cr_assert_str_eq(said(1), "unclassified floor-1 leased loud");
    merge(1, 3);
    split(1, 2);
    cr_assert_str_eq(said(1), "unclassified floor-1 leased loud", "the third one is loud, too");
    cr_assert_str_eq(said(2), "unclassified leased loud");
    split(1, 3);
    cr_assert_str_eq(said(1), "unclassified floor-1 leased");
    cr_assert_str_eq(said(3), "unclassified loud");
}

Test(lineage_memory, the_scope_by_hand_of_the_one_that_stays_counts)
{
    make_three();
    set_scope(2, SCOPE_OUT);
    set_scope(3, SCOPE_IN);
    merge(1, 2);
    cr_assert_str_eq(said(1), "out", "it has none, the other one has");
    merge(1, 3);
    cr_assert_str_eq(said(1), "out", "the first one that was merged");
    set_scope(1, SCOPE_IN);
    cr_assert_str_eq(said(1), "in");
    split(1, 2);
    cr_assert_str_eq(said(2), "out");
    cr_assert_str_eq(said(1), "in");
    merge(1, 2);
    cr_assert_str_eq(said(1), "in", "its own");
    set_scope(1, SCOPE_UNCLASSIFIED);
    cr_assert_str_eq(said(1), "unclassified", "the rules decide about what all of them are now");
}

Test(lineage_memory, a_tag_of_the_merged_one_is_put_on_and_taken_off)
{
    make_three();
    set_tags(1, "one", NULL);
    set_tags(2, "two", "both");
    merge(1, 2);
    struct scope_labels labels = {.scope = SCOPE_UNCLASSIFIED};
    cr_assert(scope_add_tag(&labels, "one") == 0 && scope_add_tag(&labels, "two") == 0);
    cr_assert_eq(scope_add_tag(&labels, "new"), 0);
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(lineage_set_tags(txn, 1, &labels), 0);
    cr_assert_eq(store_commit(txn), 0);
    cr_assert_str_eq(said(1), "unclassified new one two");
    split(1, 2);
    cr_assert_str_eq(said(1), "unclassified new one");
    cr_assert_str_eq(said(2), "unclassified two");
}

Test(lineage_memory, tags_that_do_not_fit_wait)
{
    struct scope_labels many = {.scope = SCOPE_UNCLASSIFIED};
    make_three();
    for (int i = 0; i < SCOPE_TAGS_MAX - 1; i++) {
        char tag[16];
        snprintf(tag, sizeof(tag), "t%02d", i);
        cr_assert_eq(scope_add_tag(&many, tag), 0);
    }
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(lineage_set_tags(txn, 1, &many), 0);
    cr_assert_eq(store_commit(txn), 0);
    set_tags(2, "a", "b");
    merge(1, 2);
    cr_assert_not_null(strstr(said(1), " a t00"));
    cr_assert_null(strstr(said(1), " b "));
    split(1, 2);
    cr_assert_str_eq(said(2), "unclassified a b");
}

/* --- events ----------------------------------------------------------------------------------- */

struct tale {
    char text[1024];
    size_t size;
    int limit;
};

static bool tell(void *owner, int64_t unix_ms, struct bytes payload)
{
    struct tale *tale = owner;
    enum rows_event kind = ROWS_EVENT_COUNT;
    cr_assert_eq(rows_event(payload, &kind), 0);
    tale->size += (size_t)snprintf(tale->text + tale->size, sizeof(tale->text) - tale->size,
                                   "%ld:%s ", (unix_ms - NOON) / DAY_MS, rows_event_name(kind));
    return --tale->limit != 0;
}

static const char *events_of(uint32_t number, int limit)
{
    static struct tale tale;
    struct store_device device;
    uint64_t damaged = 0;
    tale = (struct tale){.limit = limit};
    support_archive_device(number, &device);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(lineage_events(txn, &device, tell, &tale, &damaged), 0);
    store_abort(txn);
    cr_assert_eq(damaged, 0);
    return tale.text;
}

Test(lineage_memory, events_of_the_former_self_are_there_and_a_merge_is_told_once)
{
    poll(1, 1, 100, 50);
    poll(2, 2, 200, 50);
    poll(3, 3, 300, 50);
    merge(2, 3);
    merge(1, 2);
    cr_assert_str_eq(events_of(1, 0), "1:new 100:merged 2:new 100:merged 3:new ");
    cr_assert_str_eq(events_of(1, 3), "1:new 100:merged 2:new ");
    split(1, 2);
    cr_assert_str_eq(events_of(1, 0), "1:new 100:merged 100:split ");
    cr_assert_str_eq(events_of(2, 0), "2:new 100:merged 100:merged 100:split 3:new ");
    const struct compact_order order = {.now_unix_ms = THEN, .is_all = true};
    struct compact_figures figures;
    merge(1, 2);
    cr_assert_eq(compact_run(support_archive_store, &order, &figures), 0);
    cr_assert_str_eq(events_of(1, 0),
                     "1:new 100:merged 100:split 100:merged 2:new 100:merged 3:new ");
}

/* --- trend ------------------------------------------------------------------------------------ */

static void check_trend(uint32_t number, const char *expected)
{
    char text[1024] = "";
    size_t size = 0;
    struct events_state state;
    struct store_device device;
    struct trend trend;
    trend_init(&trend);
    support_archive_device(number, &device);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(memory_load_state(txn, number, &state), 0);
    cr_assert_eq(lineage_trend(txn, &device, &state, TREND_DAYS_AND_HOURS, &trend), 0);
    store_abort(txn);
    for (size_t i = 0; i < trend.days.count; i++) {
        size += (size_t)snprintf(
            text + size, sizeof(text) - size, "%ld:%ld/%ld ", trend.days.at[i] - NOON / DAY_MS,
            trend_value(&trend.days, i, TREND_TOTAL), trend_value(&trend.days, i, TREND_SUPPLY));
    }
    cr_assert_str_eq(text, expected);
    cr_assert_eq(trend.hours.count, trend.days.count);
    trend_fini(&trend);
}

Test(lineage_memory, page_counts_and_levels_of_the_former_self_are_there)
{
    static const char *const all = "1:100/90 2:110/89 3:120/88 4:20/87 5:300/86 6:30/86 ";
    poll(1, 1, 100, 90); /* the one that was first */
    poll(1, 2, 110, 89);
    poll(2, 3, 10, 88); /* one that answers beside it for a while */
    poll(1, 3, 120, 88);
    poll(2, 4, 20, 87);
    poll(3, 5, 300, 86); /* and a third one */
    poll(2, 6, 30, 86);
    check_trend(1, "1:100/90 2:110/89 3:120/88 ");
    merge(1, 2);
    merge(1, 3);
    check_trend(1, all);
    const struct compact_order order = {.now_unix_ms = NOON + 7 * DAY_MS, .is_all = true};
    struct compact_figures figures;
    cr_assert_eq(compact_run(support_archive_store, &order, &figures), 0);
    cr_assert_eq(figures.damaged, 0);
    check_trend(1, all);
    split(1, 2);
    check_trend(1, "1:100/90 2:110/89 3:120/88 5:300/86 ");
    check_trend(2, "3:10/88 4:20/87 6:30/86 ");
}

Test(lineage_memory, channels_are_found_by_what_they_are)
{
    static const uint8_t map[] = {0, 1, 3, TREND_CHANNELS_MAX};
    struct trend trend;
    struct trend other;
    const int64_t mine[] = {1, 2, 3};
    const int64_t theirs[] = {4, 5, 6, 7};
    trend_init(&trend);
    trend_init(&other);
    cr_assert_eq(trend_add(&trend, THEN, mine, 3), 0);
    cr_assert_eq(trend_add(&other, THEN - DAY_MS, theirs, 4), 0);
    cr_assert_eq(trend_join(&trend, &other, map), 0);
    cr_assert_eq(trend.days.count, 2);
    cr_assert_eq(trend.channels, 4);
    cr_assert_eq(trend.last_unix_ms, THEN);
    const int64_t expected[2][4] = {{4, 5, TREND_ABSENT, 6}, {1, 2, 3, TREND_ABSENT}};
    for (size_t row = 0; row < 2; row++) {
        for (size_t i = 0; i < 4; i++) {
            cr_assert_eq(trend_value(&trend.days, row, i), expected[row][i]);
            cr_assert_eq(trend_value(&trend.hours, row, i), expected[row][i]);
        }
    }
    cr_assert_eq(trend_add(&trend, THEN + DAY_MS, theirs, 4), 0, "it goes on");
    cr_assert_eq(trend_value(&trend.days, 2, 3), 7);
    trend_fini(&other);
    trend_fini(&trend);
}

Test(lineage_memory, the_newest_as_many_as_are_kept_are_kept)
{
    static const uint8_t map[] = {0};
    struct trend trend;
    struct trend other;
    trend_init(&trend);
    trend_init(&other);
    for (int day = 0; day < 600; day++) {
        const int64_t value = day;
        cr_assert_eq(trend_add(&other, NOON + day * DAY_MS, &value, 1), 0);
        cr_assert_eq(trend_add(&trend, NOON + (day + 300) * DAY_MS, &value, 1), 0);
    }
    cr_assert_eq(trend_join(&trend, &other, map), 0);
    cr_assert_eq(trend.days.count, TREND_DAYS_MAX);
    cr_assert_eq(trend_value(&trend.days, TREND_DAYS_MAX - 1, 0), 599);
    cr_assert_eq(trend_value(&trend.days, TREND_DAYS_MAX - 601, 0), 299);
    cr_assert_eq(trend.days.at[0], NOON / DAY_MS + 899 - TREND_DAYS_MAX + 1);
    trend_fini(&other);
    trend_fini(&trend);
}
