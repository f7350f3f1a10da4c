/*
 * BoringSSL as it is linked here: alive, and apart from the OpenSSL that libnetsnmp brings into the
 * same process under the same names.
 */
#include <dlfcn.h>
#include <string.h>

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/keytools.h>

#include <criterion/criterion.h>

#include "uplink/tls.h"

TestSuite(tls, .timeout = 30);

/* RFC 3414, A.3.2: the key of the password "maplesyrup" under SHA-1. libnetsnmp computes it with
 * OpenSSL's digests. */
static void expect_netsnmp_key(void)
{
    static const u_char expected[20] = {
        0x9f, 0xb5, 0xcc, 0x03, 0x81, 0x49, 0x7b, 0x37, 0x93, 0x52,
        0x89, 0x39, 0xff, 0x78, 0x8d, 0x5d, 0x79, 0x14, 0x52, 0x11,
    };
    static const u_char password[] = "maplesyrup";
    u_char key[64];
    size_t key_bytes = sizeof key;
    int result = generate_Ku(usmHMACSHA1AuthProtocol, OID_LENGTH(usmHMACSHA1AuthProtocol), password,
                             sizeof password - 1, key, &key_bytes);
    cr_assert_eq(result, SNMPERR_SUCCESS);
    cr_assert_eq(key_bytes, sizeof expected);
    cr_assert_eq(memcmp(key, expected, sizeof expected), 0);
}

Test(tls, names_boringssl_and_its_api_version)
{
    const char *name = tls_library();
    cr_assert_eq(strncmp(name, "BoringSSL API ", 14), 0, "it is %s", name);
    /* 19 is the oldest with the corrected GENERAL_NAME (CVE-2023-0286) that was tried. */
    cr_assert_geq(atoi(name + 14), 19, "it is %s", name);
}

Test(tls, passes_its_own_check)
{
    cr_assert_eq(tls_self_check(), 0);
}

Test(tls, shares_a_process_with_the_openssl_of_libnetsnmp)
{
    cr_assert_eq(tls_self_check(), 0);
    expect_netsnmp_key();
    cr_assert_eq(tls_self_check(), 0);
    expect_netsnmp_key();
}

Test(tls, leaves_the_names_that_libnetsnmp_looks_up_to_openssl)
{
    expect_netsnmp_key();
    static const char *const names[] = {"EVP_DigestInit_ex", "EVP_sha1", "SHA256"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        void *symbol = dlsym(RTLD_DEFAULT, names[i]);
        cr_assert_not_null(symbol, "%s is not to be found", names[i]);
        Dl_info where;
        cr_assert_neq(dladdr(symbol, &where), 0);
        cr_assert_not_null(strstr(where.dli_fname, "libcrypto.so"), "%s comes from %s", names[i],
                           where.dli_fname);
    }
}
