/* Any bytes as a question to simulated devices: whatever comes, nothing is read or written out of
 * bounds, and every answer is as long as the device may send at most. */
#include <stdlib.h>

#include "bench/sim/agent.h"
#include "bench/sim/fleet.h"
#include "bench/sim/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sim_fleet fleet;
static struct sim_templates *templates;
static struct sim_request request;
static struct sim_plan plan;

static void start(void)
{
    struct sim_options options;
    char program[] = "platen-sim";
    char *arguments[] = {program, NULL};
    char error[200];

    if (sim_options_parse(&options, 1, arguments, error, sizeof(error)) != 0 ||
        sim_fleet_open(&fleet, &options, error, sizeof(error)) != 0 ||
        sim_template_open(&templates, 64) != 0) {
        abort();
    }
}

static void check(const struct sim_slice *message)
{
    if (message->length > SIM_REPLY_MAX) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t buffer[SIM_ANSWER_BYTES(SIM_REPLY_MAX)];
    struct sim_identity identity;
    struct sim_view view;
    struct sim_slice message;

    if (fleet.count == 0) {
        start();
    }
    if (size < 2 || sim_request_head(&request, data + 2, size - 2) != SIM_REFUSAL_NONE) {
        return 0;
    }
    sim_fleet_identify(&fleet, data[0] % fleet.count, &identity);
    sim_device_view(&view, &identity, SIM_EPOCH_MS, 0);
    if (sim_template_answer(templates, &identity.model->mib, &view, &request,
                            (struct sim_room){buffer, SIM_REPLY_MAX}, &message)) {
        check(&message);
    }
    if (!sim_request_names(&request)) {
        return 0;
    }
    sim_agent_plan(&identity.model->mib, &view, &request, SIM_REPLY_MAX, data[1] % 8, &plan);
    if (data[1] % 8 == 0) {
        sim_template_keep(templates, &identity.model->mib, &view, &request, &plan, SIM_REPLY_MAX);
    }
    (void)sim_agent_write(&view, &request, &plan, data[1] % 8,
                          (struct sim_room){buffer, SIM_REPLY_MAX}, &message);
    check(&message);
    return 0;
}
