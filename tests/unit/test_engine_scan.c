#include <errno.h>

#include <criterion/criterion.h>

#include "core/engine/engine_scan.h"
#include "tests/unit/support_wire.h"

#define NOW_US    INT64_C(5000000)
#define SECOND_US INT64_C(1000000)
#define FIRST     0x0a000001u
#define IS_SCAN   (1 << 30)

/* Ways of the tests. */
enum { COMMUNITY_A, COMMUNITY_B, USERS };
#define WAY(way) (UINT64_C(1) << (way))

static const struct bytes NAME = {(const uint8_t *)"\x2b\x06\x01\x02\x01\x01\x01", 7};

static struct engine *engine;

static struct pdu_request question(enum pdu_version version, const char *community)
{
    return (struct pdu_request){.version = version,
                                .pdu = GATE_GETNEXT,
                                .community = bytes_from_text(community),
                                .names = &NAME,
                                .count = 1};
}

static void open_scan_as(struct engine_config config)
{
    config.max_inflight = 4;
    config.per_device = 1;
    config.sends_per_turn = config.sends_per_turn == 0 ? 256 : config.sends_per_turn;
    config.initial_timeout_us = SECOND_US;
    config.seed = 5;
    config.id_secret[0] = 123;
    config.id_secret[1] = 456;
    engine = engine_new(&config, support_wire_open());
    cr_assert_not_null(engine);
    cr_assert_eq(engine_scan_open(engine), 0);
}

static void open_scan(void)
{
    struct pdu_request a = question(PDU_V2C, "public");
    struct pdu_request b = question(PDU_V1, "hidden");
    open_scan_as((struct engine_config){.burst = 1});
    cr_assert_eq(engine_scan_way(engine, COMMUNITY_A, &a, 2), 0);
    cr_assert_eq(engine_scan_way(engine, COMMUNITY_B, &b, 1), 0);
    cr_assert_eq(engine_scan_way(engine, USERS, NULL, 2), 0);
}

static void close_scan(void)
{
    engine_verify(engine);
    engine_free(engine);
}

TestSuite(engine_scan, .init = open_scan, .fini = close_scan);

static union wire_address address(uint32_t index)
{
    return (union wire_address){.v4 = {.sin_family = AF_INET,
                                       .sin_port = htons(161),
                                       .sin_addr.s_addr = htonl(FIRST + index)}};
}

static void add(uint32_t index, uint64_t ways)
{
    union wire_address to = address(index);
    cr_assert_eq(engine_scan_add(engine, &to, ways, NOW_US), 0);
}

static void flush(int64_t now_us)
{
    engine_scan_go(engine, now_us);
    engine_flush(engine, now_us);
}

/* Makes an answer of a question: the same, as a Response. In v3 the same will do. */
static struct bytes answer_of(unsigned index)
{
    static uint8_t answer[256];
    memcpy(answer, support_wire.sent[index].data, support_wire.sent[index].size);
    for (size_t i = 0; i < support_wire.sent[index].size && !usm_is_v3(bytes_of(answer, 64)); i++) {
        answer[i] = answer[i] == GATE_GETNEXT ? GATE_RESPONSE : answer[i];
    }
    return bytes_of(answer, support_wire.sent[index].size);
}

static void answer(unsigned index)
{
    engine_receive(engine, &support_wire.sent[index].to, answer_of(index), NOW_US);
}

static int32_t id_of(unsigned index)
{
    struct gate_message message;
    struct usm_message sealed;
    struct bytes datagram = bytes_of(support_wire.sent[index].data, support_wire.sent[index].size);
    if (usm_is_v3(datagram)) {
        cr_assert_eq(usm_open(datagram, &sealed), 0);
        return sealed.msg_id;
    }
    cr_assert_eq(gate_open(datagram, &message), GATE_PASSED);
    return message.request_id;
}

