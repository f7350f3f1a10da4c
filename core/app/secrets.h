/*
 * SNMP communities: from a file that only its owner can read, or from the environment; never from
 * the command line, where every user of the machine sees them. They are printed nowhere, also not
 * in messages about them.
 */
#pragma once

#include "core/base/base.h"

/* Enough for a fleet that changes its community; each is tried in turn. */
#define SECRETS_COMMUNITIES_MAX 8
/* The message must fit in a datagram with room for questions; devices take 32 to 64. */
#define SECRETS_COMMUNITY_MAX 128

/* What the help says for the option --community. */
#define SECRETS_COMMUNITY_REFUSAL                                                                  \
    "a community on the command line is seen by every user of this machine; put it in a file "     \
    "that only you can read (chmod 600) and name that with --community-file FILE, or set "         \
    "PLATEN_COMMUNITY"

/* What the help says for --password and its like. */
#define SECRETS_PASSWORD_REFUSAL                                                                   \
    "a password on the command line is seen by every user of this machine; write it into a file "  \
    "of credentials that only you can read (chmod 600) and name that with --credentials FILE.yaml"

/* The rows of option tables that refuse what other programs take, net-snmp's letters included. */
#define SECRETS_REFUSED_OPTION(name, letter, placeholder, why)                                     \
    {                                                                                              \
        name, letter, placeholder, why, ARGS_REFUSED, 0, 0, 0                                      \
    }
#define SECRETS_REFUSED_OPTIONS                                                                    \
    SECRETS_REFUSED_OPTION("community", 'c', "NAME", SECRETS_COMMUNITY_REFUSAL),                   \
        SECRETS_REFUSED_OPTION("password", 0, "TEXT", SECRETS_PASSWORD_REFUSAL),                   \
        SECRETS_REFUSED_OPTION("auth-password", 'A', "TEXT", SECRETS_PASSWORD_REFUSAL),            \
        SECRETS_REFUSED_OPTION("priv-password", 'X', "TEXT", SECRETS_PASSWORD_REFUSAL)

struct secrets {
    char communities[SECRETS_COMMUNITIES_MAX][SECRETS_COMMUNITY_MAX + 1];
    size_t count;       /* at least 1; the first is the default */
    const char *origin; /* for messages: the file, "PLATEN_COMMUNITY", "the default" */
};

/* Loads the communities: from `file` when it is not NULL, else from PLATEN_COMMUNITY, else the one
 * community "public" that devices come with.
 * A file may be named "credential:NAME" (see secret_file.h). It holds one a line; blank lines and
 * lines that begin with # are skipped; blanks inside belong to the community, those around it do
 * not. It must be a regular file of the caller or of root that group and others cannot read.
 * message: message_cap bytes that get one English sentence on failure: what is wrong and how to
 * mend it.
 * Returns: 0; BASE_EUSAGE (rights, owner, no community, too long, too many); -errno. */
BASE_MUST_CHECK int secrets_load(const char *file, struct secrets *out, char *message,
                                 size_t message_cap);

/* Overwrites the secrets in memory. */
void secrets_clear(struct secrets *secrets);
