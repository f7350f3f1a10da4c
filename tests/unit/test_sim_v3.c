#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/sim/options.h"
#include "bench/sim/v3.h"
#include "tests/unit/support_sim.h"

/* A manager and a fleet in one process: questions are wrapped, taken, answered and opened. */

#define SECOND_US 1000000u

static struct sim_options options;
static struct sim_fleet fleet;
static struct sim_v3 *v3;
static struct sim_usm *manager;
static struct sim_request request;
static struct sim_plan plan;
static struct sim_view view;
static struct sim_identity identity;
static struct sim_v3_call call;
static struct sim_usm_engine known; /* the manager's idea of the engine */
static struct sim_usm_question told;
static uint8_t space[2000];
static uint8_t buffer[SIM_ANSWER_BYTES(SIM_REPLY_MAX)];
static uint8_t room[SIM_DATAGRAM_MAX];
static uint64_t now_us;
static struct sim_slice asked_engine;    /* contextEngineID of questions; empty = the known one */
static const char *replaced_size = NULL; /* two bytes of another msgMaxSize */
static const char *const users[] = {"none", "auth:sha:authpass1",
                                    "priv:sha256:authpass1:aes:privpass1"};

static void open_fleet(const char *flaw, const char *context)
{
    char error[300];
    char program[] = "platen-sim";
    char *arguments[] = {program, NULL};

    cr_assert_eq(sim_options_parse(&options, 1, arguments, error, sizeof(error)), 0);
    options.device_count = 40;
    options.context = context;
    options.v3_flaw = flaw == NULL ? 0 : 1;
    options.v3_flaw_kind = flaw;
    options.v3_user_count = 3;
    memcpy(options.v3_users, users, sizeof(users));
    cr_assert_eq(sim_fleet_open(&fleet, &options, error, sizeof(error)), 0, "%s", error);
    cr_assert_eq(sim_v3_open(&v3, &fleet, &options), 0);
    cr_assert_eq(sim_usm_open(&manager, users, 3, 9), 0);
    now_us = 0;
}

static void close_fleet(void)
{
    sim_usm_close(manager);
    sim_v3_close(v3);
    sim_fleet_close(&fleet);
}

TestSuite(sim_v3, .fini = close_fleet);

static void point_at(uint32_t number)
{
    sim_fleet_identify(&fleet, number, &identity);
    sim_device_view(&view, &identity, options.epoch_ms, 0);
    call = (struct sim_v3_call){.identity = &identity,
                                .view = &view,
                                .slot = &fleet.slots[number],
                                .elapsed_us = now_us,
                                .buffer = buffer,
                                .reply_max = SIM_REPLY_MAX};
}

/* Asks for the names; call.message is the answer. Returns: what it came to. */
static enum sim_v3_outcome ask(uint32_t number, const char *user, enum sim_usm_level level,
                               const char *context)
{
    static const struct support_sim_question question = {
        .version = 1,
        .type = SIM_TAG_GET,
        .count = 2,
        .names = {"1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.43.5.1.1.17.1"}};
    struct sim_usm_envelope envelope = {
        .msg_id = 4711,
        .level = level,
        .engine = {known.id, known.id_length},
        .boots = known.boots,
        .time = known.time,
        .user = {(const uint8_t *)user, strlen(user)},
        .context_engine = {known.id, known.id_length},
        .context_name = {(const uint8_t *)context, strlen(context)},
        .is_reportable = true,
    };
    const struct sim_usm_user *mine = sim_usm_user_find(manager, envelope.user);
    enum sim_v3_outcome outcome;
    size_t n = support_sim_encode(&question, space + 400);
    const uint8_t *pdu;

    if (asked_engine.length > 0) {
        envelope.context_engine = asked_engine;
    }
    envelope.key = mine == NULL ? NULL : sim_usm_user_key(manager, mine, envelope.engine);
    /* The PDU begins after a header of two or more bytes, the version and the community. */
    pdu = (const uint8_t *)memmem(space + 400, n, "public", 6) + 6;
    n -= (size_t)(pdu - (space + 400));
    memmove(space + 400, pdu, n);
    point_at(number);
    sim_usm_wrap(manager, &envelope, space + 400, n, &call.datagram);
    if (replaced_size != NULL) {
        uint8_t *size = memmem(space, sizeof(space), "\2\2\x21\x40\4\1", 6);

        cr_assert_neq(size, NULL);
        memcpy(size + 2, replaced_size, 2);
    }
    outcome = sim_v3_take(v3, &call, &request);
    if (outcome == SIM_V3_ASKS) {
        cr_assert(sim_request_names(&request));
        sim_agent_plan(call.mib, &view, &request, call.reply_max, 0, &plan);
        (void)sim_agent_write(&view, &request, &plan, 0, (struct sim_room){buffer, call.reply_max},
                              &call.message);
        sim_v3_wrap(v3, buffer, call.message, &call.message);
        cr_assert_leq(call.message.length, call.reply_max);
    }
    return outcome;
}

