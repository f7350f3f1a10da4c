#include "core/fleet/archive_find.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/hash64.h"
#include "core/fleet/archive_keys.h"
#include "core/fleet/lineage.h"

/* Merges of merges that are followed. */
#define HOPS_MAX LINEAGE_MAX

/* One search. */
struct search {
    struct store_txn *txn;
    const struct archive_slice *slice;
    const struct archive_entry *entry;
    struct bytes keys;
    struct archive_found *found;
    struct keys_known *known; /* of the device looked at */
};

static uint64_t keys_mark(const struct archive_slice *slice, const struct archive_entry *entry)
{
    return hash64_pair(hash64(archive_bytes(slice, entry->keys)),
                       hash64(archive_bytes(slice, entry->place)));
}

int archive_device_of(struct store_txn *txn, const char *key, struct store_device *device,
                      bool *is_shared)
{
    uint32_t number = 0;
    int rc = store_device_find(txn, key, &number);
    *is_shared = rc == 0 && number == KEYS_NOBODY;
    if (archive_is_damage(rc) || *is_shared) {
        return BASE_ENOTFOUND; /* a key that is damaged is none */
    }
    rc = rc == 0 ? store_device_get(txn, number, device) : rc;
    for (int i = 0; i < HOPS_MAX && rc == 0 && lineage_is_gone(device); i++) {
        rc = lineage_into(txn, device->number, &number);
        rc = rc == 0 ? store_device_get(txn, number, device) : rc;
    }
    return rc;
}

/* --- by keys ---------------------------------------------------------------------------------- */

/* Says whether what is known contradicts a key of the entry that is stronger than the one at
 * `weaker`, NULL = any. The strongest that both have decides. */
static bool is_contradicted(const struct search *search, const char *weaker)
{
    size_t at = 0;
    for (const char *key = keys_next(search->keys, &at); key != NULL && key != weaker;
         key = keys_next(search->keys, &at)) {
        if (keys_hold(search->known->all, key)) {
            if (weaker == NULL) {
                return false;
            }
        } else if (keys_contradict(search->known->all, key)) {
            return true;
        }
    }
    return false;
}

static bool is_here(const struct search *search, const struct store_device *device)
{
    return strcmp(device->address, archive_address(search->slice, search->entry)) == 0;
}

/* Says whether the device was at another place of the same box. */
static bool is_at_box(const struct search *search, const struct store_device *device)
{
    const char *here = archive_address(search->slice, search->entry);
    size_t size = strcspn(here, "/");
    return size == strcspn(device->address, "/") && strncmp(here, device->address, size) == 0;
}

/* Says whether the device has answered so lately that it is still where it was. */
static bool is_beside(const struct search *search, const struct store_device *device)
{
    int64_t since = search->entry->since_unix_ms;
    return since != 0 && device->failures == 0 && device->last_answered_unix_ms >= since;
}

/* Whose a MAC address is, beside the device that the serial number names. */
enum card {
    CARD_NEW,
    CARD_OTHERS, /* of a device with another serial number */
    CARD_OWN,    /* of a device with the same one: the two have been told apart before */
};

static int whose_card(const struct search *search, const char *mac, uint32_t number, enum card *out)
{
    struct store_device holder;
    struct keys_known known;
    bool is_shared = false;
    *out = CARD_NEW;
    int rc = archive_device_of(search->txn, mac, &holder, &is_shared);
    if (rc != 0 || holder.number == number) {
        return rc == BASE_ENOTFOUND || archive_is_damage(rc) ? 0 : rc;
    }
    rc = keys_load(search->txn, holder.number, &known);
    const char *serial = keys_of_kind(search->keys, ROWS_KEY_SERIAL);
    if (rc == 0 && keys_hold(known.all, mac)) {
        *out = keys_hold(known.all, serial)         ? CARD_OWN
               : keys_contradict(known.all, serial) ? CARD_OTHERS
                                                    : CARD_NEW;
    }
    return rc;
}

