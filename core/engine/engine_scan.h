/*
 * The scan: the first question to many addresses where probably nobody is.
 *
 * A request keeps a slot, a buffer, a deadline and a caller's poll, which an address that never
 * answers does not need: in a search most of the processor's time and nearly all of the memory went
 * into them. The scan keeps 48 octets for an address, and everything else for 64 of them together:
 * one deadline, one datagram in which only the id differs, one call that sends it to all. It is
 * part of the engine: its datagrams obey the same pace in all and per subnet, leave by the same
 * wire, count in the same counters and stay away from the same ports. It only finds out who is
 * there and what they answer to; what they say is not looked at, and whoever has been heard is
 * asked again, by a request.
 *
 * Words: a host is an address in the scan; a way is one of up to 64 questions, each of a credential
 * (core/fleet knows of which); a group is 64 hosts in the order they came. A group is asked in
 * rounds, each way in turn in each: so the attempts of a way lie far apart, and a device that the
 * first one wakes has seconds until the last. Between two datagrams a host has the round's timeout,
 * the first one doubled for each round, to answer: nobody has two questions at once.
 *
 * Host, way and round make the id, through a keyed permutation; bit 30 tells it from a request's.
 * An answer to any of them counts until the group has ended, so that a slow device is heard, too,
 * and it must come from the address and have id, version and community of what was asked there. A
 * message of SNMPv3 counts when its header is sound: the way of SNMPv3 is the discovery of an
 * engine (RFC 3414 section 4), which nobody can sign. An ICMP error ends a host.
 *
 * Cost: some 30 ns per datagram before the system call; 3 MB at 65,536 hosts, touched as used.
 */
#pragma once

#include "core/engine/engine.h"

/* Hosts at a time, ways, and attempts of a way. */
#define ENGINE_SCAN_HOSTS    65536
#define ENGINE_SCAN_WAYS     64
#define ENGINE_SCAN_ATTEMPTS 16
/* Hosts of a group. */
#define ENGINE_SCAN_GROUP 64

/* Gives the engine a scan, without ways and hosts. The engine frees it. Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int engine_scan_open(struct engine *engine);

/* Says what a way asks, and at least how often: a second call may only raise the attempts. pdu:
 * copied but for the octets of its community, which must outlive the engine; NULL = the discovery
 * of SNMPv3. attempts: 1..ENGINE_SCAN_ATTEMPTS.
 * Returns: 0; BASE_ELIMIT when it is too long; BASE_EUSAGE as pdu_encode. */
BASE_MUST_CHECK int engine_scan_way(struct engine *engine, unsigned way,
                                    const struct pdu_request *pdu, unsigned attempts);

/* Puts in an address that shall be asked in a set of ways, a bit for each; the lowest first.
 * Returns: 0; -EAGAIN when all hosts are taken; BASE_EUSAGE without a way, and for a port that
 * prints what it is sent. */
BASE_MUST_CHECK int engine_scan_add(struct engine *engine, const union wire_address *address,
                                    uint64_t ways, int64_t now_us);

/* Nothing more comes for now: a group that is not full leaves as it is. Full ones leave at once.
 * There is room for so many groups, whatever is in them. */
void engine_scan_go(struct engine *engine, int64_t now_us);

/* Returns: false when engine_scan_add would find no room. */
bool engine_scan_has_room(const struct engine *engine);

/* Says whether a group has been begun that is not full. */
bool engine_scan_is_filling(const struct engine *engine);

/* Hosts that may answer at any moment: in their first 200 ms, or not asked yet, or heard and not
 * taken. 0 without a scan. */
uint32_t engine_scan_busy(const struct engine *engine);

/* Says whether a host has been heard that has not been taken. False without a scan. */
bool engine_scan_has_heard(const struct engine *engine);

/* Takes the next host that has been heard: who it is and to which way it answered, the first that
 * was. Returns: false when there is none. */
bool engine_scan_take_heard(struct engine *engine, union wire_address *address, unsigned *way);

/* Takes the next host that has ended unheard. status: BASE_ETIMEOUT, BASE_EUNREACHABLE,
 * BASE_ECANCELED, or -errno of the send. Returns: false when there is none. */
bool engine_scan_take_silent(struct engine *engine, union wire_address *address, int *status);

/* Asks no more: all hosts end as canceled but those that have ended or been heard. */
void engine_scan_cancel(struct engine *engine);
