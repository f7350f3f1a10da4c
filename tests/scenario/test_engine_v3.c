/*
 * SNMPv3 requests over a bad network: discovery, clocks, Reports, engines that are wrong or lie.
 * Each request ends once, by its deadline, under its own name, and no lie is ever an answer.
 */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/engine/engine.h"
#include "tests/scenario/support_model.h"
#include "tests/scenario/support_v3.h"

#define DEVICES 8
#define MS      INT64_C(1000)

static const char *const USERS[] = {"admin:sha256:authpass1:aes:privpass1", "reader:md5:authpass2",
                                    "guest", NULL};

/* One device, one session, and how its last request ended. */
struct line {
    struct v3_agent *agent;
    struct usm_user user;
    struct usm_session session;
    struct engine_peer peer;
    bool has_ended;
    int status;
    unsigned attempts;
    size_t count;
    int64_t ended_us;
    int64_t waited_us;
};

static struct agent_mib mib;
static struct sim_usm *users;
static struct world *world;
static struct engine *engine;
static struct line lines[DEVICES];
static in_port_t port_flip;            /* of the port that answers come from */
static int64_t stop_at_us = INT64_MAX; /* of run */

static void take_user(struct line *line, const char *name, enum usm_auth auth,
                      const char *auth_password, enum usm_priv priv, const char *priv_password)
{
    line->user = (struct usm_user){.number = 1, .auth = auth, .priv = priv};
    line->user.name_size = (uint8_t)strlen(name);
    memcpy(line->user.name, name, strlen(name));
    if (auth != USM_NO_AUTH) {
        usm_password_key(auth, bytes_from_text(auth_password), line->user.auth_key);
    }
    if (priv != USM_NO_PRIV) {
        usm_password_key(auth, bytes_from_text(priv_password), line->user.priv_key);
    }
    cr_assert_eq(usm_session_user(&line->session, &line->user, bytes_of(NULL, 0), NULL), 0);
}

static void open_world(void)
{
    struct model_shape shape = {.device = 1, .rows = {[OBJECT_TABLE_SYSTEM] = 1}};
    mib = model_printer(&shape);
    users = v3_users(USERS, 7);
    world = world_new(7, DEVICES, &mib);
    const struct engine_config config = {.max_inflight = 64,
                                         .per_device = 1,
                                         .burst = 1,
                                         .sends_per_turn = 256,
                                         .initial_timeout_us = 1000000,
                                         .retries = 2,
                                         .seed = 7,
                                         .id_secret = {7, 99},
                                         .salt = 77};
    engine = engine_new(&config, world_wire(world));
    for (uint32_t i = 0; i < DEVICES; i++) {
        struct line *line = &lines[i];
        *line = (struct line){0};
        line->agent = v3_agent_new(world, i, users);
        line->peer.address = world_device(world, i)->address;
        usm_session_init(&line->session, NULL);
        world_device(world, i)->link =
            (struct world_link){.delay_min_us = 10 * MS, .delay_max_us = 10 * MS};
    }
    take_user(&lines[0], "admin", USM_SHA256, "authpass1", USM_AES128, "privpass1");
}

static void close_world(void)
{
    engine_free(engine);
    for (uint32_t i = 0; i < DEVICES; i++) {
        v3_agent_free(lines[i].agent);
    }
    sim_usm_close(users);
    world_free(world);
    agent_mib_free(&mib);
}

TestSuite(engine_v3, .init = open_world, .fini = close_world, .timeout = 60);

static void line_ended(void *argument, const struct engine_reply *reply)
{
    struct line *line = argument;
    cr_assert_not(line->has_ended, "ended twice");
    line->has_ended = true;
    line->status = reply->status;
    line->attempts = reply->attempts;
    line->count = reply->count;
    line->waited_us = reply->waited_us;
    line->ended_us = world_now_us(world);
}

static int line_submit(struct line *line, bool has_question)
{
    static const struct bytes NAME = {(const uint8_t *)"\x2b\x06\x01\x02\x01\x01\x01", 7};
    const struct pdu_request pdu = {
        .version = PDU_V3, .pdu = GATE_GETNEXT, .names = &NAME, .count = 1};
    const struct engine_request request = {.peer = &line->peer,
                                           .pdu = has_question ? &pdu : NULL,
                                           .session = &line->session,
                                           .max_varbinds = 1,
                                           .retries = -1,
                                           .callback = line_ended,
                                           .argument = line};
    line->has_ended = false;
    return engine_submit(engine, &request, world_now_us(world), NULL);
}

