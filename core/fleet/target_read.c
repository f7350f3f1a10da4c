/* The forms of a target, and what to say about a word that has none of them. */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/port.h"
#include "core/fleet/target.h"

/* No target is longer: a range of two IPv6 addresses with zones, or a longest host name. */
#define TEXT_MAX 300
/* So much of a bad word is repeated in a message. */
#define QUOTE_MAX 60

/* Where the sentence about a failure goes, and the word it is about. */
struct complaint {
    const char *word;
    char *message;
    size_t cap;
};

/* Begins the sentence with the word, cut and without anything that a terminal would obey. */
static int BASE_PRINTF(2, 3) complain(const struct complaint *complaint, const char *format, ...)
{
    char word[QUOTE_MAX + 1];
    char reason[400];
    size_t size = strnlen(complaint->word, QUOTE_MAX);
    for (size_t i = 0; i < size; i++) {
        uint8_t octet = (uint8_t)complaint->word[i];
        /* U+0080 to U+009F are controls, too: "\xc2\x9b" begins what "\x1b[" does. */
        bool is_c1 = i > 0 && (uint8_t)complaint->word[i - 1] == 0xc2 && octet < 0xa0;
        word[i] = is_c1 || iscntrl(octet) ? '?' : complaint->word[i];
    }
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof(reason), format, args);
    va_end(args);
    return base_fail(BASE_EUSAGE, complaint->message, complaint->cap, "\"%.*s%s\" %s", (int)size,
                     word, complaint->word[size] == '\0' ? "" : "...", reason);
}

/* Why no single host can have the address; NULL when one can. */
static const char *unusable(const struct target *target)
{
    static const uint8_t zero[16] = {0};
    if (target->family == 4) {
        if (target->address[0] == 0) {
            return "is not an address of a host: it begins with 0";
        }
        if (target->address[0] >= 240) {
            return "is not an address of a host: 240.0.0.0 and above are reserved or broadcast";
        }
        return target->address[0] >= 224 ? "is a multicast address, not one of a host" : NULL;
    }
    if (target->address[0] == 0xff) {
        return "is a multicast address, not one of a host";
    }
    return memcmp(target->address, zero, 16) == 0 ? "is the unspecified address" : NULL;
}

/* --- what is wrong with a word that is no target ---------------------------------------------- */

/* A word of digits and dots that is no IPv4 address: which part of it is wrong. */
static int complain_digits(const struct complaint *complaint, const char *body)
{
    unsigned parts = 0;
    for (const char *c = body; *c != '\0'; parts++) {
        const char *dot = strchrnul(c, '.');
        int width = (int)(dot - c);
        if (width == 0) {
            return complain(complaint, "is no address: a number is missing between the dots");
        }
        if (width > 3 || strtoul(c, NULL, 10) > 255) {
            return complain(complaint, "is no IPv4 address: %.*s is more than 255",
                            width > 20 ? 20 : width, c);
        }
        if (width > 1 && c[0] == '0') {
            return complain(complaint,
                            "is ambiguous: write %lu instead of %.*s (leading zeros mean octal "
                            "to some programs)",
                            strtoul(c, NULL, 10), width, c);
        }
        c = *dot == '\0' ? dot : dot + 1;
    }
    if (parts == 3 && body[strlen(body) - 1] != '.') {
        return complain(complaint,
                        "is no address: it has 3 numbers instead of 4; the network is written "
                        "%s.0/24",
                        body);
    }
    return complain(complaint, "is no address: an IPv4 address has 4 numbers, like 10.1.2.3");
}

static int complain_other(const struct complaint *complaint, const char *body)
{
    const char *star = strchr(body, '*');
    if (strchr(body, ',') != NULL) {
        return complain(complaint, "is no target: separate targets by spaces, not by commas");
    }
    if (star != NULL && star > body && strcmp(star - 1, ".*") == 0) {
        return complain(complaint, "is no target: the network is written %.*s.0/24",
                        (int)(star - 1 - body), body);
    }
    if (strchr(body, ':') != NULL) {
        return complain(complaint, "is no IPv6 address; with a port it is written "
                                   "[2001:db8::7]:161");
    }
    return complain(complaint, "is no address, host name, network or range "
                               "(10.1.2.3, printer.example, 10.1.0.0/24, 10.1.0.1-254)");
}