static unsigned take_silent(int wanted)
{
    union wire_address from;
    int status = 0;
    unsigned count = 0;
    while (engine_scan_take_silent(engine, &from, &status)) {
        cr_assert_eq(status, wanted, "%s", base_strerror(status));
        count++;
    }
    return count;
}

static void expect_heard(uint32_t index, unsigned way)
{
    union wire_address from;
    union wire_address wanted = address(index);
    unsigned heard = UINT32_MAX;
    cr_assert(engine_scan_take_heard(engine, &from, &heard));
    cr_assert(wire_address_equal(&from, &wanted));
    cr_assert_eq(heard, way);
}

/* Lets time pass until the scan wants nothing more. Returns: how long that was, us. */
static int64_t run(void)
{
    int64_t now_us = NOW_US;
    flush(now_us);
    for (int64_t next; (next = engine_deadline_us(engine, now_us)) != INT64_MAX;) {
        now_us = next > now_us ? next : now_us;
        flush(now_us);
        engine_verify(engine);
    }
    return now_us - NOW_US;
}

/* --- asking ----------------------------------------------------------------------------------- */

Test(engine_scan, an_address_is_asked_each_way_in_turn_and_again_in_the_next_round)
{
    static const struct {
        int version;
        const char *community;
    } wanted[] = {
        {PDU_V2C, "public"}, {PDU_V1, "hidden"}, {PDU_V3, ""}, {PDU_V2C, "public"}, {PDU_V3, ""}};
    add(0, WAY(COMMUNITY_A) | WAY(COMMUNITY_B) | WAY(USERS));
    cr_assert_eq(run(), 3 * SECOND_US + 2 * 2 * SECOND_US);
    cr_assert_eq(support_wire.count, BASE_ARRAY_COUNT(wanted));
    for (unsigned i = 0; i < support_wire.count; i++) {
        struct gate_message message;
        struct bytes datagram = bytes_of(support_wire.sent[i].data, support_wire.sent[i].size);
        cr_assert_eq(usm_is_v3(datagram), wanted[i].version == PDU_V3);
        if (wanted[i].version != PDU_V3) {
            cr_assert_eq(gate_open(datagram, &message), GATE_PASSED);
            cr_assert_eq(message.version, wanted[i].version);
            cr_assert(bytes_equal(message.community, bytes_from_text(wanted[i].community)));
        }
    }
    cr_assert_eq(take_silent(BASE_ETIMEOUT), 1);
    cr_assert_eq(engine_counters(engine)->sent, 5);
    cr_assert_eq(engine_counters(engine)->retries, 2);
}

Test(engine_scan, the_next_question_waits_for_the_timeout_of_the_one_before)
{
    add(0, WAY(COMMUNITY_A));
    flush(NOW_US);
    cr_assert_eq(support_wire.count, 1);
    flush(NOW_US + SECOND_US - 1);
    cr_assert_eq(support_wire.count, 1);
    flush(NOW_US + SECOND_US);
    cr_assert_eq(support_wire.count, 2);
    flush(NOW_US + 3 * SECOND_US - 1);
    cr_assert_eq(take_silent(0), 0);
    flush(NOW_US + 3 * SECOND_US);
    cr_assert_eq(take_silent(BASE_ETIMEOUT), 1);
}

Test(engine_scan, hosts_of_one_group_may_have_different_ways)
{
    add(0, WAY(COMMUNITY_B));
    add(1, WAY(COMMUNITY_A) | WAY(USERS));
    add(2, WAY(USERS));
    (void)run();
    cr_assert_eq(support_wire.count, 1 + 4 + 2);
    cr_assert_eq(take_silent(BASE_ETIMEOUT), 3);
}

Test(engine_scan, all_ids_differ_and_none_is_a_requests)
{
    for (uint32_t i = 0; i < 150; i++) {
        add(i, WAY(COMMUNITY_A) | WAY(USERS));
    }
    (void)run();
    cr_assert_eq(support_wire.count, 600);
    for (unsigned i = 0; i < support_wire.count; i++) {
        cr_assert_eq(id_of(i) & IS_SCAN, IS_SCAN);
        for (unsigned j = 0; j < i; j++) {
            cr_assert_neq(id_of(i), id_of(j));
        }
    }
}

