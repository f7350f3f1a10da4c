#include "core/base/crc32c.h"

#include <string.h>
#include <threads.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
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

uint32_t crc32c_portable(uint32_t seed, struct bytes data)
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

__attribute__((target("sse4.2"))) static uint32_t by_instruction(uint32_t seed, struct bytes data)
{
    const uint8_t *at = data.data;
    size_t left = data.size;
    uint64_t crc = ~seed;
    for (; left >= 8; left -= 8, at += 8) {
        uint64_t octets;
        memcpy(&octets, at, sizeof octets);
        crc = _mm_crc32_u64(crc, octets);
    }
    uint32_t result = (uint32_t)crc;
    for (; left > 0; left--, at++) {
        result = _mm_crc32_u8(result, *at);
    }
    return ~result;
}

uint32_t crc32c(uint32_t seed, struct bytes data)
{
    return __builtin_cpu_supports("sse4.2") ? by_instruction(seed, data)
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
