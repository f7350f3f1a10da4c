#include "tests/scenario/support_v3.h"

#include <stdlib.h>

#include <criterion/criterion.h>

#define LATE_S 200

static struct sim_usm_question question;
static uint8_t buffer[SIM_USM_ROOM + SUPPORT_MESSAGE_MAX + SIM_USM_TAIL];

static size_t put_slice(struct support_octets *out, struct sim_slice slice)
{
    out->size = 0;
    support_put(out, slice.bytes, slice.length);
    return out->size;
}

static size_t put_report(struct v3_agent *agent, enum sim_usm_verdict verdict,
                         struct support_octets *out)
{
    struct sim_slice message = {NULL, 0};
    sim_usm_report(agent->usm, &agent->engine, &question, verdict, buffer, &message);
    return put_slice(out, message);
}

/* A Report that anybody could have sent. */
static size_t put_plain_report(struct v3_agent *agent, enum sim_usm_verdict verdict,
                               struct support_octets *out)
{
    struct sim_usm_envelope envelope;
    struct sim_slice message;
    uint8_t *pdu = buffer + SIM_USM_ROOM;
    size_t length = sim_usm_put_report(verdict, 1, 0, pdu);
    sim_usm_address(&agent->engine, &question, &envelope);
    envelope.level = SIM_USM_NO_AUTH;
    sim_usm_wrap(agent->usm, &envelope, pdu, length, &message);
    return put_slice(out, message);
}

/* An authentic notInTimeWindows, whatever the question's clock. */
static size_t put_window_report(struct v3_agent *agent, struct support_octets *out)
{
    struct sim_usm_envelope envelope;
    struct sim_slice message;
    uint8_t *pdu = buffer + SIM_USM_ROOM;
    size_t length = sim_usm_put_report(SIM_USM_NOT_IN_WINDOW, 1, 0, pdu);
    sim_usm_address(&agent->engine, &question, &envelope);
    envelope.level = SIM_USM_AUTH;
    sim_usm_wrap(agent->usm, &envelope, pdu, length, &message);
    return put_slice(out, message);
}

/* Asks the device's agent in a v2c message, and gives the PDU of its answer. */
static size_t ask_agent(struct world_device *device, int64_t now_us, uint8_t *pdu)
{
    static struct support_octets message;
    static struct support_octets answer;
    struct bytes community = device->agent.community;
    size_t inner = 3 + 2 + community.size + question.pdu.length;
    message.size = 0;
    support_put_header(&message, 0x30, inner);
    support_put(&message, "\x02\x01\x01", 3);
    support_put_header(&message, 0x04, community.size);
    support_put(&message, community.data, community.size);
    support_put(&message, question.pdu.bytes, question.pdu.length);
    if (agent_answer(&device->agent, bytes_of(message.data, message.size), now_us, &answer) == 0) {
        return 0;
    }
    size_t head = answer.data[1] < 0x80 ? 2 : 2 + (answer.data[1] & 0x7fu);
    head += 3 + 2 + community.size;
    memcpy(pdu, answer.data + head, answer.size - head);
    return answer.size - head;
}

static void bend(struct v3_agent *agent, struct sim_usm_envelope *envelope)
{
    static uint8_t other[SIM_USM_ENGINE_MAX];
    memcpy(other, agent->engine.id, agent->engine.id_length);
    other[agent->engine.id_length - 1] ^= 0xff;
    struct sim_slice other_id = {other, agent->engine.id_length};
    switch (agent->flaw) {
    case V3_FLIPPED_TAG:
        envelope->bends |= SIM_USM_BEND_TAG;
        break;
    case V3_SHORT_TAG:
        envelope->bends |= SIM_USM_BEND_SHORT;
        break;
    case V3_WRONG_KEY:
        envelope->key = sim_usm_user_key(agent->usm, question.user, other_id);
        break;
    case V3_LOWER_LEVEL:
        envelope->level = SIM_USM_NO_AUTH;
        break;
    case V3_WRONG_MSG_ID:
        envelope->msg_id ^= 1;
        break;
    case V3_WRONG_USER:
        envelope->user = (struct sim_slice){(const uint8_t *)"somebody", 8};
        break;
    case V3_OTHER_ENGINE:
        envelope->engine = other_id;
        envelope->key = sim_usm_user_key(agent->usm, question.user, other_id);
        break;
    case V3_PROXY:
        envelope->context_engine = other_id;
        break;
    case V3_LATE:
        envelope->time = envelope->time > LATE_S ? envelope->time - LATE_S : 0;
        break;
    case V3_PLAIN:
        envelope->bends |= SIM_USM_BEND_PLAIN;
        break;
    case V3_HONEST:
    case V3_LATCHED:
    case V3_REPLAY:
    case V3_REPORT_UNSIGNED:
    case V3_REPORT_FIRST:
    case V3_REPORT_EMPTY:
    case V3_WINDOW_FOREVER:
    case V3_CLOCK_RESTARTS:
    case V3_ENGINE_FOREVER:
    case V3_ENGINE_ALTERNATES:
    case V3_NO_ENGINE:
        break;
    }
}

