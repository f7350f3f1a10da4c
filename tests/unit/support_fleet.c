#include "tests/unit/support_fleet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/app/display.h"
#include "core/base/clock.h"
#include "core/fleet/archive.h"
#include "tests/unit/support_feed.h"
#include "tests/unit/support_store.h"

#define HOUR_MS INT64_C(3600000)

char support_out[65536];
char support_err[8192];

static struct archive_slice *slice;
static struct reading reading;
static struct feed feed;

void support_fleet_setup(void)
{
    support_store_setup();
    display_init();
    setenv("PLATEN_STORE", support_store_path, 1);
    setenv("TZ", "UTC", 1);
    cr_assert_eq(archive_slice_new(16, &slice), 0);
    cr_assert_eq(reading_init(&reading), 0);
}

void support_fleet_teardown(void)
{
    archive_slice_free(slice);
    reading_fini(&reading);
    support_store_teardown();
}

/* --- a small fleet ---------------------------------------------------------------------------- */

static void start(uint8_t last_octet, const char *serial, const char *name)
{
    feed_init(&feed);
    feed.header.address[3] = last_octet;
    feed_text(&feed, OBJECT_SYS_DESCR, "0", "Printer");
    feed_text(&feed, OBJECT_SYS_NAME, "0", name);
    feed_integer(&feed, OBJECT_SYS_UPTIME, "0", 360000); /* an hour */
    feed_text(&feed, OBJECT_GENERAL_SERIAL_NUMBER, "1", serial);
}

static void pages(int64_t count)
{
    feed_integer(&feed, OBJECT_MARKER_COUNTER_UNIT, "1.1", 7);
    feed_counter(&feed, OBJECT_MARKER_LIFE_COUNT, "1.1", (uint64_t)count);
}

static void toner(const char *index, const char *name, int64_t level)
{
    feed_supply(&feed, index, (struct feed_supply){name, 3, 3, 19, 100, level});
}

static void alert(const char *index, int64_t severity, int64_t code, const char *text,
                  int64_t since_ticks)
{
    feed_integer(&feed, OBJECT_ALERT_SEVERITY, index, severity);
    feed_integer(&feed, OBJECT_ALERT_GROUP, index, 13);
    feed_integer(&feed, OBJECT_ALERT_CODE, index, code);
    feed_text(&feed, OBJECT_ALERT_DESCRIPTION, index, text);
    feed_integer(&feed, OBJECT_ALERT_TIME, index, since_ticks);
}

/* Stores what was fed as the poll of a time. */
static void poll_at(int64_t unix_ms, enum record_status status)
{
    char address[64];
    struct archive_item item = {.address = address, .status = status, .polled_at_unix_ms = unix_ms};
    feed.header.polled_at_unix_ms = unix_ms;
    snprintf(address, sizeof(address), "192.0.2.%u:161", feed.header.address[3]);
    if (status == RECORD_OK) {
        item.static_part = feed_static(&feed);
        item.moving_part = feed_moving(&feed);
        feed_decode(&feed, &reading, false);
        item.reading = &reading;
    }
    struct store *store = support_store_open(STORE_READ_WRITE);
    cr_assert_eq(archive_slice_add(slice, &item), 0);
    cr_assert_eq(archive_slice_commit(slice, store, NULL), 0);
    archive_slice_reset(slice);
    store_close(store);
}

void support_fleet_make(void)
{
    start(1, "SERIAL-LOBBY", "lobby.example");
    pages(1000);
    toner("1.1", "Black Toner", 80);
    poll_at(SUPPORT_FLEET_NOW - 24 * HOUR_MS, RECORD_OK);
    start(1, "SERIAL-LOBBY", "lobby.example");
    pages(1234);
    toner("1.1", "Black Toner", 78);
    poll_at(SUPPORT_FLEET_NOW, RECORD_OK);
    start(2, "SERIAL-CELLAR", "=cellar");
    pages(50);
    toner("1.1", "Black Toner", 3);
    toner("1.2", "Cyan, Toner", 15);
    toner("1.3", "Some Toner", -3);
    alert("1.7", 3, 8, "Paper jam \x1b[31m", 180000);
    alert("1.8", 4, 503, "Powered up", 1);
    poll_at(SUPPORT_FLEET_NOW, RECORD_OK);
    start(3, "SERIAL-ATTIC", "attic");
    pages(7);
    toner("1.1", "Black Toner", 60);
    poll_at(SUPPORT_FLEET_NOW - HOUR_MS, RECORD_OK);
    poll_at(SUPPORT_FLEET_NOW, RECORD_TIMEOUT);
}

void support_fleet_add(uint8_t last_octet, const char *serial, const char *name)
{
    start(last_octet, serial, name);
    poll_at(SUPPORT_FLEET_NOW, RECORD_OK);
}

void support_fleet_drain(uint8_t last_octet, const char *serial, const char *name, int days)
{
    int64_t now_unix_ms = clock_unix_ms();
    for (int day = 0; day <= days; day++) {
        start(last_octet, serial, name);
        pages(1000 + 100 * day);
        toner("1.1", "Black Toner", 90 - day);
        poll_at(now_unix_ms - (days - day) * 24 * HOUR_MS, RECORD_OK);
    }
}

/* --- running a command ------------------------------------------------------------------------ */

static void take(int saved, FILE *stream, FILE *file, char *text, size_t cap)
{
    fflush(stream);
    dup2(saved, fileno(stream));
    close(saved);
    rewind(file);
    text[fread(text, 1, cap - 1, file)] = '\0';
    fclose(file);
}

int support_fleet_run(int (*command)(int, char **), const char *line)
{
    char words[512];
    char *argv[32];
    int argc = 0;
    snprintf(words, sizeof(words), "%s", line);
    char *save = NULL;
    for (char *word = strtok_r(words, " ", &save); word != NULL;
         word = strtok_r(NULL, " ", &save)) {
        argv[argc++] = word;
    }
    argv[argc] = NULL;
    FILE *out_file = tmpfile();
    FILE *err_file = tmpfile();
    fflush(stdout);
    fflush(stderr);
    int saved_out = dup(STDOUT_FILENO);
    int saved_err = dup(STDERR_FILENO);
    dup2(fileno(out_file), STDOUT_FILENO);
    dup2(fileno(err_file), STDERR_FILENO);
    int exit_code = command(argc, argv);
    take(saved_out, stdout, out_file, support_out, sizeof(support_out));
    take(saved_err, stderr, err_file, support_err, sizeof(support_err));
    return exit_code;
}

json_t *support_fleet_object(size_t wanted)
{
    json_t *found = NULL;
    size_t count = 0;
    for (char *line = support_out; *line != '\0'; count++) {
        char *end = strchr(line, '\n');
        cr_assert_not_null(end, "no line end: %s", line);
        json_t *object = json_loadb(line, (size_t)(end - line), 0, NULL);
        cr_assert(json_is_object(object), "no JSON: %s", line);
        if (count == wanted) {
            found = json_incref(object);
        }
        json_decref(object);
        line = end + 1;
    }
    return found;
}

const char *support_fleet_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}
