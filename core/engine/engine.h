/*
 * The engine: thousands of SNMP requests in flight from one loop.
 *
 * It is for getting one answer to one question, or learning that there is none, as fast as the
 * device and politeness allow. It knows nothing of printers, tables or polls, opens no socket and
 * reads no clock: datagrams come in through engine_receive, leave through struct wire, and every
 * function that needs the time gets it.
 *
 * GLOSSARY
 *   peer      a device's address with what the engine knows of it: RTT estimate, requests in flight
 *   request   one question and its answer; several datagrams when some are lost
 *   attempt   one datagram of a request; retries carry the same bytes and the same request-id, so
 *             that a late answer to the first attempt counts (RFC 3416 4.2.1 allows it)
 *   slot      the fixed place of a request in flight, named outside by a handle
 *   handle    slot and generation; a stale one is a harmless miss
 *   turn      what happens between two waits of the loop: receive, expire, flush
 *   silent    a request without an answer for 200 ms, or sent twice: probably nobody is there
 *
 * Life of a slot: FREE -> QUEUED (send queue) or PACED (heap, until its subnet may be asked again)
 * -> FRESH (list, until it is silent) -> WAITING (heap, until its deadline) -> QUEUED again for a
 * retry -> DONE (done list) -> FREE.
 * The state names the container that the slot is in; one function moves it.
 *
 * A request ends exactly once, in engine_drain: the slot has left every container and is free
 * before its callback runs, so callbacks may submit and cancel as they like. No callback runs
 * inside engine_submit or engine_cancel. If engine_submit fails, the callback is never called.
 *
 * In v3 a slot keeps the PDU, and every attempt is sealed when it leaves: its own msgID, the
 * engine's time at that moment, a new salt. Discovery and one resynchronisation of the clock happen
 * inside a request, each with its own attempts. A Report that is not authenticated ends nothing:
 * it only spares the retries, and names the failure when the deadline has passed (facts R14, R15).
 *
 * All memory is allocated by engine_new from the limits of the configuration.
 * Sources: RFC 3416, RFC 6298, security facts R4, R5, S12-S15.
 */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "core/base/rto.h"
#include "core/engine/wire.h"
#include "proto/gate.h"
#include "proto/pdu.h"
#include "proto/usm.h"

/* Most varbinds that one reply may hold: more than any question of ours asks for. */
#define ENGINE_VARBINDS_MAX 128
/* Longest request message: one Ethernet frame without IP options (1500 - 20 - 8). */
#define ENGINE_REQUEST_MAX 1472

struct engine;

/* A device's address and the engine's memory of it. The caller owns it; it must live, and not
 * move, while peer.outstanding is not 0. */
struct engine_peer {
    union wire_address address;
    struct rto rto;       /* kept by the caller between polls, so that a restart starts warm */
    uint16_t outstanding; /* requests in flight */
    uint8_t backoff;      /* doublings of the timeout that a retry has left behind, until a first
                              * attempt is answered again (RFC 6298 5.5 and 5.7) */
};

struct engine_config {
    uint32_t max_inflight;       /* slots; at most 65536 */
    uint32_t per_device;         /* requests outstanding per peer; 1 unless you know better */
    uint32_t packets_per_second; /* in all; 0 = no limit. Loopback addresses are not paced: */
    bool paces_loopback;         /* ... unless this is set, to measure what pacing does */
    uint32_t subnet_packets_per_second; /* per IPv4 /24 or IPv6 /64; 0 = no limit */
    uint32_t burst;                     /* packets that may leave back to back after silence */
    uint32_t sends_per_turn;            /* bound of one flush, so that receiving gets its share */
    uint32_t initial_timeout_us;        /* first timeout of a device without RTT estimate */
    uint8_t retries;                    /* attempts after the first */
    uint64_t seed;                      /* of the jitter */
    uint64_t id_secret[2]; /* key of the request-ids: from getrandom, or fixed in tests */
    uint64_t salt;         /* first of v3's privacy salts: random, so that none comes again
                                   * after a restart (facts R20) */
};

/* What went over the wire and why things were dropped. Only ever grows. */
struct engine_counters {
    uint64_t requests; /* accepted by engine_submit */
    uint64_t sent;     /* datagrams */
    uint64_t sent_bytes;
    uint64_t retries;
    uint64_t received; /* datagrams */
    uint64_t received_bytes;
    uint64_t answered; /* requests that ended with a reply */
    uint64_t timeouts;
    uint64_t canceled;
    uint64_t unreachable;  /* ended by ICMP */
    uint64_t send_errors;  /* datagrams that the system refused for good */
    uint64_t send_blocked; /* flushes cut short because the socket was full */
    uint64_t refused[8];   /* by enum gate_refusal */
    uint64_t wrong_id;     /* no such request: late, duplicate or forged */
    uint64_t wrong_source;
    uint64_t wrong_version;
    uint64_t wrong_community;
    uint64_t wrong_pdu;
    uint64_t usm_discoveries; /* engine ids learned from a device */
    uint64_t usm_resyncs;     /* requests sent again because of an authentic notInTimeWindows */
    /* By BASE_EUSM_PARSE - code; _LATCHED as _WINDOW, _PROXY as _CONTEXT. */
    uint64_t usm_refused[BASE_EUSM_PARSE - BASE_EUSM_CONTEXT + 1];
    uint64_t usm_foreign; /* authentic answers about the context of another engine than the one
                           * that signed them: taken where asked for, else refused (R21) */
    uint64_t usm_reports[BASE_EREPORT_LEVEL - BASE_EREPORT_OTHER + 1]; /* by _LEVEL - code */
};

