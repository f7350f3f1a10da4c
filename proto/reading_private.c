/*
 * What a vendor's profile adds to a reading: values of private objects, and what it knows of the
 * standard's rows. Without a set of profiles, or for a device that none knows, nothing happens.
 */
#include <inttypes.h>

#include "proto/gate.h"
#include "proto/oid.h"
#include "proto/pdu.h"
#include "proto/profile.h"
#include "proto/reading_internal.h"

/* What the profile made of the private objects of one device. */
struct reading_private {
    struct varbinds values;
    struct profile_result result;
};

void reading_use_profiles(struct reading *reading, const struct profile_set *profiles)
{
    reading->profiles = profiles;
}

/* --- collecting ------------------------------------------------------------------------------- */

/* Takes the private entries of one record; those of the moving one outrank the other's. */
static void take_entries(struct varbinds *list, size_t cap, struct bytes record, uint8_t rank)
{
    struct record_entry entry;
    size_t offset = 0;

    while (record.size > 0 && list->count < cap && record_next(record, &offset, &entry)) {
        if (entry.object == RECORD_PRIVATE && entry.tag != GATE_NULL &&
            entry.tag < GATE_NO_SUCH_OBJECT && oid_is_valid(entry.index)) {
            list->items[list->count++] = (struct varbind){
                .oid = entry.index, .value = entry.value, .tag = entry.tag, .rank = rank};
        }
    }
}

static void collect(struct reading_decoder *decoder, struct varbinds *list)
{
    size_t cap = decoder->private_counts[0] + decoder->private_counts[1];

    list->items = reading_alloc(decoder->arena, cap * sizeof(*list->items));
    if (list->items == NULL) {
        return;
    }
    /* cap is what both have: nothing is left out. */
    take_entries(list, cap, decoder->records[0], 0);
    take_entries(list, cap, decoder->records[1], 1);
    varbinds_sort(list);
}

/* prtMarkerLifeCount of the first marker that has one. */
static int64_t standard_total(const struct reading_decoder *decoder)
{
    const struct reading_grid *grid = reading_grid(decoder, OBJECT_TABLE_MARKER);

    for (size_t i = 0; i < grid->count; i++) {
        int64_t count = reading_number(&grid->rows[i], OBJECT_MARKER_LIFE_COUNT);
        if (count >= 0) {
            return count;
        }
    }
    return PROFILE_ABSENT;
}

void reading_private_decode(struct reading_decoder *decoder, struct bytes object_id,
                            const char *device_text)
{
    struct reading *out = decoder->out;
    struct profile_device device = {
        .object_id = object_id, .description = out->identity.description, .model = device_text};
    struct reading_private *private;

    if (out->profiles == NULL || !out->is_printer) {
        return;
    }
    out->profile = profile_choose(out->profiles, &device);
    if (out->profile == NULL || decoder->private_counts[0] + decoder->private_counts[1] == 0) {
        return;
    }
    private = reading_alloc(decoder->arena, sizeof(*private));
    if (private == NULL) {
        return;
    }
    private->values = (struct varbinds){NULL, 0};
    collect(decoder, &private->values);
    profile_apply(out->profile, &private->values, standard_total(decoder), &private->result);
    decoder->private = private;
}

/* --- explaining ------------------------------------------------------------------------------- */

/* The value as it came: a number, or a text. */
static const char *raw_text(struct reading_decoder *decoder, const struct varbind *varbind)
{
    int64_t number;

    if (varbind->tag != GATE_OCTET_STRING && varbind_number(varbind, &number) == 0) {
        return reading_format(decoder, "%" PRId64, number);
    }
    return reading_quoted(decoder, varbind->value);
}

static void explain(struct reading_decoder *decoder, const char *path, const char *value,
                    struct bytes oid, const char *rule)
{
    struct reading_why why = {.field = path, .value = value, .rule = rule};
    const struct varbind *varbind =
        oid.size > 0 ? varbinds_find(&decoder->private->values, oid) : NULL;
    char dotted[OID_TEXT_MAX];

    if (varbind != NULL && oid_to_text(oid, dotted, sizeof(dotted)) == 0) {
        why.oid = reading_copy(decoder, bytes_from_text(dotted));
        why.object = "private object";
        why.raw = raw_text(decoder, varbind);
    }
    reading_why_put(decoder, &why);
}

/* --- identity --------------------------------------------------------------------------------- */

const char *reading_private_text(struct reading_decoder *decoder, enum profile_field field,
                                 const char *path)
{
    const struct profile_value *value;
    const char *text;

    if (decoder->private == NULL) {
        return NULL;
    }
    value = &decoder->private->result.fields[field];
    if (value->text == NULL) {
        return NULL;
    }
    text = reading_clean(decoder, bytes_from_text(value->text), 0);
    if (text == NULL) {
        return NULL;
    }
    if (decoder->with_why) {
        explain(decoder, path, text, value->oid, profile_rule_text(value->rule));
    }
    return text;
}

