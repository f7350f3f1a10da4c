#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/sim/alert.h"
#include "bench/sim/event.h"
#include "bench/sim/wear.h"
#include "tests/unit/support_sim.h"

#define HOUR_MS 3600000u
#define DAY_MS  86400000u

static struct sim_fleet fleet;

static void open_fleet(void)
{
    support_sim_open(&fleet, "all", 1600);
}

static void close_fleet(void)
{
    sim_fleet_close(&fleet);
}

TestSuite(sim_device, .init = open_fleet, .fini = close_fleet);

static struct sim_view look(uint32_t number, uint64_t now_ms)
{
    struct sim_identity identity;
    struct sim_view view;

    sim_fleet_identify(&fleet, number, &identity);
    sim_device_view(&view, &identity, now_ms, 0);
    sim_alert_find(&view);
    sim_alert_count_events(&view);
    return view;
}

Test(sim_device, looks_the_same_whenever_the_same_instant_is_asked)
{
    for (uint32_t number = 0; number < 100; number++) {
        struct sim_view first = look(number, SIM_EPOCH_MS);
        struct sim_view other = look(number + 1, SIM_EPOCH_MS + DAY_MS);
        struct sim_view again = look(number, SIM_EPOCH_MS);

        (void)other;
        cr_assert_eq(first.total, again.total);
        cr_assert_eq(first.boot_ms, again.boot_ms);
        cr_assert_eq(first.alert_count, again.alert_count);
        cr_assert_eq(first.all_events, again.all_events);
    }
}

Test(sim_device, counts_up_and_drains_down_between_renewals)
{
    for (uint32_t number = 0; number < 64; number++) {
        uint64_t total = 0;
        struct sim_fill last = {0};

        for (uint32_t hour = 0; hour < 24 * 90; hour += 5) {
            struct sim_view view = look(number, SIM_EPOCH_MS + (uint64_t)hour * HOUR_MS);

            cr_assert_geq(view.total, total);
            total = view.total;
            if (view.spec->supply_count > 0) {
                struct sim_drain drain = sim_wear_supply(&view, 0);
                struct sim_fill fill = sim_wear_fill(&drain, view.total);

                cr_assert_geq(fill.cycle, last.cycle);
                cr_assert(hour == 0 || fill.cycle > last.cycle || fill.left <= last.left);
                cr_assert_leq(fill.left, fill.full);
                last = fill;
            }
        }
        cr_assert_gt(total, look(number, SIM_EPOCH_MS).total);
    }
}

Test(sim_device, finds_the_instant_at_which_something_ran_low)
{
    unsigned seen = 0;

    for (uint32_t number = 0; number < 400; number++) {
        struct sim_view view = look(number, SIM_EPOCH_MS);

        for (unsigned row = 0; row < view.spec->supply_count; row++) {
            struct sim_drain drain = sim_wear_supply(&view, row);
            struct sim_fill fill = sim_wear_fill(&drain, view.total);
            uint64_t since = sim_wear_since(&view, &drain, &fill);

            if (fill.stage != SIM_STAGE_FINE && since > view.install_ms) {
                uint64_t before = sim_device_total_at(&view, since - 2 * HOUR_MS);
                struct sim_fill then = sim_wear_fill(&drain, sim_device_total_at(&view, since));
                struct sim_fill earlier = sim_wear_fill(&drain, before);

                cr_assert_leq(since, view.now_ms);
                cr_assert_eq(then.stage, fill.stage);
                cr_assert_eq(then.cycle, fill.cycle);
                /* A meter that turns slowly may not have moved in two hours. */
                cr_assert(earlier.stage != fill.stage ||
                          before + 2 >= sim_device_total_at(&view, since));
                seen++;
            }
        }
    }
    cr_assert_gt(seen, 100);
}

/* The rows that stand, as one number, whatever their order. */
static uint64_t rows_of(const struct sim_view *view)
{
    uint64_t rows = 0;

    for (unsigned i = 0; i < view->alert_count; i++) {
        if (view->alerts[i].severity == 3 || view->alerts[i].severity == 5) {
            rows += sim_mix(view->alerts[i].index);
        }
    }
    return rows;
}

