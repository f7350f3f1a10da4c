/*
 * What is known of a device beside its reading: its scope and tags, what is doubted about who it
 * is, which devices went into it, and who else is behind its address. Gathered once, for the page
 * of a device and for its JSON.
 */
#pragma once

#include "core/app/view.h"
#include "core/fleet/archive_server.h"
#include "core/fleet/lineage.h"

/* A device that went into another one. */
struct standing_merge {
    char id[STORE_ID_MAX];
    int64_t unix_ms;
    bool is_automatic; /* by evidence, not by hand */
};

struct standing {
    struct store_device device;
    enum scope scope;
    struct scope_labels labels;
    struct rows_identity identity; /* its slices live until view_close */
    struct store_device rival;     /* who gives the same serial number; number 0 = several, or
                                       nobody any more */
    struct standing_merge merges[LINEAGE_MAX];
    size_t merge_count;
    struct archive_server server;
    char server_ids[ARCHIVE_SERVER_MAX][STORE_ID_MAX]; /* of its printers */
};

/* Gathers it for the device that view_read read last. What is damaged is counted, and nothing. */
void standing_read(struct view *view, const struct store_device *device, struct standing *out);
