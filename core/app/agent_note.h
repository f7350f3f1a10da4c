/*
 * What the agent keeps about itself in the store: where it stands in its schedule, so that a
 * restart goes on with it, and what `platen status` tells. Times are of the wall clock (unix ms),
 * 0 = never; lengths are ms.
 */
#pragma once

#include "core/base/base.h"
#include "store/store.h"

enum agent_note_fact {
    AGENT_NOTE_STARTED,
    AGENT_NOTE_STOPPED, /* cleanly; 0 while it runs, and after a crash */
    AGENT_NOTE_WRITTEN,
    AGENT_NOTE_POLL_EVERY,
    AGENT_NOTE_OFFLINE_EVERY,
    AGENT_NOTE_FULL_EVERY,
    AGENT_NOTE_SEARCHES, /* 1: it has somewhere to search */
    AGENT_NOTE_SEARCH_EVERY,
    AGENT_NOTE_SEARCH_AT, /* minutes since midnight, -1 = by interval */
    AGENT_NOTE_SEARCH_BEGAN,
    AGENT_NOTE_SEARCH_ENDED, /* the last one that came to its end */
    AGENT_NOTE_SEARCH_TOOK,
    AGENT_NOTE_SEARCH_ADDRESSES,
    AGENT_NOTE_SEARCH_PRINTERS,
    AGENT_NOTE_SEARCH_NEW,
    AGENT_NOTE_ROUND_ENDED,
    AGENT_NOTE_ROUND_TOOK,
    AGENT_NOTE_ROUND_POLLED,
    AGENT_NOTE_ROUND_OK,
    AGENT_NOTE_ROUND_SILENT,
    AGENT_NOTE_LAG_MAX, /* of the loop since the start */
    AGENT_NOTE_FACTS
};

struct agent_note {
    int64_t facts[AGENT_NOTE_FACTS];
};

/* Returns: 0; BASE_ENOTFOUND; BASE_EFORMAT; BASE_EVERSION; as store_note_get. */
BASE_MUST_CHECK int agent_note_read(struct store_txn *txn, struct agent_note *out);

/* Returns: as store_note_put. */
BASE_MUST_CHECK int agent_note_write(struct store_txn *txn, const struct agent_note *note);
