#include "core/fleet/told.h"

#include "proto/record.h"

static const char *keep(char out[256], struct bytes text)
{
    bytes_to_text(text, out, 256);
    return out;
}

void told_read(struct told *told, const struct plan *plan)
{
    const struct record_writer *part = &plan->parts[OBJECT_PACE_STATIC];
    struct bytes record = bytes_of(part->data, part->size);
    struct profile_device *device = &told->device;
    struct record_entry entry;
    size_t offset = RECORD_HEADER_BYTES;

    *device = (struct profile_device){0};
    while (record_next(record, &offset, &entry)) {
        if (entry.object == OBJECT_SYS_OBJECT_ID && entry.tag == GATE_OID &&
            entry.value.size <= sizeof(told->object_id)) {
            memcpy(told->object_id, entry.value.data, entry.value.size);
            device->object_id = bytes_of(told->object_id, entry.value.size);
        } else if (entry.object == OBJECT_SYS_DESCR && device->description == NULL) {
            device->description = keep(told->description, entry.value);
        } else if (entry.object == OBJECT_HR_DEVICE_DESCR && device->model == NULL) {
            device->model = keep(told->model, entry.value);
        }
    }
}