/* How a request ended. Borrowed by the callback until it returns. */
struct engine_reply {
    int status;           /* 0, BASE_ETIMEOUT, BASE_EUNREACHABLE, BASE_ECANCELED, in v3 one for
                                which base_is_security, or -errno of the send */
    bool is_hint;         /* status is that of a message that nobody signed; the deadline has
                                passed without an answer (facts R15) */
    int32_t error_status; /* of the PDU; meaningful when status is 0 */
    int32_t error_index;
    const struct gate_varbind *varbinds; /* into the datagram */
    size_t count;
    uint32_t rtt_us;   /* of the last attempt, 0 when there was no reply */
    int64_t waited_us; /* since the first attempt left */
    unsigned attempts; /* datagrams sent */
};

/* Called exactly once per accepted request, from engine_drain. May submit and cancel. */
typedef void engine_callback(void *argument, const struct engine_reply *reply);

struct engine_request {
    struct engine_peer *peer;
    const struct pdu_request *pdu; /* encoded at once, borrowed during the call; only the octets of
                                      its community must live until the callback. NULL with a
                                      session: end when its engine is discovered; the reply has no
                                      varbinds */
    struct usm_session *session;   /* v3 only, else NULL; must live, and have no other request,
                                      until the callback. Discovery sets its engine. */
    uint16_t max_varbinds;         /* varbinds that an honest reply can hold; more is refused */
    int16_t retries;               /* -1 = the configuration's */
    bool is_doubted; /* the peer has left another request unanswered: this one is silent from the
                      * beginning */
    engine_callback *callback;
    void *argument;
    const void *warm; /* memory that the callback touches first, or NULL: only fetched,
                                      while the reply is being checked */
    uint16_t warm_bytes;
};

/* Makes an engine that sends through `wire`, which must outlive it. NULL when memory is short. */
struct engine *engine_new(const struct engine_config *config, const struct wire *wire);

/* Frees the engine. Requests still in flight are forgotten without callback: cancel and drain
 * first if they matter. NULL is allowed. */
void engine_free(struct engine *engine);

/* Puts a question on its way; it leaves with the next engine_flush.
 * handle: may be NULL.
 * Returns: 0; -EAGAIN when all slots are taken or the peer has per_device requests outstanding;
 * BASE_ELIMIT when the question does not fit a datagram; BASE_EUSAGE as pdu_encode, for v3 without
 * a session or, with a question, without a user, and for a port that prints what it is sent. */
BASE_MUST_CHECK int engine_submit(struct engine *engine, const struct engine_request *request,
                                  int64_t now_us, uint64_t *handle);

/* Ends a request with BASE_ECANCELED at the next drain; a stale handle does nothing. */
void engine_cancel(struct engine *engine, uint64_t handle);

/* Ends every request that is in flight now with BASE_ECANCELED at the next drain. */
void engine_cancel_all(struct engine *engine);

/* Takes one datagram: matches address, port, request-id, version and community, then the gate.
 * What does not match is counted and changes nothing. A match ends its request, whose callback
 * runs before this returns. The bytes are borrowed during the call. */
void engine_receive(struct engine *engine, const union wire_address *from, struct bytes datagram,
                    int64_t now_us);

/* Takes an ICMP error: `to` is the peer that is unreachable, `datagram` the beginning of what we
 * had sent. The request-id in it must match, so a forged ICMP cannot end a request. */
void engine_unreachable(struct engine *engine, const union wire_address *to, struct bytes datagram,
                        int64_t now_us);

/* Expires deadlines that are due (retry or timeout) and runs the callbacks of what has ended. */
void engine_expire(struct engine *engine, int64_t now_us);

/* Sends what is queued, as far as pace, sends_per_turn and the socket allow. */
void engine_flush(struct engine *engine, int64_t now_us);

/* Runs the callbacks of requests that have ended. Calls from inside a callback do nothing. */
void engine_drain(struct engine *engine);

/* Returns: when the engine wants engine_expire or engine_flush next (us), INT64_MAX for never. */
int64_t engine_deadline_us(const struct engine *engine, int64_t now_us);

/* The time that the engine was last told; what callbacks hand on to engine_submit. */
int64_t engine_now_us(const struct engine *engine);

/* Requests in flight; of them those that are silent; of them those not sent yet. */
uint32_t engine_inflight(const struct engine *engine);
uint32_t engine_silent(const struct engine *engine);
uint32_t engine_queued(const struct engine *engine);

const struct engine_counters *engine_counters(const struct engine *engine);

/* Checks every invariant of slots, lists and heap; aborts on a broken one. For tests. */
void engine_verify(const struct engine *engine);
