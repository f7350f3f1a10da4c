#include <errno.h>
#include <stdio.h>

#include <criterion/criterion.h>

#include "proto/gate.h"
#include "tests/unit/support_memory.h"
#include "tests/unit/support_reading.h"

TestSuite(reading, .init = set_up, .fini = tear_down);

Test(reading, of_nothing_is_absent)
{
    cr_assert_eq(reading_decode(&reading, bytes_of(NULL, 0), bytes_of(NULL, 0), true), 0);
    cr_expect_not(reading.is_printer);
    cr_expect_str_eq(reading.identity.id, "");
    cr_expect_null(reading.identity.vendor);
    cr_expect_eq(reading.uptime_ticks, READING_ABSENT);
    cr_expect_eq(reading.config_changes, READING_ABSENT);
    cr_expect_eq(reading.hr_device_index, READING_ABSENT);
    cr_expect_eq(reading.supply_count + reading.tray_count + reading.alert_count, 0);
    cr_expect_null(reading.condition.state);
    cr_expect_str_eq(reading.identity.id, "");
}

Test(reading, refuses_damaged_and_foreign_records)
{
    struct bytes good = feed_static(&feed);
    uint8_t bad[RECORD_HEADER_BYTES];

    cr_expect_eq(
        reading_decode(&reading, bytes_of(good.data, good.size - 1), bytes_of(NULL, 0), false),
        BASE_EFORMAT);
    memcpy(bad, good.data, sizeof(bad));
    bad[0] = RECORD_VERSION + 1;
    cr_expect_eq(reading_decode(&reading, good, bytes_of(bad, sizeof(bad)), false), BASE_EVERSION);
    cr_expect_eq(reading.supply_count, 0);
}

Test(reading, header_is_the_moving_one)
{
    feed.header.polled_at_unix_ms = 1000;
    feed_static(&feed);
    feed.header.polled_at_unix_ms = 2000;
    cr_assert_eq(reading_decode(&reading, bytes_of(feed.static_data, feed.static_part.size),
                                feed_moving(&feed), false),
                 0);
    cr_expect_eq(reading.header.polled_at_unix_ms, 2000);
    cr_expect_eq(reading.header.part, RECORD_MOVING);
    cr_assert_eq(reading_decode(&reading, bytes_of(feed.static_data, feed.static_part.size),
                                bytes_of(NULL, 0), false),
                 0);
    cr_expect_eq(reading.header.polled_at_unix_ms, 1000);
}

Test(reading, moving_part_wins_over_the_static_one)
{
    feed_text(&feed, OBJECT_SYS_NAME, "0", "old");
    cr_assert_eq(record_put(&feed.moving_part, OBJECT_SYS_NAME, bytes_of("\0", 1),
                            GATE_OCTET_STRING, bytes_from_text("new")),
                 0);
    feed_decode(&feed, &reading, false);
    cr_expect_str_eq(reading.identity.name, "new");
}

Test(reading, rows_are_in_order_of_index_with_their_gaps)
{
    static const char *const fed[] = {"1.31", "1.2", "1.30", "1.128", "2.1", "1.1"};
    static const char *const expected[] = {"1.1", "1.2", "1.30", "1.31", "1.128", "2.1"};

    for (size_t i = 0; i < BASE_ARRAY_COUNT(fed); i++) {
        feed_integer(&feed, OBJECT_INPUT_LEVEL, fed[i], 1);
        feed_text(&feed, OBJECT_INPUT_NAME, fed[i], fed[i]);
    }
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.tray_count, BASE_ARRAY_COUNT(expected));
    for (size_t i = 0; i < reading.tray_count; i++) {
        cr_expect_str_eq(reading.trays[i].index, expected[i]);
        cr_expect_str_eq(reading.trays[i].name, expected[i]);
        cr_expect_eq(reading.trays[i].level, 1);
    }
}

