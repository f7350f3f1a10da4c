#include "core/fleet/forecast_level.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/base.h"

/* A filling that has been used less than this tells nothing of what a page takes. */
#define DROP_LEAST 2.0

/* Fillings that are looked at. */
#define FILLINGS_MAX 24

/* Evenness is judged by what spans of so many percent needed, */
#define SPAN 10.0
/* and before there are spans to judge by: a relative variance of a percent's use, as if from so
 * many spans. */
#define UNEVEN_USUAL  0.10
#define UNEVEN_WEIGHT 3.0

/* How fillings differ, before that is known; as if from so many. */
#define FILLING_USUAL  0.10
#define FILLING_WEIGHT 4.0

/* Coarse steps: of those it is learnt where in a step the level stands. Fine levels are cut, more
 * often than rounded. */
#define GRAIN_COARSE 5
#define CUT_FINE     0.25

/* How well a level is known at a step, and by a reading alone; in steps. */
#define STEP_SPREAD    0.15
#define READING_SPREAD 0.3

/* A level at a time that is told by what had been used. */
struct place {
    double used;
    double level;
};

/* Steps after which that of a new filling from full is not needed any more. */
#define STEPS_ENOUGH 3

/* One filling: where it was known best, first and last. */
struct filling {
    size_t first; /* points */
    size_t end;
    bool is_whole; /* its beginning was seen */
    struct place from;
    struct place to;
    double full;    /* units until the first step of a full one; -1 = not seen */
    double spans;   /* sums over spans of even percent: how many, ... */
    double needed;  /* ... the units that a percent of them needed, ... */
    double squared; /* ... and their squares */
};

/* What is common to all fillings of a supply. */
struct habit {
    double cut; /* true levels are from level - cut up to level - cut + grain */
    double grain;
};

/* --- steps ------------------------------------------------------------------------------------ */

/* The place at which the level came down to that of point `at`. */
static struct place step_to(const struct forecast_levels *levels, const struct habit *habit,
                            size_t at)
{
    const struct forecast_point *before = &levels->points[at - 1];
    const struct forecast_point *now = &levels->points[at];
    double fall = before->level - now->level;
    double part = fall > 0 ? (fall - habit->grain / 2) / fall : 1;
    part = part > 0 ? part : 0;
    return (struct place){.used = before->used + part * (now->used - before->used),
                          .level = now->level - habit->cut + habit->grain};
}

/* Counts the span since a place when it is wide enough. Returns: where the next one begins. */
static struct place add_span(struct filling *filling, struct place since)
{
    double drop = since.level - filling->to.level;
    if (drop < SPAN) {
        return since;
    }
    double needed = (filling->to.used - since.used) / drop;
    filling->spans++;
    filling->needed += needed;
    filling->squared += needed * needed;
    return filling->to;
}

/* Follows a filling from step to step. */
static void follow(const struct forecast_levels *levels, const struct habit *habit,
                   struct filling *filling)
{
    const struct forecast_point *first = &levels->points[filling->first];
    const bool is_full = filling->is_whole && first->level >= 100;
    const size_t steps_enough = is_full ? STEPS_ENOUGH : 1;
    double lowest = first->level;
    double told = first->level - habit->cut + habit->grain / 2;
    struct place since = {0};
    struct place step = {0};
    size_t steps = 0;
    filling->from = (struct place){first->used, is_full || told > 100 ? 100 : told};
    filling->to = filling->from;
    filling->full = -1;
    filling->spans = filling->needed = filling->squared = 0;
    for (size_t i = filling->first + 1; i < filling->end; i++) {
        double level = levels->points[i].level;
        if (level >= lowest) {
            continue;
        }
        filling->to = step_to(levels, habit, i);
        if (steps == 0) {
            bool is_one = lowest - level <= habit->grain;
            filling->full = is_full && is_one ? filling->to.used - first->used : -1;
            since = step = filling->to;
        }
        steps++;
        since = add_span(filling, since);
        lowest = level;
    }
    /* A step is known better than a reading, and from one to the next no cut matters. */
    if (steps >= steps_enough) {
        filling->from = step;
    }
}

/* --- fillings --------------------------------------------------------------------------------- */

/* Cuts the points into fillings, the newest first. */
static size_t cut_fillings(const struct forecast_levels *levels, struct filling *out)
{
    size_t count = 0;
    size_t end = levels->count;
    size_t start = levels->current;
    while (end > 0 && count < FILLINGS_MAX) {
        out[count++] = (struct filling){.first = start, .end = end, .is_whole = start > 0};
        end = start;
        start = end > 0 ? end - 1 : 0;
        while (start > 0 && levels->points[start].level - levels->points[start - 1].level <
                                FORECAST_RISE_REFILL) {
            start--;
        }
    }
    return count;
}

static double drop_of(const struct filling *filling)
{
    return filling->from.level - filling->to.level;
}

static double slope_of(const struct filling *filling)
{
    double used = filling->to.used - filling->from.used;
    double drop = drop_of(filling);
    return drop >= DROP_LEAST && used > 0 ? drop / used : 0;
}

/* Where in a step the level stands: a full supply is called full until it has fallen by `cut`. As
 * if it had been seen once: a device that calls empty only what is empty rounds up. */
