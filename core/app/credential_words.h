/*
 * Words for how a device is asked: the version of SNMP, the security level, and the sentence of an
 * error that a credential is to blame for. Knows credentials by name only.
 */
#pragma once

#include "core/fleet/rows.h"

/* Room for credential_words_error's longest sentence. */
#define CREDENTIAL_WORDS_MAX 512

/* Returns: "1", "2c", "3"; NULL for a version that does not exist. Static storage. */
const char *credential_words_version(uint8_t version);

/* Returns: "noAuthNoPriv", "authNoPriv", "authPriv"; NULL for a community. Static storage. */
const char *credential_words_level(uint8_t rank);

/* Writes the sentence of an error, with the credential's name when it is to blame.
 * access: how the device was asked, NULL = not known. out: cap bytes. Returns: out. */
const char *credential_words_error(int error, const struct rows_access *access, char *out,
                                   size_t cap);
