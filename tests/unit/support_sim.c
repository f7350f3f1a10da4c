#include "tests/unit/support_sim.h"

#include <string.h>

#include <criterion/criterion.h>

#include "bench/sim/oid.h"
#include "bench/sim/options.h"
#include "proto/oid.h"

void support_sim_open(struct sim_fleet *fleet, const char *models, uint32_t count)
{
    struct sim_options options;
    char error[2000];
    char program[] = "platen-sim";
    char *arguments[] = {program, NULL};

    cr_assert_eq(sim_options_parse(&options, 1, arguments, error, sizeof(error)), 0, "%s", error);
    options.models = models;
    options.device_count = count;
    cr_assert_eq(sim_fleet_open(fleet, &options, error, sizeof(error)), 0, "%s", error);
}

size_t support_sim_encode(const struct support_sim_question *question, uint8_t *out)
{
    uint8_t list[4000];
    uint8_t pdu[4100];
    uint8_t message[4200];
    uint8_t *at = list;
    uint8_t *end;

    for (size_t i = 0; i < question->count; i++) {
        uint8_t name[SIM_OID_BYTES_MAX];
        uint8_t varbind[SIM_OID_BYTES_MAX + 16];
        size_t n;

        cr_assert_eq(sim_oid_parse(question->names[i], strlen(question->names[i]), name, &n), 0);
        end = sim_ber_put_bytes(varbind, SIM_TAG_OID, name, n);
        end = sim_ber_put_bytes(end, SIM_TAG_NULL, NULL, 0);
        at = sim_ber_put_bytes(at, SIM_TAG_SEQUENCE, varbind, (size_t)(end - varbind));
    }
    end = sim_ber_put_int(pdu, SIM_TAG_INTEGER, 0x1234);
    end = sim_ber_put_int(end, SIM_TAG_INTEGER, question->first);
    end = sim_ber_put_int(end, SIM_TAG_INTEGER, question->second);
    end = sim_ber_put_bytes(end, SIM_TAG_SEQUENCE, list, (size_t)(at - list));
    at = sim_ber_put_int(message, SIM_TAG_INTEGER, question->version);
    at = sim_ber_put_bytes(at, SIM_TAG_OCTETS, "public", 6);
    at = sim_ber_put_bytes(at, question->type, pdu, (size_t)(end - pdu));
    end = sim_ber_put_bytes(out, SIM_TAG_SEQUENCE, message, (size_t)(at - message));
    return (size_t)(end - out);
}

void support_sim_decode(struct sim_slice message, struct support_sim_answer *answer)
{
    struct sim_ber in = {message.bytes, message.bytes + message.length};
    struct sim_ber content;
    struct sim_ber pdu;
    struct sim_ber list;

    answer->size = message.length;
    answer->count = 0;
    cr_assert(sim_ber_take_tag(&in, SIM_TAG_SEQUENCE, &content));
    cr_assert_eq(sim_ber_left(&in), 0);
    cr_assert(sim_ber_take_int(&content, &answer->version));
    cr_assert(sim_ber_take_tag(&content, SIM_TAG_OCTETS, &pdu));
    cr_assert_eq(sim_ber_left(&pdu), 6);
    cr_assert(sim_ber_take(&content, &answer->type, &pdu));
    cr_assert_eq(sim_ber_left(&content), 0);
    cr_assert(sim_ber_take_int(&pdu, &answer->id));
    cr_assert(sim_ber_take_int(&pdu, &answer->error));
    cr_assert(sim_ber_take_int(&pdu, &answer->index));
    cr_assert(sim_ber_take_tag(&pdu, SIM_TAG_SEQUENCE, &list));
    cr_assert_eq(sim_ber_left(&pdu), 0);
    while (sim_ber_left(&list) > 0) {
        struct support_sim_varbind *varbind = &answer->varbinds[answer->count++];
        struct sim_ber both;
        struct sim_ber name;
        struct sim_ber value;

        cr_assert_leq(answer->count, SUPPORT_SIM_VARBINDS_MAX);
        cr_assert(sim_ber_take_tag(&list, SIM_TAG_SEQUENCE, &both));
        cr_assert(sim_ber_take_tag(&both, SIM_TAG_OID, &name));
        cr_assert(sim_ber_take(&both, &varbind->tag, &value));
        cr_assert_eq(sim_ber_left(&both), 0);
        cr_assert(sim_oid_is_valid(name.at, sim_ber_left(&name)));
        cr_assert_eq(oid_to_text(bytes_of(name.at, sim_ber_left(&name)), varbind->name,
                                 sizeof(varbind->name)),
                     0);
        varbind->value = (struct sim_slice){value.at, sim_ber_left(&value)};
    }
}

struct support_sim_answer *support_sim_ask(const struct sim_fleet *fleet, uint32_t number,
                                           uint64_t now_ms, size_t reply_max, unsigned flaws,
                                           const struct support_sim_question *question)
{
    static struct support_sim_answer answer;
    static struct sim_request request;
    static struct sim_plan plan;
    static uint8_t bytes[5000];
    static uint8_t buffer[SIM_ANSWER_BYTES(65000)];
    struct sim_identity identity;
    struct sim_view view;
    struct sim_slice message;
    size_t n = support_sim_encode(question, bytes);

    cr_assert_eq(sim_request_head(&request, bytes, n), SIM_REFUSAL_NONE);
    cr_assert(sim_request_names(&request));
    sim_fleet_identify(fleet, number, &identity);
    sim_device_view(&view, &identity, now_ms, 0);
    sim_agent_plan(&identity.model->mib, &view, &request, reply_max, flaws, &plan);
    (void)sim_agent_write(&view, &request, &plan, flaws, (struct sim_room){buffer, reply_max},
                          &message);
    cr_assert_leq(message.length, reply_max);
    support_sim_decode(message, &answer);
    cr_assert_eq(answer.id, 0x1234);
    cr_assert_eq(answer.type, SIM_TAG_RESPONSE);
    cr_assert_eq(answer.version, question->version);
    return &answer;
}

int64_t support_sim_number(const struct support_sim_varbind *varbind)
{
    int64_t number = varbind->value.length > 0 && (varbind->value.bytes[0] & 0x80) != 0 ? -1 : 0;

    for (size_t i = 0; i < varbind->value.length; i++) {
        number = (int64_t)((uint64_t)number << 8 | varbind->value.bytes[i]);
    }
    return number;
}