Test(sim_device, counts_an_event_whenever_an_alert_comes_or_goes)
{
    unsigned changes = 0;

    for (uint32_t number = 0; number < 160; number++) {
        struct sim_view last = look(number, SIM_EPOCH_MS);

        for (uint32_t step = 1; step < 400; step++) {
            struct sim_view view = look(number, SIM_EPOCH_MS + (uint64_t)step * HOUR_MS);

            if (view.boot_ms == last.boot_ms && view.alert_count < SIM_ALERTS_MAX) {
                bool differs = rows_of(&view) != rows_of(&last);

                changes += differs;
                cr_assert_geq(view.all_events, last.all_events);
                cr_assert_geq(view.critical_events, last.critical_events);
                cr_assert(!differs || view.all_events > last.all_events, "device %u hour %u",
                          number, step);
            }
            last = view;
        }
    }
    cr_assert_gt(changes, 200);
}

Test(sim_device, gives_alerts_rising_indexes_and_times_since_the_start)
{
    unsigned seen = 0;

    for (uint32_t number = 0; number < fleet.count; number++) {
        struct sim_view view = look(number, SIM_EPOCH_MS);

        for (unsigned i = 0; i < view.alert_count; i++) {
            cr_assert(i == 0 || view.alerts[i].index > view.alerts[i - 1].index);
            cr_assert_leq(view.alerts[i].ticks, (view.now_ms - view.boot_ms) / 10);
            cr_assert_gt(view.alerts[i].index, 0);
            seen++;
        }
    }
    cr_assert_gt(seen, fleet.count / 3);
}

Test(sim_device, shows_alerts_in_the_error_state)
{
    static const uint16_t low_toner = 0x2000;
    static const uint16_t no_toner = 0x1000;

    for (uint32_t number = 0; number < 800; number++) {
        struct sim_view view = look(number, SIM_EPOCH_MS);
        uint16_t bits = 0;

        for (unsigned i = 0; i < view.alert_count; i++) {
            bits |= view.alerts[i].code == 1104 || view.alerts[i].code == 1105 ? low_toner : 0;
            bits |= view.alerts[i].code == 1101 || view.alerts[i].code == 1102 ? no_toner : 0;
        }
        if (view.alert_count < SIM_ALERTS_MAX) {
            cr_assert_eq(view.error_bits & (low_toner | no_toner), bits);
        }
    }
}

Test(sim_device, has_started_before_now_and_restarts_within_two_months)
{
    for (uint32_t number = 0; number < 200; number++) {
        struct sim_view view = look(number, SIM_EPOCH_MS);

        cr_assert_leq(view.boot_ms, view.now_ms);
        cr_assert_lt(view.now_ms - view.boot_ms, 2 * 61 * (uint64_t)DAY_MS);
    }
}

Test(sim_device, may_be_given_another_start)
{
    struct sim_identity identity;
    struct sim_view view;

    sim_fleet_identify(&fleet, 4, &identity);
    sim_device_view(&view, &identity, SIM_EPOCH_MS, SIM_EPOCH_MS - 5000);
    cr_assert_eq(view.boot_ms, SIM_EPOCH_MS - 5000);
    cr_assert_leq(sim_device_meter(&view, SIM_METER_POWER_ON), 1);
}

Test(sim_device, splits_its_meters_so_that_they_add_up)
{
    for (uint32_t number = 0; number < 320; number++) {
        struct sim_view view = look(number, SIM_EPOCH_MS);
        uint64_t color = sim_device_meter(&view, SIM_METER_COLOR);

        cr_assert_eq(sim_device_meter(&view, SIM_METER_MONO) + color, view.total);
        cr_assert(view.spec->color > 1 || color == 0);
        cr_assert_eq(sim_device_meter(&view, SIM_METER_PRINT) +
                         sim_device_meter(&view, SIM_METER_COPY) +
                         sim_device_meter(&view, SIM_METER_FAX),
                     view.total);
        cr_assert_eq(sim_device_meter(&view, SIM_METER_PRINT_COLOR) +
                         sim_device_meter(&view, SIM_METER_COPY_COLOR),
                     color);
        cr_assert_leq(sim_device_meter(&view, SIM_METER_PRINT_MONO), view.total);
    }
}

