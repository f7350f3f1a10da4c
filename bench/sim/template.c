#include "bench/sim/template.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/sim/alert.h"
#include "bench/sim/value.h"

/* Bytes of all templates together. */
#define BYTES_MAX (64u * 1024 * 1024)

/* Bytes of one answer's varbinds at most; longer ones are not kept. */
#define DRAFT_BYTES 131072u

/* The variant of a key before the number of alerts is looked at. */
#define ANY_VARIANT 0xffu

/* A run of ready varbinds and, after it, one that is to be computed. */
struct segment {
    const struct sim_object *object; /* whose varbind follows the run; NULL = none */
    uint32_t length;                 /* bytes of the run; it starts where the one before ended */
    uint8_t head; /* of them the last: header and name of a varbind whose value alone follows */
    uint8_t exception; /* that follows under the object's name; 0 = its value */
};

struct template
{
    struct template *next; /* of the same bucket */
    uint64_t hash;
    const struct sim_mib *mib;
    uint8_t variant;
    uint8_t version;
    uint8_t type;
    bool is_signpost; /* look again with the number of alerts as variant */
    bool is_bulk;
    uint32_t room; /* bytes for the varbinds, were the request id of the longest */
    uint32_t tail_length;
    uint32_t segment_count;
    size_t size; /* bytes of this allocation */
    uint8_t *tail;
    uint8_t *bytes;
    struct segment segments[];
};

/* A template while it is made. */
struct draft {
    size_t segment_count;
    size_t byte_count;
    struct segment segments[SIM_ITEMS_MAX];
    uint8_t bytes[DRAFT_BYTES];
};

struct sim_templates {
    struct template **buckets;
    size_t bucket_count; /* a power of two */
    size_t count;
    size_t max_count;
    size_t bytes;
    uint64_t flushes;
    struct draft draft;
};

/* ---- the table ---- */

int sim_template_open(struct sim_templates **out, size_t max_count)
{
    struct sim_templates *templates = calloc(1, sizeof(*templates));

    if (templates == NULL) {
        return -ENOMEM;
    }
    templates->max_count = max_count;
    templates->bucket_count = 64;
    while (templates->bucket_count < max_count * 2) {
        templates->bucket_count *= 2;
    }
    templates->buckets = calloc(templates->bucket_count, sizeof(struct template *));
    if (templates->buckets == NULL) {
        free(templates);
        return -ENOMEM;
    }
    *out = templates;
    return 0;
}

static void flush(struct sim_templates *templates)
{
    for (size_t i = 0; i < templates->bucket_count; i++) {
        while (templates->buckets[i] != NULL) {
            struct template *next = templates->buckets[i]->next;

            free(templates->buckets[i]);
            templates->buckets[i] = next;
        }
    }
    templates->count = 0;
    templates->bytes = 0;
}

void sim_template_close(struct sim_templates *templates)
{
    if (templates != NULL) {
        flush(templates);
        free(templates->buckets);
        free(templates);
    }
}

uint64_t sim_template_flushes(const struct sim_templates *templates)
{
    return templates->flushes;
}

/* Four lanes of multiply and rotate: some 60 ns for the names of 45 columns. */
static uint64_t hash_bytes(const uint8_t *bytes, size_t n, uint64_t seed)
{
    uint64_t lanes[4] = {seed, ~seed, seed ^ 0x9e3779b97f4a7c15u, n};
    uint64_t last[4] = {0};

    for (; n >= sizeof(lanes); n -= sizeof(lanes), bytes += sizeof(lanes)) {
        uint64_t words[4];

        memcpy(words, bytes, sizeof(words));
        for (unsigned i = 0; i < 4; i++) {
            lanes[i] = (lanes[i] ^ words[i]) * 0xbf58476d1ce4e5b9u;
            lanes[i] ^= lanes[i] >> 29;
        }
    }
    memcpy(last, bytes, n);
    for (unsigned i = 0; i < 4; i++) {
        seed = sim_mix(seed + lanes[i] + last[i] * 0x94d049bb133111ebu);
    }
    return seed;
}

/* Bytes that the varbinds of an answer may take when the request id is of the longest, six bytes;
 * 0 when there is no room at all. */
static uint32_t room_of(const struct sim_request *request, size_t reply_max)
{
    size_t overhead = sim_request_overhead(request) - request->id.length + 6;

    return reply_max > overhead ? (uint32_t)(reply_max - overhead) : 0;
}

