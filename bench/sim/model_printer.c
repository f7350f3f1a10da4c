/* Printer-MIB (RFC 3805) of a model: general, covers, localization, markers, supplies, console and
 * alerts. */
#include "bench/sim/build.h"

#define GENERAL      "1.3.6.1.2.1.43.5.1.1"
#define COVER        "1.3.6.1.2.1.43.6.1.1"
#define LOCALIZATION "1.3.6.1.2.1.43.7.1.1"
#define MARKER       "1.3.6.1.2.1.43.10.2.1"
#define SUPPLY       "1.3.6.1.2.1.43.11.1.1"
#define COLORANT     "1.3.6.1.2.1.43.12.1.1"
#define CONSOLE      "1.3.6.1.2.1.43.16.5.1"
#define LIGHT        "1.3.6.1.2.1.43.17.6.1"
#define ALERT        "1.3.6.1.2.1.43.18.1.1"

static bool has_column(uint32_t mask, unsigned column)
{
    return (mask >> column & 1) != 0;
}

static void build_general(struct sim_build *build)
{
    const struct sim_spec *spec = build->spec;
    const int32_t numbers[20] = {
        [2] = 1,
        [3] = 3,
        [6] = spec->default_input,
        [7] = 1,
        [8] = 1,
        [9] = 1,
        [10] = 1,
        [11] = spec->console_lines,
        [12] = spec->console_chars,
        [13] = 3,
        [14] = 5,
        [15] = 5,
    };

    for (unsigned column = 1; column <= 19; column++) {
        if (!has_column(spec->general_columns, column)) {
            continue;
        }
        sim_build_at(build, GENERAL, column, 1);
        switch (column) {
        case 1:
            sim_build_moving(build, SIM_VALUE_CONFIG_CHANGES, 0, SIM_SUFFIX_NONE);
            break;
        case 4:
        case 5:
            sim_build_empty(build);
            break;
        case 16:
            sim_build_text(build, spec->printer_name);
            break;
        case 17:
            sim_build_moving(build, SIM_VALUE_SERIAL, 0, SIM_SUFFIX_NONE);
            break;
        case 18:
            sim_build_moving(build, SIM_VALUE_CRITICAL_EVENTS, 0, SIM_SUFFIX_NONE);
            break;
        case 19:
            sim_build_moving(build, SIM_VALUE_ALL_EVENTS, 0, SIM_SUFFIX_NONE);
            break;
        default:
            sim_build_int(build, SIM_TAG_INTEGER, numbers[column]);
            break;
        }
    }
}

static void build_covers(struct sim_build *build)
{
    for (unsigned row = 0; row < build->spec->cover_count; row++) {
        sim_build_row(build, COVER, 2, row + 1);
        sim_build_text(build, build->spec->covers[row]);
        sim_build_row(build, COVER, 3, row + 1);
        sim_build_moving(build, SIM_VALUE_COVER, row, SIM_SUFFIX_NONE);
    }
}

static void build_languages(struct sim_build *build)
{
    for (unsigned row = 0; row < build->spec->language_count; row++) {
        const struct sim_spec_language *language = &build->spec->languages[row];

        sim_build_row(build, LOCALIZATION, 2, row + 1);
        sim_build_text(build, language->language);
        sim_build_row(build, LOCALIZATION, 3, row + 1);
        sim_build_text(build, language->country);
        sim_build_row(build, LOCALIZATION, 4, row + 1);
        sim_build_int(build, SIM_TAG_INTEGER, language->charset);
    }
}

static void build_marker(struct sim_build *build)
{
    const struct sim_spec *spec = build->spec;
    const int32_t numbers[16] = {
        [2] = spec->mark_tech,  [3] = spec->marker_unit, [6] = spec->color,   [8] = 3,
        [9] = spec->resolution, [10] = spec->resolution, [11] = spec->margin, [12] = spec->margin,
        [13] = spec->margin,    [14] = spec->margin,
    };

    for (unsigned column = 2; column <= 15; column++) {
        sim_build_row(build, MARKER, column, 1);
        if (column == 4) {
            sim_build_moving(build, SIM_VALUE_LIFE_COUNT, 0, SIM_SUFFIX_NONE);
        } else if (column == 5) {
            sim_build_moving(build, SIM_VALUE_POWER_ON_COUNT, 0, SIM_SUFFIX_NONE);
        } else if (column == 15) {
            sim_build_moving(build, SIM_VALUE_MARKER_STATUS, 0, SIM_SUFFIX_NONE);
        } else {
            sim_build_int(build, SIM_TAG_INTEGER, numbers[column]);
        }
    }
}

