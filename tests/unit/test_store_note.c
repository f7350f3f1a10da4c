/*
 * Notes about the store as a whole.
 */
#include <criterion/criterion.h>

#include "tests/unit/support_store.h"

TestSuite(store_note, .init = support_store_setup, .fini = support_store_teardown);

Test(store_note, notes_are_kept_apart_from_everything_else)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    struct bytes note;
    cr_assert_eq(store_note_get(txn, "agent", &note), BASE_ENOTFOUND);
    cr_assert_eq(store_note_put(txn, "agent", bytes_from_text("one")), 0);
    cr_assert_eq(store_note_put(txn, "schema", bytes_from_text("two")), 0);
    cr_assert_eq(store_note_put(txn, "agent", bytes_from_text("three")), 0);
    cr_assert_eq(store_note_put(txn, "", bytes_from_text("x")), BASE_ERANGE);
    cr_assert_eq(store_note_put(txn, "a name of more octets than there is room", note),
                 BASE_ERANGE);
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
    store = support_store_open(STORE_READ_ONLY); /* the schema is still the schema */
    txn = support_store_begin(store, false);
    cr_assert_eq(store_note_get(txn, "agent", &note), 0);
    cr_assert(bytes_equal(note, bytes_from_text("three")));
    store_abort(txn);
    store_close(store);
}
