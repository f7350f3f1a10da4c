#include <criterion/criterion.h>

#include "proto/gate.h"
#include "tests/unit/support_ber.h"

static struct support_ber ber;
static struct gate_message message;
static struct gate_varbind varbinds[4];
static size_t count;

Test(gate, opens_the_pdu_of_a_v3_message_alone)
{
    ber.size = 0;
    support_ber_hex(&ber, "a2 1c 02 04 01 02 03 04 02 01 00 02 01 00"
                          "30 0e 30 0c 06 08 2b 06 01 02 01 01 01 00 82 00");
    struct bytes whole = support_ber_bytes(&ber);
    cr_assert_eq(gate_open_pdu(whole, &message), GATE_PASSED);
    cr_assert_eq(message.version, 3);
    cr_assert_eq(message.pdu, GATE_RESPONSE);
    cr_assert_eq(message.request_id, 0x01020304);
    cr_assert_eq(message.community.size, 0);
    cr_assert_eq(gate_varbinds(&message, varbinds, 1, &count), GATE_PASSED);
    cr_assert_eq(count, 1);
    for (size_t size = 0; size < whole.size; size++) {
        cr_assert_neq(gate_open_pdu(bytes_of(whole.data, size), &message), GATE_PASSED);
    }
    support_ber_hex(&ber, "00");
    cr_assert_eq(gate_open_pdu(support_ber_bytes(&ber), &message), GATE_REFUSED_BER);
    ber.data[0] = 0xa3;
    cr_assert_eq(gate_open_pdu(whole, &message), GATE_REFUSED_PDU);
}
