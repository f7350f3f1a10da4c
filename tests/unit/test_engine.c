#include <errno.h>
#include <signal.h>

#include <criterion/criterion.h>

#include "core/engine/engine.h"
#include "tests/unit/support_ber.h"
#include "tests/unit/support_wire.h"

#define NOW_US    INT64_C(5000000)
#define SECOND_US INT64_C(1000000)
#define PEERS     128

static const struct bytes NAME = {(const uint8_t *)"\x2b\x06\x01\x02\x01\x01\x01\x00", 8};

static struct engine *engine;
static struct engine_peer peers[PEERS];
static struct pdu_request pdu;
static struct engine_request request;
static unsigned ends;
static struct engine_reply last;

static void on_end(void *argument, const struct engine_reply *reply)
{
    (void)argument;
    last = *reply;
    ends++;
}

static void open_engine_as(struct engine_config config)
{
    config.per_device = config.per_device == 0 ? 1 : config.per_device;
    config.sends_per_turn = config.sends_per_turn == 0 ? 256 : config.sends_per_turn;
    config.initial_timeout_us = SECOND_US;
    config.seed = 5;
    config.id_secret[0] = 123;
    config.id_secret[1] = 456;
    engine = engine_new(&config, support_wire_open());
    cr_assert_not_null(engine);
    for (uint32_t i = 0; i < PEERS; i++) {
        peers[i].address.v4 = (struct sockaddr_in){.sin_family = AF_INET,
                                                   .sin_port = htons(161),
                                                   .sin_addr.s_addr = htonl(0x0a000001 + i)};
    }
    pdu = (struct pdu_request){.version = PDU_V2C,
                               .pdu = GATE_GET,
                               .community = bytes_from_text("public"),
                               .names = &NAME,
                               .count = 1};
    request = (struct engine_request){
        .peer = &peers[0], .pdu = &pdu, .max_varbinds = 1, .retries = -1, .callback = on_end};
}

static void open_engine(void)
{
    open_engine_as((struct engine_config){.max_inflight = 4, .retries = 1});
}

static void close_engine(void)
{
    engine_free(engine);
}

TestSuite(engine, .init = open_engine, .fini = close_engine);

static void submit_to(unsigned peer, uint64_t *handle)
{
    request.peer = &peers[peer];
    cr_assert_eq(engine_submit(engine, &request, NOW_US, handle), 0);
}

/* The request-id of a message that was sent. */
static int32_t id_of(unsigned index)
{
    struct gate_message message;
    cr_assert_eq(
        gate_open(bytes_of(support_wire.sent[index].data, support_wire.sent[index].size), &message),
        GATE_PASSED);
    return message.request_id;
}

/* Answers the message that was sent as number `index`. */
static void answer(unsigned index, const struct support_ber_varbind *varbinds, size_t count,
                   uint8_t error_status, int64_t now_us)
{
    static struct support_ber reply;
    int32_t id = id_of(index);
    support_ber_reply(&reply, 1, varbinds, count);
    /* The request-id stands behind version, community and the PDU's header. */
    uint8_t *at = reply.data;
    while (!(at[0] == 0x02 && at[1] == 4 && at[2] == 1 && at[3] == 2 && at[4] == 3 && at[5] == 4)) {
        at++;
    }
    for (unsigned i = 0; i < 4; i++) {
        at[2 + i] = (uint8_t)((uint32_t)id >> (24 - 8 * i));
    }
    at[8] = error_status;
    engine_receive(engine, &support_wire.sent[index].to, support_ber_bytes(&reply), now_us);
}

static const struct support_ber_varbind ONE = {"2b 06 01 02 01 01 01 00", 0x04, "41"};

/* --- submitting ------------------------------------------------------------------------------- */

Test(engine, a_question_leaves_with_the_next_flush)
{
    submit_to(0, NULL);
    cr_assert_eq(support_wire.count, 0);
    cr_assert_eq(engine_queued(engine), 1);
    cr_assert_eq(engine_deadline_us(engine, NOW_US), NOW_US);
    engine_flush(engine, NOW_US);
    cr_assert_eq(support_wire.count, 1);
    cr_assert(wire_address_equal(&support_wire.sent[0].to, &peers[0].address));
    cr_assert_eq(engine_queued(engine), 0);
    cr_assert_eq(engine_inflight(engine), 1);
    engine_verify(engine);
}

Test(engine, an_answer_ends_it_with_its_varbinds)
{
    submit_to(0, NULL);
    engine_flush(engine, NOW_US);
    answer(0, &ONE, 1, 0, NOW_US + 30000);
    cr_assert_eq(ends, 1);
    cr_assert_eq(last.status, 0);
    cr_assert_eq(last.count, 1);
    cr_assert_eq(last.rtt_us, 30000);
    cr_assert_eq(last.attempts, 1);
    cr_assert_eq(peers[0].rto.srtt_us, 30000);
    cr_assert_eq(peers[0].outstanding, 0);
    engine_verify(engine);
}