/* Says whether the device known by the entry's serial number is another one (see the header). */
static int is_two(struct search *search, const struct store_device *device, bool *out)
{
    const struct archive_entry *entry = search->entry;
    struct bytes others = archive_bytes(search->slice, entry->macs);
    const char *mac = keys_of_kind(search->keys, ROWS_KEY_MAC);
    const char *known = keys_of_kind(search->known->own, ROWS_KEY_MAC);
    enum card card = CARD_NEW;
    *out = false;
    if (is_here(search, device)) {
        /* Behind a print server: the poll has answered for that one already. */
        *out =
            entry->printers.size > 0 && device->last_answered_unix_ms == entry->polled_at_unix_ms;
        search->found->is_proven = *out;
        return 0;
    }
    if (is_at_box(search, device)) {
        /* The printers of a box have been plugged over, unless that one is still there. */
        *out = is_beside(search, device);
        search->found->is_proven = *out;
        return 0;
    }
    if (mac != NULL && known != NULL &&
        (keys_hold(search->known->all, mac) || keys_hold(others, known))) {
        return 0;
    }
    if (is_beside(search, device)) {
        *out = true;
        search->found->is_proven = true;
        return 0;
    }
    if (mac == NULL || known == NULL) {
        return 0;
    }
    int rc = whose_card(search, mac, device->number, &card);
    *out = rc == 0 && (card == CARD_OWN || (card == CARD_NEW && device->failures == 0));
    return rc;
}

/* Looks at the device that a key points at. Returns: 0 = it is this one; BASE_ENOTFOUND; ... */
static int try_key(struct search *search, const char *key, struct store_device *device)
{
    struct archive_found *found = search->found;
    enum rows_key kind = keys_kind(key);
    bool is_shared = false;
    bool is_other = false;
    int rc = archive_device_of(search->txn, key, device, &is_shared);
    found->is_shared = found->is_shared || (is_shared && kind == ROWS_KEY_SERIAL);
    rc = rc == 0 ? keys_load(search->txn, device->number, search->known) : rc;
    if (rc != 0) {
        return rc;
    }
    if (search->known->all.size > 0 && !keys_hold(search->known->all, key)) {
        return BASE_ENOTFOUND; /* it was that device's, once */
    }
    if (is_contradicted(search, key)) {
        /* The card of a box stays with it, whichever printers are plugged in. */
        bool is_card = kind == ROWS_KEY_MAC && strstr(key, "#/") == NULL;
        found->donor = is_card ? device->number : found->donor;
        return BASE_ENOTFOUND;
    }
    if (kind == ROWS_KEY_SERIAL) {
        rc = is_two(search, device, &is_other);
        found->rival = rc == 0 && is_other ? device->number : found->rival;
    } else if (kind == ROWS_KEY_NAME || kind == ROWS_KEY_ENGINE) {
        /* Such keys are given to many devices alike. */
        is_other =
            (!is_here(search, device) && is_beside(search, device)) ||
            (kind == ROWS_KEY_NAME && (keys_of_kind(search->known->all, ROWS_KEY_SERIAL) != NULL ||
                                       keys_of_kind(search->known->all, ROWS_KEY_MAC) != NULL));
    }
    return rc == 0 && is_other ? BASE_ENOTFOUND : rc;
}

static int find_by_keys(struct search *search)
{
    struct store_device device;
    size_t at = 0;
    for (const char *key = keys_next(search->keys, &at); key != NULL;
         key = keys_next(search->keys, &at)) {
        int rc = try_key(search, key, &device);
        if (rc == 0) {
            search->found->device = device;
            return 0;
        }
        if (rc != BASE_ENOTFOUND) {
            return rc;
        }
    }
    return BASE_ENOTFOUND;
}

/* A device without serial number that the MAC address names, beside the one that the serial number
 * has named: two keys of one device meet. */
static int find_single(struct search *search)
{
    struct store_device other;
    bool is_shared = false;
    const char *mac = keys_of_kind(search->keys, ROWS_KEY_MAC);
    const char *serial = keys_of_kind(search->keys, ROWS_KEY_SERIAL);
    if (mac == NULL || serial == NULL || search->found->rival != 0) {
        return 0;
    }
    int rc = archive_device_of(search->txn, mac, &other, &is_shared);
    if (rc != 0 || other.number == search->found->device.number) {
        return rc == BASE_ENOTFOUND || archive_is_damage(rc) ? 0 : rc;
    }
    rc = keys_load(search->txn, other.number, search->known);
    if (rc == 0 && keys_hold(search->known->all, mac) &&
        keys_same_kind(search->known->all, serial) == NULL) {
        search->found->single = other.number;
    }
    return rc;
}

