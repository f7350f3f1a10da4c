/*
 * What the agent leaves for others: its note in the store, and its lock.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/app/agent_lock.h"
#include "core/app/agent_note.h"
#include "tests/unit/support_store.h"

TestSuite(agent_note, .init = support_store_setup, .fini = support_store_teardown, .timeout = 30);

static int read_back(struct store *store, struct agent_note *out)
{
    struct store_txn *txn = support_store_begin(store, false);
    int rc = agent_note_read(txn, out);
    store_abort(txn);
    return rc;
}

static void write_octets(struct store *store, struct bytes octets)
{
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_note_put(txn, "agent", octets), 0);
    cr_assert_eq(store_commit(txn), 0);
}

Test(agent_note, comes_back_as_it_was_written)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct agent_note note;
    struct agent_note back = {{7}};
    cr_assert_eq(read_back(store, &back), BASE_ENOTFOUND);
    cr_assert_eq(back.facts[0], 7);
    for (int i = 0; i < AGENT_NOTE_FACTS; i++) {
        note.facts[i] = INT64_C(-3000000000000) * i + 1;
    }
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(agent_note_write(txn, &note), 0);
    cr_assert_eq(store_commit(txn), 0);
    cr_assert_eq(read_back(store, &back), 0);
    cr_assert_arr_eq(&back, &note, sizeof(note));
    store_close(store);
}

Test(agent_note, of_fewer_or_more_facts_is_read_and_damage_is_not)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct agent_note back;
    uint8_t octets[2 + 255 * 8] = {1, 1, 42};
    write_octets(store, bytes_of(octets, 10));
    cr_assert_eq(read_back(store, &back), 0);
    cr_assert_eq(back.facts[0], 42);
    cr_assert_eq(back.facts[1], 0);
    octets[1] = 255;
    write_octets(store, bytes_of(octets, sizeof(octets)));
    cr_assert_eq(read_back(store, &back), 0);
    write_octets(store, bytes_of(octets, sizeof(octets) - 1));
    cr_assert_eq(read_back(store, &back), BASE_EFORMAT);
    write_octets(store, bytes_of(octets, 1));
    cr_assert_eq(read_back(store, &back), BASE_EFORMAT);
    octets[0] = 2;
    write_octets(store, bytes_of(octets, sizeof(octets)));
    cr_assert_eq(read_back(store, &back), BASE_EVERSION);
    store_close(store);
}

Test(agent_note, one_agent_has_the_lock_and_is_named)
{
    struct agent_lock other = {0};
    int fd = -1;
    store_close(support_store_open(STORE_READ_WRITE)); /* makes the folder */
    cr_assert_eq(agent_lock_look(support_store_path, &other), BASE_ENOTFOUND);
    cr_assert_eq(agent_lock_take(support_store_path, 1234567, &fd, &other), 0);
    pid_t child = fork();
    if (child == 0) {
        int second = -1;
        bool is_told = agent_lock_look(support_store_path, &other) == 0 && other.pid == getppid() &&
                       other.since_unix_ms == 1234567;
        other = (struct agent_lock){0};
        bool is_refused = agent_lock_take(support_store_path, 1, &second, &other) == BASE_EEXISTS &&
                          other.pid == getppid();
        _exit(is_told && is_refused ? 0 : 1);
    }
    int status = -1;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    close(fd);
    cr_assert_eq(agent_lock_look(support_store_path, &other), BASE_ENOTFOUND);
    cr_assert_eq(agent_lock_take(support_store_path, 1, &fd, &other), 0);
    close(fd);
}
