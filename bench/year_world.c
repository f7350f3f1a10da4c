#include "bench/year_world.h"

#include <math.h>
#include <string.h>

/* A filling lasts so long at the usual pace. */
#define SHORTEST_DAYS 45

/* How fillings differ, and what a page takes from one week to the next. */
#define FILLING_SPREAD  0.08
#define COVERAGE_SPREAD 0.15

/* What is asked of a device, beside the salts of the simulator. */
enum salt {
    SALT_LIFE = 5000,
    SALT_OUTAGE,
    SALT_SLEEP,
    SALT_JAM,
    SALT_MOVE,
    SALT_FIRMWARE,
    SALT_CREDENTIAL,
    SALT_BREAK,
    SALT_MISREAD,
    SALT_CYCLE,
    SALT_FILLING,
    SALT_COVERAGE,
};

static uint64_t draw(const struct year_device *device, enum salt salt, uint64_t at)
{
    return year_draw(device->view.key, salt, at);
}

/* --- supplies --------------------------------------------------------------------------------- */

static bool is_toner(const struct sim_spec_supply *spec)
{
    return spec->colorant != 0 && spec->type != 9;
}

/* Pages up to an hour as a supply sees them. */
static uint64_t seen_by(const struct year_device *device, const struct year_supply *supply,
                        int hour)
{
    const int last = YEAR_HORIZON * 24;
    int now = hour < last ? hour : last;
    int week = year_week(now / 24 < YEAR_HORIZON ? now / 24 : YEAR_HORIZON - 1);
    uint64_t before = year_usage_printed(&device->usage, year_week_start(week) * 24);
    uint64_t pages = year_usage_printed(&device->usage, now) - before;
    uint64_t whole = year_usage_printed(&device->usage, year_week_start(week + 1) * 24) - before;
    uint64_t seen = supply->seen[week + 1] - supply->seen[week];
    return supply->seen[week] + (whole > 0 ? seen * pages / whole : 0);
}

static void see_pages(const struct year_device *device, struct year_supply *supply, unsigned at)
{
    double sum = 0;
    double spread = is_toner(supply->spec) ? COVERAGE_SPREAD : 0;
    for (int week = 0; week < YEAR_WEEKS; week++) {
        uint64_t pages = year_usage_printed(&device->usage, year_week_start(week + 1) * 24) -
                         year_usage_printed(&device->usage, year_week_start(week) * 24);
        double normal = year_normal(device->view.key, SALT_COVERAGE, at * 1000u + (unsigned)week);
        supply->seen[week] = (uint32_t)sum;
        sum += (double)pages * supply->share * exp(spread * normal - spread * spread / 2);
    }
    supply->seen[YEAR_WEEKS] = (uint32_t)sum;
}

/* Pages that a filling lasts. */
static uint32_t hold(const struct year_device *device, const struct year_supply *supply,
                     unsigned at)
{
    const struct sim_spec_supply *spec = supply->spec;
    /* Who prints so much that a filling lasts for days has a larger one. */
    double least =
        (is_toner(spec) ? 1 : 4) * SHORTEST_DAYS * supply->share * (double)device->view.daily;
    double usual = (double)spec->yield > least ? (double)spec->yield : least;
    double normal = year_normal(device->view.key, SALT_FILLING, at * 1000u + supply->cycles);
    return (uint32_t)(usual * exp(FILLING_SPREAD * normal));
}

