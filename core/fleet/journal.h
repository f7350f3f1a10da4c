/*
 * The older events of a device, one behind the other in a few thousand octets: what its rows in the
 * chain of events were, without what is known anyway (the name of a supply, the text of an alert
 * whose code says it). Events are kept for two years, alerts for 30 days; when there is no room,
 * the oldest alerts go first, then the oldest of all. Pure.
 *
 * An entry begins with an octet: its kind, or LONG; then the milliseconds since the entry before. A
 * LONG one has size and payload (rows.h, rows_change.h). Others are about a supply with an index
 * "1.N" or about the device, without texts: N (0 = the device), the value unless the kind has
 * NO_VALUE with it, and the milliseconds since it began, 0 = now. Such an event takes some ten
 * octets.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

#define JOURNAL_KEEP_MS   (INT64_C(731) * 86400000)
#define JOURNAL_ALERTS_MS (INT64_C(30) * 86400000)

/* Longest payload of an event that is not written as a LONG one. */
#define JOURNAL_SHORT_MAX 40

/* Longest payload that is kept. */
#define JOURNAL_PAYLOAD_MAX 1100

/* Octets that the caller owns. */
struct journal {
    uint8_t *bytes;
    size_t size;
    size_t cap;
    int64_t last_unix_ms; /* of the newest entry */
};

struct journal_entry {
    int64_t unix_ms;
    struct bytes payload; /* into the journal, or into what follows */
    uint8_t written[JOURNAL_SHORT_MAX];
};

/* Iterates the entries, oldest first: begin with *at = 0 and entry->unix_ms = 0. What a payload
 * needs is written into *entry, which must not be copied then.
 * Returns: false at the end or at damage. */
bool journal_next(struct bytes bytes, size_t *at, struct journal_entry *entry);

/* Takes over the octets of a journal; what is damaged, and what is behind it, is left out.
 * Owns: journal_fini. Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int journal_load(struct journal *journal, struct bytes bytes);

/* Adds an event behind the others. Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int journal_add(struct journal *journal, int64_t unix_ms, struct bytes payload);

/* Drops what is too old, and what does not fit into cap octets. */
void journal_thin(struct journal *journal, int64_t now_unix_ms, size_t cap);

/* Frees the entries. */
void journal_fini(struct journal *journal);
