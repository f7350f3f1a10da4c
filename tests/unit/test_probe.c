#include <criterion/criterion.h>

#include "core/fleet/probe.h"
#include "proto/oid.h"

static uint8_t octets[16][64];
static size_t octets_used;
static struct gate_varbind answer[PROBE_NAMES];

static struct bytes oid(const char *text)
{
    size_t size = 0;
    uint8_t *out = octets[octets_used++];
    cr_assert_eq(oid_from_text(text, out, sizeof(octets[0]), &size), 0);
    return bytes_of(out, size);
}

static void put(size_t place, const char *name, uint8_t tag, struct bytes value)
{
    struct bytes octets_of_name = oid(name);
    answer[place] = (struct gate_varbind){.name = octets_of_name.data,
                                          .name_size = (uint16_t)octets_of_name.size,
                                          .tag = tag,
                                          .value = value.data,
                                          .value_size = (uint16_t)value.size};
}

/* A Linux host: no hrDevice is a printer, and behind the root comes something else. */
static void begin(void)
{
    octets_used = 0;
    put(0, "1.3.6.1.2.1.1.1.0", GATE_OCTET_STRING, bytes_from_text("Linux host"));
    put(1, "1.3.6.1.2.1.1.2.0", GATE_OID, oid("1.3.6.1.4.1.8072.3.2.10"));
    put(2, "1.3.6.1.2.1.1.5.0", GATE_OCTET_STRING, bytes_from_text("host"));
    put(3, "1.3.6.1.2.1.25.3.2.1.2.1", GATE_OID, oid("1.3.6.1.2.1.25.3.1.3"));
    put(4, "1.3.6.1.2.1.55.1.1.0", GATE_INTEGER, bytes_of("\1", 1));
}

TestSuite(probe, .init = begin);

Test(probe, asks_five_names_by_getnext)
{
    static struct plan_question question;
    probe_ask(&question);
    cr_assert_eq(question.pdu.pdu, GATE_GETNEXT);
    cr_assert_eq(question.pdu.count, PROBE_NAMES);
    cr_assert_eq(question.max_varbinds, PROBE_NAMES);
    cr_assert(bytes_equal(question.pdu.names[4], oid("1.3.6.1.2.1.43")));
    uint8_t message[200];
    size_t size = 0;
    question.pdu.version = PDU_V1;
    question.pdu.community = bytes_from_text("public");
    cr_assert_eq(pdu_encode(&question.pdu, 1, message, sizeof(message), &size), 0);
    cr_assert_lt(size, 130);
}

Test(probe, a_host_is_no_printer)
{
    cr_assert(probe_is_other(answer, PROBE_NAMES));
}

Test(probe, a_host_whose_mib_ends_before_is_none)
{
    answer[4].tag = GATE_END_OF_MIB_VIEW;
    cr_assert(probe_is_other(answer, PROBE_NAMES));
}

Test(probe, whoever_has_a_row_of_the_printer_mib_is_looked_at)
{
    put(4, "1.3.6.1.2.1.43.5.1.1.1.1", GATE_COUNTER32, bytes_of("\1", 1));
    cr_assert_not(probe_is_other(answer, PROBE_NAMES));
}

Test(probe, whose_first_device_is_a_printer_is_looked_at)
{
    put(3, "1.3.6.1.2.1.25.3.2.1.2.1", GATE_OID, oid("1.3.6.1.2.1.25.3.1.5"));
    cr_assert_not(probe_is_other(answer, PROBE_NAMES));
}

Test(probe, devices_of_makers_of_printers_are_looked_at)
{
    put(1, "1.3.6.1.2.1.1.2.0", GATE_OID, oid("1.3.6.1.4.1.11.2.3.7.11.160"));
    cr_assert_not(probe_is_other(answer, PROBE_NAMES));
}

Test(probe, who_tells_nothing_of_itself_is_looked_at)
{
    put(1, "1.3.6.1.2.1.1.2.0", GATE_OID, bytes_of("\0", 1)); /* 0.0 */
    cr_assert_not(probe_is_other(answer, PROBE_NAMES));
    put(1, "1.3.6.1.2.1.1.3.0", GATE_TIMETICKS, bytes_of("\1", 1));
    cr_assert_not(probe_is_other(answer, PROBE_NAMES));
    begin();
    answer[1].tag = GATE_NO_SUCH_OBJECT;
    cr_assert_not(probe_is_other(answer, PROBE_NAMES));
}

Test(probe, an_answer_with_varbinds_missing_decides_nothing)
{
    for (size_t count = 0; count < PROBE_NAMES; count++) {
        cr_assert_not(probe_is_other(answer, count));
    }
}

Test(probe, its_record_has_what_was_told_of_the_identity)
{
    static uint8_t data[PROBE_RECORD_BYTES];
    const struct record_header header = {.part = RECORD_STATIC, .status = RECORD_NOTPRINTER};
    struct record_writer writer;
    struct record_entry entry;
    size_t offset = 0;
    unsigned count = 0;
    probe_record(&writer, data, answer, PROBE_NAMES);
    struct bytes record = record_finish(&writer, &header);
    while (record_next(record, &offset, &entry)) {
        count++;
        cr_assert(entry.object == OBJECT_SYS_DESCR || entry.object == OBJECT_SYS_OBJECT_ID ||
                  entry.object == OBJECT_SYS_NAME);
    }
    cr_assert_eq(count, 3);
}

Test(probe, a_record_has_room_for_the_longest_values)
{
    static uint8_t data[PROBE_RECORD_BYTES];
    static uint8_t text[60000];
    struct record_writer writer;
    const struct record_header header = {.part = RECORD_STATIC};
    struct record_entry entry;
    size_t offset = 0;
    answer[0].value = text;
    answer[0].value_size = sizeof(text);
    answer[2].value = text;
    answer[2].value_size = sizeof(text);
    probe_record(&writer, data, answer, PROBE_NAMES);
    struct bytes record = record_finish(&writer, &header);
    cr_assert(record_next(record, &offset, &entry));
    cr_assert_eq(entry.value.size, RECORD_VALUE_MAX);
}
