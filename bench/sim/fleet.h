/*
 * The devices: which address is which device, its model and its flaws.
 *
 * A device costs one struct sim_slot; all else follows from its number and the seed. Generated
 * devices come first and take the models in turn, recordings follow.
 */
#pragma once

#include "bench/sim/device.h"
#include "bench/sim/options.h"

enum sim_behaviour {
    SIM_BEHAVIOUR_DEAD = 1 << 0,
    SIM_BEHAVIOUR_SLEEPY = 1 << 1,
    SIM_BEHAVIOUR_V1_ONLY = 1 << 2,
    SIM_BEHAVIOUR_SMALL_PDU = 1 << 3,
    SIM_BEHAVIOUR_NONINCREASING = 1 << 4,
    SIM_BEHAVIOUR_ENDLESS = 1 << 5,
    SIM_BEHAVIOUR_WRONG_SOURCE = 1 << 6,
    SIM_BEHAVIOUR_REBOOTS = 1 << 7,
    SIM_BEHAVIOUR_HOSTILE = 1 << 8,
};

/* What changes about a device while the program runs, and its flaws. */
struct sim_slot {
    uint64_t boot_ms;     /* simulated, of a restart that a question caused; 0 = none */
    uint32_t seen_s;      /* real seconds of the last question that it heard */
    uint32_t silent_s;    /* real seconds until which it restarts */
    uint16_t behaviours;  /* any of enum sim_behaviour */
    uint8_t hostile_kind; /* see hostile.h */
    uint8_t missed;       /* questions it has slept through */
    bool speaks_v3;       /* --v3, --v3-share */
    uint8_t restarts;     /* that questions caused */
    uint8_t v3_flaw;      /* enum sim_v3_flaw plus one; 0 = none */
};

struct sim_fleet {
    struct sim_model *models; /* the generated ones, then one per recording */
    uint32_t model_count;     /* generated ones */
    uint32_t recording_count;
    uint32_t other_model_count; /* behind the recordings: no printers */
    uint32_t generated_count;   /* devices */
    uint32_t count;             /* devices, recordings and others included */
    uint32_t spread;            /* addresses, 0 = as many as devices */
    uint32_t *numbers;          /* of the devices at those addresses; UINT32_MAX = nobody */
    uint32_t *places;           /* addresses of the devices, from base; NULL = their numbers */
    uint32_t base;
    uint64_t seed;
    struct sim_slot *slots;
};

/* Builds models, reads recordings (complaints about their lines go to stderr) and slots.
 * Returns: 0; -ENOENT when --models names an unknown one or the folder cannot be read, with a
 * sentence in error; -ENOMEM; -EINVAL for a malformed model. */
SIM_MUST_CHECK int sim_fleet_open(struct sim_fleet *fleet, const struct sim_options *options,
                                  char *error, size_t error_size);

/* Frees the models; devices and views of them end with it. */
void sim_fleet_close(struct sim_fleet *fleet);

/* Fills who number is; number is below count. */
void sim_fleet_identify(const struct sim_fleet *fleet, uint32_t number,
                        struct sim_identity *identity);

/* Returns: whether an IPv4 address (host byte order) is a device, whose number goes to *number. */
static inline bool sim_fleet_find(const struct sim_fleet *fleet, uint32_t address, uint32_t *number)
{
    *number = address - fleet->base;
    if (fleet->spread > 0 && address >= fleet->base && *number < fleet->spread) {
        *number = fleet->numbers[*number];
    }
    return address >= fleet->base && *number < fleet->count;
}

/* The name of one behaviour, as --list prints it. */
const char *sim_fleet_behaviour_name(enum sim_behaviour behaviour);
