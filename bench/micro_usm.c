#include "bench/micro_usm.h"

#include <stdio.h>
#include <time.h>

#include "proto/usm.h"
#include "proto/usm_crypto.h"
#include "proto/usm_keyring.h"

#define RUN_COUNT 25
/* A question and an answer as they go over the wire, and what of the question is encrypted. */
#define QUESTION_BYTES 300
#define ANSWER_BYTES   900
#define PLAIN_BYTES    150
#define ENGINES        1024
/* The PDU of a message of ANSWER_BYTES is so much shorter. */
#define AROUND_PDU 120

/* What the work returns must seem to be wanted. */
static volatile uint64_t sink;

/* What is measured with. */
struct subject {
    enum usm_auth auth;
    enum usm_priv priv;
    size_t size;
    struct usm_mac mac;
    struct usm_cipher cipher;
    struct usm_keyring *ring;
    struct usm_user user;
    uint8_t key[USM_KEY_MAX];
    uint8_t text[ANSWER_BYTES + 16];
    struct usm_session session;
    uint8_t scratch[USM_SCRATCH_BYTES];
};

/* One measurement: does the work once and returns something that depends on it. */
struct measurement {
    const char *name;
    const char *text;
    uint64_t (*work)(struct subject *subject, uint32_t round);
    enum usm_auth auth;
    enum usm_priv priv;
    size_t size;
    uint32_t rounds; /* of one run */
};

static uint64_t make_password_key(struct subject *subject, uint32_t round)
{
    usm_password_key(subject->auth, bytes_from_text("maplesyrup"), subject->key);
    return subject->key[round % 16];
}

static struct usm_engine_id engine_of(uint32_t number)
{
    return (struct usm_engine_id){
        .size = 9,
        .octets = {0x80, 0, 0, 11, 5, (uint8_t)(number >> 8), (uint8_t)number, 0, 1},
    };
}

static uint64_t localise(struct subject *subject, uint32_t round)
{
    struct usm_engine_id engine = engine_of(round);
    usm_localise(subject->auth, subject->key, bytes_of(engine.octets, engine.size), subject->key);
    return subject->key[0];
}

static uint64_t ask_ring(struct subject *subject, uint32_t round)
{
    struct usm_engine_id engine = engine_of(round * 389 % ENGINES); /* in no order */
    struct usm_local_keys keys;
    usm_keyring_get(subject->ring, &subject->user, &engine, &keys);
    return keys.auth_key[0];
}

static uint64_t start_mac(struct subject *subject, uint32_t round)
{
    subject->key[0] = (uint8_t)round;
    usm_mac_init(&subject->mac, subject->auth, subject->key);
    return subject->mac.inner[0];
}

static uint64_t start_cipher(struct subject *subject, uint32_t round)
{
    subject->key[0] = (uint8_t)round;
    usm_cipher_init(&subject->cipher, subject->priv, subject->key);
    return subject->cipher.schedule[0];
}

/* As for a message: what stands before the tag, zeros in its place, what comes after. */
static uint64_t make_tag(struct subject *subject, uint32_t round)
{
    static const uint8_t zeros[USM_TAG_MAX];
    uint8_t tag[USM_TAG_MAX];
    size_t tag_size = usm_tag_size(subject->auth);
    struct bytes pieces[] = {
        bytes_of(subject->text, 50),
        bytes_of(zeros, tag_size),
        bytes_of(subject->text + 50, subject->size - 50 - tag_size),
    };
    subject->text[0] = (uint8_t)round;
    usm_mac_tag(&subject->mac, pieces, BASE_ARRAY_COUNT(pieces), tag);
    return tag[0];
}

static uint64_t encrypt(struct subject *subject, uint32_t round)
{
    const uint8_t salt[USM_SALT_BYTES] = {(uint8_t)round};
    usm_encrypt(&subject->cipher, 1, round, salt, bytes_of(subject->text, subject->size),
                subject->text);
    return subject->text[0];
}

static uint64_t decrypt(struct subject *subject, uint32_t round)
{
    const uint8_t salt[USM_SALT_BYTES] = {(uint8_t)round};
    size_t size = usm_encrypted_size(subject->priv, subject->size);
    int status =
        usm_decrypt(&subject->cipher, 1, round, salt, bytes_of(subject->text, size), subject->text);
    return status == 0 ? subject->text[0] : 0;
}

