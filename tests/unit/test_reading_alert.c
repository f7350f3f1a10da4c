#include <stdio.h>

#include <criterion/criterion.h>

#include "proto/gate.h"
#include "tests/unit/support_reading.h"

TestSuite(reading_alert, .init = set_up, .fini = tear_down);

static void feed_alert(const char *index, int64_t severity, int64_t group, int64_t code,
                       const char *description)
{
    feed_integer(&feed, OBJECT_ALERT_SEVERITY, index, severity);
    feed_integer(&feed, OBJECT_ALERT_GROUP, index, group);
    feed_integer(&feed, OBJECT_ALERT_GROUP_INDEX, index, 1);
    feed_integer(&feed, OBJECT_ALERT_LOCATION, index, -2);
    feed_integer(&feed, OBJECT_ALERT_CODE, index, code);
    feed_text(&feed, OBJECT_ALERT_DESCRIPTION, index, description);
}

Test(reading_alert, keeps_the_worst_of_rows_that_are_one)
{
    feed_alert("1.1", 4, 8, 808, "a");
    feed_alert("1.2", 3, 8, 808, "b");
    feed_alert("1.3", 5, 8, 807, "c");
    feed_alert("1.4", 5, 8, 808, "d");
    feed_alert("1.5", 5, 9, 807, "e");
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.alert_count, 3);
    cr_expect_str_eq(reading.alerts[0].description, "b");
    cr_expect_str_eq(reading.alerts[0].index, "1.2");
    cr_expect_str_eq(reading.alerts[0].severity_name, "critical");
    cr_expect_str_eq(reading.alerts[0].group_name, "input");
    cr_expect_str_eq(reading.alerts[0].code_name, "inputMediaSupplyEmpty");
    cr_expect_str_eq(reading.alerts[1].index, "1.3");
    cr_expect_str_eq(reading.alerts[2].index, "1.5");
}

Test(reading_alert, list_stays_in_order_when_a_worse_row_comes_later)
{
    feed_alert("1.1", 4, 8, 808, "a");
    feed_alert("1.2", 4, 8, 807, "b");
    feed_alert("1.3", 3, 8, 808, "c");
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.alert_count, 2);
    cr_expect_str_eq(reading.alerts[0].index, "1.2");
    cr_expect_str_eq(reading.alerts[1].index, "1.3");
}

Test(reading_alert, of_a_merged_row_is_not_explained)
{
    feed_alert("1.1", 4, 8, 808, "a");
    feed_alert("1.2", 3, 8, 808, "b");
    feed_alert("1.3", 5, 8, 808, "c");
    feed_decode(&feed, &reading, true);
    cr_assert_gt(reading.why_count, 0);
    for (size_t i = 0; i < reading.why_count; i++) {
        cr_expect_null(strstr(reading.why[i].field, "alerts[1.1]"));
        cr_expect_null(strstr(reading.why[i].field, "alerts[1.3]"));
    }
}

Test(reading_alert, list_ends_at_256)
{
    char index[32];

    for (int i = 1; i <= 300; i++) {
        snprintf(index, sizeof(index), "1.%d", i);
        feed_integer(&feed, OBJECT_ALERT_SEVERITY, index, 3);
        feed_integer(&feed, OBJECT_ALERT_CODE, index, 10000 + i);
    }
    feed_decode(&feed, &reading, false);
    cr_expect_eq(reading.alert_count, 256);
}

static bool is_fault(int64_t severity, int64_t group, int64_t code, const char *description)
{
    feed_init(&feed);
    feed_alert("1.1", severity, group, code, description);
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.alert_count, 1);
    return reading.alerts[0].is_fault;
}

Test(reading_alert, of_a_state_is_no_fault)
{
    cr_expect_not(is_fault(0, 0, 0, "Sleep"));
    cr_expect_not(is_fault(1, 1, 1, "Idle"));
    cr_expect_not(is_fault(1, 1, 1, "Ready"));
    cr_expect_not(is_fault(4, 5, 503, ""));
    cr_expect_not(is_fault(4, 5, 507, ""));
    cr_expect_not(is_fault(4, 10, 23, "Energy Saver"));
    cr_expect_not(is_fault(5, 5, 2, "Warming up"));
}