static int compare_text(const void *left, const void *right)
{
    return strcmp(left, right);
}

Test(sim_device, has_a_serial_number_and_a_mac_of_its_own)
{
    enum { COUNT = 100000 };
    struct sim_fleet many;
    char(*texts)[40] = calloc(COUNT, sizeof(*texts));

    support_sim_open(&many, "all", COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        struct sim_identity identity;
        struct sim_view view;
        char text[SIM_TEXT_MAX];
        size_t n;

        sim_fleet_identify(&many, i, &identity);
        sim_device_view(&view, &identity, SIM_EPOCH_MS, 0);
        n = sim_device_text(&view, "%s", 0, text);
        cr_assert_geq(n, 8);
        (void)snprintf(texts[i], sizeof(texts[i]), "%s %.*s", view.spec->name, (int)n, text);
    }
    qsort(texts, COUNT, sizeof(*texts), compare_text);
    for (uint32_t i = 1; i < COUNT; i++) {
        cr_assert_str_neq(texts[i - 1], texts[i]);
    }
    for (uint32_t i = 0; i < COUNT; i++) {
        struct sim_identity identity;
        struct sim_view view;
        char text[SIM_TEXT_MAX];

        sim_fleet_identify(&many, i, &identity);
        sim_device_view(&view, &identity, SIM_EPOCH_MS, 0);
        cr_assert_eq(sim_device_text(&view, "%m", 0, text), 12);
        (void)snprintf(texts[i], sizeof(texts[i]), "%.12s", text);
    }
    qsort(texts, COUNT, sizeof(*texts), compare_text);
    for (uint32_t i = 1; i < COUNT; i++) {
        cr_assert_str_neq(texts[i - 1], texts[i]);
    }
    free(texts);
    sim_fleet_close(&many);
}

Test(sim_device, puts_a_new_serial_on_a_new_cartridge)
{
    struct sim_view view = look(0, SIM_EPOCH_MS);
    struct sim_drain drain = sim_wear_supply(&view, 0);
    uint64_t cycle = sim_wear_fill(&drain, view.total).cycle;
    char first[SIM_TEXT_MAX];
    char later[SIM_TEXT_MAX];
    size_t n = sim_device_text(&view, "%c", 0, first);

    view.total++;
    cr_assert_eq(sim_wear_fill(&drain, view.total).cycle, cycle);
    cr_assert_eq(sim_device_text(&view, "%c", 0, later), n);
    cr_assert_eq(memcmp(first, later, n), 0);
    view.total += 10 * drain.full;
    cr_assert_eq(sim_device_text(&view, "%c", 0, later), n);
    cr_assert_neq(memcmp(first, later, n), 0);
}

Test(sim_device, cuts_texts_at_255_bytes)
{
    char pattern[400];
    char text[SIM_TEXT_MAX];
    struct sim_view view = look(0, SIM_EPOCH_MS);

    memset(pattern, 'a', sizeof(pattern));
    memcpy(pattern + 250, "%m%m%m", 6);
    pattern[399] = '\0';
    cr_assert_eq(sim_device_text(&view, pattern, 0, text), SIM_TEXT_MAX);
    cr_assert_eq(sim_device_text(&view, "100%", 0, text), 4);
}

Test(sim_device, opens_its_cover_during_a_jam)
{
    struct sim_view view = look(7, SIM_EPOCH_MS);
    struct sim_event jam = sim_event_jam(view.key, view.now_ms);
    uint64_t half = (jam.start_ms + jam.end_ms) / 2;
    struct sim_view jammed = look(7, half);

    cr_assert(sim_event_cover_is_open(&jam, half));
    cr_assert(jammed.is_critical);
    cr_assert_eq(jammed.error_bits & 0x0c00, 0x0c00);
    cr_assert_eq(look(7, jam.end_ms + 1).error_bits & 0x0c00, 0);
    cr_assert_eq(sim_event_cover_moves(&jam, jam.start_ms), 0);
    cr_assert_eq(sim_event_cover_moves(&jam, jam.end_ms), 2);
}
