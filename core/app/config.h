/*
 * The configuration: what is set by its file (--config FILE or PLATEN_CONFIG), what is overridden
 * by environment and options, and where each value comes from.
 *
 *   store: /var/lib/platen
 *   snmp:
 *     approved_only: false
 *     order: [3, 2c, 1]
 *     credentials_file: credentials.yaml
 *     credentials: []
 *     timeout: 1s
 *     retries: 3
 *     rate: 10000
 *     subnet_rate: 1000
 *     concurrency: 2048
 *   discovery:
 *     targets: [10.0.0.0/16, "@printers.txt"]
 *     exclude: [10.0.7.0/24]
 *     timeout: 300ms
 *     retries: 2
 *     concurrency: 8192
 *     others_after: 7d
 *     every: 24h            # or: at: "02:00"
 *   poll:
 *     every: 15m
 *     offline_every: 1h
 *     full_every: 24h
 *   scope:
 *     - {subnet: 10.0.9.0/24, scope: out}
 *
 * Every key may be left out. Relative paths count from the file that names them. Credentials are
 * read by config_credentials.h, the lists of discovery by config_discovery.h, scopes by
 * config_scope.h.
 */
#pragma once

#include <limits.h>

#include "core/app/config_report.h"
#include "core/app/config_yaml.h"
#include "core/app/secret_file.h"
#include "core/base/base.h"
#include "proto/pdu.h"

/* Bounds that options and file share. Packets a second: 0 = no limit. */
#define CONFIG_TIMEOUT_MS_MIN  10
#define CONFIG_TIMEOUT_MS_MAX  60000
#define CONFIG_RETRIES_MAX     10
#define CONFIG_RATE_MAX        1000000
#define CONFIG_CONCURRENCY_MAX 16384
/* Most addresses of a search wait for nobody: as many as the engine has slots. */
#define CONFIG_DISCOVERY_CONCURRENCY_MAX 65536
#define CONFIG_OTHERS_AFTER_MS_MAX       (INT64_C(366) * 24 * 60 * 60 * 1000)

enum config_key {
    CONFIG_STORE,
    CONFIG_APPROVED_ONLY,
    CONFIG_ORDER,
    CONFIG_CREDENTIALS_FILE,
    CONFIG_TIMEOUT,
    CONFIG_RETRIES,
    CONFIG_RATE,
    CONFIG_SUBNET_RATE,
    CONFIG_CONCURRENCY,
    CONFIG_DISCOVERY_TIMEOUT,
    CONFIG_DISCOVERY_RETRIES,
    CONFIG_DISCOVERY_CONCURRENCY,
    CONFIG_DISCOVERY_OTHERS_AFTER,
    CONFIG_DISCOVERY_EVERY,
    CONFIG_DISCOVERY_AT, /* minutes since midnight, -1 = by interval */
    CONFIG_POLL_EVERY,
    CONFIG_POLL_OFFLINE_EVERY,
    CONFIG_POLL_FULL_EVERY,
    CONFIG_EVENTS_LOW,
    CONFIG_EVENTS_SERVICE,
    CONFIG_EVENTS_EARLY,
    CONFIG_EVENTS_OFFLINE_AFTER,
    CONFIG_EVENTS_GONE_AFTER,
    CONFIG_REPLENISHMENT_LEAD,
    CONFIG_KEY_COUNT
};

/* One setting. */
struct config_value {
    int64_t number;   /* milliseconds of a time, 0 or 1 of a yes and no */
    const char *text; /* of paths: borrowed from the configuration or its caller; NULL = not set */
    const char *source; /* "default", a file, "PLATEN_STORE", "--store" */
    unsigned line;      /* in the file; 0 = no file */
};

/* A YAML file that has been read. */
struct config_file {
    char path[PATH_MAX]; /* "" = none */
    struct config_node *root;
    struct secret_file rights; /* who can read it; without the text */
    bool is_told;              /* that others can read the secrets in it has been reported */
};

struct config {
    struct config_file main;
    struct config_file list; /* of credentials, when they have a file of their own */
    struct config_value values[CONFIG_KEY_COUNT];
    enum pdu_version order[3]; /* versions that are used, the first one first */
    size_t order_count;        /* 0 = all, in the order of the list */
    char store[PATH_MAX];
    char credentials_file[PATH_MAX];
    /* Written by config_credentials_open, for showing. */
    bool uses_own_list;     /* snmp.credentials is in force */
    size_t community_count; /* communities from outside of the files of credentials */
    char community_origin[PATH_MAX];
};

/* Reads the configuration, or the defaults when there is no file. The caller closes it in any case.
 * option: --config, NULL when it was not given.
 * Returns: 0; BASE_EUSAGE after reporting what is wrong; -ENOMEM. */
BASE_MUST_CHECK int config_open(struct config *config, const char *option,
                                struct config_report *report);

/* Overwrites secrets, frees everything. */
void config_close(struct config *config);

/* Sets a value by an option or the environment. text: borrowed. source: static text. */
void config_set(struct config *config, enum config_key key, int64_t number, const char *text,
                const char *source);

/* Returns: what store_path_find takes as the option: the option itself, or what the file says when
 * neither option nor PLATEN_STORE do; NULL for the default place. */
const char *config_store(const struct config *config, const char *option);

/* "snmp.timeout"; static. */
const char *config_key_name(enum config_key key);

/* Writes a value as the file would have it; "" when it is not set. Returns: out. */
const char *config_value_text(const struct config *config, enum config_key key, char *out,
                              size_t cap);

/* Reads a YAML file, whoever can read it. Returns: as config_open; BASE_EUSAGE for an empty file,
 * too. */
BASE_MUST_CHECK int config_file_read(struct config_file *file, const char *path,
                                     struct config_report *report);

/* Reads "1", "2c", "3" and how else people write them ("v2c", "2", "SNMPv3").
 * Returns: false for others. */
bool config_version(const char *text, enum pdu_version *out);

/* "1", "2c", "3"; static. */
const char *config_version_name(enum pdu_version version);
