#include <criterion/criterion.h>

#include "core/fleet/learned.h"

#define NOW_MS  INT64_C(1800000000000)
#define HOUR_MS (INT64_C(3600) * 1000)
#define MINUTE  6000u /* of TimeTicks */
#define HOUR    (60 * MINUTE)

static struct learned learned;
static uint8_t encoded[LEARNED_BYTES];

/* A value in every field, none like another. */
static void fill(void)
{
    learned_init(&learned);
    learned.is_known = true;
    learned.is_printer = true;
    learned.is_bulk_broken = true;
    learned.snmp_version = 1;
    learned.uptime_known = 1;
    learned.reply_bytes = 1234;
    learned.rto = (struct rto){.srtt_us = 0x11223344, .rttvar_us = 0x55667788};
    learned.breaker = (struct breaker){.strikes = 9, .open_until_unix_ms = NOW_MS + 1};
    learned.config_changes = INT64_C(0x123456789);
    learned.uptime_ticks = 0xfedcba98;
    learned.polled_at_unix_ms = NOW_MS + 2;
    learned.full_at_unix_ms = NOW_MS + 3;
    learned.shape = 0xdeadbeef;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(learned.rows); i++) {
        learned.rows[i] = (uint8_t)(200 + i);
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(learned.absent); i++) {
        learned.absent[i] = (uint8_t)(3 * i + 1);
    }
    learned.credential = 0xcafef00d;
    learned.is_doubted = true;
    learned.is_jetdirect = true;
    learned.engine = (struct usm_engine_id){.size = USM_ENGINE_ID_MAX};
    for (size_t i = 0; i < USM_ENGINE_ID_MAX; i++) {
        learned.engine.octets[i] = (uint8_t)(0x80 + i);
    }
    learned.engine_boots = 0x7ffffffe;
    learned.engine_time_s = 0x7ffffffd;
    learned.engine_at_unix_ms = NOW_MS + 4;
    learned.engine_max_size = 0x01020304;
    learned.rediscovered_at_unix_ms = NOW_MS + 5;
    memcpy(learned.places, "port2\0.3", 9);
    learned.limits =
        (struct learned_limits){.no_bulk = true, .repetitions = 10, .varbinds = 20, .version = 1};
}

static void assert_same(const struct learned *a, const struct learned *b)
{
    cr_assert_eq(a->is_known, b->is_known);
    cr_assert_eq(a->is_printer, b->is_printer);
    cr_assert_eq(a->is_bulk_broken, b->is_bulk_broken);
    cr_assert_eq(a->snmp_version, b->snmp_version);
    cr_assert_eq(a->uptime_known, b->uptime_known);
    cr_assert_eq(a->reply_bytes, b->reply_bytes);
    cr_assert_eq(a->rto.srtt_us, b->rto.srtt_us);
    cr_assert_eq(a->rto.rttvar_us, b->rto.rttvar_us);
    cr_assert_eq(a->breaker.strikes, b->breaker.strikes);
    cr_assert_eq(a->breaker.open_until_unix_ms, b->breaker.open_until_unix_ms);
    cr_assert_eq(a->config_changes, b->config_changes);
    cr_assert_eq(a->uptime_ticks, b->uptime_ticks);
    cr_assert_eq(a->polled_at_unix_ms, b->polled_at_unix_ms);
    cr_assert_eq(a->full_at_unix_ms, b->full_at_unix_ms);
    cr_assert_eq(a->shape, b->shape);
    cr_assert_eq(memcmp(a->rows, b->rows, sizeof(a->rows)), 0);
    cr_assert_eq(memcmp(a->absent, b->absent, sizeof(a->absent)), 0);
    cr_assert_eq(a->credential, b->credential);
    cr_assert_eq(a->is_doubted, b->is_doubted);
    cr_assert_eq(a->is_jetdirect, b->is_jetdirect);
    cr_assert_eq(a->engine.size, b->engine.size);
    cr_assert_eq(memcmp(a->engine.octets, b->engine.octets, USM_ENGINE_ID_MAX), 0);
    cr_assert_eq(a->engine_boots, b->engine_boots);
    cr_assert_eq(a->engine_time_s, b->engine_time_s);
    cr_assert_eq(a->engine_at_unix_ms, b->engine_at_unix_ms);
    cr_assert_eq(a->engine_max_size, b->engine_max_size);
    cr_assert_eq(a->rediscovered_at_unix_ms, b->rediscovered_at_unix_ms);
    cr_assert_eq(memcmp(a->places, b->places, sizeof(a->places)), 0);
    cr_assert_eq(memcmp(&a->limits, &b->limits, sizeof(a->limits)), 0);
}

