#include "proto/text_plain.h"

#include <endian.h>

/* The same octet in all eight of a word. */
#define EIGHT(octet) (UINT64_C(0x0101010101010101) * (octet))

/* Says by the high bits of its result which octets of a word are not plain: anything but printable
 * ASCII, and a blank behind a blank. The other bits mean nothing. Where an octet is none of ASCII
 * those above it may be marked too.
 * *blank_before: whether a blank stands before the word, and then whether one ends it, by bit 7. */
static inline uint64_t mark_flaws(uint64_t word, uint64_t *blank_before)
{
    uint64_t below_blank = ~(word + EIGHT(0x80 - ' '));
    uint64_t above_tilde = word + EIGHT(0x7f - '~');
    uint64_t up_to_blank = ~(word + EIGHT(0x7f - ' '));
    uint64_t after_blank = up_to_blank << 8 | *blank_before;

    *blank_before = up_to_blank >> 56;
    return word | below_blank | above_tilde | (up_to_blank & after_blank);
}

/* Copies one to seven octets, and returns them as a word filled up with letters. */
static inline uint64_t copy_short(struct bytes raw, char *out)
{
    uint64_t word;

    if (raw.size < 4) {
        out[0] = (char)raw.data[0];
        out[raw.size / 2] = (char)raw.data[raw.size / 2];
        out[raw.size - 1] = (char)raw.data[raw.size - 1];
        word = raw.data[0] | (uint64_t)raw.data[raw.size / 2] << (8 * (raw.size / 2)) |
               (uint64_t)raw.data[raw.size - 1] << (8 * (raw.size - 1));
    } else { /* two halves that overlap */
        uint32_t head;
        uint32_t tail;
        memcpy(&head, raw.data, sizeof(head));
        memcpy(&tail, raw.data + raw.size - sizeof(tail), sizeof(tail));
        memcpy(out, &head, sizeof(head));
        memcpy(out + raw.size - sizeof(tail), &tail, sizeof(tail));
        word = le32toh(head) | (uint64_t)le32toh(tail) << (8 * (raw.size - sizeof(tail)));
    }
    return word | EIGHT('x') << (8 * raw.size);
}

static inline uint64_t copy_word(const uint8_t *data, char *out)
{
    uint64_t word;

    memcpy(&word, data, sizeof(word));
    memcpy(out, &word, sizeof(word));
    return le64toh(word);
}

bool text_copy_plain(struct bytes raw, char *out)
{
    uint64_t blank_before = 0x80; /* none may stand at the start */
    uint64_t flaws = 0;
    size_t last = raw.size - sizeof(uint64_t); /* where the last word begins */

    if (raw.size < sizeof(uint64_t)) {
        return raw.size > 0 && (mark_flaws(copy_short(raw, out), &blank_before) & EIGHT(0x80)) == 0;
    }
    for (size_t at = 0; at < last; at += sizeof(uint64_t)) {
        flaws |= mark_flaws(copy_word(raw.data + at, out + at), &blank_before);
    }
    if (last % sizeof(uint64_t) != 0) { /* it overlaps the one before */
        blank_before = 0;
    }
    flaws |= mark_flaws(copy_word(raw.data + last, out + last), &blank_before);
    return (flaws & EIGHT(0x80)) == 0;
}
