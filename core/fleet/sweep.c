#include "core/fleet/sweep.h"

#include <errno.h>
#include <stdlib.h>

#include "core/fleet/poll.h"
#include "core/fleet/poll_place.h"
#include "core/fleet/search.h"
#include "proto/usm_keyring.h"

/* Polls started in one turn: the burst that a sweep begins with. */
#define SWEEP_ADMISSIONS_PER_TURN 64
/* Addresses put into the scan in one turn: as many as may leave in it. */
#define SWEEP_SCANNED_PER_TURN 256
/* Silent addresses told of in one turn. */
#define SWEEP_SILENT_PER_TURN 1024

/* Pairs of user and engine whose keys are kept: those of the devices that are asked at a time,
 * twice because they meet in neighbourhoods, within bounds of some 40 KB and 2.5 MB. */
#define SWEEP_KEYS_PER_POLL 2
#define SWEEP_KEYS_MIN      256
#define SWEEP_KEYS_MAX      16384

/* What the credential is called that stands for a community alone. */
#define SWEEP_COMMUNITY_NAME "community"

struct sweep {
    struct sweep_config config;
    struct sweep_events events;
    struct poll_shared shared;
    struct search search; /* when config.is_search */
    struct sweep_counters counters;
    struct credentials *own_credentials; /* NULL when they are the caller's */
    struct usm_keyring *own_keyring;
    struct poll *idle;
    struct poll *made; /* all of them, idle or under way */
    bool has_targets;
    bool is_held;
};

struct poll_shared *poll_shared_of(struct sweep *sweep)
{
    return &sweep->shared;
}

/* Makes a list of the one community. */
static int sweep_own_credentials(struct sweep *sweep)
{
    enum sweep_version version = sweep->config.version;
    sweep->own_credentials = calloc(1, sizeof(*sweep->own_credentials));
    if (sweep->own_credentials == NULL) {
        return -ENOMEM;
    }
    sweep->config.credentials = sweep->own_credentials;
    return credentials_add_community(sweep->own_credentials, SWEEP_COMMUNITY_NAME,
                                     sweep->config.community, version != SWEEP_V1,
                                     version != SWEEP_V2C);
}

static uint32_t sweep_key_count(const struct sweep *sweep)
{
    uint64_t count = (uint64_t)sweep->config.window * SWEEP_KEYS_PER_POLL;
    count = count < SWEEP_KEYS_MAX ? count : SWEEP_KEYS_MAX;
    return count > SWEEP_KEYS_MIN ? (uint32_t)count : SWEEP_KEYS_MIN;
}

static int sweep_open_keyring(struct sweep *sweep)
{
    const struct credentials *list = sweep->config.credentials;
    bool has_users = false;
    for (size_t i = 0; i < list->count; i++) {
        has_users = has_users || list->items[i].version == PDU_V3;
    }
    sweep->shared.keyring = sweep->config.keyring;
    if (has_users && sweep->shared.keyring == NULL) {
        sweep->own_keyring = usm_keyring_new(sweep_key_count(sweep));
        sweep->shared.keyring = sweep->own_keyring;
        return sweep->own_keyring != NULL ? 0 : -ENOMEM;
    }
    return 0;
}

struct sweep *sweep_new(const struct sweep_config *config, const struct wire *wire,
                        const struct sweep_events *events)
{
    struct sweep *sweep = calloc(1, sizeof(*sweep));
    if (sweep == NULL) {
        return NULL;
    }
    sweep->config = *config;
    sweep->events = *events;
    sweep->has_targets = true;
    sweep->shared.config = &sweep->config;
    sweep->shared.counters = &sweep->counters;
    int status = config->credentials == NULL ? sweep_own_credentials(sweep) : 0;
    status = status == 0 ? sweep_open_keyring(sweep) : status;
    if (status == 0) {
        sweep->shared.memo = plan_memo_new(config->engine.id_secret[0] ^ config->engine.seed);
        sweep->shared.engine = engine_new(&config->engine, wire);
    }
    if (sweep->shared.engine != NULL && config->is_search) {
        status = search_open(&sweep->search, sweep->shared.engine, sweep->config.credentials,
                             1u + config->engine.retries);
    }
    if (sweep->shared.engine == NULL || status != 0) {
        sweep_free(sweep);
        return NULL;
    }
    return sweep;
}

