/*
 * The list of credentials that a command works with, from all places that may give some, in the
 * order of trying:
 *
 *   1. the file of --credentials; without that option snmp.credentials, then snmp.credentials_file
 *   2. the communities of --community-file, or PLATEN_COMMUNITY, each as v2c and v1
 *   3. when there is none of these: the community "public", as devices come
 *
 * snmp.order, when it is set, sorts them by version and leaves out the versions that it does not
 * name; snmp.approved_only refuses what is not approved. Once real secrets are loaded, the process
 * is guarded (secret_guard.h).
 */
#pragma once

#include "core/app/config.h"
#include "core/base/base.h"
#include "core/fleet/credential.h"

/* What the options say; NULL and 0 = nothing. */
struct config_credential_options {
    const char *credentials_file;
    const char *community_file;
    unsigned uses; /* CONFIG_USES_* of --version; 0 = all */
};

/* Makes the list.
 * *out: to be freed by config_credentials_free; NULL on failure. config: its tree of the
 * credentials' file is kept until config_close.
 * Returns: 0; BASE_EUSAGE after reporting what is wrong; -ENOMEM, reported. */
BASE_MUST_CHECK int config_credentials_open(struct config *config,
                                            const struct config_credential_options *options,
                                            struct config_report *report, struct credentials **out);

/* Overwrites and frees the list. NULL is allowed. */
void config_credentials_free(struct credentials *list);
