#include "bench/sim/value.h"

#include <string.h>
#include <time.h>

#include "bench/sim/alert.h"
#include "bench/sim/ber.h"
#include "bench/sim/event.h"
#include "bench/sim/oid.h"
#include "bench/sim/wear.h"

static bool needs_alerts(uint16_t value)
{
    switch (value) {
    case SIM_VALUE_DEVICE_STATUS:
    case SIM_VALUE_PRINTER_STATUS:
    case SIM_VALUE_ERROR_STATE:
    case SIM_VALUE_MARKER_STATUS:
    case SIM_VALUE_CONSOLE:
    case SIM_VALUE_LIGHT_ON:
        return true;
    default:
        return value >= SIM_VALUE_ALERT_INDEX;
    }
}

size_t sim_value_name(const struct sim_view *view, const struct sim_object *object, uint8_t *out)
{
    uint8_t *at = out + object->name_length;

    memcpy(out, object->name, object->name_length);
    if (object->suffix == SIM_SUFFIX_ALERT) {
        /* Rows that do not stand sort after all that do. */
        at = sim_oid_put_arc(at, object->arg < view->alert_count ? view->alerts[object->arg].index
                                                                 : UINT32_MAX);
    } else if (object->suffix == SIM_SUFFIX_ADDRESS) {
        for (unsigned shift = 32; shift > 0; shift -= 8) {
            at = sim_oid_put_arc(at, view->address >> (shift - 8) & 0xff);
        }
    }
    return (size_t)(at - out);
}

static uint8_t *put_text(uint8_t *out, const char *text, size_t n)
{
    return sim_ber_put_bytes(out, SIM_TAG_OCTETS, text, n);
}

static uint8_t *put_pattern(const struct sim_view *view, const char *pattern, unsigned row,
                            uint8_t *out)
{
    char text[SIM_TEXT_MAX + 1];
    size_t n = sim_device_text(view, pattern, row, text);

    if ((view->spec->habits & SIM_HABIT_NUL_PADDING) != 0) {
        text[n++] = '\0';
    }
    return put_text(out, text, n);
}

static uint8_t *put_place(const struct sim_view *view, uint8_t *out)
{
    static const char *const sites[] = {"Building A", "Building B",   "HQ",    "Lyon",
                                        "Werk 2",     "Campus North", "Annex", "Warehouse"};
    uint64_t own = sim_draw(view->key, SIM_SALT_PLACE);
    char text[64];
    size_t n;

    if (own % 8 == 0) {
        return put_text(out, "", 0); /* never filled in */
    }
    n = strlen(sites[own >> 8 & 7]);
    memcpy(text, sites[own >> 8 & 7], n);
    memcpy(text + n, ", floor ", 8);
    n += 8;
    text[n++] = (char)('0' + (own >> 16) % 9);
    memcpy(text + n, ", room ", 7);
    n += 7;
    text[n++] = (char)('1' + (own >> 24) % 9);
    text[n++] = (char)('0' + (own >> 32) % 10);
    text[n++] = (char)('0' + (own >> 40) % 10);
    return put_text(out, text, n);
}

static uint8_t *put_date(const struct sim_view *view, uint8_t *out)
{
    time_t seconds = (time_t)(view->now_ms / 1000);
    struct tm utc = {0};
    uint8_t date[8];
    unsigned year;

    (void)gmtime_r(&seconds, &utc);
    year = (unsigned)utc.tm_year + 1900;
    date[0] = (uint8_t)(year >> 8);
    date[1] = (uint8_t)year;
    date[2] = (uint8_t)(utc.tm_mon + 1);
    date[3] = (uint8_t)utc.tm_mday;
    date[4] = (uint8_t)utc.tm_hour;
    date[5] = (uint8_t)utc.tm_min;
    date[6] = (uint8_t)utc.tm_sec;
    date[7] = (uint8_t)(view->now_ms % 1000 / 100);
    return sim_ber_put_bytes(out, SIM_TAG_OCTETS, date, sizeof(date));
}

/* RFC 3805's table of states: down, warning or running by the worst alert. */
static int32_t device_status(const struct sim_view *view)
{
    return view->is_critical ? 5 : view->is_warned ? 3 : 2;
}

