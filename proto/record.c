#include "proto/record.h"

/* Where the header keeps its fields; the last four octets are zero and reserved. */
enum header_offset {
    AT_VERSION = 0,
    AT_PART = 1,
    AT_STATUS = 2,
    AT_SNMP_VERSION = 3,
    AT_ADDRESS_FAMILY = 4,
    AT_RESERVED_OCTET = 5,
    AT_PORT = 6,
    AT_ADDRESS = 8,
    AT_FAILED_TABLES = 24,
    AT_RTT = 28,
    AT_PDU_COUNT = 32,
    AT_RESERVED_PAIR = 34,
    AT_ERROR = 36,
    AT_POLLED_AT = 40,
    AT_RECORD_SIZE = 48, /* of the whole record, so that a cut one is known */
    AT_RESERVED_WORD = 52,
};

/* Object id, index size, tag and one octet of value size. */
#define ENTRY_FIXED_BYTES 4
/* Value sizes from here on take two octets, the first marked with the high bit. */
#define LONG_VALUE 128

void record_start(struct record_writer *writer, uint8_t *data, size_t cap)
{
    BASE_REQUIRE(cap >= RECORD_HEADER_BYTES);
    *writer = (struct record_writer){
        .data = data,
        .cap = cap < RECORD_BYTES_MAX ? cap : RECORD_BYTES_MAX,
        .size = RECORD_HEADER_BYTES,
    };
}

int record_put(struct record_writer *writer, uint8_t object, struct bytes index, uint8_t tag,
               struct bytes value)
{
    size_t value_size = value.size < RECORD_VALUE_MAX ? value.size : RECORD_VALUE_MAX;
    size_t is_long = value_size >= LONG_VALUE;
    size_t needed = ENTRY_FIXED_BYTES + is_long + index.size + value_size;
    if (needed > writer->cap - writer->size || index.size > UINT8_MAX) {
        return BASE_ELIMIT;
    }
    uint8_t *out = writer->data + writer->size;
    *out++ = object;
    *out++ = (uint8_t)index.size;
    bytes_copy(out, index);
    out += index.size;
    *out++ = tag;
    if (is_long) {
        *out++ = (uint8_t)(0x80 | value_size >> 8);
    }
    *out++ = (uint8_t)value_size;
    bytes_copy(out, bytes_of(value.data, value_size));
    writer->size += needed;
    return 0;
}

struct bytes record_finish(struct record_writer *writer, const struct record_header *header)
{
    uint8_t *out = writer->data;
    memset(out, 0, RECORD_HEADER_BYTES);
    out[AT_VERSION] = RECORD_VERSION;
    out[AT_PART] = (uint8_t)header->part;
    out[AT_STATUS] = (uint8_t)header->status;
    out[AT_SNMP_VERSION] = header->snmp_version;
    out[AT_ADDRESS_FAMILY] = header->address_family;
    bytes_put_le(out + AT_PORT, header->port, 2);
    memcpy(out + AT_ADDRESS, header->address, sizeof header->address);
    bytes_put_le(out + AT_FAILED_TABLES, header->failed_tables, 4);
    bytes_put_le(out + AT_RTT, header->rtt_us, 4);
    bytes_put_le(out + AT_PDU_COUNT, header->pdu_count, 2);
    bytes_put_le(out + AT_ERROR, (uint32_t)header->error, 4);
    bytes_put_le(out + AT_POLLED_AT, (uint64_t)header->polled_at_unix_ms, 8);
    bytes_put_le(out + AT_RECORD_SIZE, writer->size, 4);
    return bytes_of(out, writer->size);
}

/* Reads the entry at *offset and moves on. Returns false at the end and for damage; *is_damaged
 * tells which. */
