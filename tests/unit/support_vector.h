/*
 * Known answers for the tests of SNMPv3's cryptography, and octets written in hexadecimal digits.
 */
#pragma once

#include "core/base/bytes.h"
#include "proto/usm_crypto.h"

/* Octets of the longest text that vector_expect takes. */
#define VECTOR_ROOM       256
#define VECTOR_AUTH_COUNT 6

/* The password "maplesyrup" under a hash, at the engine of vector_engine: RFC 3414 A.3.1 and A.3.2
 * for MD5 and SHA-1; for SHA-2, where no RFC gives any, what three programs agree on. */
struct vector {
    enum usm_auth auth;
    const char *key;
    const char *localised;
    const char *tag; /* over "usm-mac-vector-1", by the localised key */
};

extern const struct vector VECTORS[VECTOR_AUTH_COUNT];

/* The engine 00 00 00 00 00 00 00 00 00 00 00 02 of RFC 3414 A.3. */
struct bytes vector_engine(void);

const struct vector *vector_of(enum usm_auth auth);

/* Returns: the number of octets. */
size_t vector_unhex(const char *text, uint8_t *out);

/* Fails the test when the octets are not those of the text. what: names them in the message. */
void vector_expect(const uint8_t *found, const char *expected, const char *what);
