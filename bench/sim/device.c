#include "bench/sim/device.h"

#include <string.h>

#include "bench/sim/event.h"
#include "bench/sim/wear.h"

#define DAY_MS 86400000u

/* 2021-01-01: nothing was installed before; the fleet came within the four years after. */
#define FIRST_INSTALL_MS  1609459200000u
#define INSTALL_SPAN_DAYS 1461u

uint64_t sim_device_total_at(const struct sim_view *view, uint64_t at_ms)
{
    if (at_ms <= view->install_ms) {
        return view->base;
    }
    return view->base + view->daily * (at_ms - view->install_ms) / DAY_MS;
}

uint64_t sim_device_when_total(const struct sim_view *view, uint64_t total)
{
    if (total <= view->base) {
        return view->install_ms;
    }
    return view->install_ms + ((total - view->base) * DAY_MS + view->daily - 1) / view->daily;
}

void sim_device_view(struct sim_view *view, const struct sim_identity *identity, uint64_t now_ms,
                     uint64_t boot_ms)
{
    /* Paces in sixteenths of the model's typical one. */
    static const uint8_t pace[16] = {4, 6, 8, 10, 12, 13, 14, 15, 16, 17, 18, 20, 24, 32, 44, 64};
    uint64_t own;

    view->spec = identity->model->spec;
    view->key = identity->key;
    view->number = identity->number;
    view->cards = identity->cards;
    view->address = identity->address;
    view->port = identity->port;
    view->now_ms = now_ms;
    view->boot_ms = boot_ms;
    view->has_alerts = false;
    view->is_critical = false;
    view->is_warned = false;
    view->has_events = false;
    view->alert_count = 0;
    view->error_bits = 0;
    if (view->spec == NULL) {
        return;
    }
    own = sim_draw(view->key, SIM_SALT_PACE);
    view->daily = 1 + (uint64_t)view->spec->pages_per_day * pace[own & 15] *
                          (192 + (own >> 8 & 127)) / (16u * 256u);
    view->base = 7 + (own >> 32) % 120;
    view->install_ms =
        FIRST_INSTALL_MS + sim_draw(view->key, SIM_SALT_INSTALL) % INSTALL_SPAN_DAYS * DAY_MS;
    view->total = sim_device_total_at(view, now_ms);
    if (boot_ms == 0) {
        view->boot_ms = sim_event_boot(view->key, now_ms).start_ms;
    }
}

bool sim_device_is_asleep(const struct sim_view *view)
{
    uint64_t hour = view->now_ms / 3600000u;

    return sim_draw(view->key + hour, SIM_SALT_SLEEP) % 6 == 0;
}

bool sim_device_is_printing(const struct sim_view *view)
{
    uint64_t minute = view->now_ms / 60000u;

    return !view->is_critical && !sim_device_is_asleep(view) &&
           sim_draw(view->key + minute, SIM_SALT_BUSY) % 12 == 0;
}

uint64_t sim_device_meter(const struct sim_view *view, enum sim_meter meter)
{
    uint64_t own = sim_draw(view->key, SIM_SALT_SHARES);
    uint64_t total = view->total;
    /* Shares in 1/256: colour below 0.6, copies below 0.3, fax below 0.06, duplex below 0.8. */
    uint64_t color = view->spec->color > 1 ? total * (own & 0xff) * 154 / 65536 : 0;
    uint64_t copy = total * (own >> 8 & 0xff) * 77 / 65536;
    uint64_t fax = total * (own >> 16 & 0xff) * 15 / 65536;
    uint64_t copy_color = color / 4 < copy / 2 ? color / 4 : copy / 2;

    switch (meter) {
    case SIM_METER_TOTAL:
        return total;
    case SIM_METER_MONO:
        return total - color;
    case SIM_METER_COLOR:
        return color;
    case SIM_METER_PRINT:
        return total - copy - fax;
    case SIM_METER_PRINT_MONO:
        return total - copy - fax - (color - copy_color);
    case SIM_METER_PRINT_COLOR:
        return color - copy_color;
    case SIM_METER_COPY:
        return copy;
    case SIM_METER_COPY_MONO:
        return copy - copy_color;
    case SIM_METER_COPY_COLOR:
        return copy_color;
    case SIM_METER_FAX:
        return fax;
    case SIM_METER_SCAN:
        return copy + total * (own >> 24 & 0xff) / 1024;
    case SIM_METER_DUPLEX:
        return total * (own >> 32 & 0xff) * 205 / 65536;
    case SIM_METER_POWER_ON:
        return total - sim_device_total_at(view, view->boot_ms);
    }
    return total;
}

