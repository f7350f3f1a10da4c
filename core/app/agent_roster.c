#include "core/app/agent_roster.h"

#include "core/base/hash64.h"
#include "core/fleet/address.h"
#include "core/fleet/lineage.h"

/* Devices of one piece: some milliseconds. */
#define PIECE 2048
/* From the beginning of one pass to that of the next. */
#define PASS_MS 30000

static int put(const struct agent_roster *roster, const struct store_device *device)
{
    struct schedule_device entry = {.phase = hash64(bytes_from_text(device->id)),
                                    .polled_at_ms =
                                        agent_clock_of(roster->clock, device->last_polled_unix_ms),
                                    .failures = device->failures};
    struct target target;
    if (lineage_is_gone(device) || address_parse(device->address, &target) != 0) {
        return 0;
    }
    if (address_place(device->address)[0] != '\0') {
        entry.failures = 0; /* that nothing is plugged in there is not its box's silence */
    }
    address_from_target(&target, &entry.address);
    int rc = schedule_put(roster->schedule, &entry, agent_clock_ms(roster->clock));
    return rc == BASE_ELIMIT ? 0 : rc; /* a million are polled, the others are not */
}

/* Reads so many devices. *is_end: there are no more. */
static int read_piece(struct agent_roster *roster, uint32_t count, bool *is_end)
{
    struct store_txn *txn = NULL;
    struct store_device device;
    int damage = 0;
    int rc = store_begin(roster->store, false, &txn);
    if (rc != 0) {
        return rc;
    }
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        if (store_device_next(txn, &roster->number, &device, &damage)) {
            rc = put(roster, &device);
        } else if (damage != 0) {
            roster->damaged++;
        } else {
            *is_end = true;
            break;
        }
    }
    store_abort(txn);
    return rc;
}

static int go_on(struct agent_roster *roster, uint32_t count)
{
    bool is_end = false;
    if (!roster->is_under_way) {
        roster->is_under_way = true;
        roster->began_ms = agent_clock_ms(roster->clock);
        roster->number = 0;
        roster->damaged = 0;
        schedule_pass_begin(roster->schedule);
    }
    int rc = read_piece(roster, count, &is_end);
    if (rc == 0 && is_end) {
        roster->is_under_way = false;
        schedule_pass_end(roster->schedule);
    }
    return rc;
}

int agent_roster_step(struct agent_roster *roster)
{
    if (!roster->is_under_way && agent_clock_ms(roster->clock) - roster->began_ms < PASS_MS) {
        return 0;
    }
    return go_on(roster, PIECE);
}

int agent_roster_read(struct agent_roster *roster)
{
    return go_on(roster, UINT32_MAX);
}
