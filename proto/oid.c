#include "proto/oid.h"

#include <string.h>

/* Octets of the longest arc, 2^32-1, and the largest first octet it may have in that length. */
#define ARC_OCTETS_MAX      5
#define ARC_FIRST_OCTET_MAX 0x8F

/* Returns: the octets of the base-128 arc at `at`, 0 when it is none. left: at least 1. */
static inline size_t arc_size(const uint8_t *at, size_t left)
{
    if (at[0] < 0x80) {
        return 1;
    }
    size_t most = left < ARC_OCTETS_MAX ? left : ARC_OCTETS_MAX;
    size_t size = 1;
    while (size < most && at[size] >= 0x80) {
        size++;
    }
    bool is_wide = size == ARC_OCTETS_MAX - 1 && at[0] > ARC_FIRST_OCTET_MAX;
    return at[0] == 0x80 || size == most || is_wide ? 0 : size + 1;
}

/* Reads one base-128 arc at *offset and moves on. Returns false for octets that are no arc. */
static bool take_arc(struct bytes oid, size_t *offset, uint32_t *arc)
{
    size_t start = *offset;
    size_t size = start < oid.size ? arc_size(oid.data + start, oid.size - start) : 0;
    uint32_t value = 0;
    for (size_t i = start; i < start + size; i++) {
        value = value << 7 | (oid.data[i] & 0x7Fu);
    }
    if (size > 0) {
        *offset = start + size;
        *arc = value;
    }
    return size > 0;
}

bool oid_check(struct bytes oid)
{
    size_t arc_count = 1; /* the first octets stand for two arcs */
    size_t offset = 0;
    if (oid.size >= 8 && oid_is_plain(bytes_of(oid.data, 8))) {
        offset = 8; /* most names begin with so many arcs of one octet */
        arc_count += offset;
    }
    while (offset < oid.size) {
        size_t size = arc_size(oid.data + offset, oid.size - offset);
        if (size == 0) {
            return false;
        }
        offset += size;
        arc_count++;
    }
    return oid.size > 0 && arc_count <= OID_ARCS_MAX;
}

/* Parses one decimal arc and moves on to the character after it. */
static int parse_arc(const char **text, uint32_t *arc)
{
    const char *at = *text;
    uint64_t value = 0;
    if (*at < '0' || *at > '9') {
        return BASE_EFORMAT;
    }
    for (; *at >= '0' && *at <= '9'; at++) {
        value = value * 10 + (uint64_t)(*at - '0');
        if (value > UINT32_MAX) {
            return BASE_EFORMAT;
        }
    }
    *text = at;
    *arc = (uint32_t)value;
    return 0;
}

/* Writes an arc in base 128. Returns how many octets it takes, or 0 when they do not fit. */
static size_t put_arc(uint32_t arc, uint8_t *out, size_t room)
{
    size_t octets = 1;
    for (uint32_t rest = arc >> 7; rest > 0; rest >>= 7) {
        octets++;
    }
    if (octets > room) {
        return 0;
    }
    for (size_t i = octets; i > 0; i--) {
        out[i - 1] = (uint8_t)((arc & 0x7Fu) | (i == octets ? 0u : 0x80u));
        arc >>= 7;
    }
    return octets;
}

/* Parses arcs divided by dots up to the end of the text and appends them to out[*used...]. */
static int parse_arcs(const char *text, size_t arcs_max, uint8_t *out, size_t cap, size_t *used)
{
    for (size_t count = 0;; count++) {
        uint32_t arc;
        int status = parse_arc(&text, &arc);
        if (status != 0) {
            return status;
        }
        size_t octets = count < arcs_max ? put_arc(arc, out + *used, cap - *used) : 0;
        if (octets == 0) {
            return BASE_ELIMIT;
        }
        *used += octets;
        if (*text == '\0') {
            return 0;
        }
        if (*text++ != '.') {
            return BASE_EFORMAT;
        }
    }
}

/* Folds the first two arcs into one number (X.690 8.19.4). */
static int parse_first_two(const char **text, uint32_t *folded)
{
    uint32_t first;
    uint32_t second;
    if (parse_arc(text, &first) != 0 || **text != '.') {
        return BASE_EFORMAT;
    }
    *text += 1;
    if (parse_arc(text, &second) != 0 || first > 2 || (first < 2 && second > 39) ||
        second > UINT32_MAX - first * 40) {
        return BASE_EFORMAT;
    }
    *folded = first * 40 + second;
    return 0;
}

