/*
 * The scan's traffic: groups that are due are asked, answers and ICMP errors find their host.
 */
#include "core/engine/engine_scan_inside.h"

/* --- out -------------------------------------------------------------------------------------- */

/* Writes the group's question to a host into a place of the batch. */
static struct wire_packet scan_write(const struct engine *engine, const struct scan_group *group,
                                     uint32_t index, unsigned place)
{
    const struct engine_scan *scan = engine->scan;
    const struct scan_way *way = &scan->ways[group->way];
    uint8_t *out = engine->sealed + (size_t)place * ENGINE_BUFFER_STRIDE;
    uint32_t number = (uint32_t)group->round << SCAN_WAY_BITS | group->way;
    number |= (uint32_t)group->generation << (SCAN_WAY_BITS + SCAN_ROUND_BITS);
    uint32_t id = htonl(SCAN_ID_FLAG | idperm_seal(&scan->ids, number << SCAN_HOST_BITS | index));
    memcpy(out, way->question, way->size);
    for (unsigned i = 0; i < way->place_count; i++) {
        memcpy(out + way->places[i], &id, sizeof(id));
    }
    return (struct wire_packet){.to = &scan->hosts[index].address, .data = out, .size = way->size};
}

/* Says whether a packet to the host may leave; if so, it is accounted for. */
static bool scan_may_send(struct engine *engine, struct scan_group *group,
                          const struct scan_host *host, int64_t now_us)
{
    struct engine_scan *scan = engine->scan;
    if (!engine->config.paces_loopback && wire_address_is_loopback(&host->address)) {
        return true;
    }
    if (!group->has_reserved) {
        int64_t at_us = subnet_reserve(engine->subnets, &host->address, now_us);
        group->has_reserved = true;
        if (at_us > now_us) {
            heap_move(&scan->deadlines, &group->node, at_us);
            return false;
        }
    }
    int64_t at_us = pace_when(&engine->pace, now_us);
    if (at_us > now_us) {
        scan->paced_until_us = at_us;
        return false;
    }
    pace_take(&engine->pace, now_us);
    group->has_reserved = false;
    return true;
}

/* Fills a batch with the group's next hosts. group->position is that of the first that may not be
 * asked now, or the count. */
static unsigned scan_batch(struct engine *engine, struct scan_group *group,
                           struct wire_packet *packets, uint32_t *indexes, int64_t now_us)
{
    struct engine_scan *scan = engine->scan;
    uint32_t first = (uint32_t)(group - scan->groups) * SCAN_GROUP;
    unsigned count = 0;
    for (; group->position < group->count; group->position++) {
        const struct scan_host *host = &scan->hosts[first + group->position];
        if (host->state != SCAN_UNHEARD || (host->ways >> group->way & 1) == 0) {
            continue;
        }
        if (!scan_may_send(engine, group, host, now_us)) {
            break;
        }
        indexes[count] = first + group->position;
        packets[count] = scan_write(engine, group, indexes[count], count);
        count++;
    }
    return count;
}

static void scan_book(struct engine *engine, const struct scan_group *group,
                      const struct wire_packet *packet, struct scan_host *host)
{
    if (packet->error != 0) {
        engine->counters.send_errors++;
        engine_scan_leave(engine->scan, host, packet->error);
        return;
    }
    engine->counters.sent++;
    engine->counters.sent_bytes += packet->size;
    engine->counters.retries += group->round > 0 ? 1 : 0;
}

/* All hosts have got the question of this phase: they have time to answer. */
static void scan_wait(struct engine *engine, struct scan_group *group, int64_t now_us)
{
    int64_t timeout_us = (int64_t)engine->config.initial_timeout_us << group->round;
    group->due_us = now_us + (timeout_us < RTO_MAX_US ? timeout_us : RTO_MAX_US);
    group->state = SCAN_WAITING;
    bool is_doubt_first = group->is_young && group->due_us > now_us + ENGINE_DOUBT_US;
    heap_move(&engine->scan->deadlines, &group->node,
              is_doubt_first ? now_us + ENGINE_DOUBT_US : group->due_us);
}

/* Asks the group's next hosts. Returns: packets handed to the wire. */
static unsigned scan_ask(struct engine *engine, struct scan_group *group, int64_t now_us)
{
    struct engine_scan *scan = engine->scan;
    struct wire_packet packets[SCAN_GROUP];
    uint32_t indexes[SCAN_GROUP];
    unsigned count = scan_batch(engine, group, packets, indexes, now_us);
    unsigned sent = count > 0 ? engine->wire->send(engine->wire->self, packets, count) : 0;
    for (unsigned i = 0; i < sent; i++) {
        scan_book(engine, group, &packets[i], &scan->hosts[indexes[i]]);
    }
    group->has_asked = group->has_asked || sent > 0;
    if (sent < count) {
        engine->counters.send_blocked++;
        engine->is_blocked = true;
        group->position = (uint8_t)(indexes[sent] % SCAN_GROUP);
    } else if (group->unheard == 0) {
        engine_scan_finish(scan, group);
    } else if (group->position == group->count && group->has_asked) {
        scan_wait(engine, group, now_us);
    } else if (group->position == group->count && !engine_scan_seek(scan, group, group->way + 1u)) {
        engine_scan_finish(scan, group);
    }
    return count;
}

