/*
 * The plans of polls and the memory that they take: pools of them, and the first question that is
 * the same for all devices never seen. For poll.c only.
 */
#pragma once

#include "core/fleet/poll.h"
#include "core/fleet/private.h"

struct poll_work {
    struct poll_work *next;
    struct plan plan;
    struct private_walk walk;     /* of what the vendor's profile names */
    bool is_private;              /* it goes on alone: the plan has asked everything */
    struct plan_column columns[]; /* plan_column_count() */
};

/* Gives poll->work a plan for its goal, as far as before its first question was accepted.
 * Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int poll_work_take(struct poll *poll);

/* Puts a work, if there is one, back into the pool, and forgets the pointer. */
void poll_work_put(struct poll_shared *shared, struct poll_work **work);

/* Returns: the opening that serves this poll; NULL when its first question is its own. */
const struct poll_opening *poll_work_opening(const struct poll *poll);
