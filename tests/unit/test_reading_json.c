#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/app/reading_json.h"
#include "proto/gate.h"
#include "tests/unit/support_feed.h"
#include "tests/unit/support_schema.h"

static struct feed feed;
static struct reading reading;
static struct json json;
static const struct rows_access *access_told;

static void set_up(void)
{
    access_told = NULL;
    cr_assert_eq(reading_init(&reading), 0);
    feed_init(&feed);
    json_init(&json);
}

static void tear_down(void)
{
    reading_fini(&reading);
    json_fini(&json);
}

TestSuite(reading_json, .init = set_up, .fini = tear_down);

static const char *text(void)
{
    json_reset(&json);
    reading_json(&json, &reading, access_told);
    cr_assert_eq(json_status(&json), 0);
    return json_text(&json);
}

/* Holds the reading's JSON against the schema. */
static void expect_valid(const char *name)
{
    static char *schema;
    char where[512];

    if (schema == NULL) {
        schema = schema_read_file("tests/data/reading.schema.json");
        cr_assert_not_null(schema, "tests/data/reading.schema.json");
    }
    cr_expect_eq(schema_check(schema, text(), where, sizeof(where)), 0, "%s: %s", name, where);
}

Test(reading_json, of_nothing_fits_the_schema)
{
    cr_assert_eq(reading_decode(&reading, bytes_of(NULL, 0), bytes_of(NULL, 0), false), 0);
    expect_valid("nothing");
    cr_expect_not_null(strstr(text(), "\"address\":null"));
}

Test(reading_json, tells_with_what_the_device_was_asked)
{
    static const uint8_t VERSIONS[] = {PDU_V1, PDU_V2C, PDU_V3, 77};
    struct rows_access access = {.credential = bytes_from_text("admin"),
                                 .version = PDU_V3,
                                 .rank = 3,
                                 .context = bytes_from_text("Jetdirect")};
    cr_assert_eq(reading_decode(&reading, bytes_of(NULL, 0), bytes_of(NULL, 0), false), 0);
    cr_expect_not_null(strstr(text(), "\"access\":null"));
    access_told = &access;
    cr_expect_not_null(strstr(text(), "\"access\":{\"version\":\"3\",\"credential\":"
                                      "\"admin\",\"level\":\"authPriv\","
                                      "\"context\":\"Jetdirect\"}"),
                       "%s", text());
    for (uint8_t rank = 0; rank < 5; rank++) {
        for (size_t i = 0; i < BASE_ARRAY_COUNT(VERSIONS); i++) {
            access.rank = rank;
            access.version = VERSIONS[i];
            access.context.size = rank;
            expect_valid("access");
        }
    }
    access = (struct rows_access){.credential = bytes_from_text("community"), .version = PDU_V2C};
    cr_expect_not_null(strstr(text(), "\"access\":{\"version\":\"2c\",\"credential\":"
                                      "\"community\",\"level\":null,\"context\":null}"),
                       "%s", text());
}

Test(reading_json, an_error_names_the_credential_that_it_is_about)
{
    const struct rows_access access = {.credential = bytes_from_text("admin"), .version = PDU_V3};
    cr_assert_eq(reading_decode(&reading, bytes_of(NULL, 0), bytes_of(NULL, 0), false), 0);
    access_told = &access;
    reading.header.error = BASE_EREPORT_DIGEST;
    cr_expect_not_null(strstr(text(), "\"error\":\"SNMPv3: wrong authentication password or "
                                      "protocol (credential \\\"admin\\\")\""),
                       "%s", text());
    expect_valid("auth");
    reading.header.error = BASE_ETIMEOUT;
    cr_expect_not_null(strstr(text(), "\"error\":\"no answer\""));
    reading.header.error = BASE_EREPORT_DIGEST;
    access_told = NULL;
    cr_expect_not_null(strstr(text(), "password or protocol\""));
}