/* Pantum leaves the device index out, HP Officejet counts devices from 0, others use 65535. */
Test(reading, tolerates_indexes_without_device_and_device_zero)
{
    feed_integer(&feed, OBJECT_SUPPLY_LEVEL, "1", 40);
    feed_integer(&feed, OBJECT_SUPPLY_MAX_CAPACITY, "1", 100);
    feed_integer(&feed, OBJECT_SUPPLY_LEVEL, "0.1", 30);
    feed_integer(&feed, OBJECT_SUPPLY_LEVEL, "65535.1", 20);
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.supply_count, 3);
    cr_expect_str_eq(reading.supplies[0].index, "0.1");
    cr_expect_str_eq(reading.supplies[1].index, "1");
    cr_expect_str_eq(reading.supplies[2].index, "65535.1");
    cr_expect_eq(reading.supplies[1].percent, 40);
    cr_expect_eq(reading.hr_device_index, 0);
}

Test(reading, ignores_exceptions_null_and_unknown_objects)
{
    feed_value(&feed, OBJECT_SUPPLY_LEVEL, "1.1", GATE_NULL, bytes_of(NULL, 0));
    feed_value(&feed, OBJECT_SUPPLY_LEVEL, "1.1", GATE_NO_SUCH_OBJECT, bytes_of(NULL, 0));
    feed_value(&feed, OBJECT_SUPPLY_LEVEL, "1.1", GATE_NO_SUCH_INSTANCE, bytes_of(NULL, 0));
    feed_value(&feed, OBJECT_SUPPLY_LEVEL, "1.1", GATE_END_OF_MIB_VIEW, bytes_of(NULL, 0));
    cr_assert_eq(
        record_put(&feed.moving_part, 239, bytes_of("\1", 1), GATE_INTEGER, bytes_of("\1", 1)), 0);
    cr_assert_eq(
        record_put(&feed.moving_part, 255, bytes_of("\1", 1), GATE_INTEGER, bytes_of("\1", 1)), 0);
    feed_decode(&feed, &reading, false);
    cr_expect_eq(reading.supply_count, 0);
    cr_expect_not(reading.is_printer);
}

static int64_t life_count_of(uint8_t tag, const void *data, size_t size)
{
    feed_init(&feed);
    feed_value(&feed, OBJECT_MARKER_LIFE_COUNT, "1.1", tag, bytes_of(data, size));
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.marker_count, 1);
    return reading.markers[0].life_count;
}

Test(reading, takes_numbers_of_every_type)
{
    cr_expect_eq(life_count_of(GATE_INTEGER, "\x01\x00", 2), 256);
    cr_expect_eq(life_count_of(GATE_COUNTER32, "\xff\xff\xff\xff", 4), INT64_C(4294967295));
    cr_expect_eq(life_count_of(GATE_GAUGE32, "\x00\xff\xff\xff\xff", 5), INT64_C(4294967295));
    cr_expect_eq(life_count_of(GATE_TIMETICKS, "\x07", 1), 7);
    cr_expect_eq(life_count_of(GATE_COUNTER64, "\x7f\xff\xff\xff\xff\xff\xff\xff", 8), INT64_MAX);
    cr_expect_eq(life_count_of(GATE_OCTET_STRING, "123456", 6), 123456);
    cr_expect_eq(life_count_of(GATE_OCTET_STRING, " 42 \0", 5), 42);
}

Test(reading, takes_no_number_that_is_none)
{
    cr_expect_eq(life_count_of(GATE_OCTET_STRING, "12a", 3), READING_ABSENT);
    cr_expect_eq(life_count_of(GATE_OCTET_STRING, "", 0), READING_ABSENT);
    cr_expect_eq(life_count_of(GATE_OCTET_STRING, "-", 1), READING_ABSENT);
    cr_expect_eq(life_count_of(GATE_OCTET_STRING, "12345678901234567890", 20), READING_ABSENT);
    cr_expect_eq(life_count_of(GATE_OID, "\x2b\x06", 2), READING_ABSENT);
    cr_expect_eq(life_count_of(GATE_INTEGER, "", 0), READING_ABSENT);
    cr_expect_eq(life_count_of(GATE_COUNTER64, "\x00\xff\xff\xff\xff\xff\xff\xff\xff", 9),
                 READING_ABSENT);
    cr_expect_eq(life_count_of(GATE_INTEGER, "\0\0\0\0\0\0\0\0\0\0", 10), READING_ABSENT);
}

