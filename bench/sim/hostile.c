#include "bench/sim/hostile.h"

#include "bench/sim/hostile_varbind.h"

struct job {
    const struct sim_request *request;
    struct sim_slice honest;
    uint64_t draw;
    uint8_t *buffer;
    const struct sim_hostile_sink *sink;
};

static void send_now(const struct job *job, const uint8_t *bytes, size_t length)
{
    job->sink->send(job->sink->context, bytes, length, 0);
}

/* The honest answer, where it may be written to. */
static uint8_t *copy(const struct job *job)
{
    memcpy(job->buffer, job->honest.bytes, job->honest.length);
    return job->buffer;
}

/* ---- sizes and lengths ---- */

static void send_nothing(const struct job *job, int argument)
{
    send_now(job, job->honest.bytes, (size_t)argument);
}

static void send_truncated(const struct job *job, int argument)
{
    (void)argument;
    send_now(job, job->honest.bytes, job->draw % job->honest.length);
}

static void send_trailing(const struct job *job, int argument)
{
    uint8_t *bytes = copy(job);

    memset(bytes + job->honest.length, 0x55, (size_t)argument);
    send_now(job, bytes, job->honest.length + (size_t)argument);
}

/* Puts another outer header before what the honest one wraps. */
static void send_outer(const struct job *job, const uint8_t *header, size_t length)
{
    struct sim_ber in = {job->honest.bytes, job->honest.bytes + job->honest.length};
    struct sim_ber content = in;
    uint8_t tag;

    (void)sim_ber_take(&in, &tag, &content);
    memcpy(job->buffer, header, length);
    memcpy(job->buffer + length, content.at, sim_ber_left(&content));
    send_now(job, job->buffer, length + sim_ber_left(&content));
}

static void send_length_huge(const struct job *job, int argument)
{
    static const uint8_t four[] = {0x30, 0x84, 0x7f, 0xff, 0xff, 0xff};
    static const uint8_t eight[] = {0x30, 0x88, 255, 255, 255, 255, 255, 255, 255, 255};

    if (argument == 4) {
        send_outer(job, four, sizeof(four));
    } else {
        send_outer(job, eight, sizeof(eight));
    }
}

static void send_length_indefinite(const struct job *job, int argument)
{
    static const uint8_t header[] = {0x30, 0x80};

    (void)argument;
    send_outer(job, header, sizeof(header));
}

/* A length that is off by the argument, or right but in three bytes where fewer would do. */
static void send_length_off(const struct job *job, int argument)
{
    struct sim_ber in = {job->honest.bytes, job->honest.bytes + job->honest.length};
    struct sim_ber content = in;
    uint8_t tag;
    size_t length;

    (void)sim_ber_take(&in, &tag, &content);
    length = sim_ber_left(&content) + (size_t)(long)argument;
    send_outer(job,
               (const uint8_t[]){0x30, 0x83, (uint8_t)(length >> 16), (uint8_t)(length >> 8),
                                 (uint8_t)length},
               5);
}

static void send_random(const struct job *job, int argument)
{
    uint64_t state = job->draw;

    for (int i = 0; i < argument; i++) {
        state = sim_mix(state);
        job->buffer[i] = (uint8_t)state;
    }
    send_now(job, job->buffer, (size_t)argument);
}

static void send_flipped(const struct job *job, int argument)
{
    uint8_t *bytes = copy(job);
    uint64_t state = job->draw;

    for (int i = 0; i < argument; i++) {
        state = sim_mix(state);
        bytes[state % job->honest.length] ^= (uint8_t)(1u << (state >> 40 & 7));
    }
    send_now(job, bytes, job->honest.length);
}

/* ---- headers ---- */

/* Finds the PDU's tag, the community and the request id in the copy. */
struct parts {
    uint8_t *version;
    uint8_t *community;
    size_t community_length;
    uint8_t *pdu;
    uint8_t *id;
    size_t id_length;
};