static void feed_everything(void)
{
    feed_text(&feed, OBJECT_SYS_DESCR, "0", "Xerox C8045; SS 1.2.3");
    feed_oid(&feed, OBJECT_SYS_OBJECT_ID, "0", "1.3.6.1.4.1.253.8.62.1.35");
    feed_text(&feed, OBJECT_SYS_NAME, "0", "a \"quoted\" name");
    feed_text(&feed, OBJECT_GENERAL_SERIAL_NUMBER, "1", "ABC123456");
    feed_integer(&feed, OBJECT_HR_DEVICE_STATUS, "1", 3);
    feed_text(&feed, OBJECT_HR_DEVICE_DESCR, "1", "Xerox C8045");
    feed_integer(&feed, OBJECT_HR_PRINTER_STATUS, "1", 3);
    feed_text(&feed, OBJECT_HR_PRINTER_ERROR_STATE, "1", " ");
    feed_supply(&feed, "1.1", (struct feed_supply){"Black Toner", 3, 3, 19, 100, 45});
    feed_supply(&feed, "1.2", (struct feed_supply){"Waste", 4, 4, 19, -2, -3});
    feed_text(&feed, OBJECT_INPUT_NAME, "1.1", "Tray 1");
    feed_integer(&feed, OBJECT_OUTPUT_REMAINING, "1.1", -3);
    feed_integer(&feed, OBJECT_COVER_STATUS, "1.1", 4);
    feed_counter(&feed, OBJECT_MARKER_LIFE_COUNT, "1.1", 123456);
    feed_integer(&feed, OBJECT_MEDIA_PATH_TYPE, "1.1", 3);
    feed_text(&feed, OBJECT_CONSOLE_TEXT, "1.1", "Ready");
    feed_integer(&feed, OBJECT_ALERT_SEVERITY, "1.7", 5);
    feed_integer(&feed, OBJECT_ALERT_GROUP, "1.7", 11);
    feed_integer(&feed, OBJECT_ALERT_CODE, "1.7", 1104);
    feed_value(&feed, OBJECT_IF_PHYS_ADDRESS, "1", GATE_OCTET_STRING,
               bytes_of("\x00\x1b\xa9\x00\x00\x01", 6));
    feed.header.rtt_us = 3100;
    feed.header.polled_at_unix_ms = INT64_C(1795320000999);
    feed_decode(&feed, &reading, true);
}

Test(reading_json, of_everything_fits_the_schema)
{
    feed_everything();
    expect_valid("everything");
}

Test(reading_json, has_the_documented_members)
{
    static const char *const parts[] = {
        "{\"address\":\"192.0.2.1\",\"port\":161,\"status\":\"ok\",\"error\":null,"
        "\"polled_at\":\"2026-11-22T04:00:00Z\",\"rtt_ms\":3.1,\"identity\":{\"id\":\"",
        "\"vendor\":\"Xerox\",\"model\":\"C8045\",\"serial\":\"ABC123456\","
        "\"name\":\"a \\\"quoted\\\" name\",\"location\":null,\"contact\":null,"
        "\"mac\":\"00:1b:a9:00:00:01\",\"firmware\":\"1.2.3\",\"asset_tag\":null,"
        "\"object_id\":\"1.3.6.1.4.1.253.8.62.1.35\",\"description\":\"Xerox C8045; SS 1.2.3\"}",
        "\"condition\":{\"device\":\"warning\",\"printer\":\"idle\",\"state\":\"idle\","
        "\"errors\":[\"lowToner\"],\"display\":[\"Ready\"]}",
        "\"meters\":{\"total\":123456,\"mono\":null,\"color\":null,\"print\":null,\"copy\":null,"
        "\"scan\":null,\"fax\":null,\"duplex\":null}",
        "\"supplies\":[{\"index\":\"1.1\",\"name\":\"Black Toner\",\"label\":\"Black "
        "Toner\",\"class\":\"consumed\","
        "\"type\":\"toner\",\"color\":\"black\",\"unit\":\"percent\",\"capacity\":100,"
        "\"level\":45,\"percent\":45,\"state\":\"ok\",\"part_number\":null,\"serial\":null,\"pages_"
        "left\":null},",
        "\"capacity\":-2,\"level\":-3,\"percent\":null,\"state\":\"ok\",\"part_number\":null,"
        "\"serial\":null,\"pages_left\":null}]",
        "\"code\":1104,\"code_name\":\"markerTonerAlmostEmpty\"",
    };

    feed_everything();
    for (size_t i = 0; i < BASE_ARRAY_COUNT(parts); i++) {
        cr_expect_not_null(strstr(text(), parts[i]), "%s\nis not in\n%s", parts[i], text());
    }
}

