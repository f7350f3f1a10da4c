#include "core/engine/engine_scan.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/port.h"
#include "core/engine/engine_scan_inside.h"

int engine_scan_open(struct engine *engine)
{
    struct engine_scan *scan = calloc(1, sizeof(*scan));
    if (scan == NULL || heap_init(&scan->deadlines, SCAN_GROUPS) != 0) {
        free(scan);
        return -ENOMEM;
    }
    scan->hosts = calloc(ENGINE_SCAN_HOSTS, sizeof(*scan->hosts));
    if (scan->hosts == NULL) {
        engine_scan_free(scan);
        return -ENOMEM;
    }
    idperm_init(&scan->ids,
                (uint64_t[]){engine->config.id_secret[0], ~engine->config.id_secret[1]});
    scan->done = scan->heard = (struct scan_list){SCAN_NOBODY, SCAN_NOBODY};
    scan->free = (struct scan_list){0, SCAN_GROUPS - 1};
    scan->filling = SCAN_NOBODY;
    for (uint32_t i = 0; i < SCAN_GROUPS; i++) {
        heap_node_clear(&scan->groups[i].node);
        scan->groups[i].generation = (uint8_t)(engine_random(engine) & SCAN_GENERATION_MASK);
        scan->groups[i].next = i + 1 < SCAN_GROUPS ? i + 1 : SCAN_NOBODY;
    }
    engine->scan = scan;
    return 0;
}

void engine_scan_free(struct engine_scan *scan)
{
    if (scan == NULL) {
        return;
    }
    heap_fini(&scan->deadlines);
    usm_forget(scan->ways, sizeof(scan->ways)); /* communities */
    free(scan->hosts);
    free(scan);
}

/* --- ways ------------------------------------------------------------------------------------- */

static int scan_encode(const struct pdu_request *pdu, int32_t id, uint8_t *out, size_t *size)
{
    return pdu == NULL ? usm_seal_discovery(id, out, SCAN_QUESTION_MAX, size)
                       : pdu_encode(pdu, id, out, SCAN_QUESTION_MAX, size);
}

/* Makes the question, and finds its id: it stands where two questions that differ in all octets of
 * their ids differ. */
static int scan_make_way(struct scan_way *way, const struct pdu_request *pdu)
{
    uint8_t other[SCAN_QUESTION_MAX];
    size_t size = 0;
    int status = scan_encode(pdu, INT32_MAX, other, &size);
    status = status == 0 ? scan_encode(pdu, SCAN_ID_FLAG, way->question, &size) : status;
    if (status != 0) {
        return status;
    }
    for (size_t i = 0; i < size; i++) {
        if (other[i] != way->question[i]) {
            BASE_REQUIRE(way->place_count < SCAN_PLACES_MAX && i + 4 <= size);
            way->places[way->place_count++] = (uint16_t)i;
            i += 3;
        }
    }
    usm_forget(other, sizeof(other));
    BASE_REQUIRE(way->place_count > 0);
    way->version = pdu == NULL ? PDU_V3 : (int32_t)pdu->version;
    way->community = pdu == NULL ? bytes_of(NULL, 0) : pdu->community;
    way->size = (uint16_t)size;
    return 0;
}

int engine_scan_way(struct engine *engine, unsigned way, const struct pdu_request *pdu,
                    unsigned attempts)
{
    struct engine_scan *scan = engine->scan;
    BASE_REQUIRE(way < ENGINE_SCAN_WAYS && attempts > 0 && attempts <= ENGINE_SCAN_ATTEMPTS);
    if (scan->ways[way].size == 0) {
        int status = scan_make_way(&scan->ways[way], pdu);
        if (status != 0) {
            return status;
        }
    }
    for (unsigned round = 0; round < attempts; round++) {
        scan->by_round[round] |= UINT64_C(1) << way;
    }
    return 0;
}

/* --- groups ----------------------------------------------------------------------------------- */

static uint32_t scan_pop_group(struct engine_scan *scan, struct scan_list *list)
{
    uint32_t index = list->head;
    if (index != SCAN_NOBODY) {
        list->head = scan->groups[index].next;
        list->tail = list->head == SCAN_NOBODY ? SCAN_NOBODY : list->tail;
    }
    return index;
}

