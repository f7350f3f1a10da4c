#include "core/app/period.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_MS INT64_C(86400000)

/* Days since 1970 of a date; mktime's cousin would take 30 February. */
static bool to_day(int year, int month, int day, int64_t *out)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
    time_t seconds = timegm(&tm);
    *out = (int64_t)seconds / (DAY_MS / 1000);
    return year >= 1970 && tm.tm_mday == day && tm.tm_mon == month - 1;
}

/* Reads `count` digits. */
static bool take_number(const char **text, size_t count, int *out)
{
    int number = 0;
    for (size_t i = 0; i < count; i++, (*text)++) {
        if (!isdigit((unsigned char)**text)) {
            return false;
        }
        number = number * 10 + (**text - '0');
    }
    *out = number;
    return true;
}

static bool take(const char **text, char wanted)
{
    bool is_there = **text == wanted;
    *text += is_there;
    return is_there;
}

static struct meter_span days(int64_t from, int64_t to)
{
    return (struct meter_span){.from_unix_ms = from * DAY_MS, .to_unix_ms = to * DAY_MS};
}

/* ISO 8601: the first week is the one with 4 January in it; weeks begin on Monday. */
static bool parse_week(int year, int week, struct meter_span *out)
{
    int64_t january_4 = 0;
    int64_t next_january_4 = 0;
    if (!to_day(year, 1, 4, &january_4) || !to_day(year + 1, 1, 4, &next_january_4)) {
        return false;
    }
    /* 1970-01-01 was a Thursday. */
    int64_t first = january_4 - (january_4 + 3) % 7;
    int64_t next_first = next_january_4 - (next_january_4 + 3) % 7;
    int64_t monday = first + (int64_t)(week - 1) * 7;
    *out = days(monday, monday + 7);
    return week >= 1 && monday < next_first;
}

/* "+02:00", "Z" or nothing. */
static bool take_zone(const char **text, int64_t *offset_ms)
{
    int hours = 0;
    int minutes = 0;
    *offset_ms = 0;
    if (take(text, 'Z') || **text == '\0') {
        return true;
    }
    bool is_west = **text == '-';
    if ((!take(text, '+') && !take(text, '-')) || !take_number(text, 2, &hours) ||
        !take(text, ':') || !take_number(text, 2, &minutes) || hours > 14 || minutes > 59) {
        return false;
    }
    *offset_ms = (hours * INT64_C(60) + minutes) * 60000 * (is_west ? -1 : 1);
    return true;
}

/* What stands behind the "T" of an instant. */
static bool parse_instant(const char *text, int64_t day, struct meter_span *out)
{
    int hour = 0;
    int minute = 0;
    int second = 0;
    int64_t offset_ms = 0;
    if (!take_number(&text, 2, &hour) || !take(&text, ':') || !take_number(&text, 2, &minute) ||
        (take(&text, ':') && !take_number(&text, 2, &second)) || !take_zone(&text, &offset_ms) ||
        *text != '\0' || hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    int64_t at = day * DAY_MS + ((hour * INT64_C(60) + minute) * 60 + second) * 1000 - offset_ms;
    *out = (struct meter_span){at, at};
    return true;
}

static bool parse_date(const char *text, int year, bool may_be_instant, struct meter_span *out)
{
    int month = 0;
    int date = 0;
    int64_t from = 0;
    int64_t to = 0;
    if (!take_number(&text, 2, &month)) {
        return false;
    }
    if (*text == '\0') {
        bool is_month =
            to_day(year, month, 1, &from) && to_day(year + month / 12, month % 12 + 1, 1, &to);
        *out = days(from, to);
        return is_month;
    }
    if (!take(&text, '-') || !take_number(&text, 2, &date) || !to_day(year, month, date, &from)) {
        return false;
    }
    *out = days(from, from + 1);
    return *text == '\0' || (may_be_instant && take(&text, 'T') && parse_instant(text, from, out));
}

static bool parse_one(const char *text, bool may_be_instant, struct meter_span *out)
{
    int year = 0;
    int week = 0;
    int64_t from = 0;
    int64_t to = 0;
    if (!take_number(&text, 4, &year)) {
        return false;
    }
    if (*text == '\0') {
        bool is_year = to_day(year, 1, 1, &from) && to_day(year + 1, 1, 1, &to);
        *out = days(from, to);
        return is_year;
    }
    if (!take(&text, '-')) {
        return false;
    }
    if (take(&text, 'W')) {
        return take_number(&text, 2, &week) && *text == '\0' && parse_week(year, week, out);
    }
    return parse_date(text, year, may_be_instant, out);
}

int period_parse(const char *text, struct meter_span *out)
{
    struct meter_span from;
    struct meter_span to;
    char first[64];
    const char *dots = strstr(text, "..");
    if (dots == NULL) {
        if (!parse_one(text, false, &from)) {
            return BASE_EFORMAT;
        }
        *out = from;
        return 0;
    }
    if ((size_t)(dots - text) >= sizeof(first)) {
        return BASE_EFORMAT;
    }
    snprintf(first, sizeof(first), "%.*s", (int)(dots - text), text);
    if (!parse_one(first, true, &from) || !parse_one(dots + 2, true, &to) ||
        to.to_unix_ms < from.from_unix_ms) {
        return BASE_EFORMAT;
    }
    *out = (struct meter_span){from.from_unix_ms, to.to_unix_ms};
    return 0;
}