Test(reading, refuses_negative_counters)
{
    cr_expect_eq(life_count_of(GATE_INTEGER, "\xff", 1), READING_ABSENT);
    cr_expect_eq(life_count_of(GATE_OCTET_STRING, "-1", 2), READING_ABSENT);
    cr_expect_eq(reading.meter_count, 0);
}

Test(reading, text_of_another_type_is_absent)
{
    feed_integer(&feed, OBJECT_SYS_NAME, "0", 5);
    feed_oid(&feed, OBJECT_SYS_LOCATION, "0", "1.3.6");
    feed_decode(&feed, &reading, false);
    cr_expect_null(reading.identity.name);
    cr_expect_null(reading.identity.location);
}

Test(reading, total_is_of_the_default_marker)
{
    feed_integer(&feed, OBJECT_GENERAL_MARKER_DEFAULT, "1", 2);
    feed_counter(&feed, OBJECT_MARKER_LIFE_COUNT, "1.1", 10);
    feed_counter(&feed, OBJECT_MARKER_LIFE_COUNT, "1.2", 20);
    feed_integer(&feed, OBJECT_MARKER_COUNTER_UNIT, "1.2", 7);
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.meter_count, 1);
    cr_expect_str_eq(reading.meters[0].key, "total");
    cr_expect_eq(reading.meters[0].value, 20);
    cr_expect_str_eq(reading.meters[0].unit_name, "impressions");
    cr_expect_str_eq(reading.meters[0].index, "1.2");
    cr_expect_eq(reading.meters[0].object, OBJECT_MARKER_LIFE_COUNT);
}

Test(reading, total_is_of_the_lowest_marker_without_a_default)
{
    feed_integer(&feed, OBJECT_MARKER_LIFE_COUNT, "1.1", -1);
    feed_counter(&feed, OBJECT_MARKER_LIFE_COUNT, "1.2", 20);
    feed_counter(&feed, OBJECT_MARKER_LIFE_COUNT, "1.3", 30);
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.meter_count, 1);
    cr_expect_eq(reading.meters[0].value, 20);
    cr_expect_null(reading.meters[0].unit_name);
}

Test(reading, tray_takes_its_description_for_a_missing_name)
{
    feed_text(&feed, OBJECT_INPUT_DESCRIPTION, "1.1", "Cassette 1");
    feed_integer(&feed, OBJECT_INPUT_LEVEL, "1.1", -3);
    feed_decode(&feed, &reading, false);
    cr_expect_str_eq(reading.trays[0].name, "Cassette 1");
    cr_expect_eq(reading.trays[0].level, -3);
    cr_expect_eq(reading.trays[0].capacity, READING_ABSENT);
}

Test(reading, tray_takes_declared_dimensions_where_none_are_chosen)
{
    feed_integer(&feed, OBJECT_INPUT_FEED_DECLARED, "1.1", 297000);
    feed_integer(&feed, OBJECT_INPUT_XFEED_DECLARED, "1.1", 210000);
    feed_integer(&feed, OBJECT_INPUT_FEED_CHOSEN, "1.1", -2);
    feed_integer(&feed, OBJECT_INPUT_XFEED_CHOSEN, "1.1", 85000);
    feed_decode(&feed, &reading, false);
    cr_expect_eq(reading.trays[0].feed, 297000);
    cr_expect_eq(reading.trays[0].xfeed, 85000);
}