static double find_cut(const struct filling *fillings, size_t count, double grain)
{
    double sum = grain;
    double seen = 1;
    for (size_t i = 0; i < count; i++) {
        double slope = slope_of(&fillings[i]);
        if (fillings[i].full >= 0 && slope > 0 && drop_of(&fillings[i]) >= 2 * grain) {
            sum += fillings[i].full * slope;
            seen++;
        }
    }
    double cut = sum / seen;
    return cut < 0 ? 0 : cut > grain ? grain : cut;
}

/* Relative variance of what one percent needs. */
static double find_uneven(const struct filling *fillings, size_t count)
{
    double sum = UNEVEN_USUAL * UNEVEN_WEIGHT;
    double weight = UNEVEN_WEIGHT;
    for (size_t i = 0; i < count; i++) {
        const struct filling *filling = &fillings[i];
        if (filling->spans >= 2 && filling->needed > 0) {
            double mean = filling->needed / filling->spans;
            double off = filling->squared / filling->spans - mean * mean;
            sum += SPAN * filling->spans * (off > 0 ? off : 0) / (mean * mean);
            weight += filling->spans - 1;
        }
    }
    return sum / weight;
}

/* What a unit takes, by its logarithm. */
struct slope {
    double log;
    double variance; /* < 0 = not known */
};

/* Variance of a filling's own slope. */
static double own_variance(const struct filling *filling, double uneven, double grain)
{
    double drop = drop_of(filling);
    return uneven / drop + 0.17 * grain * grain / (drop * drop);
}

/* What earlier fillings say of this one. */
static struct slope find_before(const struct filling *fillings, size_t count, double uneven,
                                double grain)
{
    const double usual = FILLING_USUAL * FILLING_USUAL;
    double sum = 0;
    double weight = 0;
    double squared = usual * FILLING_WEIGHT;
    double seen = 0;
    struct slope before = {0, -1};
    for (size_t i = 1; i < count; i++) {
        double slope = slope_of(&fillings[i]);
        if (slope > 0) {
            double own = 1 / (own_variance(&fillings[i], uneven, grain) + usual);
            sum += own * log(slope);
            weight += own;
            seen++;
        }
    }
    if (seen > 0) {
        before.log = sum / weight;
        for (size_t i = 1; i < count; i++) {
            double slope = slope_of(&fillings[i]);
            if (slope > 0) {
                double off = log(slope) - before.log;
                double excess = off * off - own_variance(&fillings[i], uneven, grain);
                squared += seen > 1 && excess > 0 ? excess : 0;
            }
        }
        before.variance = squared / (FILLING_WEIGHT + seen - 1) + 1 / weight;
    }
    return before;
}

static struct slope join(struct slope a, struct slope b)
{
    if (a.variance < 0 || b.variance < 0) {
        return a.variance < 0 ? b : a;
    }
    double weight = 1 / a.variance + 1 / b.variance;
    return (struct slope){(a.log / a.variance + b.log / b.variance) / weight, 1 / weight};
}

/* --- now -------------------------------------------------------------------------------------- */

/* From the last step by what has been used since, but within what the device says. */
static double level_now(const struct forecast_levels *levels, const struct habit *habit,
                        const struct filling *filling, double slope)
{
    const struct forecast_point *last = &levels->points[levels->count - 1];
    double least = last->level - habit->cut;
    double level = filling->to.level - slope * (last->used - filling->to.used);
    level = level > least + habit->grain ? least + habit->grain : level;
    level = level < least ? least : level;
    return level < 0 ? 0 : level > 100 ? 100 : level;
}

/* Variance of that. */
static double level_variance(const struct forecast_levels *levels, const struct habit *habit,
                             const struct filling *filling, const struct slope *slope,
                             double uneven)
{
    const struct forecast_point *last = &levels->points[levels->count - 1];
    double of_step = STEP_SPREAD * habit->grain;
    double of_reading = READING_SPREAD * habit->grain;
    double fallen = exp(slope->log) * (last->used - filling->to.used);
    double variance = of_step * of_step + slope->variance * fallen * fallen + uneven * fallen;
    return variance < of_reading * of_reading ? variance : of_reading * of_reading;
}

void forecast_wear_judge(const struct forecast_levels *levels, struct forecast_wear *out)
{
    struct filling fillings[FILLINGS_MAX];
    struct habit habit = {.grain = levels->grain, .cut = levels->grain / 2.0};
    size_t count = cut_fillings(levels, fillings);
    BASE_REQUIRE(count > 0);
    for (size_t i = 0; i < count; i++) {
        follow(levels, &habit, &fillings[i]);
    }
    if (levels->grain >= GRAIN_COARSE) {
        habit.cut = find_cut(fillings, count, habit.grain);
    } else {
        habit.cut = CUT_FINE;
    }
    for (size_t i = 0; i < count; i++) {
        follow(levels, &habit, &fillings[i]);
    }
    double uneven = find_uneven(fillings, count);
    struct slope own = {0, -1};
    double of_this = slope_of(&fillings[0]);
    if (of_this > 0) {
        own = (struct slope){log(of_this), own_variance(&fillings[0], uneven, habit.grain)};
    }
    struct slope slope = join(own, find_before(fillings, count, uneven, habit.grain));
    out->per_unit = slope.variance < 0 ? 0 : exp(slope.log);
    out->level = level_now(levels, &habit, &fillings[0], out->per_unit);
    double level = out->level > 0.5 ? out->level : 0.5;
    double of_level = level_variance(levels, &habit, &fillings[0], &slope, uneven);
    out->deviation = sqrt(slope.variance + uneven / level + of_level / (level * level));
}
