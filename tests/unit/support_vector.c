#include "tests/unit/support_vector.h"

#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

const struct vector VECTORS[VECTOR_AUTH_COUNT] = {
    {USM_MD5, "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b",
     "04e5bfb7a562b612eea13bca"},
    {USM_SHA1, "9fb5cc0381497b3793528939ff788d5d79145211",
     "6695febc9288e36282235fc7151f128497b38f3f", "ae216e39999429642ea9c701"},
    {USM_SHA224, "282a5867ee9aac639ad59df9572c7d3ac0fbc13a905b6df07dbbf00b",
     "0bd8827c6e29f8065e08e09237f177e410f69b90e1782be682075674",
     "925c2f80fd4fa8fd64c79ddd458a3feb"},
    {USM_SHA256, "ab51014d1e077f6017df2b12bee5f5aa72993177e9bb569c4dff5a4ca0b4afac",
     "8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b",
     "2d0f2e7e47c64cc75bd53f2037297a8cbe808b60ef80d03f"},
    {USM_SHA384,
     "e06eccdf2c68a06ed034723c9c26e0db3b669e1e2efed49150b55377a2e98f38"
     "3c86fb836857444654b287c93f51ff64",
     "3b298f16164a11184279d5432bf169e2d2a48307de02b3d3f7e2b4f36eb6f045"
     "5a53689a3937eea07319a633d2ccba78",
     "8f1ce4709fdbbeadaee1edd93a34456516068f3f848a1e4c55233b22e7621ba3"},
    {USM_SHA512,
     "7e4396de5aadc77be853819b98c9406265b3a9c37cc3176569847a4e4f6fba63"
     "dd3a73d04924d31a63f95a601f9385af6be4ed1b37f87d040f7c6ed6f8d38a91",
     "22a5a36cedfcc085807a128d7bc6c2382167ad6c0dbc5fdff856740f3d84c099"
     "ad1ea87a8db096714d9788bd544047c9021e4229ce27e4c0a69250adfcffbb0b",
     "46730788f8c2637bef8ca33d8412585083e17d3cc77c0cc46497cbef316ef7d1"
     "3d3f93645fd51b21df7a3a65e6b55d4c"},
};

struct bytes vector_engine(void)
{
    return bytes_of("\0\0\0\0\0\0\0\0\0\0\0\2", 12);
}

const struct vector *vector_of(enum usm_auth auth)
{
    return &VECTORS[auth - USM_MD5];
}

size_t vector_unhex(const char *text, uint8_t *out)
{
    size_t size = 0;
    for (; text[2 * size] != '\0'; size++) {
        char octet[3] = {text[2 * size], text[2 * size + 1], '\0'};
        out[size] = (uint8_t)strtoul(octet, NULL, 16);
    }
    return size;
}

void vector_expect(const uint8_t *found, const char *expected, const char *what)
{
    uint8_t octets[VECTOR_ROOM];
    size_t size = vector_unhex(expected, octets);
    char text[2 * VECTOR_ROOM + 1] = "";
    for (size_t i = 0; i < size; i++) {
        snprintf(text + 2 * i, 3, "%02x", found[i]);
    }
    cr_assert_str_eq(text, expected, "%s is %s", what, text);
}
