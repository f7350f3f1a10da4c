#include "bench/sim/models.h"

/* HP JetDirect EX Plus 3, an external box with three ports: one address, one card, and a printer
 * behind each port. Port 2 answers to "public.2" (HP NonStop spooler manual) and in SNMPv3, which
 * the box itself never spoke, in the context "port2". Nothing private of the printers is shown. */

#define JETDIRECT_EX "HP ETHERNET MULTI-ENVIRONMENT,ROM J.sp.00,JETDIRECT EX,JD28 EEPROM 5.58"

static const struct sim_spec_device jetdirect_devices[] = {
    {1, 5, "HP LaserJet 4250", "1.3.6.1.4.1.11.2.3.9.1.2.9.1"},
};

static const struct sim_spec_interface jetdirect_interfaces[] = {
    {1, 6, true, true, 1500, 10000000, JETDIRECT_EX},
};

static const char *const jetdirect_covers[] = {"Top cover"};

static const struct sim_spec_input jetdirect_inputs[] = {
    {1, 4, 8, SIM_LEVEL_MANUAL, 100, SIM_UNKNOWN, "Tray 1", "Tray 1", "Any", ""},
    {2, 4, 8, SIM_LEVEL_EXACT, 500, SIM_LETTER_IN, "Tray 2", "Tray 2", "Plain", ""},
};

static const struct sim_spec_output jetdirect_outputs[] = {
    {4, 250, -2, "Standard bin", "Standard bin"},
};

static const struct sim_spec_supply jetdirect_supplies[] = {
    {1, 1, 3, 21, 19, SIM_LEVEL_EXACT, 100, 20000, "Black Cartridge HP Q5942X"},
};

static const struct sim_spec_light jetdirect_lights[] = {
    {5, false, "Ready"},
};

const struct sim_spec sim_spec_jetdirect_ex = {
    .name = "jetdirect-ex",
    .vendor = "HP",
    .model = "LaserJet 4250",
    .sys_descr = JETDIRECT_EX,
    .object_id = "1.3.6.1.4.1.11.2.3.9.1",
    .sys_name = "NPI%h",
    .serial = "CNBX@######",
    .oui = {0x00, 0x10, 0x83},
    .sys_services = 64,
    .ports = 3,
    .marker_unit = 7,
    .mark_tech = 4,
    .color = 1,
    .habits = SIM_HABIT_NUL_PADDING,
    .resolution = 1200,
    .pages_per_day = 260,
    .margin = 1666,
    .general_columns = SIM_GENERAL_USUAL,
    .input_columns = SIM_COLUMNS(2, 19) | SIM_COLUMNS(24, 24) | SIM_COLUMNS(26, 26),
    .output_columns = SIM_COLUMNS(2, 14) | SIM_COLUMNS(19, 20),
    .input_dim_unit = 3,
    .console_lines = 2,
    .console_chars = 16,
    .default_input = 2,
    .printer_name = "HP LaserJet 4250",
    .ready_text = "Ready",
    .printing_text = "Printing document",
    .sleep_text = "PowerSave on",
    .low_text = "%t low",
    .empty_text = "%t very low",
    SIM_ROWS(device, jetdirect_devices),
    SIM_ROWS(interface, jetdirect_interfaces),
    SIM_ROWS(cover, jetdirect_covers),
    SIM_ROWS(input, jetdirect_inputs),
    SIM_ROWS(output, jetdirect_outputs),
    SIM_SUPPLY_ROWS(jetdirect_supplies),
    SIM_ROWS(light, jetdirect_lights),
    SIM_ROWS_OF_LANGUAGES,
    SIM_ROWS_OF_CHANNELS,
    SIM_ROWS_OF_INTERPRETERS,
    SIM_ROWS_OF_K,
    SIM_ROWS_OF_PATHS,
};
