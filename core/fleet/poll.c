#include "core/fleet/poll.h"

#include <errno.h>
#include <stdlib.h>

/* A device that starts so soon after our last question may have restarted because of it. */
#define POLL_RESTART_BLAME_MS 120000

/* Longest time that a poll waits for answers, all questions together: a device that lets each wait
 * until just before its timeout must not hold up the end of a sweep for hours (security facts S10,
 * S15). A slow but honest printer needs some ten questions of a few seconds. */
#define POLL_WAIT_MAX_US (60 * INT64_C(1000000))

/* Varbinds of a question that any device bears. */
#define POLL_KNOCK_VARBINDS 8

struct poll_work {
    struct poll_work *next;
    struct plan plan;
    struct plan_column columns[]; /* plan_column_count() */
};

static void poll_on_reply(void *argument, const struct engine_reply *reply);
static const struct poll_opening *poll_opening(const struct poll *poll);

static int64_t poll_unix_ms(const struct poll *poll)
{
    const struct poll_shared *shared = poll_shared_of(poll->sweep);
    return engine_now_us(shared->engine) / 1000 + shared->config->unix_ms_at_zero;
}

void poll_work_free(struct poll_work *work)
{
    while (work != NULL) {
        struct poll_work *next = work->next;
        plan_fini(&work->plan);
        free(work);
        work = next;
    }
}

static struct poll_work *poll_work_new(struct poll_shared *shared)
{
    struct poll_work *work = shared->idle_works;
    if (work != NULL) {
        shared->idle_works = work->next;
        work->next = NULL;
    } else {
        work = calloc(1, sizeof(*work) + plan_column_count() * sizeof(work->columns[0]));
    }
    if (work != NULL) {
        work->plan.columns = work->columns;
    }
    return work;
}

static int poll_take_work(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    const struct poll_opening *opening = poll_opening(poll);
    struct poll_work *work = poll_work_new(shared);
    if (work == NULL) {
        return -ENOMEM;
    }
    poll->work = work;
    int status = opening != NULL
                     ? plan_resume(&work->plan, &opening->work->plan)
                     : plan_start(&work->plan, (enum plan_goal)poll->goal, &poll->learned,
                                  poll->version == PDU_V1);
    if (status != 0) {
        poll_give_work(poll);
    } else if (poll->is_last_try && poll->goal != PLAN_FIRST) {
        work->plan.varbinds_max = POLL_KNOCK_VARBINDS;
    }
    return status;
}

void poll_give_work(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    if (poll->work != NULL) {
        poll->work->next = shared->idle_works;
        shared->idle_works = poll->work;
        poll->work = NULL;
    }
}

static void poll_header_address(const struct poll *poll, struct record_header *header)
{
    const union wire_address *address = &poll->peer.address;
    if (address->any.sa_family == AF_INET) {
        header->address_family = 4;
        memcpy(header->address, &address->v4.sin_addr, 4);
        header->port = ntohs(address->v4.sin_port);
    } else {
        header->address_family = 6;
        memcpy(header->address, &address->v6.sin6_addr, 16);
        header->port = ntohs(address->v6.sin6_port);
    }
}

static enum record_status poll_status(const struct poll *poll)
{
    if (poll->work == NULL) {
        return poll->error == BASE_ETIMEOUT ? RECORD_TIMEOUT : RECORD_ERROR;
    }
    const struct plan *plan = &poll->work->plan;
    if (poll->is_refused) {
        return RECORD_AUTH;
    }
    if (plan_is_not_printer(plan) && !plan->is_probing) {
        return RECORD_NOTPRINTER;
    }
    return plan->failed_tables != 0 ? RECORD_PARTIAL : RECORD_OK;
}

