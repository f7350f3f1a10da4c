#include "proto/text.h"

#include "core/base/utf8.h"
#include "proto/text_plain.h"

#define ESCAPE 0x1bU

/* Filled from the left; `out` has room for everything that the caller can put in. */
struct sink {
    char *out;
    size_t size;
};

struct charset {
    uint16_t mibenum;
    const char *name;
};

/* IANA MIBenum, ascending; the names are glibc's. UTF-8 (106) and US-ASCII (3) need no iconv. */
static const struct charset charsets[] = {
    {4, "ISO-8859-1"},    {5, "ISO-8859-2"},   {6, "ISO-8859-3"},   {7, "ISO-8859-4"},
    {8, "ISO-8859-5"},    {9, "ISO-8859-6"},   {10, "ISO-8859-7"},  {11, "ISO-8859-8"},
    {12, "ISO-8859-9"},   {13, "ISO-8859-10"}, {17, "SHIFT_JIS"},   {18, "EUC-JP"},
    {37, "ISO-2022-KR"},  {38, "EUC-KR"},      {39, "ISO-2022-JP"}, {109, "ISO-8859-13"},
    {111, "ISO-8859-15"}, {113, "GBK"},        {114, "GB18030"},    {1000, "UCS-2BE"},
    {1013, "UTF-16BE"},   {1014, "UTF-16LE"},  {1015, "UTF-16BE"},  {2004, "HP-ROMAN8"},
    {2009, "CP850"},      {2010, "CP852"},     {2011, "CP437"},     {2024, "CP932"},
    {2025, "GB2312"},     {2026, "BIG5"},      {2046, "CP855"},     {2047, "CP857"},
    {2084, "KOI8-R"},     {2086, "CP866"},     {2250, "CP1250"},    {2251, "CP1251"},
    {2252, "CP1252"},     {2253, "CP1253"},    {2254, "CP1254"},    {2255, "CP1255"},
    {2256, "CP1256"},     {2257, "CP1257"},    {2258, "CP1258"},    {2259, "TIS-620"},
};

/* Windows-1252 0x80..0x9f; 0 = undefined there. */
static const uint16_t windows_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

void text_init(struct text_decoder *decoder)
{
    *decoder = (struct text_decoder){0};
}

static void slot_close(struct text_decoder *decoder, unsigned slot)
{
    if (decoder->slots[slot].charset != TEXT_CHARSET_NONE &&
        decoder->slots[slot].descriptor != (iconv_t)-1) {
        iconv_close(decoder->slots[slot].descriptor);
    }
    decoder->slots[slot].charset = TEXT_CHARSET_NONE;
}

void text_fini(struct text_decoder *decoder)
{
    for (unsigned slot = 0; slot < TEXT_DECODER_SLOTS; slot++) {
        slot_close(decoder, slot);
    }
}

const char *text_charset_name(int64_t charset)
{
    size_t low = 0;
    size_t high = BASE_ARRAY_COUNT(charsets);

    if (charset == 3) {
        return "US-ASCII";
    }
    if (charset == 106) {
        return "UTF-8";
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (charsets[middle].mibenum == charset) {
            return charsets[middle].name;
        }
        if (charsets[middle].mibenum < charset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* How many octets from the start are whole, valid characters; *multibyte says whether any of them
 * is longer than one octet. */
static size_t utf8_prefix(struct bytes raw, bool *multibyte)
{
    size_t offset = 0;
    uint32_t code;

    *multibyte = false;
    while (offset < raw.size) {
        size_t length = 1;
        if (raw.data[offset] >= 0x80) {
            length = utf8_take(raw.data + offset, raw.size - offset, &code);
        }
        if (length == 0) {
            break;
        }
        *multibyte = *multibyte || length > 1;
        offset += length;
    }
    return offset;
}

/* Says whether the octets are the beginning of a character that was cut off. */
static bool is_cut_character(const uint8_t *text, size_t size)
{
    size_t need = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;

    if (text[0] < 0xc2 || text[0] > 0xf4 || size >= need) {
        return false;
    }
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xc0U) != 0x80U) {
            return false;
        }
    }
    return true;
}