static void scan_push_group(struct engine_scan *scan, struct scan_list *list, uint32_t index)
{
    scan->groups[index].next = SCAN_NOBODY;
    if (list->tail != SCAN_NOBODY) {
        scan->groups[list->tail].next = index;
    } else {
        list->head = index;
    }
    list->tail = index;
}

void engine_scan_age(struct engine_scan *scan, struct scan_group *group)
{
    if (group->is_young) {
        group->is_young = false;
        scan->young -= group->count;
    }
}

void engine_scan_finish(struct engine_scan *scan, struct scan_group *group)
{
    heap_remove(&scan->deadlines, &group->node);
    engine_scan_age(scan, group);
    group->state = SCAN_DONE;
    group->position = 0;
    scan_push_group(scan, &scan->done, (uint32_t)(group - scan->groups));
}

/* Everybody of the group has been told of. */
static void scan_end(struct engine_scan *scan, struct scan_group *group)
{
    if (group->heard > 0) {
        group->state = SCAN_ENDED;
        return;
    }
    *group = (struct scan_group){.node = group->node,
                                 .generation = (group->generation + 1) & SCAN_GENERATION_MASK};
    scan_push_group(scan, &scan->free, (uint32_t)(group - scan->groups));
}

bool engine_scan_seek(const struct engine_scan *scan, struct scan_group *group, unsigned first)
{
    uint64_t later = first < ENGINE_SCAN_WAYS ? UINT64_MAX << first : 0;
    for (unsigned round = group->round; round < ENGINE_SCAN_ATTEMPTS; round++) {
        uint64_t ways = scan->by_round[round] & group->ways & later;
        if (ways != 0) {
            group->round = (uint8_t)round;
            group->way = (uint8_t)__builtin_ctzll(ways);
            group->position = 0;
            group->has_asked = false;
            group->state = SCAN_ASKING;
            return true;
        }
        later = UINT64_MAX;
    }
    return false;
}

void engine_scan_start(struct engine_scan *scan, int64_t now_us)
{
    if (scan->filling != SCAN_NOBODY) {
        struct scan_group *group = &scan->groups[scan->filling];
        bool has_phase = engine_scan_seek(scan, group, 0);
        BASE_REQUIRE(has_phase);
        heap_push(&scan->deadlines, &group->node, now_us);
        scan->filling = SCAN_NOBODY;
    }
}

void engine_scan_go(struct engine *engine, int64_t now_us)
{
    if (engine->scan != NULL) {
        engine_scan_start(engine->scan, now_us);
    }
}

bool engine_scan_is_filling(const struct engine *engine)
{
    return engine->scan->filling != SCAN_NOBODY;
}

bool engine_scan_has_room(const struct engine *engine)
{
    const struct engine_scan *scan = engine->scan;
    return scan->filling != SCAN_NOBODY || scan->free.head != SCAN_NOBODY;
}

int engine_scan_add(struct engine *engine, const union wire_address *address, uint64_t ways,
                    int64_t now_us)
{
    struct engine_scan *scan = engine->scan;
    if ((ways & scan->by_round[0]) == 0 || port_prints(wire_address_port(address))) {
        return BASE_EUSAGE;
    }
    if (!engine_scan_has_room(engine)) {
        return -EAGAIN;
    }
    if (scan->filling == SCAN_NOBODY) {
        scan->filling = scan_pop_group(scan, &scan->free);
        scan->groups[scan->filling].state = SCAN_FILLING;
        scan->groups[scan->filling].is_young = true;
    }
    struct scan_group *group = &scan->groups[scan->filling];
    struct scan_host *host = &scan->hosts[scan->filling * SCAN_GROUP + group->count];
    *host = (struct scan_host){.address = *address, .ways = ways};
    group->ways |= ways;
    group->count++;
    group->unheard++;
    scan->young++;
    if (group->count == SCAN_GROUP) {
        engine_scan_start(scan, now_us);
    }
    return 0;
}

