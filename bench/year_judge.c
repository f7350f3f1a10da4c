#include "bench/year_judge.h"

#include <stdio.h>
#include <stdlib.h>

/* Polls at which something stood that make it certain to be told: one may be misread, one may be
 * waited for. */
#define POLLS_CERTAIN 4

/* A rise that a second reading must still show (events.h). */
#define RISE_WITNESSED 10
/* A smaller one is no filling (events.h). */
#define RISE_PLAIN 20

/* A fall to empty that is so small is believed at once (events.h). */
#define FALL_UNWITNESSED 6

/* Complaints that are printed. */
#define COMPLAINTS_MAX 20

#define OFFLINE_POLLS 3
#define GONE_MS       (30 * YEAR_DAY_MS)

static unsigned complaints;

static void complain(const struct year_device *device, int supply, const char *what,
                     enum rows_event kind, int64_t unix_ms)
{
    if (complaints++ < COMPLAINTS_MAX) {
        fprintf(stderr, "device %u (%s) supply %d: %s %s, day %.2f\n", device->number,
                device->view.spec->name, supply, rows_event_name(kind), what,
                (double)(unix_ms - YEAR_START_MS) / (double)YEAR_DAY_MS);
    }
}

/* --- what is seen ----------------------------------------------------------------------------- */

static struct year_cycle *cycle_of(struct year_watch *watch, const struct year_seen *seen)
{
    if (watch->count > 0 && watch->cycles[watch->count - 1].cycle == seen->cycle) {
        return &watch->cycles[watch->count - 1];
    }
    if (watch->count == watch->cap) {
        size_t cap = watch->cap == 0 ? 4 : 2 * watch->cap;
        struct year_cycle *cycles = realloc(watch->cycles, cap * sizeof(*cycles));
        if (cycles == NULL) {
            return NULL;
        }
        watch->cycles = cycles;
        watch->cap = cap;
    }
    struct year_cycle *cycle = &watch->cycles[watch->count++];
    *cycle = (struct year_cycle){.first_unix_ms = seen->unix_ms,
                                 .cycle = seen->cycle,
                                 .first_percent = seen->percent,
                                 .lowest = seen->percent,
                                 .settled = 100,
                                 .last_percent = 100};
    if (watch->misread_unix_ms != 0 && watch->misread_cycle == seen->cycle) {
        cycle->first_unix_ms = watch->misread_unix_ms; /* a serial number tells all the same */
    }
    return cycle;
}

bool year_judge_supply(struct year_record *record, unsigned supply, const struct year_seen *seen)
{
    struct year_cycle *cycle = cycle_of(&record->supplies[supply], seen);
    if (cycle == NULL) {
        return false;
    }
    cycle->last_unix_ms = seen->unix_ms;
    cycle->polls++;
    cycle->second_percent = cycle->polls == 2 ? seen->percent : cycle->second_percent;
    cycle->empty_polls += seen->is_empty;
    cycle->low_polls += seen->is_low && !seen->is_empty && cycle->empty_polls == 0;
    cycle->clear_polls += !seen->has_alert;
    cycle->lowest = seen->percent < cycle->lowest ? seen->percent : cycle->lowest;
    int agreed = seen->percent > cycle->last_percent ? seen->percent : cycle->last_percent;
    cycle->settled = agreed < cycle->settled ? agreed : cycle->settled;
    cycle->last_percent = seen->percent;
    return true;
}

void year_judge_misread(struct year_record *record, unsigned supply, const struct year_seen *seen,
                        bool as_empty)
{
    struct year_watch *watch = &record->supplies[supply];
    if (watch->count > 0) {
        struct year_cycle *last = &watch->cycles[watch->count - 1];
        last->misread_unix_ms = seen->unix_ms;
        last->end_misreads += as_empty && last->last_percent <= FALL_UNWITNESSED;
    }
    if (watch->misread_unix_ms == 0 || watch->misread_cycle != seen->cycle) {
        watch->misread_unix_ms = seen->unix_ms;
        watch->misread_cycle = seen->cycle;
    }
}

void year_judge_answer(struct year_record *record, const struct year_device *device, int hour)
{
    unsigned *expected = record->expected;
    unsigned firmwares = year_firmwares(device, hour);
    unsigned moves = year_moves(device, hour);
    unsigned credentials = year_credentials(device, hour);
    if (record->last_hour < 0) {
        expected[ROWS_NEW]++;
    } else {
        expected[ROWS_BACK] += record->silence > 0;
        expected[ROWS_FIRMWARE] += firmwares != record->firmwares;
        expected[ROWS_MOVED] += moves != record->moves;
        expected[ROWS_CREDENTIAL] += credentials != record->credentials;
    }
    record->firmwares = firmwares;
    record->moves = moves;
    record->credentials = credentials;
    record->silence = 0;
    record->failures = 0;
    record->was_asleep = year_sleeps(device, hour);
    record->last_hour = hour;
}

