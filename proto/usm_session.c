#include "proto/usm.h"
#include "proto/usm_keyring.h"

/* The least that any engine takes (RFC 3412 section 6); less is no size that a device has told. */
#define MAX_SIZE_LEAST 484
#define US_PER_S       1000000

void usm_session_init(struct usm_session *session, struct usm_keyring *keyring)
{
    *session = (struct usm_session){.keyring = keyring};
}

static void forget_keys(struct usm_session *session)
{
    usm_forget(&session->mac, sizeof session->mac);
    usm_forget(&session->cipher, sizeof session->cipher);
    session->has_keys = false;
}

/* Makes the keys of the user at the engine when both are known and the user has any. */
static void make_keys(struct usm_session *session)
{
    const struct usm_user *user = session->user;
    struct usm_local_keys keys;
    forget_keys(session);
    if (user == NULL || user->auth == USM_NO_AUTH || session->engine.id.size == 0) {
        return;
    }
    usm_keyring_get(session->keyring, user, &session->engine.id, &keys);
    usm_mac_init(&session->mac, user->auth, keys.auth_key);
    if (user->priv != USM_NO_PRIV) {
        usm_cipher_init(&session->cipher, user->priv, keys.crypt_key);
    }
    usm_forget(&keys, sizeof keys);
    session->has_keys = true;
}

int usm_session_user(struct usm_session *session, const struct usm_user *user, struct bytes context,
                     const struct usm_engine_id *context_engine)
{
    if (context.size > USM_CONTEXT_MAX) {
        return BASE_ERANGE;
    }
    BASE_REQUIRE(user->name_size <= USM_NAME_MAX);
    BASE_REQUIRE(user->auth != USM_NO_AUTH || user->priv == USM_NO_PRIV);
    BASE_REQUIRE(context_engine == NULL || context_engine->size <= USM_ENGINE_ID_MAX);
    session->user = user;
    bytes_copy(session->context, context);
    session->context_size = (uint8_t)context.size;
    session->context_engine =
        context_engine != NULL ? *context_engine : (struct usm_engine_id){.size = 0};
    make_keys(session);
    return 0;
}

static struct bytes id_octets(const struct usm_engine_id *id)
{
    return bytes_of(id->octets, id->size);
}

static bool is_filled_with(struct bytes octets, uint8_t octet)
{
    for (size_t i = 0; i < octets.size; i++) {
        if (octets.data[i] != octet) {
            return false;
        }
    }
    return true;
}

bool usm_engine_id_is_valid(struct bytes id)
{
    /* localEngineID of RFC 5343: every engine has it as a context, none as its name. */
    static const uint8_t LOCAL[] = {0x80, 0, 0, 0, 6};
    return id.size >= USM_ENGINE_ID_MIN && id.size <= USM_ENGINE_ID_MAX &&
           !is_filled_with(id, 0x00) && !is_filled_with(id, 0xFF) &&
           !bytes_equal(id, bytes_of(LOCAL, sizeof LOCAL));
}

void usm_session_engine(struct usm_session *session, const struct usm_engine *engine)
{
    bool has_id =
        engine->id.size <= USM_ENGINE_ID_MAX && usm_engine_id_is_valid(id_octets(&engine->id));
    bool is_same = has_id && bytes_equal(id_octets(&engine->id), id_octets(&session->engine.id));
    session->engine = has_id ? *engine : (struct usm_engine){.is_timed = false};
    if (engine->boots >= USM_BOOTS_LATCHED || engine->time_s > INT32_MAX) {
        usm_session_forget_time(session);
    }
    if (session->engine.max_size < MAX_SIZE_LEAST) {
        session->engine.max_size = 0;
    }
    if (!is_same || !session->has_keys) {
        make_keys(session);
    }
}

int usm_session_discovered(struct usm_session *session, const struct usm_message *message,
                           int64_t now_us)
{
    struct usm_engine *engine = &session->engine;
    bool is_known = engine->id.size != 0;
    if (!usm_engine_id_is_valid(message->engine_id) ||
        (is_known && !bytes_equal(message->engine_id, id_octets(&engine->id)))) {
        return BASE_EUSM_ENGINE;
    }
    if (engine->is_timed) {
        return 0;
    }
    if (!is_known) {
        engine->id.size = (uint8_t)message->engine_id.size;
        memcpy(engine->id.octets, message->engine_id.data, message->engine_id.size);
        make_keys(session);
    }
    bool is_hint = message->boots != USM_BOOTS_LATCHED;
    engine->boots = is_hint ? message->boots : 0;
    engine->time_s = is_hint ? message->time_s : 0;
    engine->at_us = now_us;
    return 0;
}

void usm_session_forget_time(struct usm_session *session)
{
    session->engine.is_timed = false;
    session->engine.boots = 0;
    session->engine.time_s = 0;
    session->engine.at_us = 0;
}

void usm_session_forget_engine(struct usm_session *session)
{
    session->engine = (struct usm_engine){.is_timed = false};
    forget_keys(session);
}

uint32_t usm_engine_time_s(const struct usm_engine *engine, int64_t now_us)
{
    bool is_unknown = !engine->is_timed && engine->boots == 0 && engine->time_s == 0;
    if (is_unknown || now_us <= engine->at_us) {
        return engine->time_s;
    }
    uint64_t passed_s = ((uint64_t)now_us - (uint64_t)engine->at_us) / US_PER_S;
    uint64_t time_s = engine->time_s + passed_s;
    return time_s < INT32_MAX ? (uint32_t)time_s : INT32_MAX;
}