Test(engine_scan, a_group_leaves_when_it_is_full_or_when_told_to)
{
    for (uint32_t i = 0; i < ENGINE_SCAN_GROUP + 1; i++) {
        add(i, WAY(COMMUNITY_A));
    }
    cr_assert(engine_scan_is_filling(engine));
    engine_flush(engine, NOW_US);
    cr_assert_eq(support_wire.count, ENGINE_SCAN_GROUP);
    flush(NOW_US);
    cr_assert_not(engine_scan_is_filling(engine));
    cr_assert_eq(support_wire.count, ENGINE_SCAN_GROUP + 1);
}

Test(engine_scan, attempts_are_only_raised)
{
    const struct pdu_request a = question(PDU_V2C, "public");
    cr_assert_eq(engine_scan_way(engine, COMMUNITY_A, &a, 4), 0);
    cr_assert_eq(engine_scan_way(engine, COMMUNITY_A, &a, 1), 0);
    add(0, WAY(COMMUNITY_A));
    (void)run();
    cr_assert_eq(support_wire.count, 4);
}

Test(engine_scan, a_question_that_is_too_long_is_no_way)
{
    static const char octets[600] = {'x'};
    struct pdu_request a = question(PDU_V2C, "");
    a.community = bytes_of((const uint8_t *)octets, sizeof(octets));
    cr_assert_eq(engine_scan_way(engine, 7, &a, 1), BASE_ELIMIT);
    union wire_address to = address(0);
    cr_assert_eq(engine_scan_add(engine, &to, WAY(7), NOW_US), BASE_EUSAGE);
}

Test(engine_scan, ports_that_print_are_never_sent_to)
{
    static const uint16_t PRINTING[] = {515, 9100, 9101, 9107};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(PRINTING); i++) {
        union wire_address to = address(0);
        to.v4.sin_port = htons(PRINTING[i]);
        cr_assert_eq(engine_scan_add(engine, &to, WAY(COMMUNITY_A), NOW_US), BASE_EUSAGE);
    }
    cr_assert_eq(engine_scan_busy(engine), 0);
}

Test(engine_scan, it_holds_so_many_hosts_and_is_free_again_when_they_have_ended)
{
    union wire_address late = address(70000);
    for (unsigned again = 0; again < 2; again++) {
        for (uint32_t i = 0; i < ENGINE_SCAN_HOSTS; i++) {
            cr_assert(engine_scan_has_room(engine));
            add(i, WAY(COMMUNITY_A));
        }
        cr_assert_not(engine_scan_has_room(engine));
        cr_assert_eq(engine_scan_add(engine, &late, WAY(COMMUNITY_A), NOW_US), -EAGAIN);
        cr_assert_eq(engine_scan_busy(engine), ENGINE_SCAN_HOSTS);
        flush(NOW_US);
        engine_scan_cancel(engine);
        cr_assert_eq(take_silent(BASE_ECANCELED), ENGINE_SCAN_HOSTS);
        cr_assert_eq(engine_scan_busy(engine), 0);
        engine_verify(engine);
    }
}

/* --- pace and socket -------------------------------------------------------------------------- */

Test(engine_scan, the_pace_in_all_holds)
{
    struct pdu_request a = question(PDU_V2C, "public");
    engine_free(engine);
    open_scan_as((struct engine_config){.packets_per_second = 100, .burst = 10});
    cr_assert_eq(engine_scan_way(engine, COMMUNITY_A, &a, 1), 0);
    for (uint32_t i = 0; i < 200; i++) {
        add(i * 256, WAY(COMMUNITY_A));
    }
    flush(NOW_US);
    cr_assert_eq(support_wire.count, 10);
    int64_t took_us = run();
    cr_assert_eq(support_wire.count, 200);
    cr_assert_geq(took_us, 190 * SECOND_US / 100);
    cr_assert_leq(took_us, 190 * SECOND_US / 100 + 2 * SECOND_US);
}