/* What this poll taught is kept; what it read is not yet trusted when it was cut short. */
static void poll_learn(struct poll *poll, enum record_status status, int64_t unix_ms)
{
    struct learned *learned = &poll->learned;
    learned->rto = poll->peer.rto;
    if (poll->work == NULL) {
        if (status == RECORD_TIMEOUT) {
            /* It may have been told to speak another version, or the way to it may have become
             * longer: the next poll finds out. */
            learned->snmp_version = LEARNED_NO_VERSION;
            learned->rto = (struct rto){0};
        }
        return;
    }
    const struct plan *plan = &poll->work->plan;
    learned->snmp_version = poll->version;
    plan_learn(plan, learned);
    learned->polled_at_unix_ms = unix_ms;
    if (plan->goal != PLAN_MOVING && (status == RECORD_OK || status == RECORD_NOTPRINTER)) {
        learned->full_at_unix_ms = unix_ms;
    }
    if (!poll->is_struck && status == RECORD_OK) {
        breaker_forgive(&learned->breaker);
    }
}

static void poll_end(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    uint8_t empty[RECORD_HEADER_BYTES];
    struct record_writer none;
    struct sweep_result result = {.address = &poll->peer.address,
                                  .learned = &poll->learned,
                                  .is_canceled = poll->error == BASE_ECANCELED};
    struct record_header *header = &result.header;
    int64_t unix_ms = poll_unix_ms(poll);
    header->status = poll_status(poll);
    header->part = RECORD_MOVING;
    header->snmp_version = poll->version;
    header->error = poll->error;
    header->polled_at_unix_ms = unix_ms;
    poll_header_address(poll, header);
    poll_learn(poll, header->status, unix_ms);
    header->rtt_us = poll->peer.rto.srtt_us;
    result.duration_us = engine_now_us(shared->engine) - poll->started_us;
    if (poll->work != NULL) {
        struct plan *plan = &poll->work->plan;
        header->failed_tables = plan->failed_tables;
        header->pdu_count = plan->questions;
        result.moving_part = record_finish(&plan->parts[OBJECT_PACE_MOVING], header);
        if (plan->goal != PLAN_MOVING) {
            header->part = RECORD_STATIC;
            result.static_part = record_finish(&plan->parts[OBJECT_PACE_STATIC], header);
            header->part = RECORD_MOVING;
        }
    } else {
        record_start(&none, empty, sizeof(empty));
        result.moving_part = record_finish(&none, header);
    }
    poll_ended(poll, &result);
}

static void poll_finish(struct poll *poll, int error)
{
    poll->error = error;
    poll_end(poll);
}

/* While nothing has been heard, half of the attempts go into another question: in v1 when the
 * version is not settled, and small when the usual first question of a known device may have
 * become too large. One attempt would be too few: it may be lost. */
static bool poll_may_ask_otherwise(const struct poll *poll)
{
    const struct sweep_config *config = poll_shared_of(poll->sweep)->config;
    return config->engine.retries > 0 && poll->work == NULL && !poll->is_last_try &&
           (poll->goal != PLAN_FIRST || !poll->is_version_settled);
}

/* A device gets its attempts in all, however it is asked. */
static int16_t poll_retries(const struct poll *poll)
{
    const struct sweep_config *config = poll_shared_of(poll->sweep)->config;
    int attempts = 1 + config->engine.retries;
    if (poll->work == NULL && poll->is_last_try) {
        return (int16_t)(attempts / 2 - 1);
    }
    return (int16_t)(poll_may_ask_otherwise(poll) ? attempts - attempts / 2 - 1 : -1);
}

static void poll_submit(struct poll *poll, const struct plan_question *question)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    if (shared->is_stopped) {
        poll_finish(poll, BASE_ECANCELED);
        return;
    }
    struct pdu_request pdu = question->pdu;
    pdu.version = (enum pdu_version)poll->version;
    pdu.community = shared->config->community;
    struct engine_request request = {.peer = &poll->peer,
                                     .pdu = &pdu,
                                     .max_varbinds = question->max_varbinds,
                                     .retries = poll_retries(poll),
                                     .callback = poll_on_reply,
                                     .argument = poll};
    shared->counters->questions++;
    int status = engine_submit(shared->engine, &request, engine_now_us(shared->engine), NULL);
    if (status != 0) {
        if (poll->work != NULL) {
            plan_abandon(&poll->work->plan);
        }
        poll_finish(poll, status);
    }
}

