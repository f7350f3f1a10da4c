/*
 * A sweep: every target polled once, as many at a time as the window allows.
 *
 * For each target a poll is started: it takes what is known of the device, asks by its plan, and
 * ends with two records and what was learned. The sweep admits new polls as old ones end; a device
 * that has not answered its first datagram in time leaves the window, so dead addresses hold up no
 * live one. It owns its engine, opens no socket and no store, and reads no clock: the command
 * wires it to both.
 * Memory: some 500 octets per poll waiting for a first answer, 1 KB more where it is asked in v3,
 * some 10 KB more per poll that reads.
 */
#pragma once

#include "core/base/base.h"
#include "core/engine/engine.h"
#include "core/engine/wire.h"
#include "core/fleet/credential.h"
#include "core/fleet/learned.h"
#include "core/fleet/walk.h"
#include "proto/profile.h"
#include "proto/record.h"

struct sweep;

/* How the version of SNMP is chosen where one community is all there is. */
enum sweep_version {
    SWEEP_AUTO, /* what worked last time; else v2c, and v1 with the last attempt */
    SWEEP_V1,
    SWEEP_V2C,
};

struct sweep_config {
    struct engine_config engine;
    uint32_t window; /* polls at a time whose device answers or has not been given up */
    const struct credentials *credentials; /* must outlive the sweep, unchanged. NULL: made from: */
    struct bytes community; /* must outlive the sweep; 1..CREDENTIAL_COMMUNITY_MAX octets */
    enum sweep_version version;
    struct usm_keyring *keyring; /* NULL: the sweep has its own */
    /* Linked; what vendors keep in private objects is asked for, too. Must outlive the sweep,
     * unchanged. NULL: the standard's objects alone. */
    const struct profile_set *profiles;
    /* Into this one the whole MIB of the only target is walked. NULL: no walk. */
    struct walk *walk;
    bool is_full;              /* read the static part whatever was learned */
    bool is_forced;            /* poll devices whose breaker is open, too */
    bool is_search;            /* most addresses are expected to be nobody's: what is not known is
                                    asked one small question first, and each way of asking has
                                    attempts of its own */
    int64_t static_max_age_ms; /* the static part is read again after this; 0 = never by age */
    int64_t unix_ms_at_zero;   /* wall time minus monotonic time, ms: turns one into the other */
};

/* One target's end. Everything is borrowed until the callback returns. */
struct sweep_result {
    const union wire_address *address;
    struct record_header header;   /* status, error, failed tables, times */
    struct bytes static_part;      /* whole record; empty when it was not asked or nothing came */
    struct bytes moving_part;      /* whole record; a header alone when nothing came */
    const struct learned *learned; /* to be kept for the next poll */
    /* What it answered to; of a poll without answer what header.error is about, NULL = none. */
    const struct credential *credential;
    struct bytes context; /* that it answered in; empty = the default one */
    /* Which of the printers at the address this is, by context; "" = the only one, or the one of
     * the default context. Known places follow their address; of others only who was found. */
    const char *place;
    int64_t since_unix_ms; /* of a place: what answered since then is side by side; else 0 */
    int64_t duration_us;   /* from the first datagram to the end */
    bool is_canceled;      /* sweep_stop cut it short: nothing of it may be kept */
};

struct sweep_events {
    void *owner;
    /* Gives the next target. Returns false when there are no more. */
    bool (*next)(void *owner, union wire_address *address);
    /* Gives what was learned of a device. Returns false when it is new. */
    bool (*recall)(void *owner, const union wire_address *address, struct learned *learned);
    /* The same of a place at the address. NULL = addresses have no places. */
    bool (*recall_place)(void *owner, const union wire_address *address, const char *place,
                         struct learned *learned);
    /* A target has ended; called once for each, and for each further printer at its address. May
     * not call the sweep, except sweep_stop. */
    void (*ended)(void *owner, const struct sweep_result *result);
};

struct sweep_counters {
    uint64_t started;
    uint64_t by_status[RECORD_ERROR + 1];
    uint64_t places; /* of the results by_status: those of further printers at an address */
    uint64_t canceled;
    uint64_t questions; /* PDUs asked, retries not counted */
    uint64_t varbinds;  /* received */
    uint64_t breaker_skipped;
    uint32_t active;
};

/* Makes a sweep; `wire` must outlive it. NULL when memory is short, or the community is empty or
 * too long. */
struct sweep *sweep_new(const struct sweep_config *config, const struct wire *wire,
                        const struct sweep_events *events);

/* Frees the sweep; polls under way are forgotten without an end. NULL is allowed. */
void sweep_free(struct sweep *sweep);

/* The three events of the wire. sweep_turn returns when it wants the next turn (us). */
void sweep_received(struct sweep *sweep, const union wire_address *from, struct bytes datagram,
                    int64_t now_us);
void sweep_unreachable(struct sweep *sweep, const union wire_address *to, struct bytes datagram,
                       int64_t now_us);
int64_t sweep_turn(struct sweep *sweep, int64_t now_us);

/* Starts no more polls and cancels those under way, which end as canceled. */
void sweep_stop(struct sweep *sweep);

/* Keeps new polls from being started while set: the taker of results is behind. */
void sweep_hold(struct sweep *sweep, bool is_held);

/* There are targets again after `next` has said that there are none. Nothing once stopped. */
void sweep_more(struct sweep *sweep);

/* Sets the wall clock anew, as config.unix_ms_at_zero: it may have been put right since. */
void sweep_set_clock(struct sweep *sweep, int64_t unix_ms_at_zero);

/* Says whether every target has ended. */
bool sweep_is_done(const struct sweep *sweep);

/* What has happened so far, and the engine that asks; both live as long as the sweep. */
const struct sweep_counters *sweep_counters(const struct sweep *sweep);
const struct engine *sweep_engine(const struct sweep *sweep);
