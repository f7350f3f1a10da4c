#include "tests/unit/support_usm.h"

#include <stdlib.h>

#define L(auth)                                                                                    \
    {auth, USM_NO_PRIV}, {auth, USM_DES}, {auth, USM_AES128}, {auth, USM_AES192},                  \
        {auth, USM_AES256}, {auth, USM_AES192_REEDER},                                             \
    {                                                                                              \
        auth, USM_AES256_REEDER                                                                    \
    }
const struct support_usm_level SUPPORT_USM_LEVELS[] = {
    {USM_NO_AUTH, USM_NO_PRIV},
    L(USM_MD5),
    L(USM_SHA1),
    L(USM_SHA224),
    L(USM_SHA256),
    L(USM_SHA384),
    L(USM_SHA512),
};
#undef L
const size_t SUPPORT_USM_LEVEL_COUNT = BASE_ARRAY_COUNT(SUPPORT_USM_LEVELS);

const struct usm_engine_id SUPPORT_USM_ENGINE = {
    .size = 13,
    .octets = {0x80, 0x00, 0x1f, 0x88, 0x80, 0xe9, 0x63, 0x00, 0x00, 0xd6, 0x1f, 0xf4, 0x49},
};

void support_usm_user(struct usm_user *user, enum usm_auth auth, enum usm_priv priv)
{
    *user = (struct usm_user){
        .number = 1, .auth = auth, .priv = priv, .name_size = 6, .name = "platen"};
    if (auth != USM_NO_AUTH) {
        usm_password_key(auth, bytes_from_text("the first password"), user->auth_key);
    }
    if (priv != USM_NO_PRIV) {
        usm_password_key(auth, bytes_from_text("another password"), user->priv_key);
    }
}

void support_usm_session(struct usm_session *session, const struct usm_user *user)
{
    struct usm_engine engine = {
        .id = SUPPORT_USM_ENGINE, .is_timed = true, .boots = 7, .time_s = 1000};
    usm_session_init(session, NULL);
    BASE_REQUIRE(usm_session_user(session, user, bytes_of(NULL, 0), NULL) == 0);
    usm_session_engine(session, &engine);
}

uint8_t support_usm_flags(const struct usm_user *user)
{
    return (uint8_t)((user->auth != USM_NO_AUTH ? USM_FLAG_AUTH : 0) |
                     (user->priv != USM_NO_PRIV ? USM_FLAG_PRIV : 0));
}

void support_usm_pdu(struct support_ber *out, uint8_t tag, const char *name_hex, size_t value_size)
{
    struct support_ber *parts = calloc(4, sizeof *parts);
    BASE_REQUIRE(parts != NULL && value_size <= SUPPORT_BER_CAP - 64);
    memset(parts[0].data, 'x', value_size);
    support_ber_element_hex(&parts[1], GATE_OID, name_hex);
    support_ber_element(&parts[1], GATE_OCTET_STRING, bytes_of(parts[0].data, value_size));
    support_ber_element(&parts[2], GATE_SEQUENCE, support_ber_bytes(&parts[1]));
    support_ber_hex(&parts[3], "02 04 01 02 03 04  02 01 00  02 01 00");
    support_ber_element(&parts[3], GATE_SEQUENCE, support_ber_bytes(&parts[2]));
    out->size = 0;
    support_ber_element(out, tag, support_ber_bytes(&parts[3]));
    free(parts);
}

