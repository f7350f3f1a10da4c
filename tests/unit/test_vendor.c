#include <stdio.h>

#include <criterion/criterion.h>

#include "proto/oid.h"
#include "proto/vendor.h"

static struct bytes oid(const char *dotted)
{
    static uint8_t octets[OID_BER_MAX];
    size_t size;

    cr_assert_eq(oid_from_text(dotted, octets, sizeof(octets), &size), 0);
    return bytes_of(octets, size);
}

static void expect_vendor(const char *dotted, const char *vendor)
{
    const char *found = vendor_of_object_id(oid(dotted));

    cr_expect(vendor == NULL ? found == NULL : found != NULL && strcmp(found, vendor) == 0,
              "%s: %s", dotted, found);
}

Test(vendor, is_found_by_enterprise)
{
    expect_vendor("1.3.6.1.4.1.253.8.62.1.20.6.34.2.1", "Xerox");
    expect_vendor("1.3.6.1.4.1.11.2.3.9.1", "HP");
    expect_vendor("1.3.6.1.4.1.2", "IBM");
    expect_vendor("1.3.6.1.4.1.44932", "Panasonic");
    expect_vendor("1.3.6.1.4.1.18334.1.1.1.2.1.181.2.4", "Konica Minolta");
}

Test(vendor, of_a_branch_differs_from_its_enterprise)
{
    expect_vendor("1.3.6.1.4.1.18334.1.2.1.2.1.50.2.2", "Develop");
    expect_vendor("1.3.6.1.4.1.297.1.11.93.2.1.2.3.5", "FUJIFILM");
    expect_vendor("1.3.6.1.4.1.297.1.11.93.1.35.34.7.1", "Fuji Xerox");
}

Test(vendor, is_unknown_for_foreign_and_broken_identifiers)
{
    expect_vendor("1.3.6.1.4.1.8072.3.2.10", NULL);
    expect_vendor("1.3.6.1.4.1", NULL);
    expect_vendor("0.0", NULL);
    expect_vendor("2.287695022.5", NULL);
    cr_expect_null(vendor_of_object_id(bytes_of(NULL, 0)));
    cr_expect_null(
        vendor_of_object_id(bytes_of("\x2b\x06\x01\x04\x01\x8f\xff\xff\xff\xff\xff", 11)));
}

Test(vendor, of_mixed_enterprises_does_not_make_printers_only)
{
    cr_expect(vendor_makes_printers(oid("1.3.6.1.4.1.641.1.71106749")));
    cr_expect_not(vendor_makes_printers(oid("1.3.6.1.4.1.674.10902.2")));
    cr_expect_not(vendor_makes_printers(oid("1.3.6.1.4.1.8072.3.2.10")));
}

Test(vendor, knows_devices_that_are_no_printers)
{
    cr_expect(vendor_is_other_device(oid("1.3.6.1.4.1.1248.4.1"), NULL));
    cr_expect(vendor_is_other_device(oid("1.3.6.1.4.1.258.601.3"), NULL));
    cr_expect(vendor_is_other_device(oid("1.3.6.1.4.1.1248.1.1.2"),
                                     "EPSON 10/100/1000 Ethernet USB Ext. Scan Server"));
    cr_expect_not(vendor_is_other_device(oid("1.3.6.1.4.1.1248.1.1.2"), "EPSON Built-in"));
    cr_expect_not(vendor_is_other_device(oid("1.3.6.1.4.1.258.406.3.1.2"), NULL));
}

Test(vendor, is_found_by_badge_whatever_its_case)
{
    size_t rest;

    cr_expect_str_eq(vendor_of_badge("RICOH Aficio MP 201", &rest), "Ricoh");
    cr_expect_eq(rest, 6);
    cr_expect_str_eq(vendor_of_badge("fuji xerox ApeosPort", &rest), "Fuji Xerox");
    cr_expect_eq(rest, 11);
    cr_expect_str_eq(vendor_of_badge("HP", &rest), "HP");
    cr_expect_null(vendor_of_badge("HPUX something", &rest));
    cr_expect_eq(rest, 0);
    cr_expect_null(vendor_of_badge("", &rest));
}

/* The first and the last of their letter, and letters that are alone. */
Test(vendor, badges_of_every_letter_are_found)
{
    static const char *const badges[] = {
        "Avery Dennison", "Axis",    "Brother", "Canon",   "Dascom",  "Epson", "Fargo", "FUJIFILM",
        "Gestetner",      "HP",      "KYOCERA", "Lanier",  "Lexmark", "NRG",   "OKI",   "Olivetti",
        "Pantum",         "Samsung", "Star",    "Toshiba", "TSC",     "UTAX",  "Xerox", "Zebra",
    };
    size_t rest;

    for (size_t i = 0; i < BASE_ARRAY_COUNT(badges); i++) {
        cr_expect_not_null(vendor_of_badge(badges[i], &rest), "%s", badges[i]);
        cr_expect_eq(rest, strlen(badges[i]));
    }
    cr_expect_null(vendor_of_badge("Quick", &rest));
    cr_expect_null(vendor_of_badge("@HP", &rest));
    cr_expect_null(vendor_of_badge("~", &rest));
}

