/*
 * The ports of a print server: several printers behind one address and one card. What is asked
 * without the name of a port is the printer at the first; the others have a context each, "port2",
 * and in v1 and v2c the community with ".2" behind it.
 */
#pragma once

#include "bench/sim/device.h"
#include "bench/sim/options.h"

/* Returns: the printers that a device is; 1 for one that is no print server. */
uint8_t sim_port_count(const struct sim_identity *identity);

/* Whether the device takes the community. *port gets the one it is of, 0 = it has none. */
bool sim_port_of_community(const struct sim_options *options, const struct sim_identity *identity,
                           struct sim_slice community, uint8_t *port);

/* Returns: the port that a context is of, from 1; 0 = of none. */
uint8_t sim_port_of_context(const struct sim_identity *identity, struct sim_slice context);

/* Makes of a print server, as sim_fleet_identify gives it, the printer at a port. */
void sim_port_identify(struct sim_identity *identity, uint8_t port);

/* The same with a view of the server, whose clock is that of all. */
void sim_port_plug(struct sim_view *view, struct sim_identity *identity, uint8_t port);
