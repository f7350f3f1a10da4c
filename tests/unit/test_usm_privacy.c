/*
 * Privacy of the User-based Security Model: NIST SP 800-38A, and vectors that independent programs
 * agree on.
 */
#include <criterion/criterion.h>

#include "proto/usm_crypto.h"
#include "tests/unit/support_vector.h"

TestSuite(usm_privacy, .timeout = 30);

static const enum usm_priv PRIVS[] = {
    USM_DES, USM_AES128, USM_AES192, USM_AES256, USM_AES192_REEDER, USM_AES256_REEDER,
};

static const char PLAINTEXT[] = "302a040c0000000000000000000000020400a01802045a5a5a5a02010002010030"
                                "0a300806042b0601020500";

/* Boots 1, time 1000. */
static const struct {
    enum usm_auth auth;
    enum usm_priv priv;
    const char *salt;
    const char *sealed;
} SEALED[] = {
    {USM_SHA1, USM_AES128, "0000000000000001",
     "3fdbf37b3dcd1bb58133007db6618e1205f00f416c6b3f0b2ae76f1e5f82cb6a50fdc427906620917e04821a"},
    {USM_SHA1, USM_AES192, "0000000000000001",
     "af7a8f19b2cbf1591c159219b6a60c71caac5de354a27c03c3dcf189256694169db6159996951a8f315adb31"},
    {USM_SHA1, USM_AES192_REEDER, "0000000000000001",
     "1e10f4d06638cdb995dc086f23b151105fdbc7d0b2f2a59a0bfbee9bc4f3f6d1dc8be31e57b773297167c082"},
    {USM_SHA256, USM_AES256, "0000000000000001",
     "22c95f5d02ea58e86b7cad68427980e78d37f14c57d89af99407f98140f17761bdb7f88efbb2ffc1f610d2e7"},
    {USM_SHA256, USM_AES256_REEDER, "0000000000000001",
     "22c95f5d02ea58e86b7cad68427980e78d37f14c57d89af99407f98140f17761bdb7f88efbb2ffc1f610d2e7"},
    {USM_MD5, USM_DES, "0000000100000001",
     "953672233abf526b24f6eef5bcce80b6f8d787180be2693be26b630c5af6581d"
     "11a2af95051ad30095de933e20681be3"},
};

static void start_cipher(struct usm_cipher *cipher, enum usm_auth auth, enum usm_priv priv)
{
    uint8_t localised[USM_KEY_MAX];
    uint8_t key[USM_CRYPT_KEY_MAX];
    vector_unhex(vector_of(auth)->localised, localised);
    usm_crypt_key(auth, priv, localised, vector_engine(), key);
    usm_cipher_init(cipher, priv, key);
}

Test(usm_privacy, encrypts_and_decrypts_as_known)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(SEALED); i++) {
        struct usm_cipher cipher;
        uint8_t salt[USM_SALT_BYTES];
        uint8_t plain[VECTOR_ROOM];
        uint8_t sealed[VECTOR_ROOM];
        uint8_t opened[VECTOR_ROOM];
        vector_unhex(SEALED[i].salt, salt);
        size_t size = vector_unhex(PLAINTEXT, plain);
        size_t sealed_size = usm_encrypted_size(SEALED[i].priv, size);
        cr_assert_eq(strlen(SEALED[i].sealed), 2 * sealed_size);
        start_cipher(&cipher, SEALED[i].auth, SEALED[i].priv);
        usm_encrypt(&cipher, 1, 1000, salt, bytes_of(plain, size), sealed);
        vector_expect(sealed, SEALED[i].sealed, usm_priv_name(SEALED[i].priv));
        cr_assert_eq(usm_decrypt(&cipher, 1, 1000, salt, bytes_of(sealed, sealed_size), opened), 0);
        vector_expect(opened, PLAINTEXT, usm_priv_name(SEALED[i].priv));
    }
}

/* The IV of NIST's example comes about as boots, time and salt. */
Test(usm_privacy, encrypts_as_nist_sp_800_38a_does)
{
    struct usm_cipher cipher;
    uint8_t key[16];
    uint8_t salt[USM_SALT_BYTES];
    uint8_t text[64];
    vector_unhex("2b7e151628aed2a6abf7158809cf4f3c", key);
    vector_unhex("08090a0b0c0d0e0f", salt);
    size_t size = vector_unhex("6bc1bee22e409f96e93d7e117393172a", text);
    usm_cipher_init(&cipher, USM_AES128, key);
    usm_encrypt(&cipher, 0x00010203, 0x04050607, salt, bytes_of(text, size), text);
    vector_expect(text, "3b3fd92eb72dad20333449f8e83cfb4a", "AES-128");
}

