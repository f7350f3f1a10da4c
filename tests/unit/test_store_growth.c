#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "store/store.h"
#include "tests/unit/support_store.h"

TestSuite(store_growth, .init = support_store_setup, .fini = support_store_teardown,
          .timeout = 110);

#define MIB          ((uint64_t)1 << 20)
#define RECORD_BYTES 65000

static uint8_t record[RECORD_BYTES];

static struct bytes record_of(uint32_t device)
{
    memcpy(record, &device, sizeof(device));
    return bytes_of(record, sizeof(record));
}

/* Stores records of devices first..last in one transaction. */
static int fill(struct store *store, uint32_t first, uint32_t last)
{
    struct store_txn *txn = support_store_begin(store, true);
    int rc = 0;
    for (uint32_t device = first; device <= last && rc == 0; device++) {
        rc = store_record_put(txn, device, 1, record_of(device));
        cr_assert(rc == 0 || rc == BASE_ELIMIT);
        if (rc == BASE_ELIMIT) { /* nothing more can be written: the answer stays */
            cr_assert_eq(store_record_put(txn, device, 2, record_of(device)), BASE_ELIMIT);
        }
    }
    int committed = store_commit(txn);
    cr_assert(rc == 0 || committed != 0);
    return committed;
}

static void check(struct store *store, uint32_t last)
{
    struct bytes out;
    struct store_txn *txn = support_store_begin(store, false);
    for (uint32_t device = 1; device <= last; device++) {
        cr_assert_eq(store_record_get(txn, device, 1, &out), 0);
        cr_assert(bytes_equal(out, record_of(device)));
    }
    cr_assert_eq(store_record_get(txn, last + 1, 1, &out), BASE_ENOTFOUND);
    store_abort(txn);
}

static struct store_figures figures_of(struct store *store)
{
    struct store_figures figures;
    cr_assert_eq(store_figures(store, &figures), 0);
    return figures;
}

Test(store_growth, the_map_grows_before_it_is_full)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    uint32_t last = 0;
    for (int slice = 0; slice < 24; slice++, last += 100) { /* 6.2 MiB each */
        cr_assert_eq(fill(store, last + 1, last + 100), 0, "no slice is repeated");
    }
    struct store_figures figures = figures_of(store);
    cr_assert_eq(figures.growths, 2, "at 48 of 64 MiB and at 96 of 128");
    cr_assert_eq(figures.map_bytes, 256 * MIB);
    check(store, last);
    store_close(store);

    store = support_store_open(STORE_READ_WRITE);
    cr_assert_eq(figures_of(store).map_bytes, 256 * MIB, "it stays as large as it was");
    check(store, last);
    store_close(store);
}

Test(store_growth, a_transaction_that_fills_the_map_is_undone_and_repeated)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    cr_assert_eq(fill(store, 1, 10), 0);
    cr_assert_eq(fill(store, 11, 1300), BASE_ELIMIT, "80 MiB into 64");
    check(store, 10);
    cr_assert_eq(figures_of(store).growths, 1);
    cr_assert_eq(fill(store, 11, 1300), 0);
    check(store, 1300);
    store_close(store);
}

Test(store_growth, an_aborted_transaction_that_filled_the_map_grows_it_too)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    int rc = 0;
    for (uint32_t device = 1; rc == 0; device++) {
        rc = store_record_put(txn, device, 1, record_of(device));
    }
    cr_assert_eq(rc, BASE_ELIMIT);
    store_abort(txn);
    cr_assert_eq(figures_of(store).growths, 1);
    check(store, 0);
    store_close(store);
}

struct reader {
    struct store *store;
    pthread_t thread;
    int go[2]; /* pipe: reads until it is closed */
    uint64_t reads;
    int failure;
};

/* Reads device 1 in short transactions. */
static void *read_on(void *argument)
{
    struct reader *reader = argument;
    char octet;
    do {
        struct store_txn *txn = NULL;
        struct bytes out = {0};
        int rc = store_begin(reader->store, false, &txn);
        rc = rc == 0 ? store_record_get(txn, 1, 1, &out) : rc;
        if (rc != 0 || out.size != RECORD_BYTES || out.data[0] != 1) {
            reader->failure = rc != 0 ? rc : BASE_EFORMAT;
        }
        store_abort(txn);
        reader->reads++;
    } while (reader->failure == 0 && read(reader->go[0], &octet, 1) < 0);
    return NULL;
}

