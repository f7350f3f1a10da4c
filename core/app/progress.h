/*
 * One line on stderr that says how far a long work is: redrawn in place, only on a terminal, only
 * once the work has lasted a second, gone when it ends. Costs nothing per call but a comparison
 * until a redraw is due.
 *
 * Lifecycle: progress_init, progress_update as often as liked, progress_finish once.
 */
#pragma once

#include "core/base/base.h"

/* Room for the line, NUL included. */
#define PROGRESS_LINE_MAX 160

struct progress {
    const char *noun; /* "devices" */
    uint64_t total;   /* 0 = not known */
    int64_t started_us;
    int64_t drawn_us;   /* last redraw */
    size_t width;       /* cells of the terminal */
    int64_t sampled_us; /* when the rate was last taken, and what was done then */
    uint64_t sampled_done;
    double rate;   /* per second, smoothed over some seconds; below 0 until the first */
    bool enabled;  /* stderr is a terminal and --quiet was not given */
    bool is_drawn; /* a line stands there */
};

/* How far the work is. */
struct progress_state {
    uint64_t done; /* ok and failed */
    uint64_t ok;
    uint64_t failed;
};

/* noun: plural, borrowed. total: 0 when it is not known. now_us: monotonic. */
void progress_init(struct progress *progress, const char *noun, uint64_t total, bool allowed,
                   int64_t now_us);

/* Redraws the line when it is due: after the first second, then ten times a second at most. */
void progress_update(struct progress *progress, const struct progress_state *state, int64_t now_us);

/* Removes the line. Call it before anything else is printed, too; the next update draws again. */
void progress_finish(struct progress *progress);

/* Writes the line as it would be drawn, without line end. The time that is left follows from what
 * the last seconds did; while nothing moves none is promised.
 * out: at least PROGRESS_LINE_MAX bytes. */
void progress_line(const struct progress *progress, const struct progress_state *state, char *out,
                   size_t cap);