/* --- meters ----------------------------------------------------------------------------------- */

static bool is_total(const struct profile_meter *meter)
{
    return strcmp(meter->key, "total") == 0;
}

static void explain_meter(struct reading_decoder *decoder, const struct profile_meter *meter,
                          bool has_standard)
{
    const char *choice = !is_total(meter) || !has_standard ? ""
                         : meter->standard_wins
                             ? "; the standard's counter is the one that counts here"
                             : "; it is the one that counts here, not the standard's";

    explain(decoder, reading_format(decoder, "meters.%s", meter->key),
            reading_format(decoder, "%" PRId64, meter->value), meter->oid,
            reading_format(decoder, "%s%s", profile_rule_text(meter->rule), choice));
}

/* Of one key the first counts: a private total stands before the standard's unless its rule says
 * that the standard's is better. Both stay. */
void reading_private_meters(struct reading_decoder *decoder)
{
    struct reading *out = decoder->out;
    const struct profile_result *result;
    struct reading_meter *meters;
    struct reading_meter standard = {.key = NULL};
    bool has_standard = out->meter_count > 0;
    size_t count = 0;

    if (decoder->private == NULL || decoder->private->result.meter_count == 0) {
        return;
    }
    result = &decoder->private->result;
    meters = reading_alloc(decoder->arena, (result->meter_count + 1) * sizeof(*meters));
    if (meters == NULL) {
        return;
    }
    if (has_standard) {
        standard = out->meters[0];
    }
    for (size_t pass = 0; pass < 3; pass++) {
        /* a private total that counts, the standard's, all others */
        if (pass == 1 && has_standard) {
            meters[count++] = standard;
        }
        for (size_t i = 0; pass != 1 && i < result->meter_count; i++) {
            const struct profile_meter *meter = &result->meters[i];
            bool is_first = is_total(meter) && !meter->standard_wins;
            if (is_first == (pass == 0)) {
                meters[count++] = (struct reading_meter){.key = meter->key,
                                                         .value = meter->value,
                                                         .unit_name = meter->unit,
                                                         .oid = meter->oid};
            }
        }
    }
    for (size_t i = 0; decoder->with_why && i < result->meter_count; i++) {
        explain_meter(decoder, &result->meters[i], has_standard);
    }
    out->meters = meters;
    out->meter_count = count;
}

/* --- supplies and trays ----------------------------------------------------------------------- */

static const char *keep(struct reading_decoder *decoder, const char *text)
{
    return text != NULL ? reading_copy(decoder, bytes_from_text(text)) : NULL;
}

static void take_percent(struct reading_decoder *decoder, const struct profile_supply_result *told,
                         struct reading_supply *supply)
{
    /* The standard's number counts where there is one. */
    if (told->percent < 0 || supply->percent >= 0) {
        return;
    }
    reading_supply_percent(supply, told->percent, "private");
    if (decoder->with_why) {
        explain(decoder, reading_format(decoder, "%s.percent", decoder->row_path),
                reading_format(decoder, "%d", told->percent), told->oid,
                profile_rule_text(told->rule));
    }
}

/* The name without what stands elsewhere. */
static void take_label(struct reading_decoder *decoder, const struct profile_supply_result *told,
                       struct reading_supply *supply)
{
    if (told->name == NULL) {
        return;
    }
    supply->label = keep(decoder, told->name);
    if (decoder->with_why) {
        explain(decoder, reading_format(decoder, "%s.label", decoder->row_path), supply->label,
                bytes_of(NULL, 0), profile_rule_text(told->split));
    }
}

bool reading_private_supply(struct reading_decoder *decoder, struct reading_supply *supply)
{
    static const struct varbinds nothing = {NULL, 0};
    const struct profile *profile = decoder->out->profile;
    struct profile_supply row = {
        .name = supply->name, .type = supply->type_name, .color = supply->color};
    struct profile_supply_result told;

    if (profile == NULL) {
        return true;
    }
    profile_apply_supply(profile, decoder->private != NULL ? &decoder->private->values : &nothing,
                         &row, &told);
    if (told.is_ghost) {
        return false;
    }
    if (told.class_name != NULL) {
        supply->class_name = told.class_name;
    }
    if (told.is_inverted && supply->percent >= 0) {
        reading_supply_percent(supply, 100 - supply->percent, "inverted");
    }
    take_percent(decoder, &told, supply);
    take_label(decoder, &told, supply);
    supply->part = keep(decoder, told.part);
    supply->serial = keep(decoder, told.serial);
    supply->pages_left = told.pages_left != PROFILE_ABSENT ? told.pages_left : READING_ABSENT;
    return true;
}

bool reading_private_is_pseudo(const struct reading_decoder *decoder, const char *name)
{
    const struct profile *profile = decoder->out->profile;

    return profile != NULL && name != NULL && profile_is_pseudo_tray(profile, name);
}
