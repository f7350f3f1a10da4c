/*
 * A record: the raw varbinds of one poll of one device in a compact, versioned encoding. It is what
 * the store keeps and what a reading is decoded from, so nothing that a device said is lost or
 * interpreted for good.
 *
 * Two records describe a device: the static part (names, capacities, identity) and the moving part
 * (status, levels, counters, alerts). Layout, all integers little-endian:
 *   header, RECORD_HEADER_BYTES (see struct record_header; it also holds the record's size)
 *   entries: object id u8, index size u8, index octets, BER tag u8, value size (1 octet below 128,
 *   else two octets 0x80|high, low: values are cut at RECORD_VALUE_MAX), value octets
 * An entry of id RECORD_PRIVATE is a private object: its index is the whole OID. These stand behind
 * all others of their record; who does not know the id passes over it, as over any unknown one.
 * No checksum here: the store adds one. A decoder accepts any bytes and never reads past them.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "proto/gate.h"
#include "proto/object.h"

#define RECORD_VERSION      1
#define RECORD_HEADER_BYTES 56
/* Longer values are cut (and say so by their size): RFC 3805 strings end at 255, sysDescr too, and
 * nobody needs the 60 KB that a hostile device sends. */
#define RECORD_VALUE_MAX 1023
/* Bound of one record's size: a hostile device does not fill the memory (security facts S10). */
#define RECORD_BYTES_MAX 65536

/* The id of private objects (profile.h), beyond those of object_list.h. Stored: for ever. */
#define RECORD_PRIVATE 255

enum record_part {
    RECORD_STATIC = 1,
    RECORD_MOVING = 2,
};

/* How a poll ended; the `status` of the JSON. Stored: the numbers are for ever. */
enum record_status {
    RECORD_OK = 0,
    RECORD_PARTIAL = 1,
    RECORD_TIMEOUT = 2,
    RECORD_AUTH = 3,
    RECORD_NOTPRINTER = 4,
    RECORD_ERROR = 5,
};

struct record_header {
    enum record_part part;
    enum record_status status;
    uint8_t snmp_version;   /* enum pdu_version */
    uint8_t address_family; /* 4 or 6 */
    uint16_t port;
    uint8_t address[16];    /* network order; IPv4 in the first four octets */
    uint32_t failed_tables; /* bit per enum object_table_id that failed or was cut */
    uint32_t rtt_us;        /* smoothed; 0 = never measured */
    uint16_t pdu_count;     /* requests that this poll took, retries not counted */
    int32_t error;          /* status code behind RECORD_ERROR or RECORD_TIMEOUT, else 0 */
    int64_t polled_at_unix_ms;
};

struct record_entry {
    uint8_t object;     /* enum object_id; a newer version may have written ids unknown here */
    uint8_t tag;        /* enum gate_tag */
    struct bytes index; /* arcs after the column, BER */
    struct bytes value; /* content octets as they came */
};

/* A record under construction. The caller owns `data`, which holds `cap` bytes and begins with
 * room for the header. */
struct record_writer {
    uint8_t *data;
    size_t cap;
    size_t size;
};

/* Starts an empty record in the caller's buffer of at least RECORD_HEADER_BYTES. What the buffer
 * holds above RECORD_BYTES_MAX is not used. */
void record_start(struct record_writer *writer, uint8_t *data, size_t cap);

/* Appends an entry. Values above RECORD_VALUE_MAX are cut.
 * Returns: 0; BASE_ELIMIT when the buffer is full or the index is longer than 255 octets (nothing
 * is written then). */
BASE_MUST_CHECK int record_put(struct record_writer *writer, uint8_t object, struct bytes index,
                               uint8_t tag, struct bytes value);

/* What record_put_run writes around index and value: object id, index size, tag, value size. */
#define RECORD_RUN_HEADERS 4

/* Writes the entry of a varbind as the gate gave it, whose name ends with an index of at most 255
 * octets: in a datagram index, tag, length and value stand one after another as they stand in an
 * entry, so that most take a single copy to `out`, before `end`.
 * Returns: where the entry ends; NULL when it takes more than that, and nothing is written then. */
