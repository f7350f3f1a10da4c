/*
 * Platen as `platen poll` runs it: a full sweep, every reading decoded, with or without a store, in
 * v2c or in SNMPv3.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/scratch.h"
#include "bench/script.h"
#include "core/app/keeper.h"
#include "core/app/sweep_loop.h"
#include "core/base/clock.h"
#include "proto/reading.h"
#include "store/store.h"

struct platen_contest {
    const struct contest_fleet *fleet;
    struct keeper *keeper;                 /* NULL without store */
    const struct credentials *credentials; /* NULL: the fleet's community */
    struct learned *engines; /* by device: what a sweep before has learned; NULL = nothing */
    bool is_learning;        /* this sweep fills engines */
    struct reading reading;
    uint32_t next;
    uint64_t devices;
    uint64_t incomplete;
    uint64_t supplies; /* so that no compiler leaves the decoding out */
};

static bool platen_next(void *owner, union wire_address *address)
{
    struct platen_contest *contest = owner;
    if (contest->next >= contest->fleet->devices) {
        return false;
    }
    script_address(contest->fleet, contest->next++, address);
    return true;
}

static uint32_t platen_number(const struct platen_contest *contest,
                              const union wire_address *address)
{
    return ntohl(address->v4.sin_addr.s_addr) - contest->fleet->first;
}

/* Of an earlier sweep only engine and credential are recalled, so that the same is asked again. */
static bool platen_recall(void *owner, const union wire_address *address, struct learned *learned)
{
    struct platen_contest *contest = owner;
    if (contest->engines != NULL && !contest->is_learning) {
        const struct learned *before = &contest->engines[platen_number(contest, address)];
        learned_init(learned);
        learned->snmp_version = before->snmp_version;
        learned->credential = before->credential;
        learned->engine = before->engine;
        learned->engine_boots = before->engine_boots;
        learned->engine_time_s = before->engine_time_s;
        learned->engine_at_unix_ms = before->engine_at_unix_ms;
        learned->engine_max_size = before->engine_max_size;
        return true;
    }
    return contest->keeper != NULL && keeper_recall(contest->keeper, address, learned);
}

static void platen_ended(void *owner, const struct sweep_result *result)
{
    struct platen_contest *contest = owner;
    int status = reading_decode(&contest->reading, result->static_part, result->moving_part, false);
    if (status != 0 || result->header.status != RECORD_OK) {
        contest->incomplete++;
        return;
    }
    contest->devices++;
    if (contest->is_learning) {
        contest->engines[platen_number(contest, result->address)] = *result->learned;
    }
    contest->supplies += contest->reading.supply_count;
    if (contest->keeper != NULL) {
        keeper_add(contest->keeper, result, &contest->reading, bytes_of(NULL, 0));
    }
}

static int platen_sweep(struct platen_contest *contest, struct store *store,
                        struct contest_result *out)
{
    struct sweep_loop runner;
    const struct sweep_events events = {
        .owner = contest, .next = platen_next, .recall = platen_recall, .ended = platen_ended};
    struct sweep_config config = script_sweep_config(contest->fleet);
    config.credentials = contest->credentials;
    int64_t cpu_us = clock_cpu_us();
    int64_t wall_us = clock_mono_us();
    int status = sweep_loop_open(&runner, &config, &events);
    if (status != 0) {
        return status;
    }
    if (store != NULL) {
        status = keeper_open(store, &runner, NULL, &contest->keeper);
    }
    if (status == 0) {
        sweep_loop_run(&runner);
    }
    const struct sweep_counters *counters = sweep_counters(runner.sweep);
    const struct engine_counters *engine = engine_counters(sweep_engine(runner.sweep));
    if (status == 0 && contest->keeper != NULL) {
        status = keeper_status(contest->keeper);
    }
    out->wall_us = clock_mono_us() - wall_us;
    out->cpu_us = clock_cpu_us() - cpu_us;
    out->devices = contest->devices;
    out->pdus = engine->answered;
    out->varbinds = counters->varbinds;
    out->lost = engine->retries + engine->timeouts;
    sweep_loop_close(&runner);
    keeper_close(contest->keeper);
    return status;
}

/* Sweeps once; a reading that is not whole makes it fail. */
static int platen_sweep_all(struct platen_contest *contest, struct store *store,
                            struct contest_result *out)
{
    contest->next = 0;
    contest->devices = 0;
    int status = platen_sweep(contest, store, out);
    if (status == 0 && contest->incomplete > 0) {
        fprintf(stderr, "platen-bench: %llu readings are incomplete\n",
                (unsigned long long)contest->incomplete);
        status = BASE_EFORMAT;
    }
    return status;
}

static int platen_run(const struct contest_fleet *fleet, struct store *store,
                      struct contest_result *out)
{
    struct platen_contest contest = {.fleet = fleet};
    int status = reading_init(&contest.reading);
    if (status != 0) {
        return status;
    }
    status = platen_sweep_all(&contest, store, out);
    reading_fini(&contest.reading);
    return status;
}

int contest_platen(const struct contest_fleet *fleet, struct contest_result *out)
{
    return platen_run(fleet, NULL, out);
}

int contest_platen_store(const struct contest_fleet *fleet, struct contest_result *out)
{
    char directory[SCRATCH_PATH_MAX];
    char message[256] = "";
    struct store *store = NULL;
    int status = scratch_make(directory);
    if (status != 0) {
        return status;
    }
    status = store_open(directory, STORE_READ_WRITE, &store, message, sizeof(message));
    if (status != 0) {
        fprintf(stderr, "platen-bench: %s\n", message);
    } else {
        status = platen_run(fleet, store, out);
    }
    store_close(store);
    scratch_remove(directory);
    return status;
}

static int platen_user(struct credentials *list)
{
    struct credential item = {.name = "bench", .version = PDU_V3};
    struct usm_user *user = &item.user;
    *user = (struct usm_user){.number = 1, .auth = USM_SHA256, .priv = USM_AES128};
    user->name_size = sizeof(CONTEST_V3_USER) - 1;
    memcpy(user->name, CONTEST_V3_USER, user->name_size);
    usm_password_key(user->auth, bytes_from_text(CONTEST_V3_AUTH), user->auth_key);
    usm_password_key(user->auth, bytes_from_text(CONTEST_V3_PRIV), user->priv_key);
    return credentials_add(list, &item, NULL, 0);
}

/* Sweeps in v3 once, or twice when the engines are to be known; the last sweep counts. */
static int platen_run_v3(const struct contest_fleet *fleet, bool is_warm,
                         struct contest_result *out)
{
    static struct credentials credentials;
    struct platen_contest contest = {.fleet = fleet, .credentials = &credentials};
    int status = platen_user(&credentials);
    if (status != 0) {
        return status;
    }
    status = reading_init(&contest.reading);
    if (status == 0 && is_warm) {
        contest.is_learning = true;
        contest.engines = calloc(fleet->devices, sizeof(*contest.engines));
        status = contest.engines != NULL ? platen_sweep_all(&contest, NULL, out) : -ENOMEM;
        contest.is_learning = false;
    }
    if (status == 0) {
        status = platen_sweep_all(&contest, NULL, out);
    }
    free(contest.engines);
    reading_fini(&contest.reading);
    credentials_clear(&credentials);
    return status;
}

int contest_platen_v3(const struct contest_fleet *fleet, struct contest_result *out)
{
    return platen_run_v3(fleet, true, out);
}

int contest_platen_v3_first(const struct contest_fleet *fleet, struct contest_result *out)
{
    return platen_run_v3(fleet, false, out);
}
