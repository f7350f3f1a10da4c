#include "core/fleet/target.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A 128-bit address as two halves, so that both families count alike. */
struct wide {
    uint64_t high, low;
};

static struct wide wide_load(const struct target *target)
{
    struct wide wide = {0, 0};
    if (target->family == 4) {
        for (int i = 0; i < 4; i++) {
            wide.low = wide.low << 8 | target->address[i];
        }
        return wide;
    }
    for (int i = 0; i < 8; i++) {
        wide.high = wide.high << 8 | target->address[i];
        wide.low = wide.low << 8 | target->address[8 + i];
    }
    return wide;
}

static void wide_store(struct wide wide, struct target *target)
{
    if (target->family == 4) {
        for (int i = 0; i < 4; i++) {
            target->address[i] = (uint8_t)(wide.low >> (24 - 8 * i));
        }
        return;
    }
    for (int i = 0; i < 8; i++) {
        target->address[i] = (uint8_t)(wide.high >> (56 - 8 * i));
        target->address[8 + i] = (uint8_t)(wide.low >> (56 - 8 * i));
    }
}

void target_step(const struct target *first, uint64_t offset, struct target *out)
{
    struct wide wide = wide_load(first);
    uint64_t low = wide.low + offset;
    wide.high += low < wide.low;
    wide.low = low;
    *out = *first;
    wide_store(wide, out);
}

uint64_t target_distance(const struct target *from, const struct target *to)
{
    struct wide a = wide_load(from);
    struct wide b = wide_load(to);
    uint64_t low = b.low - a.low;
    uint64_t high = b.high - a.high - (b.low < a.low);
    return high == 0 ? low : UINT64_MAX;
}

int target_compare(const struct target *a, const struct target *b)
{
    if (a->family != b->family) {
        return a->family < b->family ? -1 : 1;
    }
    if (a->port != b->port) {
        return a->port < b->port ? -1 : 1;
    }
    if (a->scope != b->scope) {
        return a->scope < b->scope ? -1 : 1;
    }
    return memcmp(a->address, b->address, sizeof(a->address));
}

/* --- reading an address ----------------------------------------------------------------------- */

/* Parses the zone of a link-local address: an interface's name or number. */
static bool read_zone(const char *zone, struct target *target)
{
    bool link_local = target->address[0] == 0xfe && (target->address[1] & 0xc0) == 0x80;
    char *end = NULL;
    unsigned long number = isdigit((unsigned char)zone[0]) ? strtoul(zone, &end, 10) : 0;
    if (end == NULL || *end != '\0' || number > UINT32_MAX) {
        number = if_nametoindex(zone);
    }
    target->scope = (uint32_t)number;
    return link_local && number > 0;
}

bool target_read_address(const char *text, struct target *out, bool *mapped)
{
    static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff};
    struct target target = {.family = 4};
    *mapped = false;
    if (inet_pton(AF_INET, text, target.address) == 1) {
        *out = target;
        return true;
    }
    char plain[INET6_ADDRSTRLEN];
    const char *zone = strchr(text, '%');
    size_t size = zone != NULL ? (size_t)(zone - text) : strlen(text);
    if (size >= sizeof(plain)) {
        return false;
    }
    memcpy(plain, text, size);
    plain[size] = '\0';
    target.family = 6;
    if (inet_pton(AF_INET6, plain, target.address) != 1 ||
        (zone != NULL && !read_zone(zone + 1, &target))) {
        return false;
    }
    if (memcmp(target.address, mapped_prefix, sizeof(mapped_prefix)) == 0) {
        *mapped = true;
        target.family = 4;
        memmove(target.address, target.address + 12, 4);
        memset(target.address + 4, 0, 12);
    }
    *out = target;
    return true;
}

int target_parse(const char *text, struct target *out)
{
    struct target_spec spec;
    char message[1];
    size_t plain = strcspn(text, "/-%"); /* a zone may hold a hyphen */
    if (target_read(text, &spec, message, sizeof(message)) != 0 || spec.range.count != 1 ||
        text[plain] == '/' || text[plain] == '-') {
        return BASE_EFORMAT;
    }
    *out = spec.range.first;
    return 0;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* Writes a number below 65536 without a NUL. Runs once per device and poll, so without snprintf. */
static char *put_number(char *out, unsigned number)
{
    char digits[5];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0) {
        *out++ = digits[--count];
    }
    return out;
}

static char *put_ipv6(char *out, const struct target *target)
{
    *out++ = '[';
    inet_ntop(AF_INET6, target->address, out, INET6_ADDRSTRLEN);
    out += strlen(out);
    if (target->scope != 0) {
        char name[IF_NAMESIZE];
        *out++ = '%';
        if (if_indextoname(target->scope, name) == NULL) {
            snprintf(name, sizeof(name), "%" PRIu32, target->scope);
        }
        memcpy(out, name, strlen(name));
        out += strlen(name);
    }
    *out++ = ']';
    return out;
}

size_t target_format(const struct target *target, char *out, size_t cap)
{
    BASE_REQUIRE(cap >= TARGET_TEXT_MAX);
    char *end = out;
    if (target->family == 4) {
        for (int i = 0; i < 4; i++) {
            end = put_number(end, target->address[i]);
            *end++ = i < 3 ? '.' : ':';
        }
    } else {
        end = put_ipv6(end, target);
        *end++ = ':';
    }
    end = put_number(end, target->port);
    *end = '\0';
    return (size_t)(end - out);
}
