#include "core/fleet/poll_access.h"

#include <errno.h>
#include <stdlib.h>

#include "core/fleet/address.h"
#include "core/fleet/poll_end.h"
#include "core/fleet/poll_place.h"
#include "proto/oid.h"
#include "proto/usm_keyring.h"

#define POLL_JETDIRECT "Jetdirect"
/* An engine is not asked anew more often (facts R14): anybody can send the Report that asks for
 * it. */
#define POLL_REDISCOVER_MS 60000
/* HP's number among the enterprises: in sysObjectID, and in engine ids (RFC 3411 section 5). */
#define POLL_HP     11
#define POLL_HP_OID "1.3.6.1.4.1.11"

struct poll_session {
    struct poll_session *next;
    struct usm_session usm;
};

void poll_session_free(struct poll_session *session)
{
    while (session != NULL) {
        struct poll_session *next = session->next;
        usm_session_forget_engine(&session->usm);
        free(session);
        session = next;
    }
}

static bool poll_has_rediscovered(const struct poll *poll)
{
    int64_t age_ms = poll_unix_ms(poll) - poll->learned.rediscovered_at_unix_ms;
    return age_ms >= 0 && age_ms < POLL_REDISCOVER_MS;
}

enum access_step poll_access_start(struct poll *poll)
{
    const struct sweep_config *config = poll_shared_of(poll->sweep)->config;
    struct target address;
    address_to_target(&poll->peer.address, &address);
    const struct access_terms terms = {.list = config->credentials,
                                       .address = &address,
                                       .learned = &poll->learned,
                                       .only = poll_place_credential(poll),
                                       .attempts = (uint8_t)(1 + config->engine.retries),
                                       .is_known = poll->goal != PLAN_FIRST,
                                       .is_review = poll->goal == PLAN_FULL && !config->is_full,
                                       .is_rediscovered = poll_has_rediscovered(poll),
                                       .heard = poll->heard,
                                       .is_search = config->is_search};
    return access_start(&poll->access, &terms);
}

/* What is remembered of the engine. Its clock has gone on since, as ours has. */
static void poll_recall_engine(const struct poll *poll, struct usm_session *session)
{
    const struct poll_shared *shared = poll_shared_of(poll->sweep);
    const struct learned *learned = &poll->learned;
    struct usm_engine engine = {.id = learned->engine, .max_size = learned->engine_max_size};
    if (learned->engine_at_unix_ms > 0) {
        int64_t now_us = engine_now_us(shared->engine);
        int64_t now_ms = now_us / 1000 + shared->config->unix_ms_at_zero;
        int64_t passed_ms = now_ms - learned->engine_at_unix_ms;
        engine.is_timed = true;
        engine.boots = learned->engine_boots;
        engine.time_s = learned->engine_time_s;
        engine.at_us = passed_ms > 0 ? now_us - passed_ms * 1000 : now_us;
    }
    usm_session_engine(session, &engine);
}

static int poll_take_session(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    struct poll_session *session = shared->idle_sessions;
    if (session != NULL) {
        shared->idle_sessions = session->next;
    } else {
        session = malloc(sizeof(*session));
    }
    if (session == NULL) {
        return -ENOMEM;
    }
    session->next = NULL;
    usm_session_init(&session->usm, shared->keyring);
    if (poll->access.has_engine) {
        poll_recall_engine(poll, &session->usm);
    }
    poll->session = session;
    return 0;
}

void poll_access_give(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    if (poll->session != NULL) {
        usm_session_forget_engine(&poll->session->usm);
        poll->session->next = shared->idle_sessions;
        shared->idle_sessions = poll->session;
        poll->session = NULL;
    }
}

/* Contexts that the credential does not name are ours to choose. */
static bool poll_has_own_context(const struct credential *item)
{
    return item->context_size > 0 || item->context_engine.size > 0;
}

struct bytes poll_access_context(const struct poll *poll)
{
    const struct credential *item = access_current(&poll->access);
    const char *place = poll_place_name(poll);
    if (place[0] != '\0') {
        return bytes_from_text(place);
    }
    if (item->version != PDU_V3) {
        return bytes_of(NULL, 0);
    }
    if (poll->is_jetdirect && !poll_has_own_context(item)) {
        return bytes_from_text(POLL_JETDIRECT);
    }
    return bytes_of(item->context, item->context_size);
}