Test(reading, decodes_localized_text_by_the_current_localization)
{
    feed_integer(&feed, OBJECT_LOCALIZATION_CHARSET, "1.1", 4);
    feed_integer(&feed, OBJECT_LOCALIZATION_CHARSET, "1.2", 17);
    feed_integer(&feed, OBJECT_LOCALIZATION_CHARSET, "1.3", 2251);
    feed_integer(&feed, OBJECT_GENERAL_LOCALIZATION, "1", 2);
    feed_integer(&feed, OBJECT_CONSOLE_LOCALIZATION, "1", 3);
    feed_text(&feed, OBJECT_COVER_DESCRIPTION, "1.1", "\x8d\x95");
    feed_text(&feed, OBJECT_CONSOLE_TEXT, "1.1", "\xf7\xe5\xf0\xed\xfb\xe9");
    feed_decode(&feed, &reading, false);
    cr_expect_str_eq(reading.covers[0].description, "黒");
    cr_expect_str_eq(reading.condition.display[0], "черный");
}

Test(reading, rows_beyond_the_limit_are_ignored)
{
    char index[32];

    for (int i = 1; i <= READING_ROWS_MAX + 10; i++) {
        snprintf(index, sizeof(index), "1.%d", i);
        feed_integer(&feed, OBJECT_COVER_STATUS, index, 4);
    }
    feed_decode(&feed, &reading, false);
    cr_expect_eq(reading.cover_count, READING_ROWS_MAX);
}

Test(reading, ignores_indexes_that_are_none)
{
    cr_assert_eq(record_put(&feed.moving_part, OBJECT_COVER_STATUS, bytes_of("\x01\x81", 2),
                            GATE_INTEGER, bytes_of("\4", 1)),
                 0);
    cr_assert_eq(record_put(&feed.moving_part, OBJECT_COVER_STATUS, bytes_of("\x80\x01", 2),
                            GATE_INTEGER, bytes_of("\4", 1)),
                 0);
    cr_assert_eq(record_put(&feed.moving_part, OBJECT_COVER_STATUS,
                            bytes_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 32), GATE_INTEGER,
                            bytes_of("\4", 1)),
                 0);
    feed_decode(&feed, &reading, false);
    cr_expect_eq(reading.cover_count, 0);
}

Test(reading, is_reused_without_traces_of_the_device_before)
{
    feed_supply(&feed, "1.1", (struct feed_supply){"Black", 3, 3, 19, 100, 50});
    feed_text(&feed, OBJECT_SYS_NAME, "0", "first");
    feed_decode(&feed, &reading, true);
    cr_assert_eq(reading.supply_count, 1);
    cr_assert_gt(reading.why_count, 0);
    feed_init(&feed);
    feed_decode(&feed, &reading, false);
    cr_expect_eq(reading.supply_count, 0);
    cr_expect_null(reading.identity.name);
    cr_expect_eq(reading.why_count, 0);
}

static const struct reading_why *find_why(const char *field)
{
    for (size_t i = 0; i < reading.why_count; i++) {
        if (strcmp(reading.why[i].field, field) == 0) {
            return &reading.why[i];
        }
    }
    return NULL;
}

