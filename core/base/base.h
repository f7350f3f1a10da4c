/*
 * Status codes and the small promises that every room of the house shares.
 *
 * A function that can fail returns 0 or a negative code: -errno for the system's errors (the same
 * numbers libuv uses on Unix), or one of ours from BASE_STATUS below -2000. Data never travels in
 * the return value; it is written through out-pointers and only on success. Codes of net-snmp,
 * LMDB and BoringSSL are mapped in one function of the library that owns them and never leave it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each of our codes with the sentence that base_strerror gives for it. */
#define BASE_STATUS(X)                                                                             \
    X(BASE_EFORMAT, -2001, "malformed data")                                                       \
    X(BASE_ELIMIT, -2002, "a configured limit is reached")                                         \
    X(BASE_ETIMEOUT, -2003, "no answer")                                                           \
    X(BASE_ECANCELED, -2004, "canceled")                                                           \
    X(BASE_EUNREACHABLE, -2005, "unreachable")                                                     \
    X(BASE_EBREAKER, -2006, "left alone: our last questions hurt it")                              \
    X(BASE_EVERSION, -2007, "unknown version of the data")                                         \
    X(BASE_ECHECKSUM, -2008, "checksum mismatch: the data is damaged")                             \
    X(BASE_ENOTFOUND, -2009, "not found")                                                          \
    X(BASE_ETYPE, -2010, "value of an unexpected type")                                            \
    X(BASE_ERANGE, -2011, "value out of range")                                                    \
    X(BASE_EUSAGE, -2012, "usage error")                                                           \
    X(BASE_ESTORE, -2013, "the store failed")                                                      \
    X(BASE_EEXISTS, -2014, "exists already")                                                       \
    X(BASE_ECREDENTIAL, -2015, "no credential is meant for this address")                          \
    X(BASE_EREFUSED, -2016, "the device shows nothing to this credential")                         \
    /* SNMPv3: why an answer was not taken (RFC 3414 3.2) ... */                                   \
    X(BASE_EUSM_PARSE, -2101, "SNMPv3: the answers were malformed")                                \
    X(BASE_EUSM_MODEL, -2102, "SNMPv3: the answers used another security model than USM")          \
    X(BASE_EUSM_LEVEL, -2103, "SNMPv3: the answers had a lower security level than asked")         \
    X(BASE_EUSM_ENGINE, -2104, "SNMPv3: the answers came from another engine id")                  \
    X(BASE_EUSM_USER, -2105, "SNMPv3: the answers were for another user")                          \
    X(BASE_EUSM_DIGEST, -2106, "SNMPv3: the answers failed authentication")                        \
    X(BASE_EUSM_WINDOW, -2107, "SNMPv3: the answers were outside the time window")                 \
    X(BASE_EUSM_DECRYPT, -2108, "SNMPv3: the answers could not be decrypted")                      \
    X(BASE_EUSM_CONTEXT, -2109, "SNMPv3: the answers were for another context")                    \
    X(BASE_EUSM_SILENCE, -2110,                                                                    \
      "SNMPv3: the device is there but leaves this user unanswered; check its privacy password")   \
    /* ... and what the device reported of our question (RFC 3414 section 5) */                    \
    X(BASE_EREPORT_LEVEL, -2111, "SNMPv3: the device does not offer this security level")          \
    X(BASE_EREPORT_WINDOW, -2112, "SNMPv3: the device says that we are outside its time window")   \
    X(BASE_EREPORT_USER, -2113, "SNMPv3: the device does not know this user name")                 \
    X(BASE_EREPORT_ENGINE, -2114, "SNMPv3: the device refuses the engine id that it gave us")      \
    X(BASE_EREPORT_DIGEST, -2115, "SNMPv3: wrong authentication password or protocol")             \
    X(BASE_EREPORT_DECRYPT, -2116, "SNMPv3: wrong privacy password or protocol")                   \
    X(BASE_EREPORT_OTHER, -2117, "SNMPv3: the device refused the question by an unknown report")   \
    /* RFC 3414 2.2.2: only a new engine id, or setting its SNMPv3 up anew, helps */               \
    X(BASE_EUSM_LATCHED, -2118, "SNMPv3: the device's boot counter is used up; reset its SNMPv3")  \
    /* RFC 3412 7.2: it speaks for another engine than it was asked about, as proxies do */        \
    X(BASE_EUSM_PROXY, -2119,                                                                      \
      "SNMPv3: the answers were about another engine's context; set context_engine_id for a "      \
      "proxy")

enum base_status {
#define BASE_STATUS_ENUM(name, value, text) name = (value),
    BASE_STATUS(BASE_STATUS_ENUM)
#undef BASE_STATUS_ENUM
};

/* Says whether a code is one of SNMPv3's: the device is there, but its security said no. */
static inline bool base_is_security(int status)
{
    return status <= BASE_EUSM_PARSE && status >= BASE_EUSM_PROXY;
}

#define BASE_MUST_CHECK __attribute__((warn_unused_result))
#define BASE_PRINTF(format_index, first_index)                                                     \
    __attribute__((format(printf, format_index, first_index)))
#define BASE_ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The structure that holds `member` at `pointer`; for intrusive nodes. */
#define BASE_CONTAINER_OF(pointer, type, member)                                                   \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* A promise of the caller; stays on in release builds and aborts with file and line.
 * Network, disk and configuration content must never reach it. */
#define BASE_REQUIRE(condition)                                                                    \
    ((condition) ? (void)0 : base_require_failed(#condition, __FILE__, __LINE__))

/* Returns: the English sentence for a code of ours or for -errno; never NULL, static storage. */
const char *base_strerror(int status);

/* Writes the sentence about a failure into `message` of cap bytes, cut to fit. Returns: `code`. */
int base_fail(int code, char *message, size_t cap, const char *format, ...) BASE_PRINTF(4, 5);

/* Prints the broken promise to stderr and aborts. Called by BASE_REQUIRE only. */
_Noreturn void base_require_failed(const char *condition, const char *file, int line);