static void received(void *owner, const union wire_address *from, struct bytes datagram,
                     int64_t now_us)
{
    (void)owner;
    union wire_address source = *from;
    source.v4.sin_port ^= port_flip;
    engine_receive(engine, &source, datagram, now_us);
}

static void unreachable(void *owner, const union wire_address *to, struct bytes datagram,
                        int64_t now_us)
{
    (void)owner;
    engine_unreachable(engine, to, datagram, now_us);
}

static int64_t turn(void *owner, int64_t now_us)
{
    (void)owner;
    engine_expire(engine, now_us);
    engine_flush(engine, now_us);
    return engine_deadline_us(engine, now_us);
}

static bool is_done(void *owner)
{
    (void)owner;
    return engine_inflight(engine) == 0 || world_now_us(world) >= stop_at_us;
}

static void verify(void *owner)
{
    (void)owner;
    engine_verify(engine);
}

static void run(void)
{
    const struct world_client client = {.received = received,
                                        .unreachable = unreachable,
                                        .turn = turn,
                                        .is_done = is_done,
                                        .verify = verify};
    world_run(world, &client);
}

/* Asks once. Returns: how it ended. */
static int ask(struct line *line)
{
    cr_assert_eq(line_submit(line, true), 0);
    run();
    cr_assert(line->has_ended);
    return line->status;
}

static uint64_t refused(int status)
{
    return engine_counters(engine)->usm_refused[BASE_EUSM_PARSE - status];
}

/* --- the way it should be -------------------------------------------------------------------- */

Test(engine_v3, discovers_then_asks_in_two_datagrams_and_later_in_one)
{
    cr_assert_eq(ask(&lines[0]), 0);
    cr_assert_eq(lines[0].count, 1);
    cr_assert_eq(lines[0].attempts, 2);
    cr_assert_eq(engine_counters(engine)->usm_discoveries, 1);
    cr_assert(lines[0].session.engine.is_timed);
    cr_assert_eq(ask(&lines[0]), 0);
    cr_assert_eq(lines[0].attempts, 1);
    cr_assert_eq(lines[0].agent->questions, 2);
    cr_assert_eq(engine_counters(engine)->usm_resyncs, 0);
}

Test(engine_v3, speaks_all_three_levels)
{
    take_user(&lines[1], "reader", USM_MD5, "authpass2", USM_NO_PRIV, NULL);
    take_user(&lines[2], "guest", USM_NO_AUTH, NULL, USM_NO_PRIV, NULL);
    cr_assert_eq(ask(&lines[0]), 0);
    cr_assert_eq(ask(&lines[1]), 0);
    cr_assert_eq(ask(&lines[2]), 0);
}

Test(engine_v3, ends_a_discovery_alone_without_a_question)
{
    cr_assert_eq(line_submit(&lines[3], false), 0);
    run();
    cr_assert_eq(lines[3].status, 0);
    cr_assert_eq(lines[3].count, 0);
    cr_assert_eq(lines[3].session.engine.id.size, 12);
    cr_assert_not(lines[3].session.engine.is_timed, "what nobody signed is a hint");
    cr_assert_eq(line_submit(&lines[3], true), BASE_EUSAGE, "a question needs a user");
}

Test(engine_v3, sets_its_clock_by_an_authentic_report_once)
{
    cr_assert_eq(ask(&lines[0]), 0);
    world_wait(world, 10 * WORLD_SECOND_US);
    v3_agent_reboot(lines[0].agent, world_now_us(world));
    cr_assert_eq(ask(&lines[0]), 0);
    cr_assert_eq(lines[0].attempts, 2);
    cr_assert_eq(engine_counters(engine)->usm_resyncs, 1);
    cr_assert_eq(ask(&lines[0]), 0);
    cr_assert_eq(lines[0].attempts, 1);
}

