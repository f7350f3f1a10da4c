/*
 * Alerts and condition: what the device says is wrong with it now.
 * Sources: RFC 3805 prtAlertTable; RFC 2790 hrPrinterTable; devices named at the rules.
 */
#include <strings.h>

#include "proto/gate.h"
#include "proto/reading_internal.h"

/* Some devices' tables grow without end (Epson's idle row reached index 276). */
#define ALERTS_MAX 256

#define SEVERITY_OTHER          1
#define SEVERITY_CRITICAL       3
#define SEVERITY_WARNING        4
#define SEVERITY_WARNING_BINARY 5

#define CODE_OTHER                   1
#define CODE_FUSER_UNDER_TEMPERATURE 1001

#define DEVICE_RUNNING 2
#define DEVICE_WARNING 3
#define DEVICE_DOWN    5

#define PRINTER_OTHER    1
#define PRINTER_IDLE     3
#define PRINTER_PRINTING 4
#define PRINTER_WARMUP   5

enum error_bit {
    BIT_OFFLINE = 6,
};

#define NUMBER(object, member, path)                                                               \
    {                                                                                              \
        (object), READING_FORM_NUMBER, offsetof(struct reading_alert, member), 0, NULL, (path)     \
    }
static const struct reading_field fields[] = {
    {OBJECT_ALERT_SEVERITY, READING_FORM_CODE, offsetof(struct reading_alert, severity_code),
     offsetof(struct reading_alert, severity_name), &reading_severities, "severity"},
    NUMBER(OBJECT_ALERT_TRAINING, training, "training"),
    {OBJECT_ALERT_GROUP, READING_FORM_CODE, offsetof(struct reading_alert, group_code),
     offsetof(struct reading_alert, group_name), &reading_alert_groups, "group"},
    NUMBER(OBJECT_ALERT_GROUP_INDEX, group_index, "group_index"),
    NUMBER(OBJECT_ALERT_LOCATION, location, "location"),
    NUMBER(OBJECT_ALERT_CODE, code, "code"),
    {OBJECT_ALERT_DESCRIPTION, READING_FORM_TEXT, offsetof(struct reading_alert, description), 0,
     NULL, "description"},
    NUMBER(OBJECT_ALERT_TIME, since_ticks, "since_ticks"),
};
#undef NUMBER

/* Worst first: critical, binary warning, unary warning, other, none. */
static int badness(const struct reading_alert *alert)
{
    switch (alert->severity_code) {
    case SEVERITY_CRITICAL:
        return 4;
    case SEVERITY_WARNING_BINARY:
        return 3;
    case SEVERITY_WARNING:
        return 2;
    case SEVERITY_OTHER:
        return 1;
    default:
        return 0;
    }
}

static bool is_same(const struct reading_alert *a, const struct reading_alert *b)
{
    return a->code == b->code && a->group_code == b->group_code &&
           a->group_index == b->group_index && a->location == b->location &&
           a->code != READING_ABSENT;
}

/* Codes that report a state or an event of the past. */
static bool is_state_code(int64_t code)
{
    static const int16_t codes[] = {
        4,    6,    7,    19,   20,  23,  24, 25, 27, /* closed, on, added, saver, warming up */
        502,  503,  504,  505,  506, 507,             /* power, reset, ready */
        802,  803,  804,  805,  806,                  /* other media was put in */
        1005, 1019, 1030,                             /* adjusting, saver, warming up */
        1501, 1503, 1505, 1801,
    };

    for (size_t i = 0; i < BASE_ARRAY_COUNT(codes); i++) {
        if (codes[i] == code) {
            return true;
        }
    }
    return false;
}

/* Texts of devices that are well: "Sleep", "Energy Saver", "Warming up". */
static bool is_state_text(const char *text)
{
    static const char *const words[] = {
        "sleep",       "deep sleep", "energy sav", "power sav",   "powersav",
        "eco mode",    "warming up", "warm up",    "warm-up",     "warmup",
        "ready",       "idle",       "standby",    "stand by",    "preparing to print",
        "please wait", "ruhe",       "bereit",     "energiespar", "aufw",
        "veille",      "prêt",       "reposo",     "listo",       "pronto",
    };

    for (size_t i = 0; i < BASE_ARRAY_COUNT(words); i++) {
        /* All begin with a small letter of ASCII. */
        if (words[i][0] == (text[0] | 0x20) && strncasecmp(text, words[i], strlen(words[i])) == 0) {
            return true;
        }
    }
    return false;
}

