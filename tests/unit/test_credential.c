#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/credential.h"

static struct credentials list;
static struct credential item;

static struct target address(const char *text)
{
    struct target target;
    cr_assert_eq(target_parse(text, &target), 0, "%s", text);
    return target;
}

static struct target_range range(const char *text)
{
    struct target_spec spec;
    char message[256];
    cr_assert_eq(target_read(text, &spec, message, sizeof(message)), 0, "%s", message);
    return spec.range;
}

static void name_item(const char *name, enum pdu_version version)
{
    item = (struct credential){.version = version};
    strcpy(item.name, name);
}

static void clear(void)
{
    list = (struct credentials){0};
}

TestSuite(credential, .init = clear);

Test(credential, a_list_keeps_its_order_and_copies)
{
    name_item("first", PDU_V3);
    cr_assert_eq(credentials_add(&list, &item, NULL, 0), 0);
    name_item("second", PDU_V2C);
    cr_assert_eq(credentials_add(&list, &item, NULL, 0), 0);
    item.name[0] = 'x';
    cr_assert_eq(list.count, 2);
    cr_assert_str_eq(list.items[0].name, "first");
    cr_assert_str_eq(list.items[1].name, "second");
}

Test(credential, one_name_may_stand_for_each_version_once)
{
    name_item("office", PDU_V2C);
    cr_assert_eq(credentials_add(&list, &item, NULL, 0), 0);
    cr_assert_eq(credentials_add(&list, &item, NULL, 0), BASE_EEXISTS);
    item.version = PDU_V1;
    cr_assert_eq(credentials_add(&list, &item, NULL, 0), 0);
    cr_assert_eq(list.count, 2);
}

Test(credential, a_full_list_takes_no_more)
{
    for (unsigned i = 0; i < CREDENTIALS_MAX; i++) {
        name_item("", PDU_V3);
        snprintf(item.name, sizeof(item.name), "user %u", i);
        cr_assert_eq(credentials_add(&list, &item, NULL, 0), 0);
    }
    name_item("one more", PDU_V3);
    cr_assert_eq(credentials_add(&list, &item, NULL, 0), BASE_ELIMIT);
    cr_assert_eq(list.count, CREDENTIALS_MAX);
}

Test(credential, subnets_of_all_credentials_together_are_limited)
{
    static struct target_range many[CREDENTIAL_SUBNETS_MAX];
    for (size_t i = 0; i < CREDENTIAL_SUBNETS_MAX; i++) {
        many[i] = range("10.0.0.0/24");
    }
    name_item("most", PDU_V2C);
    cr_assert_eq(credentials_add(&list, &item, many, CREDENTIAL_SUBNETS_MAX - 1), 0);
    name_item("rest", PDU_V2C);
    cr_assert_eq(credentials_add(&list, &item, many, 2), BASE_ELIMIT);
    cr_assert_eq(list.count, 1);
    cr_assert_eq(credentials_add(&list, &item, many, 1), 0);
    cr_assert_eq(list.items[1].first_subnet, CREDENTIAL_SUBNETS_MAX - 1);
}

Test(credential, users_get_different_numbers_for_the_key_ring)
{
    name_item("a", PDU_V3);
    cr_assert_eq(credentials_add(&list, &item, NULL, 0), 0);
    name_item("b", PDU_V3);
    cr_assert_eq(credentials_add(&list, &item, NULL, 0), 0);
    name_item("c", PDU_V3);
    item.user.number = 4711;
    cr_assert_eq(credentials_add(&list, &item, NULL, 0), 0);
    cr_assert_neq(list.items[0].user.number, 0);
    cr_assert_neq(list.items[1].user.number, 0);
    cr_assert_neq(list.items[0].user.number, list.items[1].user.number);
    cr_assert_eq(list.items[2].user.number, 4711);
}

Test(credential, without_subnets_it_covers_every_address)
{
    struct target v4 = address("10.1.2.3:161");
    struct target v6 = address("[2001:db8::7]:161");
    name_item("all", PDU_V2C);
    cr_assert_eq(credentials_add(&list, &item, NULL, 0), 0);
    cr_assert(credential_covers(&list, 0, &v4));
    cr_assert(credential_covers(&list, 0, &v6));
}

Test(credential, with_subnets_it_covers_those_whatever_the_port)
{
    const struct target_range some[] = {range("10.1.0.0/16"), range("2001:db8::/112"),
                                        range("10.9.9.9")};
    static const struct {
        const char *text;
        bool is_covered;
    } cases[] = {
        {"10.1.0.1:161", true},       {"10.1.255.254:1161", true},  {"10.2.0.1:161", false},
        {"10.0.255.255:161", false},  {"10.9.9.9:9", true},         {"10.9.9.10:161", false},
        {"[2001:db8::1]:161", true},  {"[2001:db8::ffff]:5", true}, {"[2001:db8::1:0]:161", false},
        {"[2001:db9::1]:161", false},
    };
    name_item("some", PDU_V3);
    cr_assert_eq(credentials_add(&list, &item, NULL, 0), 0);
    name_item("others", PDU_V3);
    cr_assert_eq(credentials_add(&list, &item, some, BASE_ARRAY_COUNT(some)), 0);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(cases); i++) {
        struct target target = address(cases[i].text);
        cr_assert_eq(credential_covers(&list, 1, &target), cases[i].is_covered, "%s",
                     cases[i].text);
    }
}

