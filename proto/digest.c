#include "proto/digest.h"

#include <openssl/sha.h>

/* Without the right include path <openssl/...> is silently OpenSSL 3. */
#ifndef OPENSSL_IS_BORINGSSL
#error "proto/digest.c must be compiled against BoringSSL's headers"
#endif

_Static_assert(DIGEST_BYTES == SHA256_DIGEST_LENGTH, "a digest of another size");

void digest_sha256(const struct bytes *parts, size_t count, uint8_t *out)
{
    SHA256_CTX context;
    (void)SHA256_Init(&context);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size > 0) {
            (void)SHA256_Update(&context, parts[i].data, parts[i].size);
        }
    }
    (void)SHA256_Final(out, &context);
}
