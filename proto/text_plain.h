/*
 * The texts that need no cleaning, which are most: looked at and copied eight octets at a time.
 * All others are for proto/text.c, which alone uses this.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

/* Copies printable ASCII without double or leading blanks as it stands; no NUL is added.
 * out: room for raw.size octets, does not overlap them.
 * Returns: false when there is anything else in it, or nothing; `out` holds rubbish then. */
bool text_copy_plain(struct bytes raw, char *out);