static inline uint8_t *record_put_run(uint8_t *out, const uint8_t *end, uint8_t object,
                                      const uint8_t *index, size_t index_size,
                                      const struct gate_varbind *varbind)
{
    size_t tail_size = index_size + 2 + varbind->value_size;
    /* From 128 octets on an entry tells a value's size in another way than BER. */
    if (varbind->value_size >= 128 || varbind->value != index + index_size + 2 ||
        tail_size + 2 > (size_t)(end - out)) {
        return NULL;
    }
    out[0] = object;
    out[1] = (uint8_t)index_size;
    bytes_copy(out + 2, bytes_of(index, tail_size));
    return out + 2 + tail_size;
}

/* As record_put, for a varbind as the gate gave it, whose name is a column of column_size octets
 * and an index. */
BASE_MUST_CHECK static inline int record_put_varbind(struct record_writer *writer, uint8_t object,
                                                     const struct gate_varbind *varbind,
                                                     size_t column_size)
{
    const uint8_t *index = varbind->name + column_size;
    size_t index_size = varbind->name_size - column_size;
    uint8_t *after = NULL;
    if (index_size <= UINT8_MAX) {
        after = record_put_run(writer->data + writer->size, writer->data + writer->cap, object,
                               index, index_size, varbind);
    }
    if (after == NULL) {
        return record_put(writer, object, bytes_of(index, index_size), varbind->tag,
                          bytes_of(varbind->value, varbind->value_size));
    }
    writer->size = (size_t)(after - writer->data);
    return 0;
}

/* Writes the header into its place; call it once the poll has ended. Returns the whole record. */
struct bytes record_finish(struct record_writer *writer, const struct record_header *header);

/* Reads and validates the header and the whole chain of entries.
 * Returns: 0; BASE_EVERSION; BASE_EFORMAT. */
BASE_MUST_CHECK int record_open(struct bytes record, struct record_header *out);

/* Reads and validates the header alone, for who walks the entries anyway and looks at record_ended.
 * Returns as record_open. */
BASE_MUST_CHECK int record_read_header(struct bytes record, struct record_header *out);

/* record_next for what it does not do itself: the first call, long values, the end, damage. */
bool record_next_careful(struct bytes record, size_t *offset, struct record_entry *out);

/* Iterates: start with *offset = 0; returns false at the end or at damage. */
static inline bool record_next(struct bytes record, size_t *offset, struct record_entry *out)
{
    const uint8_t *at = record.data + *offset;
    size_t left = record.size - *offset;
    /* 4: object id, index size, tag and one octet of value size */
    if (*offset < RECORD_HEADER_BYTES || *offset > record.size || left < 4) {
        return record_next_careful(record, offset, out);
    }
    size_t index_size = at[1];
    if (left < 4 + index_size) {
        return false;
    }
    size_t value_size = at[3 + index_size];
    size_t size = 4 + index_size + value_size;
    if (value_size >= 128 || left < size) {
        return record_next_careful(record, offset, out);
    }
    out->object = at[0];
    out->tag = at[2 + index_size];
    out->index = bytes_of(at + 2, index_size);
    out->value = bytes_of(at + 4 + index_size, value_size);
    *offset += size;
    return true;
}

/* The value of an entry that an iteration has given, from where its tag stands: for who keeps no
 * more of it than that. */
static inline struct bytes record_value(const uint8_t *tag)
{
    size_t size = tag[1];
    if (size >= 128) {
        return bytes_of(tag + 3, (size & 0x7fU) << 8 | tag[2]);
    }
    return bytes_of(tag + 2, size);
}

/* Says whether an iteration that has returned false stands at the end, not at damage. */
static inline bool record_ended(struct bytes record, size_t offset)
{
    return offset == record.size;
}

/* Returns: "ok", "partial", ...: the status as JSON names it. */
const char *record_status_name(enum record_status status);