static bool take_entry(struct bytes record, size_t *offset, struct record_entry *out,
                       bool *is_damaged)
{
    size_t left = record.size - *offset;
    *is_damaged = left > 0;
    if (left < ENTRY_FIXED_BYTES) {
        return false;
    }
    const uint8_t *at = record.data + *offset;
    size_t index_size = at[1];
    if (left < ENTRY_FIXED_BYTES + index_size) {
        return false;
    }
    size_t value_at = ENTRY_FIXED_BYTES + index_size;
    size_t value_size = at[value_at - 1];
    if (value_size >= LONG_VALUE) {
        if (left == value_at) {
            return false;
        }
        value_size = (value_size & 0x7Fu) << 8 | at[value_at];
        value_at++;
        if (value_size < LONG_VALUE || value_size > RECORD_VALUE_MAX) {
            return false;
        }
    }
    if (value_size > left - value_at) {
        return false;
    }
    *is_damaged = false;
    *out = (struct record_entry){
        .object = at[0],
        .tag = at[2 + index_size],
        .index = bytes_of(at + 2, index_size),
        .value = bytes_of(at + value_at, value_size),
    };
    *offset += value_at + value_size;
    return true;
}

int record_read_header(struct bytes record, struct record_header *out)
{
    const uint8_t *data = record.data;
    if (record.size == 0) {
        return BASE_EFORMAT;
    }
    if (data[AT_VERSION] != RECORD_VERSION) {
        return BASE_EVERSION;
    }
    if (record.size < RECORD_HEADER_BYTES || record.size > RECORD_BYTES_MAX ||
        bytes_get_le(data + AT_RECORD_SIZE, 4) != record.size || data[AT_RESERVED_OCTET] != 0 ||
        bytes_get_le(data + AT_RESERVED_PAIR, 2) != 0 ||
        bytes_get_le(data + AT_RESERVED_WORD, 4) != 0) {
        return BASE_EFORMAT;
    }
    uint8_t part = data[AT_PART];
    uint8_t status = data[AT_STATUS];
    uint8_t family = data[AT_ADDRESS_FAMILY];
    if ((part != RECORD_STATIC && part != RECORD_MOVING) || status > RECORD_ERROR ||
        (family != 4 && family != 6)) {
        return BASE_EFORMAT;
    }
    *out = (struct record_header){
        .part = (enum record_part)part,
        .status = (enum record_status)status,
        .snmp_version = data[AT_SNMP_VERSION],
        .address_family = family,
        .port = (uint16_t)bytes_get_le(data + AT_PORT, 2),
        .failed_tables = (uint32_t)bytes_get_le(data + AT_FAILED_TABLES, 4),
        .rtt_us = (uint32_t)bytes_get_le(data + AT_RTT, 4),
        .pdu_count = (uint16_t)bytes_get_le(data + AT_PDU_COUNT, 2),
        .error = (int32_t)(uint32_t)bytes_get_le(data + AT_ERROR, 4),
        .polled_at_unix_ms = (int64_t)bytes_get_le(data + AT_POLLED_AT, 8),
    };
    memcpy(out->address, data + AT_ADDRESS, sizeof out->address);
    return 0;
}

int record_open(struct bytes record, struct record_header *out)
{
    struct record_header header;
    struct record_entry entry;
    size_t offset = RECORD_HEADER_BYTES;
    bool is_damaged = false;
    int status = record_read_header(record, &header);
    if (status != 0) {
        return status;
    }
    while (take_entry(record, &offset, &entry, &is_damaged)) {
    }
    if (is_damaged) {
        return BASE_EFORMAT;
    }
    *out = header;
    return 0;
}

bool record_next_careful(struct bytes record, size_t *offset, struct record_entry *out)
{
    bool is_damaged;
    if (record.size < RECORD_HEADER_BYTES || *offset > record.size) {
        return false;
    }
    if (*offset == 0) {
        *offset = RECORD_HEADER_BYTES;
    }
    return take_entry(record, offset, out, &is_damaged);
}

const char *record_status_name(enum record_status status)
{
    static const char *const NAMES[] = {
        [RECORD_OK] = "ok",     [RECORD_PARTIAL] = "partial",       [RECORD_TIMEOUT] = "timeout",
        [RECORD_AUTH] = "auth", [RECORD_NOTPRINTER] = "notprinter", [RECORD_ERROR] = "error",
    };
    return (size_t)status < BASE_ARRAY_COUNT(NAMES) ? NAMES[status] : "error";
}