/* Makes the opening of a version when it is needed first. */
static bool poll_opening_make(struct poll_shared *shared, struct poll_opening *opening, bool is_v1)
{
    struct learned nobody;
    struct poll_work *work = poll_work_new(shared);
    learned_init(&nobody);
    if (work == NULL || plan_start(&work->plan, PLAN_FIRST, &nobody, is_v1) != 0 ||
        !plan_ask(&work->plan, &opening->question)) {
        poll_work_free(work);
        return false;
    }
    opening->work = work;
    return true;
}

/* Returns: the opening that serves this poll; NULL when its first question is its own. */
static const struct poll_opening *poll_opening(const struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    bool is_v1 = poll->version == PDU_V1;
    struct poll_opening *opening = &shared->openings[is_v1 ? 0 : 1];
    bool is_usual = poll->goal == PLAN_FIRST && poll->learned.reply_bytes == 0 &&
                    !poll->learned.is_bulk_broken;
    if (!is_usual || (opening->work == NULL && !poll_opening_make(shared, opening, is_v1))) {
        return NULL;
    }
    return opening;
}

/* The first question needs no memory of its own: a plan makes the same one again when the answer
 * is there, and most addresses of a network never answer. */
static void poll_ask_first(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    const struct poll_opening *opening = poll_opening(poll);
    if (opening != NULL) {
        poll_submit(poll, &opening->question);
        return;
    }
    int status = poll_take_work(poll);
    if (status != 0) {
        poll_finish(poll, status);
        return;
    }
    bool has_question = plan_ask(&poll->work->plan, &shared->question);
    poll_give_work(poll);
    if (has_question) {
        poll_submit(poll, &shared->question);
    } else {
        poll_finish(poll, 0);
    }
}

static void poll_ask(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    struct plan *plan = &poll->work->plan;
    if (poll->waited_us > POLL_WAIT_MAX_US) {
        plan_abandon(plan);
        poll_finish(poll, BASE_ETIMEOUT);
        return;
    }
    bool has_question = plan_memo_ask(shared->memo, plan, &shared->question);
    if (!has_question && plan_has_other_rows(plan, &poll->learned)) {
        plan_escalate(plan);
        has_question = plan_memo_ask(shared->memo, plan, &shared->question);
    }
    if (has_question) {
        poll_submit(poll, &shared->question);
    } else {
        poll_finish(poll, 0);
    }
}

/* Nothing has been heard yet. */
static void poll_no_answer(struct poll *poll, int error)
{
    if (error == BASE_ETIMEOUT && poll_may_ask_otherwise(poll)) {
        poll->is_last_try = true;
        poll->version = poll->is_version_settled ? poll->version : PDU_V1;
        poll_ask_first(poll);
    } else {
        poll_finish(poll, error);
    }
}

/* The device had answered and now does not: too large a question, an outage, or our fault. */
static void poll_silence(struct poll *poll, int error)
{
    struct plan *plan = &poll->work->plan;
    if (error == BASE_ETIMEOUT && plan_silence(plan)) {
        poll_ask(poll);
        return;
    }
    plan_abandon(plan);
    if (error == BASE_ETIMEOUT || error == BASE_EUNREACHABLE) {
        poll->is_struck = true;
        breaker_strike(&poll->learned.breaker, poll_unix_ms(poll));
    }
    poll_finish(poll, error);
}

/* A restart right after our last poll is held against our questions. */
static void poll_judge_restart(struct poll *poll, uint32_t uptime_ticks)
{
    int64_t now_ms = poll_unix_ms(poll);
    int64_t boot_ms = now_ms - (int64_t)uptime_ticks * 10;
    int64_t after_poll_ms = boot_ms - poll->learned.polled_at_unix_ms;
    if (poll->learned.polled_at_unix_ms > 0 && after_poll_ms > 0 &&
        after_poll_ms < POLL_RESTART_BLAME_MS && !poll->is_struck) {
        poll->is_struck = true;
        breaker_strike(&poll->learned.breaker, now_ms);
    }
}

