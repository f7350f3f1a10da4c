#include "core/fleet/meter_breaks.h"

#include <string.h>

#include "core/base/hash64.h"

/* Pages a minute that no machine prints for hours: the fastest sheet-fed presses come to 300. */
#define PAGES_A_MINUTE_MAX 400
/* And what office machines at their fastest do. */
#define PAGES_A_MINUTE_FAST 100
/* Pages that a rise may always have: clocks of two readings in one minute. */
#define RISE_ALWAYS 10000

/* Pages that any device may have printed since the last reading, whatever its pace. */
#define GAIN_ALWAYS 1000
/* A busy day is so many times the pace of those before it. */
#define PACE_TIMES 10
/* Pages by which a pace tells nothing. */
#define PACE_SLACK 100

/* How much uptime and clock may differ: both are rounded, clocks are set. Beside it 1 % of the time
 * between the readings: cheap oscillators. */
#define UPTIME_SLACK_TICKS (INT64_C(5) * 60 * 100)
#define UPTIME_WRAP_TICKS  (INT64_C(1) << 32)

#define MINUTE_MS 60000

/* Kinds of identity, in its two lowest bits. */
#define IDENTITY_KIND 3U

/* One run over the samples of a counter. */
struct judge {
    const struct meter_sample *samples;
    size_t count;
    bool is_paced;
    struct meter_verdict *verdicts;
};

uint32_t meter_identity(const char *key)
{
    if (key[0] == '\0') {
        return 0;
    }
    uint32_t kind = strncmp(key, "serial:", 7) == 0 ? 1 : strncmp(key, "mac:", 4) == 0 ? 2 : 3;
    return ((uint32_t)hash64(bytes_from_text(key)) & ~IDENTITY_KIND) | kind;
}

bool meter_identity_differs(uint32_t a, uint32_t b)
{
    return a != b && a != 0 && b != 0 && (a & IDENTITY_KIND) == (b & IDENTITY_KIND);
}

const char *meter_cause_name(enum meter_cause cause)
{
    static const char *const names[METER_CAUSE_COUNT] = {"none", "reset", "swap", "wrap",
                                                         "bad-read"};
    return (unsigned)cause < METER_CAUSE_COUNT ? names[cause] : names[0];
}

bool meter_breaks_begin(const struct meter_verdict *verdicts, size_t at)
{
    const struct meter_verdict *verdict = &verdicts[at];
    return verdict->cause != METER_NO_BREAK &&
           (verdict->cause != METER_BAD_READ || verdict->from == at);
}

/* --- pace ------------------------------------------------------------------------------------- */

/* What the readings up to `at`, without a break between them, let expect after dt_ms more. */
static double expected(const struct judge *judge, size_t at, int64_t dt_ms)
{
    size_t first = at;
    for (size_t i = 0; i < METER_PACE_READINGS; i++) {
        const struct meter_verdict *verdict = &judge->verdicts[first];
        if (verdict->cause != METER_NO_BREAK || verdict->from == first) {
            break;
        }
        first = verdict->from;
    }
    const struct meter_sample *from = &judge->samples[first];
    const struct meter_sample *to = &judge->samples[at];
    int64_t span_ms = to->unix_ms - from->unix_ms;
    if (span_ms <= 0 || dt_ms <= 0) {
        return 0;
    }
    return ((double)to->value - (double)from->value) * (double)dt_ms / (double)span_ms;
}

static int64_t dt_ms(const struct judge *judge, size_t from, size_t to)
{
    int64_t dt = judge->samples[to].unix_ms - judge->samples[from].unix_ms;
    return dt > 0 ? dt : 0;
}

/* Pages that may have been printed between two samples, at the pace up to the first. */
static double at_most(const struct judge *judge, size_t from, size_t to)
{
    return GAIN_ALWAYS + PACE_TIMES * expected(judge, from, dt_ms(judge, from, to));
}

static bool is_rise(const struct judge *judge, size_t from, size_t to)
{
    int64_t before = judge->samples[from].value;
    int64_t after = judge->samples[to].value;
    int64_t minutes = dt_ms(judge, from, to) / MINUTE_MS;
    return after >= before &&
           (!judge->is_paced || after - before <= RISE_ALWAYS + PAGES_A_MINUTE_MAX * minutes);
}

/* --- uptime ----------------------------------------------------------------------------------- */

/* Returns: < 0 when the device has restarted between the samples, > 0 when it has been up for
 * longer than the device of the first one can have been, 0 when nothing can be said. */
