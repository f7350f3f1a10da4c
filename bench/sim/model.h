/*
 * The models: the list of descriptions, and each one expanded into the objects it answers with.
 *
 * A model without a spec is a recording: all its objects are static. Built once at the start.
 */
#pragma once

#include "bench/sim/mib.h"
#include "bench/sim/spec.h"

#define SIM_RECORDING_SUFFIX ".snmprec"

struct sim_model {
    const struct sim_spec *spec; /* NULL: a recording */
    const char *name;            /* of the spec, or of the recording's file without .snmprec */
    char *own_name;              /* NULL, or what name points to */
    struct sim_mib mib;
};

/* All descriptions, in the order in which a fleet takes turns. */
const struct sim_spec *const *sim_model_specs(size_t *count);

/* Returns: the print servers, which stand behind one address with several printers and are in no
 * fleet that does not name them. */
const struct sim_spec *const *sim_model_servers(size_t *count);

/* Returns: the descriptions of devices that are no printers. */
const struct sim_spec *const *sim_model_others(size_t *count);

/* Returns: the description of that name, or NULL. */
const struct sim_spec *sim_model_find(const char *name, size_t name_length);

/* Expands spec. Returns: 0, -ENOMEM, or -EINVAL when the description holds a malformed OID. */
SIM_MUST_CHECK int sim_model_build(struct sim_model *model, const struct sim_spec *spec);

/* Reads a recording; complaints about its lines go to stderr.
 * Returns: 0, -ENOMEM, or -errno when it cannot be read. */
SIM_MUST_CHECK int sim_model_record(struct sim_model *model, const char *folder, const char *file);

/* Frees what sim_model_build or sim_model_record took. */
void sim_model_fini(struct sim_model *model);
