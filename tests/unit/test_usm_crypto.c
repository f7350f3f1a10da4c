/*
 * Keys and tags of the User-based Security Model: RFC 3414 appendix A, RFC 4231, and vectors that
 * three independent programs agree on where no RFC gives any.
 */
#include <stdio.h>

#include <criterion/criterion.h>

#include "proto/usm_crypto.h"
#include "tests/unit/support_vector.h"

TestSuite(usm_crypto, .timeout = 30);

static const enum usm_priv PRIVS[] = {
    USM_DES, USM_AES128, USM_AES192, USM_AES256, USM_AES192_REEDER, USM_AES256_REEDER,
};

Test(usm_crypto, makes_the_known_keys_of_a_password)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(VECTORS); i++) {
        uint8_t key[USM_KEY_MAX];
        usm_password_key(VECTORS[i].auth, bytes_from_text("maplesyrup"), key);
        vector_expect(key, VECTORS[i].key, usm_auth_name(VECTORS[i].auth));
    }
}

Test(usm_crypto, localises_the_known_keys_also_in_place)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(VECTORS); i++) {
        uint8_t key[USM_KEY_MAX];
        uint8_t localised[USM_KEY_MAX];
        cr_assert_eq(vector_unhex(VECTORS[i].key, key), usm_key_size(VECTORS[i].auth));
        usm_localise(VECTORS[i].auth, key, vector_engine(), localised);
        vector_expect(localised, VECTORS[i].localised, usm_auth_name(VECTORS[i].auth));
        usm_localise(VECTORS[i].auth, key, vector_engine(), key);
        vector_expect(key, VECTORS[i].localised, usm_auth_name(VECTORS[i].auth));
    }
}

/* RFC 3414 A.5 is about a password changed to this one. */
Test(usm_crypto, makes_the_keys_that_a_change_of_password_leads_to)
{
    uint8_t key[USM_KEY_MAX];
    usm_password_key(USM_MD5, bytes_from_text("newsyrup"), key);
    usm_localise(USM_MD5, key, vector_engine(), key);
    vector_expect(key, "87021d7bd9d101ba05ea6e3bf9d9bd4a", "MD5");
    usm_password_key(USM_SHA1, bytes_from_text("newsyrup"), key);
    usm_localise(USM_SHA1, key, vector_engine(), key);
    vector_expect(key, "78e2dcce79d59403b58c1bbaa5bff46391f1cd25", "SHA-1");
}

/* The key of a user whose traffic with a public agent was recorded. */
Test(usm_crypto, makes_the_key_of_a_recorded_conversation)
{
    uint8_t engine[VECTOR_ROOM];
    uint8_t key[USM_KEY_MAX];
    size_t size = vector_unhex("80004fb805636c6f75644dab22cc", engine);
    usm_password_key(USM_SHA224, bytes_from_text("authkey1"), key);
    usm_localise(USM_SHA224, key, bytes_of(engine, size), key);
    vector_expect(key, "f2a2ebaa9677ad286255596286ca4fb7ec22f52405cb0aac334c5f15", "SHA-224");
}

/* 1 MiB is no multiple of most lengths, and a long password is not repeated in a buffer first. */
Test(usm_crypto, repeats_passwords_of_any_length)
{
    static uint8_t mib[1 << 20];
    static const size_t SIZES[] = {1, 8, 63, 64, 65, 2047, 2048, 2049, 5000};
    uint8_t password[5000];
    for (size_t i = 0; i < sizeof password; i++) {
        password[i] = (uint8_t)(i * 7 + i / 256);
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(SIZES); i++) {
        uint8_t found[USM_KEY_MAX];
        uint8_t expected[USM_KEY_MAX];
        for (size_t at = 0; at < sizeof mib; at++) {
            mib[at] = password[at % SIZES[i]];
        }
        usm_password_key(USM_SHA1, bytes_of(password, SIZES[i]), found);
        usm_password_key(USM_SHA1, bytes_of(mib, sizeof mib), expected);
        cr_assert(usm_equal(found, expected, usm_key_size(USM_SHA1)), "%zu octets", SIZES[i]);
    }
}