/* other, idle or printing; a device that stands still or sleeps is other. */
static int32_t printer_status(const struct sim_view *view)
{
    if (view->is_critical || sim_device_is_asleep(view)) {
        return 1;
    }
    return sim_device_is_printing(view) ? 4 : 3;
}

static uint8_t *put_error_state(const struct sim_view *view, uint8_t *out)
{
    bool one = (view->spec->habits & SIM_HABIT_ONE_ERROR_BYTE) != 0;
    uint8_t bits[2] = {(uint8_t)(view->error_bits >> 8), (uint8_t)view->error_bits};

    return sim_ber_put_bytes(out, SIM_TAG_OCTETS, bits, one ? 1 : 2);
}

static int32_t input_status(const struct sim_view *view, unsigned row)
{
    const struct sim_spec_input *tray = &view->spec->inputs[row];
    struct sim_drain drain = sim_wear_tray(view, row);

    if (tray->level == SIM_LEVEL_MANUAL) {
        return 19; /* broken and critical: what most say of an empty bypass */
    }
    switch (sim_wear_fill(&drain, view->total).stage) {
    case SIM_STAGE_EMPTY:
        return 9; /* unavailable on request, non-critical alert */
    case SIM_STAGE_LOW:
        return 8;
    case SIM_STAGE_FINE:
        break;
    }
    return 0;
}

static uint8_t *put_console(const struct sim_view *view, unsigned line, uint8_t *out)
{
    const struct sim_spec *spec = view->spec;
    const char *text = "";

    if (line == 0) {
        text = view->is_critical              ? "Attention required"
               : sim_device_is_asleep(view)   ? spec->sleep_text
               : sim_device_is_printing(view) ? spec->printing_text
                                              : spec->ready_text;
    }
    return put_text(out, text, strlen(text));
}

/* A text up to where part and serial numbers begin: "Black Toner". */
static size_t plain_length(const char *text)
{
    const char *serial = strstr(text, "S/N");
    size_t n = strcspn(text, ",\n%");

    if (serial != NULL && (size_t)(serial - text) < n) {
        n = (size_t)(serial - text);
    }

    while (n > 0 && text[n - 1] == ' ') {
        n--;
    }
    return n;
}

static const char *alert_pattern(const struct sim_spec *spec, const struct sim_alert *alert,
                                 const char **about)
{
    *about = "";
    switch ((enum sim_alert_text)alert->text) {
    case SIM_ALERT_TEXT_NONE:
        return "";
    case SIM_ALERT_TEXT_SUPPLY_LOW:
        *about = spec->supplies[alert->row].descr;
        return spec->low_text;
    case SIM_ALERT_TEXT_SUPPLY_EMPTY:
        *about = spec->supplies[alert->row].descr;
        return spec->empty_text;
    case SIM_ALERT_TEXT_TRAY_LOW:
    case SIM_ALERT_TEXT_TRAY_EMPTY:
        *about = spec->inputs[alert->row].descr;
        return alert->text == SIM_ALERT_TEXT_TRAY_LOW ? "%t: paper low" : "%t: load paper";
    case SIM_ALERT_TEXT_JAM:
        return "Paper jam";
    case SIM_ALERT_TEXT_COVER:
        *about = spec->cover_count > 0 ? spec->covers[0] : "Cover";
        return "%t is open";
    case SIM_ALERT_TEXT_SERVICE:
        return "Call for service";
    case SIM_ALERT_TEXT_SLEEP:
        return "Sleep";
    case SIM_ALERT_TEXT_IDLE:
        return "Idle";
    }
    return "";
}

static uint8_t *put_alert_text(const struct sim_view *view, const struct sim_alert *alert,
                               uint8_t *out)
{
    const char *about;
    const char *pattern = alert_pattern(view->spec, alert, &about);
    char text[SIM_TEXT_MAX];
    size_t n = 0;

    if ((view->spec->habits & SIM_HABIT_NO_ALERT_TEXT) != 0) {
        return put_text(out, "", 0);
    }
    for (const char *p = pattern; *p != '\0' && n < sizeof(text); p++) {
        size_t part;

        if (p[0] != '%' || p[1] != 't') {
            text[n++] = *p;
            continue;
        }
        part = plain_length(about);
        part = part < sizeof(text) - n ? part : sizeof(text) - n;
        memcpy(text + n, about, part);
        n += part;
        p++;
    }
    return put_text(out, text, n);
}

