#include "core/app/cmd_devices.h"

#include <stdio.h>
#include <string.h>

#include "core/app/identity_words.h"
#include "core/app/listing.h"
#include "core/app/scoping.h"
#include "core/fleet/address.h"

static const struct args_option options_table[] = {
    LISTING_OPTIONS,
    ARGS_HELP_OPTION,
};

const struct command cmd_devices_command = {
    .name = "devices",
    .summary = "all devices of the store, those that need a hand first",
    .operands = "",
    .examples = {{"platen devices --filter Lobby", "the devices with \"Lobby\" in a column"},
                 {"platen devices --csv > devices.csv", "the inventory for a spreadsheet"},
                 {"platen devices --sort -pages --columns id,model,pages",
                  "the busiest devices first"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "Columns: id, name, address, port, model, serial, vendor, status, pages, lowest, "
        "lowest_supply, alerts, last_polled, flags, context; and for programs, or when --columns "
        "names them: "
        "urgency, location, mac, firmware, first_seen, last_answered, failures, scope, tags.\n\n"
        "urgency, by which the list is sorted unless --sort says otherwise: 4 the device does "
        "not answer, 3 it cannot print, 2 a supply is used up or nearly, 1 a supply is low or "
        "something else is reported, 0 nothing.\n\n"
        "flags, where there are any: \"duplicate serial\", another device gives the same "
        "serial number; \"conflict\", in the last 30 days it gave another serial number, MAC "
        "address or engine id than before, or none. \"platen show\" tells more.\n\n"
        "context, where there are any: which printer of a print server it is, by SNMPv3 context or "
        "by what stands behind the community.",
    .run = cmd_devices,
};

enum {
    VENDOR = LISTING_COUNT,
    STATUS,
    PAGES,
    LOWEST,
    LOWEST_SUPPLY,
    ALERTS,
    LAST_POLLED,
    URGENCY,
    LOCATION,
    MAC,
    FIRMWARE,
    FIRST_SEEN,
    LAST_ANSWERED,
    FAILURES,
    FLAGS,
    CONTEXT,
    TAGS,
    COLUMN_COUNT
};

static const struct table_column columns[] = {
    LISTING_COLUMNS,
    [VENDOR] = {.key = "vendor", .title = "VENDOR", .kind = TABLE_TEXT, .least = 7, .rank = 9},
    [STATUS] = {.key = "status", .title = "STATUS", .kind = TABLE_TEXT},
    [PAGES] = {.key = "pages", .title = "PAGES", .kind = TABLE_NUMBER},
    [LOWEST] = {.key = "lowest", .title = "LOWEST", .kind = TABLE_PERCENT},
    [LOWEST_SUPPLY] =
        {.key = "lowest_supply", .title = "SUPPLY", .kind = TABLE_TEXT, .least = 10, .rank = 8},
    [ALERTS] = {.key = "alerts", .title = "ALERTS", .kind = TABLE_NUMBER, .rank = 2},
    [LAST_POLLED] = {.key = "last_polled", .title = "POLLED", .kind = TABLE_TIME, .rank = 1},
    [URGENCY] = {.key = "urgency", .title = "URGENCY", .kind = TABLE_NUMBER, .hidden = true},
    [LOCATION] =
        {.key = "location", .title = "LOCATION", .kind = TABLE_TEXT, .least = 8, .hidden = true},
    [MAC] = {.key = "mac", .title = "MAC", .kind = TABLE_TEXT, .hidden = true},
    [FIRMWARE] =
        {.key = "firmware", .title = "FIRMWARE", .kind = TABLE_TEXT, .least = 8, .hidden = true},
    [FIRST_SEEN] = {.key = "first_seen", .title = "FIRST SEEN", .kind = TABLE_TIME, .hidden = true},
    [LAST_ANSWERED] = {.key = "last_answered",
                       .title = "ANSWERED",
                       .kind = TABLE_TIME,
                       .hidden = true},
    [FAILURES] = {.key = "failures", .title = "FAILURES", .kind = TABLE_NUMBER, .hidden = true},
    [FLAGS] = {.key = "flags", .title = "FLAGS", .kind = TABLE_TEXT, .least = 9, .rank = 1},
    [CONTEXT] = {.key = "context", .title = "CONTEXT", .kind = TABLE_TEXT, .least = 7, .rank = 7},
    [TAGS] = {.key = "tags", .title = "TAGS", .kind = TABLE_TEXT, .hidden = true},
};

/* The supply with the least left; NULL when no level is known. */
static const struct reading_supply *lowest_supply(const struct reading *reading)
{
    const struct reading_supply *lowest = NULL;
    for (size_t i = 0; i < reading->supply_count; i++) {
        const struct reading_supply *supply = &reading->supplies[i];
        if (supply->percent >= 0 && (lowest == NULL || supply->percent < lowest->percent)) {
            lowest = supply;
        }
    }
    return lowest;
}

static int supplies_urgency(const struct reading *reading)
{
    int urgency = 0;
    for (size_t i = 0; i < reading->supply_count; i++) {
        enum reading_supply_state state = reading->supplies[i].state;
        if (state == READING_SUPPLY_EMPTY || state == READING_SUPPLY_VERY_LOW) {
            return 2;
        }
        if (state == READING_SUPPLY_LOW) {
            urgency = 1;
        }
    }
    return urgency;
}

static int urgency_of(const struct reading *reading, const struct store_device *device)
{
    int urgency = supplies_urgency(reading);
    if (listing_is_silent(device->status)) {
        return 4;
    }
    if (reading->condition.state != NULL && strcmp(reading->condition.state, "error") == 0) {
        return 3;
    }
    for (size_t i = 0; i < reading->alert_count; i++) {
        int of_alert = listing_alert_urgency(&reading->alerts[i]);
        if (of_alert == 2) {
            return 3;
        }
        urgency = of_alert > urgency ? of_alert : urgency;
    }
    return urgency == 0 && reading->condition.error_count > 0 ? 1 : urgency;
}

static void set_flags(struct table *table, struct view *view, const struct store_device *device)
{
    struct rows_identity identity;
    char flags[IDENTITY_WORDS_MAX];
    view_identity(view, device, &identity);
    identity_words_flags(&identity, view->now_unix_ms, flags);
    if (flags[0] != '\0') {
        table_set_text(table, FLAGS, flags);
        table_set_style(table, FLAGS, TERMINAL_WARN);
    }
}

static void set_tags(struct table *table, struct view *view, const struct store_device *device)
{
    struct scope_labels labels;
    char tags[SCOPE_TAGS_MAX * (SCOPE_TAG_MAX + 1) + 1] = "";
    size_t size = 0;
    scoping_labels(view->txn, device->number, &labels);
    for (size_t i = 0; i < labels.tag_count; i++) {
        size += (size_t)snprintf(tags + size, sizeof(tags) - size, "%s%s", i > 0 ? " " : "",
                                 labels.tags[i]);
    }
    table_set_text(table, TAGS, size > 0 ? tags : NULL);
}

static void add_device(struct view *view, struct table *table, const struct store_device *device,
                       const void *options)
{
    const struct reading *reading = &view->reading;
    const struct reading_supply *lowest = lowest_supply(reading);
    int64_t pages = view_meter(reading, "total");
    const char *place = address_place(device->address);
    table_row(table);
    listing_set_device(table, view, device);
    if (place[0] != '\0') {
        table_set_text(table, CONTEXT, place);
    }
    table_set_text(table, VENDOR, reading->identity.vendor);
    table_set_text(table, STATUS, record_status_name((enum record_status)device->status));
    table_set_style(table, STATUS, listing_status_style(device->status));
    if (pages != READING_ABSENT) {
        table_set_number(table, PAGES, pages);
    }
    if (lowest != NULL) {
        table_set_number(table, LOWEST, lowest->percent);
        table_set_style(table, LOWEST, listing_supply_style(lowest->state));
        table_set_text(table, LOWEST_SUPPLY, lowest->label);
    }
    table_set_number(table, ALERTS, device->alerts_active);
    table_set_style(table, ALERTS, device->alerts_active > 0 ? TERMINAL_WARN : TERMINAL_DIM);
    table_set_number(table, LAST_POLLED, device->last_polled_unix_ms);
    table_set_number(table, URGENCY, urgency_of(reading, device));
    table_set_text(table, LOCATION, reading->identity.location);
    table_set_text(table, MAC, reading->identity.mac);
    table_set_text(table, FIRMWARE, reading->identity.firmware);
    table_set_number(table, FIRST_SEEN, device->first_seen_unix_ms);
    if (device->last_answered_unix_ms > 0) {
        table_set_number(table, LAST_ANSWERED, device->last_answered_unix_ms);
    }
    table_set_number(table, FAILURES, device->failures);
    set_flags(table, view, device);
    set_tags(table, view, device);
    (void)options;
}

static void collect(struct view *view, struct table *table, struct view_set *set,
                    const void *options)
{
    listing_collect(view, table, set, options, add_device);
    table_sort(table, LOWEST, false);
    table_sort(table, URGENCY, true);
}

int cmd_devices(int argc, char **argv)
{
    static const struct listing listing = {
        .command = &cmd_devices_command,
        .columns = columns,
        .column_count = COLUMN_COUNT,
        .nothing = "The store holds no devices yet; \"platen poll TARGET...\" adds those "
                   "that answer.",
        .collect = collect,
    };
    struct listing_options options = {0};
    return listing_run(&listing, argc, argv, &options);
}
