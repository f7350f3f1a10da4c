/* Printer-MIB (RFC 3805) of a model: inputs, outputs, media paths, channels, interpreters. */
#include "bench/sim/build.h"

#define INPUT       "1.3.6.1.2.1.43.8.2.1"
#define OUTPUT      "1.3.6.1.2.1.43.9.2.1"
#define MEDIA_PATH  "1.3.6.1.2.1.43.13.4.1"
#define CHANNEL     "1.3.6.1.2.1.43.14.1.1"
#define INTERPRETER "1.3.6.1.2.1.43.15.1.1"

static bool has_column(uint32_t mask, unsigned column)
{
    return (mask >> column & 1) != 0;
}

/* The columns of prtInputTable that hold text. */
static void build_input_text(struct sim_build *build, const struct sim_spec_input *tray,
                             unsigned column)
{
    switch (column) {
    case 13:
        sim_build_text(build, tray->name);
        break;
    case 14:
        sim_build_text(build, build->spec->vendor);
        break;
    case 15:
        sim_build_text(build, tray->model);
        break;
    case 18:
        sim_build_text(build, tray->descr);
        break;
    case 21:
        sim_build_text(build, "stationery");
        break;
    case 22:
        sim_build_text(build, "white");
        break;
    default: /* 16 version, 17 serial number: told by hardly any */
        sim_build_empty(build);
        break;
    }
}

static void build_input(struct sim_build *build, unsigned row)
{
    const struct sim_spec_input *tray = &build->spec->inputs[row];
    const int32_t numbers[27] = {
        [2] = tray->type, [3] = build->spec->input_dim_unit,
        [4] = tray->feed, [5] = tray->xfeed,
        [6] = tray->feed, [7] = tray->xfeed,
        [8] = tray->unit, [9] = tray->level == SIM_LEVEL_UNKNOWN ? -2 : tray->capacity,
        [19] = 5,         [20] = 80,
        [23] = 1,         [24] = -2,
        [25] = -3,        [26] = 0,
    };

    for (unsigned column = 2; column <= 26; column++) {
        if (!has_column(build->spec->input_columns, column)) {
            continue;
        }
        sim_build_row(build, INPUT, column, tray->index);
        if (column == 10) {
            sim_build_moving(build, SIM_VALUE_INPUT_LEVEL, row, SIM_SUFFIX_NONE);
        } else if (column == 11) {
            sim_build_moving(build, SIM_VALUE_INPUT_STATUS, row, SIM_SUFFIX_NONE);
        } else if (column == 12 && row == 1) {
            sim_build_moving(build, SIM_VALUE_INPUT_MEDIA, row, SIM_SUFFIX_NONE);
        } else if (column == 12) {
            sim_build_text(build, tray->media);
        } else if (column <= 9 || column == 19 || column == 20 || column >= 23) {
            sim_build_int(build, SIM_TAG_INTEGER, numbers[column]);
        } else {
            build_input_text(build, tray, column);
        }
    }
}

static void build_output(struct sim_build *build, unsigned row)
{
    const struct sim_spec_output *bin = &build->spec->outputs[row];
    const int32_t numbers[25] = {
        [2] = bin->type,
        [3] = 8,
        [4] = bin->capacity,
        [5] = bin->remaining,
        [13] = 5,
        [14] = 4,
        [15] = -2,
        [16] = -2,
        [17] = -2,
        [18] = -2,
        [19] = 3,
        [20] = 4,
        [21] = 5,
        [22] = 5,
        [23] = 5,
        [24] = 5,
    };

    for (unsigned column = 2; column <= 24; column++) {
        if (!has_column(build->spec->output_columns, column)) {
            continue;
        }
        sim_build_row(build, OUTPUT, column, row + 1);
        if (column == 5 && bin->remaining == 0) {
            sim_build_moving(build, SIM_VALUE_OUTPUT_REMAINING, row, SIM_SUFFIX_NONE);
        } else if (column == 7) {
            sim_build_text(build, bin->name);
        } else if (column == 8) {
            sim_build_text(build, build->spec->vendor);
        } else if (column == 12) {
            sim_build_text(build, bin->descr);
        } else if (column >= 9 && column <= 11) {
            sim_build_empty(build);
        } else {
            sim_build_int(build, SIM_TAG_INTEGER, numbers[column]);
        }
    }
}

static void build_path(struct sim_build *build, unsigned row)
{
    const struct sim_spec_path *path = &build->spec->paths[row];
    const int32_t numbers[12] = {
        [2] = path->unit, [3] = 4,      [4] = path->speed, [5] = 355600,
        [6] = 215900,     [7] = 148000, [8] = 98000,       [9] = path->type,
    };

    for (unsigned column = 2; column <= 11; column++) {
        sim_build_row(build, MEDIA_PATH, column, row + 1);
        if (column == 10) {
            sim_build_text(build, path->descr);
        } else {
            sim_build_int(build, SIM_TAG_INTEGER, numbers[column]);
        }
    }
}

static void build_channel(struct sim_build *build, unsigned row)
{
    const struct sim_spec_channel *channel = &build->spec->channels[row];
    const int32_t numbers[9] = {[2] = channel->type, [4] = 1, [5] = 1, [6] = 3, [7] = 1};

    for (unsigned column = 2; column <= 9; column++) {
        sim_build_row(build, CHANNEL, column, row + 1);
        if (column == 3) {
            sim_build_text(build, channel->version);
        } else if (column == 9) {
            sim_build_text(build, channel->information);
        } else {
            sim_build_int(build, SIM_TAG_INTEGER, numbers[column]);
        }
    }
}

static void build_interpreter(struct sim_build *build, unsigned row)
{
    const struct sim_spec_interpreter *language = &build->spec->interpreters[row];
    const int32_t numbers[13] = {
        [2] = language->family, [7] = 3, [8] = -2, [9] = -2, [10] = 2004, [11] = 106, [12] = 3};

    for (unsigned column = 2; column <= 12; column++) {
        sim_build_row(build, INTERPRETER, column, row + 1);
        if (column == 3) {
            sim_build_text(build, language->level);
        } else if (column == 4) {
            sim_build_empty(build);
        } else if (column == 5) {
            sim_build_text(build, language->descr);
        } else if (column == 6) {
            sim_build_text(build, language->version);
        } else {
            sim_build_int(build, SIM_TAG_INTEGER, numbers[column]);
        }
    }
}

void sim_model_build_media(struct sim_build *build)
{
    for (unsigned row = 0; row < build->spec->input_count; row++) {
        build_input(build, row);
    }
    for (unsigned row = 0; row < build->spec->output_count; row++) {
        build_output(build, row);
    }
    for (unsigned row = 0; row < build->spec->path_count; row++) {
        build_path(build, row);
    }
    for (unsigned row = 0; row < build->spec->channel_count; row++) {
        build_channel(build, row);
    }
    for (unsigned row = 0; row < build->spec->interpreter_count; row++) {
        build_interpreter(build, row);
    }
}
