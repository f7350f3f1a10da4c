#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/base/bytes.h"
#include "store/kv.h"
#include "store/pack.h"
#include "store/place.h"
#include "store/store.h"
#include "tests/unit/support_store.h"

TestSuite(store_open, .init = support_store_setup, .fini = support_store_teardown, .timeout = 60);

static char message[512];

static int try_open(const char *path, enum store_mode mode)
{
    struct store *store = NULL;
    int rc = store_open(path, mode, &store, message, sizeof(message));
    cr_assert_eq(rc == 0, store != NULL);
    cr_assert_eq(rc == 0, message[0] == '\0', "a failure says one sentence: %s", message);
    store_close(store);
    return rc;
}

static bool says(const char *what)
{
    return strstr(message, what) != NULL;
}

static bool is_there(const char *file)
{
    struct stat info;
    return stat(support_store_file(file), &info) == 0;
}

static mode_t mode_of(const char *path)
{
    struct stat info;
    cr_assert_eq(stat(path, &info), 0);
    return info.st_mode & 07777;
}

static void write_file(const char *name, const void *data, size_t size)
{
    int fd = open(support_store_file(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    cr_assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    close(fd);
}

static void make_store(void)
{
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), 0);
}

Test(store_open, creates_directories_that_only_their_owner_enters)
{
    char deep[128];
    umask(0);
    snprintf(deep, sizeof(deep), "%s/a/b/", support_store_path);
    cr_assert_eq(try_open(deep, STORE_READ_WRITE), 0);
    cr_assert_eq(mode_of(support_store_path), 0700);
    cr_assert_eq(mode_of(support_store_file("a")), 0700);
    cr_assert_eq(mode_of(support_store_file("a/b")), 0700);
    cr_assert_eq(mode_of(support_store_file("a/b/data.mdb")), 0600);
    cr_assert_eq(mode_of(support_store_file("a/b/lock.mdb")), 0600);
    cr_assert_eq(mode_of(support_store_file("a/b/sentinel")), 0600);
    cr_assert_eq(mode_of(support_store_file("a/b/writer.lock")), 0600);
}

Test(store_open, reading_makes_nothing)
{
    cr_assert_eq(try_open(support_store_path, STORE_READ_ONLY), BASE_ENOTFOUND);
    cr_assert(says("there is no store in") && says(support_store_path));
    cr_assert(!is_there(""));
    cr_assert_eq(mkdir(support_store_path, 0700), 0);
    cr_assert_eq(try_open(support_store_path, STORE_READ_ONLY), BASE_ENOTFOUND);
    cr_assert(!is_there("data.mdb") && !is_there("lock.mdb") && !is_there("writer.lock"));
}

Test(store_open, opens_again_what_it_made)
{
    make_store();
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), 0);
    cr_assert_eq(try_open(support_store_path, STORE_READ_ONLY), 0);
}

Test(store_open, does_not_need_a_message)
{
    struct store *store = NULL;
    cr_assert_eq(store_open(support_store_path, STORE_READ_ONLY, &store, NULL, 0), BASE_ENOTFOUND);
    cr_assert_eq(store_open(support_store_path, STORE_READ_WRITE, &store, NULL, 0), 0);
    store_close(store);
    store_close(NULL);
}

Test(store_open, cuts_the_message_to_its_room)
{
    struct store *store = NULL;
    char small[6] = "xxxxx";
    cr_assert_eq(store_open(support_store_path, STORE_READ_ONLY, &store, small, sizeof(small)),
                 BASE_ENOTFOUND);
    cr_assert_str_eq(small, "there");
}

Test(store_open, refuses_names_that_cannot_be)
{
    char name[5000];
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    cr_assert_eq(try_open("", STORE_READ_WRITE), BASE_EUSAGE);
    cr_assert_eq(try_open(name, STORE_READ_WRITE), -ENAMETOOLONG);
    name[300] = '\0';
    cr_assert_eq(try_open(name, STORE_READ_WRITE), -ENAMETOOLONG);
}

Test(store_open, refuses_a_symbolic_link)
{
    char link[128];
    make_store();
    snprintf(link, sizeof(link), "%s-link", support_store_path);
    cr_assert_eq(symlink(support_store_path, link), 0);
    cr_assert_eq(try_open(link, STORE_READ_WRITE), BASE_ESTORE);
    cr_assert(says("symbolic link"));
    cr_assert_eq(try_open(link, STORE_READ_ONLY), BASE_ESTORE);
    strcat(link, "/");
    cr_assert_eq(try_open(link, STORE_READ_WRITE), BASE_ESTORE);
}

