#include "proto/vendor.h"

#include <strings.h>

#define MODEL_OCTETS_MAX 64 /* hrDeviceDescr ends there; a longer "model" is prose */

struct enterprise {
    uint32_t number;
    const char *vendor;
    bool is_mixed; /* its agents run in much besides printers */
};

/* Ascending. */
static const struct enterprise enterprises[] = {
    {2, "IBM", true},
    {11, "HP", false},
    {79, "Fujitsu", true},
    {102, "Microcom", false},
    {116, "Hitachi", true},
    {119, "NEC", true},
    {122, "Sony", true},
    {128, "Tektronix", false},
    {186, "Toshiba", true},
    {211, "Fujitsu", true},
    {231, "Fujitsu", true},
    {236, "Samsung", false},
    {244, "Lantronix", true},
    {253, "Xerox", false},
    {258, "Panasonic", true},
    {263, "Seiko", false},
    {279, "Olivetti", false},
    {294, "Texas Instruments", true},
    {297, "Fuji Xerox", false},
    {314, "Kodak", false},
    {345, "Epson", false},
    {367, "Ricoh", false},
    {368, "Axis", true},
    {396, "Panasonic", true},
    {641, "Lexmark", false},
    {674, "Dell", true},
    {683, "Extended Systems", false},
    {815, "Memorex Telex", false},
    {950, "Polaroid", false},
    {1129, "Toshiba", false},
    {1248, "Epson", false},
    {1347, "Kyocera", false},
    {1472, "Sharp", false},
    {1552, "Océ", false},
    {1602, "Canon", false},
    {2001, "OKI", false},
    {2125, "Comtec", false},
    {2136, "EFI", false},
    {2385, "Sharp", false},
    {2435, "Brother", false},
    {2565, "Avery Dennison", false},
    {2590, "Minolta", false},
    {3369, "TallyGenicom", false},
    {3793, "Lanier", false},
    {3835, "Alps", false},
    {4228, "Dascom", false},
    {5502, "Canon", false},
    {6345, "Compuprint", false},
    {10504, "Printronix", false},
    {10642, "Zebra", false},
    {11369, "Lenovo", true},
    {16653, "Eltron", false},
    {18334, "Konica Minolta", false},
    {20438, "Citizen", false},
    {20998, "Honeywell", true},
    {22624, "Source Technologies", false},
    {24807, "RISO", false},
    {25278, "Canon", false},
    {25549, "Star", false},
    {25816, "Roland DG", false},
    {26696, "HP", false},
    {27748, "Canon", false},
    {28708, "FUJIFILM", false},
    {28878, "Seikosha", false},
    {28918, "InfoPrint", false},
    {28959, "Fargo", false},
    {29999, "HP", false},
    {33241, "Citizen", false},
    {38191, "Memjet", false},
    {40093, "Pantum", false},
    {40463, "TROY", false},
    {42406, "SATO", false},
    {44932, "Panasonic", true},
};

/* Brands that have a branch of their own below another's enterprise. */
struct branch {
    uint32_t number;
    uint8_t size;
    uint8_t arcs[6]; /* below the enterprise, each under 128 */
    const char *vendor;
};

static const struct branch branches[] = {
    {297, 4, {1, 11, 93, 2}, "FUJIFILM"},
    {18334, 2, {1, 2}, "Develop"},
};

struct badge {
    const char *text;
    const char *vendor;
};

/* By first letter; of two that begin alike the longer comes first. A badge ends where no letter
 * follows. */
static const struct badge badges[] = {
    {"Avery Dennison", "Avery Dennison"},
    {"AXIS", "Axis"},
    {"Brother", "Brother"},
    {"Canon", "Canon"},
    {"Citizen", "Citizen"},
    {"Copystar", "Copystar"},
    {"Dascom", "Dascom"},
    {"Dell", "Dell"},
    {"Develop", "Develop"},
    {"EPSON", "Epson"},
    {"Fargo", "Fargo"},
    {"FUJI XEROX", "Fuji Xerox"},
    {"FUJIFILM", "FUJIFILM"},
    {"FX", "Fuji Xerox"},
    {"Gestetner", "Gestetner"},
    {"Hewlett-Packard", "HP"},
    {"Hewlett Packard", "HP"},
    {"Honeywell", "Honeywell"},
    {"HP", "HP"},
    {"Infotec", "Infotec"},
    {"InfoPrint", "InfoPrint"},
    {"Intermec", "Honeywell"},
    {"KONICA MINOLTA", "Konica Minolta"},
    {"KYOCERA MITA", "Kyocera"},
    {"KYOCERA", "Kyocera"},
    {"Lanier", "Lanier"},
    {"Lexmark", "Lexmark"},
    {"MINOLTA-QMS", "Minolta"},
    {"MINOLTA", "Minolta"},
    {"Nashuatec", "Nashuatec"},
    {"NRG", "NRG"},
    {"OKI DATA CORP", "OKI"},
    {"OKI", "OKI"},
    {"Olivetti", "Olivetti"},
    {"Océ", "Océ"},
    {"Panasonic", "Panasonic"},
    {"Pantum", "Pantum"},
    {"Printronix", "Printronix"},
    {"Rex-Rotary", "Rex-Rotary"},
    {"RICOH", "Ricoh"},
    {"RISO", "RISO"},
    {"Roland", "Roland DG"},
    {"Samsung", "Samsung"},
    {"SATO", "SATO"},
    {"Savin", "Savin"},
    {"SEIKO EPSON", "Epson"},
    {"SHARP", "Sharp"},
    {"Sindoh", "Sindoh"},
    {"Star", "Star"},
    {"TA Triumph-Adler", "TA Triumph-Adler"},
    {"TA_UTAX", "UTAX"},
    {"TallyGenicom", "TallyGenicom"},
    {"Tektronix", "Tektronix"},
    {"TOSHIBA TEC", "Toshiba"},
    {"TOSHIBA", "Toshiba"},
    {"Triumph-Adler", "TA Triumph-Adler"},
    {"TROY", "TROY"},
    {"TSC", "TSC"},
    {"UTAX", "UTAX"},
    {"Xerox", "Xerox"},
    {"ZebraNet", "Zebra"},
    {"Zebra", "Zebra"},
    {"ZTC", "Zebra"},
};

