#include "core/app/agent_search.h"

#include <errno.h>
#include <stdlib.h>

#include "core/app/service.h"
#include "core/base/hash64.h"
#include "core/fleet/address.h"

#define TICK_MS 250

/* Host names without an address that are told one by one. */
#define FAILURES_TOLD 10

struct agent_search {
    struct agent_search_terms terms;
    uv_work_t work; /* resolving */
    struct targets targets;
    struct targets excluded;
    struct discover_search search;
    struct sweep_loop runner;
    struct keeper *keeper;
    int64_t began_us;
    uint64_t created;
    int status;
    bool has_sweep;
    bool is_stopped;
    char message[512]; /* "" or why it could not begin */
};

/* --- the end ---------------------------------------------------------------------------------- */

static void finish(struct agent_search *search)
{
    search->search.sums.elapsed_us = clock_mono_us() - search->began_us;
    search->search.sums.is_interrupted = search->is_stopped;
    search->terms.ended(search->terms.owner, search, search->status);
    if (search->has_sweep) {
        sweep_loop_close(&search->runner);
    }
    keeper_close(search->keeper);
    discover_search_fini(&search->search);
    targets_fini(&search->targets);
    targets_fini(&search->excluded);
    agent_settings_drop(search->terms.settings);
    free(search);
}

static void sweep_ended(void *owner)
{
    struct agent_search *search = owner;
    if (search->keeper != NULL) {
        search->status = search->status != 0 ? search->status : keeper_status(search->keeper);
        search->created = keeper_figures(search->keeper)->created;
    }
    search->search.sums.packets = engine_counters(sweep_engine(search->runner.sweep))->sent;
    finish(search);
}

/* --- asking ----------------------------------------------------------------------------------- */

static bool next_address(void *owner, union wire_address *address)
{
    struct agent_search *search = owner;
    return !search->is_stopped && discover_search_next(&search->search, address);
}

static bool recall(void *owner, const union wire_address *address, struct learned *learned)
{
    struct agent_search *search = owner;
    return discover_search_recall(&search->search, address, learned);
}

static bool recall_place(void *owner, const union wire_address *address, const char *place,
                         struct learned *learned)
{
    struct agent_search *search = owner;
    return discover_search_recall_place(&search->search, address, place, learned);
}

/* A printer has been read, so it is polled from now on. Its place is known once it is stored. */
static void ended(void *owner, const struct sweep_result *result)
{
    struct agent_search *search = owner;
    const uint64_t *printers = &search->search.sums.by_kind[DISCOVER_PRINTER];
    uint64_t before = *printers;
    discover_search_ended(&search->search, result);
    if (*printers == before) {
        return;
    }
    char text[ADDRESS_PLACE_MAX];
    int64_t now_ms = agent_clock_ms(search->terms.clock);
    const struct schedule_device *known = schedule_find(search->terms.schedule, result->address);
    address_format_place(result->address, result->place, text, sizeof(text));
    struct schedule_device device = {.address = *result->address,
                                     .phase = known != NULL ? known->phase
                                                            : hash64(bytes_from_text(text)),
                                     .polled_at_ms = now_ms};
    service_log(SERVICE_DEBUG, "found %s", text);
    if (schedule_put(search->terms.schedule, &device, now_ms) != 0) {
        service_log(SERVICE_WARNING, "%s is not polled: there are too many devices", text);
    }
}

static void tick(void *owner)
{
    struct agent_search *search = owner;
    sweep_set_clock(search->runner.sweep, clock_unix_ms() - clock_mono_us() / 1000);
    keeper_flush(search->keeper);
}

static int open_sweep(struct agent_search *search)
{
    const struct agent_settings *settings = search->terms.settings;
    struct sweep_config config = settings->search_config;
    const struct sweep_events events = {.owner = search,
                                        .next = next_address,
                                        .recall = recall,
                                        .recall_place = recall_place,
                                        .ended = ended};
    search->search.targets = &search->targets;
    search->search.store = search->terms.store;
    search->search.scoping = &search->terms.settings->scoping;
    search->search.others_after_ms = settings->others_after_ms;
    int status = sweep_loop_seed(&config);
    if (status == 0) {
        status = sweep_loop_open_beside(&search->runner, search->terms.loop, &config, &events,
                                        sweep_ended);
    }
    search->has_sweep = status == 0;
    if (status != 0) {
        return status;
    }
    status = keeper_open(search->terms.store, &search->runner, NULL, &search->keeper);
    if (status == 0) {
        keeper_rules(search->keeper, &settings->rules);
        search->search.keeper = search->keeper;
        sweep_loop_tick(&search->runner, TICK_MS, tick, search);
    }
    return status;
}

