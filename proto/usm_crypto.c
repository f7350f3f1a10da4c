#include "proto/usm_crypto.h"

#include <openssl/aes.h>
#include <openssl/des.h>
#include <openssl/md5.h>
#include <openssl/mem.h>
#include <openssl/sha.h>

/* Without the right include path <openssl/...> is silently OpenSSL 3, whose contexts look alike. */
#ifndef OPENSSL_IS_BORINGSSL
#error "proto/usm_crypto.c must be compiled against BoringSSL's headers"
#endif

/* RFC 3414 A.2: the password repeated up to this many octets is digested. */
#define PASSWORD_RUN_BYTES ((size_t)1 << 20)
/* HMAC, RFC 2104. */
#define INNER_PADDING 0x36
#define OUTER_PADDING 0x5c
#define BLOCK_MAX     SHA512_CBLOCK
#define DES_BLOCK     8
/* Keystream made by one call when encrypting by AES: a whole question in two or three. */
#define STREAM_BLOCKS 16

/* The context of whichever digest. A struct usm_mac keeps two of them. */
union digest {
    MD5_CTX md5;
    SHA_CTX sha1;
    SHA256_CTX sha256;
    SHA512_CTX sha512;
};

_Static_assert(sizeof(union digest) <= sizeof(((struct usm_mac *)0)->inner), "mac too small");
_Static_assert(sizeof(AES_KEY) <= sizeof(((struct usm_cipher *)0)->schedule), "cipher too small");
_Static_assert(sizeof(DES_key_schedule) <= sizeof(((struct usm_cipher *)0)->schedule),
               "cipher too small");
_Static_assert(_Alignof(union digest) <= _Alignof(uint64_t), "mac not aligned");
_Static_assert(_Alignof(AES_KEY) <= _Alignof(uint64_t), "cipher not aligned");

static const struct auth_facts {
    const char *name;
    uint8_t key_bytes;
    uint8_t tag_bytes;
    uint8_t block_bytes;
} AUTHS[] = {
    [USM_NO_AUTH] = {"none", 0, 0, 0},
    [USM_MD5] = {"MD5", MD5_DIGEST_LENGTH, 12, MD5_CBLOCK},
    [USM_SHA1] = {"SHA-1", SHA_DIGEST_LENGTH, 12, SHA_CBLOCK},
    [USM_SHA224] = {"SHA-224", SHA224_DIGEST_LENGTH, 16, SHA224_CBLOCK},
    [USM_SHA256] = {"SHA-256", SHA256_DIGEST_LENGTH, 24, SHA256_CBLOCK},
    [USM_SHA384] = {"SHA-384", SHA384_DIGEST_LENGTH, 32, SHA384_CBLOCK},
    [USM_SHA512] = {"SHA-512", SHA512_DIGEST_LENGTH, 48, SHA512_CBLOCK},
};

static const struct priv_facts {
    const char *name;
    uint8_t key_bytes;
    bool is_reeder;
} PRIVS[] = {
    [USM_NO_PRIV] = {"none", 0, false},
    [USM_DES] = {"DES", 16, false},
    [USM_AES128] = {"AES-128", 16, false},
    [USM_AES192] = {"AES-192", 24, false},
    [USM_AES256] = {"AES-256", 32, false},
    [USM_AES192_REEDER] = {"AES-192-Reeder", 24, true},
    [USM_AES256_REEDER] = {"AES-256-Reeder", 32, true},
};

static const struct auth_facts *facts_of_auth(enum usm_auth auth)
{
    BASE_REQUIRE((unsigned)auth < BASE_ARRAY_COUNT(AUTHS));
    return &AUTHS[auth];
}

static const struct priv_facts *facts_of_priv(enum usm_priv priv)
{
    BASE_REQUIRE((unsigned)priv < BASE_ARRAY_COUNT(PRIVS));
    return &PRIVS[priv];
}

size_t usm_key_size(enum usm_auth auth)
{
    return facts_of_auth(auth)->key_bytes;
}

