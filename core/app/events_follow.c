#include "core/app/events_follow.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "core/app/terminal.h"
#include "core/base/clock.h"
#include "core/fleet/lineage.h"

/* How often the store is looked at. */
#define PAUSE_MS 500

static volatile sig_atomic_t is_over;

static void on_signal(int number)
{
    (void)number;
    is_over = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

/* Adds an event unless its device is not asked for. */
static void add(struct view *view, struct table *table, const struct view_set *set,
                const struct cmd_events_filter *filter, const struct store_row *row)
{
    struct store_device device;
    if (store_device_get(view->txn, row->device, &device) != 0) {
        view->damaged++;
        return;
    }
    /* Of a device that was merged the other one tells. */
    if (!lineage_is_gone(&device) && view_set_has(set, device.number) &&
        view_read(view, &device, false) && (set->scopes >> view->scope & 1U) != 0) {
        cmd_events_add_one(view, table, &device, filter, row);
    }
}

static int collect(struct view *view, struct table *table, const struct view_set *set,
                   const struct cmd_events_filter *filter, uint64_t *sequence)
{
    struct store_row row;
    int damage = 0;
    for (;;) {
        if (store_chain_next(view->txn, STORE_EVENTS, sequence, &row, &damage)) {
            add(view, table, set, filter, &row);
        } else if (damage == 0) {
            return table_status(table);
        } else {
            view->damaged++;
        }
    }
}

/* Returns: false when nobody reads any more. */
static bool print(struct table *table, const struct output_options *output)
{
    struct terminal terminal;
    int status = 0;
    if (output->filter != NULL) {
        table_filter(table, output->filter);
    }
    if (output->json) {
        status = table_json(table, stdout);
    } else {
        terminal_init(&terminal, stdout, !output->no_color);
        table_print(table, &terminal);
    }
    return status == 0 && fflush(stdout) == 0;
}

int events_follow(struct view *view, struct table *table, struct view_set *set, const void *options)
{
    const struct cmd_events_options *events = options;
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    uint64_t sequence = 0;
    int rc = store_chain_newest(view->txn, STORE_EVENTS, &sequence);
    catch_signals();
    table->is_continued = table->kept_count > 0;
    bool goes_on = fflush(stdout) == 0;
    while (rc == 0 && goes_on && is_over == 0) {
        store_abort(view->txn); /* a reader that stays keeps old pages from being used again */
        view->txn = NULL;
        (void)nanosleep(&pause, NULL);
        rc = store_begin(view->store, false, &view->txn);
        if (rc != 0) {
            break;
        }
        table_clear(table);
        table->now_unix_ms = clock_unix_ms();
        rc = collect(view, table, set, &events->filter, &sequence);
        goes_on = rc == 0 && print(table, &events->listing.output);
        table->is_continued = table->is_continued || table->kept_count > 0;
    }
    return rc == 0 ? COMMAND_OK
                   : command_complain(view->command, COMMAND_STORE, "the store cannot be read: %s",
                                      base_strerror(rc));
}
