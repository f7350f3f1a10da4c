/*
 * What Platen has learned about one device and keeps between polls: how it speaks and with which
 * credential, its SNMPv3 engine, how much it bears, how fast it answers, how many rows its tables
 * have, which objects it lacks. The store keeps it as opaque bytes under the device's address.
 * There is no secret in it.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "core/base/rto.h"
#include "core/engine/breaker.h"
#include "proto/object.h"
#include "proto/usm.h"

#define LEARNED_VERSION 5
/* Bytes of the encoding, of which the zeros at its end are left out, in sixteens; before version
 * 5 they stood there. Bytes of version 1, which had nothing of credentials and SNMPv3, of version
 * 2, which had nothing of private objects, and of version 3, which knew one printer per address. */
#define LEARNED_BYTES   320
#define LEARNED_BYTES_1 112
#define LEARNED_BYTES_2 176
#define LEARNED_BYTES_3 248

/* Octets of the names of an address's further places, each with its NUL. */
#define LEARNED_PLACES_BYTES 60

/* Private objects of one device that are remembered, in the order of its profile's questions. */
#define LEARNED_PRIVATE_MAX 64
/* In private_rows, else how many rows were there. */
#define LEARNED_PRIVATE_UNKNOWN 0
#define LEARNED_PRIVATE_ABSENT  255

/* What the device's profile says of how it must be asked (profile_limits); 0 = nothing. */
struct learned_limits {
    bool no_bulk;
    uint8_t repetitions;
    uint8_t varbinds;
    uint8_t version;
};

struct learned {
    bool is_known; /* a full poll has ended well: rows and absent are worth something */
    bool is_printer;
    bool is_bulk_broken;  /* answers GETNEXT but not GETBULK */
    uint8_t snmp_version; /* enum pdu_version; LEARNED_NO_VERSION until an answer came */
    uint8_t uptime_known; /* 0 or 1 */
    uint16_t reply_bytes; /* largest reply it is asked for; 0 = the default */
    struct rto rto;
    struct breaker breaker;
    int64_t config_changes;    /* prtGeneralConfigChanges at the last full poll, -1 = never given */
    uint32_t uptime_ticks;     /* sysUpTime at the last poll */
    int64_t polled_at_unix_ms; /* last poll that was answered */
    int64_t full_at_unix_ms;   /* last poll that read the static part */
    uint8_t rows[OBJECT_TABLE_COUNT]; /* rows seen, capped at 255 */
    uint32_t shape; /* which rows the tables with a static part had, and whose they were (plan.c),
                       0 = unknown */
    uint8_t absent[OBJECT_ID_LIMIT / 8]; /* bit per object id: asked, and not there */
    uint32_t credential;                 /* credential_key of what it answered to; 0 = not known */
    bool is_doubted;             /* it has been silent since: it may want another credential */
    bool is_jetdirect;           /* its printer is in the context "Jetdirect" */
    struct usm_engine_id engine; /* of its SNMPv3; size 0 = not known */
    uint32_t engine_boots;       /* as a signed message told; 0 when engine_at_unix_ms is 0 */
    uint32_t engine_time_s;
    int64_t engine_at_unix_ms; /* when they were told; 0 = never */
    uint32_t engine_max_size;  /* longest message that it takes; 0 = not told */
    uint32_t profile;          /* profile_key of its vendor's profile; 0 = it has none */
    uint8_t private_rows[LEARNED_PRIVATE_MAX]; /* of that profile's questions */
    bool is_private_apart; /* those do not go together with the standard's in one question */
    int64_t rediscovered_at_unix_ms; /* when its engine was last asked anew for; 0 = never */
    char places
        [LEARNED_PLACES_BYTES]; /* where its maker's boxes have further printers (poll_place.h),
                                          names one after the other */
    struct learned_limits limits;
};

#define LEARNED_NO_VERSION 0xff

/* Makes the state of a device never seen. */
void learned_init(struct learned *learned);

/* Writes the encoding into out[LEARNED_BYTES]. Returns: its size; the octets behind it are 0. */
size_t learned_encode(const struct learned *learned, uint8_t out[LEARNED_BYTES]);

/* Reads an encoding of this version or an older one. Returns: 0; BASE_EVERSION; BASE_EFORMAT. On
 * failure *out is untouched: the caller goes on as if the device were new. */
BASE_MUST_CHECK int learned_decode(struct bytes state, struct learned *out);

static inline bool learned_is_absent(const struct learned *learned, unsigned object)
{
    return (learned->absent[object / 8] >> (object % 8) & 1) != 0;
}

/* Says whether sysUpTime tells that not everything is as it was at the last poll: the device has
 * restarted, or another one answers at its address. The counter may wrap (after 497 days), may run
 * a little fast or slow, may stand still while the device sleeps, and may not be counted at all. */
bool learned_has_restarted(const struct learned *learned, uint32_t uptime_ticks,
                           int64_t now_unix_ms);