Test(learned, every_field_survives_its_encoding)
{
    struct learned back;
    fill();
    learned_encode(&learned, encoded);
    memset(&back, 0xaa, sizeof(back));
    cr_assert_eq(learned_decode(bytes_of(encoded, sizeof(encoded)), &back), 0);
    assert_same(&learned, &back);
}

Test(learned, a_new_device_survives_its_encoding)
{
    struct learned back;
    learned_init(&learned);
    cr_assert_not(learned.is_known);
    cr_assert_eq(learned.snmp_version, LEARNED_NO_VERSION);
    cr_assert_eq(learned.config_changes, -1);
    learned_encode(&learned, encoded);
    cr_assert_eq(learned_decode(bytes_of(encoded, sizeof(encoded)), &back), 0);
    assert_same(&learned, &back);
}

Test(learned, zeros_at_the_end_of_an_encoding_are_left_out)
{
    struct learned back;
    fill();
    learned.engine = (struct usm_engine_id){0};
    learned.engine_boots = 0;
    learned.engine_time_s = 0;
    learned.engine_at_unix_ms = 0;
    learned.engine_max_size = 0;
    learned.profile = 0;
    memset(learned.private_rows, 0, sizeof(learned.private_rows));
    learned.is_private_apart = false;
    learned.rediscovered_at_unix_ms = 0;
    memset(learned.places, 0, sizeof(learned.places));
    learned.limits = (struct learned_limits){0};
    size_t size = learned_encode(&learned, encoded);
    cr_assert_leq(size, LEARNED_BYTES_1 + 16);
    cr_assert_eq(learned_decode(bytes_of(encoded, size), &back), 0);
    assert_same(&learned, &back);
}

Test(learned, what_is_no_encoding_is_refused_and_changes_nothing)
{
    struct learned back;
    struct learned before;
    fill();
    learned_encode(&learned, encoded);
    memset(&back, 0x55, sizeof(back));
    before = back;
    cr_assert_eq(learned_decode(bytes_of(NULL, 0), &back), BASE_EFORMAT);
    for (size_t size = 1; size < sizeof(encoded); size += size % 16 == 15 ? 2 : 1) {
        cr_assert_eq(learned_decode(bytes_of(encoded, size), &back), BASE_EFORMAT);
    }
    uint8_t longer[LEARNED_BYTES + 16] = {LEARNED_VERSION};
    cr_assert_eq(learned_decode(bytes_of(longer, sizeof(longer)), &back), BASE_EFORMAT);
    encoded[0]++;
    cr_assert_eq(learned_decode(bytes_of(encoded, sizeof(encoded)), &back), BASE_EVERSION);
    cr_assert_eq(learned_decode(bytes_of(encoded, 1), &back), BASE_EVERSION);
    cr_assert_eq(memcmp(&back, &before, sizeof(back)), 0);
}

/* Fills all fields and reads them as an earlier version, of `size` octets, would have kept them. */
static struct learned kept_by(uint8_t version, size_t size)
{
    struct learned back;
    struct learned longer;
    fill();
    learned_encode(&learned, encoded);
    encoded[0] = version;
    memset(&back, 0xaa, sizeof(back));
    cr_assert_eq(learned_decode(bytes_of(encoded, size), &back), 0);
    cr_assert_eq(learned_decode(bytes_of(encoded, LEARNED_BYTES), &longer), BASE_EFORMAT);
    return back;
}

static void forget_what_is_newer_than_3(void)
{
    learned.rediscovered_at_unix_ms = 0;
    memset(learned.places, 0, sizeof(learned.places));
    learned.limits = (struct learned_limits){0};
}

Test(learned, the_encoding_of_version_1_still_says_what_it_said)
{
    struct learned back = kept_by(1, LEARNED_BYTES_1);
    struct learned fresh;
    learned_init(&fresh);
    forget_what_is_newer_than_3();
    learned.credential = 0;
    learned.is_doubted = false;
    learned.is_jetdirect = false;
    learned.engine = fresh.engine;
    learned.engine_boots = 0;
    learned.engine_time_s = 0;
    learned.engine_at_unix_ms = 0;
    learned.engine_max_size = 0;
    assert_same(&learned, &back);
}

Test(learned, the_encoding_of_version_2_still_says_what_it_said)
{
    struct learned back = kept_by(2, LEARNED_BYTES_2);
    forget_what_is_newer_than_3();
    assert_same(&learned, &back);
    cr_expect_eq(back.profile, 0);
}

