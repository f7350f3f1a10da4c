#include "core/fleet/poll.h"

#include <errno.h>
#include <stdlib.h>

#include "core/fleet/poll_access.h"
#include "core/fleet/poll_change.h"
#include "core/fleet/poll_end.h"
#include "core/fleet/poll_place.h"
#include "core/fleet/poll_work.h"

/* Longest time that a poll waits for answers, all questions together: a device that lets each wait
 * until just before its timeout must not hold up the end of a sweep for hours (security facts S10,
 * S15). A slow but honest printer needs some ten questions of a few seconds. */
#define POLL_WAIT_MAX_US (60 * INT64_C(1000000))
/* The same for a walk through everything: some 5,000 objects at 0.1 s an answer take 20 s. */
#define POLL_WALK_MAX_US (600 * INT64_C(1000000))

/* Questions of one poll that are made again because of messages that nobody signed. */
#define POLL_HINTS_MAX 3

static void poll_on_reply(void *argument, const struct engine_reply *reply);
static void poll_step(struct poll *poll, enum access_step step);

int64_t poll_unix_ms(const struct poll *poll)
{
    const struct poll_shared *shared = poll_shared_of(poll->sweep);
    return engine_now_us(shared->engine) / 1000 + shared->config->unix_ms_at_zero;
}

void poll_give_back(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    poll_work_put(shared, &poll->work);
    poll_work_put(shared, &poll->spare);
    poll_access_give(poll);
}

/* Both contexts of the device have been asked: the one that has the printer counts.
 * Returns: the error that the poll ends with. */
static int poll_choose_context(struct poll *poll, int error)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    if (poll->work != NULL && !plan_is_not_printer(&poll->work->plan)) {
        poll_work_put(shared, &poll->spare);
        return error;
    }
    poll_work_put(shared, &poll->work);
    poll->work = poll->spare;
    poll->spare = NULL;
    poll_access_switch(poll);
    return error == BASE_ECANCELED ? error : 0;
}

static void poll_finish(struct poll *poll, int error)
{
    poll->error = poll->spare != NULL ? poll_choose_context(poll, error) : error;
    poll_end(poll);
}

/* A device gets its attempts in all until something is heard of it, however it is asked. */
static int16_t poll_retries(const struct poll *poll)
{
    bool is_heard = poll->work != NULL || poll->spare != NULL;
    return (int16_t)(is_heard ? -1 : poll->access.attempts - 1);
}

/* question: NULL to discover the device's engine. */
static void poll_submit(struct poll *poll, const struct plan_question *question)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    const struct credential *item = access_current(&poll->access);
    struct pdu_request pdu = {.version = PDU_V3};
    if (shared->is_stopped) {
        poll_finish(poll, BASE_ECANCELED);
        return;
    }
    if (question != NULL) {
        pdu = question->pdu;
        pdu.version = item->version;
        pdu.community = poll_place_community(poll, item);
    }
    struct engine_request request = {.peer = &poll->peer,
                                     .pdu = question != NULL ? &pdu : NULL,
                                     .session = poll_access_session(poll),
                                     .max_varbinds = question != NULL ? question->max_varbinds : 1,
                                     .retries = poll_retries(poll),
                                     .is_doubted = poll->access.was_silent && poll->work == NULL,
                                     .callback = poll_on_reply,
                                     .argument = poll};
    if (poll->work != NULL) {
        request.warm = &poll->work->plan;
        request.warm_bytes = sizeof(poll->work->plan);
    }
    shared->counters->questions++;
    int status = engine_submit(shared->engine, &request, engine_now_us(shared->engine), NULL);
    if (status != 0) {
        if (poll->work != NULL) {
            plan_abandon(&poll->work->plan);
        }
        poll_finish(poll, status);
    }
}

/* The first question needs no memory of its own: a plan makes the same one again when the answer
 * is there, and most addresses of a network never answer. */
