#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/app/config_credential.h"
#include "core/app/config_secret.h"
#include "tests/unit/support_config.h"

#define listed config_test_list
#define report config_test_report

TestSuite(config_credentials, .init = config_test_begin, .fini = config_test_end, .timeout = 60);

/* The head of a file with one credential of version 3; its mapping goes on behind it. */
#define HEAD "credentials:\n  - name: one\n    user: u\n"

static void takes(const char *content, size_t count)
{
    cr_assert_eq(config_test_credentials(content, 0), 0, "%s", report.text);
    cr_assert_eq(listed->count, count);
}

static void refuses(const char *content, const char *part)
{
    cr_assert_eq(config_test_credentials(content, 0), BASE_EUSAGE, "%s", content);
    cr_assert_null(listed);
    cr_assert(config_test_says(part), "%s", report.text);
    cr_assert(!config_test_says("hunter2"), "%s", report.text);
}

static void has_key(const uint8_t *key, enum usm_auth auth, const char *password)
{
    uint8_t expected[USM_KEY_MAX] = {0};
    usm_password_key(auth, bytes_from_text(password), expected);
    cr_assert_arr_eq(key, expected, USM_KEY_MAX);
}

Test(config_credentials, all_fields_of_version_3)
{
    takes("credentials:\n"
          "  - name: office\n"
          "    version: 3\n"
          "    user: platen\n"
          "    auth: {protocol: SHA-256, password: hunter2hunter2}\n"
          "    priv: {protocol: AES-128, password: hunter2privpriv}\n"
          "    context: Jetdirect\n"
          "    context_engine_id: 80:00:1f:88:ff\n"
          "    subnets: [10.0.0.0/8, 10.1.0.1-10.1.0.9, \"2001:db8::/64\", 192.0.2.7]\n",
          1);
    const struct credential *item = &listed->items[0];
    cr_assert_str_eq(item->name, "office");
    cr_assert_eq(item->version, PDU_V3);
    cr_assert_eq(item->user.auth, USM_SHA256);
    cr_assert_eq(item->user.priv, USM_AES128);
    cr_assert_eq(item->user.name_size, 6);
    cr_assert_arr_eq(item->user.name, "platen", 6);
    has_key(item->user.auth_key, USM_SHA256, "hunter2hunter2");
    has_key(item->user.priv_key, USM_SHA256, "hunter2privpriv");
    cr_assert_eq(item->context_size, 9);
    cr_assert_arr_eq(item->context, "Jetdirect", 9);
    cr_assert_eq(item->context_engine.size, 5);
    cr_assert_arr_eq(item->context_engine.octets, "\x80\x00\x1f\x88\xff", 5);
    cr_assert_eq(item->subnet_count, 4);
    cr_assert_neq(item->user.number, 0);
}

Test(config_credentials, level_follows_from_what_is_given)
{
    takes(HEAD, 1);
    cr_assert_str_eq(config_credential_level(&listed->items[0].user), "noAuthNoPriv");
    takes(HEAD "    auth: {protocol: MD5, password: hunter2hunter2}\n", 1);
    cr_assert_str_eq(config_credential_level(&listed->items[0].user), "authNoPriv");
    takes(HEAD "    auth: {protocol: MD5, password: hunter2hunter2}\n"
               "    priv: {protocol: DES, password: hunter2hunter2}\n",
          1);
    cr_assert_str_eq(config_credential_level(&listed->items[0].user), "authPriv");
}

Test(config_credentials, communities_are_of_2c_and_1_unless_a_version_is_named)
{
    takes("credentials:\n  - {name: a, community: hunter2}\n"
          "  - {name: b, version: 1, community: hunter2}\n"
          "  - {name: c, version: SNMPv2c, community: hunter2}\n",
          4);
    static const enum pdu_version versions[] = {PDU_V2C, PDU_V1, PDU_V1, PDU_V2C};
    for (size_t i = 0; i < listed->count; i++) {
        cr_assert_eq(listed->items[i].version, versions[i]);
        cr_assert_eq(listed->items[i].community_size, 7);
        cr_assert_arr_eq(listed->items[i].community, "hunter2", 7);
    }
}

