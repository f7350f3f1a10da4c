#include "core/app/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/app/terminal.h"

/* Work that ends within a second needs no progress line. */
#define SHOW_AFTER_US 1000000
/* Ten times a second looks alive and costs nothing. */
#define REDRAW_US 100000
/* The rate is taken once a second; the newest counts for a third: calm, and yet it follows. */
#define SAMPLE_US     1000000
#define SAMPLE_WEIGHT (1.0 / 3)
/* Slower than this nothing can be said about the end. */
#define RATE_MIN 0.05

void progress_init(struct progress *progress, const char *noun, uint64_t total, bool allowed,
                   int64_t now_us)
{
    struct terminal terminal;
    terminal_init(&terminal, stderr, false);
    *progress = (struct progress){
        .noun = noun,
        .total = total,
        .started_us = now_us,
        .sampled_us = now_us,
        .rate = -1,
        .drawn_us = now_us,
        .width = terminal.width,
        .enabled = allowed && terminal.width > 0,
    };
}

/* "12 s", "3 min 20 s", "2 h 05 min" */
static void put_duration(int64_t seconds, char *out, size_t cap)
{
    if (seconds < 60) {
        snprintf(out, cap, "%" PRId64 " s", seconds);
    } else if (seconds < 3600) {
        snprintf(out, cap, "%" PRId64 " min %02" PRId64 " s", seconds / 60, seconds % 60);
    } else {
        snprintf(out, cap, "%" PRId64 " h %02" PRId64 " min", seconds / 3600, seconds / 60 % 60);
    }
}

void progress_line(const struct progress *progress, const struct progress_state *state, char *out,
                   size_t cap)
{
    char left[32] = "";
    char eta[48] = "";
    double rate = progress->rate > 0 ? progress->rate : 0;
    size_t size = 0;
    if (progress->total > 0) {
        size = (size_t)snprintf(out, cap, "%" PRIu64 "/%" PRIu64 " %s (%d %%)", state->done,
                                progress->total, progress->noun,
                                (int)(state->done * 100 / progress->total));
    } else {
        size = (size_t)snprintf(out, cap, "%" PRIu64 " %s", state->done, progress->noun);
    }
    if (progress->total > state->done && rate >= RATE_MIN) {
        put_duration((int64_t)((double)(progress->total - state->done) / rate + 0.5), left,
                     sizeof(left));
        snprintf(eta, sizeof(eta), ", %s left", left);
    }
    if (size < cap) {
        snprintf(out + size, cap - size, ", %" PRIu64 " ok, %" PRIu64 " failed, %.*f/s%s",
                 state->ok, state->failed, rate < 10 ? 1 : 0, rate, eta);
    }
}

static void sample(struct progress *progress, uint64_t done, int64_t now_us)
{
    int64_t span_us = now_us - progress->sampled_us;
    if (span_us < SAMPLE_US) {
        return;
    }
    double rate = (double)(done - progress->sampled_done) * 1e6 / (double)span_us;
    progress->rate =
        progress->rate < 0 ? rate : progress->rate + (rate - progress->rate) * SAMPLE_WEIGHT;
    progress->sampled_us = now_us;
    progress->sampled_done = done;
}

void progress_update(struct progress *progress, const struct progress_state *state, int64_t now_us)
{
    char line[PROGRESS_LINE_MAX];
    if (!progress->enabled || now_us - progress->started_us < SHOW_AFTER_US ||
        now_us - progress->drawn_us < REDRAW_US) {
        return;
    }
    sample(progress, state->done, now_us);
    progress_line(progress, state, line, sizeof(line));
    /* The last cell stays free: some terminals wrap when it is filled. */
    fprintf(stderr, "\r%.*s\x1b[K", (int)progress->width - 1, line);
    fflush(stderr);
    progress->drawn_us = now_us;
    progress->is_drawn = true;
}

void progress_finish(struct progress *progress)
{
    if (progress->is_drawn) {
        fputs("\r\x1b[K", stderr);
        fflush(stderr);
        progress->is_drawn = false;
    }
}
