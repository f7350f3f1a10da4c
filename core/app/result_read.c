#include "core/app/result_read.h"

#include "core/app/keeper.h"
#include "core/fleet/address.h"
#include "core/fleet/printers.h"

/* A printer that shares its address with others gets an id of its own, where it has no serial
 * number. */
static void name(struct reading *reading, const struct sweep_result *result)
{
    static const struct printers_choice alone = {.count = 1};
    char address[ADDRESS_PLACE_MAX];
    if (result->place[0] != '\0' && reading->printer_count < 2) {
        address_format_place(result->address, result->place, address, sizeof(address));
        printers_identify(reading, address, &alone);
    }
}

int result_read(struct keeper *keeper, const struct sweep_result *result, struct reading *out)
{
    struct bytes static_part = result->static_part;
    if (static_part.size == 0 && keeper != NULL) {
        static_part = keeper_static_part(keeper, result, NULL);
    }
    int status = reading_decode(out, static_part, result->moving_part, false);
    if (status == 0) {
        out->header = result->header;
        name(out, result);
    }
    return status;
}
