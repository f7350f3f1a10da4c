#include "bench/micro_codec.h"

#include <stdio.h>
#include <time.h>

#include "core/base/crc32c.h"
#include "proto/gate.h"
#include "proto/object.h"
#include "proto/pdu.h"
#include "proto/record.h"

/* A reply of a printer's usual size: 50 varbinds in about 1,400 octets. */
#define VARBIND_COUNT 50
/* Names of an ordinary question. */
#define NAME_COUNT     40
#define RUN_COUNT      25
#define ROUNDS_PER_RUN 20000
#define BLOCK_BYTES    4096

/* What is measured with: built once, then only read. */
struct subject {
    uint8_t names[VARBIND_COUNT][16];
    struct bytes name[VARBIND_COUNT];
    uint8_t reply[2048];
    size_t reply_size;
    struct gate_varbind varbinds[VARBIND_COUNT];
    struct pdu_request request;
    uint8_t record[RECORD_BYTES_MAX];
    uint8_t block[BLOCK_BYTES];
};

/* One measurement: does the work once and returns something that depends on all of it. */
struct measurement {
    const char *name;
    const char *text;
    unsigned parts; /* the result is divided by this */
    uint64_t (*work)(struct subject *subject, uint32_t round);
};

static size_t put_element(uint8_t *out, uint8_t tag, const void *content, size_t size)
{
    size_t header = 2;
    out[0] = tag;
    if (size < 0x80) {
        out[1] = (uint8_t)size;
    } else {
        header = 4;
        out[1] = 0x82;
        out[2] = (uint8_t)(size >> 8);
        out[3] = (uint8_t)size;
    }
    memcpy(out + header, content, size);
    return header + size;
}

/* The values take turns: a name, a level, a counter; decode_numbers picks the last two. */
static size_t put_value(uint8_t *out, size_t i)
{
    switch (i % 3) {
    case 0:
        return put_element(out, GATE_OCTET_STRING, "Black Toner Cartridge 1", 23);
    case 1:
        return put_element(out, GATE_INTEGER, "\x12\x34", 2);
    default:
        return put_element(out, GATE_COUNTER32, "\x12\x34\x56", 3);
    }
}

static void build_reply(struct subject *subject)
{
    static const uint8_t integers[] = {2, 4, 1, 2, 3, 4, 2, 1, 0, 2, 1, 0};
    static uint8_t list[2048];
    static uint8_t pdu[2048];
    static uint8_t message[2048];
    size_t list_size = 0;
    for (size_t i = 0; i < VARBIND_COUNT; i++) {
        uint8_t content[160]; /* put_element can take long ones, and the compiler counts */
        size_t size = put_element(content, GATE_OID, subject->name[i].data, subject->name[i].size);
        size += put_value(content + size, i);
        list_size += put_element(list + list_size, GATE_SEQUENCE, content, size);
    }
    memcpy(pdu, integers, sizeof integers);
    size_t pdu_size =
        sizeof integers + put_element(pdu + sizeof integers, GATE_SEQUENCE, list, list_size);
    size_t size = put_element(message, GATE_INTEGER, "\x01", 1);
    size += put_element(message + size, GATE_OCTET_STRING, "public", 6);
    size += put_element(message + size, GATE_RESPONSE, pdu, pdu_size);
    subject->reply_size = put_element(subject->reply, GATE_SEQUENCE, message, size);
}

/* Fills the subject and checks that the codec takes it. */
static int build(struct subject *subject)
{
    size_t object_count;
    size_t count = 0;
    struct gate_message message;
    const struct object *objects = object_all(&object_count);
    for (size_t i = 0; i < VARBIND_COUNT; i++) {
        struct bytes column = objects[i * 7 % object_count].column;
        memcpy(subject->names[i], column.data, column.size);
        subject->names[i][column.size] = 1;
        subject->names[i][column.size + 1] = (uint8_t)(i % 9 + 1);
        subject->name[i] = bytes_of(subject->names[i], column.size + 2);
    }
    build_reply(subject);
    for (size_t i = 0; i < BLOCK_BYTES; i++) {
        subject->block[i] = (uint8_t)(i * i);
    }
    subject->request = (struct pdu_request){
        .version = PDU_V2C,
        .pdu = GATE_GET,
        .community = bytes_from_text("public"),
        .names = subject->name,
        .count = NAME_COUNT,
    };
    bool is_taken =
        gate_open(bytes_of(subject->reply, subject->reply_size), &message) == GATE_PASSED &&
        gate_varbinds(&message, subject->varbinds, VARBIND_COUNT, &count) == GATE_PASSED &&
        count == VARBIND_COUNT;
    return is_taken ? 0 : BASE_EFORMAT;
}

