/*
 * Recordings of real devices, decoded without a network: what is recorded comes out, and nothing
 * but printers is a printer. PLATEN_RECORDINGS names their folder; without it the tests skip.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/unit/support_feed.h"

#define PATH_BYTES  1024
#define COLUMNS_MAX 16

static struct feed feed;
static struct reading reading;

static const char *recordings(void)
{
    const char *folder = getenv("PLATEN_RECORDINGS");

    if (folder == NULL || folder[0] == '\0') {
        fprintf(stderr, "SKIPPED: PLATEN_RECORDINGS is not set\n");
        cr_skip_test("PLATEN_RECORDINGS is not set");
    }
    return folder;
}

static void set_up(void)
{
    cr_assert_eq(reading_init(&reading), 0);
}

static void tear_down(void)
{
    reading_fini(&reading);
}

TestSuite(recordings, .init = set_up, .fini = tear_down);

/* Runs always, also where the others skip: a folder named by mistake must not pass for none. */
Test(recordings, folder_that_is_named_can_be_read)
{
    const char *folder = getenv("PLATEN_RECORDINGS");

    cr_assert(folder == NULL || folder[0] == '\0' || access(folder, R_OK | X_OK) == 0,
              "PLATEN_RECORDINGS names %s, which cannot be read", folder);
}

/* Decodes "FOLDER/NAME". Returns the number of Printer-MIB rows in the file. */
static size_t decode(const char *folder, const char *name)
{
    char path[PATH_BYTES];
    size_t printer_mib_rows;

    snprintf(path, sizeof(path), "%s/%s/%s", recordings(), folder, name);
    feed_init(&feed);
    cr_assert_geq(feed_snmprec(&feed, path, &printer_mib_rows), 0, "%s", path);
    feed_decode(&feed, &reading, false);
    return printer_mib_rows;
}

/* Splits a line at tabs; empty columns stay. Returns how many there are. */
static size_t split(char *line, char *columns[COLUMNS_MAX])
{
    size_t count = 0;

    line[strcspn(line, "\r\n")] = '\0';
    while (line != NULL && count < COLUMNS_MAX) {
        columns[count++] = strsep(&line, "\t");
    }
    return count;
}

static FILE *open_table(const char *name)
{
    char path[PATH_BYTES];
    FILE *file;
    char header[1024];

    snprintf(path, sizeof(path), "%s/%s", recordings(), name);
    file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    cr_assert_not_null(fgets(header, sizeof(header), file));
    return file;
}

static int64_t number_or_absent(const char *text)
{
    return text[0] == '\0' ? READING_ABSENT : strtoll(text, NULL, 10);
}

static bool same_text(const char *a, const char *expected)
{
    return a == NULL ? expected[0] == '\0' : strcmp(a, expected) == 0;
}

static const struct reading_supply *find_supply(const char *index)
{
    for (size_t i = 0; i < reading.supply_count; i++) {
        if (strcmp(reading.supplies[i].index, index) == 0) {
            return &reading.supplies[i];
        }
    }
    return NULL;
}

/* file index name class type unit capacity level percent colorant */
static void check_supply(char *columns[])
{
    const struct reading_supply *supply = find_supply(columns[1]);
    int percent = columns[8][0] == '\0' ? -1 : atoi(columns[8]);

    cr_assert_not_null(supply, "%s %s", columns[0], columns[1]);
    cr_expect(same_text(supply->name, columns[2]), "%s %s: %s", columns[0], columns[1],
              supply->name);
    cr_expect_eq(supply->class_code, number_or_absent(columns[3]), "%s %s", columns[0], columns[1]);
    cr_expect(same_text(supply->type_name, columns[4]), "%s %s: %s", columns[0], columns[1],
              supply->type_name);
    cr_expect_eq(supply->unit_code, number_or_absent(columns[5]), "%s %s", columns[0], columns[1]);
    cr_expect_eq(supply->capacity, number_or_absent(columns[6]), "%s %s", columns[0], columns[1]);
    cr_expect_eq(supply->level, number_or_absent(columns[7]), "%s %s", columns[0], columns[1]);
    cr_expect_eq(supply->percent, percent, "%s %s: %d", columns[0], columns[1], supply->percent);
    if (columns[9][0] != '\0') {
        cr_expect(same_text(supply->color, columns[9]), "%s %s: %s", columns[0], columns[1],
                  supply->color);
    }
}