Test(engine, an_error_status_is_handed_on)
{
    submit_to(0, NULL);
    engine_flush(engine, NOW_US);
    answer(0, &ONE, 1, PDU_GEN_ERR, NOW_US);
    cr_assert_eq(last.status, 0);
    cr_assert_eq(last.error_status, PDU_GEN_ERR);
}

Test(engine, ports_that_print_are_never_sent_to)
{
    static const uint16_t PRINTING[] = {515, 9100, 9101, 9107};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(PRINTING); i++) {
        peers[0].address.v4.sin_port = htons(PRINTING[i]);
        request.peer = &peers[0];
        cr_assert_eq(engine_submit(engine, &request, NOW_US, NULL), BASE_EUSAGE);
        cr_assert_eq(engine_inflight(engine), 0);
    }
}

Test(engine, a_question_that_cannot_be_encoded_is_refused_and_never_ends)
{
    struct bytes long_names[400];
    pdu.version = PDU_V1;
    pdu.pdu = GATE_GETBULK;
    cr_assert_eq(engine_submit(engine, &request, NOW_US, NULL), BASE_EUSAGE);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(long_names); i++) {
        long_names[i] = NAME;
    }
    pdu.version = PDU_V2C;
    pdu.pdu = GATE_GET;
    pdu.names = long_names;
    pdu.count = BASE_ARRAY_COUNT(long_names);
    cr_assert_eq(engine_submit(engine, &request, NOW_US, NULL), BASE_ELIMIT);
    engine_drain(engine);
    cr_assert_eq(ends, 0);
    cr_assert_eq(peers[0].outstanding, 0);
    engine_verify(engine);
}

Test(engine, a_peer_with_enough_outstanding_gets_no_more)
{
    submit_to(0, NULL);
    cr_assert_eq(engine_submit(engine, &request, NOW_US, NULL), -EAGAIN);
    cr_assert_eq(engine_counters(engine)->requests, 1);
}

Test(engine, a_full_engine_takes_no_more)
{
    for (unsigned i = 0; i < 4; i++) {
        submit_to(i, NULL);
    }
    request.peer = &peers[4];
    cr_assert_eq(engine_submit(engine, &request, NOW_US, NULL), -EAGAIN);
    cr_assert_eq(peers[4].outstanding, 0);
}

Test(engine, a_question_that_asks_for_too_many_varbinds_breaks_a_promise, .signal = SIGABRT)
{
    request.max_varbinds = ENGINE_VARBINDS_MAX + 1;
    (void)!engine_submit(engine, &request, NOW_US, NULL);
}

Test(engine_limits, no_slot_breaks_a_promise, .signal = SIGABRT)
{
    open_engine_as((struct engine_config){.max_inflight = 0});
}

Test(engine_limits, more_slots_than_ids_break_a_promise, .signal = SIGABRT)
{
    open_engine_as((struct engine_config){.max_inflight = 65537});
}

Test(engine_limits, all_65536_slots_can_be_in_use)
{
    static struct engine_peer many[65536];
    open_engine_as((struct engine_config){.max_inflight = 65536});
    for (uint32_t i = 0; i < 65536; i++) {
        many[i].address = peers[0].address;
        request.peer = &many[i];
        cr_assert_eq(engine_submit(engine, &request, NOW_US, NULL), 0);
    }
    cr_assert_eq(engine_submit(engine, &request, NOW_US, NULL), -EAGAIN);
    engine_verify(engine);
    engine_cancel_all(engine);
    engine_drain(engine);
    cr_assert_eq(ends, 65536);
    engine_free(engine);
}

Test(engine_limits, nothing_to_free_is_no_harm)
{
    engine_free(NULL);
}

/* --- ids and handles -------------------------------------------------------------------------- */

Test(engine, ids_are_positive_and_never_the_same)
{
    int32_t ids[PEERS];
    for (unsigned i = 0; i < PEERS; i++) {
        submit_to(0, NULL);
        engine_flush(engine, NOW_US);
        ids[i] = id_of(i);
        cr_assert(ids[i] >= 0 && ids[i] < 1 << 30);
        for (unsigned j = 0; j < i; j++) {
            cr_assert_neq(ids[i], ids[j]);
        }
        answer(i, &ONE, 1, 0, NOW_US);
    }
    cr_assert_eq(ends, PEERS);
}