int poll_access_use(struct poll *poll)
{
    const struct credential *item = access_current(&poll->access);
    if (poll->spare == NULL && poll->asked != item) {
        /* Each user has both contexts, the one that worked for it first. */
        poll->is_jetdirect =
            poll->learned.is_jetdirect && credential_key(item) == poll->learned.credential;
        poll->has_switched = false;
        poll->asked = item;
    }
    poll->version = (uint8_t)item->version;
    if (item->version != PDU_V3) {
        return 0;
    }
    int status = poll->session == NULL ? poll_take_session(poll) : 0;
    if (status != 0) {
        return status;
    }
    struct usm_session *session = &poll->session->usm;
    struct bytes context = poll_access_context(poll);
    if (session->user == &item->user &&
        bytes_equal(context, bytes_of(session->context, session->context_size))) {
        return 0;
    }
    return usm_session_user(session, &item->user, context,
                            item->context_engine.size > 0 ? &item->context_engine : NULL);
}

struct usm_session *poll_access_session(const struct poll *poll)
{
    return poll->version == PDU_V3 && poll->session != NULL ? &poll->session->usm : NULL;
}

void poll_access_learn_engine(struct poll *poll)
{
    const struct poll_shared *shared = poll_shared_of(poll->sweep);
    const struct usm_session *session = poll_access_session(poll);
    struct learned *learned = &poll->learned;
    struct usm_engine engine = {.boots = 0};
    if (session != NULL) {
        engine = session->engine;
    }
    if (session != NULL && session->user->auth != USM_NO_AUTH && !engine.is_timed) {
        return; /* whoever gave this id has signed nothing with it */
    }
    learned->engine = engine.id;
    learned->engine_max_size = engine.max_size;
    learned->engine_boots = engine.is_timed ? engine.boots : 0;
    learned->engine_time_s = engine.is_timed ? engine.time_s : 0;
    learned->engine_at_unix_ms =
        engine.is_timed ? engine.at_us / 1000 + shared->config->unix_ms_at_zero : 0;
}

void poll_access_rediscover(struct poll *poll)
{
    if (!poll->access.is_checking) { /* that is no device's doing */
        poll->learned.rediscovered_at_unix_ms = poll_unix_ms(poll);
    }
    usm_session_forget_engine(poll_access_session(poll));
}

void poll_access_learn(struct poll *poll)
{
    struct learned *learned = &poll->learned;
    learned->credential = credential_key(access_current(&poll->access));
    learned->is_doubted = false;
    learned->is_jetdirect = poll_access_session(poll) != NULL && poll->is_jetdirect;
    poll_access_learn_engine(poll);
}

static bool poll_is_hp_engine(const struct usm_engine_id *id)
{
    uint32_t enterprise = 0;
    if (id->size < USM_ENGINE_ID_MIN) {
        return false;
    }
    for (unsigned i = 0; i < 4; i++) {
        enterprise = enterprise << 8 | id->octets[i];
    }
    return (enterprise & INT32_MAX) == POLL_HP; /* the highest bit tells how the rest is made */
}

static bool poll_is_hp_object(struct bytes settled)
{
    uint8_t root[OID_BER_MAX];
    struct record_entry entry;
    size_t root_size = 0;
    size_t offset = 0;
    BASE_REQUIRE(oid_from_text(POLL_HP_OID, root, sizeof(root), &root_size) == 0);
    while (record_next(settled, &offset, &entry)) {
        if (entry.object == OBJECT_SYS_OBJECT_ID) {
            return oid_is_below(entry.value, bytes_of(root, root_size));
        }
    }
    return false;
}

bool poll_access_may_switch(const struct poll *poll, struct bytes settled)
{
    const struct usm_session *session = poll_access_session(poll);
    if (session == NULL || poll->has_switched || poll_place_name(poll)[0] != '\0' ||
        poll_has_own_context(access_current(&poll->access))) {
        return false;
    }
    return poll_is_hp_engine(&session->engine.id) || poll_is_hp_object(settled);
}

void poll_access_switch(struct poll *poll)
{
    poll->is_jetdirect = !poll->is_jetdirect;
    poll->has_switched = true;
}
