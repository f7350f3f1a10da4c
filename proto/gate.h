/*
 * The gate: a flat, allocation-free check of a v1/v2c datagram, or of the PDU of a v3 message,
 * before any codec sees a byte.
 *
 * net-snmp's primitives truncate silently (INTEGER 2^32 becomes 0) and have read past buffers, so
 * nothing reaches them that has not passed here: exact nesting, definite lengths, widths of every
 * type, caps on varbinds and OIDs. The gate yields slices into the datagram and decodes nothing
 * but the header's integers. It keeps no state; time is linear in the datagram, stack is constant.
 *
 * Two steps, because a wrong request-id must cost nanoseconds: gate_open reads the header up to
 * the varbind list; the caller matches address, version, community and request-id; gate_varbinds
 * checks the rest.
 * Sources: X.690, RFC 1157 section 4, RFC 3416 section 3, RFC 2578 section 7.1.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

/* BER tags that occur in SNMP messages. */
enum gate_tag {
    GATE_INTEGER = 0x02,
    GATE_OCTET_STRING = 0x04,
    GATE_NULL = 0x05,
    GATE_OID = 0x06,
    GATE_SEQUENCE = 0x30,
    GATE_IP_ADDRESS = 0x40,
    GATE_COUNTER32 = 0x41,
    GATE_GAUGE32 = 0x42,
    GATE_TIMETICKS = 0x43,
    GATE_OPAQUE = 0x44,
    GATE_COUNTER64 = 0x46,
    GATE_NO_SUCH_OBJECT = 0x80,
    GATE_NO_SUCH_INSTANCE = 0x81,
    GATE_END_OF_MIB_VIEW = 0x82,
};

/* PDU tags (RFC 3416 section 3). A SET does not exist in this program. */
enum gate_pdu {
    GATE_GET = 0xA0,
    GATE_GETNEXT = 0xA1,
    GATE_RESPONSE = 0xA2,
    GATE_GETBULK = 0xA5,
    GATE_REPORT = 0xA8,
};

struct gate_message {
    int32_t version;        /* 0 = v1, 1 = v2c, 3 = v3 */
    struct bytes community; /* into the datagram; empty in v3 */
    uint8_t pdu;            /* enum gate_pdu */
    int32_t request_id;
    int32_t error_status;  /* non-repeaters for GETBULK */
    int32_t error_index;   /* max-repetitions for GETBULK */
    struct bytes varbinds; /* content of the varbind list, not checked yet */
};

struct gate_varbind {
    const uint8_t *name;  /* BER content octets of the name, into the datagram */
    const uint8_t *value; /* content octets of the value */
    uint16_t name_size;
    uint16_t value_size;
    uint8_t tag; /* enum gate_tag */
};

/* Why a datagram was refused; the order is the index of the counters in the metrics. */
enum gate_refusal {
    GATE_PASSED,
    GATE_REFUSED_BER,     /* shape: tags, lengths, nesting, trailing bytes */
    GATE_REFUSED_WIDTH,   /* an integer or counter wider than its type, or empty */
    GATE_REFUSED_CAPS,    /* more varbinds than asked, OID over 128 arcs */
    GATE_REFUSED_VERSION, /* neither v1 nor v2c, or Counter64 or an exception in v1 */
    GATE_REFUSED_PDU,     /* not a PDU this program ever accepts */
};

/* Reads the header of a whole datagram. `out` is written only when it passes; its slices live as
 * long as the datagram. Any PDU of enum gate_pdu passes here: the caller accepts Responses only.
 * Returns: GATE_PASSED or the reason. */
enum gate_refusal gate_open(struct bytes datagram, struct gate_message *out);

/* Reads the header of a PDU alone, a whole element: what a scoped PDU of SNMPv3 holds behind its
 * context. *out as gate_open, with version 3, whose values are those of v2c.
 * Returns: GATE_PASSED or the reason. */
enum gate_refusal gate_open_pdu(struct bytes element, struct gate_message *out);

/* Checks the varbind list of an opened message and fills out[0..*count-1].
 * cap: how many varbinds the caller asked for at most; one more is GATE_REFUSED_CAPS.
 * Accepts what real devices send wrong and is harmless: lengths in long form with leading zeros up
 * to three octets, unsigned types without the 0 in front of a set sign bit. Integers that survive
 * are in the range of their type. Unknown tags are refused, and so is an empty OID, as a name and
 * as a value: net-snmp reads it as "0".
 * Returns: GATE_PASSED or the reason. *count is written only when it passes; the entries of out are
 * scratch until then. */
enum gate_refusal gate_varbinds(const struct gate_message *message, struct gate_varbind *out,
                                size_t cap, size_t *count);

/* Says whether the content octets of an INTEGER, Counter32, Gauge32, TimeTicks or Counter64 make a
 * number of that type and of no other; false for other tags.
 * INTEGER: 1 to 4 octets, or 5 when the first only repeats the sign. 32-bit unsigned: 1 to 4
 * octets, or 5 when the first is 0; Counter64: 1 to 8, or 9 when the first is 0. A sign bit in the
 * first octet of an unsigned type is read as part of the number, as net-snmp does: devices forget
 * the leading 0. */
bool gate_number_fits(uint8_t tag, struct bytes value);

/* Returns: "ber", "width", ... : the reason as the metrics name it. Static storage. */
const char *gate_refusal_name(enum gate_refusal refusal);
