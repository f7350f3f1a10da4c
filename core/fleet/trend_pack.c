/*
 * Trends as bits.
 *
 * Layout: version u8, channels u8, rows of days u16, of hours u16 (little-endian); the first row's
 * time u32 of both, the time of the newest values i64; then bits, the highest first: days, then
 * hours. A row is the time since the row before, less one, and each channel's difference to the row
 * before (the first row: to 0), all in Rice codes: the quotient in unary, then `k` bits. k follows
 * the mean of what the channel had. A quotient of ESCAPE is followed by the number in 64 bits.
 */
#include "core/fleet/trend_inside.h"

#define PACK_VERSION 1
#define HEAD_BYTES   22
#define ESCAPE       20U

/* Rows that stay, however little room there is. */
#define HOURS_FEW 48
#define DAYS_FEW  60

/* --- bits ------------------------------------------------------------------------------------- */

struct bits {
    uint8_t *out; /* NULL when reading */
    const uint8_t *in;
    size_t cap;    /* octets */
    size_t at;     /* octets that are whole */
    uint64_t word; /* when writing the lowest bits are held, when reading the highest */
    unsigned held; /* bits in word */
    bool is_bad;   /* did not fit */
};

static void put_bits(struct bits *bits, uint64_t value, unsigned count)
{
    while (count > 0 && !bits->is_bad) {
        unsigned some = count > 32 ? count - 32 : count;
        uint64_t part = value >> (count - some);
        bits->word = bits->word << some | (part & ((UINT64_C(1) << some) - 1));
        bits->held += some;
        count -= some;
        while (bits->held >= 8) {
            bits->held -= 8;
            if (bits->at < bits->cap) {
                bits->out[bits->at] = (uint8_t)(bits->word >> bits->held);
            } else {
                bits->is_bad = true;
                return;
            }
            bits->at++;
        }
    }
}

/* Fills the word up to more than 56 bits; behind the end come zeros, and that is noted once they
 * are taken. */
static void refill(struct bits *bits)
{
    while (bits->held <= 56) {
        uint64_t octet = bits->at < bits->cap ? bits->in[bits->at] : 0;
        bits->at++;
        bits->word |= octet << (56 - bits->held);
        bits->held += 8;
    }
}

static void skip_bits(struct bits *bits, unsigned count)
{
    bits->word = count < 64 ? bits->word << count : 0;
    bits->held -= count;
}

/* count: up to 56 */
static uint64_t get_bits(struct bits *bits, unsigned count)
{
    if (count == 0) {
        return 0;
    }
    if (bits->held < count) {
        refill(bits);
    }
    uint64_t value = bits->word >> (64 - count);
    skip_bits(bits, count);
    return value;
}

/* Ones up to the next zero, which is taken, too; ESCAPE of them are taken without. */
static unsigned get_unary(struct bits *bits)
{
    if (bits->held <= ESCAPE) {
        refill(bits);
    }
    unsigned ones = bits->word == UINT64_MAX ? 64U : (unsigned)__builtin_clzll(~bits->word);
    ones = ones < ESCAPE ? ones : ESCAPE;
    skip_bits(bits, ones < ESCAPE ? ones + 1 : ESCAPE);
    return ones;
}

/* Says whether more was taken than there is. */
static bool is_over(const struct bits *bits)
{
    return bits->at - bits->held / 8 > bits->cap;
}

static void put_end(struct bits *bits)
{
    if (bits->held > 0 && !bits->is_bad) {
        put_bits(bits, 0, 8 - bits->held);
    }
}

/* --- Rice codes ------------------------------------------------------------------------------- */

/* What a channel had of late. */
struct rice {
    uint64_t sum;
    uint32_t count;
};

/* One less than the lowest k, of up to 40, with count << k >= sum: most numbers are below the
 * mean. */