static void expect_extension(enum usm_auth auth, enum usm_priv priv, const char *expected)
{
    uint8_t localised[USM_KEY_MAX];
    uint8_t out[USM_CRYPT_KEY_MAX];
    vector_unhex(vector_of(auth)->localised, localised);
    usm_crypt_key(auth, priv, localised, vector_engine(), out);
    cr_assert_eq(strlen(expected), 2 * usm_crypt_key_size(priv));
    vector_expect(out, expected, usm_priv_name(priv));
}

Test(usm_crypto, extends_short_keys_as_blumenthal_does)
{
    expect_extension(USM_MD5, USM_AES256,
                     "526f5eed9fcce26f8964c2930787d82bfa24a92467426c2f4b09192be10dfaec");
    expect_extension(USM_MD5, USM_AES192, "526f5eed9fcce26f8964c2930787d82bfa24a92467426c2f");
    expect_extension(USM_SHA1, USM_AES256,
                     "6695febc9288e36282235fc7151f128497b38f3f505e07eb9af25568fa1f5dbe");
    expect_extension(USM_SHA1, USM_AES192, "6695febc9288e36282235fc7151f128497b38f3f505e07eb");
}

Test(usm_crypto, extends_short_keys_as_reeder_does)
{
    expect_extension(USM_MD5, USM_AES256_REEDER,
                     "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12");
    expect_extension(USM_MD5, USM_AES192_REEDER,
                     "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0");
    expect_extension(USM_SHA1, USM_AES256_REEDER,
                     "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c");
    expect_extension(USM_SHA1, USM_AES192_REEDER,
                     "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78");
}

Test(usm_crypto, takes_the_beginning_of_keys_that_are_long_enough)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(VECTORS); i++) {
        for (size_t p = 0; p < BASE_ARRAY_COUNT(PRIVS); p++) {
            size_t size = usm_crypt_key_size(PRIVS[p]);
            if (size <= usm_key_size(VECTORS[i].auth)) {
                char expected[2 * USM_CRYPT_KEY_MAX + 1];
                snprintf(expected, sizeof expected, "%.*s", (int)(2 * size), VECTORS[i].localised);
                expect_extension(VECTORS[i].auth, PRIVS[p], expected);
            }
        }
    }
}

Test(usm_crypto, tags_as_known)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(VECTORS); i++) {
        struct usm_mac mac;
        uint8_t key[USM_KEY_MAX];
        uint8_t tag[USM_TAG_MAX];
        struct bytes text = bytes_from_text("usm-mac-vector-1");
        vector_unhex(VECTORS[i].localised, key);
        usm_mac_init(&mac, VECTORS[i].auth, key);
        for (int again = 0; again < 2; again++) {
            usm_mac_tag(&mac, &text, 1, tag);
            vector_expect(tag, VECTORS[i].tag, usm_auth_name(VECTORS[i].auth));
        }
    }
}

Test(usm_crypto, writes_no_more_than_the_tag)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(VECTORS); i++) {
        struct usm_mac mac;
        uint8_t tag[USM_TAG_MAX + 16];
        struct bytes text = bytes_from_text("usm-mac-vector-1");
        memset(tag, 0xee, sizeof tag);
        usm_mac_init(&mac, VECTORS[i].auth, tag);
        usm_mac_tag(&mac, &text, 1, tag);
        for (size_t at = usm_tag_size(VECTORS[i].auth); at < sizeof tag; at++) {
            cr_assert_eq(tag[at], 0xee, "%s, octet %zu", usm_auth_name(VECTORS[i].auth), at);
        }
    }
}

