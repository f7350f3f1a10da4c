/*
 * The judge of a virtual year: notes, poll by poll, what the truth shows to whoever looks at that
 * moment, and holds the events of the store against it afterwards. It knows what an event means and
 * nothing of how the product finds it.
 *
 * Where the truth was seen too seldom to be certain (an outage, a supply that was empty for one
 * poll) an event may be there or not, but never twice.
 */
#pragma once

#include "bench/year_world.h"
#include "core/fleet/rows_change.h"

/* What one filling of a supply showed at the polls that were answered. */
struct year_cycle {
    int64_t first_unix_ms; /* polls */
    int64_t last_unix_ms;
    unsigned cycle;
    unsigned polls;
    unsigned low_polls; /* low and not empty, before it was first empty */
    unsigned empty_polls;
    unsigned clear_polls; /* without an alert */
    int first_percent;    /* -1 = the device does not tell it */
    int second_percent;   /* at the next poll */
    int lowest;
    int settled; /* the lowest that two polls running agreed on; 100 = none */
    int last_percent;
    int64_t misread_unix_ms; /* last time */
    unsigned end_misreads;   /* as empty, when it nearly was: nobody can tell */
};

/* A supply under observation. */
struct year_watch {
    int64_t misread_unix_ms; /* last time, and the filling then */
    unsigned misread_cycle;
    struct year_cycle *cycles;
    size_t count;
    size_t cap;
};

/* A device under observation. */
struct year_record {
    struct year_watch supplies[YEAR_SUPPLIES_MAX];
    unsigned expected[ROWS_EVENT_COUNT]; /* of the device's own events */
    uint64_t truth_total;                /* pages between its first and its last reading */
    unsigned breaks;
    /* where the observer stands */
    int last_hour; /* of the last answer; -1 = none yet */
    bool was_asleep;
    unsigned failures;
    unsigned silence; /* 0 answers, 1 asleep, 2 offline, 3 gone */
    unsigned firmwares, moves, credentials;
};

struct year_verdict {
    uint64_t events;   /* that were held against the truth */
    uint64_t certain;  /* that had to be there */
    uint64_t missing;  /* and were not */
    uint64_t doubled;  /* more than there may be */
    uint64_t requests; /* to replenish */
    uint64_t requests_certain;
    uint64_t requests_doubled;
    uint64_t requests_missing;
    uint64_t wrong_kind; /* replaced early told as replaced, or the other way round */
};

/* What one supply shows at a poll. */
struct year_seen {
    int64_t unix_ms;
    unsigned cycle;
    int percent; /* -1 = not told */
    bool is_low; /* by level or alert */
    bool is_empty;
    bool has_alert;
};

/* Notes a supply at an answered poll. Returns: false when memory is short. */
bool year_judge_supply(struct year_record *record, unsigned supply, const struct year_seen *seen);

/* Notes that the level was misread. seen: what it was. */
void year_judge_misread(struct year_record *record, unsigned supply, const struct year_seen *seen,
                        bool as_empty);

/* Notes an answer, or that there was none. */
void year_judge_answer(struct year_record *record, const struct year_device *device, int hour);
void year_judge_silence(struct year_record *record, int hour);

/* An event of a device as it was told. */
struct year_events {
    int64_t unix_ms;
    enum rows_event kind;
    int supply; /* of the device's list, -1 = the device itself */
};

/* Holds the events of a device, counted by kind, and those of each supply against the record, and
 * adds what it thinks of them to the verdict. */
void year_judge_events(const struct year_record *record, const struct year_device *device,
                       const struct year_events *events, size_t count,
                       struct year_verdict *verdict);

/* Frees what the record has of supplies. */
void year_judge_free(struct year_record *record);
