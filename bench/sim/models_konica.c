#include "bench/sim/models.h"

/* Konica Minolta: gaps in the numbers of trays and supplies, colours in the order C, M, Y, K,
 * waste box -3 of -2, the colours in the supply's text in brackets. */

static const struct sim_spec_device konica_devices[] = {
    {1, 5, "KONICA MINOLTA bizhub C250i", "1.3.6.1.4.1.18334.1.1.1.2.1.181.2.4"},
    {2, 1, "KONICA MINOLTA bizhub C250i", "1.3.6.1.4.1.18334.1.1.1.2.1.181.2.4"},
    {3, 4, "Ethernet 10/100/1000 Base-T", "1.3.6.1.4.1.18334.1.1.2.1.1.1.1"},
    {4, 6, "SSD", "1.3.6.1.4.1.18334.1.1.3.1.1.1.2"},
};

static const struct sim_spec_interface konica_interfaces[] = {
    {1, 6, true, true, 1500, 1000000000, "Ethernet 10/100/1000 Base-T"},
    {2, 24, false, true, 65536, 0, "Software Loopback"},
};

static const char *const konica_covers[] = {"Front Door", "Upper Right Door", "Lower Right Door",
                                            "ADF Cover"};

static const struct sim_spec_input konica_inputs[] = {
    {1, 3, 8, SIM_LEVEL_EXACT, 500, SIM_A4_UM, "Tray1", "Tray 1", "iso-a4", ""},
    {2, 3, 8, SIM_LEVEL_EXACT, 500, SIM_A3_UM, "Tray2", "Tray 2", "iso-a3", ""},
    {3, 3, 8, SIM_LEVEL_EXACT, 2500, SIM_A4_UM, "Tray3", "Tray 3 (LCT)", "iso-a4", "PC-416"},
    {7, 5, 8, SIM_LEVEL_MANUAL, 150, SIM_UNKNOWN, "Bypass", "Bypass Tray", "", ""},
};

static const struct sim_spec_output konica_outputs[] = {
    {4, 250, -2, "Tray1", "Inner Tray"},
    {3, 500, 0, "Tray2", "Finisher Tray"},
};

static const struct sim_spec_supply konica_supplies[] = {
    {1, 1, 3, 3, 19, SIM_LEVEL_EXACT, 100, 28000, "Toner (Cyan)"},
    {2, 2, 3, 3, 19, SIM_LEVEL_EXACT, 100, 28000, "Toner (Magenta)"},
    {3, 3, 3, 3, 19, SIM_LEVEL_EXACT, 100, 28000, "Toner (Yellow)"},
    {4, 4, 3, 3, 19, SIM_LEVEL_EXACT, 100, 28000, "Toner (Black)"},
    {13, 0, 4, 4, 1, SIM_LEVEL_SOME, -2, 50000, "Waste Toner Box"},
};

static const struct sim_spec_light konica_lights[] = {
    {6, false, "Power"},
    {10, true, "Attention"},
};

#define METERS "1.3.6.1.4.1.18334.1.1.1.5.7.2"

static const struct sim_spec_private konica_privates[] = {
    {"1.3.6.1.4.1.18334.1.1.1.1.6.2.1.0", "bizhub C250i", 0, 0},
    {METERS ".1.1.0", NULL, SIM_METER_TOTAL, SIM_TAG_COUNTER},
    {METERS ".1.3.0", NULL, SIM_METER_DUPLEX, SIM_TAG_COUNTER},
    {METERS ".1.5.0", NULL, SIM_METER_SCAN, SIM_TAG_COUNTER},
    {METERS ".2.1.5.1.1", NULL, SIM_METER_COPY_MONO, SIM_TAG_COUNTER},
    {METERS ".2.1.5.1.2", NULL, SIM_METER_PRINT_MONO, SIM_TAG_COUNTER},
    {METERS ".2.1.5.2.1", NULL, SIM_METER_COPY_COLOR, SIM_TAG_COUNTER},
    {METERS ".2.1.5.2.2", NULL, SIM_METER_PRINT_COLOR, SIM_TAG_COUNTER},
};

const struct sim_spec sim_spec_konica_c250i = {
    .name = "konica-c250i",
    .vendor = "KONICA MINOLTA",
    .model = "bizhub C250i",
    .sys_descr = "KONICA MINOLTA bizhub C250i",
    .object_id = "1.3.6.1.4.1.18334.1.1.1.2.1.181.2.4",
    .sys_name = "KM%h",
    .serial = "AA2M0########",
    .oui = {0x00, 0x20, 0x6b},
    .sys_services = 76,
    .marker_unit = 7,
    .mark_tech = 4,
    .color = 4,
    .resolution = 600,
    .pages_per_day = 450,
    .margin = 4200,
    .general_columns = SIM_GENERAL_USUAL,
    .input_columns = SIM_INPUT_USUAL,
    .output_columns = SIM_OUTPUT_USUAL,
    .input_dim_unit = 4,
    .console_lines = 1,
    .console_chars = 32,
    .default_input = 1,
    .printer_name = "bizhub C250i",
    .ready_text = "Ready to Scan",
    .printing_text = "Now printing",
    .sleep_text = "Sleep",
    .low_text = "%t is running low",
    .empty_text = "Replace %t",
    SIM_ROWS(device, konica_devices),
    SIM_ROWS(interface, konica_interfaces),
    SIM_ROWS(cover, konica_covers),
    SIM_ROWS(input, konica_inputs),
    SIM_ROWS(output, konica_outputs),
    SIM_SUPPLY_ROWS(konica_supplies),
    SIM_ROWS(light, konica_lights),
    SIM_ROWS(private, konica_privates),
    SIM_ROWS_OF_LANGUAGES,
    SIM_ROWS_OF_CHANNELS,
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_CMYK,
    SIM_ROWS_OF_PATHS,
};
