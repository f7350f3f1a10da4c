#include "bench/sim/model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sim/build.h"
#include "bench/sim/models.h"
#include "bench/sim/snmprec.h"

const struct sim_spec *const *sim_model_specs(size_t *count)
{
    static const struct sim_spec *const specs[] = {
        &sim_spec_xerox_c8045,      &sim_spec_hp_m653,       &sim_spec_lexmark_mx722,
        &sim_spec_ricoh_imc3000,    &sim_spec_konica_c250i,  &sim_spec_kyocera_4053ci,
        &sim_spec_brother_l8260cdw, &sim_spec_canon_c5550,   &sim_spec_epson_wfc878,
        &sim_spec_samsung_m4080fx,  &sim_spec_sharp_mx3570n, &sim_spec_oki_mc873,
        &sim_spec_fujifilm_c7580,   &sim_spec_hp_m880,       &sim_spec_zebra_zt411,
        &sim_spec_canon_c5250_v1,
    };

    *count = sizeof(specs) / sizeof(specs[0]);
    return specs;
}

const struct sim_spec *const *sim_model_servers(size_t *count)
{
    static const struct sim_spec *const specs[] = {&sim_spec_jetdirect_ex};

    *count = sizeof(specs) / sizeof(specs[0]);
    return specs;
}

const struct sim_spec *const *sim_model_others(size_t *count)
{
    static const struct sim_spec *const specs[] = {
        &sim_spec_other_switch,    &sim_spec_other_linux,  &sim_spec_other_windows,
        &sim_spec_other_ups,       &sim_spec_other_camera, &sim_spec_other_hp_switch,
        &sim_spec_other_projector, &sim_spec_other_mute,
    };

    *count = sizeof(specs) / sizeof(specs[0]);
    return specs;
}

static const struct sim_spec *find(const struct sim_spec *const *specs, size_t count,
                                   const char *name, size_t name_length)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(specs[i]->name) == name_length &&
            memcmp(specs[i]->name, name, name_length) == 0) {
            return specs[i];
        }
    }
    return NULL;
}

const struct sim_spec *sim_model_find(const char *name, size_t name_length)
{
    size_t count;
    const struct sim_spec *const *specs = sim_model_specs(&count);
    const struct sim_spec *found = find(specs, count, name, name_length);

    specs = sim_model_servers(&count);
    return found != NULL ? found : find(specs, count, name, name_length);
}

static void build_privates(struct sim_build *build)
{
    for (unsigned row = 0; row < build->spec->private_count; row++) {
        const char *oid = build->spec->privates[row].oid;
        const char *last = strrchr(oid, '.');

        if (build->code == 0) {
            build->code =
                sim_oid_parse(oid, (size_t)(last - oid), build->name, &build->name_length);
            build->column_length = build->name_length;
        }
        if (build->code == 0) {
            build->code = sim_oid_parse(oid, strlen(oid), build->name, &build->name_length);
        }
        sim_build_pattern(build, build->spec->privates[row].text, SIM_VALUE_PRIVATE, row);
    }
}

int sim_model_build(struct sim_model *model, const struct sim_spec *spec)
{
    struct sim_build build = {.model = model, .spec = spec};

    *model = (struct sim_model){.spec = spec, .name = spec->name};
    sim_mib_init(&model->mib);
    sim_model_build_host(&build);
    if ((spec->habits & SIM_HABIT_NO_PRINTER) == 0) {
        sim_model_build_printer(&build);
        sim_model_build_media(&build);
    }
    build_privates(&build);
    if (build.code != 0) {
        sim_model_fini(model);
        return build.code;
    }
    sim_mib_finish(&model->mib);
    return 0;
}

int sim_model_record(struct sim_model *model, const char *folder, const char *file)
{
    char *path = NULL;
    int code;

    *model = (struct sim_model){0};
    sim_mib_init(&model->mib);
    model->own_name = strndup(file, strlen(file) - strlen(SIM_RECORDING_SUFFIX));
    if (model->own_name == NULL || asprintf(&path, "%s/%s", folder, file) < 0) {
        sim_model_fini(model);
        return -ENOMEM;
    }
    model->name = model->own_name;
    code = sim_snmprec_read(path, &model->mib, stderr);
    free(path);
    if (code != 0) {
        sim_model_fini(model);
    }
    return code;
}

void sim_model_fini(struct sim_model *model)
{
    sim_mib_fini(&model->mib);
    free(model->own_name);
    model->own_name = NULL;
}
