/*
 * Private objects in a reading: which counter counts, what completes an identity and a supply, and
 * what recordings of devices give with the profiles of the source tree.
 */
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "proto/gate.h"
#include "proto/oid.h"
#include "tests/unit/support_feed.h"
#include "tests/unit/support_profiles.h"

static struct feed feed;
static struct reading reading;
static struct profile_set set;

static void set_up(void)
{
    cr_assert_eq(reading_init(&reading), 0);
    profiles_load(&set);
    reading_use_profiles(&reading, &set);
    feed_init(&feed);
}

static void tear_down(void)
{
    reading_fini(&reading);
    profile_set_fini(&set);
}

TestSuite(reading_private, .init = set_up, .fini = tear_down);

/* Adds the lines of a recording that a profile asks for, as a poll would. */
static void add_private(const struct profile *profile, const struct varbinds *values)
{
    size_t count;
    const struct profile_question *questions = profile_questions(profile, &count);

    for (size_t i = 0; i < count; i++) {
        struct record_writer *part = questions[i].is_moving ? &feed.moving_part : &feed.static_part;
        size_t rows = 1;
        const struct varbind *found = questions[i].is_column
                                          ? varbinds_below(values, questions[i].oid, &rows)
                                          : varbinds_find(values, questions[i].oid);
        for (size_t k = 0; found != NULL && k < rows; k++) {
            cr_assert_eq(
                record_put(part, RECORD_PRIVATE, found[k].oid, found[k].tag, found[k].value), 0);
        }
    }
}

static void add_lines(const char *profile, const char *lines)
{
    struct snmprec values;

    cr_assert_eq(snmprec_parse(bytes_from_text(lines), NULL, &values), 0);
    cr_assert_eq(values.refused, 0);
    add_private(profile_find(&set, profile), &values.list);
    snmprec_free(&values);
}

static const struct reading_meter *meter(const char *key, size_t nth)
{
    for (size_t i = 0; i < reading.meter_count; i++) {
        if (strcmp(reading.meters[i].key, key) == 0 && nth-- == 0) {
            return &reading.meters[i];
        }
    }
    return NULL;
}

static void expect_meter(const char *key, int64_t value)
{
    const struct reading_meter *found = meter(key, 0);

    cr_assert_not_null(found, "%s", key);
    cr_expect_eq(found->value, value, "%s is %ld", key, (long)found->value);
}

static void add_kyocera(void)
{
    feed_oid(&feed, OBJECT_SYS_OBJECT_ID, "0", "1.3.6.1.4.1.1347.41");
    feed_text(&feed, OBJECT_SYS_DESCR, "0", "KYOCERA Document Solutions Printing System");
    feed_counter(&feed, OBJECT_MARKER_LIFE_COUNT, "1.1", 76498);
    feed_integer(&feed, OBJECT_MARKER_COUNTER_UNIT, "1.1", 7);
}

Test(reading_private, total_stands_before_that_of_the_standard_and_both_stay)
{
    add_kyocera();
    add_lines("kyocera", "1.3.6.1.4.1.1347.43.10.1.1.12.1.1|2|76064\n");
    feed_decode(&feed, &reading, true);
    cr_assert_eq(reading.meter_count, 2);
    cr_expect_eq(reading.meters[0].value, 76064);
    cr_expect_eq(reading.meters[0].object, 0);
    cr_expect_gt(reading.meters[0].oid.size, 0);
    cr_expect_str_eq(reading.meters[0].unit_name, "impressions");
    cr_expect_eq(reading.meters[1].value, 76498);
    cr_expect_eq(reading.meters[1].object, OBJECT_MARKER_LIFE_COUNT);
    size_t told = 0;
    for (size_t i = 0; i < reading.why_count; i++) {
        const struct reading_why *why = &reading.why[i];
        if (strcmp(why->field, "meters.total") == 0) {
            told++;
            if (strcmp(why->value, "76064") == 0) {
                cr_expect_str_eq(why->oid, "1.3.6.1.4.1.1347.43.10.1.1.12.1.1");
                cr_expect_str_eq(why->raw, "76064");
                cr_expect_not_null(strstr(why->rule, "kyocera.yaml"), "%s", why->rule);
                cr_expect_not_null(strstr(why->rule, "not the standard's"), "%s", why->rule);
            }
        }
    }
    cr_expect_eq(told, 2);
}

