#include "bench/sim/models.h"

/* Sharp: waste box 0..100 of -2 and fuser -2 of -2, a pseudo tray "Auto Select", gaps in
 * hrDeviceTable, meters as values with labels and no grand total. */

static const struct sim_spec_device sharp_devices[] = {
    {1, 5, "SHARP MX-3570N", "1.3.6.1.4.1.2385.3.1.112.1.2"},
    {3, 4, "Ethernet port", "1.3.6.1.4.1.2385.3.1.112.1.2"},
    {5, 1, "Multi-Functional Device", "1.3.6.1.4.1.2385.3.1.112.1.2"},
    {8, 6, "Hard Disk Drive", "1.3.6.1.4.1.2385.3.1.112.2.45"},
    {81, 1, "PS3 Expansion Kit", "1.3.6.1.4.1.2385.3.1.112.2.32"},
};

static const struct sim_spec_interface sharp_interfaces[] = {
    {1, 6, true, true, 1500, 1000000000, "eth0"},
    {2, 24, false, true, 65536, 0, "lo"},
};

static const char *const sharp_covers[] = {"Front Cover", "Right Side Cover", "Paper Drawer Cover"};

static const struct sim_spec_input sharp_inputs[] = {
    {1, 5, 8, SIM_LEVEL_MANUAL, 100, SIM_UNKNOWN, "Bypass Tray", "Bypass Tray", "", ""},
    {2, 3, 8, SIM_LEVEL_EXACT, 550, SIM_A4_UM, "Tray 1", "Tray 1", "iso-a4", ""},
    {3, 3, 8, SIM_LEVEL_EXACT, 550, SIM_A4_UM, "Tray 2", "Tray 2", "iso-a4", ""},
    {4, 3, 8, SIM_LEVEL_EXACT, 550, SIM_A3_UM, "Tray 3", "Tray 3", "iso-a3", ""},
    {5, 3, 8, SIM_LEVEL_EXACT, 550, SIM_A4_UM, "Tray 4", "Tray 4", "iso-a4", ""},
    {31, 1, 8, SIM_LEVEL_UNKNOWN, -2, SIM_UNKNOWN, "Auto Select", "Auto Select", "", ""},
};

static const struct sim_spec_output sharp_outputs[] = {
    {4, 500, -2, "Center Tray", "Center Tray"},
    {3, 100, -2, "Right Tray", "Right Tray"},
};

static const struct sim_spec_supply sharp_supplies[] = {
    {1, 1, 3, 3, 19, SIM_LEVEL_EXACT, 100, 24000, "Cyan Toner"},
    {2, 2, 3, 3, 19, SIM_LEVEL_EXACT, 100, 24000, "Magenta Toner"},
    {3, 3, 3, 3, 19, SIM_LEVEL_EXACT, 100, 24000, "Yellow Toner"},
    {4, 4, 3, 3, 19, SIM_LEVEL_EXACT, 100, 40000, "Black Toner"},
    {5, 0, 4, 4, 19, SIM_LEVEL_NO_MAX, -2, 50000, "Waste Toner"},
    {6, 1, 3, 9, 19, SIM_LEVEL_EXACT, 100, 200000, "Cyan Photoconductive Drum"},
    {7, 2, 3, 9, 19, SIM_LEVEL_EXACT, 100, 200000, "Magenta Photoconductive Drum"},
    {8, 3, 3, 9, 19, SIM_LEVEL_EXACT, 100, 200000, "Yellow Photoconductive Drum"},
    {9, 4, 3, 9, 19, SIM_LEVEL_EXACT, 100, 200000, "Black Photoconductive Drum"},
    {14, 0, 3, 15, 19, SIM_LEVEL_UNKNOWN, -2, 300000, "Fusing Unit"},
};

static const struct sim_spec_light sharp_lights[] = {
    {5, false, "Data"},
    {4, true, "Error"},
};

#define METERS "1.3.6.1.4.1.2385.1.1.19.2.1"

static const struct sim_spec_private sharp_privates[] = {
    {METERS ".3.1.4.61", NULL, SIM_METER_PRINT_MONO, SIM_TAG_COUNTER},
    {METERS ".3.1.4.63", NULL, SIM_METER_PRINT_COLOR, SIM_TAG_COUNTER},
    {METERS ".3.4.4.61", NULL, SIM_METER_COPY_MONO, SIM_TAG_COUNTER},
    {METERS ".3.4.4.63", NULL, SIM_METER_COPY_COLOR, SIM_TAG_COUNTER},
    {METERS ".3.5.4.61", NULL, SIM_METER_MONO, SIM_TAG_COUNTER},
    {METERS ".3.5.4.63", NULL, SIM_METER_COLOR, SIM_TAG_COUNTER},
    {METERS ".4.1.4.61", "Black & White Print Count", 0, 0},
    {METERS ".4.1.4.63", "Full Color Print Count", 0, 0},
    {METERS ".4.4.4.61", "Black & White Copy Count", 0, 0},
    {METERS ".4.4.4.63", "Full Color Copy Count", 0, 0},
    {METERS ".4.5.4.61", "Black & White Total Count", 0, 0},
    {METERS ".4.5.4.63", "Full Color Total Count", 0, 0},
};

const struct sim_spec sim_spec_sharp_mx3570n = {
    .name = "sharp-mx3570n",
    .vendor = "SHARP",
    .model = "MX-3570N",
    .sys_descr = "SHARP MX-3570N",
    .object_id = "1.3.6.1.4.1.2385.3.1.112.1.2",
    .sys_name = "SC%h",
    .serial = "########X00",
    .oui = {0x24, 0x31, 0x84},
    .sys_services = 72,
    .marker_unit = 7,
    .mark_tech = 4,
    .color = 4,
    .resolution = 1200,
    .pages_per_day = 520,
    .margin = -2,
    .general_columns = SIM_GENERAL_USUAL,
    .input_columns = SIM_COLUMNS(2, 23),
    .output_columns = SIM_COLUMNS(2, 18),
    .input_dim_unit = 4,
    .console_lines = 1,
    .console_chars = 40,
    .default_input = 31,
    .printer_name = "MX-3570N",
    .ready_text = "Ready to scan for copy.",
    .printing_text = "Printing.",
    .sleep_text = "Auto Power Shut-Off mode",
    .low_text = "Toner supply is low. (%t)",
    .empty_text = "Change the toner cartridge. (%t)",
    SIM_ROWS(device, sharp_devices),
    SIM_ROWS(interface, sharp_interfaces),
    SIM_ROWS(cover, sharp_covers),
    SIM_ROWS(input, sharp_inputs),
    SIM_ROWS(output, sharp_outputs),
    SIM_SUPPLY_ROWS(sharp_supplies),
    SIM_ROWS(light, sharp_lights),
    SIM_ROWS(private, sharp_privates),
    SIM_ROWS_OF_LANGUAGES,
    SIM_ROWS_OF_CHANNELS,
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_CMYK,
    SIM_ROWS_OF_PATHS,
};
