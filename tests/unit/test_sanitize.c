/*
 * Recordings that name nobody: nothing that was planted comes out again, in no form, and what does
 * come out gives the same vendor, model, meters, levels and alerts.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "proto/gate.h"
#include "proto/sanitize.h"
#include "tests/unit/support_feed.h"
#include "tests/unit/support_profiles.h"

#define OUT_BYTES (8u << 20)

static struct profile_set set;
static char *out;
static size_t out_size;

static void set_up(void)
{
    profiles_load(&set);
    out = malloc(OUT_BYTES);
    cr_assert_not_null(out);
}

static void tear_down(void)
{
    profile_set_fini(&set);
    free(out);
}

TestSuite(sanitize, .init = set_up, .fini = tear_down);

static void put(void *context, const char *line)
{
    size_t size = strlen(line);

    (void)context;
    cr_assert_lt(out_size + size, OUT_BYTES);
    memcpy(out + out_size, line, size + 1);
    out_size += size;
}

static void run(const struct varbinds *list, uint64_t secret)
{
    char texts[PROFILE_DEVICE_BYTES];
    struct profile_device device;

    profile_device_of(list, &device, texts);
    out_size = 0;
    out[0] = '\0';
    cr_assert_eq(sanitize(list, profile_choose(&set, &device), secret, put, NULL), 0);
}

static void run_lines(const char *lines)
{
    struct snmprec recording;

    cr_assert_eq(snmprec_parse(bytes_from_text(lines), NULL, &recording), 0);
    cr_assert_eq(recording.refused, 0);
    run(&recording.list, 42);
    snmprec_free(&recording);
}

static void expect_no(const char *canary)
{
    cr_expect_null(strcasestr(out, canary), "%s in %s", canary, out);
}

static void expect(const char *text)
{
    cr_expect_not_null(strstr(out, text), "no %s in %s", text, out);
}

Test(sanitize, canaries_do_not_come_out_again)
{
    run_lines("1.3.6.1.2.1.1.1.0|4|Xerox AltaLink C8045; SS 1.2.3, SN CANARYSN01\n"
              "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.253.8.62.1.20\n"
              "1.3.6.1.2.1.1.4.0|4|Alice Canary, +49 30 5550199, alice@canary.example\n"
              "1.3.6.1.2.1.1.5.0|4|canaryhost.canary.example\n"
              "1.3.6.1.2.1.1.6.0|4|Canary Street 7, Room 210\n"
              "1.3.6.1.2.1.2.2.1.6.1|4x|9c934ecafe01\n"
              "1.3.6.1.2.1.4.20.1.1.10.77.66.55|64|10.77.66.55\n"
              "1.3.6.1.2.1.4.20.1.2.10.77.66.55|2|1\n"
              "1.3.6.1.2.1.4.22.1.2.1.10.77.66.54|4x|001122334455\n"
              "1.3.6.1.2.1.43.5.1.1.17.1|4|CANARYSN01\n"
              "1.3.6.1.2.1.43.5.1.1.4.1|4|Bob Canary\n"
              "1.3.6.1.2.1.43.11.1.1.6.1.1|4|Black Toner, PN 006R01697;SNCANARY77\n"
              "1.3.6.1.2.1.43.16.5.1.2.1.1|4|Call 030 5550199 or canaryhost\n"
              "1.3.6.1.2.1.43.18.1.1.8.1.1|4|Ask Alice Canary (alice@canary.example)\n"
              "1.3.6.1.4.1.253.8.53.3.2.1.3.1|4|CANARYSN01\n"
              "1.3.6.1.4.1.253.8.53.3.2.1.15.1|4|ASSET-CANARY\n"
              "1.3.6.1.4.1.253.8.53.99.1|4|http://canaryhost.canary.example/10.77.66.55\n"
              "1.3.6.1.4.1.253.8.53.99.2|4|9C:93:4E:CA:FE:01\n"
              "1.3.6.1.4.1.253.8.53.99.3|4x|43414e41525900ff01\n"
              "1.3.6.1.4.1.253.8.53.98.10.77.66.55|2|5\n"
              "1.3.6.1.4.1.253.8.53.97.67.65.78.65.82.89.83.78.48.49|2|5\n"
              "1.3.6.1.4.1.253.8.53.13.2.1.8.1.20.1|4|Total Impressions\n"
              "1.3.6.1.4.1.253.8.53.13.2.1.6.1.20.1|2|123456\n");
    static const char *const canaries[] = {
        "canary", "alice",    "bob ",        "5550199",       "room 210 ",
        "cafe01", "ca:fe:01", "10.77.66.55", "10.77.66.54",   "001122334455",
        "street", "0a4d4237", "43414e4152",  ".67.65.78.65.", "asset-",
    };
    for (size_t i = 0; i < BASE_ARRAY_COUNT(canaries); i++) {
        expect_no(canaries[i]);
    }
    expect("Xerox AltaLink C8045; SS 1.2.3, SN ");
    expect("|Total Impressions\n");
    expect("|2|123456\n");
    expect("Black Toner, PN 006R01697;SN");
    expect("|4x|9c934e"); /* the maker of the card may be known */
}

