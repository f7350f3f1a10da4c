/*
 * Polls with a vendor's profile: its private objects are read in few questions in whatever way the
 * agent lets itself be asked, beside the standard's or apart from them; what is not there is not
 * asked again, and what goes wrong with them costs nothing of the standard's.
 */
#include <inttypes.h>
#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/private.h"
#include "proto/oid.h"
#include "proto/reading.h"
#include "tests/scenario/support_fleet.h"

#define MS      INT64_C(1000)
#define ROOT    "1.3.6.1.4.1.9999"
#define HOUR_US (3600 * WORLD_SECOND_US)
#define ROWS    20

#define PROOF " source: s, fixture: {given: [x], expect: y}}\n"
static const char PROFILE[] = "name: office\ntitle: Office\nroot: " ROOT "\n"
                              "match:\n  - {object_id: " ROOT "," PROOF
                              "identity:\n  - {field: asset_tag, oid: .1.1.0," PROOF "meters:\n"
                              "  - {key: print, unit: pages, oid: .2.1.0," PROOF
                              "  - {key: copy, unit: pages, oid: .2.2.0," PROOF
                              "  - {key: fax, unit: pages, oid: .2.3.0," PROOF /* not there */
                              "  - {key: size_*, unit: clicks, column: .3.2, by: .3.1," PROOF
                              "  - {key: scan, unit: pages, column: .4.1," PROOF /* not there */
                              "avoid:\n  - {oid: .2.4," PROOF;

static struct profile_set set;
static struct reading reading;
static struct agent_mib mib;
static struct world *world;
static struct fleet *fleet;

static void put_private(void)
{
    uint8_t octets[OID_BER_MAX];
    size_t size;

    agent_mib_drop(&mib, "1.3.6.1.2.1.1.2");
    cr_assert_eq(oid_from_text(ROOT ".7", octets, sizeof(octets), &size), 0);
    agent_mib_put(&mib, "1.3.6.1.2.1.1.2", "0", GATE_OID, bytes_of(octets, size));
    agent_mib_put(&mib, ROOT ".1.1", "0", GATE_OCTET_STRING, bytes_from_text("LEASE-7"));
    agent_mib_put_number(&mib, ROOT ".2.1", "0", GATE_COUNTER32, 100);
    agent_mib_put_number(&mib, ROOT ".2.2", "0", GATE_COUNTER32, 200);
    for (int i = 1; i <= ROWS; i++) {
        char index[16];
        char label[16];
        snprintf(index, sizeof(index), "1.%d", i);
        snprintf(label, sizeof(label), "S%d", i);
        agent_mib_put(&mib, ROOT ".3.1", index, GATE_OCTET_STRING, bytes_from_text(label));
        agent_mib_put_number(&mib, ROOT ".3.2", index, GATE_COUNTER32, 1000 + i);
    }
    /* Behind the column, and what no rule wants. */
    agent_mib_put_number(&mib, ROOT ".3.9", "1", GATE_COUNTER32, 9);
    agent_mib_put_number(&mib, ROOT ".5", "0", GATE_COUNTER32, 5);
    agent_mib_sort(&mib);
}

static void open_device(void)
{
    struct model_shape shape = model_office();
    struct profile_error error = {.text = ""};

    profile_set_init(&set);
    cr_assert_eq(profile_set_add(&set, "office.yaml", bytes_from_text(PROFILE), &error), 0, "%s",
                 error.text);
    cr_assert_eq(profile_set_link(&set, &error), 0, "%s", error.text);
    cr_assert_eq(reading_init(&reading), 0);
    reading_use_profiles(&reading, &set);
    mib = model_printer(&shape);
    put_private();
    world = world_new(11, 1, &mib);
    fleet = fleet_new(world);
    fleet->keeps_records = true;
    fleet->config.profiles = &set;
    world_device(world, 0)->link =
        (struct world_link){.delay_min_us = 5 * MS, .delay_max_us = 9 * MS};
}

static void close_device(void)
{
    fleet_free(fleet);
    world_free(world);
    agent_mib_free(&mib);
    reading_fini(&reading);
    profile_set_fini(&set);
}

TestSuite(private, .init = open_device, .fini = close_device, .timeout = 60);

static struct agent *agent(void)
{
    return &world_device(world, 0)->agent;
}

static struct bytes static_part;
static uint8_t static_copy[RECORD_BYTES_MAX];

/* Sweeps and decodes what is known then. */
static const struct fleet_end *poll(void)
{
    const struct fleet_end *end = &fleet->ends[0];

    world_wait(world, HOUR_US);
    fleet_sweep(fleet);
    if (end->has_static) {
        memcpy(static_copy, end->static_part, end->static_size);
        static_part = bytes_of(static_copy, end->static_size);
    }
    cr_assert_eq(
        reading_decode(&reading, static_part, bytes_of(end->moving_part, end->moving_size), false),
        0);
    return end;
}

