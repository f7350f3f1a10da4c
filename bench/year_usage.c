#include "bench/year_usage.h"

#include <math.h>

#define WEEK 7

#define RHYTHM_OWN   0.10
#define JOB_PAGES    6.0
#define JOB_SPREAD   2.0
#define PEOPLE_LEAST 0.10
#define PEOPLE_MORE  0.30
#define PEOPLE_WEEK  0.12
#define WANDER       0.13
#define WANDER_KEPT  0.95 /* from one week to the next */
#define TREND_MOST   0.05 /* a year */
#define TREND_RANGE  0.25
#define MOVE_WEEKS   208 /* between two moves */
#define MOVE         0.4

#define SITE_DEVICES   50U
#define HOLIDAY        0.05
#define HOLIDAYS       10U
#define SUMMER         0.7
#define SUMMER_DAYS    28
#define YEAR_END_FIRST 357 /* 24 December, days of the year from 0 */

/* What is drawn, beside the salts of year_world.c and the simulator. */
enum salt {
    SALT_DAY = 6000,
    SALT_WEEK,
    SALT_WANDER,
    SALT_STYLE,
    SALT_RHYTHM,
    SALT_MOVE,
    SALT_MOVED,
    SALT_SITE,
};

/* --- drawing ---------------------------------------------------------------------------------- */

uint64_t year_draw(uint64_t key, uint64_t salt, uint64_t at)
{
    return sim_mix(sim_mix(key ^ salt * 0xd1342543de82ef95u) + at * 0x9e3779b97f4a7c15u);
}

/* In [0, 1). */
static double share(uint64_t drawn)
{
    return (double)(drawn >> 11) / 9007199254740992.0;
}

/* Box and Muller 1958. */
double year_normal(uint64_t key, uint64_t salt, uint64_t at)
{
    uint64_t drawn = year_draw(key, salt, at);
    double size = sqrt(-2 * log(1 - share(drawn)));
    return size * cos(2 * M_PI * share(sim_mix(drawn)));
}

/* A factor with mean 1. */
static double factor(double deviation, double normal)
{
    return exp(deviation * normal - deviation * deviation / 2);
}

/* --- the calendar ----------------------------------------------------------------------------- */

/* 0 Monday ... 6 Sunday; the start is a Thursday. */
static int weekday(int day)
{
    return (day + 3) % WEEK;
}

int year_week(int day)
{
    return (day + 3) / WEEK;
}

int year_week_start(int week)
{
    return week == 0 ? 0 : week * WEEK - 3;
}

/* The share of a usual day that is printed at a site. */
static double calendar(uint64_t site, int day)
{
    int year = day < 365 ? 0 : day < 730 ? 1 : day < 1096 ? 2 : 3; /* 2028 has 366 days */
    int of_year = day - (year == 3 ? 1096 : 365 * year);
    int summer = 165 + (int)(year_draw(site, SALT_SITE, 0) % 50);
    if (of_year == 0 || of_year >= YEAR_END_FIRST) {
        return HOLIDAY;
    }
    for (unsigned i = 1; i <= HOLIDAYS; i++) {
        if (of_year == (int)(year_draw(site, SALT_SITE, i) % YEAR_END_FIRST)) {
            return HOLIDAY;
        }
    }
    return of_year >= summer && of_year < summer + SUMMER_DAYS ? SUMMER : 1;
}

/* --- habits ----------------------------------------------------------------------------------- */

static void find_rhythm(uint64_t key, double shares[WEEK])
{
    static const double usual[WEEK] = {1.00, 1.10, 1.06, 1.02, 0.82, 0.02, 0.02};
    uint64_t style = year_draw(key, SALT_RHYTHM, WEEK);
    for (unsigned i = 0; i < WEEK; i++) {
        shares[i] = usual[i] * factor(RHYTHM_OWN, year_normal(key, SALT_RHYTHM, i));
    }
    if (style % 10 < 3) {
        shares[5] = 0.1 + 0.4 * share(style);
    }
}