/* RFC 4231, cases 1 to 4. HMAC fills a key up with zeros, so one shorter than ours is ours with
 * zeros at its end. The tag is the beginning of what the RFC gives. */
static const struct {
    const char *key;
    const char *data;
    const char *tags[4]; /* SHA-224, -256, -384, -512, each as long as USM takes */
} RFC4231[] = {
    {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
     "4869205468657265",
     {"896fb1128abbdf196832107cd49df33f", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da7",
      "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c",
      "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
      "daa833b7d6b8a702038b274eaea3f4e4"}},
    {"4a656665",
     "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     {"a30e01098bc6dbbf45690f3a7e9e6d0f", "5bdcc146bf60754e6a042426089575c75a003f089d273983",
      "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e",
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
      "9758bf75c05a994a6d034f65f8f0e6fd"}},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "dddddddddddddddddddddddddddddddddddddddddddddddddd"
     "dddddddddddddddddddddddddddddddddddddddddddddddddd",
     {"7fb3cb3588c6c1f6ffa9694d7d6ad264", "773ea91e36800e46854db8ebd09181a72959098b3ef8c122",
      "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b",
      "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
      "bf3e848279a722c806b485a47e67c807"}},
    {"0102030405060708090a0b0c0d0e0f10111213141516171819",
     "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
     "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
     {"6c11506874013cac6a2abc1bb382627c", "82558a389a443c0ea4cc819899f2083a85f0faa3e578f807",
      "3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e",
      "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db"
      "a91ca5c11aa25eb4d679275cc5788063"}},
};

Test(usm_crypto, tags_as_rfc_4231_does)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(RFC4231); i++) {
        for (size_t k = 0; k < 4; k++) {
            enum usm_auth auth = (enum usm_auth)(USM_SHA224 + k);
            struct usm_mac mac;
            uint8_t key[USM_KEY_MAX] = {0};
            uint8_t data[VECTOR_ROOM];
            uint8_t tag[USM_TAG_MAX];
            vector_unhex(RFC4231[i].key, key);
            struct bytes text = bytes_of(data, vector_unhex(RFC4231[i].data, data));
            usm_mac_init(&mac, auth, key);
            usm_mac_tag(&mac, &text, 1, tag);
            cr_assert_eq(strlen(RFC4231[i].tags[k]), 2 * usm_tag_size(auth));
            vector_expect(tag, RFC4231[i].tags[k], usm_auth_name(auth));
        }
    }
}

Test(usm_crypto, tags_pieces_like_the_whole)
{
    uint8_t data[VECTOR_ROOM];
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * i);
    }
    for (size_t k = 0; k < BASE_ARRAY_COUNT(VECTORS); k++) {
        struct usm_mac mac;
        struct bytes whole = bytes_of(data, sizeof data);
        uint8_t expected[USM_TAG_MAX];
        uint8_t tag[USM_TAG_MAX];
        usm_mac_init(&mac, VECTORS[k].auth, data);
        usm_mac_tag(&mac, &whole, 1, expected);
        for (size_t cut = 0; cut <= sizeof data; cut += 3) {
            struct bytes pieces[3] = {
                bytes_of(data, cut / 2),
                bytes_of(data + cut / 2, cut - cut / 2),
                bytes_of(data + cut, sizeof data - cut),
            };
            usm_mac_tag(&mac, pieces, 3, tag);
            cr_assert(usm_equal(tag, expected, usm_tag_size(VECTORS[k].auth)), "%s cut at %zu",
                      usm_auth_name(VECTORS[k].auth), cut);
        }
    }
}