static void expect_round_trip(const struct usm_cipher *cipher, size_t size)
{
    enum { PLAIN_MAX = 1000 };
    uint8_t salt[USM_SALT_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t plain[PLAIN_MAX];
    uint8_t apart[PLAIN_MAX + 16];
    uint8_t room[PLAIN_MAX + 16];
    size_t sealed_size = usm_encrypted_size(cipher->priv, size);
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 31 + size);
    }
    memset(apart, 0xee, sizeof apart);
    memset(room, 0xee, sizeof room);
    memcpy(room, plain, size);
    usm_encrypt(cipher, 7, 8, salt, bytes_of(plain, size), apart);
    usm_encrypt(cipher, 7, 8, salt, bytes_of(room, size), room);
    cr_assert_arr_eq(room, apart, sizeof room, "in place, %zu octets", size);
    cr_assert_eq(room[sealed_size], 0xee, "%zu octets", size);
    cr_assert(size == 0 || memcmp(room, plain, size) != 0, "%zu octets", size);

    memset(apart, 0xdd, sizeof apart);
    cr_assert_eq(usm_decrypt(cipher, 7, 8, salt, bytes_of(room, sealed_size), apart), 0);
    cr_assert_eq(usm_decrypt(cipher, 7, 8, salt, bytes_of(room, sealed_size), room), 0);
    cr_assert_eq(apart[sealed_size], 0xdd, "%zu octets", size);
    cr_assert_eq(memcmp(apart, plain, size), 0, "%zu octets", size);
    cr_assert_eq(memcmp(room, apart, sealed_size), 0, "in place, %zu octets", size);
    for (size_t i = size; i < sealed_size; i++) {
        cr_assert_eq(room[i], 0, "padding of %zu octets", size);
    }
}

Test(usm_privacy, decrypts_what_it_encrypted_of_every_length)
{
    static const size_t LONG[] = {255, 256, 257, 271, 272, 273, 511, 512, 513, 528, 529, 800, 1000};
    for (size_t p = 0; p < BASE_ARRAY_COUNT(PRIVS); p++) {
        struct usm_cipher cipher;
        start_cipher(&cipher, USM_SHA512, PRIVS[p]);
        for (size_t size = 0; size <= 70; size++) {
            expect_round_trip(&cipher, size);
        }
        for (size_t i = 0; i < BASE_ARRAY_COUNT(LONG); i++) {
            expect_round_trip(&cipher, LONG[i]);
        }
    }
}

/* CFB by the book: a block of the keystream is the cipher on the block of ciphertext before it. */
Test(usm_privacy, chains_the_blocks_of_long_texts)
{
    struct usm_cipher cipher;
    uint8_t salt[USM_SALT_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t plain[600] = {0};
    uint8_t sealed[600];
    start_cipher(&cipher, USM_SHA256, USM_AES128);
    usm_encrypt(&cipher, 7, 8, salt, bytes_of(plain, sizeof plain), sealed);
    for (size_t at = 16; at + 16 < sizeof plain; at += 16) {
        /* Of zeros CFB makes E(block before): what it makes of a first block whose IV that is. */
        const uint8_t *before = sealed + at - 16;
        uint32_t boots = (uint32_t)before[0] << 24 | (uint32_t)before[1] << 16 |
                         (uint32_t)before[2] << 8 | before[3];
        uint32_t time_s = (uint32_t)before[4] << 24 | (uint32_t)before[5] << 16 |
                          (uint32_t)before[6] << 8 | before[7];
        uint8_t block[16];
        usm_encrypt(&cipher, boots, time_s, before + 8, bytes_of(plain, 16), block);
        cr_assert_arr_eq(sealed + at, block, 16, "block at %zu", at);
    }
}

Test(usm_privacy, refuses_des_text_of_partial_blocks)
{
    struct usm_cipher cipher;
    uint8_t salt[USM_SALT_BYTES] = {0};
    uint8_t text[32] = {0};
    uint8_t out[32];
    memset(out, 0xee, sizeof out);
    start_cipher(&cipher, USM_MD5, USM_DES);
    for (size_t size = 1; size < 24; size++) {
        int expected = size % 8 == 0 ? 0 : BASE_EFORMAT;
        cr_assert_eq(usm_decrypt(&cipher, 1, 1, salt, bytes_of(text, size), out), expected);
        cr_assert(size >= 8 || out[0] == 0xee);
    }
    start_cipher(&cipher, USM_MD5, USM_AES128);
    cr_assert_eq(usm_decrypt(&cipher, 1, 1, salt, bytes_of(text, 7), out), 0);
}

Test(usm_privacy, encrypts_differently_for_other_salts_boots_and_times)
{
    for (size_t p = 0; p < BASE_ARRAY_COUNT(PRIVS); p++) {
        struct usm_cipher cipher;
        uint8_t salt[USM_SALT_BYTES] = {0};
        uint8_t plain[16] = {0};
        uint8_t out[4][16];
        start_cipher(&cipher, USM_SHA512, PRIVS[p]);
        usm_encrypt(&cipher, 1, 1, salt, bytes_of(plain, 16), out[0]);
        usm_encrypt(&cipher, 2, 1, salt, bytes_of(plain, 16), out[1]);
        usm_encrypt(&cipher, 1, 2, salt, bytes_of(plain, 16), out[2]);
        salt[7] = 1;
        usm_encrypt(&cipher, 1, 1, salt, bytes_of(plain, 16), out[3]);
        /* DES's IV is made of the salt alone. */
        bool is_des = PRIVS[p] == USM_DES;
        cr_assert_eq(memcmp(out[0], out[1], 16) == 0, is_des);
        cr_assert_eq(memcmp(out[0], out[2], 16) == 0, is_des);
        cr_assert_neq(memcmp(out[0], out[3], 16), 0);
    }
}