Test(reading_alert, of_a_trouble_is_a_fault)
{
    cr_expect(is_fault(3, 13, 8, "Paper jam"));
    cr_expect(is_fault(5, 11, 1104, "Toner low"));
    cr_expect(is_fault(1, 1, 1, "Replace the drum"));
    cr_expect(is_fault(4, 11, 1101, ""));
    cr_expect(is_fault(3, 1, 1, "Sleep sensor broken"));
    cr_expect(is_fault(5, 10, 1001, ""));
}

Test(reading_alert, of_a_cold_fuser_is_no_fault_while_the_device_runs)
{
    feed_integer(&feed, OBJECT_HR_DEVICE_STATUS, "1", 2);
    feed_oid(&feed, OBJECT_HR_DEVICE_TYPE, "1", "1.3.6.1.2.1.25.3.1.5");
    feed_alert("1.1835", 5, 10, 1001, "");
    feed_decode(&feed, &reading, false);
    cr_expect_not(reading.alerts[0].is_fault);
    feed_integer(&feed, OBJECT_HR_DEVICE_STATUS, "1", 3);
    feed_decode(&feed, &reading, false);
    cr_expect(reading.alerts[0].is_fault);
}

static void expect_code(int64_t code, const char *name)
{
    const char *found = reading_alert_code_name(code);

    if (name == NULL) {
        cr_expect_null(found, "%d: %s", (int)code, found);
        return;
    }
    cr_assert_not_null(found, "%d", (int)code);
    cr_expect_str_eq(found, name);
}

Test(reading_alert, codes_have_their_names)
{
    expect_code(1, "other");
    expect_code(8, "jam");
    expect_code(38, "subunitThermistorFailure");
    expect_code(501, "doorOpen");
    expect_code(507, "printerReadyToPrint");
    expect_code(813, "inputCannotFeedSizeSelected");
    expect_code(820, "inputPickRollerMissing");
    expect_code(907, "outputMediaTrayFailure");
    expect_code(1005, "markerAdjustingPrintQuality");
    expect_code(1010, "markerLifeAlmostOver");
    expect_code(1014, "markerMotorFailure");
    expect_code(1019, "markerPowerSaver");
    expect_code(1030, "markerWarmingUp");
    expect_code(1104, "markerTonerAlmostEmpty");
    expect_code(1115, "markerTonerCartridgeMissing");
    expect_code(1131, "markerSupplyFailure");
    expect_code(1306, "mediaPathJam");
    expect_code(1312, "mediaPathInputJam");
    expect_code(1321, "mediaPathOutputFeedError");
    expect_code(1334, "mediaPathPickRollerMissing");
    expect_code(1507, "interpreterResourceUnavailable");
    expect_code(1509, "interpreterComplexPageEncountered");
    expect_code(1801, "alertRemovalOfBinaryChangeEntry");
    expect_code(5111, "scannerSensorLifeAlmostOver");
    expect_code(5114, "scannerSensorMissing");
    expect_code(5206, "scanMediaPathJam");
    expect_code(5212, "scanMediaPathInputJam");
    expect_code(5223, "scanMediaPathOutputFull");
    expect_code(5234, "scanMediaPathPickRollerMissing");
    expect_code(6105, "faxModemTurnedOff");
}

Test(reading_alert, codes_of_finishers_are_computed)
{
    expect_code(30203, "staplerCoverOpen");
    expect_code(30308, "stitcherJam");
    expect_code(31212, "imprinterAlmostEmpty");
    expect_code(31838, "inserterThermistorFailure");
}

Test(reading_alert, codes_that_do_not_exist_have_no_name)
{
    expect_code(0, NULL);
    expect_code(-1, NULL);
    expect_code(39, NULL);
    expect_code(500, NULL);
    expect_code(1006, NULL);
    expect_code(1031, NULL);
    expect_code(1508, NULL);
    expect_code(5105, NULL);
    expect_code(30302, NULL);
    expect_code(30339, NULL);
    expect_code(30103, NULL);
    expect_code(31903, NULL);
    expect_code(INT64_MAX, NULL);
    expect_code(READING_ABSENT, NULL);
}

