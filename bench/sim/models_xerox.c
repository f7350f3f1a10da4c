#include "bench/sim/models.h"

/* Xerox AltaLink: toner counted in impressions, part and serial number in the supply's text, its
 * own meter table with labels. */

static const struct sim_spec_device c8045_devices[] = {
    {1, 5, "Xerox AltaLink C8045", "1.3.6.1.4.1.253.8.62.1.36.3.1.1"},
    {2, 1, "Xerox AltaLink C8045 Scanner", "1.3.6.1.4.1.253.8.62.1.36.3.1.2"},
    {3, 1, "Xerox AltaLink C8045 Copier", "1.3.6.1.4.1.253.8.62.1.36.3.1.3"},
    {4, 1, "Xerox AltaLink C8045 Fax", "1.3.6.1.4.1.253.8.62.1.36.3.1.4"},
    {5, 4, "Xerox Ethernet 10/100/1000", NULL},
};

static const struct sim_spec_interface c8045_interfaces[] = {
    {1, 6, true, true, 1500, 1000000000, "Xerox Ethernet Controller"},
    {2, 24, false, true, 65536, 10000000, "lo"},
};

static const char *const c8045_covers[] = {"Front Door", "Left Side Door A", "Left Side Door B",
                                           "Document Feeder Cover"};

static const struct sim_spec_input c8045_inputs[] = {
    {1, 3, 8, SIM_LEVEL_EXACT, 520, SIM_A4_UM, "Tray 1", "Tray 1", "iso-a4-white", "520 sheet"},
    {2, 3, 8, SIM_LEVEL_EXACT, 520, SIM_A3_UM, "Tray 2", "Tray 2", "iso-a3-white", "520 sheet"},
    {3, 3, 8, SIM_LEVEL_EXACT, 867, SIM_A4_UM, "Tray 3", "Tray 3 (Tandem)", "iso-a4-white",
     "Tandem"},
    {4, 3, 8, SIM_LEVEL_EXACT, 1133, SIM_A4_UM, "Tray 4", "Tray 4 (Tandem)", "iso-a4-white",
     "Tandem"},
    {5, 5, 8, SIM_LEVEL_MANUAL, 100, SIM_UNKNOWN, "Tray 5", "Bypass Tray", "unknown", "Bypass"},
};

static const struct sim_spec_output c8045_outputs[] = {
    {4, 400, -2, "Center Tray", "Center Output Tray"},
    {3, 250, 0, "Side Tray", "Side Output Tray"},
};

static const struct sim_spec_supply c8045_supplies[] = {
    {1, 1, 3, 3, 7, SIM_LEVEL_EXACT, 26000, 26000, "Black Toner Cartridge, PN 006R01697;SN%c"},
    {2, 2, 3, 3, 7, SIM_LEVEL_EXACT, 15000, 21000, "Cyan Toner Cartridge, PN 006R01698;SN%c"},
    {3, 3, 3, 3, 7, SIM_LEVEL_EXACT, 15000, 22000, "Magenta Toner Cartridge, PN 006R01699;SN%c"},
    {4, 4, 3, 3, 7, SIM_LEVEL_EXACT, 15000, 23000, "Yellow Toner Cartridge, PN 006R01700;SN%c"},
    {5, 1, 3, 9, 7, SIM_LEVEL_EXACT, 190000, 190000, "Drum Cartridge R1, PN 013R00681;SN%c"},
    {6, 2, 3, 9, 7, SIM_LEVEL_EXACT, 190000, 190000, "Drum Cartridge R2, PN 013R00681;SN%c"},
    {7, 3, 3, 9, 7, SIM_LEVEL_EXACT, 190000, 190000, "Drum Cartridge R3, PN 013R00681;SN%c"},
    {8, 0, 4, 4, 19, SIM_LEVEL_EXACT, 100, 43000, "Waste Toner Container, PN 008R08101"},
    {9, 0, 3, 15, 19, SIM_LEVEL_EXACT, 100, 360000, "Fuser, PN 641S01194"},
};

static const struct sim_spec_light c8045_lights[] = {
    {9, true, "Fault"},
    {5, false, "Power"},
};

#define XCM_DETAIL "1.3.6.1.4.1.253.8.53.13.2.1"