static int64_t meter(const char *key)
{
    for (size_t i = 0; i < reading.meter_count; i++) {
        if (strcmp(reading.meters[i].key, key) == 0) {
            return reading.meters[i].value;
        }
    }
    return READING_ABSENT;
}

static void expect_all(const char *mode)
{
    char key[32];

    cr_expect_str_eq(reading.identity.asset_tag, "LEASE-7", "%s", mode);
    cr_expect_eq(meter("print"), 100, "%s", mode);
    cr_expect_eq(meter("copy"), 200, "%s", mode);
    cr_expect_eq(meter("fax"), READING_ABSENT, "%s", mode);
    cr_expect_eq(meter("scan"), READING_ABSENT, "%s", mode);
    for (int i = 1; i <= ROWS; i++) {
        snprintf(key, sizeof(key), "size_s%d", i);
        cr_expect_eq(meter(key), 1000 + i, "%s: %s", mode, key);
    }
    cr_expect_eq(reading.meter_count, 3 + ROWS, "%s: %zu meters", mode, reading.meter_count);
}

struct mode {
    const char *name;
    enum sweep_version version;
    struct agent_habits habits;
    uint16_t loss_permille;
};

Test(private, is_read_whole_however_the_agent_lets_itself_be_asked)
{
    static const struct mode modes[] = {
        {.name = "bulk"},
        {.name = "v1", .version = SWEEP_V1},
        {.name = "v1, index 0", .version = SWEEP_V1, .habits = {.index = AGENT_INDEX_ZERO}},
        {.name = "v1, index 99", .version = SWEEP_V1, .habits = {.index = AGENT_INDEX_99}},
        {.name = "too big above 484", .habits = {.too_big_above = 484}},
        {.name = "v1, too big above 484", .version = SWEEP_V1, .habits = {.too_big_above = 484}},
        {.name = "bulk cut to 8", .habits = {.bulk_varbinds = 8}},
        {.name = "no bulk", .habits = {.is_bulk_generr = true}},
        {.name = "loss", .loss_permille = 30},
    };

    for (size_t i = 0; i < BASE_ARRAY_COUNT(modes); i++) {
        if (i > 0) {
            close_device();
            open_device();
        }
        agent()->habits = modes[i].habits;
        fleet->config.version = modes[i].version;
        world_device(world, 0)->link.loss_permille = modes[i].loss_permille;
        fleet->config.engine.retries = modes[i].loss_permille > 0 ? 7 : 2;
        const struct fleet_end *end = poll();
        cr_expect_eq(end->status, RECORD_OK, "%s", modes[i].name);
        expect_all(modes[i].name);
        /* and what moves alone, with what has been learned */
        end = poll();
        cr_expect_not(end->has_static, "%s", modes[i].name);
        cr_expect_eq(end->status, RECORD_OK, "%s", modes[i].name);
        expect_all(modes[i].name);
    }
}

Test(private, takes_few_questions_and_asks_nothing_twice_that_is_not_there)
{
    fleet->config.profiles = NULL;
    (void)poll();
    unsigned moving_without = poll()->questions;
    close_device();
    open_device();
    unsigned first = poll()->questions;
    unsigned second = poll()->questions;
    unsigned third = poll()->questions;
    cr_expect_leq(first, 14, "%u", first);
    /* two instances and 20 rows of a column, in the room that the standard's leave */
    cr_expect_leq(second, moving_without + 1, "%u against %u", second, moving_without);
    cr_expect_eq(second, third);
    expect_all("third");
    const struct learned *learned = &fleet->learned[0];
    cr_expect_neq(learned->profile, 0);
    unsigned absent = 0;
    for (size_t i = 0; i < LEARNED_PRIVATE_MAX; i++) {
        absent += learned->private_rows[i] == LEARNED_PRIVATE_ABSENT;
    }
    cr_expect_eq(absent, 2);
}

Test(private, errors_cost_nothing_of_the_standard)
{
    agent()->habits = (struct agent_habits){.walk = AGENT_WALK_GENERR, .wrong_root = ROOT};
    const struct fleet_end *end = poll();
    cr_expect_eq(end->status, RECORD_OK);
    cr_expect_eq(meter("print"), READING_ABSENT);
    cr_expect_gt(reading.supply_count, 0);
    /* not again, until names and capacities are read */
    unsigned questions = end->questions;
    end = poll();
    cr_expect_eq(end->status, RECORD_OK);
    cr_expect_lt(end->questions, questions / 2 + 1);
}

