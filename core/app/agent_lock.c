#include "core/app/agent_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#define LOCK_FILE "agent.lock"

static int open_file(const char *path, int flags, int *fd)
{
    char name[PATH_MAX];
    int size = snprintf(name, sizeof(name), "%s/" LOCK_FILE, path);
    if (size < 0 || (size_t)size >= sizeof(name)) {
        return -ENAMETOOLONG;
    }
    *fd = open(name, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    return *fd < 0 ? -errno : 0;
}

static void read_holder(int fd, struct agent_lock *out)
{
    char text[64] = "";
    char *at = text;
    *out = (struct agent_lock){0};
    if (pread(fd, text, sizeof(text) - 1, 0) > 0) {
        out->pid = strtoll(text, &at, 10);
        out->since_unix_ms = strtoll(at, NULL, 10);
    }
}

int agent_lock_take(const char *path, int64_t now_unix_ms, int *fd, struct agent_lock *other)
{
    char text[64];
    int opened = -1;
    int rc = open_file(path, O_RDWR | O_CREAT, &opened);
    if (rc != 0) {
        return rc;
    }
    if (flock(opened, LOCK_EX | LOCK_NB) != 0) {
        rc = errno == EWOULDBLOCK ? BASE_EEXISTS : -errno;
        read_holder(opened, other);
        (void)close(opened);
        return rc;
    }
    /* It only serves those who look; a full disk must not stop the agent for it. */
    int size = snprintf(text, sizeof(text), "%ld %" PRId64 "\n", (long)getpid(), now_unix_ms);
    bool is_named = ftruncate(opened, 0) == 0 && pwrite(opened, text, (size_t)size, 0) == size;
    (void)is_named;
    *fd = opened;
    return 0;
}

int agent_lock_look(const char *path, struct agent_lock *out)
{
    int fd = -1;
    int rc = open_file(path, O_RDONLY, &fd);
    if (rc != 0) {
        return rc == -ENOENT ? BASE_ENOTFOUND : rc;
    }
    if (flock(fd, LOCK_SH | LOCK_NB) == 0) {
        rc = BASE_ENOTFOUND; /* the one that wrote it is gone */
    } else if (errno != EWOULDBLOCK) {
        rc = -errno;
    } else {
        read_holder(fd, out);
    }
    (void)close(fd);
    return rc;
}
