#include <stdio.h>

#include <criterion/criterion.h>

#include "proto/digest.h"

TestSuite(digest, .timeout = 60);

static void check(const char *expected, const uint8_t *digest)
{
    char text[2 * DIGEST_BYTES + 1];
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
    cr_assert_str_eq(text, expected);
}

Test(digest, is_that_of_the_standard)
{
    uint8_t digest[DIGEST_BYTES];
    struct bytes part = bytes_from_text("abc");
    digest_sha256(&part, 1, digest);
    check("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", digest);
    part = bytes_from_text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
    digest_sha256(&part, 1, digest);
    check("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", digest);
}

Test(digest, of_nothing_is_that_of_the_empty_message)
{
    uint8_t digest[DIGEST_BYTES];
    const struct bytes nothing[2] = {{0}};
    digest_sha256(NULL, 0, digest);
    check("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", digest);
    digest_sha256(nothing, 2, digest);
    check("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", digest);
}

Test(digest, of_parts_is_that_of_the_whole)
{
    uint8_t whole[DIGEST_BYTES];
    uint8_t digest[DIGEST_BYTES];
    uint8_t message[200];
    for (size_t i = 0; i < sizeof(message); i++) {
        message[i] = (uint8_t)(i * 7);
    }
    struct bytes all = bytes_of(message, sizeof(message));
    digest_sha256(&all, 1, whole);
    for (size_t cut = 0; cut <= sizeof(message); cut++) {
        const struct bytes parts[2] = {bytes_of(message, cut),
                                       bytes_of(message + cut, sizeof(message) - cut)};
        digest_sha256(parts, 2, digest);
        cr_assert_eq(memcmp(whole, digest, sizeof(digest)), 0, "cut at %zu", cut);
    }
}
