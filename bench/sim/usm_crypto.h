/*
 * The cryptography of SNMPv3's User-based Security Model, by nettle: passwords to keys, tags and
 * privacy. An implementation of its own, so that an error of the product's cannot hide behind it.
 *
 * A password becomes Ku once (a megabyte of hashing, some milliseconds), Ku becomes the key of one
 * engine (sim_usm_key_make, below 1 us; Reeder's extension hashes another megabyte). A made key
 * holds the two started HMAC states and the expanded cipher key, so a message costs its bytes only.
 *
 * Sources: RFC 3414 (MD5, SHA, DES), RFC 7860 (SHA-2), RFC 3826 (AES-128); draft-blumenthal-aes-usm
 * and draft-reeder-snmpv3-usm-3desede for the key extensions of AES-192 and AES-256.
 */
#pragma once

#include <nettle/aes.h>
#include <nettle/des.h>
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "bench/sim/request.h"

enum sim_usm_auth {
    SIM_USM_AUTH_NONE,
    SIM_USM_AUTH_MD5,
    SIM_USM_AUTH_SHA,
    SIM_USM_AUTH_SHA224,
    SIM_USM_AUTH_SHA256,
    SIM_USM_AUTH_SHA384,
    SIM_USM_AUTH_SHA512,
};

enum sim_usm_priv {
    SIM_USM_PRIV_NONE,
    SIM_USM_PRIV_DES,
    SIM_USM_PRIV_AES,
    SIM_USM_PRIV_AES192,
    SIM_USM_PRIV_AES256,
    SIM_USM_PRIV_AES192C, /* C: extended as Reeder and Cisco do, not Blumenthal */
    SIM_USM_PRIV_AES256C,
};

/* Bytes of the longest Ku, localised key or digest. */
#define SIM_USM_KEY_MAX 64u

/* Bytes of the longest tag (usmHMAC384SHA512). */
#define SIM_USM_TAG_MAX 48u

/* Bytes of msgPrivacyParameters, for all ciphers. */
#define SIM_USM_SALT_BYTES 8u

/* RFC 3411's limits of an engine id, in bytes. */
#define SIM_USM_ENGINE_MIN 5u
#define SIM_USM_ENGINE_MAX 32u

union sim_usm_hash {
    struct md5_ctx md5;
    struct sha1_ctx sha1;
    struct sha256_ctx sha256;
    struct sha512_ctx sha512;
};

union sim_usm_cipher {
    struct des_ctx des;
    struct aes128_ctx aes128;
    struct aes192_ctx aes192;
    struct aes256_ctx aes256;
};

/* Everything of one user on one engine. Plain bytes: copied and compared freely. */
struct sim_usm_key {
    enum sim_usm_auth auth;
    enum sim_usm_priv priv;
    union sim_usm_hash inner; /* after the first block of HMAC */
    union sim_usm_hash outer;
    union sim_usm_cipher cipher;
    uint8_t pre_iv[8]; /* of DES */
};

/* Returns: the protocol of that name (md5, sha, sha224 ..; des, aes, aes192, .., aes256c), or NONE
 * when there is none. Names are in lower case. */
enum sim_usm_auth sim_usm_auth_find(const char *name, size_t length);
enum sim_usm_priv sim_usm_priv_find(const char *name, size_t length);

/* Bytes of msgAuthenticationParameters; 0 for NONE. */
size_t sim_usm_auth_tag_bytes(enum sim_usm_auth auth);

/* Turns n bytes (1..) of a password into Ku (RFC 3414 A.2). */
void sim_usm_expand(enum sim_usm_auth auth, const uint8_t *password, size_t n, uint8_t *ku);

/* Turns Ku into the key of one engine (RFC 3414 section 2.6). */
void sim_usm_localise(enum sim_usm_auth auth, const uint8_t *ku, struct sim_slice engine,
                      uint8_t *kul);

/* Lengthens the localised key in key (SIM_USM_KEY_MAX bytes, the first of them filled) to what the
 * cipher needs. */
void sim_usm_extend(enum sim_usm_auth auth, enum sim_usm_priv priv, struct sim_slice engine,
                    uint8_t *key);

/* Makes the key of an engine out of the two Ku; priv_ku is not looked at for PRIV_NONE. */
void sim_usm_key_make(struct sim_usm_key *key, enum sim_usm_auth auth, const uint8_t *auth_ku,
                      enum sim_usm_priv priv, const uint8_t *priv_ku, struct sim_slice engine);

/* Computes the tag of the concatenated parts, sim_usm_auth_tag_bytes long. */
void sim_usm_tag(const struct sim_usm_key *key, const struct sim_slice *parts, size_t count,
                 uint8_t tag[SIM_USM_TAG_MAX]);

/* Boots, time and salt of a message: what its cipher starts from. */
struct sim_usm_start {
    uint32_t boots;
    uint32_t time;
    uint8_t salt[SIM_USM_SALT_BYTES];
};

/* Writes the initialisation vector of a message: AES_BLOCK_SIZE bytes, or eight for DES. */
void sim_usm_iv(const struct sim_usm_key *key, const struct sim_usm_start *start, uint8_t *iv);

/* Encrypts n bytes in place; for DES n is a multiple of eight. */
void sim_usm_encrypt(const struct sim_usm_key *key, const struct sim_usm_start *start,
                     uint8_t *bytes, size_t n);

/* Decrypts into out, which may not overlap. Returns: false when DES cannot have made the length. */
SIM_MUST_CHECK bool sim_usm_decrypt(const struct sim_usm_key *key,
                                    const struct sim_usm_start *start, struct sim_slice in,
                                    uint8_t *out);
