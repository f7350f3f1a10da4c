/*
 * Devices of the fleet simulator in a virtual world: the models of platen-sim and, where a folder
 * is given, recordings. They answer without a socket and live by the world's clock.
 */
#pragma once

#include "bench/sim/fleet.h"
#include "tests/scenario/support_world.h"

struct simulated {
    struct sim_fleet fleet;
    struct world *world; /* one device for each of the fleet */
};

/* Opens so many devices, the usual models in turn, and one for each recording of a folder (NULL =
 * none), and a world of them. */
void simulated_open(struct simulated *simulated, uint64_t seed, uint32_t count,
                    const char *recordings);
void simulated_close(struct simulated *simulated);

/* The name of a device's model, or recording. */
const char *simulated_name(const struct simulated *simulated, uint32_t device);
