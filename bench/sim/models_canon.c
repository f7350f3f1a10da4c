#include "bench/sim/models.h"

/* Canon imageRUNNER ADVANCE: " /P" after the model, levels in steps of a tenth, meters by code.
 * The older one answers SNMPv1 only. */

static const struct sim_spec_interface canon_interfaces[] = {
    {1, 6, true, true, 1500, 1000000000, "eth0"},
    {2, 24, false, true, 16436, 0, "lo"},
};

static const char *const canon_covers[] = {"Front Cover", "Right Cover", "Toner Cover"};

static const struct sim_spec_input canon_inputs[] = {
    {1, 5, 8, SIM_LEVEL_MANUAL, 100, SIM_UNKNOWN, "Multi-Purpose Tray", "Multi-Purpose Tray", "",
     ""},
    {2, 3, 8, SIM_LEVEL_TENTHS, 550, SIM_A4_UM, "Drawer 1", "Drawer 1", "iso-a4", ""},
    {3, 3, 8, SIM_LEVEL_TENTHS, 550, SIM_A3_UM, "Drawer 2", "Drawer 2", "iso-a3", ""},
    {4, 3, 8, SIM_LEVEL_TENTHS, 550, SIM_A4_UM, "Drawer 3", "Drawer 3", "iso-a4", ""},
    {5, 3, 8, SIM_LEVEL_TENTHS, 550, SIM_A4_UM, "Drawer 4", "Drawer 4", "iso-a4", ""},
};

static const struct sim_spec_output canon_outputs[] = {
    {4, 250, -2, "Tray A", "Output Tray A"},
    {3, 100, -3, "Tray B", "Output Tray B"},
};

static const struct sim_spec_supply canon_supplies[] = {
    {1, 1, 3, 3, 19, SIM_LEVEL_TENTHS, 100, 69000, "Canon Toner Black"},
    {2, 2, 3, 3, 19, SIM_LEVEL_TENTHS, 100, 60000, "Canon Toner Cyan"},
    {3, 3, 3, 3, 19, SIM_LEVEL_TENTHS, 100, 60000, "Canon Toner Magenta"},
    {4, 4, 3, 3, 19, SIM_LEVEL_TENTHS, 100, 60000, "Canon Toner Yellow"},
    {5, 0, 4, 4, 1, SIM_LEVEL_SOME, -2, 120000, "Waste Toner"},
};

static const struct sim_spec_light canon_lights[] = {
    {5, false, "Processing/Data"},
    {4, true, "Error"},
};

#define CHARGE "1.3.6.1.4.1.1602.1.11.1.3.1"

static const struct sim_spec_private canon_privates[] = {
    {"1.3.6.1.4.1.1602.1.2.1.4.0", "%s", 0, 0},
    {CHARGE ".2.101", "Total 1", 0, 0},
    {CHARGE ".2.108", "Black & White 1", 0, 0},
    {CHARGE ".2.123", "Full Color + Single Color/Small", 0, 0},
    {CHARGE ".2.501", "Scan (Total 1)", 0, 0},
    {CHARGE ".4.101", NULL, SIM_METER_TOTAL, SIM_TAG_COUNTER},
    {CHARGE ".4.108", NULL, SIM_METER_MONO, SIM_TAG_COUNTER},
    {CHARGE ".4.123", NULL, SIM_METER_COLOR, SIM_TAG_COUNTER},
    {CHARGE ".4.501", NULL, SIM_METER_SCAN, SIM_TAG_COUNTER},
};

static const struct sim_spec_device c5550_devices[] = {
    {1, 5, "Canon iR-ADV C5550", "1.3.6.1.4.1.1602.4.7.1.5550"},
    {2, 1, "Canon iR-ADV C5550 Scanner", NULL},
    {3, 6, "Hard Disk", NULL},
    {4, 4, "Ethernet", NULL},
};

static const struct sim_spec_device c5250_devices[] = {
    {1, 5, "Canon iR-ADV C5250", "1.3.6.1.4.1.1602.4.7.1.5250"},
    {2, 1, "Canon iR-ADV C5250 Scanner", NULL},
    {3, 6, "Hard Disk", NULL},
};

#define CANON_COMMON                                                                               \
    .vendor = "Canon", .object_id = "1.3.6.1.4.1.1602.4.7", .sys_name = "Canon%h",                 \
    .serial = "@@@######", .sys_services = 72, .marker_unit = 7, .mark_tech = 4, .color = 4,       \
    .resolution = 1200, .margin = 2500, .general_columns = SIM_GENERAL_USUAL,                      \
    .input_columns = SIM_COLUMNS(2, 22), .output_columns = SIM_COLUMNS(2, 18),                     \
    .input_dim_unit = 4, .console_lines = 2, .console_chars = 40, .default_input = 2,              \
    .ready_text = "Ready to print.", .printing_text = "Printing.", .sleep_text = "Sleep mode.",    \
    .low_text = "%t is low.", .empty_text = "Replace %t.", SIM_ROWS(interface, canon_interfaces),  \
    SIM_ROWS(cover, canon_covers), SIM_ROWS(input, canon_inputs), SIM_ROWS(output, canon_outputs), \
    SIM_SUPPLY_ROWS(canon_supplies), SIM_ROWS(light, canon_lights),                                \
    SIM_ROWS(private, canon_privates), SIM_ROWS_OF_LANGUAGES, SIM_ROWS_OF_CHANNELS,                \
    SIM_ROWS_OF_INTERPRETERS, SIM_ROWS_OF_KCMY, SIM_ROWS_OF_PATHS

const struct sim_spec sim_spec_canon_c5550 = {
    .name = "canon-c5550",
    .model = "iR-ADV C5550",
    .sys_descr = "Canon iR-ADV C5550 /P",
    .oui = {0x2c, 0x9e, 0xfc},
    .pages_per_day = 800,
    .printer_name = "iR-ADV C5550",
    SIM_ROWS(device, c5550_devices),
    CANON_COMMON,
};

const struct sim_spec sim_spec_canon_c5250_v1 = {
    .name = "canon-c5250-v1",
    .model = "iR-ADV C5250",
    .sys_descr = "Canon iR-ADV C5250 /P",
    .oui = {0x00, 0x1e, 0x8f},
    .habits = SIM_HABIT_V1_ONLY,
    .pages_per_day = 600,
    .printer_name = "iR-ADV C5250",
    SIM_ROWS(device, c5250_devices),
    CANON_COMMON,
};
