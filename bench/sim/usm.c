#include "bench/sim/usm.h"

#include <string.h>

/* ---- taking a question ---- */

/* Takes a number of 0..2147483647. */
static bool take_number(struct sim_ber *in, uint32_t *number)
{
    int32_t value;

    if (!sim_ber_take_int(in, &value) || value < 0) {
        return false;
    }
    *number = (uint32_t)value;
    return true;
}

static bool take_octets(struct sim_ber *in, struct sim_slice *octets)
{
    struct sim_ber content;

    if (!sim_ber_take_tag(in, SIM_TAG_OCTETS, &content)) {
        return false;
    }
    *octets = (struct sim_slice){content.at, sim_ber_left(&content)};
    return true;
}

/* HeaderData (RFC 3412 section 6). */
static bool take_header(struct sim_ber *in, struct sim_usm_question *question)
{
    struct sim_ber header;
    struct sim_slice flags;
    uint32_t id;
    uint32_t size;
    uint32_t model;

    if (!sim_ber_take_tag(in, SIM_TAG_SEQUENCE, &header) || !take_number(&header, &id) ||
        !take_number(&header, &size) || !take_octets(&header, &flags) ||
        !take_number(&header, &model) || sim_ber_left(&header) != 0) {
        return false;
    }
    if (size < 484 || flags.length != 1 || model != 3 || (flags.bytes[0] & 3) == 2) {
        return false;
    }
    question->msg_id = (int32_t)id;
    question->max_size = size;
    question->level = (enum sim_usm_level)(flags.bytes[0] & 3);
    question->is_reportable = (flags.bytes[0] & 4) != 0;
    return true;
}

/* UsmSecurityParameters (RFC 3414 section 2.4). */
static bool take_security(struct sim_ber *in, struct sim_usm_question *question)
{
    struct sim_ber octets;
    struct sim_ber fields;

    return sim_ber_take_tag(in, SIM_TAG_OCTETS, &octets) &&
           sim_ber_take_tag(&octets, SIM_TAG_SEQUENCE, &fields) && sim_ber_left(&octets) == 0 &&
           take_octets(&fields, &question->engine) && take_number(&fields, &question->boots) &&
           take_number(&fields, &question->time) && take_octets(&fields, &question->user_name) &&
           take_octets(&fields, &question->tag) && take_octets(&fields, &question->salt) &&
           sim_ber_left(&fields) == 0 && question->engine.length <= SIM_USM_ENGINE_MAX &&
           question->user_name.length <= SIM_USM_NAME_MAX;
}

static bool take_message(struct sim_slice datagram, struct sim_usm_question *question)
{
    struct sim_ber in = {datagram.bytes, datagram.bytes + datagram.length};
    struct sim_ber message;
    struct sim_ber content;
    uint32_t version;
    uint8_t tag;

    if (datagram.length > SIM_USM_QUESTION_BYTES ||
        !sim_ber_take_tag(&in, SIM_TAG_SEQUENCE, &message) || sim_ber_left(&in) != 0 ||
        !take_number(&message, &version) || version != 3 || !take_header(&message, question) ||
        !take_security(&message, question)) {
        return false;
    }
    question->whole = datagram;
    question->data = (struct sim_slice){message.at, sim_ber_left(&message)};
    return sim_ber_take(&message, &tag, &content) && sim_ber_left(&message) == 0 &&
           tag == (question->level == SIM_USM_PRIV ? SIM_TAG_OCTETS : SIM_TAG_SEQUENCE);
}

/* ScopedPDU; what follows it may be the padding of DES. */
static bool take_scoped(struct sim_slice bytes, struct sim_usm_question *question)
{
    struct sim_ber in = {bytes.bytes, bytes.bytes + bytes.length};
    struct sim_ber scoped;
    struct sim_ber content;
    struct sim_slice engine;
    struct sim_slice name;
    uint8_t tag;
    const uint8_t *start;

    if (!sim_ber_take_tag(&in, SIM_TAG_SEQUENCE, &scoped) || sim_ber_left(&in) >= 8 ||
        !take_octets(&scoped, &engine) || !take_octets(&scoped, &name)) {
        return false;
    }
    start = scoped.at;
    if (!sim_ber_take(&scoped, &tag, &content) || sim_ber_left(&scoped) != 0) {
        return false;
    }
    question->context_engine = engine;
    question->context_name = name;
    question->pdu = (struct sim_slice){start, (size_t)(scoped.at - start)};
    return true;
}