Test(engine_v3, gives_each_attempt_its_own_msg_id_and_takes_the_answer_to_any)
{
    /* The answer to the first attempt arrives after the second has left. */
    world_device(world, 0)->link =
        (struct world_link){.delay_min_us = 1500 * MS, .delay_max_us = 1500 * MS};
    cr_assert_eq(line_submit(&lines[0], false), 0);
    run();
    cr_assert_eq(lines[0].status, 0);
    cr_assert_eq(lines[0].attempts, 2);
    cr_assert_eq(lines[0].waited_us, 1500 * MS);
}

static struct {
    int32_t msg_ids[1024];
    uint64_t salts[1024];
    size_t count;
} seen;

static void look(void *owner, uint32_t device, struct bytes datagram, int64_t now_us)
{
    struct usm_message message;
    (void)owner;
    (void)device;
    (void)now_us;
    cr_assert_eq(usm_open(datagram, &message), 0);
    cr_assert_lt(seen.count, BASE_ARRAY_COUNT(seen.salts));
    seen.msg_ids[seen.count] = message.msg_id;
    seen.salts[seen.count] = UINT64_MAX - seen.count;
    if (message.salt.size == sizeof(uint64_t)) {
        memcpy(&seen.salts[seen.count], message.salt.data, sizeof(uint64_t));
    }
    seen.count++;
}

/* One slot serves all of these questions, so its numbers are the ones that could come again. */
Test(engine_v3, no_msg_id_and_no_salt_comes_again)
{
    unsigned neighbours = 0;
    world_watch(world, look, NULL);
    world_device(world, 0)->link.loss_permille = 300;
    while (seen.count < 1000) {
        (void)ask(&lines[0]);
    }
    for (size_t i = 0; i < seen.count; i++) {
        for (size_t j = 0; j < i; j++) {
            cr_assert_neq(seen.msg_ids[i], seen.msg_ids[j], "datagrams %zu and %zu", j, i);
            cr_assert_neq(seen.salts[i], seen.salts[j], "datagrams %zu and %zu", j, i);
        }
        neighbours += i > 0 && abs(seen.msg_ids[i] - seen.msg_ids[i - 1]) < 1000 ? 1 : 0;
    }
    cr_assert_leq(neighbours, 2, "whoever has seen one msgID must not know the next");
}

Test(engine_v3, a_lost_discovery_is_repeated_and_a_dead_address_is_asked_no_more_than_others)
{
    world_device(world, 0)->state = WORLD_DEAD;
    cr_assert_eq(ask(&lines[0]), BASE_ETIMEOUT);
    cr_assert_eq(lines[0].attempts, 3);
    cr_assert_eq(world_device(world, 0)->heard, 3);
}

Test(engine_v3, an_unreachable_address_ends_by_its_msg_id)
{
    world_device(world, 0)->state = WORLD_UNREACHABLE;
    cr_assert_eq(ask(&lines[0]), BASE_EUNREACHABLE);
    cr_assert_eq(lines[0].attempts, 1);
}

/* --- lies, each with the name it ends under -------------------------------------------------- */

static const struct lie {
    enum v3_flaw flaw;
    int status;
} LIES[] = {
    {V3_FLIPPED_TAG, BASE_EUSM_DIGEST},    {V3_SHORT_TAG, BASE_EUSM_DIGEST},
    {V3_WRONG_KEY, BASE_EUSM_DIGEST},      {V3_LOWER_LEVEL, BASE_EUSM_LEVEL},
    {V3_WRONG_MSG_ID, BASE_ETIMEOUT},      {V3_WRONG_USER, BASE_EUSM_USER},
    {V3_OTHER_ENGINE, BASE_EUSM_ENGINE},   {V3_LATE, BASE_EUSM_WINDOW},
    {V3_PROXY, BASE_EUSM_PROXY},           {V3_PLAIN, BASE_ETIMEOUT},
    {V3_REPORT_EMPTY, BASE_EREPORT_OTHER}, {V3_WINDOW_FOREVER, BASE_EREPORT_WINDOW},
};