/* Static objects are due when the device has restarted, or says that its configuration changed. */
static void poll_check_change(struct poll *poll)
{
    struct plan *plan = &poll->work->plan;
    if (plan->uptime_ticks >= 0 && !poll->is_uptime_judged) {
        uint32_t uptime_ticks = (uint32_t)plan->uptime_ticks;
        poll->is_uptime_judged = true;
        if (learned_has_restarted(&poll->learned, uptime_ticks, poll_unix_ms(poll))) {
            poll_judge_restart(poll, uptime_ticks);
            plan_escalate(plan);
        }
    }
    if (plan->config_changes >= 0 && plan->config_changes != poll->learned.config_changes) {
        plan_escalate(plan);
    }
}

static void poll_on_reply(void *argument, const struct engine_reply *reply)
{
    struct poll *poll = argument;
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    poll->waited_us += reply->waited_us;
    if (reply->status != 0) {
        if (poll->work == NULL || reply->status == BASE_ECANCELED) {
            poll_no_answer(poll, reply->status);
        } else {
            poll_silence(poll, reply->status);
        }
        return;
    }
    if (poll->work == NULL) {
        int status = poll_take_work(poll);
        if (status != 0) {
            poll_finish(poll, status);
            return;
        }
        if (poll_opening(poll) == NULL) {
            (void)plan_ask(&poll->work->plan, &shared->question);
        }
    }
    poll->is_version_settled = true;
    poll->answers++;
    shared->counters->varbinds += reply->count;
    struct plan *plan = &poll->work->plan;
    if (reply->error_status == PDU_AUTHORIZATION_ERROR && poll->answers == 1) {
        poll->is_refused = true;
        plan_abandon(plan);
        poll_finish(poll, 0);
        return;
    }
    if (reply->error_status != 0) {
        plan_refused(plan, reply->error_status, reply->error_index);
    } else {
        plan_accept(plan, reply->varbinds, reply->count);
    }
    poll_check_change(poll);
    poll_ask(poll);
}

static enum plan_goal poll_goal(const struct poll *poll, int64_t unix_ms)
{
    const struct sweep_config *config = poll_shared_of(poll->sweep)->config;
    const struct learned *learned = &poll->learned;
    if (!learned->is_known) {
        return PLAN_FIRST;
    }
    int64_t age_ms = unix_ms - learned->full_at_unix_ms;
    bool is_old =
        config->static_max_age_ms > 0 && (age_ms < 0 || age_ms > config->static_max_age_ms);
    return config->is_full || is_old ? PLAN_FULL : PLAN_MOVING;
}

void poll_start(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    const struct sweep_config *config = shared->config;
    int64_t unix_ms = poll_unix_ms(poll);
    poll->started_us = engine_now_us(shared->engine);
    poll->peer.rto = poll->learned.rto;
    poll->peer.outstanding = 0;
    if (!config->is_forced && breaker_is_open(&poll->learned.breaker, unix_ms)) {
        shared->counters->breaker_skipped++;
        poll_finish(poll, BASE_EBREAKER);
        return;
    }
    poll->goal = (uint8_t)poll_goal(poll, unix_ms);
    poll->is_version_settled = config->version != SWEEP_AUTO;
    poll->version = config->version == SWEEP_V1 ? PDU_V1 : PDU_V2C;
    /* A device that slept through its first questions has only answered in v1: when all is read
     * again because of its age, v2c gets another chance. */
    bool is_v1_doubted = poll->learned.snmp_version == PDU_V1 && poll->goal == PLAN_FULL &&
                         !config->is_full;
    if (config->version == SWEEP_AUTO && poll->learned.snmp_version != LEARNED_NO_VERSION &&
        !is_v1_doubted) {
        poll->version = poll->learned.snmp_version;
        poll->is_version_settled = true;
    }
    poll_ask_first(poll);
}
