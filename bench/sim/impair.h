/*
 * What the network does to datagrams: loses questions, delays, doubles and reorders answers.
 *
 * Chance comes from one generator with the fleet's seed, in the order of the datagrams. Delayed
 * datagrams are copied into a heap by the time they are due; those beyond 65,536 are dropped.
 */
#pragma once

#include "bench/sim/net.h"

struct sim_impair;

/* Returns: 0 or -ENOMEM. */
SIM_MUST_CHECK int sim_impair_open(struct sim_impair **impair, const struct sim_options *options);
void sim_impair_close(struct sim_impair *impair);

/* Whether anything is ever lost, delayed, doubled or reordered. */
bool sim_impair_is_needed(const struct sim_options *options);

/* Whether the question in hand is lost. */
bool sim_impair_loses(struct sim_impair *impair);

/* Whether the answer in hand comes twice. */
bool sim_impair_doubles(struct sim_impair *impair);

/* Real microseconds that the answer in hand takes; *is_reordered tells whether it was held back. */
uint32_t sim_impair_delay_us(struct sim_impair *impair, bool *is_reordered);

/* A number of the generator, for whoever else needs chance. */
uint64_t sim_impair_draw(struct sim_impair *impair);

/* Keeps a copy of the datagram until due_us. Returns: false when there is no room. */
bool sim_impair_keep(struct sim_impair *impair, const struct sim_packet *packet, uint64_t due_us);

/* When the next datagram is due, in real microseconds; UINT64_MAX = none waits. */
uint64_t sim_impair_due_us(const struct sim_impair *impair);

/* Takes a datagram that is due at now_us. Its bytes stay until sim_impair_release.
 * Returns: false when none is. */
bool sim_impair_take(struct sim_impair *impair, uint64_t now_us, struct sim_packet *packet);

/* Frees the bytes of all that was taken. */
void sim_impair_release(struct sim_impair *impair);
