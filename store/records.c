/*
 * Most parts of a device are values of their own. Those that every poll may change are written
 * together, as one value: its sections, each with a head of part u8 and size u24. A transaction
 * keeps the sections of one device at hand and writes them when it turns to another.
 */
#include <errno.h>
#include <stdlib.h>

#include "store/base.h"
#include "store/kv.h"
#include "store/pack.h"

#define RECORD_KEY_BYTES 5

/* The part under which the group stands, and the others in it. */
#define GROUP_PART  2
#define GROUP_FIRST 128
#define GROUP_LAST  132

#define SECTION_HEAD_BYTES 4
#define SECTION_BYTES_MAX  ((size_t)1 << 24)

/* First memory of a group: a usual device's takes some 1,200 octets. */
#define GROUP_BYTES_FIRST 4096

struct record_key {
    uint8_t octets[RECORD_KEY_BYTES]; /* device u32, part u8 */
};

static struct record_key record_key(uint32_t device, uint8_t part)
{
    struct record_key key;
    pack_key_u32(key.octets, device);
    key.octets[4] = part;
    return key;
}

static uint64_t key_number(uint32_t device, uint8_t part)
{
    return (uint64_t)device << 8 | part;
}

/* The records of new devices stand behind all others: they need no search. */
static int is_behind_all(struct store_txn *txn, uint64_t number, bool *out)
{
    struct bytes last;
    if (!txn->is_last_record_known) {
        int rc = kv_last(txn, ENV_RECORD, &last);
        if (rc == 0 && last.size == RECORD_KEY_BYTES) {
            txn->last_record = key_number(pack_key_get_u32(last.data), last.data[4]);
        } else if (rc != BASE_ENOTFOUND) {
            return rc == 0 ? BASE_ESTORE : rc;
        }
        txn->is_last_record_known = true;
    }
    *out = number > txn->last_record;
    return 0;
}

/* --- the group -------------------------------------------------------------------------------- */

static bool is_grouped(uint8_t part)
{
    return part == GROUP_PART || (part >= GROUP_FIRST && part <= GROUP_LAST);
}

/* Reads the section at *at and moves behind it. Returns: false at the end, and at damage, where *at
 * is not the end. */
static bool next_section(struct bytes sections, size_t *at, uint8_t *part, struct bytes *out)
{
    size_t left = sections.size - *at;
    if (left < SECTION_HEAD_BYTES) {
        return false;
    }
    uint32_t head = pack_get_u32(sections.data + *at);
    size_t size = head >> 8;
    if (size > left - SECTION_HEAD_BYTES) {
        return false;
    }
    *part = (uint8_t)head;
    *out = bytes_of(sections.data + *at + SECTION_HEAD_BYTES, size);
    *at += SECTION_HEAD_BYTES + size;
    return true;
}

static bool find_section(struct bytes sections, uint8_t part, struct bytes *out)
{
    uint8_t found = 0;
    size_t at = 0;
    while (next_section(sections, &at, &found, out)) {
        if (found == part) {
            return true;
        }
    }
    return false;
}

static bool is_whole(struct bytes sections)
{
    struct bytes section;
    uint8_t part = 0;
    size_t at = 0;
    while (next_section(sections, &at, &part, &section)) {
    }
    return at == sections.size;
}

static int reserve(struct store *store, size_t bytes)
{
    size_t cap = store->group_cap == 0 ? GROUP_BYTES_FIRST : store->group_cap;
    while (cap < bytes) {
        cap *= 2;
    }
    if (cap == store->group_cap) {
        return 0;
    }
    uint8_t *octets = realloc(store->group_octets, cap);
    if (octets == NULL) {
        return -ENOMEM;
    }
    store->group_octets = octets;
    store->group_cap = cap;
    return 0;
}

/* Gets the group of a device at hand. */
static int turn_to(struct store_txn *txn, uint32_t device)
{
    struct env_group *group = &txn->group;
    struct record_key key = record_key(device, GROUP_PART);
    struct bytes sections = {0};
    bool is_last = false;
    if (group->device == device && device != 0) {
        return 0;
    }
    int rc = records_save(txn);
    rc = rc == 0 && txn->write ? is_behind_all(txn, key_number(device, GROUP_PART), &is_last) : rc;
    if (rc == 0 && !is_last) {
        rc = kv_get(txn, ENV_RECORD, bytes_of(key.octets, sizeof(key.octets)), &sections);
        rc = rc == 0 && !is_whole(sections) ? BASE_EFORMAT : rc;
    }
    bool is_damaged = kv_is_damage(rc);
    if (rc != 0 && rc != BASE_ENOTFOUND && !is_damaged) {
        return rc;
    }
    sections = rc == 0 ? sections : (struct bytes){0};
    if (txn->write) {
        int reserved = reserve(txn->store, sections.size);
        if (reserved != 0) {
            return reserved;
        }
        bytes_copy(txn->store->group_octets, sections);
        sections.data = txn->store->group_octets;
    }
    *group =
        (struct env_group){.device = device, .sections = sections, .damage = is_damaged ? rc : 0};
    return 0;
}

