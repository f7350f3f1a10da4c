#include "bench/sim/ber.h"

bool sim_ber_take(struct sim_ber *in, uint8_t *tag, struct sim_ber *content)
{
    const uint8_t *at = in->at;
    size_t left = sim_ber_left(in);
    size_t length;

    if (left < 2 || (at[0] & 0x1f) == 0x1f) {
        return false;
    }
    length = at[1];
    if (length >= 0x80) {
        size_t octets = length & 0x7f;

        if (octets == 0 || octets > 3 || left < 2 + octets) {
            return false;
        }
        length = 0;
        for (size_t i = 0; i < octets; i++) {
            length = length << 8 | at[2 + i];
        }
        at += octets;
        left -= octets;
    }
    if (length > left - 2) {
        return false;
    }
    *tag = in->at[0];
    content->at = at + 2;
    content->end = at + 2 + length;
    in->at = content->end;
    return true;
}

bool sim_ber_take_tag(struct sim_ber *in, uint8_t tag, struct sim_ber *content)
{
    struct sim_ber rest = *in;
    struct sim_ber inner;
    uint8_t found;

    if (!sim_ber_take(&rest, &found, &inner) || found != tag) {
        return false;
    }
    *in = rest;
    *content = inner;
    return true;
}

bool sim_ber_take_int(struct sim_ber *in, int32_t *value)
{
    struct sim_ber rest = *in;
    struct sim_ber content;
    uint32_t bits;

    if (!sim_ber_take_tag(&rest, SIM_TAG_INTEGER, &content) || sim_ber_left(&content) < 1 ||
        sim_ber_left(&content) > 4) {
        return false;
    }
    bits = (content.at[0] & 0x80) != 0 ? UINT32_MAX : 0;
    for (const uint8_t *p = content.at; p < content.end; p++) {
        bits = bits << 8 | *p;
    }
    *in = rest;
    *value = (int32_t)bits;
    return true;
}
