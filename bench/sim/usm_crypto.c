#include "bench/sim/usm_crypto.h"

#include <nettle/cbc.h>
#include <nettle/cfb.h>
#include <nettle/hmac.h>
#include <nettle/nettle-meta.h>
#include <string.h>

/* Bytes that a password is stretched to. */
#define STRETCH_BYTES 1048576u

struct auth_row {
    const char *name;
    const struct nettle_hash *hash;
    size_t tag_bytes;
};

static const struct auth_row auths[] = {
    [SIM_USM_AUTH_NONE] = {"", NULL, 0},
    [SIM_USM_AUTH_MD5] = {"md5", &nettle_md5, 12},
    [SIM_USM_AUTH_SHA] = {"sha", &nettle_sha1, 12},
    [SIM_USM_AUTH_SHA224] = {"sha224", &nettle_sha224, 16},
    [SIM_USM_AUTH_SHA256] = {"sha256", &nettle_sha256, 24},
    [SIM_USM_AUTH_SHA384] = {"sha384", &nettle_sha384, 32},
    [SIM_USM_AUTH_SHA512] = {"sha512", &nettle_sha512, 48},
};

struct priv_row {
    const char *name;
    size_t key_bytes;
};

static const struct priv_row privs[] = {
    [SIM_USM_PRIV_NONE] = {"", 0},
    [SIM_USM_PRIV_DES] = {"des", 16},
    [SIM_USM_PRIV_AES] = {"aes", 16},
    [SIM_USM_PRIV_AES192] = {"aes192", 24},
    [SIM_USM_PRIV_AES256] = {"aes256", 32},
    [SIM_USM_PRIV_AES192C] = {"aes192c", 24},
    [SIM_USM_PRIV_AES256C] = {"aes256c", 32},
};

static bool is_name(const char *name, const char *wanted, size_t length)
{
    return strlen(name) == length && memcmp(name, wanted, length) == 0;
}

enum sim_usm_auth sim_usm_auth_find(const char *name, size_t length)
{
    unsigned i = SIM_USM_AUTH_SHA512;

    while (i > SIM_USM_AUTH_NONE && !is_name(auths[i].name, name, length)) {
        i--;
    }
    return (enum sim_usm_auth)i;
}

enum sim_usm_priv sim_usm_priv_find(const char *name, size_t length)
{
    unsigned i = SIM_USM_PRIV_AES256C;

    while (i > SIM_USM_PRIV_NONE && !is_name(privs[i].name, name, length)) {
        i--;
    }
    return (enum sim_usm_priv)i;
}

size_t sim_usm_auth_tag_bytes(enum sim_usm_auth auth)
{
    return auths[auth].tag_bytes;
}

/* ---- keys ---- */

void sim_usm_expand(enum sim_usm_auth auth, const uint8_t *password, size_t n, uint8_t *ku)
{
    const struct nettle_hash *hash = auths[auth].hash;
    union sim_usm_hash state;
    uint8_t block[64];
    size_t at = 0;

    hash->init(&state);
    for (size_t done = 0; done < STRETCH_BYTES; done += sizeof(block)) {
        for (size_t i = 0; i < sizeof(block); i++) {
            block[i] = password[at++];
            at = at == n ? 0 : at;
        }
        hash->update(&state, sizeof(block), block);
    }
    hash->digest(&state, hash->digest_size, ku);
}

void sim_usm_localise(enum sim_usm_auth auth, const uint8_t *ku, struct sim_slice engine,
                      uint8_t *kul)
{
    const struct nettle_hash *hash = auths[auth].hash;
    union sim_usm_hash state;

    hash->init(&state);
    hash->update(&state, hash->digest_size, ku);
    hash->update(&state, engine.length, engine.bytes);
    hash->update(&state, hash->digest_size, ku);
    hash->digest(&state, hash->digest_size, kul);
}

static bool is_reeder(enum sim_usm_priv priv)
{
    return priv == SIM_USM_PRIV_AES192C || priv == SIM_USM_PRIV_AES256C;
}

void sim_usm_extend(enum sim_usm_auth auth, enum sim_usm_priv priv, struct sim_slice engine,
                    uint8_t *key)
{
    const struct nettle_hash *hash = auths[auth].hash;
    size_t have = hash->digest_size;

    while (have < privs[priv].key_bytes) {
        uint8_t more[SIM_USM_KEY_MAX];
        size_t room = SIM_USM_KEY_MAX - have;

        if (is_reeder(priv)) {
            uint8_t ku[SIM_USM_KEY_MAX];

            sim_usm_expand(auth, key + have - hash->digest_size, hash->digest_size, ku);
            sim_usm_localise(auth, ku, engine, more);
        } else {
            union sim_usm_hash state;

            hash->init(&state);
            hash->update(&state, have, key);
            hash->digest(&state, hash->digest_size, more);
        }
        room = room < hash->digest_size ? room : hash->digest_size;
        memcpy(key + have, more, room);
        have += room;
    }
}