static const struct reading_row *printer_row(const struct reading_decoder *decoder)
{
    const struct reading_grid *grid = reading_grid(decoder, OBJECT_TABLE_HR_PRINTER);

    for (size_t i = 0; i < grid->count; i++) {
        if (reading_first_arc(grid->rows[i].index) == decoder->out->hr_device_index) {
            return &grid->rows[i];
        }
    }
    return grid->count > 0 ? &grid->rows[0] : NULL;
}

/* Kyocera keeps "fuser under temperature" while it sleeps or warms up; the device itself says then
 * that it runs. */
static bool is_cold_fuser(const struct reading_decoder *decoder, const struct reading_alert *alert)
{
    return alert->code == CODE_FUSER_UNDER_TEMPERATURE &&
           (reading_number(decoder->device, OBJECT_HR_DEVICE_STATUS) == DEVICE_RUNNING ||
            reading_number(printer_row(decoder), OBJECT_HR_PRINTER_STATUS) == PRINTER_WARMUP);
}

/* Why an alert is no fault; NULL when it is one. */
static const char *pseudo_rule(const struct reading_decoder *decoder,
                               const struct reading_alert *alert)
{
    if (alert->severity_code == SEVERITY_CRITICAL) {
        return NULL;
    }
    if (alert->severity_code == 0 && alert->code == 0) {
        return "severity 0 and code 0: a state, no fault (Brother)";
    }
    if (is_state_code(alert->code)) {
        return "the code reports a state or an event, no fault";
    }
    if (is_cold_fuser(decoder, alert)) {
        return "cold fuser of a device that is running: asleep or warming up (Kyocera)";
    }
    if (alert->description != NULL && is_state_text(alert->description)) {
        return "the text speaks of sleep, saving, warming up or being ready: no fault";
    }
    return NULL;
}

/* Adds an alert to the list, which stays in order of index; of two that are one the worse stays. */
static void add(struct reading *out, const struct reading_alert *alert)
{
    for (size_t i = 0; i < out->alert_count; i++) {
        if (!is_same(&out->alerts[i], alert)) {
            continue;
        }
        if (badness(alert) <= badness(&out->alerts[i])) {
            return;
        }
        out->alert_count--;
        memmove(&out->alerts[i], &out->alerts[i + 1],
                (out->alert_count - i) * sizeof(out->alerts[i]));
        break;
    }
    if (out->alert_count < ALERTS_MAX) {
        out->alerts[out->alert_count++] = *alert;
    }
}

static bool is_shown(const struct reading *out, const char *index)
{
    for (size_t i = 0; i < out->alert_count; i++) {
        if (strcmp(out->alerts[i].index, index) == 0) {
            return true;
        }
    }
    return false;
}

/* Fills one alert; returns why it is no fault, NULL when it is one. */
static const char *fill_alert(struct reading_decoder *decoder, const struct reading_row *row,
                              struct reading_alert *alert)
{
    const char *rule;

    *alert = (struct reading_alert){0};
    reading_enter_row(decoder, row, "alerts", alert->index);
    reading_fill(decoder, row, fields, BASE_ARRAY_COUNT(fields), alert);
    alert->code_name = reading_alert_code_name(alert->code);
    rule = pseudo_rule(decoder, alert);
    alert->is_fault = rule == NULL;
    return rule;
}

/* Tells where the alerts that have stayed come from; the merged ones leave nothing behind. */
static void explain_alerts(struct reading_decoder *decoder)
{
    const struct reading_grid *grid = reading_grid(decoder, OBJECT_TABLE_ALERT);
    const struct reading *out = decoder->out;
    size_t at = 0;

    for (size_t i = 0; i < grid->count && at < out->alert_count; i++) {
        struct reading_alert alert;
        const char *rule;
        reading_index_text(&grid->rows[i], alert.index);
        if (!is_shown(out, alert.index)) {
            continue;
        }
        rule = fill_alert(decoder, &grid->rows[i], &alert);
        if (alert.code_name != NULL) {
            reading_why(decoder, "code_name", &grid->rows[i], OBJECT_ALERT_CODE, alert.code_name,
                        "PrtAlertCodeTC of IANA-PRINTER-MIB, finishers by RFC 3806");
        }
        reading_why(decoder, "fault", &grid->rows[i], OBJECT_ALERT_CODE,
                    alert.is_fault ? "true" : "false",
                    rule != NULL ? rule : "none of the known harmless states");
        at++;
    }
}

void reading_alert_decode(struct reading_decoder *decoder)
{
    const struct reading_grid *grid = reading_grid(decoder, OBJECT_TABLE_ALERT);
    struct reading *out = decoder->out;
    bool with_why = decoder->with_why;

    out->alerts = reading_rows(decoder, OBJECT_TABLE_ALERT, sizeof(*out->alerts));
    decoder->with_why = false;
    for (size_t i = 0; out->alerts != NULL && i < grid->count; i++) {
        struct reading_alert alert;
        fill_alert(decoder, &grid->rows[i], &alert);
        add(out, &alert);
    }
    decoder->with_why = with_why;
    if (with_why) {
        explain_alerts(decoder);
    }
    decoder->row_path = NULL;
}

