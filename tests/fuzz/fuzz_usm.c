/*
 * A whole SNMPv3 message from the network: header, digest, window, privacy, scoped PDU. The first
 * octet of an input says how it becomes a message, the second which session judges it; the rest is
 *   MODE_RAW     the datagram as it is
 *   MODE_SIGN    the datagram, signed by us where its tag has room: so the search gets past the
 *                digest, which no mutation can guess
 *   MODE_SCOPED  what stands in place of the scoped PDU of a message that is right otherwise,
 *                encrypted and signed by us
 *   MODE_PDU     a PDU that is sealed, and must come back as it was
 */
#include <stdlib.h>

#include "proto/usm.h"
#include "proto/usm_keyring.h"

#define VARBINDS_MAX 64
#define PAYLOAD_MAX  60000
#define NOW_US       (200 * (int64_t)1000000)

enum mode { MODE_RAW, MODE_SIGN, MODE_SCOPED, MODE_PDU, MODE_COUNT };

/* Bits of the second octet. */
#define SESSION_USER    0x03
#define SESSION_UNTIMED 0x04
#define SESSION_NOBODY  0x08 /* its engine is not known yet */
#define SESSION_CONTEXT 0x10

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct usm_engine_id ENGINE = {
    .size = 13,
    .octets = {0x80, 0x00, 0x1f, 0x88, 0x80, 0xe9, 0x63, 0x00, 0x00, 0xd6, 0x1f, 0xf4, 0x49},
};

static const struct usm_user USERS[] = {
    {.number = 1, .name_size = 6, .name = "platen"},
    {.number = 2, .auth = USM_SHA256, .name_size = 6, .name = "platen", .auth_key = {1, 2, 3}},
    {.number = 3,
     .auth = USM_SHA256,
     .priv = USM_AES128,
     .name_size = 6,
     .name = "platen",
     .auth_key = {1, 2, 3},
     .priv_key = {4, 5, 6}},
    {.number = 4,
     .auth = USM_MD5,
     .priv = USM_DES,
     .name_size = 6,
     .name = "platen",
     .auth_key = {7, 8, 9},
     .priv_key = {10, 11, 12}},
};

static struct usm_keyring *ring;
static uint8_t datagram_octets[USM_SCRATCH_BYTES];
static uint8_t scratch[USM_SCRATCH_BYTES];

static void start_session(struct usm_session *session, uint8_t choice)
{
    const struct usm_user *user = &USERS[choice & SESSION_USER];
    struct bytes context = bytes_from_text((choice & SESSION_CONTEXT) != 0 ? "Jetdirect" : "");
    struct usm_engine engine = {.id = ENGINE, .is_timed = true, .boots = 7, .time_s = 1000};
    if (ring == NULL) {
        ring = usm_keyring_new(16);
    }
    usm_session_init(session, ring);
    BASE_REQUIRE(usm_session_user(session, user, context, NULL) == 0);
    if ((choice & SESSION_NOBODY) == 0) {
        usm_session_engine(session, &engine);
    }
    if ((choice & SESSION_UNTIMED) != 0) {
        usm_session_forget_time(session);
    }
}

static bool is_within(struct bytes part, const uint8_t *whole, size_t size)
{
    return part.data >= whole && part.size <= size &&
           (size_t)(part.data - whole) <= size - part.size;
}

/* Writes the tag of this session over what stands there, when there is room for exactly it. */
static void sign(const struct usm_session *session, uint8_t *octets, size_t size)
{
    struct usm_message message;
    uint8_t tag[USM_TAG_MAX];
    struct bytes whole = bytes_of(octets, size);
    if (!session->has_keys || usm_open(whole, &message) != 0 ||
        message.tag.size != usm_tag_size(session->user->auth)) {
        return;
    }
    uint8_t *place = octets + (message.tag.data - octets);
    memset(place, 0, message.tag.size);
    usm_mac_tag(&session->mac, &whole, 1, tag);
    memcpy(place, tag, message.tag.size);
}

static uint8_t *put(uint8_t *at, uint8_t tag, size_t size, const uint8_t *content)
{
    *at++ = tag;
    *at++ = 0x82;
    *at++ = (uint8_t)(size >> 8);
    *at++ = (uint8_t)size;
    if (content != NULL && size > 0) {
        memcpy(at, content, size);
        at += size;
    }
    return at;
}

