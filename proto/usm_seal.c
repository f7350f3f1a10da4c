#include "proto/usm.h"

/* Header of a SEQUENCE or OCTET STRING of up to 65,535 octets, at its longest. */
#define HEADER_MAX 4u
/* An INTEGER of up to 2^31-1, at its longest. */
#define NUMBER_MAX 6
/* msgVersion; msgFlags; msgSecurityModel: three octets each. */
#define FIXED_BYTES 9
/* What our keys' longest padding adds: DES, whole blocks of 8. */
#define DES_PADDING_MAX 7u

/* A message before it is written: what its fields hold. */
struct draft {
    uint32_t msg_id;
    uint8_t flags;
    uint32_t boots;
    uint32_t time_s;
    struct bytes engine_id;
    struct bytes user;
    size_t tag_size;
    struct bytes salt;
    struct bytes context_engine;
    struct bytes context;
    struct bytes pdu;
    enum usm_priv priv;
};

/* How long the contents of its elements are. */
struct layout {
    size_t whole;    /* of the outer sequence */
    size_t global;   /* msgGlobalData */
    size_t security; /* the sequence in msgSecurityParameters */
    size_t data;     /* msgData when it is encrypted */
    size_t scoped;   /* the scoped PDU */
};

static size_t element_size(size_t content)
{
    return content + (content < 0x80 ? 2 : content <= UINT8_MAX ? 3 : HEADER_MAX);
}

static size_t number_size(uint32_t number)
{
    return number < 0x80 ? 3 : number < 0x8000 ? 4 : number < 0x800000 ? 5 : NUMBER_MAX;
}

static struct layout lay_out(const struct draft *draft)
{
    struct layout layout;
    layout.global = number_size(draft->msg_id) + number_size(USM_OUR_MAX_SIZE) + 3 + 3;
    layout.security = element_size(draft->engine_id.size) + number_size(draft->boots) +
                      number_size(draft->time_s) + element_size(draft->user.size) +
                      element_size(draft->tag_size) + element_size(draft->salt.size);
    layout.scoped = element_size(draft->context_engine.size) + element_size(draft->context.size) +
                    draft->pdu.size;
    size_t data = element_size(layout.scoped);
    layout.data = 0;
    if (draft->priv != USM_NO_PRIV) {
        layout.data = usm_encrypted_size(draft->priv, data);
        data = element_size(layout.data);
    }
    layout.whole =
        3 + element_size(layout.global) + element_size(element_size(layout.security)) + data;
    return layout;
}

static uint8_t *put_header(uint8_t *at, uint8_t tag, size_t size)
{
    *at++ = tag;
    if (size > UINT8_MAX) {
        *at++ = 0x82;
        *at++ = (uint8_t)(size >> 8);
    } else if (size >= 0x80) {
        *at++ = 0x81;
    }
    *at++ = (uint8_t)size;
    return at;
}

static uint8_t *put_octets(uint8_t *at, struct bytes octets)
{
    at = put_header(at, GATE_OCTET_STRING, octets.size);
    bytes_copy(at, octets);
    return at + octets.size;
}

static uint8_t *put_number(uint8_t *at, uint32_t number)
{
    size_t octets = number_size(number) - 2;
    at = put_header(at, GATE_INTEGER, octets);
    for (; octets > 0; octets--) {
        *at++ = (uint8_t)(number >> (8 * (octets - 1)));
    }
    return at;
}

/* Writes the message with a tag of zeros and the scoped PDU in the open. *tag and *scoped are where
 * they stand. */
static void put_message(const struct draft *draft, const struct layout *layout, uint8_t *at,
                        uint8_t **tag, uint8_t **scoped)
{
    at = put_header(at, GATE_SEQUENCE, layout->whole);
    at = put_number(at, 3);
    at = put_header(at, GATE_SEQUENCE, layout->global);
    at = put_number(at, draft->msg_id);
    at = put_number(at, USM_OUR_MAX_SIZE);
    at = put_octets(at, bytes_of(&draft->flags, 1));
    at = put_number(at, 3);
    at = put_header(at, GATE_OCTET_STRING, element_size(layout->security));
    at = put_header(at, GATE_SEQUENCE, layout->security);
    at = put_octets(at, draft->engine_id);
    at = put_number(at, draft->boots);
    at = put_number(at, draft->time_s);
    at = put_octets(at, draft->user);
    at = put_header(at, GATE_OCTET_STRING, draft->tag_size);
    *tag = at;
    memset(at, 0, draft->tag_size);
    at = put_octets(at + draft->tag_size, draft->salt);
    if (draft->priv != USM_NO_PRIV) {
        at = put_header(at, GATE_OCTET_STRING, layout->data);
    }
    *scoped = at;
    at = put_header(at, GATE_SEQUENCE, layout->scoped);
    at = put_octets(at, draft->context_engine);
    at = put_octets(at, draft->context);
    memcpy(at, draft->pdu.data, draft->pdu.size);
}

static void put_big_endian(uint8_t *out, uint64_t number, size_t octets)
{
    for (size_t i = octets; i > 0; i--) {
        out[i - 1] = (uint8_t)number;
        number >>= 8;
    }
}

/* Makes msgPrivacyParameters: for DES the boots and a 32-bit counter (RFC 3414 8.1.1.1), for AES 64
 * bits that do not come again (RFC 3826 3.1.2.1). */
static void make_salt(enum usm_priv priv, uint32_t boots, uint64_t salt, uint8_t *out)
{
    if (priv == USM_DES) {
        salt = (uint64_t)boots << 32 | (salt & UINT32_MAX);
    }
    put_big_endian(out, salt, USM_SALT_BYTES);
}