/* Opens what came as the manager would, were the engine as it believes. */
static enum sim_usm_verdict hear(struct sim_slice message)
{
    known.counters = NULL;
    return sim_usm_take(manager, &known, message, &told);
}

/* Discovers the engine of a device: an empty id, then what the Report says. */
static void discover(uint32_t number)
{
    known = (struct sim_usm_engine){0};
    cr_assert_eq(ask(number, "none", SIM_USM_NO_AUTH, ""), SIM_V3_REPORT);
    (void)hear(call.message);
    memcpy(known.id, told.engine.bytes, told.engine.length);
    known.id_length = told.engine.length;
    known.boots = told.boots;
    known.time = told.time;
}

Test(sim_v3, gives_each_device_an_engine_that_the_seed_makes)
{
    struct sim_usm_engine engines[40];

    open_fleet(NULL, NULL);
    for (uint32_t i = 0; i < 40; i++) {
        point_at(i);
        sim_v3_engine(v3, &call, &engines[i]);
        cr_assert_geq(engines[i].id_length, SIM_USM_ENGINE_MIN);
        cr_assert_eq(engines[i].id[0] & 0x80, 0x80);
        cr_assert_geq(engines[i].boots, 1);
        for (uint32_t j = 0; j < i; j++) {
            cr_assert(engines[i].id_length != engines[j].id_length ||
                      memcmp(engines[i].id, engines[j].id, engines[i].id_length) != 0);
        }
        discover(i);
        cr_assert_eq(known.id_length, engines[i].id_length);
        cr_assert_arr_eq(known.id, engines[i].id, known.id_length);
        cr_assert_eq(known.boots, engines[i].boots);
        cr_assert_eq(known.time, engines[i].time);
    }
    now_us = 90 * SECOND_US;
    point_at(3);
    sim_v3_engine(v3, &call, &known);
    cr_assert_eq(known.time, engines[3].time + 90);
}

Test(sim_v3, answers_at_the_level_of_the_user_and_denies_less)
{
    open_fleet(NULL, NULL);
    discover(5);
    cr_assert_eq(ask(5, "priv", SIM_USM_PRIV, ""), SIM_V3_ASKS);
    cr_assert_eq(hear(call.message), SIM_USM_FINE);
    cr_assert_eq(told.msg_id, 4711);
    cr_assert_eq(told.level, SIM_USM_PRIV);
    cr_assert_not(told.is_reportable);
    cr_assert_eq(told.pdu.bytes[0], SIM_TAG_RESPONSE);
    cr_assert_eq(ask(5, "none", SIM_USM_NO_AUTH, ""), SIM_V3_ASKS);
    cr_assert_eq(ask(5, "auth", SIM_USM_AUTH, ""), SIM_V3_ASKS);
    cr_assert_eq(ask(5, "priv", SIM_USM_AUTH, ""), SIM_V3_DENIED);
    cr_assert_eq(hear(call.message), SIM_USM_FINE);
    cr_assert_eq(told.level, SIM_USM_AUTH);
    cr_assert_neq(memmem(told.pdu.bytes, told.pdu.length, "\2\1\x10", 3), NULL);
    cr_assert_eq(ask(5, "nobody", SIM_USM_NO_AUTH, ""), SIM_V3_REPORT);
}

