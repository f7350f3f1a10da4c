#include "core/fleet/events_pack.h"

#include <strings.h>

#include "core/fleet/rows_pack.h"

#define STATE_VERSION 2

/* RFC 3805: PrtAlertGroupTC, and the level "some left". */
#define GROUP_SUPPLIES 11
#define LEVEL_SOME     (-3)

/* --- facts ------------------------------------------------------------------------------------ */

static bool holds(const int64_t *list, size_t count, int64_t value)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == value) {
            return true;
        }
    }
    return false;
}

/* IANA PrtAlertCodeTC: almost over, low, nearly full; and its counterparts that are over. */
static bool is_low_code(int64_t code)
{
    static const int64_t codes[] = {10,   12,   14,   16,   1104, 1105, 1106,
                                    1107, 1108, 1111, 1113, 1122, 1125};
    return holds(codes, BASE_ARRAY_COUNT(codes), code);
}

static bool is_empty_code(int64_t code)
{
    static const int64_t codes[] = {11,   13,   15,   17,   1101, 1102, 1103,
                                    1109, 1110, 1112, 1114, 1123, 1126};
    return holds(codes, BASE_ARRAY_COUNT(codes), code);
}

/* Words for what a technician replaces, by their first letters. */
static const char *const service_words[] = {"belt",    "drum",    "feeder",      "fuser",
                                            "imaging", "kit",     "maintenance", "photoconductor",
                                            "roller",  "transfer"};
#define LETTER(c) (1U << ((c) - 'a'))
#define FIRST_LETTERS                                                                              \
    (LETTER('b') | LETTER('d') | LETTER('f') | LETTER('i') | LETTER('k') | LETTER('m') |           \
     LETTER('p') | LETTER('r') | LETTER('t'))

