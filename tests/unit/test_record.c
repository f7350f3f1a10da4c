#include <criterion/criterion.h>

#include "proto/gate.h"
#include "proto/record.h"

static uint8_t buffer[RECORD_BYTES_MAX + 64];

static struct record_header some_header(void)
{
    return (struct record_header){
        .part = RECORD_MOVING,
        .status = RECORD_PARTIAL,
        .snmp_version = 1,
        .address_family = 6,
        .port = 16100,
        .address = {0xFE, 0x80, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8},
        .failed_tables = 0x80000001,
        .rtt_us = 4000000000,
        .pdu_count = 65535,
        .error = BASE_ETIMEOUT,
        .polled_at_unix_ms = 1800000000123,
    };
}

static struct record_writer started(void)
{
    struct record_writer writer;
    record_start(&writer, buffer, sizeof buffer);
    return writer;
}

static void put_text(struct record_writer *writer, uint8_t object, const char *index,
                     const char *value)
{
    cr_assert_eq(record_put(writer, object, bytes_from_text(index), GATE_OCTET_STRING,
                            bytes_from_text(value)),
                 0);
}

Test(record, keeps_its_header)
{
    struct record_writer writer = started();
    struct record_header header = some_header();
    struct record_header read;
    struct bytes record = record_finish(&writer, &header);
    cr_assert_eq(record.size, RECORD_HEADER_BYTES);
    memset(&read, 0xEE, sizeof read);
    cr_assert_eq(record_open(record, &read), 0);
    cr_assert_eq(read.part, RECORD_MOVING);
    cr_assert_eq(read.status, RECORD_PARTIAL);
    cr_assert_eq(read.snmp_version, 1);
    cr_assert_eq(read.address_family, 6);
    cr_assert_eq(read.port, 16100);
    cr_assert_arr_eq(read.address, header.address, sizeof read.address);
    cr_assert_eq(read.failed_tables, 0x80000001);
    cr_assert_eq(read.rtt_us, 4000000000);
    cr_assert_eq(read.pdu_count, 65535);
    cr_assert_eq(read.error, BASE_ETIMEOUT);
    cr_assert_eq(read.polled_at_unix_ms, 1800000000123);
}

Test(record, layout_is_the_one_that_is_stored)
{
    struct record_writer writer = started();
    struct record_header header = some_header();
    put_text(&writer, 127, "\x01\x05", "ab");
    struct bytes record = record_finish(&writer, &header);
    static const uint8_t EXPECTED[] = {
        1,    2,    1, 1, 6,    0,    0xE4, 0x3E, 0xFE, 0x80, 0,    0,    0,    0,    0,    0,
        1,    2,    3, 4, 5,    6,    7,    8,    1,    0,    0,    0x80, 0,    0x28, 0x6B, 0xEE,
        0xFF, 0xFF, 0, 0, 0x2D, 0xF8, 0xFF, 0xFF, 0x7B, 0x50, 0x5C, 0x18, 0xA3, 0x01, 0,    0,
        64,   0,    0, 0, 0,    0,    0,    0,    127,  2,    1,    5,    4,    2,    'a',  'b',
    };
    cr_assert_eq(record.size, sizeof EXPECTED);
    cr_assert_arr_eq(record.data, EXPECTED, sizeof EXPECTED);
}

Test(record, gives_its_entries_back_in_order)
{
    struct record_writer writer = started();
    struct record_header header = some_header();
    put_text(&writer, 124, "\x01\x01", "Black Toner");
    put_text(&writer, 150, "", "");
    cr_assert_eq(record_put(&writer, 127, bytes_from_text("\x01\x02"), GATE_INTEGER,
                            bytes_from_text("\xFD")),
                 0);
    struct bytes record = record_finish(&writer, &header);
    cr_assert_eq(record_open(record, &header), 0);
    struct record_entry entry;
    size_t offset = 0;
    cr_assert(record_next(record, &offset, &entry));
    cr_assert_eq(entry.object, 124);
    cr_assert_eq(entry.tag, GATE_OCTET_STRING);
    cr_assert(bytes_equal(entry.index, bytes_from_text("\x01\x01")));
    cr_assert(bytes_equal(entry.value, bytes_from_text("Black Toner")));
    cr_assert(record_next(record, &offset, &entry));
    cr_assert_eq(entry.object, 150);
    cr_assert_eq(entry.index.size + entry.value.size, 0);
    cr_assert(record_next(record, &offset, &entry));
    cr_assert_eq(entry.tag, GATE_INTEGER);
    cr_assert(bytes_equal(entry.value, bytes_from_text("\xFD")));
    cr_assert_not(record_next(record, &offset, &entry));
    cr_assert_not(record_next(record, &offset, &entry));
}