Test(sim_v3, hides_the_printer_where_a_context_is_needed)
{
    open_fleet(NULL, "Jetdirect:HP");
    for (uint32_t i = 0; i < 30; i++) {
        bool is_hp;

        discover(i);
        is_hp = strncmp(identity.model->name, "hp", 2) == 0;
        cr_assert_eq(ask(i, "priv", SIM_USM_PRIV, ""), SIM_V3_ASKS);
        cr_assert_eq(hear(call.message), SIM_USM_FINE);
        cr_assert_eq(memmem(told.pdu.bytes, told.pdu.length, "\x80\0", 2) != NULL, is_hp, "%s",
                     identity.model->name);
        cr_assert_eq(ask(i, "priv", SIM_USM_PRIV, "Jetdirect"),
                     is_hp ? SIM_V3_ASKS : SIM_V3_REPORT);
        cr_assert_eq(hear(call.message), SIM_USM_FINE);
        cr_assert_eq(told.level, SIM_USM_PRIV);
        cr_assert_eq(ask(i, "priv", SIM_USM_PRIV, "jetdirect"), SIM_V3_REPORT);
    }
}

Test(sim_v3, answers_for_its_own_and_the_local_context_engine_only)
{
    static const uint8_t local[] = {0x80, 0, 0, 0, 6};
    static const uint8_t other[] = {0x80, 0, 0, 9, 6};

    open_fleet(NULL, NULL);
    discover(2);
    asked_engine = (struct sim_slice){local, sizeof(local)};
    cr_assert_eq(ask(2, "priv", SIM_USM_PRIV, ""), SIM_V3_ASKS);
    asked_engine = (struct sim_slice){other, sizeof(other)};
    cr_assert_eq(ask(2, "priv", SIM_USM_PRIV, ""), SIM_V3_REPORT);
    cr_assert_eq(hear(call.message), SIM_USM_FINE);
    cr_assert_neq(memmem(told.pdu.bytes, told.pdu.length, "\x2b\6\1\6\3\x0b\2\1\3\0", 10), NULL);
}

Test(sim_v3, sends_no_more_than_the_manager_takes)
{
    open_fleet(NULL, NULL);
    discover(2);
    cr_assert_eq(ask(2, "none", SIM_USM_NO_AUTH, ""), SIM_V3_ASKS);
    cr_assert_eq(call.reply_max, SIM_REPLY_MAX);
    replaced_size = "\x01\xe4"; /* 484 */
    cr_assert_eq(ask(2, "none", SIM_USM_NO_AUTH, ""), SIM_V3_ASKS);
    cr_assert_eq(call.reply_max, 484);
    replaced_size = "\x01\xe3";
    cr_assert_eq(ask(2, "none", SIM_USM_NO_AUTH, ""), SIM_V3_DROPS);
}

/* ---- flaws ---- */

/* Asks device 7 once with what the manager knows; whether a reading may be taken. */
static bool is_read(void)
{
    if (ask(7, "priv", SIM_USM_PRIV, "") != SIM_V3_ASKS) {
        return false;
    }
    return hear(call.message) == SIM_USM_FINE && told.level == SIM_USM_PRIV && told.msg_id == 4711;
}

/* The same after the manager has taken boots and time of an authenticated Report. */
static bool is_read_after_resync(void)
{
    if (is_read()) {
        return true;
    }
    cr_assert_eq(call.message.bytes[0], 0x30);
    (void)hear(call.message);
    known.boots = told.boots;
    known.time = told.time;
    return is_read();
}

static void start_with(const char *flaw)
{
    open_fleet(flaw, NULL);
    discover(7);
}

Test(sim_v3, clock_fast_leaves_the_window_and_comes_back)
{
    start_with("clock-fast");
    cr_assert(is_read());
    now_us = 10 * SECOND_US;
    known.time += 10;
    cr_assert_not(is_read());
    cr_assert(is_read_after_resync());
}

Test(sim_v3, clock_still_leaves_the_window_after_150_seconds)
{
    start_with("clock-still");
    now_us = 151 * SECOND_US;
    known.time += 150;
    cr_assert(is_read());
    known.time++;
    cr_assert_not(is_read());
    cr_assert(is_read_after_resync());
}

