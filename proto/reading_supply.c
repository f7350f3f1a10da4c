/*
 * Supplies: class, percent, state and colour of each row of prtMarkerSuppliesTable.
 * Sources: RFC 3805 prtMarkerSuppliesTable and prtMarkerColorantTable; devices named at the rules.
 */
#include <inttypes.h>
#include <strings.h>

#include "proto/reading_color.h"
#include "proto/reading_internal.h"

#define CLASS_CONSUMED   3
#define CLASS_RECEPTACLE 4
#define UNIT_PERCENT     19

#define LEVEL_UNLIMITED (-1)
#define LEVEL_UNKNOWN   (-2)
#define LEVEL_SOME      (-3)

/* Bounds of the states, in percent. */
#define LOW_PERCENT      20
#define VERY_LOW_PERCENT 5
#define EMPTY_PERCENT    1

/* Everything that a percentage is made of, and what came out. */
struct share {
    int percent; /* -1 = cannot be known */
    enum reading_supply_state state;
    const char *rule;
    const char *text; /* the rule in words */
};

#define NUMBER(object, member, path)                                                               \
    {                                                                                              \
        (object), READING_FORM_NUMBER, offsetof(struct reading_supply, member), 0, NULL, (path)    \
    }
#define CODE(object, member, names, path)                                                          \
    {                                                                                              \
        (object), READING_FORM_CODE, offsetof(struct reading_supply, member##_code),               \
            offsetof(struct reading_supply, member##_name), &(names), (path)                       \
    }
static const struct reading_field fields[] = {
    {OBJECT_SUPPLY_DESCRIPTION, READING_FORM_TEXT, offsetof(struct reading_supply, name), 0, NULL,
     "name"},
    NUMBER(OBJECT_SUPPLY_CLASS, class_code, "class_code"),
    CODE(OBJECT_SUPPLY_TYPE, type, reading_supply_types, "type"),
    CODE(OBJECT_SUPPLY_UNIT, unit, reading_units, "unit"),
    NUMBER(OBJECT_SUPPLY_MAX_CAPACITY, capacity, "capacity"),
    NUMBER(OBJECT_SUPPLY_LEVEL, level, "level"),
};
#undef NUMBER
#undef CODE

static bool is_receptacle_type(int64_t type)
{
    return type == 4 || type == 8 || type == 14 || type == 24 || type == 26;
}

/* Toner, ink, ribbon, drum, developer: what comes in colours. */
static bool is_marking_type(int64_t type)
{
    return type == 3 || (type >= 5 && type <= 7) || type == 9 || type == 10 || type == 12 ||
           type == 13 || type == 21 || type == 35 || type == 36;
}

static bool begins_with_waste_word(const char *text)
{
    static const char *const words[] = {
        "waste",     "maintenance box", "used toner", "used ink",     "collect",
        "resttoner", "alttoner",        "toner usag", "récupération", "recuper",
        "recupero",  "residu",          "tonerafval", "opvangbak",    "廃トナー",
    };

    for (size_t i = 0; i < BASE_ARRAY_COUNT(words); i++) {
        /* None begins with a capital letter. */
        if (words[i][0] == (char)(text[0] | 0x20) &&
            strncasecmp(text, words[i], strlen(words[i])) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_waste_word(const char *name)
{
    for (; name != NULL && *name != '\0'; name++) {
        if (begins_with_waste_word(name)) {
            return true;
        }
    }
    return false;
}

static bool is_receptacle(const struct reading_supply *supply)
{
    return supply->class_name[0] == 'r';
}

/* Class as sent, else by the type, else by the words of the description. */
static void decode_class(struct reading_decoder *decoder, const struct reading_row *row,
                         struct reading_supply *supply)
{
    bool is_type_vague = supply->type_code == READING_ABSENT || supply->type_code <= 2;
    unsigned object = OBJECT_SUPPLY_CLASS;
    const char *rule = "supplyThatIsConsumed(3) or receptacleThatIsFilled(4), RFC 3805";
    bool receptacle = supply->class_code == CLASS_RECEPTACLE;

    if (supply->class_code != CLASS_CONSUMED && supply->class_code != CLASS_RECEPTACLE) {
        receptacle = is_receptacle_type(supply->type_code);
        object = OBJECT_SUPPLY_TYPE;
        rule = "no class: waste types are receptacles, all others are consumed";
        if (is_type_vague && has_waste_word(supply->name)) {
            receptacle = true;
            object = OBJECT_SUPPLY_DESCRIPTION;
            rule = "no class and no type: the description speaks of waste";
        }
    }
    supply->class_name = receptacle ? "receptacle" : "consumed";
    reading_why(decoder, "class", row, object, supply->class_name, rule);
}

/* round(100 * level / capacity) for 0 <= level <= capacity, without overflow: capacities up to
 * 200,000,000 have been seen (Canon roll printers), and hostile ones may be anything. */
static int ratio(int64_t level, int64_t capacity)
{
    while (capacity > INT64_MAX / 201) {
        capacity >>= 8;
        level >>= 8;
    }
    return (int)((200 * level + capacity) / (2 * capacity));
}

static struct share share_of_level(int64_t level, int64_t capacity, int64_t unit)
{
    struct share share = {-1, READING_SUPPLY_UNKNOWN, NULL, NULL};
    bool is_percent = unit == UNIT_PERCENT;
    int64_t whole = is_percent ? 100 : capacity;

    if (level > whole && whole > 0) {
        share.percent = 100;
        share.rule = "over-max";
        share.text = "level above capacity: 100 percent";
    } else if (is_percent) {
        share.percent = (int)level;
        share.rule = "unit-percent";
        share.text = "percent = level, the unit is percent(19)";
    } else if (whole > 0) {
        share.percent = ratio(level, whole);
        share.rule = "ratio";
        share.text = "percent = 100 * level / capacity, rounded half up, RFC 3805 "
                     "prtMarkerSuppliesLevel";
    } else if (level >= 1 && level <= 100) {
        share.percent = (int)level;
        share.rule = "assumed-percent";
        share.text = "no capacity: a level of 1 to 100 is taken for percent (Sharp)";
    } else {
        share.rule = "no-capacity";
        share.text = "no capacity to compare the level with, no percent";
    }
    return share;
}

static struct share share_of(const struct reading_supply *supply)
{
    switch (supply->level) {
    case READING_ABSENT:
        return (struct share){-1, READING_SUPPLY_UNKNOWN, "no-level", "no level, no percent"};
    case LEVEL_UNLIMITED:
        return (struct share){-1, READING_SUPPLY_OK, "no-limit",
                              "level -1: no limit, no percent, RFC 3805 prtMarkerSuppliesLevel"};
    case LEVEL_UNKNOWN:
        return (struct share){-1, READING_SUPPLY_UNKNOWN, "unknown",
                              "level -2: unknown, no percent, RFC 3805 prtMarkerSuppliesLevel"};
    case LEVEL_SOME:
        return (struct share){-1, READING_SUPPLY_OK, "some-left",
                              "level -3: some left, no percent, RFC 3805 prtMarkerSuppliesLevel"};
    default:
        break;
    }
    if (supply->level < 0) {
        return (struct share){-1, READING_SUPPLY_UNKNOWN, "vendor-code",
                              "level below -3: a vendor's own code, no percent (Ricoh)"};
    }
    return share_of_level(supply->level, supply->capacity, supply->unit_code);
}

static enum reading_supply_state state_of_percent(int percent)
{
    return percent <= EMPTY_PERCENT      ? READING_SUPPLY_EMPTY
           : percent <= VERY_LOW_PERCENT ? READING_SUPPLY_VERY_LOW
           : percent <= LOW_PERCENT      ? READING_SUPPLY_LOW
                                         : READING_SUPPLY_OK;
}

void reading_supply_percent(struct reading_supply *supply, int percent, const char *rule)
{
    supply->percent = percent;
    supply->percent_rule = rule;
    supply->state = state_of_percent(percent);
}

const char *reading_supply_state_name(const struct reading_supply *supply)
{
    switch (supply->state) {
    case READING_SUPPLY_UNKNOWN:
        return "unknown";
    case READING_SUPPLY_OK:
        return "ok";
    case READING_SUPPLY_LOW:
        return "low";
    case READING_SUPPLY_VERY_LOW:
        return "verylow";
    case READING_SUPPLY_EMPTY:
        return is_receptacle(supply) ? "full" : "empty";
    }
    return "unknown";
}

/* The rule with the device's own numbers. */
static const char *percent_rule(struct reading_decoder *decoder,
                                const struct reading_supply *supply, const struct share *share)
{
    const char *receptacle =
        is_receptacle(supply) ? "; of a receptacle it is the room that is left" : "";

    if (supply->capacity == READING_ABSENT) {
        return reading_format(decoder, "%s%s", share->text, receptacle);
    }
    return reading_format(decoder, "%s; level %" PRId64 ", capacity %" PRId64 "%s", share->text,
                          supply->level, supply->capacity, receptacle);
}

static void decode_share(struct reading_decoder *decoder, const struct reading_row *row,
                         struct reading_supply *supply)
{
    struct share share = share_of(supply);

    supply->percent = share.percent;
    supply->percent_rule = share.rule;
    supply->state = share.percent >= 0 ? state_of_percent(share.percent) : share.state;
    if (!decoder->with_why) {
        return;
    }
    if (share.percent < 0) {
        reading_why(decoder, "percent", row, OBJECT_SUPPLY_LEVEL, NULL, share.text);
    } else {
        reading_why(decoder, "percent", row, OBJECT_SUPPLY_LEVEL,
                    reading_format(decoder, "%d", share.percent),
                    percent_rule(decoder, supply, &share));
    }
    reading_why(decoder, "state", row, OBJECT_SUPPLY_LEVEL, reading_supply_state_name(supply),
                share.percent >= 0 ? "percent at or below 20 low, 5 verylow, 1 empty (full)"
                                   : share.text);
}

/* The colorant that the row points to: same device, arc = prtMarkerSuppliesColorantIndex. */
static const struct reading_row *colorant_of(const struct reading_decoder *decoder,
                                             const struct reading_row *row)
{
    const struct reading_grid *colorants = reading_grid(decoder, OBJECT_TABLE_COLORANT);
    int64_t number = reading_number(row, OBJECT_SUPPLY_COLORANT_INDEX);

    for (size_t i = 0; number > 0 && i < colorants->count; i++) {
        if (reading_last_arc(colorants->rows[i].index) == number &&
            reading_first_arc(colorants->rows[i].index) == reading_first_arc(row->index)) {
            return &colorants->rows[i];
        }
    }
    return NULL;
}

/* A colour's name for as long as the reading: most are static. */
static const char *keep_color(struct reading_decoder *decoder, const char *color,
                              const char *own_name)
{
    return color == own_name ? reading_copy(decoder, bytes_from_text(color)) : color;
}

static const char *color_of_name(const struct reading_supply *supply, char out[READING_COLOR_MAX])
{
    const char *color = supply->name != NULL ? reading_color_of_words(supply->name, out) : NULL;

    if (color == NULL && supply->name != NULL && is_marking_type(supply->type_code)) {
        color = reading_color_of_part_number(supply->name);
    }
    return color;
}

static void decode_color(struct reading_decoder *decoder, const struct reading_row *row,
                         struct reading_supply *supply)
{
    const struct reading_row *colorant = colorant_of(decoder, row);
    const char *value = NULL;
    const char *color = NULL;
    char own_name[READING_COLOR_MAX];

    if (colorant != NULL) {
        value = reading_text(decoder, colorant, OBJECT_COLORANT_VALUE);
    }
    if (value != NULL) {
        color = reading_color_of_colorant(value, own_name);
    }
    if (color != NULL) {
        supply->color = keep_color(decoder, color, own_name);
        reading_why(decoder, "color", colorant, OBJECT_COLORANT_VALUE, supply->color,
                    "colorant of the supply's prtMarkerSuppliesColorantIndex");
        return;
    }
    color = color_of_name(supply, own_name);
    if (color != NULL) {
        supply->color = keep_color(decoder, color, own_name);
        reading_why(decoder, "color", row, OBJECT_SUPPLY_DESCRIPTION, supply->color,
                    "no colorant: colour word or part number's letter in the description");
    }
}

/* Says whether the moving record has given part of a supply. */
static bool is_moving(const struct reading_decoder *decoder, const struct reading_row *row)
{
    struct bytes moving = decoder->records[1];

    /* The last object is the one that moves most. */
    for (unsigned object = OBJECT_SUPPLY_LEVEL; object >= OBJECT_SUPPLY_MARKER_INDEX; object--) {
        const uint8_t *tag = row->cells[reading_cell_places[object]];
        if (tag != NULL && (size_t)((uintptr_t)tag - (uintptr_t)moving.data) < moving.size) {
            return true;
        }
    }
    return false;
}

/* A supply that the moving record no longer has, although it has others, is gone: its static half
 * is left from an older poll. */
static bool is_gone(const struct reading_decoder *decoder, const struct reading_row *row)
{
    const struct reading_grid *grid = reading_grid(decoder, OBJECT_TABLE_SUPPLY);
    uint32_t failed = decoder->out->header.failed_tables;

    if (is_moving(decoder, row) || (failed >> OBJECT_TABLE_SUPPLY & 1U) != 0) {
        return false;
    }
    for (size_t i = 0; i < grid->count; i++) {
        if (is_moving(decoder, &grid->rows[i])) {
            return true;
        }
    }
    return false;
}

void reading_supply_decode(struct reading_decoder *decoder)
{
    const struct reading_grid *grid = reading_grid(decoder, OBJECT_TABLE_SUPPLY);
    struct reading *out = decoder->out;

    out->supplies = reading_rows(decoder, OBJECT_TABLE_SUPPLY, sizeof(*out->supplies));
    if (out->supplies == NULL) {
        return;
    }
    for (size_t i = 0; i < grid->count; i++) {
        const struct reading_row *row = &grid->rows[i];
        struct reading_supply *supply = &out->supplies[out->supply_count];
        if (is_gone(decoder, row)) {
            continue;
        }
        out->supply_count++;
        reading_enter_row(decoder, row, "supplies", supply->index);
        reading_fill(decoder, row, fields, BASE_ARRAY_COUNT(fields), supply);
        decode_class(decoder, row, supply);
        decode_share(decoder, row, supply);
        decode_color(decoder, row, supply);
        supply->label = supply->name;
        supply->pages_left = READING_ABSENT;
        if (!reading_private_supply(decoder, supply)) {
            *supply = (struct reading_supply){.name = NULL};
            out->supply_count--;
        }
    }
    decoder->row_path = NULL;
}
