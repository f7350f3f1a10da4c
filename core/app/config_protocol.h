/*
 * The names of SNMPv3's protocols as people write them: "SHA", "sha-256", "SHA2-256", "AES128",
 * "AES-256-C". Upper and lower case, hyphens, underscores and blanks do not count.
 */
#pragma once

#include "core/base/base.h"
#include "proto/usm_crypto.h"

/* Reads the name of an authentication protocol. *hint: on failure the nearest known name, or NULL.
 * Returns: 0; BASE_EUSAGE. */
BASE_MUST_CHECK int config_protocol_auth(const char *text, enum usm_auth *out, const char **hint);

/* Reads the name of a privacy protocol.
 * *is_open: set when its key may be extended in two ways and the name does not say in which; then
 * *out is Blumenthal's. *hint: as config_protocol_auth.
 * Returns: 0; BASE_EUSAGE. */
BASE_MUST_CHECK int config_protocol_priv(const char *text, enum usm_priv *out, bool *is_open,
                                         const char **hint);

/* Says whether the hash is shorter than the key, so that the way of extending it matters. */
bool config_protocol_is_extended(enum usm_auth auth, enum usm_priv priv);

/* The same protocol with the other extension: Reeder's for Blumenthal's. */
enum usm_priv config_protocol_reeder(enum usm_priv priv);
