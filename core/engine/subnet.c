#include "core/engine/subnet.h"

#include <stdlib.h>

#include "core/base/pace.h"

/* 8192 buckets of 32 octets: the subnets that are busy at the same time, not all there are. */
#define SUBNET_BUCKETS 8192
/* Buckets looked at for one subnet. */
#define SUBNET_PROBES 8

struct subnet_bucket {
    uint64_t key; /* 0 = never used */
    struct pace pace;
};

struct subnet_table {
    uint32_t per_second;
    uint32_t burst;
    struct subnet_bucket buckets[SUBNET_BUCKETS];
};

struct subnet_table *subnet_new(uint32_t per_second, uint32_t burst)
{
    if (per_second == 0) {
        return NULL;
    }
    struct subnet_table *table = calloc(1, sizeof(*table));
    if (table != NULL) {
        table->per_second = per_second;
        table->burst = burst;
    }
    return table;
}

void subnet_free(struct subnet_table *table)
{
    free(table);
}

static uint64_t subnet_key(const union wire_address *to)
{
    if (to->any.sa_family == AF_INET) {
        return (uint64_t)(ntohl(to->v4.sin_addr.s_addr) >> 8) | UINT64_C(1) << 32;
    }
    uint64_t high;
    memcpy(&high, &to->v6.sin6_addr, sizeof(high));
    return high | 1;
}

static struct subnet_bucket *subnet_find(struct subnet_table *table, uint64_t key, int64_t now_us)
{
    uint64_t hash = key * 0x9e3779b97f4a7c15u;
    struct subnet_bucket *reusable = NULL;
    for (unsigned i = 0; i < SUBNET_PROBES; i++) {
        struct subnet_bucket *bucket = &table->buckets[((hash >> 40) + i) % SUBNET_BUCKETS];
        if (bucket->key == key) {
            return bucket;
        }
        bool is_full_again =
            pace_when(&bucket->pace, now_us) == now_us && bucket->pace.next_x1024 / 1024 <= now_us;
        if (reusable == NULL && (bucket->key == 0 || is_full_again)) {
            reusable = bucket;
        }
    }
    if (reusable == NULL) {
        return &table->buckets[(hash >> 40) % SUBNET_BUCKETS];
    }
    reusable->key = key;
    pace_init(&reusable->pace, table->per_second, table->burst);
    return reusable;
}

int64_t subnet_reserve(struct subnet_table *table, const union wire_address *to, int64_t now_us)
{
    if (table == NULL) {
        return now_us;
    }
    struct subnet_bucket *bucket = subnet_find(table, subnet_key(to), now_us);
    int64_t at_us = pace_when(&bucket->pace, now_us);
    pace_take(&bucket->pace, at_us);
    return at_us;
}