static void set_cipher(struct sim_usm_key *key, const uint8_t *bytes)
{
    switch (key->priv) {
    case SIM_USM_PRIV_NONE:
        break;
    case SIM_USM_PRIV_DES:
        /* A weak key works as well as any, for a simulator. */
        (void)des_set_key(&key->cipher.des, bytes);
        memcpy(key->pre_iv, bytes + 8, sizeof(key->pre_iv));
        break;
    case SIM_USM_PRIV_AES:
        aes128_set_encrypt_key(&key->cipher.aes128, bytes);
        break;
    case SIM_USM_PRIV_AES192:
    case SIM_USM_PRIV_AES192C:
        aes192_set_encrypt_key(&key->cipher.aes192, bytes);
        break;
    case SIM_USM_PRIV_AES256:
    case SIM_USM_PRIV_AES256C:
        aes256_set_encrypt_key(&key->cipher.aes256, bytes);
        break;
    }
}

void sim_usm_key_make(struct sim_usm_key *key, enum sim_usm_auth auth, const uint8_t *auth_ku,
                      enum sim_usm_priv priv, const uint8_t *priv_ku, struct sim_slice engine)
{
    uint8_t kul[SIM_USM_KEY_MAX];
    union sim_usm_hash spare;

    memset(key, 0, sizeof(*key));
    key->auth = auth;
    key->priv = auth == SIM_USM_AUTH_NONE ? SIM_USM_PRIV_NONE : priv;
    if (auth == SIM_USM_AUTH_NONE) {
        return;
    }
    sim_usm_localise(auth, auth_ku, engine, kul);
    hmac_set_key(&key->outer, &key->inner, &spare, auths[auth].hash, auths[auth].hash->digest_size,
                 kul);
    if (priv != SIM_USM_PRIV_NONE) {
        sim_usm_localise(auth, priv_ku, engine, kul);
        sim_usm_extend(auth, priv, engine, kul);
        set_cipher(key, kul);
    }
}

/* ---- messages ---- */

void sim_usm_tag(const struct sim_usm_key *key, const struct sim_slice *parts, size_t count,
                 uint8_t tag[SIM_USM_TAG_MAX])
{
    const struct nettle_hash *hash = auths[key->auth].hash;
    union sim_usm_hash state;
    uint8_t digest[SIM_USM_KEY_MAX];

    memcpy(&state, &key->inner, hash->context_size);
    for (size_t i = 0; i < count; i++) {
        hash->update(&state, parts[i].length, parts[i].bytes);
    }
    hash->digest(&state, hash->digest_size, digest);
    memcpy(&state, &key->outer, hash->context_size);
    hash->update(&state, hash->digest_size, digest);
    hash->digest(&state, auths[key->auth].tag_bytes, tag);
}

static nettle_cipher_func *block_cipher(enum sim_usm_priv priv)
{
    if (priv == SIM_USM_PRIV_AES) {
        return (nettle_cipher_func *)aes128_encrypt;
    }
    return priv == SIM_USM_PRIV_AES192 || priv == SIM_USM_PRIV_AES192C
               ? (nettle_cipher_func *)aes192_encrypt
               : (nettle_cipher_func *)aes256_encrypt;
}

static uint8_t *put_32(uint8_t *out, uint32_t number)
{
    for (unsigned i = 0; i < 4; i++) {
        out[i] = (uint8_t)(number >> (24 - 8 * i));
    }
    return out + 4;
}

void sim_usm_iv(const struct sim_usm_key *key, const struct sim_usm_start *start, uint8_t *iv)
{
    if (key->priv == SIM_USM_PRIV_DES) {
        for (unsigned i = 0; i < sizeof(key->pre_iv); i++) {
            iv[i] = key->pre_iv[i] ^ start->salt[i];
        }
        return;
    }
    memcpy(put_32(put_32(iv, start->boots), start->time), start->salt, sizeof(start->salt));
}

void sim_usm_encrypt(const struct sim_usm_key *key, const struct sim_usm_start *start,
                     uint8_t *bytes, size_t n)
{
    uint8_t iv[AES_BLOCK_SIZE];

    sim_usm_iv(key, start, iv);
    if (key->priv == SIM_USM_PRIV_DES) {
        cbc_encrypt(&key->cipher, (nettle_cipher_func *)des_encrypt, DES_BLOCK_SIZE, iv, n, bytes,
                    bytes);
    } else {
        cfb_encrypt(&key->cipher, block_cipher(key->priv), AES_BLOCK_SIZE, iv, n, bytes, bytes);
    }
}

bool sim_usm_decrypt(const struct sim_usm_key *key, const struct sim_usm_start *start,
                     struct sim_slice in, uint8_t *out)
{
    uint8_t iv[AES_BLOCK_SIZE];

    sim_usm_iv(key, start, iv);
    if (key->priv == SIM_USM_PRIV_DES) {
        if (in.length % DES_BLOCK_SIZE != 0) {
            return false;
        }
        cbc_decrypt(&key->cipher, (nettle_cipher_func *)des_decrypt, DES_BLOCK_SIZE, iv, in.length,
                    out, in.bytes);
    } else {
        cfb_decrypt(&key->cipher, block_cipher(key->priv), AES_BLOCK_SIZE, iv, in.length, out,
                    in.bytes);
    }
    return true;
}