static bool is_authentic(const struct sim_usm_question *question)
{
    static const uint8_t zeros[SIM_USM_TAG_MAX] = {0};
    const uint8_t *end = question->whole.bytes + question->whole.length;
    const uint8_t *after = question->tag.bytes + question->tag.length;
    size_t n = sim_usm_auth_tag_bytes(question->key->auth);
    struct sim_slice parts[3] = {
        {question->whole.bytes, (size_t)(question->tag.bytes - question->whole.bytes)},
        {zeros, n},
        {after, (size_t)(end - after)},
    };
    uint8_t tag[SIM_USM_TAG_MAX];

    if (question->tag.length != n) {
        return false;
    }
    sim_usm_tag(question->key, parts, 3, tag);
    return memcmp(tag, question->tag.bytes, n) == 0; /* nobody times a simulator */
}

static bool is_in_window(const struct sim_usm_engine *engine,
                         const struct sim_usm_question *question)
{
    uint32_t off = question->time > engine->time ? question->time - engine->time
                                                 : engine->time - question->time;

    return engine->boots < SIM_USM_BOOTS_MAX && question->boots == engine->boots &&
           off <= SIM_USM_WINDOW_S;
}

static enum sim_usm_verdict open_data(struct sim_usm_question *question)
{
    struct sim_ber in = {question->data.bytes, question->data.bytes + question->data.length};
    struct sim_usm_start start = {.boots = question->boots, .time = question->time};
    struct sim_slice sealed;

    if (question->level != SIM_USM_PRIV) {
        return take_scoped(question->data, question) ? SIM_USM_FINE : SIM_USM_MALFORMED;
    }
    if (question->salt.length != sizeof(start.salt) || !take_octets(&in, &sealed)) {
        return SIM_USM_DECRYPTION_ERROR;
    }
    memcpy(start.salt, question->salt.bytes, sizeof(start.salt));
    if (!sim_usm_decrypt(question->key, &start, sealed, question->plain)) {
        return SIM_USM_DECRYPTION_ERROR;
    }
    /* A wrong key gives garbage, which is dropped in silence (RFC 3412 section 7.2 step 7). */
    return take_scoped((struct sim_slice){question->plain, sealed.length}, question)
               ? SIM_USM_FINE
               : SIM_USM_MALFORMED;
}

/* The steps of RFC 3414 section 3.2 that follow the parsing, in their order. */
static enum sim_usm_verdict judge(struct sim_usm *usm, const struct sim_usm_engine *engine,
                                  struct sim_usm_question *question)
{
    if (question->engine.length != engine->id_length ||
        memcmp(question->engine.bytes, engine->id, engine->id_length) != 0) {
        return SIM_USM_UNKNOWN_ENGINE;
    }
    question->user = sim_usm_user_find(usm, question->user_name);
    if (question->user == NULL) {
        return SIM_USM_UNKNOWN_USER;
    }
    if (question->level > sim_usm_user_level(question->user)) {
        return SIM_USM_UNSUPPORTED_LEVEL;
    }
    question->key =
        sim_usm_user_key(usm, question->user, (struct sim_slice){engine->id, engine->id_length});
    if (question->key == NULL) {
        return SIM_USM_MALFORMED; /* no memory: as if it had been lost */
    }
    if (question->level != SIM_USM_NO_AUTH) {
        if (!is_authentic(question)) {
            return SIM_USM_WRONG_DIGEST;
        }
        if (!is_in_window(engine, question)) {
            return SIM_USM_NOT_IN_WINDOW;
        }
    }
    return open_data(question);
}

void sim_usm_count(const struct sim_usm_engine *engine, enum sim_usm_verdict verdict)
{
    if (engine->counters != NULL && verdict >= 1 && (unsigned)verdict <= SIM_USM_COUNTERS) {
        engine->counters[verdict - 1]++;
    }
}

enum sim_usm_verdict sim_usm_take(struct sim_usm *usm, const struct sim_usm_engine *engine,
                                  struct sim_slice datagram, struct sim_usm_question *question)
{
    enum sim_usm_verdict verdict;

    question->user = NULL;
    question->key = NULL;
    question->context_engine = (struct sim_slice){NULL, 0};
    question->context_name = (struct sim_slice){NULL, 0};
    question->pdu = (struct sim_slice){NULL, 0};
    question->is_reportable = false;
    if (!take_message(datagram, question)) {
        return SIM_USM_MALFORMED;
    }
    verdict = judge(usm, engine, question);
    if (verdict != SIM_USM_FINE && question->level == SIM_USM_NO_AUTH) {
        (void)take_scoped(question->data, question); /* its request id goes into the Report */
    }
    sim_usm_count(engine, verdict);
    return verdict;
}
