#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "bench/sim/hostile.h"
#include "bench/sim/port.h"
#include "tests/unit/support_sim.h"

static struct sim_options defaults(void)
{
    struct sim_options options;
    char program[] = "platen-sim";
    char *arguments[] = {program, NULL};
    char error[200];

    cr_assert_eq(sim_options_parse(&options, 1, arguments, error, sizeof(error)), 0);
    return options;
}

Test(sim_fleet, finds_its_own_addresses_only)
{
    struct sim_options options = defaults();
    struct sim_fleet fleet;
    char error[200];
    uint32_t number;

    options.device_count = 300;
    cr_assert_eq(sim_fleet_open(&fleet, &options, error, sizeof(error)), 0);
    cr_assert(sim_fleet_find(&fleet, 0x7f010001, &number));
    cr_assert_eq(number, 0);
    cr_assert(sim_fleet_find(&fleet, 0x7f010001 + 299, &number));
    cr_assert_eq(number, 299);
    cr_assert_not(sim_fleet_find(&fleet, 0x7f010001 + 300, &number));
    cr_assert_not(sim_fleet_find(&fleet, 0x7f010000, &number));
    cr_assert_not(sim_fleet_find(&fleet, 0, &number));
    sim_fleet_close(&fleet);
}

Test(sim_fleet, takes_models_in_turn_and_refuses_unknown_ones)
{
    struct sim_options options = defaults();
    struct sim_fleet fleet;
    struct sim_identity identity;
    char error[2000];

    options.models = "hp-m653,kyocera-4053ci";
    cr_assert_eq(sim_fleet_open(&fleet, &options, error, sizeof(error)), 0);
    sim_fleet_identify(&fleet, 3, &identity);
    cr_assert_str_eq(identity.model->name, "kyocera-4053ci");
    cr_assert_eq(identity.address, 0x7f010004);
    sim_fleet_close(&fleet);
    options.models = "hp-m653,nonsense";
    cr_assert_eq(sim_fleet_open(&fleet, &options, error, sizeof(error)), -ENOENT);
    cr_assert_not_null(strstr(error, "nonsense"));
    cr_assert_not_null(strstr(error, "xerox-c8045"));
}

Test(sim_fleet, leaves_out_models_that_answer_v1_only_unless_asked)
{
    struct sim_options options = defaults();
    struct sim_fleet fleet;
    char error[200];

    cr_assert_eq(sim_fleet_open(&fleet, &options, error, sizeof(error)), 0);
    cr_assert_geq(fleet.model_count, 10);
    for (uint32_t i = 0; i < fleet.count; i++) {
        cr_assert_eq(fleet.slots[i].behaviours, 0);
    }
    sim_fleet_close(&fleet);
}

Test(sim_fleet, gives_flaws_to_the_share_that_was_asked)
{
    struct sim_options options = defaults();
    struct sim_fleet fleet;
    char error[200];
    uint32_t dead = 0;
    uint32_t hostile = 0;
    uint32_t both = 0;

    options.device_count = 20000;
    options.dead = 0.1;
    options.hostile = 0.3;
    cr_assert_eq(sim_fleet_open(&fleet, &options, error, sizeof(error)), 0);
    for (uint32_t i = 0; i < fleet.count; i++) {
        bool is_dead = (fleet.slots[i].behaviours & SIM_BEHAVIOUR_DEAD) != 0;
        bool is_hostile = (fleet.slots[i].behaviours & SIM_BEHAVIOUR_HOSTILE) != 0;

        dead += is_dead;
        hostile += is_hostile;
        both += is_dead && is_hostile;
        cr_assert_lt(fleet.slots[i].hostile_kind, sim_hostile_count());
    }
    cr_assert(dead > 1800 && dead < 2200, "%u", dead);
    cr_assert(hostile > 5700 && hostile < 6300, "%u", hostile);
    cr_assert(both > 480 && both < 720, "%u", both);
    sim_fleet_close(&fleet);
}

Test(sim_fleet, is_the_same_for_the_same_seed_and_another_for_another)
{
    struct sim_options options = defaults();
    struct sim_fleet first;
    struct sim_fleet second;
    struct sim_identity one;
    struct sim_identity two;
    char error[200];

    cr_assert_eq(sim_fleet_open(&first, &options, error, sizeof(error)), 0);
    cr_assert_eq(sim_fleet_open(&second, &options, error, sizeof(error)), 0);
    sim_fleet_identify(&first, 9, &one);
    sim_fleet_identify(&second, 9, &two);
    cr_assert_eq(one.key, two.key);
    sim_fleet_close(&second);
    options.seed = 2;
    cr_assert_eq(sim_fleet_open(&second, &options, error, sizeof(error)), 0);
    sim_fleet_identify(&second, 9, &two);
    cr_assert_neq(one.key, two.key);
    sim_fleet_close(&second);
    sim_fleet_close(&first);
}

Test(sim_fleet, adds_recordings_in_the_order_of_their_names)
{
    char folder[] = "/tmp/platen-sim-XXXXXX";
    char path[100];
    struct sim_options options = defaults();
    struct sim_fleet fleet;
    struct sim_identity identity;
    char error[200];

    cr_assert_not_null(mkdtemp(folder));
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"b.snmprec", "a.snmprec", "notes.txt"};
        FILE *out;

        (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        out = fopen(path, "w");
        cr_assert_not_null(out);
        (void)fputs("1.3.6.1.2.1.1.1.0|4|x\n", out);
        (void)fclose(out);
    }
    options.device_count = 2;
    options.recordings = folder;
    cr_assert_eq(sim_fleet_open(&fleet, &options, error, sizeof(error)), 0);
    cr_assert_eq(fleet.count, 4);
    sim_fleet_identify(&fleet, 2, &identity);
    cr_assert_str_eq(identity.model->name, "a");
    cr_assert_null(identity.model->spec);
    sim_fleet_identify(&fleet, 3, &identity);
    cr_assert_str_eq(identity.model->name, "b");
    sim_fleet_close(&fleet);
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"b.snmprec", "a.snmprec", "notes.txt"};

        (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
    cr_assert_eq(sim_fleet_open(&fleet, &options, error, sizeof(error)), -ENOENT);
}

