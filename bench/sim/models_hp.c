#include "bench/sim/models.h"

/* HP JetDirect: one sysObjectID for all, strings that end in NUL, supplies in percent (unit 19),
 * loopback before the Ethernet port, a gap in the tray numbers. */

#define JETDIRECT                                                                                  \
    "HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD153,EEPROM JSI24140013,CIDATE 06/03/2024"

static const struct sim_spec_interface hp_interfaces[] = {
    {1, 24, false, true, 1536, 0, JETDIRECT},
    {2, 6, true, true, 1500, 1000000000, JETDIRECT},
};

static const struct sim_spec_light hp_lights[] = {
    {10, true, "Attention"},
    {5, false, "Ready"},
};

static const struct sim_spec_output hp_outputs[] = {
    {4, 500, -2, "Standard bin", "Standard bin"},
    {4, 100, 0, "Rear bin", "Rear bin"},
};

static const struct sim_spec_device m653_devices[] = {
    {1, 5, "HP Color LaserJet M653", "1.3.6.1.4.1.11.2.3.9.1.2.95.1"},
    {2, 6, "HP eMMC", NULL},
    {3, 4, "HP JetDirect", NULL},
};

static const char *const m653_covers[] = {"Right door", "Front door", "Lower right door"};

static const struct sim_spec_input m653_inputs[] = {
    {1, 4, 8, SIM_LEVEL_MANUAL, 100, SIM_UNKNOWN, "Tray 1", "Tray 1", "Any", ""},
    {2, 4, 8, SIM_LEVEL_EXACT, 550, SIM_LETTER_IN, "Tray 2", "Tray 2", "Plain", ""},
    {3, 3, 8, SIM_LEVEL_EXACT, 550, SIM_LETTER_IN, "Tray 3", "Tray 3", "Plain", ""},
    {5, 3, 8, SIM_LEVEL_EXACT, 2000, SIM_LETTER_IN, "Tray 4", "Tray 4", "Plain", ""},
};

static const struct sim_spec_supply m653_supplies[] = {
    {1, 1, 3, 21, 19, SIM_LEVEL_EXACT, 100, 27500, "Black Cartridge HP CF450A"},
    {2, 2, 3, 21, 19, SIM_LEVEL_EXACT, 100, 22000, "Cyan Cartridge HP CF451A"},
    {3, 3, 3, 21, 19, SIM_LEVEL_EXACT, 100, 22000, "Magenta Cartridge HP CF453A"},
    {4, 4, 3, 21, 19, SIM_LEVEL_EXACT, 100, 22000, "Yellow Cartridge HP CF452A"},
    {5, 0, 3, 15, 19, SIM_LEVEL_EXACT, 100, 150000, "Fuser Kit HP 110V-P1B91A, 220V-P1B92A"},
    {6, 0, 3, 20, 19, SIM_LEVEL_EXACT, 100, 150000, "Transfer Kit HP P1B93A"},
    {7, 0, 4, 4, 19, SIM_LEVEL_EXACT, 100, 100000, "Toner Collection Unit HP P1B94A"},
};

#define PML "1.3.6.1.4.1.11.2.3.9.4.2.1"

static const struct sim_spec_private m653_privates[] = {
    {"1.3.6.1.4.1.11.2.3.9.1.1.7.0",
     "MFG:HP;MDL:HP Color LaserJet M653;CMD:PJL,PCLXL,POSTSCRIPT,PDF;CLS:PRINTER;SN:%s;", 0, 0},
    {PML ".1.1.3.3.0", "%s", 0, 0},
    {PML ".1.1.3.6.0", "2411097_056942", 0, 0},
    {PML ".4.1.2.5.0", NULL, SIM_METER_TOTAL, SIM_TAG_INTEGER},
    {PML ".4.1.2.6.0", NULL, SIM_METER_MONO, SIM_TAG_INTEGER},
    {PML ".4.1.2.7.0", NULL, SIM_METER_COLOR, SIM_TAG_INTEGER},
    {PML ".4.1.2.22.0", NULL, SIM_METER_DUPLEX, SIM_TAG_INTEGER},
};