Test(store_open, refuses_linked_files)
{
    static const char *const files[] = {"data.mdb", "lock.mdb", "sentinel", "writer.lock"};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(files); i++) {
        char real[128];
        make_store();
        snprintf(real, sizeof(real), "%s-real", support_store_path);
        cr_assert_eq(rename(support_store_file(files[i]), real), 0);
        cr_assert_eq(symlink(real, support_store_file(files[i])), 0);
        cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), BASE_ESTORE);
        cr_assert(says("not a regular file") && says(files[i]));
        cr_assert_eq(rename(real, support_store_file(files[i])), 0);
    }
}

Test(store_open, refuses_a_directory_that_everybody_writes_to)
{
    make_store();
    cr_assert_eq(chmod(support_store_path, 0777), 0);
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), BASE_ESTORE);
    cr_assert(says("everybody") && says("0777"));
    cr_assert_eq(try_open(support_store_path, STORE_READ_ONLY), BASE_ESTORE);
    cr_assert_eq(chmod(support_store_path, 0750), 0);
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), 0);
}

Test(store_open, refuses_a_file)
{
    FILE *file = fopen(support_store_path, "w");
    cr_assert_not_null(file);
    fclose(file);
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), BASE_ESTORE);
    cr_assert(says("not a directory"));
    char below[128];
    snprintf(below, sizeof(below), "%s/deeper", support_store_path);
    cr_assert_eq(try_open(below, STORE_READ_WRITE), -ENOTDIR);
}

Test(store_open, knows_network_file_systems)
{
    cr_assert(place_is_remote(0x6969));               /* NFS */
    cr_assert(place_is_remote(0xFF534D42));           /* CIFS */
    cr_assert(place_is_remote(0xFFFFFFFFFF534D42UL)); /* the same, sign-extended */
    cr_assert(place_is_remote(0xFE534D42));           /* SMB2 */
    cr_assert(!place_is_remote(0xEF53));              /* ext4 */
    cr_assert(!place_is_remote(0x01021994));          /* tmpfs */
    cr_assert(!place_is_remote(0x58465342));          /* XFS */
    cr_assert(!place_is_remote(0x9123683E));          /* btrfs */
}

Test(store_open, refuses_what_it_may_not_enter)
{
    make_store();
    if (geteuid() == 0) {
        char parent[128];
        snprintf(parent, sizeof(parent), "%s/..", support_store_path);
        cr_assert_eq(chmod(parent, 0755), 0);
        cr_assert_eq(seteuid(65534), 0);
    } else {
        cr_assert_eq(chmod(support_store_path, 0), 0);
    }
    int writing = try_open(support_store_path, STORE_READ_WRITE);
    bool writing_says = says(support_store_path);
    int reading = try_open(support_store_path, STORE_READ_ONLY);
    if (getuid() == 0) {
        cr_assert_eq(seteuid(0), 0);
    }
    chmod(support_store_path, 0700);
    cr_assert(writing == -EACCES && writing_says, "%s", base_strerror(writing));
    cr_assert_eq(reading, -EACCES, "%s", base_strerror(reading));
}

/* A process that has the store open until it is killed. */
static pid_t hold_store(enum store_mode mode)
{
    int ready[2];
    char octet;
    cr_assert_eq(pipe(ready), 0);
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        struct store *store = NULL;
        if (store_open(support_store_path, mode, &store, NULL, 0) == 0) {
            octet = 'r';
            if (write(ready[1], &octet, 1) == 1) {
                pause();
            }
        }
        _exit(1);
    }
    close(ready[1]);
    cr_assert_eq(read(ready[0], &octet, 1), 1);
    close(ready[0]);
    return child;
}

static void kill_child(pid_t child)
{
    cr_assert_eq(kill(child, SIGKILL), 0);
    cr_assert_eq(waitpid(child, NULL, 0), child);
}

/* Appends ledger rows of one device each, every one in a transaction of its own. */
static int append_rows(struct store *store, int count)
{
    uint8_t payload[3000] = {0}; /* the map has to grow */
    int rc = 0;
    for (int i = 0; i < count && rc == 0; i += rc == 0, rc = rc == BASE_ELIMIT ? 0 : rc) {
        struct store_device device = {.id = "two", .address = "10.0.0.1:161"};
        struct store_txn *txn = NULL;
        rc = store_begin(store, true, &txn);
        if (rc != 0) {
            return rc;
        }
        rc = store_device_create(txn, &device);
        rc = rc == 0 ? store_chain_append(txn, STORE_LEDGER, &device, i + 1,
                                          bytes_of(payload, sizeof(payload)))
                     : rc;
        rc = rc == 0 ? store_device_put(txn, &device) : rc;
        rc = store_commit(txn);
    }
    return rc;
}

