/*
 * What `platen discover` tells: a table of what was found, and a closing sentence or, beside JSON,
 * one object on stderr.
 */
#pragma once

#include "core/app/discover_watch.h"
#include "core/app/table.h"
#include "core/fleet/search_price.h"
#include "core/fleet/sweep.h"
#include "proto/reading.h"
#include "store/store.h"

/* How a printer stands to what the store had before. */
enum discover_news {
    DISCOVER_NEW,
    DISCOVER_KNOWN,
    DISCOVER_MOVED, /* known, at another address */
    DISCOVER_NEWS_KINDS
};

/* What a search came to. */
struct discover_sums {
    uint64_t addresses; /* that were to be asked, those left out among them */
    uint64_t excluded;
    uint64_t unresolved;
    uint64_t by_kind[DISCOVER_KINDS];      /* addresses */
    uint64_t printers;                     /* behind a print server each one */
    uint64_t by_news[DISCOVER_NEWS_KINDS]; /* of the printers */
    uint64_t known_others;                 /* not asked: no printers when they were asked last */
    uint64_t out_of_scope;                 /* not asked */
    uint64_t packets;
    int64_t elapsed_us;
    bool is_interrupted;
};

/* Columns of the table, in their order. */
extern const struct table_column discover_report_columns[];
extern const size_t discover_report_column_count;

/* Says what a poll found. reading: NULL when nothing could be decoded. */
enum discover_kind discover_report_kind(const struct sweep_result *result,
                                        const struct reading *reading);

/* Says whether a printer is in the store already, and where. store: NULL = all are new. */
enum discover_news discover_report_news(struct store *store, const struct sweep_result *result,
                                        const struct reading *reading);

/* Adds a row. */
void discover_report_row(struct table *table, const struct sweep_result *result,
                         const struct reading *reading, enum discover_kind kind,
                         enum discover_news news);

/* Writes the closing sentence, or object, to stderr. */
void discover_report_close(const struct discover_sums *sums, bool is_json);

/* Writes to stdout what a search would cost. known: devices of the store among the addresses.
 * Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int discover_report_price(const struct search_price *price,
                                          const struct discover_sums *sums, uint64_t known,
                                          bool is_json);