static void poll_ask_first(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    const struct poll_opening *opening = poll_work_opening(poll);
    poll->is_probing = shared->config->is_search && poll->goal == PLAN_FIRST && !poll->is_probed;
    if (poll->is_probing) {
        probe_ask(&shared->question);
        poll_submit(poll, &shared->question);
        return;
    }
    if (opening != NULL) {
        poll_submit(poll, &opening->question);
        return;
    }
    int status = poll_work_take(poll);
    if (status != 0) {
        poll_finish(poll, status);
        return;
    }
    bool has_question = plan_ask(&poll->work->plan, &shared->question);
    poll_work_put(shared, &poll->work);
    if (has_question) {
        poll_submit(poll, &shared->question);
    } else {
        poll_finish(poll, 0);
    }
}

/* The device shows no printer: perhaps in its other context. What it has shown is kept aside. */
static bool poll_try_context(struct poll *poll)
{
    const struct plan *plan = &poll->work->plan;
    const struct record_writer *settled = &plan->parts[OBJECT_PACE_STATIC];
    if (!plan_is_not_printer(plan) || plan->is_probing || poll->spare != NULL ||
        !poll_access_may_switch(poll, bytes_of(settled->data, settled->size))) {
        return false;
    }
    poll->spare = poll->work;
    poll->work = NULL;
    poll->answers = 0;
    poll_access_switch(poll);
    poll_step(poll, ACCESS_ASK);
    return true;
}

/* Everything that is to be known has been asked; a recording wants the rest, too. */
static void poll_ask_walk(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    struct walk *walk = shared->config->walk;
    if (walk != NULL && !walk->is_started) {
        walk_start(walk, &poll->work->plan);
    }
    if (walk != NULL && poll->waited_us <= POLL_WALK_MAX_US && walk_ask(walk, &shared->question)) {
        poll_submit(poll, &shared->question);
    } else {
        poll_finish(poll, 0);
    }
}

static bool poll_is_walking(const struct poll *poll)
{
    const struct walk *walk = poll_shared_of(poll->sweep)->config->walk;
    return walk != NULL && walk->is_started;
}

/* What the vendor's profile names may ride with the plan's next question. */
static struct private_ground poll_private_ground(const struct poll *poll)
{
    return (struct private_ground){.profiles = poll_shared_of(poll->sweep)->config->profiles,
                                   .learned = &poll->learned,
                                   .was_moving = poll->goal == PLAN_MOVING};
}

/* Makes the plan's next question. Returns false when there is none. */
static bool poll_make_question(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    struct private_ground ground = poll_private_ground(poll);
    private_board(&poll->work->walk, &poll->work->plan, &ground);
    return plan_memo_ask(shared->memo, &poll->work->plan, &shared->question);
}

/* The standard's objects have been asked; now what is left of those that the vendor's profile
 * names. */
static void poll_ask_private(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    struct poll_work *work = poll->work;
    if (poll_is_walking(poll)) {
        poll_ask_walk(poll);
        return;
    }
    if (!work->is_private) {
        struct private_ground ground = poll_private_ground(poll);
        private_begin_alone(&work->walk, &work->plan, &ground);
        work->is_private = true;
    }
    if (poll->waited_us <= POLL_WAIT_MAX_US &&
        private_ask(&work->walk, &work->plan, &shared->question)) {
        poll_submit(poll, &shared->question);
    } else {
        poll_ask_walk(poll);
    }
}

static void poll_ask(struct poll *poll)
{
    struct plan *plan = &poll->work->plan;
    if (poll->work->is_private) {
        poll_ask_private(poll);
        return;
    }
    if (poll->waited_us > POLL_WAIT_MAX_US) {
        plan_abandon(plan);
        poll_finish(poll, BASE_ETIMEOUT);
        return;
    }
    bool has_question = poll_make_question(poll);
    if (!has_question && plan_has_other_rows(plan, &poll->learned)) {
        plan_escalate(plan);
        has_question = poll_make_question(poll);
    }
    if (has_question) {
        poll_submit(poll, &poll_shared_of(poll->sweep)->question);
    } else if (!poll_try_context(poll)) {
        poll_ask_private(poll);
    }
}