/* --- the beginning ---------------------------------------------------------------------------- */

/* On a worker thread: the name service may take its time. */
static void resolve(uv_work_t *work)
{
    struct agent_search *search = work->data;
    size_t failures = 0;
    int status = targets_close(&search->targets, NULL, search->message, sizeof(search->message));
    uint64_t before = status == 0 ? targets_count(&search->targets) : 0;
    if (status == 0) {
        status = targets_close(&search->excluded, NULL, search->message, sizeof(search->message));
    }
    if (status == 0 && targets_failures(&search->excluded, &failures) != NULL && failures > 0) {
        /* Whoever is excluded by a name that leads nowhere would be asked. */
        status = base_fail(BASE_EUSAGE, search->message, sizeof(search->message),
                           "the excluded host name \"%s\" has no address",
                           targets_failures(&search->excluded, &failures)->text);
    }
    status = status == 0 ? targets_exclude(&search->targets, &search->excluded) : status;
    if (status == 0) {
        struct discover_sums *sums = &search->search.sums;
        (void)targets_failures(&search->targets, &failures);
        sums->unresolved = failures;
        sums->excluded = before - targets_count(&search->targets);
        sums->addresses = targets_count(&search->targets) + failures;
    }
    search->status = status;
}

static void log_failures(const struct agent_search *search)
{
    size_t count = 0;
    const struct targets_name *names = targets_failures(&search->targets, &count);
    for (size_t i = 0; i < count && i < FAILURES_TOLD; i++) {
        service_log(SERVICE_WARNING, "%s is not searched: %s", names[i].text,
                    targets_name_error(&names[i]));
    }
}

static void resolved(uv_work_t *work, int status)
{
    struct agent_search *search = work->data;
    search->status = status != 0 ? status : search->status;
    if (search->status == 0 && !search->is_stopped) {
        log_failures(search);
        search->status = open_sweep(search);
    }
    if (!search->has_sweep) {
        finish(search);
    } else if (search->status != 0) {
        search->is_stopped = true;
        sweep_stop(search->runner.sweep);
        wire_udp_wake(search->runner.wire);
    }
}

int agent_search_begin(const struct agent_search_terms *terms, struct agent_search **out)
{
    struct agent_search *search = calloc(1, sizeof(*search));
    if (search == NULL) {
        return -ENOMEM;
    }
    search->terms = *terms;
    search->began_us = clock_mono_us();
    search->work.data = search;
    int status = discover_search_init(&search->search, &terms->settings->profiles);
    status = status == 0 ? targets_copy(&terms->settings->targets, &search->targets) : status;
    status = status == 0 ? targets_copy(&terms->settings->excluded, &search->excluded) : status;
    status = status == 0 ? uv_queue_work(terms->loop, &search->work, resolve, resolved) : status;
    if (status != 0) {
        discover_search_fini(&search->search);
        targets_fini(&search->targets);
        targets_fini(&search->excluded);
        free(search);
        return status;
    }
    (void)agent_settings_take(terms->settings);
    *out = search;
    return 0;
}

void agent_search_stop(struct agent_search *search)
{
    search->is_stopped = true;
    if (search->has_sweep) {
        sweep_stop(search->runner.sweep);
        wire_udp_wake(search->runner.wire);
    }
}

const struct discover_sums *agent_search_sums(const struct agent_search *search)
{
    return &search->search.sums;
}

uint64_t agent_search_created(const struct agent_search *search)
{
    return search->created;
}

const char *agent_search_message(const struct agent_search *search)
{
    return search->message;
}

bool agent_search_was_stopped(const struct agent_search *search)
{
    return search->is_stopped;
}
