#include "core/app/config_credentials.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/app/config_credential.h"
#include "core/app/config_read.h"
#include "core/app/secret_guard.h"
#include "core/app/secrets.h"

/* One list on its way. */
struct loader {
    struct config *config;
    const struct config_credential_options *options;
    struct config_report *report;
    struct config_secret_keys *keys;
    struct credentials *out;
    unsigned uses;
    bool has_sources; /* somebody named credentials, so that "public" is not tried */
};

/* Somebody named credentials: from now on there is something to guard. */
static void note_source(struct loader *loader)
{
    loader->has_sources = true;
    secret_guard_process();
}

static unsigned use_of(enum pdu_version version)
{
    return version == PDU_V3    ? CONFIG_USES_V3
           : version == PDU_V2C ? CONFIG_USES_V2C
                                : CONFIG_USES_V1;
}

/* The versions that options and configuration leave. */
static unsigned uses_of(const struct config *config,
                        const struct config_credential_options *options)
{
    unsigned uses = config->order_count == 0 ? CONFIG_USES_ALL : 0;
    for (size_t i = 0; i < config->order_count; i++) {
        uses |= use_of(config->order[i]);
    }
    /* An option wins over the configuration. */
    return options->uses != 0 ? options->uses : uses;
}

static void add_list(struct loader *loader, struct config_file *file,
                     const struct config_node *list)
{
    const struct config_binder binder = {
        .place = {file->path, loader->report},
        .file = file,
        .is_approved_only = loader->config->values[CONFIG_APPROVED_ONLY].number != 0,
        .uses = loader->uses,
        .keys = loader->keys,
        .out = loader->out};
    note_source(loader);
    if (list->kind != CONFIG_LIST) {
        (void)config_report_add(loader->report, file->path, list->line,
                                "credentials is a list, one \"- name: ...\" for each");
        return;
    }
    for (const struct config_node *node = list->child; node != NULL; node = node->next) {
        config_credential_add(&binder, node);
    }
}

/* Adds the credentials of a file of their own. */
static void add_file(struct loader *loader, const char *named)
{
    static const char *const keys[] = {"credentials"};
    char path[PATH_MAX];
    char message[512] = "";
    struct config_file *file = &loader->config->list;
    const struct config_place place = {file->path, loader->report};
    note_source(loader);
    if (secret_file_locate(named, NULL, path, sizeof(path),
                           (struct secret_message){message, sizeof(message)}) != 0) {
        (void)config_report_add(loader->report, NULL, 0, "%s", message);
        return;
    }
    if (config_file_read(file, path, loader->report) != 0 ||
        !config_read_map(&place, file->root, "a file of credentials", keys,
                         BASE_ARRAY_COUNT(keys))) {
        return;
    }
    const struct config_node *list = config_yaml_get(file->root, "credentials");
    if (list == NULL || (list->kind == CONFIG_LIST && list->count == 0) ||
        config_yaml_is_null(list)) {
        (void)config_report_add(loader->report, file->path, file->root->line,
                                "it holds no credentials; begin with \"credentials:\" and list "
                                "them below, each with \"- name: ...\"");
        return;
    }
    add_list(loader, file, list);
}

static void add_community(struct loader *loader, const struct secrets *secrets, size_t index)
{
    char name[32] = "community";
    const char *text = secrets->communities[index];
    if (index > 0) {
        snprintf(name, sizeof(name), "community-%zu", index + 1);
    }
    int status = credentials_add_community(loader->out, name, bytes_from_text(text),
                                           (loader->uses & CONFIG_USES_V2C) != 0,
                                           (loader->uses & CONFIG_USES_V1) != 0);
    if (status == BASE_EEXISTS) {
        (void)config_report_add(loader->report, secrets->origin, 0,
                                "the name \"%s\" is taken by a credential of the file; rename that",
                                name);
    } else if (status != 0) {
        (void)config_report_add(loader->report, secrets->origin, 0, "more than %d credentials",
                                CREDENTIALS_MAX);
    }
}