/* Words that mark a text as the name of an interface or of nothing, not of a model. */
static const char *const not_models[] = {
    "Printing System", "Print Server", "PrintServer", "Scan Server", "MULTI-ENVIRONMENT",
    "Built-in",        "Wired PS",     "Wireless PS", "Generic ",
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

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads the enterprise number; *below gets the arcs after it. */
static bool split_enterprise(struct bytes object_id, uint32_t *number, struct bytes *below)
{
    static const uint8_t root[] = {0x2b, 0x06, 0x01, 0x04, 0x01}; /* 1.3.6.1.4.1 */
    uint64_t value = 0;

    if (object_id.size <= sizeof(root) || memcmp(object_id.data, root, sizeof(root)) != 0) {
        return false;
    }
    for (size_t i = sizeof(root); i < object_id.size && i < sizeof(root) + 5; i++) {
        value = value << 7 | (object_id.data[i] & 0x7fU);
        if (object_id.data[i] < 0x80) {
            *number = (uint32_t)value;
            *below = bytes_of(object_id.data + i + 1, object_id.size - i - 1);
            return value <= UINT32_MAX;
        }
    }
    return false;
}

static const struct enterprise *find_enterprise(uint32_t number)
{
    size_t low = 0;
    size_t high = BASE_ARRAY_COUNT(enterprises);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (enterprises[middle].number == number) {
            return &enterprises[middle];
        }
        if (enterprises[middle].number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const char *vendor_of_object_id(struct bytes object_id)
{
    uint32_t number;
    struct bytes below;
    const struct enterprise *enterprise;

    if (!split_enterprise(object_id, &number, &below)) {
        return NULL;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(branches); i++) {
        if (branches[i].number == number && below.size > branches[i].size &&
            memcmp(below.data, branches[i].arcs, branches[i].size) == 0) {
            return branches[i].vendor;
        }
    }
    enterprise = find_enterprise(number);
    return enterprise != NULL ? enterprise->vendor : NULL;
}

bool vendor_makes_printers(struct bytes object_id)
{
    uint32_t number;
    struct bytes below;
    const struct enterprise *enterprise;

    if (!split_enterprise(object_id, &number, &below)) {
        return false;
    }
    enterprise = find_enterprise(number);
    return enterprise != NULL && !enterprise->is_mixed;
}

bool vendor_is_other_device(struct bytes object_id, const char *description)
{
    uint32_t number;
    struct bytes below;

    if (split_enterprise(object_id, &number, &below) && below.size >= 2) {
        /* Epson projectors 1248.4; Panasonic telephone exchanges 258.601 (601 = 0x84 0x59). */
        if ((number == 1248 && below.data[0] == 4) ||
            (number == 258 && below.data[0] == 0x84 && below.data[1] == 0x59)) {
            return true;
        }
    }
    return description != NULL && strstr(description, "Scan Server") != NULL;
}

const char *vendor_of_badge(const char *text, size_t *rest)
{
    *rest = 0;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(badges); i++) {
        size_t size;
        if (((uint8_t)badges[i].text[0] | 0x20U) != ((uint8_t)text[0] | 0x20U)) {
            continue;
        }
        size = strlen(badges[i].text);
        if (strncasecmp(text, badges[i].text, size) == 0 && !is_letter(text[size])) {
            while (text[size] == ' ') {
                size++;
            }
            *rest = size;
            return badges[i].vendor;
        }
    }
    return NULL;
}

/* Finds "KEY" at the start of a field; fields end at ';' or ','. Returns what follows it in the
 * field, size 0 when there is no such field or nothing in it. */
static struct bytes find_field(const char *text, const char *key)
{
    size_t key_size = strlen(key);

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

static bool names_no_model(struct bytes model)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(not_models); i++) {
        if (memmem(model.data, model.size, not_models[i], strlen(not_models[i])) != NULL) {
            return true;
        }
    }
    return model.size == 0 || model.size > MODEL_OCTETS_MAX;
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
        out->firmware = xerox_firmware(fields);
        if (out->firmware.size == 0) {
            out->firmware = samsung_firmware(fields);
        }
    }
    if (names_no_model(out->model)) {
        out->model.size = 0;
    }
}

void vendor_describe(const char *description, struct vendor_description *out)
{
    static const char *const serial_keys[] = {"SN:", "SN ", "S/N ", "S/N:", "SERN:"};
    const char *attached = strstr(description, "Attached to ");
    size_t rest;

    *out = (struct vendor_description){.vendor = vendor_of_badge(description, &rest)};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(serial_keys) && out->serial.size == 0; i++) {
        out->serial = find_field(description, serial_keys[i]);
    }
    if (describe_fields(description, out)) {
        return;
    }
    if (attached != NULL) {
        describe_oki(attached, out);
    } else if (out->vendor != NULL) {
        describe_branded(description + rest, out);
    }
}