Test(config_credentials, protocols_are_known_as_people_write_them)
{
    static const struct {
        const char *text;
        enum usm_auth auth;
    } auths[] = {{"md5", USM_MD5},        {"SHA", USM_SHA1},       {"sha-1", USM_SHA1},
                 {"SHA1", USM_SHA1},      {"SHA224", USM_SHA224},  {"sha-256", USM_SHA256},
                 {"SHA_384", USM_SHA384}, {"sha2-512", USM_SHA512}};
    static const struct {
        const char *text;
        enum usm_priv priv;
    } privs[] = {{"des", USM_DES},
                 {"AES", USM_AES128},
                 {"aes128", USM_AES128},
                 {"AES-192-C", USM_AES192_REEDER},
                 {"aes256c", USM_AES256_REEDER},
                 {"AES256Cisco", USM_AES256_REEDER},
                 {"AES-256-Blumenthal", USM_AES256}};
    char text[512];
    for (size_t i = 0; i < BASE_ARRAY_COUNT(auths); i++) {
        snprintf(text, sizeof(text), HEAD "    auth: {protocol: %s, password: hunter2hunter2}\n",
                 auths[i].text);
        takes(text, 1);
        cr_assert_eq(listed->items[0].user.auth, auths[i].auth, "%s", auths[i].text);
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(privs); i++) {
        snprintf(text, sizeof(text),
                 HEAD "    auth: {protocol: SHA, password: hunter2hunter2}\n"
                      "    priv: {protocol: %s, password: hunter2hunter2}\n",
                 privs[i].text);
        takes(text, 1);
        cr_assert_eq(listed->items[0].user.priv, privs[i].priv, "%s", privs[i].text);
    }
}

Test(config_credentials, short_hash_and_long_key_are_tried_in_both_ways)
{
    takes(HEAD "    auth: {protocol: SHA, password: hunter2hunter2}\n"
               "    priv: {protocol: AES-256, password: hunter2hunter2}\n",
          2);
    cr_assert_str_eq(listed->items[0].name, "one/reeder");
    cr_assert_eq(listed->items[0].user.priv, USM_AES256_REEDER);
    cr_assert_str_eq(listed->items[1].name, "one/blumenthal");
    cr_assert_eq(listed->items[1].user.priv, USM_AES256);
    cr_assert_neq(listed->items[0].user.number, listed->items[1].user.number);
    takes(HEAD "    auth: {protocol: SHA-256, password: hunter2hunter2}\n"
               "    priv: {protocol: AES-256-C, password: hunter2hunter2}\n",
          1);
    cr_assert_eq(listed->items[0].user.priv, USM_AES256, "nothing is extended: both are the same");
}

Test(config_credentials, secrets_come_from_files_beside_the_one_that_names_them)
{
    config_test_file("p", "hunter2 with blanks \r\n");
    config_test_file("c", "\xef\xbb\xbfhunter2");
    takes("credentials:\n"
          "  - name: a\n"
          "    user: u\n"
          "    auth: {protocol: SHA, password_file: p}\n"
          "  - {name: b, version: 2c, community_file: c}\n",
          2);
    has_key(listed->items[0].user.auth_key, USM_SHA1, "hunter2 with blanks ");
    cr_assert_eq(listed->items[1].community_size, 7);
}

Test(config_credentials, files_of_secrets_are_private_and_of_one_line)
{
    static const char uses_p[] = HEAD "    auth: {protocol: SHA, password_file: p}\n";
    refuses(uses_p, ":4: password_file: cannot read a secret in");
    const char *path = config_test_file("p", "hunter2hunter2\n");
    cr_assert_eq(chmod(path, 0640), 0);
    refuses(uses_p, "chmod 600");
    config_test_file("p", "");
    refuses(uses_p, "is empty");
    config_test_file("p", "\nhunter2hunter2\n");
    refuses(uses_p, "is empty; its first line");
    config_test_file("p", "hunter2hunter2\nhunter2hunter2\n");
    refuses(uses_p, "more than one line");
    char big[400];
    memset(big, 'x', sizeof(big));
    config_test_octets("p", big, sizeof(big));
    refuses(uses_p, "more than 255 octets");
}

Test(config_credentials, systemd_gives_secrets_by_name)
{
    static const char content[] =
        HEAD "    auth: {protocol: SHA, password_file: \"credential:p\"}\n";
    const char *path = config_test_file("p", "hunter2hunter2");
    char folder[128];
    snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
    refuses(content, "CREDENTIALS_DIRECTORY is not set");
    setenv("CREDENTIALS_DIRECTORY", folder, 1);
    takes(content, 1);
    has_key(listed->items[0].user.auth_key, USM_SHA1, "hunter2hunter2");
    if (geteuid() == 0) {
        cr_assert_eq(chmod(path, 0440), 0);
        takes(content, 1); /* root's, with an ACL for the service */
    }
    cr_assert_eq(chmod(path, 0444), 0);
    refuses(content, "can be used by others");
    refuses(HEAD "    auth: {protocol: SHA, password_file: \"credential:../p\"}\n",
            "is not the name of a credential");
}

