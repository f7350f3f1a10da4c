#include "core/fleet/rows_trend.h"

#include "core/fleet/rows_pack.h"

#define TREND_VERSION 2

_Static_assert(2 + 2 * ROWS_NUMBER_BYTES_MAX + EVENTS_SUPPLIES_MAX <= ROWS_TREND_BYTES_MAX,
               "all supplies fit");

size_t rows_put_trend(uint8_t *out, const int64_t *values, size_t channels)
{
    uint8_t *at = out;
    *at++ = TREND_VERSION;
    at = rows_put_number(at, values[TREND_TOTAL]);
    at = rows_put_number(at, values[TREND_COLOR]);
    *at++ = (uint8_t)(channels - TREND_SUPPLY);
    for (size_t i = TREND_SUPPLY; i < channels; i++) {
        *at++ = (uint8_t)(values[i] - EVENTS_SOME);
    }
    return (size_t)(at - out);
}

int rows_get_trend(struct bytes payload, int64_t *values, size_t *channels)
{
    struct rows_cursor cursor = {.from = payload, .at = 1};
    for (size_t i = 0; i < TREND_CHANNELS_MAX; i++) {
        values[i] = TREND_ABSENT;
    }
    if (payload.size == 0 || payload.data[0] != TREND_VERSION) {
        return payload.size == 0 ? BASE_EFORMAT : BASE_EVERSION;
    }
    values[TREND_TOTAL] = rows_get_number(&cursor);
    values[TREND_COLOR] = rows_get_number(&cursor);
    size_t count = rows_get_octet(&cursor);
    if (count > EVENTS_SUPPLIES_MAX) {
        return BASE_EFORMAT;
    }
    for (size_t i = 0; i < count; i++) {
        values[TREND_SUPPLY + i] = (int64_t)rows_get_octet(&cursor) + EVENTS_SOME;
    }
    *channels = TREND_SUPPLY + count;
    return cursor.is_bad ? BASE_EFORMAT : 0;
}