static int uptime_says(const struct judge *judge, size_t from, size_t to)
{
    int64_t before = judge->samples[from].uptime_ticks;
    int64_t after = judge->samples[to].uptime_ticks;
    int64_t passed = dt_ms(judge, from, to) / 10;
    int64_t slack = UPTIME_SLACK_TICKS + passed / 100;
    if (before < 0 || after < 0) {
        return 0;
    }
    int64_t ahead = after - before - passed;
    if (ahead <= slack - UPTIME_WRAP_TICKS) {
        ahead += UPTIME_WRAP_TICKS; /* sysUpTime begins anew after 497 days */
    }
    return ahead > slack ? 1 : ahead < -slack ? -1 : 0;
}

/* --- causes of a fall ------------------------------------------------------------------------- */

/* Returns: the number at which the counter went back to 0; 0 = at none that is known. */
static int64_t modulus(const struct judge *judge, size_t from, size_t to)
{
    static const int64_t all[] = {1000000,    10000000,         INT64_C(1) << 24, 100000000,
                                  1000000000, INT64_C(1) << 31, INT64_C(1) << 32};
    int64_t before = judge->samples[from].value;
    int64_t after = judge->samples[to].value;
    double most = at_most(judge, from, to);
    if (uptime_says(judge, from, to) < 0) {
        /* Where the device has restarted, too, a reset is near at hand. */
        most = GAIN_ALWAYS + 2 * expected(judge, from, dt_ms(judge, from, to));
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(all); i++) {
        int64_t left = all[i] - before;
        if (left > 0 && left <= all[i] / 100 && (double)(left + after) <= most) {
            return all[i];
        }
    }
    return 0;
}

/* What a fall is, if it is no bad read. */
static struct meter_verdict classify(const struct judge *judge, size_t from, size_t to)
{
    int64_t before = judge->samples[from].value;
    int64_t after = judge->samples[to].value;
    struct meter_verdict verdict = {.cause = METER_SWAP, .from = from, .settled_by = SIZE_MAX};
    int64_t wrapped_at = modulus(judge, from, to);
    int uptime = uptime_says(judge, from, to);
    bool is_near_0 = after <= before / 2 && (double)after <= at_most(judge, from, to);
    if (wrapped_at != 0) {
        verdict.cause = METER_WRAP;
        verdict.gain = wrapped_at - before + after;
    } else if (uptime <= 0 && is_near_0) {
        verdict.cause = METER_RESET;
        verdict.gain = after;
    } else if (uptime < 0) {
        verdict.cause = METER_RESET; /* to a value of which nobody knows what is new in it */
    }
    return verdict;
}

/* Says whether a fall that is not settled yet is told by the value before any witness. */
static bool is_plain(const struct judge *judge, const struct meter_verdict *verdict, size_t at)
{
    return verdict->cause != METER_SWAP || uptime_says(judge, verdict->from, at) > 0;
}

/* --- what comes after ------------------------------------------------------------------------- */

/* The sample that settles what the one at `at` was; SIZE_MAX when there is none yet. */
static size_t find_witness(const struct judge *judge, size_t at)
{
    for (size_t i = at + 1; i < judge->count; i++) {
        int64_t value = judge->samples[i].value;
        if ((value >= 0 && value != judge->samples[at].value) || i - at >= METER_SETTLE_READINGS ||
            dt_ms(judge, at, i) >= METER_SETTLE_MS) {
            return i;
        }
    }
    return SIZE_MAX;
}

static double distance(double a, double b)
{
    return a > b ? a - b : b - a;
}

/* Says whether the witness goes on where the counter was before it fell, and is not better
 * explained by what the fall would otherwise be. */
static bool has_returned(const struct judge *judge, const struct meter_verdict *fall, size_t at,
                         size_t witness)
{
    const struct meter_sample *samples = judge->samples;
    size_t from = fall->from;
    if (samples[witness].value < samples[from].value || !is_rise(judge, from, witness)) {
        return false;
    }
    int64_t minutes = dt_ms(judge, from, witness) / MINUTE_MS;
    double pages = (double)(samples[witness].value - samples[from].value);
    if (pages > at_most(judge, from, witness) &&
        pages > (double)(RISE_ALWAYS + PAGES_A_MINUTE_FAST * minutes)) {
        return false; /* far above its course is not in it */
    }
    bool has_begun_anew = fall->cause == METER_RESET && uptime_says(judge, from, at) < 0;
    if (fall->cause != METER_WRAP && !has_begun_anew) {
        return true; /* no other value would just have come up to where this one was */
    }
    double pace = expected(judge, from, dt_ms(judge, from, witness));
    double counted = (double)(fall->gain + samples[witness].value - samples[at].value);
    return distance(pages, pace) <= distance(counted, pace) + PACE_SLACK;
}

/* Says whether the last good sample was the one out of its course: the one now goes on where the
 * counter was before it, and what else it would be is less likely. */
