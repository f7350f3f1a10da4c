/*
 * How one printer model is described: the rows of its MIB tables and the habits of its vendor.
 *
 * The data stands in models_*.c, one struct sim_spec a model; model.c expands it into a struct
 * sim_mib. The shapes and habits follow what real devices of the vendor answer (which rows, units,
 * gaps in indexes, colour order, absent columns); all identities, texts and numbers are our own.
 *
 * Text patterns (any `const char *` marked pattern): %s serial number, %m MAC in upper-case hex,
 * %n MAC in lower-case hex, %h its last six digits, %d device number, %c serial of the cartridge
 * that sits in the row now, %x the same in hex pairs.
 */
#pragma once

#include "bench/sim/sim.h"

/* Habits that no other row tells. */
enum sim_habit {
    SIM_HABIT_NUL_PADDING = 1 << 0,     /* JetDirect: serial, names and supply texts end in NUL */
    SIM_HABIT_V1_ONLY = 1 << 1,         /* old Canon: v2c is not answered */
    SIM_HABIT_NO_ALERT_TEXT = 1 << 2,   /* Kyocera: prtAlertDescription is empty */
    SIM_HABIT_NO_ALERT_TIME = 1 << 3,   /* Epson: the column prtAlertTime is absent */
    SIM_HABIT_ZERO_ALERT_TIME = 1 << 4, /* Brother: prtAlertTime is 0 */
    SIM_HABIT_POWER_UP_ALERT = 1 << 5,  /* Kyocera: a powerUp row stays from boot on */
    SIM_HABIT_SLEEP_ALERT = 1 << 6,     /* Brother: a row "Sleep" with severity 0 while asleep */
    SIM_HABIT_IDLE_ALERT = 1 << 7,      /* Epson: always a row "Idle", whose index rises */
    SIM_HABIT_ONE_ERROR_BYTE = 1 << 8,  /* hrPrinterDetectedErrorState of one byte */
    SIM_HABIT_INTEGER_METER = 1 << 9,   /* prtMarkerLifeCount as INTEGER */
    SIM_HABIT_NO_PRINTER = 1 << 11      /* no Printer-MIB: another kind of device */
};

/* How a level is told. */
enum sim_level {
    SIM_LEVEL_EXACT,     /* a share of the capacity */
    SIM_LEVEL_TENTHS,    /* the same in steps of a tenth of the capacity (Ricoh, Canon) */
    SIM_LEVEL_SOME,      /* -3 while something is left, else 0; capacity -2 or as given */
    SIM_LEVEL_UNKNOWN,   /* -2 */
    SIM_LEVEL_NO_MAX,    /* 0..100, but the capacity is told as -2 (Sharp) */
    SIM_LEVEL_MANUAL,    /* a bypass that is nearly always empty: 0, sub-unit status 19 */
    SIM_LEVEL_UNLIMITED, /* -1 */
};

struct sim_spec_device { /* hrDeviceTable */
    uint16_t index;
    uint8_t type; /* arc below hrDeviceTypes, 5 = printer; 0 = 0.0 */
    const char *descr;
    const char *id; /* hrDeviceID; NULL = 0.0 */
};

struct sim_spec_interface { /* ifTable */
    uint8_t index;
    uint8_t type;
    bool has_mac;
    bool is_up;
    uint32_t mtu;
    uint32_t speed;
    const char *descr;
};

struct sim_spec_language { /* prtLocalizationTable, index = position */
    const char *language;
    const char *country;
    uint16_t charset; /* IANA MIBenum */
};

struct sim_spec_input { /* prtInputTable */
    uint8_t index;
    uint8_t type;
    uint8_t unit;
    uint8_t level; /* enum sim_level */
    int32_t capacity;
    int32_t feed; /* media dimensions in the spec's input_dim_unit */
    int32_t xfeed;
    const char *name;
    const char *descr;
    const char *media;
    const char *model;
};

struct sim_spec_output { /* prtOutputTable, index = position */
    uint8_t type;
    int32_t capacity;
    int32_t remaining; /* -2, -3, or 0: a moving number below the capacity */
    const char *name;
    const char *descr;
};

struct sim_spec_supply { /* prtMarkerSuppliesTable */
    uint8_t index;
    uint8_t colorant; /* 0 = none */
    uint8_t class;    /* 3 consumed, 4 filled; 1 as some devices say by mistake */
    uint8_t type;
    uint8_t unit;
    uint8_t level; /* enum sim_level */
    int32_t capacity;
    uint32_t yield;    /* impressions that one filling lasts on average */
    const char *descr; /* pattern */
};

