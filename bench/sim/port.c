#include "bench/sim/port.h"

#include <string.h>

uint8_t sim_port_count(const struct sim_identity *identity)
{
    const struct sim_spec *spec = identity->model->spec;

    return spec != NULL && spec->ports > 1 ? spec->ports : 1;
}

/* The port that a digit names, 0 = none of a further one. */
static uint8_t port_of(const struct sim_identity *identity, uint8_t digit)
{
    return digit > '1' && digit <= '0' + sim_port_count(identity) ? (uint8_t)(digit - '0') : 0;
}

static uint8_t first(const struct sim_identity *identity)
{
    return sim_port_count(identity) > 1 ? 1 : 0;
}

bool sim_port_of_community(const struct sim_options *options, const struct sim_identity *identity,
                           struct sim_slice community, uint8_t *port)
{
    *port = first(identity);
    if (sim_options_takes(options, identity->number, community)) {
        return true;
    }
    if (community.length < 2 || community.bytes[community.length - 2] != '.') {
        return false;
    }
    *port = port_of(identity, community.bytes[community.length - 1]);
    community.length -= 2;
    return *port > 0 && sim_options_takes(options, identity->number, community);
}

uint8_t sim_port_of_context(const struct sim_identity *identity, struct sim_slice context)
{
    static const char name[] = "port";

    if (context.length == 0) {
        return first(identity);
    }
    return context.length == sizeof(name) && memcmp(context.bytes, name, sizeof(name) - 1) == 0
               ? port_of(identity, context.bytes[context.length - 1])
               : 0;
}

void sim_port_identify(struct sim_identity *identity, uint8_t port)
{
    identity->port = port;
    identity->key = port > 1 ? sim_mix(identity->key + port) : identity->key;
}

void sim_port_plug(struct sim_view *view, struct sim_identity *identity, uint8_t port)
{
    if (port > 1) {
        sim_port_identify(identity, port);
        sim_device_view(view, identity, view->now_ms, view->boot_ms);
    }
}
