/*
 * A target as text: one address, a host name, a network or a range, each with an optional port,
 * read into an address range or a name, and an address written back as the key that stores and
 * outputs use. Pure functions; lists, files and names are the business of targets.h.
 *
 *   10.1.2.3  10.1.2.3:1161  2001:db8::7  [2001:db8::7]:161  [fe80::1%eth0]:161   an address
 *   printer-3.example  printer-3.example:1161                                   a host name
 *   10.1.0.0/16  10.1.0.0/24:1161  2001:db8::/112  [2001:db8::/112]:161         a network
 *   10.1.0.1-10.1.3.254  10.1.0.1-254  10.1.0.1-254:1161  [fd00::1-fd00::ff]:161   a range
 *
 * A network is its hosts: bits below the prefix are ignored; the network and the broadcast address
 * are left out of IPv4 networks larger than /31, the router anycast address (RFC 4291 section
 * 2.6.1) of IPv6 networks larger than /127. A range is taken literally, both ends included.
 * IPv4 addresses inside IPv6 (::ffff:10.1.2.3) are IPv4. Addresses that no single host can have
 * (multicast, broadcast, 0.0.0.0/8) are refused, and so are ports that print what they are sent.
 */
#pragma once

#include "core/base/base.h"

#define TARGET_DEFAULT_PORT 161
/* A range of more addresses is refused: a /12, and eight times the largest fleet that Platen was
 * measured with. A slip of the pen in a prefix does not sweep half a network. */
#define TARGET_RANGE_MAX 1048576
/* RFC 1035 section 2.3.4: 255 octets, as text 253 characters; and the NUL. */
#define TARGET_NAME_MAX 254
/* Room for target_format's longest text, NUL included: "[", 39 digits, "%", 15 of an interface
 * name, "]:65535". */
#define TARGET_TEXT_MAX 64

struct target {
    uint8_t family; /* 4 or 6 */
    uint16_t port;
    uint32_t scope;      /* interface index of a link-local IPv6 address, else 0 */
    uint8_t address[16]; /* network order; IPv4 in the first four octets, the rest 0 */
};

/* A run of consecutive addresses of one family, scope and port. */
struct target_range {
    struct target first;
    uint64_t count; /* 1..TARGET_RANGE_MAX */
};

/* What a text names: a range (count > 0), or a host name (count == 0). */
struct target_spec {
    struct target_range range; /* of a name only the port is set */
    char name[TARGET_NAME_MAX];
};

/* Reads one target.
 * message: message_cap bytes that get one English sentence on failure: what is wrong, and the
 * nearest right form.
 * Returns: 0; BASE_EUSAGE; BASE_ELIMIT (more than TARGET_RANGE_MAX addresses). */
BASE_MUST_CHECK int target_read(const char *text, struct target_spec *out, char *message,
                                size_t message_cap);

/* Parses one address with an optional port, no name, network or range: "10.1.2.3", "[::1]:161".
 * Returns: 0; BASE_EFORMAT. */
BASE_MUST_CHECK int target_parse(const char *text, struct target *out);

/* Reads an address and nothing else: IPv4, IPv6, or link-local IPv6 with a zone.
 * *mapped: set when it was IPv4 written as IPv6. The port of *out is 0.
 * Returns: false for others. */
bool target_read_address(const char *text, struct target *out, bool *mapped);

/* Writes "10.1.2.3:161" or "[::1]:161", NUL-terminated.
 * out: at least TARGET_TEXT_MAX bytes. Returns: the length. */
size_t target_format(const struct target *target, char *out, size_t cap);

/* Writes the address `offset` places after `first`; no overflow when it is inside its range. */
void target_step(const struct target *first, uint64_t offset, struct target *out);

/* How far `to` lies after `from`, both of the same family; UINT64_MAX when it lies before it or
 * further than fits. */
uint64_t target_distance(const struct target *from, const struct target *to);

/* Orders by family, port, scope, address. Returns: < 0, 0, > 0. */
int target_compare(const struct target *a, const struct target *b);
