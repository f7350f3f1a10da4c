#include "core/fleet/poll_end.h"

#include "core/fleet/address.h"
#include "core/fleet/poll_access.h"
#include "core/fleet/poll_place.h"
#include "core/fleet/poll_work.h"

static void poll_header_address(const struct poll *poll, struct record_header *header)
{
    struct target target;
    address_to_target(&poll->peer.address, &target);
    header->address_family = target.family;
    header->port = target.port;
    memcpy(header->address, target.address, sizeof(header->address));
}

static enum record_status poll_status(const struct poll *poll)
{
    bool is_denied = base_is_security(poll->error) || poll->error == BASE_EREFUSED ||
                     poll->error == BASE_ECREDENTIAL;
    if (poll->is_other) {
        return RECORD_NOTPRINTER;
    }
    if (poll->work == NULL) {
        enum record_status otherwise = is_denied ? RECORD_AUTH : RECORD_ERROR;
        return poll->error == BASE_ETIMEOUT ? RECORD_TIMEOUT : otherwise;
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

/* The probe said that it is no printer: that is all that will be known of it. */
static void poll_learn_other(struct poll *poll, int64_t unix_ms)
{
    struct learned *learned = &poll->learned;
    learned->snmp_version = poll->version;
    learned->is_known = false;
    learned->is_printer = false;
    learned->polled_at_unix_ms = unix_ms;
    learned->full_at_unix_ms = unix_ms;
    poll_access_learn(poll);
}

/* What this poll taught is kept; what it read is not yet trusted when it was cut short. */
static void poll_learn(struct poll *poll, enum record_status status, int64_t unix_ms)
{
    struct learned *learned = &poll->learned;
    learned->rto = poll->peer.rto;
    if (poll->is_other) {
        poll_learn_other(poll, unix_ms);
        return;
    }
    if (poll->work == NULL) {
        if (status == RECORD_TIMEOUT) {
            /* It may have been told to speak another version, or the way to it may have become
             * longer: the next poll finds out. */
            learned->snmp_version = LEARNED_NO_VERSION;
            learned->is_doubted = true;
            learned->rto = (struct rto){0};
        }
        learned->is_doubted = learned->is_doubted || poll->error == BASE_EUSM_SILENCE;
        return;
    }
    const struct plan *plan = &poll->work->plan;
    learned->snmp_version = poll->version;
    if (!poll->is_refused) {
        poll_access_learn(poll);
    }
    plan_learn(plan, learned);
    if (poll->work->walk.is_begun) {
        private_learn(&poll->work->walk, learned);
    }
    learned->polled_at_unix_ms = unix_ms;
    if (plan->goal != PLAN_MOVING && (status == RECORD_OK || status == RECORD_NOTPRINTER)) {
        learned->full_at_unix_ms = unix_ms;
    }
    if (!poll->is_struck && status == RECORD_OK) {
        breaker_forgive(&learned->breaker);
    }
}

void poll_end(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    uint8_t empty[RECORD_HEADER_BYTES];
    struct record_writer none;
    struct sweep_result result = {.address = &poll->peer.address,
                                  .learned = &poll->learned,
                                  .is_canceled = poll->error == BASE_ECANCELED};
    struct record_header *header = &result.header;
    int64_t unix_ms = poll_unix_ms(poll);
    poll_place_judge(poll);
    header->status = poll_status(poll);
    header->part = RECORD_MOVING;
    header->snmp_version = poll->version;
    header->error = poll->error;
    header->polled_at_unix_ms = unix_ms;
    poll_header_address(poll, header);
    if ((poll->work != NULL && !poll->is_refused) || poll->is_other) {
        result.credential = access_current(&poll->access);
        result.context = poll_access_context(poll);
    } else {
        result.credential = access_blamed(&poll->access);
    }
    poll_learn(poll, header->status, unix_ms);
    poll_place_learn(poll);
    result.place = poll_place_name(poll);
    result.since_unix_ms = poll_place_since_unix_ms(poll);
    header->rtt_us = poll->peer.rto.srtt_us;
    result.duration_us = engine_now_us(shared->engine) - poll->started_us;
    if (poll->work != NULL) {
        struct plan *plan = &poll->work->plan;
        private_finish(&poll->work->walk, plan);
        header->failed_tables = plan->failed_tables;
        header->pdu_count = (uint16_t)(plan->questions + (poll->is_probed ? 1 : 0));
        result.moving_part = record_finish(&plan->parts[OBJECT_PACE_MOVING], header);
        if (plan->goal != PLAN_MOVING) {
            header->part = RECORD_STATIC;
            result.static_part = record_finish(&plan->parts[OBJECT_PACE_STATIC], header);
            header->part = RECORD_MOVING;
        }
    } else {
        header->pdu_count = poll->is_other ? 1 : 0;
        record_start(&none, empty, sizeof(empty));
        result.moving_part = record_finish(&none, header);
    }
    if (poll->is_other) {
        header->part = RECORD_STATIC;
        result.static_part = record_finish(&shared->probed, header);
        header->part = RECORD_MOVING;
    }
    poll_ended(poll, &result);
}

void poll_end_unheard(struct poll *poll, int error)
{
    learned_init(&poll->learned);
    poll->started_us = engine_now_us(poll_shared_of(poll->sweep)->engine);
    poll->error = error;
    poll_end(poll);
}

bool poll_end_other(struct poll *poll, const struct engine_reply *reply)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    bool is_other = reply->error_status == 0 && probe_is_other(reply->varbinds, reply->count) &&
                    !poll_access_may_switch(poll, bytes_of(NULL, 0));
    if (is_other) {
        poll->is_other = true;
        shared->counters->varbinds += reply->count;
        probe_record(&shared->probed, shared->probe_data, reply->varbinds, reply->count);
    }
    return is_other;
}
