#include "core/base/crc32c.h"

#include <string.h>
#include <threads.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#include <wmmintrin.h>
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

/* 0x1EDC6F41 with its bits reversed. */
#define POLYNOMIAL UINT32_C(0x82F63B78)
/* Octets of one step over the tables; each has a table of its own. */
#define SLICE_COUNT 8

static uint32_t slices[SLICE_COUNT][256];
static once_flag slices_once = ONCE_FLAG_INIT;

/* slices[n][i] is the checksum of octet i followed by n zero octets. */
static void build_slices(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ ((crc & 1) != 0 ? POLYNOMIAL : 0);
        }
        slices[0][i] = crc;
    }
    for (size_t n = 1; n < SLICE_COUNT; n++) {
        for (size_t i = 0; i < 256; i++) {
            uint32_t shorter = slices[n - 1][i];
            slices[n][i] = shorter >> 8 ^ slices[0][shorter & 0xFF];
        }
    }
}

/* Never inside crc32c, where it would make every call save registers that few need. */
__attribute__((noinline)) uint32_t crc32c_portable(uint32_t seed, struct bytes data)
{
    const uint8_t *at = data.data;
    size_t left = data.size;
    uint32_t crc = ~seed;
    call_once(&slices_once, build_slices);
    for (; left >= SLICE_COUNT; left -= SLICE_COUNT, at += SLICE_COUNT) {
        uint32_t next = 0;
        for (size_t i = 0; i < 4; i++) {
            next ^= slices[7 - i][at[i] ^ (crc >> (8 * i) & 0xFF)];
            next ^= slices[3 - i][at[4 + i]];
        }
        crc = next;
    }
    for (; left > 0; left--, at++) {
        crc = crc >> 8 ^ slices[0][(crc ^ *at) & 0xFF];
    }
    return ~crc;
}

#if defined(__x86_64__)

/* The instruction's result is there after three cycles, but one can start in every cycle: long data
 * are summed in three lanes, each this long. The factors belong to that length. */
#define LANE_BYTES 64
/* x^(8 * octets - 33) modulo the polynomial, bits reversed: the product with a checksum, reduced by
 * the instruction, is what it becomes when that many octets of zero follow. */
#define FACTOR_LANE  UINT32_C(0x9E4ADDF8)
#define FACTOR_LANES UINT32_C(0x0D3B6092)

#define BY_INSTRUCTION __attribute__((target("sse4.2,pclmul")))

BY_INSTRUCTION static inline uint64_t add_word(uint64_t crc, const uint8_t *at)
{
    uint64_t octets;
    memcpy(&octets, at, sizeof octets);
    return _mm_crc32_u64(crc, octets);
}

BY_INSTRUCTION static inline __m128i times(uint64_t crc, uint32_t factor)
{
    return _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)crc), _mm_cvtsi32_si128((int)factor),
                                0x00);
}

/* Adds three lanes, one behind the other. */
BY_INSTRUCTION static inline uint64_t add_lanes(uint64_t crc, const uint8_t *at)
{
    uint64_t second = 0;
    uint64_t third = 0;
#pragma GCC unroll 8
    for (size_t i = 0; i < LANE_BYTES; i += 8) {
        crc = add_word(crc, at + i);
        second = add_word(second, at + LANE_BYTES + i);
        third = add_word(third, at + 2 * LANE_BYTES + i);
    }
    __m128i both = _mm_xor_si128(times(crc, FACTOR_LANES), times(second, FACTOR_LANE));
    return third ^ _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(both));
}

/* Adds the octets behind the last whole word. */
BY_INSTRUCTION static inline uint32_t add_rest(uint32_t crc, const uint8_t *at, size_t left)
{
    if ((left & 4) != 0) {
        uint32_t octets;
        memcpy(&octets, at, sizeof octets);
        crc = _mm_crc32_u32(crc, octets);
        at += sizeof octets;
    }
    if ((left & 2) != 0) {
        uint16_t octets;
        memcpy(&octets, at, sizeof octets);
        crc = _mm_crc32_u16(crc, octets);
        at += sizeof octets;
    }
    return (left & 1) != 0 ? _mm_crc32_u8(crc, *at) : crc;
}

BY_INSTRUCTION static uint32_t by_instruction(uint32_t seed, struct bytes data)
{
    const uint8_t *at = data.data;
    size_t left = data.size;
    uint64_t crc = ~seed;
    for (; left >= 3 * LANE_BYTES; left -= 3 * LANE_BYTES, at += 3 * LANE_BYTES) {
        crc = add_lanes(crc, at);
    }
    for (; left >= 8; left -= 8, at += 8) {
        crc = add_word(crc, at);
    }
    return ~add_rest((uint32_t)crc, at, left);
}

uint32_t crc32c(uint32_t seed, struct bytes data)
{
    return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul")
               ? by_instruction(seed, data)
               : crc32c_portable(seed, data);
}

#elif defined(__ARM_FEATURE_CRC32)

uint32_t crc32c(uint32_t seed, struct bytes data)
{
    const uint8_t *at = data.data;
    size_t left = data.size;
    uint32_t crc = ~seed;
    for (; left >= 8; left -= 8, at += 8) {
        uint64_t octets;
        memcpy(&octets, at, sizeof octets);
        crc = __crc32cd(crc, octets);
    }
    for (; left > 0; left--, at++) {
        crc = __crc32cb(crc, *at);
    }
    return ~crc;
}

#else

uint32_t crc32c(uint32_t seed, struct bytes data)
{
    return crc32c_portable(seed, data);
}

#endif