Test(sanitize, same_is_replaced_by_the_same_and_in_the_same_form)
{
    char first[16] = "";
    char second[16] = "";
    char third[16] = "";

    run_lines("1.3.6.1.2.1.1.1.0|4|HP ETHERNET MULTI-ENVIRONMENT,SN:VNC4R48198,PID:HP LaserJet\n"
              "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.11.2.3.9.1\n"
              "1.3.6.1.2.1.43.5.1.1.17.1|4|VNC4R48198\n"
              "1.3.6.1.4.1.11.2.3.9.4.2.1.1.3.3.0|4x|0115564e43345234383139380a\n");
    sscanf(strstr(out, "SN:") + 3, "%10s", first);
    sscanf(strstr(out, "43.5.1.1.17.1|4|") + 16, "%10s", second);
    cr_expect_str_eq(first, second);
    cr_expect(first[0] >= 'A' && first[0] <= 'Z' && first[3] >= '0' && first[3] <= '9', "%s",
              first);
    for (size_t i = 0; i < 10; i++) { /* the hex of the private one, behind its two controls */
        unsigned octet = 0;
        sscanf(strstr(out, "|4x|0115") + 8 + 2 * i, "%2x", &octet);
        third[i] = (char)octet;
    }
    cr_expect_str_eq(first, third);
    expect("PID:HP LaserJet\n");
}

Test(sanitize, another_secret_gives_other_replacements)
{
    struct snmprec recording;
    char once[256];

    cr_assert_eq(
        snmprec_parse(bytes_from_text("1.3.6.1.2.1.1.5.0|4|printer-of-alice\n"), NULL, &recording),
        0);
    run(&recording.list, 1);
    snprintf(once, sizeof(once), "%.250s", out);
    run(&recording.list, 1);
    cr_expect_str_eq(out, once);
    run(&recording.list, 2);
    cr_expect_str_neq(out, once);
    snmprec_free(&recording);
}

/* --- recordings ------------------------------------------------------------------------------- */

static struct feed feed;

static void decode(const struct varbinds *list, struct reading *reading)
{
    char texts[PROFILE_DEVICE_BYTES];
    struct profile_device device;
    const struct profile *profile;
    size_t count = 0;
    size_t objects_count;
    const struct object *objects = object_all(&objects_count);

    profile_device_of(list, &device, texts);
    profile = profile_choose(&set, &device);
    feed_init(&feed);
    for (size_t i = 0; i < objects_count; i++) {
        const struct varbind *found = varbinds_below(list, objects[i].column, &count);
        for (size_t k = 0; found != NULL && k < count; k++) {
            struct record_writer *part =
                objects[i].pace == OBJECT_PACE_MOVING ? &feed.moving_part : &feed.static_part;
            size_t column = objects[i].column.size;
            cr_assert_eq(
                record_put(part, (uint8_t)objects[i].id,
                           bytes_of(found[k].oid.data + column, found[k].oid.size - column),
                           found[k].tag, found[k].value),
                0);
        }
    }
    const struct profile_question *questions =
        profile != NULL ? profile_questions(profile, &count) : NULL;
    for (size_t i = 0; questions != NULL && i < count; i++) {
        size_t rows = 1;
        const struct varbind *found = questions[i].is_column
                                          ? varbinds_below(list, questions[i].oid, &rows)
                                          : varbinds_find(list, questions[i].oid);
        for (size_t k = 0; found != NULL && k < rows; k++) {
            cr_assert_eq(record_put(&feed.moving_part, RECORD_PRIVATE, found[k].oid, found[k].tag,
                                    found[k].value),
                         0);
        }
    }
    feed_decode(&feed, reading, false);
}

