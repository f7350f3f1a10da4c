#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include <criterion/criterion.h>

#include "core/app/cmd_alerts.h"
#include "core/app/cmd_devices.h"
#include "core/app/cmd_meters.h"
#include "core/app/cmd_show.h"
#include "core/app/cmd_supplies.h"
#include "core/app/display.h"
#include "core/fleet/archive.h"
#include "tests/unit/support_feed.h"
#include "tests/unit/support_store.h"

/* 2026-11-22T04:00:00Z */
#define NOON    INT64_C(1795320000000)
#define HOUR_MS INT64_C(3600000)

static struct archive_slice *slice;
static struct reading reading;
static struct feed feed;

static void setup(void)
{
    support_store_setup();
    display_init();
    setenv("PLATEN_STORE", support_store_path, 1);
    setenv("TZ", "UTC", 1);
    cr_assert_eq(archive_slice_new(16, &slice), 0);
    cr_assert_eq(reading_init(&reading), 0);
}

static void teardown(void)
{
    archive_slice_free(slice);
    reading_fini(&reading);
    support_store_teardown();
}

TestSuite(cmd, .init = setup, .fini = teardown, .timeout = 60);

/* --- a small fleet ------------------------------------------------------------------------------ */

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

/* Lobby is well, Cellar is low and jammed, Attic is silent. */
static void make_fleet(void)
{
    start(1, "SERIAL-LOBBY", "lobby.example");
    pages(1000);
    toner("1.1", "Black Toner", 80);
    poll_at(NOON - 24 * HOUR_MS, RECORD_OK);
    start(1, "SERIAL-LOBBY", "lobby.example");
    pages(1234);
    toner("1.1", "Black Toner", 78);
    poll_at(NOON, RECORD_OK);
    start(2, "SERIAL-CELLAR", "=cellar");
    pages(50);
    toner("1.1", "Black Toner", 3);
    toner("1.2", "Cyan, Toner", 15);
    toner("1.3", "Some Toner", -3);
    alert("1.7", 3, 8, "Paper jam \x1b[31m", 180000);
    alert("1.8", 4, 503, "Powered up", 1);
    poll_at(NOON, RECORD_OK);
    start(3, "SERIAL-ATTIC", "attic");
    pages(7);
    toner("1.1", "Black Toner", 60);
    poll_at(NOON - HOUR_MS, RECORD_OK);
    poll_at(NOON, RECORD_TIMEOUT);
}

/* --- running a command -------------------------------------------------------------------------- */

static char out[65536];
static char err[8192];

static void take(int saved, FILE *stream, FILE *file, char *text, size_t cap)
{
    fflush(stream);
    dup2(saved, fileno(stream));
    close(saved);
    rewind(file);
    text[fread(text, 1, cap - 1, file)] = '\0';
    fclose(file);
}

/* Runs a command with words that are split at blanks. Fills out and err. */
static int run(int (*command)(int, char **), const char *line)
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
    take(saved_out, stdout, out_file, out, sizeof(out));
    take(saved_err, stderr, err_file, err, sizeof(err));
    return exit_code;
}

