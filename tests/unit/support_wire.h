/*
 * A wire that keeps what was sent, in the place of sockets: for the tests of the engine.
 */
#pragma once

#include "core/engine/engine.h"

#define SUPPORT_WIRE_MAX 1024

/* All of it may be changed by a test. */
struct support_wire {
    struct {
        union wire_address to;
        uint8_t data[ENGINE_REQUEST_MAX];
        size_t size;
    } sent[SUPPORT_WIRE_MAX];
    unsigned count; /* of sent; what comes beyond SUPPORT_WIRE_MAX is taken and not kept */
    unsigned room;  /* packets that the socket still takes */
    int error;      /* of each packet; 0 = it is sent */
};

extern struct support_wire support_wire;

/* Empties it and gives it endless room. Returns: its sending end. */
const struct wire *support_wire_open(void);