void sweep_free(struct sweep *sweep)
{
    if (sweep == NULL) {
        return;
    }
    engine_free(sweep->shared.engine);
    while (sweep->made != NULL) {
        struct poll *next = sweep->made->made_before;
        poll_give_back(sweep->made);
        poll_place_clear(sweep->made);
        free(sweep->made);
        sweep->made = next;
    }
    plan_memo_free(sweep->shared.memo);
    poll_work_free(sweep->shared.idle_works);
    poll_work_free(sweep->shared.openings[0].work);
    poll_work_free(sweep->shared.openings[1].work);
    poll_session_free(sweep->shared.idle_sessions);
    usm_keyring_free(sweep->own_keyring);
    if (sweep->own_credentials != NULL) {
        credentials_clear(sweep->own_credentials);
        free(sweep->own_credentials);
    }
    free(sweep);
}

static struct poll *sweep_take_poll(struct sweep *sweep)
{
    struct poll *poll = sweep->idle;
    if (poll != NULL) {
        sweep->idle = poll->next;
        *poll = (struct poll){.made_before = poll->made_before};
    } else {
        poll = calloc(1, sizeof(*poll));
        if (poll == NULL) {
            return NULL;
        }
        poll->made_before = sweep->made;
        sweep->made = poll;
    }
    poll->sweep = sweep;
    return poll;
}

bool poll_shared_has_places(const struct poll *poll)
{
    return poll->sweep->events.recall_place != NULL;
}

bool poll_shared_recall(const struct poll *poll, const char *place, struct learned *learned)
{
    const struct sweep_events *events = &poll->sweep->events;
    return events->recall_place(events->owner, &poll->peer.address, place, learned);
}

static void sweep_put_poll(struct sweep *sweep, struct poll *poll)
{
    poll->next = sweep->idle;
    sweep->idle = poll;
}

static void sweep_count(struct sweep *sweep, const struct sweep_result *result)
{
    if (result->is_canceled) {
        sweep->counters.canceled++;
    } else {
        sweep->counters.by_status[result->header.status]++;
        sweep->counters.places += result->place[0] != '\0' ? 1 : 0;
    }
}

void poll_ended(struct poll *poll, const struct sweep_result *result)
{
    struct sweep *sweep = poll->sweep;
    if (poll_place_is_told(poll, result)) {
        sweep_count(sweep, result);
        sweep->events.ended(sweep->events.owner, result);
    }
    if (poll_place_next(poll)) {
        return; /* the address has not ended before its last printer */
    }
    sweep->counters.active--;
    poll_give_back(poll);
    sweep_put_poll(sweep, poll);
}

/* busy: addresses beside the requests that may answer at any moment. */
static bool sweep_has_room(const struct sweep *sweep, uint32_t busy)
{
    const struct engine *engine = sweep->shared.engine;
    uint32_t inflight = engine_inflight(engine);
    return !sweep->is_held && inflight < sweep->config.engine.max_inflight &&
           inflight - engine_silent(engine) + busy < sweep->config.window &&
           engine_queued(engine) < sweep->config.engine.sends_per_turn;
}

static bool sweep_may_admit(const struct sweep *sweep)
{
    const struct engine *engine = sweep->shared.engine;
    if (!sweep->config.is_search) {
        return sweep->has_targets && sweep_has_room(sweep, 0);
    }
    /* A group of the scan is begun when it can be filled. */
    uint32_t half = sweep->config.window / 2;
    uint32_t whole = half < ENGINE_SCAN_GROUP ? half : ENGINE_SCAN_GROUP - 1;
    uint32_t wanted = engine_scan_is_filling(engine) ? 0 : whole;
    return sweep->has_targets && engine_scan_has_room(engine) &&
           sweep_has_room(sweep, engine_scan_busy(engine) + wanted);
}

/* Takes the next target: into the scan, when it is a search and nothing is known of it.
 * Returns: false when there is none, or memory is short: polls under way will give theirs back. */
static bool sweep_admit_one(struct sweep *sweep, unsigned *started)
{
    struct engine *engine = sweep->shared.engine;
    struct poll *poll = sweep_take_poll(sweep);
    if (poll == NULL) {
        return false;
    }
    if (!sweep->events.next(sweep->events.owner, &poll->peer.address)) {
        sweep->has_targets = false;
        sweep_put_poll(sweep, poll);
        return false;
    }
    sweep->counters.started++;
    sweep->counters.active++;
    bool is_known = sweep->events.recall(sweep->events.owner, &poll->peer.address, &poll->learned);
    if (!is_known && sweep->config.is_search &&
        search_add(&sweep->search, &poll->peer.address, engine_now_us(engine)) == 0) {
        sweep_put_poll(sweep, poll);
        return true;
    }
    if (!is_known) {
        learned_init(&poll->learned);
    }
    (*started)++;
    poll_start(poll);
    return true;
}