Test(reading_json, explains_each_value_that_it_shows)
{
    feed_everything();
    json_reset(&json);
    reading_json_why(&json, &reading);
    cr_assert_eq(json_status(&json), 0);
    cr_expect_not_null(strstr(json_text(&json),
                              "{\"field\":\"meters.total\",\"value\":\"123456\",\"oid\":"
                              "\"1.3.6.1.2.1.43.10.2.1.4.1.1\",\"object\":\"prtMarkerLifeCount\","
                              "\"raw\":\"123456\","),
                       "%s", json_text(&json));
}

Test(reading_json, names_the_tables_that_failed)
{
    feed.header.status = RECORD_PARTIAL;
    feed.header.failed_tables = 1U << OBJECT_TABLE_ALERT | 1U << OBJECT_TABLE_INPUT;
    feed_decode(&feed, &reading, false);
    cr_expect_not_null(strstr(text(), "\"status\":\"partial\",\"error\":\"prtInputTable, "
                                      "prtAlertTable: could not be read to the end\""));
    feed.header.error = BASE_ETIMEOUT;
    feed_decode(&feed, &reading, false);
    cr_expect_not_null(strstr(text(), "\"error\":\"prtInputTable, prtAlertTable: no answer\""));
    feed.header.error = BASE_EFORMAT;
    feed.header.failed_tables = 1U << OBJECT_TABLE_ALERT;
    feed_decode(&feed, &reading, false);
    cr_expect_not_null(strstr(text(), "\"error\":\"prtAlertTable: malformed data\""));
    feed.header.failed_tables = UINT32_MAX;
    feed_decode(&feed, &reading, false);
    expect_valid("all tables failed");
}

Test(reading_json, says_why_a_poll_failed)
{
    feed.header.status = RECORD_TIMEOUT;
    feed.header.error = BASE_ETIMEOUT;
    feed.header.address_family = 6;
    feed.header.address[0] = 0x20;
    feed.header.address[1] = 0x01;
    memset(feed.header.address + 2, 0, 14);
    feed_decode(&feed, &reading, false);
    expect_valid("timeout");
    cr_expect_not_null(strstr(text(), "\"address\":\"2001::\""));
    cr_expect_not_null(strstr(text(), "\"status\":\"timeout\",\"error\":\"no answer\""));
    cr_expect_not_null(strstr(text(), "\"rtt_ms\":null"));
}

Test(reading_json, schema_check_finds_violations)
{
    char where[256];

    cr_expect_eq(
        schema_check("{\"type\":\"object\",\"required\":[\"a\"]}", "{}", where, sizeof(where)), -1);
    cr_expect_eq(schema_check("{\"properties\":{\"a\":{\"items\":{\"minimum\":3}}}}",
                              "{\"a\":[3,2]}", where, sizeof(where)),
                 -1);
    cr_expect_str_eq(where, "/a/1: below minimum");
    cr_expect_eq(
        schema_check("{\"additionalProperties\":false}", "{\"b\":1}", where, sizeof(where)), -1);
    cr_expect_eq(schema_check("{\"const\":1}", "1", where, sizeof(where)), -1);
}

Test(reading_json, of_every_recording_fits_the_schema)
{
    static const char *const folders[] = {"printers", "others"};
    const char *recordings = getenv("PLATEN_RECORDINGS");
    char path[1024];
    int count = 0;

    if (recordings == NULL || recordings[0] == '\0') {
        fprintf(stderr, "SKIPPED: PLATEN_RECORDINGS is not set\n");
        cr_skip_test("PLATEN_RECORDINGS is not set");
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(folders); i++) {
        struct dirent *entry;
        DIR *dir;
        snprintf(path, sizeof(path), "%s/%s", recordings, folders[i]);
        dir = opendir(path);
        cr_assert_not_null(dir, "%s", path);
        while ((entry = readdir(dir)) != NULL) {
            size_t rows;
            snprintf(path, sizeof(path), "%s/%s/%s", recordings, folders[i], entry->d_name);
            feed_init(&feed);
            if (strstr(entry->d_name, ".snmprec") != NULL &&
                feed_snmprec(&feed, path, &rows) >= 0) {
                feed_decode(&feed, &reading, false);
                expect_valid(entry->d_name);
                count++;
            }
        }
        closedir(dir);
    }
    cr_assert_gt(count, 0);
    fprintf(stderr, "recordings: %d readings held against the schema\n", count);
}
