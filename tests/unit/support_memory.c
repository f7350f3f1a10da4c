#include "tests/unit/support_memory.h"

#include <stdlib.h>
#include <sys/resource.h>

/* Blocks are taken in halving sizes until not even this many bytes are left. */
#define BLOCK_BYTES_FIRST ((size_t)1 << 24)
#define BLOCK_BYTES_LAST  ((size_t)512)

struct block {
    struct block *next;
};

static struct block *blocks;
static struct rlimit before;

bool memory_can_fail(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return false;
#else
    return true;
#endif
}

void memory_exhaust(void)
{
    struct rlimit none;

    getrlimit(RLIMIT_AS, &before);
    none = before;
    none.rlim_cur = 1 << 20; /* far below what the process has: it can grow no more */
    setrlimit(RLIMIT_AS, &none);
    for (size_t size = BLOCK_BYTES_FIRST; size >= BLOCK_BYTES_LAST;) {
        struct block *block = malloc(size);
        if (block == NULL) {
            size /= 2;
            continue;
        }
        block->next = blocks;
        blocks = block;
    }
}

void memory_restore(void)
{
    setrlimit(RLIMIT_AS, &before);
    while (blocks != NULL) {
        struct block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}
