/*
 * SNMPv3 with the User-based Security Model, the manager's side: what a conversation with one
 * authoritative engine needs to seal questions and to judge answers.
 *
 * GLOSSARY (RFC 3414)
 *   engine    the authoritative SNMP engine of a device: its id, boots and time
 *   user      name, protocols and keys Ku of a credential; the same for all devices
 *   session   one user at one engine: localised keys, time window, context
 *   seal      makes the octets of a message: scoped PDU, privacy, authentication
 *   accept    the way back: digest first, then time window, then privacy, then the PDU
 *   report    a device's answer that is about our message, not about its objects
 *
 * Two domains of trust are kept apart. Boots and time of an unauthenticated message are a hint:
 * they are put into the next question and into nothing else, and the first authenticated answer
 * settles them (RFC 3414 3.2 7b; security facts R10-R12, R15). The engine id of a session never
 * changes by itself. Pure: time and salt are arguments; nothing here sends, allocates or keeps
 * global state.
 * Sources: RFC 3412, RFC 3414, RFC 5343; security facts R1-R4, R9-R20.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "proto/gate.h"
#include "proto/usm_crypto.h"

#define USM_ENGINE_ID_MIN 5
#define USM_ENGINE_ID_MAX 32
#define USM_NAME_MAX      32
#define USM_CONTEXT_MAX   32 /* RFC 3411: contextName is an SnmpAdminString of 0..32 octets */
/* What we can take, and tell the device so: msgMaxSize of our messages. */
#define USM_OUR_MAX_SIZE 65507
/* Seconds that a message may be late (RFC 3414 2.2.3). */
#define USM_WINDOW_S 150
/* An engine whose boots have come to this is out of every window until it gets a new id. */
#define USM_BOOTS_LATCHED INT32_MAX
/* Room for plaintext beside a message when accepting: as long as any datagram that is accepted. */
#define USM_SCRATCH_BYTES 65536

struct usm_engine_id {
    uint8_t size; /* 0 = not known */
    uint8_t octets[USM_ENGINE_ID_MAX];
};

/* What is known of a device's engine (RFC 3414 2.2, 2.3). The fleet keeps it between polls. */
struct usm_engine {
    struct usm_engine_id id;
    bool is_timed; /* boots and time come from an authenticated message; else they are a hint */
    uint32_t boots;
    uint32_t time_s;   /* latest snmpEngineTime received */
    int64_t at_us;     /* our monotonic time when it was; what passed since is added */
    uint32_t max_size; /* msgMaxSize of its last authenticated message; 0 = not told yet */
};

/* A user as the credentials name it. Immutable; outlives its sessions. */
struct usm_user {
    uint32_t number; /* differs for every user of the process: the key ring's key */
    enum usm_auth auth;
    enum usm_priv priv; /* USM_NO_PRIV when auth is USM_NO_AUTH */
    uint8_t name_size;
    uint8_t name[USM_NAME_MAX];
    uint8_t auth_key[USM_KEY_MAX]; /* Ku of the authentication password */
    uint8_t priv_key[USM_KEY_MAX]; /* Ku of the privacy password, by the authentication's hash */
};

struct usm_keyring; /* proto/usm_keyring.h */

/* The caller owns it; treat the fields as read-only outside usm*.c. */
struct usm_session {
    const struct usm_user *user; /* NULL: only discovery can be sealed */
    struct usm_keyring *keyring; /* NULL: localise anew each time */
    uint8_t context_size;
    uint8_t context[USM_CONTEXT_MAX];    /* contextName */
    struct usm_engine_id context_engine; /* size 0: the engine's own id */
    struct usm_engine engine;
    bool has_keys; /* mac and cipher are those of user at engine.id */
    struct usm_mac mac;
    struct usm_cipher cipher;
};

/* The header of a v3 message: slices into the datagram, integers in range, nothing verified yet. */
struct usm_message {
    int32_t msg_id;
    int32_t max_size;
    uint8_t flags; /* USM_FLAG_* */
    uint32_t boots;
    uint32_t time_s;
    struct bytes engine_id;
    struct bytes user;
    struct bytes tag;  /* msgAuthenticationParameters */
    struct bytes salt; /* msgPrivacyParameters */
    struct bytes data; /* with USM_FLAG_PRIV the ciphertext, else the scoped PDU's whole element */
    struct bytes whole;
};

#define USM_FLAG_AUTH       0x01
#define USM_FLAG_PRIV       0x02
#define USM_FLAG_REPORTABLE 0x04

/* What a message said when it was accepted. */
struct usm_answer {
    struct gate_message pdu; /* version 3; varbinds not checked yet: gate_varbinds comes next */
    bool is_authentic;       /* false in a session with authentication: a Report that anybody may
                               * have sent, good for a hint only */
    bool is_foreign;         /* authentic, and about the context of another engine than the one that
                               * signed it, as was asked: a proxy's (R21) */
};

/* Says whether a device's engine may have this id: 5 to 32 octets, neither all 0x00 nor all 0xFF
 * (R9), and not localEngineID of RFC 5343, which names every engine and none (R21). */
bool usm_engine_id_is_valid(struct bytes id);

/* Starts a session without engine and user. A session that has had both holds keys:
 * usm_session_forget_engine overwrites them. */
void usm_session_init(struct usm_session *session, struct usm_keyring *keyring);