static void find_usual(struct year_usage *usage, const struct sim_view *view)
{
    double shares[WEEK];
    double trend = TREND_MOST - TREND_RANGE * share(year_draw(view->key, SALT_STYLE, 0));
    find_rhythm(view->key, shares);
    for (int day = 0; day < YEAR_HORIZON; day++) {
        usage->usual[day] =
            (float)((double)view->daily * shares[weekday(day)] * exp(trend * day / 365) *
                    calendar(view->number / SITE_DEVICES, day));
    }
}

static void find_pace(struct year_usage *usage, uint64_t key)
{
    double wander = WANDER * year_normal(key, SALT_WANDER, YEAR_WEEKS);
    double moved = 0;
    for (int week = 0; week < YEAR_WEEKS; week++) {
        uint64_t at = (uint64_t)week;
        usage->wander[week] = (float)wander;
        wander = WANDER_KEPT * wander +
                 WANDER * sqrt(1 - WANDER_KEPT * WANDER_KEPT) * year_normal(key, SALT_WANDER, at);
        if (year_draw(key, SALT_MOVE, at) % MOVE_WEEKS == 0) {
            moved += MOVE * year_normal(key, SALT_MOVED, at);
        }
        for (int day = year_week_start(week); day < year_week_start(week + 1); day++) {
            if (day < YEAR_HORIZON) {
                usage->moved[day] = (float)moved;
            }
        }
    }
}

/* --- days ------------------------------------------------------------------------------------- */

void year_usage_make(struct year_usage *usage, const struct sim_view *view)
{
    double own = PEOPLE_LEAST + PEOPLE_MORE * share(year_draw(view->key, SALT_STYLE, 1));
    double of_jobs = JOB_PAGES * (1 + JOB_SPREAD * JOB_SPREAD);
    double sum = 0;
    find_usual(usage, view);
    find_pace(usage, view->key);
    for (int day = 0; day < YEAR_HORIZON; day++) {
        int week = year_week(day);
        double pages = (double)usage->usual[day] * exp((double)usage->moved[day]) *
                       factor(WANDER, (double)usage->wander[week] / WANDER);
        double deviation = sqrt(log(1 + of_jobs / (pages > 1 ? pages : 1) + own * own));
        usage->printed[day] = (uint32_t)sum;
        sum += pages * factor(deviation, year_normal(view->key, SALT_DAY, (uint64_t)day)) *
               factor(PEOPLE_WEEK, year_normal(view->key, SALT_WEEK, (uint64_t)week));
    }
    usage->printed[YEAR_HORIZON] = (uint32_t)sum;
}

/* Share of a day's pages that is printed by an hour of it. */
static double share_of_day(int hour)
{
    return hour < 8 ? 0 : hour > 18 ? 1 : (hour - 8) / 10.0;
}

uint64_t year_usage_printed(const struct year_usage *usage, int hour)
{
    int day = hour / 24;
    if (day >= YEAR_HORIZON) {
        return usage->printed[YEAR_HORIZON];
    }
    uint64_t pages = usage->printed[day + 1] - usage->printed[day];
    return usage->printed[day] + (uint64_t)((double)pages * share_of_day(hour % 24));
}

/* The logarithm of the pace to be expected a number of weeks after that of a day is known. */
static double pace_after(const struct year_usage *usage, int day, int weeks)
{
    double kept = pow(WANDER_KEPT, weeks);
    return (double)usage->moved[day] + kept * (double)usage->wander[year_week(day)] -
           kept * kept * WANDER * WANDER / 2;
}

double year_usage_expect(const struct year_usage *usage, int hour, double pages)
{
    const int today = hour / 24;
    double left = pages;
    double pace = 0;
    for (int day = today; day < YEAR_HORIZON; day++) {
        double passed = day == today ? share_of_day(hour % 24) : 0;
        if (day == today || day == year_week_start(year_week(day))) {
            pace = exp(pace_after(usage, today, year_week(day) - year_week(today)));
        }
        double whole = pace * (double)usage->usual[day];
        if (left <= whole * (1 - passed)) {
            /* What is printed of a day is printed between eight and six. */
            double of_day = whole > 0 ? (8 + 10 * (passed + left / whole)) / 24 : 1;
            return day + of_day - hour / 24.0;
        }
        left -= whole * (1 - passed);
    }
    return -1;
}
