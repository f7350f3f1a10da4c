/*
 * Reads the request-id or msgID out of the beginning of one of our own messages, as an ICMP error
 * quotes it: the rest may be cut off. For nothing else: a datagram from the network goes through
 * the gate.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

/* Says whether the octets begin like a message and reach to the end of the id that its slot is
 * found by, which then is in *id: of v1 and v2c the request-id, of v3 the msgID (*is_v3). */
bool peek_id(struct bytes beginning, bool *is_v3, int32_t *id);