/* --- by the address --------------------------------------------------------------------------- */

/* A printer that answers alone where a print server had several is one of those. */
static int find_at_server(const struct search *search, struct store_device *here, bool *is_there)
{
    char place[ARCHIVE_PLACE_BYTES_MAX];
    struct store_device device;
    struct bytes printers;
    bool is_shared = false;
    const struct archive_entry *entry = search->entry;
    if (entry->printers.size > 0 || entry->printer == UINT32_MAX ||
        store_record_get(search->txn, here->number, ARCHIVE_PART_PRINTERS, &printers) != 0) {
        return 0;
    }
    (void)snprintf(place, sizeof(place), "%s#%" PRIu32, archive_text(search->slice, entry->address),
                   entry->printer);
    int rc = archive_device_of(search->txn, place, &device, &is_shared);
    if (rc == 0 && is_here(search, &device)) {
        *here = device;
        *is_there = true;
        search->found->is_at_server = true;
    }
    return rc == BASE_ENOTFOUND || archive_is_damage(rc) ? 0 : rc;
}

/* Finds who was at the entry's place last. A device that has moved on leaves its address behind. */
static int find_here(const struct search *search, struct store_device *here, bool *is_there)
{
    const struct archive_entry *entry = search->entry;
    bool is_shared = false;
    int rc =
        archive_device_of(search->txn, archive_text(search->slice, entry->place), here, &is_shared);
    if (rc == BASE_ENOTFOUND && entry->printers.size > 0 && entry->is_first) {
        rc = archive_device_of(search->txn, archive_text(search->slice, entry->address), here,
                               &is_shared);
    }
    *is_there = rc == 0 && is_here(search, here);
    return rc == BASE_ENOTFOUND ? 0 : rc;
}

/* Nobody answers where a device has left: who comes back there has moved. */
static int forget_place(struct store_txn *txn, const char *address, const struct store_device *left)
{
    uint32_t number = 0;
    if (left->number == 0) {
        return 0;
    }
    int rc = store_device_find(txn, address, &number);
    return rc == 0 && number != KEYS_NOBODY ? store_device_key(txn, address, KEYS_NOBODY)
           : rc == BASE_ESTORE              ? rc
                                            : 0;
}

int archive_find(struct store_txn *txn, const struct archive_slice *slice,
                 const struct archive_entry *entry, struct archive_found *out)
{
    struct keys_known known; /* 5 KB that few polls need: not cleared */
    struct search search = {.txn = txn,
                            .known = &known,
                            .slice = slice,
                            .entry = entry,
                            .keys = archive_bytes(slice, entry->keys),
                            .found = out};
    struct store_device here = {0};
    bool is_there = false;
    *out = (struct archive_found){0};
    int rc = find_here(&search, &here, &is_there);
    if (rc != 0) {
        return rc;
    }
    if (!entry->has_answered) {
        out->device = is_there ? here : (struct store_device){0};
        return is_there ? 0 : forget_place(txn, archive_text(slice, entry->address), &here);
    }
    if (is_there && here.marks.keys == keys_mark(slice, entry)) {
        out->device = here;
        out->is_settled = true;
        return 0;
    }
    rc = find_by_keys(&search);
    if (rc == 0) {
        return find_single(&search);
    }
    if (rc != BASE_ENOTFOUND || !is_there) {
        return rc == BASE_ENOTFOUND ? 0 : rc;
    }
    rc = find_at_server(&search, &here, &is_there);
    rc = rc == 0 ? keys_load(txn, here.number, search.known) : rc;
    if (rc == 0 && !is_contradicted(&search, NULL)) {
        out->device = here;
    }
    return rc;
}

/* --- pointing --------------------------------------------------------------------------------- */

