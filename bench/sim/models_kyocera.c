#include "bench/sim/models.h"

/* Kyocera: no model in sysDescr, no prtInputName, functions told by hrDeviceID rows of type 0.0,
 * waste box -3 of -2, alert rows without text and a powerUp row that stays. */

static const struct sim_spec_device kyocera_devices[] = {
    {1, 5, "TASKalfa 4053ci", "1.3.6.1.4.1.1347.43.1.2.1"},
    {2, 0, "TASKalfa 4053ci", "1.3.6.1.4.1.1347.44.1.2.1"},
    {3, 0, "TASKalfa 4053ci", "1.3.6.1.4.1.1347.46.1.2.1"},
    {4, 0, "TASKalfa 4053ci", "1.3.6.1.4.1.1347.45.1.2.1"},
    {5, 6, "SSD", NULL},
};

static const struct sim_spec_interface kyocera_interfaces[] = {
    {1, 6, true, true, 1500, 1000000000, "eth0"},
    {2, 24, false, true, 16436, 0, "lo0"},
};

static const char *const kyocera_covers[] = {
    "Front Cover", "Right Cover 1", "Toner Container Cover", "Right Cover 2", "Waste Toner Cover"};

static const struct sim_spec_input kyocera_inputs[] = {
    {1, 5, 8, SIM_LEVEL_MANUAL, 150, SIM_LETTER_IN, "", "MP Tray", "Custom 8", "MP Tray"},
    {2, 4, 8, SIM_LEVEL_EXACT, 500, SIM_LETTER_IN, "", "Cassette 1", "PLAIN", "Cassette 1"},
    {3, 4, 8, SIM_LEVEL_EXACT, 500, SIM_LETTER_IN, "", "Cassette 2", "PLAIN", "Cassette 2"},
    {4, 3, 8, SIM_LEVEL_EXACT, 500, SIM_LEDGER_IN, "", "Cassette 3", "PLAIN", "PF-7100"},
    {5, 3, 8, SIM_LEVEL_EXACT, 500, SIM_LETTER_IN, "", "Cassette 4", "PLAIN", "PF-7100"},
};

static const struct sim_spec_output kyocera_outputs[] = {
    {3, 300, -2, "", "Finisher Tray"},
};

static const struct sim_spec_supply kyocera_supplies[] = {
    {1, 1, 3, 3, 7, SIM_LEVEL_EXACT, 15000, 15000, "TK-8527C"},
    {2, 2, 3, 3, 7, SIM_LEVEL_EXACT, 15000, 15000, "TK-8527M"},
    {3, 3, 3, 3, 7, SIM_LEVEL_EXACT, 15000, 15000, "TK-8527Y"},
    {4, 4, 3, 3, 7, SIM_LEVEL_EXACT, 25000, 25000, "TK-8527K"},
    {5, 0, 4, 4, 7, SIM_LEVEL_SOME, -2, 40000, "Waste Toner Box"},
};

static const struct sim_spec_light kyocera_lights[] = {
    {5, false, "PROCESSING"},
    {5, false, "MEMORY"},
    {4, true, "ATTENTION"},
    {3, false, "BackLight"},
};

static const struct sim_spec_private kyocera_privates[] = {
    {"1.3.6.1.4.1.1347.40.1.1.1.8.1",
     "ID:ECOSYS;MFG:Kyocera;CMD:PCLXL,POSTSCRIPT,PDF;MDL:TASKalfa 4053ci;CLS:PRINTER;SER:%s;", 0,
     0},
    {"1.3.6.1.4.1.1347.42.3.1.1.1.1.1", NULL, SIM_METER_PRINT, SIM_TAG_COUNTER},
    {"1.3.6.1.4.1.1347.42.3.1.1.1.1.2", NULL, SIM_METER_COPY, SIM_TAG_COUNTER},
    {"1.3.6.1.4.1.1347.42.3.1.1.1.1.4", NULL, SIM_METER_FAX, SIM_TAG_COUNTER},
    {"1.3.6.1.4.1.1347.42.3.1.2.1.1.1.1", NULL, SIM_METER_PRINT_MONO, SIM_TAG_COUNTER},
    {"1.3.6.1.4.1.1347.42.3.1.2.1.1.1.3", NULL, SIM_METER_PRINT_COLOR, SIM_TAG_COUNTER},
    {"1.3.6.1.4.1.1347.42.3.1.2.1.1.2.1", NULL, SIM_METER_COPY_MONO, SIM_TAG_COUNTER},
    {"1.3.6.1.4.1.1347.42.3.1.2.1.1.2.3", NULL, SIM_METER_COPY_COLOR, SIM_TAG_COUNTER},
    {"1.3.6.1.4.1.1347.43.5.1.1.1.1", "TASKalfa 4053ci", 0, 0},
    {"1.3.6.1.4.1.1347.43.5.1.1.28.1", "%s", 0, 0},
    {"1.3.6.1.4.1.1347.43.10.1.1.12.1.1", NULL, SIM_METER_TOTAL, SIM_TAG_COUNTER},
    {"1.3.6.1.4.1.1347.46.10.1.1.5.3", NULL, SIM_METER_SCAN, SIM_TAG_COUNTER},
};

const struct sim_spec sim_spec_kyocera_4053ci = {
    .name = "kyocera-4053ci",
    .vendor = "",
    .model = "TASKalfa 4053ci",
    .sys_descr = "KYOCERA Document Solutions Printing System",
    .object_id = "1.3.6.1.4.1.1347.41",
    .sys_name = "KM%h",
    .serial = "RH@######",
    .oui = {0x00, 0x17, 0xc8},
    .sys_services = 12,
    .marker_unit = 7,
    .mark_tech = 4,
    .color = 4,
    .habits = SIM_HABIT_NO_ALERT_TEXT | SIM_HABIT_POWER_UP_ALERT | SIM_HABIT_ONE_ERROR_BYTE,
    .resolution = 600,
    .pages_per_day = 480,
    .margin = 1968,
    .general_columns = SIM_COLUMNS(1, 3) | SIM_COLUMNS(6, 19),
    .input_columns = SIM_COLUMNS(2, 12) | SIM_COLUMNS(15, 15) | SIM_COLUMNS(18, 19),
    .output_columns = SIM_COLUMNS(2, 6) | SIM_COLUMNS(9, 9) | SIM_COLUMNS(12, 24),
    .input_dim_unit = 3,
    .console_lines = 1,
    .console_chars = 80,
    .default_input = 3,
    .printer_name = "TASKalfa 4053ci",
    .ready_text = "Ready to print.",
    .printing_text = "Printing...",
    .sleep_text = "Sleeping...",
    .low_text = "%t",
    .empty_text = "%t",
    SIM_ROWS(device, kyocera_devices),
    SIM_ROWS(interface, kyocera_interfaces),
    SIM_ROWS(cover, kyocera_covers),
    SIM_ROWS(input, kyocera_inputs),
    SIM_ROWS(output, kyocera_outputs),
    SIM_SUPPLY_ROWS(kyocera_supplies),
    SIM_ROWS(light, kyocera_lights),
    SIM_ROWS(private, kyocera_privates),
    SIM_ROWS_OF_LANGUAGES,
    SIM_ROWS_OF_CHANNELS,
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_CMYK,
    SIM_ROWS_OF_PATHS,
};
