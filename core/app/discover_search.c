#include "core/app/discover_search.h"

#include "core/app/result_read.h"
#include "core/base/clock.h"
#include "core/fleet/address.h"

int discover_search_init(struct discover_search *search, const struct profile_set *profiles)
{
    *search = (struct discover_search){0};
    int status = reading_init(&search->reading);
    if (status == 0) {
        reading_use_profiles(&search->reading, profiles);
    }
    return status;
}

void discover_search_fini(struct discover_search *search)
{
    reading_fini(&search->reading);
}

/* --- addresses -------------------------------------------------------------------------------- */

/* What the store has learned at an address. */
static bool recall(const struct discover_search *search, const union wire_address *address,
                   const char *place, struct learned *learned)
{
    char key[ADDRESS_PLACE_MAX];
    struct store_txn *txn = NULL;
    struct bytes state;
    if (search->store == NULL || store_begin(search->store, false, &txn) != 0) {
        return false;
    }
    address_format_place(address, place, key, sizeof(key));
    bool is_known = store_learned_get(txn, key, &state) == 0 && learned_decode(state, learned) == 0;
    store_abort(txn);
    return is_known;
}

/* No printer when it was looked at last, and not so long ago that it has to be looked at again. */
static bool is_known_other(const struct discover_search *search)
{
    const struct learned *learned = &search->learned;
    int64_t age_ms = clock_unix_ms() - learned->full_at_unix_ms;
    return search->has_learned && !learned->is_printer && learned->full_at_unix_ms > 0 &&
           age_ms >= 0 && age_ms < search->others_after_ms && !search->asks_others;
}

bool discover_search_next(void *owner, union wire_address *address)
{
    struct discover_search *search = owner;
    struct target target;
    while (targets_next(search->targets, &search->cursor, &target)) {
        address_from_target(&target, address);
        search->has_learned = recall(search, address, "", &search->learned);
        bool is_other = is_known_other(search);
        bool is_out = !is_other && search->has_learned && !search->ignores_scope &&
                      scoping_leaves_out(search->scoping, search->store, address);
        if (!is_other && !is_out) {
            return true;
        }
        search->sums.known_others += is_other ? 1 : 0;
        search->sums.out_of_scope += is_out ? 1 : 0;
        search->sums.by_kind[DISCOVER_LEFT_OUT]++;
        discover_watch_count(search->watch, &target, DISCOVER_LEFT_OUT, 0, false);
    }
    return false;
}

/* The sweep asks for it right after the address. */
bool discover_search_recall(void *owner, const union wire_address *address, struct learned *learned)
{
    struct discover_search *search = owner;
    (void)address;
    if (search->has_learned) {
        *learned = search->learned;
    }
    return search->has_learned;
}

bool discover_search_recall_place(void *owner, const union wire_address *address, const char *place,
                                  struct learned *learned)
{
    return recall(owner, address, place, learned);
}

/* --- results ---------------------------------------------------------------------------------- */

static const struct reading *decode(struct discover_search *search,
                                    const struct sweep_result *result)
{
    if (result->header.pdu_count == 0) {
        return NULL;
    }
    if (result_read(NULL, result, &search->reading) != 0) {
        search->damaged++;
        return NULL;
    }
    return &search->reading;
}

static void told(struct discover_search *search, struct bytes output)
{
    if (search->told != NULL) {
        search->told(search->owner, output);
    }
}

/* Keeps a device that is no printer as such, though it has some of the Printer-MIB. */
static void keep_other(struct discover_search *search, const struct sweep_result *result)
{
    struct learned learned = *result->learned;
    struct sweep_result other = *result;
    learned.is_printer = false;
    learned.is_known = false;
    learned.full_at_unix_ms = result->header.polled_at_unix_ms;
    other.learned = &learned;
    other.header.status = RECORD_NOTPRINTER;
    keeper_add(search->keeper, &other, NULL, bytes_of(NULL, 0));
}

static void keep(struct discover_search *search, const struct sweep_result *result,
                 const struct reading *reading, enum discover_kind kind, struct bytes output)
{
    bool was_known = result->learned->polled_at_unix_ms > 0;
    if (kind == DISCOVER_OTHER) {
        keep_other(search, result);
        told(search, output);
    } else if (kind == DISCOVER_PRINTER || kind == DISCOVER_REFUSED || was_known) {
        keeper_add(search->keeper, result, kind == DISCOVER_PRINTER ? reading : NULL, output);
    } else {
        told(search, output); /* nothing is kept of an address where nobody is */
    }
}

void discover_search_ended(void *owner, const struct sweep_result *result)
{
    struct discover_search *search = owner;
    struct target target;
    if (result->is_canceled) {
        return;
    }
    const struct reading *reading = decode(search, result);
    enum discover_kind kind = discover_report_kind(result, reading);
    address_to_target(result->address, &target);
    size_t printers = kind != DISCOVER_PRINTER     ? 0
                      : reading->printer_count > 1 ? reading->printer_count
                                                   : 1;
    search->sums.printers += printers;
    if (result->place[0] == '\0') { /* an address is counted once */
        search->sums.by_kind[kind]++;
        discover_watch_count(search->watch, &target, kind, printers,
                             result->learned->places[0] != '\0');
    } else {
        discover_watch_more(search->watch, &target, printers);
    }
    struct bytes output = search->tell != NULL ? search->tell(search->owner, result, reading, kind)
                                               : bytes_of(NULL, 0);
    if (search->keeper != NULL) {
        keep(search, result, reading, kind, output);
    } else {
        told(search, output);
    }
}
