#include "core/fleet/learned.h"

/* How far sysUpTime may be from what our clock expects: a minute, and one part in 64. */
#define LEARNED_SLACK_TICKS 6000
#define LEARNED_SLACK_PART  64

/* Zeros are left out by so many. */
#define LEARNED_BYTES_STEP 16

_Static_assert(LEARNED_BYTES % LEARNED_BYTES_STEP == 0, "the encoding is whole steps");
_Static_assert(6 + 2 + 4 + 4 + 1 + 8 + 8 + 4 + 8 + 8 + 4 + OBJECT_TABLE_COUNT +
                       OBJECT_ID_LIMIT / 8 <=
                   LEARNED_BYTES_1,
               "the encoding has room for every field");
_Static_assert(LEARNED_BYTES_1 + 4 + 1 + 1 + 1 + USM_ENGINE_ID_MAX + 4 + 4 + 8 + 4 <=
                   LEARNED_BYTES_2,
               "and for those of version 2");
_Static_assert(LEARNED_BYTES_2 + 4 + LEARNED_PRIVATE_MAX + 1 <= LEARNED_BYTES_3,
               "and for those of version 3");
_Static_assert(LEARNED_BYTES_3 + 8 + LEARNED_PLACES_BYTES + 4 <= LEARNED_BYTES, "and of version 4");

void learned_init(struct learned *learned)
{
    *learned = (struct learned){.snmp_version = LEARNED_NO_VERSION, .config_changes = -1};
}

static void learned_write(uint8_t **at, uint64_t value, unsigned octets)
{
    bytes_put_le(*at, value, octets);
    *at += octets;
}

static uint64_t learned_read(const uint8_t **at, unsigned octets)
{
    uint64_t value = bytes_get_le(*at, octets);
    *at += octets;
    return value;
}

/* What version 2 has added. */
static void learned_encode_access(const struct learned *learned, uint8_t *at)
{
    learned_write(&at, learned->credential, 4);
    learned_write(&at, learned->is_doubted, 1);
    learned_write(&at, learned->is_jetdirect, 1);
    learned_write(&at, learned->engine.size, 1);
    memcpy(at, learned->engine.octets, USM_ENGINE_ID_MAX);
    at += USM_ENGINE_ID_MAX;
    learned_write(&at, learned->engine_boots, 4);
    learned_write(&at, learned->engine_time_s, 4);
    learned_write(&at, (uint64_t)learned->engine_at_unix_ms, 8);
    learned_write(&at, learned->engine_max_size, 4);
}

static void learned_decode_access(const uint8_t *at, struct learned *out)
{
    out->credential = (uint32_t)learned_read(&at, 4);
    out->is_doubted = learned_read(&at, 1) != 0;
    out->is_jetdirect = learned_read(&at, 1) != 0;
    out->engine.size = (uint8_t)learned_read(&at, 1);
    memcpy(out->engine.octets, at, USM_ENGINE_ID_MAX);
    at += USM_ENGINE_ID_MAX;
    out->engine_boots = (uint32_t)learned_read(&at, 4);
    out->engine_time_s = (uint32_t)learned_read(&at, 4);
    out->engine_at_unix_ms = (int64_t)learned_read(&at, 8);
    out->engine_max_size = (uint32_t)learned_read(&at, 4);
    if (out->engine.size > USM_ENGINE_ID_MAX) {
        out->engine = (struct usm_engine_id){0};
    }
}

/* What version 3 has added. */
static void learned_encode_private(const struct learned *learned, uint8_t *at)
{
    learned_write(&at, learned->profile, 4);
    memcpy(at, learned->private_rows, LEARNED_PRIVATE_MAX);
    at += LEARNED_PRIVATE_MAX;
    learned_write(&at, learned->is_private_apart, 1);
}

static void learned_decode_private(const uint8_t *at, struct learned *out)
{
    out->profile = (uint32_t)learned_read(&at, 4);
    memcpy(out->private_rows, at, LEARNED_PRIVATE_MAX);
    at += LEARNED_PRIVATE_MAX;
    out->is_private_apart = learned_read(&at, 1) != 0; /* 0 in what was written before it was */
}

/* What version 4 has added. */
static void learned_encode_places(const struct learned *learned, uint8_t *at)
{
    learned_write(&at, (uint64_t)learned->rediscovered_at_unix_ms, 8);
    memcpy(at, learned->places, LEARNED_PLACES_BYTES);
    at += LEARNED_PLACES_BYTES;
    learned_write(&at, learned->limits.no_bulk, 1);
    learned_write(&at, learned->limits.repetitions, 1);
    learned_write(&at, learned->limits.varbinds, 1);
    learned_write(&at, learned->limits.version, 1);
}

static void learned_decode_places(const uint8_t *at, struct learned *out)
{
    out->rediscovered_at_unix_ms = (int64_t)learned_read(&at, 8);
    memcpy(out->places, at, LEARNED_PLACES_BYTES);
    out->places[LEARNED_PLACES_BYTES - 1] = '\0';
    at += LEARNED_PLACES_BYTES;
    out->limits.no_bulk = learned_read(&at, 1) != 0;
    out->limits.repetitions = (uint8_t)learned_read(&at, 1);
    out->limits.varbinds = (uint8_t)learned_read(&at, 1);
    out->limits.version = (uint8_t)learned_read(&at, 1);
}