static bool was_spike(const struct judge *judge, const struct meter_verdict *fall, size_t at)
{
    size_t last = fall->from;
    const struct meter_sample *samples = judge->samples;
    const struct meter_verdict *verdict = &judge->verdicts[last];
    size_t before = verdict->from;
    if (verdict->cause != METER_NO_BREAK || before == last || !is_rise(judge, before, at)) {
        return false;
    }
    if (fall->cause == METER_SWAP) {
        return true; /* no other value would just lie between those two */
    }
    double off_last = distance((double)(samples[last].value - samples[before].value),
                               expected(judge, before, dt_ms(judge, before, last)));
    double off_now = distance((double)(samples[at].value - samples[before].value),
                              expected(judge, before, dt_ms(judge, before, at)));
    return off_now < off_last;
}

/* --- the verdicts ----------------------------------------------------------------------------- */

/* A bad value that is read several times running is one bad read. */
static void set_bad(struct judge *judge, size_t at, size_t settled_by)
{
    const struct meter_sample *samples = judge->samples;
    bool goes_on = at > 0 && judge->verdicts[at - 1].cause == METER_BAD_READ &&
                   samples[at - 1].value == samples[at].value;
    judge->verdicts[at] =
        (struct meter_verdict){.cause = METER_BAD_READ,
                               .from = goes_on ? judge->verdicts[at - 1].from : at,
                               .settled_by = settled_by};
}

static void set_good(struct judge *judge, size_t from, size_t at)
{
    judge->verdicts[at] = (struct meter_verdict){
        .gain = judge->samples[at].value - judge->samples[from].value, .from = from};
}

/* Says whether the sample can be the same counter, further on. */
static bool is_further(const struct judge *judge, size_t from, size_t to)
{
    double gain = (double)(judge->samples[to].value - judge->samples[from].value);
    return is_rise(judge, from, to) &&
           (uptime_says(judge, from, to) <= 0 || gain <= at_most(judge, from, to));
}

/* A value that this counter cannot have come to. Returns: whether it is good after all. */
static bool judge_leap(struct judge *judge, size_t last, size_t at)
{
    size_t witness = find_witness(judge, at);
    if (witness == SIZE_MAX || judge->samples[witness].value < judge->samples[at].value) {
        set_bad(judge, at, witness);
        return false;
    }
    judge->verdicts[at] =
        (struct meter_verdict){.cause = METER_SWAP, .from = last, .settled_by = witness};
    return true;
}

/* A value below the last good one. Returns: whether it is good. */
static bool judge_fall(struct judge *judge, size_t last, size_t at)
{
    struct meter_verdict fall = classify(judge, last, at);
    size_t witness = find_witness(judge, at);
    if (witness == SIZE_MAX) {
        if (is_plain(judge, &fall, at)) {
            judge->verdicts[at] = fall;
            return true;
        }
        set_bad(judge, at, witness); /* counts for nothing until the next one tells */
        return false;
    }
    size_t before = judge->verdicts[last].from;
    bool is_spike = was_spike(judge, &fall, at);
    /* Both a dip and a spike: the very value that it had before is no dip. */
    if (has_returned(judge, &fall, at, witness) &&
        !(is_spike && judge->samples[at].value == judge->samples[before].value)) {
        set_bad(judge, at, witness);
        return false;
    }
    if (is_spike) {
        set_bad(judge, last, witness);
        set_good(judge, before, at);
        return true;
    }
    fall.settled_by = witness;
    judge->verdicts[at] = fall;
    return true;
}

/* Returns: whether the sample is good. */
static bool judge_next(struct judge *judge, size_t last, size_t at)
{
    const struct meter_sample *samples = judge->samples;
    if (meter_identity_differs(samples[last].identity, samples[at].identity)) {
        judge->verdicts[at] =
            (struct meter_verdict){.cause = METER_SWAP, .from = last, .settled_by = at};
        return true;
    }
    if (is_further(judge, last, at)) {
        set_good(judge, last, at);
        return true;
    }
    return samples[at].value > samples[last].value ? judge_leap(judge, last, at)
                                                   : judge_fall(judge, last, at);
}

void meter_breaks_find(const struct meter_sample *samples, size_t count, bool is_paced,
                       struct meter_verdict *out)
{
    struct judge judge = {samples, count, is_paced, out};
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        if (samples[i].value < 0) {
            set_bad(&judge, i, i); /* "not known" in a counter's clothes */
        } else if (last == SIZE_MAX) {
            out[i] = (struct meter_verdict){.from = i};
            last = i;
        } else if (judge_next(&judge, last, i)) {
            last = i;
        }
    }
}