Test(reading_private, standard_stays_first_where_the_rule_says_so)
{
    feed_oid(&feed, OBJECT_SYS_OBJECT_ID, "0", "1.3.6.1.4.1.253.8.62.1");
    feed_text(&feed, OBJECT_SYS_DESCR, "0", "Xerox C315 Color MFP");
    feed_counter(&feed, OBJECT_MARKER_LIFE_COUNT, "1.1", 6466);
    add_lines("xerox-lexmark", "1.3.6.1.4.1.641.6.4.2.1.1.2.1.1|2|2\n"
                               "1.3.6.1.4.1.641.6.4.2.1.1.4.1.1|65|6462\n");
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.meter_count, 2);
    cr_expect_eq(reading.meters[0].value, 6466);
    cr_expect_eq(reading.meters[1].value, 6462);
}

Test(reading_private, without_profiles_nothing_changes)
{
    add_kyocera();
    add_lines("kyocera", "1.3.6.1.4.1.1347.43.10.1.1.12.1.1|2|76064\n");
    reading_use_profiles(&reading, NULL);
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.meter_count, 1);
    cr_expect_eq(reading.meters[0].value, 76498);
    cr_expect_null(reading.profile);
}

Test(reading_private, stays_with_the_reading_over_a_reset)
{
    add_kyocera();
    feed_decode(&feed, &reading, false);
    feed_decode(&feed, &reading, false);
    cr_assert_not_null(reading.profile);
    cr_expect_str_eq(profile_name(reading.profile), "kyocera");
}

Test(reading_private, identity_is_completed_and_the_standard_serial_wins)
{
    static const char lines[] = "1.3.6.1.4.1.1347.43.5.1.1.28.1|4|PRIV0001\n"
                                "1.3.6.1.4.1.1347.43.5.1.1.29.1|4|LEASE-7\n"
                                "1.3.6.1.4.1.1347.43.5.4.1.5.1.1|4x|1b5b41325630\n"
                                "1.3.6.1.4.1.1347.43.5.4.1.4.1.1|2|1\n";

    add_kyocera();
    add_lines("kyocera", lines);
    feed_decode(&feed, &reading, false);
    cr_expect_str_eq(reading.identity.serial, "PRIV0001");
    cr_expect_str_eq(reading.identity.asset_tag, "LEASE-7");
    cr_expect_str_eq(reading.identity.firmware, "[A2V0"); /* without its escape */
    feed_init(&feed);
    add_kyocera();
    feed_text(&feed, OBJECT_GENERAL_SERIAL_NUMBER, "1", "STD00042");
    add_lines("kyocera", lines);
    feed_decode(&feed, &reading, false);
    cr_expect_str_eq(reading.identity.serial, "STD00042");
}

Test(reading_private, supplies_get_percent_part_and_pages_where_the_standard_has_none)
{
    feed_oid(&feed, OBJECT_SYS_OBJECT_ID, "0", "1.3.6.1.4.1.2435.2.3.9.1");
    feed_text(&feed, OBJECT_SYS_DESCR, "0", "Brother NC-8700w, Firmware Ver.Y");
    feed_supply(&feed, "1.1", (struct feed_supply){"Black Toner Cartridge", 3, 3, 7, -2, -3});
    feed_supply(&feed, "1.2", (struct feed_supply){"Drum Unit", 3, 9, 7, 50000, 40000});
    add_lines("brother", "1.3.6.1.4.1.2435.2.3.9.4.2.1.5.5.8.0|4x|6f0104000023f0410104000003e8ff\n"
                         "1.3.6.1.4.1.2435.2.3.9.4.2.1.5.5.11.0|4x|82010400002710ff\n");
    feed_decode(&feed, &reading, true);
    cr_assert_eq(reading.supply_count, 2);
    cr_expect_eq(reading.supplies[0].percent, 92);
    cr_expect_eq(reading.supplies[0].state, READING_SUPPLY_OK);
    cr_expect_eq(reading.supplies[0].pages_left, READING_ABSENT);
    cr_expect_eq(reading.supplies[1].percent, 80); /* not the private 10 */
    cr_expect_eq(reading.supplies[1].pages_left, 10000);
}

Test(reading_private, supply_texts_are_taken_apart)
{
    feed_oid(&feed, OBJECT_SYS_OBJECT_ID, "0", "1.3.6.1.4.1.253.8.62.1.20");
    feed_supply(&feed, "1.1",
                (struct feed_supply){"Black Toner, PN 006R01697;SN123", 3, 3, 19, 100, 40});
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.supply_count, 1);
    cr_expect_str_eq(reading.supplies[0].name, "Black Toner, PN 006R01697;SN123"); /* as it is */
    cr_expect_str_eq(reading.supplies[0].label, "Black Toner");
    cr_expect_str_eq(reading.supplies[0].part, "006R01697");
    cr_expect_str_eq(reading.supplies[0].serial, "123");
    cr_expect_str_eq(reading.supplies[0].color, "black");
}

