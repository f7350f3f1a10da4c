#include "core/app/config_subnet.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Clears the bits behind the prefix. */
static void mask(struct target *target, unsigned prefix)
{
    for (unsigned i = 0; i < sizeof(target->address); i++) {
        unsigned bits = prefix > i * 8 ? prefix - i * 8 : 0;
        if (bits < 8) {
            target->address[i] &= (uint8_t)(0xff00U >> bits);
        }
    }
}

static int read_network(const char *text, const char *slash, struct target_range *out)
{
    char address[TARGET_TEXT_MAX];
    struct target_range range = {0};
    bool mapped = false;
    char *end = NULL;
    size_t size = (size_t)(slash - text);
    unsigned long prefix = strtoul(slash + 1, &end, 10);
    if (size >= sizeof(address) || !isdigit((unsigned char)slash[1]) || *end != '\0') {
        return BASE_EUSAGE;
    }
    memcpy(address, text, size);
    address[size] = '\0';
    if (!target_read_address(address, &range.first, &mapped) || mapped) {
        return BASE_EUSAGE;
    }
    unsigned width = range.first.family == 4 ? 32 : 128;
    unsigned least = range.first.family == 4 ? 0 : 64;
    if (prefix > width || prefix < least) {
        return BASE_EUSAGE;
    }
    mask(&range.first, (unsigned)prefix);
    range.first.port = TARGET_DEFAULT_PORT;
    unsigned free_bits = width - (unsigned)prefix;
    range.count = free_bits == 64 ? UINT64_MAX : UINT64_C(1) << free_bits;
    *out = range;
    return 0;
}

int config_subnet_read(const char *text, struct target_range *out)
{
    char message[512];
    struct target_spec spec;
    const char *slash = strchr(text, '/');
    if (slash != NULL) {
        return read_network(text, slash, out);
    }
    if (strchr(text, '[') != NULL || (strchr(text, '.') != NULL && strchr(text, ':') != NULL) ||
        target_read(text, &spec, message, sizeof(message)) != 0 || spec.range.count == 0) {
        return BASE_EUSAGE;
    }
    *out = spec.range;
    return 0;
}
