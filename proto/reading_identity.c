/*
 * Which device is it: the printer's row, whether it is a printer at all, and its identity.
 * Sources: RFC 1213, RFC 2790, RFC 3805; devices named at the rules.
 */
#include "proto/gate.h"
#include "proto/oid.h"
#include "proto/reading_internal.h"
#include "proto/reading_keys.h"
#include "proto/vendor.h"

#define IF_TYPE_ETHERNET 6
#define IF_TYPE_ISO88023 7 /* what Brother calls its Ethernet */
#define IF_STATUS_UP     1

/* What the identity is put together from. */
struct sources {
    const struct reading_row *system;
    struct bytes object_id;         /* size 0 absent */
    struct vendor_description told; /* by sysDescr */
    const char *device_text;        /* hrDeviceDescr; NULL absent or not the device's own */
};

#define FIELD(object, member, path)                                                                \
    {                                                                                              \
        (object), READING_FORM_TEXT, offsetof(struct reading_identity, member), 0, NULL, (path)    \
    }
static const struct reading_field system_fields[] = {
    FIELD(OBJECT_SYS_DESCR, description, "identity.description"),
    FIELD(OBJECT_SYS_NAME, name, "identity.name"),
    FIELD(OBJECT_SYS_LOCATION, location, "identity.location"),
    FIELD(OBJECT_SYS_CONTACT, contact, "identity.contact"),
};
#undef FIELD

static const struct reading_row *first_row(const struct reading_decoder *decoder,
                                           enum object_table_id table)
{
    const struct reading_grid *grid = reading_grid(decoder, table);

    return grid->count > 0 ? &grid->rows[0] : NULL;
}

/* The row whose first arc is hrDeviceIndex d. */
static const struct reading_row *row_of_device(const struct reading_decoder *decoder,
                                               enum object_table_id table, int64_t device)
{
    const struct reading_grid *grid = reading_grid(decoder, table);

    for (size_t i = 0; i < grid->count; i++) {
        if (reading_first_arc(grid->rows[i].index) == device) {
            return &grid->rows[i];
        }
    }
    return NULL;
}

static bool has_two_arcs(struct bytes index)
{
    size_t at = 0;

    while (at < index.size && index.data[at] >= 0x80) {
        at++;
    }
    return at + 1 < index.size;
}

/* hrDeviceIndex by the rows of the Printer-MIB. A row with one arc where two belong says nothing
 * (Pantum leaves the device out). */
static int64_t device_of_printer_mib(const struct reading_decoder *decoder)
{
    static const enum object_table_id tables[] = {OBJECT_TABLE_MARKER, OBJECT_TABLE_SUPPLY,
                                                  OBJECT_TABLE_INPUT, OBJECT_TABLE_OUTPUT};
    const struct reading_row *row = first_row(decoder, OBJECT_TABLE_GENERAL);

    if (row != NULL) {
        return reading_first_arc(row->index);
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(tables); i++) {
        row = first_row(decoder, tables[i]);
        if (row != NULL && has_two_arcs(row->index)) {
            return reading_first_arc(row->index);
        }
    }
    return READING_ABSENT;
}

static bool is_printer_row(const struct reading_row *row)
{
    static const uint8_t printer[] = {0x2b, 6, 1, 2, 1, 25, 3, 1, 5}; /* hrDevicePrinter */
    struct reading_cell type = reading_cell(row, OBJECT_HR_DEVICE_TYPE);

    return type.tag == GATE_OID && type.value.size == sizeof(printer) &&
           memcmp(type.value.data, printer, sizeof(printer)) == 0;
}

/* Chooses d: a device of type printer, at best the one that the Printer-MIB is about; else the
 * first hrPrinterTable row; else what the Printer-MIB is about. */
static int64_t choose_device(const struct reading_decoder *decoder)
{
    const struct reading_grid *devices = reading_grid(decoder, OBJECT_TABLE_HR_DEVICE);
    const struct reading_row *status = first_row(decoder, OBJECT_TABLE_HR_PRINTER);
    int64_t by_rows = device_of_printer_mib(decoder);
    int64_t chosen = READING_ABSENT;

    for (size_t i = 0; i < devices->count; i++) {
        int64_t device = reading_first_arc(devices->rows[i].index);
        if (is_printer_row(&devices->rows[i]) && (chosen == READING_ABSENT || device == by_rows)) {
            chosen = device;
        }
    }
    if (chosen == READING_ABSENT && status != NULL) {
        chosen = reading_first_arc(status->index);
    }
    return chosen != READING_ABSENT ? chosen : by_rows;
}