Test(engine_scan, the_pace_of_a_subnet_holds_and_keeps_no_other_waiting)
{
    struct pdu_request a = question(PDU_V2C, "public");
    engine_free(engine);
    open_scan_as((struct engine_config){.subnet_packets_per_second = 100, .burst = 10});
    cr_assert_eq(engine_scan_way(engine, COMMUNITY_A, &a, 1), 0);
    for (uint32_t i = 0; i < 64; i++) {
        add(i, WAY(COMMUNITY_A));
    }
    for (uint32_t i = 0; i < 64; i++) {
        add(256 * (1 + i), WAY(COMMUNITY_A));
    }
    flush(NOW_US);
    cr_assert_eq(support_wire.count, 10 + 64);
    cr_assert_geq(run(), 54 * SECOND_US / 100);
    cr_assert_eq(support_wire.count, 128);
}

Test(engine_scan, a_full_socket_loses_nothing)
{
    for (uint32_t i = 0; i < 100; i++) {
        add(i, WAY(COMMUNITY_A));
    }
    for (unsigned i = 0; support_wire.count < 100; i++) {
        support_wire.room = 7;
        flush(NOW_US);
        cr_assert_lt(i, 20);
    }
    for (uint32_t i = 0; i < 100; i++) {
        union wire_address to = address(i);
        cr_assert(wire_address_equal(&support_wire.sent[i].to, &to));
    }
    cr_assert_gt(engine_counters(engine)->send_blocked, 10);
}

Test(engine_scan, what_cannot_be_sent_ends_at_once)
{
    add(0, WAY(COMMUNITY_A));
    support_wire.error = -EPERM;
    flush(NOW_US);
    cr_assert_eq(take_silent(-EPERM), 1);
    cr_assert_eq(engine_deadline_us(engine, NOW_US), INT64_MAX);
    cr_assert_eq(engine_counters(engine)->send_errors, 1);
}

/* --- answers ---------------------------------------------------------------------------------- */

Test(engine_scan, who_answers_is_heard_once_and_asked_no_more)
{
    add(0, WAY(COMMUNITY_A));
    add(1, WAY(COMMUNITY_A));
    flush(NOW_US);
    answer(1);
    answer(1);
    cr_assert(engine_scan_has_heard(engine));
    expect_heard(1, COMMUNITY_A);
    answer(1);
    cr_assert_not(engine_scan_has_heard(engine));
    cr_assert_eq(engine_counters(engine)->wrong_id, 2);
    (void)run();
    cr_assert_eq(support_wire.count, 3);
    cr_assert_eq(take_silent(BASE_ETIMEOUT), 1);
}

Test(engine_scan, a_late_answer_counts_for_the_way_that_it_answers)
{
    add(0, WAY(COMMUNITY_A) | WAY(COMMUNITY_B) | WAY(USERS));
    flush(NOW_US);
    flush(NOW_US + SECOND_US);
    flush(NOW_US + 2 * SECOND_US);
    cr_assert_eq(support_wire.count, 3);
    answer(0);
    expect_heard(0, COMMUNITY_A);
    cr_assert_eq(run(), 0);
    cr_assert_eq(take_silent(0), 0);
}

Test(engine_scan, an_engine_of_v3_is_heard)
{
    add(0, WAY(USERS));
    flush(NOW_US);
    answer(0);
    expect_heard(0, USERS);
}

