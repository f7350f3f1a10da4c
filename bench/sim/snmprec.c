#include "bench/sim/snmprec.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sim/ber.h"
#include "bench/sim/oid.h"

#define FILE_BYTES_MAX (64u * 1024 * 1024)

/* A value longer than this could not be sent. */
#define VALUE_BYTES_MAX 60000u

struct span {
    const char *text;
    size_t length;
};

/* One line while it is read. */
struct line {
    struct span oid;
    struct span tag;
    struct span value;
    uint8_t name[SIM_OID_BYTES_MAX];
    size_t name_length;
    size_t column_length;
    uint8_t tlv[VALUE_BYTES_MAX + 8];
    size_t tlv_length;
};

static struct span trim(struct span span)
{
    while (span.length > 0 && (span.text[0] == ' ' || span.text[0] == '\t')) {
        span.text++;
        span.length--;
    }
    while (span.length > 0 &&
           (span.text[span.length - 1] == ' ' || span.text[span.length - 1] == '\t')) {
        span.length--;
    }
    return span;
}

static bool split(struct span text, struct line *line)
{
    const char *first = memchr(text.text, '|', text.length);
    const char *second;
    const char *end = text.text + text.length;

    if (first == NULL) {
        return false;
    }
    second = memchr(first + 1, '|', (size_t)(end - first - 1));
    if (second == NULL) {
        return false;
    }
    line->oid = trim((struct span){text.text, (size_t)(first - text.text)});
    line->tag = trim((struct span){first + 1, (size_t)(second - first - 1)});
    line->value = (struct span){second + 1, (size_t)(end - second - 1)};
    return true;
}

