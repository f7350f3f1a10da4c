#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define SENTINEL_FILE "sentinel"
#define LOCK_FILE     "writer.lock"

/* Making a store takes a few commits of an empty environment. */
#define LOCK_WAIT_MS  5000
#define LOCK_PAUSE_MS 20

/* What LMDB maps of lock.mdb for its 126 readers. */
#define LOCK_BYTES 8192

static const char sentinel_text[] =
    "A store of Platen was completed in this directory. While this file exists, a missing or\n"
    "empty data.mdb is treated as damage and never as a new store.\n";

void place_say(char *message, size_t message_cap, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (message != NULL && message_cap > 0) {
        (void)vsnprintf(message, message_cap, format, arguments);
    }
    va_end(arguments);
}

int place_path(const char *path, const char *file, char *out, size_t cap)
{
    int size = snprintf(out, cap, "%s/%s", path, file);
    return size < 0 || (size_t)size >= cap ? -ENAMETOOLONG : 0;
}

bool place_is_remote(unsigned long filesystem_type)
{
    static const unsigned long remote[] = {
        0x6969,     /* NFS */
        0x517B,     /* SMB */
        0xFF534D42, /* CIFS */
        0xFE534D42, /* SMB2 */
        0x5346414F, /* AFS */
        0x6B414653, /* AFS of the kernel */
        0x73757245, /* Coda */
        0x564C,     /* NCP */
        0x00C36400, /* Ceph */
        0x47504653, /* GPFS */
        0x0BD00BD0, /* Lustre */
    };
    for (size_t i = 0; i < BASE_ARRAY_COUNT(remote); i++) {
        if ((filesystem_type & 0xFFFFFFFFUL) == remote[i]) {
            return true;
        }
    }
    return false;
}

/* Creates `path` and its missing parents, which only their owner may enter. */
static int make_directories(const char *path)
{
    char part[PATH_MAX];
    size_t size = strlen(path);
    if (size >= sizeof(part)) {
        return -ENAMETOOLONG;
    }
    memcpy(part, path, size + 1);
    for (size_t i = 1; i <= size; i++) {
        if (part[i] != '/' && part[i] != '\0') {
            continue;
        }
        part[i] = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST) {
            int rc = -errno;
            /* A parent that exists may be on a read-only file system or not ours. */
            struct stat info;
            if (stat(part, &info) != 0 || !S_ISDIR(info.st_mode)) {
                return rc;
            }
        }
        part[i] = i < size ? '/' : '\0';
    }
    return 0;
}

static int check_directory(const char *path, char *message, size_t cap)
{
    struct stat info;
    struct statfs system;
    if (lstat(path, &info) != 0) {
        int rc = -errno;
        place_say(message, cap, "cannot look at the store directory %s: %s", path,
                  base_strerror(rc));
        return rc;
    }
    if (S_ISLNK(info.st_mode)) {
        place_say(message, cap, "the store directory %s is a symbolic link: name its target", path);
        return BASE_ESTORE;
    }
    if (!S_ISDIR(info.st_mode)) {
        place_say(message, cap, "%s is not a directory: the store needs one of its own", path);
        return BASE_ESTORE;
    }
    if ((info.st_mode & S_IWOTH) != 0) {
        place_say(message, cap,
                  "everybody may write to the store directory %s (mode %04o): chmod 0700 it or "
                  "name a directory inside it",
                  path, (unsigned)(info.st_mode & 07777));
        return BASE_ESTORE;
    }
    if (statfs(path, &system) == 0 && place_is_remote((unsigned long)system.f_type)) {
        place_say(message, cap,
                  "%s is on a network file system, where a store is not safe: name a "
                  "directory on a local disk",
                  path);
        return BASE_ESTORE;
    }
    return 0;
}

static int refuse_link(const char *path, const char *file, char *message, size_t cap)
{
    char name[PATH_MAX];
    struct stat info;
    int rc = place_path(path, file, name, sizeof(name));
    if (rc != 0) {
        place_say(message, cap, "the path %s is too long", path);
        return rc;
    }
    if (lstat(name, &info) == 0 && !S_ISREG(info.st_mode)) {
        place_say(message, cap, "%s is not a regular file: move it away", name);
        return BASE_ESTORE;
    }
    return 0;
}

int place_prepare(const char *path, enum store_mode mode, char *message, size_t message_cap)
{
    static const char *const files[] = {"data.mdb", "lock.mdb", SENTINEL_FILE, LOCK_FILE};
    struct stat info;
    if (lstat(path, &info) != 0 && errno == ENOENT) {
        if (mode == STORE_READ_ONLY) {
            place_say(message, message_cap, "there is no store in %s", path);
            return BASE_ENOTFOUND;
        }
        int made = make_directories(path);
        if (made != 0) {
            place_say(message, message_cap, "cannot create the store directory %s: %s", path,
                      base_strerror(made));
            return made;
        }
    }
    int rc = check_directory(path, message, message_cap);
    for (size_t i = 0; rc == 0 && i < BASE_ARRAY_COUNT(files); i++) {
        rc = refuse_link(path, files[i], message, message_cap);
    }
    return rc;
}

