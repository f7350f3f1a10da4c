/*
 * A full disk: a small file system in memory, of which the store gets less and less. A commit that
 * does not fit fails with a clear code, what was stored before stays, and with space it goes on.
 * Skipped where a process may not mount.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "store/store.h"

TestSuite(store_disk, .timeout = 120);

#define RECORD_BYTES 3000

static char disk[48];
static char path[64];
static char ballast[64];
static char message[300];
static uint8_t record[RECORD_BYTES];

static void mount_disk(const char *size)
{
    char options[32];
    int spaces = geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS;
    snprintf(disk, sizeof(disk), "/tmp/platen-disk-XXXXXX");
    cr_assert_not_null(mkdtemp(disk));
    snprintf(options, sizeof(options), "size=%s,mode=0700", size);
    if (unshare(spaces) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", disk, "tmpfs", 0, options) != 0) {
        rmdir(disk);
        cr_skip_test("this process may not mount a small disk: %s", strerror(errno));
    }
    snprintf(path, sizeof(path), "%s/store", disk);
    snprintf(ballast, sizeof(ballast), "%s/ballast", disk);
}

/* The mount ends with the process, the directory below it does not. */
static void unmount_disk(void)
{
    umount(disk);
    rmdir(disk);
}

static void put_ballast(off_t bytes)
{
    int fd = open(ballast, O_CREAT | O_WRONLY, 0600);
    cr_assert(fd >= 0 && posix_fallocate(fd, 0, bytes) == 0);
    close(fd);
}

static struct store *open_store(void)
{
    struct store *store = NULL;
    int rc = store_open(path, STORE_READ_WRITE, &store, message, sizeof(message));
    cr_assert_eq(rc, 0, "%s", message);
    return store;
}

static struct bytes record_of(uint32_t device)
{
    memset(record, (int)device, sizeof(record));
    memcpy(record, &device, sizeof(device));
    return bytes_of(record, sizeof(record));
}

/* Stores records of `count` devices from *last + 1 on; *last moves on success. */
static int fill(struct store *store, uint32_t count, uint32_t *last)
{
    struct store_txn *txn = NULL;
    int rc = store_begin(store, true, &txn);
    if (rc != 0) {
        return rc;
    }
    for (uint32_t i = 1; i <= count && rc == 0; i++) {
        struct store_device device = {.id = "any"};
        rc = store_device_put(txn, &device);
        cr_assert(rc != 0 || device.number == *last + i, "no number is lost with its transaction");
        rc = rc == 0 ? store_record_put(txn, *last + i, 1, record_of(*last + i)) : rc;
    }
    int committed = store_commit(txn);
    *last += committed == 0 ? count : 0;
    return committed;
}

static void check(struct store *store, uint32_t last)
{
    struct store_figures figures;
    struct store_txn *txn = NULL;
    struct bytes out;
    cr_assert_eq(store_figures(store, &figures), 0);
    cr_assert_eq(figures.devices, last);
    cr_assert_eq(store_begin(store, false, &txn), 0);
    for (uint32_t device = 1; device <= last; device++) {
        cr_assert_eq(store_record_get(txn, device, 1, &out), 0);
        cr_assert(bytes_equal(out, record_of(device)));
    }
    store_abort(txn);
}

Test(store_disk, a_full_disk_loses_nothing_and_space_lets_it_go_on)
{
    uint32_t last = 0;
    int rc = 0;
    mount_disk("8m");
    struct store *store = open_store();
    put_ballast(3 << 20);
    while (rc == 0) {
        rc = fill(store, 50, &last);
    }
    cr_assert_eq(rc, -ENOSPC, "%s", base_strerror(rc));
    cr_assert(last >= 200);
    for (int i = 0; i < 20; i++) {
        cr_assert_eq(fill(store, 50, &last), -ENOSPC);
        check(store, last);
    }
    store_close(store);
    store = open_store();
    check(store, last);
    cr_assert_eq(fill(store, 50, &last), -ENOSPC);
    cr_assert_eq(unlink(ballast), 0);
    cr_assert_eq(fill(store, 50, &last), 0);
    check(store, last);
    store_close(store);
    unmount_disk();
}

Test(store_disk, the_map_never_promises_more_than_the_disk_holds)
{
    struct store_figures figures;
    uint32_t last = 0;
    int rc = 0;
    mount_disk("100m");
    struct store *store = open_store();
    while (rc == 0) {
        rc = fill(store, 500, &last);
    }
    cr_assert_eq(rc, -ENOSPC, "%s", base_strerror(rc));
    cr_assert_eq(store_figures(store, &figures), 0);
    cr_assert(figures.map_bytes > (uint64_t)64 << 20 && figures.map_bytes <= (uint64_t)100 << 20);
    check(store, last);
    store_close(store);
    store = open_store();
    check(store, last);
    store_close(store);
    unmount_disk();
}

Test(store_disk, a_store_that_could_not_be_made_can_be_made_later)
{
    struct store *store = NULL;
    uint32_t last = 0;
    mount_disk("64k");
    for (off_t bytes = 64 << 10; bytes >= 4096; bytes -= 4096) {
        put_ballast(bytes);
        int rc = store_open(path, STORE_READ_WRITE, &store, message, sizeof(message));
        if (rc == 0) {
            store_close(store);
        } else {
            cr_assert(rc == -ENOSPC || rc == -EIO, "%s: %s", base_strerror(rc), message);
            cr_assert_neq(message[0], '\0');
        }
        cr_assert_eq(unlink(ballast), 0);
    }
    store = open_store();
    cr_assert_eq(fill(store, 1, &last), 0);
    check(store, last);
    store_close(store);
    unmount_disk();
}