Test(sim_fleet, spends_at_most_32_bytes_on_a_device)
{
    cr_assert_leq(sizeof(struct sim_slot), 32);
}

Test(sim_fleet, spread_devices_have_addresses_of_their_own)
{
    const uint32_t spreads[] = {300, 301, 1000, 65534};
    for (size_t i = 0; i < sizeof(spreads) / sizeof(spreads[0]); i++) {
        struct sim_options options = {.device_count = 250,
                                      .other_count = 50,
                                      .spread = spreads[i],
                                      .base = 0x7f010001,
                                      .seed = 1,
                                      .community = "public"};
        struct sim_fleet spread;
        char error[200];
        uint32_t found = 0;
        cr_assert_eq(sim_fleet_open(&spread, &options, error, sizeof(error)), 0, "%s", error);
        for (uint32_t at = 0; at < spreads[i] + 10; at++) {
            struct sim_identity identity;
            uint32_t number;
            if (sim_fleet_find(&spread, options.base + at, &number)) {
                sim_fleet_identify(&spread, number, &identity);
                cr_assert_eq(identity.address, options.base + at);
                found++;
            }
        }
        cr_assert_eq(found, 300);
        sim_fleet_close(&spread);
    }
}

Test(sim_fleet, others_have_no_printer_mib)
{
    struct sim_options options = {
        .device_count = 3, .other_count = 16, .base = 0x7f010001, .seed = 1, .community = "public"};
    struct sim_fleet mixed;
    char error[200];
    cr_assert_eq(sim_fleet_open(&mixed, &options, error, sizeof(error)), 0, "%s", error);
    cr_assert_eq(mixed.count, 19);
    for (uint32_t i = 0; i < mixed.count; i++) {
        struct sim_identity identity;
        sim_fleet_identify(&mixed, i, &identity);
        bool is_other = (identity.model->spec->habits & SIM_HABIT_NO_PRINTER) != 0;
        cr_assert_eq(is_other, i >= 3);
    }
    sim_fleet_close(&mixed);
}

Test(sim_fleet, devices_take_communities_in_turn)
{
    const struct sim_options options = {.community = "a,bc,d"};
    const struct sim_slice bc = {(const uint8_t *)"bc", 2};
    const struct sim_slice all = {(const uint8_t *)"a,bc,d", 6};
    cr_assert(sim_options_takes(&options, 1, bc));
    cr_assert(sim_options_takes(&options, 4, bc));
    cr_assert_not(sim_options_takes(&options, 0, bc));
    cr_assert_not(sim_options_takes(&options, 1, all));
}

static int by_text(const void *left, const void *right)
{
    return strcmp(left, right);
}

Test(sim_fleet, ports_of_a_print_server_have_its_card_and_serials_of_their_own)
{
    struct sim_fleet servers;
    char serials[2000 * 3][SIM_TEXT_MAX + 1];

    support_sim_open(&servers, "jetdirect-ex", 2000);
    for (uint32_t i = 0; i < 2000u * 3u; i++) {
        struct sim_identity identity;
        struct sim_view view;
        uint8_t mac[6];
        uint8_t first[6];

        sim_fleet_identify(&servers, i / 3, &identity);
        sim_device_view(&view, &identity, SIM_EPOCH_MS, 0);
        sim_device_mac(&view, first);
        sim_port_identify(&identity, (uint8_t)(1 + i % 3));
        sim_device_view(&view, &identity, SIM_EPOCH_MS, 0);
        sim_device_mac(&view, mac);
        cr_assert_eq(memcmp(mac, first, sizeof(mac)), 0);
        serials[i][sim_device_text(&view, "%s", 0, serials[i])] = '\0';
    }
    qsort(serials, 2000u * 3u, sizeof(serials[0]), by_text);
    for (uint32_t i = 1; i < 2000u * 3u; i++) {
        cr_assert_str_neq(serials[i - 1], serials[i]);
    }
    sim_fleet_close(&servers);
}

Test(sim_fleet, fleets_of_other_seeds_have_other_cards)
{
    static uint8_t cards[2][500][6];

    for (unsigned seed = 0; seed < 2; seed++) {
        struct sim_options options = defaults();
        struct sim_fleet fleet;
        char error[200];

        options.device_count = 500;
        options.seed = seed + 1;
        cr_assert_eq(sim_fleet_open(&fleet, &options, error, sizeof(error)), 0);
        for (uint32_t i = 0; i < 500; i++) {
            struct sim_identity identity;
            struct sim_view view;

            sim_fleet_identify(&fleet, i, &identity);
            sim_device_view(&view, &identity, SIM_EPOCH_MS, 0);
            sim_device_mac(&view, cards[seed][i]);
        }
        sim_fleet_close(&fleet);
    }
    for (uint32_t i = 0; i < 500; i++) {
        for (uint32_t j = 0; j < 500; j++) {
            cr_assert_neq(memcmp(cards[0][i], cards[1][j], 6), 0, "%u and %u", i, j);
        }
    }
}
