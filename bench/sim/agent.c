#include "bench/sim/agent.h"

#include "bench/sim/alert.h"
#include "bench/sim/oid.h"
#include "bench/sim/value.h"

/* prtAlertEntry, 1.3.6.1.2.1.43.18.1.1: the table that flawed devices never end. */
static const uint8_t alert_entry[] = {0x2b, 6, 1, 2, 1, 43, 18, 1, 1};

/* All that planning one answer needs. */
struct planner {
    const struct sim_mib *mib;
    struct sim_view *view;
    const struct sim_request *request;
    struct sim_plan *plan;
    unsigned flaws;
};

/* ---- finding objects ---- */

/* Orders a name against an object. A name that goes beyond a name with a suffix makes the plan
 * private, because the suffix is another one for every device. */
static int compare(struct planner *p, const struct sim_slice *name, const struct sim_object *object)
{
    uint8_t full[SIM_OID_BYTES_MAX + 32];
    size_t n;

    if (object->suffix == SIM_SUFFIX_NONE || name->length <= object->name_length ||
        memcmp(name->bytes, object->name, object->name_length) != 0) {
        int order = sim_oid_compare(name->bytes, name->length, object->name, object->name_length);

        /* A name that is all of the object's but the suffix stands before it. */
        return order == 0 && object->suffix != SIM_SUFFIX_NONE ? -1 : order;
    }
    p->plan->is_private = true;
    sim_alert_find(p->view);
    n = sim_value_name(p->view, object, full);
    return sim_oid_compare(name->bytes, name->length, full, n);
}

/* Returns: the first object after name. *found tells whether the one before it has that name. */
static size_t search(struct planner *p, const struct sim_slice *name, bool *found)
{
    size_t low = 0;
    size_t high = p->mib->count;

    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(p, name, &p->mib->objects[middle]);

        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
            *found = order == 0;
            if (order == 0) {
                break;
            }
        }
    }
    return low;
}

/* Whether the device has the object now, and v1 can carry it. */
static bool is_there(struct planner *p, const struct sim_object *object)
{
    if (object->is_counter64 && p->request->version == 0) {
        return false;
    }
    if (object->suffix == SIM_SUFFIX_ALERT) {
        p->plan->needs_alerts = true;
        sim_alert_find(p->view);
        return object->arg < p->view->alert_count;
    }
    return true;
}

static bool is_same_column(const struct sim_object *a, const struct sim_object *b)
{
    return a->column_length == b->column_length && memcmp(a->name, b->name, a->column_length) == 0;
}

/* ---- flaws ---- */

/* Whether name is in a column of prtAlertTable; *column gets its arc and *row its last arc, or 0
 * when the name ends before a row. */
static bool alert_place(const struct sim_slice *name, uint8_t *column, uint32_t *row)
{
    size_t n = sizeof(alert_entry);

    if (name->length <= n || memcmp(name->bytes, alert_entry, n) != 0) {
        return false;
    }
    *column = name->bytes[n];
    *row = 0;
    for (size_t i = n + 2; i < name->length; i++) {
        *row = *row << 7 | (name->bytes[i] & 0x7f);
    }
    return true;
}

/* Makes up the next row of an endless column. Returns: false when there is nothing to make up. */
static bool make_up(struct planner *p, const struct sim_item *last, const struct sim_object *next,
                    struct sim_item *item)
{
    uint8_t full[SIM_OID_BYTES_MAX + 32];
    struct sim_slice name = last->name;
    struct sim_plan *plan = p->plan;
    uint8_t *at = plan->scratch + plan->scratch_used;
    uint8_t column;
    uint32_t row;

    if (last->object != NULL) {
        name = (struct sim_slice){full, sim_value_name(p->view, last->object, full)};
    }
    if (!alert_place(&name, &column, &row) || row == INT32_MAX ||
        SIM_SCRATCH_BYTES - plan->scratch_used < sizeof(alert_entry) + 8) {
        return false;
    }
    if (next != NULL && next->suffix == SIM_SUFFIX_ALERT &&
        next->name[sizeof(alert_entry)] == column) {
        return false;
    }
    memcpy(at, alert_entry, sizeof(alert_entry));
    at[sizeof(alert_entry)] = column;
    at[sizeof(alert_entry) + 1] = 1;
    item->object = NULL;
    item->exception = 0;
    item->name.bytes = at;
    item->name.length = (size_t)(sim_oid_put_arc(at + sizeof(alert_entry) + 2, row + 1) - at);
    plan->scratch_used += item->name.length;
    return true;
}