/* All that SHA-256 and AES-128 do for one question and its answer. */
static uint64_t ask_and_answer(struct subject *subject, uint32_t round)
{
    uint64_t sum;
    subject->size = PLAIN_BYTES;
    sum = encrypt(subject, round);
    subject->size = QUESTION_BYTES;
    sum += make_tag(subject, round);
    subject->size = ANSWER_BYTES;
    sum += make_tag(subject, round);
    sum += decrypt(subject, round);
    return sum;
}

/* Makes a PDU of this size whose varbind list the gate has not looked at yet. */
static struct bytes make_pdu(uint8_t *out, uint8_t tag, size_t size)
{
    const size_t content = size - 4;
    const size_t list = size - 20;
    const uint8_t head[] = {
        tag,  0x82, (uint8_t)(content >> 8), (uint8_t)content, 2, 4, 1, 2, 3, 4, 2, 1, 0, 2, 1, 0,
        0x30, 0x82, (uint8_t)(list >> 8),    (uint8_t)list};
    memset(out, 0x42, size);
    memcpy(out, head, sizeof head);
    return bytes_of(out, size);
}

static int open_session(struct subject *subject, struct usm_session *session, uint32_t number)
{
    struct usm_engine engine = {.id = engine_of(number), .is_timed = true};
    usm_session_init(session, subject->ring);
    usm_session_engine(session, &engine);
    return usm_session_user(session, &subject->user, bytes_of(NULL, 0), NULL);
}

static uint64_t start_session(struct subject *subject, uint32_t round)
{
    struct usm_session session;
    int status = open_session(subject, &session, round * 389 % ENGINES);
    return status == 0 ? session.mac.inner[0] : 0;
}

/* Seals a question whose PDU has QUESTION_BYTES. */
static uint64_t seal(struct subject *subject, uint32_t round)
{
    static uint8_t pdu[QUESTION_BYTES];
    static uint8_t out[2048];
    size_t size = 0;
    if (pdu[0] == 0) {
        (void)make_pdu(pdu, GATE_GET, sizeof pdu);
    }
    int status = usm_seal(&subject->session, (int32_t)round, bytes_of(pdu, sizeof pdu), round,
                          round, out, sizeof out, &size);
    return status == 0 ? size + out[size / 2] : 0;
}

/* Reads and judges an answer of ANSWER_BYTES. A sealed Response is one: the keys of both
 * directions are the same. */
static uint64_t accept_answer(struct subject *subject, uint32_t round)
{
    static uint8_t pdu[ANSWER_BYTES];
    static uint8_t answer_octets[ANSWER_BYTES + AROUND_PDU];
    static size_t size;
    struct usm_message message;
    struct usm_answer answer;
    if (size == 0) {
        struct bytes made = make_pdu(pdu, GATE_RESPONSE, ANSWER_BYTES - AROUND_PDU);
        if (usm_seal(&subject->session, 77, made, 1, 0, answer_octets, sizeof answer_octets,
                     &size) != 0) {
            return 0;
        }
    }
    if (usm_open(bytes_of(answer_octets, size), &message) != 0 ||
        usm_accept(&subject->session, &message, round, subject->scratch, &answer) != 0) {
        return 0;
    }
    return (uint64_t)answer.pdu.request_id;
}

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void prepare(const struct measurement *measurement, struct subject *subject)
{
    subject->auth = measurement->auth;
    subject->priv = measurement->priv;
    subject->size = measurement->size;
    if (measurement->auth != USM_NO_AUTH) {
        usm_mac_init(&subject->mac, measurement->auth, subject->key);
    }
    if (measurement->priv != USM_NO_PRIV) {
        usm_cipher_init(&subject->cipher, measurement->priv, subject->key);
    }
}

static double measure(const struct measurement *measurement, struct subject *subject)
{
    double least_ns = 0;
    prepare(measurement, subject);
    for (int run = 0; run < RUN_COUNT; run++) {
        double start_ns = now_ns();
        for (uint32_t round = 0; round < measurement->rounds; round++) {
            sink += measurement->work(subject, round);
        }
        double took_ns = (now_ns() - start_ns) / measurement->rounds;
        if (run == 0 || took_ns < least_ns) {
            least_ns = took_ns;
        }
    }
    return least_ns;
}

