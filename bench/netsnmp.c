/*
 * Net-SNMP's own asynchronous sessions, one a device, asking the same questions: the way a C
 * program polls with that library. It is given every advantage its interface allows: the OIDs are
 * decoded beforehand, its sockets are watched by epoll instead of select, and the answers are only
 * decoded, not used.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wredundant-decls"
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#pragma GCC diagnostic pop

#include "bench/script.h"
#include "core/base/clock.h"
#include "proto/gate.h"

/* Different questions of a fleet: models times questions, with room. */
#define NETSNMP_QUESTIONS_MAX 4096
#define NETSNMP_EVENTS        64
#define NETSNMP_PATIENCE_MS   2000

/* One question, as snmp_add_null_var wants it. */
struct netsnmp_question {
    struct bytes tail; /* the message after its request-id: what makes two questions equal */
    int32_t non_repeaters;
    int32_t max_repetitions;
    size_t count;
    oid *names; /* the arcs of all names, one after another */
    uint8_t sizes[128];
};

struct netsnmp_contest;

struct netsnmp_device {
    struct netsnmp_contest *contest;
    struct session_list *session;
    uint32_t number;
    uint32_t position;
    int fd;
};

struct netsnmp_contest {
    const struct contest_fleet *fleet;
    struct script script;
    struct netsnmp_question questions[NETSNMP_QUESTIONS_MAX];
    size_t question_count;
    uint16_t *asks;                 /* per line: its question */
    struct netsnmp_device *devices; /* window entries */
    uint32_t started;
    uint64_t finished;
    uint64_t answered;
    uint64_t varbinds;
    int epoll;
    int status;
};

static size_t netsnmp_arcs(const struct gate_varbind *varbind, oid *out)
{
    size_t count = 0;
    oid arc = 0;
    for (size_t i = 0; i < varbind->name_size; i++) {
        arc = arc << 7 | (varbind->name[i] & 0x7f);
        if ((varbind->name[i] & 0x80) != 0) {
            continue;
        }
        if (count == 0) {
            out[count++] = arc < 80 ? arc / 40 : 2;
            out[count++] = arc - 40 * out[0];
        } else {
            out[count++] = arc;
        }
        arc = 0;
    }
    return count;
}

static int netsnmp_question_make(struct netsnmp_question *question,
                                 const struct gate_message *message, struct bytes tail)
{
    struct gate_varbind varbinds[128];
    size_t count = 0;
    size_t arcs = 0;
    if (gate_varbinds(message, varbinds, 128, &count) != GATE_PASSED) {
        return BASE_EFORMAT;
    }
    oid *names = calloc(count * MAX_OID_LEN, sizeof(*names));
    if (names == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        question->sizes[i] = (uint8_t)netsnmp_arcs(&varbinds[i], names + arcs);
        arcs += question->sizes[i];
    }
    question->tail = tail;
    question->non_repeaters = message->error_status;
    question->max_repetitions = message->error_index;
    question->count = count;
    question->names = names;
    return 0;
}

/* Finds the question of a line, or learns it. */
static int netsnmp_learn(struct netsnmp_contest *contest, uint32_t line_number)
{
    const struct script_line *line = &contest->script.lines[line_number];
    struct bytes datagram = bytes_of(contest->script.octets + line->at, line->size);
    struct gate_message message;
    if (gate_open(datagram, &message) != GATE_PASSED || message.pdu != GATE_GETBULK) {
        return BASE_EFORMAT;
    }
    struct bytes tail = message.varbinds;
    for (size_t i = 0; i < contest->question_count; i++) {
        const struct netsnmp_question *known = &contest->questions[i];
        if (known->non_repeaters == message.error_status &&
            known->max_repetitions == message.error_index && bytes_equal(known->tail, tail)) {
            contest->asks[line_number] = (uint16_t)i;
            return 0;
        }
    }
    if (contest->question_count == NETSNMP_QUESTIONS_MAX) {
        return BASE_ELIMIT;
    }
    contest->asks[line_number] = (uint16_t)contest->question_count;
    return netsnmp_question_make(&contest->questions[contest->question_count++], &message, tail);
}

static int netsnmp_on_answer(int operation, netsnmp_session *session, int request_id,
                             netsnmp_pdu *pdu, void *magic);

static void netsnmp_ask(struct netsnmp_device *device)
{
    struct netsnmp_contest *contest = device->contest;
    uint32_t line = contest->script.first[device->number] + device->position++;
    const struct netsnmp_question *question = &contest->questions[contest->asks[line]];
    netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GETBULK);
    const oid *name = question->names;
    if (pdu == NULL) {
        contest->status = -ENOMEM;
        return;
    }
    pdu->non_repeaters = question->non_repeaters;
    pdu->max_repetitions = question->max_repetitions;
    for (size_t i = 0; i < question->count; i++) {
        snmp_add_null_var(pdu, name, question->sizes[i]);
        name += question->sizes[i];
    }
    if (snmp_sess_async_send(device->session, pdu, netsnmp_on_answer, device) == 0) {
        snmp_free_pdu(pdu);
        contest->status = -EIO;
    }
}