/* Every line of `out` is a JSON object. Returns: the line's object, to be freed by json_decref. */
static json_t *json_line(size_t wanted)
{
    json_t *found = NULL;
    size_t count = 0;
    for (char *line = out; *line != '\0'; count++) {
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

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* --- without a store ---------------------------------------------------------------------------- */

Test(cmd, absent_store_is_explained_and_ends_with_3)
{
    cr_assert_eq(run(cmd_devices, "devices"), COMMAND_STORE);
    cr_assert_str_empty(out);
    cr_assert_not_null(strstr(err, support_store_path), "%s", err);
    cr_assert_not_null(strstr(err, "platen poll"), "%s", err);
}

Test(cmd, empty_store_is_no_failure)
{
    store_close(support_store_open(STORE_READ_WRITE));
    cr_assert_eq(run(cmd_devices, "devices"), COMMAND_OK);
    cr_assert_str_empty(out);
    cr_assert_not_null(strstr(err, "no devices yet"), "%s", err);
    cr_assert_eq(run(cmd_supplies, "supplies --json"), COMMAND_OK);
    cr_assert_str_empty(out);
    cr_assert_str_empty(err);
}

/* --- devices ------------------------------------------------------------------------------------ */

Test(cmd, devices_come_with_the_most_urgent_first)
{
    make_fleet();
    cr_assert_eq(run(cmd_devices, "devices --csv --columns name,status,pages,lowest,urgency"),
                 COMMAND_OK);
    cr_assert_str_eq(out, "name,status,pages,lowest,urgency\r\n"
                          "attic,timeout,7,60,4\r\n"
                          "'=cellar,ok,50,3,3\r\n"
                          "lobby.example,ok,1234,78,0\r\n");
    cr_assert_str_empty(err);
}

Test(cmd, devices_are_filtered_and_sorted_as_asked)
{
    make_fleet();
    cr_assert_eq(run(cmd_devices, "devices --csv --columns name --sort -pages --filter e"),
                 COMMAND_OK);
    cr_assert_str_eq(out, "name\r\nlobby.example\r\n'=cellar\r\nattic\r\n");
    cr_assert_eq(run(cmd_devices, "devices --csv --columns name --filter LOBBY"), COMMAND_OK);
    cr_assert_str_eq(out, "name\r\nlobby.example\r\n");
    cr_assert_eq(run(cmd_devices, "devices --filter nothing"), COMMAND_OK);
    cr_assert_str_eq(err, "No row matches the filter.\n");
}

Test(cmd, devices_for_people_are_a_table)
{
    make_fleet();
    cr_assert_eq(run(cmd_devices, "devices"), COMMAND_OK);
    cr_assert_eq(strncmp(out, "ID        NAME", 14), 0, "%s", out);
    cr_assert_not_null(strstr(out, "lobby.example"));
    cr_assert_null(strchr(out, '\x1b'), "colours in a pipe");
    cr_assert_null(strstr(out, "PORT"), "a port that all have says nothing");
}

Test(cmd, devices_as_json_have_null_for_what_is_not_known)
{
    make_fleet();
    cr_assert_eq(run(cmd_devices, "devices --json"), COMMAND_OK);
    json_t *first = json_line(0);
    cr_assert_str_eq(text_of(first, "address"), "192.0.2.3");
    cr_assert_eq(json_integer_value(json_object_get(first, "port")), 161);
    cr_assert(json_is_null(json_object_get(first, "mac")));
    cr_assert_str_eq(text_of(first, "last_polled"), "2026-11-22T04:00:00Z");
    cr_assert_str_eq(text_of(first, "last_answered"), "2026-11-22T03:00:00Z");
    cr_assert_eq(json_integer_value(json_object_get(first, "failures")), 1);
    json_decref(first);
    cr_assert_null(json_line(3));
}

Test(cmd, unknown_columns_are_usage_errors)
{
    make_fleet();
    cr_assert_eq(run(cmd_devices, "devices --sort page"), COMMAND_USAGE);
    cr_assert_not_null(strstr(err, "did you mean \"pages\""), "%s", err);
    cr_assert_eq(run(cmd_devices, "devices --columns nam"), COMMAND_USAGE);
    cr_assert_eq(run(cmd_devices, "devices --json --csv"), COMMAND_USAGE);
    cr_assert_eq(run(cmd_devices, "devices extra"), COMMAND_USAGE);
}

/* --- show --------------------------------------------------------------------------------------- */

Test(cmd, show_finds_by_id_address_serial_and_name)
{
    char line[64];
    make_fleet();
    cr_assert_eq(run(cmd_devices, "devices --json --filter lobby"), COMMAND_OK);
    json_t *device = json_line(0);
    const char *id = text_of(device, "id");
    const char *const words[] = {
        id, "192.0.2.1", "192.0.2.1:161", "SERIAL-LOBBY", "serial-lobby", "lobby.example", "Lobby"};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(words); i++) {
        snprintf(line, sizeof(line), "show %s", words[i]);
        cr_assert_eq(run(cmd_show, line), COMMAND_OK, "%s: %s", words[i], err);
        cr_assert_not_null(strstr(out, "SERIAL-LOBBY"), "%s: %s", words[i], out);
    }
    snprintf(line, sizeof(line), "show %.8s", id);
    cr_assert_eq(run(cmd_show, line), COMMAND_OK, "%s", err);
    json_decref(device);
}

Test(cmd, show_explains_what_it_cannot_find)
{
    make_fleet();
    cr_assert_eq(run(cmd_show, "show nosuch"), COMMAND_USAGE);
    cr_assert_not_null(strstr(err, "no device has the id"), "%s", err);
    cr_assert_eq(run(cmd_show, "show 192.0.2.1:99"), COMMAND_USAGE);
    cr_assert_eq(run(cmd_show, "show"), COMMAND_USAGE);
    cr_assert_eq(run(cmd_show, "show a b"), COMMAND_USAGE);
}

Test(cmd, show_lists_the_devices_that_a_word_can_mean)
{
    start(1, "SERIAL-ONE", "twin");
    poll_at(NOON, RECORD_OK);
    start(2, "SERIAL-TWO", "twin");
    poll_at(NOON, RECORD_OK);
    cr_assert_eq(run(cmd_show, "show twin"), COMMAND_USAGE);
    cr_assert_str_empty(out);
    cr_assert_not_null(strstr(err, "can mean 2 devices"), "%s", err);
    cr_assert_not_null(strstr(err, "SERIAL-ONE"), "%s", err);
    cr_assert_not_null(strstr(err, "SERIAL-TWO"), "%s", err);
}

Test(cmd, show_page_has_all_parts_and_no_control_characters)
{
    make_fleet();
    cr_assert_eq(run(cmd_show, "show 192.0.2.2"), COMMAND_OK);
    static const char *const parts[] = {"SERIAL-CELLAR", "total",     "50",  "Cyan, Toner", "  3 %",
                                        "verylow",       "some left", "jam", "critical"};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(parts); i++) {
        cr_assert_not_null(strstr(out, parts[i]), "\"%s\" is missing in\n%s", parts[i], out);
    }
    cr_assert_null(strchr(out, '\x1b'), "%s", out);
    cr_assert_null(strstr(out, "Why\n"), "%s", out);
}

