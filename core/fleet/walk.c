#include "core/fleet/walk.h"

#include <stdlib.h>

/* Rows of one question: thirty varbinds of a usual walk fill a frame. */
#define REPETITIONS  24
#define SILENCES_MAX 3

static const uint8_t mib_2[] = {0x2b, 6, 1, 2, 1};
static const uint8_t enterprises[] = {0x2b, 6, 1, 4, 1};
static const struct bytes roots[] = {{mib_2, sizeof(mib_2)}, {enterprises, sizeof(enterprises)}};

/* Behind everything below a branch: the largest arc. */
static const uint8_t last_arc[] = {0x8f, 0xff, 0xff, 0xff, 0x7f};

void walk_init(struct walk *walk, const struct profile_set *profiles)
{
    *walk = (struct walk){.profiles = profiles};
}

void walk_fini(struct walk *walk)
{
    free(walk->octets);
    free(walk->items);
    *walk = (struct walk){0};
}

/* What the poll has read of who the device is. */
static void read_device(struct walk *walk, const struct plan *plan)
{
    told_read(&walk->told, plan);
    if (walk->profiles != NULL) {
        walk->profile = profile_choose(walk->profiles, &walk->told.device);
    }
}

static void enter_root(struct walk *walk, unsigned root)
{
    walk->root = root;
    if (root < BASE_ARRAY_COUNT(roots)) {
        walk->cursor_size = roots[root].size;
        memcpy(walk->cursor, roots[root].data, walk->cursor_size);
    }
}

void walk_start(struct walk *walk, const struct plan *plan)
{
    struct profile_limits limits = {0};

    walk->is_started = true;
    walk->repetitions = REPETITIONS;
    read_device(walk, plan);
    if (walk->profile != NULL) {
        profile_limits(walk->profile, &walk->told.device, &limits);
    }
    walk->is_bulk = plan->is_bulk && !limits.no_bulk;
    enter_root(walk, 0);
}

static bool may_have(const struct walk *walk, struct bytes name)
{
    return walk->profile == NULL || !profile_is_avoided(walk->profile, &walk->told.device, name);
}

bool walk_ask(struct walk *walk, struct plan_question *question)
{
    bool is_full = walk->count >= WALK_OBJECTS_MAX || walk->size >= WALK_OCTETS_MAX ||
                   walk->questions >= WALK_QUESTIONS_MAX;

    while (walk->root < BASE_ARRAY_COUNT(roots) && !may_have(walk, roots[walk->root])) {
        enter_root(walk, walk->root + 1);
    }
    walk->is_cut = walk->is_cut || (is_full && walk->root < BASE_ARRAY_COUNT(roots));
    if (is_full || walk->root >= BASE_ARRAY_COUNT(roots)) {
        return false;
    }
    walk->questions++;
    question->names[0] = bytes_of(walk->cursor, walk->cursor_size);
    question->pdu.pdu = walk->is_bulk ? GATE_GETBULK : GATE_GETNEXT;
    question->pdu.varbinds = bytes_of(NULL, 0);
    question->pdu.names = question->names;
    question->pdu.count = 1;
    question->pdu.non_repeaters = 0;
    question->pdu.max_repetitions = walk->is_bulk ? walk->repetitions : 0;
    question->max_varbinds = walk->is_bulk ? walk->repetitions : 1;
    return true;
}

static bool make_room(struct walk *walk, size_t more)
{
    if (walk->size + more > walk->cap) {
        size_t cap = 2 * (walk->cap + more) + 65536;
        uint8_t *octets = realloc(walk->octets, cap);
        if (octets == NULL) {
            return false;
        }
        walk->octets = octets;
        walk->cap = cap;
    }
    if (walk->count == walk->items_cap) {
        size_t cap = 2 * walk->items_cap + 1024;
        struct varbind *items = realloc(walk->items, cap * sizeof(*items));
        if (items == NULL) {
            return false;
        }
        walk->items = items;
        walk->items_cap = cap;
    }
    return true;
}

