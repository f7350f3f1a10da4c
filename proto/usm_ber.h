/*
 * Reading BER for the rooms of USM: a cursor that takes one element after another, with the same
 * leniency as the gate and no more. Definite lengths; the long form of up to three octets, leading
 * zeros allowed, since devices write 82 00 xx; numbers from 0 to 2^31-1. A tag must be exactly the
 * one asked for, so that constructed strings do not pass. It decides nothing about a message, and
 * is for proto/usm_*.c only. Source: X.690 8.1.
 */
#pragma once

#include "core/base/bytes.h"
#include "proto/gate.h"

/* Length octets after 0x81..0x83: a datagram never needs more than two and a leading zero. */
#define USM_BER_LENGTH_OCTETS_MAX 3

/* What is left to read. */
struct usm_ber {
    const uint8_t *at;
    const uint8_t *end;
};

static inline struct usm_ber usm_ber_over(struct bytes content)
{
    return (struct usm_ber){.at = content.data, .end = content.data + content.size};
}

static inline size_t usm_ber_left(const struct usm_ber *rest)
{
    return (size_t)(rest->end - rest->at);
}

/* Takes the tag and length of the element at the cursor, not its content, which may end anywhere.
 * Returns: false when there is none with this tag; the cursor is of no use then. */
static inline bool usm_ber_head(struct usm_ber *rest, uint8_t tag, size_t *size)
{
    if (usm_ber_left(rest) < 2 || rest->at[0] != tag) {
        return false;
    }
    size_t length = rest->at[1];
    rest->at += 2;
    if (length >= 0x80) {
        size_t octets = length & 0x7F;
        if (octets == 0 || octets > USM_BER_LENGTH_OCTETS_MAX || usm_ber_left(rest) < octets) {
            return false;
        }
        length = 0;
        for (; octets > 0; octets--) {
            length = length << 8 | *rest->at++;
        }
    }
    *size = length;
    return true;
}

/* Takes the whole element at the cursor when it has this tag. */
static inline bool usm_ber_take(struct usm_ber *rest, uint8_t tag, struct bytes *content)
{
    size_t size;
    if (!usm_ber_head(rest, tag, &size) || size > usm_ber_left(rest)) {
        return false;
    }
    *content = bytes_of(rest->at, size);
    rest->at += size;
    return true;
}

/* Takes an INTEGER from 0 to 2^31-1. */
static inline bool usm_ber_number(struct usm_ber *rest, uint32_t *number)
{
    struct bytes value;
    if (!usm_ber_take(rest, GATE_INTEGER, &value) || !gate_number_fits(GATE_INTEGER, value) ||
        value.data[0] >= 0x80) {
        return false;
    }
    uint32_t sum = 0;
    for (size_t i = 0; i < value.size; i++) {
        sum = sum << 8 | value.data[i];
    }
    *number = sum;
    return true;
}