void year_judge_silence(struct year_record *record, int hour)
{
    static const enum rows_event kinds[] = {ROWS_BACK, ROWS_ASLEEP, ROWS_OFFLINE, ROWS_GONE};
    int64_t silent_ms = (hour - record->last_hour) * YEAR_HOUR_MS;
    if (record->last_hour < 0 || ++record->failures < OFFLINE_POLLS) {
        return;
    }
    unsigned silence = record->was_asleep && silent_ms < YEAR_DAY_MS ? 1
                       : silent_ms < GONE_MS                         ? 2
                                                                     : 3;
    if (silence > record->silence) {
        record->silence = silence;
        record->expected[kinds[silence]]++;
    }
}

/* --- what was told ---------------------------------------------------------------------------- */

struct bounds {
    unsigned least;
    unsigned most;
};

/* A device, all that was told of it, and what is thought of that. */
struct hearing {
    const struct year_device *device;
    const struct year_events *events;
    size_t count;
    struct year_verdict *verdict;
};

static void hold(const struct hearing *hearing, int supply, enum rows_event kind,
                 struct bounds bounds, unsigned told, int64_t unix_ms)
{
    struct year_verdict *verdict = hearing->verdict;
    verdict->events += told;
    verdict->certain += bounds.least;
    if (kind == ROWS_REPLENISH) {
        verdict->requests += told;
        verdict->requests_certain += bounds.least;
    }
    if (told < bounds.least) {
        verdict->missing += bounds.least - told;
        verdict->requests_missing += kind == ROWS_REPLENISH ? bounds.least - told : 0;
        complain(hearing->device, supply, "is missing", kind, unix_ms);
    }
    if (told > bounds.most) {
        verdict->doubled += told - bounds.most;
        verdict->requests_doubled += kind == ROWS_REPLENISH ? told - bounds.most : 0;
        complain(hearing->device, supply, "is one too many", kind, unix_ms);
    }
}

/* Times that an event of a supply was told while a filling was seen. */
static unsigned told_in(const struct hearing *hearing, int supply, enum rows_event kind,
                        int64_t from, int64_t to)
{
    const struct year_events *events = hearing->events;
    unsigned told = 0;
    for (size_t i = 0; i < hearing->count; i++) {
        told += events[i].supply == supply && events[i].kind == kind && events[i].unix_ms >= from &&
                events[i].unix_ms <= to;
    }
    return told;
}

/* Whether a new filling must have been seen as one. */
static struct bounds bounds_of_refill(const struct year_supply *supply,
                                      const struct year_cycle *before, const struct year_cycle *now)
{
    struct bounds bounds = {0, 1};
    int rise = now->first_percent - before->settled;
    /* After a long outage the next reading may be as low as the last one before. */
    bool is_witnessed = now->second_percent - before->settled >= RISE_WITNESSED;
    bool is_plain = before->lowest >= 0 && is_witnessed &&
                    (rise >= 40 || (rise >= 25 && now->first_percent >= 85)) &&
                    now->polls >= POLLS_CERTAIN && before->polls >= POLLS_CERTAIN;
    bool was_ended = before->lowest < 0 &&
                     before->low_polls + before->empty_polls >= POLLS_CERTAIN &&
                     now->clear_polls >= POLLS_CERTAIN && now->low_polls + now->empty_polls == 0;
    bounds.least = is_plain || was_ended || (supply->has_serial && now->polls >= POLLS_CERTAIN);
    return bounds;
}

static void judge_refill(const struct hearing *hearing, unsigned at,
                         const struct year_cycle *before, const struct year_cycle *now)
{
    const struct year_supply *supply = &hearing->device->supplies[at];
    struct bounds bounds = bounds_of_refill(supply, before, now);
    unsigned early = told_in(hearing, (int)at, ROWS_SUPPLY_REPLACED_EARLY, now->first_unix_ms,
                             now->last_unix_ms);
    unsigned plain =
        told_in(hearing, (int)at, ROWS_SUPPLY_REPLACED, now->first_unix_ms, now->last_unix_ms);
    int step = supply->spec->level == SIM_LEVEL_TENTHS ? 10 : 1;
    if (before->polls < 2) {
        bounds.most = 2; /* that it began is certain only now */
    }
    hold(hearing, (int)at, ROWS_SUPPLY_REPLACED, bounds, early + plain, now->first_unix_ms);
    if (before->misread_unix_ms > before->last_unix_ms || before->polls < 2) {
        return; /* what was left is not what was said last */
    }
    if ((before->lowest > 20 + 2 * step && plain > 0) ||
        (before->lowest <= 20 - step && early > 0)) {
        hearing->verdict->wrong_kind++;
        complain(hearing->device, (int)at, "is of the wrong kind", ROWS_SUPPLY_REPLACED_EARLY,
                 now->first_unix_ms);
    }
}