static bool find_parts(const struct job *job, struct parts *parts)
{
    uint8_t *bytes = copy(job);
    struct sim_ber in = {bytes, bytes + job->honest.length};
    struct sim_ber message;
    struct sim_ber field;
    struct sim_ber pdu;
    uint8_t tag;

    if (!sim_ber_take(&in, &tag, &message) || !sim_ber_take(&message, &tag, &field)) {
        return false;
    }
    parts->version = bytes + (field.at - bytes);
    if (!sim_ber_take(&message, &tag, &field)) {
        return false;
    }
    parts->community = bytes + (field.at - bytes);
    parts->community_length = sim_ber_left(&field);
    parts->pdu = bytes + (message.at - bytes);
    if (!sim_ber_take(&message, &tag, &pdu) || !sim_ber_take(&pdu, &tag, &field)) {
        return false;
    }
    parts->id = bytes + (field.at - bytes);
    parts->id_length = sim_ber_left(&field);
    return parts->id_length > 0;
}

enum header {
    HEADER_ID,
    HEADER_ID_NEXT,
    HEADER_COMMUNITY,
    HEADER_VERSION,
    HEADER_VERSION_3,
};

static void send_header(const struct job *job, int argument)
{
    struct parts parts;

    if (!find_parts(job, &parts)) {
        return;
    }
    switch ((enum header)argument) {
    case HEADER_ID:
        parts.id[parts.id_length - 1] ^= 0x5a;
        break;
    case HEADER_ID_NEXT:
        parts.id[parts.id_length - 1]++;
        break;
    case HEADER_COMMUNITY:
        if (parts.community_length > 0) {
            parts.community[0] ^= 0x20;
        }
        break;
    case HEADER_VERSION:
        *parts.version ^= 1;
        break;
    case HEADER_VERSION_3:
        *parts.version = 3;
        break;
    }
    send_now(job, job->buffer, job->honest.length);
}

static void send_type(const struct job *job, int argument)
{
    struct parts parts;

    if (find_parts(job, &parts)) {
        *parts.pdu = (uint8_t)argument;
        send_now(job, job->buffer, job->honest.length);
    }
}

/* ---- errors ---- */

struct error_case {
    int32_t status;
    int32_t index;
    bool has_list;
};

static void send_error(const struct job *job, int argument)
{
    static const struct error_case cases[] = {
        {1, 0, false},  {1, 0, true},   {5, 0, true}, {5, 99, true},        {2, 1, true},
        {200, 1, true}, {-1, -1, true}, {0, 5, true}, {3, INT32_MIN, true}, {2, 0, false},
    };
    const struct error_case *error = &cases[argument];
    uint8_t *body = job->buffer + SIM_HEAD_ROOM;
    size_t length = error->has_list ? job->request->list.length : 0;
    struct sim_slice message;

    if (length > SIM_DATAGRAM_MAX - SIM_HEAD_ROOM) {
        return;
    }
    memcpy(body, job->request->list.bytes, length);
    sim_request_wrap(job->request, error->status, error->index, body, length, &message);
    send_now(job, message.bytes, message.length);
}

/* ---- varbinds ---- */

static void send_body(const struct job *job, size_t length)
{
    struct sim_slice message;

    sim_request_wrap(job->request, 0, 0, job->buffer + SIM_HEAD_ROOM, length, &message);
    if (message.length <= SIM_DATAGRAM_MAX) {
        send_now(job, message.bytes, message.length);
    }
}

static void send_changed(const struct job *job, int argument)
{
    send_body(job,
              sim_hostile_varbind_list((enum sim_hostile_change)argument, job->request, job->honest,
                                       job->buffer + SIM_HEAD_ROOM, SIM_DATAGRAM_MAX - 400));
}

/* As many empty varbinds as fit into a datagram. */
static void send_empty_varbinds(const struct job *job, int argument)
{
    static const uint8_t varbind[] = {0x30, 4, 6, 0, 5, 0};
    uint8_t *body = job->buffer + SIM_HEAD_ROOM;

    for (int i = 0; i < argument; i++) {
        memcpy(body + (size_t)i * sizeof(varbind), varbind, sizeof(varbind));
    }
    send_body(job, (size_t)argument * sizeof(varbind));
}

/* One varbind whose string fills the datagram. */
static void send_long_string(const struct job *job, int argument)
{
    uint8_t *at = job->buffer + SIM_HEAD_ROOM;
    struct sim_slice name = job->request->count > 0
                                ? job->request->names[0]
                                : (struct sim_slice){(const uint8_t *)"\x2b\x06", 2};
    size_t text = (size_t)argument;
    size_t content =
        1 + sim_ber_length_size(name.length) + name.length + 1 + sim_ber_length_size(text) + text;

    *at++ = SIM_TAG_SEQUENCE;
    at = sim_ber_put_length(at, content);
    at = sim_ber_put_bytes(at, SIM_TAG_OID, name.bytes, name.length);
    *at++ = SIM_TAG_OCTETS;
    at = sim_ber_put_length(at, text);
    memset(at, 'A', text);
    send_body(job, (size_t)(at + text - job->buffer) - SIM_HEAD_ROOM);
}

