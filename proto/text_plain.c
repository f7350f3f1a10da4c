#include "proto/text_plain.h"

#include <endian.h>

/* The same octet in all eight of a word. */
#define EIGHT(octet) (UINT64_C(0x0101010101010101) * (octet))

/* Marks (with their high bits) the octets of a word of ASCII that are blanks. */
static inline uint64_t mark_blanks(uint64_t word)
{
    uint64_t rest = word ^ EIGHT(' ');
    return ~((rest + EIGHT(0x7f)) | EIGHT(0x7f));
}

/* Says whether all octets of a word are printable ASCII. */
static inline bool is_printable(uint64_t word)
{
    uint64_t below_blank = word - EIGHT(' ');
    uint64_t above_tilde = word + EIGHT(1);
    return ((word | below_blank | above_tilde) & EIGHT(0x80)) == 0;
}

/* Says whether a word is printable ASCII without double blanks, nor one at its start if another may
 * stand before. *ends_blank gets whether one stands at its end. */
static inline bool is_plain(uint64_t word, bool is_after_blank, bool *ends_blank)
{
    uint64_t blanks = mark_blanks(word);

    *ends_blank = blanks >> 63 != 0;
    return is_printable(word) && (blanks & (blanks << 8 | (is_after_blank ? 0x80U : 0U))) == 0;
}

/* One to seven octets as a word, filled up with letters. */
static inline uint64_t short_word(struct bytes raw)
{
    uint64_t word = 0;

    if (raw.size >= 4) { /* two halves that overlap */
        uint32_t head;
        uint32_t tail;
        memcpy(&head, raw.data, sizeof(head));
        memcpy(&tail, raw.data + raw.size - sizeof(tail), sizeof(tail));
        word = le32toh(head) | (uint64_t)le32toh(tail) << (8 * (raw.size - sizeof(tail)));
    } else {
        word = raw.data[0] | (uint64_t)raw.data[raw.size / 2] << (8 * (raw.size / 2)) |
               (uint64_t)raw.data[raw.size - 1] << (8 * (raw.size - 1));
    }
    return word | EIGHT('x') << (8 * raw.size);
}

bool text_copy_plain(struct bytes raw, char *out)
{
    uint64_t word;
    size_t at = 0;
    bool is_after_blank = true;

    if (raw.size < sizeof(word)) {
        bytes_copy((uint8_t *)out, raw);
        return raw.size > 0 && is_plain(short_word(raw), true, &is_after_blank);
    }
    while (at < raw.size) {
        if (raw.size - at < sizeof(word)) { /* the last word overlaps the one before */
            at = raw.size - sizeof(word);
            is_after_blank = false;
        }
        memcpy(&word, raw.data + at, sizeof(word));
        if (!is_plain(le64toh(word), is_after_blank, &is_after_blank)) {
            return false;
        }
        memcpy(out + at, &word, sizeof(word));
        at += sizeof(word);
    }
    return true;
}
