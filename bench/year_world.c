#include "bench/year_world.h"

#include <math.h>
#include <string.h>

/* A filling lasts so long at the usual pace. */
#define SHORTEST_DAYS 45U

/* What is asked of a device, beside the salts of the simulator. */
enum salt {
    SALT_LIFE = 5000,
    SALT_DAY,
    SALT_WEEK,
    SALT_MONTH,
    SALT_STYLE,
    SALT_OUTAGE,
    SALT_SLEEP,
    SALT_JAM,
    SALT_MOVE,
    SALT_FIRMWARE,
    SALT_CREDENTIAL,
    SALT_BREAK,
    SALT_MISREAD,
    SALT_CYCLE,
};

static uint64_t draw(const struct year_device *device, enum salt salt, uint64_t at)
{
    return sim_mix(sim_draw(device->view.key, salt) + at * 0x9e3779b97f4a7c15u);
}

static double share(uint64_t drawn)
{
    return (double)(drawn >> 11) / 9007199254740992.0;
}

/* The sum of twelve evenly drawn numbers is as good as a normal one. */
static double normal(const struct year_device *device, enum salt salt, uint64_t at)
{
    double sum = -6;
    uint64_t drawn = draw(device, salt, at);
    for (int i = 0; i < 12; i++) {
        drawn = sim_mix(drawn);
        sum += share(drawn);
    }
    return sum;
}

/* --- printing --------------------------------------------------------------------------------- */

/* 0 Monday ... 6 Sunday; the start is a Thursday. */
static int weekday(int day)
{
    return (day + 3) % 7;
}

static double pages_of(const struct year_device *device, int day, double month)
{
    double style = share(draw(device, SALT_STYLE, 0));
    double off = weekday(day) < 5 ? 1 : 0.35 * share(draw(device, SALT_STYLE, 1));
    double chance = exp((0.1 + 0.3 * style) * normal(device, SALT_DAY, (uint64_t)day));
    double week = exp(0.08 * normal(device, SALT_WEEK, (uint64_t)(day + 3) / 7));
    int of_year = (day + (int)(draw(device, SALT_STYLE, 2) % 60)) % 182;
    double holiday = of_year < 7 ? 0.3 : 1;
    return (double)device->view.daily * off * chance * week * month * holiday;
}

static void print_days(struct year_device *device)
{
    double sum = 0;
    double month = 0;
    for (int day = 0; day < YEAR_HORIZON; day++) {
        if (day % 30 == 0) { /* wanders, and is drawn back to what is usual */
            month = 0.8 * month + 0.05 * normal(device, SALT_MONTH, (uint64_t)day / 30);
        }
        device->printed[day] = (uint32_t)sum;
        sum += pages_of(device, day, exp(month));
    }
    device->printed[YEAR_HORIZON] = (uint32_t)sum;
}

uint64_t year_printed(const struct year_device *device, int hour)
{
    int day = hour / 24;
    int of_day = hour % 24;
    if (day >= YEAR_HORIZON) {
        return device->printed[YEAR_HORIZON];
    }
    int worked = of_day < 8 ? 0 : of_day > 18 ? 10 : of_day - 8;
    uint64_t pages = device->printed[day + 1] - device->printed[day];
    return device->printed[day] + pages * (uint64_t)worked / 10;
}

/* --- supplies --------------------------------------------------------------------------------- */

static uint64_t seen_by(const struct year_supply *supply, uint64_t printed)
{
    return printed * supply->share >> 16;
}

static void make_supply(struct year_device *device, unsigned at, const struct sim_spec_supply *spec)
{
    struct year_supply *supply = &device->supplies[at];
    uint64_t own = sim_draw(device->view.key, SIM_SALT_SUPPLY + at);
    uint64_t end = 0;
    supply->spec = spec;
    supply->share = 26214 + (own & 0xffff);
    /* Who prints so much that a filling lasts for days has a larger one. */
    bool is_toner = spec->colorant != 0 && spec->type != 9;
    supply->full = (is_toner ? 1U : 4U) * SHORTEST_DAYS * seen_by(supply, device->view.daily);
    supply->full = spec->yield > supply->full ? spec->yield : supply->full;
    supply->has_serial = strchr(spec->descr, '%') != NULL;
    supply->cycles = 1;
    supply->starts[0] = 0;
    /* The first filling is partly used: it ends so much sooner. */
    uint64_t used = sim_scale(own, supply->full);
    end = seen_by(supply, device->printed[YEAR_HORIZON]);
    while (supply->cycles < YEAR_CYCLES_MAX && supply->starts[supply->cycles - 1] < end) {
        uint64_t drawn = draw(device, SALT_CYCLE, at * 1000u + supply->cycles);
        uint64_t wait =
            supply->full / 64 + 1 + seen_by(supply, device->view.daily) * (drawn >> 32 & 3);
        uint64_t life = supply->full + wait;
        if (drawn % 8 == 0) {
            life = supply->full * (30 + (drawn >> 16) % 40) / 100;
        }
        if (supply->cycles == 1) {
            life = life > used + 10 ? life - used : 10;
        }
        supply->starts[supply->cycles] = supply->starts[supply->cycles - 1] + life;
        supply->cycles++;
    }
    /* So that the first filling is like the others: it began before the start. */
    supply->starts[0] = 0 - used;
}

struct year_fill year_fill_at(const struct year_device *device, unsigned at, int hour)
{
    const struct year_supply *supply = &device->supplies[at];
    uint64_t seen = seen_by(supply, year_printed(device, hour));
    struct year_fill fill = {0};
    while (fill.cycle + 1 < supply->cycles && supply->starts[fill.cycle + 1] <= seen) {
        fill.cycle++;
    }
    uint64_t used = seen - supply->starts[fill.cycle]; /* the first may have begun below 0 */
    fill.left = used < supply->full ? supply->full - used : 0;
    return fill;
}

double year_days_left(const struct year_device *device, unsigned at, int hour)
{
    const struct year_supply *supply = &device->supplies[at];
    struct year_fill fill = year_fill_at(device, at, hour);
    uint64_t empty = supply->starts[fill.cycle] + supply->full;
    int low = hour;
    int high = YEAR_HORIZON * 24;
    if (fill.left == 0) {
        return 0;
    }
    if (seen_by(supply, year_printed(device, high)) < empty) {
        return -1;
    }
    while (low + 1 < high) {
        int middle = (low + high) / 2;
        if (seen_by(supply, year_printed(device, middle)) >= empty) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return (double)(high - hour) / 24;
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
    print_days(device);
    for (unsigned i = 0; i < spec->supply_count && i < YEAR_SUPPLIES_MAX; i++) {
        make_supply(device, device->supply_count++, &spec->supplies[i]);
    }
    return device->supply_count > 0;
}