static uint64_t open_reply(struct subject *subject, uint32_t round)
{
    struct gate_message message;
    subject->reply[subject->reply_size - 1] = (uint8_t)round;
    return gate_open(bytes_of(subject->reply, subject->reply_size), &message) == GATE_PASSED
               ? (uint64_t)message.request_id
               : 0;
}

static uint64_t check_reply(struct subject *subject, uint32_t round)
{
    struct gate_message message;
    size_t count = 0;
    subject->reply[subject->reply_size - 1] = (uint8_t)round;
    if (gate_open(bytes_of(subject->reply, subject->reply_size), &message) != GATE_PASSED ||
        gate_varbinds(&message, subject->varbinds, VARBIND_COUNT, &count) != GATE_PASSED) {
        return 0;
    }
    return count + subject->varbinds[round % VARBIND_COUNT].value_size;
}

static uint64_t encode_request(struct subject *subject, uint32_t round)
{
    static uint8_t out[2048];
    size_t size = 0;
    return pdu_encode(&subject->request, (int32_t)round, out, sizeof out, &size) == 0
               ? size + out[size / 2]
               : 0;
}

static uint64_t decode_numbers(struct subject *subject, uint32_t round)
{
    uint64_t sum = round;
    for (size_t i = 0; i < VARBIND_COUNT; i++) {
        const struct gate_varbind *varbind = &subject->varbinds[i % 16 * 3 + 1 + i % 2];
        int64_t number = 0;
        int status =
            pdu_number(varbind->tag, bytes_of(varbind->value, varbind->value_size), &number);
        sum += (uint64_t)number + (uint64_t)status;
    }
    return sum;
}

static uint64_t put_record(struct subject *subject, uint32_t round)
{
    struct record_writer writer;
    record_start(&writer, subject->record, sizeof subject->record);
    for (size_t i = 0; i < VARBIND_COUNT; i++) {
        const struct gate_varbind *varbind = &subject->varbinds[i];
        struct bytes index = bytes_of(varbind->name + varbind->name_size - 2, 2);
        if (record_put(&writer, (uint8_t)round, index, varbind->tag,
                       bytes_of(varbind->value, varbind->value_size)) != 0) {
            return 0;
        }
    }
    return writer.size;
}

static uint64_t check_block(struct subject *subject, uint32_t round)
{
    return crc32c(round, bytes_of(subject->block, BLOCK_BYTES));
}

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double measure(const struct measurement *measurement, struct subject *subject)
{
    static volatile uint64_t sink; /* what the work returns must seem to be wanted */
    double least_ns = 0;
    for (int run = 0; run < RUN_COUNT; run++) {
        double start_ns = now_ns();
        for (uint32_t round = 0; round < ROUNDS_PER_RUN; round++) {
            sink += measurement->work(subject, round);
        }
        double took_ns = (now_ns() - start_ns) / ROUNDS_PER_RUN / measurement->parts;
        if (run == 0 || took_ns < least_ns) {
            least_ns = took_ns;
        }
    }
    return least_ns;
}

int micro_codec(bool is_json)
{
    static const struct measurement MEASUREMENTS[] = {
        {"codec_gate_open", "open a reply", 1, open_reply},
        {"codec_gate_50", "check a reply of 50 varbinds", 1, check_reply},
        {"codec_encode_40", "encode a GET of 40 names", 1, encode_request},
        {"codec_number", "decode a number", VARBIND_COUNT, decode_numbers},
        {"codec_record_put", "put a varbind into a record", VARBIND_COUNT, put_record},
        {"codec_crc32c_4k", "checksum of 4 KiB", 1, check_block},
    };
    static struct subject subject;
    int status = build(&subject);
    for (size_t i = 0; status == 0 && i < BASE_ARRAY_COUNT(MEASUREMENTS); i++) {
        double ns = measure(&MEASUREMENTS[i], &subject);
        if (is_json) {
            printf("{\"name\":\"%s\",\"ns\":%.1f}\n", MEASUREMENTS[i].name, ns);
        } else {
            printf("%-32s %8.1f ns\n", MEASUREMENTS[i].text, ns);
        }
    }
    return status;
}