Test(private, walks_in_circles_end)
{
    static const enum agent_walk walks[] = {AGENT_WALK_REPEATS, AGENT_WALK_BACKWARD,
                                            AGENT_WALK_ENDLESS, AGENT_WALK_DEEPENS,
                                            AGENT_WALK_TO_START};

    for (size_t i = 0; i < BASE_ARRAY_COUNT(walks); i++) {
        if (i > 0) {
            close_device();
            open_device();
        }
        agent()->habits = (struct agent_habits){.walk = walks[i], .wrong_root = ROOT ".3"};
        const struct fleet_end *end = poll();
        cr_expect_eq(end->status, RECORD_OK, "%zu", i);
        cr_expect_leq(end->questions, 60, "%zu: %u", i, end->questions);
        cr_expect_leq(reading.meter_count, PROFILE_METERS_MAX + 1);
        cr_expect_eq(meter("print"), 100, "%zu", i);
    }
}

Test(private, of_another_profile_is_asked_anew_with_the_static_part)
{
    (void)poll();
    struct learned *learned = &fleet->learned[0];
    learned->profile ^= 1; /* as a newer set of profiles would have it */
    const struct fleet_end *end = poll();
    cr_expect_not(end->has_static);
    cr_expect_eq(meter("print"), READING_ABSENT);
    fleet->config.is_full = true;
    (void)poll();
    expect_all("full");
}

/* --- beside the standard's objects, or apart from them ---------------------------------------- */

Test(private, goes_apart_for_good_where_both_together_are_not_answered)
{
    static const struct mode modes[] = {
        {.name = "silent", .habits = {.temper = AGENT_TEMPER_MIXED_SILENT, .wrong_root = ROOT}},
        {.name = "genErr",
         .habits = {.temper = AGENT_TEMPER_MIXED_GENERR,
                    .index = AGENT_INDEX_ZERO,
                    .wrong_root = ROOT}},
    };

    for (size_t i = 0; i < BASE_ARRAY_COUNT(modes); i++) {
        if (i > 0) {
            close_device();
            open_device();
        }
        agent()->habits = modes[i].habits;
        const struct fleet_end *end = poll();
        cr_expect_eq(end->status, RECORD_OK, "%s", modes[i].name);
        expect_all(modes[i].name);
        cr_expect(fleet->learned[0].is_private_apart, "%s", modes[i].name);
        uint32_t answered = agent()->questions;
        uint32_t heard = world_device(world, 0)->heard;
        end = poll();
        expect_all(modes[i].name);
        cr_expect_leq(end->questions, 5, "%s: %u", modes[i].name, end->questions);
        cr_expect_eq(world_device(world, 0)->heard - heard, agent()->questions - answered, "%s",
                     modes[i].name);
        /* and full once more, until it has changed */
        agent()->habits = (struct agent_habits){.temper = AGENT_TEMPER_EVEN};
        fleet->config.is_full = true;
        (void)poll();
        cr_expect(fleet->learned[0].is_private_apart, "%s", modes[i].name);
        fleet->config.is_full = false;
        agent()->config_changes++;
        (void)poll();
        cr_expect_not(fleet->learned[0].is_private_apart, "%s", modes[i].name);
        expect_all(modes[i].name);
    }
}

Test(private, that_silences_the_device_is_asked_once)
{
    agent()->habits = (struct agent_habits){.temper = AGENT_TEMPER_SILENT, .wrong_root = ROOT};
    fleet->config.is_forced = true;
    const struct fleet_end *end = poll();
    cr_expect_eq(end->status, RECORD_OK);
    cr_expect_gt(reading.supply_count, 0);
    for (int i = 0; i < 3; i++) {
        uint32_t answered = agent()->questions;
        uint32_t heard = world_device(world, 0)->heard;
        end = poll();
        cr_expect_eq(end->status, RECORD_OK);
        cr_expect_eq(world_device(world, 0)->heard - heard, agent()->questions - answered);
    }
}

Test(private, survives_an_outage_of_the_device)
{
    (void)poll();
    world_device(world, 0)->restart_after = 2; /* answers, then it is away for long */
    world_device(world, 0)->restart_us = 600 * WORLD_SECOND_US;
    (void)poll();
    world_device(world, 0)->restart_after = 0;
    (void)poll();
    expect_all("after");
}

Test(private, is_found_by_get_where_getnext_passes_it_over)
{
    agent()->habits = (struct agent_habits){.walk = AGENT_WALK_PASSES, .wrong_root = ROOT ".2"};
    for (int i = 0; i < 3; i++) {
        fleet->config.is_full = i == 2;
        const struct fleet_end *end = poll();
        cr_expect_eq(end->status, RECORD_OK);
        expect_all("by GET");
    }
    /* From one poll to the next they have disappeared from its walk, and come back to it. */
    close_device();
    open_device();
    (void)poll();
    agent()->habits = (struct agent_habits){.walk = AGENT_WALK_PASSES, .wrong_root = ROOT ".2"};
    (void)poll();
    expect_all("passed over");
    agent()->habits = (struct agent_habits){.walk = AGENT_WALK_RIGHT};
    (void)poll();
    expect_all("there again");
}

