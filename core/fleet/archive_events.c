#include "core/fleet/archive_events.h"

#include "core/base/hash64.h"
#include "core/fleet/events_pack.h"
#include "core/fleet/forecast.h"
#include "core/fleet/lineage_memory.h"
#include "core/fleet/memory.h"
#include "core/fleet/rows_trend.h"

/* One answer under way. */
struct telling {
    struct store_txn *txn;
    const struct archive_entry *entry;
    const struct events_rules *rules;
    struct store_device *device;
    struct archive_figures *figures;
    struct events_facts facts;
    struct events_state state;
    struct events_list list;
};

int archive_events_tell(struct store_txn *txn, const struct archive_entry *entry,
                        struct store_device *device, const struct rows_change *change,
                        struct archive_figures *figures)
{
    uint8_t payload[ROWS_CHANGE_BYTES_MAX];
    size_t size = rows_put_change(payload, change);
    figures->event_rows++;
    return store_chain_append(txn, STORE_EVENTS, device, entry->polled_at_unix_ms,
                              bytes_of(payload, size));
}

static int tell_all(struct telling *telling)
{
    int rc = 0;
    for (size_t i = 0; i < telling->list.count && rc == 0; i++) {
        rc = archive_events_tell(telling->txn, telling->entry, telling->device,
                                 &telling->list.events[i], telling->figures);
    }
    return rc;
}

static int save(struct telling *telling)
{
    uint8_t bytes[EVENTS_STATE_BYTES_MAX];
    size_t size = events_put_state(bytes, &telling->state);
    return store_record_put(telling->txn, telling->device->number, ARCHIVE_PART_EVENTS,
                            bytes_of(bytes, size));
}

/* --- levels over time ------------------------------------------------------------------------- */

static int64_t counted(int64_t value)
{
    return value == ROWS_CHANGE_NOTHING || value < 0 ? TREND_ABSENT : value;
}

/* What the history gets: a level that waits for a second reading is not in it yet. */
static size_t list_values(const struct telling *telling, int64_t *values)
{
    const struct events_facts *facts = &telling->facts;
    const struct events_state *state = &telling->state;
    values[TREND_TOTAL] = counted(facts->total);
    values[TREND_COLOR] = counted(facts->color);
    for (size_t i = 0; i < state->slot_count; i++) {
        const struct events_slot *slot = &state->slots[i];
        int level = slot->said == EVENTS_UNSAID ? TREND_ABSENT : slot->said;
        values[TREND_SUPPLY + i] = slot->said >= 0 ? slot->percent : level;
    }
    return TREND_SUPPLY + state->slot_count;
}

/* The marks of a row: levels, counters and hour, so that one word tells which of them changed. */
#define LEVELS_MASK (UINT64_MAX << 40)
#define HOUR_MASK   UINT64_C(0xFFFF)

static uint64_t mark_of(const int64_t *values, size_t channels, int64_t unix_ms)
{
    uint64_t counters = hash64(bytes_of(values, TREND_SUPPLY * sizeof(*values)));
    uint64_t levels =
        hash64(bytes_of(values + TREND_SUPPLY, (channels - TREND_SUPPLY) * sizeof(*values)));
    return (levels & LEVELS_MASK) | (counters & ~LEVELS_MASK & ~HOUR_MASK) |
           ((uint64_t)(unix_ms / TREND_HOUR_MS) & HOUR_MASK);
}

static int keep_levels(struct telling *telling)
{
    int64_t values[TREND_CHANNELS_MAX];
    uint8_t payload[ROWS_TREND_BYTES_MAX];
    int64_t unix_ms = telling->entry->polled_at_unix_ms;
    if (!telling->facts.has_supplies ||
        (telling->facts.total == ROWS_CHANGE_NOTHING && telling->facts.supply_count == 0)) {
        return 0;
    }
    size_t channels = list_values(telling, values);
    uint64_t mark = mark_of(values, channels, unix_ms);
    uint64_t changed = mark ^ telling->device->marks.supplies;
    bool has_moved = (changed & LEVELS_MASK) != 0 ||
                     ((changed & HOUR_MASK) != 0 && (changed & ~LEVELS_MASK & ~HOUR_MASK) != 0);
    if (!has_moved) {
        return 0;
    }
    telling->device->marks.supplies = mark;
    telling->figures->history_rows++;
    return store_chain_append(telling->txn, STORE_HISTORY, telling->device, unix_ms,
                              bytes_of(payload, rows_put_trend(payload, values, channels)));
}

