#include "proto/snmprec.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/gate.h"
#include "proto/oid.h"

/* Names longer than this belong to no device. */
#define NAME_TEXT_MAX OID_TEXT_MAX

/* Octets of a line never take more room than its text, except a number (at most nine octets). */
#define NUMBER_OCTETS_MAX 9

struct parser {
    const char *root;
    struct snmprec *out;
    size_t used;
};

static bool is_number_tag(unsigned long tag)
{
    return tag == GATE_INTEGER || tag == GATE_COUNTER32 || tag == GATE_GAUGE32 ||
           tag == GATE_TIMETICKS || tag == GATE_COUNTER64;
}

/* Content octets of a number, as short as its sign allows; back to front from out + 9. */
static size_t number_octets(int64_t value, bool is_signed, uint8_t *out)
{
    uint8_t octets[NUMBER_OCTETS_MAX];
    size_t at = NUMBER_OCTETS_MAX;
    uint64_t bits = (uint64_t)value;
    bool is_negative = is_signed && value < 0;

    do {
        octets[--at] = (uint8_t)bits;
        bits = bits >> 8 | (is_negative ? UINT64_C(0xff) << 56 : 0);
    } while (is_negative ? bits != UINT64_MAX || octets[at] < 0x80
                         : bits != 0 || octets[at] >= 0x80);
    memcpy(out, octets + at, NUMBER_OCTETS_MAX - at);
    return NUMBER_OCTETS_MAX - at;
}

static bool put_hex(const char *text, uint8_t *out, size_t *size)
{
    size_t count = 0;

    for (; text[0] != '\0'; text += 2) {
        int high = bytes_hex_digit((uint8_t)text[0]);
        int low = high < 0 ? -1 : bytes_hex_digit((uint8_t)text[1]);
        if (low < 0) {
            return false;
        }
        out[count++] = (uint8_t)(high << 4 | low);
    }
    *size = count;
    return true;
}

/* Writes the content octets of a value. */
static bool put_value(unsigned long tag, const char *text, uint8_t *out, size_t *size)
{
    char *end;

    if (is_number_tag(tag)) {
        bool is_signed = tag == GATE_INTEGER;
        errno = 0;
        int64_t number = is_signed ? strtoll(text, &end, 10) : (int64_t)strtoull(text, &end, 10);
        *size = number_octets(number, is_signed, out);
        return end != text && *end == '\0' && errno == 0;
    }
    if (tag == GATE_OID) {
        return oid_from_text(text, out, strlen(text) + 1, size) == 0;
    }
    *size = tag == GATE_IP_ADDRESS ? 4 : strlen(text);
    if (tag == GATE_IP_ADDRESS) {
        return inet_pton(AF_INET, text, out) == 1;
    }
    memcpy(out, text, *size);
    return tag == GATE_OCTET_STRING || tag == GATE_OPAQUE || tag == GATE_NULL;
}

/* Writes the octets of a name, with the root in front when it begins with a dot. */
static bool put_name(const char *text, const char *root, uint8_t *out, size_t *size)
{
    char whole[2 * NAME_TEXT_MAX];

    if (text[0] == '.' && root != NULL) {
        int length = snprintf(whole, sizeof(whole), "%s%s", root, text);
        if (length < 0 || (size_t)length >= sizeof(whole)) {
            return false;
        }
        text = whole;
    }
    return oid_from_text(text, out, OID_BER_MAX, size) == 0;
}

/* Reads a line, which ends with NUL, and has its parts taken apart. */
static bool take_line(struct parser *parser, char *line)
{
    struct snmprec *out = parser->out;
    uint8_t *octets = out->octets + parser->used;
    struct varbind *item = &out->list.items[out->list.count];
    char *tag = strchr(line, '|');
    char *value = tag != NULL ? strchr(tag + 1, '|') : NULL;
    char *end;
    unsigned long number;
    size_t name_size;
    size_t value_size;

    if (value == NULL || tag - line >= NAME_TEXT_MAX) {
        return false;
    }
    *tag++ = '\0';
    *value++ = '\0';
    number = strtoul(tag, &end, 10);
    if (end == tag || number > UINT8_MAX || (*end != '\0' && strcmp(end, "x") != 0) ||
        !put_name(line, parser->root, octets, &name_size)) {
        return false;
    }
    if (*end == 'x' ? !put_hex(value, octets + name_size, &value_size)
                    : !put_value(number, value, octets + name_size, &value_size)) {
        return false;
    }
    *item = (struct varbind){.oid = bytes_of(octets, name_size),
                             .value = bytes_of(octets + name_size, value_size),
                             .tag = (uint8_t)number};
    out->list.count++;
    parser->used += name_size + value_size;
    return true;
}

