/*
 * Answers made once and filled in many times.
 *
 * A manager asks all devices of a model the same. The first such question is planned by agent.c and
 * kept here as runs of ready bytes with gaps for what moves; the next one copies the runs and
 * computes the gaps. The key is everything after the request id, byte for byte, with the model, the
 * version, the type and how many bytes the varbinds may take; where rows of
 * prtAlertTable take part, also how many alerts stand. Plans for one device only are not kept.
 *
 * Bounded: when max_count templates are kept, or 64 MB, all are thrown away. Some 0.3 us an answer
 * of 50 varbinds instead of 10 us. A template points into the models, so they must outlive it.
 */
#pragma once

#include "bench/sim/agent.h"

struct sim_templates;

/* Returns: 0 or -ENOMEM. */
SIM_MUST_CHECK int sim_template_open(struct sim_templates **templates, size_t max_count);
void sim_template_close(struct sim_templates *templates);

/* Encodes the answer to a request whose head is cut, as sim_agent_write would, when a template of
 * it is kept. Returns: whether it did. */
bool sim_template_answer(struct sim_templates *templates, const struct sim_mib *mib,
                         struct sim_view *view, const struct sim_request *request,
                         struct sim_room room, struct sim_slice *message);

/* Keeps a plan that was made without flaws, for the view's device. Does nothing when the plan is an
 * error or private, or memory is short. */
void sim_template_keep(struct sim_templates *templates, const struct sim_mib *mib,
                       const struct sim_view *view, const struct sim_request *request,
                       const struct sim_plan *plan, size_t reply_max);

/* How often everything was thrown away. */
uint64_t sim_template_flushes(const struct sim_templates *templates);
