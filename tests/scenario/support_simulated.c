#include "tests/scenario/support_simulated.h"

#include <criterion/criterion.h>

#include "bench/sim/agent.h"
#include "bench/sim/options.h"

#define REPLY_MAX 1472

static void identify(const struct simulated *simulated, uint32_t device,
                     struct sim_identity *identity)
{
    sim_fleet_identify(&simulated->fleet, device, identity);
}

static size_t answer(struct world_device *device, struct bytes question, int64_t now_us,
                     unsigned again, struct support_octets *out)
{
    static struct sim_request request;
    static struct sim_plan plan;
    static uint8_t buffer[SIM_ANSWER_BYTES(REPLY_MAX)];
    const struct simulated *simulated = device->answerer;
    struct sim_identity identity = {.port = 0};
    struct sim_view view;
    struct sim_slice message;

    if (again > 0 || sim_request_head(&request, question.data, question.size) != SIM_REFUSAL_NONE) {
        return 0;
    }
    cr_assert(sim_request_names(&request));
    identify(simulated, world_find(simulated->world, &device->address), &identity);
    sim_device_view(&view, &identity, SIM_EPOCH_MS + (uint64_t)now_us / 1000, 0);
    sim_agent_plan(&identity.model->mib, &view, &request, REPLY_MAX, 0, &plan);
    (void)sim_agent_write(&view, &request, &plan, 0, (struct sim_room){buffer, REPLY_MAX},
                          &message);
    out->size = 0;
    support_put(out, message.bytes, message.length);
    return out->size;
}

void simulated_open(struct simulated *simulated, uint64_t seed, uint32_t count,
                    const char *recordings)
{
    struct sim_options options;
    char error[2000];
    char program[] = "platen-sim";
    char *arguments[] = {program, NULL};

    cr_assert_eq(sim_options_parse(&options, 1, arguments, error, sizeof(error)), 0, "%s", error);
    options.seed = seed;
    options.device_count = count;
    options.recordings = recordings;
    cr_assert_eq(sim_fleet_open(&simulated->fleet, &options, error, sizeof(error)), 0, "%s", error);
    simulated->world = world_new(seed, simulated->fleet.count, NULL);
    for (uint32_t i = 0; i < simulated->fleet.count; i++) {
        world_device(simulated->world, i)->answer = answer;
        world_device(simulated->world, i)->answerer = simulated;
    }
}

void simulated_close(struct simulated *simulated)
{
    world_free(simulated->world);
    sim_fleet_close(&simulated->fleet);
}

const char *simulated_name(const struct simulated *simulated, uint32_t device)
{
    struct sim_identity identity = {.port = 0};

    identify(simulated, device, &identity);
    return identity.model->name;
}
