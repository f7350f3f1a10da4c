#include "bench/sim/models.h"

/* Samsung: serial number in sysDescr, cartridge serial after S/N:CRUM-, rollers as supplies of type
 * other, many rows in hrDeviceTable, monochrome. */

static const struct sim_spec_device samsung_devices[] = {
    {1, 5, "Samsung M408x Series", "1.3.6.1.4.1.236.11.5.11.62.1"},
    {2, 1, "Samsung Copy Service, Simplex/Duplex", NULL},
    {3, 1, "Samsung Color Scanner, 600x600 DPI", NULL},
    {4, 1, "Samsung Fax Card, ITU G3, 33,600bps, V.34", NULL},
    {5, 3, "Main Video Controller Processor", NULL},
    {6, 6, "HDD", NULL},
    {7, 20, "Random Access Memory,1.0GB RAM", NULL},
    {8, 4, "Ethernet, 10/100/1000Mbps", NULL},
};

static const struct sim_spec_interface samsung_interfaces[] = {
    {1, 6, true, true, 1500, 1000000000, "eth0"},
    {2, 24, false, true, 16436, 10000000, "lo"},
};

static const char *const samsung_covers[] = {"Front Cover", "Rear Cover", "ADF Cover"};

static const struct sim_spec_input samsung_inputs[] = {
    {1, 3, 8, SIM_LEVEL_TENTHS, 550, SIM_A4_UM, "Tray 1", "Tray 1", "iso-a4", ""},
    {2, 5, 8, SIM_LEVEL_MANUAL, 100, SIM_A4_UM, "MP Tray", "MP Tray", "iso-a4", ""},
    {3, 3, 8, SIM_LEVEL_TENTHS, 550, SIM_A4_UM, "Tray 2", "Tray 2", "iso-a4", ""},
};

static const struct sim_spec_output samsung_outputs[] = {
    {4, 500, -3, "Standard", "Face Down Bin"},
};

static const struct sim_spec_supply samsung_supplies[] = {
    {1, 1, 3, 3, 7, SIM_LEVEL_EXACT, 20000, 20000, "Black Toner Cartridge S/N:CRUM-%c"},
    {2, 0, 3, 15, 7, SIM_LEVEL_EXACT, 90000, 90000, "Fuser S/N:"},
    {3, 0, 3, 1, 7, SIM_LEVEL_EXACT, 150000, 150000, "Transfer Roller"},
    {4, 0, 3, 1, 7, SIM_LEVEL_EXACT, 100000, 100000, "ADF Roller"},
    {5, 0, 3, 1, 7, SIM_LEVEL_EXACT, 100000, 100000, "MP Roller"},
    {6, 0, 3, 1, 7, SIM_LEVEL_EXACT, 200000, 200000, "Tray 1 Roller"},
    {7, 0, 3, 1, 7, SIM_LEVEL_EXACT, 200000, 200000, "Tray 1 Retard Roller Life"},
};

static const struct sim_spec_light samsung_lights[] = {
    {5, false, "Status"},
    {4, true, "Error"},
};

#define JOBS "1.3.6.1.4.1.236.11.5.11.53.11.2.1"

static const struct sim_spec_private samsung_privates[] = {
    /* Jobs 1 print, 2 copy, 3 fax received, 5 scan; A4, impressions, one-sided, mono. */
    {JOBS ".2.1.1", NULL, 1, 0},
    {JOBS ".2.1.2", NULL, 2, 0},
    {JOBS ".2.1.3", NULL, 3, 0},
    {JOBS ".2.1.4", NULL, 5, 0},
    {JOBS ".3.1.1", NULL, 5, 0},
    {JOBS ".3.1.2", NULL, 5, 0},
    {JOBS ".3.1.3", NULL, 5, 0},
    {JOBS ".3.1.4", NULL, 5, 0},
    {JOBS ".4.1.1", NULL, 7, 0},
    {JOBS ".4.1.2", NULL, 7, 0},
    {JOBS ".4.1.3", NULL, 7, 0},
    {JOBS ".4.1.4", NULL, 7, 0},
    {JOBS ".6.1.1", NULL, 3, 0},
    {JOBS ".6.1.2", NULL, 3, 0},
    {JOBS ".6.1.3", NULL, 3, 0},
    {JOBS ".6.1.4", NULL, 3, 0},
    {JOBS ".7.1.1", NULL, SIM_METER_PRINT, SIM_TAG_COUNTER},
    {JOBS ".7.1.2", NULL, SIM_METER_COPY, SIM_TAG_COUNTER},
    {JOBS ".7.1.3", NULL, SIM_METER_FAX, SIM_TAG_COUNTER},
    {JOBS ".7.1.4", NULL, SIM_METER_SCAN, SIM_TAG_COUNTER},
    {"1.3.6.1.4.1.236.11.5.11.55.5.1.1.0", "M4080FX", 0, 0},
    {"1.3.6.1.4.1.236.11.5.11.55.5.1.2.0", "V11.01.03.04_02-27-2017", 0, 0},
    {"1.3.6.1.4.1.236.11.5.11.55.5.1.4.0", "%s", 0, 0},
};

const struct sim_spec sim_spec_samsung_m4080fx = {
    .name = "samsung-m4080fx",
    .vendor = "Samsung",
    .model = "M4080FX",
    .sys_descr = "Samsung M4080FX;V11.01.03.04_02-27-2017;Engine V1.00.08;NIC V8.01.14;S/N %s",
    .object_id = "1.3.6.1.4.1.236.11.5.11.62.1",
    .sys_name = "SEC%m",
    .serial = "08HQB8G#@#######",
    .oui = {0x84, 0x25, 0x19},
    .sys_services = 72,
    .marker_unit = 7,
    .mark_tech = 4,
    .color = 1,
    .resolution = 600,
    .pages_per_day = 160,
    .margin = -2,
    .general_columns = SIM_GENERAL_USUAL,
    .input_columns = SIM_INPUT_USUAL,
    .output_columns = SIM_OUTPUT_USUAL,
    .input_dim_unit = 4,
    .console_lines = 2,
    .console_chars = 40,
    .default_input = 1,
    .printer_name = "Samsung M4080FX",
    .ready_text = "Ready",
    .printing_text = "Printing",
    .sleep_text = "Power Save",
    .low_text = "%t: prepare a new one",
    .empty_text = "%t: replace with new one",
    SIM_ROWS(device, samsung_devices),
    SIM_ROWS(interface, samsung_interfaces),
    SIM_ROWS(cover, samsung_covers),
    SIM_ROWS(input, samsung_inputs),
    SIM_ROWS(output, samsung_outputs),
    SIM_SUPPLY_ROWS(samsung_supplies),
    SIM_ROWS(light, samsung_lights),
    SIM_ROWS(private, samsung_privates),
    SIM_ROWS_OF_LANGUAGES,
    SIM_ROWS_OF_CHANNELS,
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_K,
    SIM_ROWS_OF_PATHS,
};
