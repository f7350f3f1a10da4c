/*
 * Targets: the list of what to poll, as the user named it, kept as ranges of addresses and handed
 * out one address at a time. A /12 costs as much memory as one host.
 *
 * Lifecycle: targets_init, any number of targets_add, targets_close once, then count and next.
 * targets_close resolves the host names, sorts, and merges what overlaps, so that each address and
 * port is handed out once: IPv4 before IPv6, then ports, then addresses ascending. A name that has
 * both an IPv4 and an IPv6 address is polled by IPv4, where the SNMP of printers is more often on.
 * A name that cannot be resolved stops nothing: it is listed in targets_failures.
 *
 * Blocks on the disk and on the name service: for the time before the loop runs.
 * Not for: deciding when a device is asked, or what. The forms of a target stand in target.h.
 */
#pragma once

#include "core/base/base.h"
#include "core/fleet/target.h"

/* More addresses than this in one list are refused. */
#define TARGETS_MAX TARGET_RANGE_MAX

/* A host name that is to become an address, or did not. */
struct targets_name {
    char *text; /* as written, without the port */
    uint16_t port;
    int error; /* 0, or a code of getaddrinfo */
};

/* Fields are the list's own; read them through the functions. */
struct targets {
    struct target_range *ranges; /* sorted and disjoint once closed */
    size_t range_count, range_cap;
    struct targets_name *names; /* to be resolved; once closed, those that failed */
    size_t name_count, name_cap;
    uint64_t total; /* addresses; once closed */
    bool closed;
    bool is_for_excluding; /* networks are all of their addresses, not their hosts only */
};

/* Where targets_next stands; starts zeroed. */
struct targets_cursor {
    size_t range;
    uint64_t offset;
};

/* Finds the address of a host name; is called from several threads at once.
 * Returns: 0 with family, scope and address of *out written; else a code of getaddrinfo. */
typedef int targets_lookup(const char *name, struct target *out);

/* An empty list. */
void targets_init(struct targets *targets);

/* Frees everything. */
void targets_fini(struct targets *targets);

/* Adds what one word names: a target, or "@FILE" for the lines of a file, "@-" for standard input.
 * In files: one target a line, "#" begins a comment, blank lines are skipped, CRLF and a byte order
 * mark are allowed, "@" is refused.
 * message: message_cap bytes that get one English sentence on failure: where ("FILE:LINE: "), what
 * is wrong, and the nearest right form. The list is then to be thrown away.
 * Returns: 0; BASE_EUSAGE (malformed, or not an address to poll); BASE_ELIMIT (more than
 * TARGETS_MAX addresses); -errno of a file that cannot be read; -ENOMEM. */
BASE_MUST_CHECK int targets_add(struct targets *targets, const char *text, char *message,
                                size_t message_cap);

/* Copies a list that is not closed yet: to close it, and look the names up, again and again.
 * Returns: 0; -ENOMEM. The copy is freed by targets_fini in any case. */
BASE_MUST_CHECK int targets_copy(const struct targets *targets, struct targets *out);

/* Resolves the names with `lookup` (NULL: getaddrinfo), several at a time, then sorts and merges.
 * Returns: 0, also when names failed; BASE_ELIMIT, -ENOMEM or -EAGAIN (no thread), with a message
 * as targets_add. */
BASE_MUST_CHECK int targets_close(struct targets *targets, targets_lookup *lookup, char *message,
                                  size_t message_cap);

/* Takes out of a closed list what another closed list holds, whatever the ports there: an address
 * that is excluded is not asked at all (targets_exclude.c).
 * Returns: 0; -ENOMEM, and the list is to be thrown away. */
BASE_MUST_CHECK int targets_exclude(struct targets *targets, const struct targets *excluded);

/* How many addresses a closed list hands out, failed names not counted. */
uint64_t targets_count(const struct targets *targets);

/* Hands out the next address of a closed list; false at the end. */
bool targets_next(const struct targets *targets, struct targets_cursor *cursor, struct target *out);

/* The names of a closed list that have no address; *count gets how many. Borrowed. */
const struct targets_name *targets_failures(const struct targets *targets, size_t *count);

/* Why a name has no address, in English. Static storage. */
const char *targets_name_error(const struct targets_name *name);
