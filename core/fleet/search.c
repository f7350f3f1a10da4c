#include "core/fleet/search.h"

#include "core/fleet/access.h"
#include "core/fleet/address.h"
#include "core/fleet/probe.h"

int search_open(struct search *search, struct engine *engine, const struct credentials *credentials,
                unsigned attempts)
{
    *search = (struct search){
        .engine = engine, .credentials = credentials, .attempts = (uint8_t)attempts};
    return engine_scan_open(engine);
}

static int search_way(struct search *search, const struct access *access)
{
    const struct credential *item = access_current(access);
    struct plan_question question;
    if (access->is_discovering) {
        return engine_scan_way(search->engine, access->index, NULL, access->attempts);
    }
    probe_ask(&question);
    question.pdu.version = item->version;
    question.pdu.community = bytes_of(item->community, item->community_size);
    return engine_scan_way(search->engine, access->index, &question.pdu, access->attempts);
}

/* Goes through the steps that a poll would take if nobody answered. */
static int search_ways(struct search *search, const union wire_address *address)
{
    struct learned nobody;
    struct access access;
    struct target target;
    const struct access_terms terms = {.list = search->credentials,
                                       .address = &target,
                                       .learned = &nobody,
                                       .attempts = search->attempts,
                                       .is_search = true};
    int status = 0;
    learned_init(&nobody);
    address_to_target(address, &target);
    search->ways = 0;
    for (enum access_step step = access_start(&access, &terms); step != ACCESS_END && status == 0;
         step = access_failed(&access, BASE_ETIMEOUT)) {
        search->ways |= UINT64_C(1) << access.index;
        status = search_way(search, &access);
    }
    return status;
}

int search_add(struct search *search, const union wire_address *address, int64_t now_us)
{
    bool is_same = search->credentials->subnet_count == 0 && search->ways != 0;
    int status = is_same ? 0 : search_ways(search, address);
    return status == 0 ? engine_scan_add(search->engine, address, search->ways, now_us) : status;
}
