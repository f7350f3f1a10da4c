/*
 * SHA-256 over a few runs of bytes, on BoringSSL: what seals the meter ledger. Nothing here
 * allocates or fails. Source: FIPS 180-4.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

#define DIGEST_BYTES 32

/* Writes the digest of the parts, one behind the other as if they were one run. out: DIGEST_BYTES
 * octets; may lie in none of the parts. */
void digest_sha256(const struct bytes *parts, size_t count, uint8_t *out);