/* SEQUENCEs within SEQUENCEs. */
static void send_nested(const struct job *job, int argument)
{
    uint8_t *body = job->buffer + SIM_HEAD_ROOM;
    size_t length = (size_t)argument * 4;

    for (size_t i = 0; i < length; i += 4) {
        size_t left = length - i - 4;

        body[i] = SIM_TAG_SEQUENCE;
        body[i + 1] = 0x82;
        body[i + 2] = (uint8_t)(left >> 8);
        body[i + 3] = (uint8_t)left;
    }
    send_body(job, length);
}

/* ---- times ---- */

static void send_copies(const struct job *job, int argument)
{
    for (int i = 0; i < argument; i++) {
        send_now(job, job->honest.bytes, job->honest.length);
    }
}

static void send_late(const struct job *job, int argument)
{
    job->sink->send(job->sink->context, job->honest.bytes, job->honest.length,
                    (uint32_t)argument * 1000u);
}

/* Two answers that tell different things; the second is the one that lies. */
static void send_two(const struct job *job, int argument)
{
    (void)argument;
    send_now(job, job->honest.bytes, job->honest.length);
    send_changed(job, SIM_HOSTILE_NUMBERS);
}

/* ---- the kinds ---- */

struct kind {
    struct sim_hostile_kind told;
    void (*send)(const struct job *job, int argument);
    int argument;
};