static bool is_same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void compare(const char *name, const struct reading *before, const struct reading *after)
{
    cr_expect(is_same(before->identity.vendor, after->identity.vendor), "%s: vendor %s", name,
              after->identity.vendor);
    cr_expect(is_same(before->identity.model, after->identity.model), "%s: model %s for %s", name,
              after->identity.model, before->identity.model);
    if (before->identity.serial != NULL) {
        cr_expect_not_null(after->identity.serial, "%s", name);
        cr_expect(!is_same(before->identity.serial, after->identity.serial), "%s: serial", name);
    }
    cr_assert_eq(before->meter_count, after->meter_count, "%s", name);
    for (size_t i = 0; i < before->meter_count; i++) {
        cr_expect_str_eq(before->meters[i].key, after->meters[i].key, "%s", name);
        cr_expect_eq(before->meters[i].value, after->meters[i].value, "%s", name);
    }
    cr_assert_eq(before->supply_count, after->supply_count, "%s", name);
    for (size_t i = 0; i < before->supply_count; i++) {
        cr_expect_eq(before->supplies[i].percent, after->supplies[i].percent, "%s", name);
        cr_expect(is_same(before->supplies[i].color, after->supplies[i].color), "%s: %s", name,
                  after->supplies[i].name);
        cr_expect_str_eq(before->supplies[i].class_name, after->supplies[i].class_name, "%s", name);
    }
    cr_assert_eq(before->alert_count, after->alert_count, "%s", name);
    for (size_t i = 0; i < before->alert_count; i++) {
        cr_expect_eq(before->alerts[i].code, after->alerts[i].code, "%s", name);
    }
    cr_expect_eq(before->is_printer, after->is_printer, "%s", name);
}

static void check_recording(const char *name)
{
    struct snmprec recording;
    struct snmprec replayed;
    struct reading before;
    struct reading after;

    cr_assert_eq(fixture_recording(NULL, name, &recording), 0, "%s", name);
    run(&recording.list, 7);
    cr_assert_eq(snmprec_parse(bytes_of(out, out_size), NULL, &replayed), 0);
    cr_expect_eq(replayed.refused, 0, "%s", name);
    cr_assert_eq(reading_init(&before), 0);
    cr_assert_eq(reading_init(&after), 0);
    reading_use_profiles(&before, &set);
    reading_use_profiles(&after, &set);
    decode(&recording.list, &before);
    decode(&replayed.list, &after);
    compare(name, &before, &after);
    if (before.identity.serial != NULL) {
        cr_expect_null(strstr(out, before.identity.serial), "%s: %s", name, before.identity.serial);
    }
    reading_fini(&before);
    reading_fini(&after);
    snmprec_free(&recording);
    snmprec_free(&replayed);
}

Test(sanitize, recordings_give_the_same_model_and_meters, .timeout = 100)
{
    char path[1024];
    struct dirent *entry;
    int count = 0;
    DIR *dir;

    if (!profiles_have_recordings()) {
        cr_skip_test("PLATEN_RECORDINGS is not set");
    }
    snprintf(path, sizeof(path), "%s/printers", getenv("PLATEN_RECORDINGS"));
    dir = opendir(path);
    cr_assert_not_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (strstr(entry->d_name, ".snmprec") != NULL) {
            check_recording(entry->d_name);
            count++;
        }
    }
    closedir(dir);
    fprintf(stderr, "%d recordings replayed\n", count);
}