static const struct sim_spec_private c8045_privates[] = {
    {"1.3.6.1.4.1.253.8.53.3.2.1.3.1", "%s", 0, 0},
    {XCM_DETAIL ".6.1.20.1", NULL, SIM_METER_TOTAL, SIM_TAG_INTEGER},
    {XCM_DETAIL ".6.1.20.2", NULL, SIM_METER_POWER_ON, SIM_TAG_INTEGER},
    {XCM_DETAIL ".6.1.20.7", NULL, SIM_METER_PRINT_MONO, SIM_TAG_INTEGER},
    {XCM_DETAIL ".6.1.20.29", NULL, SIM_METER_PRINT_COLOR, SIM_TAG_INTEGER},
    {XCM_DETAIL ".6.1.20.33", NULL, SIM_METER_COLOR, SIM_TAG_INTEGER},
    {XCM_DETAIL ".6.1.20.34", NULL, SIM_METER_MONO, SIM_TAG_INTEGER},
    {XCM_DETAIL ".6.1.20.39", NULL, SIM_METER_DUPLEX, SIM_TAG_INTEGER},
    {XCM_DETAIL ".6.1.20.71", NULL, SIM_METER_FAX, SIM_TAG_INTEGER},
    {XCM_DETAIL ".6.102.20.23", NULL, SIM_METER_SCAN, SIM_TAG_INTEGER},
    {XCM_DETAIL ".6.103.20.3", NULL, SIM_METER_COPY_MONO, SIM_TAG_INTEGER},
    {XCM_DETAIL ".6.103.20.25", NULL, SIM_METER_COPY_COLOR, SIM_TAG_INTEGER},
    {XCM_DETAIL ".8.1.20.1", "Total Impressions", 0, 0},
    {XCM_DETAIL ".8.1.20.2", "Power On Impressions", 0, 0},
    {XCM_DETAIL ".8.1.20.7", "Black Printed Impressions", 0, 0},
    {XCM_DETAIL ".8.1.20.29", "Color Printed Impressions", 0, 0},
    {XCM_DETAIL ".8.1.20.33", "Color Impressions", 0, 0},
    {XCM_DETAIL ".8.1.20.34", "Black Impressions", 0, 0},
    {XCM_DETAIL ".8.1.20.39", "2 Sided Sheets", 0, 0},
    {XCM_DETAIL ".8.1.20.71", "Fax Impressions", 0, 0},
    {XCM_DETAIL ".8.102.20.23", "Images Sent", 0, 0},
    {XCM_DETAIL ".8.103.20.3", "Black Copied Impressions", 0, 0},
    {XCM_DETAIL ".8.103.20.25", "Color Copied Impressions", 0, 0},
};

const struct sim_spec sim_spec_xerox_c8045 = {
    .name = "xerox-c8045",
    .vendor = "Xerox",
    .model = "AltaLink C8045",
    .sys_descr = "Xerox AltaLink C8045; SS 111.010.001.13500, NC 111.010.13500, UI 111.010.13500, "
                 "ME 063.022.000, CC 111.010.13500, DF 007.019.000",
    .object_id = "1.3.6.1.4.1.253.8.62.1.36.3.1.1",
    .sys_name = "XRX%m",
    .serial = "@X######",
    .oui = {0x9c, 0x93, 0x4e},
    .sys_services = 72,
    .marker_unit = 7,
    .mark_tech = 4,
    .color = 4,
    .resolution = 1200,
    .pages_per_day = 620,
    .margin = 4100,
    .general_columns = SIM_GENERAL_USUAL,
    .input_columns = SIM_INPUT_USUAL,
    .output_columns = SIM_OUTPUT_USUAL,
    .input_dim_unit = 4,
    .console_lines = 2,
    .console_chars = 80,
    .default_input = 1,
    .printer_name = "Xerox AltaLink C8045",
    .ready_text = "Ready to scan your job",
    .printing_text = "Printing",
    .sleep_text = "Power Saver",
    .low_text = "%t is near end of life",
    .empty_text = "Replace %t",
    SIM_ROWS(device, c8045_devices),
    SIM_ROWS(interface, c8045_interfaces),
    SIM_ROWS(cover, c8045_covers),
    SIM_ROWS(input, c8045_inputs),
    SIM_ROWS(output, c8045_outputs),
    SIM_SUPPLY_ROWS(c8045_supplies),
    SIM_ROWS(light, c8045_lights),
    SIM_ROWS(private, c8045_privates),
    SIM_ROWS_OF_LANGUAGES,
    SIM_ROWS_OF_CHANNELS,
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_KCMY,
    SIM_ROWS_OF_PATHS,
};
