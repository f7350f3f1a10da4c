/* Any bytes as a recording: nothing is read or written out of bounds, and what was read can be
 * walked from end to end in rising order. */
#include <stdlib.h>

#include "bench/sim/oid.h"
#include "bench/sim/snmprec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void complain(void *context, size_t line, const char *what)
{
    (void)line;
    *(size_t *)context += what != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim_mib mib;
    size_t complaints = 0;
    struct sim_snmprec_report report = {complain, &complaints};

    sim_mib_init(&mib);
    if (sim_snmprec_parse((const char *)data, size, &mib, &report) == 0) {
        for (size_t i = 0; i < mib.count; i++) {
            const struct sim_object *object = &mib.objects[i];

            if (!sim_oid_is_valid(object->name, object->name_length) || object->varbind == NULL) {
                abort();
            }
            if (i > 0 && sim_oid_compare(mib.objects[i - 1].name, mib.objects[i - 1].name_length,
                                         object->name, object->name_length) >= 0) {
                abort();
            }
        }
    }
    sim_mib_fini(&mib);
    return 0;
}
