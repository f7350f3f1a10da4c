/*
 * A question as it comes off the wire, cut into slices of the datagram; nothing is copied.
 *
 * Anybody may send anything, so every length is checked (ber.h). The head, up to the request id, is
 * cut first: it is all that an answer from a template needs. The names are cut only on a miss.
 */
#pragma once

#include "bench/sim/ber.h"

struct sim_slice {
    const uint8_t *bytes;
    size_t length;
};

struct sim_request {
    uint8_t version; /* 0 = SNMPv1, 1 = SNMPv2c, SIM_VERSION_3 */
    uint8_t type;    /* enum sim_tag: GET, GETNEXT, GETBULK or SET */
    size_t envelope; /* bytes that SNMPv3 puts around the PDU at most; 0 for the others */
    struct sim_slice community;
    struct sim_slice id;   /* the request id with tag and length */
    struct sim_slice tail; /* all of the PDU after it: equal tails ask the same */
    /* The rest is filled by sim_request_names. */
    int32_t non_repeaters;
    int32_t max_repetitions;
    struct sim_slice list; /* the varbinds, without the header of the list */
    size_t count;
    struct sim_slice names[SIM_NAMES_MAX]; /* OID content bytes, each well-formed */
};

/* msgVersion of SNMPv3. */
#define SIM_VERSION_3 3u

enum sim_refusal {
    SIM_REFUSAL_NONE,
    SIM_REFUSAL_MALFORMED,
    SIM_REFUSAL_VERSION, /* SNMPv3, which version then says, and unknown ones */
    SIM_REFUSAL_TYPE,    /* a PDU that no manager sends to an agent */
};

/* Cuts the head of n bytes. Returns: why it cannot be answered, or SIM_REFUSAL_NONE. */
enum sim_refusal sim_request_head(struct sim_request *request, const uint8_t *bytes, size_t n);

/* Cuts a PDU that came in another message, up to its tail; version is filled before.
 * Returns: as sim_request_head. */
enum sim_refusal sim_request_pdu(struct sim_request *request, struct sim_ber *in);

/* Makes a question of SNMPv3 one of v2c with an empty community, for answers that are wrapped later
 * (sim_v3_wrap_again). */
void sim_request_disguise(struct sim_request *request);

/* Cuts numbers and names out of the tail. Returns: false when it is malformed or holds more than
 * SIM_NAMES_MAX names. */
bool sim_request_names(struct sim_request *request);

/* Whether a name of the question stands in prtMarkerSuppliesTable or prtAlertTable. */
bool sim_request_asks_for_trouble(const struct sim_request *request);

/* Puts the headers of the answer before `length` bytes of varbinds at `body`, of which at least
 * SIM_HEAD_ROOM bytes before are free. *message gets the whole datagram, or for SNMPv3 the PDU
 * alone. */
void sim_request_wrap(const struct sim_request *request, int32_t error, int32_t index,
                      uint8_t *body, size_t length, struct sim_slice *message);

/* Bytes that sim_request_wrap puts before the varbinds at most: the same for every answer to one
 * request, so that an answer can be cut to a size before its last byte is known. */
size_t sim_request_overhead(const struct sim_request *request);