static uint8_t *put_alert(const struct sim_view *view, const struct sim_object *object,
                          uint8_t *out)
{
    const struct sim_alert *alert = &view->alerts[object->arg];

    switch (object->value) {
    case SIM_VALUE_ALERT_INDEX:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, alert->index);
    case SIM_VALUE_ALERT_SEVERITY:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, alert->severity);
    case SIM_VALUE_ALERT_TRAINING:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, alert->training);
    case SIM_VALUE_ALERT_GROUP:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, alert->group);
    case SIM_VALUE_ALERT_GROUP_INDEX:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, alert->group_index);
    case SIM_VALUE_ALERT_LOCATION:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, alert->location);
    case SIM_VALUE_ALERT_CODE:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, alert->code);
    case SIM_VALUE_ALERT_TIME:
        return sim_ber_put_int(out, SIM_TAG_TICKS, alert->ticks);
    default:
        return put_alert_text(view, alert, out);
    }
}

static uint8_t *put_private(const struct sim_view *view, unsigned row, uint8_t *out)
{
    const struct sim_spec_private *private = &view->spec->privates[row];

    if (private->text != NULL) {
        return put_pattern(view, private->text, 0, out);
    }
    if (private->tag == 0) {
        return sim_ber_put_int(out, SIM_TAG_INTEGER, private->meter);
    }
    return sim_ber_put_uint(out, private->tag,
                            sim_device_meter(view, (enum sim_meter) private->meter) & UINT32_MAX);
}

static uint8_t *put_life_count(const struct sim_view *view, uint8_t *out)
{
    bool integer = (view->spec->habits & SIM_HABIT_INTEGER_METER) != 0;

    return sim_ber_put_uint(out, integer ? SIM_TAG_INTEGER : SIM_TAG_COUNTER,
                            view->total & (integer ? INT32_MAX : UINT32_MAX));
}

/* The texts, dates and addresses among the values. */
static uint8_t *put_octets(struct sim_view *view, const struct sim_object *object, uint8_t *out)
{
    const struct sim_spec *spec = view->spec;
    uint8_t bytes[6];

    switch (object->value) {
    case SIM_VALUE_SYS_DESCR:
        return put_pattern(view, spec->sys_descr, 0, out);
    case SIM_VALUE_SYS_NAME:
        return put_pattern(view, spec->sys_name, 0, out);
    case SIM_VALUE_SERIAL:
        return put_pattern(view, "%s", 0, out);
    case SIM_VALUE_LOCATION:
        return put_place(view, out);
    case SIM_VALUE_DATE:
        return put_date(view, out);
    case SIM_VALUE_MAC:
        sim_device_mac(view, bytes);
        bytes[5] = (uint8_t)(bytes[5] + object->arg);
        return sim_ber_put_bytes(out, SIM_TAG_OCTETS, bytes, 6);
    case SIM_VALUE_ADDRESS:
        for (unsigned i = 0; i < 4; i++) {
            bytes[i] = (uint8_t)(view->address >> (24 - 8 * i));
        }
        return sim_ber_put_bytes(out, SIM_TAG_ADDRESS, bytes, 4);
    case SIM_VALUE_ADDRESS_MASK:
        return sim_ber_put_bytes(out, SIM_TAG_ADDRESS, (const uint8_t[]){255, 0, 0, 0}, 4);
    case SIM_VALUE_ERROR_STATE:
        return put_error_state(view, out);
    case SIM_VALUE_INPUT_MEDIA: /* somebody changes the paper now and then */
        return sim_event_config_changes(view) % 2 == 0
                   ? put_text(out, spec->inputs[object->arg].media,
                              strlen(spec->inputs[object->arg].media))
                   : put_text(out, "Recycled", 8);
    case SIM_VALUE_SUPPLY_TEXT:
        return put_pattern(view, spec->supplies[object->arg].descr, object->arg, out);
    case SIM_VALUE_CONSOLE:
        return put_console(view, object->arg, out);
    case SIM_VALUE_PRIVATE:
        return put_private(view, object->arg, out);
    default:
        return put_alert(view, object, out);
    }
}

