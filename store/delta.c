#include "store/delta.h"

#include <endian.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Octets that must agree for two places to be taken for the same. */
#define WORD sizeof(uint64_t)

/* Octets that are compared at once where a place is looked for. */
#define CHUNK ((size_t)16)

/* How far the next place that agrees is looked for where as much was replaced as stood there. */
#define SEARCH_EVEN 32
/* Where it was more or less: a few words further on in the value are looked for in the base, up to
 * so much further or less far. What agrees is long: one of the words is in it. */
#define SEARCH_ODD 32

#define NUMBER_BYTES_MAX 10

static uint64_t word_at(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof(word));
    return word;
}

/* --- writing ---------------------------------------------------------------------------------- */

static uint8_t *put_number(uint8_t *at, uint64_t value)
{
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

static size_t same(const uint8_t *a, const uint8_t *b, size_t max)
{
    size_t at = 0;
    for (; at + 4 * WORD <= max; at += 4 * WORD) { /* most of it is the same */
        uint64_t differing = word_at(a + at) ^ word_at(b + at);
        differing |= word_at(a + at + WORD) ^ word_at(b + at + WORD);
        differing |= word_at(a + at + 2 * WORD) ^ word_at(b + at + 2 * WORD);
        differing |= word_at(a + at + 3 * WORD) ^ word_at(b + at + 3 * WORD);
        if (differing != 0) {
            break;
        }
    }
    for (; at + WORD <= max; at += WORD) {
        uint64_t differing = word_at(a + at) ^ word_at(b + at);
        if (differing != 0) {
            return at + (size_t)__builtin_ctzll(le64toh(differing)) / 8;
        }
    }
    while (at < max && a[at] == b[at]) {
        at++;
    }
    return at;
}

/* Bit i is set where a[i] is b[i]. */
static uint64_t equal_in_chunk(const uint8_t *a, const uint8_t *b)
{
#if defined(__SSE2__)
    __m128i left = _mm_loadu_si128((const __m128i *)(const void *)a);
    __m128i right = _mm_loadu_si128((const __m128i *)(const void *)b);
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(left, right));
#else
    uint64_t equal = 0;
    for (size_t i = 0; i < CHUNK; i++) {
        equal |= (uint64_t)(a[i] == b[i]) << i;
    }
    return equal;
#endif
}

/* Finds where both agree again after as much in one as in the other. */
static bool agree_evenly(struct bytes base, struct bytes value, size_t *skip)
{
    size_t less = base.size < value.size ? base.size : value.size;
    size_t count = less < SEARCH_EVEN + CHUNK ? less : SEARCH_EVEN + CHUNK;
    uint64_t equal = 0; /* bit i: the octets at i are the same */
    size_t at = 0;
    for (; at + CHUNK <= count; at += CHUNK) {
        equal |= equal_in_chunk(base.data + at, value.data + at) << at;
    }
    for (; at < count; at++) {
        equal |= (uint64_t)(base.data[at] == value.data[at]) << at;
    }
    /* From now on: the octets from i on are the same, two, four, and eight of them. */
    equal &= equal >> 1;
    equal &= equal >> 2;
    equal &= equal >> 4;
    equal &= (UINT64_C(2) << SEARCH_EVEN) - 2; /* 1 to SEARCH_EVEN */
    if (equal == 0) {
        return false;
    }
    *skip = (size_t)__builtin_ctzll(equal);
    return true;
}

/* Finds the word of the value at `at` in the base. */
static bool agree_at(struct bytes base, struct bytes value, size_t at, size_t *base_at)
{
    uint64_t word = word_at(value.data + at);
    uint8_t first[CHUNK];
    uint8_t last[CHUNK];
    size_t end = at + SEARCH_ODD + WORD < base.size ? at + SEARCH_ODD + WORD : base.size;
    size_t i = at < SEARCH_ODD ? 0 : at - SEARCH_ODD;
    memset(first, value.data[at], sizeof(first));
    memset(last, value.data[at + WORD - 1], sizeof(last));
    for (; i + WORD - 1 + CHUNK <= end; i += CHUNK) {
        uint64_t likely = equal_in_chunk(base.data + i, first);
        likely &= equal_in_chunk(base.data + i + WORD - 1, last);
        for (; likely != 0; likely &= likely - 1) {
            size_t place = i + (size_t)__builtin_ctzll(likely);
            if (word_at(base.data + place) == word) {
                *base_at = place;
                return true;
            }
        }
    }
    for (; i + WORD <= end; i++) {
        if (word_at(base.data + i) == word) {
            *base_at = i;
            return true;
        }
    }
    return false;
}

