/*
 * Comparing a list of devices that should be there with those of the store: who is the one that a
 * row of the list means. Serial numbers are compared without blanks, dashes and case, MACs by their
 * digits, names without case and domain, addresses with the port only where the list has one.
 */
#pragma once

#include "core/app/view.h"

/* One device of the store. Texts are the index's own. */
struct coverage_device {
    struct store_device device;
    enum scope scope;
    bool is_expected; /* a row means it */
};

struct coverage_key;

/* Fields are the index's own, but `devices`. Zeros at first. */
struct coverage_index {
    struct coverage_device *devices;
    size_t count, cap;
    struct coverage_key *keys;
    size_t key_count, key_cap;
};

/* What a row of the list says; "" where it says nothing. */
struct coverage_row {
    const char *address;
    const char *serial;
    const char *mac;
    const char *name;
};

/* Reads all devices. Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int coverage_open(struct coverage_index *index, struct view *view);

/* Frees the index. */
void coverage_close(struct coverage_index *index);

/* Finds the device that a row means: by serial number, else MAC, else address, else name.
 * Returns: NULL for none. */
struct coverage_device *coverage_find(struct coverage_index *index, const struct coverage_row *row);