Test(config_credentials, secrets_in_a_file_that_others_read_are_refused_once)
{
    static const char content[] = "credentials:\n  - {name: a, community: hunter2}\n"
                                  "  - {name: b, community: hunter2}\n";
    const char *path = config_test_file("open.yaml", content);
    const struct config_credential_options options = {.credentials_file = path};
    cr_assert_eq(chmod(path, 0644), 0);
    memset(&report, 0, sizeof(report));
    cr_assert_eq(config_credentials_open(&config_test_config, &options, &report, &config_test_list),
                 BASE_EUSAGE);
    cr_assert(config_test_says("open.yaml:2: a secret stands here, but"), "%s", report.text);
    cr_assert_eq(report.count, 1);
    config_yaml_free(config_test_config.list.root);
    config_test_config.list.root = NULL;
    config_test_file("c", "hunter2");
    path = config_test_file("open.yaml", "credentials:\n  - {name: a, community_file: c}\n");
    cr_assert_eq(chmod(path, 0644), 0);
    memset(&report, 0, sizeof(report));
    cr_assert_eq(config_credentials_open(&config_test_config, &options, &report, &config_test_list),
                 0, "without secrets in it everybody may read it: %s", report.text);
}

Test(config_credentials, mistakes_are_told_with_line_and_remedy)
{
    refuses(HEAD "    auth: {protocol: SHA, password: hunter2}\n", "less than 8 octets");
    refuses(HEAD "    auth: {protocol: SHA}\n", ":4: the password is missing");
    refuses(HEAD "    auth: {password: hunter2hunter2}\n", ":4: auth wants a protocol");
    refuses(HEAD "    auth: hunter2hunter2\n", ":4: auth is a mapping");
    refuses(HEAD "    auth: {hunter2hunter2: 1}\n", "known are protocol, password, password_file");
    refuses(HEAD "    auth: {protocol: SHAA, password: hunter2hunter2}\n", "did you mean SHA");
    refuses(HEAD "    auth: {protocol: hunter2hunter2, password: SHA}\n", "known are MD5, SHA-1");
    refuses(HEAD "    auth: {protocol: SHA, password: hunter2hunter2, password_file: p}\n",
            "exclude each other");
    refuses(HEAD "    auth: {protocol: SHA, password: ~}\n", "password has no value");
    refuses(HEAD "    auth: {protocol: SHA, password: [hunter2]}\n", "password is a text");
    refuses(HEAD "    priv: {protocol: AES, password: hunter2hunter2}\n", ":4: priv wants auth");
    refuses(HEAD "    auth: {protocol: SHA, password: hunter2hunter2}\n"
                 "    priv: {protocol: 3DES, password: hunter2hunter2}\n",
            ":5: this protocol is not known");
    refuses(HEAD "    community: hunter2\n", ":4: community does not belong");
    refuses(HEAD "    version: 2c\n", "user does not belong to a credential of version 1 or 2c");
    refuses(HEAD "    version: hunter2\n", ":4: version is 1, 2c or 3");
    refuses(HEAD "    usr: x\n", "did you mean \"user\"?");
    refuses("credentials:\n  - {user: u}\n", ":2: a credential wants a name");
    refuses("credentials:\n  - {name: '', user: u}\n", "a name has 1 to 48");
    refuses("credentials:\n  - {name: \"a\\e[1m\", user: u}\n", "no control characters");
    refuses("credentials:\n  - {name: a, version: 3}\n", "wants a user");
    refuses("credentials:\n  - {name: a, user: ''}\n", "user has 1 to 32 octets");
    refuses("credentials:\n  - {name: a, user: aaaaaaaaaabbbbbbbbbbccccccccccddd}\n",
            "user has 1 to 32 octets");
    refuses("credentials:\n  - {name: a, version: 2c}\n", "the community is missing");
    refuses("credentials:\n  - {name: a, community: ''}\n", "community has 1 to 255 octets");
    refuses("credentials:\n  - hunter2\n", "a credential is a mapping");
    refuses("credentials: hunter2\n", "credentials is a list");
    refuses("credentials: []\n", "it holds no credentials");
    refuses("credentials:\n", "it holds no credentials");
    refuses("snmp: {}\n", "known are credentials");
    refuses("credentials:\n  - {name: a, user: u}\n  - {name: a, user: v}\n",
            ":3: the name \"a\" is taken");
}

