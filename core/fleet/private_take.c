/*
 * What answers mean for the private objects: rows go into their records, columns move on or end.
 */
#include "core/fleet/plan_inside.h"
#include "core/fleet/private_inside.h"
#include "proto/oid.h"

#define SILENCES_MAX 2

/* Appends an entry; the record grows to its bound. */
static bool store(struct private_walk *walk, size_t i, const struct gate_varbind *varbind)
{
    struct record_writer *part = private_part(walk, i);
    struct bytes name = bytes_of(varbind->name, varbind->name_size);
    struct bytes value = bytes_of(varbind->value, varbind->value_size);
    size_t at = part->size;

    while (record_put(part, RECORD_PRIVATE, name, varbind->tag, value) != 0) {
        if (name.size > UINT8_MAX || plan_grow(part) != 0) {
            return false;
        }
    }
    walk->last[i] = (uint16_t)at;
    walk->rows[i]++;
    return true;
}

void private_close(struct private_walk *walk, size_t object)
{
    walk->open &= ~private_bit(object);
    if (walk->rows[object] == 0) {
        walk->lacking |= private_bit(object);
    }
}

static bool is_value(uint8_t tag)
{
    return tag != GATE_NULL && tag < GATE_NO_SUCH_OBJECT;
}

void private_take_row(struct private_walk *walk, size_t object, const struct gate_varbind *varbind)
{
    struct bytes name = bytes_of(varbind->name, varbind->name_size);
    bool is_forward =
        walk->last[object] == 0 || oid_compare(name, private_last_name(walk, object)) > 0;
    bool has_all;

    if ((walk->open & private_bit(object)) == 0) {
        return;
    }
    if (!oid_is_below(name, walk->objects[object].oid) || !is_value(varbind->tag) || !is_forward ||
        walk->rows[object] >= PRIVATE_ROWS_MAX || !store(walk, object, varbind)) {
        private_close(walk, object);
        return;
    }
    has_all = !walk->is_full && walk->expected[object] > 0 &&
              walk->rows[object] >= walk->expected[object];
    if (has_all) {
        private_close(walk, object);
    }
}

bool private_take_instance(struct private_walk *walk, size_t object,
                           const struct gate_varbind *varbind)
{
    struct bytes name = bytes_of(varbind->name, varbind->name_size);
    bool is_it = bytes_equal(name, walk->objects[object].oid) && is_value(varbind->tag);

    if (is_it) {
        (void)store(walk, object, varbind);
    }
    return is_it;
}

/* Nothing in the answer moves on: less is asked until the one that is to blame is found. */
static void blame(struct private_walk *walk)
{
    if (walk->asked_count > 1) {
        walk->names_max = (uint8_t)(walk->asked_count / 2);
        return;
    }
    if (walk->is_bulk && walk->asked_repetitions > 0 && !walk->has_answered) {
        walk->is_bulk = false;
    } else {
        private_close(walk, walk->asked[0]);
    }
    walk->names_max = PLAN_NAMES_MAX;
}

void private_accept(struct private_walk *walk, const struct gate_varbind *varbinds, size_t count)
{
    walk->silences = 0;
    if (count == 0) {
        blame(walk);
        return;
    }
    walk->has_answered = true;
    /* Column after column, so that records hold sorted runs. */
    for (size_t k = 0; k < walk->asked_count; k++) {
        size_t i = walk->asked[k];
        if (walk->asked_repetitions == 0) {
            if (k < count) {
                (void)private_take_instance(walk, i, &varbinds[k]);
                private_close(walk, i);
            }
            continue;
        }
        for (size_t at = k; at < count; at += walk->asked_count) {
            private_take_row(walk, i, &varbinds[at]);
        }
    }
}

void private_refused(struct private_walk *walk, int32_t error_status, int32_t error_index)
{
    walk->silences = 0;
    if (error_status == PDU_TOO_BIG) {
        if (walk->asked_count == 1 && walk->asked_repetitions <= 1) {
            blame(walk);
        } else if (walk->asked_repetitions > 1) {
            walk->varbinds_most = (uint8_t)(walk->asked_repetitions / 2);
        } else {
            walk->names_max = (uint8_t)(walk->asked_count / 2);
        }
    } else if (error_index >= 1 && error_index <= walk->asked_count) {
        private_close(walk, walk->asked[error_index - 1]);
    } else {
        blame(walk);
    }
}

bool private_silence(struct private_walk *walk)
{
    bool is_small = walk->asked_count == 1 && walk->asked_repetitions <= 1;

    walk->silences++;
    if (!is_small && walk->silences < SILENCES_MAX) {
        walk->names_max = (uint8_t)(walk->asked_count > 4 ? walk->asked_count / 4 : 1);
        walk->varbinds_most =
            (uint8_t)(walk->asked_repetitions > 4 ? walk->asked_repetitions / 4 : walk->names_max);
        return true;
    }
    /* What has been there before is so again, perhaps, when the device is. */
    for (size_t i = 0; i < walk->count; i++) {
        bool is_unknown = walk->expected[i] == 0 && walk->rows[i] == 0;
        walk->lacking |= is_unknown ? walk->open & private_bit(i) : 0;
    }
    walk->open = 0;
    return false;
}
