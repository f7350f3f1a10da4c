#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "core/app/cmd_events.h"
#include "core/app/cmd_forecast.h"
#include "core/app/cmd_show.h"
#include "core/app/cmd_store.h"
#include "core/app/event_words.h"
#include "core/fleet/meter_breaks.h"
#include "tests/unit/support_fleet.h"

TestSuite(cmd_events, .init = support_fleet_setup, .fini = support_fleet_teardown, .timeout = 60);

/* --- events ----------------------------------------------------------------------------------- */

Test(cmd_events, are_listed_newest_first)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_events, "events lobby --csv --columns at,event,subject"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "at,event,subject\r\n2026-11-21T04:00:00Z,new,\r\n");
}

Test(cmd_events, tell_supplies_and_orders_in_words)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_events, "events =cellar --kind supply,replenish --csv "
                                               "--columns event,subject,detail,value"),
                 COMMAND_OK);
    cr_assert_not_null(strstr(support_out, "supply-low,Black Toner,3 % left,3\r\n"));
    cr_assert_not_null(strstr(support_out, "replenish,Black Toner,low; days cannot be known,\r\n"));
}

Test(cmd_events, are_filtered_by_kind_time_and_count)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_events, "events --kind new --csv --columns event"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "event\r\nnew\r\nnew\r\nnew\r\n");
    cr_assert_eq(support_fleet_run(cmd_events, "events --kind new --limit 2 --csv --columns event"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "event\r\nnew\r\nnew\r\n");
    cr_assert_eq(support_fleet_run(cmd_events, "events --since 2026-11-22T03:30:00Z --kind new "
                                               "--csv --columns address"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "address\r\n192.0.2.2\r\n");
    cr_assert_eq(support_fleet_run(cmd_events, "events --kind new,nosuch"), COMMAND_USAGE);
    cr_assert_not_null(strstr(support_err, "there is no kind of event \"nosuch\""));
}

Test(cmd_events, are_objects_for_programs)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_events, "events =cellar --kind supply-low --json"),
                 COMMAND_OK);
    json_t *object = support_fleet_object(0);
    cr_assert_str_eq(support_fleet_text(object, "event"), "supply-low");
    cr_assert_str_eq(support_fleet_text(object, "at"), "2026-11-22T04:00:00Z");
    json_decref(object);
}

Test(cmd_events, stand_on_the_page_of_a_device)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_show, "show =cellar"), COMMAND_OK);
    const char *events = strstr(support_out, "\nEvents\n");
    cr_assert_not_null(events);
    cr_assert_not_null(strstr(events, "supply-low"));
}

/* --- words ------------------------------------------------------------------------------------ */

static void expect_words(struct bytes payload, const char *subject, const char *detail)
{
    static const struct reading nothing;
    struct event_words words;
    cr_assert_eq(event_words_of(payload, &nothing, &words), 0);
    cr_assert_str_eq(words.subject, subject);
    cr_assert_str_eq(words.detail, detail);
}

Test(cmd_events, have_words_for_every_shape)
{
    uint8_t payload[ROWS_CHANGE_BYTES_MAX];
    const struct rows_downgrade downgrade = {.before = bytes_from_text("office"),
                                             .now = bytes_from_text("public")};
    const struct rows_break found = {.cause = METER_RESET,
                                     .meter = {.key = bytes_from_text("total"), .value = 5},
                                     .before = 700};
    const struct rows_dispute dispute = {.chosen = {.key = bytes_from_text("total"), .value = 6462},
                                         .other = {.key = bytes_from_text("total"), .value = 6466}};
    expect_words(bytes_of(payload, rows_put_downgrade(payload, &downgrade)), "",
                 "office to public");
    expect_words(bytes_of(payload, rows_put_break(payload, &found)), "total", "reset: 700 to 5");
    expect_words(bytes_of(payload, rows_put_dispute(payload, &dispute)), "total",
                 "6462 counts, 6466 disagrees");
    const struct rows_change firmware = {.kind = ROWS_FIRMWARE,
                                         .before = bytes_from_text("1.2"),
                                         .now = bytes_from_text("1.3"),
                                         .value = ROWS_CHANGE_NOTHING};
    expect_words(bytes_of(payload, rows_put_change(payload, &firmware)), "", "1.2 to 1.3");
    const struct rows_change order = {
        .kind = ROWS_REPLENISH, .index = bytes_from_text("1.4"), .value = 1};
    expect_words(bytes_of(payload, rows_put_change(payload, &order)), "1.4", "1 day left");
    const struct rows_change early = {
        .kind = ROWS_SUPPLY_REPLACED_EARLY, .name = bytes_from_text("Cyan"), .value = 45};
    expect_words(bytes_of(payload, rows_put_change(payload, &early)), "Cyan", "45 % were left");
}

