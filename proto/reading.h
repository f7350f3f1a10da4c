/*
 * A reading: what a device's records mean. Decoded by one pure function from the static and the
 * moving record, so the same bytes always give the same reading, today or from the store in a year.
 *
 * What the device did not give is absent (NULL, READING_ABSENT, an empty list): nothing is
 * invented. Texts are cleaned UTF-8 (proto/text). All memory belongs to the reading's arena and
 * lives until reading_reset or reading_fini; one reading is reused for thousands of devices
 * without allocating once its arena has grown.
 * Sources: RFC 2790, RFC 3805, devices named at the rules.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "proto/record.h"

#define READING_ABSENT         INT64_MIN
#define READING_INDEX_TEXT_MAX 48
#define READING_KEY_MAX        80
/* A device has at most this many identity keys today. */
#define READING_KEYS_MAX 2
/* Printers behind one address; print servers have three or four ports. */
#define READING_PRINTERS_MAX 16
/* Rows of one table beyond this are ignored: a hostile device does not fill the memory. */
#define READING_ROWS_MAX 512

struct reading_identity {
    char id[20];        /* stable hex id from the strongest key; "" when there is no key */
    const char *vendor; /* from sysObjectID's enterprise and the texts; NULL unknown */
    const char *model;
    const char *serial; /* cleaned; NULL when absent or a placeholder ("unknown", "0000") */
    const char *name;   /* sysName, else prtGeneralPrinterName */
    const char *location;
    const char *contact;
    char mac[18]; /* "aa:bb:cc:dd:ee:ff", "" when absent */
    const char *firmware;
    const char *asset_tag;   /* NULL: no standard object holds it */
    const char *object_id;   /* dotted text */
    const char *description; /* sysDescr */
};

enum reading_supply_state {
    READING_SUPPLY_UNKNOWN,
    READING_SUPPLY_OK,
    READING_SUPPLY_LOW,      /* percent at or below 20 and above 5 */
    READING_SUPPLY_VERY_LOW, /* percent at or below 5 and above 1 */
    READING_SUPPLY_EMPTY,    /* percent at or below 1; a receptacle: full */
};

struct reading_supply {
    char index[READING_INDEX_TEXT_MAX]; /* "1.1" */
    const char *name;                   /* as the device says it */
    /* The name for people: without part number and serial, by the vendor's profile; the name itself
     * without one. */
    const char *label;
    const char *color;  /* "black", ...; NULL when it is not tied to one colour */
    int64_t class_code; /* as the device said it, READING_ABSENT if not */
    /* "consumed" or "receptacle", inferred where the device does not say it; never NULL */
    const char *class_name;
    int64_t type_code;
    const char *type_name; /* "toner", ...; NULL absent */
    int64_t unit_code;
    const char *unit_name;
    int64_t capacity; /* raw, -1/-2 as they stand */
    int64_t level;    /* raw, -1/-2/-3 as they stand */
    int percent;      /* 0..100, -1 = cannot be known; of a receptacle: what is free */
    /* "unit-percent", "ratio", "assumed-percent", "some-left", ...; never NULL */
    const char *percent_rule;
    enum reading_supply_state state;
    /* By the vendor's profile; NULL and READING_ABSENT without one. */
    const char *part;   /* part number */
    const char *serial; /* of the cartridge */
    int64_t pages_left; /* as the device estimates them */
};

struct reading_tray {
    char index[READING_INDEX_TEXT_MAX];
    const char *name;
    const char *description;
    const char *media;
    const char *media_type;
    const char *vendor;
    const char *model;
    const char *serial;
    int64_t type_code;
    int64_t unit_code;
    const char *unit_name;
    int64_t capacity;
    int64_t level;       /* inputs: current level; outputs: remaining capacity */
    int64_t status;      /* PrtSubUnitStatusTC */
    int64_t feed, xfeed; /* chosen media dimensions, else declared, in dim_unit */
    int64_t dim_unit;
    int64_t media_weight;
    const char *media_color;
    bool
        is_pseudo; /* no tray but a way to choose one (Brother's "AUTO"), by the vendor's profile */
};

struct reading_cover {
    char index[READING_INDEX_TEXT_MAX];
    const char *description;
    int64_t status_code;
    const char *status_name; /* "coverOpen", ... */
};

struct reading_marker {
    char index[READING_INDEX_TEXT_MAX];
    int64_t tech_code;
    const char *tech_name;
    int64_t unit_code;
    const char *unit_name; /* "impressions", "sheets", ... */
    int64_t life_count;
    int64_t power_on_count;
    int64_t process_colorants;
    int64_t spot_colorants;
    int64_t status;
};

struct reading_media_path {
    char index[READING_INDEX_TEXT_MAX];
    const char *description;
    int64_t type_code;
    const char *type_name;
    int64_t max_speed;
    int64_t speed_unit_code;
    const char *speed_unit_name;
    int64_t status;
};

struct reading_interface {
    char index[READING_INDEX_TEXT_MAX];
    const char *description;
    int64_t type_code;
    int64_t speed;
    char mac[18];
    int64_t oper_status;
};

struct reading_alert {
    char index[READING_INDEX_TEXT_MAX]; /* "1.7" */
    int64_t severity_code;
    const char *severity_name; /* "critical", "warning", ... */
    int64_t training;
    int64_t group_code;
    const char *group_name; /* "markerSupplies", ... */
    int64_t group_index;
    int64_t code;
    const char *code_name; /* "markerTonerAlmostEmpty"; NULL unknown code */
    int64_t location;
    const char *description;
    int64_t since_ticks;
    bool is_fault; /* false for Sleep, Idle, powerUp and their like */
};