/* MIBenum of a row of prtLocalizationTable; of the first one when the device names none. */
static int64_t charset_of_row(const struct reading_decoder *decoder, int64_t localization)
{
    const struct reading_grid *grid = reading_grid(decoder, OBJECT_TABLE_LOCALIZATION);

    for (size_t i = 0; i < grid->count; i++) {
        if (localization == READING_ABSENT ||
            reading_last_arc(grid->rows[i].index) == localization) {
            int64_t charset = reading_number(&grid->rows[i], OBJECT_LOCALIZATION_CHARSET);
            return charset != READING_ABSENT ? charset : TEXT_CHARSET_NONE;
        }
    }
    return TEXT_CHARSET_NONE;
}

static void add_printer(struct reading *out, uint32_t device)
{
    size_t at = out->printer_count;

    for (size_t i = 0; i < out->printer_count; i++) {
        if (out->printers[i] == device) {
            return;
        }
    }
    if (at == READING_PRINTERS_MAX) {
        return;
    }
    for (; at > 0 && out->printers[at - 1] > device; at--) {
        out->printers[at] = out->printers[at - 1];
    }
    out->printers[at] = device;
    out->printer_count++;
}

/* A printer has a row of its own in prtGeneralTable, or markers and a row in hrPrinterTable. */
static void find_printers(struct reading_decoder *decoder)
{
    const struct reading_grid *general = reading_grid(decoder, OBJECT_TABLE_GENERAL);
    const struct reading_grid *markers = reading_grid(decoder, OBJECT_TABLE_MARKER);

    for (size_t i = 0; i < general->count; i++) {
        add_printer(decoder->out, reading_first_arc(general->rows[i].index));
    }
    for (size_t i = 0; i < markers->count; i++) {
        uint32_t device = reading_first_arc(markers->rows[i].index);
        if (has_two_arcs(markers->rows[i].index) &&
            row_of_device(decoder, OBJECT_TABLE_HR_PRINTER, device) != NULL) {
            add_printer(decoder->out, device);
        }
    }
}

static void find_device(struct reading_decoder *decoder)
{
    struct reading *out = decoder->out;

    find_printers(decoder);
    out->hr_device_index = choose_device(decoder);
    decoder->device = row_of_device(decoder, OBJECT_TABLE_HR_DEVICE, out->hr_device_index);
    decoder->general = row_of_device(decoder, OBJECT_TABLE_GENERAL, out->hr_device_index);
    if (decoder->general == NULL) {
        decoder->general = first_row(decoder, OBJECT_TABLE_GENERAL);
    }
    decoder->charset =
        charset_of_row(decoder, reading_number(decoder->general, OBJECT_GENERAL_LOCALIZATION));
    decoder->console_charset =
        charset_of_row(decoder, reading_number(decoder->general, OBJECT_CONSOLE_LOCALIZATION));
}

/* A marker, supply, input or general row makes a printer. Another row of the Printer-MIB does so
 * unless the agent is known to be of another kind: hosts with print software answer some of it.
 * hrDevicePrinter alone does not (servers, BMCs and Windows have such rows). */
static bool is_printer(const struct reading_decoder *decoder, const struct sources *sources)
{
    static const enum object_table_id weak[] = {OBJECT_TABLE_COVER,      OBJECT_TABLE_LOCALIZATION,
                                                OBJECT_TABLE_OUTPUT,     OBJECT_TABLE_COLORANT,
                                                OBJECT_TABLE_MEDIA_PATH, OBJECT_TABLE_CONSOLE,
                                                OBJECT_TABLE_LIGHT,      OBJECT_TABLE_ALERT};
    bool is_refused;

    if (first_row(decoder, OBJECT_TABLE_MARKER) != NULL ||
        first_row(decoder, OBJECT_TABLE_SUPPLY) != NULL) {
        return true;
    }
    is_refused = vendor_is_other_device(sources->object_id, decoder->out->identity.description);
    if (first_row(decoder, OBJECT_TABLE_INPUT) != NULL ||
        first_row(decoder, OBJECT_TABLE_GENERAL) != NULL) {
        return !is_refused;
    }
    if (sources->object_id.size > 0 && !vendor_makes_printers(sources->object_id)) {
        return false;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(weak); i++) {
        if (first_row(decoder, weak[i]) != NULL) {
            return !is_refused;
        }
    }
    return false;
}

