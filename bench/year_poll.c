#include "bench/year_poll.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/sim/wear.h"

/* The device says low at this share of a filling. */
#define LOW_ALERT_PERCENT 12

/* IANA PrtAlertCodeTC */
#define CODE_JAM         8
#define CODE_TONER_EMPTY 1101
#define CODE_TONER_LOW   1104

/* What a poll is made of. */
struct telling {
    struct year_life *life;
    int hour;
    int64_t unix_ms;
    struct reading reading;
    struct reading_meter meters[8];
    struct reading_supply supplies[YEAR_SUPPLIES_MAX];
    struct reading_alert alerts[YEAR_SUPPLIES_MAX + 1];
    char serials[YEAR_SUPPLIES_MAX][24];
    char firmware[16];
};

/* --- meters ----------------------------------------------------------------------------------- */

/* A counter that begins anew where others wrap cannot be told from one that wrapped. */
static bool is_near_wrap(uint64_t counter)
{
    static const uint64_t moduli[] = {1000000, 10000000, 16777216};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(moduli); i++) {
        if (counter < moduli[i] && counter > moduli[i] / 100 * 98) {
            return true;
        }
    }
    return false;
}

/* The counter breaks between two polls, right behind the first, so that nobody can have missed a
 * page that it still counts. */
static void live_on(struct year_life *life, int hour)
{
    uint64_t printed = year_usage_printed(&life->device.usage, hour);
    int before = life->record.last_hour;
    if (before < 0) {
        life->counter_base = life->device.view.total;
        life->counter_start = printed;
        life->boot_unix_ms = YEAR_START_MS - 100 * YEAR_DAY_MS;
        return;
    }
    uint64_t counted = year_usage_printed(&life->device.usage, before);
    enum year_break found = year_break_in(&life->device, before, hour);
    switch (is_near_wrap(life->counter_base + counted - life->counter_start) ? YEAR_NO_BREAK
                                                                             : found) {
    case YEAR_RESET:
        life->counter_base = 0;
        life->counter_start = counted;
        life->boot_unix_ms = YEAR_START_MS + before * YEAR_HOUR_MS + 1;
        life->record.breaks++;
        break;
    case YEAR_BOARD: /* what was printed before its first reading is nobody's */
        life->counter_base = 2 * (life->counter_base + counted - life->counter_start) / 5;
        life->counter_start = printed;
        life->boot_unix_ms -= 20 * YEAR_DAY_MS;
        life->record.breaks++;
        return;
    case YEAR_NO_BREAK:
        break;
    }
    life->record.truth_total += printed - counted;
}

static void tell_meters(struct telling *telling)
{
    static const struct {
        const char *key;
        enum sim_meter meter;
    } meters[] = {{"total", SIM_METER_TOTAL}, {"mono", SIM_METER_MONO},
                  {"color", SIM_METER_COLOR}, {"print", SIM_METER_PRINT},
                  {"copy", SIM_METER_COPY},   {"scan", SIM_METER_SCAN},
                  {"fax", SIM_METER_FAX},     {"duplex", SIM_METER_DUPLEX}};
    struct year_life *life = telling->life;
    struct sim_view view = life->device.view;
    uint64_t printed = year_usage_printed(&life->device.usage, telling->hour);
    view.total = life->counter_base + printed - life->counter_start;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(meters); i++) {
        telling->meters[i] =
            (struct reading_meter){.key = meters[i].key,
                                   .value = (int64_t)sim_device_meter(&view, meters[i].meter),
                                   .unit_name = "impressions",
                                   .object = OBJECT_MARKER_LIFE_COUNT,
                                   .index = {'1', '.', (char)('1' + i)}};
    }
    telling->reading.meters = telling->meters;
    telling->reading.meter_count = BASE_ARRAY_COUNT(meters);
    telling->reading.uptime_ticks = (telling->unix_ms - life->boot_unix_ms) / 10;
}

/* --- supplies --------------------------------------------------------------------------------- */

static int64_t level_of(const struct year_supply *supply, const struct year_fill *fill)
{
    const struct sim_fill wear = {.left = fill->left, .full = fill->full};
    return sim_wear_level(&wear, supply->spec->capacity, (enum sim_level)supply->spec->level);
}

/* As proto/reading has it: a share of the capacity, rounded half up. */
static int percent_of(int64_t level, int64_t capacity)
{
    int64_t whole = capacity > 0 ? capacity : 100;
    if (level < 0 || (level == 0 && capacity <= 0)) {
        return -1;
    }
    return level >= whole ? 100 : (int)((200 * level + whole) / (2 * whole));
}

