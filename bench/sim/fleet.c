#include "bench/sim/fleet.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sim/hostile.h"
#include "bench/sim/v3_flaw.h"

/* ---- models ---- */

static int add_model(struct sim_fleet *fleet, const struct sim_spec *spec)
{
    struct sim_model *models = realloc(fleet->models, (fleet->model_count + 1u) * sizeof(*models));
    int code;

    if (models == NULL) {
        return -ENOMEM;
    }
    fleet->models = models;
    code = sim_model_build(&models[fleet->model_count], spec);
    fleet->model_count += code == 0;
    return code;
}

static int add_usual_models(struct sim_fleet *fleet, bool all)
{
    size_t count;
    const struct sim_spec *const *specs = sim_model_specs(&count);
    int code = 0;

    for (size_t i = 0; i < count && code == 0; i++) {
        if (all || (specs[i]->habits & SIM_HABIT_V1_ONLY) == 0) {
            code = add_model(fleet, specs[i]);
        }
    }
    return code;
}

static int add_models(struct sim_fleet *fleet, const char *list, char *error, size_t error_size)
{
    int code = 0;

    if (list == NULL || strcmp(list, "all") == 0) {
        return add_usual_models(fleet, list != NULL);
    }
    while (*list != '\0' && code == 0) {
        size_t n = strcspn(list, ",");
        const struct sim_spec *spec = sim_model_find(list, n);

        if (spec == NULL) {
            size_t count;
            const struct sim_spec *const *specs = sim_model_specs(&count);
            int used = snprintf(error, error_size, "--models: no '%.*s'; there are", (int)n, list);

            for (size_t i = 0; i < count && used > 0 && (size_t)used < error_size; i++) {
                used += snprintf(error + used, error_size - (size_t)used, " %s", specs[i]->name);
            }
            specs = sim_model_servers(&count);
            for (size_t i = 0; i < count && used > 0 && (size_t)used < error_size; i++) {
                used += snprintf(error + used, error_size - (size_t)used, " %s", specs[i]->name);
            }
            return -ENOENT;
        }
        code = add_model(fleet, spec);
        list += n + (list[n] == ',');
    }
    return code;
}