static void decode_vendor(struct reading_decoder *decoder, const struct sources *sources)
{
    struct reading_identity *identity = &decoder->out->identity;
    struct reading_cell device_id = reading_cell(decoder->device, OBJECT_HR_DEVICE_ID);
    size_t rest;

    if (sources->device_text != NULL) {
        identity->vendor = vendor_of_badge(sources->device_text, &rest);
    }
    if (identity->vendor != NULL) {
        reading_why(decoder, "identity.vendor", decoder->device, OBJECT_HR_DEVICE_DESCR,
                    identity->vendor, "brand at the start of hrDeviceDescr");
        return;
    }
    identity->vendor = sources->told.vendor;
    if (identity->vendor != NULL) {
        reading_why(decoder, "identity.vendor", sources->system, OBJECT_SYS_DESCR, identity->vendor,
                    "brand at the start of sysDescr");
        return;
    }
    identity->vendor = vendor_of_object_id(sources->object_id);
    if (identity->vendor != NULL) {
        reading_why(decoder, "identity.vendor", sources->system, OBJECT_SYS_OBJECT_ID,
                    identity->vendor, "IANA enterprise number in sysObjectID");
        return;
    }
    if (decoder->out->is_printer && device_id.tag == GATE_OID) {
        identity->vendor = vendor_of_object_id(device_id.value);
    }
    if (identity->vendor != NULL) {
        reading_why(decoder, "identity.vendor", decoder->device, OBJECT_HR_DEVICE_ID,
                    identity->vendor, "IANA enterprise number in hrDeviceID");
    }
}

/* sysDescr's model is the better one when hrDeviceDescr only adds to it (Lexmark engines append
 * serial and firmware: "Dell S5830dn 7XQ1R92 LW62.DN4.P636"). */
static bool is_extended(struct bytes model, const struct vendor_description *told)
{
    return told->firmware.size > 0 && told->model.size > 0 && model.size > told->model.size &&
           memcmp(model.data, told->model.data, told->model.size) == 0 &&
           model.data[told->model.size] == ' ';
}

static void decode_model(struct reading_decoder *decoder, const struct sources *sources)
{
    struct reading_identity *identity = &decoder->out->identity;
    struct bytes model = bytes_of(NULL, 0);
    const char *name;

    if (sources->device_text != NULL) {
        model = vendor_model(sources->device_text);
    }
    if (model.size > 0 && !is_extended(model, &sources->told)) {
        identity->model = reading_copy(decoder, model);
        reading_why(decoder, "identity.model", decoder->device, OBJECT_HR_DEVICE_DESCR,
                    identity->model, "hrDeviceDescr of the printer without its brand");
        return;
    }
    if (sources->told.model.size > 0) {
        identity->model = reading_copy(decoder, sources->told.model);
        reading_why(decoder, "identity.model", sources->system, OBJECT_SYS_DESCR, identity->model,
                    "model in the vendor's pattern of sysDescr");
        return;
    }
    name = reading_private_text(decoder, PROFILE_MODEL, "identity.model");
    if (name != NULL) {
        model = vendor_model(name);
        identity->model = model.size > 0 ? reading_copy(decoder, model) : name;
        return;
    }
    name = reading_text(decoder, decoder->general, OBJECT_GENERAL_PRINTER_NAME);
    if (name != NULL) {
        identity->model = reading_copy(decoder, vendor_model(name));
    }
    if (identity->model != NULL) {
        reading_why(decoder, "identity.model", decoder->general, OBJECT_GENERAL_PRINTER_NAME,
                    identity->model, "no description names a model: prtGeneralPrinterName");
    }
}

