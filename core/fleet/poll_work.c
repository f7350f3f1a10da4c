#include "core/fleet/poll_work.h"

#include <errno.h>
#include <stdlib.h>

#include "core/fleet/poll_access.h"

/* Varbinds of a question that any device bears. */
#define POLL_KNOCK_VARBINDS 8

void poll_work_free(struct poll_work *work)
{
    while (work != NULL) {
        struct poll_work *next = work->next;
        plan_fini(&work->plan);
        private_fini(&work->walk);
        free(work);
        work = next;
    }
}

static struct poll_work *poll_work_new(struct poll_shared *shared)
{
    struct poll_work *work = shared->idle_works;
    if (work != NULL) {
        shared->idle_works = work->next;
        work->next = NULL;
    } else {
        work = calloc(1, sizeof(*work) + plan_column_count() * sizeof(work->columns[0]));
    }
    if (work != NULL) {
        work->plan.columns = work->columns;
        work->is_private = false;
        private_reset(&work->walk);
    }
    return work;
}

void poll_work_put(struct poll_shared *shared, struct poll_work **work)
{
    if (*work != NULL) {
        (*work)->next = shared->idle_works;
        shared->idle_works = *work;
        *work = NULL;
    }
}

/* What sealing takes is taken from the reply, so that it stays within the same frame. */
static void poll_work_fit(const struct poll *poll, struct plan *plan)
{
    const struct usm_session *session = poll_access_session(poll);
    if (session != NULL) {
        unsigned most = plan->goal == PLAN_FIRST ? PLAN_REPLY_BYTES_FIRST : PLAN_REPLY_BYTES;
        unsigned limit = most - (unsigned)usm_overhead(session);
        plan->reply_bytes = (uint16_t)(plan->reply_bytes < limit ? plan->reply_bytes : limit);
        plan->bearable = (uint16_t)(plan->bearable < limit ? plan->bearable : limit);
    }
}

/* Makes the opening of a version when it is needed first. */
static bool poll_work_make_opening(struct poll_shared *shared, struct poll_opening *opening,
                                   bool is_v1)
{
    struct learned nobody;
    struct poll_work *work = poll_work_new(shared);
    learned_init(&nobody);
    if (work == NULL || plan_start(&work->plan, PLAN_FIRST, &nobody, is_v1) != 0 ||
        !plan_ask(&work->plan, &opening->question)) {
        poll_work_free(work);
        return false;
    }
    opening->work = work;
    return true;
}

const struct poll_opening *poll_work_opening(const struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    bool is_v1 = poll->version == PDU_V1;
    struct poll_opening *opening = &shared->openings[is_v1 ? 0 : 1];
    bool is_usual =
        poll->goal == PLAN_FIRST && poll->learned.reply_bytes == 0 && !poll->learned.is_bulk_broken;
    if (!is_usual || (opening->work == NULL && !poll_work_make_opening(shared, opening, is_v1))) {
        return NULL;
    }
    return opening;
}

int poll_work_take(struct poll *poll)
{
    struct poll_shared *shared = poll_shared_of(poll->sweep);
    const struct poll_opening *opening = poll_work_opening(poll);
    struct poll_work *work = poll_work_new(shared);
    if (work == NULL) {
        return -ENOMEM;
    }
    poll->work = work;
    int status = opening != NULL ? plan_resume(&work->plan, &opening->work->plan)
                                 : plan_start(&work->plan, (enum plan_goal)poll->goal,
                                              &poll->learned, poll->version == PDU_V1);
    if (status != 0) {
        poll_work_put(shared, &poll->work);
        return status;
    }
    poll_work_fit(poll, &work->plan);
    if (poll->access.is_knocking) {
        work->plan.varbinds_max = POLL_KNOCK_VARBINDS;
    }
    return 0;
}
