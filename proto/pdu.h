/*
 * The PDU codec for v1, v2c and the PDUs inside v3 messages (usm.h), on net-snmp's ASN.1
 * primitives; the only file that includes net-snmp. Requests are built into the caller's buffer;
 * replies are read from slices that the gate has passed. Nothing here allocates, keeps state, or
 * touches net-snmp's sessions, MIB parser, configuration or USM.
 * Sources: RFC 1157, RFC 3416, RFC 3417.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "proto/gate.h"

/* Values of msgVersion on the wire. */
enum pdu_version {
    PDU_V1 = 0,
    PDU_V2C = 1,
    PDU_V3 = 3,
};

/* One question. Names are BER content octets, each at most OID_BER_MAX. */
struct pdu_request {
    enum pdu_version version;
    uint8_t pdu;               /* GATE_GET, GATE_GETNEXT or GATE_GETBULK; GETBULK never in v1 */
    struct bytes community;    /* v1 and v2c only */
    int32_t non_repeaters;     /* GETBULK only, else 0 */
    int32_t max_repetitions;   /* GETBULK only, else 0 */
    struct bytes varbinds;     /* of pdu_varbinds: names encoded before; empty = use names */
    const struct bytes *names; /* count entries, borrowed during the call */
    size_t count;
};

/* Encodes a request message, of v3 the PDU alone. out: cap bytes; *size gets the length.
 * Returns: 0; BASE_ELIMIT when cap is too small; BASE_EUSAGE for GETBULK in v1, no names, or a
 * version that does not exist. */
BASE_MUST_CHECK int pdu_encode(const struct pdu_request *request, int32_t request_id, uint8_t *out,
                               size_t cap, size_t *size);

/* Encodes the names of a request as a varbind list, for asking the same again and again.
 * out: cap bytes; *size gets the length. Returns: 0; BASE_ELIMIT when cap is too small. */
BASE_MUST_CHECK int pdu_varbinds(const struct pdu_request *request, uint8_t *out, size_t cap,
                                 size_t *size);

/* Says whether the tag is one of INTEGER, Counter32, Gauge32, TimeTicks, Counter64. */
bool pdu_is_number(uint8_t tag);

/* Decodes the number of a value of any numeric tag. Unsigned types come as they are; Counter64
 * above 2^63-1 gives BASE_ERANGE. value: content octets that have passed the gate.
 * Returns: 0; BASE_ETYPE for a tag that is no number; BASE_ERANGE. */
BASE_MUST_CHECK int pdu_number(uint8_t tag, struct bytes value, int64_t *out);

/* error-status values that the poller treats each in its own way. */
enum pdu_error {
    PDU_NO_ERROR = 0,
    PDU_TOO_BIG = 1,
    PDU_NO_SUCH_NAME = 2,
    PDU_GEN_ERR = 5,
    PDU_NO_ACCESS = 6,
    PDU_AUTHORIZATION_ERROR = 16,
};