/* A counter a customer is billed by. Of several with one key, that is of one thing counted by the
 * standard and by the vendor, the first is the one that counts. Keys are "total", "mono", "color",
 * "print", "copy", "scan", "fax", "duplex" and whatever a profile adds. */
struct reading_meter {
    const char *key;
    int64_t value;
    const char *unit_name; /* "impressions", "sheets", ...; NULL absent */
    uint8_t object;        /* enum object_id it came from; 0 = none of the standard's */
    char index[READING_INDEX_TEXT_MAX];
    struct bytes oid; /* BER of the private instance it came from; empty: object and index tell,
                         or it was derived from other meters */
};

/* Why a value is what it is; collected only when asked for. */
struct reading_why {
    const char *field;  /* "supplies[1.1].percent", "identity.vendor" */
    const char *value;  /* as shown; NULL absent */
    const char *oid;    /* dotted, the instance that was read; NULL for derived values */
    const char *object; /* MIB name of the object; NULL for derived values */
    const char *raw;    /* the raw value: number, quoted text with escapes, or hex */
    const char *rule;   /* what turned raw into value */
};

struct reading_condition {
    const char *device;  /* "unknown", "running", "warning", "testing", "down"; NULL absent */
    const char *printer; /* "other", "unknown", "idle", "printing", "warmup"; NULL absent */
    /* from both and the alerts, the worst first: "offline", "error", "printing", "warmup", "idle",
     * "standby", "unknown" */
    const char *state;
    const char *errors[16]; /* names of the bits that are set */
    size_t error_count;
    const char **display; /* console lines, trimmed, empty ones left out */
    size_t display_count;
};

struct reading_arena; /* opaque */
struct profile;
struct profile_set;

struct reading {
    struct record_header
        header;      /* of the moving record, or of the static one if there is no other */
    bool is_printer; /* a row of the Printer-MIB was seen */
    struct reading_identity identity;
    struct reading_condition condition;
    int64_t uptime_ticks;
    int64_t config_changes;
    int64_t hr_device_index; /* index d of the printer; READING_ABSENT unknown */
    /* Index d of every printer behind the address, in order; more than one is a print server, and
     * the rest of the reading is about d. */
    uint32_t printers[READING_PRINTERS_MAX];
    size_t printer_count;
    struct reading_meter *meters;
    size_t meter_count;
    struct reading_supply *supplies;
    size_t supply_count;
    struct reading_tray *trays;
    size_t tray_count;
    struct reading_tray *outputs;
    size_t output_count;
    struct reading_cover *covers;
    size_t cover_count;
    struct reading_marker *markers;
    size_t marker_count;
    struct reading_media_path *media_paths;
    size_t media_path_count;
    struct reading_interface *interfaces;
    size_t interface_count;
    struct reading_alert *alerts;
    size_t alert_count;
    struct reading_why *why; /* empty unless reading_decode was asked for it */
    size_t why_count;
    const struct profile_set *profiles; /* see reading_use_profiles */
    const struct profile *profile;      /* of the device; NULL none */
    struct reading_arena *arena;
};

/* Prepares an empty reading. Returns: 0 or -ENOMEM. */
BASE_MUST_CHECK int reading_init(struct reading *reading);

/* Frees everything. */
void reading_fini(struct reading *reading);

/* Has readings decoded with what is known of vendors. profiles: linked, NULL = the standard alone
 * (as after reading_init); it must live as long as it is used, and keys, units and rules of a
 * reading are its own. Stays over reading_reset. */
void reading_use_profiles(struct reading *reading, const struct profile_set *profiles);

/* Forgets what was decoded; the memory is kept for the next device. */
void reading_reset(struct reading *reading);

/* Decodes the records of one device into `reading`, which is reset first.
 * static_part, moving_part: whole records; either may be empty (size 0), e.g. for a device that
 * never answered. Entries are taken from both whatever their pace, the moving part winning.
 * The records are borrowed during the call only: texts are copied into the arena.
 * with_why: also fill reading->why.
 * Returns: 0; BASE_EFORMAT or BASE_EVERSION for damaged records; -ENOMEM. */
BASE_MUST_CHECK int reading_decode(struct reading *reading, struct bytes static_part,
                                   struct bytes moving_part, bool with_why);

/* Writes the identity keys of the device, strongest first: "serial:VENDOR:NUMBER" (vendor in small
 * letters, number in capitals without blanks, dashes, dots and underscores), then "mac:HEX" unless
 * it is locally administered. An address is no key: it only names a device until it says who it is.
 * identity.id is 16 hex digits of hash64 (core/base) over the first key, or over
 * "address:ADDRESS:PORT" when there is none. Texts of keys and the hash are for ever: stores hold
 * them.
 * Returns: how many keys were written, at most cap. */
size_t reading_keys(const struct reading *reading, char keys[][READING_KEY_MAX], size_t cap);

/* Returns: "unknown", "ok", "low", "verylow", "empty" (for a receptacle "full"). */
const char *reading_supply_state_name(const struct reading_supply *supply);

/* Name of an alert code (IANA-PRINTER-MIB and the arithmetic of finisher codes); NULL unknown. */
const char *reading_alert_code_name(int64_t code);