/* Makes a message whose scoped PDU is the payload; returns its size. */
static size_t wrap_scoped(const struct usm_session *session, struct bytes payload, uint8_t *out)
{
    static const uint8_t TIMES[] = {2, 1, 7, 2, 2, 4, 0x80}; /* boots 7, time 1152 */
    static const uint8_t SALT[USM_SALT_BYTES] = {8, 7, 6, 5, 4, 3, 2, 1};
    static uint8_t data[USM_SCRATCH_BYTES];
    const struct usm_user *user = session->user;
    size_t tag_size = usm_tag_size(user->auth);
    size_t salt_size = user->priv != USM_NO_PRIV ? USM_SALT_BYTES : 0;
    uint8_t flags =
        (uint8_t)((tag_size > 0 ? USM_FLAG_AUTH : 0) | (salt_size > 0 ? USM_FLAG_PRIV : 0));
    const uint8_t head[] = {2, 1, 3, 0x30, 13, 2, 1, 77, 2, 2, 5, 0xdc, 4, 1, flags, 2, 1, 3};
    size_t security =
        4 + ENGINE.size + sizeof TIMES + 4 + user->name_size + 4 + tag_size + 4 + salt_size;
    uint8_t *at = data;
    if (payload.size > 0) {
        memcpy(data, payload.data, payload.size);
    }
    size_t data_size = payload.size;
    if (salt_size > 0) {
        data_size = usm_encrypted_size(user->priv, payload.size);
        usm_encrypt(&session->cipher, 7, 1152, SALT, payload, data);
    }
    size_t whole = sizeof head + 4 + 4 + security + data_size + (salt_size > 0 ? 4 : 0);
    at = put(out, GATE_SEQUENCE, whole, NULL);
    memcpy(at, head, sizeof head);
    at = put(at + sizeof head, GATE_OCTET_STRING, 4 + security, NULL);
    at = put(at, GATE_SEQUENCE, security, NULL);
    at = put(at, GATE_OCTET_STRING, ENGINE.size, ENGINE.octets);
    memcpy(at, TIMES, sizeof TIMES);
    at = put(at + sizeof TIMES, GATE_OCTET_STRING, user->name_size, user->name);
    at = put(at, GATE_OCTET_STRING, tag_size, NULL);
    memset(at, 0, tag_size);
    at = put(at + tag_size, GATE_OCTET_STRING, salt_size, SALT);
    if (salt_size > 0) {
        at = put(at, GATE_OCTET_STRING, data_size, NULL);
    }
    if (data_size > 0) {
        memcpy(at, data, data_size);
    }
    return (size_t)(at - out) + data_size;
}

/* What passes is a Response or a Report, and of the session's level when it is no hint. */
static void check_answer(const struct usm_session *before, const struct usm_session *after,
                         const struct usm_message *message, const struct usm_answer *answer)
{
    static struct gate_varbind varbinds[VARBINDS_MAX];
    size_t count = 0;
    bool has_keys = before->has_keys;
    BASE_REQUIRE(answer->pdu.version == 3);
    BASE_REQUIRE(answer->pdu.pdu == GATE_RESPONSE || answer->pdu.pdu == GATE_REPORT);
    BASE_REQUIRE(is_within(answer->pdu.varbinds, message->whole.data, message->whole.size) ||
                 is_within(answer->pdu.varbinds, scratch, sizeof scratch));
    if (answer->is_authentic) {
        uint8_t level = (uint8_t)(before->user->priv != USM_NO_PRIV ? USM_FLAG_PRIV | USM_FLAG_AUTH
                                                                    : USM_FLAG_AUTH);
        uint8_t found = message->flags & (USM_FLAG_PRIV | USM_FLAG_AUTH);
        BASE_REQUIRE(found == level || (found == USM_FLAG_AUTH && answer->pdu.pdu == GATE_REPORT));
        BASE_REQUIRE((found & USM_FLAG_PRIV) == 0 || message->salt.size == USM_SALT_BYTES);
        BASE_REQUIRE(has_keys && after->engine.is_timed && message->boots != USM_BOOTS_LATCHED);
        BASE_REQUIRE(after->engine.boots >= message->boots);
        BASE_REQUIRE(after->engine.max_size == (uint32_t)message->max_size);
        BASE_REQUIRE(!before->engine.is_timed || after->engine.boots >= before->engine.boots);
    } else {
        BASE_REQUIRE(memcmp(before, after, sizeof *before) == 0);
        BASE_REQUIRE(answer->pdu.pdu == GATE_REPORT || before->user->auth == USM_NO_AUTH);
    }
    if (gate_varbinds(&answer->pdu, varbinds, VARBINDS_MAX, &count) == GATE_PASSED) {
        BASE_REQUIRE(base_is_security(usm_report_status(varbinds, count)));
    }
}

