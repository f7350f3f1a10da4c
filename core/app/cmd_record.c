#include "core/app/cmd_record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "core/app/config_credentials.h"
#include "core/app/poll_options.h"
#include "core/app/poll_start.h"
#include "core/app/profiles.h"
#include "core/app/secrets.h"
#include "core/app/sweep_loop.h"
#include "core/base/clock.h"
#include "core/fleet/address.h"
#include "core/fleet/targets.h"
#include "core/fleet/walk.h"
#include "proto/sanitize.h"

struct record_options {
    struct poll_options poll; /* first: its fields are those of `platen poll` */
    const char *out;
};

#define RECORD_FIELD(field) offsetof(struct record_options, field)

static const struct args_option options_table[] = {
    {"out", 'o', "FILE", "where the recording goes (default: standard output)", ARGS_TEXT,
     RECORD_FIELD(out), 0, 0},
    {"credentials", 0, "FILE", "YAML file with credentials, as of \"platen poll\"", ARGS_TEXT,
     RECORD_FIELD(poll.credentials), 0, 0},
    {"community-file", 0, "FILE", "file with SNMP communities, as of \"platen poll\"", ARGS_TEXT,
     RECORD_FIELD(poll.community_file), 0, 0},
    SECRETS_REFUSED_OPTIONS,
    {"version", 0, "1|2c|3|auto", "version of SNMP, as of \"platen poll\"", ARGS_TEXT,
     RECORD_FIELD(poll.version), 0, 0},
    {"config", 0, "FILE", "configuration (default: PLATEN_CONFIG, or none)", ARGS_TEXT,
     RECORD_FIELD(poll.config), 0, 0},
    {"timeout", 0, "TIME", "first wait for an answer (1s)", ARGS_DURATION,
     RECORD_FIELD(poll.timeout_ms), CONFIG_TIMEOUT_MS_MIN, CONFIG_TIMEOUT_MS_MAX},
    {"retries", 0, "N", "attempts after the first one (3)", ARGS_NUMBER, RECORD_FIELD(poll.retries),
     0, CONFIG_RETRIES_MAX},
    ARGS_HELP_OPTION,
};