static void tell_alert(struct telling *telling, int64_t code, int64_t group, int64_t row)
{
    struct reading_alert *alert = &telling->alerts[telling->reading.alert_count++];
    *alert = (struct reading_alert){.severity_code = 3,
                                    .training = 3,
                                    .group_code = group,
                                    .group_index = row,
                                    .code = code,
                                    .location = 1,
                                    .description = "Something that the panel says, too",
                                    .is_fault = true};
    snprintf(alert->index, sizeof(alert->index), "1.%d", (int)(code * 20 + row));
}

/* What a technician replaces: drum, developer, fuser and their like, by type or else by name. */
static bool is_service(const struct sim_spec_supply *spec)
{
    bool is_named =
        strcasestr(spec->descr, "kit") != NULL || strcasestr(spec->descr, "roller") != NULL ||
        strcasestr(spec->descr, "fuser") != NULL || strcasestr(spec->descr, "belt") != NULL ||
        strcasestr(spec->descr, "maintenance") != NULL;
    return spec->class == 4 || spec->type == 9 || spec->type == 10 ||
           (spec->type >= 15 && spec->type <= 20) || spec->type == 22 ||
           (spec->type <= 2 && is_named);
}

/* The name of a supply: its pattern without the place of the serial number. */
static void name_supply(const struct year_device *device, unsigned at, char out[41])
{
    char text[SIM_TEXT_MAX + 1];
    const struct year_supply *supply = &device->supplies[at];
    size_t size = sim_device_text(&device->view, supply->spec->descr, 0, text);
    text[size < 40 ? size : 40] = '\0';
    if (supply->has_serial) {
        text[strcspn(supply->spec->descr, "%;")] = '\0';
    }
    memcpy(out, text, 41);
}

void year_life_begin(struct year_life *life)
{
    const struct year_device *device = &life->device;
    struct year_texts *texts = &life->texts;
    life->record.last_hour = -1;
    snprintf(texts->serial, sizeof(texts->serial), "YEAR%06u", device->number);
    for (unsigned i = 0; i < device->supply_count; i++) {
        const struct sim_spec_supply *spec = device->supplies[i].spec;
        name_supply(device, i, texts->names[i]);
        snprintf(texts->indexes[i], sizeof(texts->indexes[i]), "1.%u", spec->index);
        texts->is_service[i] = is_service(spec);
    }
}

static void tell_texts(struct telling *telling, unsigned at, unsigned cycle)
{
    struct reading_supply *said = &telling->supplies[at];
    const struct year_life *life = telling->life;
    said->name = life->texts.names[at];
    said->label = said->name;
    memcpy(said->index, life->texts.indexes[at], sizeof(life->texts.indexes[at]));
    if (life->device.supplies[at].has_serial) {
        snprintf(telling->serials[at], sizeof(telling->serials[at]), "C%u-%u-%u",
                 life->device.number, at, cycle);
        said->serial = telling->serials[at];
    }
}

static bool tell_supply(struct telling *telling, unsigned at)
{
    const struct year_device *device = &telling->life->device;
    const struct year_supply *supply = &device->supplies[at];
    const struct sim_spec_supply *spec = supply->spec;
    struct year_fill fill = year_fill_at(device, at, telling->hour);
    bool as_empty = false;
    bool is_misread = at == 0 && spec->level == SIM_LEVEL_EXACT &&
                      year_is_misread(device, telling->hour, &as_empty);
    int64_t level = level_of(supply, &fill);
    struct reading_supply *said = &telling->supplies[at];
    bool is_waste = spec->class == 4;
    *said = (struct reading_supply){.class_code = spec->class,
                                    .class_name = is_waste ? "receptacle" : "consumed",
                                    .type_code = spec->type,
                                    .unit_code = spec->unit,
                                    .capacity = spec->capacity,
                                    .level = level,
                                    .percent = percent_of(level, spec->capacity),
                                    .percent_rule = "ratio"};
    tell_texts(telling, at, fill.cycle);
    bool is_ended = fill.left == 0;
    bool has_alert = fill.left * 100 <= fill.full * LOW_ALERT_PERCENT;
    if (has_alert) {
        tell_alert(telling, is_ended ? CODE_TONER_EMPTY : CODE_TONER_LOW, 11, spec->index);
    }
    int low = telling->life->texts.is_service[at] ? 10 : 15;
    const struct year_seen seen = {
        .unix_ms = telling->unix_ms,
        .cycle = fill.cycle,
        .percent = said->percent,
        .is_low = has_alert || (said->percent >= 0 && said->percent <= low),
        .is_empty = is_ended || (said->percent >= 0 && said->percent <= 1),
        .has_alert = has_alert};
    if (is_misread) {
        said->percent = as_empty ? 0 : 100;
        year_judge_misread(&telling->life->record, at, &seen, as_empty);
        return true;
    }
    return year_judge_supply(&telling->life->record, at, &seen);
}

