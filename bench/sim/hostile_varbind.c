#include "bench/sim/hostile_varbind.h"

/* A varbind of the honest answer. */
struct varbind {
    struct sim_slice name;  /* content */
    struct sim_slice value; /* with tag and length */
};

/* Writes what is given as a varbind. */
static uint8_t *put_varbind(uint8_t *out, struct sim_slice name, struct sim_slice value)
{
    size_t content = 1 + sim_ber_length_size(name.length) + name.length + value.length;

    *out++ = SIM_TAG_SEQUENCE;
    out = sim_ber_put_length(out, content);
    out = sim_ber_put_bytes(out, SIM_TAG_OID, name.bytes, name.length);
    memcpy(out, value.bytes, value.length);
    return out + value.length;
}

#define SLICE(array) ((struct sim_slice){(array), sizeof(array)})

/* Texts that no printer should send: NUL, broken UTF-8, controls, terminal escapes, markup. */
static struct sim_slice nasty_text(size_t n)
{
    static const char *const texts[] = {
        "\x1b[2J\x1b]0;owned\x07",
        "\xff\xfe"
        "A\x01"
        "B",
        "\xc0\xaf\xe0\x80\xaf",
        "\xed\xa0\x80 lone surrogate",
        "\xef\xbb\xbf"
        "byte order mark",
        "\xe2\x80\xae" /* NOLINT(misc-misleading-bidirectional): this is what misleads */
        "txt.exe right to left",
        "line one\r\nSet-Cookie: a=b\r\n",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "\x7f\x80\x81\x9b"
        "31m",
        "a\xcc\x88\xcc\x88\xcc\x88\xcc\x88\xcc\x88\xcc\x88 stacked",
        "%s%n%x%d$(reboot)`id`'; DROP TABLE devices; --",
    };
    const char *text = texts[n % (sizeof(texts) / sizeof(texts[0]))];

    return (struct sim_slice){(const uint8_t *)text, strlen(text)};
}

/* Values of a type that the object does not have. */
static struct sim_slice wrong_type(size_t n)
{
    static const uint8_t null[] = {5, 0};
    static const uint8_t address[] = {0x40, 3, 1, 2, 3};
    static const uint8_t number[] = {0x44, 7, 0x9f, 0x78, 4, 0x42, 0xf6, 0, 0};
    static const uint8_t text[] = {4, 2, '4', '2'};
    static const uint8_t oid[] = {6, 1, 0x2b};
    static const uint8_t wide[] = {0x46, 2, 1, 0};
    static const uint8_t end[] = {0x82, 0};

    switch (n % 7) {
    case 0:
        return SLICE(null);
    case 1:
        return SLICE(address);
    case 2:
        return SLICE(number);
    case 3:
        return SLICE(text);
    case 4:
        return SLICE(oid);
    case 5:
        return SLICE(wide);
    default:
        return SLICE(end);
    }
}

/* Numbers of the right type that make no sense. */
static struct sim_slice wrong_number(size_t n)
{
    static const uint8_t most[] = {2, 4, 0x7f, 0xff, 0xff, 0xff};
    static const uint8_t least[] = {2, 4, 0x80, 0, 0, 0};
    static const uint8_t minus_four[] = {2, 1, 0xfc};
    static const uint8_t zero[] = {2, 1, 0};
    static const uint8_t percent[] = {2, 1, 110};

    switch (n % 5) {
    case 0:
        return SLICE(most);
    case 1:
        return SLICE(least);
    case 2:
        return SLICE(minus_four);
    case 3:
        return SLICE(zero);
    default:
        return SLICE(percent);
    }
}

/* The name of the varbind with something wrong with it; `room` bytes of scratch hold what is
 * written. */
static struct sim_slice wrong_name(enum sim_hostile_change change, struct sim_slice name,
                                   uint8_t *scratch, size_t room)
{
    static const uint8_t beyond[] = {0x2b, 6, 1, 9, 9, 9};
    static const uint8_t before[] = {0x2b, 6, 1, 2, 1, 1, 1};
    size_t n = name.length < room / 2 ? name.length : room / 2;

    if (n < 4) {
        return name;
    }
    memcpy(scratch, name.bytes, n);
    switch ((int)change) {
    case SIM_HOSTILE_OID_EMPTY:
        return (struct sim_slice){scratch, 0};
    case SIM_HOSTILE_OID_129:
        memset(scratch + n, 1, 140);
        return (struct sim_slice){scratch, n + 140};
    case SIM_HOSTILE_OID_OPEN:
        scratch[n - 1] |= 0x80;
        return (struct sim_slice){scratch, n};
    case SIM_HOSTILE_OID_LEADING:
        memmove(scratch + 4, scratch + 3, n - 3);
        scratch[3] = 0x80;
        return (struct sim_slice){scratch, n + 1};
    case SIM_HOSTILE_OID_HUGE:
        memset(scratch + n, 0xff, 9);
        scratch[n + 9] = 0x7f;
        return (struct sim_slice){scratch, n + 10};
    case SIM_HOSTILE_OID_10K:
        memset(scratch + n, 0xff, 10000);
        return (struct sim_slice){scratch, n + 10000};
    case SIM_HOSTILE_OUTSIDE:
        return SLICE(beyond);
    case SIM_HOSTILE_DECREASING:
        return SLICE(before);
    default:
        return name;
    }
}

