#include "tests/scenario/support_forge.h"

/* A bit of a request-id, so that another one comes out. */
static int32_t another_bit(struct world *world)
{
    return (int32_t)(UINT32_C(1) << world_below(world, 30));
}

static void fill_with_noise(struct world *world, struct support_octets *out)
{
    for (size_t i = 0; i < out->size; i++) {
        out->data[i] = (uint8_t)world_below(world, 256);
    }
}

void forge_answer(struct world *world, uint32_t forgery, struct bytes question,
                  union wire_address *from, struct support_octets *out)
{
    static struct support_message message;
    static struct support_octets list;
    BASE_REQUIRE(support_message_read(question, &message));
    list.size = 0;
    support_put_varbind(&list, bytes_of("\x2b\x06\x01\x02\x01\x01\x01\x00", 8), 0x04,
                        bytes_from_text("forged"));
    message.pdu = 0xa2;
    message.status = 0;
    message.index = 0;
    if (forgery == WORLD_FORGE_ADDRESS) {
        *from = world_address(world_count(world) + 7);
    } else if (forgery == WORLD_FORGE_PORT) {
        from->v4.sin_port = htons(WORLD_PORT + 1); /* the same place in v6 */
    } else if (forgery == WORLD_FORGE_ID || forgery == WORLD_FORGE_ICMP) {
        message.id ^= another_bit(world);
    } else if (forgery == WORLD_FORGE_VERSION) {
        message.version ^= 1;
    } else if (forgery == WORLD_FORGE_COMMUNITY) {
        message.community = bytes_from_text("publid");
    } else if (forgery == WORLD_FORGE_PDU) {
        message.pdu = world_chance(world, 500) ? 0xa0 : 0xa8;
    }
    support_message_write(&message, bytes_of(list.data, list.size), out);
    if (forgery == WORLD_FORGE_CUT) {
        out->size = world_below(world, (uint32_t)out->size);
    } else if (forgery == WORLD_FORGE_GARBAGE) {
        fill_with_noise(world, out);
    }
}

void forge_damage(struct world *world, struct support_octets *answer)
{
    uint32_t size = (uint32_t)answer->size;
    uint32_t octets = 1 + world_below(world, 8);
    uint32_t kind = world_below(world, 6);
    if (kind == 0) { /* cut */
        answer->size = world_below(world, size + 1);
        return;
    }
    if (kind == 1) { /* longer than it says */
        for (uint32_t i = 0; i < octets; i++) {
            answer->data[answer->size++] = (uint8_t)world_below(world, 256);
        }
        return;
    }
    for (uint32_t i = 0; i < octets; i++) {
        if (kind == 2) { /* lengths of lengths, mostly */
            answer->data[1 + world_below(world, size / 8)] =
                (uint8_t)(0x80 + world_below(world, 6));
        } else {
            answer->data[world_below(world, size)] = (uint8_t)world_below(world, 256);
        }
    }
}
