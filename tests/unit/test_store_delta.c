#include <stdlib.h>

#include <criterion/criterion.h>

#include "store/delta.h"

TestSuite(store_delta, .timeout = 60);

static uint8_t delta[70000];
static uint8_t back[70000];

/* Returns: octets of the delta. */
static size_t round_trip(struct bytes base, struct bytes value)
{
    size_t told = 0;
    size_t size = delta_put(base, value, delta, sizeof(delta));
    cr_assert_gt(size, 0);
    cr_assert_eq(delta_size(bytes_of(delta, size), &told), 0);
    cr_assert_eq(told, value.size);
    cr_assert_eq(delta_get(base, bytes_of(delta, size), back), 0);
    cr_assert(bytes_equal(bytes_of(back, told), value));
    return size;
}

Test(store_delta, what_is_the_same_takes_next_to_nothing)
{
    struct bytes text = bytes_from_text("a text of some octets that is the same in both of them");
    cr_assert_leq(round_trip(text, text), 6);
    round_trip(text, (struct bytes){0});
    round_trip((struct bytes){0}, text);
    round_trip((struct bytes){0}, (struct bytes){0});
}

Test(store_delta, what_differs_stands_in_it)
{
    struct bytes base = bytes_from_text("model X; serial ABC123456; place: first floor, left; end");
    cr_assert_leq(round_trip(base, bytes_from_text("model X; serial XYZ987654; place: first floor, "
                                                   "left; end")),
                  24);
    cr_assert_leq(round_trip(base, bytes_from_text("model X; serial Z; place: first floor, left; "
                                                   "end")),
                  16);
    cr_assert_leq(round_trip(base, bytes_from_text("model X; serial ABC123456; and something more; "
                                                   "place: first floor, left; end")),
                  36);
}

Test(store_delta, any_two_values_come_back)
{
    static uint8_t base[5000];
    static uint8_t value[6000];
    srand(99);
    for (int round = 0; round < 3000; round++) {
        size_t base_size = (size_t)rand() % sizeof(base);
        size_t size = 0;
        size_t at = 0;
        for (size_t i = 0; i < base_size; i++) {
            base[i] = (uint8_t)(rand() % (round % 3 == 0 ? 2 : 256));
        }
        while (at < base_size && size < 5000) { /* copies, with changes here and there */
            size_t run = 1 + (size_t)rand() % 200;
            run = run < base_size - at ? run : base_size - at;
            run = run < 5000 - size ? run : 5000 - size;
            memcpy(value + size, base + at, run);
            size += run;
            at += run;
            for (int extra = rand() % 20; extra > 0; extra--) {
                value[size++] = (uint8_t)rand();
            }
            at += (size_t)rand() % 20;
        }
        round_trip(bytes_of(base, base_size), bytes_of(value, size));
    }
}

Test(store_delta, one_that_has_no_room_is_none)
{
    static uint8_t noise[2][1000];
    for (size_t i = 0; i < sizeof(noise); i++) {
        ((uint8_t *)noise)[i] = (uint8_t)(rand() >> 3);
    }
    cr_assert_eq(delta_put(bytes_of(noise[0], 1000), bytes_of(noise[1], 1000), delta, 500), 0);
    cr_assert_eq(delta_put(bytes_of(noise[0], 1000), bytes_of(noise[0], 1000), delta, 5), 0);
}

Test(store_delta, any_octets_are_read_without_harm)
{
    uint8_t base[64] = "some octets to copy from";
    uint8_t octets[40];
    srand(7);
    for (int round = 0; round < 200000; round++) {
        size_t told = 0;
        size_t size = (size_t)rand() % sizeof(octets);
        for (size_t i = 0; i < size; i++) {
            octets[i] = (uint8_t)(rand() % 4 == 0 ? rand() : rand() % 20);
        }
        if (delta_size(bytes_of(octets, size), &told) == 0 && told <= 4096) {
            uint8_t *out = malloc(told + 1); /* so that a sanitizer sees what is behind it */
            cr_assert_not_null(out);
            int rc = delta_get(bytes_of(base, sizeof(base)), bytes_of(octets, size), out);
            cr_assert(rc == 0 || rc == BASE_EFORMAT);
            free(out);
        }
    }
}

/* `skip` octets of the base are replaced by `put` others. */
static void expect_found(size_t place, size_t skip, size_t put)
{
    uint8_t base[300];
    uint8_t value[400];
    for (size_t i = 0; i < sizeof(base); i++) {
        base[i] = (uint8_t)(i * i * 7 + i);
        value[i] = base[i];
    }
    size_t rest = sizeof(base) - place - skip;
    memset(value + place, 0xA5, put);
    memcpy(value + place + put, base + place + skip, rest);
    struct bytes changed = bytes_of(value, place + put + rest);
    size_t size = round_trip(bytes_of(base, sizeof(base)), changed);
    cr_assert_leq(size, 24 + put + 2, "%zu for %zu at %zu: %zu", put, skip, place, size);
}

Test(store_delta, what_agrees_again_is_found_wherever_it_stands)
{
    for (size_t place = 0; place < 170; place++) {
        for (size_t count = 1; count <= 32; count++) {
            expect_found(place, count, count);
        }
        for (size_t skip = 0; skip <= 16; skip++) {
            for (size_t put = 0; put <= 16; put++) {
                expect_found(place, skip, put);
            }
        }
    }
}