uint32_t engine_scan_busy(const struct engine *engine)
{
    return engine->scan == NULL ? 0 : engine->scan->young + engine->scan->heard_count;
}

bool engine_scan_has_heard(const struct engine *engine)
{
    return engine->scan != NULL && engine->scan->heard_count > 0;
}

bool engine_scan_take_heard(struct engine *engine, union wire_address *address, unsigned *way)
{
    struct engine_scan *scan = engine->scan;
    if (!engine_scan_has_heard(engine)) {
        return false;
    }
    uint32_t index = scan->heard.head;
    struct scan_host *host = &scan->hosts[index];
    struct scan_group *group = &scan->groups[index / SCAN_GROUP];
    scan->heard.head = host->next;
    scan->heard.tail = host->next == SCAN_NOBODY ? SCAN_NOBODY : scan->heard.tail;
    scan->heard_count--;
    *address = host->address;
    *way = host->way;
    host->state = SCAN_TAKEN;
    group->heard--;
    if (group->state == SCAN_ENDED) {
        scan_end(scan, group);
    }
    return true;
}

bool engine_scan_take_silent(struct engine *engine, union wire_address *address, int *status)
{
    struct engine_scan *scan = engine->scan;
    while (scan != NULL && scan->done.head != SCAN_NOBODY) {
        uint32_t index = scan->done.head;
        struct scan_group *group = &scan->groups[index];
        while (group->position < group->count) {
            const struct scan_host *host = &scan->hosts[index * SCAN_GROUP + group->position++];
            if (host->state == SCAN_UNHEARD || host->state == SCAN_GONE) {
                *address = host->address;
                *status = host->state == SCAN_GONE ? host->status : BASE_ETIMEOUT;
                return true;
            }
        }
        (void)scan_pop_group(scan, &scan->done);
        scan_end(scan, group);
    }
    return false;
}

void engine_scan_leave(struct engine_scan *scan, struct scan_host *host, int status)
{
    struct scan_group *group = &scan->groups[(size_t)(host - scan->hosts) / SCAN_GROUP];
    host->state = SCAN_GONE;
    host->status = status;
    group->unheard--;
}

void engine_scan_cancel(struct engine *engine)
{
    struct engine_scan *scan = engine->scan;
    if (scan == NULL) {
        return;
    }
    engine_scan_start(scan, 0);
    struct heap_node *node;
    while ((node = heap_peek(&scan->deadlines)) != NULL) {
        struct scan_group *group = BASE_CONTAINER_OF(node, struct scan_group, node);
        struct scan_host *hosts = &scan->hosts[(size_t)(group - scan->groups) * SCAN_GROUP];
        for (unsigned i = 0; i < group->count; i++) {
            if (hosts[i].state == SCAN_UNHEARD) {
                engine_scan_leave(scan, &hosts[i], BASE_ECANCELED);
            }
        }
        engine_scan_finish(scan, group);
    }
}

void engine_scan_verify(const struct engine *engine)
{
    const struct engine_scan *scan = engine->scan;
    uint32_t young = 0;
    uint32_t heard = 0;
    for (uint32_t i = 0; scan != NULL && i < SCAN_GROUPS; i++) {
        const struct scan_group *group = &scan->groups[i];
        uint32_t by_state[SCAN_GONE + 1] = {0};
        for (uint32_t j = 0; j < group->count; j++) {
            by_state[scan->hosts[i * SCAN_GROUP + j].state]++;
        }
        bool in_heap = group->state == SCAN_ASKING || group->state == SCAN_WAITING;
        BASE_REQUIRE(heap_node_is_inside(&group->node) == in_heap);
        BASE_REQUIRE(by_state[SCAN_UNHEARD] == group->unheard);
        BASE_REQUIRE(by_state[SCAN_HEARD] == group->heard);
        BASE_REQUIRE(group->state != SCAN_FREE || group->count == 0);
        young += group->is_young ? group->count : 0;
        heard += group->heard;
    }
    BASE_REQUIRE(scan == NULL || (scan->young == young && scan->heard_count == heard));
    BASE_REQUIRE(scan == NULL || heap_is_valid(&scan->deadlines));
}
