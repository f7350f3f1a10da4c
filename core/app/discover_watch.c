#include "core/app/discover_watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/app/terminal.h"

/* Subnets that are shown at a time. */
#define LINES_MAX 10
#define REDRAW_US 200000

struct subnet {
    struct target first; /* the address of the first target in it */
    uint64_t total;
    uint64_t done;
    uint64_t by_kind[DISCOVER_KINDS];
    bool waits; /* for printers in other contexts: its line is printed at the end */
};

struct discover_watch {
    struct subnet *subnets; /* in the order of the targets */
    size_t count;
    size_t cap;
    size_t oldest; /* all before it are finished */
    struct subnet sum;
    struct terminal terminal;
    unsigned drawn_lines;
    int64_t drawn_us;
};

static size_t prefix_bytes(const struct target *target)
{
    return target->family == 4 ? 3 : 8;
}

/* Orders by family, port, scope and the subnet's part of the address, as targets are handed out. */
static int compare(const struct target *a, const struct target *b)
{
    struct target left = *a;
    struct target right = *b;
    memset(left.address + prefix_bytes(a), 0, sizeof(left.address) - prefix_bytes(a));
    memset(right.address + prefix_bytes(b), 0, sizeof(right.address) - prefix_bytes(b));
    return target_compare(&left, &right);
}

static bool add(struct discover_watch *watch, const struct target *target)
{
    if (watch->count > 0 && compare(&watch->subnets[watch->count - 1].first, target) == 0) {
        watch->subnets[watch->count - 1].total++;
        return true;
    }
    if (watch->count == watch->cap) {
        size_t cap = watch->cap == 0 ? 256 : 2 * watch->cap;
        void *grown = reallocarray(watch->subnets, cap, sizeof(*watch->subnets));
        if (grown == NULL) {
            return false;
        }
        watch->subnets = grown;
        watch->cap = cap;
    }
    watch->subnets[watch->count++] = (struct subnet){.first = *target, .total = 1};
    return true;
}

struct discover_watch *discover_watch_new(const struct targets *targets)
{
    struct discover_watch *watch = calloc(1, sizeof(*watch));
    struct targets_cursor cursor = {0};
    struct target target;
    if (watch == NULL) {
        return NULL;
    }
    terminal_init(&watch->terminal, stderr, false);
    watch->sum.total = targets_count(targets);
    while (targets_next(targets, &cursor, &target)) {
        if (!add(watch, &target)) {
            discover_watch_free(watch);
            return NULL;
        }
    }
    return watch;
}

void discover_watch_free(struct discover_watch *watch)
{
    if (watch != NULL) {
        free(watch->subnets);
        free(watch);
    }
}

