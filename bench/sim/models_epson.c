#include "bench/sim/models.h"

/* Epson: sysDescr names the network card only, hrDeviceID spells the model in ASCII arcs, supplies
 * in unit 1 of 100, maintenance box, an alert row "Idle" at all times whose index rises, no
 * prtAlertTime. */

static const struct sim_spec_device epson_devices[] = {
    {1, 5, "EPSON WF-C878R Series",
     "1.3.6.1.4.1.1248.1.2.1.14.87.70.45.67.56.55.56.82.32.83.101.114.105.101"},
    {2, 1, "EPSON WF-C878R Series",
     "1.3.6.1.4.1.1248.1.8.1.14.87.70.45.67.56.55.56.82.32.83.101.114.105.101"},
};

static const struct sim_spec_interface epson_interfaces[] = {
    {1, 6, true, true, 1500, 1000000000, "eth0"},
    {2, 24, false, true, 65536, 0, "lo"},
    {3, 71, true, false, 1500, 0, "wlan0"},
};

static const char *const epson_covers[] = {"Printer Cover", "Front Cover", "Rear Cover 1",
                                           "Maintenance box cover", "Ink Cartridge Cover"};

static const struct sim_spec_input epson_inputs[] = {
    {1, 3, 8, SIM_LEVEL_SOME, -2, SIM_A4_UM, "Paper Cassette 1", "Paper Cassette 1", "A4", ""},
    {2, 3, 8, SIM_LEVEL_SOME, -2, SIM_A4_UM, "Paper Cassette 2", "Paper Cassette 2", "A4", ""},
    {3, 3, 8, SIM_LEVEL_SOME, -2, SIM_A3_UM, "Paper Cassette 3", "Paper Cassette 3", "A3", ""},
    {4, 5, 8, SIM_LEVEL_UNKNOWN, -2, SIM_UNKNOWN, "Rear Paper Feed Slot", "Rear Paper Feed Slot",
     "", ""},
};

static const struct sim_spec_output epson_outputs[] = {
    {4, -2, -3, "Face-down Tray", ""},
    {3, -2, -3, "Finisher Tray", ""},
};

static const struct sim_spec_supply epson_supplies[] = {
    {1, 1, 3, 5, 1, SIM_LEVEL_EXACT, 100, 86000, "Black Ink Supply Unit T05B1/T05A1"},
    {2, 2, 3, 5, 1, SIM_LEVEL_EXACT, 100, 50000, "Cyan Ink Supply Unit T05B2/T05A2"},
    {3, 3, 3, 5, 1, SIM_LEVEL_EXACT, 100, 50000, "Magenta Ink Supply Unit T05B3/T05A3"},
    {4, 4, 3, 5, 1, SIM_LEVEL_EXACT, 100, 50000, "Yellow Ink Supply Unit T05B4/T05A4"},
    {5, 0, 4, 8, 1, SIM_LEVEL_EXACT, 100, 75000, "Maintenance Box T6714"},
};

static const struct sim_spec_light epson_lights[] = {
    {5, false, "Power"},
    {10, true, "Error"},
};

#define STATUS "1.3.6.1.4.1.1248.1.2.2"

static const struct sim_spec_private epson_privates[] = {
    {STATUS ".1.1.1.1.1", "MFG:EPSON;CMD:ESCPL2,ESCPR7;MDL:WF-C878R Series;CLS:PRINTER;SN:%s;", 0,
     0},
    {STATUS ".1.1.1.2.1", "WF-C878R Series", 0, 0},
    {STATUS ".1.1.1.5.1", "%s", 0, 0},
    {STATUS ".27.1.1.3.1.1", NULL, SIM_METER_MONO, SIM_TAG_COUNTER},
    {STATUS ".27.1.1.4.1.1", NULL, SIM_METER_COLOR, SIM_TAG_COUNTER},
    {STATUS ".27.1.1.30.1.1", NULL, SIM_METER_TOTAL, SIM_TAG_COUNTER},
};

const struct sim_spec sim_spec_epson_wfc878 = {
    .name = "epson-wfc878",
    .vendor = "EPSON",
    .model = "WF-C878R Series",
    .sys_descr = "EPSON Built-in 10Base-T/100Base-TX/1000Base-T Print Server",
    .object_id = "1.3.6.1.4.1.1248.1.1.2.1.3.5.69.69.80.83.50",
    .sys_name = "EPSON%h",
    .serial = "X7F#######",
    .oui = {0xe0, 0xbb, 0x9e},
    .sys_services = 72,
    .marker_unit = 7,
    .mark_tech = 12,
    .color = 4,
    .habits = SIM_HABIT_IDLE_ALERT | SIM_HABIT_NO_ALERT_TIME | SIM_HABIT_ONE_ERROR_BYTE,
    .resolution = 1200,
    .pages_per_day = 300,
    .margin = 3000,
    .general_columns = SIM_GENERAL_USUAL,
    .input_columns = SIM_COLUMNS(2, 23),
    .output_columns = SIM_OUTPUT_USUAL,
    .input_dim_unit = 4,
    .console_lines = 5,
    .console_chars = 40,
    .default_input = 2,
    .printer_name = "WF-C878R Series",
    .ready_text = "",
    .printing_text = "Printing.",
    .sleep_text = "",
    .low_text = "Ink is low.",
    .empty_text = "Ink is used up.",
    SIM_ROWS(device, epson_devices),
    SIM_ROWS(interface, epson_interfaces),
    SIM_ROWS(cover, epson_covers),
    SIM_ROWS(input, epson_inputs),
    SIM_ROWS(output, epson_outputs),
    SIM_SUPPLY_ROWS(epson_supplies),
    SIM_ROWS(light, epson_lights),
    SIM_ROWS(private, epson_privates),
    SIM_ROWS_OF_LANGUAGES,
    SIM_ROWS_OF_CHANNELS,
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_KCMY,
    SIM_ROWS_OF_PATHS,
};
