#include "store/map.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct map_line {
    uintptr_t start;
    uintptr_t end;
    uint64_t inode;
    bool is_shared;
};

/* "7f0000000000-7f0004000000 r--s 00000000 fe:00 1234   /path/data.mdb" */
static bool parse_line(const char *line, struct map_line *out)
{
    char mode[8];
    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %7s %*s %*s %" SCNu64, &out->start, &out->end, mode,
               &out->inode) != 4) {
        return false;
    }
    out->is_shared = mode[3] == 's';
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
