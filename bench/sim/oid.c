#include "bench/sim/oid.h"

#include <errno.h>
#include <string.h>

bool sim_oid_is_valid(const uint8_t *bytes, size_t n)
{
    size_t arcs = 1; /* the first byte stands for two */
    uint64_t arc = 0;
    bool inside = false;

    if (n == 0) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!inside && bytes[i] == 0x80) {
            return false;
        }
        arc = arc << 7 | (bytes[i] & 0x7f);
        if (arc > UINT32_MAX) {
            return false;
        }
        inside = (bytes[i] & 0x80) != 0;
        if (!inside) {
            arcs++;
            arc = 0;
        }
    }
    return !inside && arcs <= SIM_OID_ARCS_MAX;
}

int sim_oid_compare(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
    size_t shorter = a_length < b_length ? a_length : b_length;
    size_t at = 0;
    size_t start;
    size_t a_end;
    size_t b_end;

    while (at < shorter && a[at] == b[at]) {
        at++;
    }
    if (at == shorter) {
        return a_length < b_length ? -1 : a_length > b_length ? 1 : 0;
    }
    /* The arcs that differ: of two minimal forms the longer is the greater. */
    for (start = at; start > 0 && (a[start - 1] & 0x80) != 0;) {
        start--;
    }
    for (a_end = start; a_end < a_length && (a[a_end] & 0x80) != 0;) {
        a_end++;
    }
    for (b_end = start; b_end < b_length && (b[b_end] & 0x80) != 0;) {
        b_end++;
    }
    if (a_end != b_end) {
        return a_end < b_end ? -1 : 1;
    }
    return a[at] < b[at] ? -1 : 1;
}

uint8_t *sim_oid_put_arc(uint8_t *out, uint32_t arc)
{
    unsigned shift = 28;

    while (shift > 0 && (arc >> shift) == 0) {
        shift -= 7;
    }
    for (; shift > 0; shift -= 7) {
        *out++ = (uint8_t)(0x80 | ((arc >> shift) & 0x7f));
    }
    *out++ = (uint8_t)(arc & 0x7f);
    return out;
}

static int take_arc(const char **at, const char *end, uint32_t *arc)
{
    uint64_t value = 0;
    const char *p = *at;

    if (p == end || *p < '0' || *p > '9') {
        return -EINVAL;
    }
    while (p < end && *p >= '0' && *p <= '9') {
        value = value * 10 + (uint64_t)(*p - '0');
        if (value > UINT32_MAX) {
            return -EINVAL;
        }
        p++;
    }
    *at = p;
    *arc = (uint32_t)value;
    return 0;
}

int sim_oid_parse(const char *text, size_t text_length, uint8_t *out, size_t *out_length)
{
    const char *at = text;
    const char *end = text + text_length;
    uint8_t *to = out;
    uint32_t first = 0;
    size_t arcs = 0;

    if (at < end && *at == '.') {
        at++;
    }
    for (;;) {
        uint32_t arc;

        if (take_arc(&at, end, &arc) != 0 || ++arcs > SIM_OID_ARCS_MAX) {
            return -EINVAL;
        }
        if (arcs == 1) {
            first = arc;
        } else if (arcs == 2) {
            if (first > 2 || (first < 2 && arc > 39) || arc > UINT32_MAX - 80) {
                return -EINVAL;
            }
            to = sim_oid_put_arc(to, first * 40 + arc);
        } else {
            to = sim_oid_put_arc(to, arc);
        }
        if (at == end) {
            break;
        }
        if (*at++ != '.') {
            return -EINVAL;
        }
    }
    if (arcs < 2) {
        return -EINVAL;
    }
    *out_length = (size_t)(to - out);
    return 0;
}
