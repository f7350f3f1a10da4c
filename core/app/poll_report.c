#include "core/app/poll_report.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/app/credential_words.h"
#include "core/app/listing.h"
#include "core/fleet/address.h"

enum {
    ADDRESS,
    STATUS,
    VENDOR,
    MODEL,
    SERIAL,
    NAME,
    STATE,
    PAGES,
    LOWEST,
    ALERTS,
    ERROR,
    RTT,
    COLUMN_COUNT
};

const struct table_column poll_report_columns[] = {
    [ADDRESS] = {.key = "address", .title = "ADDRESS", .kind = TABLE_TEXT},
    [STATUS] = {.key = "status", .title = "STATUS", .kind = TABLE_TEXT},
    [VENDOR] = {.key = "vendor", .title = "VENDOR", .kind = TABLE_TEXT, .least = 8, .rank = 8},
    [MODEL] = {.key = "model", .title = "MODEL", .kind = TABLE_TEXT, .least = 12},
    [SERIAL] = {.key = "serial", .title = "SERIAL", .kind = TABLE_TEXT, .least = 10, .rank = 6},
    [NAME] = {.key = "name", .title = "NAME", .kind = TABLE_TEXT, .least = 8, .rank = 7},
    [STATE] = {.key = "state", .title = "STATE", .kind = TABLE_TEXT, .rank = 5},
    [PAGES] = {.key = "total", .title = "PAGES", .kind = TABLE_NUMBER, .rank = 2},
    [LOWEST] = {.key = "lowest_supply", .title = "LOWEST", .kind = TABLE_PERCENT, .rank = 3},
    [ALERTS] = {.key = "alerts", .title = "ALERTS", .kind = TABLE_NUMBER, .rank = 4},
    [ERROR] = {.key = "error", .title = "ERROR", .kind = TABLE_TEXT, .least = 16, .rank = 1},
    [RTT] = {.key = "rtt_us", .title = "RTT us", .kind = TABLE_NUMBER, .hidden = true},
};

const size_t poll_report_column_count = COLUMN_COUNT;

static void poll_report_meaning(struct table *table, const struct reading *reading)
{
    int lowest = 101;
    int64_t faults = 0;
    for (size_t i = 0; i < reading->supply_count; i++) {
        int percent = reading->supplies[i].percent;
        lowest = percent >= 0 && percent < lowest ? percent : lowest;
    }
    for (size_t i = 0; i < reading->alert_count; i++) {
        faults += reading->alerts[i].is_fault ? 1 : 0;
    }
    int64_t pages = view_meter(reading, "total");
    table_set_text(table, VENDOR, reading->identity.vendor);
    table_set_text(table, MODEL, reading->identity.model);
    table_set_text(table, SERIAL, reading->identity.serial);
    table_set_text(table, NAME, reading->identity.name);
    /* A device that said nothing now has only its identity here, from the store. */
    if (reading->is_printer && reading->header.pdu_count > 0) {
        table_set_text(table, STATE, reading->condition.state);
        table_set_number(table, ALERTS, faults);
    }
    if (pages != READING_ABSENT) {
        table_set_number(table, PAGES, pages);
    }
    if (lowest <= 100) {
        table_set_number(table, LOWEST, lowest);
    }
}

/* Tables that are named; more of them say no more. */
#define NAMED_TABLES 3