/* --- a poll ----------------------------------------------------------------------------------- */

static void tell_identity(struct telling *telling)
{
    const struct year_device *device = &telling->life->device;
    struct reading_identity *identity = &telling->reading.identity;
    snprintf(telling->firmware, sizeof(telling->firmware), "%u.0",
             1 + year_firmwares(device, telling->hour));
    identity->vendor = device->view.spec->vendor;
    identity->model = device->view.spec->model;
    identity->serial = telling->life->texts.serial;
    identity->firmware = telling->firmware;
    snprintf(identity->id, sizeof(identity->id), "%016x", device->number);
}

static bool tell_all(struct telling *telling)
{
    const struct year_device *device = &telling->life->device;
    bool is_noted = true;
    telling->reading.is_printer = true;
    telling->reading.condition.state = year_sleeps(device, telling->hour) ? "standby" : "idle";
    telling->reading.supplies = telling->supplies;
    telling->reading.supply_count = device->supply_count;
    telling->reading.alerts = telling->alerts;
    tell_identity(telling);
    live_on(telling->life, telling->hour);
    tell_meters(telling);
    for (unsigned i = 0; i < device->supply_count; i++) {
        is_noted = tell_supply(telling, i) && is_noted;
    }
    if (year_is_jammed(device, telling->hour)) {
        tell_alert(telling, CODE_JAM, 13, 1);
    }
    year_judge_answer(&telling->life->record, device, telling->hour);
    return is_noted;
}

static struct bytes moving_record(int64_t unix_ms, uint8_t out[64])
{
    struct record_writer writer;
    const uint8_t octet = 1;
    const struct record_header header = {
        .part = RECORD_MOVING, .address_family = 4, .polled_at_unix_ms = unix_ms};
    record_start(&writer, out, 64);
    int rc = record_put(&writer, OBJECT_SYS_UPTIME, (struct bytes){0}, 2, bytes_of(&octet, 1));
    BASE_REQUIRE(rc == 0);
    return record_finish(&writer, &header);
}

int year_poll(struct year_life *life, struct archive_slice *slice, int hour)
{
    static struct telling telling;
    uint8_t record[64];
    char address[32];
    char credential[16];
    const struct year_device *device = &life->device;
    if (hour < device->first_hour) {
        return 0;
    }
    telling.life = life;
    telling.hour = hour;
    telling.unix_ms = YEAR_START_MS + hour * YEAR_HOUR_MS + device->number % 1000;
    memset(&telling.reading, 0, sizeof(telling.reading));
    bool answers = year_answers(device, hour);
    /* A device that is silent is asked where it was last. */
    int at = answers ? hour : life->record.last_hour;
    snprintf(address, sizeof(address), "10.%u.%u.%u:161", year_moves(device, at) & 255,
             device->number >> 8, device->number & 255);
    snprintf(credential, sizeof(credential), "credential-%u", year_credentials(device, hour));
    const struct rows_access access = {.credential = bytes_from_text(credential), .version = 1};
    struct archive_item item = {.address = address, .polled_at_unix_ms = telling.unix_ms};
    if (!answers) {
        item.status = RECORD_TIMEOUT;
        year_judge_silence(&life->record, hour);
        return archive_slice_add(slice, &item);
    }
    if (!tell_all(&telling)) {
        return -ENOMEM;
    }
    item.status = RECORD_OK;
    item.reading = &telling.reading;
    item.moving_part = moving_record(telling.unix_ms, record);
    item.access = &access;
    return archive_slice_add(slice, &item);
}

int year_life_supply(const struct year_life *life, struct bytes index)
{
    for (unsigned i = 0; i < life->device.supply_count; i++) {
        if (bytes_equal(bytes_from_text(life->texts.indexes[i]), index)) {
            return (int)i;
        }
    }
    return -1;
}
