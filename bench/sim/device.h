/*
 * What one device is and how it stands at one instant: a pure function of its key and the time.
 *
 * Nothing here is stored. Meters grow evenly from the day of installation at the device's own pace;
 * supplies and trays drain with the meter (wear.h); jams, restarts and configuration changes fall
 * into windows of the device's own length (event.h); alerts follow from all of these (alert.h). So
 * any instant can be asked at any time, and alerts, status and counters always fit together.
 *
 * A view is made per request (some 30 ns) and lives on the stack; alerts are computed when asked.
 */
#pragma once

#include "bench/sim/model.h"

/* Who a device is: everything about it follows from these. */
struct sim_identity {
    const struct sim_model *model;
    uint64_t key;     /* from the seed and the number */
    uint32_t number;  /* 0.. in the fleet */
    uint32_t cards;   /* from the seed: where the fleet's MAC addresses begin */
    uint32_t address; /* IPv4, host byte order */
    uint8_t port;     /* of a print server; 0 or 1 = its first, or it is none */
};

enum sim_alert_text {
    SIM_ALERT_TEXT_NONE,
    SIM_ALERT_TEXT_SUPPLY_LOW,
    SIM_ALERT_TEXT_SUPPLY_EMPTY,
    SIM_ALERT_TEXT_TRAY_LOW,
    SIM_ALERT_TEXT_TRAY_EMPTY,
    SIM_ALERT_TEXT_JAM,
    SIM_ALERT_TEXT_COVER,
    SIM_ALERT_TEXT_SERVICE,
    SIM_ALERT_TEXT_SLEEP,
    SIM_ALERT_TEXT_IDLE,
};

struct sim_alert {
    uint32_t index;
    uint32_t ticks; /* prtAlertTime */
    int32_t group_index;
    int32_t location;
    uint16_t code;
    uint16_t bits; /* of hrPrinterDetectedErrorState that come with it, bit 0 = 0x8000 */
    uint8_t severity;
    uint8_t training;
    uint8_t group;
    uint8_t text; /* enum sim_alert_text */
    uint8_t row;  /* of the model's supplies or inputs that the text names */
};

struct sim_view {
    const struct sim_spec *spec; /* NULL: a recording, of which nothing below is computed */
    uint64_t key;
    uint32_t number;
    uint32_t cards;
    uint32_t address;
    uint8_t port;
    uint64_t now_ms;     /* simulated Unix time */
    uint64_t boot_ms;    /* the last start at or before now */
    uint64_t install_ms; /* the meter started then */
    uint64_t daily;      /* impressions a day */
    uint64_t base;       /* impressions at the installation */
    uint64_t total;      /* impressions now */
    bool has_alerts;     /* alerts, error_bits and the two below are computed */
    bool is_critical;    /* an alert of severity critical stands */
    bool is_warned;      /* another fault stands */
    bool has_events;     /* the two counters below are computed */
    uint32_t all_events; /* see sim_alert_count_events */
    uint32_t critical_events;
    uint8_t alert_count;
    uint16_t error_bits;                     /* bit 0 = 0x8000 */
    struct sim_alert alerts[SIM_ALERTS_MAX]; /* by rising index */
};

/* Makes the view of identity at now_ms. boot_ms other than 0 overrides the last start (a device
 * that was made to restart). */
void sim_device_view(struct sim_view *view, const struct sim_identity *identity, uint64_t now_ms,
                     uint64_t boot_ms);

/* Returns: the meter as it stood at at_ms. */
uint64_t sim_device_total_at(const struct sim_view *view, uint64_t at_ms);

/* Returns: the instant at which the meter came to total. */
uint64_t sim_device_when_total(const struct sim_view *view, uint64_t total);

/* Whether it is asleep, or printing, just now; never both. Printing needs sim_alert_find first. */
bool sim_device_is_asleep(const struct sim_view *view);
bool sim_device_is_printing(const struct sim_view *view);

/* A meter in impressions; the shares of colour, duplex and functions are the device's own. */
uint64_t sim_device_meter(const struct sim_view *view, enum sim_meter meter);

/* Writes its MAC address: the vendor's OUI and three bytes that no other device of the fleet has,
 * nor one of a fleet with another seed, but for chance. */
void sim_device_mac(const struct sim_view *view, uint8_t mac[6]);

/* Bytes that sim_device_text may write. */
#define SIM_TEXT_MAX 255u

/* Writes a pattern of spec.h, without a NUL, into out of SIM_TEXT_MAX bytes; row is the supply
 * that %c and %x are about. Returns: the length; what does not fit is cut off. */
size_t sim_device_text(const struct sim_view *view, const char *pattern, unsigned row, char *out);