Test(record, keeps_values_of_every_size_and_cuts_the_longest)
{
    static uint8_t value[2000];
    for (size_t i = 0; i < sizeof value; i++) {
        value[i] = (uint8_t)(i * 7);
    }
    for (size_t size = 0; size <= 1100; size++) {
        struct record_writer writer = started();
        struct record_header header = some_header();
        struct record_entry entry;
        size_t offset = 0;
        cr_assert_eq(
            record_put(&writer, 1, bytes_of(NULL, 0), GATE_OCTET_STRING, bytes_of(value, size)), 0);
        put_text(&writer, 2, "\x09", "after");
        struct bytes record = record_finish(&writer, &header);
        cr_assert_eq(record_open(record, &header), 0);
        cr_assert(record_next(record, &offset, &entry));
        size_t kept = size < RECORD_VALUE_MAX ? size : RECORD_VALUE_MAX;
        cr_assert(bytes_equal(entry.value, bytes_of(value, kept)), "%zu", size);
        cr_assert(record_next(record, &offset, &entry));
        cr_assert(bytes_equal(entry.value, bytes_from_text("after")));
    }
}

Test(record, is_full_when_the_next_entry_does_not_fit)
{
    struct record_writer writer;
    uint8_t small[RECORD_HEADER_BYTES + 9];
    record_start(&writer, small, sizeof small);
    cr_assert_eq(record_put(&writer, 1, bytes_from_text("\x01"), 4, bytes_from_text("12345")),
                 BASE_ELIMIT);
    cr_assert_eq(writer.size, RECORD_HEADER_BYTES);
    cr_assert_eq(record_put(&writer, 1, bytes_from_text("\x01"), 4, bytes_from_text("1234")), 0);
    cr_assert_eq(writer.size, sizeof small);
    cr_assert_eq(record_put(&writer, 1, bytes_of(NULL, 0), 5, bytes_of(NULL, 0)), BASE_ELIMIT);
}

Test(record, never_grows_above_its_bound)
{
    static const uint8_t value[1000];
    struct record_writer writer = started();
    struct record_header header = some_header();
    while (record_put(&writer, 1, bytes_of(NULL, 0), 4, bytes_of(value, sizeof value)) == 0) {
    }
    struct bytes record = record_finish(&writer, &header);
    cr_assert_gt(record.size, RECORD_BYTES_MAX - 1100);
    cr_assert_leq(record.size, RECORD_BYTES_MAX);
    cr_assert_eq(record_open(record, &header), 0);
}

Test(record, refuses_an_index_that_no_table_has)
{
    static const uint8_t index[256];
    struct record_writer writer = started();
    cr_assert_eq(record_put(&writer, 1, bytes_of(index, 256), 5, bytes_of(NULL, 0)), BASE_ELIMIT);
    cr_assert_eq(record_put(&writer, 1, bytes_of(index, 255), 5, bytes_of(NULL, 0)), 0);
}

/* A record with entries of both size forms, in a block of its own. */
static struct bytes two_entries(void)
{
    uint8_t value[200];
    struct record_writer writer = started();
    struct record_header header = some_header();
    memset(value, 0xFF, sizeof value);
    put_text(&writer, 124, "\x01\x01", "Black Toner");
    cr_assert_eq(record_put(&writer, 1, bytes_of(NULL, 0), 4, bytes_of(value, sizeof value)), 0);
    return record_finish(&writer, &header);
}

Test(record, cut_anywhere_is_refused)
{
    struct bytes record = two_entries();
    struct record_header header;
    for (size_t size = 0; size < record.size; size++) {
        cr_assert_eq(record_open(bytes_of(record.data, size), &header), BASE_EFORMAT, "%zu", size);
    }
    cr_assert_eq(record_open(bytes_of(NULL, 0), &header), BASE_EFORMAT);
}