Test(credential, a_link_local_subnet_is_that_of_its_interface)
{
    struct target_range local = range("fe80::/112");
    struct target here = address("[fe80::5]:161");
    name_item("link", PDU_V3);
    local.first.scope = 3;
    here.scope = 3;
    cr_assert_eq(credentials_add(&list, &item, &local, 1), 0);
    cr_assert(credential_covers(&list, 0, &here));
    here.scope = 4;
    cr_assert_not(credential_covers(&list, 0, &here));
    list.subnets[0].first.scope = 0;
    cr_assert(credential_covers(&list, 0, &here));
}

Test(credential, the_key_tells_name_and_version_and_is_never_0)
{
    struct credential other = {.version = PDU_V2C, .name = "office"};
    name_item("office", PDU_V2C);
    item.community[0] = 'x'; /* a new secret under an old name is the same credential */
    cr_assert_eq(credential_key(&item), credential_key(&other));
    other.version = PDU_V1;
    cr_assert_neq(credential_key(&item), credential_key(&other));
    strcpy(other.name, "Office");
    other.version = PDU_V2C;
    cr_assert_neq(credential_key(&item), credential_key(&other));
    name_item("", PDU_V1);
    cr_assert_neq(credential_key(&item), 0);
}

Test(credential, the_key_is_for_ever)
{
    /* Stores hold these numbers. */
    name_item("office", PDU_V3);
    cr_assert_eq(credential_key(&item), 0xf7cd7a7bu, "%x", credential_key(&item));
}

Test(credential, ranks_follow_what_is_protected)
{
    name_item("x", PDU_V1);
    cr_assert_eq(credential_rank(&item), 0);
    item.version = PDU_V2C;
    cr_assert_eq(credential_rank(&item), 0);
    item.version = PDU_V3;
    cr_assert_eq(credential_rank(&item), 1);
    item.user.auth = USM_MD5;
    cr_assert_eq(credential_rank(&item), 2);
    item.user.priv = USM_DES;
    cr_assert_eq(credential_rank(&item), 3);
}

Test(credential, a_community_becomes_v2c_before_v1)
{
    struct bytes community = bytes_from_text("top secret");
    cr_assert_eq(credentials_add_community(&list, "a", community, true, true), 0);
    cr_assert_eq(credentials_add_community(&list, "b", community, false, true), 0);
    cr_assert_eq(credentials_add_community(&list, "c", community, true, false), 0);
    cr_assert_eq(list.count, 4);
    cr_assert_eq(list.items[0].version, PDU_V2C);
    cr_assert_eq(list.items[1].version, PDU_V1);
    cr_assert_str_eq(list.items[1].name, "a");
    cr_assert_eq(list.items[2].version, PDU_V1);
    cr_assert_eq(list.items[3].version, PDU_V2C);
    cr_assert_eq(list.items[3].community_size, 10);
    cr_assert_eq(memcmp(list.items[3].community, "top secret", 10), 0);
}

Test(credential, a_community_has_1_to_128_octets)
{
    char text[CREDENTIAL_COMMUNITY_MAX + 1];
    memset(text, 'x', sizeof(text));
    cr_assert_eq(credentials_add_community(&list, "a", bytes_of(text, 0), true, true), BASE_ERANGE);
    cr_assert_eq(credentials_add_community(&list, "a", bytes_of(text, sizeof(text)), true, true),
                 BASE_ERANGE);
    cr_assert_eq(list.count, 0);
    cr_assert_eq(
        credentials_add_community(&list, "a", bytes_of(text, sizeof(text) - 1), true, true), 0);
}

Test(credential, a_name_that_is_too_long_is_refused)
{
    char name[CREDENTIAL_NAME_MAX + 2];
    memset(name, 'n', sizeof(name));
    name[CREDENTIAL_NAME_MAX + 1] = '\0';
    cr_assert_eq(credentials_add_community(&list, name, bytes_from_text("x"), true, true),
                 BASE_ERANGE);
    cr_assert_eq(credentials_add_community(&list, name + 1, bytes_from_text("x"), true, true), 0);
}

Test(credential, a_community_is_added_in_both_versions_or_in_none)
{
    struct bytes community = bytes_from_text("public");
    cr_assert_eq(credentials_add_community(&list, "a", community, false, true), 0);
    cr_assert_eq(credentials_add_community(&list, "a", community, true, true), BASE_EEXISTS);
    cr_assert_eq(list.count, 1);
    list.count = CREDENTIALS_MAX - 1;
    cr_assert_eq(credentials_add_community(&list, "b", community, true, true), BASE_ELIMIT);
    cr_assert_eq(list.count, CREDENTIALS_MAX - 1);
}

Test(credential, clearing_leaves_nothing_behind)
{
    static const struct credentials nothing;
    cr_assert_eq(credentials_add_community(&list, "a", bytes_from_text("secret"), true, true), 0);
    credentials_clear(&list);
    cr_assert_eq(list.count, 0);
    cr_assert_eq(memcmp(&list, &nothing, sizeof(list)), 0);
}