/* The value of the varbind with something wrong with it. */
static struct sim_slice wrong_value(enum sim_hostile_change change, struct sim_slice value,
                                    size_t n, uint8_t *scratch)
{
    static const uint8_t empty[] = {2, 0};
    static const uint8_t wide[] = {2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    static const uint8_t counter[] = {0x41, 5, 1, 0, 0, 0, 0};
    static const uint8_t negative[] = {0x41, 4, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t counter64[] = {0x46, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    static const uint8_t high[] = {0x1f, 0x81, 1, 1, 0};
    static const uint8_t constructed[] = {0x24, 3, 4, 1, 'a'};
    static const uint8_t indefinite[] = {0x24, 0x80, 4, 1, 'a', 0, 0};
    uint8_t tag = value.length > 0 ? value.bytes[0] : 0;
    bool is_counter = tag == SIM_TAG_COUNTER;
    struct sim_slice text;

    switch ((int)change) {
    case SIM_HOSTILE_INTEGER_EMPTY:
        return tag == SIM_TAG_INTEGER ? SLICE(empty) : value;
    case SIM_HOSTILE_INTEGER_WIDE:
        return tag == SIM_TAG_INTEGER ? SLICE(wide) : value;
    case SIM_HOSTILE_COUNTER_WIDE:
        return is_counter ? SLICE(counter) : value;
    case SIM_HOSTILE_COUNTER_NEGATIVE:
        return is_counter ? SLICE(negative) : value;
    case SIM_HOSTILE_COUNTER64_WIDE:
        return is_counter ? SLICE(counter64) : value;
    case SIM_HOSTILE_TYPES:
        return wrong_type(n);
    case SIM_HOSTILE_NUMBERS:
        return tag == SIM_TAG_INTEGER ? wrong_number(n) : value;
    case SIM_HOSTILE_HIGH_TAG:
        return SLICE(high);
    case SIM_HOSTILE_CONSTRUCTED:
        return tag == SIM_TAG_OCTETS ? SLICE(constructed) : value;
    case SIM_HOSTILE_INDEFINITE:
        return SLICE(indefinite);
    case SIM_HOSTILE_NO_VALUE:
        return (struct sim_slice){value.bytes, 0};
    case SIM_HOSTILE_STRINGS:
        if (tag != SIM_TAG_OCTETS) {
            return value;
        }
        text = nasty_text(n);
        return (struct sim_slice){
            scratch, (size_t)(sim_ber_put_bytes(scratch, SIM_TAG_OCTETS, text.bytes, text.length) -
                              scratch)};
    default:
        return value;
    }
}

/* Goes to the list of varbinds of a message. */
static bool find_list(struct sim_slice honest, struct sim_ber *list)
{
    struct sim_ber in = {honest.bytes, honest.bytes + honest.length};
    struct sim_ber message;
    struct sim_ber skipped;
    struct sim_ber pdu;
    uint8_t tag;

    return sim_ber_take(&in, &tag, &message) && sim_ber_take(&message, &tag, &skipped) &&
           sim_ber_take(&message, &tag, &skipped) && sim_ber_take(&message, &tag, &pdu) &&
           sim_ber_take(&pdu, &tag, &skipped) && sim_ber_take(&pdu, &tag, &skipped) &&
           sim_ber_take(&pdu, &tag, &skipped) && sim_ber_take(&pdu, &tag, list);
}

static bool next_varbind(struct sim_ber *list, struct varbind *varbind)
{
    struct sim_ber content;
    struct sim_ber name;

    if (!sim_ber_take_tag(list, SIM_TAG_SEQUENCE, &content) ||
        !sim_ber_take_tag(&content, SIM_TAG_OID, &name)) {
        return false;
    }
    varbind->name = (struct sim_slice){name.at, sim_ber_left(&name)};
    varbind->value = (struct sim_slice){content.at, sim_ber_left(&content)};
    return true;
}

size_t sim_hostile_varbind_list(enum sim_hostile_change change, const struct sim_request *request,
                                struct sim_slice honest, uint8_t *out, size_t room)
{
    static uint8_t scratch[12000];
    static uint8_t value_scratch[300];
    struct varbind varbind;
    struct sim_ber list;
    uint8_t *at = out;
    size_t n = 0;

    if (!find_list(honest, &list)) {
        return 0;
    }
    for (; next_varbind(&list, &varbind); n++) {
        size_t left = room - (size_t)(at - out);

        if (change == SIM_HOSTILE_FIRST_ONLY && n > 0) {
            break;
        }
        varbind.name = change == SIM_HOSTILE_SAME_OID && request->count > 0
                           ? request->names[n % request->count]
                           : wrong_name(change, varbind.name, scratch, 1200);
        varbind.value = wrong_value(change, varbind.value, n, value_scratch);
        for (unsigned copy = 0; copy < (change == SIM_HOSTILE_REPEATED ? 50u : 1u); copy++) {
            if (varbind.name.length + varbind.value.length + 16 > left) {
                return (size_t)(at - out);
            }
            at = put_varbind(at, varbind.name, varbind.value);
            left = room - (size_t)(at - out);
        }
        if (change == SIM_HOSTILE_INNER_LENGTH && n == 0) {
            out[1] = (uint8_t)(out[1] + 40); /* its first varbind says it is longer than it is */
        }
    }
    return (size_t)(at - out);
}
