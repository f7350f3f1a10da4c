/*
 * Which credential a device is asked with next, until one is answered.
 *
 * Candidates are the credentials of the list that cover the address, in the list's order. All users
 * of SNMPv3 together are one way of asking: one discovery tells for all of them whether anybody is
 * there. Each community in each version is a way of its own. As long as nothing has been heard, the
 * attempts of a device are shared out among the ways, so that an address where nobody is costs no
 * more than they; only where there are more ways than attempts, each way costs one.
 * A scan (search.h) may have heard the device before: then the way that was answered is asked alone
 * at first, with one attempt more since somebody is there; before it, once each, those that the
 * list prefers and that protect better or are of a higher version: their packets may be lost.
 * What worked last time is asked alone: when it is silent, the device is asleep or away, and its
 * other secrets need not be called into the dark. The poll after that begins with the list again.
 * Of a user of v3 a discovery tells which: many devices drop what they cannot decrypt or verify,
 * and one that is discovered but answers nothing has had its passwords changed.
 * What a device says of its security moves on to the next user at once; a clock or an engine id
 * that has changed is mended once a poll.
 *
 * Pure logic: it sends nothing and reads no clock. access_start gives the first step; take it, tell
 * how it ended by access_discovered, access_failed or access_refused, take the step that they give;
 * at ACCESS_END nothing is left. Once an answer has come, nothing more is asked here.
 * Sources: RFC 3414 section 3.2 and 5, facts 4.1 #1 and #20, security facts R14 and R15.
 */
#pragma once

#include "core/base/base.h"
#include "core/fleet/credential.h"
#include "core/fleet/learned.h"

enum access_step {
    ACCESS_DISCOVER,   /* ask in v3 which engine is there */
    ACCESS_REDISCOVER, /* forget the engine, then the same */
    ACCESS_ASK,        /* ask with the current credential */
    ACCESS_KNOCK,      /* the same with a small question: the usual one may have become too large */
    ACCESS_RETIME,     /* forget the engine's clock and ask again */
    ACCESS_END,        /* nothing is left: access->error */
};

/* What is known before. All borrowed; the list must live as long as the access. */
struct access_terms {
    const struct credentials *list;
    const struct target *address;
    const struct learned *learned;
    const struct credential *only; /* of the list: nothing else is asked with; NULL = any */
    uint8_t attempts; /* datagrams that a device gets before it is called silent, at least 1 */
    bool is_known;    /* it has been read before: knocking may help */
    bool is_review;   /* the daily poll of everything: what comes before the remembered one in the
                       * list and protects better gets another chance */
    bool is_rediscovered; /* its engine was asked anew less than a minute ago: not again (R14) */
    uint8_t heard;  /* 1 + index of what a scan has been answered to, of all users the first that
                       * is meant for the address; 0 = nothing. Of a device never read. */
    bool is_search; /* each way of asking has the attempts, each version of a community half of
                         them and one; what worked last time is only the first to be tried */
};

struct access {
    const struct credentials *list;
    uint64_t left;       /* bit per credential that may still be asked with */
    uint64_t others;     /* the same, while one is asked alone */
    uint64_t covering;   /* all that are meant for the address */
    int error;           /* the most telling so far, 0 = none */
    uint8_t error_index; /* the credential that it is about */
    uint8_t index;       /* the current credential; meaningless before the first step */
    uint8_t remembered;  /* ACCESS_NOBODY */
    uint8_t heard;       /* ACCESS_NOBODY */
    uint8_t attempts;    /* datagrams for the current step */
    uint8_t attempts_all;
    uint8_t attempts_left; /* of an address that has said nothing */
    bool has_engine;       /* the engine of the device is known */
    bool is_discovering;
    bool is_known;
    bool is_alone;
    bool is_search;
    bool is_knocking;
    bool was_silent;      /* one way of asking was not answered */
    bool was_user_silent; /* the device has an engine but did not answer a user */
    bool has_discovered;  /* in this poll: somebody is there */
    bool has_retimed;
    bool has_rediscovered;
    bool is_checking; /* whether the device is there at all: it has not answered its user */
};

#define ACCESS_NOBODY 0xff

/* Begins; ACCESS_END with BASE_ECREDENTIAL when no credential is meant for the address.
 * access->has_engine says then whether the learned engine serves. */
enum access_step access_start(struct access *access, const struct access_terms *terms);

/* An engine has been discovered. */
enum access_step access_discovered(struct access *access);

/* The step ended with a code. */
enum access_step access_failed(struct access *access, int status);

/* A device that has been answering to the current credential says no by a code of SNMPv3. Gives
 * ACCESS_RETIME or ACCESS_REDISCOVER when that may mend it; else ACCESS_END. */
enum access_step access_interrupted(struct access *access, int status);

/* The device has answered that it shows nothing to this credential (authorizationError). */
enum access_step access_refused(struct access *access);

/* The credential that is asked with, or was answered. */
const struct credential *access_current(const struct access *access);

/* The credential that access->error is about; NULL when it is about none. */
const struct credential *access_blamed(const struct access *access);
