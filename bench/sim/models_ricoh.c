#include "bench/sim/models.h"

/* Ricoh: one sysObjectID for all models, meters in sheets, levels in steps of a tenth, the waste
 * box as second supply row, meters as a table of names and values. */

static const struct sim_spec_device ricoh_devices[] = {
    {1, 5, "RICOH IM C3000", "1.3.6.1.4.1.367.1.2.1.1.6.643.2"},
    {2, 1, "RICOH IM C3000", "1.3.6.1.4.1.367.1.2.1.1.6.643.1"},
    {3, 1, "RICOH IM C3000", "1.3.6.1.4.1.367.1.2.1.1.6.643.5"},
    {4, 1, "RICOH IM C3000", "1.3.6.1.4.1.367.1.2.1.1.6.643.4"},
    {5, 1, "RICOH IM C3000", "1.3.6.1.4.1.367.1.2.1.1.6.643.3"},
};

static const struct sim_spec_interface ricoh_interfaces[] = {
    {1, 6, true, true, 1500, 1000000000, "ncmac0"},
    {2, 24, false, true, 33196, 0, "lo0"},
    {3, 1, false, false, 1500, 0, "ppp0"},
};

static const char *const ricoh_covers[] = {"Front Cover", "Right Cover", "ADF Cover"};

static const struct sim_spec_input ricoh_inputs[] = {
    {1, 3, 8, SIM_LEVEL_TENTHS, 550, SIM_A4_UM, "Tray 1", "Paper Tray 1", "iso-a4", ""},
    {2, 3, 8, SIM_LEVEL_TENTHS, 550, SIM_A3_UM, "Tray 2", "Paper Tray 2", "iso-a3", ""},
    {3, 3, 8, SIM_LEVEL_TENTHS, 550, SIM_A4_UM, "Tray 3", "Paper Tray 3", "iso-a4", ""},
    {4, 3, 8, SIM_LEVEL_TENTHS, 550, SIM_A4_UM, "Tray 4", "Paper Tray 4", "iso-a4", ""},
    {5, 5, 8, SIM_LEVEL_MANUAL, 100, SIM_UNKNOWN, "Bypass Tray", "Bypass Tray", "", ""},
};

static const struct sim_spec_output ricoh_outputs[] = {
    {4, 500, -2, "Internal Tray 1", "Standard Output Tray"},
    {3, 1000, -3, "Finisher Shift Tray", "Finisher Shift Tray"},
};

static const struct sim_spec_supply ricoh_supplies[] = {
    {1, 1, 3, 3, 19, SIM_LEVEL_TENTHS, 100, 31000, "Black Toner"},
    {2, 0, 4, 4, 19, SIM_LEVEL_TENTHS, 100, 100000, "Waste Toner"},
    {3, 2, 3, 3, 19, SIM_LEVEL_TENTHS, 100, 19000, "Cyan Toner"},
    {4, 3, 3, 3, 19, SIM_LEVEL_TENTHS, 100, 19000, "Magenta Toner"},
    {5, 4, 3, 3, 19, SIM_LEVEL_TENTHS, 100, 19000, "Yellow Toner"},
};

static const struct sim_spec_light ricoh_lights[] = {
    {4, true, "Error"},
    {5, false, "Data In"},
};

#define COUNTER "1.3.6.1.4.1.367.3.2.1.2.19.5.1"

static const struct sim_spec_private ricoh_privates[] = {
    {"1.3.6.1.4.1.367.3.2.1.1.1.1.0", "IM C3000", 0, 0},
    {"1.3.6.1.4.1.367.3.2.1.1.1.2.0", "1.19", 0, 0},
    {"1.3.6.1.4.1.367.3.2.1.2.1.4.0", "%s", 0, 0},
    {"1.3.6.1.4.1.367.3.2.1.2.19.1.0", NULL, SIM_METER_TOTAL, SIM_TAG_COUNTER},
    {"1.3.6.1.4.1.367.3.2.1.2.19.2.0", NULL, SIM_METER_PRINT, SIM_TAG_COUNTER},
    {"1.3.6.1.4.1.367.3.2.1.2.19.3.0", NULL, SIM_METER_FAX, SIM_TAG_COUNTER},
    {"1.3.6.1.4.1.367.3.2.1.2.19.4.0", NULL, SIM_METER_COPY, SIM_TAG_COUNTER},
    {COUNTER ".2.1", NULL, 10, 0},
    {COUNTER ".5.1", "Counter: Machine Total", 0, 0},
    {COUNTER ".5.2", "Total Prints: Color", 0, 0},
    {COUNTER ".5.3", "Total Prints: Black & White", 0, 0},
    {COUNTER ".9.1", NULL, SIM_METER_TOTAL, SIM_TAG_COUNTER},
    {COUNTER ".9.2", NULL, SIM_METER_COLOR, SIM_TAG_COUNTER},
    {COUNTER ".9.3", NULL, SIM_METER_MONO, SIM_TAG_COUNTER},
};

const struct sim_spec sim_spec_ricoh_imc3000 = {
    .name = "ricoh-imc3000",
    .vendor = "RICOH",
    .model = "IM C3000",
    .sys_descr = "RICOH IM C3000 1.19 / RICOH Network Printer C model / RICOH Network Scanner C "
                 "model / RICOH Network Facsimile C model",
    .object_id = "1.3.6.1.4.1.367.1.1",
    .sys_name = "RNP%m",
    .serial = "#@##P######",
    .oui = {0x58, 0x38, 0x79},
    .sys_services = 72,
    .marker_unit = 8,
    .mark_tech = 4,
    .color = 4,
    .habits = SIM_HABIT_ONE_ERROR_BYTE,
    .resolution = 1200,
    .pages_per_day = 700,
    .margin = -2,
    .general_columns = SIM_GENERAL_USUAL,
    .input_columns = SIM_COLUMNS(2, 25),
    .output_columns = SIM_COLUMNS(2, 18),
    .input_dim_unit = 4,
    .console_lines = 2,
    .console_chars = 128,
    .default_input = 1,
    .printer_name = "RICOH IM C3000",
    .ready_text = "Ready",
    .printing_text = "Printing...",
    .sleep_text = "Energy Saver Mode",
    .low_text = "Almost Out of Toner: %t",
    .empty_text = "Out of Toner: %t",
    SIM_ROWS(device, ricoh_devices),
    SIM_ROWS(interface, ricoh_interfaces),
    SIM_ROWS(cover, ricoh_covers),
    SIM_ROWS(input, ricoh_inputs),
    SIM_ROWS(output, ricoh_outputs),
    SIM_SUPPLY_ROWS(ricoh_supplies),
    SIM_ROWS(light, ricoh_lights),
    SIM_ROWS(private, ricoh_privates),
    SIM_ROWS_OF_LANGUAGES,
    SIM_ROWS_OF_CHANNELS,
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_KCMY,
    SIM_ROWS_OF_PATHS,
};
