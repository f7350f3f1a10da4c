/*
 * BER as SNMP uses it: a strict reader for requests, which anybody may send, and the writers for
 * replies. Nothing allocates; nothing reads or writes past the given end.
 *
 * The reader takes low tags and definite lengths of at most three bytes (RFC 3417 section 8; some
 * managers send 82 00 xx, so lengths need not be minimal). The writers write minimal forms.
 */
#pragma once

#include <string.h>

#include "bench/sim/sim.h"

/* A stretch of bytes that is still to be read; both ends are borrowed. */
struct sim_ber {
    const uint8_t *at;
    const uint8_t *end;
};

/* Takes one TLV of in; *content is what it holds.
 * Returns: false, with in and content untouched, when it is malformed or longer than in. */
bool sim_ber_take(struct sim_ber *in, uint8_t *tag, struct sim_ber *content);

/* Takes one TLV that must have the given tag. Returns: false as sim_ber_take, or on another tag. */
bool sim_ber_take_tag(struct sim_ber *in, uint8_t tag, struct sim_ber *content);

/* Takes an INTEGER of one to four content bytes. */
bool sim_ber_take_int(struct sim_ber *in, int32_t *value);

/* Bytes that have not been taken. */
static inline size_t sim_ber_left(const struct sim_ber *in)
{
    return (size_t)(in->end - in->at);
}

/* Bytes that the length field of a content of n bytes takes, n below 2^24. */
static inline size_t sim_ber_length_size(size_t n)
{
    return n < 0x80 ? 1 : n < 0x100 ? 2 : n < 0x10000 ? 3 : 4;
}

/* Writes a length field; returns: the byte after it. */
static inline uint8_t *sim_ber_put_length(uint8_t *out, size_t n)
{
    if (n < 0x80) {
        *out++ = (uint8_t)n;
        return out;
    }
    if (n >= 0x10000) {
        *out++ = 0x83;
        *out++ = (uint8_t)(n >> 16);
        *out++ = (uint8_t)(n >> 8);
    } else if (n >= 0x100) {
        *out++ = 0x82;
        *out++ = (uint8_t)(n >> 8);
    } else {
        *out++ = 0x81;
    }
    *out++ = (uint8_t)n;
    return out;
}

/* Writes a signed number in as few bytes as it needs; at most 10 bytes with tag and length. */
static inline uint8_t *sim_ber_put_int(uint8_t *out, uint8_t tag, int64_t value)
{
    size_t n = 1;

    while (n < 8 && (value >> (8 * n - 1)) != 0 && (value >> (8 * n - 1)) != -1) {
        n++;
    }
    *out++ = tag;
    *out++ = (uint8_t)n;
    while (n > 0) {
        n--;
        *out++ = (uint8_t)((uint64_t)value >> (8 * n));
    }
    return out;
}

/* Writes an unsigned number (Counter64 needs up to nine content bytes). */
static inline uint8_t *sim_ber_put_uint(uint8_t *out, uint8_t tag, uint64_t value)
{
    if (value <= INT64_MAX) {
        return sim_ber_put_int(out, tag, (int64_t)value);
    }
    *out++ = tag;
    *out++ = 9;
    *out++ = 0;
    for (unsigned n = 8; n > 0; n--) {
        *out++ = (uint8_t)(value >> (8 * (n - 1)));
    }
    return out;
}

/* Writes n bytes as they are, under any tag. */
static inline uint8_t *sim_ber_put_bytes(uint8_t *out, uint8_t tag, const void *bytes, size_t n)
{
    *out++ = tag;
    out = sim_ber_put_length(out, n);
    if (n > 0) {
        memcpy(out, bytes, n);
    }
    return out + n;
}

/* Puts header (tag and length) before content that already stands at start.. of n bytes.
 * The caller left room for five bytes. Returns: the new start. */
static inline uint8_t *sim_ber_wrap(uint8_t *start, uint8_t tag, size_t n)
{
    start -= 1 + sim_ber_length_size(n);
    *start = tag;
    (void)sim_ber_put_length(start + 1, n);
    return start;
}