static unsigned rice_k(const struct rice *rice)
{
    if (rice->sum <= rice->count) {
        return 0;
    }
    unsigned k = (unsigned)(__builtin_clzll(rice->count) - __builtin_clzll(rice->sum));
    k += (uint64_t)rice->count << k < rice->sum;
    k = k < 40 ? k : 40;
    return k - 1;
}

static void rice_learn(struct rice *rice, uint64_t value)
{
    rice->sum += value < UINT32_MAX ? value : UINT32_MAX;
    rice->count++;
    if (rice->count == 24) {
        rice->sum /= 2;
        rice->count /= 2;
    }
}

static void put_rice(struct bits *bits, struct rice *rice, uint64_t value)
{
    unsigned k = rice_k(rice);
    uint64_t quotient = value >> k;
    if (quotient >= ESCAPE) {
        put_bits(bits, (1U << ESCAPE) - 1, ESCAPE);
        put_bits(bits, value, 64);
    } else {
        put_bits(bits, (UINT64_C(1) << (quotient + 1)) - 2, (unsigned)quotient + 1);
        put_bits(bits, value & ((UINT64_C(1) << k) - 1), k);
    }
    rice_learn(rice, value);
}

static uint64_t get_rice(struct bits *bits, struct rice *rice)
{
    unsigned k = rice_k(rice);
    if (k == 0 && bits->held > 0 && bits->word >> 63 == 0) { /* a level that did not move */
        skip_bits(bits, 1);
        rice_learn(rice, 0);
        return 0;
    }
    unsigned quotient = get_unary(bits);
    uint64_t value = 0;
    if (quotient == ESCAPE) {
        value = get_bits(bits, 32) << 32;
        value |= get_bits(bits, 32);
    } else {
        value = (uint64_t)quotient << k | get_bits(bits, k);
    }
    rice_learn(rice, value);
    return value;
}