static uint64_t hash_key(const struct sim_mib *mib, const struct sim_request *request,
                         uint32_t room)
{
    uint64_t seed = (uint64_t)(uintptr_t)mib + ((uint64_t)room << 16) +
                    ((uint64_t)request->version << 8) + request->type;

    return hash_bytes(request->tail.bytes, request->tail.length, seed);
}

static struct template *find(const struct sim_templates *templates, uint64_t hash,
                             const struct sim_mib *mib, const struct sim_request *request,
                             uint32_t room, uint8_t variant)
{
    struct template *at = templates->buckets[(hash + variant) & (templates->bucket_count - 1)];

    while (at != NULL && (at->hash != hash || at->variant != variant || at->mib != mib ||
                          at->version != request->version || at->type != request->type ||
                          at->room != room || at->tail_length != request->tail.length ||
                          memcmp(at->tail, request->tail.bytes, request->tail.length) != 0)) {
        at = at->next;
    }
    return at;
}

/* ---- answering ---- */

/* Writes the value of a varbind whose header and name stand before out. Returns: bytes added. */
static size_t put_value(const struct segment *segment, struct sim_view *view, uint8_t *out)
{
    uint8_t *start = out - segment->head;
    size_t length = (size_t)(sim_value_put(view, segment->object, out) - out);
    size_t content = length + segment->head - 2;
    size_t extra = sim_ber_length_size(content) - 1;

    if (extra > 0) {
        memmove(start + 2 + extra, start + 2, content);
    }
    (void)sim_ber_put_length(start + 1, content);
    return length + extra;
}

/* Encodes what follows a segment's run at out, where `room` bytes are free. Returns: whether it
 * fits. */
static bool fill_gap(const struct segment *segment, struct sim_view *view, uint8_t *out,
                     size_t room, size_t *length)
{
    *length = 0;
    if (segment->head > 0) {
        *length = put_value(segment, view, out);
        return *length <= room;
    }
    if (segment->object != NULL) {
        struct sim_item item = {.object = segment->object, .exception = segment->exception};

        *length = sim_agent_put_item(view, &item, out, room);
        return *length > 0;
    }
    return true;
}

/* Encodes the varbinds at out. Returns: their length, or 0 when the answer needs agent.c. */
static size_t fill(const struct template *template, struct sim_view *view, uint8_t *out,
                   size_t room)
{
    const uint8_t *run = template->bytes;
    size_t used = 0;

    for (uint32_t i = 0; i < template->segment_count; i++) {
        const struct segment *segment = &template->segments[i];
        size_t n = segment->length;

        if (n > room - used) {
            return template->is_bulk ? used : 0;
        }
        memcpy(out + used, run, n);
        run += n;
        used += n;
        if (!fill_gap(segment, view, out + used, room - used, &n)) {
            return template->is_bulk ? used - segment->head : 0;
        }
        used += n;
    }
    return used;
}

bool sim_template_answer(struct sim_templates *templates, const struct sim_mib *mib,
                         struct sim_view *view, const struct sim_request *request,
                         struct sim_room room, struct sim_slice *message)
{
    uint32_t key_room = room_of(request, room.reply_max);
    uint64_t hash = hash_key(mib, request, key_room);
    const struct template *template = find(templates, hash, mib, request, key_room, ANY_VARIANT);
    size_t overhead = sim_request_overhead(request);
    size_t length;

    if (template != NULL && template->is_signpost) {
        sim_alert_find(view);
        template = find(templates, hash, mib, request, key_room, view->alert_count);
    }
    if (template == NULL || overhead >= room.reply_max) {
        return false;
    }
    length = fill(template, view, room.buffer + SIM_HEAD_ROOM, room.reply_max - overhead);
    if (length == 0) {
        return false;
    }
    sim_request_wrap(request, 0, 0, room.buffer + SIM_HEAD_ROOM, length, message);
    return true;
}

/* ---- keeping ---- */

/* Whether the item is the same bytes for every device. */
static bool is_ready(const struct sim_item *item)
{
    if (item->object == NULL) {
        return true;
    }
    return item->object->suffix == SIM_SUFFIX_NONE &&
           (item->exception != 0 || item->object->varbind != NULL);
}

/* Bytes that the item takes at most. */
static size_t most_size(const struct sim_item *item)
{
    if (item->object == NULL) {
        return item->name.length + 16;
    }
    if (item->object->varbind != NULL && item->exception == 0) {
        return item->object->varbind_length;
    }
    return item->object->name_length + 32u + SIM_TEXT_MAX;
}

