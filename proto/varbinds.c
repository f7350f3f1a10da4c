#include "proto/varbinds.h"

#include <errno.h>
#include <stdlib.h>

#include "proto/gate.h"
#include "proto/oid.h"
#include "proto/pdu.h"

/* Lists up to this are sorted without asking for memory. */
#define ROOM_ITEMS 256
/* A number in text has at most a sign and the 19 digits of int64_t. */
#define NUMBER_TEXT_MAX 20

static int compare(struct bytes a, struct bytes b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static int compare_items(const void *a, const void *b)
{
    const struct varbind *first = a;
    const struct varbind *second = b;
    int order = compare(first->oid, second->oid);

    if (order == 0) {
        order = first->rank - second->rank;
    }
    /* Equal names stand as in the buffer that they came from: qsort alone does not promise it. */
    return order != 0 ? order
                      : (first->oid.data > second->oid.data) - (first->oid.data < second->oid.data);
}

/* Merges two sorted runs that stand one after another; `room` holds the first. */
static void merge(struct varbind *items, size_t first, size_t count, struct varbind *room)
{
    size_t left = 0;
    size_t right = first;
    size_t at = 0;

    memcpy(room, items, first * sizeof(*items));
    while (left < first) {
        bool takes_right = right < count && compare_items(&items[right], &room[left]) < 0;
        items[at++] = takes_right ? items[right++] : room[left++];
    }
}

/* What devices are asked for comes in runs that are sorted: two or three of them, merged as they
 * are found. */
static void sort_runs(struct varbinds *list, struct varbind *room)
{
    size_t sorted = 1;

    while (sorted < list->count) {
        size_t end = sorted;
        if (compare_items(&list->items[sorted - 1], &list->items[sorted]) <= 0) {
            sorted++;
            continue;
        }
        do {
            end++;
        } while (end < list->count && compare_items(&list->items[end - 1], &list->items[end]) <= 0);
        merge(list->items, sorted, end, room);
        sorted = end;
    }
}

void varbinds_sort(struct varbinds *list)
{
    struct varbind room[ROOM_ITEMS];
    size_t kept = 0;

    if (list->count == 0) {
        return;
    }
    if (list->count <= ROOM_ITEMS) {
        sort_runs(list, room);
    } else {
        qsort(list->items, list->count, sizeof(*list->items), compare_items);
    }
    for (size_t i = 1; i < list->count; i++) {
        if (!bytes_equal(list->items[i].oid, list->items[kept].oid)) {
            kept++;
        }
        list->items[kept] = list->items[i];
    }
    list->count = kept + 1;
}

/* The place of the first name that is not smaller. */
static size_t lower_bound(const struct varbinds *list, struct bytes oid)
{
    size_t low = 0;
    size_t high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(list->items[middle].oid, oid) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct varbind *varbinds_find(const struct varbinds *list, struct bytes oid)
{
    size_t at = lower_bound(list, oid);

    return at < list->count && bytes_equal(list->items[at].oid, oid) ? &list->items[at] : NULL;
}

const struct varbind *varbinds_below(const struct varbinds *list, struct bytes column,
                                     size_t *count)
{
    size_t at = lower_bound(list, column);
    size_t end;

    if (at < list->count && list->items[at].oid.size == column.size) {
        at++; /* the column itself, if it is there */
    }
    end = at;
    while (end < list->count && oid_is_below(list->items[end].oid, column)) {
        end++;
    }
    *count = end - at;
    return end > at ? &list->items[at] : NULL;
}

int varbind_number(const struct varbind *varbind, int64_t *out)
{
    char text[NUMBER_TEXT_MAX + 1];
    char *end;
    long long number;

    if (varbind->tag != GATE_OCTET_STRING) {
        return gate_number_fits(varbind->tag, varbind->value)
                   ? pdu_number(varbind->tag, varbind->value, out)
                   : BASE_ETYPE;
    }
    if (varbind->value.size == 0 || varbind->value.size > NUMBER_TEXT_MAX) {
        return BASE_ETYPE;
    }
    memcpy(text, varbind->value.data, varbind->value.size);
    text[varbind->value.size] = '\0';
    errno = 0;
    number = strtoll(text, &end, 10);
    end += strspn(end, " ");
    if (end == text || *end != '\0' || strlen(text) != varbind->value.size) {
        return BASE_ETYPE;
    }
    if (errno != 0) {
        return BASE_ERANGE;
    }
    *out = number;
    return 0;
}
