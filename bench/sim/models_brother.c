#include "bench/sim/models.h"

/* Brother: sysDescr names the network card only, toner -3 of -2, Ethernet as ifType 7, hrDeviceID
 * 0.0, no printer name, no alert counters, a pseudo tray AUTO, "Sleep" as alert of severity 0. */

static const struct sim_spec_device brother_devices[] = {
    {1, 5, "Brother HL-L8260CDW series", NULL},
};

static const struct sim_spec_interface brother_interfaces[] = {
    {1, 7, true, true, 1500, 100000000, "NC-8700w"},
    {2, 7, true, false, 1500, 72000000, "NC-9200h"},
    {3, 24, false, true, 1500, 0, "SoftwareLoopBack"},
};

static const char *const brother_covers[] = {"PrinterCover"};

/* Charset 2004 is what the device says in every row, whatever it sends. */
static const struct sim_spec_language brother_languages[] = {
    {"en", "US", 2004}, {"de", "DE", 2004}, {"fr", "FR", 2004}, {"nl", "NL", 2004},
    {"it", "IT", 2004}, {"es", "ES", 2004}, {"pt", "PT", 2004}, {"no", "NO", 2004},
    {"da", "DK", 2004}, {"sv", "SE", 2004}, {"fi", "FI", 2004}, {"pl", "PL", 2004},
};

static const struct sim_spec_input brother_inputs[] = {
    {1, 1, 8, SIM_LEVEL_SOME, 250, SIM_LETTER_UM, "AUTO", "AUTO", "THIN", ""},
    {2, 4, 8, SIM_LEVEL_MANUAL, 50, SIM_LETTER_UM, "MP TRAY", "MP TRAY", "REGULAR", ""},
    {3, 4, 8, SIM_LEVEL_SOME, 250, SIM_LETTER_UM, "TRAY1", "TRAY1", "REGULAR", ""},
    {4, 4, 8, SIM_LEVEL_SOME, 250, SIM_LETTER_UM, "TRAY2", "TRAY2", "REGULAR", ""},
};

static const struct sim_spec_output brother_outputs[] = {
    {4, -2, -2, "face-down", "STANDARD OUTBIN"},
};

static const struct sim_spec_supply brother_supplies[] = {
    {1, 1, 3, 3, 13, SIM_LEVEL_SOME, -2, 3000, "Black Toner Cartridge"},
    {2, 2, 3, 3, 13, SIM_LEVEL_SOME, -2, 4000, "Cyan Toner Cartridge"},
    {3, 3, 3, 3, 13, SIM_LEVEL_SOME, -2, 4000, "Magenta Toner Cartridge"},
    {4, 4, 3, 3, 13, SIM_LEVEL_SOME, -2, 4000, "Yellow Toner Cartridge"},
    {5, 0, 4, 4, 13, SIM_LEVEL_SOME, -2, 50000, "Waste Toner Box"},
    {6, 0, 3, 1, 7, SIM_LEVEL_EXACT, 100000, 100000, "Belt Unit"},
    {7, 0, 3, 9, 7, SIM_LEVEL_EXACT, 30000, 30000, "Drum Unit"},
};

static const struct sim_spec_light brother_lights[] = {
    {5, false, "Data"},
};

static const struct sim_spec_channel brother_channels[] = {
    {8, "1991 Draft", ""}, {11, "", ""},    {13, "RFC 959", ""}, {27, "", ""},
    {34, "1.0", ""},       {42, "1.1", ""}, {44, "2.0", ""},
};

#define PRIVATE "1.3.6.1.4.1.2435.2.3.9.4.2.1.5.5"

static const struct sim_spec_private brother_privates[] = {
    {"1.3.6.1.4.1.2435.2.3.9.1.1.7.0",
     "MFG:Brother;CMD:PJL,PCL,PCLXL,URF;MDL:HL-L8260CDW series;CLS:PRINTER;", 0, 0},
    {PRIVATE ".1.0", "%s", 0, 0},
    {PRIVATE ".17.0", "1.54", 0, 0},
    {PRIVATE ".52.21.1.2.1", NULL, 1, 0},
    {PRIVATE ".52.21.1.2.5", NULL, 5, 0},
    {PRIVATE ".52.21.1.2.7", NULL, 7, 0},
    {PRIVATE ".52.21.1.3.1", NULL, SIM_METER_PRINT, SIM_TAG_COUNTER},
    {PRIVATE ".52.21.1.3.5", NULL, SIM_METER_PRINT_COLOR, SIM_TAG_COUNTER},
    {PRIVATE ".52.21.1.3.7", NULL, SIM_METER_PRINT_MONO, SIM_TAG_COUNTER},
};

const struct sim_spec sim_spec_brother_l8260cdw = {
    .name = "brother-l8260cdw",
    .vendor = "Brother",
    .model = "HL-L8260CDW series",
    .sys_descr = "Brother NC-8700w, Firmware Ver.ZC  ,MID 84E-822",
    .object_id = "1.3.6.1.4.1.2435.2.3.9.1",
    .sys_name = "BRW%m",
    .serial = "U6464@#@######",
    .oui = {0x30, 0x05, 0x5c},
    .sys_services = 72,
    .marker_unit = 8,
    .mark_tech = 4,
    .color = 4,
    .habits = SIM_HABIT_SLEEP_ALERT | SIM_HABIT_ZERO_ALERT_TIME | SIM_HABIT_ONE_ERROR_BYTE,
    .resolution = 600,
    .pages_per_day = 45,
    .margin = 4233,
    .general_columns = SIM_COLUMNS(1, 13) | SIM_COLUMNS(17, 17),
    .input_columns = SIM_COLUMNS(2, 23),
    .output_columns = SIM_OUTPUT_USUAL,
    .input_dim_unit = 4,
    .console_lines = 1,
    .console_chars = 64,
    .default_input = 1,
    .ready_text = "Ready",
    .printing_text = "Printing",
    .sleep_text = "Sleep",
    .low_text = "Replace Soon: %t",
    .empty_text = "Replace %t",
    SIM_ROWS(device, brother_devices),
    SIM_ROWS(interface, brother_interfaces),
    SIM_ROWS(cover, brother_covers),
    SIM_ROWS(language, brother_languages),
    SIM_ROWS(input, brother_inputs),
    SIM_ROWS(output, brother_outputs),
    SIM_SUPPLY_ROWS(brother_supplies),
    SIM_ROWS(channel, brother_channels),
    SIM_ROWS(light, brother_lights),
    SIM_ROWS(private, brother_privates),
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_KCMY,
    SIM_ROWS_OF_PATHS,
};