/* Fails when a private object stands twice in the record of what moves. */
static void expect_none_doubled(void)
{
    static struct bytes names[256];
    const struct fleet_end *end = &fleet->ends[0];
    struct record_entry entry;
    size_t offset = 0;
    size_t count = 0;

    while (record_next(bytes_of(end->moving_part, end->moving_size), &offset, &entry)) {
        if (entry.object != RECORD_PRIVATE) {
            cr_expect_eq(count, 0, "private objects stand behind all others");
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            cr_expect_not(bytes_equal(names[i], entry.index));
        }
        names[count++] = entry.index;
        cr_assert_lt(count, BASE_ARRAY_COUNT(names));
    }
    cr_expect_gt(count, 0);
}

Test(private, is_read_anew_when_a_poll_becomes_one_of_everything)
{
    struct model_shape shape = model_office();
    struct agent_mib before = mib;

    (void)poll();
    /* Rows that nobody has announced: it is noticed when all has been asked. */
    shape.rows[OBJECT_TABLE_SUPPLY]++;
    mib = model_printer(&shape);
    put_private();
    agent()->mib = &mib;
    const struct fleet_end *end = poll();
    cr_expect(end->has_static);
    expect_all("other rows");
    expect_none_doubled();
    /* Announced at once. */
    agent()->config_changes++;
    end = poll();
    cr_expect(end->has_static);
    expect_all("another configuration");
    expect_none_doubled();
    agent_mib_free(&before);
}

static unsigned guesses;

/* The name before ROOT.2.3.0, which the device does not have. */
static void count_guesses(void *owner, uint32_t device, struct bytes datagram, int64_t now_us)
{
    static const uint8_t guess[] = {6, 9, 0x2b, 6, 1, 4, 1, 0xce, 0x0f, 2, 3, 5, 0};

    (void)owner;
    (void)device;
    (void)now_us;
    guesses += memmem(datagram.data, datagram.size, guess, sizeof(guess)) != NULL ? 1 : 0;
}

Test(private, is_not_guessed_by_getnext_where_something_must_not_be_asked)
{
    static const char avoid[] = "avoid:\n";
    struct profile_error error = {.text = ""};
    char text[sizeof(PROFILE)];

    world_watch(world, count_guesses, NULL);
    (void)poll();
    expect_all("something avoided");
    cr_expect_eq(guesses, 0);
    close_device();
    open_device();
    memcpy(text, PROFILE, sizeof(text));
    *strstr(text, avoid) = '\0';
    profile_set_fini(&set);
    profile_set_init(&set);
    cr_assert_eq(profile_set_add(&set, "office.yaml", bytes_from_text(text), &error), 0, "%s",
                 error.text);
    cr_assert_eq(profile_set_link(&set, &error), 0, "%s", error.text);
    world_watch(world, count_guesses, NULL);
    (void)poll();
    expect_all("nothing avoided");
    cr_expect_gt(guesses, 0);
}

/* --- the walk alone --------------------------------------------------------------------------- */

Test(private, is_given_up_when_the_device_falls_silent)
{
    static struct plan_column columns[OBJECT_ID_LIMIT];
    static struct plan_question question;
    static struct private_walk walk;
    struct plan plan = {.columns = columns};
    struct learned learned;
    const struct private_ground ground = {.profiles = &set, .learned = &learned};
    const uint8_t name[] = {0x2b, 6, 1, 4, 1, 0xce, 0x0f, 7};
    unsigned asked = 0;

    learned_init(&learned);
    cr_assert_eq(plan_start(&plan, PLAN_FULL, &learned, false), 0);
    plan.has_printer_mib = true;
    cr_assert_eq(record_put(&plan.parts[OBJECT_PACE_STATIC], OBJECT_SYS_OBJECT_ID, bytes_of("", 1),
                            GATE_OID, bytes_of(name, sizeof(name))),
                 0);
    private_begin_alone(&walk, &plan, &ground);
    cr_assert_eq(walk.count, 7);
    while (private_ask(&walk, &plan, &question)) {
        asked++;
        if (!private_silence(&walk)) {
            break;
        }
    }
    cr_expect_leq(asked, 3, "%u", asked);
    cr_expect_not(private_ask(&walk, &plan, &question));
    private_learn(&walk, &learned);
    private_fini(&walk);
    plan_fini(&plan);
}
