#include "bench/sim/usm_lanes.h"

#include <string.h>

#if defined(__x86_64__)

#include <immintrin.h>

#define ROUNDS 10

_Static_assert(SIM_USM_LANES == 8, "EACH names them");

bool sim_usm_lanes_work(void)
{
    return __builtin_cpu_supports("aes") != 0;
}

/* Where the lanes stand; a lane that has ended works on spare, which nobody reads. */
struct run {
    const uint8_t *keys[SIM_USM_LANES]; /* as nettle expands them: eleven round keys in order */
    uint8_t *at[SIM_USM_LANES];
    size_t left[SIM_USM_LANES];
    size_t step[SIM_USM_LANES];
    __m128i chain[SIM_USM_LANES];
    uint8_t spare[AES_BLOCK_SIZE];
};

static __m128i load(const uint8_t *bytes)
{
    __m128i block;

    memcpy(&block, bytes, sizeof(block));
    return block;
}

/* Eight states by name stay in registers, which an array of them does not everywhere. */
#define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)
#define FIRST(i) __m128i state##i = _mm_xor_si128(run->chain[i], load(run->keys[i]));
#define NEXT(i)  state##i = _mm_aesenc_si128(state##i, load(run->keys[i] + at));
#define LAST(i)  run->chain[i] = _mm_aesenclast_si128(state##i, load(run->keys[i] + at));

/* Encrypts the chains of all lanes. */
__attribute__((target("aes"))) static void turn(struct run *run)
{
    size_t at = AES_BLOCK_SIZE;

    EACH(FIRST)
    for (unsigned round = 1; round < ROUNDS; round++) {
        EACH(NEXT)
        at += AES_BLOCK_SIZE;
    }
    EACH(LAST)
}

/* Takes one block of every lane, of which the last may be part of one. */
static inline void feed(struct run *run)
{
    for (unsigned i = 0; i < SIM_USM_LANES; i++) {
        uint8_t block[AES_BLOCK_SIZE] = {0};

        if (run->left[i] >= AES_BLOCK_SIZE) {
            run->chain[i] = _mm_xor_si128(run->chain[i], load(run->at[i]));
            memcpy(run->at[i], &run->chain[i], AES_BLOCK_SIZE);
            run->at[i] += run->step[i];
            run->left[i] -= run->step[i];
        } else {
            memcpy(block, run->at[i], run->left[i]);
            run->chain[i] = _mm_xor_si128(run->chain[i], load(block));
            memcpy(block, &run->chain[i], AES_BLOCK_SIZE);
            memcpy(run->at[i], block, run->left[i]);
            run->left[i] = 0;
        }
        if (run->left[i] == 0) {
            run->at[i] = run->spare;
            run->left[i] = AES_BLOCK_SIZE;
            run->step[i] = 0;
        }
    }
}

static void set(struct run *run, unsigned i, const struct sim_usm_lane *lane)
{
    uint8_t iv[AES_BLOCK_SIZE];

    sim_usm_iv(lane->key, &lane->start, iv);
    run->keys[i] = (const uint8_t *)lane->key->cipher.aes128.keys;
    run->chain[i] = load(iv);
    run->at[i] = lane->bytes;
    run->left[i] = lane->length;
    run->step[i] = AES_BLOCK_SIZE;
    if (lane->length == 0) {
        run->at[i] = run->spare;
        run->left[i] = AES_BLOCK_SIZE;
        run->step[i] = 0;
    }
}

void sim_usm_lanes_encrypt(const struct sim_usm_lane *lanes, size_t count)
{
    struct run run;
    size_t longest = 0;

    for (unsigned i = 0; i < SIM_USM_LANES; i++) {
        struct sim_usm_lane idle = lanes[0];

        idle.length = 0;
        set(&run, i, i < count ? &lanes[i] : &idle);
        longest = i < count && lanes[i].length > longest ? lanes[i].length : longest;
    }
    memset(run.spare, 0, sizeof(run.spare));
    for (size_t done = 0; done < longest; done += AES_BLOCK_SIZE) {
        turn(&run);
        feed(&run);
    }
}

#else

bool sim_usm_lanes_work(void)
{
    return false;
}

void sim_usm_lanes_encrypt(const struct sim_usm_lane *lanes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sim_usm_encrypt(lanes[i].key, &lanes[i].start, lanes[i].bytes, lanes[i].length);
    }
}

#endif
