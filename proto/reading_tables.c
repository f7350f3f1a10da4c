/*
 * The plain tables: one row, one structure. Trays, output bins, covers, markers with the meters
 * that they hold, media paths and interfaces.
 * Sources: RFC 1213 ifTable; RFC 3805; devices named at the rules.
 */
#include "proto/reading_internal.h"

#define FIELD(type, object, form, member, path)                                                    \
    {                                                                                              \
        (object), READING_FORM_##form, offsetof(struct type, member), 0, NULL, (path)              \
    }
#define CODE(type, object, member, names, path)                                                    \
    {                                                                                              \
        (object), READING_FORM_CODE, offsetof(struct type, member##_code),                         \
            offsetof(struct type, member##_name), &(names), (path)                                 \
    }

#define TRAY(object, form, member, path) FIELD(reading_tray, object, form, member, path)
static const struct reading_field input_fields[] = {
    TRAY(OBJECT_INPUT_TYPE, NUMBER, type_code, "type"),
    TRAY(OBJECT_INPUT_DIM_UNIT, NUMBER, dim_unit, "dim_unit"),
    TRAY(OBJECT_INPUT_FEED_CHOSEN, NUMBER, feed, "feed"),
    TRAY(OBJECT_INPUT_XFEED_CHOSEN, NUMBER, xfeed, "xfeed"),
    CODE(reading_tray, OBJECT_INPUT_CAPACITY_UNIT, unit, reading_units, "unit"),
    TRAY(OBJECT_INPUT_MAX_CAPACITY, NUMBER, capacity, "capacity"),
    TRAY(OBJECT_INPUT_LEVEL, NUMBER, level, "level"),
    TRAY(OBJECT_INPUT_STATUS, NUMBER, status, "status"),
    TRAY(OBJECT_INPUT_MEDIA_NAME, TEXT, media, "media"),
    TRAY(OBJECT_INPUT_NAME, TEXT, name, "name"),
    TRAY(OBJECT_INPUT_VENDOR_NAME, TEXT, vendor, "vendor"),
    TRAY(OBJECT_INPUT_MODEL, TEXT, model, "model"),
    TRAY(OBJECT_INPUT_SERIAL_NUMBER, SERIAL, serial, "serial"),
    TRAY(OBJECT_INPUT_DESCRIPTION, TEXT, description, "description"),
    TRAY(OBJECT_INPUT_MEDIA_WEIGHT, NUMBER, media_weight, "media_weight"),
    TRAY(OBJECT_INPUT_MEDIA_TYPE, TEXT, media_type, "media_type"),
    TRAY(OBJECT_INPUT_MEDIA_COLOR, TEXT, media_color, "media_color"),
};

static const struct reading_field output_fields[] = {
    TRAY(OBJECT_OUTPUT_TYPE, NUMBER, type_code, "type"),
    CODE(reading_tray, OBJECT_OUTPUT_CAPACITY_UNIT, unit, reading_units, "unit"),
    TRAY(OBJECT_OUTPUT_MAX_CAPACITY, NUMBER, capacity, "capacity"),
    TRAY(OBJECT_OUTPUT_REMAINING, NUMBER, level, "remaining"),
    TRAY(OBJECT_OUTPUT_STATUS, NUMBER, status, "status"),
    TRAY(OBJECT_OUTPUT_NAME, TEXT, name, "name"),
    TRAY(OBJECT_OUTPUT_VENDOR_NAME, TEXT, vendor, "vendor"),
    TRAY(OBJECT_OUTPUT_MODEL, TEXT, model, "model"),
    TRAY(OBJECT_OUTPUT_SERIAL_NUMBER, SERIAL, serial, "serial"),
    TRAY(OBJECT_OUTPUT_DESCRIPTION, TEXT, description, "description"),
};

static const struct reading_field cover_fields[] = {
    FIELD(reading_cover, OBJECT_COVER_DESCRIPTION, TEXT, description, "description"),
    CODE(reading_cover, OBJECT_COVER_STATUS, status, reading_cover_states, "status"),
};

#define MARKER(object, form, member, path) FIELD(reading_marker, object, form, member, path)
static const struct reading_field marker_fields[] = {
    CODE(reading_marker, OBJECT_MARKER_MARK_TECH, tech, reading_mark_techs, "tech"),
    CODE(reading_marker, OBJECT_MARKER_COUNTER_UNIT, unit, reading_units, "unit"),
    MARKER(OBJECT_MARKER_LIFE_COUNT, COUNTER, life_count, "life_count"),
    MARKER(OBJECT_MARKER_POWER_ON_COUNT, COUNTER, power_on_count, "power_on_count"),
    MARKER(OBJECT_MARKER_PROCESS_COLORANTS, NUMBER, process_colorants, "process_colorants"),
    MARKER(OBJECT_MARKER_SPOT_COLORANTS, NUMBER, spot_colorants, "spot_colorants"),
    MARKER(OBJECT_MARKER_STATUS, NUMBER, status, "status"),
};

#define PATH(object, form, member, path) FIELD(reading_media_path, object, form, member, path)
static const struct reading_field media_path_fields[] = {
    CODE(reading_media_path, OBJECT_MEDIA_PATH_SPEED_UNIT, speed_unit, reading_speed_units,
         "speed_unit"),
    PATH(OBJECT_MEDIA_PATH_MAX_SPEED, NUMBER, max_speed, "max_speed"),
    CODE(reading_media_path, OBJECT_MEDIA_PATH_TYPE, type, reading_path_types, "type"),
    PATH(OBJECT_MEDIA_PATH_DESCRIPTION, TEXT, description, "description"),
    PATH(OBJECT_MEDIA_PATH_STATUS, NUMBER, status, "status"),
};

#define INTERFACE(object, form, member, path) FIELD(reading_interface, object, form, member, path)
static const struct reading_field interface_fields[] = {
    INTERFACE(OBJECT_IF_DESCR, TEXT, description, "description"),
    INTERFACE(OBJECT_IF_TYPE, NUMBER, type_code, "type"),
    INTERFACE(OBJECT_IF_SPEED, NUMBER, speed, "speed"),
    INTERFACE(OBJECT_IF_OPER_STATUS, NUMBER, oper_status, "oper_status"),
};

/* How a table becomes a list: what each row fills and where its index text stands. */
struct list {
    enum object_table_id table;
    const char *name; /* as the JSON names it */
    const struct reading_field *fields;
    size_t field_count;
    size_t row_size;
};

#define LIST(table, name, type, fields)                                                            \
    {                                                                                              \
        OBJECT_TABLE_##table, (name), (fields), BASE_ARRAY_COUNT(fields), sizeof(struct type)      \
    }
static const struct list inputs = LIST(INPUT, "trays", reading_tray, input_fields);
static const struct list outputs = LIST(OUTPUT, "outputs", reading_tray, output_fields);
static const struct list covers = LIST(COVER, "covers", reading_cover, cover_fields);
static const struct list markers = LIST(MARKER, "markers", reading_marker, marker_fields);
static const struct list media_paths =
    LIST(MEDIA_PATH, "media_paths", reading_media_path, media_path_fields);
static const struct list interfaces =
    LIST(INTERFACE, "interfaces", reading_interface, interface_fields);

_Static_assert(offsetof(struct reading_tray, index) == 0 &&
                   offsetof(struct reading_cover, index) == 0 &&
                   offsetof(struct reading_marker, index) == 0 &&
                   offsetof(struct reading_media_path, index) == 0 &&
                   offsetof(struct reading_interface, index) == 0,
               "decode_list writes the index at the start of a row");

/* Decodes all rows of a table. Returns the rows; *count gets how many; NULL for an empty table. */
static void *decode_list(struct reading_decoder *decoder, const struct list *list, size_t *count)
{
    const struct reading_grid *grid = reading_grid(decoder, list->table);
    char *rows = reading_rows(decoder, list->table, list->row_size);

    for (size_t i = 0; rows != NULL && i < grid->count; i++) {
        char *row = rows + i * list->row_size;
        reading_enter_row(decoder, &grid->rows[i], list->name, row);
        reading_fill(decoder, &grid->rows[i], list->fields, list->field_count, row);
    }
    *count = rows != NULL ? grid->count : 0;
    decoder->row_path = NULL;
    return rows;
}

/* Chosen dimensions are what the tray holds; where the device gives none (-1, -2, absent) the
 * declared ones stand in. Kyocera names its trays in the description only. */
static void mend_tray(struct reading_decoder *decoder, const struct reading_row *row,
                      struct reading_tray *tray)
{
    if (tray->feed < 0) {
        tray->feed = reading_number(row, OBJECT_INPUT_FEED_DECLARED);
    }
    if (tray->xfeed < 0) {
        tray->xfeed = reading_number(row, OBJECT_INPUT_XFEED_DECLARED);
    }
    if (tray->name == NULL && tray->description != NULL) {
        tray->name = tray->description;
        if (decoder->with_why) {
            decoder->row_path = reading_format(decoder, "trays[%s]", tray->index);
        }
        reading_why(decoder, "name", row, OBJECT_INPUT_DESCRIPTION, tray->name,
                    "no prtInputName: prtInputDescription (Kyocera)");
        decoder->row_path = NULL;
    }
}

/* The marker that counts for the device: prtMarkerDefaultIndex, else the lowest index that has a
 * count. Markers are not added up: further rows are copies or colours of the first. */
static size_t default_marker(const struct reading_decoder *decoder)
{
    const struct reading_grid *grid = reading_grid(decoder, OBJECT_TABLE_MARKER);
    const struct reading *out = decoder->out;
    int64_t number = reading_number(decoder->general, OBJECT_GENERAL_MARKER_DEFAULT);
    size_t lowest = out->marker_count;

    for (size_t i = out->marker_count; i-- > 0;) {
        if (out->markers[i].life_count == READING_ABSENT) {
            continue;
        }
        if (reading_last_arc(grid->rows[i].index) == number &&
            (grid->rows[i].index.size == 1 ||
             reading_first_arc(grid->rows[i].index) == out->hr_device_index)) {
            return i;
        }
        lowest = i;
    }
    return lowest;
}

static void decode_meters(struct reading_decoder *decoder)
{
    struct reading *out = decoder->out;
    size_t at = default_marker(decoder);
    const struct reading_marker *marker;

    if (at == out->marker_count) {
        return;
    }
    out->meters = reading_alloc(decoder->arena, sizeof(*out->meters));
    if (out->meters == NULL) {
        return;
    }
    marker = &out->markers[at];
    out->meter_count = 1;
    out->meters[0] = (struct reading_meter){
        .key = "total",
        .value = marker->life_count,
        .unit_name = marker->unit_name,
        .object = OBJECT_MARKER_LIFE_COUNT,
    };
    memcpy(out->meters[0].index, marker->index, sizeof(marker->index));
    reading_why_number(decoder, "meters.total",
                       &reading_grid(decoder, OBJECT_TABLE_MARKER)->rows[at],
                       OBJECT_MARKER_LIFE_COUNT, marker->life_count,
                       "lifetime count of the default marker, or of the lowest one with a count");
}

static void decode_interface_mac(struct reading_decoder *decoder, const struct reading_row *row,
                                 struct reading_interface *interface)
{
    reading_mac(reading_cell(row, OBJECT_IF_PHYS_ADDRESS), interface->mac);
    if (decoder->with_why && interface->mac[0] != '\0') {
        decoder->row_path = reading_format(decoder, "interfaces[%s]", interface->index);
        reading_why(decoder, "mac", row, OBJECT_IF_PHYS_ADDRESS, interface->mac,
                    "six octets, neither zero nor a group address");
        decoder->row_path = NULL;
    }
}

void reading_tables_decode(struct reading_decoder *decoder)
{
    struct reading *out = decoder->out;

    out->trays = decode_list(decoder, &inputs, &out->tray_count);
    for (size_t i = 0; i < out->tray_count; i++) {
        mend_tray(decoder, &reading_grid(decoder, OBJECT_TABLE_INPUT)->rows[i], &out->trays[i]);
        out->trays[i].is_pseudo = reading_private_is_pseudo(decoder, out->trays[i].name);
    }
    out->outputs = decode_list(decoder, &outputs, &out->output_count);
    for (size_t i = 0; i < out->output_count; i++) {
        out->outputs[i].feed = READING_ABSENT;
        out->outputs[i].xfeed = READING_ABSENT;
        out->outputs[i].dim_unit = READING_ABSENT;
        out->outputs[i].media_weight = READING_ABSENT;
    }
    out->covers = decode_list(decoder, &covers, &out->cover_count);
    out->markers = decode_list(decoder, &markers, &out->marker_count);
    decode_meters(decoder);
    reading_private_meters(decoder);
    out->media_paths = decode_list(decoder, &media_paths, &out->media_path_count);
    out->interfaces = decode_list(decoder, &interfaces, &out->interface_count);
    for (size_t i = 0; i < out->interface_count; i++) {
        const struct reading_row *row = &reading_grid(decoder, OBJECT_TABLE_INTERFACE)->rows[i];
        decode_interface_mac(decoder, row, &out->interfaces[i]);
    }
}