Test(config_credentials, contexts_engines_and_subnets_are_checked)
{
    refuses(HEAD "    context: aaaaaaaaaabbbbbbbbbbccccccccccddd\n", "context has at most 32");
    refuses(HEAD "    context_engine_id: 80001f\n", "5 to 32 octets");
    refuses(HEAD "    context_engine_id: 80001f88f\n", "5 to 32 octets");
    refuses(HEAD "    context_engine_id: \"0000000000\"\n", "not all 00 or ff");
    refuses(HEAD "    context_engine_id: ffffffffff\n", "not all 00 or ff");
    refuses(HEAD "    context_engine_id: hunter2\n", "in hexadecimal");
    refuses(HEAD "    subnets: [hunter2]\n", ":4: this is no subnet");
    refuses(HEAD "    subnets: [10.0.0.0/33]\n", "this is no subnet");
    refuses(HEAD "    subnets: [10.0.0.0/-1]\n", "this is no subnet");
    refuses(HEAD "    subnets: [\"2001:db8::/63\"]\n", "this is no subnet");
    refuses(HEAD "    subnets: [\"10.0.0.1:161\"]\n", "this is no subnet");
    refuses(HEAD "    subnets: [10.0.0.9-10.0.0.1]\n", "this is no subnet");
    refuses(HEAD "    subnets: []\n", "subnets is a list");
    refuses(HEAD "    subnets: {a: b}\n", "subnets is a list");
    takes(HEAD "    subnets: 0.0.0.0/0\n", 1);
    cr_assert_eq(listed->subnets[0].count, UINT64_C(1) << 32);
}

static bool covers(const char *address)
{
    struct target target;
    cr_assert_eq(target_parse(address, &target), 0);
    return credential_covers(listed, 0, &target);
}

Test(config_credentials, large_networks_cover_their_addresses)
{
    takes(HEAD "    subnets: [10.77.0.0/8, \"2001:db8:0:7::1/64\"]\n", 1);
    cr_assert(covers("10.0.0.0"));
    cr_assert(covers("10.255.255.255"));
    cr_assert(!covers("11.0.0.0"));
    cr_assert(!covers("9.255.255.255"));
    cr_assert(covers("[2001:db8:0:7::]:161"));
    cr_assert(covers("[2001:db8:0:7:ffff:ffff:ffff:fff0]:161"));
    cr_assert(!covers("[2001:db8:0:8::1]:161"));
}

Test(config_credentials, approved_only_names_what_it_refuses)
{
    static const char *const refused[][2] = {
        {HEAD, "\"one\" for no authentication"},
        {HEAD "    auth: {protocol: MD5, password: hunter2hunter2}\n", "\"one\" for MD5;"},
        {HEAD "    auth: {protocol: SHA, password: hunter2hunter2}\n"
              "    priv: {protocol: DES, password: hunter2hunter2}\n",
         "\"one\" for DES;"},
        {HEAD "    auth: {protocol: SHA, password: hunter2hunter2}\n"
              "    priv: {protocol: AES-192, password: hunter2hunter2}\n",
         "\"one\" for AES-192 with the shorter SHA-1"},
        {"credentials:\n  - {name: two, community: hunter2}\n", "\"two\": SNMP versions 1 and 2c"},
    };
    config_set(&config_test_config, CONFIG_APPROVED_ONLY, 1, NULL, "--approved-only");
    for (size_t i = 0; i < BASE_ARRAY_COUNT(refused); i++) {
        refuses(refused[i][0], refused[i][1]);
    }
    takes(HEAD "    auth: {protocol: SHA-1, password: hunter2hunter2}\n"
               "    priv: {protocol: AES, password: hunter2hunter2}\n",
          1);
    takes(HEAD "    auth: {protocol: SHA-256, password: hunter2hunter2}\n"
               "    priv: {protocol: AES-256, password: hunter2hunter2}\n",
          1);
    cr_assert_eq(config_test_credentials(NULL, 0), BASE_EUSAGE, "not even public");
    cr_assert(config_test_says("there are no credentials"), "%s", report.text);
    setenv("PLATEN_COMMUNITY", "hunter2", 1);
    cr_assert_eq(config_test_credentials(NULL, 0), BASE_EUSAGE);
    cr_assert(config_test_says("PLATEN_COMMUNITY: approved_only refuses the communities"));
}

Test(config_credentials, communities_come_after_those_of_the_file)
{
    const struct config_credential_options none = {0};
    cr_assert_eq(config_credentials_open(&config_test_config, &none, &report, &listed), 0);
    cr_assert_eq(listed->count, 2);
    cr_assert_arr_eq(listed->items[0].community, "public", 6);
    takes("credentials:\n  - {name: a, user: u}\n", 1); /* public is not tried then */
    setenv("PLATEN_COMMUNITY", "hunter2", 1);
    takes("credentials:\n  - {name: a, user: u}\n", 3);
    cr_assert_str_eq(listed->items[1].name, "community");
    cr_assert_eq(listed->items[1].version, PDU_V2C);
    cr_assert_eq(listed->items[2].version, PDU_V1);
    refuses("credentials:\n  - {name: community, version: 1, community: x}\n",
            "the name \"community\" is taken");
}

