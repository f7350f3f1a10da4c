#include "proto/vendor.h"

#include <strings.h>

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
    struct bytes text;
    const char *vendor;
};

/* A string literal with its length, so that no search begins by counting. */
#define LITERAL(text)                                                                              \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

/* By first letter; of two that begin alike the longer comes first. A badge ends where no letter
 * follows. */
#define BADGE(text, vendor)                                                                        \
    {                                                                                              \
        LITERAL(text), (vendor)                                                                    \
    }
static const struct badge badges[] = {
    BADGE("Avery Dennison", "Avery Dennison"),
    BADGE("AXIS", "Axis"),
    BADGE("Brother", "Brother"),
    BADGE("Canon", "Canon"),
    BADGE("Citizen", "Citizen"),
    BADGE("Copystar", "Copystar"),
    BADGE("Dascom", "Dascom"),
    BADGE("Dell", "Dell"),
    BADGE("Develop", "Develop"),
    BADGE("EPSON", "Epson"),
    BADGE("Fargo", "Fargo"),
    BADGE("FUJI XEROX", "Fuji Xerox"),
    BADGE("FUJIFILM", "FUJIFILM"),
    BADGE("FX", "Fuji Xerox"),
    BADGE("Gestetner", "Gestetner"),
    BADGE("Hewlett-Packard", "HP"),
    BADGE("Hewlett Packard", "HP"),
    BADGE("Honeywell", "Honeywell"),
    BADGE("HP", "HP"),
    BADGE("Infotec", "Infotec"),
    BADGE("InfoPrint", "InfoPrint"),
    BADGE("Intermec", "Honeywell"),
    BADGE("KONICA MINOLTA", "Konica Minolta"),
    BADGE("KYOCERA MITA", "Kyocera"),
    BADGE("KYOCERA", "Kyocera"),
    BADGE("Lanier", "Lanier"),
    BADGE("Lexmark", "Lexmark"),
    BADGE("MINOLTA-QMS", "Minolta"),
    BADGE("MINOLTA", "Minolta"),
    BADGE("Nashuatec", "Nashuatec"),
    BADGE("NRG", "NRG"),
    BADGE("OKI DATA CORP", "OKI"),
    BADGE("OKI", "OKI"),
    BADGE("Olivetti", "Olivetti"),
    BADGE("Océ", "Océ"),
    BADGE("Panasonic", "Panasonic"),
    BADGE("Pantum", "Pantum"),
    BADGE("Printronix", "Printronix"),
    BADGE("Rex-Rotary", "Rex-Rotary"),
    BADGE("RICOH", "Ricoh"),
    BADGE("RISO", "RISO"),
    BADGE("Roland", "Roland DG"),
    BADGE("Samsung", "Samsung"),
    BADGE("SATO", "SATO"),
    BADGE("Savin", "Savin"),
    BADGE("SEIKO EPSON", "Epson"),
    BADGE("SHARP", "Sharp"),
    BADGE("Sindoh", "Sindoh"),
    BADGE("Star", "Star"),
    BADGE("TA Triumph-Adler", "TA Triumph-Adler"),
    BADGE("TA_UTAX", "UTAX"),
    BADGE("TallyGenicom", "TallyGenicom"),
    BADGE("Tektronix", "Tektronix"),
    BADGE("TOSHIBA TEC", "Toshiba"),
    BADGE("TOSHIBA", "Toshiba"),
    BADGE("Triumph-Adler", "TA Triumph-Adler"),
    BADGE("TROY", "TROY"),
    BADGE("TSC", "TSC"),
    BADGE("UTAX", "UTAX"),
    BADGE("Xerox", "Xerox"),
    BADGE("ZebraNet", "Zebra"),
    BADGE("Zebra", "Zebra"),
    BADGE("ZTC", "Zebra"),
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
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

static uint8_t small_letter(uint8_t letter)
{
    return letter | 0x20;
}

/* The first badge that does not begin with an earlier letter. */
static size_t first_badge(uint8_t letter)
{
    size_t low = 0;
    size_t high = BASE_ARRAY_COUNT(badges);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (small_letter(badges[middle].text.data[0]) < letter) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const char *vendor_of_badge(const char *text, size_t *rest)
{
    uint8_t letter = small_letter((uint8_t)text[0]);

    *rest = 0;
    for (size_t i = first_badge(letter); i < BASE_ARRAY_COUNT(badges); i++) {
        const char *badge = (const char *)badges[i].text.data;
        size_t size = badges[i].text.size;
        if (small_letter((uint8_t)badge[0]) != letter) {
            break;
        }
        if ((badge[1] | 0x20) == (text[1] | 0x20) && /* tells most of one letter apart */
            strncasecmp(text, badge, size) == 0 && !is_letter(text[size])) {
            while (text[size] == ' ') {
                size++;
            }
            *rest = size;
            return badges[i].vendor;
        }
    }
    return NULL;
}
