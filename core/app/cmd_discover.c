#include "core/app/cmd_discover.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/app/config_credentials.h"
#include "core/app/config_events.h"
#include "core/app/discover_options.h"
#include "core/app/discover_report.h"
#include "core/app/discover_run.h"
#include "core/app/discover_targets.h"
#include "core/app/poll_start.h"
#include "core/base/clock.h"
#include "core/fleet/address.h"

/* Requests at a time: of devices that are known or have been heard. */
#define DISCOVER_INFLIGHT_MAX 16384

const struct command cmd_discover_command = {
    .name = "discover",
    .summary = "find the printers of networks, read and keep them",
    .operands = "[TARGET...]",
    .examples = {{"platen discover 10.1.0.0/16 --dry-run", "how many packets, how long"},
                 {"platen discover 10.1.0.0/16 --watch", "how far it is, subnet by subnet"},
                 {"platen discover 10.1.0.0/16 --exclude 10.1.7.0/24 --exclude @never.txt",
                  "but for some addresses"},
                 {"platen discover --import inventory.csv --credentials credentials.yaml",
                  "the addresses of a spreadsheet"},
                 {"platen discover 10.1.2.0/24 --all --columns address,found,description",
                  "who else is there"}},
    .options = discover_options_table,
    .option_count = DISCOVER_OPTIONS_COUNT,
    .notes =
        "TARGET is as for \"platen poll\". Without any, and without --import, the targets are "
        "discovery.targets of the configuration; discovery.exclude is never asked.\n\n"
        "Every address is asked one small question, with each credential in order until one is "
        "answered. What may be a printer is then read and stored at once; no second step is "
        "needed. Only UDP 161 (or the port that you name) is used: Platen never opens the ports "
        "that print what they are sent.\n\n"
        "An address that nobody answers from costs 1 + retries packets for each community and "
        "for all SNMPv3 users together; when a community is tried in 2c and 1, each version gets "
        "one and half the retries. They go round: each credential once, then each again, so that "
        "a device that the first packet wakes has time until the last. Who answers is asked once "
        "more, with that credential or, if its packet may have been lost, a better one before "
        "it.\n\n"
        "Devices that are no printers are counted, not stored, and asked again after a week. "
        "Devices out of scope (\"platen scope\") are not asked.\n\n"
        "With --json each printer is one object on stdout, and the sum one on stderr.\n\n"
        "Exit: 0 all well, 1 somebody refused us or could not be read, 2 usage, 3 store or "
        "system.",
    .run = cmd_discover,
};

static int fill_config(struct discover_run *run)
{
    const struct poll_options *options = &run->options->poll;
    run->config = (struct sweep_config){
        .engine = {.max_inflight = DISCOVER_INFLIGHT_MAX,
                   .paces_loopback = run->options->pace_loopback},
        .window = (uint32_t)options->concurrency,
        .credentials = run->credentials,
        .profiles = &run->profiles,
        .is_full = true, /* who is where is only told by names and serial numbers */
        .is_forced = options->force,
        .is_search = true,
    };
    return poll_start_engine(&cmd_discover_command, options, &run->config);
}

/* Counts what a search would ask, address by address. */
static int dry_run(struct discover_run *run)
{
    struct search_price price = {.config = &run->config};
    union wire_address address;
    uint64_t known = 0;
    while (discover_search_next(&run->search, &address)) {
        struct target target;
        address_to_target(&address, &target);
        search_price_add(&price, &target);
        known += run->search.has_learned && run->search.learned.is_printer ? 1 : 0;
    }
    int status =
        discover_report_price(&price, &run->search.sums, known, run->options->poll.output.json);
    return status == 0 ? COMMAND_OK : COMMAND_STORE;
}

static int prepare(struct discover_run *run, const struct args *args)
{
    static struct config config;
    static struct config_report report;
    struct discover_options *options = run->options;
    int exit_code = output_prepare(&cmd_discover_command, &run->table, &options->poll.output);
    if (exit_code == COMMAND_OK) {
        exit_code = discover_options_open(&cmd_discover_command, options, &run->credentials,
                                          &config, &report);
    }
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    if (scoping_open(&run->scoping, &config, &run->profiles, &report) != 0) {
        exit_code = command_complain(&cmd_discover_command, COMMAND_USAGE, "%s", report.text);
    }
    if (exit_code == COMMAND_OK) {
        exit_code =
            discover_targets_open(&cmd_discover_command, options, args, &config, &run->targets);
    }
    config_events(&config, &run->rules);
    config_close(&config);
    run->search.targets = &run->targets.list;
    run->search.scoping = &run->scoping;
    run->search.others_after_ms = options->others_after_ms;
    run->search.asks_others = options->poll.full;
    run->search.ignores_scope = options->force_scope;
    if (exit_code == COMMAND_OK) {
        run->search.sums.addresses = targets_count(&run->targets.list) + run->targets.unresolved;
        run->search.sums.excluded = run->targets.excluded;
        run->search.sums.unresolved = run->targets.unresolved;
        exit_code = fill_config(run);
    }
    return exit_code != COMMAND_OK
               ? exit_code
               : poll_start_store(&cmd_discover_command, &options->poll,
                                  options->dry_run ? STORE_READ_ONLY : STORE_READ_WRITE,
                                  &run->search.store);
}

int cmd_discover(int argc, char **argv)
{
    static struct discover_options options;
    static struct discover_run run;
    struct args args;
    int exit_code = COMMAND_OK;
    discover_options_init(&options);
    if (!command_open(&cmd_discover_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    exit_code = discover_run_init(&run, &cmd_discover_command, &options);
    if (exit_code == COMMAND_OK) {
        exit_code = prepare(&run, &args);
    }
    if (exit_code == COMMAND_OK) {
        exit_code = options.dry_run ? dry_run(&run) : discover_run_sweep(&run);
    }
    discover_run_fini(&run);
    return result_tell_close(&run.tell, &cmd_discover_command, exit_code);
}