static int netsnmp_on_answer(int operation, netsnmp_session *session, int request_id,
                             netsnmp_pdu *pdu, void *magic)
{
    struct netsnmp_device *device = magic;
    struct netsnmp_contest *contest = device->contest;
    (void)session;
    (void)request_id;
    if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE) {
        contest->status = BASE_ETIMEOUT;
        return 1;
    }
    contest->answered++;
    for (const netsnmp_variable_list *at = pdu->variables; at != NULL; at = at->next_variable) {
        contest->varbinds++;
    }
    uint32_t lines =
        contest->script.first[device->number + 1] - contest->script.first[device->number];
    if (device->position < lines) {
        netsnmp_ask(device);
    } else {
        device->position = UINT32_MAX; /* done: closed outside of the callback */
    }
    return 1;
}

static int netsnmp_open(struct netsnmp_device *device)
{
    struct netsnmp_contest *contest = device->contest;
    netsnmp_session wanted;
    union wire_address address;
    char peer[64];
    char community[64];
    device->number = contest->started++;
    device->position = 0;
    script_address(contest->fleet, device->number, &address);
    const uint8_t *octets = (const uint8_t *)&address.v4.sin_addr;
    snprintf(peer, sizeof(peer), "udp:%u.%u.%u.%u:%u", octets[0], octets[1], octets[2], octets[3],
             contest->fleet->port);
    snprintf(community, sizeof(community), "%s", contest->fleet->community);
    snmp_sess_init(&wanted);
    wanted.version = SNMP_VERSION_2c;
    wanted.peername = peer;
    wanted.community = (u_char *)community;
    wanted.community_len = strlen(community);
    wanted.retries = 3;
    wanted.timeout = 1000000;
    device->session = snmp_sess_open(&wanted);
    if (device->session == NULL) {
        return -EIO;
    }
    device->fd = snmp_sess_transport(device->session)->sock;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = device};
    if (epoll_ctl(contest->epoll, EPOLL_CTL_ADD, device->fd, &event) != 0) {
        return -errno;
    }
    netsnmp_ask(device);
    return contest->status;
}

static int netsnmp_close(struct netsnmp_device *device)
{
    struct netsnmp_contest *contest = device->contest;
    snmp_sess_close(device->session);
    device->session = NULL;
    contest->finished++;
    return contest->started < contest->fleet->devices ? netsnmp_open(device) : 0;
}

static int netsnmp_read(struct netsnmp_device *device)
{
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(device->fd, &readable);
    if (snmp_sess_read(device->session, &readable) != 0) {
        return -EIO;
    }
    return device->position == UINT32_MAX ? netsnmp_close(device) : device->contest->status;
}

static int netsnmp_run(struct netsnmp_contest *contest)
{
    struct epoll_event events[NETSNMP_EVENTS];
    int status = 0;
    for (uint32_t i = 0;
         status == 0 && i < contest->fleet->window && contest->started < contest->fleet->devices;
         i++) {
        contest->devices[i].contest = contest;
        status = netsnmp_open(&contest->devices[i]);
    }
    while (status == 0 && contest->finished < contest->fleet->devices) {
        int count = epoll_wait(contest->epoll, events, NETSNMP_EVENTS, NETSNMP_PATIENCE_MS);
        if (count <= 0) {
            return BASE_ETIMEOUT;
        }
        for (int i = 0; status == 0 && i < count; i++) {
            status = netsnmp_read(events[i].data.ptr);
        }
    }
    return status;
}

static int netsnmp_prepare(struct netsnmp_contest *contest)
{
    int status = script_record(contest->fleet, &contest->script);
    if (status != 0) {
        return status;
    }
    contest->asks = calloc(contest->script.count + 1, sizeof(*contest->asks));
    contest->devices = calloc(contest->fleet->window, sizeof(*contest->devices));
    contest->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (contest->asks == NULL || contest->devices == NULL || contest->epoll < 0) {
        return -ENOMEM;
    }
    for (uint32_t i = 0; status == 0 && i < contest->script.count; i++) {
        status = netsnmp_learn(contest, i);
    }
    /* No configuration, no MIBs, nothing written to /var/lib/snmp. */
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    setenv("MIBS", "", 1);
    init_snmp("platen-bench");
    return status;
}

int contest_netsnmp(const struct contest_fleet *fleet, struct contest_result *out)
{
    struct netsnmp_contest *contest = calloc(1, sizeof(*contest));
    if (contest == NULL) {
        return -ENOMEM;
    }
    contest->fleet = fleet;
    int status = netsnmp_prepare(contest);
    if (status == 0) {
        int64_t cpu_us = clock_cpu_us();
        int64_t wall_us = clock_mono_us();
        status = netsnmp_run(contest);
        out->wall_us = clock_mono_us() - wall_us;
        out->cpu_us = clock_cpu_us() - cpu_us;
        out->devices = contest->finished;
        out->pdus = contest->answered;
        out->varbinds = contest->varbinds;
    }
    for (size_t i = 0; i < contest->question_count; i++) {
        free(contest->questions[i].names);
    }
    script_fini(&contest->script);
    free(contest->asks);
    free(contest->devices);
    free(contest);
    return status;
}
