/*
 * A search under way: hands its addresses to a sweep, leaves alone who need not be asked, and keeps
 * what was found. For whoever runs one: `platen discover` shows it, the agent does not.
 */
#pragma once

#include "core/app/discover_report.h"
#include "core/app/keeper.h"
#include "core/app/scoping.h"
#include "core/fleet/targets.h"

struct discover_search {
    /* Set by the owner before the sweep begins; borrowed. */
    const struct targets *targets; /* closed */
    struct store *store;           /* NULL: nothing is kept */
    struct keeper *keeper;         /* the same */
    struct scoping *scoping;
    struct discover_watch *watch; /* NULL = none */
    int64_t others_after_ms;      /* known devices that are no printers are left alone so long */
    bool asks_others;             /* ask those, too */
    bool ignores_scope;
    void *owner; /* of: */
    /* Makes what is told of a result once it is stored; NULL = nothing. */
    struct bytes (*tell)(void *owner, const struct sweep_result *result,
                         const struct reading *reading, enum discover_kind kind);
    /* Gets that of a result which is not stored; NULL with `tell`. */
    void (*told)(void *owner, struct bytes output);

    /* Its own. */
    struct targets_cursor cursor;
    struct reading reading; /* of the last result */
    struct learned learned; /* of the address that was handed out last */
    bool has_learned;
    struct discover_sums sums;
    uint64_t damaged; /* results that could not be decoded: a mistake of ours, never silent */
};

/* Prepares an empty search. profiles: for reading; borrowed.
 * Returns: 0; -ENOMEM. discover_search_fini frees it in any case. */
BASE_MUST_CHECK int discover_search_init(struct discover_search *search,
                                         const struct profile_set *profiles);
void discover_search_fini(struct discover_search *search);

/* The events of a sweep; owner: the search.
 * next: gives the next address that is to be asked, and in search->learned what is known of it;
 * those that are left alone are counted. */
bool discover_search_next(void *owner, union wire_address *address);
bool discover_search_recall(void *owner, const union wire_address *address,
                            struct learned *learned);
bool discover_search_recall_place(void *owner, const union wire_address *address, const char *place,
                                  struct learned *learned);
void discover_search_ended(void *owner, const struct sweep_result *result);
