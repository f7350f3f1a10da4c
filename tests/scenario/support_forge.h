/*
 * Datagrams that are no answer, or no longer one: what strangers send and what broken agents make.
 */
#pragma once

#include "tests/scenario/support_world.h"

/* Makes a datagram that looks like an answer to the question and must not be taken for it.
 * *from: the address it comes from, the device's at first. */
void forge_answer(struct world *world, uint32_t forgery, struct bytes question,
                  union wire_address *from, struct support_octets *out);

/* Damages an answer as a broken or evil agent would. */
void forge_damage(struct world *world, struct support_octets *answer);