Test(engine_scan, what_is_no_answer_is_counted_and_ignored)
{
    const struct engine_counters *counters = engine_counters(engine);
    union wire_address stranger = address(1);
    add(0, WAY(COMMUNITY_A) | WAY(COMMUNITY_B));
    flush(NOW_US);
    struct bytes reply = answer_of(0);
    uint8_t *octets = (uint8_t *)(uintptr_t)reply.data;
    engine_receive(engine, &stranger, reply, NOW_US);
    cr_assert_eq(counters->wrong_source, 1);
    octets[4] = PDU_V1;
    engine_receive(engine, &support_wire.sent[0].to, reply, NOW_US);
    cr_assert_eq(counters->wrong_version, 1);
    octets[4] = PDU_V2C;
    octets[7] = 'P';
    engine_receive(engine, &support_wire.sent[0].to, reply, NOW_US);
    cr_assert_eq(counters->wrong_community, 1);
    octets[7] = 'p';
    octets[13] = GATE_GETNEXT;
    engine_receive(engine, &support_wire.sent[0].to, reply, NOW_US);
    cr_assert_eq(counters->wrong_pdu, 1);
    octets[13] = GATE_RESPONSE;
    octets[18] ^= 1;
    engine_receive(engine, &support_wire.sent[0].to, reply, NOW_US);
    cr_assert_eq(counters->wrong_id, 1);
    octets[18] ^= 1;
    engine_receive(engine, &support_wire.sent[0].to, bytes_of(octets, reply.size - 1), NOW_US);
    cr_assert_eq(counters->refused[GATE_REFUSED_BER], 1);
    cr_assert_not(engine_scan_has_heard(engine));
    engine_receive(engine, &support_wire.sent[0].to, reply, NOW_US);
    expect_heard(0, COMMUNITY_A);
}

/* Two engines with the same secrets make the same ids. */
Test(engine_scan, an_id_that_was_not_sent_yet_is_a_guess)
{
    struct engine *ahead = engine;
    add(0, WAY(COMMUNITY_A));
    (void)run();
    cr_assert_eq(take_silent(BASE_ETIMEOUT), 1);
    open_scan();
    support_wire.count = 2; /* what the other has sent: the first attempt and the second */
    add(0, WAY(COMMUNITY_A));
    flush(NOW_US);
    cr_assert_eq(id_of(2), id_of(0));
    answer(1);
    cr_assert_not(engine_scan_has_heard(engine));
    answer(0);
    expect_heard(0, COMMUNITY_A);
    engine_free(ahead);
}

Test(engine_scan, an_answer_after_the_end_is_nobodys)
{
    add(0, WAY(COMMUNITY_A));
    (void)run();
    cr_assert_eq(take_silent(BASE_ETIMEOUT), 1);
    answer(0);
    add(0, WAY(COMMUNITY_A));
    flush(NOW_US);
    answer(0);
    cr_assert_not(engine_scan_has_heard(engine));
    cr_assert_eq(engine_counters(engine)->wrong_id, 2);
}

Test(engine_scan, an_icmp_error_ends_the_host_that_it_quotes)
{
    union wire_address stranger = address(1);
    add(0, WAY(COMMUNITY_A));
    flush(NOW_US);
    struct bytes quoted = bytes_of(support_wire.sent[0].data, 28);
    engine_unreachable(engine, &stranger, quoted, NOW_US);
    cr_assert_eq(take_silent(0), 0);
    engine_unreachable(engine, &support_wire.sent[0].to, quoted, NOW_US);
    cr_assert_eq(take_silent(BASE_EUNREACHABLE), 1);
    cr_assert_eq(run(), 0);
    cr_assert_eq(support_wire.count, 1);
}

Test(engine_scan, who_was_heard_is_told_even_when_the_rest_is_canceled)
{
    for (uint32_t i = 0; i < 70; i++) {
        add(i, WAY(COMMUNITY_A));
    }
    flush(NOW_US);
    answer(3);
    engine_scan_cancel(engine);
    cr_assert_eq(take_silent(BASE_ECANCELED), 69);
    engine_verify(engine);
    expect_heard(3, COMMUNITY_A);
    cr_assert_eq(engine_scan_busy(engine), 0);
}