static size_t put_answer(struct v3_agent *agent, struct world_device *device, int64_t now_us,
                         struct support_octets *out)
{
    struct sim_usm_envelope envelope;
    struct sim_slice message;
    uint8_t *pdu = buffer + SIM_USM_ROOM;
    size_t length = ask_agent(device, now_us, pdu);
    if (length == 0) {
        return 0;
    }
    agent->questions++;
    sim_usm_address(&agent->engine, &question, &envelope);
    bend(agent, &envelope);
    sim_usm_wrap(agent->usm, &envelope, pdu, length, &message);
    if (agent->flaw == V3_REPLAY && agent->replay_size > 0) {
        out->size = 0;
        support_put(out, agent->replay, agent->replay_size);
        return out->size;
    }
    if (agent->flaw == V3_REPLAY) {
        agent->replay = malloc(message.length);
        BASE_REQUIRE(agent->replay != NULL);
        memcpy(agent->replay, message.bytes, message.length);
        agent->replay_size = message.length;
    }
    return put_slice(out, message);
}

/* What it shows in a context that is not its printer's. */
static size_t put_outside(struct v3_agent *agent, struct world_device *device, int64_t now_us,
                          struct support_octets *out)
{
    const struct agent_mib *printer = device->agent.mib;
    device->agent.mib = agent->outside;
    size_t size = put_answer(agent, device, now_us, out);
    device->agent.mib = printer;
    return size;
}

/* Its clock as the next message has it. */
static void set_clock(struct v3_agent *agent, int64_t now_us)
{
    int64_t passed_s = (now_us - agent->booted_us) / WORLD_SECOND_US;
    agent->engine.time = (uint32_t)(passed_s > 0 ? passed_s : 0);
    if (agent->flaw == V3_CLOCK_RESTARTS) {
        agent->engine.boots++;
    } else if (agent->flaw == V3_ENGINE_ALTERNATES) {
        agent->engine.id[agent->engine.id_length - 1] ^= 1;
    } else if (agent->flaw == V3_LATCHED) {
        agent->engine.boots = SIM_USM_BOOTS_MAX;
    }
}

static size_t judge(struct v3_agent *agent, enum sim_usm_verdict verdict,
                    struct support_octets *out)
{
    agent->discoveries += verdict == SIM_USM_UNKNOWN_ENGINE ? 1 : 0;
    if (agent->flaw == V3_NO_ENGINE) {
        struct sim_usm_engine nobody = agent->engine;
        struct sim_slice message = {NULL, 0};
        nobody.id_length = 0;
        sim_usm_report(agent->usm, &nobody, &question, verdict, buffer, &message);
        return put_slice(out, message);
    }
    return put_report(agent, verdict, out);
}