static void make_supply(struct year_device *device, unsigned at, const struct sim_spec_supply *spec)
{
    struct year_supply *supply = &device->supplies[at];
    uint64_t own = sim_draw(device->view.key, SIM_SALT_SUPPLY + at);
    supply->spec = spec;
    supply->share = 0.4 + (double)(own & 0xffff) / 65536;
    supply->has_serial = strchr(spec->descr, '%') != NULL;
    see_pages(device, supply, at);
    supply->cycles = 0;
    supply->fulls[0] = hold(device, supply, at);
    supply->cycles = 1;
    supply->starts[0] = 0;
    /* The first filling is partly used: it ends so much sooner. */
    uint64_t used = sim_scale(own, supply->fulls[0]);
    uint64_t end = supply->seen[YEAR_WEEKS];
    double daily = (double)device->view.daily * supply->share;
    while (supply->cycles < YEAR_CYCLES_MAX && supply->starts[supply->cycles - 1] < end) {
        uint64_t drawn = draw(device, SALT_CYCLE, at * 1000u + supply->cycles);
        uint64_t full = supply->fulls[supply->cycles - 1];
        uint64_t life = full + full / 64 + 1 + (uint64_t)(daily * (double)(drawn >> 32 & 3));
        if (drawn % 8 == 0) {
            life = full * (30 + (drawn >> 16) % 40) / 100;
        }
        if (supply->cycles == 1) {
            life = life > used + 10 ? life - used : 10;
        }
        supply->starts[supply->cycles] = supply->starts[supply->cycles - 1] + life;
        supply->fulls[supply->cycles] = hold(device, supply, at);
        supply->cycles++;
    }
    /* So that the first filling is like the others: it began before the start. */
    supply->starts[0] = 0 - used;
}

struct year_fill year_fill_at(const struct year_device *device, unsigned at, int hour)
{
    const struct year_supply *supply = &device->supplies[at];
    uint64_t seen = seen_by(device, supply, hour);
    struct year_fill fill = {0};
    while (fill.cycle + 1 < supply->cycles && supply->starts[fill.cycle + 1] <= seen) {
        fill.cycle++;
    }
    uint64_t used = seen - supply->starts[fill.cycle]; /* the first may have begun below 0 */
    fill.full = supply->fulls[fill.cycle];
    fill.left = used < fill.full ? fill.full - used : 0;
    return fill;
}

