#include "core/app/status_read.h"

#include "core/fleet/schedule.h"

static void count(struct status_read *status, const struct store_device *device)
{
    if (device->last_answered_unix_ms == 0) {
        status->never_read++;
    } else if (device->failures == 0) {
        status->ok++;
    } else if (device->failures < SCHEDULE_PATIENCE) {
        status->silent++;
    } else {
        status->offline++;
    }
    bool is_oldest = status->oldest.number == 0 ||
                     device->last_answered_unix_ms < status->oldest.last_answered_unix_ms;
    if (device->failures == 0 && device->last_answered_unix_ms != 0 && is_oldest) {
        status->oldest = *device;
    }
}

static void check_due(struct status_read *status, const struct store_device *device)
{
    const int64_t *facts = status->note.facts;
    const struct schedule_rules rules = {.every_ms = facts[AGENT_NOTE_POLL_EVERY],
                                         .offline_every_ms = facts[AGENT_NOTE_OFFLINE_EVERY]};
    int64_t late_ms = STATUS_READ_LATE_INTERVALS * schedule_interval_ms(&rules, device->failures);
    if (!status->has_note || status->now_unix_ms - device->last_polled_unix_ms <= late_ms) {
        return;
    }
    if (status->overdue == 0 ||
        device->last_polled_unix_ms < status->latest_due.last_polled_unix_ms) {
        status->latest_due = *device;
    }
    status->overdue++;
}

static void look_at_search(struct status_read *status)
{
    const int64_t *facts = status->note.facts;
    const struct schedule_job job = {.every_ms = facts[AGENT_NOTE_SEARCH_EVERY],
                                     .at_minute = (int)facts[AGENT_NOTE_SEARCH_AT]};
    if (!status->has_note || !status->is_running || facts[AGENT_NOTE_SEARCHES] == 0) {
        return;
    }
    int64_t began = facts[AGENT_NOTE_SEARCH_BEGAN];
    status->is_searching = began > facts[AGENT_NOTE_SEARCH_ENDED];
    if (!status->is_searching) {
        status->next_search_unix_ms =
            status->now_unix_ms + schedule_job_wait_ms(&job, began, status->now_unix_ms);
    }
}

int status_read(struct view *view, const char *path, struct status_read *out)
{
    struct store_device device;
    uint32_t number = 0;
    *out = (struct status_read){.now_unix_ms = view->now_unix_ms};
    int rc = agent_lock_look(path, &out->agent);
    out->is_running = rc == 0;
    if (rc != 0 && rc != BASE_ENOTFOUND) {
        return rc;
    }
    rc = store_figures(view->store, &out->store);
    rc = rc == 0 ? store_installation(view->txn, out->installation) : rc;
    if (rc != 0) {
        return rc;
    }
    out->has_note = agent_note_read(view->txn, &out->note) == 0;
    while (view_next(view, &number, &device)) {
        out->known++;
        if (scoping_of(&view->scoping, view->txn, &device, NULL) == SCOPE_OUT) {
            out->out_of_scope++;
        } else {
            count(out, &device);
            check_due(out, &device);
        }
    }
    look_at_search(out);
    return 0;
}
