/*
 * A borrowed run of bytes. Owns nothing; whoever gave it says how long it lives.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    const uint8_t *data; /* NULL is allowed when size is 0 */
    size_t size;
};

static inline struct bytes bytes_of(const void *data, size_t size)
{
    return (struct bytes){.data = data, .size = size};
}

static inline struct bytes bytes_from_text(const char *text)
{
    return (struct bytes){.data = (const uint8_t *)text, .size = strlen(text)};
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Copies the bytes to `out`, which does not overlap them. For the few octets of an index, a name or
 * a value this costs less than a call of memcpy. */
static inline void bytes_copy(uint8_t *out, struct bytes bytes)
{
    const uint8_t *data = bytes.data;
    size_t size = bytes.size;
    if (size > 32) {
        memcpy(out, data, size);
    } else if (size > 16) {
        memcpy(out, data, 16);
        memcpy(out + size - 16, data + size - 16, 16);
    } else if (size >= 8) {
        memcpy(out, data, 8);
        memcpy(out + size - 8, data + size - 8, 8);
    } else if (size >= 4) {
        memcpy(out, data, 4);
        memcpy(out + size - 4, data + size - 4, 4);
    } else if (size > 0) {
        out[0] = data[0];
        out[size / 2] = data[size / 2];
        out[size - 1] = data[size - 1];
    }
}

/* Writes the bytes as a text that ends in NUL, up to a NUL among them, cut to what `cap` octets
 * hold. snprintf("%.*s") does the same at five times the price. */
static inline void bytes_to_text(struct bytes bytes, char *out, size_t cap)
{
    size_t size = bytes.size < cap ? bytes.size : cap - 1;
    const uint8_t *nul = size > 0 ? memchr(bytes.data, '\0', size) : NULL;
    size = nul != NULL ? (size_t)(nul - bytes.data) : size;
    if (size > 0) {
        memcpy(out, bytes.data, size);
    }
    out[size] = '\0';
}

/* Little-endian integers of so many octets, 8 at most: how records and rows keep them. */
static inline void bytes_put_le(uint8_t *out, uint64_t value, size_t octets)
{
    for (size_t i = 0; i < octets; i++) {
        out[i] = (uint8_t)(value >> (8 * i));
    }
}

static inline uint64_t bytes_get_le(const uint8_t *data, size_t octets)
{
    uint64_t value = 0;
    for (size_t i = 0; i < octets; i++) {
        value |= (uint64_t)data[i] << (8 * i);
    }
    return value;
}

/* The value of a hexadecimal digit in either case; -1 when it is none. */
static inline int bytes_hex_digit(uint8_t octet)
{
    if (octet >= '0' && octet <= '9') {
        return octet - '0';
    }
    octet |= 0x20U;
    return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}
