/*
 * How the agent and its fleet do, out of the store, the lock of the agent and the note that it
 * keeps: figures only, for whoever shows them.
 */
#pragma once

#include "core/app/agent_lock.h"
#include "core/app/agent_note.h"
#include "core/app/view.h"

/* A device is overdue when it was polled before so many of its intervals. */
#define STATUS_READ_LATE_INTERVALS 2

struct status_read {
    int64_t now_unix_ms;
    bool is_running;
    struct agent_lock agent; /* when it runs */
    bool has_note;           /* an agent has run on this store */
    struct agent_note note;
    uint64_t known; /* devices; each is one of: */
    uint64_t ok;
    uint64_t silent;  /* the last polls were not answered, */
    uint64_t offline; /* so many that it is sure (SCHEDULE_PATIENCE) */
    uint64_t never_read;
    uint64_t out_of_scope;
    uint64_t overdue;               /* of those that are polled */
    struct store_device latest_due; /* of the overdue the one polled longest ago */
    struct store_device oldest;     /* reading, of devices that answer; number 0 = none */
    bool is_searching;
    int64_t next_search_unix_ms; /* 0 = none, or it is under way */
    struct store_figures store;
    uint8_t installation[STORE_INSTALLATION_BYTES];
};

/* Reads everything. path: of the store that the view has open. Returns: 0; -errno; BASE_ESTORE. */
BASE_MUST_CHECK int status_read(struct view *view, const char *path, struct status_read *out);
