/*
 * The cryptography of the User-based Security Model: keys from passwords, message authentication,
 * privacy and comparison, on BoringSSL's primitives; the only file of proto that includes
 * BoringSSL. It knows algorithms and octets, nothing of messages, engines or users. Nothing here
 * allocates, logs or fails for a reason other than its arguments; secrets that it copies are
 * overwritten before it returns.
 * Sources: RFC 3414 sections 6-8 and appendix A (MD5, SHA, DES), RFC 7860 (SHA-2), RFC 3826
 * (AES-128), draft-blumenthal-aes-usm-04 and draft-reeder-snmpv3-usm-3desede-00 (longer keys).
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

/* Authentication protocols. The numbers are for this program only. */
enum usm_auth {
    USM_NO_AUTH,
    USM_MD5,    /* HMAC-MD5-96 */
    USM_SHA1,   /* HMAC-SHA-96 */
    USM_SHA224, /* HMAC128-SHA-224 */
    USM_SHA256, /* HMAC192-SHA-256 */
    USM_SHA384, /* HMAC256-SHA-384 */
    USM_SHA512, /* HMAC384-SHA-512 */
};

/* Privacy protocols. When the hash is shorter than the key, a key must be extended, and there are
 * two ways: Blumenthal's draft, and Reeder's, which Cisco and many printers use. With longer
 * hashes both give the same key. */
enum usm_priv {
    USM_NO_PRIV,
    USM_DES,    /* DES-CBC */
    USM_AES128, /* AES-CFB128 */
    USM_AES192, /* Blumenthal */
    USM_AES256, /* Blumenthal */
    USM_AES192_REEDER,
    USM_AES256_REEDER,
};

#define USM_KEY_MAX       64 /* octets of the longest authentication key (SHA-512) */
#define USM_TAG_MAX       48 /* octets of the longest msgAuthenticationParameters */
#define USM_CRYPT_KEY_MAX 32 /* octets of the longest privacy key; DES: key and pre-IV, 16 */
#define USM_SALT_BYTES    8  /* msgPrivacyParameters of all protocols */

/* Octets of a key, or of the tag on the wire; 0 for USM_NO_AUTH. */
size_t usm_key_size(enum usm_auth auth);
size_t usm_tag_size(enum usm_auth auth);
/* Octets of a privacy key with what belongs to it (DES: 8 of key, 8 of pre-IV). */
size_t usm_crypt_key_size(enum usm_priv priv);

/* "MD5", "SHA-1", "SHA-224", ...; "DES", "AES-128", "AES-192", "AES-256", and "AES-192-Reeder",
 * "AES-256-Reeder"; "none". Static storage. */
const char *usm_auth_name(enum usm_auth auth);
const char *usm_priv_name(enum usm_priv priv);

/* Says whether the protocol is one that approved_only lets pass: SHA family; AES, and of its longer
 * keys only those that need no extension by a draft, with a hash of the SHA family. USM_NO_AUTH
 * and USM_NO_PRIV are not. */
bool usm_auth_is_approved(enum usm_auth auth);
bool usm_priv_is_approved(enum usm_auth auth, enum usm_priv priv);

/* Makes the key Ku of a password: the digest of 1 MiB of it repeated (RFC 3414 A.2), 1 to 3 ms.
 * password: 1 octet at least (callers refuse less than 8). key: usm_key_size(auth) octets. */
void usm_password_key(enum usm_auth auth, struct bytes password, uint8_t *key);

/* Localises Ku to an engine (RFC 3414 2.6). key and out: usm_key_size(auth) octets; may be the
 * same. */
void usm_localise(enum usm_auth auth, const uint8_t *key, struct bytes engine_id, uint8_t *out);

/* Makes the privacy key from the localised key of the privacy password, extended as `priv` says.
 * Reeder's extension of a key that is too short takes as long as usm_password_key.
 * localised: usm_key_size(auth) octets; out: usm_crypt_key_size(priv) octets. */
void usm_crypt_key(enum usm_auth auth, enum usm_priv priv, const uint8_t *localised,
                   struct bytes engine_id, uint8_t *out);

/* A localised authentication key with the work of HMAC's two paddings done. No pointers inside. */
struct usm_mac {
    uint64_t inner[27]; /* a digest context of BoringSSL; SHA-512's is the longest */
    uint64_t outer[27];
    enum usm_auth auth;
};

/* auth: not USM_NO_AUTH. */
void usm_mac_init(struct usm_mac *mac, enum usm_auth auth, const uint8_t *localised);

/* Computes the tag over the pieces, one after another: usm_tag_size octets into `tag`. */
void usm_mac_tag(const struct usm_mac *mac, const struct bytes *pieces, size_t count, uint8_t *tag);

/* A privacy key with its schedule. No pointers inside. */
struct usm_cipher {
    uint64_t schedule[48];
    uint8_t pre_iv[8]; /* DES */
    enum usm_priv priv;
};

/* priv: not USM_NO_PRIV. crypt_key: usm_crypt_key_size(priv) octets. */
void usm_cipher_init(struct usm_cipher *cipher, enum usm_priv priv, const uint8_t *crypt_key);

/* Octets that `size` octets of plaintext take: DES pads to whole blocks of 8. */
size_t usm_encrypted_size(enum usm_priv priv, size_t size);

/* Encrypts plain.size octets into usm_encrypted_size octets; in place is allowed (out ==
 * plain.data), any other overlap is not. boots and time_s are those of the message (AES's IV), salt
 * its privacy parameters. */
void usm_encrypt(const struct usm_cipher *cipher, uint32_t boots, uint32_t time_s,
                 const uint8_t salt[USM_SALT_BYTES], struct bytes plain, uint8_t *out);

/* Decrypts into `out` of sealed.size octets; in place is allowed, any other overlap is not.
 * Returns: 0; BASE_EFORMAT when DES gets no whole blocks. Whether it was the right key shows in
 * the result only. */
BASE_MUST_CHECK int usm_decrypt(const struct usm_cipher *cipher, uint32_t boots, uint32_t time_s,
                                const uint8_t salt[USM_SALT_BYTES], struct bytes sealed,
                                uint8_t *out);

/* Compares in a time that does not depend on the octets. */
bool usm_equal(const uint8_t *a, const uint8_t *b, size_t size);

/* Overwrites a secret so that no compiler leaves it out. */
void usm_forget(void *secret, size_t size);
