/*
 * The credential side of a poll: the session of SNMPv3, what the device's engine is remembered by,
 * and the context that a maker hides its printer in. For poll.c only.
 */
#pragma once

#include "core/fleet/poll.h"

/* Begins: looks for the credentials of the device. Returns: the first step. */
enum access_step poll_access_start(struct poll *poll);

/* Makes the poll ask with its current credential and context.
 * Returns: 0; -ENOMEM; BASE_ERANGE. */
BASE_MUST_CHECK int poll_access_use(struct poll *poll);

/* The session to ask with; NULL in v1 and v2c. */
struct usm_session *poll_access_session(const struct poll *poll);

/* The context that is asked; empty for the default one. */
struct bytes poll_access_context(const struct poll *poll);

/* Keeps in poll->learned what the device has answered to, and what is known of its engine. */
void poll_access_learn(struct poll *poll);

/* Keeps the engine alone, before it is doubted: what nobody signed is not kept (facts R9, R15). */
void poll_access_learn_engine(struct poll *poll);

/* Forgets the engine, so that it is asked for anew. */
void poll_access_rediscover(struct poll *poll);

/* Puts the session, if there is one, back into the pool, without keys. */
void poll_access_give(struct poll *poll);

/* Says whether the device may show its printer in another context: HP's network cards have it in
 * "Jetdirect" (facts 4.1; Jetdirect cards answer an empty MIB, or nothing, in the default one).
 * settled: the static part read so far; empty when the device showed nothing. */
bool poll_access_may_switch(const struct poll *poll, struct bytes settled);

/* Changes to the other context, for the next poll_access_use. */
void poll_access_switch(struct poll *poll);