/* Reads a whole decimal number, a sign allowed. */
static bool take_number(struct span text, bool *is_negative, uint64_t *number)
{
    text = trim(text);
    *is_negative = text.length > 0 && text.text[0] == '-';
    if (*is_negative) {
        text.text++;
        text.length--;
    }
    *number = 0;
    if (text.length == 0 || text.length > 20) {
        return false;
    }
    for (size_t i = 0; i < text.length; i++) {
        uint64_t digit = (uint64_t)(text.text[i] - '0');

        if (text.text[i] < '0' || text.text[i] > '9' || *number > (UINT64_MAX - digit) / 10) {
            return false;
        }
        *number = *number * 10 + digit;
    }
    return true;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Turns pairs of hex digits into bytes in place of out. */
static bool take_hex(struct span text, uint8_t *out, size_t *n)
{
    text = trim(text);
    if (text.length % 2 != 0) {
        return false;
    }
    for (size_t i = 0; i < text.length; i += 2) {
        int high = hex_digit(text.text[i]);
        int low = hex_digit(text.text[i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        out[i / 2] = (uint8_t)(high * 16 + low);
    }
    *n = text.length / 2;
    return true;
}

/* The bytes of a value that is given as text or in hex. */
static const char *take_bytes(struct line *line, bool is_hex, uint8_t tag)
{
    uint8_t *bytes = malloc(line->value.length + 1);
    size_t n = line->value.length;
    const char *complaint = NULL;

    if (bytes == NULL) {
        return "out of memory";
    }
    if (is_hex) {
        complaint = take_hex(line->value, bytes, &n) ? NULL : "not pairs of hex digits";
    } else {
        memcpy(bytes, line->value.text, n);
    }
    if (complaint == NULL && tag == SIM_TAG_ADDRESS && !is_hex) {
        char text[INET_ADDRSTRLEN + 1] = {0};

        n = 4;
        if (line->value.length > INET_ADDRSTRLEN) {
            complaint = "not an IPv4 address";
        } else {
            memcpy(text, line->value.text, line->value.length);
            complaint = inet_pton(AF_INET, text, bytes) == 1 ? NULL : "not an IPv4 address";
        }
    } else if (complaint == NULL && tag == SIM_TAG_ADDRESS && n != 4) {
        complaint = "an IPv4 address has four bytes";
    }
    if (complaint == NULL) {
        line->tlv_length = (size_t)(sim_ber_put_bytes(line->tlv, tag, bytes, n) - line->tlv);
    }
    free(bytes);
    return complaint;
}

static const char *take_integer(struct line *line, uint8_t tag)
{
    bool is_negative;
    uint64_t number;
    uint8_t *end;

    if (!take_number(line->value, &is_negative, &number)) {
        return "not a number";
    }
    if (tag == SIM_TAG_INTEGER) {
        if (number > (is_negative ? (uint64_t)INT32_MAX + 1 : INT32_MAX)) {
            return "INTEGER beyond 32 bits";
        }
        end = sim_ber_put_int(line->tlv, tag, is_negative ? -(int64_t)number : (int64_t)number);
    } else {
        if (is_negative || (tag != SIM_TAG_COUNTER64 && number > UINT32_MAX)) {
            return "number outside of its type";
        }
        end = sim_ber_put_uint(line->tlv, tag, number);
    }
    line->tlv_length = (size_t)(end - line->tlv);
    return NULL;
}

static const char *take_oid(struct line *line)
{
    uint8_t content[SIM_OID_BYTES_MAX];
    struct span text = trim(line->value);
    size_t n;

    if (sim_oid_parse(text.text, text.length, content, &n) != 0) {
        return "value is not an OID";
    }
    line->tlv_length = (size_t)(sim_ber_put_bytes(line->tlv, SIM_TAG_OID, content, n) - line->tlv);
    return NULL;
}

/* Reads the value by its tag. Returns: NULL, or what is wrong. */
static const char *take_value(struct line *line)
{
    bool is_hex = line->tag.length > 0 && line->tag.text[line->tag.length - 1] == 'x';
    struct span number_text = {line->tag.text, line->tag.length - is_hex};
    bool is_negative;
    uint64_t tag;

    if (memchr(line->tag.text, ':', line->tag.length) != NULL) {
        return "variation modules are not run";
    }
    if (!take_number(number_text, &is_negative, &tag) || is_negative) {
        return "tag is not a number";
    }
    if (line->value.length > VALUE_BYTES_MAX) {
        return "value longer than a datagram";
    }
    switch (tag) {
    case SIM_TAG_OCTETS:
    case SIM_TAG_ADDRESS:
    case SIM_TAG_OPAQUE:
        return take_bytes(line, is_hex, (uint8_t)tag);
    case SIM_TAG_INTEGER:
    case SIM_TAG_COUNTER:
    case SIM_TAG_GAUGE:
    case SIM_TAG_TICKS:
    case SIM_TAG_COUNTER64:
        return is_hex ? "numbers are not given in hex" : take_integer(line, (uint8_t)tag);
    case SIM_TAG_OID:
        return is_hex ? "OIDs are not given in hex" : take_oid(line);
    case SIM_TAG_NULL:
        line->tlv_length =
            (size_t)(sim_ber_put_bytes(line->tlv, SIM_TAG_NULL, NULL, 0) - line->tlv);
        return NULL;
    default:
        return "unknown tag";
    }
}

/* Returns: NULL, or what is wrong. */
static const char *take_line(struct span text, struct line *line)
{
    if (!split(text, line)) {
        return "not OID|TAG|VALUE";
    }
    if (sim_oid_parse(line->oid.text, line->oid.length, line->name, &line->name_length) != 0) {
        return "not an OID";
    }
    /* What other rows of the column would share: all but the last arc. */
    line->column_length = line->name_length - 1;
    while (line->column_length > 0 && (line->name[line->column_length - 1] & 0x80) != 0) {
        line->column_length--;
    }
    return take_value(line);
}

static int add(struct sim_mib *mib, const struct line *line)
{
    struct sim_mib_entry entry = {
        .name = line->name,
        .name_length = line->name_length,
        .column_length = line->column_length,
        .value_tlv = line->tlv,
        .value_length = line->tlv_length,
    };

    return sim_mib_add(mib, &entry);
}

int sim_snmprec_parse(const char *text, size_t n, struct sim_mib *mib,
                      const struct sim_snmprec_report *report)
{
    struct line *line = malloc(sizeof(*line));
    const char *at = text;
    const char *end = text + n;
    int code = 0;

    if (line == NULL) {
        return -ENOMEM;
    }
    for (size_t number = 1; at < end && code == 0; number++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        struct span span = {at, (size_t)((stop == NULL ? end : stop) - at)};

        at = stop == NULL ? end : stop + 1;
        if (span.length > 0 && span.text[span.length - 1] == '\r') {
            span.length--;
        }
        if (span.length > 0 && span.text[0] != '#') {
            const char *complaint = take_line(span, line);

            if (complaint == NULL) {
                code = add(mib, line);
            } else {
                report->complain(report->context, number, complaint);
            }
        }
    }
    free(line);
    if (code == 0) {
        sim_mib_finish(mib);
    }
    return code;
}

/* ---- files ---- */

struct file_report {
    const char *path;
    FILE *out;
};

static void complain(void *context, size_t line, const char *what)
{
    const struct file_report *report = context;

    (void)fprintf(report->out, "%s:%zu: %s, left out\n", report->path, line, what);
}

static int read_all(FILE *in, char **text, size_t *n)
{
    size_t size = 65536;
    char *bytes = malloc(size);
    size_t used = 0;

    while (bytes != NULL) {
        char *more;

        used += fread(bytes + used, 1, size - used, in);
        if (used < size || size > FILE_BYTES_MAX) {
            break;
        }
        more = realloc(bytes, size * 2);
        if (more == NULL) {
            free(bytes);
        }
        bytes = more;
        size *= 2;
    }
    if (bytes == NULL) {
        return -ENOMEM;
    }
    if (used > FILE_BYTES_MAX || ferror(in) != 0) {
        free(bytes);
        return used > FILE_BYTES_MAX ? -EFBIG : -EIO;
    }
    *text = bytes;
    *n = used;
    return 0;
}

int sim_snmprec_read(const char *path, struct sim_mib *mib, FILE *complaints)
{
    struct file_report where = {path, complaints};
    struct sim_snmprec_report report = {complain, &where};
    FILE *in = fopen(path, "re");
    char *text;
    size_t n;
    int code;

    if (in == NULL) {
        return -errno;
    }
    code = read_all(in, &text, &n);
    (void)fclose(in);
    if (code != 0) {
        return code;
    }
    code = sim_snmprec_parse(text, n, mib, &report);
    free(text);
    if (code == 0 && mib->duplicates > 0) {
        (void)fprintf(complaints, "%s: %zu OIDs stand there more than once, the last counts\n",
                      path, mib->duplicates);
    }
    return code;
}