void sim_device_mac(const struct sim_view *view, uint8_t mac[6])
{
    /* An odd factor keeps numbers below 2^24 apart. */
    uint32_t low = (view->number * 0x9e3779u + view->cards) & 0xffffff;

    memcpy(mac, view->spec->oui, 3);
    mac[3] = (uint8_t)(low >> 16);
    mac[4] = (uint8_t)(low >> 8);
    mac[5] = (uint8_t)low;
}

static char *put_hex(char *out, const uint8_t *bytes, size_t n, const char *digits)
{
    for (size_t i = 0; i < n; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    return out;
}

static char *put_decimal(char *out, uint64_t value, unsigned digits)
{
    for (unsigned i = digits; i > 0; i--) {
        out[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + digits;
}

static char *put_serial(const struct sim_view *view, char *out)
{
    uint64_t own = sim_draw(view->key, SIM_SALT_SERIAL);
    char unique[6];
    char *start = out;
    unsigned left = sizeof(unique);

    /* 6,700,417 is prime: a million devices differ in these digits. The ports of print servers
     * count on from far behind. */
    uint32_t place = view->port > 1 ? view->number + 250000u * (view->port - 1u) : view->number;

    (void)put_decimal(unique, place * 6700417u % 1000000u, sizeof(unique));
    for (const char *p = view->spec->serial; *p != '\0'; p++) {
        if (*p == '@') {
            *out++ = "ABCDEFGHJKLMNPQRSTUVWXYZ"[own % 24];
            own /= 24;
        } else if (*p == '#') {
            *out++ = (char)('0' + own % 10);
            own /= 10;
        } else {
            *out++ = *p;
        }
    }
    /* The last six places of # hold what makes it unique. */
    for (const char *p = view->spec->serial + (out - start); left > 0; p--) {
        if (p[-1] == '#') {
            left--;
            start[p - 1 - view->spec->serial] = unique[left];
        }
    }
    return out;
}

/* The serial of the cartridge that sits in the row now: a new one with every renewal. */
static uint64_t cartridge(const struct sim_view *view, unsigned row)
{
    struct sim_drain drain = sim_wear_supply(view, row);
    struct sim_fill fill = sim_wear_fill(&drain, view->total);

    return sim_draw(view->key + fill.cycle, SIM_SALT_CARTRIDGE + row);
}

/* Writes what %letter stands for; at most 40 bytes. */
static char *put_part(const struct sim_view *view, char letter, unsigned row, char *out)
{
    static const char upper[] = "0123456789ABCDEF";
    static const char lower[] = "0123456789abcdef";
    uint8_t mac[6];
    uint8_t bytes[8];
    uint64_t number;

    switch (letter) {
    case 's':
        return put_serial(view, out);
    case 'm':
        sim_device_mac(view, mac);
        return put_hex(out, mac, 6, upper);
    case 'n':
        sim_device_mac(view, mac);
        return put_hex(out, mac, 6, lower);
    case 'h':
        sim_device_mac(view, mac);
        return put_hex(out, mac + 3, 3, upper);
    case 'd':
        return put_decimal(out, view->number, 7);
    case 'c':
        return put_decimal(out, cartridge(view, row) % 1000000000u, 9);
    case 'x':
        number = cartridge(view, row);
        memcpy(bytes, &number, sizeof(bytes));
        return put_hex(out, bytes, sizeof(bytes), upper);
    default:
        *out++ = '%';
        return out;
    }
}

size_t sim_device_text(const struct sim_view *view, const char *pattern, unsigned row, char *out)
{
    char part[64];
    char *to = out;
    const char *end = out + SIM_TEXT_MAX;

    for (const char *p = pattern; *p != '\0' && to < end; p++) {
        size_t n;

        if (*p != '%') {
            *to++ = *p;
            continue;
        }
        p++;
        n = (size_t)(put_part(view, *p, row, part) - part);
        n = n < (size_t)(end - to) ? n : (size_t)(end - to);
        memcpy(to, part, n);
        to += n;
        if (*p == '\0') {
            break;
        }
    }
    return (size_t)(to - out);
}
