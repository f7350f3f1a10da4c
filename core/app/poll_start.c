#include "core/app/poll_start.h"

#include "core/app/store_path.h"
#include "core/app/sweep_loop.h"

int poll_start_engine(const struct command *command, const struct poll_options *options,
                      struct sweep_config *config)
{
    struct engine_config *engine = &config->engine;
    engine->per_device = 1;
    engine->packets_per_second = (uint32_t)options->rate;
    engine->subnet_packets_per_second = (uint32_t)options->subnet_rate;
    engine->burst = 32;
    engine->sends_per_turn = 256;
    engine->initial_timeout_us = (uint32_t)options->timeout_ms * 1000;
    engine->retries = (uint8_t)options->retries;
    int status = sweep_loop_seed(config);
    return status == 0 ? COMMAND_OK
                       : command_complain(command, COMMAND_STORE, "no random numbers: %s",
                                          base_strerror(status));
}

int poll_start_store(const struct command *command, const struct poll_options *options,
                     enum store_mode mode, struct store **store)
{
    char path[4096];
    char message[512];
    if (options->no_store) {
        return COMMAND_OK;
    }
    int status = store_path_find(options->output.store, path, sizeof(path));
    if (status != 0) {
        return command_complain(command, COMMAND_USAGE,
                                "no place for the store: name one with --store DIR, or keep "
                                "nothing with --no-store");
    }
    status = store_open(path, mode, store, message, sizeof(message));
    if (status == BASE_ENOTFOUND && mode == STORE_READ_ONLY) {
        return COMMAND_OK; /* nothing is known yet */
    }
    return status == 0 ? COMMAND_OK : command_complain(command, COMMAND_STORE, "%s", message);
}
