#include "core/app/outlook.h"

#include <math.h>
#include <string.h>

#include "core/fleet/lineage_memory.h"
#include "core/fleet/memory.h"

/* What is to be ordered at once, and what soon. */
#define DAYS_BAD  7
#define DAYS_WARN 30

void outlook_open(struct outlook *outlook, struct view *view, const struct store_device *device)
{
    outlook->view = view;
    outlook->device = device;
    outlook->is_loaded = false;
    trend_init(&outlook->trend);
}

static void load(struct outlook *outlook)
{
    struct store_txn *txn = outlook->view->txn;
    const struct store_device *device = outlook->device;
    int rc = memory_load_state(txn, device->number, &outlook->state);
    rc = rc == 0 ? lineage_trend(txn, device, &outlook->state, TREND_DAYS, &outlook->trend) : rc;
    if (rc != 0) {
        outlook->view->damaged++;
        outlook->state.slot_count = 0;
    }
    forecast_device_make(&outlook->judged, &outlook->trend);
    outlook->is_loaded = true;
}

void outlook_close(struct outlook *outlook)
{
    trend_fini(&outlook->trend);
}

void outlook_judge(struct outlook *outlook, const struct reading_supply *supply,
                   struct forecast *out)
{
    const struct events_state *state = &outlook->state;
    *out = forecast_nothing;
    if (!outlook->is_loaded) {
        load(outlook);
    }
    for (size_t i = 0; i < state->slot_count; i++) {
        const struct events_slot *slot = &state->slots[i];
        if (strcmp(slot->index, supply->index) == 0) {
            const struct forecast_question question = {.channel = TREND_SUPPLY + i,
                                                       .grain = events_grain(slot),
                                                       .since_unix_ms = slot->since_unix_ms,
                                                       .now_unix_ms = outlook->view->now_unix_ms};
            forecast_supply(&outlook->judged, &question, out);
            return;
        }
    }
}

bool outlook_is_within(const struct forecast *forecast, int64_t days)
{
    return forecast->reason == FORECAST_KNOWN && forecast->low <= (double)days;
}

void outlook_set(struct table *table, size_t first, const struct forecast *forecast)
{
    table_set_text(table, first + OUTLOOK_REASON, forecast_reason_name(forecast->reason));
    if (forecast->reason != FORECAST_KNOWN) {
        return;
    }
    if (forecast_is_exact(forecast)) {
        table_set_number(table, first + OUTLOOK_DAYS, (int64_t)floor(forecast->days));
    } else {
        table_set_bound(table, first + OUTLOOK_DAYS, (int64_t)floor(forecast->low));
        table_set_number(table, first + OUTLOOK_AT_LEAST, (int64_t)floor(forecast->low));
    }
    table_set_number(table, first + OUTLOOK_LOW, (int64_t)floor(forecast->low));
    table_set_number(table, first + OUTLOOK_HIGH, (int64_t)ceil(forecast->high));
    table_set_style(table, first + OUTLOOK_DAYS,
                    forecast->days <= DAYS_BAD    ? TERMINAL_BAD
                    : forecast->days <= DAYS_WARN ? TERMINAL_WARN
                                                  : TERMINAL_GOOD);
}