Test(reading, says_why)
{
    const struct reading_why *why;

    feed_text(&feed, OBJECT_SYS_DESCR, "0", "Xerox \x01 WorkCentre \"6605\"\n");
    feed_supply(&feed, "1.5", (struct feed_supply){"Waste", 4, 4, 19, 100, 50});
    feed_value(&feed, OBJECT_IF_PHYS_ADDRESS, "1", GATE_OCTET_STRING,
               bytes_of("\x00\x1b\xa9\x00\x00\x01", 6));
    feed_decode(&feed, &reading, true);
    why = find_why("supplies[1.5].level");
    cr_assert_not_null(why);
    cr_expect_str_eq(why->value, "50");
    cr_expect_str_eq(why->oid, "1.3.6.1.2.1.43.11.1.1.9.1.5");
    cr_expect_str_eq(why->object, "prtMarkerSuppliesLevel");
    cr_expect_str_eq(why->raw, "50");
    why = find_why("identity.description");
    cr_assert_not_null(why);
    cr_expect_str_eq(why->raw, "\"Xerox \\x01 WorkCentre \\x226605\\x22\\x0a\"");
    cr_expect_str_eq(why->value, "Xerox WorkCentre \"6605\"");
    why = find_why("identity.mac");
    cr_assert_not_null(why);
    cr_expect_str_eq(why->raw, "00 1b a9 00 00 01");
    why = find_why("supplies[1.5].percent");
    cr_assert_not_null(why);
    cr_expect_not_null(strstr(why->rule, "receptacle"));
    why = find_why("identity.id");
    cr_assert_not_null(why);
    cr_expect_null(why->oid);
    cr_expect_not_null(strstr(why->rule, "mac:001ba9000001"));
}

Test(reading, of_any_octets_does_no_harm)
{
    uint32_t state = 7;

    for (int round = 0; round < 2000; round++) {
        feed_init(&feed);
        for (int entry = 0; entry < 200; entry++) {
            uint8_t noise[16];
            for (size_t i = 0; i < sizeof(noise); i++) {
                state = state * 1664525 + 1013904223;
                noise[i] = (uint8_t)(state >> 24);
            }
            cr_assert_eq(record_put(entry % 2 == 0 ? &feed.static_part : &feed.moving_part,
                                    noise[0] % 180, bytes_of(noise + 1, noise[2] % 4),
                                    noise[5] % 2 == 0 ? GATE_OCTET_STRING : GATE_INTEGER,
                                    bytes_of(noise + 6, noise[6] % 9)),
                         0);
        }
        feed_decode(&feed, &reading, round % 10 == 0);
    }
}

/* Octets that take three each in UTF-8 fill every bit of room that a text may need; lengths and
 * counts let some of them end where a chunk of memory ends. */
Test(reading, texts_end_inside_the_memory_that_they_have)
{
    for (int length = 1; length < 120; length += 7) {
        char text[128] = "";
        struct reading fresh;
        feed_init(&feed);
        memset(text, 0x80, (size_t)length);
        for (int i = 1; i <= 300; i++) {
            char index[32];
            snprintf(index, sizeof(index), "1.%d", i);
            feed_text(&feed, OBJECT_COVER_DESCRIPTION, index, text);
        }
        cr_assert_eq(reading_init(&fresh), 0);
        feed_decode(&feed, &fresh, false);
        cr_assert_eq(fresh.cover_count, 300);
        for (size_t i = 0; i < fresh.cover_count; i++) {
            cr_assert_eq(strlen(fresh.covers[i].description), 3 * (size_t)length);
        }
        reading_fini(&fresh);
    }
}

Test(reading, says_that_memory_was_short_and_works_again)
{
    char index[32];
    struct reading other;
    struct bytes static_part;
    struct bytes moving_part;
    int of_decode;
    int of_init;

    if (!memory_can_fail()) {
        cr_skip_test("memory cannot fail under AddressSanitizer");
    }
    for (int i = 1; i <= 400; i++) {
        snprintf(index, sizeof(index), "1.%d", i);
        feed_text(&feed, OBJECT_COVER_DESCRIPTION, index, "a cover with quite a long name");
    }
    static_part = feed_static(&feed);
    moving_part = feed_moving(&feed);
    memory_exhaust();
    of_decode = reading_decode(&reading, static_part, moving_part, true);
    of_init = reading_init(&other);
    memory_restore();
    cr_expect_eq(of_decode, -ENOMEM);
    cr_expect_eq(of_init, -ENOMEM);
    cr_expect_eq(reading.cover_count, 0);
    feed_decode(&feed, &reading, true);
    cr_expect_eq(reading.cover_count, 400);
}
