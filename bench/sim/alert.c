#include "bench/sim/alert.h"

#include "bench/sim/event.h"
#include "bench/sim/wear.h"

/* Where an alert comes from. Its index is 1 + source + SOURCES * occurrence, so that no two rows
 * ever share an index and every new occurrence is a new row. */
enum source {
    SOURCE_SUPPLY = 0,
    SOURCE_TRAY = 20,
    SOURCE_JAM = 28,
    SOURCE_COVER,
    SOURCE_SERVICE,
    SOURCE_STATE,
    SOURCES,
};

/* Bits of hrPrinterDetectedErrorState (RFC 2790), both bytes as one number. */
enum error_bit {
    BIT_LOW_PAPER = 0x8000,
    BIT_LOW_TONER = 0x2000,
    BIT_NO_TONER = 0x1000,
    BIT_DOOR_OPEN = 0x0800,
    BIT_JAMMED = 0x0400,
    BIT_SERVICE = 0x0100,
    BIT_TRAY_EMPTY = 0x0004,
};

static void put_alert(struct sim_view *view, unsigned source, uint64_t ordinal, uint64_t since_ms,
                      struct sim_alert alert)
{
    unsigned at;

    view->error_bits = (uint16_t)(view->error_bits | alert.bits);
    view->is_critical = view->is_critical || alert.severity == 3;
    view->is_warned = view->is_warned || alert.severity == 5;
    if (view->alert_count == SIM_ALERTS_MAX) {
        return;
    }
    alert.index = 1 + source + SOURCES * (uint32_t)(ordinal % 100000);
    if (since_ms < view->boot_ms) {
        /* What stood before the start is found again within its first minute. */
        since_ms = view->boot_ms + 20000u + 500u * source;
        since_ms = since_ms < view->now_ms ? since_ms : view->now_ms;
    }
    alert.ticks = (uint32_t)((since_ms - view->boot_ms) / 10);
    if ((view->spec->habits & SIM_HABIT_ZERO_ALERT_TIME) != 0) {
        alert.ticks = 0;
    }
    for (at = view->alert_count; at > 0 && view->alerts[at - 1].index > alert.index; at--) {
        view->alerts[at] = view->alerts[at - 1];
    }
    view->alerts[at] = alert;
    view->alert_count++;
}

struct codes {
    uint16_t low;
    uint16_t empty;
};

/* IANA PrtAlertCodeTC by prtMarkerSuppliesType. */
static struct codes supply_codes(uint8_t type)
{
    switch (type) {
    case 3:  /* toner */
    case 21: /* tonerCartridge */
        return (struct codes){1104, 1101};
    case 5: /* ink */
    case 6: /* inkCartridge */
        return (struct codes){1105, 1102};
    case 4: /* wasteToner */
        return (struct codes){1107, 1109};
    case 8: /* wasteInk */
        return (struct codes){1108, 1110};
    case 9: /* opc */
        return (struct codes){1111, 1112};
    case 10: /* developer */
        return (struct codes){1113, 1114};
    default:
        return (struct codes){10, 11}; /* subunitLifeAlmostOver, subunitLifeOver */
    }
}

/* Whether the device stops when it is empty: toner or ink of a colour. */
static bool is_needed(const struct sim_spec_supply *supply)
{
    return supply->colorant != 0 && supply->class != 4 && supply->type != 9;
}

static void find_supply(struct sim_view *view, unsigned row)
{
    const struct sim_spec_supply *supply = &view->spec->supplies[row];
    struct sim_drain drain = sim_wear_supply(view, row);
    struct sim_fill fill = sim_wear_fill(&drain, view->total);
    struct codes codes = supply_codes(supply->type);
    bool is_empty = fill.stage == SIM_STAGE_EMPTY;
    uint16_t bits;

    if (fill.stage == SIM_STAGE_FINE) {
        return;
    }
    if (is_needed(supply)) {
        bits = is_empty ? BIT_NO_TONER : BIT_LOW_TONER;
    } else {
        bits = is_empty ? BIT_SERVICE : 0;
    }
    put_alert(view, SOURCE_SUPPLY + row, fill.cycle * 2 + is_empty,
              sim_wear_since(view, &drain, &fill),
              (struct sim_alert){
                  .severity = is_empty && is_needed(supply) ? 3 : 5,
                  .training = is_needed(supply) ? 3 : 4,
                  .group = 11,
                  .group_index = supply->index,
                  .location = (int32_t)row + 1,
                  .code = is_empty ? codes.empty : codes.low,
                  .bits = bits,
                  .text = is_empty ? SIM_ALERT_TEXT_SUPPLY_EMPTY : SIM_ALERT_TEXT_SUPPLY_LOW,
                  .row = (uint8_t)row,
              });
}

/* Bypass and pseudo trays and those that do not know their level raise nothing. */
static bool tells_level(const struct sim_spec_input *tray)
{
    if (tray->type == 1) {
        return false;
    }
    return tray->level == SIM_LEVEL_EXACT || tray->level == SIM_LEVEL_TENTHS ||
           tray->level == SIM_LEVEL_SOME;
}

static void find_tray(struct sim_view *view, unsigned row)
{
    const struct sim_spec_input *tray = &view->spec->inputs[row];
    struct sim_drain drain = sim_wear_tray(view, row);
    struct sim_fill fill = sim_wear_fill(&drain, view->total);
    bool is_empty = fill.stage == SIM_STAGE_EMPTY;

    if (fill.stage == SIM_STAGE_FINE || !tells_level(tray)) {
        return;
    }
    put_alert(view, SOURCE_TRAY + row, fill.cycle * 2 + is_empty,
              sim_wear_since(view, &drain, &fill),
              (struct sim_alert){
                  .severity = 5,
                  .training = 3,
                  .group = 8,
                  .group_index = tray->index,
                  .location = 100 + (int32_t)row,
                  .code = is_empty ? 808 : 807,
                  .bits = is_empty ? BIT_TRAY_EMPTY : BIT_LOW_PAPER,
                  .text = is_empty ? SIM_ALERT_TEXT_TRAY_EMPTY : SIM_ALERT_TEXT_TRAY_LOW,
                  .row = (uint8_t)row,
              });
}