/* Says whether the ciphers give back what they took, and sessions accept what they sealed. */
static int check(struct subject *subject)
{
    static const enum usm_priv PRIVS[] = {USM_DES, USM_AES128, USM_AES256};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(PRIVS); i++) {
        uint8_t before[ANSWER_BYTES];
        struct measurement any = {.priv = PRIVS[i], .size = ANSWER_BYTES};
        prepare(&any, subject);
        memcpy(before, subject->text, sizeof before);
        encrypt(subject, 1);
        decrypt(subject, 1);
        if (memcmp(before, subject->text, sizeof before) != 0) {
            return BASE_EFORMAT;
        }
    }
    int status = open_session(subject, &subject->session, 1);
    bool is_taken = status == 0 && seal(subject, 1) != 0 && accept_answer(subject, 1) != 0;
    return is_taken ? 0 : BASE_EFORMAT;
}

static const struct measurement MEASUREMENTS[] = {
    {"usm_password_md5", "key of a password, MD5", make_password_key, USM_MD5, 0, 0, 1},
    {"usm_password_sha256", "key of a password, SHA-256", make_password_key, USM_SHA256, 0, 0, 1},
    {"usm_password_sha512", "key of a password, SHA-512", make_password_key, USM_SHA512, 0, 0, 1},
    {"usm_localise_sha256", "localise a key, SHA-256", localise, USM_SHA256, 0, 0, 2000},
    {"usm_keyring_hit", "keys from the ring, 1,024 engines", ask_ring, 0, 0, 0, 2000},
    {"usm_mac_init_sha256", "start a tag's key, SHA-256", start_mac, USM_SHA256, 0, 0, 2000},
    {"usm_cipher_aes128", "start a cipher, AES-128", start_cipher, 0, USM_AES128, 0, 2000},
    {"usm_tag_md5_300", "tag 300 octets, MD5", make_tag, USM_MD5, 0, 300, 2000},
    {"usm_tag_md5_900", "tag 900 octets, MD5", make_tag, USM_MD5, 0, 900, 2000},
    {"usm_tag_sha1_300", "tag 300 octets, SHA-1", make_tag, USM_SHA1, 0, 300, 2000},
    {"usm_tag_sha1_900", "tag 900 octets, SHA-1", make_tag, USM_SHA1, 0, 900, 2000},
    {"usm_tag_sha256_300", "tag 300 octets, SHA-256", make_tag, USM_SHA256, 0, 300, 2000},
    {"usm_tag_sha256_900", "tag 900 octets, SHA-256", make_tag, USM_SHA256, 0, 900, 2000},
    {"usm_tag_sha512_300", "tag 300 octets, SHA-512", make_tag, USM_SHA512, 0, 300, 2000},
    {"usm_tag_sha512_900", "tag 900 octets, SHA-512", make_tag, USM_SHA512, 0, 900, 2000},
    {"usm_encrypt_aes128_150", "encrypt 150 octets, AES-128", encrypt, 0, USM_AES128, 150, 2000},
    {"usm_encrypt_aes256_150", "encrypt 150 octets, AES-256", encrypt, 0, USM_AES256, 150, 2000},
    {"usm_encrypt_des_150", "encrypt 150 octets, DES", encrypt, 0, USM_DES, 150, 500},
    {"usm_decrypt_aes128_900", "decrypt 900 octets, AES-128", decrypt, 0, USM_AES128, 900, 2000},
    {"usm_decrypt_aes256_900", "decrypt 900 octets, AES-256", decrypt, 0, USM_AES256, 900, 2000},
    {"usm_decrypt_des_900", "decrypt 900 octets, DES", decrypt, 0, USM_DES, 900, 500},
    {"usm_exchange", "all of a question and its answer", ask_and_answer, USM_SHA256, USM_AES128, 0,
     2000},
    {"usm_session", "start a session, keys from the ring", start_session, 0, 0, 0, 2000},
    {"usm_seal_300", "seal a PDU of 300 octets", seal, 0, 0, 0, 2000},
    {"usm_accept_900", "judge an answer of 900 octets", accept_answer, 0, 0, 0, 2000},
};

int micro_usm(bool is_json)
{
    static struct subject subject;
    subject.user = (struct usm_user){.number = 1, .auth = USM_SHA256, .priv = USM_AES128};
    subject.ring = usm_keyring_new(ENGINES);
    int status = subject.ring != NULL ? check(&subject) : BASE_ELIMIT;
    for (size_t i = 0; status == 0 && i < BASE_ARRAY_COUNT(MEASUREMENTS); i++) {
        double ns = measure(&MEASUREMENTS[i], &subject);
        if (is_json) {
            printf("{\"name\":\"%s\",\"ns\":%.1f}\n", MEASUREMENTS[i].name, ns);
        } else {
            printf("%-34s %10.1f ns\n", MEASUREMENTS[i].text, ns);
        }
    }
    usm_keyring_free(subject.ring);
    return status;
}
