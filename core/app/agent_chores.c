#include "core/app/agent_chores.h"

#include "core/app/service.h"
#include "core/base/clock.h"
#include "core/fleet/compact.h"

#define COMPACT_EVERY_US (INT64_C(3600) * 1000000)
/* Devices that are compacted at a time at most: a second or so. */
#define COMPACT_DEVICES 5000

/* Times that the note is repeated while the map grows. */
#define WRITE_ATTEMPTS 8

int agent_chores_write(struct store *store, const struct agent_note *note)
{
    int rc = BASE_ELIMIT;
    for (int attempt = 0; attempt < WRITE_ATTEMPTS && rc == BASE_ELIMIT; attempt++) {
        struct store_txn *txn = NULL;
        rc = store_begin(store, true, &txn);
        if (rc != 0) {
            return rc;
        }
        rc = agent_note_write(txn, note);
        if (rc == 0 || rc == BASE_ELIMIT) {
            rc = store_commit(txn);
        } else {
            store_abort(txn);
        }
    }
    return rc;
}

static void work(uv_work_t *handle)
{
    struct agent_chores *chores = handle->data;
    struct compact_figures figures;
    const struct compact_order order = {.now_unix_ms = clock_unix_ms(),
                                        .devices_max = COMPACT_DEVICES};
    chores->status = chores->is_compacting ? compact_run(chores->store, &order, &figures)
                                           : agent_chores_write(chores->store, &chores->note);
}

static void worked(uv_work_t *handle, int status)
{
    struct agent_chores *chores = handle->data;
    chores->is_busy = false;
    chores->status = status != 0 ? status : chores->status;
    if (chores->status != 0) {
        service_log(SERVICE_WARNING,
                    chores->is_compacting ? "the store could not be compacted: %s"
                                          : "the agent's note could not be written: %s",
                    base_strerror(chores->status));
    }
    chores->done(chores->owner);
}

static void begin(struct agent_chores *chores)
{
    chores->work.data = chores;
    chores->is_busy = uv_queue_work(chores->loop, &chores->work, work, worked) == 0;
}

bool agent_chores_do(struct agent_chores *chores, const struct agent_note *note)
{
    if (chores->is_busy) {
        return false;
    }
    if (note != NULL) {
        chores->note = *note;
        chores->is_compacting = false;
        begin(chores);
        return chores->is_busy;
    }
    if (clock_mono_us() - chores->compacted_us >= COMPACT_EVERY_US) {
        chores->compacted_us = clock_mono_us();
        chores->is_compacting = true;
        begin(chores);
    }
    return false;
}
