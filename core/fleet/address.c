#include "core/fleet/address.h"

void address_from_target(const struct target *target, union wire_address *out)
{
    memset(out, 0, sizeof(*out));
    if (target->family == 4) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(target->port);
        memcpy(&out->v4.sin_addr, target->address, 4);
    } else {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons(target->port);
        out->v6.sin6_scope_id = target->scope;
        memcpy(&out->v6.sin6_addr, target->address, 16);
    }
}

void address_to_target(const union wire_address *address, struct target *out)
{
    *out = (struct target){0};
    if (address->any.sa_family == AF_INET) {
        out->family = 4;
        out->port = ntohs(address->v4.sin_port);
        memcpy(out->address, &address->v4.sin_addr, 4);
    } else {
        out->family = 6;
        out->port = ntohs(address->v6.sin6_port);
        out->scope = address->v6.sin6_scope_id;
        memcpy(out->address, &address->v6.sin6_addr, 16);
    }
}

void address_format(const union wire_address *address, char *out, size_t cap)
{
    struct target target;
    address_to_target(address, &target);
    (void)target_format(&target, out, cap);
}
