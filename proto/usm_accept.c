#include "proto/usm.h"
#include "proto/usm_ber.h"

#define LEVEL_FLAGS (USM_FLAG_AUTH | USM_FLAG_PRIV)
/* Octets that may follow a decrypted scoped PDU. RFC 3414 8.1.1.2 needs 7 with DES; some agents add
 * a whole block to a PDU that has none to fill, and some pad for AES, too, which needs none. */
#define PADDING_MAX_BYTES 16

/* A scoped PDU (RFC 3412 section 6.8). */
struct scoped {
    struct bytes context_engine;
    struct bytes context;
    struct bytes element; /* the PDU, whole */
    struct gate_message pdu;
};

static uint8_t level_of(const struct usm_user *user)
{
    if (user == NULL || user->auth == USM_NO_AUTH) {
        return 0;
    }
    return user->priv == USM_NO_PRIV ? USM_FLAG_AUTH : LEVEL_FLAGS;
}

/* Takes a scoped PDU apart as far as the PDU. */
static bool open_scope(struct bytes data, size_t padding_max, struct scoped *out)
{
    struct usm_ber outer = usm_ber_over(data);
    struct bytes content;
    if (!usm_ber_take(&outer, GATE_SEQUENCE, &content) || usm_ber_left(&outer) > padding_max) {
        return false;
    }
    struct usm_ber rest = usm_ber_over(content);
    if (!usm_ber_take(&rest, GATE_OCTET_STRING, &out->context_engine) ||
        !usm_ber_take(&rest, GATE_OCTET_STRING, &out->context)) {
        return false;
    }
    out->element = bytes_of(rest.at, usm_ber_left(&rest));
    return true;
}

/* Says whether the message is of the engine and the user that were asked. */
static int check_party(const struct usm_session *session, const struct usm_message *message)
{
    const struct usm_engine_id *id = &session->engine.id;
    const struct usm_user *user = session->user;
    if (id->size == 0 || !bytes_equal(message->engine_id, bytes_of(id->octets, id->size))) {
        return BASE_EUSM_ENGINE;
    }
    if (user == NULL || !bytes_equal(message->user, bytes_of(user->name, user->name_size))) {
        return BASE_EUSM_USER;
    }
    return 0;
}

/* Says whether what is no Report is a Response about the context that was asked. */
static int check_response(const struct usm_session *session, const struct scoped *scoped)
{
    const struct usm_engine_id *asked =
        session->context_engine.size != 0 ? &session->context_engine : &session->engine.id;
    if (scoped->pdu.pdu != GATE_RESPONSE) {
        return BASE_EUSM_PARSE;
    }
    if (!bytes_equal(scoped->context, bytes_of(session->context, session->context_size))) {
        return BASE_EUSM_CONTEXT;
    }
    /* RFC 3412 7.2 step 12: another context's answer is no answer. That it is another engine's is
     * told apart: a proxy may speak so (R21). */
    return bytes_equal(scoped->context_engine, bytes_of(asked->octets, asked->size))
               ? 0
               : BASE_EUSM_PROXY;
}

/* The tag must be the whole of the protocol's, no more and no less (RFC 3414 6.3.2, RFC 7860
 * 4.2.2): a comparison of fewer octets would be a guess away from a forgery. */
static bool is_signed_well(const struct usm_session *session, const struct usm_message *message)
{
    static const uint8_t ZEROS[USM_TAG_MAX];
    uint8_t expected[USM_TAG_MAX];
    struct bytes tag = message->tag;
    if (tag.size != usm_tag_size(session->user->auth)) {
        return false;
    }
    const uint8_t *start = message->whole.data;
    const uint8_t *after = tag.data + tag.size;
    struct bytes pieces[] = {
        bytes_of(start, (size_t)(tag.data - start)),
        bytes_of(ZEROS, tag.size),
        bytes_of(after, (size_t)(start + message->whole.size - after)),
    };
    usm_mac_tag(&session->mac, pieces, BASE_ARRAY_COUNT(pieces), expected);
    return usm_equal(expected, tag.data, tag.size);
}

/* Says whether boots and time are later than any received before: what settles the clock. */
static bool is_news(const struct usm_engine *engine, const struct usm_message *message)
{
    return !engine->is_timed || message->boots > engine->boots ||
           (message->boots == engine->boots && message->time_s > engine->time_s);
}

/* RFC 3414 3.2 7b, of an engine that is not latched. What is later than all before is in time by
 * definition, since the clock is set by it before it is compared: a device whose clock stood still
 * while it slept is heard again. */
