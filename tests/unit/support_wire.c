#include "tests/unit/support_wire.h"

struct support_wire support_wire;

static unsigned take_packets(void *self, struct wire_packet *packets, unsigned count)
{
    struct support_wire *wire = self;
    unsigned taken = count < wire->room ? count : wire->room;
    for (unsigned i = 0; i < taken; i++) {
        packets[i].error = wire->error;
        if (wire->error == 0 && wire->count < SUPPORT_WIRE_MAX) {
            wire->sent[wire->count].to = *packets[i].to;
            memcpy(wire->sent[wire->count].data, packets[i].data, packets[i].size);
            wire->sent[wire->count++].size = packets[i].size;
        }
    }
    wire->room -= taken;
    return taken;
}

const struct wire *support_wire_open(void)
{
    static const struct wire sender = {.self = &support_wire, .send = take_packets};
    support_wire.count = 0;
    support_wire.room = UINT32_MAX;
    support_wire.error = 0;
    return &sender;
}