/* The probe has found somebody who may have a printer. The plan has been taken by then. */
static void poll_ask_probed(struct poll *poll)
{
    const struct poll_opening *opening = poll_work_opening(poll);
    poll->is_probing = false;
    poll->is_probed = true;
    if (opening != NULL) {
        poll_submit(poll, &opening->question); /* which the plan stands behind */
    } else {
        poll_ask(poll);
    }
}

/* Takes the step that finds out how the device wants to be asked. */
static void poll_step(struct poll *poll, enum access_step step)
{
    if (step == ACCESS_END) {
        poll_finish(poll, poll->access.error);
        return;
    }
    int status = poll_access_use(poll);
    if (status != 0) {
        poll_finish(poll, status);
        return;
    }
    if (step == ACCESS_RETIME) {
        usm_session_forget_time(poll_access_session(poll));
    } else if (step == ACCESS_REDISCOVER) {
        poll_access_rediscover(poll);
    }
    if (step == ACCESS_DISCOVER || step == ACCESS_REDISCOVER) {
        poll_submit(poll, NULL);
    } else {
        poll_ask_first(poll);
    }
}

/* Nothing has been answered to this credential yet. */
static void poll_no_answer(struct poll *poll, int error)
{
    bool is_late = poll->waited_us > POLL_WAIT_MAX_US;
    /* Unknown contexts have a Report of their own, which is no matter of the user. */
    bool is_context = error == BASE_EREPORT_OTHER && poll->spare == NULL &&
                      poll_access_may_switch(poll, bytes_of(NULL, 0));
    if (error == BASE_ECANCELED || is_late || poll->spare != NULL) {
        poll_finish(poll, error);
    } else if (is_context) {
        poll_access_switch(poll);
        poll_step(poll, ACCESS_ASK);
    } else {
        poll_step(poll, access_failed(&poll->access, error));
    }
}

/* The device had answered and now says no: it has restarted, or its clock has jumped. The same
 * question is made again; also when it was somebody who signed nothing that said so, and the answer
 * is lost (facts R15). */
static void poll_interrupted(struct poll *poll, int error, bool is_hint)
{
    struct usm_session *session = poll_access_session(poll);
    enum access_step step = access_interrupted(&poll->access, error);
    if (step == ACCESS_END && is_hint && session->engine.is_timed && poll->hints < POLL_HINTS_MAX) {
        poll->hints++;
        poll_ask(poll);
        return;
    }
    if (step == ACCESS_END) {
        plan_abandon(&poll->work->plan);
        poll_finish(poll, error);
        return;
    }
    poll_access_learn_engine(poll);
    if (step == ACCESS_RETIME) {
        usm_session_forget_time(session);
    } else {
        poll_access_rediscover(poll);
    }
    poll_ask(poll);
}

/* It has answered the probe and no GETBULK, however small (facts 4.1 #3): GETNEXT is left. */
static bool poll_drop_bulk(struct poll *poll)
{
    struct plan *plan = &poll->work->plan;
    if (!poll->is_probed || plan->has_answered || !plan->is_bulk) {
        return false;
    }
    plan->is_bulk = false;
    plan->is_bulk_broken = true;
    plan->silences = 0;
    return true;
}

/* The device had answered and now does not: too large a question, an outage, or our fault. A
 * question may also be longer than what the device takes in v3. */
static void poll_silence(struct poll *poll, int error)
{
    struct plan *plan = &poll->work->plan;
    bool is_private = poll->work->is_private;
    bool is_too_much = error == BASE_ETIMEOUT || error == BASE_ELIMIT;
    bool may_ask = poll_is_walking(poll) ? walk_silence(poll_shared_of(poll->sweep)->config->walk)
                   : is_private          ? private_silence(&poll->work->walk)
                                : is_too_much && (plan_silence(plan) || poll_drop_bulk(poll));
    if (is_too_much && may_ask) {
        poll_ask(poll);
        return;
    }
    plan_abandon(plan);
    if (error == BASE_ETIMEOUT || error == BASE_EUNREACHABLE) {
        poll->is_struck = true;
        breaker_strike(&poll->learned.breaker, poll_unix_ms(poll));
    }
    /* What the standard gave is whole without the private objects. */
    poll_finish(poll, is_private ? 0 : error);
}

