#include "core/app/agent_words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/app/duration.h"

static void add(char out[AGENT_WORDS_MAX], const char *format, ...) BASE_PRINTF(2, 3);

static void add(char out[AGENT_WORDS_MAX], const char *format, ...)
{
    size_t size = strlen(out);
    va_list args;
    va_start(args, format);
    vsnprintf(out + size, AGENT_WORDS_MAX - size, format, args);
    va_end(args);
}

/* Whole seconds, as the durations of the configuration. */
static void add_duration(char out[AGENT_WORDS_MAX], int64_t ms)
{
    char text[DURATION_TEXT_MAX];
    duration_format(ms < 1000 ? ms : (ms + 500) / 1000 * 1000, text, sizeof(text));
    add(out, "%s", text);
}

static void add_count(char out[AGENT_WORDS_MAX], uint64_t count, const char *what, bool *is_first)
{
    if (count > 0) {
        add(out, "%s%" PRIu64 " %s", *is_first ? ": " : ", ", count, what);
        *is_first = false;
    }
}

void agent_words_round(const struct agent_round *round, int64_t took_ms, uint32_t devices,
                       char out[AGENT_WORDS_MAX])
{
    static const struct {
        enum record_status status;
        const char *words;
    } ends[] = {{RECORD_OK, "ok"},
                {RECORD_PARTIAL, "in part"},
                {RECORD_NOTPRINTER, "no printers any more"},
                {RECORD_TIMEOUT, "silent"},
                {RECORD_AUTH, "refused us"},
                {RECORD_ERROR, "failed"}};
    bool is_first = true;
    out[0] = '\0';
    add(out, "%" PRIu64 " polls of %" PRIu32 " devices in ", round->polled, devices);
    add_duration(out, took_ms);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(ends); i++) {
        add_count(out, round->by_status[ends[i].status], ends[i].words, &is_first);
    }
    add_count(out, round->left_out, "left out of scope", &is_first);
    add_count(out, round->damaged, "could not be decoded", &is_first);
    if (round->answered > 0) {
        double ms = (double)round->took_us / (double)round->answered / 1000;
        add(out, "; %.*f ms a poll that was answered", ms < 10 ? 1 : 0, ms);
    }
}

void agent_words_search(const struct discover_sums *sums, uint64_t created,
                        char out[AGENT_WORDS_MAX])
{
    const uint64_t *kinds = sums->by_kind;
    bool is_first = true;
    out[0] = '\0';
    add(out, "search of %" PRIu64 " addresses %s ", sums->addresses,
        sums->is_interrupted ? "cut short after" : "took");
    add_duration(out, sums->elapsed_us / 1000);
    add_count(out, sums->printers, "printers", &is_first);
    if (is_first) {
        add(out, ": no printer");
        is_first = false;
    } else {
        add(out, ", %" PRIu64 " of them new", created);
    }
    add_count(out, kinds[DISCOVER_OTHER], "others", &is_first);
    add_count(out, kinds[DISCOVER_REFUSED], "refused us", &is_first);
    add_count(out, kinds[DISCOVER_FAILED], "failed", &is_first);
    add_count(out, sums->out_of_scope, "out of scope", &is_first);
    add_count(out, sums->unresolved, "names without an address", &is_first);
    add(out, "; %" PRIu64 " packets", sums->packets);
}

void agent_words_settings(const struct agent_settings *settings, char out[AGENT_WORDS_MAX])
{
    out[0] = '\0';
    add(out, "polled every ");
    add_duration(out, settings->poll.every_ms);
    add(out, ", the silent every ");
    add_duration(out, settings->poll.offline_every_ms);
    add(out, " at least, names and capacities ");
    if (settings->poll.full_every_ms > 0) {
        add(out, "every ");
        add_duration(out, settings->poll.full_every_ms);
    } else {
        add(out, "when they change");
    }
    if (!settings->searches) {
        add(out, "; no search");
    } else if (settings->search.every_ms > 0) {
        add(out, "; search every ");
        add_duration(out, settings->search.every_ms);
    } else {
        add(out, "; search at %02d:%02d", settings->search.at_minute / 60,
            settings->search.at_minute % 60);
    }
}