Test(recordings, give_every_expected_supply)
{
    FILE *table = open_table("expected-supplies.tsv");
    char line[1024];
    char file[256] = "";
    size_t of_file = 0;
    int rows = 0;

    while (fgets(line, sizeof(line), table) != NULL) {
        char *columns[COLUMNS_MAX];
        cr_assert_eq(split(line, columns), 10, "%s", line);
        if (strcmp(columns[0], file) != 0) {
            cr_expect_eq(reading.supply_count, of_file, "%s: %zu supplies", file,
                         reading.supply_count);
            snprintf(file, sizeof(file), "%s", columns[0]);
            decode("printers", file);
            of_file = 0;
        }
        of_file++;
        rows++;
        check_supply(columns);
    }
    fclose(table);
    cr_expect_eq(reading.supply_count, of_file, "%s", file);
    cr_assert_gt(rows, 0);
    fprintf(stderr, "recordings: %d expected supplies checked\n", rows);
}

static const struct reading_alert *find_alert(const char *device, const char *alert)
{
    char index[READING_INDEX_TEXT_MAX];

    snprintf(index, sizeof(index), "%s.%s", device, alert);
    for (size_t i = 0; i < reading.alert_count; i++) {
        if (strcmp(reading.alerts[i].index, index) == 0) {
            return &reading.alerts[i];
        }
    }
    return NULL;
}

/* file device index severity training group groupIndex location code description time; no two of
 * the recorded alerts are the same in code, group, row and location. */
Test(recordings, give_every_expected_alert)
{
    FILE *table = open_table("expected-alerts.tsv");
    char line[1024];
    int rows = 0;
    int faults = 0;

    while (fgets(line, sizeof(line), table) != NULL) {
        char *columns[COLUMNS_MAX];
        const struct reading_alert *alert;
        cr_assert_eq(split(line, columns), 11, "%s", line);
        decode("printers", columns[0]);
        alert = find_alert(columns[1], columns[2]);
        cr_assert_not_null(alert, "%s %s", columns[0], columns[2]);
        cr_expect_eq(alert->severity_code, number_or_absent(columns[3]));
        cr_expect_eq(alert->training, number_or_absent(columns[4]));
        cr_expect_eq(alert->group_code, number_or_absent(columns[5]));
        cr_expect_eq(alert->group_index, number_or_absent(columns[6]));
        cr_expect_eq(alert->location, number_or_absent(columns[7]));
        cr_expect_eq(alert->code, number_or_absent(columns[8]));
        cr_expect(same_text(alert->description, columns[9]), "%s", alert->description);
        cr_expect_eq(alert->since_ticks, number_or_absent(columns[10]));
        faults += alert->is_fault;
        rows++;
    }
    fclose(table);
    cr_assert_gt(rows, 0);
    /* Sleep, Idle, power-up and a cold fuser are no faults; three inks are low. */
    cr_expect_eq(faults, 3, "%d", faults);
    fprintf(stderr, "recordings: %d expected alerts checked\n", rows);
}

/* The value of one object in a recording, "" when it is not recorded; static storage. */
static const char *recorded(const char *folder, const char *name, const char *oid)
{
    static char line[65536];
    char path[PATH_BYTES];
    size_t size = strlen(oid);
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s/%s", recordings(), folder, name);
    file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, oid, size) == 0 && line[size] == '|') {
            fclose(file);
            line[strcspn(line, "\r\n")] = '\0';
            return strrchr(line, '|') + 1;
        }
    }
    fclose(file);
    return "";
}

static void check_identity(const char *name)
{
    const char *serial = recorded("printers", name, "1.3.6.1.2.1.43.5.1.1.17.1");
    const char *life_count;

    if (serial[0] != '\0') {
        cr_expect_str_eq(reading.identity.serial, serial, "%s", name);
    }
    cr_expect_neq(reading.identity.id[0], '\0', "%s", name);
    life_count = recorded("printers", name, "1.3.6.1.2.1.43.10.2.1.4.1.1");
    if (life_count[0] != '\0') {
        cr_assert_eq(reading.meter_count, 1, "%s", name);
        cr_expect_str_eq(reading.meters[0].key, "total");
        cr_expect_eq(reading.meters[0].value, strtoll(life_count, NULL, 10), "%s", name);
    } else {
        cr_expect_eq(reading.meter_count, 0, "%s", name);
    }
}

/* Calls `check` for every recording of a folder; returns how many there are. */
static int for_each(const char *folder, void (*check)(const char *name))
{
    char path[PATH_BYTES];
    struct dirent *entry;
    int count = 0;
    DIR *dir;

    snprintf(path, sizeof(path), "%s/%s", recordings(), folder);
    dir = opendir(path);
    cr_assert_not_null(dir, "%s", path);
    while ((entry = readdir(dir)) != NULL) {
        if (strstr(entry->d_name, ".snmprec") != NULL) {
            check(entry->d_name);
            count++;
        }
    }
    closedir(dir);
    return count;
}

