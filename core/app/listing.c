#include "core/app/listing.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/fleet/address.h"

/* prtAlertSeverityLevel, RFC 3805 */
#define SEVERITY_CRITICAL 3

/* Which scopes are asked for. A device that is named is shown whatever its scope, unless --scope
 * says otherwise. Returns: COMMAND_OK; COMMAND_USAGE after saying why. */
static int read_scopes(const struct listing *listing, const char *word, bool is_all, unsigned *out)
{
    static const enum scope known[] = {SCOPE_IN, SCOPE_OUT, SCOPE_UNCLASSIFIED};
    if (word == NULL || strcmp(word, "all") == 0) {
        *out = word == NULL && is_all ? ~(1U << SCOPE_OUT) : UINT_MAX;
        return COMMAND_OK;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(known); i++) {
        if (strcmp(word, scope_name(known[i])) == 0) {
            *out = 1U << known[i];
            return COMMAND_OK;
        }
    }
    return command_complain(listing->command, COMMAND_USAGE,
                            "--scope is in, out, unclassified or all, not \"%.20s\"", word);
}

/* Between a table that is ready and an open store. */
static int collect_and_print(const struct listing *listing, const struct args *args,
                             struct table *table, void *options)
{
    const struct listing_options *asked = options;
    const char *nothing = listing->nothing;
    char out_of_scope[256];
    unsigned scopes = 0;
    struct view view;
    struct view_set set;
    int exit_code = read_scopes(listing, asked->scope, args->count == 0, &scopes);
    if (exit_code == COMMAND_OK) {
        exit_code = view_open(&view, listing->command, asked->output.store, asked->output.config);
    }
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    exit_code = view_find_all(&view, args, &set);
    set.scopes = scopes;
    if (exit_code == COMMAND_OK) {
        listing->collect(&view, table, &set, options);
        if (set.left_out > 0 && asked->scope == NULL) {
            (void)snprintf(out_of_scope, sizeof(out_of_scope),
                           "%s\nDevices out of scope: %" PRIu64 "; --scope all shows them.",
                           nothing, set.left_out);
            nothing = out_of_scope;
        }
        exit_code = output_table(listing->command, table, &asked->output, nothing);
        if (exit_code == COMMAND_OK && listing->go_on != NULL) {
            exit_code = listing->go_on(&view, table, &set, options);
        }
    }
    view_set_fini(&set);
    return view_close(&view, exit_code);
}

int listing_run(const struct listing *listing, int argc, char **argv, void *options)
{
    struct args args;
    int exit_code = COMMAND_OK;
    if (!command_open(listing->command, argc, argv, options, &args, &exit_code)) {
        return exit_code;
    }
    return listing_show(listing, &args, options);
}

int listing_show(const struct listing *listing, const struct args *args, void *options)
{
    struct table table;
    table_init(&table, listing->columns, listing->column_count, clock_unix_ms());
    int exit_code = output_prepare(listing->command, &table, options);
    if (exit_code == COMMAND_OK) {
        exit_code = collect_and_print(listing, args, &table, options);
    }
    table_fini(&table);
    return command_close(listing->command, exit_code);
}

void listing_collect(struct view *view, struct table *table, struct view_set *set,
                     const void *options,
                     void (*add)(struct view *view, struct table *table,
                                 const struct store_device *device, const void *options))
{
    struct store_device device;
    uint32_t number = 0;
    while (view_set_next(view, set, &number, &device)) {
        add(view, table, &device, options);
    }
    table_sort(table, LISTING_ADDRESS, false);
}

/* "10.1.2.3:161" and "[::1]:161" as address and port. */
static void set_address(struct table *table, const char *key)
{
    char text[TARGET_TEXT_MAX];
    struct target target;
    if (address_parse(key, &target) != 0) {
        table_set_text(table, LISTING_ADDRESS, key);
        return;
    }
    size_t size = target_format(&target, text, sizeof(text));
    while (text[size] != ':') {
        size--;
    }
    text[size] = '\0';
    if (text[0] == '[') {
        text[size - 1] = '\0';
    }
    table_set_text(table, LISTING_ADDRESS, text[0] == '[' ? text + 1 : text);
    table_set_number(table, LISTING_PORT, target.port);
}

void listing_set_device(struct table *table, const struct view *view,
                        const struct store_device *device)
{
    const struct reading_identity *identity = &view->reading.identity;
    table_set_text(table, LISTING_ID, device->id);
    table_set_text(table, LISTING_NAME, identity->name);
    set_address(table, device->address);
    table_set_text(table, LISTING_MODEL, identity->model);
    table_set_text(table, LISTING_SERIAL, identity->serial);
    table_set_text(table, LISTING_SCOPE, scope_name(view->scope));
}

bool listing_is_silent(uint8_t status)
{
    return status == RECORD_TIMEOUT || status == RECORD_AUTH || status == RECORD_ERROR;
}

enum terminal_style listing_status_style(uint8_t status)
{
    if (listing_is_silent(status)) {
        return TERMINAL_BAD;
    }
    return status == RECORD_OK ? TERMINAL_GOOD : TERMINAL_WARN;
}

enum terminal_style listing_supply_style(enum reading_supply_state state)
{
    switch (state) {
    case READING_SUPPLY_UNKNOWN:
        return TERMINAL_DIM;
    case READING_SUPPLY_OK:
        return TERMINAL_GOOD;
    case READING_SUPPLY_LOW:
        return TERMINAL_WARN;
    case READING_SUPPLY_VERY_LOW:
    case READING_SUPPLY_EMPTY:
        return TERMINAL_BAD;
    }
    return TERMINAL_PLAIN;
}

int listing_alert_urgency(const struct reading_alert *alert)
{
    if (!alert->is_fault) {
        return 0;
    }
    return alert->severity_code == SEVERITY_CRITICAL ? 2 : 1;
}

enum terminal_style listing_alert_style(const struct reading_alert *alert)
{
    static const enum terminal_style styles[] = {TERMINAL_DIM, TERMINAL_WARN, TERMINAL_BAD};
    return styles[listing_alert_urgency(alert)];
}