Test(store_open, several_processes_write_and_nothing_gets_one_number_twice)
{
    enum { PROCESSES = 3, ROWS = 400 };
    pid_t children[PROCESSES];
    struct store_figures figures;
    for (int i = 0; i < PROCESSES; i++) { /* at once, where no store is yet */
        children[i] = fork();
        cr_assert(children[i] >= 0);
        if (children[i] == 0) {
            struct store *store = NULL;
            int rc = store_open(support_store_path, STORE_READ_WRITE, &store, NULL, 0);
            rc = rc == 0 ? append_rows(store, ROWS) : rc;
            store_close(store);
            _exit(rc == 0 ? 0 : 1);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status = 0;
        cr_assert_eq(waitpid(children[i], &status, 0), children[i]);
        cr_assert_eq(status, 0);
    }
    struct store *store = support_store_open(STORE_READ_ONLY);
    cr_assert_eq(store_figures(store, &figures), 0);
    cr_assert_eq(figures.devices, PROCESSES * ROWS, "%lu", (unsigned long)figures.devices);
    cr_assert_eq(figures.ledger_rows, PROCESSES * ROWS);
    store_close(store);
}

Test(store_open, a_process_that_was_killed_while_it_wrote_stops_nobody)
{
    pid_t child = hold_store(STORE_READ_WRITE);
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), 0);
    kill_child(child);
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), 0);
}

Test(store_open, a_reading_process_does_not_stop_the_writer)
{
    make_store();
    pid_t child = hold_store(STORE_READ_ONLY);
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), 0);
    kill_child(child);
}

Test(store_open, one_process_has_it_open_once)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    cr_assert_eq(try_open(support_store_path, STORE_READ_ONLY), BASE_EEXISTS);
    cr_assert(says("open already"));
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), BASE_EEXISTS);
    store_close(store);
    store = support_store_open(STORE_READ_ONLY);
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), BASE_EEXISTS);
    store_close(store);
}

Test(store_open, a_lost_data_file_is_never_a_new_store)
{
    for (int mode = STORE_READ_ONLY; mode <= STORE_READ_WRITE; mode++) {
        make_store();
        cr_assert_eq(unlink(support_store_file("data.mdb")), 0);
        cr_assert_eq(try_open(support_store_path, (enum store_mode)mode), BASE_ESTORE);
        cr_assert(says("was there and is gone"));
        cr_assert(!is_there("data.mdb"), "nothing is made in its place");
        cr_assert_eq(unlink(support_store_file("sentinel")), 0);
    }
}

Test(store_open, an_emptied_data_file_is_never_a_new_store)
{
    make_store();
    write_file("data.mdb", "", 0);
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), BASE_ESTORE);
    cr_assert(says("was there and is gone"));
    cr_assert_eq(try_open(support_store_path, STORE_READ_ONLY), BASE_ESTORE);
}

Test(store_open, an_interrupted_first_start_begins_again)
{
    static const size_t sizes[] = {0, 100, 4096, 8191};
    const uint8_t zeros[8192] = {0};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(sizes); i++) {
        (void)mkdir(support_store_path, 0700);
        write_file("data.mdb", zeros, sizes[i]);
        cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), 0, "%zu bytes", sizes[i]);
        cr_assert_eq(unlink(support_store_file("sentinel")), 0);
    }
}

Test(store_open, a_lost_sentinel_is_made_again)
{
    make_store();
    cr_assert_eq(unlink(support_store_file("sentinel")), 0);
    cr_assert_eq(try_open(support_store_path, STORE_READ_ONLY), 0);
    cr_assert(!is_there("sentinel"), "reading writes nothing");
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), 0);
    cr_assert(is_there("sentinel"));
}

Test(store_open, refuses_a_file_that_is_no_store)
{
    uint8_t noise[20000];
    for (size_t i = 0; i < sizeof(noise); i++) {
        noise[i] = (uint8_t)(i * 31 + i / 7);
    }
    cr_assert_eq(mkdir(support_store_path, 0700), 0);
    write_file("data.mdb", noise, sizeof(noise));
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), BASE_ESTORE);
    cr_assert(says("damaged or not a store"));
    cr_assert_eq(try_open(support_store_path, STORE_READ_ONLY), BASE_ESTORE);
    cr_assert(is_there("data.mdb"), "it may be somebody's");
}

static void installation_of(enum store_mode mode, uint8_t out[STORE_INSTALLATION_BYTES])
{
    struct store *store = support_store_open(mode);
    struct store_txn *txn = support_store_begin(store, false);
    cr_assert_eq(store_installation(txn, out), 0);
    store_abort(txn);
    store_close(store);
}

