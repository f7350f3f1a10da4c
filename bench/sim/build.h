/*
 * Helpers that add rows to a model's table while it is built. Only model*.c uses them.
 *
 * The first failure is kept in `code` and makes everything after it do nothing, so that the tables
 * read without error handling.
 */
#pragma once

#include "bench/sim/model.h"
#include "bench/sim/oid.h"
#include "bench/sim/value.h"

struct sim_build {
    struct sim_model *model;
    const struct sim_spec *spec;
    uint8_t name[SIM_OID_BYTES_MAX + 16]; /* of the object that the next put adds */
    size_t name_length;
    size_t column_length;
    int code; /* 0, or the first failure */
};

/* Names a column: root is dotted text without a dot at its end. */
void sim_build_column(struct sim_build *build, const char *root, uint32_t column);

/* Names the object of a column and an instance of one arc. */
void sim_build_at(struct sim_build *build, const char *root, uint32_t column, uint32_t instance);

/* The same below the printer's hrDeviceIndex, which is 1: column.1.row. */
void sim_build_row(struct sim_build *build, const char *root, uint32_t column, uint32_t row);

/* Adds the named object with a value that never moves. Texts follow the model's padding habit. */
void sim_build_int(struct sim_build *build, uint8_t tag, int64_t value);
void sim_build_text(struct sim_build *build, const char *text);
void sim_build_empty(struct sim_build *build);
void sim_build_oid(struct sim_build *build, const char *oid);

/* Adds the named object with a moving value. */
void sim_build_moving(struct sim_build *build, enum sim_value value, unsigned arg,
                      enum sim_suffix suffix);

/* Adds the named object with a pattern of spec.h: one that has nothing to fill in never moves.
 * NULL counts as moving. */
void sim_build_pattern(struct sim_build *build, const char *pattern, enum sim_value value,
                       unsigned arg);

/* The tables of MIB-II and HOST-RESOURCES-MIB (model_host.c) and of Printer-MIB (model_printer.c,
 * model_media.c). */
void sim_model_build_host(struct sim_build *build);
void sim_model_build_printer(struct sim_build *build);
void sim_model_build_media(struct sim_build *build);