static void put_blank(struct sink *sink)
{
    if (sink->size > 0 && sink->out[sink->size - 1] != ' ') {
        sink->out[sink->size++] = ' ';
    }
}

static void put_code_point(struct sink *sink, uint32_t code)
{
    char *out = sink->out + sink->size;

    if (code < 0x80) {
        out[0] = (char)code;
        sink->size += 1;
    } else if (code < 0x800) {
        out[0] = (char)(0xc0U | code >> 6);
        out[1] = (char)(0x80U | (code & 0x3fU));
        sink->size += 2;
    } else if (code < 0x10000) {
        out[0] = (char)(0xe0U | code >> 12);
        out[1] = (char)(0x80U | (code >> 6 & 0x3fU));
        out[2] = (char)(0x80U | (code & 0x3fU));
        sink->size += 3;
    } else {
        out[0] = (char)(0xf0U | code >> 18);
        out[1] = (char)(0x80U | (code >> 12 & 0x3fU));
        out[2] = (char)(0x80U | (code >> 6 & 0x3fU));
        out[3] = (char)(0x80U | (code & 0x3fU));
        sink->size += 4;
    }
}

static bool is_blank(uint32_t code)
{
    return (code >= 0x09 && code <= 0x0d) || code == 0x20 || code == 0x85 || code == 0xa0 ||
           code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
           code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

/* Controls, bidirectional marks and overrides, zero-width characters, BOM, tags, noncharacters. */
static bool is_unwanted(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xad || code == 0x34f ||
           code == 0x61c || code == 0x115f || code == 0x1160 ||
           (code >= 0x17b4 && code <= 0x17b5) || (code >= 0x180b && code <= 0x180f) ||
           (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0x3164 ||
           (code >= 0xfdd0 && code <= 0xfdef) || (code >= 0xfe00 && code <= 0xfe0f) ||
           code == 0xfeff || code == 0xffa0 || (code >= 0xfff0 && code <= 0xfffc) ||
           (code & 0xfffe) == 0xfffe || (code >= 0xe0000 && code <= 0xe0fff);
}

/* Octets of a control sequence's parameters and its end, from just after the "CSI" on. */
static size_t control_sequence(const uint8_t *text, size_t size)
{
    size_t i = 0;

    while (i < size && text[i] >= 0x20 && text[i] <= 0x3f) {
        i++;
    }
    return i < size && text[i] >= 0x40 && text[i] <= 0x7e ? i + 1 : i;
}

/* Octets of an operating system command up to BEL or ESC \, from just after the "OSC" on. */
static size_t system_command(const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == 0x07) {
            return i + 1;
        }
        if (text[i] == ESCAPE) {
            return i + 1 < size && text[i + 1] == '\\' ? i + 2 : i;
        }
    }
    return size;
}

/* Octets that belong to the escape sequence whose ESC stands just before (ECMA-48). */
static size_t escape_sequence(const uint8_t *text, size_t size)
{
    size_t i = 0;

    if (size == 0) {
        return 0;
    }
    switch (text[0]) {
    case '[':
        return 1 + control_sequence(text + 1, size - 1);
    case ']':
    case 'P':
    case '^':
    case '_':
        return 1 + system_command(text + 1, size - 1);
    default:
        while (i < size && text[i] >= 0x20 && text[i] <= 0x2f) {
            i++;
        }
        return i < size && text[i] >= 0x30 && text[i] <= 0x7e ? i + 1 : i;
    }
}