static void find_troubles(struct sim_view *view)
{
    struct sim_event jam = sim_event_jam(view->key, view->now_ms);
    struct sim_event service = sim_event_service(view->key, view->now_ms);

    if (view->now_ms < jam.end_ms) {
        put_alert(view, SOURCE_JAM, jam.ordinal, jam.start_ms,
                  (struct sim_alert){.severity = 3,
                                     .training = 3,
                                     .group = 13,
                                     .group_index = 1,
                                     .location = 2,
                                     .code = 8,
                                     .bits = BIT_JAMMED,
                                     .text = SIM_ALERT_TEXT_JAM});
    }
    if (sim_event_cover_is_open(&jam, view->now_ms)) {
        put_alert(view, SOURCE_COVER, jam.ordinal, jam.start_ms + (jam.end_ms - jam.start_ms) / 3,
                  (struct sim_alert){.severity = 3,
                                     .training = 3,
                                     .group = 6,
                                     .group_index = 1,
                                     .location = 1,
                                     .code = 3,
                                     .bits = BIT_DOOR_OPEN,
                                     .text = SIM_ALERT_TEXT_COVER});
    }
    if (view->now_ms < service.end_ms) {
        put_alert(view, SOURCE_SERVICE, service.ordinal, service.start_ms,
                  (struct sim_alert){.severity = 5,
                                     .training = 5,
                                     .group = 10,
                                     .group_index = 1,
                                     .location = -2,
                                     .code = 29,
                                     .bits = BIT_SERVICE,
                                     .text = SIM_ALERT_TEXT_SERVICE});
    }
}

/* Rows that tell a state and no fault. */
static void find_states(struct sim_view *view)
{
    uint16_t habits = view->spec->habits;

    if ((habits & SIM_HABIT_POWER_UP_ALERT) != 0) {
        put_alert(view, SOURCE_STATE, 0, view->boot_ms,
                  (struct sim_alert){
                      .severity = 4, .training = 6, .group = 5, .group_index = 1, .code = 503});
    }
    if ((habits & SIM_HABIT_SLEEP_ALERT) != 0 && sim_device_is_asleep(view)) {
        put_alert(view, SOURCE_STATE, 0, view->boot_ms,
                  (struct sim_alert){.location = 40000, .text = SIM_ALERT_TEXT_SLEEP});
    }
    if ((habits & SIM_HABIT_IDLE_ALERT) != 0) {
        put_alert(view, SOURCE_STATE, view->now_ms / 3600000u,
                  view->now_ms - view->now_ms % 3600000u,
                  (struct sim_alert){.severity = 1,
                                     .training = 1,
                                     .group = 1,
                                     .group_index = -1,
                                     .location = -2,
                                     .code = 1,
                                     .text = SIM_ALERT_TEXT_IDLE});
    }
}

void sim_alert_find(struct sim_view *view)
{
    if (view->has_alerts || view->spec == NULL) {
        return;
    }
    view->has_alerts = true;
    find_troubles(view);
    for (unsigned row = 0; row < view->spec->supply_count; row++) {
        find_supply(view, row);
    }
    for (unsigned row = 0; row < view->spec->input_count; row++) {
        find_tray(view, row);
    }
    find_states(view);
}

/* A row that goes low (one comes), empty (one goes, one comes) and is renewed (one goes). */
static uint64_t fill_moves(const struct sim_fill *fill)
{
    return fill->cycle * 4 + (fill->stage == SIM_STAGE_EMPTY ? 3u : fill->stage);
}

struct events {
    uint64_t all;
    uint64_t critical;
};

static struct events events_until(const struct sim_view *view, uint64_t at_ms)
{
    uint64_t total = sim_device_total_at(view, at_ms);
    struct sim_event jam = sim_event_jam(view->key, at_ms);
    struct sim_event service = sim_event_service(view->key, at_ms);
    struct events events;

    events.critical =
        jam.ordinal * 4 + 1u + (at_ms >= jam.end_ms) + sim_event_cover_moves(&jam, at_ms);
    events.all = events.critical + service.ordinal * 2 + (at_ms >= service.end_ms);
    for (unsigned row = 0; row < view->spec->supply_count; row++) {
        struct sim_drain drain = sim_wear_supply(view, row);
        struct sim_fill fill = sim_wear_fill(&drain, total);

        events.all += fill_moves(&fill);
        if (is_needed(&view->spec->supplies[row])) {
            events.critical += fill.cycle * 2 + (fill.stage == SIM_STAGE_EMPTY);
        }
    }
    for (unsigned row = 0; row < view->spec->input_count; row++) {
        if (tells_level(&view->spec->inputs[row])) {
            struct sim_drain drain = sim_wear_tray(view, row);
            struct sim_fill fill = sim_wear_fill(&drain, total);

            events.all += fill_moves(&fill);
        }
    }
    return events;
}

void sim_alert_count_events(struct sim_view *view)
{
    struct events now;
    struct events then;

    if (view->has_events) {
        return;
    }
    view->has_events = true;
    now = events_until(view, view->now_ms);
    then = events_until(view, view->boot_ms);
    view->all_events = (uint32_t)(now.all - then.all);
    view->critical_events = (uint32_t)(now.critical - then.critical);
}