static void build_supply(struct sim_build *build, unsigned row)
{
    const struct sim_spec_supply *supply = &build->spec->supplies[row];
    bool unsized = supply->level == SIM_LEVEL_NO_MAX || supply->level == SIM_LEVEL_SOME ||
                   supply->level == SIM_LEVEL_UNKNOWN;
    const int32_t numbers[9] = {
        [2] = 1,
        [3] = supply->colorant,
        [4] = supply->class,
        [5] = supply->type,
        [7] = supply->unit,
        [8] = unsized ? -2 : supply->capacity,
    };

    for (unsigned column = 2; column <= 9; column++) {
        sim_build_row(build, SUPPLY, column, supply->index);
        if (column == 6) {
            sim_build_pattern(build, supply->descr, SIM_VALUE_SUPPLY_TEXT, row);
        } else if (column == 9) {
            sim_build_moving(build, SIM_VALUE_SUPPLY_LEVEL, row, SIM_SUFFIX_NONE);
        } else {
            sim_build_int(build, SIM_TAG_INTEGER, numbers[column]);
        }
    }
}

static void build_colorants(struct sim_build *build)
{
    for (unsigned row = 0; row < build->spec->colorant_count; row++) {
        sim_build_row(build, COLORANT, 2, row + 1);
        sim_build_int(build, SIM_TAG_INTEGER, 1);
        sim_build_row(build, COLORANT, 3, row + 1);
        sim_build_int(build, SIM_TAG_INTEGER, 3);
        sim_build_row(build, COLORANT, 4, row + 1);
        sim_build_text(build, build->spec->colorants[row]);
        sim_build_row(build, COLORANT, 5, row + 1);
        sim_build_int(build, SIM_TAG_INTEGER, 2);
    }
}

static void build_console(struct sim_build *build)
{
    for (unsigned row = 0; row < build->spec->console_lines; row++) {
        sim_build_row(build, CONSOLE, 2, row + 1);
        sim_build_moving(build, SIM_VALUE_CONSOLE, row, SIM_SUFFIX_NONE);
    }
    for (unsigned row = 0; row < build->spec->light_count; row++) {
        sim_build_row(build, LIGHT, 2, row + 1);
        sim_build_moving(build, SIM_VALUE_LIGHT_ON, row, SIM_SUFFIX_NONE);
        sim_build_row(build, LIGHT, 3, row + 1);
        sim_build_int(build, SIM_TAG_INTEGER, 0);
        sim_build_row(build, LIGHT, 4, row + 1);
        sim_build_int(build, SIM_TAG_INTEGER, build->spec->lights[row].color);
        sim_build_row(build, LIGHT, 5, row + 1);
        sim_build_text(build, build->spec->lights[row].descr);
    }
}

static void build_alerts(struct sim_build *build)
{
    static const enum sim_value columns[10] = {
        [1] = SIM_VALUE_ALERT_INDEX,       [2] = SIM_VALUE_ALERT_SEVERITY,
        [3] = SIM_VALUE_ALERT_TRAINING,    [4] = SIM_VALUE_ALERT_GROUP,
        [5] = SIM_VALUE_ALERT_GROUP_INDEX, [6] = SIM_VALUE_ALERT_LOCATION,
        [7] = SIM_VALUE_ALERT_CODE,        [8] = SIM_VALUE_ALERT_TEXT,
        [9] = SIM_VALUE_ALERT_TIME,
    };
    /* Column 1 is told by no printer that was looked at. */
    unsigned last = (build->spec->habits & SIM_HABIT_NO_ALERT_TIME) != 0 ? 8 : 9;

    for (unsigned column = 2; column <= last; column++) {
        for (unsigned row = 0; row < SIM_ALERTS_MAX; row++) {
            sim_build_at(build, ALERT, column, 1);
            sim_build_moving(build, columns[column], row, SIM_SUFFIX_ALERT);
        }
    }
}

void sim_model_build_printer(struct sim_build *build)
{
    build_general(build);
    build_covers(build);
    build_languages(build);
    build_marker(build);
    for (unsigned row = 0; row < build->spec->supply_count; row++) {
        build_supply(build, row);
    }
    build_colorants(build);
    build_console(build);
    build_alerts(build);
}