/* Cleans valid UTF-8. */
static void filter(struct sink *sink, const uint8_t *text, size_t size)
{
    size_t offset = 0;
    uint32_t code = 0;

    while (offset < size) {
        size_t length;
        if (text[offset] > ' ' && text[offset] < 0x7f) { /* most of most texts */
            sink->out[sink->size++] = (char)text[offset++];
            continue;
        }
        length = utf8_take(text + offset, size - offset, &code);
        if (length == 0) {
            break;
        }
        offset += length;
        if (code == ESCAPE) {
            offset += escape_sequence(text + offset, size - offset);
        } else if (code == 0x9b) {
            offset += control_sequence(text + offset, size - offset);
        } else if (is_blank(code)) {
            put_blank(sink);
        } else if (!is_unwanted(code)) {
            put_code_point(sink, code);
        }
    }
}

/* Windows-1252 to UTF-8, undefined octets and NUL dropped. */
static size_t from_windows_1252(struct bytes raw, uint8_t *out)
{
    struct sink sink = {.out = (char *)out};

    for (size_t i = 0; i < raw.size; i++) {
        uint32_t code = raw.data[i];
        if (code >= 0x80 && code < 0xa0) {
            code = windows_1252[code - 0x80];
        }
        if (code != 0) {
            put_code_point(&sink, code);
        }
    }
    return sink.size;
}

static iconv_t descriptor_for(struct text_decoder *decoder, int64_t charset)
{
    const char *name = text_charset_name(charset);
    unsigned slot = decoder->next;

    for (unsigned i = 0; i < TEXT_DECODER_SLOTS; i++) {
        if (decoder->slots[i].charset == charset) {
            return decoder->slots[i].descriptor;
        }
    }
    slot_close(decoder, slot);
    decoder->next = (slot + 1) % TEXT_DECODER_SLOTS;
    decoder->slots[slot].charset = charset;
    decoder->slots[slot].descriptor = iconv_open("UTF-8", name);
    return decoder->slots[slot].descriptor;
}

/* Converts the whole text by iconv. Returns the octets written, 0 when the text is not valid in
 * that charset or the charset is unknown. */
static size_t from_charset(struct text_decoder *decoder, struct bytes raw, int64_t charset,
                           uint8_t *out, size_t cap)
{
    /* iconv does not write through its input, its prototype says otherwise. */
    union {
        const uint8_t *borrowed;
        char *input;
    } source = {.borrowed = raw.data};
    size_t input_left = raw.size;
    size_t output_left = cap;
    char *output = (char *)out;
    iconv_t descriptor;

    if (charset <= 3 || charset == 106 || text_charset_name(charset) == NULL) {
        return 0;
    }
    descriptor = descriptor_for(decoder, charset);
    if (descriptor == (iconv_t)-1) {
        return 0;
    }
    iconv(descriptor, NULL, NULL, NULL, NULL);
    if (iconv(descriptor, &source.input, &input_left, &output, &output_left) == (size_t)-1 ||
        iconv(descriptor, NULL, NULL, &output, &output_left) == (size_t)-1) {
        return 0;
    }
    return cap - output_left;
}

static bool is_utf16(int64_t charset)
{
    return charset == 1000 || (charset >= 1013 && charset <= 1015);
}

static size_t size_without_padding(struct bytes raw)
{
    while (raw.size > 0 && raw.data[raw.size - 1] == 0) {
        raw.size--;
    }
    return raw.size;
}

/* Charsets whose texts can be valid UTF-8 by accident and mean something else. */
static bool charset_wins(struct bytes raw, int64_t charset)
{
    if (charset == 37 || charset == 39) {
        return memchr(raw.data, (int)ESCAPE, raw.size) != NULL;
    }
    return is_utf16(charset) && raw.size % 2 == 0 &&
           memchr(raw.data, 0, size_without_padding(raw)) != NULL;
}

static inline bool may_be_hex_pairs(struct bytes raw)
{
    return raw.size >= 11 && raw.data[2] == ' ' && raw.data[5] == ' ';
}

/* "5A 65 62 72 61 00": text that some agent has printed as hex pairs. At least four pairs, nothing
 * else, each a printable character, NUL at the end allowed. Returns the characters, 0 for no. */