int records_save(struct store_txn *txn)
{
    struct env_group *group = &txn->group;
    struct record_key key = record_key(group->device, GROUP_PART);
    bool is_last = false;
    if (!group->is_changed) {
        return 0;
    }
    int rc = is_behind_all(txn, key_number(group->device, GROUP_PART), &is_last);
    if (rc == 0) {
        rc = kv_put(txn, ENV_RECORD, bytes_of(key.octets, sizeof(key.octets)), (struct bytes){0},
                    group->sections, is_last ? KV_APPEND : KV_PUT);
    }
    if (rc == 0 && is_last) {
        txn->last_record = key_number(group->device, GROUP_PART);
    }
    group->is_changed = rc != 0;
    return rc;
}

static int group_put(struct store_txn *txn, uint32_t device, uint8_t part, struct bytes record)
{
    struct env_group *group = &txn->group;
    struct bytes before = {0};
    if (record.size >= SECTION_BYTES_MAX) {
        return BASE_ERANGE;
    }
    int rc = txn->failure != 0 ? txn->failure : turn_to(txn, device);
    if (rc != 0) {
        return rc;
    }
    size_t at = group->sections.size;
    size_t rest = 0; /* behind the section */
    if (find_section(group->sections, part, &before)) {
        if (bytes_equal(before, record)) {
            return 0;
        }
        at = (size_t)(before.data - group->sections.data) - SECTION_HEAD_BYTES;
        rest = group->sections.size - at - SECTION_HEAD_BYTES - before.size;
    }
    size_t size = at + SECTION_HEAD_BYTES + record.size + rest;
    rc = reserve(txn->store, size);
    if (rc != 0) {
        return rc;
    }
    uint8_t *octets = txn->store->group_octets;
    if (rest > 0 && before.size != record.size) {
        memmove(octets + size - rest, octets + group->sections.size - rest, rest);
    }
    pack_u32(octets + at, (uint32_t)record.size << 8 | part);
    bytes_copy(octets + at + SECTION_HEAD_BYTES, record);
    group->sections = bytes_of(octets, size);
    group->is_changed = true;
    return 0;
}

static int group_get(struct store_txn *txn, uint32_t device, uint8_t part, struct bytes *out)
{
    struct bytes found;
    int rc = turn_to(txn, device);
    if (rc != 0) {
        return rc;
    }
    if (!find_section(txn->group.sections, part, &found)) {
        return txn->group.damage != 0 ? txn->group.damage : BASE_ENOTFOUND;
    }
    *out = found;
    return 0;
}

/* --- records ---------------------------------------------------------------------------------- */

static bool is_same(struct bytes stored, const struct base_value *value)
{
    size_t size = value->head.size;
    return stored.size == size + value->tail.size &&
           bytes_equal(bytes_of(stored.data, size), value->head) &&
           bytes_equal(bytes_of(stored.data + size, value->tail.size), value->tail);
}

static int put_alone(struct store_txn *txn, uint32_t device, uint8_t part,
                     const struct base_value *value)
{
    struct record_key key = record_key(device, part);
    struct bytes name = bytes_of(key.octets, sizeof(key.octets));
    struct bytes stored;
    bool is_last = false;
    enum kv_how how = KV_REPLACE;
    int rc = is_behind_all(txn, key_number(device, part), &is_last);
    if (rc != 0) {
        return rc;
    }
    rc = is_last ? BASE_ENOTFOUND : kv_get(txn, ENV_RECORD, name, &stored);
    if (rc == 0 && is_same(stored, value)) {
        return 0;
    }
    if (rc == BASE_ENOTFOUND) {
        how = is_last ? KV_APPEND : KV_PUT;
    } else if (rc != 0 && rc != BASE_ECHECKSUM && rc != BASE_EVERSION) {
        return rc; /* a damaged record is replaced: the new one is the better copy */
    }
    rc = kv_put(txn, ENV_RECORD, name, value->head, value->tail, how);
    if (rc == 0 && is_last) {
        txn->last_record = key_number(device, part);
    }
    return rc;
}

int store_record_put_like(struct store_txn *txn, uint32_t device, uint8_t part, struct bytes record,
                          uint64_t like)
{
    struct base_value value;
    BASE_REQUIRE(txn->write);
    if (is_grouped(part)) {
        return group_put(txn, device, part, record);
    }
    int rc = txn->group.device != device ? records_save(txn) : 0; /* so that keys ascend */
    rc = rc == 0 ? base_tell(txn, record, like, &value) : rc;
    txn->told.device = 0;
    return rc == 0 ? put_alone(txn, device, part, &value) : rc;
}

int store_record_put(struct store_txn *txn, uint32_t device, uint8_t part, struct bytes record)
{
    return store_record_put_like(txn, device, part, record, 0);
}

int store_record_get(struct store_txn *txn, uint32_t device, uint8_t part, struct bytes *out)
{
    struct record_key key = record_key(device, part);
    struct bytes value;
    bool is_last = false;
    if (is_grouped(part)) {
        return group_get(txn, device, part, out);
    }
    if (txn->told.device == device && txn->told.part == part && device != 0) {
        *out = bytes_of(txn->told.octets, txn->told.size);
        return 0;
    }
    if (txn->write) {
        int rc = is_behind_all(txn, key_number(device, part), &is_last);
        if (rc != 0 || is_last) {
            return rc != 0 ? rc : BASE_ENOTFOUND;
        }
    }
    int rc = kv_get(txn, ENV_RECORD, bytes_of(key.octets, sizeof(key.octets)), &value);
    return rc == 0 ? base_read(txn, value, device, part, out) : rc;
}
