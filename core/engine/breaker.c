#include "core/engine/breaker.h"

bool breaker_is_open(const struct breaker *breaker, int64_t now_unix_ms)
{
    /* A clock that was set back must not keep a device out for longer than the longest rest. */
    return breaker->open_until_unix_ms > now_unix_ms &&
           breaker->open_until_unix_ms - now_unix_ms <= BREAKER_REST_MAX_MS;
}

void breaker_strike(struct breaker *breaker, int64_t now_unix_ms)
{
    if (breaker->strikes < UINT8_MAX) {
        breaker->strikes++;
    }
    if (breaker->strikes < BREAKER_STRIKES) {
        return;
    }
    unsigned doublings = breaker->strikes - BREAKER_STRIKES;
    int64_t rest_ms = BREAKER_REST_MAX_MS;
    if (doublings < 7) { /* 15 min * 2^7 is beyond a day */
        rest_ms = (int64_t)BREAKER_REST_MIN_MS << doublings;
    }
    if (rest_ms > BREAKER_REST_MAX_MS) {
        rest_ms = BREAKER_REST_MAX_MS;
    }
    breaker->open_until_unix_ms = now_unix_ms + rest_ms;
}

void breaker_forgive(struct breaker *breaker)
{
    *breaker = (struct breaker){0};
}