/* A filling that nobody could see begin, since an outage hid what was left of the one before and
 * what is used of this: it need not be told of again. */
static bool is_hidden(const struct year_supply *supply, const struct year_cycle *before,
                      const struct year_cycle *now)
{
    return before != NULL && !supply->has_serial && before->lowest >= 0 &&
           now->first_percent - before->settled < RISE_PLAIN;
}

/* before: the filling before, NULL = none. */
static void judge_cycle(const struct hearing *hearing, unsigned at, const struct year_cycle *before,
                        const struct year_cycle *cycle)
{
    const bool is_seen =
        cycle->polls >= POLLS_CERTAIN && !is_hidden(&hearing->device->supplies[at], before, cycle);
    const enum rows_event kinds[] = {ROWS_SUPPLY_LOW, ROWS_SERVICE_NEAR_END, ROWS_SUPPLY_EMPTY,
                                     ROWS_REPLENISH};
    unsigned told[4];
    for (size_t i = 0; i < 4; i++) {
        told[i] = told_in(hearing, (int)at, kinds[i], cycle->first_unix_ms, cycle->last_unix_ms);
    }
    const struct bounds low = {is_seen && cycle->low_polls >= POLLS_CERTAIN,
                               cycle->low_polls + cycle->empty_polls > 0};
    const struct bounds empty = {is_seen && cycle->empty_polls >= POLLS_CERTAIN,
                                 cycle->empty_polls + cycle->end_misreads > 0};
    /* What came to its end fell through the lead time before; what was replaced early may have. */
    const struct bounds request = {empty.least, 1};
    hold(hearing, (int)at, ROWS_SUPPLY_LOW, low, told[0] + told[1], cycle->first_unix_ms);
    hold(hearing, (int)at, ROWS_SUPPLY_EMPTY, empty, told[2], cycle->first_unix_ms);
    hold(hearing, (int)at, ROWS_REPLENISH, request, told[3], cycle->first_unix_ms);
}

static void judge_supply(const struct hearing *hearing, const struct year_record *record,
                         unsigned at)
{
    const struct year_watch *watch = &record->supplies[at];
    for (size_t i = 0; i < watch->count; i++) {
        const struct year_cycle *before = i > 0 ? &watch->cycles[i - 1] : NULL;
        judge_cycle(hearing, at, before, &watch->cycles[i]);
        if (i > 0) {
            judge_refill(hearing, at, before, &watch->cycles[i]);
        }
    }
    if (watch->count > 0) { /* before the first change there is nothing to be replaced */
        const struct year_cycle *first = &watch->cycles[0];
        unsigned told =
            told_in(hearing, (int)at, ROWS_SUPPLY_REPLACED, 0, first->last_unix_ms) +
            told_in(hearing, (int)at, ROWS_SUPPLY_REPLACED_EARLY, 0, first->last_unix_ms);
        hold(hearing, (int)at, ROWS_SUPPLY_REPLACED, (struct bounds){0, 0}, told,
             first->first_unix_ms);
    }
}

void year_judge_events(const struct year_record *record, const struct year_device *device,
                       const struct year_events *events, size_t count, struct year_verdict *verdict)
{
    static const enum rows_event kinds[] = {ROWS_NEW,      ROWS_OFFLINE,   ROWS_ASLEEP,
                                            ROWS_BACK,     ROWS_GONE,      ROWS_MOVED,
                                            ROWS_FIRMWARE, ROWS_CREDENTIAL};
    const struct hearing hearing = {device, events, count, verdict};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        unsigned told = told_in(&hearing, -1, kinds[i], 0, INT64_MAX);
        const struct bounds exactly = {record->expected[kinds[i]], record->expected[kinds[i]]};
        hold(&hearing, -1, kinds[i], exactly, told, YEAR_START_MS);
    }
    /* A break of the last days may not be certain yet. */
    unsigned told = told_in(&hearing, -1, ROWS_METER_BREAK, 0, INT64_MAX);
    const struct bounds breaks = {record->breaks > 0 ? record->breaks - 1 : 0, record->breaks};
    hold(&hearing, -1, ROWS_METER_BREAK, breaks, told, YEAR_START_MS);
    for (unsigned i = 0; i < device->supply_count; i++) {
        judge_supply(&hearing, record, i);
    }
}

void year_judge_free(struct year_record *record)
{
    for (unsigned i = 0; i < YEAR_SUPPLIES_MAX; i++) {
        free(record->supplies[i].cycles);
    }
}
