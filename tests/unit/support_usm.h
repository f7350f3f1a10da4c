/*
 * The device's side of SNMPv3 for tests: reads a sealed question as an agent does, and forges
 * answers, right ones and every kind of wrong one, with control of each field. It reads and writes
 * messages with code of its own; of the product it uses the cryptography only, which has its own
 * tests with known answers.
 */
#pragma once

#include "proto/usm.h"
#include "tests/unit/support_ber.h"

#define SUPPORT_USM_SCRATCH 2048

/* All that a forged message says. support_usm_answer fills it with what is right. */
struct support_usm_forgery {
    int32_t msg_id;
    int32_t max_size;
    int32_t model;
    uint8_t flags; /* AUTH: it has a tag of `auth`; PRIV: it is encrypted with `priv` */
    uint32_t boots;
    uint32_t time_s;
    struct bytes engine_id; /* in the message, and what the keys are localised to */
    struct bytes user;
    enum usm_auth auth;
    enum usm_priv priv;
    const uint8_t *auth_key; /* Ku */
    const uint8_t *priv_key;
    size_t tag_size; /* octets of the tag that are sent; more than it has are zeros */
    size_t salt_size;
    uint64_t salt;
    struct bytes context_engine;
    struct bytes context;
    size_t padding_size;  /* octets of 0x5a behind the scoped PDU, before encryption */
    struct bytes pdu;     /* its whole element */
    struct bytes instead; /* when not empty: the plaintext in place of the scoped PDU */
};

/* A sealed question, as its agent sees it. Slices point into the message or into plain. */
struct support_usm_question {
    uint32_t msg_id;
    uint32_t max_size;
    uint8_t flags;
    uint32_t boots;
    uint32_t time_s;
    struct bytes engine_id;
    struct bytes user;
    struct bytes tag;
    struct bytes salt;
    struct bytes context_engine;
    struct bytes context;
    struct bytes pdu; /* its whole element */
    size_t padding_size;
    bool is_tag_right; /* no tag is right without authentication */
    uint8_t plain[SUPPORT_USM_SCRATCH];
};

/* All authentication protocols with all privacy protocols that go with them, for loops. */
struct support_usm_level {
    enum usm_auth auth;
    enum usm_priv priv;
};
extern const struct support_usm_level SUPPORT_USM_LEVELS[];
extern const size_t SUPPORT_USM_LEVEL_COUNT;

/* The engine that everything here is about: 80 00 1f 88 80 and eight octets more. */
extern const struct usm_engine_id SUPPORT_USM_ENGINE;

static inline struct bytes support_usm_id(const struct usm_engine_id *id)
{
    return bytes_of(id->octets, id->size);
}

/* Makes the user "platen" with passwords of its own. */
void support_usm_user(struct usm_user *user, enum usm_auth auth, enum usm_priv priv);

/* Starts a session of the user at SUPPORT_USM_ENGINE with boots 7 and time 1000 at time 0. */
void support_usm_session(struct usm_session *session, const struct usm_user *user);

/* The level of a user, as msgFlags has it. */
uint8_t support_usm_flags(const struct usm_user *user);

/* Writes a PDU with request-id 0x01020304 and one varbind, an OCTET STRING of value_size octets. */
void support_usm_pdu(struct support_ber *out, uint8_t tag, const char *name_hex, size_t value_size);

/* Fills in the right answer to a session's question: msgID 77, boots and time of the engine. Its
 * slices are those of session, user and pdu. */
void support_usm_answer(struct support_usm_forgery *forgery, const struct usm_session *session,
                        struct bytes pdu);

/* Writes the message. */
void support_usm_forge(const struct support_usm_forgery *forgery, struct support_ber *out);

/* Reads a question. Returns: false when it is not BER in its shortest form, or of another shape. */
bool support_usm_read(struct bytes message, const struct usm_user *user,
                      struct support_usm_question *out);