/* Adds the communities that are given without a file of credentials. */
static void add_communities(struct loader *loader)
{
    char message[512] = "";
    struct secrets secrets;
    const char *variable = getenv("PLATEN_COMMUNITY");
    bool is_given =
        loader->options->community_file != NULL || (variable != NULL && variable[0] != '\0');
    bool is_approved_only = loader->config->values[CONFIG_APPROVED_ONLY].number != 0;
    if (!is_given && (loader->has_sources || is_approved_only)) {
        return;
    }
    if (is_given) {
        note_source(loader);
    }
    if (secrets_load(loader->options->community_file, &secrets, message, sizeof(message)) != 0) {
        (void)config_report_add(loader->report, NULL, 0, "%s", message);
        return;
    }
    if (is_approved_only) {
        (void)config_report_add(loader->report, secrets.origin, 0,
                                "approved_only refuses the communities: SNMP versions 1 and 2c "
                                "have no approved algorithms; use --credentials with version 3");
    }
    for (size_t i = 0; !is_approved_only && i < secrets.count; i++) {
        add_community(loader, &secrets, i);
    }
    loader->config->community_count = secrets.count;
    snprintf(loader->config->community_origin, sizeof(loader->config->community_origin), "%s",
             is_given ? secrets.origin : "default");
    secrets_clear(&secrets);
}

/* Sorts the credentials by snmp.order; those of one version keep their order. */
static int sort(struct loader *loader)
{
    const struct config *config = loader->config;
    struct credentials *list = loader->out;
    if (config->order_count == 0) {
        return 0;
    }
    struct credentials *sorted = secret_guard_new(sizeof(*sorted));
    if (sorted == NULL) {
        return -ENOMEM;
    }
    for (unsigned uses = CONFIG_USES_ALL, at = 0; uses != 0; at++) {
        /* What the order does not name comes last: --version asked for it. */
        unsigned use = at < config->order_count ? use_of(config->order[at]) : uses;
        for (size_t i = 0; i < list->count; i++) {
            if ((use_of(list->items[i].version) & use) != 0) {
                sorted->items[sorted->count++] = list->items[i];
            }
        }
        uses &= ~use;
    }
    memcpy(list->items, sorted->items, sizeof(list->items));
    secret_guard_free(sorted, sizeof(*sorted));
    return 0;
}

static void report_none(const struct loader *loader)
{
    const char *which = loader->uses == CONFIG_USES_V3    ? "SNMP version 3"
                        : loader->uses == CONFIG_USES_ALL ? "any version"
                                                          : "the versions asked for";
    (void)config_report_add(loader->report, NULL, 0,
                            "there are no credentials for %s; name a file that has some with "
                            "--credentials FILE.yaml, or communities with --community-file FILE",
                            which);
}

static int load(struct loader *loader)
{
    const struct config_node *snmp = config_yaml_get(loader->config->main.root, "snmp");
    const struct config_node *list = config_yaml_get(snmp, "credentials");
    const char *file = loader->config->values[CONFIG_CREDENTIALS_FILE].text;
    unsigned before = loader->report->count;
    if (loader->options->credentials_file != NULL) {
        add_file(loader, loader->options->credentials_file);
    } else {
        if (list != NULL && !config_yaml_is_null(list)) {
            loader->config->uses_own_list = true;
            add_list(loader, &loader->config->main, list);
        }
        if (file != NULL) {
            add_file(loader, file);
        }
    }
    add_communities(loader);
    if (loader->report->count == before && loader->out->count == 0) {
        report_none(loader);
    }
    if (loader->report->count != before) {
        return BASE_EUSAGE;
    }
    int status = sort(loader);
    if (status != 0) {
        (void)config_report_add(loader->report, NULL, 0, "out of memory");
    }
    return status;
}

int config_credentials_open(struct config *config, const struct config_credential_options *options,
                            struct config_report *report, struct credentials **out)
{
    struct loader loader = {.config = config,
                            .options = options,
                            .report = report,
                            .keys = secret_guard_new(sizeof(struct config_secret_keys)),
                            .out = secret_guard_new(sizeof(struct credentials)),
                            .uses = uses_of(config, options)};
    int status = -ENOMEM;
    *out = NULL;
    if (loader.keys == NULL || loader.out == NULL) {
        (void)config_report_add(report, NULL, 0, "out of memory");
    } else {
        status = load(&loader);
    }
    secret_guard_free(loader.keys, sizeof(struct config_secret_keys));
    if (status != 0) {
        config_credentials_free(loader.out);
        return status;
    }
    *out = loader.out;
    return 0;
}

void config_credentials_free(struct credentials *list)
{
    secret_guard_free(list, sizeof(*list));
}
