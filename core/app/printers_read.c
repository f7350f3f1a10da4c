#include "core/app/printers_read.h"

#include <errno.h>
#include <stdlib.h>

#include "core/app/keeper.h"
#include "core/fleet/address.h"

static int reserve(struct printers_read *read, size_t which, size_t size)
{
    if (size <= read->caps[which]) {
        return 0;
    }
    uint8_t *grown = realloc(read->parts[which], size);
    if (grown == NULL) {
        return -ENOMEM;
    }
    read->parts[which] = grown;
    read->caps[which] = size;
    return 0;
}

static int take(struct printers_read *read, size_t which, struct bytes record,
                const struct printers_choice *choice, struct bytes *part)
{
    int status = reserve(read, which, record.size);
    return status == 0 ? printers_part(record, choice, read->parts[which], part) : status;
}

int printers_read_one(struct printers_read *read, struct keeper *keeper,
                      const struct sweep_result *result, const struct printers_choice *choice,
                      struct sweep_result *out)
{
    char address[ADDRESS_PLACE_MAX];
    int status = read->reading.arena == NULL ? reading_init(&read->reading) : 0;
    *out = *result;
    status = status == 0 ? take(read, 0, result->static_part, choice, &out->static_part) : status;
    status = status == 0 ? take(read, 1, result->moving_part, choice, &out->moving_part) : status;
    if (status != 0) {
        return status;
    }
    struct bytes settled = out->static_part;
    if (settled.size == 0 && keeper != NULL) {
        settled = keeper_static_part(keeper, result, &choice->list[choice->which]);
    }
    status = reading_decode(&read->reading, settled, out->moving_part, false);
    if (status == 0) {
        read->reading.header = result->header;
        address_format_place(result->address, result->place, address, sizeof(address));
        printers_identify(&read->reading, address, choice);
    }
    return status;
}

void printers_read_fini(struct printers_read *read)
{
    reading_fini(&read->reading);
    free(read->parts[0]);
    free(read->parts[1]);
    *read = (struct printers_read){0};
}