static void decode_serial(struct reading_decoder *decoder, const struct sources *sources)
{
    struct reading_identity *identity = &decoder->out->identity;
    const char *serial = reading_text(decoder, decoder->general, OBJECT_GENERAL_SERIAL_NUMBER);

    if (serial != NULL) {
        serial = reading_unpadded(decoder, bytes_from_text(serial));
    }
    if (serial != NULL && reading_serial_is_usable(serial)) {
        identity->serial = serial;
        reading_why(decoder, "identity.serial", decoder->general, OBJECT_GENERAL_SERIAL_NUMBER,
                    serial, "prtGeneralSerialNumber, padding removed");
        return;
    }
    if (serial != NULL) {
        reading_why(decoder, "identity.serial", decoder->general, OBJECT_GENERAL_SERIAL_NUMBER,
                    NULL, "serial refused: a placeholder or too short to identify a device");
    }
    identity->serial = reading_private_text(decoder, PROFILE_SERIAL, "identity.serial");
    if (identity->serial != NULL) {
        return;
    }
    serial = reading_unpadded(decoder, sources->told.serial);
    if (serial != NULL && reading_serial_is_usable(serial)) {
        identity->serial = serial;
        reading_why(decoder, "identity.serial", sources->system, OBJECT_SYS_DESCR, serial,
                    "serial in the vendor's pattern of sysDescr");
    }
}

/* The interface with that ifIndex, if its address is fit to identify a device. */
static const struct reading_row *interface_by_number(const struct reading_decoder *decoder,
                                                     int64_t number)
{
    const struct reading_grid *grid = reading_grid(decoder, OBJECT_TABLE_INTERFACE);
    char mac[18];

    for (size_t i = 0; i < grid->count; i++) {
        if (reading_last_arc(grid->rows[i].index) == number) {
            reading_mac(reading_cell(&grid->rows[i], OBJECT_IF_PHYS_ADDRESS), mac);
            return mac[0] != '\0' ? &grid->rows[i] : NULL;
        }
    }
    return NULL;
}

/* The interface that owns the polled IPv4 address. */
static const struct reading_row *interface_by_address(const struct reading_decoder *decoder)
{
    const struct record_header *header = &decoder->out->header;
    uint8_t index[8];
    size_t size = 0;
    int64_t number;

    if (header->address_family != 4) {
        return NULL;
    }
    for (size_t i = 0; i < 4; i++) {
        if (header->address[i] >= 0x80) {
            index[size++] = 0x81;
        }
        index[size++] = header->address[i] & 0x7f;
    }
    number =
        reading_number(reading_row_find(decoder, OBJECT_TABLE_IP_ADDRESS, bytes_of(index, size)),
                       OBJECT_IP_AD_ENT_IF_INDEX);
    return interface_by_number(decoder, number);
}

/* Choice without the polled address: the only Ethernet interface that is up, else the first one
 * that has a speed, else the first with a usable address at all (speed is 0 on some live ports). */
static const struct reading_row *interface_by_state(const struct reading_decoder *decoder)
{
    const struct reading_grid *grid = reading_grid(decoder, OBJECT_TABLE_INTERFACE);
    const struct reading_row *up = NULL;
    const struct reading_row *fast = NULL;
    const struct reading_row *any = NULL;
    size_t up_count = 0;
    char mac[18];

    for (size_t i = grid->count; i-- > 0;) {
        const struct reading_row *row = &grid->rows[i];
        int64_t type = reading_number(row, OBJECT_IF_TYPE);
        reading_mac(reading_cell(row, OBJECT_IF_PHYS_ADDRESS), mac);
        if (mac[0] == '\0') {
            continue;
        }
        any = row;
        if (reading_number(row, OBJECT_IF_SPEED) > 0) {
            fast = row;
        }
        if ((type == IF_TYPE_ETHERNET || type == IF_TYPE_ISO88023) &&
            reading_number(row, OBJECT_IF_OPER_STATUS) == IF_STATUS_UP) {
            up = row;
            up_count++;
        }
    }
    return up_count == 1 ? up : fast != NULL ? fast : any;
}