static size_t v3_answer(struct world_device *device, struct bytes datagram, int64_t now_us,
                        unsigned again, struct support_octets *out)
{
    struct v3_agent *agent = device->answerer;
    static enum sim_usm_verdict verdict; /* of the question that `again` is about */
    if (again > 0) {
        bool has_more = again == 1 && agent->flaw == V3_REPORT_FIRST && question.key != NULL;
        if (!has_more) {
            return 0;
        }
        return verdict == SIM_USM_NOT_IN_WINDOW ? judge(agent, verdict, out)
                                                : put_answer(agent, device, now_us, out);
    }
    if (agent->engine.max_size != 0 && datagram.size > (size_t)agent->engine.max_size) {
        return 0;
    }
    set_clock(agent, now_us);
    struct sim_slice slice = {datagram.data, datagram.size};
    verdict = sim_usm_take(agent->usm, &agent->engine, slice, &question);
    if (verdict == SIM_USM_MALFORMED) {
        return agent->has_communities ? agent_answer(&device->agent, datagram, now_us, out) : 0;
    }
    if (verdict == SIM_USM_FINE && agent->choose != NULL) {
        const struct agent_mib *shown = agent->choose(
            agent->chooser, bytes_of(question.user_name.bytes, question.user_name.length),
            bytes_of(question.context_name.bytes, question.context_name.length));
        verdict = shown != NULL ? SIM_USM_FINE : SIM_USM_UNKNOWN_CONTEXT;
        device->agent.mib = shown != NULL ? shown : device->agent.mib;
    }
    bool is_for_context =
        agent->context == NULL ||
        (question.context_name.length == strlen(agent->context) &&
         memcmp(question.context_name.bytes, agent->context, question.context_name.length) == 0);
    if (verdict == SIM_USM_FINE && !is_for_context && agent->outside != NULL) {
        return put_outside(agent, device, now_us, out);
    }
    if (verdict == SIM_USM_FINE && !is_for_context) {
        verdict = SIM_USM_UNKNOWN_CONTEXT;
    }
    bool is_signed = question.key != NULL;
    if (agent->flaw == V3_ENGINE_FOREVER) {
        return put_plain_report(agent, SIM_USM_UNKNOWN_ENGINE, out);
    }
    if (is_signed && (agent->flaw == V3_WINDOW_FOREVER || agent->flaw == V3_CLOCK_RESTARTS)) {
        return put_window_report(agent, out);
    }
    bool is_reporting = agent->flaw == V3_REPORT_UNSIGNED || agent->flaw == V3_REPORT_FIRST ||
                        agent->flaw == V3_REPORT_EMPTY;
    if (is_reporting && verdict != SIM_USM_UNKNOWN_ENGINE) {
        bool is_empty = agent->flaw == V3_REPORT_EMPTY;
        return put_plain_report(agent, is_empty ? SIM_USM_FINE : agent->report, out);
    }
    return verdict == SIM_USM_FINE ? put_answer(agent, device, now_us, out)
                                   : judge(agent, verdict, out);
}

struct sim_usm *v3_users(const char *const *users, uint64_t seed)
{
    struct sim_usm *usm = NULL;
    size_t count = 0;
    while (users[count] != NULL) {
        count++;
    }
    cr_assert_eq(sim_usm_open(&usm, users, count, seed), 0);
    return usm;
}

struct v3_agent *v3_agent_new(struct world *world, uint32_t device, struct sim_usm *users)
{
    struct v3_agent *agent = calloc(1, sizeof(*agent));
    struct world_device *place = world_device(world, device);
    BASE_REQUIRE(agent != NULL);
    agent->usm = users;
    agent->engine = (struct sim_usm_engine){.id = {0x80, 0, 0, 0x0b, 5, 1, 2, 3, 4, 5, 6, 7},
                                            .id_length = 12,
                                            .boots = 3 + device % 5,
                                            .counters = agent->counters};
    memcpy(agent->engine.id + 8, &device, sizeof(device));
    agent->booted_us = world_now_us(world) - 500 * WORLD_SECOND_US;
    place->answer = v3_answer;
    place->answerer = agent;
    return agent;
}

void v3_agent_free(struct v3_agent *agent)
{
    free(agent->replay);
    free(agent);
}

void v3_agent_reboot(struct v3_agent *agent, int64_t now_us)
{
    agent->engine.boots++;
    agent->booted_us = now_us;
}

void v3_agent_rename(struct v3_agent *agent, uint8_t tail)
{
    agent->engine.id[6] = tail;
}