const struct command cmd_record_command = {
    .name = "record",
    .summary = "record what a device tells, without naming anybody",
    .operands = "TARGET",
    .examples = {{"platen record 10.1.2.3 --out copier.snmprec", "a recording to send to us"},
                 {"platen record 10.1.2.3 | less", "what would be in it"},
                 {"platen profile test ricoh.yaml --recording copier.snmprec",
                  "what a profile makes of it"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "Walks through everything below mib-2 and enterprises and writes a .snmprec file of it, as "
        "snmpsim and platen-sim serve it. Names, places, addresses, serial numbers, MAC addresses, "
        "telephone numbers and e-mail addresses are replaced by others of the same form, the same "
        "one by the same everywhere; of other texts only words of the trade stay; network tables "
        "are left out. The recording gives the same model, meters, levels and alerts. What the "
        "vendor's profile tells to avoid is neither asked nor kept.\n\n"
        "Read the file before you send it: what a device tells in numbers is kept.\n\n"
        "Exit: 0 all well, 1 the device did not answer, or not to the end, 2 usage, 3 system.",
    .run = cmd_record,
};

struct record_run {
    const struct record_options *options;
    union wire_address address;
    bool is_given;
    struct credentials *credentials;
    struct profile_set profiles;
    struct walk walk;
    enum record_status status;
    int error;
    FILE *file;
    size_t lines;
};

static bool next_target(void *owner, union wire_address *address)
{
    struct record_run *run = owner;
    if (run->is_given) {
        return false;
    }
    run->is_given = true;
    *address = run->address;
    return true;
}

static bool recall(void *owner, const union wire_address *address, struct learned *learned)
{
    (void)owner;
    (void)address;
    (void)learned;
    return false;
}

static void ended(void *owner, const struct sweep_result *result)
{
    struct record_run *run = owner;
    run->status = result->header.status;
    run->error = result->header.error;
}

static int find_target(struct record_run *run, const struct args *args)
{
    struct targets targets;
    struct targets_cursor cursor = {0};
    struct target target;
    char message[512] = "";
    targets_init(&targets);
    int status = args->count == 1
                     ? targets_add(&targets, args->operands[0], message, sizeof(message))
                     : BASE_EUSAGE;
    if (status == 0) {
        status = targets_close(&targets, NULL, message, sizeof(message));
    }
    bool is_one =
        status == 0 && targets_count(&targets) == 1 && targets_next(&targets, &cursor, &target);
    if (is_one) {
        address_from_target(&target, &run->address);
    }
    targets_fini(&targets);
    return is_one ? COMMAND_OK
                  : command_complain(&cmd_record_command, COMMAND_USAGE, "%s",
                                     message[0] != '\0' ? message
                                                        : "name one device that has an address");
}

static void put_line(void *context, const char *line)
{
    struct record_run *run = context;
    fputs(line, run->file);
    run->lines++;
}

/* Writes what was walked. */
static int write_recording(struct record_run *run)
{
    struct varbinds list = walk_list(&run->walk);
    uint64_t secret;
    if (getrandom(&secret, sizeof(secret), 0) < 0) {
        return command_complain(&cmd_record_command, COMMAND_STORE, "no random numbers: %s",
                                strerror(errno));
    }
    run->file = run->options->out != NULL ? fopen(run->options->out, "we") : stdout;
    if (run->file == NULL) {
        return command_complain(&cmd_record_command, COMMAND_STORE, "%s: %s", run->options->out,
                                strerror(errno));
    }
    int status = sanitize(&list, run->walk.profile, secret, put_line, run);
    bool is_written = ferror(run->file) == 0;
    if (run->options->out != NULL) {
        is_written = fclose(run->file) == 0 && is_written;
    }
    if (status != 0 || !is_written) {
        return command_complain(&cmd_record_command, COMMAND_STORE,
                                "the recording is incomplete: %s",
                                status != 0 ? base_strerror(status) : "cannot write");
    }
    fprintf(stderr, "%zu objects read, %zu recorded%s.\n", list.count, run->lines,
            run->walk.is_cut ? "; the device was not read to the end" : "");
    return run->walk.is_cut ? COMMAND_FAILED : COMMAND_OK;
}

static int walk_device(struct record_run *run)
{
    const struct sweep_events events = {
        .owner = run, .next = next_target, .recall = recall, .ended = ended};
    struct sweep_loop runner;
    struct sweep_config config = {
        .engine = {.max_inflight = 16},
        .window = 1,
        .credentials = run->credentials,
        .profiles = &run->profiles,
        .walk = &run->walk,
        .is_full = true,
    };
    int exit_code = poll_start_engine(&cmd_record_command, &run->options->poll, &config);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    int status = sweep_loop_open(&runner, &config, &events);
    if (status != 0) {
        return command_complain(&cmd_record_command, COMMAND_STORE, "cannot open the sockets: %s",
                                base_strerror(status));
    }
    sweep_loop_run(&runner);
    sweep_loop_close(&runner);
    if (run->walk.count == 0) {
        return command_complain(&cmd_record_command, COMMAND_FAILED, "nothing was recorded: %s",
                                base_strerror(run->error != 0 ? run->error : BASE_ETIMEOUT));
    }
    return write_recording(run);
}

static void complain(void *context, const char *sentence)
{
    (void)context;
    (void)command_complain(&cmd_record_command, COMMAND_OK, "%s", sentence);
}

int cmd_record(int argc, char **argv)
{
    static const struct profiles_report report = {complain, NULL};
    static struct record_options options;
    static struct record_run run;
    struct args args;
    int exit_code = COMMAND_OK;
    poll_options_init(&options.poll);
    options.out = NULL;
    if (!command_open(&cmd_record_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    run = (struct record_run){.options = &options};
    exit_code = find_target(&run, &args);
    if (exit_code == COMMAND_OK) {
        exit_code = poll_options_load(&cmd_record_command, &options.poll, &run.credentials);
    }
    if (exit_code == COMMAND_OK && profiles_open(&run.profiles, &report) == -ENOMEM) {
        exit_code = command_complain(&cmd_record_command, COMMAND_STORE, "out of memory");
    }
    walk_init(&run.walk, &run.profiles);
    if (exit_code == COMMAND_OK) {
        exit_code = walk_device(&run);
    }
    walk_fini(&run.walk);
    profile_set_fini(&run.profiles);
    config_credentials_free(run.credentials);
    return command_close(&cmd_record_command, exit_code);
}