Test(engine_v3, every_lie_ends_by_the_deadline_under_its_name_and_is_never_an_answer)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(LIES); i++) {
        lines[0].agent->flaw = V3_HONEST;
        cr_assert_eq(ask(&lines[0]), 0);
        lines[0].agent->flaw = LIES[i].flaw;
        int64_t started_us = world_now_us(world);
        int status = ask(&lines[0]);
        cr_assert_eq(status, LIES[i].status, "flaw %d ends as %s", (int)LIES[i].flaw,
                     base_strerror(status));
        cr_assert_lt(lines[0].ended_us - started_us, 10 * WORLD_SECOND_US);
        if (LIES[i].status != BASE_ETIMEOUT && LIES[i].status > BASE_EREPORT_LEVEL) {
            cr_assert_gt(refused(LIES[i].status), 0);
        }
    }
    cr_assert_gt(engine_counters(engine)->wrong_id, 0);
    cr_assert_eq(engine_counters(engine)->usm_foreign, refused(BASE_EUSM_CONTEXT));
    cr_assert_gt(engine_counters(engine)->usm_foreign, 0);
    cr_assert_gt(refused(BASE_EUSM_PARSE), 0, "what cannot be read is no one's answer");
}

Test(engine_v3, a_replayed_answer_belongs_to_no_question)
{
    lines[0].agent->flaw = V3_REPLAY;
    cr_assert_eq(ask(&lines[0]), 0);
    uint64_t before = engine_counters(engine)->wrong_id;
    cr_assert_eq(ask(&lines[0]), BASE_ETIMEOUT);
    cr_assert_eq(engine_counters(engine)->wrong_id, before + 3);
}

Test(engine_v3, an_answer_from_another_port_is_none)
{
    port_flip = htons(1);
    cr_assert_eq(ask(&lines[0]), BASE_ETIMEOUT);
    cr_assert_eq(lines[0].session.engine.id.size, 0);
    cr_assert_eq(engine_counters(engine)->wrong_source, 3);
}

Test(engine_v3, latched_boots_are_out_of_every_window)
{
    cr_assert_eq(ask(&lines[0]), 0);
    lines[0].agent->flaw = V3_LATCHED;
    cr_assert_eq(ask(&lines[0]), BASE_EUSM_LATCHED);
    cr_assert_gt(refused(BASE_EUSM_WINDOW), 0);
}

/* --- Reports --------------------------------------------------------------------------------- */

Test(engine_v3, a_plain_report_names_the_failure_and_spares_the_retries)
{
    static const struct {
        enum sim_usm_verdict verdict;
        int status;
    } REPORTS[] = {
        {SIM_USM_UNSUPPORTED_LEVEL, BASE_EREPORT_LEVEL},
        {SIM_USM_NOT_IN_WINDOW, BASE_EREPORT_WINDOW},
        {SIM_USM_UNKNOWN_USER, BASE_EREPORT_USER},
        {SIM_USM_UNKNOWN_ENGINE, BASE_EREPORT_ENGINE},
        {SIM_USM_WRONG_DIGEST, BASE_EREPORT_DIGEST},
        {SIM_USM_DECRYPTION_ERROR, BASE_EREPORT_DECRYPT},
    };
    cr_assert_eq(ask(&lines[0]), 0);
    struct usm_engine before = lines[0].session.engine;
    lines[0].agent->flaw = V3_REPORT_UNSIGNED;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(REPORTS); i++) {
        lines[0].agent->report = REPORTS[i].verdict;
        cr_assert_eq(ask(&lines[0]), REPORTS[i].status);
        cr_assert_eq(lines[0].attempts, 1);
        cr_assert_eq(engine_counters(engine)->usm_reports[BASE_EREPORT_LEVEL - REPORTS[i].status],
                     1);
    }
    cr_assert_eq(memcmp(&before, &lines[0].session.engine, sizeof(before)), 0,
                 "what nobody signed changes nothing");
}

Test(engine_v3, a_spoofed_report_before_the_answer_costs_one_counted_report)
{
    cr_assert_eq(ask(&lines[0]), 0);
    lines[0].agent->flaw = V3_REPORT_FIRST;
    for (int verdict = SIM_USM_UNSUPPORTED_LEVEL; verdict <= SIM_USM_DECRYPTION_ERROR; verdict++) {
        lines[0].agent->report = (enum sim_usm_verdict)verdict;
        cr_assert_eq(ask(&lines[0]), 0);
        cr_assert_eq(lines[0].attempts, 1);
    }
}

static void fall_asleep(void *owner)
{
    (void)owner;
    world_device(world, 0)->state = WORLD_DEAD;
}

/* The question that a signed Report makes us ask again has its own attempts, whatever a stranger
 * said of the one before. */