size_t usm_tag_size(enum usm_auth auth)
{
    return facts_of_auth(auth)->tag_bytes;
}

size_t usm_crypt_key_size(enum usm_priv priv)
{
    return facts_of_priv(priv)->key_bytes;
}

const char *usm_auth_name(enum usm_auth auth)
{
    return facts_of_auth(auth)->name;
}

const char *usm_priv_name(enum usm_priv priv)
{
    return facts_of_priv(priv)->name;
}

bool usm_auth_is_approved(enum usm_auth auth)
{
    return auth != USM_NO_AUTH && auth != USM_MD5;
}

bool usm_priv_is_approved(enum usm_auth auth, enum usm_priv priv)
{
    return usm_auth_is_approved(auth) && priv != USM_NO_PRIV && priv != USM_DES &&
           usm_key_size(auth) >= usm_crypt_key_size(priv);
}

static void digest_start(union digest *digest, enum usm_auth auth)
{
    switch (auth) {
    case USM_MD5:
        MD5_Init(&digest->md5);
        break;
    case USM_SHA1:
        SHA1_Init(&digest->sha1);
        break;
    case USM_SHA224:
        SHA224_Init(&digest->sha256);
        break;
    case USM_SHA256:
        SHA256_Init(&digest->sha256);
        break;
    case USM_SHA384:
        SHA384_Init(&digest->sha512);
        break;
    case USM_SHA512:
        SHA512_Init(&digest->sha512);
        break;
    case USM_NO_AUTH:
    default:
        BASE_REQUIRE(usm_key_size(auth) > 0);
    }
}

static void digest_add(union digest *digest, enum usm_auth auth, struct bytes data)
{
    switch (auth) {
    case USM_MD5:
        MD5_Update(&digest->md5, data.data, data.size);
        break;
    case USM_SHA1:
        SHA1_Update(&digest->sha1, data.data, data.size);
        break;
    case USM_SHA224:
    case USM_SHA256:
        SHA256_Update(&digest->sha256, data.data, data.size);
        break;
    case USM_SHA384:
    case USM_SHA512:
        SHA512_Update(&digest->sha512, data.data, data.size);
        break;
    case USM_NO_AUTH:
    default:
        BASE_REQUIRE(usm_key_size(auth) > 0);
    }
}

/* out: usm_key_size(auth) octets. */
static void digest_end(union digest *digest, enum usm_auth auth, uint8_t *out)
{
    switch (auth) {
    case USM_MD5:
        MD5_Final(out, &digest->md5);
        break;
    case USM_SHA1:
        SHA1_Final(out, &digest->sha1);
        break;
    case USM_SHA224:
        SHA224_Final(out, &digest->sha256);
        break;
    case USM_SHA256:
        SHA256_Final(out, &digest->sha256);
        break;
    case USM_SHA384:
        SHA384_Final(out, &digest->sha512);
        break;
    case USM_SHA512:
        SHA512_Final(out, &digest->sha512);
        break;
    case USM_NO_AUTH:
    default:
        BASE_REQUIRE(usm_key_size(auth) > 0);
    }
}

void usm_password_key(enum usm_auth auth, struct bytes password, uint8_t *key)
{
    BASE_REQUIRE(password.size > 0);
    /* Whole passwords, as many as fit, so that every run starts like the first. */
    uint8_t repeated[4096];
    struct bytes run = password;
    if (password.size <= sizeof repeated / 2) {
        size_t size = sizeof repeated / password.size * password.size;
        for (size_t at = 0; at < size; at += password.size) {
            memcpy(repeated + at, password.data, password.size);
        }
        run = bytes_of(repeated, size);
    }
    union digest digest;
    digest_start(&digest, auth);
    for (size_t left = PASSWORD_RUN_BYTES; left > 0;) {
        size_t size = left < run.size ? left : run.size;
        digest_add(&digest, auth, bytes_of(run.data, size));
        left -= size;
    }
    digest_end(&digest, auth, key);
    usm_forget(&digest, sizeof digest);
    usm_forget(repeated, sizeof repeated);
}

