#include "bench/sim/models.h"

/* OKI: the model stands behind "Attached to" in sysDescr, trays say only that some paper is left,
 * drums count in impressions, the maker's name stands in every supply's text. */

static const struct sim_spec_device oki_devices[] = {
    {1, 5, "OKI MC873", "1.3.6.1.4.1.2001.1.3.1.1.873"},
    {2, 4, "OkiLAN 9450g", NULL},
    {3, 6, "HDD", NULL},
};

static const struct sim_spec_interface oki_interfaces[] = {
    {1, 6, true, true, 1500, 1000000000, "OKI Ethernet"},
    {2, 24, false, true, 1500, 0, "loopback"},
};

static const char *const oki_covers[] = {"Top Cover", "Front Cover", "Side Cover"};

static const struct sim_spec_input oki_inputs[] = {
    {1, 3, 8, SIM_LEVEL_SOME, 300, SIM_A4_UM, "TRAY1", "Tray 1", "A4", ""},
    {2, 5, 8, SIM_LEVEL_SOME, 100, SIM_A4_UM, "MPTRAY", "MP Tray", "A4", ""},
    {3, 3, 8, SIM_LEVEL_SOME, 530, SIM_A3_UM, "TRAY2", "Tray 2", "A3", ""},
    {4, 3, 8, SIM_LEVEL_SOME, 530, SIM_A4_UM, "TRAY3", "Tray 3", "A4", ""},
};

static const struct sim_spec_output oki_outputs[] = {
    {4, 250, -3, "FACEDOWN", "Face Down Stacker"},
    {4, 100, -3, "FACEUP", "Face Up Stacker"},
};

static const struct sim_spec_supply oki_supplies[] = {
    {1, 1, 3, 3, 19, SIM_LEVEL_EXACT, 100, 10000, "Black Toner Cartridge OKI DATA CORP"},
    {2, 2, 3, 3, 19, SIM_LEVEL_EXACT, 100, 10000, "Cyan Toner Cartridge OKI DATA CORP"},
    {3, 3, 3, 3, 19, SIM_LEVEL_EXACT, 100, 10000, "Magenta Toner Cartridge OKI DATA CORP"},
    {4, 4, 3, 3, 19, SIM_LEVEL_EXACT, 100, 10000, "Yellow Toner Cartridge OKI DATA CORP"},
    {5, 1, 3, 9, 7, SIM_LEVEL_EXACT, 30000, 30000, "Black Image Drum Unit OKI DATA CORP"},
    {6, 2, 3, 9, 7, SIM_LEVEL_EXACT, 30000, 30000, "Cyan Image Drum Unit OKI DATA CORP"},
    {7, 3, 3, 9, 7, SIM_LEVEL_EXACT, 30000, 30000, "Magenta Image Drum Unit OKI DATA CORP"},
    {8, 4, 3, 9, 7, SIM_LEVEL_EXACT, 30000, 30000, "Yellow Image Drum Unit OKI DATA CORP"},
    {9, 0, 3, 20, 7, SIM_LEVEL_EXACT, 80000, 80000, "Belt Unit OKI DATA CORP"},
    {10, 0, 3, 15, 7, SIM_LEVEL_EXACT, 100000, 100000, "Fuser Unit OKI DATA CORP"},
};

static const struct sim_spec_light oki_lights[] = {
    {5, false, "Power Save"},
    {10, true, "Attention"},
};

static const struct sim_spec_private oki_privates[] = {
    {"1.3.6.1.4.1.2001.1.1.1.1.11.1.10.25.0", "MC873", 0, 0},
    {"1.3.6.1.4.1.2001.1.1.1.1.11.1.10.45.0", "%s", 0, 0},
};

const struct sim_spec sim_spec_oki_mc873 = {
    .name = "oki-mc873",
    .vendor = "OKI DATA CORP",
    .model = "MC873",
    .sys_descr = "OKI OkiLAN 9450g Rev.00.69 10/100/1000BASE Ethernet PrintServer: Attached to "
                 "MC873 Rev.07.87 : Copyright (c) 2014 Oki Data Corporation",
    .object_id = "1.3.6.1.4.1.2001.1.1.1.1",
    .sys_name = "OKI-MC873-%h",
    .serial = "AK#@######A0",
    .oui = {0x00, 0x25, 0x36},
    .sys_services = 72,
    .marker_unit = 7,
    .mark_tech = 3,
    .color = 4,
    .resolution = 1200,
    .pages_per_day = 230,
    .margin = 6350,
    .general_columns = SIM_GENERAL_USUAL,
    .input_columns = SIM_INPUT_USUAL,
    .output_columns = SIM_OUTPUT_USUAL,
    .input_dim_unit = 4,
    .console_lines = 2,
    .console_chars = 24,
    .default_input = 1,
    .printer_name = "MC873",
    .ready_text = "Online",
    .printing_text = "Printing",
    .sleep_text = "Power Save",
    .low_text = "%t Low",
    .empty_text = "Replace %t",
    SIM_ROWS(device, oki_devices),
    SIM_ROWS(interface, oki_interfaces),
    SIM_ROWS(cover, oki_covers),
    SIM_ROWS(input, oki_inputs),
    SIM_ROWS(output, oki_outputs),
    SIM_SUPPLY_ROWS(oki_supplies),
    SIM_ROWS(light, oki_lights),
    SIM_ROWS(private, oki_privates),
    SIM_ROWS_OF_LANGUAGES,
    SIM_ROWS_OF_CHANNELS,
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_KCMY,
    SIM_ROWS_OF_PATHS,
};