void support_usm_answer(struct support_usm_forgery *forgery, const struct usm_session *session,
                        struct bytes pdu)
{
    const struct usm_user *user = session->user;
    const struct usm_engine_id *id = &session->engine.id;
    *forgery = (struct support_usm_forgery){
        .msg_id = 77,
        .max_size = 1500,
        .model = 3,
        .flags = support_usm_flags(user),
        .boots = session->engine.boots,
        .time_s = session->engine.time_s,
        .engine_id = support_usm_id(id),
        .user = bytes_of(user->name, user->name_size),
        .auth = user->auth,
        .priv = user->priv,
        .auth_key = user->auth_key,
        .priv_key = user->priv_key,
        .tag_size = usm_tag_size(user->auth),
        .salt_size = user->priv != USM_NO_PRIV ? USM_SALT_BYTES : 0,
        .salt = 0x0102030405060708,
        .context_engine = session->context_engine.size != 0
                              ? support_usm_id(&session->context_engine)
                              : support_usm_id(id),
        .context = bytes_of(session->context, session->context_size),
        .pdu = pdu,
    };
}

static void put_number(struct support_ber *ber, uint32_t number)
{
    uint8_t octets[5] = {0, (uint8_t)(number >> 24), (uint8_t)(number >> 16),
                         (uint8_t)(number >> 8), (uint8_t)number};
    size_t first = 0;
    while (first < 4 && octets[first] == 0 && octets[first + 1] < 0x80) {
        first++;
    }
    support_ber_element(ber, GATE_INTEGER, bytes_of(octets + first, 5 - first));
}

static void put_octet_string(struct support_ber *ber, struct bytes octets)
{
    support_ber_element(ber, GATE_OCTET_STRING, octets);
}

static void salt_octets(uint64_t salt, uint8_t out[USM_SALT_BYTES])
{
    for (size_t i = 0; i < USM_SALT_BYTES; i++) {
        out[i] = (uint8_t)(salt >> (56 - 8 * i));
    }
}

/* The keys of the forger at an engine. */
static void keys_of(const struct support_usm_forgery *forgery, struct usm_mac *mac,
                    struct usm_cipher *cipher)
{
    uint8_t key[USM_KEY_MAX];
    uint8_t crypt_key[USM_CRYPT_KEY_MAX];
    if ((forgery->flags & USM_FLAG_AUTH) != 0) {
        usm_localise(forgery->auth, forgery->auth_key, forgery->engine_id, key);
        usm_mac_init(mac, forgery->auth, key);
    }
    if ((forgery->flags & USM_FLAG_PRIV) != 0 && forgery->priv != USM_NO_PRIV) {
        usm_localise(forgery->auth, forgery->priv_key, forgery->engine_id, key);
        usm_crypt_key(forgery->auth, forgery->priv, key, forgery->engine_id, crypt_key);
        usm_cipher_init(cipher, forgery->priv, crypt_key);
    }
}

/* Writes the scoped PDU, or what stands in its place. */
static void put_scoped(const struct support_usm_forgery *forgery, struct support_ber *out)
{
    struct support_ber *scoped = calloc(1, sizeof *scoped);
    BASE_REQUIRE(scoped != NULL);
    out->size = 0;
    if (forgery->instead.size > 0) {
        memcpy(out->data, forgery->instead.data, forgery->instead.size);
        out->size = forgery->instead.size;
    } else {
        put_octet_string(scoped, forgery->context_engine);
        put_octet_string(scoped, forgery->context);
        memcpy(scoped->data + scoped->size, forgery->pdu.data, forgery->pdu.size);
        scoped->size += forgery->pdu.size;
        support_ber_element(out, GATE_SEQUENCE, support_ber_bytes(scoped));
    }
    memset(out->data + out->size, 0x5a, forgery->padding_size);
    out->size += forgery->padding_size;
    free(scoped);
}

static void put_security(const struct support_usm_forgery *forgery, struct support_ber *out)
{
    static const uint8_t ZEROS[255];
    uint8_t salt[255] = {0};
    struct support_ber *inner = calloc(2, sizeof *inner);
    BASE_REQUIRE(inner != NULL && forgery->tag_size <= 255 && forgery->salt_size <= 255);
    salt_octets(forgery->salt, salt);
    put_octet_string(inner, forgery->engine_id);
    put_number(inner, forgery->boots);
    put_number(inner, forgery->time_s);
    put_octet_string(inner, forgery->user);
    put_octet_string(inner, bytes_of(ZEROS, forgery->tag_size));
    put_octet_string(inner, bytes_of(salt, forgery->salt_size));
    support_ber_element(inner + 1, GATE_SEQUENCE, support_ber_bytes(inner));
    put_octet_string(out, support_ber_bytes(inner + 1));
    free(inner);
}

