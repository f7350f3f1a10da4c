/*
 * A list of values by their whole names, for what no table of ours describes: the private objects
 * of a device. Sorted by octets, so that one name is found, and all names below a column stand
 * together, by bisection. It owns nothing: names and values are slices of a recording, of a record
 * or of a datagram, whoever fills the list says how long they live.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

struct varbind {
    struct bytes oid;   /* BER content octets */
    struct bytes value; /* content octets as they came */
    uint8_t tag;        /* enum gate_tag */
    uint8_t rank;       /* of equal names the one of the highest rank stays */
};

struct varbinds {
    struct varbind *items;
    size_t count;
};

/* Sorts the list; of equal names and ranks the last one stays, all being slices of one buffer. */
void varbinds_sort(struct varbinds *list);

/* Returns: the value of that name, or NULL. */
const struct varbind *varbinds_find(const struct varbinds *list, struct bytes oid);

/* Returns: the first of the values strictly below a column, NULL for none; *count gets how many
 * there are. */
const struct varbind *varbinds_below(const struct varbinds *list, struct bytes column,
                                     size_t *count);

/* Reads the number of a value of any numeric type, also of decimal text (OKI).
 * Returns: 0; BASE_ETYPE; BASE_ERANGE. */
BASE_MUST_CHECK int varbind_number(const struct varbind *varbind, int64_t *out);