static int printers_with_rows;

static void check_printer(const char *name)
{
    size_t printer_mib_rows = decode("printers", name);

    cr_expect_eq(reading.is_printer, printer_mib_rows > 0, "%s", name);
    if (printer_mib_rows > 0) {
        printers_with_rows++;
        check_identity(name);
    }
}

Test(recordings, of_printers_are_printers_with_identity_and_meter)
{
    int count = for_each("printers", check_printer);

    cr_assert_gt(printers_with_rows, 0);
    fprintf(stderr, "recordings: %d of %d printers have Printer-MIB rows\n", printers_with_rows,
            count);
}

static void check_other(const char *name)
{
    decode("others", name);
    cr_expect_not(reading.is_printer, "%s", name);
    cr_expect_eq(reading.supply_count, 0, "%s", name);
    cr_expect_neq(reading.identity.id[0], '\0', "%s", name);
}

Test(recordings, of_other_devices_are_no_printers)
{
    int count = for_each("others", check_other);

    cr_assert_gt(count, 0);
    fprintf(stderr, "recordings: %d other devices checked\n", count);
}

static void expect_vendor(const char *name, const char *vendor, const char *model,
                          const char *firmware)
{
    decode("printers", name);
    cr_expect(same_text(reading.identity.vendor, vendor), "%s: %s", name, reading.identity.vendor);
    cr_expect(same_text(reading.identity.model, model), "%s: %s", name, reading.identity.model);
    cr_expect(same_text(reading.identity.firmware, firmware), "%s: %s", name,
              reading.identity.firmware);
}

Test(recordings, name_vendor_model_and_firmware)
{
    expect_vendor("pm-brother_hl-l8260cdw.snmprec", "Brother", "HL-L8260CDW series", "");
    expect_vendor("pm-kyocera_cs4053.snmprec", "Kyocera", "CS 4053ci", "");
    expect_vendor("pm-epson_cw.snmprec", "Epson", "CW-C6500Au", "");
    expect_vendor("lnms-ricoh_mpc3002.snmprec", "Ricoh", "Aficio MP C3002", "2.20");
    expect_vendor("lnms-gestetner.snmprec", "Gestetner", "MPC2500/DSc525", "1.71");
    expect_vendor("lnms-dell-laser_s5830dn.snmprec", "Dell", "S5830dn", "NH62.YS.N636");
    expect_vendor("lnms-konica.snmprec", "Konica Minolta", "bizhub C3110", "");
    expect_vendor("lnms-developprinter.snmprec", "Develop", "ineo 280", "");
    expect_vendor("lnms-okilan_9450g.snmprec", "OKI", "MC873", "07.87");
    expect_vendor("lnms-xerox_workcentre.snmprec", "Xerox", "WorkCentre 6605DN", "201305012030");
    expect_vendor("lnms-xerox_apeosport.snmprec", "Fuji Xerox", "ApeosPort-VI C4471", "1.0.217");
    expect_vendor("lnms-fujifilmprinter_c7580.snmprec", "FUJIFILM", "Apeos C7580", "");
    expect_vendor("lnms-jetdirect_m130nw.snmprec", "HP", "LaserJet MFP M130nw", "");
    expect_vendor("lnms-zebra.snmprec", "Zebra", "", "");
    expect_vendor("lnms-utax.snmprec", "UTAX", "P-4532DN", "");
}

Test(recordings, keep_trays_with_gaps_in_order)
{
    static const char *const indexes[] = {"1.1", "1.2", "1.3", "1.5"};

    decode("printers", "lnms-jetdirect_m880.snmprec");
    cr_assert_eq(reading.tray_count, BASE_ARRAY_COUNT(indexes));
    for (size_t i = 0; i < reading.tray_count; i++) {
        cr_expect_str_eq(reading.trays[i].index, indexes[i]);
    }
    cr_expect_str_eq(reading.trays[3].name, "Tray 4");
}

Test(recordings, explain_every_value_with_its_object)
{
    size_t derived = 0;

    decode("printers", "pm-kyocera_cs4053.snmprec");
    feed_decode(&feed, &reading, true);
    cr_assert_gt(reading.why_count, 150);
    for (size_t i = 0; i < reading.why_count; i++) {
        const struct reading_why *why = &reading.why[i];
        cr_assert_not_null(why->field);
        cr_assert_not_null(why->rule, "%s", why->field);
        cr_assert_eq(why->oid == NULL, why->object == NULL, "%s", why->field);
        cr_assert_eq(why->oid == NULL, why->raw == NULL, "%s", why->field);
        derived += why->oid == NULL;
    }
    cr_expect_leq(derived, 2 + reading.supply_count);
}
