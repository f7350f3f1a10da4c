#include "core/app/when.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

void when_iso(int64_t unix_ms, char *out, size_t cap)
{
    time_t seconds = (time_t)(unix_ms / 1000 - (unix_ms % 1000 < 0));
    struct tm tm;
    if (gmtime_r(&seconds, &tm) == NULL || strftime(out, cap, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0) {
        snprintf(out, cap, "%" PRId64, unix_ms);
    }
}

void when_local(int64_t unix_ms, char *out, size_t cap)
{
    time_t seconds = (time_t)(unix_ms / 1000 - (unix_ms % 1000 < 0));
    struct tm tm;
    if (localtime_r(&seconds, &tm) == NULL || strftime(out, cap, "%Y-%m-%d %H:%M", &tm) == 0) {
        snprintf(out, cap, "%" PRId64, unix_ms);
    }
}

void when_ago(int64_t unix_ms, int64_t now_unix_ms, char *out, size_t cap)
{
    static const struct {
        int64_t below_ms;
        int64_t unit_ms;
        const char *unit;
    } steps[] = {
        {2 * MINUTE_MS, SECOND_MS, "s"},
        {2 * HOUR_MS, MINUTE_MS, "min"},
        {2 * DAY_MS, HOUR_MS, "h"},
        {60 * DAY_MS, DAY_MS, "d"},
    };
    int64_t age_ms = now_unix_ms - unix_ms;
    /* Clocks of two machines differ a little: a second ahead is no future. */
    if (age_ms > -2 * SECOND_MS && age_ms < SECOND_MS) {
        snprintf(out, cap, "now");
        return;
    }
    for (size_t i = 0; age_ms > 0 && i < BASE_ARRAY_COUNT(steps); i++) {
        if (age_ms < steps[i].below_ms) {
            snprintf(out, cap, "%" PRId64 " %s ago", age_ms / steps[i].unit_ms, steps[i].unit);
            return;
        }
    }
    when_iso(unix_ms, out, cap);
    out[10] = '\0'; /* the date of YYYY-MM-DDT... */
}

/* "30m", "5h", "7d", "2w" before now. */
static int parse_relative(const char *text, int64_t now_unix_ms, int64_t *unix_ms)
{
    static const struct {
        char letter;
        int64_t unit_ms;
    } units[] = {
        {'s', SECOND_MS}, {'m', MINUTE_MS}, {'h', HOUR_MS}, {'d', DAY_MS}, {'w', 7 * DAY_MS}};
    char *end = NULL;
    long long count = strtoll(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || count > 100000 || end[0] == '\0' || end[1] != '\0') {
        return BASE_EFORMAT;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(units); i++) {
        if (end[0] == units[i].letter) {
            *unix_ms = now_unix_ms - count * units[i].unit_ms;
            return 0;
        }
    }
    return BASE_EFORMAT;
}

/* The end of a time: nothing (local), "Z", or "+01:00". */
static int parse_zone(const char *text, bool *local, int64_t *offset_ms)
{
    struct tm offset = {0};
    *local = text[0] == '\0';
    *offset_ms = 0;
    if (*local || strcmp(text, "Z") == 0 || strcmp(text, "z") == 0) {
        return 0;
    }
    bool is_offset = (text[0] == '+' || text[0] == '-') && isdigit((unsigned char)text[1]);
    const char *end = is_offset ? strptime(text + 1, "%H:%M", &offset) : NULL;
    if (end == NULL || *end != '\0' || offset.tm_hour > 14) {
        return BASE_EFORMAT;
    }
    *offset_ms = (offset.tm_hour * HOUR_MS + offset.tm_min * MINUTE_MS) * (text[0] == '-' ? -1 : 1);
    return 0;
}

/* mktime and timegm roll 30 February over into March; such a date is refused. */
static int to_unix_ms(struct tm *tm, bool local, int64_t offset_ms, int64_t *unix_ms)
{
    struct tm given = *tm;
    tm->tm_isdst = -1;
    time_t seconds = local ? mktime(tm) : timegm(tm);
    if (tm->tm_mday != given.tm_mday || tm->tm_mon != given.tm_mon) {
        return BASE_EFORMAT;
    }
    *unix_ms = (int64_t)seconds * 1000 - offset_ms;
    return 0;
}

static int end_of_day(const struct tm *day, int64_t *unix_ms)
{
    struct tm noon = *day;
    struct tm next = *day;
    int64_t ignored = 0;
    noon.tm_hour = 12; /* midnight does not exist on every day of every zone */
    if (to_unix_ms(&noon, true, 0, &ignored) != 0) {
        return BASE_EFORMAT;
    }
    next.tm_mday++;
    next.tm_isdst = -1;
    *unix_ms = (int64_t)mktime(&next) * 1000 - 1;
    return 0;
}

int when_parse(const char *text, int64_t now_unix_ms, int64_t *unix_ms)
{
    struct tm tm = {0};
    bool local = true;
    int64_t offset_ms = 0;
    if (strcmp(text, "now") == 0) {
        *unix_ms = now_unix_ms;
        return 0;
    }
    const char *rest = strptime(text, "%Y-%m-%d", &tm);
    if (rest == NULL || rest - text != 10) {
        return parse_relative(text, now_unix_ms, unix_ms);
    }
    if (rest[0] == '\0') {
        return end_of_day(&tm, unix_ms);
    }
    if (rest[0] != 'T' && rest[0] != 't' && rest[0] != ' ') {
        return BASE_EFORMAT;
    }
    const char *zone = strptime(rest + 1, "%H:%M:%S", &tm);
    if (zone == NULL) {
        zone = strptime(rest + 1, "%H:%M", &tm);
    }
    if (zone == NULL || parse_zone(zone, &local, &offset_ms) != 0) {
        return BASE_EFORMAT;
    }
    return to_unix_ms(&tm, local, offset_ms, unix_ms);
}