const struct sim_spec sim_spec_hp_m653 = {
    .name = "hp-m653",
    .vendor = "HP",
    .model = "Color LaserJet M653",
    .sys_descr = JETDIRECT,
    .object_id = "1.3.6.1.4.1.11.2.3.9.1",
    .sys_name = "NPI%h",
    .serial = "JPB@@######",
    .oui = {0x3c, 0x52, 0x82},
    .sys_services = 64,
    .marker_unit = 7,
    .mark_tech = 4,
    .color = 4,
    .habits = SIM_HABIT_NUL_PADDING,
    .resolution = 1200,
    .pages_per_day = 410,
    .margin = 1666,
    .general_columns = SIM_GENERAL_USUAL,
    .input_columns = SIM_COLUMNS(2, 19) | SIM_COLUMNS(24, 24) | SIM_COLUMNS(26, 26),
    .output_columns = SIM_COLUMNS(2, 14) | SIM_COLUMNS(19, 20),
    .input_dim_unit = 3,
    .console_lines = 4,
    .console_chars = 24,
    .default_input = 2,
    .printer_name = "HP Color LaserJet M653",
    .ready_text = "Ready",
    .printing_text = "Printing document",
    .sleep_text = "Sleep mode on",
    .low_text = "%t low",
    .empty_text = "%t very low",
    SIM_ROWS(device, m653_devices),
    SIM_ROWS(interface, hp_interfaces),
    SIM_ROWS(cover, m653_covers),
    SIM_ROWS(input, m653_inputs),
    SIM_ROWS(output, hp_outputs),
    SIM_SUPPLY_ROWS(m653_supplies),
    SIM_ROWS(light, hp_lights),
    SIM_ROWS(private, m653_privates),
    SIM_ROWS_OF_LANGUAGES,
    SIM_ROWS_OF_CHANNELS,
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_KCMY,
    SIM_ROWS_OF_PATHS,
};

static const struct sim_spec_device m880_devices[] = {
    {1, 5, "HP Color LaserJet flow MFP M880", "1.3.6.1.4.1.11.2.3.9.1.2.76.5"},
    {2, 6, "HP Secure Hard Disk", NULL},
};

static const char *const m880_covers[] = {"Right door", "Left door", "Front door"};

static const struct sim_spec_input m880_inputs[] = {
    {1, 4, 8, SIM_LEVEL_MANUAL, 100, SIM_UNKNOWN, "Tray 1", "Tray 1", "Any", ""},
    {2, 4, 8, SIM_LEVEL_EXACT, 500, SIM_LEDGER_IN, "Tray 2", "Tray 2", "Plain", ""},
    {3, 3, 8, SIM_LEVEL_EXACT, 1500, SIM_LETTER_IN, "Tray 3", "Tray 3", "Mid Weight", ""},
    {5, 3, 8, SIM_LEVEL_EXACT, 2000, SIM_LETTER_IN, "Tray 4", "Tray 4", "Plain", ""},
};

