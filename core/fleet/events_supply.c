#include "core/fleet/events_supply.h"

#include <stdlib.h>

#include "core/base/hash64.h"

#define DAY_MS INT64_C(86400000)

/* A rise that no shaking makes. */
#define RISE_SURE 10

/* Changes of the level after which its step is believed, and the least that is no chance. */
#define GRAIN_LEAST   5
#define GRAIN_CHANGES 3

/* A supply that tells a level above this is not low, whatever an alert says: the alert is of the
 * cartridge before, and stays until the device has looked. */
#define ALERT_PERCENT 40

/* Readings without the alerts after which a supply that gives no level is refilled. */
#define CLEAR_READINGS 2

/* What the pace is measured over, at least: a few points, or days. */
#define RATE_POINTS 3
#define RATE_MS     (7 * DAY_MS)

/* Writes a text that ends in NUL, cut to what `cap` octets hold. */
static void put_cut(char *out, struct bytes text, size_t cap)
{
    size_t size = text.size < cap ? text.size : cap - 1;
    bytes_copy((uint8_t *)out, bytes_of(text.data, size));
    out[size] = '\0';
}

/* Most indexes are short and differ in their first word. */
static bool is_of(const struct events_slot *slot, const char index[EVENTS_INDEX_MAX])
{
    const size_t word = sizeof(uint64_t);
    return memcmp(slot->index, index, word) == 0 &&
           memcmp(slot->index + word, index + word, EVENTS_INDEX_MAX - word) == 0;
}

/* Returns: the place of the slot of this index; slot_count when there is none. */
static size_t find_slot(const struct events_state *state, const char text[EVENTS_INDEX_MAX],
                        size_t likely)
{
    size_t at = 0;
    if (likely < state->slot_count && is_of(&state->slots[likely], text)) {
        return likely;
    }
    while (at < state->slot_count && !is_of(&state->slots[at], text)) {
        at++;
    }
    return at;
}

struct events_slot *events_supply_slot(struct events_state *state,
                                       const struct events_supply *supply, size_t likely,
                                       int64_t now_unix_ms)
{
    char index[EVENTS_INDEX_MAX] = "";
    put_cut(index, supply->index, sizeof(index));
    size_t at = find_slot(state, index, likely);
    if (at == EVENTS_SUPPLIES_MAX) {
        return NULL;
    }
    struct events_slot *slot = &state->slots[at];
    if (at == state->slot_count) {
        state->slot_count++;
        *slot = (struct events_slot){.percent = EVENTS_UNKNOWN,
                                     .lowest = EVENTS_UNKNOWN,
                                     .pending = EVENTS_UNKNOWN,
                                     .since_unix_ms = now_unix_ms};
        memcpy(slot->index, index, sizeof(slot->index));
    }
    put_cut(slot->name, supply->name, sizeof(slot->name));
    slot->role = (uint8_t)supply->role;
    slot->said = (int16_t)supply->percent;
    return slot;
}

/* --- steps of the level ----------------------------------------------------------------------- */

