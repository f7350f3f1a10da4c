#include "bench/sim/models.h"

/* Who else answers SNMP in an office: switches, one of them of a maker of printers, servers and
 * desktops, some with queues that call themselves printers, power supplies, a camera, a projector.
 * None has a row of the Printer-MIB. */

#define OTHER                                                                                      \
    .habits = SIM_HABIT_NO_PRINTER, .pages_per_day = 1, .resolution = 1, .color = 1,               \
    .marker_unit = 7, .serial = "N#########"

static const struct sim_spec_interface port_interfaces[] = {
    {1, 6, true, true, 1500, 1000000000, "GigabitEthernet1/0/1"},
    {2, 6, true, false, 1500, 1000000000, "GigabitEthernet1/0/2"},
    {3, 24, false, true, 1500, 0, "Loopback0"},
};

static const struct sim_spec_interface host_interfaces[] = {
    {1, 24, false, true, 65536, 10000000, "lo"},
    {2, 6, true, true, 1500, 1000000000, "eth0"},
};

static const struct sim_spec_device host_devices[] = {
    {1, 3, "GenuineIntel: Intel(R) Xeon(R)", NULL},
    {2, 4, "network interface lo", NULL},
    {3, 4, "network interface eth0", NULL},
};

/* Windows lists its printer queues as devices of type printer, first of all. */
static const struct sim_spec_device desktop_devices[] = {
    {1, 5, "Microsoft Print to PDF", NULL},
    {2, 5, "LobbyLaser", NULL},
    {3, 3, "Intel", NULL},
    {4, 4, "Realtek PCIe GbE Family Controller", NULL},
};

const struct sim_spec sim_spec_other_switch = {
    OTHER,
    .name = "other-switch",
    .vendor = "Cisco",
    .model = "Catalyst 3560",
    .sys_descr = "Cisco IOS Software, C3560 Software, Version 12.2(55)SE12",
    .object_id = "1.3.6.1.4.1.9.1.563",
    .sys_name = "switch-%h",
    .oui = {0x00, 0x1b, 0x54},
    .sys_services = 6,
    SIM_ROWS(interface, port_interfaces),
};

const struct sim_spec sim_spec_other_hp_switch = {
    OTHER,
    .name = "other-hp-switch",
    .vendor = "HP",
    .model = "2530-24G",
    .sys_descr = "HP J9776A 2530-24G Switch, revision YA.16.10.0009",
    .object_id = "1.3.6.1.4.1.11.2.3.7.11.138",
    .sys_name = "edge-%h",
    .oui = {0x00, 0x1f, 0xfe},
    .sys_services = 74,
    SIM_ROWS(interface, port_interfaces),
};

const struct sim_spec sim_spec_other_linux = {
    OTHER,
    .name = "other-linux",
    .vendor = "net-snmp",
    .model = "Linux",
    .sys_descr = "Linux host-%h 6.1.0-18-amd64 #1 SMP Debian 6.1.76-1 x86_64",
    .object_id = "1.3.6.1.4.1.8072.3.2.10",
    .sys_name = "host-%h",
    .oui = {0x52, 0x54, 0x00},
    .sys_services = 72,
    SIM_ROWS(device, host_devices),
    SIM_ROWS(interface, host_interfaces),
};

const struct sim_spec sim_spec_other_windows = {
    OTHER,
    .name = "other-windows",
    .vendor = "Microsoft",
    .model = "Windows",
    .sys_descr = "Hardware: Intel64 Family 6 - Software: Windows Version 6.3 (Build 19045)",
    .object_id = "1.3.6.1.4.1.311.1.1.3.1.1",
    .sys_name = "PC-%h",
    .oui = {0x00, 0x15, 0x5d},
    .sys_services = 76,
    SIM_ROWS(device, desktop_devices),
    SIM_ROWS(interface, host_interfaces),
};

const struct sim_spec sim_spec_other_ups = {
    OTHER,
    .name = "other-ups",
    .vendor = "APC",
    .model = "Smart-UPS 1000",
    .sys_descr = "APC Web/SNMP Management Card (MB:v4.3.4 PF:v2.0.0.8)",
    .object_id = "1.3.6.1.4.1.318.1.3.27",
    .sys_name = "ups-%h",
    .oui = {0x00, 0xc0, 0xb7},
    .sys_services = 72,
    SIM_ROWS(interface, host_interfaces),
};

const struct sim_spec sim_spec_other_camera = {
    OTHER,
    .name = "other-camera",
    .vendor = "Axis",
    .model = "Q6000",
    .sys_descr = "AXIS Q6000 Network Camera 9.80",
    .object_id = "1.3.6.1.4.1.368.1.1",
    .sys_name = "axis-%n",
    .oui = {0xac, 0xcc, 0x8e},
    .sys_services = 72,
    SIM_ROWS(interface, host_interfaces),
};

const struct sim_spec sim_spec_other_projector = {
    OTHER,
    .name = "other-projector",
    .vendor = "Epson",
    .model = "EB-2250U",
    .sys_descr = "EPSON PROJECTOR",
    .object_id = "1.3.6.1.4.1.1248.4.1",
    .sys_name = "EB%h",
    .oui = {0x00, 0x26, 0xab},
    .sys_services = 72,
    SIM_ROWS(interface, host_interfaces),
};

/* An agent that shows next to nothing of itself. */
const struct sim_spec sim_spec_other_mute = {
    OTHER,
    .name = "other-mute",
    .vendor = "unknown",
    .model = "unknown",
    .sys_descr = "",
    .object_id = "0.0",
    .sys_name = "",
    .oui = {0x02, 0x00, 0x00},
    .sys_services = 0,
    SIM_ROWS(interface, host_interfaces),
};