/* ---- walking ---- */

static void start(struct planner *p, struct sim_cursor *cursor, const struct sim_slice *name)
{
    bool found;

    cursor->next = search(p, name, &found);
    cursor->last = (struct sim_item){.name = *name};
    cursor->is_at_end = false;
}

/* Answers with the object after the cursor; at the end of the view, with the exception. */
static void step(struct planner *p, struct sim_cursor *cursor, struct sim_item *item)
{
    const struct sim_object *objects = p->mib->objects;
    size_t next = cursor->next;

    while (next < p->mib->count && !is_there(p, &objects[next])) {
        next++;
    }
    if ((p->flaws & SIM_FLAW_NONINCREASING) != 0 && next >= 2 && next < p->mib->count &&
        is_same_column(&objects[next], &objects[next - 2])) {
        next -= 2;
    }
    if ((p->flaws & SIM_FLAW_ENDLESS) != 0 &&
        make_up(p, &cursor->last, next < p->mib->count ? &objects[next] : NULL, item)) {
        cursor->last = *item;
        return;
    }
    if (next == p->mib->count) {
        *item = cursor->last;
        item->exception = SIM_TAG_END_OF_VIEW;
        cursor->is_at_end = true;
        return;
    }
    *item = (struct sim_item){.object = &objects[next]};
    cursor->last = *item;
    cursor->next = next + 1;
}

static void fail(struct sim_plan *plan, enum sim_error error, size_t index)
{
    plan->error = error;
    plan->error_index = (int32_t)index;
    plan->count = 0;
}

/* What v2c says of a name that is not there. after: the object behind its place. */
static uint8_t exception_of(const struct sim_mib *mib, const struct sim_slice *name, size_t after)
{
    for (size_t at = after > 0 ? after - 1 : 0; at <= after && at < mib->count; at++) {
        const struct sim_object *near = &mib->objects[at];

        if (name->length >= near->column_length &&
            memcmp(name->bytes, near->name, near->column_length) == 0) {
            return SIM_TAG_NO_INSTANCE; /* of a column that has others */
        }
    }
    return SIM_TAG_NO_OBJECT;
}

static void plan_get(struct planner *p)
{
    for (size_t i = 0; i < p->request->count; i++) {
        const struct sim_slice *name = &p->request->names[i];
        struct sim_item *item = &p->plan->items[p->plan->count];
        bool found;
        size_t after = search(p, name, &found);

        *item = (struct sim_item){.name = *name};
        if (found && is_there(p, &p->mib->objects[after - 1])) {
            *item = (struct sim_item){.object = &p->mib->objects[after - 1]};
        } else if (p->request->version == 0) {
            fail(p->plan, SIM_ERROR_NO_SUCH_NAME, i + 1);
            return;
        } else {
            item->exception = exception_of(p->mib, name, after);
        }
        p->plan->count++;
    }
}

static void plan_next(struct planner *p)
{
    for (size_t i = 0; i < p->request->count; i++) {
        struct sim_cursor cursor;

        start(p, &cursor, &p->request->names[i]);
        step(p, &cursor, &p->plan->items[p->plan->count]);
        if (cursor.is_at_end && p->request->version == 0) {
            fail(p->plan, SIM_ERROR_NO_SUCH_NAME, i + 1);
            return;
        }
        p->plan->count++;
    }
}

/* Bytes that an item takes at least, whichever device answers. */
static size_t least_size(const struct sim_item *item)
{
    if (item->object == NULL) {
        return item->name.length + 6;
    }
    return item->exception == 0 && item->object->varbind != NULL ? item->object->varbind_length
                                                                 : item->object->name_length + 6u;
}

static void plan_bulk(struct planner *p, size_t reply_max)
{
    struct sim_plan *plan = p->plan;
    size_t count = p->request->count;
    size_t once = p->request->non_repeaters < 0 ? 0 : (size_t)p->request->non_repeaters;
    size_t times = p->request->max_repetitions < 0 ? 0 : (size_t)p->request->max_repetitions;
    size_t size = 0;
    bool all_ended = false;

    once = once < count ? once : count;
    for (size_t i = 0; i < count; i++) {
        start(p, &plan->cursors[i], &p->request->names[i]);
    }
    for (size_t row = 0; row < (times > 0 ? times : 1) && !all_ended; row++) {
        all_ended = true;
        for (size_t i = row == 0 ? 0 : once; i < count; i++) {
            struct sim_cursor *cursor = &plan->cursors[i];

            if ((i >= once && times == 0) || plan->count == SIM_ITEMS_MAX || size > reply_max) {
                return;
            }
            step(p, cursor, &plan->items[plan->count]);
            size += least_size(&plan->items[plan->count]);
            plan->count++;
            all_ended = all_ended && cursor->is_at_end;
        }
    }
}