void usm_localise(enum usm_auth auth, const uint8_t *key, struct bytes engine_id, uint8_t *out)
{
    struct bytes secret = bytes_of(key, usm_key_size(auth));
    union digest digest;
    digest_start(&digest, auth);
    digest_add(&digest, auth, secret);
    digest_add(&digest, auth, engine_id);
    digest_add(&digest, auth, secret);
    digest_end(&digest, auth, out);
    usm_forget(&digest, sizeof digest);
}

/* Makes what follows the localised key when it is too short. One step is enough: the shortest
 * digest, MD5's 16 octets, is half of the longest key. out: usm_key_size(auth) octets. */
static void extend_key(enum usm_auth auth, bool is_reeder, struct bytes localised,
                       struct bytes engine_id, uint8_t *out)
{
    if (is_reeder) {
        /* The key is taken for a password: this is as slow as usm_password_key. */
        usm_password_key(auth, localised, out);
        usm_localise(auth, out, engine_id, out);
        return;
    }
    union digest digest;
    digest_start(&digest, auth);
    digest_add(&digest, auth, localised);
    digest_end(&digest, auth, out);
    usm_forget(&digest, sizeof digest);
}

void usm_crypt_key(enum usm_auth auth, enum usm_priv priv, const uint8_t *localised,
                   struct bytes engine_id, uint8_t *out)
{
    uint8_t key[2 * USM_KEY_MAX];
    size_t have = usm_key_size(auth);
    size_t want = usm_crypt_key_size(priv);
    BASE_REQUIRE(have > 0 && want > 0 && want <= 2 * have);
    memcpy(key, localised, have);
    if (want > have) {
        extend_key(auth, facts_of_priv(priv)->is_reeder, bytes_of(key, have), engine_id,
                   key + have);
    }
    memcpy(out, key, want);
    usm_forget(key, sizeof key);
}

/* Makes the digest of one padding of HMAC. */
static void start_padded(uint64_t context[27], enum usm_auth auth, const uint8_t *key,
                         uint8_t padding)
{
    uint8_t block[BLOCK_MAX] = {0};
    size_t size = facts_of_auth(auth)->block_bytes;
    union digest digest;
    memset(&digest, 0, sizeof digest); /* a shorter context leaves octets that are copied, too */
    memcpy(block, key, usm_key_size(auth));
    for (size_t i = 0; i < size; i++) {
        block[i] ^= padding;
    }
    digest_start(&digest, auth);
    digest_add(&digest, auth, bytes_of(block, size));
    memcpy(context, &digest, sizeof digest);
    usm_forget(&digest, sizeof digest);
    usm_forget(block, sizeof block);
}

void usm_mac_init(struct usm_mac *mac, enum usm_auth auth, const uint8_t *localised)
{
    mac->auth = auth;
    start_padded(mac->inner, auth, localised, INNER_PADDING);
    start_padded(mac->outer, auth, localised, OUTER_PADDING);
}

void usm_mac_tag(const struct usm_mac *mac, const struct bytes *pieces, size_t count, uint8_t *tag)
{
    const struct auth_facts *facts = facts_of_auth(mac->auth);
    uint8_t result[USM_KEY_MAX];
    union digest digest;
    memcpy(&digest, mac->inner, sizeof digest);
    for (size_t i = 0; i < count; i++) {
        digest_add(&digest, mac->auth, pieces[i]);
    }
    digest_end(&digest, mac->auth, result);
    memcpy(&digest, mac->outer, sizeof digest);
    digest_add(&digest, mac->auth, bytes_of(result, facts->key_bytes));
    digest_end(&digest, mac->auth, result);
    memcpy(tag, result, facts->tag_bytes);
    usm_forget(&digest, sizeof digest);
    usm_forget(result, sizeof result);
}

static const AES_KEY *aes_schedule(const struct usm_cipher *cipher)
{
    return (const void *)cipher->schedule;
}

