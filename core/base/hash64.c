#include "core/base/hash64.h"

#include <endian.h>

#define LANES 4

/* Odd, with its bits well mixed: the fraction of the golden ratio. */
#define FACTOR UINT64_C(0x9E3779B97F4A7C15)

/* One-to-one for a given word, so inputs that differ in one word of a lane never meet there. */
static inline uint64_t stir(uint64_t state, uint64_t word)
{
    state = (state ^ word) * FACTOR;
    return state << 31 | state >> 33;
}

/* Lanes, so that the multiplications do not wait for each other. */
static inline void stir_block(uint64_t *lanes, const uint8_t *block)
{
    for (size_t i = 0; i < LANES; i++) {
        uint64_t word;
        memcpy(&word, block + i * sizeof(word), sizeof(word));
        lanes[i] = stir(lanes[i], le64toh(word));
    }
}

static uint64_t finish(uint64_t hash)
{
    hash = (hash ^ hash >> 32) * FACTOR;
    hash ^= hash >> 29;
    return hash != 0 ? hash : 1;
}

uint64_t hash64(struct bytes data)
{
    /* Digits of pi. */
    uint64_t lanes[LANES] = {UINT64_C(0x243F6A8885A308D3), UINT64_C(0x13198A2E03707344),
                             UINT64_C(0xA4093822299F31D0), UINT64_C(0x082EFA98EC4E6C89)};
    const size_t block_bytes = LANES * sizeof(uint64_t);
    uint8_t last[LANES * sizeof(uint64_t)] = {0};
    size_t at = 0;
    for (; at + block_bytes <= data.size; at += block_bytes) {
        stir_block(lanes, data.data + at);
    }
    if (at < data.size) {
        bytes_copy(last, bytes_of(data.data + at, data.size % block_bytes));
        stir_block(lanes, last);
    }
    uint64_t hash = data.size;
    for (size_t i = 0; i < LANES; i++) {
        hash = stir(hash, lanes[i]);
    }
    return finish(hash);
}

uint64_t hash64_pair(uint64_t first, uint64_t second)
{
    return finish(stir(stir(FACTOR, first), second));
}
