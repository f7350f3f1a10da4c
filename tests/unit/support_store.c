#include "tests/unit/support_store.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

char support_store_path[64];

static char parent[48];

void support_store_setup(void)
{
    snprintf(parent, sizeof(parent), "/tmp/platen-test-XXXXXX");
    cr_assert_not_null(mkdtemp(parent));
    snprintf(support_store_path, sizeof(support_store_path), "%s/store", parent);
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
    (void)info;
    (void)type;
    (void)ftw;
    return remove(path);
}

void support_store_teardown(void)
{
    cr_assert_eq(nftw(parent, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

struct store *support_store_open(enum store_mode mode)
{
    struct store *store = NULL;
    char message[512] = "";
    int rc = store_open(support_store_path, mode, &store, message, sizeof(message));
    cr_assert_eq(rc, 0, "%s (%s)", base_strerror(rc), message);
    cr_assert_str_empty(message);
    return store;
}

struct store_txn *support_store_begin(struct store *store, bool write)
{
    struct store_txn *txn = NULL;
    cr_assert_eq(store_begin(store, write, &txn), 0);
    return txn;
}

const char *support_store_file(const char *name)
{
    static char path[128];
    snprintf(path, sizeof(path), "%s/%s", support_store_path, name);
    return path;
}

int support_store_patch(struct bytes what, struct bytes by)
{
    struct stat info;
    int count = 0;
    int fd = open(support_store_file("data.mdb"), O_RDWR);
    cr_assert(fd >= 0 && fstat(fd, &info) == 0 && what.size == by.size);
    uint8_t *data = malloc((size_t)info.st_size);
    cr_assert_not_null(data);
    cr_assert_eq(pread(fd, data, (size_t)info.st_size, 0), info.st_size);
    uint8_t *end = data + info.st_size;
    for (uint8_t *at = data; at != NULL;) {
        at = memmem(at, (size_t)(end - at), what.data, what.size);
        if (at != NULL) {
            cr_assert_eq(pwrite(fd, by.data, by.size, at - data), (ssize_t)by.size);
            at += what.size;
            count++;
        }
    }
    free(data);
    close(fd);
    return count;
}