void sim_agent_plan(const struct sim_mib *mib, struct sim_view *view,
                    const struct sim_request *request, size_t reply_max, unsigned flaws,
                    struct sim_plan *plan)
{
    struct planner p = {mib, view, request, plan, flaws};

    plan->error = SIM_ERROR_NONE;
    plan->error_index = 0;
    plan->is_bulk = false;
    plan->is_private = false;
    plan->needs_alerts = false;
    plan->count = 0;
    plan->scratch_used = 0;
    switch (request->type) {
    case SIM_TAG_GET:
        plan_get(&p);
        break;
    case SIM_TAG_GETNEXT:
        plan_next(&p);
        break;
    case SIM_TAG_GETBULK:
        plan->is_bulk = true;
        plan_bulk(&p, reply_max);
        break;
    default: /* SET: nothing can be written (RFC 3416 section 4.2.5; v1 says noSuchName) */
        fail(plan, request->version == 0 ? SIM_ERROR_NO_SUCH_NAME : SIM_ERROR_NO_ACCESS, 1);
        break;
    }
}

/* ---- writing ---- */

size_t sim_agent_put_item(struct sim_view *view, const struct sim_item *item, uint8_t *out,
                          size_t room)
{
    uint8_t name[SIM_OID_BYTES_MAX + 32];
    struct sim_slice full = item->name;
    uint8_t *at = out;
    size_t content;

    if (item->object != NULL && item->exception == 0) {
        size_t n = item->object->varbind_length;

        if (n <= room) {
            n = sim_value_varbind(view, item->object, out);
        }
        return n <= room ? n : 0;
    }
    if (item->object != NULL) {
        full = (struct sim_slice){name, sim_value_name(view, item->object, name)};
    }
    content = 1 + sim_ber_length_size(full.length) + full.length + (item->exception != 0 ? 2 : 3);
    if (1 + sim_ber_length_size(content) + content > room) {
        return 0;
    }
    *at++ = SIM_TAG_SEQUENCE;
    at = sim_ber_put_length(at, content);
    at = sim_ber_put_bytes(at, SIM_TAG_OID, full.bytes, full.length);
    at = item->exception != 0 ? sim_ber_put_bytes(at, item->exception, NULL, 0)
                              : sim_ber_put_int(at, SIM_TAG_INTEGER, 1);
    return (size_t)(at - out);
}

void sim_agent_write_error(const struct sim_request *request, enum sim_error error, int32_t index,
                           struct sim_room room, struct sim_slice *message)
{
    uint8_t *body = room.buffer + SIM_HEAD_ROOM;
    size_t length = error == SIM_ERROR_TOO_BIG && request->version != 0 ? 0 : request->list.length;

    if (length + sim_request_overhead(request) > room.reply_max) {
        *message = (struct sim_slice){room.buffer, 0};
        return;
    }
    if (length > 0) {
        memcpy(body, request->list.bytes, length);
    }
    sim_request_wrap(request, (int32_t)error, index, body, length, message);
}

enum sim_error sim_agent_write(struct sim_view *view, const struct sim_request *request,
                               const struct sim_plan *plan, unsigned flaws, struct sim_room room,
                               struct sim_slice *message)
{
    uint8_t *body = room.buffer + SIM_HEAD_ROOM;
    size_t overhead = sim_request_overhead(request);
    size_t most = room.reply_max > overhead ? room.reply_max - overhead : 0;
    enum sim_error error = plan->error;
    size_t used = 0;

    for (size_t i = 0; i < plan->count && error == SIM_ERROR_NONE; i++) {
        size_t n = sim_agent_put_item(view, &plan->items[i], body + used, most - used);

        if (n == 0) {
            if (!plan->is_bulk || i == 0 || (flaws & SIM_FLAW_BULK_TOO_BIG) != 0) {
                error = SIM_ERROR_TOO_BIG;
            }
            break;
        }
        used += n;
    }
    if (error != SIM_ERROR_NONE) {
        sim_agent_write_error(request, error, plan->error_index, room, message);
    } else {
        sim_request_wrap(request, 0, 0, body, used, message);
    }
    return error;
}
