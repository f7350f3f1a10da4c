/*
 * SNMPv3 of the simulated devices: an engine each, contexts, and the way of one question through
 * usm.h and back.
 *
 * An engine follows from the seed as everything else: its id from vendor and MAC or key, its boots
 * from the restarts since the installation, its time from the last restart. Engine time always runs
 * in real seconds, whatever --time-scale and --clock say, since managers live in them. What cannot
 * follow from the seed is kept per device: its counters and a flawed one's past, 64 bytes.
 *
 * One question at a time: what sim_v3_take has opened is what sim_v3_wrap closes.
 */
#pragma once

#include "bench/sim/fleet.h"
#include "bench/sim/v3_flaw.h"

struct sim_v3;

/* fleet and options are borrowed until sim_v3_close. Returns: 0 or -ENOMEM, -EINVAL for a malformed
 * user. */
SIM_MUST_CHECK int sim_v3_open(struct sim_v3 **v3, const struct sim_fleet *fleet,
                               const struct sim_options *options);
void sim_v3_close(struct sim_v3 *v3);

/* What a question came to. */
enum sim_v3_outcome {
    SIM_V3_ASKS,   /* it is cut: answer it and wrap the answer */
    SIM_V3_REPORT, /* message is ready: a Report */
    SIM_V3_DENIED, /* message is ready: an authorizationError */
    SIM_V3_DROPS,
};

/* A question and what is known about the one who was asked; the last four are filled. */
struct sim_v3_call {
    struct sim_slice datagram;
    const struct sim_identity *identity;
    const struct sim_view *view;
    const struct sim_slot *slot;
    uint64_t elapsed_us;       /* real, since the start */
    uint8_t *buffer;           /* of SIM_ANSWER_BYTES: for a message that is made at once */
    const struct sim_mib *mib; /* what this context shows */
    uint8_t port;              /* that it is of; 0 = no print server */
    size_t reply_max;          /* in: of the options; out: what the manager takes, if less */
    struct sim_slice message;
};

/* Opens the question; for SIM_V3_ASKS the request's head is cut. */
enum sim_v3_outcome sim_v3_take(struct sim_v3 *v3, struct sim_v3_call *call,
                                struct sim_request *request);

/* Wraps the PDU of an answer where it stands, in buffer (see SIM_HEAD_ROOM). */
void sim_v3_wrap(struct sim_v3 *v3, uint8_t *buffer, struct sim_slice pdu,
                 struct sim_slice *message);

/* The same, but what it costs most waits for sim_v3_seal; for devices without a flaw. */
void sim_v3_wrap_later(struct sim_v3 *v3, uint8_t *buffer, struct sim_slice pdu,
                       struct sim_slice *message);

/* Finishes all that sim_v3_wrap_later left, before any of it is read. v3 may be NULL. */
void sim_v3_seal(struct sim_v3 *v3);

/* Takes the PDU out of a disguised message (sim_request_disguise), which may be broken, and wraps
 * it into one of SNMPv3 in room of SIM_HOSTILE_BYTES. A message whose head says something else, or
 * that is too long, stays as it is. */
void sim_v3_wrap_again(struct sim_v3 *v3, uint8_t *room, struct sim_slice *message);

/* Makes the number-th datagram, from 0 on, that comes before the answer in hand because of a flaw.
 * room has SIM_DATAGRAM_MAX; message is the answer and becomes the datagram.
 * Returns: false when there is none. */
bool sim_v3_forerun(struct sim_v3 *v3, unsigned number, uint8_t *room, struct sim_slice *message);

/* The engine of a device at a real instant since the start, were it not flawed. */
void sim_v3_engine(const struct sim_v3 *v3, const struct sim_v3_call *call,
                   struct sim_usm_engine *engine);
