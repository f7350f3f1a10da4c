#include <criterion/criterion.h>

#include "tests/unit/support_reading.h"

TestSuite(reading_supply, .init = set_up, .fini = tear_down);

static const struct reading_supply *decode(struct feed_supply supply)
{
    feed_init(&feed);
    feed_supply(&feed, "1.1", supply);
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.supply_count, 1);
    return &reading.supplies[0];
}

static void expect_percent(int64_t level, int64_t capacity, int64_t unit, int percent,
                           const char *rule)
{
    const struct reading_supply *supply =
        decode((struct feed_supply){"Toner", 3, 3, unit, capacity, level});

    cr_expect_eq(supply->percent, percent, "level %d of %d: %d", (int)level, (int)capacity,
                 supply->percent);
    cr_expect_str_eq(supply->percent_rule, rule);
}

Test(reading_supply, percent_follows_the_rules)
{
    expect_percent(-3, -2, 7, -1, "some-left");
    expect_percent(-2, -2, 7, -1, "unknown");
    expect_percent(-1, -1, 7, -1, "no-limit");
    expect_percent(100, -2, 7, 100, "assumed-percent");
    expect_percent(9, -2, 7, 9, "assumed-percent");
    expect_percent(9, READING_ABSENT, READING_ABSENT, 9, "assumed-percent");
    expect_percent(101, -2, 7, -1, "no-capacity");
    expect_percent(0, -2, 7, -1, "no-capacity");
    expect_percent(1060, 5300, 7, 20, "ratio");
    expect_percent(7500, 15000, 7, 50, "ratio");
    expect_percent(-100, 100, 7, -1, "vendor-code");
    expect_percent(0, 0, 7, -1, "no-capacity");
    expect_percent(200000000, 200000000, 7, 100, "ratio");
    expect_percent(40, 100, 19, 40, "unit-percent");
    expect_percent(40, 200, 19, 40, "unit-percent");
    expect_percent(40, READING_ABSENT, 19, 40, "unit-percent");
    expect_percent(0, -2, 19, 0, "unit-percent");
    expect_percent(150, 100, 19, 100, "over-max");
    expect_percent(150, 100, 7, 100, "over-max");
    expect_percent(READING_ABSENT, 100, 7, -1, "no-level");
}

Test(reading_supply, percent_is_rounded_half_up)
{
    expect_percent(1, 200, 7, 1, "ratio");
    expect_percent(1, 201, 7, 0, "ratio");
    expect_percent(995, 1000, 7, 100, "ratio");
    expect_percent(994, 1000, 7, 99, "ratio");
}

Test(reading_supply, percent_of_huge_numbers_does_not_overflow)
{
    expect_percent(INT64_MAX / 2, INT64_MAX, 7, 50, "ratio");
    expect_percent(INT64_MAX, INT64_MAX, 7, 100, "ratio");
}

static void expect_state(int64_t level, int64_t class_code, const char *name)
{
    const struct reading_supply *supply =
        decode((struct feed_supply){"Supply", class_code, 3, 19, 100, level});

    cr_expect_str_eq(reading_supply_state_name(supply), name, "level %d", (int)level);
}

Test(reading_supply, state_follows_percent)
{
    expect_state(100, 3, "ok");
    expect_state(21, 3, "ok");
    expect_state(20, 3, "low");
    expect_state(6, 3, "low");
    expect_state(5, 3, "verylow");
    expect_state(2, 3, "verylow");
    expect_state(1, 3, "empty");
    expect_state(0, 3, "empty");
}

Test(reading_supply, state_of_a_receptacle_is_full_where_no_room_is_left)
{
    expect_state(100, 4, "ok");
    expect_state(20, 4, "low");
    expect_state(1, 4, "full");
}

Test(reading_supply, state_of_level_codes)
{
    expect_state(-3, 3, "ok");
    expect_state(-2, 3, "unknown");
    expect_state(-1, 3, "ok");
    expect_state(-100, 3, "unknown");
    expect_state(READING_ABSENT, 3, "unknown");
}

static void expect_class(const char *name, int64_t class_code, int64_t type, const char *expected)
{
    const struct reading_supply *supply =
        decode((struct feed_supply){name, class_code, type, 7, 100, 50});

    cr_expect_str_eq(supply->class_name, expected, "%s", name);
    cr_expect_eq(supply->class_code, class_code);
}