void support_usm_forge(const struct support_usm_forgery *forgery, struct support_ber *out)
{
    struct usm_mac mac;
    struct usm_cipher cipher;
    uint8_t salt[USM_SALT_BYTES];
    uint8_t tag[255] = {0};
    struct support_ber *parts = calloc(3, sizeof *parts);
    BASE_REQUIRE(parts != NULL);
    keys_of(forgery, &mac, &cipher);
    salt_octets(forgery->salt, salt);
    put_number(&parts[0], (uint32_t)forgery->msg_id);
    put_number(&parts[0], (uint32_t)forgery->max_size);
    put_octet_string(&parts[0], bytes_of(&forgery->flags, 1));
    put_number(&parts[0], (uint32_t)forgery->model);
    put_number(&parts[1], 3);
    support_ber_element(&parts[1], GATE_SEQUENCE, support_ber_bytes(&parts[0]));
    size_t security_at = parts[1].size;
    put_security(forgery, &parts[1]);
    size_t after_tag = 2 + forgery->salt_size;
    size_t tag_end = parts[1].size - after_tag;
    put_scoped(forgery, &parts[2]);
    if ((forgery->flags & USM_FLAG_PRIV) != 0) {
        size_t size = usm_encrypted_size(forgery->priv, parts[2].size);
        usm_encrypt(&cipher, forgery->boots, forgery->time_s, salt, support_ber_bytes(&parts[2]),
                    parts[2].data);
        put_octet_string(&parts[1], bytes_of(parts[2].data, size));
    } else {
        memcpy(parts[1].data + parts[1].size, parts[2].data, parts[2].size);
        parts[1].size += parts[2].size;
    }
    BASE_REQUIRE(tag_end > security_at);
    out->size = 0;
    support_ber_element(out, GATE_SEQUENCE, support_ber_bytes(&parts[1]));
    if ((forgery->flags & USM_FLAG_AUTH) != 0) {
        struct bytes whole = support_ber_bytes(out);
        usm_mac_tag(&mac, &whole, 1, tag);
        size_t header = out->size - parts[1].size;
        memcpy(out->data + header + tag_end - forgery->tag_size, tag, forgery->tag_size);
    }
    free(parts);
}

/* Takes the element at *rest when it has this tag and the shortest length; NULL data when not. */
static struct bytes take(struct bytes *rest, uint8_t tag)
{
    size_t header = 2;
    if (rest->size < 2 || rest->data[0] != tag) {
        return bytes_of(NULL, 0);
    }
    size_t size = rest->data[1];
    if (size == 0x81 && rest->size > 2) {
        header = 3;
        size = rest->data[2] >= 0x80 ? rest->data[2] : SIZE_MAX;
    } else if (size == 0x82 && rest->size > 3) {
        header = 4;
        size = (size_t)rest->data[2] << 8 | rest->data[3];
        size = size > UINT8_MAX ? size : SIZE_MAX;
    } else if (size >= 0x80) {
        return bytes_of(NULL, 0);
    }
    if (size > rest->size - header) {
        return bytes_of(NULL, 0);
    }
    struct bytes content = bytes_of(rest->data + header, size);
    *rest = bytes_of(content.data + size, rest->size - header - size);
    return content;
}

/* Takes an INTEGER that is not negative and as short as can be; UINT32_MAX when it is not. */
static uint32_t take_number(struct bytes *rest)
{
    struct bytes octets = take(rest, GATE_INTEGER);
    uint32_t number = 0;
    if (octets.size == 0 || octets.size > 4 || octets.data[0] >= 0x80 ||
        (octets.size > 1 && octets.data[0] == 0 && octets.data[1] < 0x80)) {
        return UINT32_MAX;
    }
    for (size_t i = 0; i < octets.size; i++) {
        number = number << 8 | octets.data[i];
    }
    return number;
}