static void decode_mac(struct reading_decoder *decoder)
{
    struct reading_identity *identity = &decoder->out->identity;
    const struct reading_row *row = interface_by_address(decoder);
    const char *rule = "interface that owns the polled address (ipAdEntIfIndex)";

    if (row == NULL) {
        row = interface_by_state(decoder);
        rule = "the only Ethernet interface that is up, else the first usable one with a speed";
    }
    if (row == NULL) {
        return;
    }
    reading_mac(reading_cell(row, OBJECT_IF_PHYS_ADDRESS), identity->mac);
    reading_why(decoder, "identity.mac", row, OBJECT_IF_PHYS_ADDRESS, identity->mac, rule);
}

static void decode_object_id(struct reading_decoder *decoder, struct sources *sources)
{
    struct reading_cell cell = reading_cell(sources->system, OBJECT_SYS_OBJECT_ID);
    char dotted[OID_TEXT_MAX];

    if (cell.tag != GATE_OID) {
        return;
    }
    if (oid_to_text(cell.value, dotted, sizeof(dotted)) != 0) {
        return;
    }
    sources->object_id = cell.value;
    decoder->out->identity.object_id = reading_copy(decoder, bytes_from_text(dotted));
    reading_why(decoder, "identity.object_id", sources->system, OBJECT_SYS_OBJECT_ID,
                decoder->out->identity.object_id, "as sent");
}

/* Fields that more than one object can give. */
static void decode_rest(struct reading_decoder *decoder, const struct sources *sources)
{
    struct reading *out = decoder->out;
    struct reading_identity *identity = &out->identity;

    identity->asset_tag = reading_private_text(decoder, PROFILE_ASSET_TAG, "identity.asset_tag");
    identity->firmware = reading_private_text(decoder, PROFILE_FIRMWARE, "identity.firmware");
    if (identity->firmware == NULL && sources->told.firmware.size > 0) {
        identity->firmware = reading_copy(decoder, sources->told.firmware);
        reading_why(decoder, "identity.firmware", sources->system, OBJECT_SYS_DESCR,
                    identity->firmware, "release in the vendor's pattern of sysDescr");
    }
    if (identity->name == NULL) {
        identity->name = reading_text(decoder, decoder->general, OBJECT_GENERAL_PRINTER_NAME);
        if (identity->name != NULL) {
            reading_why(decoder, "identity.name", decoder->general, OBJECT_GENERAL_PRINTER_NAME,
                        identity->name, "no sysName: prtGeneralPrinterName");
        }
    }
    out->uptime_ticks = reading_number(sources->system, OBJECT_SYS_UPTIME);
    reading_why_number(decoder, "uptime_ticks", sources->system, OBJECT_SYS_UPTIME,
                       out->uptime_ticks, "hundredths of a second since the agent started");
    out->config_changes = reading_number(decoder->general, OBJECT_GENERAL_CONFIG_CHANGES);
}

static void explain_id(struct reading_decoder *decoder)
{
    char keys[1][READING_KEY_MAX];
    const char *key = "the polled address and port";

    if (!decoder->with_why || decoder->out->identity.id[0] == '\0') {
        return;
    }
    if (reading_keys(decoder->out, keys, 1) > 0) {
        key = keys[0];
    }
    reading_why(decoder, "identity.id", NULL, 0, decoder->out->identity.id,
                reading_format(decoder, "hash of the strongest identity key: %s", key));
}

void reading_identity_decode(struct reading_decoder *decoder)
{
    struct reading *out = decoder->out;
    struct sources sources = {.system = first_row(decoder, OBJECT_TABLE_SYSTEM)};

    find_device(decoder);
    if (sources.system != NULL) {
        reading_fill(decoder, sources.system, system_fields, BASE_ARRAY_COUNT(system_fields),
                     &out->identity);
    }
    decode_object_id(decoder, &sources);
    if (out->identity.description != NULL) {
        vendor_describe(out->identity.description, &sources.told);
    }
    out->is_printer = is_printer(decoder, &sources);
    /* A Windows host lists other people's printers as its devices. */
    if (out->is_printer || vendor_of_object_id(sources.object_id) != NULL) {
        sources.device_text = reading_text(decoder, decoder->device, OBJECT_HR_DEVICE_DESCR);
    }
    reading_private_decode(decoder, sources.object_id, sources.device_text);
    decode_vendor(decoder, &sources);
    decode_model(decoder, &sources);
    decode_serial(decoder, &sources);
    decode_mac(decoder);
    decode_rest(decoder, &sources);
    reading_make_id(out);
    explain_id(decoder);
}
