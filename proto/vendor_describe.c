/*
 * Taking descriptions apart: the patterns of sysDescr and hrDeviceDescr, vendor by vendor.
 */
#include "proto/vendor.h"

#define MODEL_OCTETS_MAX 64 /* hrDeviceDescr ends there; a longer "model" is prose */

/* A string literal with its length, so that no search begins by counting. */
#define LITERAL(text)                                                                              \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

/* Words that mark a text as the name of an interface or of nothing, not of a model. Each begins
 * with a capital letter. */
static const struct bytes not_models[] = {
    LITERAL("Printing System"), LITERAL("Print Server"),      LITERAL("PrintServer"),
    LITERAL("Scan Server"),     LITERAL("MULTI-ENVIRONMENT"), LITERAL("Built-in"),
    LITERAL("Wired PS"),        LITERAL("Wireless PS"),       LITERAL("Generic "),
};

static struct bytes slice(const char *text, size_t size)
{
    while (size > 0 && *text == ' ') {
        text++;
        size--;
    }
    while (size > 0 && text[size - 1] == ' ') {
        size--;
    }
    return bytes_of(text, size);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Finds "KEY" at the start of a field; fields end at ';' or ','. Returns what follows it in the
 * field, size 0 when there is no such field or nothing in it. */
static struct bytes find_field(const char *text, const char *key)
{
    size_t key_size = strlen(key);

    if (strstr(text, key) == NULL) { /* cheaper than looking at each field */
        return bytes_of(NULL, 0);
    }
    for (const char *field = text; field != NULL;) {
        size_t size;
        while (*field == ' ') {
            field++;
        }
        size = strcspn(field, ";,");
        if (size > key_size && strncmp(field, key, key_size) == 0) {
            return slice(field + key_size, size - key_size);
        }
        field = field[size] != '\0' ? field + size + 1 : NULL;
    }
    return bytes_of(NULL, 0);
}

/* "ESS1.0.217" and "ESS 1.208.6" but not "ESSX": the key, then blanks or a digit. */
static struct bytes find_release(const char *text, const char *key)
{
    struct bytes found = find_field(text, key);

    if (found.size > 0 && found.data[-1] != ' ' && !is_digit((char)found.data[0])) {
        found.size = 0;
    }
    return found;
}

/* Xerox and Fuji Xerox name the parts of the machine; the first that there is stands for it. */
static struct bytes xerox_firmware(const char *fields)
{
    static const char *const keys[] = {"System Software", "SS", "System", "ESS", "Controller"};

    for (size_t i = 0; i < BASE_ARRAY_COUNT(keys); i++) {
        struct bytes found = find_release(fields, keys[i]);
        if (found.size > 0) {
            return found;
        }
    }
    return bytes_of(NULL, 0);
}

/* Samsung: the field after the model, "V1.00.01.64 Sep-27-2010"; its date does not belong. */
static struct bytes samsung_firmware(const char *fields)
{
    const char *field = fields + strspn(fields, "; ");

    if (*field != 'V' || !is_digit(field[1])) {
        return bytes_of(NULL, 0);
    }
    return bytes_of(field, strcspn(field, "; "));
}

/* "<model> <release> / <brand> Network Printer C model": the Ricoh family. */
static void ricoh_model(struct vendor_description *out)
{
    const char *text = (const char *)out->model.data;
    size_t start = out->model.size;

    while (start > 0 && text[start - 1] != ' ') {
        start--;
    }
    if (start > 0 && is_digit(text[start]) &&
        memchr(text + start, '.', out->model.size - start) != NULL) {
        out->firmware = slice(text + start, out->model.size - start);
        out->model = slice(text, start);
    }
}

static bool begins_with(const uint8_t *text, size_t size, const struct bytes *word)
{
    return text[0] == word->data[0] && size >= word->size &&
           memcmp(text, word->data, word->size) == 0;
}

static bool names_no_model(struct bytes model)
{
    if (model.size == 0 || model.size > MODEL_OCTETS_MAX) {
        return true;
    }
    for (size_t at = 0; at < model.size; at++) {
        if (model.data[at] < 'A' || model.data[at] > 'Z') { /* all of the words begin so */
            continue;
        }
        for (size_t i = 0; i < BASE_ARRAY_COUNT(not_models); i++) {
            if (begins_with(model.data + at, model.size - at, &not_models[i])) {
                return true;
            }
        }
    }
    return false;
}

struct bytes vendor_model(const char *text)
{
    size_t rest;
    struct bytes model;

