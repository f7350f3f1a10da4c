/*
 * The agent: which objects a question is about, and the answer's bytes.
 *
 * First sim_agent_plan finds the objects (RFC 1157 for v1, RFC 3416 section 4.2 for v2c), then
 * sim_agent_write encodes them for one device. template.c keeps plans so that the first step is
 * done once for all devices of a model; both ways give the same bytes.
 *
 * An answer holds at most `reply_max` bytes: GETBULK is cut to fit, GET and GETNEXT become tooBig.
 */
#pragma once

#include "bench/sim/device.h"
#include "bench/sim/request.h"

/* Varbinds of one answer at most: far more than fit into a reply. */
#define SIM_ITEMS_MAX 2048u

/* Bytes of the names that an endless walk makes up for one answer. */
#define SIM_SCRATCH_BYTES 8192u

/* One varbind of an answer: an object's name and value; an exception under the name of an object
 * or of the question; or, with neither, a made-up name with the value 1. */
struct sim_item {
    const struct sim_object *object; /* or NULL */
    struct sim_slice name;           /* OID content bytes when object is NULL */
    uint8_t exception;               /* 0, or one of the three exceptions of enum sim_tag */
};

/* Where the walk of one name of the question has come to. */
struct sim_cursor {
    size_t next;          /* the first object that may come next */
    struct sim_item last; /* what was answered last, or the name of the question */
    bool is_at_end;
};

struct sim_plan {
    enum sim_error error; /* other than 0: the answer echoes the question */
    int32_t error_index;
    bool is_bulk;
    bool is_private;   /* holds for this device alone: a name goes into rows of its own indexes */
    bool needs_alerts; /* holds only while as many alerts stand */
    size_t count;
    struct sim_item items[SIM_ITEMS_MAX];
    struct sim_cursor cursors[SIM_NAMES_MAX];
    uint8_t scratch[SIM_SCRATCH_BYTES];
    size_t scratch_used;
};

/* Ways in which a device's agent is broken. */
enum sim_flaw {
    SIM_FLAW_NONINCREASING = 1, /* the third row of a column is the first again */
    SIM_FLAW_ENDLESS = 2,       /* the columns of prtAlertTable never end */
    SIM_FLAW_BULK_TOO_BIG = 4,  /* an answer above the size is tooBig even to GETBULK */
};

/* Finds the objects that the request, with its names cut, is about. The view's alerts are found
 * when the plan needs them. reply_max: bytes of the longest datagram the device sends.
 * flaws: any of enum sim_flaw. */
void sim_agent_plan(const struct sim_mib *mib, struct sim_view *view,
                    const struct sim_request *request, size_t reply_max, unsigned flaws,
                    struct sim_plan *plan);

/* Bytes that the buffer of an answer must have. */
#define SIM_ANSWER_BYTES(reply_max) (SIM_HEAD_ROOM + (reply_max) + 640u)

/* Where an answer is made. */
struct sim_room {
    uint8_t *buffer; /* of SIM_ANSWER_BYTES(reply_max) */
    size_t reply_max;
};

/* Encodes the answer. message: in the room's buffer. Returns: the error it carries. */
enum sim_error sim_agent_write(struct sim_view *view, const struct sim_request *request,
                               const struct sim_plan *plan, unsigned flaws, struct sim_room room,
                               struct sim_slice *message);

/* Encodes an answer that carries an error and echoes the question; tooBig of v2c and v3 carries
 * nothing (RFC 3416 section 4.2.1). The message is empty when the echo passes reply_max. */
void sim_agent_write_error(const struct sim_request *request, enum sim_error error, int32_t index,
                           struct sim_room room, struct sim_slice *message);

/* Encodes one item, its view's alerts found when needed, unless `room` bytes cannot hold it.
 * out has at least room + 640 bytes. Returns: its length, or 0 when it does not fit. */
size_t sim_agent_put_item(struct sim_view *view, const struct sim_item *item, uint8_t *out,
                          size_t room);