Test(store_open, names_the_installation_for_good)
{
    uint8_t first[STORE_INSTALLATION_BYTES];
    uint8_t again[STORE_INSTALLATION_BYTES];
    installation_of(STORE_READ_WRITE, first);
    cr_assert_eq(first[6] >> 4, 4, "a UUID of random numbers");
    cr_assert_eq(first[8] >> 6, 2, "of the variant of RFC 9562");
    installation_of(STORE_READ_WRITE, again);
    cr_assert_arr_eq(first, again, sizeof(first));
    installation_of(STORE_READ_ONLY, again);
    cr_assert_arr_eq(first, again, sizeof(first));
    cr_assert_eq(unlink(support_store_file("data.mdb")), 0);
    cr_assert_eq(unlink(support_store_file("sentinel")), 0);
    installation_of(STORE_READ_WRITE, again);
    cr_assert_neq(memcmp(first, again, sizeof(first)), 0, "another store is another installation");
}

Test(store_open, refuses_another_schema)
{
    uint8_t schema[4];
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    pack_u32(schema, 77);
    cr_assert_eq(kv_put(txn, ENV_META, bytes_from_text("schema"), bytes_of(schema, sizeof(schema)),
                        (struct bytes){0}, KV_PUT),
                 0);
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), BASE_EVERSION);
    cr_assert(says("schema 77"));
    cr_assert_eq(try_open(support_store_path, STORE_READ_ONLY), BASE_EVERSION);
}

Test(store_open, refuses_another_schema_also_where_it_has_other_tables)
{
    uint8_t schema[4];
    MDB_txn *raw = NULL;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    pack_u32(schema, 1);
    cr_assert_eq(kv_put(txn, ENV_META, bytes_from_text("schema"), bytes_of(schema, sizeof(schema)),
                        (struct bytes){0}, KV_PUT),
                 0);
    cr_assert_eq(store_commit(txn), 0);
    cr_assert_eq(mdb_txn_begin(store->env, NULL, 0, &raw), 0);
    cr_assert_eq(mdb_drop(raw, store->tables[ENV_TABLE_COUNT - 1], 1), 0);
    cr_assert_eq(mdb_txn_commit(raw), 0);
    store_close(store);
    cr_assert_eq(try_open(support_store_path, STORE_READ_ONLY), BASE_EVERSION);
    cr_assert(says("schema 1 "));
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), BASE_EVERSION);
}

Test(store_open, refuses_a_completed_store_without_tables)
{
    MDB_env *env = NULL;
    make_store();
    cr_assert_eq(unlink(support_store_file("data.mdb")), 0);
    cr_assert(mdb_env_create(&env) == 0 && mdb_env_open(env, support_store_path, 0, 0600) == 0);
    mdb_env_close(env);
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), BASE_ESTORE);
    cr_assert(says("tables are missing"));
    cr_assert_eq(try_open(support_store_path, STORE_READ_ONLY), BASE_ESTORE);
}

Test(store_open, refuses_a_file_that_was_cut_short)
{
    uint8_t record[60000] = "a record";
    struct stat info;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_record_put(txn, 1, 1, bytes_of(record, sizeof(record))), 0);
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
    cr_assert_eq(stat(support_store_file("data.mdb"), &info), 0);
    for (off_t size = info.st_size - 1; size > 0; size -= 4095) {
        cr_assert_eq(truncate(support_store_file("data.mdb"), size), 0);
        cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), BASE_ESTORE, "%ld", size);
        cr_assert(size < 8192 || says("cut short"));
        cr_assert_eq(try_open(support_store_path, STORE_READ_ONLY), BASE_ESTORE, "%ld", size);
    }
}

Test(store_open, a_lost_or_strange_lock_file_is_made_again)
{
    make_store();
    cr_assert_eq(unlink(support_store_file("lock.mdb")), 0);
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), 0);
    uint8_t noise[8192];
    memset(noise, 0xA5, sizeof(noise));
    write_file("lock.mdb", noise, sizeof(noise));
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), 0);
    cr_assert_eq(try_open(support_store_path, STORE_READ_ONLY), 0);
    cr_assert_eq(unlink(support_store_file("writer.lock")), 0);
    cr_assert_eq(try_open(support_store_path, STORE_READ_WRITE), 0);
}

Test(store_open, readers_that_were_killed_leave_their_slots)
{
    make_store();
    for (int i = 0; i < 150; i++) { /* LMDB has 126 slots */
        pid_t child = fork();
        cr_assert(child >= 0);
        if (child == 0) {
            struct store *store = NULL;
            struct store_txn *txn = NULL;
            if (store_open(support_store_path, STORE_READ_ONLY, &store, NULL, 0) == 0 &&
                store_begin(store, false, &txn) == 0) {
                raise(SIGKILL);
            }
            _exit(1);
        }
        int status = 0;
        cr_assert_eq(waitpid(child, &status, 0), child);
        cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "reader %d", i);
    }
    make_store();
}