static void keep(struct walk *walk, const struct gate_varbind *varbind)
{
    size_t name_size = varbind->name_size;
    size_t value_size = varbind->value_size;

    if (!make_room(walk, name_size + value_size)) {
        walk->is_cut = true;
        return;
    }
    bytes_copy(walk->octets + walk->size, bytes_of(varbind->name, name_size));
    bytes_copy(walk->octets + walk->size + name_size, bytes_of(varbind->value, value_size));
    walk->items[walk->count++] = (struct varbind){
        .oid = bytes_of(NULL, name_size), .value = bytes_of(NULL, value_size), .tag = varbind->tag};
    walk->size += name_size + value_size;
}

/* Moves on to a name, or behind the branch that must not be asked. Returns: whether the value may
 * be kept. */
static bool move_to(struct walk *walk, struct bytes name)
{
    size_t shortest = name.size;

    memcpy(walk->cursor, name.data, name.size);
    walk->cursor_size = name.size;
    if (may_have(walk, name)) {
        return true;
    }
    /* The shortest beginning that is refused is the branch. */
    for (size_t size = roots[walk->root].size + 1; size < name.size; size++) {
        struct bytes beginning = bytes_of(name.data, size);
        if (oid_is_valid(beginning) && !may_have(walk, beginning)) {
            shortest = size;
            break;
        }
    }
    if (shortest + sizeof(last_arc) <= sizeof(walk->cursor)) {
        memcpy(walk->cursor + shortest, last_arc, sizeof(last_arc));
        walk->cursor_size = shortest + sizeof(last_arc);
    }
    return false;
}

void walk_accept(struct walk *walk, const struct gate_varbind *varbinds, size_t count)
{
    walk->silences = 0;
    if (count == 0) {
        enter_root(walk, walk->root + 1);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct bytes name = bytes_of(varbinds[i].name, varbinds[i].name_size);
        bool is_inside = oid_is_below(name, roots[walk->root]) &&
                         varbinds[i].tag < GATE_NO_SUCH_OBJECT && name.size <= OID_BER_MAX;
        if (!is_inside || oid_compare(name, bytes_of(walk->cursor, walk->cursor_size)) <= 0) {
            walk->is_cut = walk->is_cut || is_inside; /* in circles */
            enter_root(walk, walk->root + 1);
            return;
        }
        if (!move_to(walk, name)) {
            return; /* the rest of this answer is the branch's, too, or is asked again */
        }
        keep(walk, &varbinds[i]);
    }
}

void walk_refused(struct walk *walk, int32_t error_status)
{
    walk->silences = 0;
    if (error_status == PDU_TOO_BIG && walk->repetitions > 1 && walk->is_bulk) {
        walk->repetitions /= 2;
    } else if (error_status != PDU_NO_SUCH_NAME && walk->is_bulk) {
        walk->is_bulk = false;
    } else {
        walk->is_cut = walk->is_cut || error_status != PDU_NO_SUCH_NAME;
        enter_root(walk, walk->root + 1);
    }
}

bool walk_silence(struct walk *walk)
{
    walk->silences++;
    walk->repetitions = walk->repetitions > 4 ? walk->repetitions / 4 : 1;
    if (walk->silences < SILENCES_MAX) {
        return true;
    }
    walk->is_cut = true;
    walk->root = BASE_ARRAY_COUNT(roots);
    return false;
}

struct varbinds walk_list(struct walk *walk)
{
    struct varbinds list = {walk->items, walk->count};
    const uint8_t *at = walk->octets;

    for (size_t i = 0; i < walk->count; i++) {
        struct varbind *item = &walk->items[i];
        if (item->oid.data == NULL) {
            item->oid.data = at;
            item->value.data = at + item->oid.size;
        }
        at += item->oid.size + item->value.size;
    }
    varbinds_sort(&list);
    walk->count = list.count;
    return list;
}
