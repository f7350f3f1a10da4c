/*
 * Messages of SNMPv3 with the User-based Security Model, on the agent's side.
 *
 * sim_usm_take opens a question for one engine (RFC 3414 section 3.2) and says what is wrong with
 * it; sim_usm_wrap puts an answer's message around a PDU, right or bent on purpose; sim_usm_report
 * makes the Report that a refusal asks for. An engine is plain data of the caller, so that a test's
 * virtual agent uses this as the simulator does. Nothing allocates but the table of keys.
 *
 * Sources: RFC 3412 (message), RFC 3414 (USM), RFC 3411 (engine ids).
 */
#pragma once

#include "bench/sim/usm_users.h"

/* Bytes of the longest question that is opened. */
#define SIM_USM_QUESTION_BYTES 8512u

/* Bytes that sim_usm_wrap puts before a PDU at most, and after it (the padding of DES). */
#define SIM_USM_ROOM 256u
#define SIM_USM_TAIL 8u

/* RFC 3414 section 2.2.3: seconds by which a question may be off. */
#define SIM_USM_WINDOW_S 150u

/* The highest engine boots: such an engine is out of window for ever. */
#define SIM_USM_BOOTS_MAX 2147483647u

enum sim_usm_verdict {
    SIM_USM_FINE = 0,
    /* The six of usmStats by their last arc but one (RFC 3414 section 5). */
    SIM_USM_UNSUPPORTED_LEVEL = 1,
    SIM_USM_NOT_IN_WINDOW = 2,
    SIM_USM_UNKNOWN_USER = 3,
    SIM_USM_UNKNOWN_ENGINE = 4,
    SIM_USM_WRONG_DIGEST = 5,
    SIM_USM_DECRYPTION_ERROR = 6,
    SIM_USM_UNKNOWN_CONTEXT = 7, /* snmpUnknownContexts (RFC 3413) */
    SIM_USM_UNKNOWN_HANDLER = 8, /* snmpUnknownPDUHandlers (RFC 3412): another contextEngineID */
    SIM_USM_MALFORMED = 9,       /* dropped in silence */
};

/* Verdicts that have a counter, from 1 on. */
#define SIM_USM_COUNTERS 8u

struct sim_usm_engine {
    uint8_t id[SIM_USM_ENGINE_MAX];
    size_t id_length;
    uint32_t boots;
    uint32_t time;      /* seconds since it booted */
    uint32_t *counters; /* SIM_USM_COUNTERS of them, by verdict less one */
    int32_t max_size;   /* msgMaxSize that it tells; 0 = the longest question that it can take */
};

/* A question, cut and opened. Slices point into the datagram or into plain. */
struct sim_usm_question {
    int32_t msg_id;
    size_t max_size; /* bytes of the longest answer that the manager takes */
    enum sim_usm_level level;
    bool is_reportable;
    struct sim_slice engine;
    uint32_t boots;
    uint32_t time;
    struct sim_slice user_name;
    const struct sim_usm_user *user; /* NULL until it is known */
    const struct sim_usm_key *key;   /* NULL until it is known */
    struct sim_slice context_engine; /* these three are empty until they are readable */
    struct sim_slice context_name;
    struct sim_slice pdu; /* with tag and length */
    struct sim_slice tag;
    struct sim_slice salt;
    struct sim_slice whole;
    struct sim_slice data; /* msgData with tag and length */
    uint8_t plain[SIM_USM_QUESTION_BYTES];
};

/* Opens the question in a datagram that anybody may have sent, for one engine, and counts a
 * refusal. What was readable stays filled whatever the verdict. */
enum sim_usm_verdict sim_usm_take(struct sim_usm *usm, const struct sim_usm_engine *engine,
                                  struct sim_slice datagram, struct sim_usm_question *question);

/* Counts a refusal that the caller found: SIM_USM_UNKNOWN_CONTEXT or _HANDLER. */
void sim_usm_count(const struct sim_usm_engine *engine, enum sim_usm_verdict verdict);

/* What a message may be bent into. */
enum sim_usm_bend {
    SIM_USM_BEND_TAG = 1,   /* one bit of the tag is wrong */
    SIM_USM_BEND_SHORT = 2, /* the tag is right but only its first byte is there */
    SIM_USM_BEND_PLAIN = 4, /* msgFlags says encrypted, msgData is not */
};

/* All that a message says around its PDU; any field may be changed before it is wrapped. */
struct sim_usm_envelope {
    int32_t msg_id;
    enum sim_usm_level level;
    struct sim_slice engine;
    uint32_t boots;
    uint32_t time;
    struct sim_slice user;
    const struct sim_usm_key *key; /* not looked at for SIM_USM_NO_AUTH */
    struct sim_slice context_engine;
    struct sim_slice context_name;
    int32_t max_size;   /* msgMaxSize; as the engine's */
    unsigned bends;     /* any of enum sim_usm_bend */
    bool is_reportable; /* for those who make questions with it */
};

/* Fills the envelope of an honest answer to the question. */
void sim_usm_address(const struct sim_usm_engine *engine, const struct sim_usm_question *question,
                     struct sim_usm_envelope *envelope);

/* Bytes that sim_usm_wrap adds to a PDU at most; equal for envelopes of equal lengths. */
size_t sim_usm_overhead(const struct sim_usm_envelope *envelope);

/* Wraps a PDU in place: SIM_USM_ROOM bytes before it and SIM_USM_TAIL after it are free. The PDU is
 * encrypted where it stands. */
void sim_usm_wrap(struct sim_usm *usm, const struct sim_usm_envelope *envelope, uint8_t *pdu,
                  size_t length, struct sim_slice *message);

/* The same, but encryption and tag wait for sim_usm_seal, so that several messages are sealed side
 * by side; until then the bytes must stay where they are. */
void sim_usm_wrap_later(struct sim_usm *usm, const struct sim_usm_envelope *envelope, uint8_t *pdu,
                        size_t length, struct sim_slice *message);

/* Bytes of a buffer that holds a Report. */
#define SIM_USM_REPORT_BYTES 512u

/* Writes the PDU of a Report at out (64 bytes at least). verdict FINE: its list is empty.
 * Returns: its length. */
size_t sim_usm_put_report(enum sim_usm_verdict verdict, uint32_t count, int32_t request_id,
                          uint8_t *out);

/* Makes the Report of a refusal: authenticated for SIM_USM_NOT_IN_WINDOW (RFC 3414 section 3.2
 * step 7), at the question's level where it was opened, plain otherwise. buffer has
 * SIM_USM_REPORT_BYTES. The message is empty when the question does not want one. */
void sim_usm_report(struct sim_usm *usm, const struct sim_usm_engine *engine,
                    const struct sim_usm_question *question, enum sim_usm_verdict verdict,
                    uint8_t *buffer, struct sim_slice *message);
