#include <criterion/criterion.h>

#include "core/fleet/keys.h"
#include "tests/unit/support_archive.h"

TestSuite(keys, .init = support_archive_setup, .fini = support_archive_teardown, .timeout = 60);

static const char LIST[] = "serial:hp:AB1234\0mac:001ba9000001#2\0name:hp|4250|lobby";

static struct bytes list(void)
{
    return bytes_of(LIST, sizeof(LIST));
}

Test(keys, a_list_is_walked_to_its_end)
{
    size_t at = 0;
    cr_assert_str_eq(keys_next(list(), &at), "serial:hp:AB1234");
    cr_assert_str_eq(keys_next(list(), &at), "mac:001ba9000001#2");
    cr_assert_str_eq(keys_next(list(), &at), "name:hp|4250|lobby");
    cr_assert_null(keys_next(list(), &at));
    at = 0;
    cr_assert_null(keys_next(bytes_of("serial:X", 8), &at), "without its NUL it is damage");
}

Test(keys, kinds_and_values_are_told)
{
    cr_assert_eq(keys_kind("serial:hp:AB1234"), ROWS_KEY_SERIAL);
    cr_assert_eq(keys_kind("mac:001ba9000001"), ROWS_KEY_MAC);
    cr_assert_eq(keys_kind("machine:1"), ROWS_KEY_NONE);
    cr_assert_str_eq(keys_value("serial:hp:AB1234"), "AB1234");
    cr_assert_str_eq(keys_value("mac:001ba9000001"), "001ba9000001");
    cr_assert_str_eq(keys_of_kind(list(), ROWS_KEY_NAME), "name:hp|4250|lobby");
    cr_assert_null(keys_of_kind(list(), ROWS_KEY_ENGINE));
}

Test(keys, a_card_without_its_port_is_any_of_them)
{
    cr_assert(keys_agree("mac:001ba9000001#2", "mac:001ba9000001"));
    cr_assert(keys_agree("mac:001ba9000001", "mac:001ba9000001#2"));
    cr_assert_not(keys_agree("mac:001ba9000001#2", "mac:001ba9000001#3"));
    cr_assert_not(keys_agree("mac:001ba9000001", "mac:001ba90000012"));
}

Test(keys, a_card_is_one_whichever_of_its_printers_is_asked)
{
    cr_assert(keys_same_card("mac:001ba9000001#/.2", "mac:001ba9000001#/.3"));
    cr_assert(keys_same_card("mac:001ba9000001#2", "mac:001ba9000001"));
    cr_assert_not(keys_same_card("mac:001ba9000001", "mac:001ba90000012"));
    cr_assert_not(keys_agree("mac:001ba9000001#/.2", "mac:001ba9000001#/.3"));
}

Test(keys, names_contradict_nothing)
{
    cr_assert(keys_contradict(list(), "serial:hp:CD5678"));
    cr_assert_not(keys_contradict(list(), "serial:hp:AB1234"));
    cr_assert(keys_contradict(list(), "mac:001ba9000009"));
    cr_assert_not(keys_contradict(list(), "engine:80001f88"));
    cr_assert_not(keys_contradict(list(), "name:hp|4250|cellar"));
}

Test(keys, what_a_poll_did_not_give_is_kept)
{
    static const char NOW[] = "mac:001ba9000009";
    struct keys_known known;
    bool has_all = true;
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(keys_keep(txn, 1, list(), bytes_of(NULL, 0), &has_all), 0);
    cr_assert(has_all);
    cr_assert_eq(keys_load(txn, 1, &known), 0);
    cr_assert_eq(keys_keep(txn, 1, bytes_of(NOW, sizeof(NOW)), known.own, &has_all), 0);
    cr_assert_not(has_all);
    cr_assert_eq(keys_load(txn, 1, &known), 0);
    cr_assert(keys_hold(known.own, "serial:hp:AB1234"));
    cr_assert(keys_hold(known.own, "mac:001ba9000009"));
    cr_assert_not(keys_hold(known.own, "mac:001ba9000001#2"));
    cr_assert_not(known.has_predecessors);
    store_abort(txn);
}