uint8_t *sim_value_put(struct sim_view *view, const struct sim_object *object, uint8_t *out)
{
    unsigned row = object->arg;

    if (needs_alerts(object->value)) {
        sim_alert_find(view);
    }
    switch (object->value) {
    case SIM_VALUE_UPTIME:
        return sim_ber_put_uint(out, SIM_TAG_TICKS,
                                (view->now_ms - view->boot_ms) / 10 & UINT32_MAX);
    case SIM_VALUE_TRAFFIC:
        return sim_ber_put_uint(out, SIM_TAG_COUNTER,
                                (view->now_ms - view->boot_ms) / 100 * row & UINT32_MAX);
    case SIM_VALUE_ADDRESS_INTERFACE:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, (int32_t)row);
    case SIM_VALUE_DEVICE_STATUS:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, device_status(view));
    case SIM_VALUE_PRINTER_STATUS:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, printer_status(view));
    case SIM_VALUE_CONFIG_CHANGES:
        return sim_ber_put_uint(out, SIM_TAG_COUNTER, sim_event_config_changes(view));
    case SIM_VALUE_CRITICAL_EVENTS:
        sim_alert_count_events(view);
        return sim_ber_put_uint(out, SIM_TAG_COUNTER, view->critical_events);
    case SIM_VALUE_ALL_EVENTS:
        sim_alert_count_events(view);
        return sim_ber_put_uint(out, SIM_TAG_COUNTER, view->all_events);
    case SIM_VALUE_COVER: {
        struct sim_event jam = sim_event_jam(view->key, view->now_ms);

        return sim_ber_put_int(out, SIM_TAG_INTEGER,
                               row == 0 && sim_event_cover_is_open(&jam, view->now_ms) ? 3 : 4);
    }
    case SIM_VALUE_INPUT_LEVEL:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, sim_wear_tray_level(view, row));
    case SIM_VALUE_INPUT_STATUS:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, input_status(view, row));
    case SIM_VALUE_OUTPUT_REMAINING:
        return sim_ber_put_int(
            out, SIM_TAG_INTEGER,
            view->spec->outputs[row].capacity -
                (int32_t)(view->total % 64 % (uint64_t)view->spec->outputs[row].capacity));
    case SIM_VALUE_LIFE_COUNT:
        return put_life_count(view, out);
    case SIM_VALUE_POWER_ON_COUNT:
        return sim_ber_put_uint(out, SIM_TAG_COUNTER,
                                sim_device_meter(view, SIM_METER_POWER_ON) & UINT32_MAX);
    case SIM_VALUE_MARKER_STATUS:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, view->is_critical ? 19 : 2);
    case SIM_VALUE_SUPPLY_LEVEL:
        return sim_ber_put_int(out, SIM_TAG_INTEGER, sim_wear_supply_level(view, row));
    case SIM_VALUE_LIGHT_ON:
        return sim_ber_put_int(out, SIM_TAG_INTEGER,
                               !view->spec->lights[row].is_attention || view->is_warned ? 100 : 0);
    default:
        return put_octets(view, object, out);
    }
}

size_t sim_value_varbind(struct sim_view *view, const struct sim_object *object, uint8_t *out)
{
    uint8_t *name = out + 2;
    uint8_t *end;
    size_t length;
    size_t extra;

    if (object->varbind != NULL) {
        memcpy(out, object->varbind, object->varbind_length);
        return object->varbind_length;
    }
    if (object->suffix == SIM_SUFFIX_ALERT) {
        sim_alert_find(view); /* for the name */
    }
    /* The header is written as if the content were short, which it nearly always is. */
    out[0] = SIM_TAG_SEQUENCE;
    *name++ = SIM_TAG_OID;
    length = sim_value_name(view, object, name + 1);
    if (length > 0x7f) {
        memmove(name + 2, name + 1, length);
    }
    name = sim_ber_put_length(name, length);
    end = sim_value_put(view, object, name + length);
    length = (size_t)(end - out) - 2;
    extra = sim_ber_length_size(length) - 1;
    if (extra > 0) {
        memmove(out + 2 + extra, out + 2, length);
    }
    (void)sim_ber_put_length(out + 1, length);
    return length + 2 + extra;
}
