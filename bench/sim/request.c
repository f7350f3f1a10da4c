#include "bench/sim/request.h"

#include "bench/sim/oid.h"

static bool is_question(const struct sim_request *request)
{
    switch (request->type) {
    case SIM_TAG_GET:
    case SIM_TAG_GETNEXT:
    case SIM_TAG_SET:
        return true;
    case SIM_TAG_GETBULK:
        return request->version != 0;
    default:
        return false;
    }
}

enum sim_refusal sim_request_head(struct sim_request *request, const uint8_t *bytes, size_t n)
{
    struct sim_ber in = {bytes, bytes + n};
    struct sim_ber message;
    struct sim_ber community;
    int32_t number;

    if (!sim_ber_take_tag(&in, SIM_TAG_SEQUENCE, &message) || sim_ber_left(&in) != 0 ||
        !sim_ber_take_int(&message, &number)) {
        return SIM_REFUSAL_MALFORMED;
    }
    request->version = number == 0 || number == 1 || number == (int32_t)SIM_VERSION_3
                           ? (uint8_t)number
                           : UINT8_MAX;
    request->envelope = 0;
    if (request->version > 1) {
        return SIM_REFUSAL_VERSION;
    }
    if (!sim_ber_take_tag(&message, SIM_TAG_OCTETS, &community) ||
        sim_ber_left(&community) > SIM_COMMUNITY_MAX) {
        return SIM_REFUSAL_MALFORMED;
    }
    request->community = (struct sim_slice){community.at, sim_ber_left(&community)};
    return sim_request_pdu(request, &message);
}

enum sim_refusal sim_request_pdu(struct sim_request *request, struct sim_ber *in)
{
    struct sim_ber pdu;
    int32_t number;

    if (!sim_ber_take(in, &request->type, &pdu) || sim_ber_left(in) != 0) {
        return SIM_REFUSAL_MALFORMED;
    }
    if (!is_question(request)) {
        return SIM_REFUSAL_TYPE;
    }
    request->id.bytes = pdu.at;
    if (!sim_ber_take_int(&pdu, &number)) {
        return SIM_REFUSAL_MALFORMED;
    }
    request->id.length = (size_t)(pdu.at - request->id.bytes);
    request->tail = (struct sim_slice){pdu.at, sim_ber_left(&pdu)};
    return SIM_REFUSAL_NONE;
}

void sim_request_disguise(struct sim_request *request)
{
    request->version = 1;
    request->community = (struct sim_slice){(const uint8_t *)"", 0};
}

bool sim_request_names(struct sim_request *request)
{
    struct sim_ber in = {request->tail.bytes, request->tail.bytes + request->tail.length};
    struct sim_ber list;

    request->count = 0;
    if (!sim_ber_take_int(&in, &request->non_repeaters) ||
        !sim_ber_take_int(&in, &request->max_repetitions)) {
        return false;
    }
    if (!sim_ber_take_tag(&in, SIM_TAG_SEQUENCE, &list) || sim_ber_left(&in) != 0) {
        return false;
    }
    request->list = (struct sim_slice){list.at, sim_ber_left(&list)};
    while (sim_ber_left(&list) > 0) {
        struct sim_ber varbind;
        struct sim_ber name;
        struct sim_ber value;
        uint8_t tag;

        if (request->count == SIM_NAMES_MAX ||
            !sim_ber_take_tag(&list, SIM_TAG_SEQUENCE, &varbind) ||
            !sim_ber_take_tag(&varbind, SIM_TAG_OID, &name) ||
            !sim_ber_take(&varbind, &tag, &value) || sim_ber_left(&varbind) != 0 ||
            !sim_oid_is_valid(name.at, sim_ber_left(&name))) {
            return false;
        }
        request->names[request->count++] = (struct sim_slice){name.at, sim_ber_left(&name)};
    }
    return true;
}

bool sim_request_asks_for_trouble(const struct sim_request *request)
{
    static const uint8_t root[] = {0x2b, 6, 1, 2, 1, 43};

    for (size_t i = 0; i < request->count; i++) {
        const struct sim_slice *name = &request->names[i];

        if (name->length > sizeof(root) && memcmp(name->bytes, root, sizeof(root)) == 0 &&
            (name->bytes[sizeof(root)] == 11 || name->bytes[sizeof(root)] == 18)) {
            return true;
        }
    }
    return false;
}

size_t sim_request_overhead(const struct sim_request *request)
{
    /* Message, version, community, PDU, id, two numbers of up to four bytes, list. */
    size_t outside = request->version == SIM_VERSION_3 ? request->envelope
                                                       : 4 + 3 + 3 + request->community.length;

    return outside + 4 + request->id.length + 6 + 6 + 4;
}

void sim_request_wrap(const struct sim_request *request, int32_t error, int32_t index,
                      uint8_t *body, size_t length, struct sim_slice *message)
{
    uint8_t head[32];
    uint8_t *end = body + length;
    uint8_t *at = sim_ber_wrap(body, SIM_TAG_SEQUENCE, length);
    size_t n;

    n = (size_t)(sim_ber_put_int(sim_ber_put_int(head, SIM_TAG_INTEGER, error), SIM_TAG_INTEGER,
                                 index) -
                 head);
    at -= n;
    memcpy(at, head, n);
    at -= request->id.length;
    memcpy(at, request->id.bytes, request->id.length);
    at = sim_ber_wrap(at, SIM_TAG_RESPONSE, (size_t)(end - at));
    if (request->version == SIM_VERSION_3) {
        *message = (struct sim_slice){at, (size_t)(end - at)};
        return;
    }
    at -= request->community.length;
    memcpy(at, request->community.bytes, request->community.length);
    at = sim_ber_wrap(at, SIM_TAG_OCTETS, request->community.length);
    at -= 3;
    memcpy(at, (const uint8_t[]){SIM_TAG_INTEGER, 1, request->version}, 3);
    at = sim_ber_wrap(at, SIM_TAG_SEQUENCE, (size_t)(end - at));
    *message = (struct sim_slice){at, (size_t)(end - at)};
}
