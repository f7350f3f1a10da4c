/* How a device is asked, and what is told when that changes. */
#include <criterion/criterion.h>

#include "core/fleet/archive.h"
#include "core/fleet/rows.h"
#include "tests/unit/support_archive.h"

TestSuite(archive_access, .init = support_archive_setup, .fini = support_archive_teardown,
          .timeout = 60);

static struct rows_access asked_by(const char *name, uint8_t rank)
{
    return (struct rows_access){.credential = bytes_from_text(name),
                                .version = rank > 0 ? 3 : 1,
                                .rank = rank,
                                .context = bytes_from_text(rank > 0 ? "Jetdirect" : "")};
}

static void assert_text(struct bytes bytes, const char *text)
{
    cr_assert(bytes_equal(bytes, bytes_from_text(text)), "%.*s is not %s", (int)bytes.size,
              (const char *)bytes.data, text);
}

Test(archive_access, how_a_device_is_asked_is_kept)
{
    struct rows_access access = asked_by("admin", 3);
    struct rows_access read;
    struct bytes part;
    support_archive_poll((struct support_archive_says){.serial = "A", .access = &access});
    /* A poll that could not say it, and one without answer, change nothing. */
    support_archive_poll((struct support_archive_says){.serial = "A", .at_unix_ms = NOON + 1});
    access = asked_by("guest", 1);
    support_archive_poll((struct support_archive_says){
        .at_unix_ms = NOON + 2, .status = RECORD_AUTH, .has_no_reading = true, .access = &access});
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(store_record_get(txn, 1, ARCHIVE_PART_ACCESS, &part), 0);
    cr_assert_eq(rows_get_access(part, &read), 0);
    assert_text(read.credential, "admin");
    assert_text(read.context, "Jetdirect");
    cr_assert_eq(read.version, 3);
    cr_assert_eq(read.rank, 3);
    cr_assert_eq(read.downgraded_at_unix_ms, 0);
    cr_assert_eq(read.downgraded_from.size, 0);
    store_abort(txn);
    cr_assert_eq(support_archive_rows_of(1, STORE_EVENTS), 1, "that it is new");
}

Test(archive_access, another_credential_is_an_event_and_a_weaker_one_a_downgrade)
{
    static const struct {
        const char *name;
        uint8_t rank;
        unsigned events;
    } polls[] = {{"admin", 3, 1}, {"public", 0, 1}, {"public", 0, 0}, {"reader", 2, 1},
                 {"admin", 3, 1}, {"other", 3, 1},  {"reader", 2, 1}};
    struct rows_downgrade downgrade;
    enum rows_event event;
    struct store_device device;
    struct store_row row;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(polls); i++) {
        struct rows_access access = asked_by(polls[i].name, polls[i].rank);
        struct archive_figures figures = support_archive_poll((struct support_archive_says){
            .serial = "A", .at_unix_ms = NOON + (int64_t)i, .access = &access});
        cr_assert_eq(figures.event_rows, polls[i].events, "poll %zu", i);
    }
    support_archive_device(1, &device);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(store_chain_get(txn, STORE_EVENTS, device.event_head, &row), 0);
    cr_assert_eq(row.unix_ms, NOON + 6);
    cr_assert_eq(rows_event(row.payload, &event), 0);
    cr_assert_eq(event, ROWS_DOWNGRADED);
    cr_assert_eq(rows_get_downgrade(row.payload, &downgrade), 0);
    cr_assert_eq(downgrade.rank_before, 3);
    cr_assert_eq(downgrade.rank_now, 2);
    assert_text(downgrade.before, "other (3)");
    assert_text(downgrade.now, "reader (3)");
    store_abort(txn);
}

/* One name stands for both versions. */
static void assert_told_with_versions(void)
{
    struct rows_downgrade downgrade;
    struct store_device device;
    struct store_row row;
    support_archive_device(1, &device);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(store_chain_get(txn, STORE_EVENTS, device.event_head, &row), 0);
    cr_assert_eq(rows_get_downgrade(row.payload, &downgrade), 0);
    assert_text(downgrade.before, "public (2c)");
    assert_text(downgrade.now, "public (1)");
    store_abort(txn);
}

Test(archive_access, a_community_that_falls_to_version_1_is_a_downgrade)
{
    static const struct {
        uint8_t version;
        unsigned events;
    } polls[] = {{1, 1}, {0, 1}, {0, 0}, {1, 0}, {0, 1}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(polls); i++) {
        struct rows_access access = asked_by("public", 0);
        access.version = polls[i].version;
        struct archive_figures figures = support_archive_poll((struct support_archive_says){
            .serial = "A", .at_unix_ms = NOON + (int64_t)i, .access = &access});
        cr_assert_eq(figures.event_rows, polls[i].events, "poll %zu", i);
    }
    assert_told_with_versions();
}

Test(archive_access, the_last_downgrade_is_told_until_the_next)
{
    struct rows_access read;
    struct bytes part;
    const struct rows_access polls[] = {asked_by("admin", 3), asked_by("public", 0),
                                        asked_by("admin", 3)};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(polls); i++) {
        support_archive_poll((struct support_archive_says){
            .serial = "A", .at_unix_ms = NOON + (int64_t)i, .access = &polls[i]});
    }
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(store_record_get(txn, 1, ARCHIVE_PART_ACCESS, &part), 0);
    cr_assert_eq(rows_get_access(part, &read), 0);
    assert_text(read.credential, "admin");
    assert_text(read.downgraded_from, "admin (3)");
    cr_assert_eq(read.downgraded_at_unix_ms, NOON + 1);
    store_abort(txn);
}