/* Waits a little for a lock: whoever makes a store holds it for a moment only. */
static int wait_for_lock(int fd, int how)
{
    const struct timespec pause = {.tv_nsec = LOCK_PAUSE_MS * 1000000L};
    for (int waited_ms = 0; flock(fd, how | LOCK_NB) != 0; waited_ms += LOCK_PAUSE_MS) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return -errno;
        }
        if (waited_ms >= LOCK_WAIT_MS) {
            return BASE_EEXISTS;
        }
        (void)nanosleep(&pause, NULL);
    }
    return 0;
}

int place_lock(const char *path, int *lock_fd, char *message, size_t message_cap)
{
    char name[PATH_MAX];
    int rc = place_path(path, LOCK_FILE, name, sizeof(name));
    if (rc != 0) {
        return rc;
    }
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        rc = -errno;
        place_say(message, message_cap, "cannot open %s: %s", name, base_strerror(rc));
        return rc;
    }
    rc = wait_for_lock(fd, LOCK_SH);
    if (rc != 0) {
        place_say(message, message_cap, "cannot lock %s: %s", name,
                  rc == BASE_EEXISTS ? "another process is making the store" : base_strerror(rc));
        (void)close(fd);
        return rc;
    }
    *lock_fd = fd;
    return 0;
}

int place_claim(int lock_fd, bool *is_alone)
{
    *is_alone = flock(lock_fd, LOCK_EX | LOCK_NB) == 0;
    if (*is_alone) {
        return 0;
    }
    if (errno != EWOULDBLOCK) {
        return -errno;
    }
    /* What was held is gone, too (flock(2)). */
    return wait_for_lock(lock_fd, LOCK_SH);
}

int place_share(int lock_fd)
{
    return wait_for_lock(lock_fd, LOCK_SH);
}

/* Gives the file its blocks; not by posix_fallocate, whose emulation reads and writes octets that
 * another process may be changing. */
static int allocate_blocks(int fd)
{
    static const uint8_t zeros[LOCK_BYTES];
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return -errno;
    }
    if ((uint64_t)info.st_blocks * 512 >= LOCK_BYTES || fallocate(fd, 0, 0, LOCK_BYTES) == 0) {
        return 0;
    }
    if (errno != EOPNOTSUPP) {
        return -errno;
    }
    if (info.st_size > 0) {
        return 0; /* in use, and nothing better can be done */
    }
    ssize_t written = pwrite(fd, zeros, sizeof(zeros), 0);
    if (written < 0) {
        return -errno;
    }
    return written == (ssize_t)sizeof(zeros) ? 0 : -ENOSPC;
}

int place_reserve(const char *path, enum store_mode mode, char *message, size_t message_cap)
{
    char name[PATH_MAX];
    int rc = place_path(path, "lock.mdb", name, sizeof(name));
    if (rc != 0) {
        return rc;
    }
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 && mode == STORE_READ_ONLY) {
        return 0; /* LMDB knows what to do on a read-only disk, and what to say */
    }
    rc = fd < 0 ? -errno : allocate_blocks(fd);
    if (fd >= 0) {
        (void)close(fd);
    }
    if (rc != 0) {
        place_say(message, message_cap, "cannot make %s: %s", name, base_strerror(rc));
    }
    return rc;
}

static int size_of(const char *path, const char *file, uint64_t *bytes, char *message, size_t cap)
{
    char name[PATH_MAX];
    struct stat info;
    int rc = place_path(path, file, name, sizeof(name));
    if (rc != 0) {
        return rc;
    }
    if (stat(name, &info) != 0) {
        rc = -errno;
        if (rc != -ENOENT) {
            place_say(message, cap, "cannot look at %s: %s", name, base_strerror(rc));
        }
        return rc;
    }
    *bytes = (uint64_t)info.st_size;
    return 0;
}

int place_look(const char *path, bool *was_complete, uint64_t *data_bytes, char *message,
               size_t message_cap)
{
    uint64_t sentinel = 0;
    uint64_t data = 0;
    int rc = size_of(path, SENTINEL_FILE, &sentinel, message, message_cap);
    if (rc != 0 && rc != -ENOENT) {
        return rc;
    }
    bool complete = rc == 0;
    rc = size_of(path, "data.mdb", &data, message, message_cap);
    if (rc != 0 && rc != -ENOENT) {
        return rc;
    }
    *was_complete = complete;
    *data_bytes = data;
    return 0;
}

static int sync_directory(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    int rc = fsync(fd) != 0 ? -errno : 0;
    (void)close(fd);
    return rc;
}

int place_complete(const char *path)
{
    char name[PATH_MAX];
    const size_t size = sizeof(sentinel_text) - 1;
    int rc = place_path(path, SENTINEL_FILE, name, sizeof(name));
    if (rc != 0) {
        return rc;
    }
    /* The directory first: when the sentinel is on the disk, so is the entry of data.mdb. */
    rc = sync_directory(path);
    if (rc != 0) {
        return rc;
    }
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return -errno;
    }
    ssize_t written = write(fd, sentinel_text, size);
    if (written != (ssize_t)size) {
        rc = written < 0 ? -errno : -ENOSPC;
    } else if (fsync(fd) != 0) {
        rc = -errno;
    }
    (void)close(fd);
    return rc != 0 ? rc : sync_directory(path);
}

void place_clear(const char *path)
{
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    char name[PATH_MAX];
    for (size_t i = 0; i < BASE_ARRAY_COUNT(files); i++) {
        if (place_path(path, files[i], name, sizeof(name)) == 0) {
            (void)unlink(name);
        }
    }
}
