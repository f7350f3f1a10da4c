/*
 * Answers made to break a manager: what facts of the trade and of fuzzing have taught to expect.
 *
 * A hostile device sends one kind for ever. A kind starts from the answer that an honest device
 * would give and changes it: its lengths, its headers, its varbinds, or how often and when it
 * comes. A few kinds are unusual but right (is_benign): a manager must read those devices.
 */
#pragma once

#include "bench/sim/request.h"

/* Bytes of the buffer that sim_hostile_answer works in. */
#define SIM_HOSTILE_BYTES (SIM_DATAGRAM_MAX + 2048u)

struct sim_hostile_kind {
    const char *name;  /* --hostile-kind takes it, --list prints it */
    const char *about; /* one line */
    bool is_benign;    /* a manager must be able to read the device */
};

/* Where the datagrams go; later_us: how long after now. */
struct sim_hostile_sink {
    void (*send)(void *context, const uint8_t *bytes, size_t length, uint32_t later_us);
    void *context;
};

/* Returns: how many kinds there are; kind numbers go from 0. */
unsigned sim_hostile_count(void);

/* kind: below sim_hostile_count(). Static storage. */
const struct sim_hostile_kind *sim_hostile_describe(unsigned kind);

/* Returns: the kind of that name, or -1. */
int sim_hostile_find(const char *name);

/* Sends what a device of that kind answers to the request instead of `honest`; zero or more
 * datagrams. draw: a number by chance. buffer has SIM_HOSTILE_BYTES and is used again after every
 * send. */
void sim_hostile_answer(unsigned kind, const struct sim_request *request, struct sim_slice honest,
                        uint64_t draw, uint8_t *buffer, const struct sim_hostile_sink *sink);
