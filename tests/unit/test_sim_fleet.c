#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "bench/sim/hostile.h"
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
