#include "core/fleet/lineage_memory.h"

#include <errno.h>

#include "core/fleet/archive.h"
#include "core/fleet/lineage.h"
#include "core/fleet/memory.h"
#include "core/fleet/rows_change.h"

/* A device that cannot be read has nothing to say. */
static bool is_lost(int rc)
{
    return rc != 0 && rc != BASE_ESTORE && rc != -ENOMEM;
}

/* --- events ----------------------------------------------------------------------------------- */

struct passing {
    bool (*each)(void *owner, int64_t unix_ms, struct bytes payload);
    void *owner;
    struct bytes id; /* of a device that went; empty = of the one that is asked about */
    bool goes_on;
};

/* Says whether the event tells that this very device went, or came back. */
static bool is_told_twice(const struct passing *passing, struct bytes payload)
{
    enum rows_event kind = ROWS_EVENT_COUNT;
    struct rows_change change;
    return passing->id.size > 0 && rows_event(payload, &kind) == 0 &&
           (kind == ROWS_MERGED || kind == ROWS_SPLIT) && rows_get_change(payload, &change) == 0 &&
           bytes_equal(change.before, passing->id);
}

static bool pass(void *owner, int64_t unix_ms, struct bytes payload)
{
    struct passing *passing = owner;
    if (!is_told_twice(passing, payload)) {
        passing->goes_on = passing->each(passing->owner, unix_ms, payload);
    }
    return passing->goes_on;
}

int lineage_events(struct store_txn *txn, const struct store_device *device,
                   bool (*each)(void *owner, int64_t unix_ms, struct bytes payload), void *owner,
                   uint64_t *damaged)
{
    uint32_t members[LINEAGE_MAX];
    size_t count = 0;
    struct passing passing = {.each = each, .owner = owner, .goes_on = true};
    int rc = lineage_list(txn, device->number, members, &count);
    rc = rc == 0 ? memory_events(txn, device, pass, &passing, damaged) : rc;
    for (size_t i = 1; i < count && rc == 0 && passing.goes_on; i++) {
        struct store_device member;
        rc = store_device_get(txn, members[i], &member);
        if (rc == 0) {
            passing.id = bytes_from_text(member.id);
            rc = memory_events(txn, &member, pass, &passing, damaged);
        }
        if (is_lost(rc)) {
            (*damaged)++;
            rc = 0;
        }
    }
    return rc;
}

/* --- trend ------------------------------------------------------------------------------------ */

/* Which channel each of another device's is: counters are counters, supplies go by their index. */
static void map_channels(const struct events_state *from, const struct events_state *to,
                         uint8_t map[TREND_CHANNELS_MAX])
{
    memset(map, TREND_CHANNELS_MAX, TREND_CHANNELS_MAX);
    map[TREND_TOTAL] = TREND_TOTAL;
    map[TREND_COLOR] = TREND_COLOR;
    for (size_t i = 0; i < from->slot_count; i++) {
        for (size_t n = 0; n < to->slot_count; n++) {
            if (strcmp(from->slots[i].index, to->slots[n].index) == 0) {
                map[TREND_SUPPLY + i] = (uint8_t)(TREND_SUPPLY + n);
            }
        }
    }
}

static int join_member(struct store_txn *txn, uint32_t number, const struct events_state *state,
                       enum trend_part part, struct trend *out)
{
    uint8_t map[TREND_CHANNELS_MAX];
    struct store_device member;
    struct events_state other;
    struct trend trend;
    trend_init(&trend);
    int rc = store_device_get(txn, number, &member);
    rc = rc == 0 ? memory_load_state(txn, number, &other) : rc;
    rc = rc == 0 ? memory_load_trend(txn, &member, part, &trend) : rc;
    if (rc == 0) {
        map_channels(&other, state, map);
        rc = trend_join(out, &trend, map);
    }
    trend_fini(&trend);
    return is_lost(rc) ? 0 : rc;
}

int lineage_trend(struct store_txn *txn, const struct store_device *device,
                  const struct events_state *state, enum trend_part part, struct trend *out)
{
    uint32_t members[LINEAGE_MAX];
    size_t count = 0;
    int rc = lineage_list(txn, device->number, members, &count);
    rc = rc == 0 ? memory_load_trend(txn, device, part, out) : rc;
    for (size_t i = 1; i < count && rc == 0; i++) {
        rc = join_member(txn, members[i], state, part, out);
    }
    return rc;
}

