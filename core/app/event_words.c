#include "core/app/event_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/fleet/meter_breaks.h"

static void put_bytes(char *out, struct bytes text)
{
    snprintf(out, EVENT_WORDS_MAX, "%.*s", (int)text.size, (const char *)text.data);
}

static enum terminal_style style_of(enum rows_event kind)
{
    switch (kind) {
    case ROWS_SUPPLY_EMPTY:
    case ROWS_OFFLINE:
    case ROWS_GONE:
    case ROWS_ALERT_RAISED:
    case ROWS_DOWNGRADED:
    case ROWS_METER_BREAK:
        return TERMINAL_BAD;
    case ROWS_SUPPLY_LOW:
    case ROWS_SERVICE_NEAR_END:
    case ROWS_REPLENISH:
    case ROWS_SUPPLY_REPLACED_EARLY:
    case ROWS_METER_DISPUTE:
    case ROWS_CONFLICT:
    case ROWS_DUPLICATE_SERIAL:
        return TERMINAL_WARN;
    case ROWS_ALERT_CLEARED:
    case ROWS_SUPPLY_REPLACED:
    case ROWS_BACK:
        return TERMINAL_GOOD;
    case ROWS_ASLEEP:
        return TERMINAL_DIM;
    case ROWS_MOVED:
    case ROWS_FIRMWARE:
    case ROWS_CREDENTIAL:
    case ROWS_NEW:
    case ROWS_MERGED:
    case ROWS_SPLIT:
    case ROWS_EVENT_COUNT:
        break;
    }
    return TERMINAL_PLAIN;
}

/* --- shapes ----------------------------------------------------------------------------------- */

static int tell_alert(struct bytes payload, struct event_words *out)
{
    struct rows_alert alert;
    bool was_raised = false;
    int rc = rows_get_event(payload, &was_raised, &alert);
    if (rc != 0) {
        return rc;
    }
    const char *name = reading_alert_code_name(alert.code);
    if (name != NULL) {
        snprintf(out->subject, sizeof(out->subject), "%s", name);
    } else {
        snprintf(out->subject, sizeof(out->subject), "code %" PRId64, alert.code);
    }
    put_bytes(out->detail, alert.description);
    out->index = alert.index;
    out->value = alert.code;
    return 0;
}

static int tell_downgrade(struct bytes payload, struct event_words *out)
{
    struct rows_downgrade downgrade;
    int rc = rows_get_downgrade(payload, &downgrade);
    if (rc == 0) {
        out->before = downgrade.before;
        out->now = downgrade.now;
    }
    return rc;
}

static int tell_break(struct bytes payload, struct event_words *out)
{
    struct rows_break found;
    int rc = rows_get_break(payload, &found);
    if (rc == 0) {
        put_bytes(out->subject, found.meter.key);
        snprintf(out->detail, sizeof(out->detail), "%s: %" PRId64 " to %" PRId64,
                 meter_cause_name((enum meter_cause)found.cause), found.before, found.meter.value);
        out->value = found.meter.value;
        out->since_unix_ms = found.unix_ms;
    }
    return rc;
}

static int tell_dispute(struct bytes payload, struct event_words *out)
{
    struct rows_dispute dispute;
    int rc = rows_get_dispute(payload, &dispute);
    if (rc == 0) {
        put_bytes(out->subject, dispute.chosen.key);
        snprintf(out->detail, sizeof(out->detail), "%" PRId64 " counts, %" PRId64 " disagrees",
                 dispute.chosen.value, dispute.other.value);
        out->value = dispute.chosen.value;
    }
    return rc;
}

/* --- changes ---------------------------------------------------------------------------------- */

/* The name of a supply as the device gives it now. */
static const char *supply_name(const struct reading *reading, struct bytes index)
{
    for (size_t i = 0; i < reading->supply_count; i++) {
        if (bytes_equal(index, bytes_from_text(reading->supplies[i].index))) {
            return reading->supplies[i].label;
        }
    }
    return NULL;
}

static bool is_of_supply(enum rows_event kind)
{
    return (kind >= ROWS_SUPPLY_LOW && kind <= ROWS_SERVICE_NEAR_END) || kind == ROWS_REPLENISH;
}

static void tell_value(struct event_words *out)
{
    if (out->kind == ROWS_REPLENISH && out->value == ROWS_CHANGE_NOTHING) {
        snprintf(out->detail, sizeof(out->detail), "low; days cannot be known");
    } else if (out->kind == ROWS_REPLENISH) {
        snprintf(out->detail, sizeof(out->detail), "%" PRId64 " %s left", out->value,
                 out->value == 1 ? "day" : "days");
    } else if (is_of_supply(out->kind) && out->value != ROWS_CHANGE_NOTHING) {
        bool is_old = out->kind == ROWS_SUPPLY_REPLACED || out->kind == ROWS_SUPPLY_REPLACED_EARLY;
        snprintf(out->detail, sizeof(out->detail), "%" PRId64 " %%%s left", out->value,
                 is_old ? " were" : "");
    }
}

static int tell_change(struct bytes payload, const struct reading *reading, struct event_words *out)
{
    struct rows_change change;
    int rc = rows_get_change(payload, &change);
    if (rc != 0) {
        return rc;
    }
    out->index = change.index;
    out->before = change.before;
    out->now = change.now;
    out->value = change.value;
    out->since_unix_ms = change.since_unix_ms;
    put_bytes(out->subject, change.name);
    if (out->subject[0] == '\0' && is_of_supply(out->kind)) {
        const char *name = supply_name(reading, change.index);
        if (name != NULL) {
            snprintf(out->subject, sizeof(out->subject), "%s", name);
        } else {
            put_bytes(out->subject, change.index);
        }
    }
    tell_value(out);
    return 0;
}

int event_words_of(struct bytes payload, const struct reading *reading, struct event_words *out)
{
    *out = (struct event_words){.value = ROWS_CHANGE_NOTHING};
    int rc = rows_event(payload, &out->kind);
    if (rc != 0) {
        return rc;
    }
    out->style = style_of(out->kind);
    if (out->kind <= ROWS_ALERT_RAISED) {
        rc = tell_alert(payload, out);
    } else if (out->kind == ROWS_DOWNGRADED) {
        rc = tell_downgrade(payload, out);
    } else if (out->kind == ROWS_METER_BREAK) {
        rc = tell_break(payload, out);
    } else if (out->kind == ROWS_METER_DISPUTE) {
        rc = tell_dispute(payload, out);
    } else {
        rc = tell_change(payload, reading, out);
    }
    if (rc == 0 && out->detail[0] == '\0' && out->now.size > 0) {
        snprintf(out->detail, sizeof(out->detail), "%.*s to %.*s", (int)out->before.size,
                 (const char *)out->before.data, (int)out->now.size, (const char *)out->now.data);
    }
    return rc;
}