/* Bits of hrPrinterDetectedErrorState, the first octet's in the low byte; missing octets are 0. */
static uint32_t error_bits(const struct reading_row *row)
{
    struct reading_cell cell = reading_cell(row, OBJECT_HR_PRINTER_ERROR_STATE);
    uint32_t bits = 0;

    if (cell.tag != GATE_OCTET_STRING) {
        return 0;
    }
    for (uint32_t bit = 0; bit < reading_error_bits.count && bit / 8 < cell.value.size; bit++) {
        if ((cell.value.data[bit / 8] & (0x80U >> (bit % 8))) != 0) {
            bits |= 1U << bit;
        }
    }
    return bits;
}

static void decode_errors(struct reading_decoder *decoder, const struct reading_row *row,
                          uint32_t bits)
{
    struct reading_condition *condition = &decoder->out->condition;

    for (uint32_t bit = 0; bit < reading_error_bits.count; bit++) {
        if ((bits >> bit & 1U) != 0) {
            const char *name = reading_error_bits.names[bit];
            condition->errors[condition->error_count++] = name;
            reading_why(decoder, "condition.errors", row, OBJECT_HR_PRINTER_ERROR_STATE, name,
                        "bit of hrPrinterDetectedErrorState, most significant first, RFC 2790");
        }
    }
}

static void decode_display(struct reading_decoder *decoder)
{
    const struct reading_grid *grid = reading_grid(decoder, OBJECT_TABLE_CONSOLE);
    struct reading_condition *condition = &decoder->out->condition;
    const char **lines = reading_rows(decoder, OBJECT_TABLE_CONSOLE, sizeof(*lines));

    for (size_t i = 0; lines != NULL && i < grid->count; i++) {
        const char *line = reading_text(decoder, &grid->rows[i], OBJECT_CONSOLE_TEXT);
        if (line != NULL) {
            lines[condition->display_count++] = line;
            reading_why(decoder, "condition.display", &grid->rows[i], OBJECT_CONSOLE_TEXT, line,
                        "a line of the console, empty ones left out");
        }
    }
    condition->display = lines;
}

static bool has_critical_fault(const struct reading *out)
{
    for (size_t i = 0; i < out->alert_count; i++) {
        if (out->alerts[i].severity_code == SEVERITY_CRITICAL && out->alerts[i].is_fault) {
            return true;
        }
    }
    return false;
}

/* RFC 3805's table of printer states, read from the worst to the best. An off-line device without
 * another error was put off-line by somebody, which is no error. */
static const char *state_of(const struct reading *out, int64_t device, int64_t printer,
                            uint32_t bits)
{
    const uint32_t offline = 1U << BIT_OFFLINE;
    bool is_critical = has_critical_fault(out);

    if (device == DEVICE_DOWN && bits == offline && !is_critical) {
        return "offline";
    }
    if (is_critical || device == DEVICE_DOWN) {
        return "error";
    }
    switch (printer) {
    case PRINTER_PRINTING:
        return "printing";
    case PRINTER_WARMUP:
        return "warmup";
    case PRINTER_IDLE:
        return "idle";
    case PRINTER_OTHER:
        return device == DEVICE_RUNNING ? "standby" : "unknown";
    default:
        return "unknown";
    }
}

void reading_condition_decode(struct reading_decoder *decoder)
{
    struct reading_condition *condition = &decoder->out->condition;
    const struct reading_row *row = printer_row(decoder);
    int64_t device = reading_number(decoder->device, OBJECT_HR_DEVICE_STATUS);
    int64_t printer = reading_number(row, OBJECT_HR_PRINTER_STATUS);
    uint32_t bits = error_bits(row);

    condition->device = reading_name(&reading_device_states, device);
    if (condition->device != NULL) {
        reading_why(decoder, "condition.device", decoder->device, OBJECT_HR_DEVICE_STATUS,
                    condition->device, "name of the code in the MIB");
    }
    condition->printer = reading_name(&reading_printer_states, printer);
    if (condition->printer != NULL) {
        reading_why(decoder, "condition.printer", row, OBJECT_HR_PRINTER_STATUS, condition->printer,
                    "name of the code in the MIB");
    }
    decode_errors(decoder, row, bits);
    decode_display(decoder);
    condition->state = state_of(decoder->out, device, printer, bits);
    reading_why(decoder, "condition.state", NULL, 0, condition->state,
                "device and printer status, off-line bit and critical alerts, RFC 3805 states");
}