/* Brands that answer as Ricoh's enterprise. */
Test(vendor, of_the_ricoh_family_is_the_badge)
{
    static const char *const brands[] = {"Ricoh",     "Gestetner", "Lanier",  "NRG",
                                         "Nashuatec", "Savin",     "Infotec", "Rex-Rotary"};

    for (size_t i = 0; i < BASE_ARRAY_COUNT(brands); i++) {
        struct vendor_description told;
        char text[128];
        snprintf(text, sizeof(text), "%s MP C4503 1.18 / %s Network Printer C model", brands[i],
                 brands[i]);
        vendor_describe(text, &told);
        cr_assert_not_null(told.vendor, "%s", text);
        cr_expect_str_eq(told.vendor, brands[i]);
        cr_expect(bytes_equal(told.model, bytes_from_text("MP C4503")));
        cr_expect(bytes_equal(told.firmware, bytes_from_text("1.18")));
    }
}

static void expect_description(const char *text, const char *model, const char *firmware,
                               const char *serial)
{
    struct vendor_description told;

    vendor_describe(text, &told);
    cr_expect(bytes_equal(told.model, bytes_from_text(model)), "%s: model %.*s", text,
              (int)told.model.size, told.model.data);
    cr_expect(bytes_equal(told.firmware, bytes_from_text(firmware)), "%s: firmware %.*s", text,
              (int)told.firmware.size, told.firmware.data);
    cr_expect(bytes_equal(told.serial, bytes_from_text(serial)), "%s: serial %.*s", text,
              (int)told.serial.size, told.serial.data);
}

Test(vendor, patterns_of_descriptions_give_model_firmware_and_serial)
{
    expect_description("HP ETHERNET MULTI-ENVIRONMENT,SN:VNC12345,FN:4Q817L4,SVCID:31339,"
                       "PID:HP LaserJet MFP M130nw",
                       "LaserJet MFP M130nw", "", "VNC12345");
    expect_description("HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD149,EEPROM JDI99", "",
                       "", "");
    expect_description("Xerox AltaLink C8045; SS 072.060.134.32804, NC 072.064.32804, UI 072",
                       "AltaLink C8045", "072.060.134.32804", "");
    expect_description("Xerox Color 570;System 55.40.61,ESS1.208.6,IOT 64.24.0,SSMI1.16.0",
                       "Color 570", "55.40.61", "");
    expect_description("Xerox Phaser 6180DN;PS3015.103,Net 36.23,OS 1;SN ABC123456",
                       "Phaser 6180DN", "", "ABC123456");
    expect_description("FUJI XEROX ApeosPort-VI C4471;ESS1.0.217,IOT 52.54.1", "ApeosPort-VI C4471",
                       "1.0.217", "");
    expect_description("Lexmark T640 version NS.NP.N219 kernel 2.6.6 All-N-1", "T640", "NS.NP.N219",
                       "");
    expect_description("Samsung CLX-3170 Series;V1.00.01.64 Sep-27-2010;Engine 1.77.81;NIC V4;"
                       "S/N Z6XXBAAA000AAAA",
                       "CLX-3170 Series", "V1.00.01.64", "Z6XXBAAA000AAAA");
    expect_description("OKI OkiLAN 9450g Rev.00.69 10/100/1000BASE Ethernet PrintServer: Attached "
                       "to MC873 Rev.07.87 : Copyright (c) 2015 Oki Data Corporation.",
                       "MC873", "07.87", "");
    expect_description("Brother NC-8700w, Firmware Ver.Y ,MID 84E-822", "", "", "");
    expect_description("Canon TM-5300 /P", "TM-5300", "", "");
    expect_description("MFG:Pantum;CMD:GDI;MDL:Pantum M6500W;CLS:PRINTER;", "M6500W", "", "");
    expect_description("KYOCERA Document Solutions Printing System", "", "", "");
    expect_description("EPSON Built-in 10Base-T/100Base-TX/1000Base-T Print Server", "", "", "");
    expect_description("Linux some.host 4.9.0 #1 SMP x86_64", "", "", "");
    expect_description("Dell version kernel", "version kernel", "", "");
    expect_description("Xerox", "", "", "");
    expect_description("", "", "", "");
}

Test(vendor, model_of_a_device_text_has_no_badge)
{
    struct bytes model = vendor_model("Brother HL-L8260CDW series");

    cr_expect(bytes_equal(model, bytes_from_text("HL-L8260CDW series")));
    cr_expect_eq(vendor_model("Generic 28C-1").size, 0);
    cr_expect_eq(vendor_model("").size, 0);
    cr_expect_eq(vendor_model("Xerox Some device with a description that is far too long to be "
                              "the name of any model at all")
                     .size,
                 0);
}
