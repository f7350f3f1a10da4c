#include "core/fleet/meter_dispute.h"

bool meter_dispute_next(const struct meter_list *list, size_t *at, struct rows_dispute *out)
{
    while (*at < list->count) {
        const struct rows_meter *other = &list->meters[(*at)++];
        for (size_t i = 0; &list->meters[i] < other; i++) {
            const struct rows_meter *chosen = &list->meters[i];
            if (!bytes_equal(chosen->key, other->key)) {
                continue;
            }
            if (chosen->value != other->value && !rows_meter_is_same_source(chosen, other)) {
                *out = (struct rows_dispute){.chosen = *chosen, .other = *other};
                return true;
            }
            break; /* of three, each is held against the one that counts */
        }
    }
    return false;
}

static const struct rows_meter *find(const struct meter_list *list, const struct rows_meter *wanted)
{
    for (size_t i = 0; i < list->count; i++) {
        if (bytes_equal(list->meters[i].key, wanted->key) &&
            rows_meter_is_same_source(&list->meters[i], wanted)) {
            return &list->meters[i];
        }
    }
    return NULL;
}

/* The difference of the two sources in a row; 0 when one is not there, or they agree. */
static int64_t difference(const struct meter_list *row, const struct rows_dispute *dispute)
{
    const struct rows_meter *chosen = find(row, &dispute->chosen);
    const struct rows_meter *other = find(row, &dispute->other);
    bool are_there = chosen != NULL && other != NULL && chosen->value >= 0 && other->value >= 0;
    return are_there ? chosen->value - other->value : 0;
}

static bool is_large(int64_t pages)
{
    return pages > METER_DISPUTE_LARGE || pages < -METER_DISPUTE_LARGE;
}

bool meter_dispute_stands(const struct rows_dispute *dispute, const struct meter_list *rows)
{
    int64_t now = difference(&rows[0], dispute);
    for (size_t i = 1; i < METER_DISPUTE_ROWS; i++) {
        int64_t then = difference(&rows[i], dispute);
        if (then != now && !(is_large(then) && is_large(now))) {
            return false;
        }
    }
    return now != 0;
}
