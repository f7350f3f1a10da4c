#include "store/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct map_line {
    uintptr_t start;
    uintptr_t end;
    uint64_t inode;
    bool is_shared;
};

/* "7f0000000000-7f0004000000 r--s 00000000 fe:00 1234   /path/data.mdb": start, end, mode, offset,
 * device, inode. */
static bool parse_line(const char *line, struct map_line *out)
{
    char *at = NULL;
    out->start = (uintptr_t)strtoull(line, &at, 16);
    if (*at != '-') {
        return false;
    }
    out->end = (uintptr_t)strtoull(at + 1, &at, 16);
    if (*at != ' ' || strlen(at) < 6) {
        return false;
    }
    out->is_shared = at[4] == 's';
    for (int field = 0; field < 3 && *at != '\0'; field++) {
        at++;
        at += strcspn(at, " ");
    }
    out->inode = strtoull(at, NULL, 10);
    return true;
}

static void find_map(struct store *store)
{
    char line[512];
    struct map_line map;
    struct stat file;
    int fd = -1;
    if (mdb_env_get_fd(store->env, &fd) != 0 || fstat(fd, &file) != 0) {
        return;
    }
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL) {
        return;
    }
    while (fgets(line, sizeof(line), maps) != NULL) {
        if (parse_line(line, &map) && map.is_shared && map.inode == (uint64_t)file.st_ino &&
            strstr(line, "/data.mdb") != NULL) {
            store->map_start = (void *)map.start;
            store->map_bytes = map.end - map.start;
            break;
        }
    }
    (void)fclose(maps);
}

void map_release(struct store *store)
{
    pthread_mutex_lock(&store->lock);
    if (!store->is_map_searched) {
        store->is_map_searched = true;
        store->map_start = NULL;
        find_map(store);
    }
    if (store->map_start != NULL) {
        (void)madvise(store->map_start, store->map_bytes, MADV_DONTNEED);
    }
    pthread_mutex_unlock(&store->lock);
}