/* --- ordering --------------------------------------------------------------------------------- */

static int64_t days_left(const struct forecast_device *judged, const struct telling *telling,
                         size_t at)
{
    const struct events_slot *slot = &telling->state.slots[at];
    const struct forecast_question question = {.channel = TREND_SUPPLY + at,
                                               .grain = events_grain(slot),
                                               .since_unix_ms = slot->since_unix_ms,
                                               .now_unix_ms = telling->entry->polled_at_unix_ms};
    struct forecast forecast;
    forecast_supply(judged, &question, &forecast);
    return forecast.reason == FORECAST_KNOWN ? (int64_t)forecast.days : ROWS_CHANGE_NOTHING;
}

/* is_new: there is nothing yet that a forecast could be made of. */
static int request(struct telling *telling, bool is_new)
{
    struct events_state *state = &telling->state;
    struct forecast_device judged;
    struct trend trend;
    bool is_loaded = false;
    int rc = 0;
    trend_init(&trend);
    for (size_t i = 0; i < state->slot_count && rc == 0; i++) {
        if (!events_may_request(telling->rules, &state->slots[i])) {
            continue;
        }
        if (!is_new && !is_loaded) {
            rc = lineage_trend(telling->txn, telling->device, state, TREND_DAYS, &trend);
            forecast_device_make(&judged, &trend);
            is_loaded = true;
        }
        if (rc == 0) {
            events_request(telling->rules, &state->slots[i],
                           is_new ? ROWS_CHANGE_NOTHING : days_left(&judged, telling, i),
                           &telling->list);
        }
    }
    trend_fini(&trend);
    return rc;
}

/* A forecast is dear: once a UTC day, and when a supply has run low. */
static bool is_time_to_ask(const struct telling *telling, int64_t answered_unix_ms)
{
    if (telling->entry->polled_at_unix_ms / TREND_DAY_MS != answered_unix_ms / TREND_DAY_MS) {
        return true;
    }
    for (size_t i = 0; i < telling->list.count; i++) {
        enum rows_event kind = telling->list.events[i].kind;
        if (kind == ROWS_SUPPLY_LOW || kind == ROWS_SUPPLY_EMPTY || kind == ROWS_SERVICE_NEAR_END) {
            return true;
        }
    }
    return false;
}

/* --- answers and silence ---------------------------------------------------------------------- */

static int answer(struct telling *telling, int64_t answered_unix_ms)
{
    events_answer(telling->rules, &telling->state, &telling->facts,
                  telling->entry->polled_at_unix_ms, answered_unix_ms, &telling->list);
    int rc = keep_levels(telling);
    if (rc == 0 && is_time_to_ask(telling, answered_unix_ms)) {
        rc = request(telling, answered_unix_ms == 0);
    }
    return rc == 0 ? tell_all(telling) : rc;
}

int archive_events_answer(struct store_txn *txn, const struct archive_slice *slice,
                          const struct archive_entry *entry, struct store_device *device,
                          int64_t answered_unix_ms, struct archive_figures *figures)
{
    struct telling telling;
    struct bytes facts = archive_bytes(slice, entry->facts);
    telling.txn = txn;
    telling.entry = entry;
    telling.rules = &slice->rules;
    telling.device = device;
    telling.figures = figures;
    if (events_get_facts(facts, &telling.facts) != 0) {
        telling.facts = (struct events_facts){.total = ROWS_CHANGE_NOTHING}; /* it answered */
    }
    int rc = memory_load_state(txn, device->number, &telling.state);
    rc = rc == 0 ? answer(&telling, answered_unix_ms) : rc;
    return rc == 0 ? save(&telling) : rc;
}

int archive_events_silence(struct store_txn *txn, const struct archive_slice *slice,
                           const struct archive_entry *entry, struct store_device *device,
                           struct archive_figures *figures)
{
    struct telling telling;
    if (device->failures < (uint32_t)slice->rules.offline_polls) {
        return 0;
    }
    telling.txn = txn;
    telling.entry = entry;
    telling.rules = &slice->rules;
    telling.device = device;
    telling.figures = figures;
    int rc = memory_load_state(txn, device->number, &telling.state);
    if (rc != 0) {
        return rc;
    }
    events_no_answer(telling.rules, &telling.state, device->failures, entry->polled_at_unix_ms,
                     device->last_answered_unix_ms, &telling.list);
    if (telling.list.count == 0) {
        return 0;
    }
    rc = tell_all(&telling);
    return rc == 0 ? save(&telling) : rc;
}
