#include "core/app/result_read.h"

#include "core/app/keeper.h"

int result_read(struct keeper *keeper, const struct sweep_result *result, struct reading *out)
{
    struct bytes static_part = result->static_part;
    if (static_part.size == 0 && keeper != NULL) {
        static_part = keeper_static_part(keeper, result->address, NULL);
    }
    int status = reading_decode(out, static_part, result->moving_part, false);
    if (status == 0) {
        out->header = result->header;
    }
    return status;
}
