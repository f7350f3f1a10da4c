#include "bench/sim/outlet.h"

static void leave(struct sim_outlet *outlet, const struct sim_packet *packet)
{
    outlet->stats->replies++;
    outlet->stats->reply_bytes += packet->length;
    sim_net_send(outlet->net, packet);
}

static void leave_later(struct sim_outlet *outlet, const struct sim_packet *packet,
                        uint32_t later_us)
{
    if (sim_impair_keep(outlet->impair, packet, outlet->now_us + later_us)) {
        outlet->stats->delayed++;
    } else {
        outlet->stats->dropped_full++;
    }
}

void sim_outlet_send(struct sim_outlet *outlet, const struct sim_packet *asked,
                     const uint8_t *bytes, size_t length, uint32_t later_us, bool is_wrong_source)
{
    struct sim_packet reply = *asked;
    bool is_reordered = false;

    reply.bytes = bytes;
    reply.length = length;
    if (is_wrong_source) {
        reply.local ^= 0x00400000; /* still in 127.0.0.0/8 */
    }
    if (outlet->is_impaired) {
        later_us += sim_impair_delay_us(outlet->impair, &is_reordered);
        outlet->stats->reordered += is_reordered;
        if (sim_impair_doubles(outlet->impair)) {
            outlet->stats->duplicated++;
            leave_later(outlet, &reply, later_us);
        }
    }
    if (later_us > 0) {
        leave_later(outlet, &reply, later_us);
    } else {
        leave(outlet, &reply);
    }
}

void sim_outlet_send_due(struct sim_outlet *outlet)
{
    struct sim_packet packet;

    while (sim_impair_take(outlet->impair, outlet->now_us, &packet)) {
        leave(outlet, &packet);
    }
    sim_net_flush(outlet->net);
    sim_impair_release(outlet->impair);
}