/* The first answer says that nothing is shown to this credential, or in this context. */
static void poll_refused(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    if (poll->spare != NULL) {
        poll_finish(poll, 0);
        return;
    }
    bool may_switch = poll_access_may_switch(poll, bytes_of(NULL, 0));
    enum access_step step = may_switch ? ACCESS_ASK : access_refused(&poll->access);
    if (step == ACCESS_END) {
        poll->is_refused = true;
        plan_abandon(&poll->work->plan);
    } else {
        poll_work_put(shared, &poll->work);
        poll->answers = 0;
    }
    if (may_switch) {
        poll_access_switch(poll);
    }
    poll_step(poll, step);
}

static bool poll_is_refusal(const struct poll *poll, const struct engine_reply *reply)
{
    bool is_no_access = reply->error_status == PDU_NO_ACCESS && poll->version == PDU_V3;
    return poll->answers == 1 && (reply->error_status == PDU_AUTHORIZATION_ERROR || is_no_access);
}

static void poll_failed(struct poll *poll, const struct engine_reply *reply)
{
    int error = reply->status;
    if (poll->work == NULL || error == BASE_ECANCELED) {
        poll_no_answer(poll, error);
    } else if (base_is_security(error)) {
        poll_interrupted(poll, error, reply->is_hint);
    } else {
        poll_silence(poll, error);
    }
}

static void poll_take_private(struct poll *poll, const struct engine_reply *reply)
{
    struct poll_work *work = poll->work;
    struct walk *walk = poll_shared_of(poll->sweep)->config->walk;
    if (poll_is_walking(poll) && reply->error_status != 0) {
        walk_refused(walk, reply->error_status);
    } else if (poll_is_walking(poll)) {
        walk_accept(walk, reply->varbinds, reply->count);
    } else if (reply->error_status != 0) {
        private_refused(&work->walk, reply->error_status, reply->error_index);
    } else {
        private_accept(&work->walk, reply->varbinds, reply->count);
    }
    poll_ask_private(poll);
}

static void poll_on_reply(void *argument, const struct engine_reply *reply)
{
    struct poll *poll = argument;
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    poll->waited_us += reply->waited_us;
    if (reply->status != 0) {
        poll_failed(poll, reply);
        return;
    }
    if (poll->access.is_discovering) {
        poll_step(poll, access_discovered(&poll->access));
        return;
    }
    if (poll->is_probing && poll_end_other(poll, reply)) {
        poll_finish(poll, 0);
        return;
    }
    if (poll->work == NULL) {
        int status = poll_work_take(poll);
        if (status != 0) {
            poll_finish(poll, status);
            return;
        }
        if (poll_work_opening(poll) == NULL && !poll->is_probing) {
            (void)plan_ask(&poll->work->plan, &shared->question);
        }
    }
    poll->answers++;
    shared->counters->varbinds += reply->count;
    struct plan *plan = &poll->work->plan;
    if (poll_is_refusal(poll, reply)) {
        poll_refused(poll);
        return;
    }
    if (poll->is_probing) {
        poll_ask_probed(poll);
        return;
    }
    if (poll->work->is_private) {
        poll_take_private(poll, reply);
        return;
    }
    if (reply->error_status != 0) {
        plan_refused(plan, reply->error_status, reply->error_index);
    } else {
        plan_accept(plan, reply->varbinds, reply->count);
    }
    poll_check_change(poll);
    poll_check_limits(poll);
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

void poll_start_dead(struct poll *poll, int error)
{
    poll->started_us = engine_now_us(poll_shared_of(poll->sweep)->engine);
    (void)poll_access_start(poll);
    poll_finish(poll, error);
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
    poll_step(poll, poll_access_start(poll));
}
