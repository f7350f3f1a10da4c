#include "store/address.h"

#include <errno.h>
#include <stdlib.h>

#include "store/kv.h"
#include "store/pack.h"

#define NUMBER_BYTES 4
/* First memory of what was learned. */
#define STATE_BYTES_FIRST 1024

/* Reads a value. Returns: 0; BASE_ENOTFOUND; damage; BASE_ESTORE. */
static int read_value(struct store_txn *txn, struct bytes name, uint32_t *number,
                      struct bytes *state)
{
    struct bytes value;
    int rc = kv_get(txn, ENV_ADDRESS, name, &value);
    if (rc != 0 || value.size < NUMBER_BYTES) {
        return rc != 0 ? rc : BASE_EFORMAT;
    }
    *number = pack_get_u32(value.data);
    *state = bytes_of(value.data + NUMBER_BYTES, value.size - NUMBER_BYTES);
    return 0;
}

static int keep_state(struct env_place *place, struct bytes state)
{
    size_t cap = place->state_cap == 0 ? STATE_BYTES_FIRST : place->state_cap;
    while (cap < state.size) {
        cap *= 2;
    }
    if (cap != place->state_cap) {
        uint8_t *octets = realloc(place->state, cap);
        if (octets == NULL) {
            return -ENOMEM;
        }
        place->state = octets;
        place->state_cap = cap;
    }
    bytes_copy(place->state, state);
    place->state_size = state.size;
    return 0;
}

/* Gets an address at hand, of a write transaction. */
static int turn_to(struct store_txn *txn, struct bytes name)
{
    struct env_place *place = &txn->store->place;
    struct bytes state = {0};
    uint32_t number = 0;
    if (name.size == 0 || name.size > KV_KEY_MAX) {
        return BASE_ERANGE;
    }
    if (bytes_equal(bytes_of(place->name, place->name_size), name)) {
        return 0;
    }
    int rc = address_save(txn);
    if (rc != 0) {
        return rc;
    }
    rc = read_value(txn, name, &number, &state);
    if (rc != 0 && rc != BASE_ENOTFOUND && !kv_is_damage(rc)) {
        return rc;
    }
    place->name_size = 0;
    int kept = keep_state(place, state);
    if (kept != 0) {
        return kept;
    }
    bytes_copy(place->name, name);
    place->name_size = name.size;
    place->number = number;
    place->damage = kv_is_damage(rc) ? rc : 0;
    return 0;
}

int address_save(struct store_txn *txn)
{
    struct env_place *place = &txn->store->place;
    uint8_t number[NUMBER_BYTES];
    if (!place->is_changed) {
        return 0;
    }
    pack_u32(number, place->number);
    int rc =
        kv_put(txn, ENV_ADDRESS, bytes_of(place->name, place->name_size),
               bytes_of(number, sizeof(number)), bytes_of(place->state, place->state_size), KV_PUT);
    place->is_changed = rc != 0;
    return rc;
}

void address_begin(struct store *store)
{
    store->place.name_size = 0;
    store->place.is_changed = false;
}

/* --- the device ------------------------------------------------------------------------------- */

int address_find(struct store_txn *txn, const char *address, uint32_t *number)
{
    struct bytes name = bytes_from_text(address);
    struct bytes state;
    uint32_t found = 0;
    int rc = 0;
    if (name.size == 0 || name.size > KV_KEY_MAX) {
        return BASE_ENOTFOUND;
    }
    if (!txn->write) {
        rc = read_value(txn, name, &found, &state);
    } else {
        rc = turn_to(txn, name);
        found = txn->store->place.number;
        rc = rc == 0 && found == 0 ? txn->store->place.damage : rc;
    }
    if (rc == 0 && found == 0) {
        return BASE_ENOTFOUND;
    }
    if (rc == 0) {
        *number = found;
    }
    return rc;
}

int address_claim(struct store_txn *txn, const char *address, uint32_t number, uint32_t *holder)
{
    struct env_place *place = &txn->store->place;
    int rc = txn->failure != 0 ? txn->failure : turn_to(txn, bytes_from_text(address));
    if (rc != 0) {
        return rc;
    }
    *holder = place->number;
    place->is_changed = place->is_changed || place->number != number;
    place->number = number;
    return 0;
}

/* --- what was learned ------------------------------------------------------------------------- */

int store_learned_put(struct store_txn *txn, const char *address, struct bytes state)
{
    struct env_place *place = &txn->store->place;
    BASE_REQUIRE(txn->write);
    int rc = txn->failure != 0 ? txn->failure : turn_to(txn, bytes_from_text(address));
    if (rc != 0 ||
        (place->damage == 0 && bytes_equal(bytes_of(place->state, place->state_size), state))) {
        return rc;
    }
    rc = keep_state(place, state);
    place->is_changed = place->is_changed || rc == 0;
    return rc;
}

int store_learned_get(struct store_txn *txn, const char *address, struct bytes *out)
{
    struct bytes name = bytes_from_text(address);
    struct bytes state = {0};
    uint32_t number = 0;
    int rc = 0;
    if (name.size == 0 || name.size > KV_KEY_MAX) {
        return BASE_ENOTFOUND;
    }
    if (!txn->write) {
        rc = read_value(txn, name, &number, &state);
    } else {
        const struct env_place *place = &txn->store->place;
        rc = turn_to(txn, name);
        state = bytes_of(place->state, place->state_size);
        rc = rc == 0 && state.size == 0 ? place->damage : rc;
    }
    if (rc == 0 && state.size == 0) {
        return BASE_ENOTFOUND;
    }
    if (rc == 0) {
        *out = state;
    }
    return rc;
}