Test(engine_v3, a_spoofed_report_takes_no_retries_from_the_question_after_it)
{
    cr_assert_eq(ask(&lines[0]), 0);
    lines[0].agent->flaw = V3_REPORT_FIRST;
    lines[0].agent->report = SIM_USM_WRONG_DIGEST;
    v3_agent_reboot(lines[0].agent, world_now_us(world) - 2 * WORLD_SECOND_US);
    cr_assert_eq(line_submit(&lines[0], true), 0);
    int64_t started_us = world_now_us(world);
    world_at(world, started_us + 15 * MS, fall_asleep, NULL);
    stop_at_us = started_us + 100 * MS;
    run();
    stop_at_us = INT64_MAX;
    cr_assert_not(lines[0].has_ended);
    cr_assert_eq(engine_counters(engine)->usm_resyncs, 1);
    lines[0].agent->flaw = V3_HONEST;
    world_device(world, 0)->state = WORLD_ALIVE;
    run();
    cr_assert_eq(lines[0].status, 0, "%s", base_strerror(lines[0].status));
}

Test(engine_v3, engines_that_never_come_to_rest_end_soon)
{
    static const enum v3_flaw LOOPS[] = {V3_ENGINE_FOREVER, V3_WINDOW_FOREVER, V3_CLOCK_RESTARTS,
                                         V3_ENGINE_ALTERNATES, V3_NO_ENGINE};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(LOOPS); i++) {
        struct line *line = &lines[i];
        take_user(line, "admin", USM_SHA256, "authpass1", USM_AES128, "privpass1");
        line->agent->flaw = LOOPS[i];
        int status = ask(line);
        cr_assert(base_is_security(status), "loop %d ends as %s", (int)LOOPS[i],
                  base_strerror(status));
        cr_assert_leq(world_device(world, (uint32_t)i)->heard, 4, "loop %d: %u datagrams",
                      (int)LOOPS[i], world_device(world, (uint32_t)i)->heard);
    }
}

Test(engine_v3, wrong_passwords_are_named)
{
    take_user(&lines[1], "admin", USM_SHA256, "not the one", USM_AES128, "privpass1");
    cr_assert_eq(ask(&lines[1]), BASE_EREPORT_DIGEST);
    take_user(&lines[2], "nobody", USM_SHA256, "authpass1", USM_AES128, "privpass1");
    cr_assert_eq(ask(&lines[2]), BASE_EREPORT_USER);
    take_user(&lines[3], "reader", USM_MD5, "authpass2", USM_AES128, "privpass1");
    cr_assert_eq(ask(&lines[3]), BASE_EREPORT_LEVEL);
    take_user(&lines[4], "admin", USM_SHA256, "authpass1", USM_AES128, "not the one");
    cr_assert_eq(ask(&lines[4]), BASE_ETIMEOUT, "agents drop what decrypts to nothing they know");
}

/* --- the same in bad weather ----------------------------------------------------------------- */

static void weather(uint64_t seed)
{
    close_world();
    open_world();
    (void)seed;
    for (uint32_t i = 0; i < DEVICES; i++) {
        world_device(world, i)->link = (struct world_link){.delay_min_us = 1 * MS,
                                                           .delay_max_us = 40 * MS,
                                                           .loss_permille = 100,
                                                           .duplicate_permille = 200,
                                                           .late_permille = 50,
                                                           .late_us = 3000 * MS};
        world_device(world, i)->is_hostile = i % 4 == 3;
        take_user(&lines[i], "admin", USM_SHA256, "authpass1", USM_AES128, "privpass1");
    }
    unsigned good = 0;
    for (unsigned round = 0; round < 200; round++) {
        for (uint32_t i = 0; i < DEVICES; i++) {
            cr_assert_eq(line_submit(&lines[i], true), 0);
        }
        run();
        for (uint32_t i = 0; i < DEVICES; i++) {
            cr_assert(lines[i].has_ended);
            good += i % 4 != 3 && lines[i].status == 0 ? 1 : 0;
        }
        if (round % 50 == 49) {
            v3_agent_reboot(lines[round % 3].agent, world_now_us(world));
        }
    }
    cr_assert_gt(good, 200 * (DEVICES - 2) * 95 / 100, "%u", good);
}

Test(engine_v3, loss_doubles_and_delay_change_no_answer)
{
    world_for_seeds(5, weather);
}
