/*
 * What a device of the virtual year prints, day by day, and what somebody who knew all of its
 * habits would expect. It follows from the device's key and nothing else.
 *
 * What is known of offices, and the figures made of it (they were set before any forecast was held
 * against them, and are not to be tuned):
 *
 *   rhythm     Tuesday the most, Friday the least (print counts of a library by weekday,
 *              Willamette 2012); each device 10 % off that by its own. Seven of ten stand still at
 *              weekends (2 % of a working day), three have Saturdays of 10 to 50 %.
 *   jobs       The usual job has four pages (InfoTrends 2007, office printer use), the mean is
 *              more: 6 with a deviation of twice that. A day of P pages then has a variance of
 *              30 P: 17 % of the mean at 1,000 pages, 55 % at 100.
 *   people     Beyond jobs, who is in today and what is due: 10 to 40 % of a day, by device, and
 *              12 % of a week.
 *   pace       Wanders about the usual by 13 %, half of which is forgotten in three months.
 *   trend      +5 to -20 % a year, by device (Print Audit 2017: pages a user and day fell from
 *              20.5 to 17.4 in a year).
 *   moves      One device in four a year changes hands: its pace is multiplied by exp(N(0, 0.4)).
 *   calendar   By site (50 devices): ten public holidays, closed from 24 December to 1 January,
 *              four summer weeks at 70 %. On a holiday 5 % of a day is printed.
 *
 * The day-to-day noise of a device of 300 pages is then 35 to 55 % of a working day.
 */
#pragma once

#include "bench/sim/device.h"

/* Days that are lived, and days behind them in which what is left runs out. */
#define YEAR_DAYS    400
#define YEAR_HORIZON 1130
#define YEAR_HOURS   (YEAR_DAYS * 24)
#define YEAR_WEEKS   ((YEAR_HORIZON + 3) / 7 + 1)

/* 2026-01-01, a Thursday */
#define YEAR_START_MS INT64_C(1767225600000)
#define YEAR_HOUR_MS  INT64_C(3600000)
#define YEAR_DAY_MS   INT64_C(86400000)

struct year_usage {
    uint32_t printed[YEAR_HORIZON + 1]; /* by the beginning of each day */
    float usual[YEAR_HORIZON];          /* pages of a day by rhythm, trend and calendar */
    float wander[YEAR_WEEKS];           /* the logarithm of the pace, by week */
    float moved[YEAR_HORIZON];          /* the same, of what changed hands by then */
};

/* Says what a device prints. */
void year_usage_make(struct year_usage *usage, const struct sim_view *view);

/* Returns: the week of a day, Monday its first; the start is in week 0. */
int year_week(int day);

/* Returns: the day a week begins with, the start at least. */
int year_week_start(int week);

/* Returns: pages printed by an hour since the start. */
uint64_t year_usage_printed(const struct year_usage *usage, int hour);

/* Returns: days from an hour until so many pages are printed, as one would expect who knows the
 * habits, the calendar and the pace of that hour, and not what chance will bring; < 0 beyond the
 * horizon. */
double year_usage_expect(const struct year_usage *usage, int hour, double pages);

/* Draws; what they are asked for is told by `salt`. Any 64 bits; normal with deviation 1. */
uint64_t year_draw(uint64_t key, uint64_t salt, uint64_t at);
double year_normal(uint64_t key, uint64_t salt, uint64_t at);
