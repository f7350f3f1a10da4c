#include "bench/sim/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sim/alert.h"
#include "bench/sim/hostile.h"
#include "bench/sim/port.h"
#include "bench/sim/v3_flaw.h"
#include "bench/sim/value.h"
#include "bench/sim/wear.h"

struct names {
    char address[16];
    char serial[SIM_TEXT_MAX + 1];
    char mac[18];
    char name[SIM_TEXT_MAX + 1];
    char flaws[160];
    char context[12]; /* of a print server's further ports; else empty */
};

/* The names of a device's flaws, joined by commas; a hostile one's kind follows a colon, and
 * v3: stands before that of a broken engine. */
static void find_flaws(const struct sim_slot *slot, char *out, size_t out_size)
{
    size_t n = 0;

    out[0] = '\0';
    for (unsigned bit = 0; bit < 16; bit++) {
        enum sim_behaviour flaw = (enum sim_behaviour)(1u << bit);
        bool is_hostile = flaw == SIM_BEHAVIOUR_HOSTILE;

        if ((slot->behaviours >> bit & 1) != 0 && n < out_size) {
            n += (size_t)snprintf(out + n, out_size - n, "%s%s%s%s", n > 0 ? "," : "",
                                  sim_fleet_behaviour_name(flaw), is_hostile ? ":" : "",
                                  is_hostile ? sim_hostile_describe(slot->hostile_kind)->name : "");
        }
    }
    if (slot->v3_flaw != 0 && n < out_size) {
        (void)snprintf(out + n, out_size - n, "%sv3:%s", n > 0 ? "," : "",
                       sim_v3_flaw_describe((enum sim_v3_flaw)(slot->v3_flaw - 1))->name);
    }
}

static void find_names(const struct sim_fleet *fleet, const struct sim_view *view,
                       struct names *names)
{
    uint8_t mac[6];

    (void)snprintf(names->address, sizeof(names->address), "%u.%u.%u.%u", view->address >> 24,
                   view->address >> 16 & 255, view->address >> 8 & 255, view->address & 255);
    find_flaws(&fleet->slots[view->number], names->flaws, sizeof(names->flaws));
    names->context[0] = '\0';
    if (view->port > 1) {
        (void)snprintf(names->context, sizeof(names->context), "port%u", view->port);
    }
    names->serial[0] = '\0';
    names->name[0] = '\0';
    names->mac[0] = '\0';
    if (view->spec == NULL) {
        return;
    }
    names->serial[sim_device_text(view, "%s", 0, names->serial)] = '\0';
    names->name[sim_device_text(view, view->spec->sys_name, 0, names->name)] = '\0';
    sim_device_mac(view, mac);
    (void)snprintf(names->mac, sizeof(names->mac), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
                   mac[2], mac[3], mac[4], mac[5]);
}

/* Writes text as a JSON string; the texts here are ours or file names. */
static void put_json(const char *text, FILE *out)
{
    (void)fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            (void)fprintf(out, "\\%c", *text);
        } else if ((unsigned char)*text < 0x20) {
            (void)fprintf(out, "\\u%04x", (unsigned)*text);
        } else {
            (void)fputc(*text, out);
        }
    }
    (void)fputc('"', out);
}

static void put_identity(const struct sim_options *options, const char *model,
                         const struct names *names, FILE *out)
{
    (void)fprintf(out, "{\"address\":\"%s\",\"port\":%u,\"model\":", names->address,
                  (unsigned)options->port);
    put_json(model, out);
    (void)fprintf(out, ",\"serial\":\"%s\",\"mac\":\"%s\",\"name\":\"%s\",\"flaws\":\"%s\"",
                  names->serial, names->mac, names->name, names->flaws);
    if (names->context[0] != '\0') {
        (void)fprintf(out, ",\"context\":\"%s\"", names->context);
    }
}

static void list(const struct sim_fleet *fleet, const struct sim_options *options,
                 const struct sim_identity *identity, FILE *out)
{
    struct sim_view view;
    struct names names;

    sim_device_view(&view, identity, options->epoch_ms, 0);
    find_names(fleet, &view, &names);
    if (options->is_json) {
        put_identity(options, identity->model->name, &names, out);
        (void)fputs("}\n", out);
    } else {
        (void)fprintf(out, "%-15s  %-22s  %-16s  %-17s  %s%s\n", names.address,
                      identity->model->name, names.serial, names.mac, names.flaws, names.context);
    }
}

void sim_report_list(const struct sim_fleet *fleet, const struct sim_options *options, FILE *out)
{
    if (!options->is_json) {
        (void)fprintf(out, "%-15s  %-22s  %-16s  %-17s  %s\n", "ADDRESS", "MODEL", "SERIAL", "MAC",
                      "FLAWS");
    }
    for (uint32_t i = 0; i < fleet->count; i++) {
        struct sim_identity identity;

        sim_fleet_identify(fleet, i, &identity);
        for (uint8_t port = 1; port <= sim_port_count(&identity); port++) {
            struct sim_identity plugged = identity;

            sim_port_identify(&plugged, port);
            list(fleet, options, &plugged, out);
        }
    }
}

static void put_truth(struct sim_view *view, FILE *out)
{
    const struct sim_spec *spec = view->spec;

    sim_alert_find(view);
    (void)fprintf(out,
                  ",\"total\":%" PRIu64 ",\"mono\":%" PRIu64 ",\"color\":%" PRIu64
                  ",\"uptime_ticks\":%" PRIu64 ",\"error_bits\":\"%04x\",\"supplies\":[",
                  view->total, sim_device_meter(view, SIM_METER_MONO),
                  sim_device_meter(view, SIM_METER_COLOR), (view->now_ms - view->boot_ms) / 10,
                  (unsigned)view->error_bits);
    for (unsigned row = 0; row < spec->supply_count; row++) {
        (void)fprintf(out, "%s{\"index\":\"1.%u\",\"level\":%" PRId32 "}", row == 0 ? "" : ",",
                      spec->supplies[row].index, sim_wear_supply_level(view, row));
    }
    (void)fputs("],\"trays\":[", out);
    for (unsigned row = 0; row < spec->input_count; row++) {
        (void)fprintf(out, "%s{\"index\":\"1.%u\",\"level\":%" PRId32 "}", row == 0 ? "" : ",",
                      spec->inputs[row].index, sim_wear_tray_level(view, row));
    }
    (void)fputs("],\"alerts\":[", out);
    for (unsigned row = 0; row < view->alert_count; row++) {
        const struct sim_alert *alert = &view->alerts[row];

        (void)fprintf(
            out, "%s{\"index\":\"1.%" PRIu32 "\",\"severity\":%u,\"group\":%u,\"code\":%u}",
            row == 0 ? "" : ",", alert->index, alert->severity, alert->group, alert->code);
    }
    (void)fputs("]", out);
}

void sim_report_truth(const struct sim_fleet *fleet, const struct sim_options *options,
                      uint64_t now_ms, FILE *out)
{
    for (uint32_t i = 0; i < fleet->count; i++) {
        struct sim_identity identity;

        sim_fleet_identify(fleet, i, &identity);
        for (uint8_t port = 1; port <= sim_port_count(&identity); port++) {
            struct sim_identity plugged = identity;
            struct sim_view view;
            struct names names;

            sim_port_identify(&plugged, port);
            sim_device_view(&view, &plugged, now_ms, fleet->slots[i].boot_ms);
            find_names(fleet, &view, &names);
            put_identity(options, identity.model->name, &names, out);
            if (view.spec != NULL) {
                put_truth(&view, out);
            }
            (void)fputs("}\n", out);
        }
    }
}