Test(engine, a_retry_carries_the_same_octets)
{
    submit_to(0, NULL);
    engine_flush(engine, NOW_US);
    engine_expire(engine, NOW_US + 2 * SECOND_US); /* silent */
    engine_expire(engine, NOW_US + 2 * SECOND_US);
    engine_flush(engine, NOW_US + 2 * SECOND_US);
    cr_assert_eq(support_wire.count, 2);
    cr_assert_eq(support_wire.sent[1].size, support_wire.sent[0].size);
    cr_assert_eq(
        memcmp(support_wire.sent[1].data, support_wire.sent[0].data, support_wire.sent[0].size), 0);
    cr_assert_eq(engine_counters(engine)->retries, 1);
}

Test(engine, stale_and_wrong_handles_do_nothing)
{
    uint64_t old = 0;
    uint64_t young = 0;
    submit_to(0, &old);
    engine_flush(engine, NOW_US);
    answer(0, &ONE, 1, 0, NOW_US);
    submit_to(0, &young);
    cr_assert_neq(old, young);
    engine_cancel(engine, old);
    engine_cancel(engine, 0);
    engine_cancel(engine, UINT64_MAX);
    engine_cancel(engine, young + 1);
    engine_drain(engine);
    cr_assert_eq(ends, 1);
    engine_cancel(engine, young);
    engine_cancel(engine, young);
    cr_assert_eq(ends, 1); /* not within cancel */
    engine_drain(engine);
    cr_assert_eq(ends, 2);
    cr_assert_eq(last.status, BASE_ECANCELED);
    engine_verify(engine);
}

/* --- what comes in ---------------------------------------------------------------------------- */

Test(engine, more_varbinds_than_asked_for_are_no_answer)
{
    const struct support_ber_varbind two[] = {ONE, ONE};
    submit_to(0, NULL);
    engine_flush(engine, NOW_US);
    answer(0, two, 2, 0, NOW_US);
    cr_assert_eq(ends, 0);
    cr_assert_eq(engine_counters(engine)->refused[GATE_REFUSED_CAPS], 1);
    answer(0, &ONE, 1, 0, NOW_US);
    cr_assert_eq(ends, 1);
}

Test(engine, an_answer_to_a_question_that_has_not_left_is_none)
{
    submit_to(0, NULL);
    engine_flush(engine, NOW_US);
    uint8_t twin[ENGINE_REQUEST_MAX];
    size_t size = support_wire.sent[0].size;
    memcpy(twin, support_wire.sent[0].data, size);
    engine_free(engine);
    peers[0].outstanding = 0;
    support_wire.count = 0;
    open_engine(); /* with the same secret and seed: the same id */
    submit_to(0, NULL);
    memcpy(support_wire.sent[0].data, twin, size);
    answer(0, &ONE, 1, 0, NOW_US);
    cr_assert_eq(ends, 0);
    cr_assert_eq(engine_counters(engine)->wrong_id, 1);
    engine_flush(engine, NOW_US);
    cr_assert_eq(support_wire.count, 1);
    answer(0, &ONE, 1, 0, NOW_US);
    cr_assert_eq(ends, 1);
}

Test(engine, an_icmp_error_ends_the_request_it_quotes)
{
    submit_to(0, NULL);
    engine_flush(engine, NOW_US);
    struct bytes quoted =
        bytes_of(support_wire.sent[0].data, 28); /* the beginning, as routers quote it */
    engine_unreachable(engine, &peers[1].address, quoted, NOW_US);
    engine_unreachable(engine, &peers[0].address, bytes_of(support_wire.sent[0].data, 10), NOW_US);
    engine_unreachable(engine, &peers[0].address, bytes_of(NULL, 0), NOW_US);
    cr_assert_eq(ends, 0);
    engine_unreachable(engine, &peers[0].address, quoted, NOW_US);
    cr_assert_eq(ends, 1);
    cr_assert_eq(last.status, BASE_EUNREACHABLE);
    cr_assert_eq(engine_counters(engine)->unreachable, 1);
    engine_unreachable(engine, &peers[0].address, quoted, NOW_US);
    cr_assert_eq(ends, 1);
}

/* --- what goes out ---------------------------------------------------------------------------- */

Test(engine, a_packet_that_can_never_leave_ends_its_request)
{
    support_wire.error = -EMSGSIZE;
    submit_to(0, NULL);
    engine_flush(engine, NOW_US);
    cr_assert_eq(ends, 1);
    cr_assert_eq(last.status, -EMSGSIZE);
    cr_assert_eq(last.attempts, 0);
    cr_assert_eq(engine_counters(engine)->send_errors, 1);
    engine_verify(engine);
}