static uint8_t common_step(uint8_t a, uint8_t b)
{
    while (b != 0) {
        uint8_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

int events_grain(const struct events_slot *slot)
{
    return slot->changes < GRAIN_CHANGES || slot->grain < GRAIN_LEAST ? 1 : slot->grain;
}

/* The level at which a supply is low. In coarse steps it is the last one above empty: below it
 * there is no other. */
static int low_at(const struct events_rules *rules, const struct events_slot *slot)
{
    int low = slot->role == EVENTS_CONSUMABLE ? rules->low_percent : rules->service_percent;
    int grain = events_grain(slot);
    return grain > low && grain <= 34 ? grain : low;
}

/* --- telling ---------------------------------------------------------------------------------- */

static void tell(struct events_list *out, enum rows_event kind, const struct events_slot *slot,
                 int64_t value, int64_t since_unix_ms)
{
    events_add(out, &(struct rows_change){.kind = kind,
                                          .index = bytes_from_text(slot->index),
                                          .name = bytes_from_text(slot->name),
                                          .value = value,
                                          .since_unix_ms = since_unix_ms});
}

static void tell_end(struct events_slot *slot, bool is_empty, struct events_list *out)
{
    int64_t left = slot->percent >= 0 ? slot->percent : ROWS_CHANGE_NOTHING;
    if (is_empty && (slot->told & EVENTS_TOLD_EMPTY) == 0) {
        slot->told |= EVENTS_TOLD_EMPTY | EVENTS_TOLD_LOW;
        tell(out, ROWS_SUPPLY_EMPTY, slot, left, 0);
    } else if (!is_empty && (slot->told & EVENTS_TOLD_LOW) == 0) {
        slot->told |= EVENTS_TOLD_LOW;
        tell(out, slot->role == EVENTS_CONSUMABLE ? ROWS_SUPPLY_LOW : ROWS_SERVICE_NEAR_END, slot,
             left, 0);
    }
}

/* A new filling. left: of the old one, EVENTS_UNKNOWN. */
static void refill(const struct events_rules *rules, struct events_slot *slot, int left,
                   int64_t unix_ms, struct events_list *out)
{
    /* In coarse steps what was left can be a step less than what was said. */
    int surely = left - (events_grain(slot) > 1 ? events_grain(slot) : 0);
    bool is_early = left >= 0 && surely > rules->early_percent;
    tell(out, is_early ? ROWS_SUPPLY_REPLACED_EARLY : ROWS_SUPPLY_REPLACED, slot,
         left >= 0 ? left : ROWS_CHANGE_NOTHING, unix_ms);
    slot->told = 0;
    slot->clear = 0;
    slot->lowest = EVENTS_UNKNOWN;
    slot->since_unix_ms = unix_ms;
    slot->rate_unix_ms = 0;
}

/* --- levels ----------------------------------------------------------------------------------- */

static bool is_refilled(const struct events_slot *slot, int percent)
{
    int rise = percent - slot->lowest;
    if (slot->lowest < 0 && (slot->told & EVENTS_TOLD_BY_ALERT) != 0) {
        return percent >= EVENTS_FULL; /* it told no level until now */
    }
    return slot->lowest >= 0 &&
           ((rise >= EVENTS_RISE && percent >= EVENTS_FULL) || rise >= EVENTS_RISE_PART);
}

/* Follows how fast it goes, for events_may_request. */
static void pace(struct events_slot *slot, int percent, int64_t now_unix_ms)
{
    int64_t passed_ms = now_unix_ms - slot->rate_unix_ms;
    int fallen = slot->rate_percent - percent;
    if (slot->rate_unix_ms == 0 || fallen < 0 || passed_ms < 0) {
        slot->rate_unix_ms = now_unix_ms;
        slot->rate_percent = (int8_t)percent;
        return;
    }
    if (fallen < RATE_POINTS || passed_ms < RATE_MS) {
        return;
    }
    uint32_t rate = (uint32_t)((int64_t)fallen * 1000 * DAY_MS / passed_ms);
    rate = rate == 0 ? 1 : rate;
    slot->rate_milli = slot->rate_milli == 0 ? rate : (slot->rate_milli + rate) / 2;
    slot->rate_unix_ms = now_unix_ms;
    slot->rate_percent = (int8_t)percent;
}

static void take_level(const struct events_rules *rules, struct events_slot *slot, int percent,
                       int64_t now_unix_ms, struct events_list *out)
{
    if (slot->percent != percent) {
        slot->changes = slot->changes == UINT8_MAX ? slot->changes : (uint8_t)(slot->changes + 1);
    }
    slot->grain = common_step(slot->grain, (uint8_t)percent);
    slot->percent = (int8_t)percent;
    slot->pending = EVENTS_UNKNOWN;
    if (slot->lowest < 0 || percent < slot->lowest) {
        slot->lowest = (int8_t)percent;
    }
    pace(slot, percent, now_unix_ms);
    if (percent <= rules->empty_percent) {
        tell_end(slot, true, out);
    } else if (percent <= low_at(rules, slot)) {
        tell_end(slot, false, out);
    }
}

/* Says whether a level is so far from the last one that a second reading must agree. */
static bool needs_witness(const struct events_rules *rules, const struct events_slot *slot,
                          int percent)
{
    int fall = slot->percent - percent;
    if (slot->percent < 0 && slot->lowest < 0 && slot->changes > 0 && percent < EVENTS_FULL) {
        return true; /* a new cartridge that is not full */
    }
    if (slot->percent < 0) {
        return is_refilled(slot, percent);
    }
    return is_refilled(slot, percent) || fall >= EVENTS_FALL ||
           (percent <= rules->empty_percent && fall > EVENTS_FALL_END);
}

/* Says whether a level agrees with the pending one rather than with the one before. Whatever has
 * risen stays above what it was, also when it has been used since. */
static bool agrees(const struct events_slot *slot, int percent)
{
    int before = slot->percent >= 0 ? slot->percent : slot->lowest;
    if (before < 0) {
        return abs(percent - slot->pending) < EVENTS_RISE;
    }
    if (slot->pending > before) {
        int half = (slot->pending - before) / 2;
        return percent - before >= (half < RISE_SURE ? half : RISE_SURE);
    }
    return abs(percent - slot->pending) < abs(percent - before);
}

static void step_level(const struct events_rules *rules, struct events_slot *slot, int percent,
                       int64_t now_unix_ms, struct events_list *out)
{
    if (slot->pending >= 0 && agrees(slot, percent)) {
        int pending = slot->pending;
        if (is_refilled(slot, pending)) {
            refill(rules, slot, slot->lowest, slot->pending_unix_ms, out);
        }
        take_level(rules, slot, pending, slot->pending_unix_ms, out);
    }
    if (needs_witness(rules, slot, percent)) {
        if (slot->pending >= 0 && slot->pending < slot->lowest && is_refilled(slot, percent)) {
            slot->lowest = slot->pending; /* it was nearly empty, and nobody had to look twice */
        }
        slot->pending = (int8_t)percent;
        slot->pending_unix_ms = now_unix_ms;
        return;
    }
    take_level(rules, slot, percent, now_unix_ms, out);
}

/* --- supplies without a level ----------------------------------------------------------------- */

static void step_some(const struct events_rules *rules, struct events_slot *slot,
                      const struct events_supply *supply, int64_t now_unix_ms,
                      struct events_list *out)
{
    bool was_ended = slot->percent <= rules->empty_percent && slot->percent >= 0;
    bool by_alert = (slot->told & EVENTS_TOLD_BY_ALERT) != 0;
    bool can_tell = by_alert || (was_ended && supply->percent == EVENTS_SOME);
    if (!can_tell || supply->is_low_by_alert || supply->is_empty_by_alert) {
        slot->clear = 0;
        return;
    }
    slot->clear++;
    if (slot->clear == 1) {
        slot->pending_unix_ms = now_unix_ms;
    }
    if (slot->clear >= CLEAR_READINGS) {
        slot->percent = EVENTS_UNKNOWN;
        refill(rules, slot, slot->lowest, slot->pending_unix_ms, out);
    }
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Another cartridge needs no second reading: only a new one has a new number. */
static void step_serial(const struct events_rules *rules, struct events_slot *slot,
                        const struct events_supply *supply, int64_t now_unix_ms,
                        struct events_list *out)
{
    if (supply->serial.size == 0) {
        return;
    }
    uint64_t hash = hash64(supply->serial);
    uint32_t serial = (uint32_t)(hash ^ hash >> 32) | 1U;
    if (slot->serial != 0 && slot->serial != serial) {
        /* A fall that was seen once, right before, needs no second reading any more. */
        bool was_falling = slot->pending >= 0 && (slot->lowest < 0 || slot->pending < slot->lowest);
        refill(rules, slot, was_falling ? slot->pending : slot->lowest, now_unix_ms, out);
        slot->percent = EVENTS_UNKNOWN;
        slot->pending = EVENTS_UNKNOWN;
    }
    slot->serial = serial;
}

void events_supply_step(const struct events_rules *rules, struct events_slot *slot,
                        const struct events_supply *supply, int64_t now_unix_ms,
                        struct events_list *out)
{
    step_serial(rules, slot, supply, now_unix_ms, out);
    if (supply->percent >= 0 && supply->percent <= 100) {
        step_level(rules, slot, supply->percent, now_unix_ms, out);
    } else {
        step_some(rules, slot, supply, now_unix_ms, out);
    }
    if (slot->pending < 0 && supply->percent <= ALERT_PERCENT &&
        (supply->is_empty_by_alert || supply->is_low_by_alert)) {
        slot->told |= supply->percent >= 0 ? 0 : EVENTS_TOLD_BY_ALERT;
        tell_end(slot, supply->is_empty_by_alert, out);
    }
}

/* --- ordering --------------------------------------------------------------------------------- */

static bool is_low(const struct events_slot *slot)
{
    return (slot->told & EVENTS_TOLD_LOW) != 0;
}

bool events_may_request(const struct events_rules *rules, const struct events_slot *slot)
{
    if ((slot->told & EVENTS_TOLD_REQUEST) != 0 || slot->pending >= 0) {
        return false;
    }
    if (is_low(slot)) {
        return true;
    }
    if (slot->percent < 0 || slot->rate_milli == 0) {
        return false;
    }
    /* What would be left for three times as long is not looked at. */
    return (int64_t)slot->percent * 1000 <= (int64_t)slot->rate_milli * rules->lead_days * 3;
}

void events_request(const struct events_rules *rules, struct events_slot *slot, int64_t days_left,
                    struct events_list *out)
{
    bool is_due = days_left == ROWS_CHANGE_NOTHING ? is_low(slot) : days_left <= rules->lead_days;
    if ((slot->told & EVENTS_TOLD_EMPTY) != 0) {
        is_due = true;
    }
    if (is_due && (slot->told & EVENTS_TOLD_REQUEST) == 0) {
        slot->told |= EVENTS_TOLD_REQUEST;
        tell(out, ROWS_REPLENISH, slot, days_left, 0);
    }
}