static void sweep_admit(struct sweep *sweep)
{
    unsigned started = 0;
    for (unsigned i = 0; i < SWEEP_SCANNED_PER_TURN && started < SWEEP_ADMISSIONS_PER_TURN; i++) {
        if (!sweep_may_admit(sweep) || !sweep_admit_one(sweep, &started)) {
            return;
        }
    }
}

/* Says whether a host of the scan waits to be polled, and may be; stopped, that it ends. */
static bool sweep_may_poll_heard(const struct sweep *sweep)
{
    return engine_scan_has_heard(sweep->shared.engine) &&
           (sweep->shared.is_stopped || sweep_has_room(sweep, 0));
}

/* Starts polls of those whom the scan has heard. */
static void sweep_poll_heard(struct sweep *sweep)
{
    for (unsigned i = 0; i < SWEEP_ADMISSIONS_PER_TURN && sweep_may_poll_heard(sweep); i++) {
        struct poll *poll = sweep_take_poll(sweep);
        unsigned way = 0;
        if (poll == NULL) {
            return;
        }
        bool is_there = engine_scan_take_heard(sweep->shared.engine, &poll->peer.address, &way);
        BASE_REQUIRE(is_there);
        learned_init(&poll->learned);
        poll->heard = (uint8_t)(1 + way);
        poll_start(poll);
    }
}

/* Ends those whom the scan has not heard. Returns: true when some are left. */
static bool sweep_end_silent(struct sweep *sweep)
{
    for (unsigned i = 0; i < SWEEP_SILENT_PER_TURN && sweep->config.is_search; i++) {
        struct poll *poll = sweep_take_poll(sweep);
        int error = 0;
        if (poll == NULL) {
            return true;
        }
        if (!engine_scan_take_silent(sweep->shared.engine, &poll->peer.address, &error)) {
            sweep_put_poll(sweep, poll);
            return false;
        }
        poll_end_unheard(poll, error);
    }
    return sweep->config.is_search;
}

void sweep_received(struct sweep *sweep, const union wire_address *from, struct bytes datagram,
                    int64_t now_us)
{
    engine_receive(sweep->shared.engine, from, datagram, now_us);
}

void sweep_unreachable(struct sweep *sweep, const union wire_address *to, struct bytes datagram,
                       int64_t now_us)
{
    engine_unreachable(sweep->shared.engine, to, datagram, now_us);
}

int64_t sweep_turn(struct sweep *sweep, int64_t now_us)
{
    struct engine *engine = sweep->shared.engine;
    engine_expire(engine, now_us);
    sweep_poll_heard(sweep);
    sweep_admit(sweep);
    if (!sweep_may_admit(sweep)) {
        engine_scan_go(engine, now_us);
    }
    engine_flush(engine, now_us);
    bool has_silent = sweep_end_silent(sweep); /* after the flush, which may end the last ones */
    bool is_due = has_silent || sweep_may_poll_heard(sweep) || sweep_may_admit(sweep);
    return is_due ? now_us : engine_deadline_us(engine, now_us);
}

void sweep_stop(struct sweep *sweep)
{
    sweep->has_targets = false;
    sweep->shared.is_stopped = true;
    engine_cancel_all(sweep->shared.engine);
    engine_scan_cancel(sweep->shared.engine);
}

void sweep_hold(struct sweep *sweep, bool is_held)
{
    sweep->is_held = is_held;
}

void sweep_more(struct sweep *sweep)
{
    sweep->has_targets = !sweep->shared.is_stopped;
}

void sweep_set_clock(struct sweep *sweep, int64_t unix_ms_at_zero)
{
    sweep->config.unix_ms_at_zero = unix_ms_at_zero;
}

bool sweep_is_done(const struct sweep *sweep)
{
    return !sweep->has_targets && sweep->counters.active == 0;
}

const struct sweep_counters *sweep_counters(const struct sweep *sweep)
{
    return &sweep->counters;
}

const struct engine *sweep_engine(const struct sweep *sweep)
{
    return sweep->shared.engine;
}