/* Judges a datagram and gives the verdict. */
static int judge(struct usm_session *session, struct bytes datagram, struct usm_answer *answer)
{
    struct usm_message message;
    struct usm_session before = *session;
    int status = usm_open(datagram, &message);
    if (status != 0) {
        return status;
    }
    BASE_REQUIRE(usm_is_v3(datagram) && message.msg_id >= 0 && message.max_size >= 484);
    BASE_REQUIRE(message.engine_id.size <= USM_ENGINE_ID_MAX && message.user.size <= USM_NAME_MAX);
    BASE_REQUIRE(is_within(message.tag, datagram.data, datagram.size));
    BASE_REQUIRE(is_within(message.salt, datagram.data, datagram.size));
    BASE_REQUIRE(is_within(message.data, datagram.data, datagram.size));
    status = usm_accept(session, &message, NOW_US, scratch, answer);
    if (status != 0) {
        BASE_REQUIRE((status <= BASE_EUSM_PARSE && status >= BASE_EUSM_CONTEXT) ||
                     status == BASE_EUSM_LATCHED || status == BASE_EUSM_PROXY);
        BASE_REQUIRE(memcmp(&before, session, sizeof before) == 0);
    } else {
        check_answer(&before, session, &message, answer);
    }
    if (session->engine.id.size == 0 && usm_session_discovered(session, &message, NOW_US) == 0) {
        BASE_REQUIRE(usm_engine_id_is_valid(message.engine_id) && !session->engine.is_timed);
    }
    return status;
}

/* A PDU that the gate lets through comes back out of its message; no other does. */
static void go_round(struct usm_session *session, struct bytes pdu)
{
    struct gate_message expected;
    struct usm_answer answer;
    size_t size = 0;
    enum gate_refusal refusal = gate_open_pdu(pdu, &expected);
    int sealed =
        usm_seal(session, 77, pdu, 5, NOW_US, datagram_octets, sizeof datagram_octets, &size);
    if (session->engine.id.size == 0) {
        BASE_REQUIRE(sealed == BASE_EUSAGE);
        return;
    }
    BASE_REQUIRE(sealed == 0 && size <= pdu.size + usm_overhead(session));
    int status = judge(session, bytes_of(datagram_octets, size), &answer);
    bool is_answer =
        refusal == GATE_PASSED && (expected.pdu == GATE_RESPONSE || expected.pdu == GATE_REPORT);
    BASE_REQUIRE(status == (is_answer ? 0 : BASE_EUSM_PARSE));
    BASE_REQUIRE(status != 0 || (answer.pdu.request_id == expected.request_id &&
                                 bytes_equal(answer.pdu.varbinds, expected.varbinds)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct usm_session session;
    struct usm_answer answer;
    if (size < 2 || size - 2 > PAYLOAD_MAX) {
        return 0;
    }
    struct bytes payload = bytes_of(data + 2, size - 2);
    start_session(&session, data[1]);
    switch ((enum mode)(data[0] % MODE_COUNT)) {
    case MODE_RAW:
        (void)judge(&session, payload, &answer);
        break;
    case MODE_SIGN: {
        /* Of exactly its size, so that AddressSanitizer sees a read one octet past it. */
        uint8_t *copy = malloc(payload.size > 0 ? payload.size : 1);
        BASE_REQUIRE(copy != NULL);
        memcpy(copy, payload.data, payload.size);
        sign(&session, copy, payload.size);
        (void)judge(&session, bytes_of(copy, payload.size), &answer);
        free(copy);
        break;
    }
    case MODE_SCOPED:
        if (session.engine.id.size > 0) {
            size_t whole = wrap_scoped(&session, payload, datagram_octets);
            sign(&session, datagram_octets, whole);
            (void)judge(&session, bytes_of(datagram_octets, whole), &answer);
        }
        break;
    case MODE_PDU:
        go_round(&session, payload);
        break;
    case MODE_COUNT:
        break;
    }
    return 0;
}
