#include "core/fleet/address.h"

#include <stdio.h>

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

void address_format_place(const union wire_address *address, const char *place, char *out,
                          size_t cap)
{
    address_format(address, out, cap);
    size_t size = strlen(out);
    if (place[0] != '\0' && size < cap) {
        (void)snprintf(out + size, cap - size, "/%s", place);
    }
}

const char *address_place(const char *key)
{
    const char *slash = strchr(key, '/');
    return slash != NULL ? slash + 1 : "";
}

int address_parse(const char *key, struct target *out)
{
    char text[TARGET_TEXT_MAX];
    size_t size = strcspn(key, "/");
    if (size >= sizeof(text)) {
        return BASE_EFORMAT;
    }
    memcpy(text, key, size);
    text[size] = '\0';
    return target_parse(text, out);
}