static struct subnet *find(struct discover_watch *watch, const struct target *address)
{
    size_t low = 0;
    size_t high = watch->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(&watch->subnets[middle].first, address);
        if (order == 0) {
            return &watch->subnets[middle];
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return NULL;
}

static void put_subnet(const struct subnet *subnet, char *out, size_t cap)
{
    char text[TARGET_TEXT_MAX];
    struct target first = subnet->first;
    if (subnet->total == 1) {
        target_format(&first, out, cap);
        return;
    }
    memset(first.address + prefix_bytes(&first), 0, sizeof(first.address) - prefix_bytes(&first));
    target_format(&first, text, sizeof(text));
    char *port = strrchr(text, ':');
    bool is_usual = first.port == TARGET_DEFAULT_PORT;
    *port++ = '\0';
    (void)snprintf(out, cap, "%.40s%s%s%.5s", text, first.family == 4 ? "/24" : "/64",
                   is_usual ? "" : ":", is_usual ? "" : port);
}

/* "12 printers, 3 others, 240 silent" */
static void put_counts(const struct subnet *subnet, char *out, size_t cap)
{
    static const char *const words[DISCOVER_KINDS] = {
        [DISCOVER_SILENT] = "silent",   [DISCOVER_PRINTER] = "printers",
        [DISCOVER_OTHER] = "others",    [DISCOVER_REFUSED] = "refused us",
        [DISCOVER_FAILED] = "not read", [DISCOVER_LEFT_OUT] = "left out",
    };
    static const enum discover_kind order[] = {DISCOVER_PRINTER, DISCOVER_OTHER,
                                               DISCOVER_REFUSED, DISCOVER_FAILED,
                                               DISCOVER_SILENT,  DISCOVER_LEFT_OUT};
    size_t size = 0;
    out[0] = '\0';
    for (size_t i = 0; i < BASE_ARRAY_COUNT(order) && size < cap; i++) {
        if (subnet->by_kind[order[i]] > 0) {
            size +=
                (size_t)snprintf(out + size, cap - size, "%s%" PRIu64 " %s", size > 0 ? ", " : "",
                                 subnet->by_kind[order[i]], words[order[i]]);
        }
    }
}

static void print_line(const struct discover_watch *watch, const char *name,
                       const struct subnet *subnet)
{
    char counts[160];
    char line[320];
    put_counts(subnet, counts, sizeof(counts));
    snprintf(line, sizeof(line), "%-18s %6" PRIu64 " of %" PRIu64 "%s%s", name, subnet->done,
             subnet->total, counts[0] != '\0' ? ": " : "", counts);
    if (watch->terminal.width > 0) {
        fprintf(stderr, "%.*s\x1b[K\n", (int)watch->terminal.width - 1, line);
    } else {
        fprintf(stderr, "%s\n", line);
    }
}

static void print_subnet(const struct discover_watch *watch, const struct subnet *subnet)
{
    char name[TARGET_TEXT_MAX];
    put_subnet(subnet, name, sizeof(name));
    print_line(watch, name, subnet);
}

void discover_watch_count(struct discover_watch *watch, const struct target *address,
                          enum discover_kind kind, size_t printers, bool more)
{
    struct subnet *subnet = watch != NULL ? find(watch, address) : NULL;
    if (subnet == NULL) {
        return;
    }
    subnet->done++;
    subnet->by_kind[kind] += printers > 0 ? printers : 1;
    subnet->waits = subnet->waits || more;
    watch->sum.done++;
    watch->sum.by_kind[kind] += printers > 0 ? printers : 1;
    if (subnet->done == subnet->total && !subnet->waits && watch->terminal.width == 0) {
        print_subnet(watch, subnet);
    }
}

void discover_watch_more(struct discover_watch *watch, const struct target *address,
                         size_t printers)
{
    struct subnet *subnet = watch != NULL ? find(watch, address) : NULL;
    if (subnet != NULL) {
        subnet->by_kind[DISCOVER_PRINTER] += printers;
        watch->sum.by_kind[DISCOVER_PRINTER] += printers;
    }
}

void discover_watch_clear(struct discover_watch *watch)
{
    if (watch != NULL && watch->drawn_lines > 0) {
        fprintf(stderr, "\x1b[%uA\x1b[J", watch->drawn_lines);
        fflush(stderr);
        watch->drawn_lines = 0;
    }
}

void discover_watch_end(struct discover_watch *watch)
{
    discover_watch_clear(watch);
    for (size_t i = 0; watch != NULL && watch->terminal.width == 0 && i < watch->count; i++) {
        const struct subnet *subnet = &watch->subnets[i];
        if (subnet->waits && subnet->done == subnet->total) {
            print_subnet(watch, subnet);
        }
    }
}

void discover_watch_draw(struct discover_watch *watch, int64_t now_us)
{
    unsigned lines = 0;
    if (watch == NULL || watch->terminal.width == 0 || now_us - watch->drawn_us < REDRAW_US) {
        return;
    }
    if (watch->drawn_lines > 0) {
        fprintf(stderr, "\x1b[%uA", watch->drawn_lines);
    }
    while (watch->oldest < watch->count &&
           watch->subnets[watch->oldest].done == watch->subnets[watch->oldest].total) {
        watch->oldest++;
    }
    for (size_t i = watch->oldest; i < watch->count && lines < LINES_MAX; i++) {
        const struct subnet *subnet = &watch->subnets[i];
        if (subnet->done < subnet->total) {
            print_subnet(watch, subnet);
            lines++;
        }
    }
    print_line(watch, "all", &watch->sum);
    fprintf(stderr, "\x1b[J");
    fflush(stderr);
    watch->drawn_lines = lines + 1;
    watch->drawn_us = now_us;
}