/* --- the forms -------------------------------------------------------------------------------- */

/* Cuts the port off `body`: after "]" or after the only colon. */
static int read_port(char *body, const struct complaint *complaint, uint16_t *port, bool *brackets)
{
    char *mark = strchr(body, ':');
    *port = TARGET_DEFAULT_PORT;
    *brackets = body[0] == '[';
    if (*brackets) {
        char *close = strchr(body, ']');
        if (close == NULL) {
            return complain(complaint, "lacks the closing bracket: [2001:db8::7]:161");
        }
        if (close[1] != ':' && close[1] != '\0') {
            return complain(complaint, "has more after the bracket than a port; networks and "
                                       "ranges stand inside: [2001:db8::/112]:161");
        }
        mark = close[1] == ':' ? close + 1 : NULL;
        *close = '\0';
        memmove(body, body + 1, strlen(body));
    } else if (mark == NULL || strchr(mark + 1, ':') != NULL) {
        return 0; /* none, or a bare IPv6 address */
    }
    if (mark == NULL) {
        return 0;
    }
    char *end = NULL;
    unsigned long number = strtoul(mark + 1, &end, 10);
    if (!isdigit((unsigned char)mark[1]) || *end != '\0' || number < 1 || number > 65535) {
        return complain(complaint, "has no valid port after the colon: 1 to 65535");
    }
    if (port_prints((uint16_t)number)) {
        return complain(complaint,
                        "names port %lu, which prints whatever it is sent: Platen never opens it; "
                        "printers speak SNMP at %d",
                        number, TARGET_DEFAULT_PORT);
    }
    *mark = '\0';
    *port = (uint16_t)number;
    return 0;
}

/* count: addresses, or 0 for two to the power of `bits`. */
static int too_many(const struct complaint *complaint, uint64_t count, unsigned bits)
{
    char digits[24];
    char text[32];
    size_t size = 0;
    int length = snprintf(digits, sizeof(digits), "%" PRIu64, count);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            text[size++] = ',';
        }
        text[size++] = digits[i];
    }
    text[size] = '\0';
    if (count == 0) {
        snprintf(text, sizeof(text), "2^%u", bits);
    }
    complain(complaint,
             "is %s addresses; one sweep takes at most %d: name the parts that hold printers", text,
             TARGET_RANGE_MAX);
    return BASE_ELIMIT;
}

static int read_network(char *body, char *slash, const struct complaint *complaint,
                        struct target_range *out)
{
    struct target first;
    bool mapped = false;
    *slash = '\0';
    if (!target_read_address(body, &first, &mapped)) {
        return complain(complaint, "is no network: before the slash stands an address, like "
                                   "10.1.0.0/24");
    }
    unsigned long bits = first.family == 4 ? 32 : 128;
    unsigned long mapping = mapped ? 96 : 0;
    char *end = NULL;
    unsigned long prefix = strtoul(slash + 1, &end, 10);
    if (!isdigit((unsigned char)slash[1]) || *end != '\0' || prefix < mapping ||
        prefix > bits + mapping) {
        return complain(complaint, "is no network: after the slash stands a prefix of %lu to %lu",
                        mapping, bits + mapping);
    }
    uint64_t host_bits = bits + mapping - prefix;
    if (host_bits >= 64 || UINT64_C(1) << host_bits > TARGET_RANGE_MAX) {
        return too_many(complaint, host_bits < 64 ? UINT64_C(1) << host_bits : 0,
                        (unsigned)host_bits);
    }
    for (uint64_t bit = 0; bit < host_bits; bit++) {
        size_t octet = (bits - 1 - bit) / 8;
        first.address[octet] &= (uint8_t) ~(1U << bit % 8);
    }
    out->first = first;
    out->count = UINT64_C(1) << host_bits;
    if (host_bits > 1) {
        target_step(&first, 1, &out->first);
        out->count -= first.family == 4 ? 2 : 1;
    }
    return 0;
}