void engine_scan_flush(struct engine *engine, int64_t now_us)
{
    struct engine_scan *scan = engine->scan;
    if (scan == NULL) {
        return;
    }
    uint32_t room = engine->config.sends_per_turn;
    struct heap_node *node;
    while (room > 0 && !engine->is_blocked && scan->paced_until_us <= now_us &&
           (node = heap_peek(&scan->deadlines)) != NULL && node->key <= now_us) {
        struct scan_group *group = BASE_CONTAINER_OF(node, struct scan_group, node);
        if (group->state == SCAN_ASKING) {
            unsigned asked = scan_ask(engine, group, now_us);
            room -= asked < room ? asked : room;
        } else if (group->due_us > now_us) {
            engine_scan_age(scan, group);
            heap_move(&scan->deadlines, node, group->due_us);
        } else {
            engine_scan_age(scan, group);
            if (!engine_scan_seek(scan, group, group->way + 1u)) {
                engine_scan_finish(scan, group);
            }
        }
    }
}

int64_t engine_scan_deadline_us(const struct engine *engine, int64_t now_us)
{
    const struct engine_scan *scan = engine->scan;
    const struct heap_node *node = scan == NULL ? NULL : heap_peek(&scan->deadlines);
    if (node == NULL || (node->key <= now_us && engine->is_blocked)) {
        return INT64_MAX;
    }
    return node->key > scan->paced_until_us ? node->key : scan->paced_until_us;
}

/* --- in --------------------------------------------------------------------------------------- */

/* Returns: the host that an id was sent to, with the way; NULL when it never was, or does not
 * matter any more. */
static struct scan_host *scan_find(struct engine_scan *scan, int32_t id, unsigned *way)
{
    uint32_t number = idperm_open(&scan->ids, (uint32_t)id ^ SCAN_ID_FLAG);
    uint32_t index = number % ENGINE_SCAN_HOSTS;
    unsigned phase = number >> SCAN_HOST_BITS & ((1u << (SCAN_WAY_BITS + SCAN_ROUND_BITS)) - 1);
    const struct scan_group *group = &scan->groups[index / SCAN_GROUP];
    struct scan_host *host = &scan->hosts[index];
    bool is_asked = group->state == SCAN_ASKING || group->state == SCAN_WAITING;
    unsigned now = (unsigned)group->round << SCAN_WAY_BITS | group->way;
    bool is_sent = phase < now || (phase == now && index % SCAN_GROUP < group->position);
    *way = phase % ENGINE_SCAN_WAYS;
    bool is_its = (host->ways & scan->by_round[phase / ENGINE_SCAN_WAYS]) >> *way & 1;
    bool is_this =
        number >> (SCAN_HOST_BITS + SCAN_WAY_BITS + SCAN_ROUND_BITS) == group->generation;
    return is_asked && is_sent && is_its && is_this && host->state == SCAN_UNHEARD ? host : NULL;
}

static void scan_hear(struct engine_scan *scan, struct scan_host *host, unsigned way)
{
    uint32_t index = (uint32_t)(host - scan->hosts);
    struct scan_group *group = &scan->groups[index / SCAN_GROUP];
    host->state = SCAN_HEARD;
    host->way = (uint8_t)way;
    host->next = SCAN_NOBODY;
    if (scan->heard.tail != SCAN_NOBODY) {
        scan->hosts[scan->heard.tail].next = index;
    } else {
        scan->heard.head = index;
    }
    scan->heard.tail = index;
    scan->heard_count++;
    group->heard++;
    group->unheard--;
    if (group->unheard == 0) {
        engine_scan_finish(scan, group);
    }
}

void engine_scan_receive(struct engine *engine, const union wire_address *from, int32_t id,
                         int32_t version, struct bytes community)
{
    struct engine_scan *scan = engine->scan;
    unsigned way = 0;
    struct scan_host *host = scan == NULL ? NULL : scan_find(scan, id, &way);
    if (host == NULL) {
        engine->counters.wrong_id++;
    } else if (!wire_address_equal(from, &host->address)) {
        engine->counters.wrong_source++;
    } else if (version != scan->ways[way].version) {
        engine->counters.wrong_version++;
    } else if (!bytes_equal(community, scan->ways[way].community)) {
        engine->counters.wrong_community++;
    } else {
        scan_hear(scan, host, way);
    }
}

void engine_scan_unreachable(struct engine *engine, const union wire_address *to, int32_t id)
{
    struct engine_scan *scan = engine->scan;
    unsigned way = 0;
    struct scan_host *host = scan == NULL ? NULL : scan_find(scan, id, &way);
    if (host != NULL && wire_address_equal(to, &host->address)) {
        struct scan_group *group = &scan->groups[(size_t)(host - scan->hosts) / SCAN_GROUP];
        engine_scan_leave(scan, host, BASE_EUNREACHABLE);
        if (group->unheard == 0) {
            engine_scan_finish(scan, group);
        }
    }
}
