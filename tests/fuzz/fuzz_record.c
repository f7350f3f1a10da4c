/*
 * Arbitrary octets as a record, as a damaged store or a hostile sender may give them. What opens
 * must iterate to its end, and must be the same octets when it is written again.
 */
#include <stdlib.h>

#include "proto/oid.h"
#include "proto/pdu.h"
#include "proto/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads an entry in every way that a reading does; octets of a record have passed no gate. */
static void read_entry(const struct record_entry *entry)
{
    char text[OID_TEXT_MAX];
    uint32_t arcs[OID_ARCS_MAX];
    size_t count = 0;
    int64_t number;
    int status = pdu_number(entry->tag, entry->value, &number);
    BASE_REQUIRE(status == 0 || status == BASE_ERANGE || status == BASE_ETYPE);
    status = oid_index_arcs(entry->index, arcs, OID_ARCS_MAX, &count);
    BASE_REQUIRE(status == 0 || status == BASE_EFORMAT || status == BASE_ELIMIT);
    status = oid_to_text(entry->value, text, sizeof text);
    BASE_REQUIRE(status == 0 || status == BASE_EFORMAT);
    (void)oid_compare(entry->index, entry->value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t again[RECORD_BYTES_MAX];
    struct bytes record = bytes_of(data, size);
    struct record_header header;
    struct record_writer writer;
    struct record_entry entry;
    size_t offset = 0;
    bool is_whole = record_open(record, &header) == 0;
    record_start(&writer, again, sizeof again);
    while (record_next(record, &offset, &entry)) {
        read_entry(&entry);
        int status = record_put(&writer, entry.object, entry.index, entry.tag, entry.value);
        BASE_REQUIRE(status == 0 || !is_whole);
    }
    if (is_whole) {
        BASE_REQUIRE(bytes_equal(record_finish(&writer, &header), record));
    }
    return 0;
}