static const struct kind kinds[] = {
    {{"empty", "datagrams of no bytes", false}, send_nothing, 0},
    {{"one-byte", "the first byte only", false}, send_nothing, 1},
    {{"two-bytes", "the first two bytes only", false}, send_nothing, 2},
    {{"truncated", "cut anywhere", false}, send_truncated, 0},
    {{"random", "200 bytes by chance", false}, send_random, 200},
    {{"random-long", "60,000 bytes by chance", false}, send_random, 60000},
    {{"flipped", "three bits flipped", false}, send_flipped, 3},
    {{"length-4", "outer length 84 7f ff ff ff", false}, send_length_huge, 4},
    {{"length-8", "outer length of eight bytes", false}, send_length_huge, 8},
    {{"length-long", "outer length one too long", false}, send_length_off, 1},
    {{"length-short", "outer length one too short", false}, send_length_off, -1},
    {{"length-padded", "outer length with leading zeros", true}, send_length_off, 0},
    {{"length-inner", "a varbind longer than its list", false},
     send_changed,
     SIM_HOSTILE_INNER_LENGTH},
    {{"trailing", "bytes after the message", false}, send_trailing, 7},
    {{"indefinite", "outer length indefinite", false}, send_length_indefinite, 0},
    {{"indefinite-value", "values of indefinite length", false},
     send_changed,
     SIM_HOSTILE_INDEFINITE},
    {{"high-tag", "values with a tag of several bytes", false}, send_changed, SIM_HOSTILE_HIGH_TAG},
    {{"constructed", "strings in parts (tag 24)", false}, send_changed, SIM_HOSTILE_CONSTRUCTED},
    {{"nested", "SEQUENCE a thousand deep", false}, send_nested, 1000},
    {{"no-value", "varbinds without a value", false}, send_changed, SIM_HOSTILE_NO_VALUE},
    {{"integer-empty", "INTEGER of no bytes", false}, send_changed, SIM_HOSTILE_INTEGER_EMPTY},
    {{"integer-wide", "INTEGER of nine bytes", false}, send_changed, SIM_HOSTILE_INTEGER_WIDE},
    {{"counter-wide", "Counter32 of 2^32", false}, send_changed, SIM_HOSTILE_COUNTER_WIDE},
    {{"counter-negative", "Counter32 as four bytes ff", true},
     send_changed,
     SIM_HOSTILE_COUNTER_NEGATIVE},
    {{"counter64-wide", "Counter64 of 2^64", false}, send_changed, SIM_HOSTILE_COUNTER64_WIDE},
    {{"oid-empty", "names of no bytes", false}, send_changed, SIM_HOSTILE_OID_EMPTY},
    {{"oid-129", "names of more than 128 arcs", false}, send_changed, SIM_HOSTILE_OID_129},
    {{"oid-open", "names whose last arc does not end", false}, send_changed, SIM_HOSTILE_OID_OPEN},
    {{"oid-leading", "names with an arc that starts with 80", false},
     send_changed,
     SIM_HOSTILE_OID_LEADING},
    {{"oid-huge", "names with an arc above 2^64", false}, send_changed, SIM_HOSTILE_OID_HUGE},
    {{"oid-10k", "names of ten thousand bytes", false}, send_changed, SIM_HOSTILE_OID_10K},
    {{"varbind-bomb", "10,800 empty varbinds", false}, send_empty_varbinds, 10800},
    {{"too-many", "every varbind fifty times", false}, send_changed, SIM_HOSTILE_REPEATED},
    {{"long-string", "a string of 60,000 bytes", false}, send_long_string, 60000},
    {{"largest", "the largest datagram there is", false}, send_long_string, 65400},
    {{"types", "values of other types", false}, send_changed, SIM_HOSTILE_TYPES},
    {{"numbers", "numbers that make no sense", true}, send_changed, SIM_HOSTILE_NUMBERS},
    {{"strings", "controls, escapes, broken UTF-8, markup", true},
     send_changed,
     SIM_HOSTILE_STRINGS},
    {{"same-oid", "the names of the question again", false}, send_changed, SIM_HOSTILE_SAME_OID},
    {{"outside", "names outside of what was asked", false}, send_changed, SIM_HOSTILE_OUTSIDE},
    {{"decreasing", "names before what was asked", false}, send_changed, SIM_HOSTILE_DECREASING},
    {{"first-only", "one varbind, whatever was asked", false},
     send_changed,
     SIM_HOSTILE_FIRST_ONLY},
    {{"too-big", "tooBig to everything", false}, send_error, 0},
    {{"too-big-list", "tooBig with varbinds", false}, send_error, 1},
    {{"gen-err-0", "genErr with index 0", false}, send_error, 2},
    {{"error-99", "genErr with index 99", false}, send_error, 3},
    {{"no-such-name", "noSuchName to everything", false}, send_error, 4},
    {{"status-200", "an error that does not exist", false}, send_error, 5},
    {{"status-minus", "negative error and index", false}, send_error, 6},
    {{"index-only", "no error, but an index, and no values", false}, send_error, 7},
    {{"index-least", "badValue with index -2^31", false}, send_error, 8},
    {{"no-such-name-0", "noSuchName with index 0 and no varbinds", false}, send_error, 9},
    {{"wrong-id", "another request id", false}, send_header, HEADER_ID},
    {{"next-id", "the request id after it", false}, send_header, HEADER_ID_NEXT},
    {{"wrong-community", "another community", false}, send_header, HEADER_COMMUNITY},
    {{"wrong-version", "v1 for v2c and back", false}, send_header, HEADER_VERSION},
    {{"version-3", "version 3 with a v2c message", false}, send_header, HEADER_VERSION_3},
    {{"get-pdu", "a GetRequest", false}, send_type, SIM_TAG_GET},
    {{"set-pdu", "a SetRequest", false}, send_type, SIM_TAG_SET},
    {{"trap-pdu", "a v1 trap's tag", false}, send_type, 0xa4},
    {{"inform-pdu", "an InformRequest", false}, send_type, 0xa6},
    {{"report-pdu", "a Report", false}, send_type, 0xa8},
    {{"copies", "the answer 200 times", true}, send_copies, 200},
    {{"late", "the answer 4 s later", false}, send_late, 4000},
    {{"two-answers", "the answer, then another one", true}, send_two, 0},
};

unsigned sim_hostile_count(void)
{
    return sizeof(kinds) / sizeof(kinds[0]);
}

const struct sim_hostile_kind *sim_hostile_describe(unsigned kind)
{
    return &kinds[kind].told;
}

int sim_hostile_find(const char *name)
{
    for (unsigned i = 0; i < sim_hostile_count(); i++) {
        if (strcmp(kinds[i].told.name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

void sim_hostile_answer(unsigned kind, const struct sim_request *request, struct sim_slice honest,
                        uint64_t draw, uint8_t *buffer, const struct sim_hostile_sink *sink)
{
    struct job job = {request, honest, draw, buffer, sink};

    if (honest.length > 0) {
        kinds[kind].send(&job, kinds[kind].argument);
    }
}
