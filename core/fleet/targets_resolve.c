#include "core/fleet/targets_resolve.h"

#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

/* Each waits for the name service only, so there may be more than processors. */
#define THREADS_MAX 16

struct work {
    struct targets_name *names;
    struct target *found;
    size_t count;
    targets_lookup *lookup;
    atomic_size_t next;
};

static void take_address(const struct sockaddr *address, struct target *out)
{
    *out = (struct target){.family = 4};
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof(in));
        memcpy(out->address, &in.sin_addr, 4);
        return;
    }
    struct sockaddr_in6 in6;
    memcpy(&in6, address, sizeof(in6));
    out->family = 6;
    out->scope = in6.sin6_scope_id;
    memcpy(out->address, &in6.sin6_addr, 16);
}

/* The first IPv4 address, else the first IPv6 address. */
static int system_lookup(const char *name, struct target *out)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *list = NULL;
    const struct addrinfo *best = NULL;
    int error = getaddrinfo(name, NULL, &hints, &list);
    if (error != 0) {
        return error;
    }
    for (const struct addrinfo *entry = list; entry != NULL; entry = entry->ai_next) {
        if (entry->ai_family == AF_INET) {
            best = entry;
            break;
        }
        if (entry->ai_family == AF_INET6 && best == NULL) {
            best = entry;
        }
    }
    if (best != NULL) {
        take_address(best->ai_addr, out);
    }
    freeaddrinfo(list);
    return best != NULL ? 0 : EAI_NONAME;
}

static void *worker(void *argument)
{
    struct work *work = argument;
    for (;;) {
        size_t i = atomic_fetch_add(&work->next, 1);
        if (i >= work->count) {
            return NULL;
        }
        work->names[i].error = work->lookup(work->names[i].text, &work->found[i]);
        work->found[i].port = work->names[i].port;
    }
}

int targets_resolve(struct targets_name *names, size_t count, struct target *found,
                    targets_lookup *lookup)
{
    struct work work = {.names = names,
                        .found = found,
                        .count = count,
                        .lookup = lookup != NULL ? lookup : system_lookup};
    pthread_t threads[THREADS_MAX];
    size_t started = 0;
    int error = 0;
    while (started < THREADS_MAX && started < count && error == 0) {
        error = pthread_create(&threads[started], NULL, worker, &work);
        started += error == 0;
    }
    for (size_t i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    return started > 0 || count == 0 ? 0 : -error;
}