static size_t from_hex_pairs(struct bytes raw, uint8_t *out)
{
    size_t count = 0;

    while (raw.size > 0 && (raw.data[raw.size - 1] == ' ' || raw.data[raw.size - 1] == 0)) {
        raw.size--;
    }
    if (raw.size < 11 || raw.size % 3 != 2 || raw.data[2] != ' ') {
        return 0;
    }
    for (size_t i = 0; i < raw.size; i += 3) {
        int high = bytes_hex_digit(raw.data[i]);
        int low = bytes_hex_digit(raw.data[i + 1]);
        int octet = high * 16 + low;
        bool at_end = i + 2 == raw.size;
        if (high < 0 || low < 0 || (!at_end && raw.data[i + 2] != ' ') || octet > 0x7e ||
            (octet < 0x20 && !(at_end && octet == 0))) {
            return 0;
        }
        if (octet != 0) {
            out[count++] = (uint8_t)octet;
        }
    }
    return count;
}

/* The general case. */
static size_t clean_any(struct text_decoder *decoder, struct bytes raw, int64_t charset, char *out)
{
    uint8_t scratch[TEXT_BOUND(TEXT_RAW_MAX)];
    struct sink sink = {.out = out};
    const uint8_t *text = raw.data;
    bool multibyte;
    size_t size = utf8_prefix(raw, &multibyte);
    bool is_utf8 =
        size == raw.size || (multibyte && is_cut_character(raw.data + size, raw.size - size));

    if (!is_utf8 || charset_wins(raw, charset)) {
        size_t converted = from_charset(decoder, raw, charset, scratch, sizeof(scratch));
        if (converted == 0 && !is_utf8) {
            converted = from_windows_1252(raw, scratch);
        }
        if (converted > 0 || !is_utf8) {
            text = scratch;
            size = converted;
        }
    }
    filter(&sink, text, size);
    return sink.size;
}

/* Printable ASCII with blanks to drop. Returns SIZE_MAX when it is not. */
static size_t clean_ascii(struct bytes raw, char *out)
{
    size_t size = 0;
    uint8_t before = ' ';

    for (size_t i = 0; i < raw.size; i++) {
        uint8_t octet = raw.data[i];
        if (octet < 0x20 || octet > 0x7e) {
            return SIZE_MAX;
        }
        if (octet != ' ' || before != ' ') {
            out[size++] = (char)octet;
        }
        before = octet;
    }
    return size;
}

/* Ends a text, without a blank there. Returns its length. */
static inline size_t end_text(char *out, size_t size)
{
    if (size > 0 && out[size - 1] == ' ') {
        size--;
    }
    out[size] = '\0';
    return size;
}

size_t text_clean_plain(struct bytes raw, char *out)
{
    struct bytes unpadded = bytes_of(raw.data, size_without_padding(raw)); /* HP ends with a NUL */

    if (may_be_hex_pairs(raw) || raw.size > TEXT_RAW_MAX || !text_copy_plain(unpadded, out)) {
        return 0;
    }
    return end_text(out, unpadded.size);
}

size_t text_clean(struct text_decoder *decoder, struct bytes raw, int64_t charset, char *out,
                  size_t cap)
{
    uint8_t unhexed[TEXT_RAW_MAX / 3 + 1];
    size_t size;

    raw.size = raw.size < TEXT_RAW_MAX ? raw.size : TEXT_RAW_MAX;
    BASE_REQUIRE(cap >= TEXT_BOUND(raw.size));
    if (may_be_hex_pairs(raw)) {
        size_t count = from_hex_pairs(raw, unhexed);
        if (count > 0) {
            raw = bytes_of(unhexed, count);
        }
    }
    size = clean_ascii(bytes_of(raw.data, size_without_padding(raw)), out);
    return end_text(out, size != SIZE_MAX ? size : clean_any(decoder, raw, charset, out));
}
