/*
 * What the files of sanitizing share; nobody else includes this.
 */
#pragma once

#include "proto/sanitize.h"

#define SANITIZE_SECRETS_MAX 512
/* Longer values are cut: no text of a device that matters is. */
#define SANITIZE_VALUE_MAX 4096

/* What must not appear anywhere: as the device says it. */
struct sanitize_secret {
    struct bytes text;
};

struct sanitizer {
    uint64_t key;
    const struct profile *profile;
    struct sanitize_secret secrets[SANITIZE_SECRETS_MAX];
    size_t secret_count;
    uint8_t pool[32768]; /* of texts that are made: addresses as they may be written */
    size_t pool_size;
};

/* sanitize_text.c */
/* Returns: a text without what stands around it: controls, blanks, dots at its end. */
struct bytes sanitize_core(struct bytes text);
/* Remembers a text of four octets or more as a secret. */
void sanitize_add_secret(struct sanitizer *sanitizer, struct bytes text);
/* Remembers the ways in which a MAC address and an IPv4 address may be written. */
void sanitize_add_mac(struct sanitizer *sanitizer, const uint8_t mac[6]);
void sanitize_add_address(struct sanitizer *sanitizer, const uint8_t address[4]);
/* Says whether the octets hold a secret, whatever the case of its letters. */
bool sanitize_holds_secret(const struct sanitizer *sanitizer, struct bytes octets);
/* Replaces letters by letters and digits by digits; `size` octets in place. */
void sanitize_scramble(const struct sanitizer *sanitizer, uint8_t *text, size_t size);
/* A text of SANITIZE_VALUE_MAX octets at most that stays, less the secrets, addresses, numbers of
 * people and machines inside it. */
void sanitize_known(const struct sanitizer *sanitizer, uint8_t *text, size_t size);
/* A text of which only words of the trade and short numbers stay. */
void sanitize_unknown(const struct sanitizer *sanitizer, uint8_t *text, size_t size);
/* Octets that are no text: others of the same number. */
void sanitize_octets(const struct sanitizer *sanitizer, uint8_t *octets, size_t size);
/* A MAC address of the same vendor; an IPv4 address of the range for benchmarks (RFC 2544). */
void sanitize_mac(const struct sanitizer *sanitizer, uint8_t mac[6]);
void sanitize_address(const struct sanitizer *sanitizer, uint8_t address[4]);