/* The end of "10.1.0.1-254" or "10.1.0.1-10.1.3.254". */
static bool read_range_end(const char *text, const struct target *first, struct target *last)
{
    bool mapped = false;
    size_t digits = strspn(text, "0123456789");
    if (first->family == 4 && digits > 0 && digits <= 3 && text[digits] == '\0') {
        unsigned long number = strtoul(text, NULL, 10);
        *last = *first;
        last->address[3] = (uint8_t)number;
        return number <= 255;
    }
    return target_read_address(text, last, &mapped) && last->family == first->family;
}

static int read_range(const char *first_text, const char *last_text,
                      const struct complaint *complaint, struct target_range *out)
{
    struct target first;
    struct target last;
    bool mapped = false;
    if (!target_read_address(first_text, &first, &mapped) ||
        !read_range_end(last_text, &first, &last)) {
        return complain(complaint,
                        first.family == 6
                            ? "is no range: after the hyphen stands a whole IPv6 address"
                            : "is no range: after the hyphen stands an IPv4 address, or a number "
                              "0 to 255, like 10.1.0.1-10.1.3.254 or 10.1.0.1-254");
    }
    last.scope = first.scope;
    if (target_compare(&last, &first) < 0) {
        return complain(complaint,
                        "is a range that ends before it begins; turned round it is "
                        "%s-%s",
                        last_text, first_text);
    }
    const char *reason = unusable(&last);
    if (reason != NULL) {
        return complain(complaint, "is a range whose end %s", reason);
    }
    uint64_t count = target_distance(&first, &last);
    if (count >= TARGET_RANGE_MAX) {
        return too_many(complaint, count + 1, 64);
    }
    out->first = first;
    out->count = count + 1;
    return 0;
}

/* RFC 1123 section 2.1, and the underscore that Windows names have. */
static bool is_name(const char *body)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-._";
    size_t size = strlen(body);
    return size > 0 && size < TARGET_NAME_MAX && strspn(body, allowed) == size &&
           (isalnum((unsigned char)body[0]) || body[0] == '_') && strstr(body, "..") == NULL;
}

static int read_body(char *body, const struct complaint *complaint, struct target_spec *spec)
{
    bool mapped = false;
    char *slash = strchr(body, '/');
    char *hyphen = strchr(body, '-');
    struct target_range *range = &spec->range;
    if (target_read_address(body, &range->first, &mapped)) {
        range->count = 1;
        return 0;
    }
    if (slash != NULL) {
        return read_network(body, slash, complaint, range);
    }
    if (hyphen != NULL) {
        *hyphen = '\0';
        struct target ignored;
        if (target_read_address(body, &ignored, &mapped)) {
            return read_range(body, hyphen + 1, complaint, range);
        }
        *hyphen = '-';
    }
    if (body[0] != '\0' && strspn(body, "0123456789.") == strlen(body)) {
        return complain_digits(complaint, body);
    }
    if (!is_name(body)) {
        return complain_other(complaint, body);
    }
    memcpy(spec->name, body, strlen(body) + 1);
    return 0;
}

int target_read(const char *text, struct target_spec *out, char *message, size_t message_cap)
{
    char body[TEXT_MAX];
    struct complaint complaint = {text, message, message_cap};
    struct target_spec spec = {.name = ""};
    uint16_t port = 0;
    bool brackets = false;
    if (strlen(text) >= sizeof(body)) {
        return complain(&complaint, "is too long for a target");
    }
    const char *scheme_end = strstr(text, "://");
    if (scheme_end != NULL) {
        return complain(&complaint, "is no target: write the host alone, without \"%.*s\"",
                        (int)(scheme_end + 3 - text), text);
    }
    memcpy(body, text, strlen(text) + 1);
    int status = read_port(body, &complaint, &port, &brackets);
    if (status == 0) {
        status = read_body(body, &complaint, &spec);
    }
    if (status != 0) {
        return status;
    }
    if (brackets && spec.range.first.family != 6) {
        return complain(&complaint, "has brackets, which are for IPv6 only; write %s:%u", body,
                        (unsigned)port);
    }
    spec.range.first.port = port;
    if (spec.range.count > 0) {
        const char *reason = unusable(&spec.range.first);
        if (reason != NULL) {
            return complain(&complaint, "%s", reason);
        }
    }
    *out = spec;
    return 0;
}