/* --- labels ----------------------------------------------------------------------------------- */

static int get_labels(struct store_txn *txn, uint32_t number, struct scope_labels *out)
{
    struct bytes record;
    int rc = store_record_get(txn, number, ARCHIVE_PART_LABELS, &record);
    if (rc != 0 || scope_get_labels(record, out) != 0) {
        *out = (struct scope_labels){.scope = SCOPE_UNCLASSIFIED};
    }
    return rc == BASE_ESTORE ? rc : 0;
}

static int put_labels(struct store_txn *txn, uint32_t number, const struct scope_labels *labels)
{
    uint8_t record[SCOPE_LABELS_BYTES];
    return store_record_put(txn, number, ARCHIVE_PART_LABELS,
                            bytes_of(record, scope_put_labels(record, labels)));
}

int lineage_labels(struct store_txn *txn, uint32_t number, struct scope_labels *out)
{
    uint32_t members[LINEAGE_MAX];
    size_t count = 0;
    struct scope_labels other;
    int rc = lineage_list(txn, number, members, &count);
    rc = rc == 0 ? get_labels(txn, number, out) : rc;
    for (size_t i = 1; i < count && rc == 0; i++) {
        rc = get_labels(txn, members[i], &other);
        if (rc != 0) {
            return rc;
        }
        size_t taken = 0;
        while (taken < other.tag_count && scope_add_tag(out, other.tags[taken]) == 0) {
            taken++; /* as far as they fit */
        }
        out->scope = out->scope == SCOPE_UNCLASSIFIED ? other.scope : out->scope;
    }
    return rc;
}

/* Takes from `labels` every tag that is not in `wanted`. Returns: whether there was one. */
static bool take_off(struct scope_labels *labels, const struct scope_labels *wanted)
{
    size_t at = 0;
    size_t before = labels->tag_count;
    while (at < labels->tag_count) {
        char tag[SCOPE_TAG_MAX + 1];
        memcpy(tag, labels->tags[at], sizeof(tag));
        if (scope_has_tag(wanted, tag)) {
            at++;
        } else {
            scope_remove_tag(labels, tag);
        }
    }
    return labels->tag_count != before;
}

int lineage_set_tags(struct store_txn *txn, uint32_t number, const struct scope_labels *labels)
{
    uint32_t members[LINEAGE_MAX];
    size_t count = 0;
    struct scope_labels own;
    struct scope_labels other;
    struct scope_labels had = {.scope = SCOPE_UNCLASSIFIED};
    int rc = lineage_list(txn, number, members, &count);
    rc = rc == 0 ? lineage_labels(txn, number, &had) : rc;
    for (size_t i = 1; i < count && rc == 0; i++) {
        rc = get_labels(txn, members[i], &other);
        if (rc == 0 && take_off(&other, labels)) {
            rc = put_labels(txn, members[i], &other);
        }
    }
    rc = rc == 0 ? get_labels(txn, number, &own) : rc;
    if (rc != 0) {
        return rc;
    }
    (void)take_off(&own, labels);
    for (size_t i = 0; i < labels->tag_count && rc == 0; i++) {
        if (!scope_has_tag(&had, labels->tags[i])) {
            rc = scope_add_tag(&own, labels->tags[i]);
        }
    }
    return rc == 0 ? put_labels(txn, number, &own) : rc;
}

int lineage_set_scope(struct store_txn *txn, uint32_t number, enum scope scope)
{
    uint32_t members[LINEAGE_MAX];
    size_t count = 0;
    struct scope_labels labels;
    int rc = lineage_list(txn, number, members, &count);
    for (size_t i = 0; i < count && rc == 0; i++) {
        bool is_meant = i == 0 || scope == SCOPE_UNCLASSIFIED;
        rc = is_meant ? get_labels(txn, members[i], &labels) : 0;
        if (rc == 0 && is_meant && labels.scope != scope) {
            labels.scope = scope;
            rc = put_labels(txn, members[i], &labels);
        }
    }
    return rc;
}