Test(cmd_events, have_a_name_of_its_own_for_every_kind)
{
    for (int i = 0; i < ROWS_EVENT_COUNT; i++) {
        const char *name = rows_event_name((enum rows_event)i);
        cr_assert_not_null(name);
        for (int before = 0; before < i; before++) {
            cr_assert_str_neq(name, rows_event_name((enum rows_event)before));
        }
    }
    cr_assert_str_eq(rows_event_name(ROWS_EVENT_COUNT), "unknown");
}

/* --- forecast --------------------------------------------------------------------------------- */

Test(cmd_events, forecast_says_why_it_cannot_know)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_forecast, "forecast =cellar --csv --columns "
                                                 "supply,percent,days,why,reason"),
                 COMMAND_OK);
    cr_assert_not_null(strstr(support_out, "Black Toner,3,,"));
    cr_assert(strstr(support_out, ",young\r\n") != NULL ||
              strstr(support_out, ",stale\r\n") != NULL);
    cr_assert_eq(support_fleet_run(cmd_forecast, "forecast --known"), COMMAND_OK);
    cr_assert_str_empty(support_out);
    cr_assert_str_eq(support_err, "Nothing is expected to be empty.\n");
}

/* --- the store -------------------------------------------------------------------------------- */

Test(cmd_events, store_info_tells_every_table)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_store, "store info --csv --columns table,entries"),
                 COMMAND_OK);
    cr_assert_not_null(strstr(support_out, "device,3\r\n"));
    cr_assert_not_null(strstr(support_out, "\r\nfree,"));
    cr_assert_not_null(strstr(support_out, "\r\nall,"));
}

Test(cmd_events, store_compact_takes_up_rows_and_changes_no_answer)
{
    static char before[sizeof(support_out)];
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_events, "events --csv --columns at,event,subject,value"),
                 COMMAND_OK);
    memcpy(before, support_out, sizeof(before));
    cr_assert_eq(support_fleet_run(cmd_store, "store compact --all --dry-run --json"), COMMAND_OK);
    cr_assert_not_null(strstr(support_out, "\"devices_due\":3,\"devices\":0"));
    cr_assert_eq(support_fleet_run(cmd_store, "store compact --all --json"), COMMAND_OK);
    cr_assert_not_null(strstr(support_out, "\"devices_due\":3,\"devices\":3"));
    cr_assert_eq(support_fleet_run(cmd_events, "events --csv --columns at,event,subject,value"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, before);
    cr_assert_eq(support_fleet_run(cmd_store, "store compact --all"), COMMAND_OK);
    cr_assert_str_eq(support_out, "Took up 0 rows (0 KB) of 0 devices.\n");
}

Test(cmd_events, store_needs_to_be_told_what_to_do)
{
    cr_assert_eq(support_fleet_run(cmd_store, "store"), COMMAND_USAGE);
    cr_assert_eq(support_fleet_run(cmd_store, "store burn"), COMMAND_USAGE);
    cr_assert_eq(support_fleet_run(cmd_store, "store compact"), COMMAND_STORE, "there is none");
}