Test(cmd, show_why_gives_object_oid_raw_value_and_rule)
{
    make_fleet();
    cr_assert_eq(run(cmd_show, "show 192.0.2.2 --why"), COMMAND_OK);
    cr_assert_not_null(strstr(out, "\nWhy\n"), "%s", out);
    cr_assert_not_null(strstr(out, "prtMarkerSuppliesLevel  1.3.6.1.2.1.43.11.1.1.9.1.2  raw 15"),
                       "%s", out);
    cr_assert_not_null(strstr(out, "rule: "), "%s", out);
}

Test(cmd, show_json_is_the_object_of_a_poll)
{
    make_fleet();
    cr_assert_eq(run(cmd_show, "show attic --json"), COMMAND_OK);
    json_t *object = json_line(0);
    cr_assert_str_eq(text_of(object, "status"), "timeout");
    cr_assert_str_eq(text_of(object, "error"), "no answer");
    cr_assert_str_eq(text_of(object, "polled_at"), "2026-11-22T03:00:00Z");
    cr_assert_eq(json_array_size(json_object_get(object, "supplies")), 1);
    cr_assert_null(json_object_get(object, "why"));
    json_decref(object);
    cr_assert_eq(run(cmd_show, "show attic --json --why"), COMMAND_OK);
    object = json_line(0);
    cr_assert_gt(json_array_size(json_object_get(object, "why")), 5);
    json_decref(object);
}

/* --- meters ------------------------------------------------------------------------------------- */

Test(cmd, meters_are_the_latest_of_all_devices)
{
    make_fleet();
    cr_assert_eq(run(cmd_meters, "meters --csv --columns address,total,unit,read_at"), COMMAND_OK);
    cr_assert_str_eq(out, "address,total,unit,read_at\r\n"
                          "192.0.2.1,1234,impressions,2026-11-22T04:00:00Z\r\n"
                          "192.0.2.2,50,impressions,2026-11-22T04:00:00Z\r\n"
                          "192.0.2.3,7,impressions,2026-11-22T03:00:00Z\r\n");
}

Test(cmd, meters_at_a_time_are_those_of_the_ledger)
{
    make_fleet();
    cr_assert_eq(run(cmd_meters, "meters --at 2026-11-21 --csv --columns address,total,read_at"),
                 COMMAND_OK);
    cr_assert_str_eq(out, "address,total,read_at\r\n192.0.2.1,1000,2026-11-21T04:00:00Z\r\n");
    cr_assert_eq(run(cmd_meters, "meters --at 2026-01-01"), COMMAND_OK);
    cr_assert_str_empty(out);
    cr_assert_str_eq(err, "No meters are known.\n");
}

Test(cmd, meters_of_a_device_are_its_ledger_newest_first)
{
    make_fleet();
    cr_assert_eq(run(cmd_meters, "meters lobby --csv --columns total"), COMMAND_OK);
    cr_assert_str_eq(out, "total\r\n1234\r\n1000\r\n");
    cr_assert_eq(run(cmd_meters, "meters lobby --limit 1 --csv --columns total"), COMMAND_OK);
    cr_assert_str_eq(out, "total\r\n1234\r\n");
    cr_assert_eq(run(cmd_meters, "meters lobby --at 2026-11-21 --csv --columns total"), COMMAND_OK);
    cr_assert_str_eq(out, "total\r\n1000\r\n");
    cr_assert_eq(run(cmd_meters, "meters lobby attic nosuch"), COMMAND_USAGE);
}

/* --- supplies and alerts ------------------------------------------------------------------------ */

