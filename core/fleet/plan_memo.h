/*
 * Questions remembered by what is still to be asked. A question follows from the columns that are
 * open, how many rows they have and which was the last, and from what the device bears; nothing
 * else. Devices of one model come to the same points again and again, so most questions of a
 * fleet have been packed and encoded before, and finding them costs a fifth of making them.
 *
 * The point that a plan has reached is told by a 64-bit hash, keyed with a secret, so that no
 * device can make its question that of others.
 */
#pragma once

#include "core/fleet/plan.h"

struct plan_memo;

/* Makes a memory of questions; secret: any random number. NULL when memory is short. */
struct plan_memo *plan_memo_new(uint64_t secret);

/* Frees it; NULL is allowed. */
void plan_memo_free(struct plan_memo *memo);

/* As plan_ask, out of the memory where it can. memo NULL = plan_ask. The question's varbinds may
 * lie in the memory: they live until the next call. */
bool plan_memo_ask(struct plan_memo *memo, struct plan *plan, struct plan_question *question);
