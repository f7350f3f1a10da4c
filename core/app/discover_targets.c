#include "core/app/discover_targets.h"

#include <stdio.h>
#include <string.h>

#include "core/app/config_discovery.h"
#include "core/app/csv_file.h"

#define MESSAGE_MAX 1024

static const char *const address_names[] = {"address",   "ip",           "ip address", "ip addr",
                                            "ipv4",      "ipv4 address", "host",       "hostname",
                                            "host name", "fqdn",         "dns name",   "target"};

/* Adds the addresses of a CSV file: the column that its header names, else the first. */
static int import(struct targets *list, const char *path, char *message)
{
    static struct csv_file csv;
    char reason[512];
    int status = csv_file_open(&csv, path, address_names, BASE_ARRAY_COUNT(address_names), message,
                               MESSAGE_MAX);
    if (status != 0) {
        return status;
    }
    int column = csv_file_column(&csv, address_names, BASE_ARRAY_COUNT(address_names));
    column = column < 0 ? 0 : column;
    int step = 0;
    while (status == 0 && (step = csv_file_next(&csv)) == 1) {
        const char *text = csv_file_field(&csv, column);
        if (text[0] == '\0') {
            continue;
        }
        status = text[0] == '@' ? BASE_EUSAGE : targets_add(list, text, reason, sizeof(reason));
        if (status != 0) {
            base_fail(status, message, MESSAGE_MAX, "%s:%lu: %s", csv.name, csv.line,
                      text[0] == '@' ? "a file cannot name another file" : reason);
        }
    }
    csv_file_close(&csv);
    return status != 0 ? status : step;
}

/* Takes out what options and configuration exclude. */
static int exclude(struct discover_targets *out, const struct discover_options *options,
                   const struct config *config, char *message)
{
    static struct config_report report;
    struct targets excluded;
    targets_init(&excluded);
    excluded.is_for_excluding = true;
    memset(&report, 0, sizeof(report));
    int status = config_discovery_exclude(config, &excluded, &report);
    if (status != 0) {
        base_fail(status, message, MESSAGE_MAX, "%s", report.text);
    }
    for (size_t i = 0; i < options->exclude.count && status == 0; i++) {
        status = targets_add(&excluded, options->exclude.items[i], message, MESSAGE_MAX);
    }
    if (status == 0) {
        status = targets_close(&excluded, NULL, message, MESSAGE_MAX);
    }
    size_t failures = 0;
    if (status == 0 && targets_failures(&excluded, &failures) != NULL && failures > 0) {
        /* Whoever is excluded by a name that leads nowhere would be asked. */
        status = base_fail(BASE_EUSAGE, message, MESSAGE_MAX,
                           "the excluded host name \"%s\" has no address",
                           targets_failures(&excluded, &failures)->text);
    }
    uint64_t before = status == 0 ? targets_count(&out->list) : 0;
    if (status == 0) {
        status = targets_exclude(&out->list, &excluded);
    }
    if (status == 0) {
        out->excluded = before - targets_count(&out->list);
    }
    targets_fini(&excluded);
    return status;
}

static int collect(struct discover_targets *out, const struct discover_options *options,
                   const struct args *args, const struct config *config, char *message)
{
    static struct config_report report;
    int status = 0;
    for (int i = 0; i < args->count && status == 0; i++) {
        status = targets_add(&out->list, args->operands[i], message, MESSAGE_MAX);
    }
    if (status == 0 && options->import != NULL) {
        status = import(&out->list, options->import, message);
    }
    if (status == 0 && args->count == 0 && options->import == NULL) {
        memset(&report, 0, sizeof(report));
        status = config_discovery_targets(config, &out->list, &report);
        if (status != 0) {
            base_fail(status, message, MESSAGE_MAX, "%s", report.text);
        } else if (out->list.range_count + out->list.name_count == 0) {
            status = base_fail(BASE_EUSAGE, message, MESSAGE_MAX,
                               "say where to look: a network, a range, @FILE, --import FILE.csv, "
                               "or discovery.targets in the configuration");
        }
    }
    return status == 0 ? targets_close(&out->list, NULL, message, MESSAGE_MAX) : status;
}

int discover_targets_open(const struct command *command, const struct discover_options *options,
                          const struct args *args, const struct config *config,
                          struct discover_targets *out)
{
    char message[MESSAGE_MAX] = "out of memory for the targets";
    *out = (struct discover_targets){0};
    targets_init(&out->list);
    int status = collect(out, options, args, config, message);
    status = status == 0 ? exclude(out, options, config, message) : status;
    if (status != 0) {
        return command_complain(command, COMMAND_USAGE, "%s", message);
    }
    size_t count = 0;
    const struct targets_name *names = targets_failures(&out->list, &count);
    for (size_t i = 0; i < count; i++) {
        fprintf(stderr, "platen %s: %s: %s\n", command->name, names[i].text,
                targets_name_error(&names[i]));
    }
    out->unresolved = count;
    return COMMAND_OK;
}

void discover_targets_close(struct discover_targets *targets)
{
    targets_fini(&targets->list);
}