Test(reading_supply, class_is_inferred_where_it_is_missing)
{
    expect_class("Toner", 3, 3, "consumed");
    expect_class("Box", 4, 1, "receptacle");
    expect_class("Toner", READING_ABSENT, 3, "consumed");
    expect_class("Box", READING_ABSENT, 4, "receptacle");
    expect_class("Box", 1, 8, "receptacle");
    expect_class("Clean Rollers HP None", 1, 1, "consumed");
    expect_class("Waste Toner Box", READING_ABSENT, READING_ABSENT, "receptacle");
    expect_class("Resttonerbehälter", 1, 1, "receptacle");
    expect_class("Waste Toner Box", 3, 4, "consumed");
    expect_class(NULL, READING_ABSENT, READING_ABSENT, "consumed");
}

static void expect_color(const char *name, int64_t type, const char *color)
{
    const struct reading_supply *supply = decode((struct feed_supply){name, 3, type, 19, 100, 50});

    if (color == NULL) {
        cr_expect_null(supply->color, "%s: %s", name, supply->color);
        return;
    }
    cr_assert_not_null(supply->color, "%s", name);
    cr_expect_str_eq(supply->color, color, "%s", name);
}

Test(reading_supply, color_is_in_the_description)
{
    expect_color("Black Cartridge HP CF410A", 3, "black");
    expect_color("Toner (Cyan)", 3, "cyan");
    expect_color("CANON Matte Black Ink Tank", 6, "matte black");
    expect_color("Cartouche noir", 3, "black");
    expect_color("Toner gelb", 3, "yellow");
    expect_color("TK-8527M", 3, "magenta");
    expect_color("Ink SJIC35P-C", 6, "cyan");
    expect_color("Drum Unit", 9, NULL);
    expect_color("PK-3010S", 3, NULL);
    expect_color("MK-8505C", 1, NULL);
    expect_color("Blackout", 3, NULL);
}

static void expect_colorant(const char *value, const char *color)
{
    feed_init(&feed);
    feed_supply(&feed, "1.1", (struct feed_supply){"Supply", 3, 3, 19, 100, 50});
    feed_integer(&feed, OBJECT_SUPPLY_COLORANT_INDEX, "1.1", 2);
    feed_text(&feed, OBJECT_COLORANT_VALUE, "2.2", "red");
    feed_text(&feed, OBJECT_COLORANT_VALUE, "1.1", "green");
    feed_text(&feed, OBJECT_COLORANT_VALUE, "1.2", value);
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.supply_count, 1);
    if (color == NULL) {
        cr_expect_null(reading.supplies[0].color);
        return;
    }
    cr_assert_not_null(reading.supplies[0].color, "%s", value);
    cr_expect_str_eq(reading.supplies[0].color, color);
}

Test(reading_supply, color_is_of_the_colorant_of_the_same_device)
{
    expect_colorant("black", "black");
    expect_colorant("Photo Black", "photo black");
    expect_colorant("#00FFFF", "cyan");
    expect_colorant("gelb", "yellow");
    expect_colorant("Pale Rose", "pale rose");
    expect_colorant("other", NULL);
    expect_colorant("none", NULL);
    expect_colorant("", NULL);
}

Test(reading_supply, is_gone_when_only_its_static_part_is_left)
{
    feed_supply(&feed, "1.1", (struct feed_supply){"Toner", 3, 3, 19, 100, 50});
    feed_integer(&feed, OBJECT_SUPPLY_TYPE, "1.2", 3);
    feed_decode(&feed, &reading, false);
    cr_expect_eq(reading.supply_count, 1);
    /* Not when the moving half could not be read. */
    feed.header.failed_tables = 1U << OBJECT_TABLE_SUPPLY;
    feed_decode(&feed, &reading, false);
    cr_expect_eq(reading.supply_count, 2);
}

Test(reading_supply, stays_when_no_moving_part_is_there)
{
    feed_integer(&feed, OBJECT_SUPPLY_TYPE, "1.2", 3);
    cr_assert_eq(reading_decode(&reading, feed_static(&feed), bytes_of(NULL, 0), false), 0);
    cr_expect_eq(reading.supply_count, 1);
}