static const DES_key_schedule *des_schedule(const struct usm_cipher *cipher)
{
    return (const void *)cipher->schedule;
}

void usm_cipher_init(struct usm_cipher *cipher, enum usm_priv priv, const uint8_t *crypt_key)
{
    unsigned bits = (unsigned)usm_crypt_key_size(priv) * 8;
    memset(cipher, 0, sizeof *cipher);
    cipher->priv = priv;
    if (priv == USM_DES) {
        DES_cblock key;
        memcpy(key.bytes, crypt_key, DES_BLOCK);
        DES_set_key(&key, (DES_key_schedule *)(void *)cipher->schedule);
        memcpy(cipher->pre_iv, crypt_key + DES_BLOCK, DES_BLOCK);
        usm_forget(&key, sizeof key);
        return;
    }
    int status = AES_set_encrypt_key(crypt_key, bits, (AES_KEY *)(void *)cipher->schedule);
    BASE_REQUIRE(status == 0); /* fails for another number of bits only: USM_NO_PRIV */
}

size_t usm_encrypted_size(enum usm_priv priv, size_t size)
{
    return priv == USM_DES ? (size + DES_BLOCK - 1) / DES_BLOCK * DES_BLOCK : size;
}

static void put_u32(uint8_t *out, uint32_t number)
{
    out[0] = (uint8_t)(number >> 24);
    out[1] = (uint8_t)(number >> 16);
    out[2] = (uint8_t)(number >> 8);
    out[3] = (uint8_t)number;
}

/* RFC 3826 3.1.2.1. */
static void aes_iv(uint8_t iv[AES_BLOCK_SIZE], uint32_t boots, uint32_t time_s, const uint8_t *salt)
{
    put_u32(iv, boots);
    put_u32(iv + 4, time_s);
    memcpy(iv + 8, salt, USM_SALT_BYTES);
}

/* RFC 3414 8.1.1.1. */
static void des_iv(DES_cblock *iv, const struct usm_cipher *cipher, const uint8_t *salt)
{
    for (size_t i = 0; i < DES_BLOCK; i++) {
        iv->bytes[i] = cipher->pre_iv[i] ^ salt[i];
    }
}

/* out = a ^ b; out may be either of them. */
static void xor_octets(uint8_t *out, const uint8_t *a, const uint8_t *b, size_t size)
{
    size_t i = 0;
    for (; i + sizeof(uint64_t) <= size; i += sizeof(uint64_t)) {
        uint64_t left;
        uint64_t right;
        memcpy(&left, a + i, sizeof left);
        memcpy(&right, b + i, sizeof right);
        left ^= right;
        memcpy(out + i, &left, sizeof left);
    }
    for (; i < size; i++) {
        out[i] = a[i] ^ b[i];
    }
}

/* CFB's keystream is X1 = E(IV) and Xn+1 = E(Pn ^ Xn), which is what CBC makes of P with X1 for
 * its IV. BoringSSL's CBC keeps the key in registers from block to block; its CFB does not, and
 * takes twice as long. */
static void aes_cfb_encrypt(const AES_KEY *key, uint8_t iv[AES_BLOCK_SIZE], struct bytes plain,
                            uint8_t *out)
{
    uint8_t stream[STREAM_BLOCKS * AES_BLOCK_SIZE];
    const uint8_t *in = plain.data;
    size_t left = plain.size;
    AES_encrypt(iv, iv, key);
    while (left > AES_BLOCK_SIZE) {
        size_t size = (left - 1) / AES_BLOCK_SIZE * AES_BLOCK_SIZE;
        if (size > sizeof stream) {
            size = sizeof stream;
        }
        uint8_t first[AES_BLOCK_SIZE];
        memcpy(first, iv, sizeof first);
        AES_cbc_encrypt(in, stream, size, key, iv, AES_ENCRYPT); /* leaves the next one in iv */
        xor_octets(out, in, first, AES_BLOCK_SIZE);
        xor_octets(out + AES_BLOCK_SIZE, in + AES_BLOCK_SIZE, stream, size - AES_BLOCK_SIZE);
        in += size;
        out += size;
        left -= size;
    }
    xor_octets(out, in, iv, left);
    usm_forget(stream, sizeof stream);
}