/* Says whether a name has one of those words. One pass: most letters of a name begin none. */
static bool is_service_name(const char *name)
{
    for (; name != NULL && *name != '\0'; name++) {
        char first = (char)(*name | 0x20);
        if (first < 'a' || first > 'z' || (FIRST_LETTERS & LETTER(first)) == 0) {
            continue;
        }
        for (size_t i = 0; i < BASE_ARRAY_COUNT(service_words); i++) {
            const char *word = service_words[i];
            if (word[0] == first && strncasecmp(name, word, strlen(word)) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* What it is, by the type of RFC 3805; where that says nothing, by its name. */
static enum events_role role_of(const struct reading_supply *supply)
{
    /* opc, developer, fuser, corona wire, fuser oil wick, cleaner, cleaning pad, transfer, oiler */
    static const int64_t service_types[] = {9, 10, 15, 16, 17, 18, 19, 20, 22};
    if (supply->class_name != NULL && supply->class_name[0] == 'r') {
        return EVENTS_WASTE;
    }
    if (holds(service_types, BASE_ARRAY_COUNT(service_types), supply->type_code)) {
        return EVENTS_SERVICE;
    }
    bool is_told = supply->type_code != READING_ABSENT && supply->type_code > 2;
    return !is_told && is_service_name(supply->name) ? EVENTS_SERVICE : EVENTS_CONSUMABLE;
}

/* The last arc of an index: "1.7" gives 7. */
static int64_t last_arc(const char *index)
{
    int64_t arc = 0;
    for (const char *at = index; *at != '\0'; at++) {
        arc = *at == '.' ? 0 : 10 * arc + (*at - '0');
        if (arc > UINT32_MAX) {
            return -1; /* no arc is that long */
        }
    }
    return arc;
}

static bool is_of_supplies(const struct reading_alert *alert)
{
    return alert->group_code == GROUP_SUPPLIES && alert->is_fault;
}

static bool has_supply_alert(const struct reading *reading)
{
    for (size_t i = 0; i < reading->alert_count; i++) {
        if (is_of_supplies(&reading->alerts[i])) {
            return true;
        }
    }
    return false;
}

static unsigned alerts_of(const struct reading *reading, const struct reading_supply *supply)
{
    unsigned bits = 0;
    int64_t row = last_arc(supply->index);
    for (size_t i = 0; i < reading->alert_count; i++) {
        const struct reading_alert *alert = &reading->alerts[i];
        if (is_of_supplies(alert) && alert->group_index == row) {
            bits |= is_low_code(alert->code) ? 1U : 0U;
            bits |= is_empty_code(alert->code) ? 2U : 0U;
        }
    }
    return bits;
}

static int64_t meter_of(const struct reading *reading, const char *key)
{
    for (size_t i = 0; i < reading->meter_count; i++) {
        if (strcmp(reading->meters[i].key, key) == 0) {
            return reading->meters[i].value;
        }
    }
    return ROWS_CHANGE_NOTHING;
}

static size_t supplies_of(const struct reading *reading)
{
    return reading->supply_count < EVENTS_SUPPLIES_MAX ? reading->supply_count
                                                       : EVENTS_SUPPLIES_MAX;
}

size_t events_facts_bound(const struct reading *reading)
{
    return 3 + ROWS_TEXT_BYTES_MAX + 2 * ROWS_NUMBER_BYTES_MAX +
           supplies_of(reading) * (3 + 3 * ROWS_TEXT_BYTES_MAX);
}

size_t events_put_facts(uint8_t *out, const struct reading *reading)
{
    const struct reading_condition *condition = &reading->condition;
    const bool is_alerted = has_supply_alert(reading);
    const bool has_supplies = (reading->header.failed_tables >> OBJECT_TABLE_SUPPLY & 1U) == 0;
    uint8_t *at = out;
    *at++ = condition->state != NULL && strcmp(condition->state, "standby") == 0;
    *at++ = has_supplies;
    at = rows_put_text(at, reading->identity.firmware);
    at = rows_put_number(at, meter_of(reading, "total"));
    at = rows_put_number(at, meter_of(reading, "color"));
    *at++ = (uint8_t)supplies_of(reading);
    for (size_t i = 0; i < supplies_of(reading); i++) {
        const struct reading_supply *supply = &reading->supplies[i];
        int percent = supply->percent;
        if (percent < 0) {
            percent = supply->level == LEVEL_SOME ? EVENTS_SOME : EVENTS_UNKNOWN;
        }
        at = rows_put_text(at, supply->index);
        at = rows_put_text(at, supply->label);
        at = rows_put_text(at, supply->serial);
        *at++ = (uint8_t)role_of(supply);
        *at++ = (uint8_t)(percent + 2);
        *at++ = is_alerted ? (uint8_t)alerts_of(reading, supply) : 0;
    }
    return (size_t)(at - out);
}

int events_get_facts(struct bytes facts, struct events_facts *out)
{
    struct rows_cursor cursor = {.from = facts};
    out->is_asleep = rows_get_octet(&cursor) != 0;
    out->has_supplies = rows_get_octet(&cursor) != 0;
    out->firmware = rows_get_text(&cursor);
    out->total = rows_get_number(&cursor);
    out->color = rows_get_number(&cursor);
    out->supply_count = rows_get_octet(&cursor);
    if (out->supply_count > EVENTS_SUPPLIES_MAX) {
        return BASE_EFORMAT;
    }
    for (size_t i = 0; i < out->supply_count; i++) {
        struct events_supply *supply = &out->supplies[i];
        supply->index = rows_get_text(&cursor);
        supply->name = rows_get_text(&cursor);
        supply->serial = rows_get_text(&cursor);
        uint8_t role = rows_get_octet(&cursor);
        supply->role = role <= EVENTS_WASTE ? (enum events_role)role : EVENTS_CONSUMABLE;
        supply->percent = (int)rows_get_octet(&cursor) - 2;
        uint8_t bits = rows_get_octet(&cursor);
        supply->is_low_by_alert = (bits & 1) != 0;
        supply->is_empty_by_alert = (bits & 2) != 0;
    }
    return cursor.is_bad ? BASE_EFORMAT : 0;
}

/* --- state ------------------------------------------------------------------------------------ */

/* Times are told by another one, most often the same: one octet instead of six. */
static uint8_t *put_time(uint8_t *at, int64_t unix_ms, int64_t by_unix_ms)
{
    return rows_put_number(at, (int64_t)((uint64_t)unix_ms - (uint64_t)by_unix_ms));
}

static int64_t get_time(struct rows_cursor *cursor, int64_t by_unix_ms)
{
    return (int64_t)((uint64_t)rows_get_number(cursor) + (uint64_t)by_unix_ms);
}

/* first: the slot whose beginning the others' times are told by. */
static uint8_t *put_slot(uint8_t *at, const struct events_slot *slot,
                         const struct events_slot *first)
{
    const int64_t by_unix_ms = slot == first ? 0 : first->since_unix_ms;
    at = rows_put_text(at, slot->index);
    *at++ = slot->role;
    *at++ = slot->told;
    *at++ = slot->grain;
    *at++ = slot->changes;
    *at++ = slot->clear;
    *at++ = (uint8_t)(slot->percent + 1);
    *at++ = (uint8_t)(slot->lowest + 1);
    *at++ = (uint8_t)(slot->pending + 1);
    *at++ = (uint8_t)(slot->rate_percent + 1);
    at = put_time(at, slot->since_unix_ms, by_unix_ms);
    at = rows_put_number(at, slot->pending_unix_ms);
    *at++ = slot->rate_unix_ms != 0;
    if (slot->rate_unix_ms != 0) {
        at = put_time(at, slot->rate_unix_ms, slot->since_unix_ms);
    }
    at = rows_put_count(at, slot->serial);
    return rows_put_count(at, slot->rate_milli);
}

_Static_assert(3 + ROWS_TEXT_BYTES_MAX +
                       EVENTS_SUPPLIES_MAX * (EVENTS_INDEX_MAX + 11 + 5 * ROWS_NUMBER_BYTES_MAX) <=
                   EVENTS_STATE_BYTES_MAX,
               "the longest state fits");

size_t events_put_state(uint8_t *out, const struct events_state *state)
{
    uint8_t *at = out;
    *at++ = STATE_VERSION;
    *at++ = (uint8_t)(state->silence | (state->was_asleep ? 0x80U : 0U));
    at = rows_put_text(at, state->firmware);
    *at++ = (uint8_t)state->slot_count;
    for (size_t i = 0; i < state->slot_count; i++) {
        at = put_slot(at, &state->slots[i], state->slots);
    }
    return (size_t)(at - out);
}

/* A percent as it was put, EVENTS_UNKNOWN when it is none. */
static int8_t get_percent(struct rows_cursor *cursor)
{
    uint8_t octet = rows_get_octet(cursor);
    return octet <= 101 ? (int8_t)(octet - 1) : EVENTS_UNKNOWN;
}

static void get_slot(struct rows_cursor *cursor, struct events_slot *slot,
                     const struct events_slot *first)
{
    const int64_t by_unix_ms = slot == first ? 0 : first->since_unix_ms;
    *slot = (struct events_slot){0};
    bytes_to_text(rows_get_text(cursor), slot->index, sizeof(slot->index));
    slot->said = EVENTS_UNSAID;
    slot->role = rows_get_octet(cursor);
    slot->told = rows_get_octet(cursor);
    slot->grain = rows_get_octet(cursor);
    slot->changes = rows_get_octet(cursor);
    slot->clear = rows_get_octet(cursor);
    slot->percent = get_percent(cursor);
    slot->lowest = get_percent(cursor);
    slot->pending = get_percent(cursor);
    slot->rate_percent = get_percent(cursor);
    slot->since_unix_ms = get_time(cursor, by_unix_ms);
    slot->pending_unix_ms = rows_get_number(cursor);
    if (rows_get_octet(cursor) != 0) {
        slot->rate_unix_ms = get_time(cursor, slot->since_unix_ms);
    }
    slot->serial = (uint32_t)rows_get_count(cursor);
    slot->rate_milli = (uint32_t)rows_get_count(cursor);
}

int events_get_state(struct bytes bytes, struct events_state *out)
{
    struct rows_cursor cursor = {.from = bytes};
    out->silence = EVENTS_ANSWERS;
    out->was_asleep = false;
    out->firmware[0] = '\0';
    out->slot_count = 0;
    if (bytes.size == 0) {
        return 0;
    }
    if (rows_get_octet(&cursor) != STATE_VERSION) {
        return BASE_EVERSION;
    }
    uint8_t silence = rows_get_octet(&cursor);
    out->silence = silence & 0x7FU;
    out->was_asleep = (silence & 0x80U) != 0;
    bytes_to_text(rows_get_text(&cursor), out->firmware, sizeof(out->firmware));
    size_t count = rows_get_octet(&cursor);
    if (count > EVENTS_SUPPLIES_MAX || out->silence > EVENTS_GONE) {
        return BASE_EFORMAT;
    }
    for (size_t i = 0; i < count; i++) {
        get_slot(&cursor, &out->slots[i], out->slots);
    }
    out->slot_count = cursor.is_bad ? 0 : count;
    return cursor.is_bad ? BASE_EFORMAT : 0;
}