/* The cartridge's serial stands as a second line of the text, in hex digits. */
static const struct sim_spec_supply m880_supplies[] = {
    {1, 1, 3, 21, 19, SIM_LEVEL_EXACT, 100, 29500, "Black Cartridge 827A HP CF300A\n%x"},
    {2, 2, 3, 21, 19, SIM_LEVEL_EXACT, 100, 32000, "Cyan Cartridge 827A HP CF301A\n%x"},
    {3, 3, 3, 21, 19, SIM_LEVEL_EXACT, 100, 32000, "Magenta Cartridge 827A HP CF303A\n%x"},
    {4, 4, 3, 21, 19, SIM_LEVEL_EXACT, 100, 32000, "Yellow Cartridge 827A HP CF302A\n%x"},
    {5, 1, 3, 9, 19, SIM_LEVEL_EXACT, 100, 30000, "Black Drum 828A HP CF358A\n%x"},
    {6, 2, 3, 9, 19, SIM_LEVEL_EXACT, 100, 30000, "Cyan Drum 828A HP CF359A\n%x"},
    {7, 3, 3, 9, 19, SIM_LEVEL_EXACT, 100, 30000, "Magenta Drum 828A HP CF365A\n%x"},
    {8, 4, 3, 9, 19, SIM_LEVEL_EXACT, 100, 30000, "Yellow Drum 828A HP CF364A\n%x"},
    {9, 0, 3, 20, 19, SIM_LEVEL_EXACT, 100, 150000, "Transfer Kit HP D7H14A"},
    {10, 0, 3, 15, 19, SIM_LEVEL_EXACT, 100, 100000, "Fuser Kit HP 110V-C1N54A, 220V-C1N58A"},
    {11, 0, 3, 1, 19, SIM_LEVEL_EXACT, 100, 100000, "Document Feeder Kit HP C1P70A"},
    {12, 0, 1, 1, 19, SIM_LEVEL_EXACT, 100, 50000, "Clean Rollers HP None"},
    {13, 0, 3, 32, 18, SIM_LEVEL_SOME, -2, 90000, "Stapler 1 HP C8091A"},
    {14, 0, 3, 32, 18, SIM_LEVEL_SOME, -2, 90000, "Stapler 2 HP CC383A"},
};

static const struct sim_spec_private m880_privates[] = {
    {PML ".1.1.3.3.0", "%s", 0, 0},
    {PML ".4.1.2.5.0", NULL, SIM_METER_TOTAL, SIM_TAG_INTEGER},
    {PML ".4.1.2.6.0", NULL, SIM_METER_MONO, SIM_TAG_INTEGER},
    {PML ".4.1.2.7.0", NULL, SIM_METER_COLOR, SIM_TAG_INTEGER},
};

const struct sim_spec sim_spec_hp_m880 = {
    .name = "hp-m880",
    .vendor = "Hewlett-Packard",
    .model = "Color LaserJet flow MFP M880",
    .sys_descr = "HP ETHERNET MULTI-ENVIRONMENT,SN:%s,FN:21Q0131,SVCID:29032,PID:HP Color LaserJet "
                 "flow MFP M880",
    .object_id = "1.3.6.1.4.1.11.2.3.9.1",
    .sys_name = "NPI%h",
    .serial = "CNF@@######",
    .oui = {0x10, 0xe7, 0xc6},
    .sys_services = 64,
    .marker_unit = 7,
    .mark_tech = 4,
    .color = 4,
    .habits = SIM_HABIT_NUL_PADDING | SIM_HABIT_ONE_ERROR_BYTE | SIM_HABIT_INTEGER_METER,
    .resolution = 1200,
    .pages_per_day = 900,
    .margin = 1666,
    .general_columns = SIM_GENERAL_USUAL,
    .input_columns = SIM_COLUMNS(2, 19) | SIM_COLUMNS(24, 24) | SIM_COLUMNS(26, 26),
    .output_columns = SIM_COLUMNS(2, 14) | SIM_COLUMNS(19, 20),
    .input_dim_unit = 3,
    .console_lines = 1,
    .console_chars = 80,
    .default_input = 2,
    .printer_name = "HP Color LaserJet flow MFP M880",
    .ready_text = "Ready",
    .printing_text = "Printing document",
    .sleep_text = "Sleep mode on",
    .low_text = "%t low",
    .empty_text = "%t very low",
    SIM_ROWS(device, m880_devices),
    SIM_ROWS(interface, hp_interfaces),
    SIM_ROWS(cover, m880_covers),
    SIM_ROWS(input, m880_inputs),
    SIM_ROWS(output, hp_outputs),
    SIM_SUPPLY_ROWS(m880_supplies),
    SIM_ROWS(light, hp_lights),
    SIM_ROWS(private, m880_privates),
    SIM_ROWS_OF_LANGUAGES,
    SIM_ROWS_OF_CHANNELS,
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_KCMY,
    SIM_ROWS_OF_PATHS,
};