double year_days_left(const struct year_device *device, unsigned at, int hour)
{
    const struct year_supply *supply = &device->supplies[at];
    struct year_fill fill = year_fill_at(device, at, hour);
    uint64_t empty = supply->starts[fill.cycle] + fill.full;
    int low = hour;
    int high = YEAR_HORIZON * 24;
    if (fill.left == 0) {
        return 0;
    }
    if (seen_by(device, supply, high) < empty) {
        return -1;
    }
    while (low + 1 < high) {
        int middle = (low + high) / 2;
        if (seen_by(device, supply, middle) >= empty) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return (double)(high - hour) / 24;
}

double year_days_expected(const struct year_device *device, unsigned at, int hour)
{
    struct year_fill fill = year_fill_at(device, at, hour);
    return fill.left == 0 ? 0
                          : year_usage_expect(&device->usage, hour,
                                              (double)fill.left / device->supplies[at].share);
}

/* --- mishaps ---------------------------------------------------------------------------------- */

/* Mishaps of one kind: time is cut into windows, each has one with a chance of share/256. */
struct rhythm {
    enum salt salt;
    int window_h;
    unsigned chance;
};

/* The hour at which it happens in a window, -1 when it does not. */
static int happens_at(const struct year_device *device, const struct rhythm *rhythm, int window)
{
    uint64_t drawn = draw(device, rhythm->salt, (uint64_t)window);
    if ((drawn & 255) >= rhythm->chance) {
        return -1;
    }
    return window * rhythm->window_h + (int)sim_scale(sim_mix(drawn), (uint64_t)rhythm->window_h);
}

static unsigned count_until(const struct year_device *device, const struct rhythm *rhythm, int hour)
{
    unsigned count = 0;
    for (int window = 0; window * rhythm->window_h <= hour; window++) {
        int at = happens_at(device, rhythm, window);
        count += at >= 0 && at <= hour;
    }
    return count;
}

static bool is_out(const struct year_device *device, int hour)
{
    static const struct rhythm rhythm = {SALT_OUTAGE, 2000, 200};
    static const int lengths_h[] = {2, 5, 12, 30, 60, 100, 200, 400};
    for (int window = hour / rhythm.window_h; window >= 0 && window > hour / rhythm.window_h - 2;
         window--) {
        int at = happens_at(device, &rhythm, window);
        uint64_t drawn = draw(device, SALT_OUTAGE, (uint64_t)window + 100000);
        if (at >= 0 && hour >= at && hour < at + lengths_h[drawn % 8]) {
            return true;
        }
    }
    return false;
}

/* Between eight in the evening and six in the morning, in one night of two. */
static bool is_night(const struct year_device *device, int hour, unsigned of_nights)
{
    int night = (hour + 4) / 24;
    int of_night = (hour + 4) % 24;
    return of_night < 10 && draw(device, SALT_SLEEP, (uint64_t)night) % of_nights == 0;
}

bool year_sleeps(const struct year_device *device, int hour)
{
    return is_night(device, hour, 2);
}

bool year_answers(const struct year_device *device, int hour)
{
    bool is_deep = is_night(device, hour, 10) && (hour + 4) % 24 >= 3;
    return hour >= device->first_hour && hour < device->last_hour && !is_deep &&
           !is_out(device, hour);
}

bool year_is_jammed(const struct year_device *device, int hour)
{
    static const struct rhythm rhythm = {SALT_JAM, 500, 160};
    int at = happens_at(device, &rhythm, hour / rhythm.window_h);
    return at >= 0 && hour >= at && hour < at + 20;
}

unsigned year_moves(const struct year_device *device, int hour)
{
    static const struct rhythm rhythm = {SALT_MOVE, 3000, 60};
    return count_until(device, &rhythm, hour);
}

unsigned year_firmwares(const struct year_device *device, int hour)
{
    static const struct rhythm rhythm = {SALT_FIRMWARE, 4000, 128};
    return count_until(device, &rhythm, hour);
}

unsigned year_credentials(const struct year_device *device, int hour)
{
    static const struct rhythm rhythm = {SALT_CREDENTIAL, 5000, 60};
    return count_until(device, &rhythm, hour);
}

enum year_break year_break_in(const struct year_device *device, int before, int hour)
{
    static const struct rhythm rhythm = {SALT_BREAK, 2400, 60};
    for (int window = before / rhythm.window_h; window <= hour / rhythm.window_h; window++) {
        int at = happens_at(device, &rhythm, window);
        /* While nobody looks for long, nobody can tell one break from another. */
        if (at > before && at <= hour && at > device->first_hour + 500 &&
            hour - before <= (int)device->interval_h) {
            return draw(device, SALT_BREAK, (uint64_t)window + 100000) % 2 == 0 ? YEAR_RESET
                                                                                : YEAR_BOARD;
        }
    }
    return YEAR_NO_BREAK;
}

bool year_is_misread(const struct year_device *device, int hour, bool *as_empty)
{
    uint64_t drawn = draw(device, SALT_MISREAD, (uint64_t)hour);
    *as_empty = (drawn >> 32 & 1) == 0;
    return drawn % 2000 == 0;
}

/* --- devices ---------------------------------------------------------------------------------- */

bool year_device_make(struct year_device *device, const struct sim_spec *spec, uint64_t seed,
                      uint32_t number)
{
    const struct sim_model model = {.spec = spec, .name = spec->name};
    const struct sim_identity identity = {
        .model = &model, .key = sim_mix(seed ^ number), .number = number, .address = number};
    device->number = number;
    device->supply_count = 0;
    sim_device_view(&device->view, &identity, (uint64_t)YEAR_START_MS, (uint64_t)YEAR_START_MS);
    uint64_t life = draw(device, SALT_LIFE, 0);
    device->interval_h = number % 20 == 0 ? 1 : number % 2 == 0 ? 12 : 24;
    device->first_hour = (int)(life % 1000);
    device->last_hour = life >> 32 & 63 ? YEAR_HOURS : 3000 + (int)(life >> 40) % 5000;
    year_usage_make(&device->usage, &device->view);
    for (unsigned i = 0; i < spec->supply_count && i < YEAR_SUPPLIES_MAX; i++) {
        make_supply(device, device->supply_count++, &spec->supplies[i]);
    }
    return device->supply_count > 0;
}
