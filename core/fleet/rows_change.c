#include "core/fleet/rows_change.h"

#include "core/fleet/rows_pack.h"

_Static_assert(2 + 4 * ROWS_TEXT_BYTES_MAX + 2 * ROWS_NUMBER_BYTES_MAX <= ROWS_CHANGE_BYTES_MAX,
               "the longest texts fit");

size_t rows_put_change(uint8_t *out, const struct rows_change *change)
{
    uint8_t *at = out;
    *at++ = ROWS_VERSION;
    *at++ = (uint8_t)change->kind;
    at = rows_put_octets(at, change->index);
    at = rows_put_octets(at, change->name);
    at = rows_put_octets(at, change->before);
    at = rows_put_octets(at, change->now);
    at = rows_put_number(at, change->value);
    at = rows_put_number(at, change->since_unix_ms);
    return (size_t)(at - out);
}

int rows_get_change(struct bytes payload, struct rows_change *out)
{
    struct rows_cursor cursor = {.from = payload, .at = 2};
    struct rows_change change = {0};
    int rc = rows_event(payload, &change.kind);
    if (rc != 0) {
        return rc;
    }
    change.index = rows_get_text(&cursor);
    change.name = rows_get_text(&cursor);
    change.before = rows_get_text(&cursor);
    change.now = rows_get_text(&cursor);
    change.value = rows_get_number(&cursor);
    change.since_unix_ms = rows_get_number(&cursor);
    if (change.kind <= ROWS_METER_DISPUTE || cursor.is_bad) {
        return BASE_EFORMAT;
    }
    *out = change;
    return 0;
}

static const char *const names[ROWS_EVENT_COUNT] = {
    [ROWS_ALERT_CLEARED] = "alert-cleared",
    [ROWS_ALERT_RAISED] = "alert-raised",
    [ROWS_DOWNGRADED] = "credential-downgraded",
    [ROWS_METER_BREAK] = "counter-break",
    [ROWS_METER_DISPUTE] = "counter-dispute",
    [ROWS_SUPPLY_LOW] = "supply-low",
    [ROWS_SUPPLY_EMPTY] = "supply-empty",
    [ROWS_SUPPLY_REPLACED] = "supply-replaced",
    [ROWS_SUPPLY_REPLACED_EARLY] = "supply-replaced-early",
    [ROWS_SERVICE_NEAR_END] = "service-near-end",
    [ROWS_OFFLINE] = "offline",
    [ROWS_ASLEEP] = "asleep",
    [ROWS_BACK] = "back",
    [ROWS_MOVED] = "moved",
    [ROWS_FIRMWARE] = "firmware-changed",
    [ROWS_CREDENTIAL] = "credential-changed",
    [ROWS_NEW] = "new",
    [ROWS_GONE] = "gone",
    [ROWS_REPLENISH] = "replenish",
    [ROWS_CONFLICT] = "identity-conflict",
    [ROWS_DUPLICATE_SERIAL] = "duplicate-serial",
    [ROWS_MERGED] = "merged",
    [ROWS_SPLIT] = "split",
};

const char *rows_event_name(enum rows_event kind)
{
    return (unsigned)kind < ROWS_EVENT_COUNT ? names[kind] : "unknown";
}