/* hrPrinterDetectedErrorState as octets; names of the bits, joined by blanks. */
static const char *errors_of(const char *octets, size_t size)
{
    static char names[512];

    feed_init(&feed);
    feed_value(&feed, OBJECT_HR_PRINTER_ERROR_STATE, "1", GATE_OCTET_STRING,
               bytes_of(octets, size));
    feed_decode(&feed, &reading, false);
    names[0] = '\0';
    for (size_t i = 0; i < reading.condition.error_count; i++) {
        strcat(names, i > 0 ? " " : "");
        strcat(names, reading.condition.errors[i]);
    }
    return names;
}

Test(reading_alert, error_bits_have_their_names)
{
    cr_expect_str_eq(errors_of("\x80\x00", 2), "lowPaper");
    cr_expect_str_eq(errors_of("\x20\x00", 2), "lowToner");
    cr_expect_str_eq(errors_of("\x01\x00", 2), "serviceRequested");
    cr_expect_str_eq(errors_of("", 0), "");
    cr_expect_str_eq(errors_of("\x48", 1), "noPaper doorOpen");
    cr_expect_str_eq(errors_of("\x00\x82", 2), "inputTrayMissing overduePreventMaint");
    cr_expect_str_eq(errors_of("\xff\xff\xff", 3),
                     "lowPaper noPaper lowToner noToner doorOpen jammed offline serviceRequested "
                     "inputTrayMissing outputTrayMissing markerSupplyMissing outputNearFull "
                     "outputFull inputTrayEmpty overduePreventMaint");
}

static void expect_state(int64_t device, int64_t printer, const char *bits, const char *state)
{
    feed_init(&feed);
    feed_oid(&feed, OBJECT_HR_DEVICE_TYPE, "1", "1.3.6.1.2.1.25.3.1.5");
    feed_integer(&feed, OBJECT_HR_DEVICE_STATUS, "1", device);
    feed_integer(&feed, OBJECT_HR_PRINTER_STATUS, "1", printer);
    feed_text(&feed, OBJECT_HR_PRINTER_ERROR_STATE, "1", bits);
    feed_decode(&feed, &reading, false);
    cr_expect_str_eq(reading.condition.state, state, "device %d, printer %d", (int)device,
                     (int)printer);
}

Test(reading_alert, state_of_the_printer_follows_its_status_objects)
{
    expect_state(2, 3, "", "idle");
    expect_state(2, 4, "", "printing");
    expect_state(3, 3, "\x20", "idle");
    expect_state(3, 4, "\x20", "printing");
    expect_state(5, 1, "\x40", "error");
    expect_state(5, 1, "\x02", "offline");
    expect_state(5, 1, "\x06", "error");
    expect_state(2, 5, "", "warmup");
    expect_state(2, 1, "", "standby");
    expect_state(3, 1, "", "unknown");
    expect_state(2, 2, "", "unknown");
    expect_state(2, 99, "", "unknown");
}

Test(reading_alert, state_is_error_with_a_critical_alert)
{
    feed_integer(&feed, OBJECT_HR_PRINTER_STATUS, "1", 3);
    feed_alert("1.1", 3, 13, 8, "Paper jam");
    feed_decode(&feed, &reading, false);
    cr_expect_str_eq(reading.condition.state, "error");
    cr_expect_null(reading.condition.device);
    cr_expect_str_eq(reading.condition.printer, "idle");
}

Test(reading_alert, display_has_no_empty_lines)
{
    feed_text(&feed, OBJECT_CONSOLE_TEXT, "1.1", "  Ready  ");
    feed_text(&feed, OBJECT_CONSOLE_TEXT, "1.2", "   ");
    feed_text(&feed, OBJECT_CONSOLE_TEXT, "1.3", "Toner low");
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.condition.display_count, 2);
    cr_expect_str_eq(reading.condition.display[0], "Ready");
    cr_expect_str_eq(reading.condition.display[1], "Toner low");
}