Test(store_growth, readers_of_the_same_process_go_on_while_it_grows)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct reader readers[3];
    uint32_t last = 100;
    cr_assert_eq(fill(store, 1, last), 0);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(readers); i++) {
        readers[i] = (struct reader){.store = store};
        cr_assert_eq(pipe2(readers[i].go, O_NONBLOCK), 0);
        cr_assert_eq(pthread_create(&readers[i].thread, NULL, read_on, &readers[i]), 0);
    }
    for (int slice = 0; slice < 20; slice++, last += 100) {
        cr_assert_eq(fill(store, last + 1, last + 100), 0);
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(readers); i++) {
        close(readers[i].go[1]);
        cr_assert_eq(pthread_join(readers[i].thread, NULL), 0);
        close(readers[i].go[0]);
        cr_assert_eq(readers[i].failure, 0, "%s", base_strerror(readers[i].failure));
        cr_assert(readers[i].reads > 0);
    }
    cr_assert_eq(figures_of(store).growths, 2);
    check(store, last);
    store_close(store);
}

Test(store_growth, a_reader_that_stays_open_puts_the_growth_off)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct bytes out;
    cr_assert_eq(fill(store, 1, 800), 0);
    struct store_txn *reader = support_store_begin(store, false);
    cr_assert_eq(fill(store, 801, 810), 0, "there is room left");
    cr_assert_eq(figures_of(store).growths, 0);
    cr_assert_eq(fill(store, 811, 1100), BASE_ELIMIT, "now there is none, and the map stays");
    cr_assert_eq(store_record_get(reader, 800, 1, &out), 0, "what the reader sees is in its place");
    cr_assert(bytes_equal(out, record_of(800)));
    store_abort(reader);
    cr_assert_eq(fill(store, 811, 1100), 0);
    cr_assert_eq(figures_of(store).growths, 1);
    check(store, 1100);
    store_close(store);
}

Test(store_growth, readers_of_other_processes_follow)
{
    int go[2];
    int ready[2];
    char octet = 'x';
    int status = -1;
    store_close(support_store_open(STORE_READ_WRITE));
    cr_assert(pipe(go) == 0 && pipe(ready) == 0);
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        struct store *store = NULL;
        struct store_txn *txn = NULL;
        struct bytes out;
        int rc = store_open(support_store_path, STORE_READ_ONLY, &store, NULL, 0);
        rc = rc == 0 ? store_begin(store, false, &txn) : rc;
        store_abort(txn);
        if (write(ready[1], &octet, 1) != 1 || read(go[0], &octet, 1) != 1) {
            _exit(2);
        }
        rc = rc == 0 ? store_begin(store, false, &txn) : rc; /* the map is larger than ours now */
        for (uint32_t device = 1; device <= 2000 && rc == 0; device++) {
            rc = store_record_get(txn, device, 1, &out);
            rc = rc == 0 && !bytes_equal(out, record_of(device)) ? BASE_EFORMAT : rc;
        }
        store_abort(rc == 0 ? txn : NULL);
        store_close(rc == 0 ? store : NULL);
        _exit(rc == 0 ? 0 : 1);
    }
    cr_assert_eq(read(ready[0], &octet, 1), 1);
    struct store *store = support_store_open(STORE_READ_WRITE);
    uint32_t last = 0;
    for (int slice = 0; slice < 20; slice++, last += 100) {
        cr_assert_eq(fill(store, last + 1, last + 100), 0);
    }
    cr_assert_eq(write(go[1], &octet, 1), 1);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%x", (unsigned)status);
    store_close(store);
}

Test(store_growth, readers_that_were_killed_do_not_make_the_file_grow)
{
    int status = 0;
    int ready[2];
    char octet = 'x';
    struct store *store = support_store_open(STORE_READ_WRITE);
    cr_assert_eq(fill(store, 1, 10), 0);
    store_close(store);
    cr_assert_eq(pipe(ready), 0);
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        struct store_txn *txn = NULL;
        if (store_open(support_store_path, STORE_READ_ONLY, &store, NULL, 0) == 0 &&
            store_begin(store, false, &txn) == 0 && write(ready[1], &octet, 1) == 1) {
            pause(); /* until it is killed */
        }
        _exit(1);
    }
    cr_assert_eq(read(ready[0], &octet, 1), 1);
    store = support_store_open(STORE_READ_WRITE);
    for (uint8_t i = 0; i < 100; i++) {
        if (i == 10) {
            cr_assert_eq(kill(child, SIGKILL), 0);
            cr_assert_eq(waitpid(child, &status, 0), child);
        }
        record[100] = i;
        cr_assert_eq(fill(store, 1, 10), 0);
    }
    cr_assert_leq(figures_of(store).used_bytes, 16 * MIB, "and not a hundred times 650 KB");
    store_close(store);
}

