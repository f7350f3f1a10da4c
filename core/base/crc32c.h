/*
 * CRC-32C (Castagnoli): the checksum of everything that is kept on disk. Finds damage, not malice.
 *
 * Uses the instruction of the processor where there is one (x86-64: asked at run time; ARM: when
 * compiled for it), else tables. Any length, any alignment. Thread-safe.
 * Source: RFC 3720 appendix B.4 (test vectors); polynomial 0x1EDC6F41, reflected.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

/* Computes the checksum of `data`.
 * seed: 0, or the checksum of what comes before, so that parts give what the whole would. */
uint32_t crc32c(uint32_t seed, struct bytes data);

/* The same by tables alone; what crc32c falls back to. */
uint32_t crc32c_portable(uint32_t seed, struct bytes data);
