#include "core/app/secret_guard.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void secret_guard_process(void)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    /* A core pattern that is a pipe ignores the limit, but not this. */
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void *secret_guard_new(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    (void)madvise(memory, size, MADV_DONTDUMP);
    (void)mlock(memory, size);
    return memory;
}

void secret_guard_free(void *memory, size_t size)
{
    if (memory != NULL) {
        explicit_bzero(memory, size);
        (void)munmap(memory, size);
    }
}
