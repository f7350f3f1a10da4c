/* What an engine leaves in the memory that it gives back. */
#include <malloc.h>

#include <criterion/criterion.h>

#include "tests/unit/support_free.h"
#include "tests/unit/support_wire.h"

#define PLANTED "zqCommunityHeron"

static bool is_watching;
static unsigned left_behind;

#if !defined(HAS_OWN_FREE)
void free(void *memory)
{
    if (is_watching && memory != NULL &&
        memmem(memory, malloc_usable_size(memory), PLANTED, sizeof(PLANTED) - 1) != NULL) {
        left_behind++;
    }
    __libc_free(memory);
}
#endif

static void on_end(void *argument, const struct engine_reply *reply)
{
    (void)argument;
    (void)reply;
}

/* Of requests that ended and of those that did not. */
Test(engine_memory, holds_no_community_when_it_is_freed)
{
    static const struct bytes NAME = {(const uint8_t *)"\x2b\x06\x01\x02\x01\x01\x01\x00", 8};
    static struct engine_peer peers[8];
    static const struct pdu_request PDU = {
        .version = PDU_V2C,
        .pdu = GATE_GET,
        .community = {(const uint8_t *)PLANTED, sizeof(PLANTED) - 1},
        .names = &NAME,
        .count = 1};
    const struct engine_config config = {.max_inflight = 64,
                                         .per_device = 1,
                                         .sends_per_turn = 64,
                                         .initial_timeout_us = 1000000,
                                         .seed = 5};
    struct engine *engine = engine_new(&config, support_wire_open());
    cr_assert_not_null(engine);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(peers); i++) {
        peers[i].address.v4 = (struct sockaddr_in){
            .sin_family = AF_INET, .sin_port = htons(161), .sin_addr.s_addr = htonl(0x0a000001)};
        const struct engine_request request = {
            .peer = &peers[i], .pdu = &PDU, .max_varbinds = 1, .callback = on_end};
        cr_assert_eq(engine_submit(engine, &request, 0, NULL), 0);
    }
    engine_flush(engine, 0);
    engine_cancel_all(engine);
    engine_drain(engine);
    is_watching = true;
    engine_free(engine);
    is_watching = false;
    cr_assert_eq(left_behind, 0);
}
