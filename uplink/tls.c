#include "uplink/tls.h"

#include <errno.h>
#include <string.h>

#include <openssl/sha.h>
#include <openssl/ssl.h>

/* Without the right include path <openssl/ssl.h> is silently OpenSSL 3, whose symbols libnetsnmp
 * brings into the process: the program would link, and run on the wrong library. */
#ifndef OPENSSL_IS_BORINGSSL
#error "uplink/tls.c must be compiled against BoringSSL's headers"
#endif

#define TLS_TEXT(value)   #value
#define TLS_NUMBER(macro) TLS_TEXT(macro)

const char *tls_library(void)
{
    return "BoringSSL API " TLS_NUMBER(BORINGSSL_API_VERSION);
}

static int tls_check_digest(void)
{
    static const uint8_t expected[SHA256_DIGEST_LENGTH] = {
        0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
        0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
        0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
    };
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256((const uint8_t *)"abc", 3, digest);
    return memcmp(digest, expected, sizeof digest) == 0 ? 0 : BASE_ECHECKSUM;
}

static int tls_check_context(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL) {
        return -ENOMEM;
    }
    int result = 0;
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_get_min_proto_version(context) != TLS1_2_VERSION ||
        SSL_CTX_get_max_proto_version(context) < TLS1_3_VERSION) {
        result = BASE_EVERSION;
    }
    SSL_CTX_free(context);
    return result;
}

int tls_self_check(void)
{
    int result = tls_check_digest();
    return result != 0 ? result : tls_check_context();
}