/* Counts the octets that are the same right in front of both places. */
static size_t same_before(struct bytes base, size_t base_at, struct bytes value, size_t at)
{
    size_t max = base_at < at ? base_at : at;
    size_t count = 0;
    while (count + WORD <= max &&
           word_at(base.data + base_at - count - WORD) == word_at(value.data + at - count - WORD)) {
        count += WORD;
    }
    while (count < max && base.data[base_at - count - 1] == value.data[at - count - 1]) {
        count++;
    }
    return count;
}

/* Finds the nearest place where both agree again: so many octets further in each. */
static bool agree_again(struct bytes base, struct bytes value, size_t *base_skip,
                        size_t *value_skip)
{
    static const size_t far[] = {20, 56, 120};
    size_t base_at = 0;
    if (agree_evenly(base, value, base_skip)) {
        *value_skip = *base_skip;
        return true;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(far) && far[i] + WORD <= value.size; i++) {
        size_t at = far[i];
        if (agree_at(base, value, at, &base_at)) {
            size_t before = same_before(base, base_at, value, at);
            *base_skip = base_at - before;
            *value_skip = at - before;
            return true;
        }
    }
    return false;
}

static struct bytes behind(struct bytes bytes, size_t skip)
{
    return bytes_of(bytes.data + skip, bytes.size - skip);
}

size_t delta_put(struct bytes base, struct bytes value, uint8_t *out, size_t cap)
{
    uint8_t *at = out;
    if (cap < NUMBER_BYTES_MAX) {
        return 0;
    }
    at = put_number(at, value.size);
    for (int places = 0; value.size > 0; places++) {
        size_t copied =
            same(base.data, value.data, base.size < value.size ? base.size : value.size);
        size_t base_skip = 0;
        base = behind(base, copied);
        value = behind(value, copied);
        size_t literal = value.size;
        if (places < DELTA_PLACES_MAX && value.size > 0) {
            (void)agree_again(base, value, &base_skip, &literal);
        }
        if ((size_t)(at - out) + 3 * NUMBER_BYTES_MAX + literal > cap) {
            return 0;
        }
        int64_t further = (int64_t)base_skip - (int64_t)literal;
        at = put_number(at, copied);
        at = put_number(at, literal);
        at = put_number(at, (uint64_t)further << 1 ^ (0 - ((uint64_t)further >> 63)));
        bytes_copy(at, bytes_of(value.data, literal));
        at += literal;
        base = behind(base, base_skip);
        value = behind(value, literal);
    }
    return (size_t)(at - out);
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool get_number(struct bytes *from, uint64_t *out)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 63 && from->size > 0; shift += 7) {
        uint8_t octet = from->data[0];
        *from = behind(*from, 1);
        value |= (uint64_t)(octet & 0x7F) << shift;
        if ((octet & 0x80) == 0) {
            *out = value;
            return true;
        }
    }
    return false;
}

int delta_size(struct bytes delta, size_t *size)
{
    uint64_t number = 0;
    if (!get_number(&delta, &number) || number > UINT32_MAX / 2) {
        return BASE_EFORMAT;
    }
    *size = (size_t)number;
    return 0;
}

/* Copies the next octets of `from`, so many. Returns: false when there are not that many. */
static bool move(struct bytes *from, uint64_t count, uint8_t *out, size_t *at, size_t size)
{
    if (count > from->size || count > size - *at) {
        return false;
    }
    bytes_copy(out + *at, bytes_of(from->data, (size_t)count));
    *from = behind(*from, (size_t)count);
    *at += (size_t)count;
    return true;
}

int delta_get(struct bytes base, struct bytes delta, uint8_t *out)
{
    uint64_t size = 0;
    size_t at = 0;
    if (!get_number(&delta, &size)) {
        return BASE_EFORMAT;
    }
    while (at < size) {
        uint64_t copied = 0;
        uint64_t literal = 0;
        uint64_t further = 0;
        if (!get_number(&delta, &copied) || !get_number(&delta, &literal) ||
            !get_number(&delta, &further) || !move(&base, copied, out, &at, (size_t)size) ||
            !move(&delta, literal, out, &at, (size_t)size)) {
            return BASE_EFORMAT;
        }
        uint64_t skip = literal + ((further >> 1) ^ (0 - (further & 1)));
        if (skip > base.size && at < size) {
            return BASE_EFORMAT;
        }
        base = behind(base, skip < base.size ? (size_t)skip : base.size);
    }
    return delta.size == 0 ? 0 : BASE_EFORMAT;
}