int snmprec_parse(struct bytes text, const char *root, struct snmprec *out)
{
    struct parser parser = {.root = root, .out = out};
    size_t lines = 1;
    size_t root_size = root != NULL ? strlen(root) : 0;
    char *copy = malloc(text.size + 1);

    *out = (struct snmprec){0};
    for (size_t i = 0; i < text.size; i++) {
        lines += text.data[i] == '\n';
    }
    out->list.items = calloc(lines, sizeof(*out->list.items));
    /* OID_BER_MAX: oid_from_text may write a name before it refuses it. */
    out->octets = malloc(text.size + lines * (NUMBER_OCTETS_MAX + root_size) + OID_BER_MAX);
    if (copy == NULL || out->list.items == NULL || out->octets == NULL) {
        free(copy);
        snmprec_free(out);
        return -ENOMEM;
    }
    if (text.size > 0) {
        memcpy(copy, text.data, text.size);
    }
    copy[text.size] = '\0';
    for (char *rest = copy; rest != NULL;) {
        char *line = strsep(&rest, "\n");
        line += strspn(line, " \t");
        line[strcspn(line, "\r")] = '\0';
        if (line[0] != '\0' && line[0] != '#') {
            out->refused += !take_line(&parser, line);
        }
    }
    free(copy);
    varbinds_sort(&out->list);
    return 0;
}

void snmprec_free(struct snmprec *recording)
{
    free(recording->list.items);
    free(recording->octets);
    *recording = (struct snmprec){0};
}

/* Whether a text can stand in a line as it is. */
static bool is_plain(struct bytes value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] < 0x20 || value.data[i] > 0x7e) {
            return false;
        }
    }
    return true;
}

static int put_octets(const struct varbind *varbind, char *out, size_t cap)
{
    size_t size = 0;
    int head;

    if (varbind->tag == GATE_OCTET_STRING && is_plain(varbind->value)) {
        return snprintf(out, cap, "%u|%.*s\n", varbind->tag, (int)varbind->value.size,
                        (const char *)varbind->value.data);
    }
    head = snprintf(out, cap, "%ux|", varbind->tag);
    size = (size_t)head;
    if (size + 2 * varbind->value.size + 2 > cap) {
        return -1;
    }
    for (size_t i = 0; i < varbind->value.size; i++) {
        size += (size_t)snprintf(out + size, cap - size, "%02x", varbind->value.data[i]);
    }
    out[size++] = '\n';
    out[size] = '\0';
    return (int)size;
}

size_t snmprec_put(const struct varbind *varbind, char *out, size_t cap)
{
    char text[OID_TEXT_MAX];
    size_t size;
    int64_t number;
    int rest;

    if (oid_to_text(varbind->oid, text, sizeof(text)) != 0 || strlen(text) + 2 > cap) {
        return 0;
    }
    size = strlen(text);
    memcpy(out, text, size);
    out[size++] = '|';
    if (varbind->tag == GATE_OID) {
        if (oid_to_text(varbind->value, text, sizeof(text)) != 0) {
            return 0;
        }
        rest = snprintf(out + size, cap - size, "%u|%s\n", varbind->tag, text);
    } else if (is_number_tag(varbind->tag)) {
        if (varbind_number(varbind, &number) != 0) {
            return 0;
        }
        rest = snprintf(out + size, cap - size, "%u|%" PRId64 "\n", varbind->tag, number);
    } else {
        rest = varbind->tag < GATE_NO_SUCH_OBJECT ? put_octets(varbind, out + size, cap - size) : 0;
    }
    return rest > 0 && (size_t)rest < cap - size ? size + (size_t)rest : 0;
}