int oid_from_text(const char *text, uint8_t *out, size_t cap, size_t *size)
{
    uint32_t folded;
    text += *text == '.' ? 1 : 0;
    int status = parse_first_two(&text, &folded);
    if (status != 0) {
        return status;
    }
    size_t used = put_arc(folded, out, cap);
    if (used == 0) {
        return BASE_ELIMIT;
    }
    if (*text != '\0') {
        if (*text != '.') {
            return BASE_EFORMAT;
        }
        status = parse_arcs(text + 1, OID_ARCS_MAX - 2, out, cap, &used);
        if (status != 0) {
            return status;
        }
    }
    *size = used;
    return 0;
}

int oid_index_from_text(const char *text, uint8_t *out, size_t cap, size_t *size)
{
    size_t used = 0;
    if (*text != '\0') {
        int status = parse_arcs(text, OID_ARCS_MAX, out, cap, &used);
        if (status != 0) {
            return status;
        }
    }
    *size = used;
    return 0;
}

/* Writes the digits of an arc. Returns how many, or 0 when they do not fit. */
static size_t put_digits(uint32_t arc, char *out, size_t room)
{
    size_t digits = 1;
    for (uint32_t rest = arc / 10; rest > 0; rest /= 10) {
        digits++;
    }
    if (digits > room) {
        return 0;
    }
    for (size_t i = digits; i > 0; i--) {
        out[i - 1] = (char)('0' + arc % 10);
        arc /= 10;
    }
    return digits;
}

/* Appends "N" or ".N" to a text of *used characters, keeping room for the NUL. */
static int append_arc(uint32_t arc, char *out, size_t cap, size_t *used)
{
    if (*used > 0) {
        if (*used + 1 >= cap) {
            return BASE_ELIMIT;
        }
        out[(*used)++] = '.';
    }
    size_t digits = *used < cap ? put_digits(arc, out + *used, cap - *used - 1) : 0;
    if (digits == 0) {
        return BASE_ELIMIT;
    }
    *used += digits;
    return 0;
}

/* Appends the arcs of oid[offset...] and the NUL. */
static int append_arcs(struct bytes oid, size_t offset, char *out, size_t cap, size_t used)
{
    while (offset < oid.size) {
        uint32_t arc;
        if (oid.data[offset] < 10 && used > 0 && used + 2 < cap) { /* most arcs, at once */
            out[used++] = '.';
            out[used++] = (char)('0' + oid.data[offset++]);
            continue;
        }
        if (!take_arc(oid, &offset, &arc)) {
            return BASE_EFORMAT;
        }
        int status = append_arc(arc, out, cap, &used);
        if (status != 0) {
            return status;
        }
    }
    if (used >= cap) {
        return BASE_ELIMIT;
    }
    out[used] = '\0';
    return 0;
}

int oid_to_text(struct bytes oid, char *out, size_t cap)
{
    size_t offset = 0;
    size_t used = 0;
    uint32_t folded;
    if (!oid_is_valid(oid) || !take_arc(oid, &offset, &folded)) {
        return BASE_EFORMAT;
    }
    uint32_t first = folded < 80 ? folded / 40 : 2;
    int status = append_arc(first, out, cap, &used);
    if (status == 0) {
        status = append_arc(folded - first * 40, out, cap, &used);
    }
    return status != 0 ? status : append_arcs(oid, offset, out, cap, used);
}

int oid_index_to_text(struct bytes index, char *out, size_t cap)
{
    return append_arcs(index, 0, out, cap, 0);
}

int oid_index_arcs(struct bytes index, uint32_t *arcs, size_t cap, size_t *count)
{
    size_t found = 0;
    size_t offset = 0;
    while (offset < index.size) {
        uint32_t arc;
        if (!take_arc(index, &offset, &arc)) {
            return BASE_EFORMAT;
        }
        if (found == cap) {
            return BASE_ELIMIT;
        }
        arcs[found++] = arc;
    }
    *count = found;
    return 0;
}

int oid_compare(struct bytes a, struct bytes b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    size_t same = 0;
    while (same < common && a.data[same] == b.data[same]) {
        same++;
    }
    if (same == common) {
        return (a.size > b.size) - (a.size < b.size);
    }
    /* Back to the start of the arc that differs. An arc of more octets is the larger one, and arcs
     * of equal length compare as their octets do. */
    size_t start = same;
    while (start > 0 && (a.data[start - 1] & 0x80) != 0) {
        start--;
    }
    size_t a_end = start;
    size_t b_end = start;
    while (a_end + 1 < a.size && (a.data[a_end] & 0x80) != 0) {
        a_end++;
    }
    while (b_end + 1 < b.size && (b.data[b_end] & 0x80) != 0) {
        b_end++;
    }
    if (a_end != b_end) {
        return a_end > b_end ? 1 : -1;
    }
    return a.data[same] > b.data[same] ? 1 : -1;
}