Test(sim_v3, same_engine_is_the_same_everywhere)
{
    struct sim_usm_engine other;

    start_with("same-engine");
    cr_assert(is_read());
    other = known;
    discover(8);
    cr_assert_eq(known.id_length, other.id_length);
    cr_assert_arr_eq(known.id, other.id, other.id_length);
}

Test(sim_v3, reboots_come_with_each_tenth_question)
{
    start_with("reboots");
    for (unsigned i = 0; i < 8; i++) {
        cr_assert(is_read());
    }
    cr_assert_not(is_read());
    cr_assert(is_read_after_resync());
    cr_assert_lt(known.time, 5);
}

Test(sim_v3, boots_fall_back_once)
{
    start_with("boots-back");
    for (unsigned i = 0; i < 8; i++) {
        cr_assert(is_read());
    }
    cr_assert_not(is_read());
    cr_assert(is_read_after_resync());
    cr_assert_eq(known.boots, 1);
    for (unsigned i = 0; i < 20; i++) {
        cr_assert(is_read());
    }
}

Test(sim_v3, evil_kinds_are_never_read)
{
    for (int i = 0; i < SIM_V3_FLAW_COUNT; i++) {
        const struct sim_v3_flaw_kind *kind = sim_v3_flaw_describe((enum sim_v3_flaw)i);

        cr_assert_eq(sim_v3_flaw_find(kind->name, strlen(kind->name)), i);
        start_with(kind->name);
        if (kind->is_benign) {
            cr_assert(is_read(), "%s", kind->name);
        } else {
            cr_assert_not(is_read(), "%s", kind->name);
            cr_assert_not(is_read_after_resync(), "%s", kind->name);
        }
        if (i + 1 < SIM_V3_FLAW_COUNT) {
            close_fleet();
        }
    }
    cr_assert_eq(sim_v3_flaw_find("nonsense", 8), -1);
}

Test(sim_v3, loop_window_is_authentic_and_always_the_same)
{
    start_with("loop-window");
    for (unsigned i = 0; i < 5; i++) {
        cr_assert_eq(ask(7, "priv", SIM_USM_PRIV, ""), SIM_V3_REPORT);
        cr_assert_eq(hear(call.message), SIM_USM_FINE);
        cr_assert_eq(told.level, SIM_USM_AUTH);
        cr_assert_eq(told.time, known.time);
    }
}

Test(sim_v3, spoofed_reports_and_replays_come_before_the_answer)
{
    struct sim_slice extra;

    start_with("report-spoof");
    cr_assert(is_read());
    for (unsigned i = 0; i < 6; i++) {
        extra = call.message;
        cr_assert(sim_v3_forerun(v3, i, room, &extra));
        (void)hear(extra);
        cr_assert_eq(told.level, SIM_USM_NO_AUTH);
        cr_assert_eq(told.msg_id, 4711);
    }
    cr_assert_not(sim_v3_forerun(v3, 6, room, &extra));
    close_fleet();
    start_with("replay");
    cr_assert(is_read());
    extra = call.message;
    cr_assert_not(sim_v3_forerun(v3, 0, room, &extra));
    cr_assert(is_read());
    extra = call.message;
    cr_assert(sim_v3_forerun(v3, 0, room, &extra));
    cr_assert_eq(hear(extra), SIM_USM_FINE);
    extra = call.message;
    cr_assert_not(sim_v3_forerun(v3, 1, room, &extra));
}

Test(sim_v3, shares_are_of_devices)
{
    unsigned speakers = 0;
    char error[300];

    open_fleet(NULL, NULL);
    sim_fleet_close(&fleet);
    options.v3_share = 0.5;
    options.v3_flaw = 1;
    cr_assert_eq(sim_fleet_open(&fleet, &options, error, sizeof(error)), 0);
    for (uint32_t i = 0; i < fleet.count; i++) {
        speakers += fleet.slots[i].speaks_v3;
        cr_assert_eq(fleet.slots[i].v3_flaw != 0, fleet.slots[i].speaks_v3);
    }
    cr_assert_gt(speakers, 8);
    cr_assert_lt(speakers, 32);
}
