/*
 * Words shared by every file of the fleet simulator: limits, tags and the one source of chance.
 *
 * The simulator is a program of its own and uses nothing of the product, so that an error in the
 * product's codec cannot hide behind the same error here. Every name starts with sim_.
 *
 * Chance is never drawn from a running generator where a device is concerned: what a device is and
 * does is a pure function of (seed, device number, simulated time), so a million devices cost no
 * memory and every run with the same seed is the same fleet.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_MUST_CHECK __attribute__((warn_unused_result))

/* Bytes of the longest datagram UDP over IPv4 carries. */
#define SIM_DATAGRAM_MAX 65507u

/* Bytes of the longest reply a well-behaved device sends: 1500 of Ethernet less IPv4 and UDP. */
#define SIM_REPLY_MAX 1472u

/* Bytes left free before a reply's varbinds for the message, community and PDU headers. */
#define SIM_HEAD_ROOM 288u

/* Bytes of the longest community name that is accepted. */
#define SIM_COMMUNITY_MAX 200u

/* Names of one request that are looked at; a request with more is answered tooBig. */
#define SIM_NAMES_MAX 512u

/* Alert rows a device shows at once; further ones wait until a row is free. */
#define SIM_ALERTS_MAX 8u

enum sim_tag {
    SIM_TAG_INTEGER = 0x02,
    SIM_TAG_OCTETS = 0x04,
    SIM_TAG_NULL = 0x05,
    SIM_TAG_OID = 0x06,
    SIM_TAG_SEQUENCE = 0x30,
    SIM_TAG_ADDRESS = 0x40,
    SIM_TAG_COUNTER = 0x41,
    SIM_TAG_GAUGE = 0x42,
    SIM_TAG_TICKS = 0x43,
    SIM_TAG_OPAQUE = 0x44,
    SIM_TAG_COUNTER64 = 0x46,
    SIM_TAG_NO_OBJECT = 0x80,
    SIM_TAG_NO_INSTANCE = 0x81,
    SIM_TAG_END_OF_VIEW = 0x82,
    SIM_TAG_GET = 0xa0,
    SIM_TAG_GETNEXT = 0xa1,
    SIM_TAG_RESPONSE = 0xa2,
    SIM_TAG_SET = 0xa3,
    SIM_TAG_GETBULK = 0xa5,
    SIM_TAG_REPORT = 0xa8,
};

/* RFC 3416 section 3, the ones the simulator sends by itself. */
enum sim_error {
    SIM_ERROR_NONE = 0,
    SIM_ERROR_TOO_BIG = 1,
    SIM_ERROR_NO_SUCH_NAME = 2,
    SIM_ERROR_GENERAL = 5,
    SIM_ERROR_NO_ACCESS = 6,
    SIM_ERROR_AUTHORIZATION = 16,
};

/* The questions that sim_draw answers about a device. Rows add their number. */
enum sim_salt {
    SIM_SALT_PACE = 1,
    SIM_SALT_INSTALL,
    SIM_SALT_BOOT,
    SIM_SALT_JAM,
    SIM_SALT_JAM_LENGTH,
    SIM_SALT_CONFIG,
    SIM_SALT_SERVICE,
    SIM_SALT_SERIAL,
    SIM_SALT_SHARES,
    SIM_SALT_PLACE,
    SIM_SALT_BUSY,
    SIM_SALT_SLEEP,
    SIM_SALT_TRAFFIC,
    SIM_SALT_ENGINE,
    SIM_SALT_SUPPLY = 100,
    SIM_SALT_CARTRIDGE = 200,
    SIM_SALT_TRAY = 300,
    SIM_SALT_BEHAVIOUR = 400,
};

/* Scatters the bits of x over all 64 (the finaliser of SplitMix64): equal input, equal output. */
static inline uint64_t sim_mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* Draws the number that belongs to one question (salt) about one device (key). */
static inline uint64_t sim_draw(uint64_t key, uint32_t salt)
{
    return sim_mix(key ^ ((uint64_t)salt << 32 | salt));
}

/* Scales a drawn number to 0..limit-1, without a division. */
static inline uint64_t sim_scale(uint64_t drawn, uint64_t limit)
{
    __extension__ typedef unsigned __int128 wide;

    return (uint64_t)((wide)drawn * limit >> 64);
}