/* Takes a key for the device; whoever had it looks its keys up anew at its next poll. */
static int point_key(struct store_txn *txn, const char *key, uint32_t number)
{
    struct store_device loser;
    uint32_t holder = 0;
    enum rows_key kind = keys_kind(key);
    int rc = store_device_claim(txn, key, number, &holder);
    if (rc != 0 || holder == 0 || holder == number) {
        return rc;
    }
    if (holder == KEYS_NOBODY) {
        return kind == ROWS_KEY_ADDRESS || kind == ROWS_KEY_MAC
                   ? 0
                   : store_device_key(txn, key, KEYS_NOBODY);
    }
    rc = store_device_get(txn, holder, &loser);
    if (rc == 0 && loser.marks.keys != 0) {
        loser.marks.keys = 0;
        rc = store_device_put(txn, &loser);
    }
    if (rc != 0 && rc != BASE_ENOTFOUND && !archive_is_damage(rc)) {
        return rc;
    }
    bool is_common = kind == ROWS_KEY_NAME || kind == ROWS_KEY_ENGINE;
    return is_common && rc == 0 ? store_device_key(txn, key, KEYS_NOBODY) : 0;
}

/* A serial number that is not this device's alone stays where it is, until both are known to be
 * there: then it is nobody's. */
static int point_serial(struct store_txn *txn, const char *key, uint32_t number,
                        const struct archive_found *found, const struct rows_identity *identity)
{
    if (found->is_proven || (identity->is_duplicate && identity->is_proven)) {
        return store_device_key(txn, key, KEYS_NOBODY);
    }
    return found->rival != 0 || found->is_shared || identity->is_duplicate
               ? 0
               : point_key(txn, key, number);
}

static int point_place(struct store_txn *txn, const struct archive_slice *slice,
                       const struct archive_entry *entry, const struct archive_found *found,
                       uint32_t number)
{
    int rc = 0;
    if (found->is_at_server) {
        return 0;
    }
    if (entry->printers.size > 0) {
        rc = point_key(txn, archive_text(slice, entry->place), number);
    }
    return rc == 0 && entry->is_first ? point_key(txn, archive_text(slice, entry->address), number)
                                      : rc;
}

/* Of a device that is new nothing is kept yet. */
static int load_keys(struct store_txn *txn, const struct archive_found *found, uint32_t number,
                     struct keys_known *out)
{
    if (found->device.number != 0) {
        return keys_load(txn, number, out);
    }
    out->own = (struct bytes){0};
    out->all = (struct bytes){0};
    out->has_predecessors = false;
    return 0;
}

int archive_point(struct store_txn *txn, const struct archive_slice *slice,
                  const struct archive_entry *entry, const struct archive_found *found,
                  struct store_device *device)
{
    struct bytes keys = archive_bytes(slice, entry->keys);
    struct rows_identity identity = {0};
    struct keys_known known;
    struct bytes record;
    size_t at = 0;
    bool has_all = false;
    if (found->is_settled) {
        return 0;
    }
    int rc = load_keys(txn, found, device->number, &known);
    if (store_record_get(txn, device->number, ARCHIVE_PART_IDENTITY, &record) == 0 &&
        rows_get_identity(record, &identity) != 0) {
        identity = (struct rows_identity){0};
    }
    rc = rc == 0 ? keys_keep(txn, device->number, keys, known.own, &has_all) : rc;
    for (const char *key = keys_next(keys, &at); rc == 0 && key != NULL;
         key = keys_next(keys, &at)) {
        rc = keys_kind(key) == ROWS_KEY_SERIAL
                 ? point_serial(txn, key, device->number, found, &identity)
                 : point_key(txn, key, device->number);
    }
    rc = rc == 0 ? point_place(txn, slice, entry, found, device->number) : rc;
    if (rc != 0) {
        return rc;
    }
    bool is_open = identity.is_duplicate && !identity.is_proven;
    device->marks.keys = is_open || found->is_at_server ? 0 : keys_mark(slice, entry);
    if (has_all && entry->id[0] != '\0' && !identity.is_duplicate && !known.has_predecessors) {
        /* Of the strongest key: it follows when a stronger one appears, and so stays unique. */
        memcpy(device->id, entry->id, sizeof(device->id));
    }
    return 0;
}