/* From the end to the start: every block needs the ciphertext before it, which is still there even
 * in place, and none waits for another, so the processor works on several at once. Measured on 900
 * octets: a quarter of the time of BoringSSL's CFB. Whole blocks go apart, for the compiler. */
static void aes_cfb_decrypt(const AES_KEY *key, const uint8_t iv[AES_BLOCK_SIZE],
                            struct bytes sealed, uint8_t *out)
{
    uint8_t stream[AES_BLOCK_SIZE];
    size_t rest = sealed.size % AES_BLOCK_SIZE;
    size_t at = sealed.size - rest;
    if (rest > 0) {
        AES_encrypt(at == 0 ? iv : sealed.data + at - AES_BLOCK_SIZE, stream, key);
        xor_octets(out + at, sealed.data + at, stream, rest);
    }
    while (at > 0) {
        at -= AES_BLOCK_SIZE;
        AES_encrypt(at == 0 ? iv : sealed.data + at - AES_BLOCK_SIZE, stream, key);
        xor_octets(out + at, sealed.data + at, stream, AES_BLOCK_SIZE);
    }
    usm_forget(stream, sizeof stream);
}

static void des_encrypt(const struct usm_cipher *cipher, const uint8_t *salt, struct bytes plain,
                        uint8_t *out)
{
    size_t whole = plain.size / DES_BLOCK * DES_BLOCK;
    uint8_t last[DES_BLOCK] = {0};
    DES_cblock iv;
    des_iv(&iv, cipher, salt);
    memcpy(last, plain.data + whole, plain.size % DES_BLOCK);
    DES_ncbc_encrypt(plain.data, out, whole, des_schedule(cipher), &iv, DES_ENCRYPT);
    if (whole < plain.size) {
        DES_ncbc_encrypt(last, out + whole, sizeof last, des_schedule(cipher), &iv, DES_ENCRYPT);
    }
    usm_forget(last, sizeof last);
}

void usm_encrypt(const struct usm_cipher *cipher, uint32_t boots, uint32_t time_s,
                 const uint8_t salt[USM_SALT_BYTES], struct bytes plain, uint8_t *out)
{
    BASE_REQUIRE(cipher->priv != USM_NO_PRIV);
    if (plain.size == 0) {
        return;
    }
    if (cipher->priv == USM_DES) {
        des_encrypt(cipher, salt, plain, out);
        return;
    }
    uint8_t iv[AES_BLOCK_SIZE];
    aes_iv(iv, boots, time_s, salt);
    aes_cfb_encrypt(aes_schedule(cipher), iv, plain, out);
    usm_forget(iv, sizeof iv); /* the last of the keystream by now */
}

int usm_decrypt(const struct usm_cipher *cipher, uint32_t boots, uint32_t time_s,
                const uint8_t salt[USM_SALT_BYTES], struct bytes sealed, uint8_t *out)
{
    BASE_REQUIRE(cipher->priv != USM_NO_PRIV);
    if (cipher->priv == USM_DES) {
        if (sealed.size % DES_BLOCK != 0) {
            return BASE_EFORMAT;
        }
        DES_cblock iv;
        des_iv(&iv, cipher, salt);
        DES_ncbc_encrypt(sealed.data, out, sealed.size, des_schedule(cipher), &iv, DES_DECRYPT);
        return 0;
    }
    uint8_t iv[AES_BLOCK_SIZE];
    aes_iv(iv, boots, time_s, salt);
    aes_cfb_decrypt(aes_schedule(cipher), iv, sealed, out);
    return 0;
}

bool usm_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
    return CRYPTO_memcmp(a, b, size) == 0;
}

void usm_forget(void *secret, size_t size)
{
    OPENSSL_cleanse(secret, size);
}