static int is_recording(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    size_t suffix = strlen(SIM_RECORDING_SUFFIX);

    return n > suffix && strcmp(entry->d_name + n - suffix, SIM_RECORDING_SUFFIX) == 0;
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static int add_recordings(struct sim_fleet *fleet, const char *folder, char *error,
                          size_t error_size)
{
    struct dirent **files;
    int found = scandir(folder, &files, is_recording, by_name);
    struct sim_model *models;
    int code = 0;

    if (found < 0) {
        (void)snprintf(error, error_size, "--recordings: %s: %s", folder, strerror(errno));
        return -ENOENT;
    }
    models = realloc(fleet->models, (fleet->model_count + (size_t)found + 1) * sizeof(*models));
    if (models != NULL) {
        fleet->models = models;
    }
    code = models == NULL ? -ENOMEM : 0;
    for (int i = 0; i < found; i++) {
        if (code == 0) {
            code = sim_model_record(&models[fleet->model_count + fleet->recording_count], folder,
                                    files[i]->d_name);
            fleet->recording_count += code == 0;
            if (code != 0) {
                (void)snprintf(error, error_size, "%s/%s: %s", folder, files[i]->d_name,
                               strerror(-code));
            }
        }
        free(files[i]);
    }
    free(files);
    return code;
}

static int add_others(struct sim_fleet *fleet)
{
    size_t count;
    const struct sim_spec *const *specs = sim_model_others(&count);
    uint32_t before = fleet->model_count + fleet->recording_count;
    struct sim_model *models = realloc(fleet->models, (before + count) * sizeof(*models));
    int code = 0;

    if (models == NULL) {
        return -ENOMEM;
    }
    fleet->models = models;
    for (size_t i = 0; i < count && code == 0; i++) {
        code = sim_model_build(&models[before + i], specs[i]);
        fleet->other_model_count += code == 0;
    }
    return code;
}

/* ---- addresses ---- */

/* Has no common factor with most fleets: neighbours in number are none in place. */
#define PLACE_STEP 7919u

/* Gives every device its place among the addresses. */
static int spread(struct sim_fleet *fleet, uint32_t addresses)
{
    uint32_t step = fleet->count % PLACE_STEP == 0 ? 1 : PLACE_STEP;

    if (addresses == 0 || fleet->count == 0 || addresses < fleet->count) {
        return addresses == 0 || fleet->count == 0 ? 0 : -EINVAL;
    }
    fleet->numbers = malloc(addresses * sizeof(*fleet->numbers));
    fleet->places = malloc(fleet->count * sizeof(*fleet->places));
    if (fleet->numbers == NULL || fleet->places == NULL) {
        return -ENOMEM;
    }
    memset(fleet->numbers, 0xff, addresses * sizeof(*fleet->numbers));
    for (uint32_t i = 0; i < fleet->count; i++) {
        uint64_t turn = (uint64_t)i * step % fleet->count;

        fleet->places[i] = (uint32_t)(turn * addresses / fleet->count);
        fleet->numbers[fleet->places[i]] = i;
    }
    fleet->spread = addresses;
    return 0;
}

/* ---- behaviours ---- */

/* Draws that follow those of enum sim_behaviour. */
#define DRAW_V3      9u
#define DRAW_V3_FLAW 10u

static bool draws(uint64_t key, unsigned which, double share)
{
    /* 53 bits of it, as a number from 0 to 1. */
    return (double)(sim_draw(key, SIM_SALT_BEHAVIOUR + which) >> 11) * 0x1p-53 < share;
}

static uint16_t behaviours_of(uint64_t key, const struct sim_options *options)
{
    const double shares[] = {
        options->dead,         options->sleep,          options->v1_only,
        options->small_pdu,    options->nonincreasing,  options->endless,
        options->wrong_source, options->reboot_on_poll, options->hostile,
    };
    uint16_t all = 0;

    for (unsigned i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
        if (shares[i] > 0 && draws(key, i, shares[i])) {
            all = (uint16_t)(all | 1u << i);
        }
    }
    return all;
}

const char *sim_fleet_behaviour_name(enum sim_behaviour behaviour)
{
    switch (behaviour) {
    case SIM_BEHAVIOUR_DEAD:
        return "dead";
    case SIM_BEHAVIOUR_SLEEPY:
        return "sleep";
    case SIM_BEHAVIOUR_V1_ONLY:
        return "v1-only";
    case SIM_BEHAVIOUR_SMALL_PDU:
        return "small-pdu";
    case SIM_BEHAVIOUR_NONINCREASING:
        return "nonincreasing";
    case SIM_BEHAVIOUR_ENDLESS:
        return "endless";
    case SIM_BEHAVIOUR_WRONG_SOURCE:
        return "wrong-source";
    case SIM_BEHAVIOUR_REBOOTS:
        return "reboot-on-poll";
    case SIM_BEHAVIOUR_HOSTILE:
        return "hostile";
    }
    return "";
}

static uint64_t key_of(const struct sim_fleet *fleet, uint32_t number)
{
    return sim_mix(fleet->seed * 0x2545f4914f6cdd1du + number);
}

static int no_such_kind(const char *name, char *error, size_t error_size)
{
    int used = snprintf(error, error_size, "--hostile-kind: no '%s'; there are", name);

    for (unsigned i = 0; i < sim_hostile_count() && used > 0 && (size_t)used < error_size; i++) {
        used +=
            snprintf(error + used, error_size - (size_t)used, " %s", sim_hostile_describe(i)->name);
    }
    return -ENOENT;
}

static int no_such_flaw(const char *name, char *error, size_t error_size)
{
    int used = snprintf(error, error_size, "--v3-flaw: no '%s'; there are", name);

    for (unsigned i = 0; i < SIM_V3_FLAW_COUNT && used > 0 && (size_t)used < error_size; i++) {
        used += snprintf(error + used, error_size - (size_t)used, " %s",
                         sim_v3_flaw_describe((enum sim_v3_flaw)i)->name);
    }
    return -ENOENT;
}

/* Who speaks SNMPv3, and whose engine is flawed. */
static int open_engines(struct sim_fleet *fleet, const struct sim_options *options, char *error,
                        size_t error_size)
{
    const char *name = options->v3_flaw_kind;
    int kind = name == NULL ? -1 : sim_v3_flaw_find(name, strlen(name));
    uint32_t flawed = 0;

    if (name != NULL && kind < 0) {
        return no_such_flaw(name, error, error_size);
    }
    for (uint32_t i = 0; i < fleet->count && options->v3_user_count > 0; i++) {
        struct sim_slot *slot = &fleet->slots[i];
        uint64_t key = key_of(fleet, i);

        slot->speaks_v3 = draws(key, DRAW_V3, options->v3_share);
        if (slot->speaks_v3 && draws(key, DRAW_V3_FLAW, options->v3_flaw)) {
            slot->v3_flaw =
                (uint8_t)(1 + (kind >= 0 ? (uint32_t)kind : flawed++ % SIM_V3_FLAW_COUNT));
        }
    }
    return 0;
}

static int open_slots(struct sim_fleet *fleet, const struct sim_options *options, char *error,
                      size_t error_size)
{
    int kind = options->hostile_kind == NULL ? -1 : sim_hostile_find(options->hostile_kind);
    uint32_t hostile = 0;

    if (kind < 0 && options->hostile_kind != NULL) {
        return no_such_kind(options->hostile_kind, error, error_size);
    }
    fleet->slots = calloc(fleet->count + 1u, sizeof(*fleet->slots));
    if (fleet->slots == NULL) {
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < fleet->count; i++) {
        struct sim_slot *slot = &fleet->slots[i];
        struct sim_identity identity;

        sim_fleet_identify(fleet, i, &identity);
        slot->behaviours = behaviours_of(identity.key, options);
        if ((slot->behaviours & SIM_BEHAVIOUR_HOSTILE) != 0) {
            slot->hostile_kind =
                (uint8_t)(kind >= 0 ? (uint32_t)kind : hostile++ % sim_hostile_count());
        }
        if (identity.model->spec != NULL &&
            (identity.model->spec->habits & SIM_HABIT_V1_ONLY) != 0) {
            slot->behaviours |= SIM_BEHAVIOUR_V1_ONLY;
        }
    }
    return 0;
}

int sim_fleet_open(struct sim_fleet *fleet, const struct sim_options *options, char *error,
                   size_t error_size)
{
    int code;

    *fleet = (struct sim_fleet){.base = options->base, .seed = options->seed};
    (void)snprintf(error, error_size, "out of memory");
    code = add_models(fleet, options->models, error, error_size);
    if (code == 0 && options->recordings != NULL) {
        code = add_recordings(fleet, options->recordings, error, error_size);
    }
    if (code == 0) {
        fleet->generated_count = fleet->model_count == 0 ? 0 : options->device_count;
        fleet->count = fleet->generated_count + fleet->recording_count;
    }
    if (code == 0 && options->other_count > 0) {
        fleet->count += options->other_count;
        code = add_others(fleet);
    }
    if (code == 0) {
        code = spread(fleet, options->spread);
    }
    if (code == 0) {
        code = open_slots(fleet, options, error, error_size);
    }
    if (code == 0) {
        code = open_engines(fleet, options, error, error_size);
    }
    if (code != 0) {
        sim_fleet_close(fleet);
    }
    return code;
}

void sim_fleet_close(struct sim_fleet *fleet)
{
    uint32_t models = fleet->model_count + fleet->recording_count + fleet->other_model_count;

    for (uint32_t i = 0; i < models; i++) {
        sim_model_fini(&fleet->models[i]);
    }
    free(fleet->models);
    free(fleet->numbers);
    free(fleet->places);
    free(fleet->slots);
    *fleet = (struct sim_fleet){0};
}

void sim_fleet_identify(const struct sim_fleet *fleet, uint32_t number,
                        struct sim_identity *identity)
{
    uint32_t recorded = fleet->generated_count + fleet->recording_count;
    uint32_t model = fleet->model_count + (number - fleet->generated_count);

    if (number < fleet->generated_count) {
        model = number % fleet->model_count;
    } else if (number >= recorded) {
        model = fleet->model_count + fleet->recording_count +
                (number - recorded) % fleet->other_model_count;
    }
    identity->model = &fleet->models[model];
    identity->key = key_of(fleet, number);
    identity->number = number;
    identity->cards = (uint32_t)sim_mix(fleet->seed);
    identity->address = fleet->base + (fleet->places != NULL ? fleet->places[number] : number);
}