static bool is_in_time(const struct usm_engine *engine, const struct usm_message *message,
                       int64_t now_us)
{
    if (is_news(engine, message)) {
        return true;
    }
    return message->boots == engine->boots &&
           (uint64_t)message->time_s + USM_WINDOW_S >= usm_engine_time_s(engine, now_us);
}

/* Takes the data of an authentic message apart, decrypted when it has to be. */
static int open_data(const struct usm_session *session, const struct usm_message *message,
                     uint8_t *scratch, struct scoped *scoped)
{
    if ((message->flags & USM_FLAG_PRIV) == 0) {
        return open_scope(message->data, 0, scoped) ? 0 : BASE_EUSM_PARSE;
    }
    if (message->salt.size != USM_SALT_BYTES ||
        usm_decrypt(&session->cipher, message->boots, message->time_s, message->salt.data,
                    message->data, scratch) != 0 ||
        !open_scope(bytes_of(scratch, message->data.size), PADDING_MAX_BYTES, scoped)) {
        return BASE_EUSM_DECRYPT;
    }
    return 0;
}

static int accept_unsigned(const struct usm_session *session, const struct usm_message *message,
                           struct scoped *scoped)
{
    if (!open_scope(message->data, 0, scoped) ||
        gate_open_pdu(scoped->element, &scoped->pdu) != GATE_PASSED) {
        return BASE_EUSM_PARSE;
    }
    /* Of another engine or user, too: before discovery a device has no other way to answer. */
    if (scoped->pdu.pdu == GATE_REPORT) {
        return 0;
    }
    int status = check_party(session, message);
    if (status != 0) {
        return status;
    }
    return level_of(session->user) != 0 ? BASE_EUSM_LEVEL : check_response(session, scoped);
}

static int accept_signed(const struct usm_session *session, const struct usm_message *message,
                         int64_t now_us, uint8_t *scratch, struct scoped *scoped)
{
    uint8_t level = level_of(session->user);
    uint8_t level_found = message->flags & LEVEL_FLAGS;
    int status = check_party(session, message);
    if (status != 0) {
        return status;
    }
    if ((level_found & ~level) != 0 || !session->has_keys) {
        return BASE_EUSM_LEVEL;
    }
    if (!is_signed_well(session, message)) {
        return BASE_EUSM_DIGEST;
    }
    if (message->boots == USM_BOOTS_LATCHED) {
        return BASE_EUSM_LATCHED;
    }
    if (!is_in_time(&session->engine, message, now_us)) {
        return BASE_EUSM_WINDOW;
    }
    status = open_data(session, message, scratch, scoped);
    if (status != 0) {
        return status;
    }
    if (gate_open_pdu(scoped->element, &scoped->pdu) != GATE_PASSED) {
        return BASE_EUSM_PARSE;
    }
    /* A device may not be able to encrypt its Report (RFC 3414 3.2 7a sends it authNoPriv). */
    if (scoped->pdu.pdu == GATE_REPORT) {
        return 0;
    }
    return level_found != level ? BASE_EUSM_LEVEL : check_response(session, scoped);
}

/* Learns from an authentic answer (R12). Not earlier than here: our own questions are authentic,
 * too, and one with the hint of a forged discovery must not come back as the device's clock. */
static void learn(struct usm_engine *engine, const struct usm_message *message, int64_t now_us)
{
    if (is_news(engine, message)) {
        engine->is_timed = true;
        engine->boots = message->boots;
        engine->time_s = message->time_s;
        engine->at_us = now_us;
    }
    engine->max_size = (uint32_t)message->max_size;
}

int usm_accept(struct usm_session *session, const struct usm_message *message, int64_t now_us,
               uint8_t *scratch, struct usm_answer *out)
{
    struct scoped scoped;
    bool is_signed = (message->flags & USM_FLAG_AUTH) != 0;
    int status = is_signed ? accept_signed(session, message, now_us, scratch, &scoped)
                           : accept_unsigned(session, message, &scoped);
    if (status != 0) {
        return status;
    }
    if (is_signed) {
        learn(&session->engine, message, now_us);
    }
    bool is_foreign = session->context_engine.size != 0 && scoped.pdu.pdu == GATE_RESPONSE &&
                      !bytes_equal(scoped.context_engine, message->engine_id);
    *out = (struct usm_answer){
        .pdu = scoped.pdu, .is_authentic = is_signed, .is_foreign = is_signed && is_foreign};
    return 0;
}