    vendor_of_badge(text, &rest);
    model = slice(text + rest, strcspn(text + rest, ";,"));
    if (model.size > 3 && memcmp(model.data + model.size - 3, " /P", 3) == 0) {
        model = slice((const char *)model.data, model.size - 3);
    }
    if (strstr(text, ",MID ") != NULL || names_no_model(model)) {
        model.size = 0;
    }
    return model;
}

/* Says whether a field of the text begins with that letter. */
static bool has_field_of(const char *text, char letter)
{
    while (*text != '\0') {
        while (*text == ' ') {
            text++;
        }
        if (*text == letter) {
            return true;
        }
        text += strcspn(text, ";,");
        text += *text != '\0' ? 1 : 0;
    }
    return false;
}

static struct bytes find_serial(const char *text)
{
    static const char *const keys[] = {"SN:", "SN ", "S/N ", "S/N:", "SERN:"};
    struct bytes found = bytes_of(NULL, 0);
    bool may_be = has_field_of(text, 'S');

    for (size_t i = 0; may_be && i < BASE_ARRAY_COUNT(keys) && found.size == 0; i++) {
        found = find_field(text, keys[i]);
    }
    return found;
}

/* The description is an IEEE 1284 device id (Pantum), or HP's list that has a PID. */
static bool describe_fields(const char *text, struct vendor_description *out)
{
    static const char *const model_keys[] = {"MDL:", "MODEL:", "PID:"};
    static const char *const maker_keys[] = {"MFG:", "MANUFACTURER:"};
    size_t rest;

    for (size_t i = 0; i < BASE_ARRAY_COUNT(maker_keys) && out->vendor == NULL; i++) {
        struct bytes maker = find_field(text, maker_keys[i]);
        if (maker.size > 0) {
            out->vendor = vendor_of_badge((const char *)maker.data, &rest);
        }
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(model_keys); i++) {
        struct bytes model = find_field(text, model_keys[i]);
        if (model.size > 0) {
            vendor_of_badge((const char *)model.data, &rest);
            out->model = rest < model.size
                             ? slice((const char *)model.data + rest, model.size - rest)
                             : model;
            return true;
        }
    }
    return false;
}

/* "OkiLAN 9450g Rev.00.69 ... PrintServer: Attached to MC873 Rev.07.87 : Copyright ...". */
static void describe_oki(const char *attached, struct vendor_description *out)
{
    const char *model = attached + strlen("Attached to ");
    const char *revision = strstr(model, " Rev.");

    if (revision == NULL) {
        out->model = slice(model, strcspn(model, ":"));
        return;
    }
    out->model = slice(model, (size_t)(revision - model));
    out->firmware = slice(revision + 5, strcspn(revision + 5, " :"));
}

/* body: what follows the badge. */
static void describe_branded(const char *body, struct vendor_description *out)
{
    const char *version = strstr(body, " version ");
    const char *functions = strstr(body, " / ");

    if (version != NULL && strstr(version, " kernel ") != NULL) {
        out->model = slice(body, (size_t)(version - body));
        out->firmware = slice(version + 9, strcspn(version + 9, " "));
    } else if (functions != NULL) {
        out->model = slice(body, (size_t)(functions - body));
        ricoh_model(out);
    } else {
        const char *fields = body + strcspn(body, ";");
        out->model = vendor_model(body);
        if (*fields != '\0') {
            out->firmware = xerox_firmware(fields);
        }
        if (out->firmware.size == 0) {
            out->firmware = samsung_firmware(fields);
        }
        return; /* vendor_model has looked at the words */
    }
    if (names_no_model(out->model)) {
        out->model.size = 0;
    }
}

void vendor_describe(const char *description, struct vendor_description *out)
{
    const char *attached = strstr(description, "Attached to ");
    bool has_colon = strchr(description, ':') != NULL;
    size_t rest;

    *out = (struct vendor_description){.vendor = vendor_of_badge(description, &rest)};
    out->serial = find_serial(description);
    /* All keys of its fields end with a colon, which most descriptions lack. */
    if (has_colon && describe_fields(description, out)) {
        return;
    }
    if (attached != NULL) {
        describe_oki(attached, out);
    } else if (out->vendor != NULL) {
        describe_branded(description + rest, out);
    }
}