struct sim_spec_path { /* prtMediaPathTable, index = position */
    uint8_t type;
    uint8_t unit;
    int32_t speed;
    const char *descr;
};

struct sim_spec_channel { /* prtChannelTable, index = position */
    uint8_t type;
    const char *version;
    const char *information;
};

struct sim_spec_interpreter { /* prtInterpreterTable, index = position */
    uint8_t family;
    const char *level;
    const char *descr;
    const char *version;
};

struct sim_spec_light { /* prtConsoleLightTable, index = position */
    uint8_t color;
    bool is_attention; /* lit while an alert stands */
    const char *descr;
};

enum sim_meter {
    SIM_METER_TOTAL,
    SIM_METER_MONO,
    SIM_METER_COLOR,
    SIM_METER_PRINT,
    SIM_METER_PRINT_MONO,
    SIM_METER_PRINT_COLOR,
    SIM_METER_COPY,
    SIM_METER_COPY_MONO,
    SIM_METER_COPY_COLOR,
    SIM_METER_FAX,
    SIM_METER_SCAN,
    SIM_METER_DUPLEX,
    SIM_METER_POWER_ON,
};

/* One object outside the standard tables: a text; a meter when text is NULL; the type of a counter
 * when tag is 0, too. */
struct sim_spec_private {
    const char *oid;
    const char *text; /* pattern */
    uint8_t meter;    /* enum sim_meter; an INTEGER as it stands when tag is 0 */
    uint8_t tag;      /* enum sim_tag of the meter */
};

struct sim_spec {
    const char *name; /* what --models calls it: "xerox-c8045" */
    const char *vendor;
    const char *model;
    const char *sys_descr; /* pattern */
    const char *object_id;
    const char *sys_name; /* pattern */
    const char *serial;   /* # a digit, at least six of them; @ a letter; else as is */
    uint8_t oui[3];
    uint8_t sys_services;
    uint8_t ports;       /* of a print server: printers behind it; 0 = it is a printer */
    uint8_t marker_unit; /* 7 impressions, 8 sheets */
    uint8_t mark_tech;
    uint8_t color; /* process colorants: 1 or 4 */
    uint16_t habits;
    uint16_t resolution;
    uint32_t pages_per_day; /* of a typical one; each device has its own pace around it */
    int32_t margin;
    uint32_t general_columns; /* bit c: prtGeneral column c is there */
    uint32_t input_columns;   /* bit c: prtInput column c is there */
    uint32_t output_columns;
    uint8_t input_dim_unit;
    uint8_t console_lines;
    uint8_t console_chars;
    uint8_t default_input;
    const char *printer_name; /* NULL: the column is absent */
    const char *ready_text;   /* panel texts */
    const char *printing_text;
    const char *sleep_text;
    const char *low_text; /* alert texts, %t is what it is about */
    const char *empty_text;

    const struct sim_spec_device *devices;
    const struct sim_spec_interface *interfaces;
    const char *const *covers;
    const struct sim_spec_language *languages;
    const struct sim_spec_input *inputs;
    const struct sim_spec_output *outputs;
    const struct sim_spec_supply *supplies;
    const char *const *colorants;
    const struct sim_spec_path *paths;
    const struct sim_spec_channel *channels;
    const struct sim_spec_interpreter *interpreters;
    const struct sim_spec_light *lights;
    const struct sim_spec_private *privates;
    uint8_t device_count;
    uint8_t interface_count;
    uint8_t cover_count;
    uint8_t language_count;
    uint8_t input_count;
    uint8_t output_count;
    uint8_t supply_count;
    uint8_t colorant_count;
    uint8_t path_count;
    uint8_t channel_count;
    uint8_t interpreter_count;
    uint8_t light_count;
    uint8_t private_count;
};

/* Fills a list of struct sim_spec and its count: SIM_ROWS(input, xerox_inputs). */
#define SIM_ROWS(what, rows)  .what##s = (rows), .what##_count = sizeof(rows) / sizeof((rows)[0])
#define SIM_SUPPLY_ROWS(rows) .supplies = (rows), .supply_count = sizeof(rows) / sizeof((rows)[0])

/* Bits first..last of a column mask. */
#define SIM_COLUMNS(first, last)                                                                   \
    ((uint32_t)(((uint64_t)1 << ((last) + 1)) - ((uint64_t)1 << (first))))
