#include <string.h>

#include <criterion/criterion.h>

#include "core/app/credential_words.h"

Test(credential_words, a_version_is_called_as_people_do)
{
    cr_assert_str_eq(credential_words_version(PDU_V1), "1");
    cr_assert_str_eq(credential_words_version(PDU_V2C), "2c");
    cr_assert_str_eq(credential_words_version(PDU_V3), "3");
    cr_assert_null(credential_words_version(2));
    cr_assert_null(credential_words_version(UINT8_MAX));
}

Test(credential_words, a_level_is_called_as_in_the_rfc)
{
    cr_assert_null(credential_words_level(0));
    cr_assert_str_eq(credential_words_level(1), "noAuthNoPriv");
    cr_assert_str_eq(credential_words_level(2), "authNoPriv");
    cr_assert_str_eq(credential_words_level(3), "authPriv");
    cr_assert_null(credential_words_level(4));
}

Test(credential_words, an_error_names_the_credential_only_when_it_is_to_blame)
{
    char text[CREDENTIAL_WORDS_MAX];
    const struct rows_access access = {.credential = bytes_from_text("admin")};
    const struct rows_access nameless = {.version = PDU_V3};
    credential_words_error(BASE_EREPORT_USER, &access, text, sizeof(text));
    cr_assert_str_eq(text,
                     "SNMPv3: the device does not know this user name (credential \"admin\")");
    credential_words_error(BASE_EREFUSED, &access, text, sizeof(text));
    cr_assert_not_null(strstr(text, "\"admin\""));
    credential_words_error(BASE_EREPORT_USER, NULL, text, sizeof(text));
    cr_assert_str_eq(text, base_strerror(BASE_EREPORT_USER));
    credential_words_error(BASE_EREPORT_USER, &nameless, text, sizeof(text));
    cr_assert_str_eq(text, base_strerror(BASE_EREPORT_USER));
    credential_words_error(BASE_ETIMEOUT, &access, text, sizeof(text));
    cr_assert_str_eq(text, "no answer");
}

Test(credential_words, a_long_name_is_cut_to_the_room)
{
    char text[64];
    char name[255];
    memset(name, 'n', sizeof(name));
    const struct rows_access access = {.credential = bytes_of(name, sizeof(name))};
    cr_assert_eq(credential_words_error(BASE_EREPORT_USER, &access, text, sizeof(text)), text);
    cr_assert_eq(strlen(text), sizeof(text) - 1);
}