Test(usm_crypto, knows_the_sizes_and_names)
{
    static const struct {
        size_t key;
        size_t tag;
        const char *name;
    } AUTHS[] = {
        [USM_NO_AUTH] = {0, 0, "none"},     [USM_MD5] = {16, 12, "MD5"},
        [USM_SHA1] = {20, 12, "SHA-1"},     [USM_SHA224] = {28, 16, "SHA-224"},
        [USM_SHA256] = {32, 24, "SHA-256"}, [USM_SHA384] = {48, 32, "SHA-384"},
        [USM_SHA512] = {64, 48, "SHA-512"},
    };
    static const struct {
        size_t key;
        const char *name;
    } CIPHERS[] = {
        [USM_NO_PRIV] = {0, "none"},
        [USM_DES] = {16, "DES"},
        [USM_AES128] = {16, "AES-128"},
        [USM_AES192] = {24, "AES-192"},
        [USM_AES256] = {32, "AES-256"},
        [USM_AES192_REEDER] = {24, "AES-192-Reeder"},
        [USM_AES256_REEDER] = {32, "AES-256-Reeder"},
    };
    for (size_t i = 0; i < BASE_ARRAY_COUNT(AUTHS); i++) {
        cr_assert_eq(usm_key_size((enum usm_auth)i), AUTHS[i].key);
        cr_assert_eq(usm_tag_size((enum usm_auth)i), AUTHS[i].tag);
        cr_assert_str_eq(usm_auth_name((enum usm_auth)i), AUTHS[i].name);
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(CIPHERS); i++) {
        cr_assert_eq(usm_crypt_key_size((enum usm_priv)i), CIPHERS[i].key);
        cr_assert_str_eq(usm_priv_name((enum usm_priv)i), CIPHERS[i].name);
        for (size_t size = 0; size < 20; size++) {
            size_t expected = i == USM_DES ? (size + 7) / 8 * 8 : size;
            cr_assert_eq(usm_encrypted_size((enum usm_priv)i, size), expected);
        }
    }
}

Test(usm_crypto, approves_the_sha_family_and_aes_without_extension)
{
    /* Columns as in enum usm_priv: none, DES, AES-128, -192, -256, -192-Reeder, -256-Reeder. */
    static const char *const APPROVED[] = {
        [USM_NO_AUTH] = ".......", [USM_MD5] = ".......",    [USM_SHA1] = "..+....",
        [USM_SHA224] = "..++.+.",  [USM_SHA256] = "..+++++", [USM_SHA384] = "..+++++",
        [USM_SHA512] = "..+++++",
    };
    for (size_t auth = 0; auth < BASE_ARRAY_COUNT(APPROVED); auth++) {
        cr_assert_eq(usm_auth_is_approved((enum usm_auth)auth), auth >= USM_SHA1);
        for (size_t priv = 0; priv <= USM_AES256_REEDER; priv++) {
            cr_assert_eq(usm_priv_is_approved((enum usm_auth)auth, (enum usm_priv)priv),
                         APPROVED[auth][priv] == '+', "%s with %s",
                         usm_auth_name((enum usm_auth)auth), usm_priv_name((enum usm_priv)priv));
        }
    }
}

Test(usm_crypto, compares_every_bit)
{
    uint8_t a[USM_TAG_MAX] = {1, 2, 3};
    uint8_t b[USM_TAG_MAX] = {1, 2, 3};
    cr_assert(usm_equal(a, b, sizeof a));
    cr_assert(usm_equal(a, b, 0));
    for (size_t bit = 0; bit < sizeof b * 8; bit++) {
        b[bit / 8] ^= (uint8_t)(1U << bit % 8);
        cr_assert_not(usm_equal(a, b, sizeof a), "bit %zu", bit);
        cr_assert(usm_equal(a, b, bit / 8), "before bit %zu", bit);
        b[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

Test(usm_crypto, forgets_all_octets_and_no_more)
{
    uint8_t secret[40];
    memset(secret, 0xee, sizeof secret);
    usm_forget(secret + 1, 38);
    for (size_t i = 0; i < sizeof secret; i++) {
        cr_assert_eq(secret[i], i == 0 || i == 39 ? 0xee : 0, "octet %zu", i);
    }
}
