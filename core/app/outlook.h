/*
 * How long the supplies of a device will last, for commands: what the store remembers of a device
 * brought before the judge of core/fleet/forecast.h, and how the answer stands in a table.
 * Cost: some 50 us a device, 20 us a supply.
 */
#pragma once

#include "core/app/table.h"
#include "core/app/view.h"
#include "core/fleet/forecast.h"

/* What is remembered of one device. Fields are the module's own. */
struct outlook {
    struct view *view;
    const struct store_device *device;
    bool is_loaded;
    struct events_state state;
    struct trend trend;
    struct forecast_device judged;
};

/* Begins with a device, which is borrowed. Reads nothing before the first question. */
void outlook_open(struct outlook *outlook, struct view *view, const struct store_device *device);

/* Frees what was read. */
void outlook_close(struct outlook *outlook);

/* Judges a supply of that device. Damage of what is remembered is counted in the view, and then
 * nothing is known. */
void outlook_judge(struct outlook *outlook, const struct reading_supply *supply,
                   struct forecast *out);

/* Says whether a supply may be empty within so many days: the low end of the interval counts. */
bool outlook_is_within(const struct forecast *forecast, int64_t days);

/* Five columns side by side. */
enum outlook_column {
    OUTLOOK_DAYS,
    OUTLOOK_LOW,
    OUTLOOK_HIGH,
    OUTLOOK_AT_LEAST,
    OUTLOOK_REASON,
    OUTLOOK_COUNT
};

/* Sets them in the table's last row, `first` and those behind it: days as whole numbers; the low
 * end as what it lasts at least where the day is not known (forecast_is_exact); or nothing and the
 * reason. */
void outlook_set(struct table *table, size_t first, const struct forecast *forecast);