static struct bytes engine_octets(const struct usm_engine_id *id)
{
    return bytes_of(id->octets, id->size);
}

/* Fills the draft of a question. salt: USM_SALT_BYTES of room that lives as long as the draft. */
static void draft_question(const struct usm_session *session, uint64_t salt_number, int64_t now_us,
                           uint8_t *salt, struct draft *draft)
{
    const struct usm_user *user = session->user;
    const struct usm_engine *engine = &session->engine;
    bool has_own_context = session->context_engine.size == 0;
    draft->engine_id = engine_octets(&engine->id);
    draft->user = bytes_of(user->name, user->name_size);
    draft->context_engine =
        has_own_context ? draft->engine_id : engine_octets(&session->context_engine);
    draft->context = bytes_of(session->context, session->context_size);
    draft->flags = USM_FLAG_REPORTABLE;
    if (user->auth == USM_NO_AUTH) {
        return; /* boots and time stay 0: RFC 3414 3.1 6c */
    }
    draft->flags |= USM_FLAG_AUTH;
    draft->tag_size = usm_tag_size(user->auth);
    draft->boots = engine->boots;
    draft->time_s = usm_engine_time_s(engine, now_us);
    if (user->priv != USM_NO_PRIV) {
        draft->flags |= USM_FLAG_PRIV;
        draft->priv = user->priv;
        make_salt(user->priv, engine->boots, salt_number, salt);
        draft->salt = bytes_of(salt, USM_SALT_BYTES);
    }
}

/* NOLINTNEXTLINE(readability-function-size): what stands in one message has eight parts */
int usm_seal(const struct usm_session *session, int32_t msg_id, struct bytes pdu, uint64_t salt,
             int64_t now_us, uint8_t *out, size_t cap, size_t *size)
{
    uint8_t salt_octets[USM_SALT_BYTES];
    uint8_t digest[USM_TAG_MAX];
    uint8_t *tag;
    uint8_t *scoped;
    BASE_REQUIRE(msg_id >= 0);
    if (session->user == NULL || session->engine.id.size == 0 ||
        (session->user->auth != USM_NO_AUTH && !session->has_keys)) {
        return BASE_EUSAGE;
    }
    struct draft draft = {.msg_id = (uint32_t)msg_id, .pdu = pdu};
    draft_question(session, salt, now_us, salt_octets, &draft);
    struct layout layout = lay_out(&draft);
    size_t whole = element_size(layout.whole);
    uint32_t max_size = session->engine.max_size;
    if (whole > cap || whole > USM_OUR_MAX_SIZE || (max_size != 0 && whole > max_size)) {
        return BASE_ELIMIT;
    }
    put_message(&draft, &layout, out, &tag, &scoped);
    if (draft.priv != USM_NO_PRIV) {
        usm_encrypt(&session->cipher, draft.boots, draft.time_s, salt_octets,
                    bytes_of(scoped, element_size(layout.scoped)), scoped);
    }
    if (draft.tag_size > 0) {
        struct bytes message = bytes_of(out, whole);
        usm_mac_tag(&session->mac, &message, 1, digest);
        memcpy(tag, digest, draft.tag_size);
    }
    *size = whole;
    return 0;
}

int usm_seal_discovery(int32_t msg_id, uint8_t *out, size_t cap, size_t *size)
{
    /* A GET without names: its request-id comes between these two. */
    static const uint8_t REST[] = {0x02, 0x01, 0x00, 0x02, 0x01, 0x00, GATE_SEQUENCE, 0x00};
    uint8_t pdu[2 + NUMBER_MAX + sizeof REST];
    uint8_t *tag;
    uint8_t *scoped;
    BASE_REQUIRE(msg_id >= 0);
    uint8_t *at = put_header(pdu, GATE_GET, number_size((uint32_t)msg_id) + sizeof REST);
    at = put_number(at, (uint32_t)msg_id);
    memcpy(at, REST, sizeof REST);
    struct draft draft = {
        .msg_id = (uint32_t)msg_id,
        .flags = USM_FLAG_REPORTABLE,
        .pdu = bytes_of(pdu, (size_t)(at - pdu) + sizeof REST),
    };
    struct layout layout = lay_out(&draft);
    if (element_size(layout.whole) > cap) {
        return BASE_ELIMIT;
    }
    put_message(&draft, &layout, out, &tag, &scoped);
    *size = element_size(layout.whole);
    return 0;
}

size_t usm_overhead(const struct usm_session *session)
{
    const struct usm_user *user = session->user;
    size_t engine = session->engine.id.size != 0 ? session->engine.id.size : USM_ENGINE_ID_MAX;
    size_t context_engine =
        session->context_engine.size != 0 ? session->context_engine.size : engine;
    size_t name = user != NULL ? user->name_size : USM_NAME_MAX;
    /* The outer sequence and that of the scoped PDU; msgGlobalData with msgID and msgMaxSize; the
     * parameters in two wrappings with boots and time. */
    size_t size = 2 * HEADER_MAX + FIXED_BYTES + 2 + 2 * NUMBER_MAX + 2 * 3 + 2 * NUMBER_MAX;
    size += 2 + engine + 2 + name + 2 + 2; /* with empty tag and salt */
    size += 2 + context_engine + 2 + session->context_size;
    if (user == NULL || user->auth == USM_NO_AUTH) {
        return size;
    }
    size += usm_tag_size(user->auth);
    if (user->priv != USM_NO_PRIV) {
        size += USM_SALT_BYTES + HEADER_MAX + (user->priv == USM_DES ? DES_PADDING_MAX : 0);
    }
    return size;
}