/* The size without the zeros at the end: most devices have no engine, or no private objects. */
static size_t learned_trim(const uint8_t *octets)
{
    static const uint8_t zeros[LEARNED_BYTES_STEP];
    size_t size = LEARNED_BYTES;
    while (size > LEARNED_BYTES_STEP &&
           memcmp(octets + size - LEARNED_BYTES_STEP, zeros, LEARNED_BYTES_STEP) == 0) {
        size -= LEARNED_BYTES_STEP;
    }
    return size;
}

size_t learned_encode(const struct learned *learned, uint8_t out[LEARNED_BYTES])
{
    uint8_t *at = out;
    memset(out, 0, LEARNED_BYTES);
    learned_write(&at, LEARNED_VERSION, 1);
    learned_write(&at, learned->is_known, 1);
    learned_write(&at, learned->is_printer, 1);
    learned_write(&at, learned->is_bulk_broken, 1);
    learned_write(&at, learned->snmp_version, 1);
    learned_write(&at, learned->uptime_known, 1);
    learned_write(&at, learned->reply_bytes, 2);
    learned_write(&at, learned->rto.srtt_us, 4);
    learned_write(&at, learned->rto.rttvar_us, 4);
    learned_write(&at, learned->breaker.strikes, 1);
    learned_write(&at, (uint64_t)learned->breaker.open_until_unix_ms, 8);
    learned_write(&at, (uint64_t)learned->config_changes, 8);
    learned_write(&at, learned->uptime_ticks, 4);
    learned_write(&at, (uint64_t)learned->polled_at_unix_ms, 8);
    learned_write(&at, (uint64_t)learned->full_at_unix_ms, 8);
    memcpy(at, learned->rows, sizeof(learned->rows));
    at += sizeof(learned->rows);
    memcpy(at, learned->absent, sizeof(learned->absent));
    at += sizeof(learned->absent);
    learned_write(&at, learned->shape, 4);
    learned_encode_access(learned, out + LEARNED_BYTES_1);
    learned_encode_private(learned, out + LEARNED_BYTES_2);
    learned_encode_places(learned, out + LEARNED_BYTES_3);
    return learned_trim(out);
}

int learned_decode(struct bytes state, struct learned *out)
{
    if (state.size < 1) {
        return BASE_EFORMAT;
    }
    uint8_t version = state.data[0];
    static const size_t sizes[] = {0, LEARNED_BYTES_1, LEARNED_BYTES_2, LEARNED_BYTES_3,
                                   LEARNED_BYTES};
    uint8_t whole[LEARNED_BYTES] = {0};
    if (version == 0 || version > LEARNED_VERSION) {
        return BASE_EVERSION;
    }
    bool is_trimmed = version == LEARNED_VERSION;
    if (is_trimmed ? state.size > sizeof(whole) || state.size % LEARNED_BYTES_STEP != 0
                   : state.size != sizes[version]) {
        return BASE_EFORMAT;
    }
    learned_init(out);
    bytes_copy(whole, state);
    const uint8_t *at = whole + 1;
    out->is_known = learned_read(&at, 1) != 0;
    out->is_printer = learned_read(&at, 1) != 0;
    out->is_bulk_broken = learned_read(&at, 1) != 0;
    out->snmp_version = (uint8_t)learned_read(&at, 1);
    out->uptime_known = (uint8_t)learned_read(&at, 1);
    out->reply_bytes = (uint16_t)learned_read(&at, 2);
    out->rto.srtt_us = (uint32_t)learned_read(&at, 4);
    out->rto.rttvar_us = (uint32_t)learned_read(&at, 4);
    out->breaker.strikes = (uint8_t)learned_read(&at, 1);
    out->breaker.open_until_unix_ms = (int64_t)learned_read(&at, 8);
    out->config_changes = (int64_t)learned_read(&at, 8);
    out->uptime_ticks = (uint32_t)learned_read(&at, 4);
    out->polled_at_unix_ms = (int64_t)learned_read(&at, 8);
    out->full_at_unix_ms = (int64_t)learned_read(&at, 8);
    memcpy(out->rows, at, sizeof(out->rows));
    at += sizeof(out->rows);
    memcpy(out->absent, at, sizeof(out->absent));
    at += sizeof(out->absent);
    out->shape = (uint32_t)learned_read(&at, 4);
    if (version > 1) {
        learned_decode_access(whole + LEARNED_BYTES_1, out);
    }
    if (version > 2) {
        learned_decode_private(whole + LEARNED_BYTES_2, out);
    }
    if (version > 3) {
        learned_decode_places(whole + LEARNED_BYTES_3, out);
    }
    return 0;
}

bool learned_has_restarted(const struct learned *learned, uint32_t uptime_ticks,
                           int64_t now_unix_ms)
{
    bool is_dead_clock = uptime_ticks == 0 && learned->uptime_ticks == 0;
    if (learned->uptime_known == 0 || is_dead_clock) {
        return false;
    }
    int64_t passed_ticks = (now_unix_ms - learned->polled_at_unix_ms) / 10;
    if (learned->polled_at_unix_ms == 0 || passed_ticks < 0) {
        passed_ticks = 0;
    }
    int64_t slack_ticks = LEARNED_SLACK_TICKS + passed_ticks / LEARNED_SLACK_PART;
    uint32_t expected_ticks = learned->uptime_ticks + (uint32_t)passed_ticks;
    int64_t ahead_ticks = (int32_t)(uptime_ticks - expected_ticks); /* modulo 2^32, as it wraps */
    if (ahead_ticks >= -slack_ticks) {
        return ahead_ticks > slack_ticks;
    }
    return uptime_ticks < learned->uptime_ticks || uptime_ticks < passed_ticks;
}
