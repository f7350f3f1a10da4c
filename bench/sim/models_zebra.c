#include "bench/sim/models.h"

/* Zebra label printer: no supplies and no colorants, one roll of labels whose level is unknown, a
 * print server's sysDescr, the serial number in its own tree as well. */

static const struct sim_spec_device zebra_devices[] = {
    {1, 5, "ZTC ZT411-300dpi ZPL", NULL},
};

static const struct sim_spec_interface zebra_interfaces[] = {
    {1, 24, false, false, 0, 0, "LOOPBACK"},
    {2, 71, true, false, 0, 0, "802.11b"},
    {3, 6, true, true, 1500, 100000000, "ETHERNET"},
};

static const char *const zebra_covers[] = {"Print Head"};

static const struct sim_spec_language zebra_languages[] = {{"en", "US", 106}};

static const struct sim_spec_input zebra_inputs[] = {
    {1, 6, 17, SIM_LEVEL_UNKNOWN, -2, -1, 104000, "Roll", "Label roll", "labels", ""},
};

static const struct sim_spec_output zebra_outputs[] = {
    {2, -2, -2, "Front", "Front"},
};

static const struct sim_spec_path zebra_paths[] = {{5, 17, 1280, "Label path"}};

static const struct sim_spec_channel zebra_channels[] = {{11, "", "6101"}, {8, "", ""}};

static const struct sim_spec_interpreter zebra_interpreters[] = {{37, "", "ZPL", "V92.21.26Z"}};

static const struct sim_spec_private zebra_privates[] = {
    {"1.3.6.1.4.1.10642.1.1.0", "ZTC ZT411-300dpi ZPL", 0, 0},
    {"1.3.6.1.4.1.10642.1.2.0", "V92.21.26Z", 0, 0},
    {"1.3.6.1.4.1.10642.1.9.0", "%s", 0, 0},
};

const struct sim_spec sim_spec_zebra_zt411 = {
    .name = "zebra-zt411",
    .vendor = "Zebra Technologies",
    .model = "ZT411",
    .sys_descr = "Zebra Wired PS",
    .object_id = "1.3.6.1.4.1.10642.1.1",
    .sys_name = "ZBR%h",
    .serial = "99J#######",
    .oui = {0xac, 0x3f, 0xa4},
    .sys_services = 7,
    .marker_unit = 7,
    .mark_tech = 17,
    .color = 1,
    .habits = SIM_HABIT_ONE_ERROR_BYTE,
    .resolution = 300,
    .pages_per_day = 1200,
    .margin = 0,
    .general_columns = SIM_COLUMNS(1, 13) | SIM_COLUMNS(16, 19),
    .input_columns = SIM_COLUMNS(2, 18),
    .output_columns = SIM_COLUMNS(2, 12),
    .input_dim_unit = 4,
    .console_lines = 1,
    .console_chars = 40,
    .default_input = 1,
    .printer_name = "ZTC ZT411-300dpi ZPL",
    .ready_text = "READY",
    .printing_text = "PRINTING",
    .sleep_text = "READY",
    .low_text = "%t low",
    .empty_text = "%t out",
    SIM_ROWS(device, zebra_devices),
    SIM_ROWS(interface, zebra_interfaces),
    SIM_ROWS(cover, zebra_covers),
    SIM_ROWS(language, zebra_languages),
    SIM_ROWS(input, zebra_inputs),
    SIM_ROWS(output, zebra_outputs),
    SIM_ROWS(path, zebra_paths),
    SIM_ROWS(channel, zebra_channels),
    SIM_ROWS(interpreter, zebra_interpreters),
    SIM_ROWS(private, zebra_privates),
};
