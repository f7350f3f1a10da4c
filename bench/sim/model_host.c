/* MIB-II (RFC 1213) and HOST-RESOURCES-MIB (RFC 2790) of a model. */
#include "bench/sim/build.h"

#define SYSTEM       "1.3.6.1.2.1.1"
#define INTERFACES   "1.3.6.1.2.1.2"
#define ADDRESSES    "1.3.6.1.2.1.4.20.1"
#define HOST_SYSTEM  "1.3.6.1.2.1.25.1"
#define HOST_STORAGE "1.3.6.1.2.1.25.2"
#define HOST_DEVICE  "1.3.6.1.2.1.25.3.2.1"
#define HOST_PRINTER "1.3.6.1.2.1.25.3.5.1"

static void build_system(struct sim_build *build)
{
    sim_build_at(build, SYSTEM, 1, 0);
    sim_build_pattern(build, build->spec->sys_descr, SIM_VALUE_SYS_DESCR, 0);
    sim_build_at(build, SYSTEM, 2, 0);
    sim_build_oid(build, build->spec->object_id);
    sim_build_at(build, SYSTEM, 3, 0);
    sim_build_moving(build, SIM_VALUE_UPTIME, 0, SIM_SUFFIX_NONE);
    sim_build_at(build, SYSTEM, 4, 0);
    sim_build_text(build, "printing@example.org");
    sim_build_at(build, SYSTEM, 5, 0);
    sim_build_moving(build, SIM_VALUE_SYS_NAME, 0, SIM_SUFFIX_NONE);
    sim_build_at(build, SYSTEM, 6, 0);
    sim_build_moving(build, SIM_VALUE_LOCATION, 0, SIM_SUFFIX_NONE);
    sim_build_at(build, SYSTEM, 7, 0);
    sim_build_int(build, SIM_TAG_INTEGER, build->spec->sys_services);
}

static void build_interface(struct sim_build *build, const struct sim_spec_interface *row)
{
    static const char table[] = INTERFACES ".2.1";
    bool is_main = row->has_mac && row->is_up;

    sim_build_at(build, table, 1, row->index);
    sim_build_int(build, SIM_TAG_INTEGER, row->index);
    sim_build_at(build, table, 2, row->index);
    sim_build_text(build, row->descr);
    sim_build_at(build, table, 3, row->index);
    sim_build_int(build, SIM_TAG_INTEGER, row->type);
    sim_build_at(build, table, 4, row->index);
    sim_build_int(build, SIM_TAG_INTEGER, row->mtu);
    sim_build_at(build, table, 5, row->index);
    sim_build_int(build, SIM_TAG_GAUGE, row->speed);
    sim_build_at(build, table, 6, row->index);
    if (row->has_mac) {
        sim_build_moving(build, SIM_VALUE_MAC, row->is_up ? 0 : 1, SIM_SUFFIX_NONE);
    } else {
        sim_build_empty(build);
    }
    sim_build_at(build, table, 7, row->index);
    sim_build_int(build, SIM_TAG_INTEGER, row->is_up ? 1 : 2);
    sim_build_at(build, table, 8, row->index);
    sim_build_int(build, SIM_TAG_INTEGER, row->is_up ? 1 : 2);
    sim_build_at(build, table, 10, row->index);
    sim_build_moving(build, SIM_VALUE_TRAFFIC, is_main ? 37 : 0, SIM_SUFFIX_NONE);
    sim_build_at(build, table, 16, row->index);
    sim_build_moving(build, SIM_VALUE_TRAFFIC, is_main ? 11 : 0, SIM_SUFFIX_NONE);
}

static void build_network(struct sim_build *build)
{
    uint8_t main_interface = 1;

    sim_build_at(build, INTERFACES, 1, 0);
    sim_build_int(build, SIM_TAG_INTEGER, build->spec->interface_count);
    for (unsigned i = 0; i < build->spec->interface_count; i++) {
        const struct sim_spec_interface *row = &build->spec->interfaces[i];

        build_interface(build, row);
        if (row->has_mac && row->is_up) {
            main_interface = row->index;
        }
    }
    sim_build_column(build, ADDRESSES, 1);
    sim_build_moving(build, SIM_VALUE_ADDRESS, 0, SIM_SUFFIX_ADDRESS);
    sim_build_column(build, ADDRESSES, 2);
    sim_build_moving(build, SIM_VALUE_ADDRESS_INTERFACE, main_interface, SIM_SUFFIX_ADDRESS);
    sim_build_column(build, ADDRESSES, 3);
    sim_build_moving(build, SIM_VALUE_ADDRESS_MASK, 0, SIM_SUFFIX_ADDRESS);
}

static void build_device(struct sim_build *build, const struct sim_spec_device *row)
{
    sim_build_at(build, HOST_DEVICE, 1, row->index);
    sim_build_int(build, SIM_TAG_INTEGER, row->index);
    sim_build_at(build, HOST_DEVICE, 2, row->index);
    if (row->type == 0) {
        sim_build_oid(build, "0.0");
    } else {
        char type[] = "1.3.6.1.2.1.25.3.1.00";

        type[sizeof(type) - 3] = (char)('0' + row->type / 10);
        type[sizeof(type) - 2] = (char)('0' + row->type % 10);
        sim_build_oid(build, type);
    }
    sim_build_at(build, HOST_DEVICE, 3, row->index);
    sim_build_text(build, row->descr);
    sim_build_at(build, HOST_DEVICE, 4, row->index);
    sim_build_oid(build, row->id);
    sim_build_at(build, HOST_DEVICE, 5, row->index);
    if (row->type == 5) {
        sim_build_moving(build, SIM_VALUE_DEVICE_STATUS, 0, SIM_SUFFIX_NONE);
    } else {
        sim_build_int(build, SIM_TAG_INTEGER, 2);
    }
    sim_build_at(build, HOST_DEVICE, 6, row->index);
    if (row->type == 5) {
        sim_build_moving(build, SIM_VALUE_ALL_EVENTS, 0, SIM_SUFFIX_NONE);
    } else {
        sim_build_int(build, SIM_TAG_COUNTER, 0);
    }
    if (row->type == 5) {
        sim_build_at(build, HOST_PRINTER, 1, row->index);
        sim_build_moving(build, SIM_VALUE_PRINTER_STATUS, 0, SIM_SUFFIX_NONE);
        sim_build_at(build, HOST_PRINTER, 2, row->index);
        sim_build_moving(build, SIM_VALUE_ERROR_STATE, 0, SIM_SUFFIX_NONE);
    }
}

void sim_model_build_host(struct sim_build *build)
{
    build_system(build);
    build_network(build);
    sim_build_at(build, HOST_SYSTEM, 1, 0);
    sim_build_moving(build, SIM_VALUE_UPTIME, 0, SIM_SUFFIX_NONE);
    sim_build_at(build, HOST_SYSTEM, 2, 0);
    sim_build_moving(build, SIM_VALUE_DATE, 0, SIM_SUFFIX_NONE);
    sim_build_at(build, HOST_STORAGE, 2, 0);
    sim_build_int(build, SIM_TAG_INTEGER, 2097152);
    for (unsigned i = 0; i < build->spec->device_count; i++) {
        build_device(build, &build->spec->devices[i]);
    }
}