/* Sets user and context, and localises keys when the engine is known, too.
 * context: contextName, USM_CONTEXT_MAX octets at most; context_engine: NULL for the engine's own.
 * Returns: 0; BASE_ERANGE for a context that is too long. */
BASE_MUST_CHECK int usm_session_user(struct usm_session *session, const struct usm_user *user,
                                     struct bytes context,
                                     const struct usm_engine_id *context_engine);

/* Sets the engine from what the fleet has kept. Its time is taken as given. What no engine may have
 * is not known: an id, then nothing of it; boots or time; max_size. */
void usm_session_engine(struct usm_session *session, const struct usm_engine *engine);

/* Takes the answer to a discovery: the id is settled, boots and time are hints, and none when the
 * boots are latched: whether they are is for a signed message to say. When the engine is
 * known already, only a hint is replaced (R15); to let it change, forget it first.
 * Returns: 0; BASE_EUSM_ENGINE when it gives no id that a device may have (R9), or another one than
 * the known. */
BASE_MUST_CHECK int usm_session_discovered(struct usm_session *session,
                                           const struct usm_message *message, int64_t now_us);

/* Forgets boots and time, or all of the engine: the next question starts anew. */
void usm_session_forget_time(struct usm_session *session);
void usm_session_forget_engine(struct usm_session *session);

/* Octets that sealing adds to a PDU at most, and octets that a reply is longer than its PDU. Some
 * devices write every length in long form; their replies may be a dozen longer. */
size_t usm_overhead(const struct usm_session *session);

/* Seals a PDU (pdu_encode with PDU_V3 gives one) for the session's engine and user.
 * msg_id: 0..2^31-1; salt: a counter that never repeats for a key, also after a restart (R20); DES
 * uses its low 32 bits. out: cap bytes that do not overlap pdu. Without authentication the message
 * has no time; an engine whose time is not known gets 0 and 0, and answers with its own.
 * Returns: 0; BASE_ELIMIT when it does not fit cap or the engine's max_size; BASE_EUSAGE when
 * engine or user are not known. */
BASE_MUST_CHECK int usm_seal(const struct usm_session *session, int32_t msg_id, struct bytes pdu,
                             uint64_t salt, int64_t now_us, uint8_t *out, size_t cap, size_t *size);

/* Seals a discovery (RFC 3414 section 4): no engine, no user, an empty varbind list; both ids are
 * msg_id. Returns: 0; BASE_ELIMIT. */
BASE_MUST_CHECK int usm_seal_discovery(int32_t msg_id, uint8_t *out, size_t cap, size_t *size);

/* Says whether a datagram claims to be SNMPv3, from its first octets, in nanoseconds. */
bool usm_is_v3(struct bytes datagram);

/* Reads the header of a whole datagram, strictly (R1, R2, R9, R19); *out only when it passes.
 * BER is taken as by the gate: definite lengths, long forms with leading zeros. Engine ids of less
 * than USM_ENGINE_ID_MIN octets pass here, since an unauthenticated Report may have one; tag and
 * salt may have any length.
 * Returns: 0; BASE_EUSM_PARSE; BASE_EUSM_MODEL; BASE_EUSM_LEVEL for privacy without
 * authentication. */
BASE_MUST_CHECK int usm_open(struct bytes datagram, struct usm_message *out);

/* Judges an opened message that has the msgID of a question of this session: engine, user, level,
 * digest, time window, privacy, scoped PDU, context, in this order. Only Responses and Reports
 * pass.
 *
 * Without authentication passes what is a Report, of any engine and user, and nothing else unless
 * the session's user has no authentication either. A signed Report may be less than encrypted; a
 * Response must have the session's level exactly. The context of a Response must be the session's,
 * that of a Report may be any: many devices leave it empty. Padding behind a decrypted scoped PDU
 * may be up to 16 octets of any value.
 *
 * A signed message that passes updates boots, time and max_size of the session's engine (R12); one
 * that does not pass, or is not signed, changes nothing. The window is that of RFC 3414 3.2 7b:
 * what is later than everything received before is in time; else it may be USM_WINDOW_S late. A
 * message of an engine that is latched never is, and says so by BASE_EUSM_LATCHED.
 *
 * scratch: USM_SCRATCH_BYTES that the plaintext goes to; out->pdu points into it or into the
 * datagram.
 * Returns: 0; BASE_EUSM_ENGINE, _USER, _LEVEL, _DIGEST, _LATCHED, _WINDOW, _DECRYPT (the salt, or
 * what came out is no scoped PDU), _PARSE (the PDU, or its type), _CONTEXT or, when only the
 * contextEngineID is another, _PROXY. */
BASE_MUST_CHECK int usm_accept(struct usm_session *session, const struct usm_message *message,
                               int64_t now_us, uint8_t *scratch, struct usm_answer *out);

/* Returns: what a Report is about, from its first varbind (R14): BASE_EREPORT_LEVEL, _WINDOW,
 * _USER, _ENGINE, _DIGEST, _DECRYPT, or _OTHER. */
int usm_report_status(const struct gate_varbind *varbinds, size_t count);

/* The engine's time as it should be now: its latest, and what has passed since; 0 while nothing is
 * known. INT32_MAX at most. */
uint32_t usm_engine_time_s(const struct usm_engine *engine, int64_t now_us);
