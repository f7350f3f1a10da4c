/*
 * Reads the request-id out of the beginning of one of our own messages, as an ICMP error quotes it:
 * the rest may be cut off. For nothing else: a datagram from the network goes through the gate.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

/* Says whether the octets begin like a v1 or v2c message and reach to the end of its request-id,
 * which then is in *request_id. */
bool peek_request_id(struct bytes beginning, int32_t *request_id);
