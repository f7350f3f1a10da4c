/*
 * Private objects in the questions of the plan. These are GETBULK: a single name gets what comes
 * after it, so that an instance is asked for by the name before its own. Where that does not bring
 * it, GET has the last word.
 */
#include "core/fleet/plan_inside.h"
#include "core/fleet/private_inside.h"

/* Questions that private objects ride in at most: a table without end must not keep a plan going
 * that has asked everything of its own. */
#define RIDES_MAX 64

uint64_t private_riding(const struct private_walk *walk, const struct plan *plan)
{
    bool may_ride = plan->is_bulk && !walk->is_apart && plan->questions < walk->boarded + RIDES_MAX;

    return may_ride ? walk->open & ~walk->by_get : 0;
}

enum private_wish private_wish(const struct private_walk *walk, size_t object, unsigned *rows)
{
    unsigned known = private_rows_known(walk, object);

    if ((walk->guessed & private_bit(object)) != 0) {
        return PRIVATE_GUEST;
    }
    if (!walk->objects[object].is_column || (known == 1 && walk->is_bulk)) {
        return PRIVATE_ONE;
    }
    if (!walk->is_bulk || (known == 0 && walk->rows[object] == 0)) {
        return PRIVATE_SCOUT;
    }
    *rows = known;
    return known > 0 ? PRIVATE_ROWS : PRIVATE_MORE;
}

unsigned private_varbind_bytes(const struct private_walk *walk, size_t object)
{
    size_t index_bytes = walk->objects[object].is_column ? PRIVATE_INDEX_BYTES : 0;

    return (unsigned)(PRIVATE_VARBIND_BYTES + index_bytes + walk->objects[object].oid.size);
}

/* The name before an instance: its last arc less one, or, when that is 0, without it. */
static size_t name_before(struct bytes oid, uint8_t *out)
{
    uint8_t last = oid.data[oid.size - 1];

    memcpy(out, oid.data, oid.size);
    if (last == 0) {
        return oid.size - 1;
    }
    out[oid.size - 1] = (uint8_t)(last - 1);
    return oid.size;
}

/* Says whether the last arc takes more than an octet and ends with seven bits of 0: one less is
 * another number of octets, perhaps. */
static bool is_round(struct bytes oid)
{
    return oid.size < 3 || (oid.data[oid.size - 1] == 0 && oid.data[oid.size - 2] >= 0x80);
}

size_t private_name(const struct private_walk *walk, size_t object, uint8_t *out, size_t cap)
{
    struct bytes oid = walk->objects[object].oid;
    struct bytes last = private_last_name(walk, object);
    struct bytes name = last.size > 0 ? last : oid;

    if (name.size > cap || (!walk->objects[object].is_column && is_round(oid))) {
        return 0;
    }
    if (!walk->objects[object].is_column) {
        return name_before(oid, out);
    }
    memcpy(out, name.data, name.size);
    return name.size;
}

struct bytes private_last(const struct private_walk *walk, size_t object)
{
    struct bytes last = private_last_name(walk, object);
    size_t column = walk->objects[object].oid.size;

    return last.size > column ? bytes_of(last.data + column, last.size - column) : last;
}

void private_leave(struct private_walk *walk, size_t object)
{
    walk->by_get |= private_bit(object);
}

void private_take(struct private_walk *walk, size_t object, const struct gate_varbind *varbinds,
                  size_t rows, size_t stride)
{
    if ((walk->open & private_bit(object)) == 0) {
        return;
    }
    if (walk->objects[object].is_column) {
        for (size_t i = 0; i < rows; i++) {
            private_take_row(walk, object, &varbinds[i * stride]);
        }
    } else if (rows > 0 && private_take_instance(walk, object, &varbinds[0])) {
        private_close(walk, object);
    } else if (rows > 0) {
        /* The device's order is its own, or what was there is not any more: GET tells. */
        walk->by_get |= private_bit(object);
        walk->missed |= private_bit(object);
    }
}