/* A template with its key, and room for segments and bytes. */
static struct template *make(const struct sim_mib *mib, const struct sim_request *request,
                             uint32_t room, uint64_t hash, uint8_t variant,
                             const struct draft *draft)
{
    size_t segments = draft == NULL ? 0 : draft->segment_count * sizeof(struct segment);
    size_t bytes = draft == NULL ? 0 : draft->byte_count;
    size_t fixed = sizeof(struct template) + segments;
    struct template *template = malloc(fixed + request->tail.length + bytes);

    if (template == NULL) {
        return NULL;
    }
    *template = (struct template){
        .hash = hash,
        .mib = mib,
        .variant = variant,
        .version = request->version,
        .type = request->type,
        .is_signpost = draft == NULL,
        .room = room,
        .tail_length = (uint32_t)request->tail.length,
        .tail = (uint8_t *)template + fixed,
    };
    template->bytes = template->tail + request->tail.length;
    memcpy(template->tail, request->tail.bytes, request->tail.length);
    if (draft != NULL) {
        template->segment_count = (uint32_t)draft->segment_count;
        memcpy(template->segments, draft->segments, segments);
        memcpy(template->bytes, draft->bytes, bytes);
    }
    template->size = fixed + request->tail.length + bytes;
    return template;
}

static void put(struct sim_templates *templates, struct template *template)
{
    struct template **bucket =
        &templates->buckets[(template->hash + template->variant) & (templates->bucket_count - 1)];

    template->next = *bucket;
    *bucket = template;
    templates->count++;
    templates->bytes += template->size;
}

/* Writes the header, its length left open, and the name of a moving varbind.
 * Returns: their bytes, or 0 when the name differs between devices or is too long for it. */
static uint8_t put_head(const struct sim_item *item, uint8_t *out)
{
    const struct sim_object *object = item->object;

    if (object->suffix != SIM_SUFFIX_NONE || item->exception != 0 || object->name_length > 100) {
        return 0;
    }
    out[0] = SIM_TAG_SEQUENCE;
    out[1] = 0;
    (void)sim_ber_put_bytes(out + 2, SIM_TAG_OID, object->name, object->name_length);
    return (uint8_t)(object->name_length + 4);
}

/* Joins ready varbinds to runs, as long as they fit for certain; beyond that each stands alone, so
 * that an answer can be cut between any two. Returns: false when the draft is too small. */
static bool compile(struct draft *draft, const struct sim_plan *plan, size_t room)
{
    size_t most = 0;
    struct segment *open = NULL;

    draft->segment_count = 0;
    draft->byte_count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct sim_item *item = &plan->items[i];
        uint8_t *at = draft->bytes + draft->byte_count;
        size_t n;

        most += most_size(item);
        if (most_size(item) > DRAFT_BYTES - draft->byte_count) {
            return false;
        }
        if (open == NULL || open->object != NULL || most > room) {
            open = &draft->segments[draft->segment_count++];
            *open = (struct segment){0};
        }
        if (is_ready(item)) {
            /* The view is not looked at for what is ready. */
            n = sim_agent_put_item(NULL, item, at, SIZE_MAX);
        } else {
            open->object = item->object;
            open->exception = item->exception;
            open->head = put_head(item, at);
            n = open->head;
        }
        open->length += (uint32_t)n;
        draft->byte_count += n;
    }
    return true;
}

void sim_template_keep(struct sim_templates *templates, const struct sim_mib *mib,
                       const struct sim_view *view, const struct sim_request *request,
                       const struct sim_plan *plan, size_t reply_max)
{
    uint32_t room = room_of(request, reply_max);
    uint64_t hash = hash_key(mib, request, room);
    struct template *template;

    if (plan->error != SIM_ERROR_NONE || plan->is_private || plan->count == 0 || room == 0 ||
        !compile(&templates->draft, plan, room)) {
        return;
    }
    if (templates->count + 2 > templates->max_count || templates->bytes > BYTES_MAX) {
        flush(templates);
        templates->flushes++;
    }
    if (plan->needs_alerts && find(templates, hash, mib, request, room, ANY_VARIANT) == NULL) {
        template = make(mib, request, room, hash, ANY_VARIANT, NULL);
        if (template == NULL) {
            return;
        }
        put(templates, template);
    }
    template = make(mib, request, room, hash, plan->needs_alerts ? view->alert_count : ANY_VARIANT,
                    &templates->draft);
    if (template != NULL) {
        template->is_bulk = plan->is_bulk;
        put(templates, template);
    }
}