/* Computes the tag over a copy with zeros in its place. */
static bool is_tag_right(struct bytes message, const struct usm_mac *mac, struct bytes tag,
                         enum usm_auth auth)
{
    uint8_t expected[USM_TAG_MAX];
    uint8_t *copy = malloc(message.size);
    BASE_REQUIRE(copy != NULL);
    memcpy(copy, message.data, message.size);
    memset(copy + (tag.data - message.data), 0, tag.size);
    struct bytes whole = bytes_of(copy, message.size);
    usm_mac_tag(mac, &whole, 1, expected);
    free(copy);
    return bytes_equal(tag, bytes_of(expected, usm_tag_size(auth)));
}

static bool read_scoped(struct bytes data, struct support_usm_question *out)
{
    struct bytes scoped = take(&data, GATE_SEQUENCE);
    out->padding_size = data.size;
    out->context_engine = take(&scoped, GATE_OCTET_STRING);
    out->context = take(&scoped, GATE_OCTET_STRING);
    out->pdu = scoped;
    return out->context_engine.data != NULL && out->context.data != NULL;
}

/* Verifies and decrypts as the flags say. */
static bool read_data(struct bytes message, struct bytes data, const struct usm_user *user,
                      struct support_usm_question *out)
{
    struct usm_mac mac;
    struct usm_cipher cipher;
    struct support_usm_forgery keys = {.flags = out->flags,
                                       .engine_id = out->engine_id,
                                       .auth = user->auth,
                                       .priv = user->priv,
                                       .auth_key = user->auth_key,
                                       .priv_key = user->priv_key};
    keys_of(&keys, &mac, &cipher);
    out->is_tag_right = (out->flags & USM_FLAG_AUTH) != 0
                            ? is_tag_right(message, &mac, out->tag, user->auth)
                            : out->tag.size == 0;
    if ((out->flags & USM_FLAG_PRIV) == 0) {
        return out->salt.size == 0 && read_scoped(data, out) && out->padding_size == 0;
    }
    struct bytes sealed = take(&data, GATE_OCTET_STRING);
    if (data.size != 0 || out->salt.size != USM_SALT_BYTES || sealed.size > sizeof out->plain ||
        usm_decrypt(&cipher, out->boots, out->time_s, out->salt.data, sealed, out->plain) != 0) {
        return false;
    }
    return read_scoped(bytes_of(out->plain, sealed.size), out);
}

bool support_usm_read(struct bytes message, const struct usm_user *user,
                      struct support_usm_question *out)
{
    struct bytes rest = message;
    struct bytes whole = take(&rest, GATE_SEQUENCE);
    if (rest.size != 0 || take_number(&whole) != 3) {
        return false;
    }
    struct bytes global = take(&whole, GATE_SEQUENCE);
    out->msg_id = take_number(&global);
    out->max_size = take_number(&global);
    struct bytes flags = take(&global, GATE_OCTET_STRING);
    if (flags.size != 1 || take_number(&global) != 3 || global.size != 0) {
        return false;
    }
    out->flags = flags.data[0];
    struct bytes security = take(&whole, GATE_OCTET_STRING);
    struct bytes fields = take(&security, GATE_SEQUENCE);
    out->engine_id = take(&fields, GATE_OCTET_STRING);
    out->boots = take_number(&fields);
    out->time_s = take_number(&fields);
    out->user = take(&fields, GATE_OCTET_STRING);
    out->tag = take(&fields, GATE_OCTET_STRING);
    out->salt = take(&fields, GATE_OCTET_STRING);
    if (security.size != 0 || fields.size != 0 || out->salt.data == NULL) {
        return false;
    }
    return read_data(message, whole, user, out);
}