Test(engine, what_a_full_socket_leaves_is_sent_when_it_has_room)
{
    for (unsigned i = 0; i < 4; i++) {
        submit_to(i, NULL);
    }
    support_wire.room = 2;
    engine_flush(engine, NOW_US);
    cr_assert_eq(support_wire.count, 2);
    cr_assert_eq(engine_counters(engine)->send_blocked, 1);
    cr_assert_eq(engine_queued(engine), 2);
    /* It is the socket that says when: the loop must not turn meanwhile. */
    cr_assert_gt(engine_deadline_us(engine, NOW_US), NOW_US);
    support_wire.room = 10;
    engine_flush(engine, NOW_US);
    cr_assert_eq(support_wire.count, 4);
    cr_assert(wire_address_equal(&support_wire.sent[2].to, &peers[2].address));
    cr_assert_eq(engine_counters(engine)->send_errors, 0);
    engine_verify(engine);
}

Test(engine_limits, a_turn_sends_no_more_than_its_share)
{
    open_engine_as((struct engine_config){.max_inflight = 100, .sends_per_turn = 10});
    for (unsigned i = 0; i < 25; i++) {
        submit_to(i, NULL);
    }
    engine_flush(engine, NOW_US);
    cr_assert_eq(support_wire.count, 10);
    cr_assert_eq(engine_deadline_us(engine, NOW_US), NOW_US);
    engine_flush(engine, NOW_US);
    engine_flush(engine, NOW_US);
    cr_assert_eq(support_wire.count, 25);
    engine_free(engine);
}

Test(engine_limits, loopback_is_not_paced)
{
    open_engine_as((struct engine_config){.max_inflight = 100,
                                          .packets_per_second = 10,
                                          .subnet_packets_per_second = 10,
                                          .burst = 1});
    for (unsigned i = 0; i < 60; i++) {
        bool is_loopback = i < 50;
        peers[i].address.v4.sin_addr.s_addr = htonl((is_loopback ? 0x7f010000 : 0x0a000000) + i);
        submit_to(i, NULL);
    }
    engine_flush(engine, NOW_US);
    cr_assert_eq(support_wire.count, 51);
    engine_verify(engine);
    engine_free(engine);
}

/* --- callbacks -------------------------------------------------------------------------------- */

static void on_end_ask_again(void *argument, const struct engine_reply *reply)
{
    on_end(argument, reply);
    unsigned before = ends;
    engine_drain(engine); /* does nothing here */
    cr_assert_eq(ends, before);
    cr_assert_eq(engine_now_us(engine), NOW_US);
    if (ends < 10) {
        cr_assert_eq(engine_submit(engine, &request, engine_now_us(engine), NULL), 0);
        engine_cancel_all(engine);
        cr_assert_eq(ends, before);
    }
}

Test(engine, a_callback_may_ask_and_cancel_within_itself)
{
    request.callback = on_end_ask_again;
    submit_to(0, NULL);
    engine_flush(engine, NOW_US);
    answer(0, &ONE, 1, 0, NOW_US);
    cr_assert_eq(ends, 10);
    cr_assert_eq(engine_inflight(engine), 0);
    cr_assert_eq(support_wire.count, 1);
    engine_verify(engine);
}

static uint64_t second;

static void on_end_cancel_second(void *argument, const struct engine_reply *reply)
{
    on_end(argument, reply);
    unsigned before = ends;
    engine_cancel(engine, second);
    engine_drain(engine);
    cr_assert_eq(ends, before, "another callback ran inside this one");
}

Test(engine, no_callback_runs_inside_another)
{
    request.callback = on_end_cancel_second;
    submit_to(0, NULL);
    submit_to(1, &second);
    engine_flush(engine, NOW_US);
    answer(0, &ONE, 1, 0, NOW_US);
    cr_assert_eq(ends, 2);
    cr_assert_eq(last.status, BASE_ECANCELED);
}

Test(engine, what_has_ended_cannot_be_canceled)
{
    request.callback = on_end_cancel_second;
    request.retries = 0;
    submit_to(0, NULL);
    submit_to(1, &second);
    engine_flush(engine, NOW_US);
    /* Both have their end behind them when the first one's callback runs. */
    engine_expire(engine, NOW_US + 60 * SECOND_US);
    cr_assert_eq(ends, 2);
    cr_assert_eq(last.status, BASE_ETIMEOUT);
    cr_assert_eq(engine_counters(engine)->timeouts, 2);
}

Test(engine, freeing_it_with_requests_in_flight_ends_none)
{
    submit_to(0, NULL);
    submit_to(1, NULL);
    engine_flush(engine, NOW_US);
    submit_to(2, NULL);
    engine_free(engine);
    engine = NULL;
    cr_assert_eq(ends, 0);
}
