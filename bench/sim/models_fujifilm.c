#include "bench/sim/models.h"

/* FUJIFILM Business Innovation: colours in the order Y, M, C, K, two black toners in rows 30 and
 * 31, no first supply row, Ethernet as ifType 7, Xerox' meter table. */

static const struct sim_spec_device fujifilm_devices[] = {
    {1, 5, "FUJIFILM Apeos C7580", "1.3.6.1.4.1.297.1.11.93.2.1.2.3.5"},
    {2, 1, "FUJIFILM Scanner", NULL},
    {3, 1, "FUJIFILM Fax", NULL},
    {4, 4, "FUJIFILM Ethernet Interface", NULL},
    {5, 6, "Storage", NULL},
};

static const struct sim_spec_interface fujifilm_interfaces[] = {
    {1, 7, true, true, 1518, 1000000000, "Ethernet Controller"},
};

static const char *const fujifilm_covers[] = {"Front Cover", "Left Cover A", "Left Cover B",
                                              "Document Feeder Cover"};

static const struct sim_spec_input fujifilm_inputs[] = {
    {1, 3, 8, SIM_LEVEL_EXACT, 600, SIM_A4_UM, "Tray 1", "Tray 1", "iso-a4", ""},
    {2, 3, 8, SIM_LEVEL_EXACT, 600, SIM_A3_UM, "Tray 2", "Tray 2", "iso-a3", ""},
    {3, 3, 8, SIM_LEVEL_EXACT, 980, SIM_A4_UM, "Tray 3", "Tray 3", "iso-a4", ""},
    {4, 3, 8, SIM_LEVEL_EXACT, 1420, SIM_A4_UM, "Tray 4", "Tray 4", "iso-a4", ""},
    {5, 5, 8, SIM_LEVEL_MANUAL, 180, SIM_UNKNOWN, "Tray 5", "Tray 5 (Bypass)", "", ""},
};

static const struct sim_spec_output fujifilm_outputs[] = {
    {4, 500, -2, "Center Tray", "Center Tray"},
    {3, 3000, 0, "Finisher Tray", "Finisher Tray"},
};

static const struct sim_spec_supply fujifilm_supplies[] = {
    {2, 1, 3, 3, 7, SIM_LEVEL_EXACT, 25000, 25000, "Yellow Toner"},
    {3, 2, 3, 3, 7, SIM_LEVEL_EXACT, 25000, 25000, "Magenta Toner"},
    {4, 3, 3, 3, 7, SIM_LEVEL_EXACT, 25000, 25000, "Cyan Toner"},
    {5, 0, 4, 4, 7, SIM_LEVEL_SOME, -2, 64000, "Waste Toner Container"},
    {6, 4, 3, 9, 7, SIM_LEVEL_EXACT, 290000, 290000, "Black Drum Cartridge"},
    {7, 1, 3, 9, 7, SIM_LEVEL_EXACT, 290000, 290000, "Yellow Drum Cartridge"},
    {8, 2, 3, 9, 7, SIM_LEVEL_EXACT, 290000, 290000, "Magenta Drum Cartridge"},
    {9, 3, 3, 9, 7, SIM_LEVEL_EXACT, 290000, 290000, "Cyan Drum Cartridge"},
    {30, 4, 3, 3, 7, SIM_LEVEL_TENTHS, 23000, 23000, "Black Toner 1"},
    {31, 4, 3, 3, 7, SIM_LEVEL_TENTHS, 23000, 23000, "Black Toner 2"},
};

static const struct sim_spec_light fujifilm_lights[] = {
    {5, false, "Data"},
    {4, true, "Error"},
};

#define XCM_DETAIL "1.3.6.1.4.1.253.8.53.13.2.1"

static const struct sim_spec_private fujifilm_privates[] = {
    {"1.3.6.1.4.1.253.8.53.3.2.1.3.1", "%s", 0, 0},
    {XCM_DETAIL ".6.1.20.1", NULL, SIM_METER_TOTAL, SIM_TAG_INTEGER},
    {XCM_DETAIL ".6.1.20.33", NULL, SIM_METER_COLOR, SIM_TAG_INTEGER},
    {XCM_DETAIL ".6.1.20.34", NULL, SIM_METER_MONO, SIM_TAG_INTEGER},
    {XCM_DETAIL ".8.1.20.1", "Total Impressions", 0, 0},
    {XCM_DETAIL ".8.1.20.33", "Color Impressions", 0, 0},
    {XCM_DETAIL ".8.1.20.34", "Black Impressions", 0, 0},
};

const struct sim_spec sim_spec_fujifilm_c7580 = {
    .name = "fujifilm-c7580",
    .vendor = "FUJIFILM",
    .model = "Apeos C7580",
    .sys_descr = "FUJIFILM Apeos C7580",
    .object_id = "1.3.6.1.4.1.297.1.11.93.2.1.2.3.5",
    .sys_name = "FF%h",
    .serial = "TC10########",
    .oui = {0x1c, 0x7d, 0x22},
    .sys_services = 72,
    .marker_unit = 7,
    .mark_tech = 4,
    .color = 4,
    .resolution = 2400,
    .pages_per_day = 1500,
    .margin = 4100,
    .general_columns = SIM_GENERAL_USUAL,
    .input_columns = SIM_INPUT_USUAL,
    .output_columns = SIM_OUTPUT_USUAL,
    .input_dim_unit = 4,
    .console_lines = 2,
    .console_chars = 80,
    .default_input = 1,
    .printer_name = "Apeos C7580",
    .ready_text = "Ready to print",
    .printing_text = "Printing",
    .sleep_text = "Sleep mode",
    .low_text = "%t: order a new one",
    .empty_text = "%t: replace",
    SIM_ROWS(device, fujifilm_devices),
    SIM_ROWS(interface, fujifilm_interfaces),
    SIM_ROWS(cover, fujifilm_covers),
    SIM_ROWS(input, fujifilm_inputs),
    SIM_ROWS(output, fujifilm_outputs),
    SIM_SUPPLY_ROWS(fujifilm_supplies),
    SIM_ROWS(light, fujifilm_lights),
    SIM_ROWS(private, fujifilm_privates),
    SIM_ROWS_OF_LANGUAGES,
    SIM_ROWS_OF_CHANNELS,
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_YMCK,
    SIM_ROWS_OF_PATHS,
};
