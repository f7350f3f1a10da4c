#include "bench/scratch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int scratch_make(char path[SCRATCH_PATH_MAX])
{
    const char *tmp = getenv("TMPDIR");
    snprintf(path, SCRATCH_PATH_MAX, "%s/platen-bench.XXXXXX", tmp != NULL ? tmp : "/tmp");
    return mkdtemp(path) != NULL ? 0 : -errno;
}

void scratch_remove(const char *path)
{
    static const char *const files[] = {"data.mdb", "lock.mdb", "sentinel", "writer.lock"};
    char file[SCRATCH_PATH_MAX + 16];
    for (size_t i = 0; i < BASE_ARRAY_COUNT(files); i++) {
        snprintf(file, sizeof(file), "%s/%s", path, files[i]);
        (void)unlink(file);
    }
    if (rmdir(path) != 0) {
        fprintf(stderr, "platen-bench: %s: %s\n", path, strerror(errno));
    }
}