Test(reading_private, inputs_that_are_no_trays_are_known)
{
    feed_oid(&feed, OBJECT_SYS_OBJECT_ID, "0", "1.3.6.1.4.1.2435.2.3.9.1");
    feed_text(&feed, OBJECT_INPUT_NAME, "1.1", "AUTO");
    feed_text(&feed, OBJECT_INPUT_NAME, "1.2", "TRAY1");
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.tray_count, 2);
    cr_expect(reading.trays[0].is_pseudo);
    cr_expect_not(reading.trays[1].is_pseudo);
}

Test(reading_private, entries_that_are_no_objects_are_passed_over)
{
    static const uint8_t bad[] = {0x80, 0x80};

    add_kyocera();
    cr_assert_eq(record_put(&feed.moving_part, RECORD_PRIVATE, bytes_of(bad, 2), GATE_INTEGER,
                            bytes_of("\x05", 1)),
                 0);
    cr_assert_eq(record_put(&feed.moving_part, RECORD_PRIVATE, bytes_of(NULL, 0), GATE_INTEGER,
                            bytes_of("\x05", 1)),
                 0);
    feed_decode(&feed, &reading, true);
    cr_expect_eq(reading.meter_count, 1);
}

/* --- recordings ------------------------------------------------------------------------------- */

/* Decodes a recording as a poll with the profile that is chosen for it would have it. */
static bool decode_recording(const char *name)
{
    char path[1024];
    char texts[PROFILE_DEVICE_BYTES];
    struct profile_device device;
    const struct profile *profile;
    struct snmprec values;
    size_t rows;

    if (fixture_recording(NULL, name, &values) != 0) {
        fprintf(stderr, "SKIPPED: %s is not at hand\n", name);
        return false;
    }
    snprintf(path, sizeof(path), "%s/printers/%s", getenv("PLATEN_RECORDINGS"), name);
    feed_init(&feed);
    cr_assert_geq(feed_snmprec(&feed, path, &rows), 0);
    profile_device_of(&values.list, &device, texts);
    profile = profile_choose(&set, &device);
    cr_assert_not_null(profile, "%s", name);
    add_private(profile, &values.list);
    feed_decode(&feed, &reading, false);
    snmprec_free(&values);
    return true;
}

Test(reading_private, recordings_give_the_meters_of_their_panels)
{
    if (!decode_recording("pm-kyocera_cs4053.snmprec")) {
        cr_skip_test("no recordings");
    }
    expect_meter("total", 76064);
    cr_expect_eq(meter("total", 1)->value, 76498);
    expect_meter("mono", 36347);
    expect_meter("color", 39717);
    expect_meter("print", 40600);
    expect_meter("copy", 32971);
    expect_meter("fax", 2493);
    expect_meter("duplex", 3706);
    expect_meter("scan", 230478);
    expect_meter("size_letter", 72237);
    cr_expect_eq(meter("mono", 0)->value + meter("color", 0)->value, 76064);

    cr_assert(decode_recording("lnms-sharp.snmprec"));
    expect_meter("total", 121104);
    cr_expect_eq(meter("total", 1)->value, 121104);
    expect_meter("mono", 91164);
    expect_meter("color", 29940);
    expect_meter("scan", 13540);

    cr_assert(decode_recording("lnms-konica_c250i.snmprec"));
    expect_meter("print", 29587);
    expect_meter("copy", 4216);
    expect_meter("mono", 26555); /* all that is no colour */
    expect_meter("color", 7255);
    expect_meter("scan", 5653);
    cr_expect_str_eq(reading.identity.firmware, "1.102");

    cr_assert(decode_recording("lnms-jetdirect_m130nw.snmprec"));
    expect_meter("total", 15232);
    expect_meter("jams", 12);
    cr_expect_str_eq(reading.identity.firmware, "20201023");

    cr_assert(decode_recording("pm-epson_cw.snmprec"));
    expect_meter("labels", 7389);
    cr_expect_str_eq(reading.identity.firmware, "TS20P2");

    cr_assert(decode_recording("lnms-utax.snmprec"));
    cr_expect_str_eq(profile_name(reading.profile), "utax");
    cr_expect_str_eq(reading.identity.firmware, "2TP_S000.003.402");
}
