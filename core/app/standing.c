#include "core/app/standing.h"

#include <string.h>

#include "core/fleet/archive.h"

static void read_rival(struct view *view, struct standing *out)
{
    struct store_device rival;
    if (out->identity.rival != 0 && store_device_get(view->txn, out->identity.rival, &rival) == 0 &&
        !lineage_is_gone(&rival)) {
        out->rival = rival;
    }
}

static void read_merges(struct view *view, struct standing *out)
{
    struct lineage_entry entry;
    struct store_device gone;
    struct bytes list;
    size_t at = 0;
    if (store_record_get(view->txn, out->device.number, ARCHIVE_PART_LINEAGE, &list) != 0) {
        return;
    }
    while (out->merge_count < LINEAGE_MAX && lineage_next(list, &at, &entry)) {
        if (store_device_get(view->txn, entry.number, &gone) == 0) {
            struct standing_merge *merge = &out->merges[out->merge_count++];
            memcpy(merge->id, gone.id, sizeof(merge->id));
            merge->unix_ms = entry.unix_ms;
            merge->is_automatic = entry.is_automatic;
        }
    }
}

static void read_server(struct view *view, struct standing *out)
{
    struct store_device other;
    if (archive_server_list(view->txn, &out->device, &out->server) != 0) {
        view->damaged++;
        out->server.count = 0;
    }
    for (size_t i = 0; i < out->server.count; i++) {
        out->server_ids[i][0] = '\0';
        if (store_device_get(view->txn, out->server.printers[i].device, &other) == 0) {
            memcpy(out->server_ids[i], other.id, sizeof(other.id));
        }
    }
}

void standing_read(struct view *view, const struct store_device *device, struct standing *out)
{
    memset(out, 0, sizeof(*out));
    out->device = *device;
    out->scope = view->scope;
    scoping_labels(view->txn, device->number, &out->labels);
    view_identity(view, device, &out->identity);
    read_rival(view, out);
    read_merges(view, out);
    read_server(view, out);
}
