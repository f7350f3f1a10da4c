/*
 * What the agent does beside asking, on a worker thread, one at a time: keeps its note in the store
 * and compacts what is due.
 */
#pragma once

#include <uv.h>

#include "core/app/agent_note.h"

struct agent_chores {
    uv_loop_t *loop;
    struct store *store;
    void *owner;
    void (*done)(void *owner); /* a chore has ended */
    /* Zeros at first. */
    uv_work_t work;
    struct agent_note note; /* that is being written */
    bool is_busy;
    bool is_compacting;
    int status; /* of the last chore */
    int64_t compacted_us;
};

/* Writes the note, or compacts when that is due and there is nothing to write (note NULL). Nothing
 * while something is under way. Returns: whether the note is being written. */
bool agent_chores_do(struct agent_chores *chores, const struct agent_note *note);

/* Writes the note now, on this thread. Returns: as store_commit. */
BASE_MUST_CHECK int agent_chores_write(struct store *store, const struct agent_note *note);