static uint64_t fold(int64_t value)
{
    return (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
}

static int64_t unfold(uint64_t bits)
{
    return (int64_t)(bits >> 1 ^ (0 - (bits & 1)));
}

/* --- series ----------------------------------------------------------------------------------- */

static void put_series(struct bits *bits, const struct trend_series *series, size_t channels)
{
    struct rice rices[TREND_CHANNELS_MAX + 1];
    for (size_t i = 0; i <= channels; i++) {
        rices[i] = (struct rice){1, 1};
    }
    for (size_t row = 0; row < series->count && !bits->is_bad; row++) {
        if (row > 0) {
            put_rice(bits, &rices[channels], (uint64_t)(series->at[row] - series->at[row - 1] - 1));
        }
        for (size_t i = 0; i < channels; i++) {
            uint64_t before = row > 0 ? (uint64_t)trend_value(series, row - 1, i) : 0;
            /* Differences wrap round as unsigned numbers do, so that any two have one. */
            put_rice(bits, &rices[i],
                     fold((int64_t)((uint64_t)trend_value(series, row, i) - before)));
        }
    }
}

static int get_series(struct bits *bits, struct trend_series *series, size_t channels,
                      uint32_t first, size_t count)
{
    struct rice rices[TREND_CHANNELS_MAX + 1];
    int64_t at = first;
    int rc = trend_series_reserve(series, count, channels);
    if (rc != 0) {
        return rc;
    }
    for (size_t i = 0; i <= channels; i++) {
        rices[i] = (struct rice){1, 1};
    }
    for (size_t row = 0; row < count; row++) {
        int64_t *values = series->values + row * series->stride;
        if (row > 0) {
            uint64_t gap = get_rice(bits, &rices[channels]);
            at = gap < INT32_MAX ? at + (int64_t)gap + 1 : INT64_MAX / 2;
        }
        for (size_t i = 0; i < channels; i++) {
            uint64_t before = row > 0 ? (uint64_t)trend_value(series, row - 1, i) : 0;
            values[i] = (int64_t)(before + (uint64_t)unfold(get_rice(bits, &rices[i])));
        }
        if (is_over(bits) || at > INT32_MAX) {
            return BASE_EFORMAT;
        }
        series->at[row] = (int32_t)at;
        series->count = row + 1;
    }
    return 0;
}

/* --- all -------------------------------------------------------------------------------------- */

static bool pack_once(const struct trend *trend, uint8_t *out, size_t cap, size_t *size)
{
    struct bits bits = {.out = out, .cap = cap, .at = HEAD_BYTES};
    out[0] = PACK_VERSION;
    out[1] = (uint8_t)trend->channels;
    bytes_put_le(out + 2, trend->days.count, 2);
    bytes_put_le(out + 4, trend->hours.count, 2);
    bytes_put_le(out + 6, trend->days.count > 0 ? (uint64_t)trend->days.at[0] : 0, 4);
    bytes_put_le(out + 10, trend->hours.count > 0 ? (uint64_t)trend->hours.at[0] : 0, 4);
    bytes_put_le(out + 14, (uint64_t)trend->last_unix_ms, 8);
    put_series(&bits, &trend->days, trend->channels);
    put_series(&bits, &trend->hours, trend->channels);
    put_end(&bits);
    *size = bits.at;
    return !bits.is_bad;
}

/* Keeps every second row of the older half. */
static void thin_older_half(struct trend_series *series)
{
    size_t half = series->count / 2;
    size_t kept = 0;
    for (size_t row = 0; row < series->count; row++) {
        if (row >= half || row % 2 == 1) {
            series->at[kept] = series->at[row];
            memmove(series->values + kept * series->stride, series->values + row * series->stride,
                    series->stride * sizeof(*series->values));
            kept++;
        }
    }
    series->count = kept;
}

/* Makes a trend that does not fit smaller. Returns: false when it is as small as it gets. */
static bool shrink(struct trend *trend)
{
    if (trend->hours.count > HOURS_FEW) {
        trend_series_drop(&trend->hours, trend->hours.count / 4);
    } else if (trend->days.count > DAYS_FEW) {
        thin_older_half(&trend->days);
    } else if (trend->hours.count > 0) {
        trend->hours.count = 0;
    } else if (trend->days.count > 1) {
        trend_series_drop(&trend->days, trend->days.count / 2);
    } else {
        return false;
    }
    return true;
}

int trend_pack(struct trend *trend, uint8_t *out, size_t cap, size_t *size)
{
    if (cap < TREND_BYTES_MIN) {
        return BASE_ELIMIT;
    }
    if (trend->days.count > UINT16_MAX || trend->hours.count > UINT16_MAX) {
        return BASE_ELIMIT;
    }
    while (!pack_once(trend, out, cap, size)) {
        if (!shrink(trend)) {
            return BASE_ELIMIT;
        }
    }
    return 0;
}

int trend_unpack(struct trend *trend, struct bytes bytes, enum trend_part part)
{
    if (bytes.size == 0) {
        return 0;
    }
    if (bytes.size < HEAD_BYTES) {
        return BASE_EFORMAT;
    }
    if (bytes.data[0] != PACK_VERSION) {
        return BASE_EVERSION;
    }
    struct bits bits = {.in = bytes.data, .cap = bytes.size, .at = HEAD_BYTES};
    size_t days = bytes_get_le(bytes.data + 2, 2);
    size_t hours = bytes_get_le(bytes.data + 4, 2);
    trend->channels = bytes.data[1];
    trend->last_unix_ms = (int64_t)bytes_get_le(bytes.data + 14, 8);
    if (trend->channels > TREND_CHANNELS_MAX || days > 2 * TREND_DAYS_MAX ||
        hours > 2 * TREND_HOURS_MAX) {
        trend->channels = 0;
        return BASE_EFORMAT;
    }
    int rc = get_series(&bits, &trend->days, trend->channels,
                        (uint32_t)bytes_get_le(bytes.data + 6, 4), days);
    if (rc == 0 && part == TREND_DAYS_AND_HOURS) {
        rc = get_series(&bits, &trend->hours, trend->channels,
                        (uint32_t)bytes_get_le(bytes.data + 10, 4), hours);
    }
    return rc;
}
