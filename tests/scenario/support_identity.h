/*
 * A street of printers for scenarios of identity: addresses of a virtual world, printers that stand
 * behind them and move, and a real store that each sweep is written to as `platen poll` does it.
 * Every printer counts in thousands of its own, so that a ledger row tells whose it is.
 */
#pragma once

#include "core/fleet/archive.h"
#include "core/fleet/lineage.h"
#include "core/fleet/rows_change.h"
#include "tests/scenario/support_fleet.h"

#define STREET_PRINTERS_MAX 1024
#define STREET_BEHIND_MAX   4

/* What a printer says of itself. Empty texts are not said. */
struct street_printer {
    char serial[32];
    unsigned mac; /* last octets; 0 = it gives none */
    char name[32];
    int64_t booted_us;
};

/* How the printers behind one address are told apart. */
enum street_box {
    STREET_BY_INDEX,     /* hrDeviceIndex */
    STREET_BY_COMMUNITY, /* public, public.2, ... */
    STREET_BY_CONTEXT,   /* SNMPv3: the default one, port2, ... */
    STREET_IGNORES,      /* takes any of these communities, and has one printer */
};

struct v3_agent;

struct street {
    struct world *world;
    struct fleet *fleet;
    struct store *store;
    struct archive_slice *slice;
    struct reading reading;
    char path[64];
    struct street_printer printers[STREET_PRINTERS_MAX];
    int behind[STREET_PRINTERS_MAX][STREET_BEHIND_MAX]; /* of each address; -1 = nobody */
    struct agent_mib mibs[STREET_PRINTERS_MAX];
    enum street_box box; /* of the address below, where each of `behind` may be -1 then */
    uint32_t box_at;
    struct agent_mib box_mibs[STREET_BEHIND_MAX];
    struct learned box_learned[STREET_BEHIND_MAX];
    bool is_box_learned[STREET_BEHIND_MAX];
    unsigned box_questions; /* at other places than the default, in the last sweep */
    struct v3_agent *box_agent;
    struct sim_usm *users;
    struct credentials credentials;
    struct profile_set profiles;
    uint32_t addresses;
    int64_t since_unix_ms; /* of the sweep */
    unsigned sweeps;
    struct archive_figures figures; /* of the last sweep */
    uint64_t events_before;         /* rows of the chain when the last sweep began */
};

/* Makes a street where printer i stands at address i, each with a serial number, a MAC address and
 * a name of its own. All have started at the same moment, which is the hardest case. */
struct street *street_new(uint32_t addresses);
void street_free(struct street *street);

/* Puts a printer at an address where nobody is; takes all away from there. */
void street_put(struct street *street, uint32_t address, int printer);
void street_clear(struct street *street, uint32_t address);

/* Exchanges what stands at two addresses. */
void street_swap(struct street *street, uint32_t a, uint32_t b);

/* Lets a day pass and runs a sweep into the store. */
void street_sweep(struct street *street);

/* Returns: devices that are listed, those without a merge into another one. */
uint32_t street_devices(struct street *street);

/* Returns: the device whose newest ledger row is the printer's; 0 = none. */
uint32_t street_device_of(struct street *street, int printer);

/* Reads a device. */
struct store_device street_device(struct street *street, uint32_t number);

/* Returns: devices that have ledger rows of more than one printer. */
unsigned street_mixed(struct street *street);

/* Returns: events of a kind in the whole store. */
unsigned street_events(struct street *street, enum rows_event kind);

/* Merges and splits in one transaction. Return: what the lineage returns. */
int street_merge(struct street *street, uint32_t stays, uint32_t gone);
int street_split(struct street *street, uint32_t stays, uint32_t *back);

/* Says whether a device is flagged to share its serial number. */
bool street_is_duplicate(struct street *street, uint32_t number);