Test(learned, the_encoding_of_version_3_still_says_what_it_said)
{
    struct learned back = kept_by(3, LEARNED_BYTES_3);
    forget_what_is_newer_than_3();
    assert_same(&learned, &back);
}

Test(learned, an_engine_id_that_is_too_long_is_none)
{
    struct learned back;
    fill();
    learned.engine.size = USM_ENGINE_ID_MAX + 1;
    learned_encode(&learned, encoded);
    cr_assert_eq(learned_decode(bytes_of(encoded, sizeof(encoded)), &back), 0);
    cr_assert_eq(back.engine.size, 0);
}

Test(learned, any_octets_decode_to_something_harmless)
{
    struct learned back;
    memset(encoded, 0xff, sizeof(encoded));
    encoded[0] = LEARNED_VERSION;
    cr_assert_eq(learned_decode(bytes_of(encoded, sizeof(encoded)), &back), 0);
    cr_assert(back.is_known);
    cr_assert_eq(back.breaker.strikes, UINT8_MAX);
    cr_assert_not(breaker_is_open(&back.breaker, NOW_MS));
}

Test(learned, absent_objects_are_bits_by_id)
{
    learned_init(&learned);
    learned.absent[2] = 0x08;
    cr_assert(learned_is_absent(&learned, 19));
    cr_assert_not(learned_is_absent(&learned, 18));
    cr_assert_not(learned_is_absent(&learned, 20));
    cr_assert_not(learned_is_absent(&learned, OBJECT_ID_LIMIT - 1));
}

/* Polled an hour ago, up for `before` then and for `now` now. */
static bool has_restarted(uint32_t before, uint32_t now)
{
    learned_init(&learned);
    learned.uptime_known = 1;
    learned.uptime_ticks = before;
    learned.polled_at_unix_ms = NOW_MS - HOUR_MS;
    return learned_has_restarted(&learned, now, NOW_MS);
}

Test(learned, an_uptime_that_grew_with_the_time_is_no_restart)
{
    cr_assert_not(has_restarted(0, HOUR));
    cr_assert_not(has_restarted(100 * HOUR, 101 * HOUR));
    cr_assert_not(has_restarted(100 * HOUR, 101 * HOUR + MINUTE));
    cr_assert_not(has_restarted(100 * HOUR, 101 * HOUR - MINUTE));
}

Test(learned, an_uptime_that_fell_is_a_restart)
{
    cr_assert(has_restarted(100 * HOUR, 0));
    cr_assert(has_restarted(100 * HOUR, 30 * MINUTE));
    cr_assert(has_restarted(100 * HOUR, 99 * HOUR));
}

Test(learned, an_uptime_shorter_than_the_time_since_the_poll_is_a_restart)
{
    cr_assert(has_restarted(10 * MINUTE, 50 * MINUTE));
    cr_assert(has_restarted(59 * MINUTE, 59 * MINUTE));
}

Test(learned, an_uptime_that_jumped_ahead_is_that_of_another_device)
{
    cr_assert(has_restarted(HOUR, 5 * HOUR));
    cr_assert(has_restarted(HOUR, 3000 * HOUR));
}

Test(learned, a_clock_that_stood_still_in_sleep_is_no_restart)
{
    cr_assert_not(has_restarted(100 * HOUR, 100 * HOUR));
    cr_assert_not(has_restarted(100 * HOUR, 100 * HOUR + 20 * MINUTE));
}

Test(learned, an_uptime_that_wraps_is_no_restart)
{
    cr_assert_not(has_restarted(UINT32_MAX - 20 * MINUTE, 40 * MINUTE));
    cr_assert_not(has_restarted(UINT32_MAX, HOUR));
    cr_assert(has_restarted(UINT32_MAX - 2 * HOUR, 40 * MINUTE));
}

Test(learned, an_uptime_that_is_not_counted_is_no_restart)
{
    cr_assert_not(has_restarted(0, 0));
}

Test(learned, without_an_earlier_uptime_there_is_no_restart)
{
    learned_init(&learned);
    cr_assert_not(learned_has_restarted(&learned, 0, NOW_MS));
    cr_assert_not(learned_has_restarted(&learned, 5, NOW_MS));
}

Test(learned, our_own_clock_set_back_is_no_restart_of_the_device)
{
    learned_init(&learned);
    learned.uptime_known = 1;
    learned.uptime_ticks = 100 * HOUR;
    learned.polled_at_unix_ms = NOW_MS + HOUR_MS;
    cr_assert_not(learned_has_restarted(&learned, 100 * HOUR + MINUTE / 2, NOW_MS));
}