/* Bytes of files that are resident in this process. */
static uint64_t resident_file_bytes(void)
{
    unsigned long pages[3] = {0};
    FILE *file = fopen("/proc/self/statm", "r");
    cr_assert_not_null(file);
    cr_assert_eq(fscanf(file, "%lu %lu %lu", &pages[0], &pages[1], &pages[2]), 3);
    fclose(file);
    return (uint64_t)pages[2] * (uint64_t)sysconf(_SC_PAGESIZE);
}

Test(store_growth, what_a_transaction_looked_at_does_not_stay_in_memory)
{
    struct bytes out;
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (uint32_t last = 100; last <= 1000; last += 100) {
        cr_assert_eq(fill(store, last - 99, last), 0);
    }
    uint64_t before = resident_file_bytes();
    struct store_txn *txn = support_store_begin(store, true);
    for (uint32_t device = 1; device <= 1000; device++) {
        cr_assert_eq(store_record_get(txn, device, 1, &out), 0);
    }
    cr_assert_geq(resident_file_bytes(), before + 50 * MIB);
    cr_assert_eq(store_record_put(txn, 1, 2, bytes_from_text("anything")), 0);
    cr_assert_eq(store_commit(txn), 0);
    cr_assert_leq(resident_file_bytes(), before + 5 * MIB);
    store_close(store);
}

Test(store_growth, a_reader_that_goes_over_all_of_it_does_not_keep_it_in_memory)
{
    struct bytes out;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    for (uint32_t device = 1; device <= 10000; device++) {
        cr_assert_eq(store_record_put(txn, device, 1, bytes_of(record, 4000)), 0);
    }
    cr_assert_eq(store_commit(txn), 0);
    uint64_t before = resident_file_bytes();
    txn = support_store_begin(store, false);
    for (uint32_t device = 1; device <= 10000; device++) {
        cr_assert_eq(store_record_get(txn, device, 1, &out), 0);
    }
    cr_assert_leq(resident_file_bytes(), before + 25 * MIB, "and not 40 or more");
    cr_assert_eq(out.size, 4000, "what was read last is still there");
    cr_assert_eq(out.data[3999], record[3999]);
    store_abort(txn);
    store_close(store);
}

Test(store_growth, a_write_that_the_system_refuses_undoes_cleanly)
{
    struct rlimit limit;
    struct store *store = support_store_open(STORE_READ_WRITE);
    cr_assert_eq(fill(store, 1, 50), 0);
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 5 * MIB;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (int i = 0; i < 3; i++) {
        int rc = fill(store, 51, 150);
        cr_assert(rc == -EIO || rc == -EFBIG, "%s", base_strerror(rc));
        check(store, 50);
    }
    limit.rlim_cur = before;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_eq(fill(store, 51, 150), 0);
    check(store, 150);
    store_close(store);
}

Test(store_growth, a_process_without_address_space_keeps_its_store)
{
    struct rlimit limit;
    struct store *store = support_store_open(STORE_READ_WRITE);
    cr_assert_eq(fill(store, 1, 800), 0);
    cr_assert_eq(getrlimit(RLIMIT_AS, &limit), 0);
    rlim_t before = limit.rlim_cur;
#if !defined(__SANITIZE_ADDRESS__) /* whose shadow is larger than any limit */
    limit.rlim_cur = 100 * MIB;
#else
    before = 0;
#endif
    if (before != 0 && setrlimit(RLIMIT_AS, &limit) == 0) {
        cr_assert_eq(fill(store, 801, 810), 0, "there is room left");
        int rc = fill(store, 811, 1100);
        cr_assert_eq(rc, -ENOMEM, "%s", base_strerror(rc));
        check(store, 810);
        limit.rlim_cur = before;
        cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
    }
    cr_assert_eq(fill(store, 801, 1100), 0);
    check(store, 1100);
    store_close(store);
}
