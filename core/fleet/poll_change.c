#include "core/fleet/poll_change.h"

#include "core/fleet/poll_end.h"
#include "core/fleet/poll_work.h"
#include "core/fleet/told.h"

/* A device that starts so soon after our last question may have restarted because of it. */
#define POLL_RESTART_BLAME_MS 120000

/* A restart right after our last poll is held against our questions. */
static void poll_judge_restart(struct poll *poll, uint32_t uptime_ticks)
{
    int64_t now_ms = poll_unix_ms(poll);
    int64_t boot_ms = now_ms - (int64_t)uptime_ticks * 10;
    int64_t after_poll_ms = boot_ms - poll->learned.polled_at_unix_ms;
    if (poll->learned.polled_at_unix_ms > 0 && after_poll_ms > 0 &&
        after_poll_ms < POLL_RESTART_BLAME_MS && !poll->is_struck) {
        poll->is_struck = true;
        breaker_strike(&poll->learned.breaker, now_ms);
    }
}

void poll_check_change(struct poll *poll)
{
    struct plan *plan = &poll->work->plan;
    if (plan->uptime_ticks >= 0 && !poll->is_uptime_judged) {
        uint32_t uptime_ticks = (uint32_t)plan->uptime_ticks;
        poll->is_uptime_judged = true;
        if (learned_has_restarted(&poll->learned, uptime_ticks, poll_unix_ms(poll))) {
            poll_judge_restart(poll, uptime_ticks);
            plan_escalate(plan);
        }
    }
    if (plan->config_changes >= 0 && plan->config_changes != poll->learned.config_changes) {
        plan_escalate(plan);
    }
}

static uint8_t octet(unsigned limit)
{
    return (uint8_t)(limit < UINT8_MAX ? limit : UINT8_MAX);
}

void poll_check_limits(struct poll *poll)
{
    const struct profile_set *profiles = poll_shared_of(poll->sweep)->config->profiles;
    struct plan *plan = &poll->work->plan;
    struct profile_limits limits = {0};
    struct told told;
    if (poll->is_limited || profiles == NULL || plan->goal == PLAN_MOVING) {
        return;
    }
    told_read(&told, plan);
    if (told.device.object_id.size == 0 && told.device.description == NULL) {
        return;
    }
    poll->is_limited = true;
    const struct profile *profile = profile_choose(profiles, &told.device);
    if (profile != NULL) {
        profile_limits(profile, &told.device, &limits);
    }
    poll->learned.limits = (struct learned_limits){.no_bulk = limits.no_bulk,
                                                   .repetitions = octet(limits.repetitions),
                                                   .varbinds = octet(limits.varbinds),
                                                   .version = octet(limits.version)};
    plan_limit(plan, &poll->learned.limits);
}