Test(record, entries_that_leave_it_are_refused)
{
    /* Offsets after the header: object, index size, index (2), tag, value size, ... */
    struct record_header header;
    struct bytes record = two_entries();
    buffer[RECORD_HEADER_BYTES + 1] = 255;
    cr_assert_eq(record_open(record, &header), BASE_EFORMAT);
    record = two_entries();
    buffer[RECORD_HEADER_BYTES + 5] += 1;
    cr_assert_eq(record_open(record, &header), BASE_EFORMAT);
    record = two_entries();
    buffer[RECORD_HEADER_BYTES + 5] = 0xFF;
    cr_assert_eq(record_open(record, &header), BASE_EFORMAT);
}

Test(record, sizes_in_the_longer_form_than_needed_are_refused)
{
    struct record_writer writer = started();
    struct record_header header = some_header();
    put_text(&writer, 1, "", "ab");
    struct bytes record = record_finish(&writer, &header);
    /* Size 2, 'a', 'b' becomes size 0x8001 and one octet. */
    buffer[RECORD_HEADER_BYTES + 3] = 0x80;
    buffer[RECORD_HEADER_BYTES + 4] = 0x01;
    cr_assert_eq(record_open(record, &header), BASE_EFORMAT);
}

Test(record, other_versions_are_told_apart_from_damage)
{
    struct record_header header;
    struct bytes record = two_entries();
    buffer[0] = RECORD_VERSION + 1;
    cr_assert_eq(record_open(record, &header), BASE_EVERSION);
    buffer[0] = 0;
    cr_assert_eq(record_open(record, &header), BASE_EVERSION);
}

Test(record, header_fields_out_of_range_are_refused)
{
    static const struct {
        size_t at;
        uint8_t octet;
    } DAMAGE[] = {
        {1, 0}, {1, 3}, {2, 6}, {4, 5}, {4, 0}, {5, 1}, {34, 1}, {35, 1}, {48, 1}, {51, 1}, {55, 1},
    };
    for (size_t i = 0; i < BASE_ARRAY_COUNT(DAMAGE); i++) {
        struct record_header header;
        struct bytes record = two_entries();
        buffer[DAMAGE[i].at] = DAMAGE[i].octet;
        cr_assert_eq(record_open(record, &header), BASE_EFORMAT, "octet %zu", DAMAGE[i].at);
    }
}

Test(record, iteration_over_damage_ends)
{
    struct record_entry entry;
    struct bytes record = two_entries();
    size_t offset = 0;
    buffer[RECORD_HEADER_BYTES + 5] = 0xFF;
    cr_assert_not(record_next(record, &offset, &entry));
    offset = record.size + 1;
    cr_assert_not(record_next(record, &offset, &entry));
    offset = 0;
    cr_assert_not(record_next(bytes_of(record.data, 10), &offset, &entry));
}

Test(record, iteration_over_a_cut_record_reads_nothing_past_it)
{
    struct bytes record = two_entries();
    for (size_t size = 1; size < record.size; size++) {
        /* A block of exactly this size, so that a sanitizer sees one octet too far. */
        uint8_t *cut = malloc(size);
        struct record_entry entry;
        size_t offset = 0;
        size_t entry_count = 0;
        cr_assert_not_null(cut);
        memcpy(cut, record.data, size);
        while (record_next(bytes_of(cut, size), &offset, &entry)) {
            entry_count++;
        }
        cr_assert_eq(entry_count, size >= RECORD_HEADER_BYTES + 17, "%zu", size);
        free(cut);
    }
}

Test(record, statuses_have_the_names_of_the_json)
{
    cr_assert_str_eq(record_status_name(RECORD_OK), "ok");
    cr_assert_str_eq(record_status_name(RECORD_PARTIAL), "partial");
    cr_assert_str_eq(record_status_name(RECORD_TIMEOUT), "timeout");
    cr_assert_str_eq(record_status_name(RECORD_AUTH), "auth");
    cr_assert_str_eq(record_status_name(RECORD_NOTPRINTER), "notprinter");
    cr_assert_str_eq(record_status_name(RECORD_ERROR), "error");
    cr_assert_str_eq(record_status_name((enum record_status)99), "error");
}
