/*
 * The TLS library below the uplink: which one it is, and whether it works here. Connections, and
 * the rules for certificates, are not in this file.
 */
#pragma once

#include "core/base/base.h"

/* Returns the name and API version of the TLS library, such as "BoringSSL API 19", for
 * `platen --version`. The string lives as long as the process. */
const char *tls_library(void);

/* Checks that the cryptography linked in computes what it must: SHA-256 of "abc" (FIPS 180-4, its
 * published example), and a client context that accepts TLS 1.2 (RFC 5246) and newer and nothing
 * older. Meant for the start of a process, before anything is trusted to it; takes microseconds.
 * Returns 0, BASE_ECHECKSUM when the digest is wrong, BASE_EVERSION when the lower bound does not
 * hold, -ENOMEM when no context can be made. */
BASE_MUST_CHECK int tls_self_check(void);
