#include "core/fleet/events.h"

#include "core/fleet/events_supply.h"

const struct events_rules events_rules_usual = {.low_percent = 15,
                                                .service_percent = 10,
                                                .empty_percent = 1,
                                                .early_percent = 20,
                                                .offline_polls = 3,
                                                .offline_ms = 600000,
                                                .gone_ms = INT64_C(30) * 86400000,
                                                .lead_days = 7};

void events_add(struct events_list *out, const struct rows_change *event)
{
    if (out->count < EVENTS_MAX) {
        out->events[out->count++] = *event;
    }
}

/* --- the device ------------------------------------------------------------------------------- */

static void tell_back(struct events_state *state, int64_t silent_since_unix_ms,
                      struct events_list *out)
{
    if (state->silence != EVENTS_ANSWERS) {
        state->silence = EVENTS_ANSWERS;
        events_add(out, &(struct rows_change){.kind = ROWS_BACK,
                                              .value = ROWS_CHANGE_NOTHING,
                                              .since_unix_ms = silent_since_unix_ms});
    }
}

static void tell_firmware(struct events_state *state, struct bytes firmware,
                          struct events_list *out)
{
    char text[EVENTS_TEXT_MAX];
    if (firmware.size == 0) {
        return; /* was not asked this time */
    }
    bytes_to_text(firmware, text, sizeof(text));
    if (strcmp(text, state->firmware) == 0) {
        return;
    }
    if (state->firmware[0] != '\0') {
        memcpy(out->before, state->firmware, sizeof(out->before));
        events_add(out, &(struct rows_change){.kind = ROWS_FIRMWARE,
                                              .before = bytes_from_text(out->before),
                                              .now = firmware,
                                              .value = ROWS_CHANGE_NOTHING});
    }
    memcpy(state->firmware, text, sizeof(text));
}

void events_answer(const struct events_rules *rules, struct events_state *state,
                   const struct events_facts *facts, int64_t now_unix_ms,
                   int64_t silent_since_unix_ms, struct events_list *out)
{
    out->count = 0;
    tell_back(state, silent_since_unix_ms, out);
    tell_firmware(state, facts->firmware, out);
    state->was_asleep = facts->is_asleep;
    for (size_t i = 0; i < facts->supply_count && facts->has_supplies; i++) {
        struct events_slot *slot = events_supply_slot(state, &facts->supplies[i], i, now_unix_ms);
        if (slot != NULL) {
            events_supply_step(rules, slot, &facts->supplies[i], now_unix_ms, out);
        }
    }
}

/* How silent a device is by now. */
static enum events_silence judge(const struct events_rules *rules, const struct events_state *state,
                                 uint32_t failures, int64_t silent_ms)
{
    if (failures < (uint32_t)rules->offline_polls || silent_ms < rules->offline_ms) {
        return EVENTS_ANSWERS;
    }
    if (silent_ms >= rules->gone_ms) {
        return EVENTS_GONE;
    }
    return state->was_asleep && silent_ms < EVENTS_ASLEEP_MS ? EVENTS_ASLEEP : EVENTS_OFFLINE;
}

void events_no_answer(const struct events_rules *rules, struct events_state *state,
                      uint32_t failures, int64_t now_unix_ms, int64_t answered_unix_ms,
                      struct events_list *out)
{
    static const enum rows_event kinds[] = {
        [EVENTS_ASLEEP] = ROWS_ASLEEP, [EVENTS_OFFLINE] = ROWS_OFFLINE, [EVENTS_GONE] = ROWS_GONE};
    enum events_silence silence = judge(rules, state, failures, now_unix_ms - answered_unix_ms);
    out->count = 0;
    if (silence > (enum events_silence)state->silence) {
        state->silence = (uint8_t)silence;
        events_add(out, &(struct rows_change){.kind = kinds[silence],
                                              .value = ROWS_CHANGE_NOTHING,
                                              .since_unix_ms = answered_unix_ms});
    }
}