Test(config_credentials, every_line_of_a_community_file_is_used)
{
    const struct config_credential_options options = {
        .community_file = config_test_file("c", "hunter2\nsecond\n"), .uses = CONFIG_USES_V2C};
    cr_assert_eq(config_credentials_open(&config_test_config, &options, &report, &listed), 0, "%s",
                 report.text);
    cr_assert_eq(listed->count, 2);
    cr_assert_str_eq(listed->items[1].name, "community-2");
    cr_assert_arr_eq(listed->items[1].community, "second", 6);
}

#define MIXED                                                                                      \
    "credentials:\n  - {name: a, community: x}\n  - {name: b, user: u}\n"                          \
    "  - {name: c, version: 2c, community: y}\n  - {name: d, user: v}\n"

static void in_order(const char *names)
{
    char got[64] = "";
    for (size_t i = 0; i < listed->count; i++) {
        snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s ", listed->items[i].name,
                 config_version_name(listed->items[i].version));
    }
    cr_assert_str_eq(got, names);
}

Test(config_credentials, order_sorts_by_version_and_leaves_out)
{
    takes(MIXED, 5);
    in_order("a2c a1 b3 c2c d3 ");
    cr_assert_eq(config_test_open("snmp: {order: [3, 2c, 1]}\n"), 0);
    takes(MIXED, 5);
    in_order("b3 d3 a2c c2c a1 ");
    cr_assert_eq(config_test_open("snmp: {order: [3, 2c]}\n"), 0);
    takes(MIXED, 4);
    in_order("b3 d3 a2c c2c ");
    cr_assert_eq(config_test_credentials(MIXED, CONFIG_USES_V1), 0, "the option wins");
    in_order("a1 ");
    cr_assert_eq(config_test_credentials(MIXED, CONFIG_USES_V3), 0);
    in_order("b3 d3 ");
}

Test(config_credentials, version_without_any_credential_is_told)
{
    cr_assert_eq(
        config_test_credentials("credentials:\n  - {name: a, community: x}\n", CONFIG_USES_V3),
        BASE_EUSAGE);
    cr_assert(config_test_says("no credentials for SNMP version 3"), "%s", report.text);
}

Test(config_credentials, configuration_names_them_and_the_option_wins)
{
    config_test_file("own.yaml", "credentials:\n  - {name: file, user: u}\n");
    cr_assert_eq(config_test_open("snmp:\n  credentials: [{name: inside, user: u}]\n"
                                  "  credentials_file: own.yaml\n"),
                 0, "%s", report.text);
    cr_assert_eq(config_test_credentials(NULL, 0), 0, "%s", report.text);
    in_order("inside3 file3 ");
    takes("credentials:\n  - {name: option, user: u}\n", 1);
    in_order("option3 ");
}

Test(config_credentials, the_list_is_limited)
{
    static char text[65536];
    size_t size = (size_t)snprintf(text, sizeof(text), "credentials:\n");
    for (int i = 0; i < CREDENTIALS_MAX; i++) {
        size += (size_t)snprintf(text + size, sizeof(text) - size,
                                 "  - {name: n%d, version: 1, community: x}\n", i);
    }
    takes(text, CREDENTIALS_MAX);
    snprintf(text + size, sizeof(text) - size, "  - {name: more, user: u}\n");
    refuses(text, "more than 64 credentials");
}

Test(config_credentials, equal_passwords_are_expanded_once)
{
    static struct config_secret_keys keys;
    struct config_secret password = {.size = 8, .octets = "hunter22"};
    uint8_t key[USM_KEY_MAX];
    for (int i = 0; i < 3; i++) {
        config_secret_make_key(&keys, USM_SHA1, &password, key);
    }
    cr_assert_eq(keys.made, 1);
    has_key(key, USM_SHA1, "hunter22");
    config_secret_make_key(&keys, USM_MD5, &password, key);
    cr_assert_eq(keys.made, 2);
    has_key(key, USM_MD5, "hunter22");
    password.octets[7] = '3';
    config_secret_make_key(&keys, USM_MD5, &password, key);
    cr_assert_eq(keys.made, 3);
    has_key(key, USM_MD5, "hunter23");
}
