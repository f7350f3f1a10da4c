#include <criterion/criterion.h>

#include "proto/object.h"
#include "proto/oid.h"

static const struct object *find_by_name(const char *name)
{
    size_t count;
    const struct object *all = object_all(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0) {
            return &all[i];
        }
    }
    return NULL;
}

static void expect_column(const char *name, const char *oid)
{
    char text[OID_TEXT_MAX];
    const struct object *object = find_by_name(name);
    cr_assert_not_null(object, "%s", name);
    cr_assert_eq(oid_to_text(object->column, text, sizeof text), 0);
    cr_assert_str_eq(text, oid, "%s", name);
}

Test(object, columns_are_those_of_the_mibs)
{
    expect_column("sysDescr", "1.3.6.1.2.1.1.1");
    expect_column("hrDeviceStatus", "1.3.6.1.2.1.25.3.2.1.5");
    expect_column("hrPrinterDetectedErrorState", "1.3.6.1.2.1.25.3.5.1.2");
    expect_column("ifPhysAddress", "1.3.6.1.2.1.2.2.1.6");
    expect_column("ipAdEntIfIndex", "1.3.6.1.2.1.4.20.1.2");
    expect_column("prtGeneralSerialNumber", "1.3.6.1.2.1.43.5.1.1.17");
    expect_column("prtCoverStatus", "1.3.6.1.2.1.43.6.1.1.3");
    expect_column("prtLocalizationCharacterSet", "1.3.6.1.2.1.43.7.1.1.4");
    expect_column("prtInputCurrentLevel", "1.3.6.1.2.1.43.8.2.1.10");
    expect_column("prtOutputRemainingCapacity", "1.3.6.1.2.1.43.9.2.1.5");
    expect_column("prtMarkerLifeCount", "1.3.6.1.2.1.43.10.2.1.4");
    expect_column("prtMarkerSuppliesLevel", "1.3.6.1.2.1.43.11.1.1.9");
    expect_column("prtMarkerColorantValue", "1.3.6.1.2.1.43.12.1.1.4");
    expect_column("prtMediaPathType", "1.3.6.1.2.1.43.13.4.1.9");
    expect_column("prtConsoleDisplayBufferText", "1.3.6.1.2.1.43.16.5.1.2");
    expect_column("prtConsoleOnTime", "1.3.6.1.2.1.43.17.6.1.2");
    expect_column("prtAlertDescription", "1.3.6.1.2.1.43.18.1.1.8");
}

Test(object, every_object_is_found_by_its_id)
{
    size_t count;
    const struct object *all = object_all(&count);
    cr_assert_gt(count, 100);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(object_find(all[i].id), &all[i], "%s", all[i].name);
    }
}

Test(object, unknown_ids_are_not_found)
{
    cr_assert_null(object_find(0));
    cr_assert_null(object_find(8));
    cr_assert_null(object_find(OBJECT_ID_LIMIT - 1));
    cr_assert_null(object_find(OBJECT_ID_LIMIT));
    cr_assert_null(object_find(UINT32_MAX));
}

Test(object, names_and_columns_are_unique)
{
    size_t count;
    const struct object *all = object_all(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            cr_assert_str_neq(all[i].name, all[j].name);
            cr_assert_not(bytes_equal(all[i].column, all[j].column), "%s, %s", all[i].name,
                          all[j].name);
        }
    }
}

Test(object, objects_of_a_table_stand_together_and_have_a_key)
{
    size_t count;
    const struct object *all = object_all(&count);
    bool is_closed[OBJECT_TABLE_COUNT] = {false};
    bool has_key[OBJECT_TABLE_COUNT] = {false};
    for (size_t i = 0; i < count; i++) {
        cr_assert_not(is_closed[all[i].table], "%s stands apart", all[i].name);
        has_key[all[i].table] |= all[i].role == OBJECT_ROLE_KEY;
        if (i + 1 < count && all[i + 1].table != all[i].table) {
            is_closed[all[i].table] = true;
        }
    }
    for (size_t i = 0; i < OBJECT_TABLE_COUNT; i++) {
        cr_assert(has_key[i], "%s", object_table_find((enum object_table_id)i)->name);
    }
}

Test(object, tables_know_whether_they_are_of_the_printer_mib)
{
    cr_assert_str_eq(object_table_find(OBJECT_TABLE_SUPPLY)->name, "prtMarkerSuppliesTable");
    cr_assert(object_table_find(OBJECT_TABLE_SUPPLY)->is_printer_mib);
    cr_assert(object_table_find(OBJECT_TABLE_GENERAL)->is_printer_mib);
    cr_assert_not(object_table_find(OBJECT_TABLE_HR_PRINTER)->is_printer_mib);
    cr_assert_not(object_table_find(OBJECT_TABLE_SYSTEM)->is_printer_mib);
    for (size_t i = 0; i < OBJECT_TABLE_COUNT; i++) {
        cr_assert_gt(object_table_find((enum object_table_id)i)->first_rows_guess, 0);
    }
}

Test(object, kinds_and_paces_follow_the_list)
{
    cr_assert_eq(object_find(OBJECT_SUPPLY_LEVEL)->kind, OBJECT_KIND_NUMBER);
    cr_assert_eq(object_find(OBJECT_SUPPLY_LEVEL)->pace, OBJECT_PACE_MOVING);
    cr_assert_eq(object_find(OBJECT_SUPPLY_LEVEL)->role, OBJECT_ROLE_KEY);
    cr_assert_eq(object_find(OBJECT_SUPPLY_CLASS)->role, OBJECT_ROLE_PLAIN);
    cr_assert_eq(object_find(OBJECT_SYS_OBJECT_ID)->kind, OBJECT_KIND_OID);
    cr_assert_eq(object_find(OBJECT_CONSOLE_TEXT)->kind, OBJECT_KIND_CONSOLE_TEXT);
    cr_assert_eq(object_find(OBJECT_HR_PRINTER_ERROR_STATE)->kind, OBJECT_KIND_BITS);
    cr_assert_eq(object_find(OBJECT_GENERAL_SERIAL_NUMBER)->pace, OBJECT_PACE_STATIC);
}
