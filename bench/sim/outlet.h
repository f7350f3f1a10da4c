/*
 * The way out of the simulator: an answer leaves as the network of impair.h will have it.
 */
#pragma once

#include "bench/sim/impair.h"
#include "bench/sim/stats.h"

/* Everything is borrowed from the server. */
struct sim_outlet {
    struct sim_net *net;
    struct sim_impair *impair;
    struct sim_stats *stats;
    bool is_impaired;
    uint64_t now_us; /* real, of the batch in hand */
};

/* Sends bytes as the answer to a packet, at once or when later_us have passed and the network's
 * delay. is_wrong_source: from another address than the one that was asked. The bytes must stay
 * until sim_net_flush. */
void sim_outlet_send(struct sim_outlet *outlet, const struct sim_packet *asked,
                     const uint8_t *bytes, size_t length, uint32_t later_us, bool is_wrong_source);

/* Sends what is due of what was held back. */
void sim_outlet_send_due(struct sim_outlet *outlet);
