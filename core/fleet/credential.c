#include "core/fleet/credential.h"

#include "core/base/hash64.h"

/* Ranks, see credential_rank. */
enum {
    RANK_COMMUNITY,
    RANK_NO_AUTH,
    RANK_AUTH,
    RANK_PRIV,
};

static bool credential_is_taken(const struct credentials *list, const struct credential *item)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].version == item->version &&
            strcmp(list->items[i].name, item->name) == 0) {
            return true;
        }
    }
    return false;
}

int credentials_add(struct credentials *list, const struct credential *item,
                    const struct target_range *subnets, size_t subnet_count)
{
    if (list->count == CREDENTIALS_MAX ||
        subnet_count > CREDENTIAL_SUBNETS_MAX - list->subnet_count) {
        return BASE_ELIMIT;
    }
    if (credential_is_taken(list, item)) {
        return BASE_EEXISTS;
    }
    struct credential *added = &list->items[list->count];
    *added = *item;
    added->first_subnet = (uint16_t)list->subnet_count;
    added->subnet_count = (uint16_t)subnet_count;
    if (added->version == PDU_V3 && added->user.number == 0) {
        added->user.number = (uint32_t)list->count + 1;
    }
    for (size_t i = 0; i < subnet_count; i++) {
        list->subnets[list->subnet_count++] = subnets[i];
    }
    list->count++;
    return 0;
}

int credentials_add_community(struct credentials *list, const char *name, struct bytes community,
                              bool with_v2c, bool with_v1)
{
    const enum pdu_version versions[] = {PDU_V2C, PDU_V1};
    const bool is_wanted[] = {with_v2c, with_v1};
    struct credential item = {0};
    size_t name_size = strlen(name);
    int status = 0;
    if (community.size == 0 || community.size > sizeof(item.community) ||
        name_size >= sizeof(item.name)) {
        return BASE_ERANGE;
    }
    memcpy(item.name, name, name_size);
    memcpy(item.community, community.data, community.size);
    item.community_size = (uint8_t)community.size;
    size_t count = list->count;
    for (size_t i = 0; status == 0 && i < BASE_ARRAY_COUNT(versions); i++) {
        item.version = versions[i];
        status = is_wanted[i] ? credentials_add(list, &item, NULL, 0) : 0;
    }
    while (status != 0 && list->count > count) {
        usm_forget(&list->items[--list->count], sizeof(list->items[0])); /* both or none */
    }
    usm_forget(&item, sizeof(item));
    return status;
}

static bool range_has(const struct target_range *range, const struct target *address)
{
    struct target here = *address;
    if (range->first.family != here.family ||
        (range->first.scope != 0 && range->first.scope != here.scope)) {
        return false;
    }
    here.port = range->first.port;
    here.scope = range->first.scope;
    return target_distance(&range->first, &here) < range->count;
}

bool credential_covers(const struct credentials *list, size_t index, const struct target *address)
{
    const struct credential *item = &list->items[index];
    for (size_t i = 0; i < item->subnet_count; i++) {
        if (range_has(&list->subnets[item->first_subnet + i], address)) {
            return true;
        }
    }
    return item->subnet_count == 0;
}

uint32_t credential_key(const struct credential *item)
{
    uint64_t hash = hash64_pair(hash64(bytes_from_text(item->name)), (uint64_t)item->version);
    uint32_t key = (uint32_t)(hash ^ hash >> 32);
    return key != 0 ? key : 1;
}

unsigned credential_rank(const struct credential *item)
{
    if (item->version != PDU_V3) {
        return RANK_COMMUNITY;
    }
    if (item->user.auth == USM_NO_AUTH) {
        return RANK_NO_AUTH;
    }
    return item->user.priv == USM_NO_PRIV ? RANK_AUTH : RANK_PRIV;
}

void credentials_clear(struct credentials *list)
{
    usm_forget(list, sizeof(*list));
}