Test(cmd, supplies_come_with_the_emptiest_first)
{
    make_fleet();
    cr_assert_eq(run(cmd_supplies, "supplies --csv --columns supply,percent,state,level"),
                 COMMAND_OK);
    cr_assert_str_eq(out, "supply,percent,state,level\r\n"
                          "Black Toner,3,verylow,3\r\n"
                          "\"Cyan, Toner\",15,low,15\r\n"
                          "Black Toner,60,ok,60\r\n"
                          "Black Toner,78,ok,78\r\n"
                          "Some Toner,,ok,-3\r\n");
}

Test(cmd, supplies_below_leave_out_what_is_not_known)
{
    make_fleet();
    cr_assert_eq(run(cmd_supplies, "supplies --below 15 --csv --columns percent"), COMMAND_OK);
    cr_assert_str_eq(out, "percent\r\n3\r\n");
    cr_assert_eq(run(cmd_supplies, "supplies --below 101 --csv --columns percent 192.0.2.2"),
                 COMMAND_OK);
    cr_assert_str_eq(out, "percent\r\n3\r\n15\r\n");
    cr_assert_eq(run(cmd_supplies, "supplies --below 0"), COMMAND_USAGE);
}

Test(cmd, supplies_for_people_have_bars)
{
    make_fleet();
    setenv("LC_ALL", "C", 1);
    cr_assert_eq(run(cmd_supplies, "supplies"), COMMAND_OK);
    cr_assert_not_null(strstr(out, "[########..]  78 %  ok"), "%s", out);
}

Test(cmd, alerts_are_faults_with_the_time_they_came_up)
{
    make_fleet();
    cr_assert_eq(run(cmd_alerts, "alerts --csv --columns name,severity,alert,description,since"),
                 COMMAND_OK);
    cr_assert_str_eq(out, "name,severity,alert,description,since\r\n"
                          "'=cellar,critical,jam,Paper jam,2026-11-22T03:30:00Z\r\n");
    cr_assert_eq(run(cmd_alerts, "alerts --all --json"), COMMAND_OK);
    json_t *second = json_line(1);
    cr_assert(json_is_false(json_object_get(second, "fault")));
    json_decref(second);
    cr_assert_eq(run(cmd_alerts, "alerts lobby"), COMMAND_OK);
    cr_assert_str_eq(err, "Nothing is reported.\n");
}

/* --- while others write, and damage ------------------------------------------------------------- */

/* Holds a write transaction open from the first octet it sends until `release` is closed. */
static void write_until(int ready, int release)
{
    char octet = 1;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    struct store_device device;
    cr_assert_eq(store_device_get(txn, 1, &device), 0);
    memcpy(device.address, "192.0.2.99:161", sizeof("192.0.2.99:161"));
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(write(ready, &octet, 1), 1);
    cr_assert_eq(read(release, &octet, 1), 0);
    store_abort(txn);
    store_close(store);
}

Test(cmd, store_is_read_while_another_process_writes)
{
    int ready[2];
    int release[2];
    char octet = 0;
    make_fleet();
    cr_assert_eq(pipe(ready), 0);
    cr_assert_eq(pipe(release), 0);
    pid_t writer = fork();
    if (writer == 0) {
        close(release[1]);
        write_until(ready[1], release[0]);
        _exit(0);
    }
    cr_assert_eq(read(ready[0], &octet, 1), 1);
    int exit_code = run(cmd_devices, "devices --csv --columns address --sort address");
    close(release[1]);
    cr_assert_eq(waitpid(writer, NULL, 0), writer);
    cr_assert_eq(exit_code, COMMAND_OK, "%s", err);
    cr_assert_str_eq(out, "address\r\n192.0.2.1\r\n192.0.2.2\r\n192.0.2.3\r\n");
}

Test(cmd, damage_leaves_out_the_device_and_ends_with_3)
{
    make_fleet();
    static const char name[] = "SERIAL-LOBBY";
    static const char other[] = "SERIAL-HOBBY";
    cr_assert_gt(support_store_patch(bytes_from_text(name), bytes_from_text(other)), 0);
    cr_assert_eq(run(cmd_devices, "devices --csv --columns name"), COMMAND_STORE);
    cr_assert_str_eq(out, "name\r\nattic\r\n'=cellar\r\n");
    cr_assert_not_null(strstr(err, "damaged"), "%s", err);
}

Test(cmd, full_disk_is_no_success)
{
    make_fleet();
    FILE *full = fopen("/dev/full", "w");
    if (full == NULL) {
        cr_skip("no /dev/full");
    }
    char *argv[] = {(char[]){"devices"}, (char[]){"--json"}, NULL};
    int saved = dup(STDOUT_FILENO);
    dup2(fileno(full), STDOUT_FILENO);
    int exit_code = cmd_devices(2, argv);
    dup2(saved, STDOUT_FILENO);
    fclose(full);
    cr_assert_eq(exit_code, COMMAND_STORE);
}