/* Why a poll did not read everything: the tables, or the reason when it read nothing. */
static void poll_report_error(struct table *table, const struct sweep_result *result)
{
    const struct record_header *header = &result->header;
    char text[CREDENTIAL_WORDS_MAX];
    size_t size = 0;
    unsigned count = 0;
    bool is_denied = base_is_security(header->error) || header->error == BASE_EREFUSED;
    if (is_denied && result->credential != NULL) {
        struct rows_access access = rows_access_of(result->credential, result->context);
        table_set_text(table, ERROR,
                       credential_words_error(header->error, &access, text, sizeof(text)));
        return;
    }
    if (header->failed_tables == 0) {
        table_set_text(table, ERROR, header->error != 0 ? base_strerror(header->error) : NULL);
        return;
    }
    for (unsigned i = 0; i < OBJECT_TABLE_COUNT; i++) {
        if ((header->failed_tables >> i & 1) != 0 && ++count <= NAMED_TABLES) {
            const char *name = object_table_find((enum object_table_id)i)->name;
            int written = snprintf(text + size, sizeof(text) - size, "%s%s",
                                   size > 0 ? ", " : "failed: ", name);
            size += written > 0 ? (size_t)written : 0;
        }
    }
    if (count > NAMED_TABLES) {
        snprintf(text + size, sizeof(text) - size, " and %u more", count - NAMED_TABLES);
    }
    table_set_text(table, ERROR, text);
}

void poll_report_row(struct table *table, const struct sweep_result *result,
                     const struct reading *reading, bool is_all)
{
    char key[ADDRESS_PLACE_MAX];
    const struct record_header *header = &result->header;
    /* Nobody there, whether the network says so or not. */
    bool is_silent = header->status == RECORD_TIMEOUT ||
                     (header->error == BASE_EUNREACHABLE && header->pdu_count == 0);
    if (is_silent && !is_all) {
        return;
    }
    address_format_place(result->address, result->place, key, sizeof(key));
    table_row(table);
    table_set_text(table, ADDRESS, key);
    table_set_text(table, STATUS, record_status_name(header->status));
    table_set_style(table, STATUS, listing_status_style((uint8_t)header->status));
    if (header->rtt_us > 0) {
        table_set_number(table, RTT, header->rtt_us);
    }
    poll_report_error(table, result);
    if (reading != NULL) {
        poll_report_meaning(table, reading);
    }
}

static const char *plural(uint64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

const char *poll_report_empty(const struct sweep_counters *counters, bool is_interrupted)
{
    if (counters->questions == 0) {
        return "Nobody was asked.";
    }
    return is_interrupted ? "No device was read to its end before that." : "No device answered.";
}

void poll_report_sort(struct table *table)
{
    table_sort(table, ADDRESS, false);
}

void poll_report_close(const struct sweep_counters *counters, const struct engine_counters *engine,
                       const struct poll_report_end *end)
{
    static const char *const words[] = {"ok",         "partly read",   "without answer",
                                        "refused us", "not a printer", "failed"};
    uint64_t total = end->unresolved;
    uint64_t by_status[BASE_ARRAY_COUNT(words)];
    for (size_t i = 0; i < BASE_ARRAY_COUNT(words); i++) {
        by_status[i] = counters->by_status[i] + (i == RECORD_ERROR ? end->unresolved : 0);
        total += counters->by_status[i];
    }
    if (end->is_interrupted) {
        fprintf(stderr, "Interrupted: %" PRIu64 " of ", total);
        total = end->targets + end->unresolved;
    }
    total -= counters->places; /* a print server is one address */
    fprintf(stderr, "%" PRIu64 " %s polled", total, plural(total, "address", "addresses"));
    const char *separator = ": ";
    for (size_t i = 0; i < BASE_ARRAY_COUNT(words); i++) {
        if (by_status[i] > 0) {
            fprintf(stderr, "%s%" PRIu64 " %s", separator, by_status[i], words[i]);
            separator = ", ";
        }
    }
    fprintf(stderr, "; %" PRIu64 " %s, %" PRIu64 " sent again, %.1f s.\n", counters->questions,
            plural(counters->questions, "question", "questions"), engine->retries,
            (double)end->elapsed_us / 1e6);
    if (end->out_of_scope > 0) {
        fprintf(stderr, "%" PRIu64 " left out: out of scope (--force-scope polls them).\n",
                end->out_of_scope);
    }
    if (counters->breaker_skipped > 0) {
        fprintf(stderr,
                "%" PRIu64 " left alone: they went silent or restarted after our last questions "
                "(--force asks all the same).\n",
                counters->breaker_skipped);
    }
}
