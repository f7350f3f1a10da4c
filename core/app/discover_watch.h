/*
 * How far a search is in each subnet, an IPv4 /24 or an IPv6 /64: on a terminal some lines that are
 * redrawn in place, those subnets that are under way and a sum; elsewhere one line as each subnet
 * is finished. All of it on stderr.
 */
#pragma once

#include "core/base/base.h"
#include "core/fleet/targets.h"

/* What an address turned out to be. */
enum discover_kind {
    DISCOVER_SILENT,
    DISCOVER_PRINTER,
    DISCOVER_OTHER,
    DISCOVER_REFUSED,
    DISCOVER_FAILED,
    DISCOVER_LEFT_OUT, /* not asked: known to be no printer, or out of scope */
    DISCOVER_KINDS
};

struct discover_watch;

/* Makes a watch over a closed list. NULL when memory is short. */
struct discover_watch *discover_watch_new(const struct targets *targets);

/* NULL is allowed. */
void discover_watch_free(struct discover_watch *watch);

/* An address has ended. printers: that are behind it, as far as is known. more: others may be told
 * of by discover_watch_more, so the line of its subnet waits for discover_watch_end.
 * NULL watch: nothing. */
void discover_watch_count(struct discover_watch *watch, const struct target *address,
                          enum discover_kind kind, size_t printers, bool more);

/* Further printers at an address that has ended, in other contexts. NULL watch: nothing. */
void discover_watch_more(struct discover_watch *watch, const struct target *address,
                         size_t printers);

/* Redraws what is due; nothing without a terminal. */
void discover_watch_draw(struct discover_watch *watch, int64_t now_us);

/* Removes the lines, before anything else is printed. */
void discover_watch_clear(struct discover_watch *watch);

/* Nothing more comes: as discover_watch_clear; without a terminal, tells of the subnets that have
 * waited. */
void discover_watch_end(struct discover_watch *watch);
