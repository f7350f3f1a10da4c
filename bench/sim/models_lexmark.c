#include "bench/sim/models.h"

/* Lexmark: firmware level inside sysDescr, supplies counted in impressions, monochrome. */

static const struct sim_spec_device lexmark_devices[] = {
    {1, 5, "Lexmark MX722adhe", "1.3.6.1.4.1.641.5.7.44.1.1"},
    {2, 1, "Lexmark Scanner", NULL},
    {3, 1, "Lexmark Fax", NULL},
    {4, 4, "Lexmark Gigabit Ethernet", NULL},
    {5, 6, "Lexmark Hard Disk", NULL},
};

static const struct sim_spec_interface lexmark_interfaces[] = {
    {1, 24, false, true, 65536, 10000000, "lo"},
    {2, 6, true, true, 1500, 1000000000, "eth0"},
};

static const char *const lexmark_covers[] = {"Door A", "Door C", "ADF Door"};

static const struct sim_spec_input lexmark_inputs[] = {
    {1, 3, 8, SIM_LEVEL_EXACT, 550, SIM_A4_UM, "Tray 1", "Tray 1", "na-letter-white", "550-Sheet"},
    {2, 3, 8, SIM_LEVEL_EXACT, 550, SIM_A4_UM, "Tray 2", "Tray 2", "iso-a4-white", "550-Sheet"},
    {3, 3, 8, SIM_LEVEL_EXACT, 2100, SIM_A4_UM, "Tray 3", "Tray 3", "iso-a4-white", "2100-Sheet"},
    {4, 5, 8, SIM_LEVEL_SOME, 100, SIM_A4_UM, "Multi-Purpose Feeder", "MP Feeder", "iso-a4-white",
     ""},
};

static const struct sim_spec_output lexmark_outputs[] = {
    {4, 550, -3, "Standard Bin", "Standard Output Bin"},
    {3, 300, -2, "Bin 1", "Staple Finisher Bin"},
};

static const struct sim_spec_supply lexmark_supplies[] = {
    {1, 1, 3, 3, 7, SIM_LEVEL_EXACT, 25000, 25000, "Black Cartridge 58D2H00 S/N:%c"},
    {2, 0, 3, 9, 7, SIM_LEVEL_EXACT, 150000, 150000, "Imaging Unit 58D0Z00 S/N:%c"},
    {3, 0, 3, 15, 7, SIM_LEVEL_EXACT, 200000, 200000, "Maintenance Kit 41X1229"},
    {4, 0, 3, 1, 7, SIM_LEVEL_EXACT, 300000, 300000, "Roller Kit 41X1306"},
    {5, 0, 3, 1, 7, SIM_LEVEL_EXACT, 120000, 120000, "ADF Separator Roll 41X2062"},
    {6, 0, 3, 32, 18, SIM_LEVEL_SOME, -2, 60000, "Staples 25A0013"},
};

static const struct sim_spec_light lexmark_lights[] = {
    {5, false, "Ready"},
    {4, true, "Attention"},
};

#define MPS_COUNT "1.3.6.1.4.1.641.6.4.2.1.1"

static const struct sim_spec_private lexmark_privates[] = {
    {"1.3.6.1.4.1.641.2.1.2.1.2.1", "Lexmark MX722adhe", 0, 0},
    {"1.3.6.1.4.1.641.2.1.2.1.4.1", "MXTGM.081.234", 0, 0},
    {"1.3.6.1.4.1.641.2.1.2.1.6.1", "%s", 0, 0},
    {MPS_COUNT ".2.1.2", NULL, 2, 0},
    {MPS_COUNT ".2.1.3", NULL, 3, 0},
    {MPS_COUNT ".2.1.16", NULL, 16, 0},
    {MPS_COUNT ".2.1.32", NULL, 32, 0},
    {MPS_COUNT ".2.1.48", NULL, 48, 0},
    {MPS_COUNT ".4.1.2", NULL, SIM_METER_TOTAL, SIM_TAG_COUNTER},
    {MPS_COUNT ".4.1.3", NULL, SIM_METER_MONO, SIM_TAG_COUNTER},
    {MPS_COUNT ".4.1.16", NULL, SIM_METER_PRINT, SIM_TAG_COUNTER},
    {MPS_COUNT ".4.1.32", NULL, SIM_METER_COPY, SIM_TAG_COUNTER},
    {MPS_COUNT ".4.1.48", NULL, SIM_METER_FAX, SIM_TAG_COUNTER},
};

const struct sim_spec sim_spec_lexmark_mx722 = {
    .name = "lexmark-mx722",
    .vendor = "Lexmark",
    .model = "MX722adhe",
    .sys_descr = "Lexmark MX722adhe %s version MXTGM.081.234 kernel 4.17.19-yocto-standard "
                 "All-N-1",
    .object_id = "1.3.6.1.4.1.641.2.71107404",
    .sys_name = "ET%m",
    .serial = "7464#######",
    .oui = {0x78, 0x8c, 0x77},
    .sys_services = 72,
    .marker_unit = 7,
    .mark_tech = 4,
    .color = 1,
    .resolution = 1200,
    .pages_per_day = 540,
    .margin = 4232,
    .general_columns = SIM_GENERAL_USUAL,
    .input_columns = SIM_INPUT_USUAL,
    .output_columns = SIM_OUTPUT_USUAL,
    .input_dim_unit = 4,
    .console_lines = 4,
    .console_chars = 40,
    .default_input = 1,
    .printer_name = "Lexmark MX722adhe",
    .ready_text = "Ready",
    .printing_text = "Busy",
    .sleep_text = "Sleep Mode",
    .low_text = "%t low",
    .empty_text = "Replace %t",
    SIM_ROWS(device, lexmark_devices),
    SIM_ROWS(interface, lexmark_interfaces),
    SIM_ROWS(cover, lexmark_covers),
    SIM_ROWS(input, lexmark_inputs),
    SIM_ROWS(output, lexmark_outputs),
    SIM_SUPPLY_ROWS(lexmark_supplies),
    SIM_ROWS(light, lexmark_lights),
    SIM_ROWS(private, lexmark_privates),
    SIM_ROWS_OF_LANGUAGES,
    SIM_ROWS_OF_CHANNELS,
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_K,
    SIM_ROWS_OF_PATHS,
};
