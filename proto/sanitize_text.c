/*
 * Replacing inside texts, with the same form and always in the same way.
 */
#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "core/base/hash64.h"
#include "proto/sanitize_inside.h"

#define SECRET_OCTETS_MIN 4
/* Digits of a telephone number at least. */
#define PHONE_DIGITS_MIN 7

/* Words that say nothing of who or where. */
static const char *const words[] = {
    "a3",        "a4",         "a5",           "a6",        "adf",          "alert",    "all",
    "almost",    "any",        "auto",         "b4",        "b5",           "back",     "belt",
    "bin",       "black",      "blue",         "box",       "bypass",       "card",     "cartridge",
    "cassette",  "center",     "check",        "cleaner",   "closed",       "color",    "colour",
    "copy",      "cover",      "cyan",         "developer", "door",         "drum",     "duplex",
    "empty",     "envelope",   "error",        "executive", "exit",         "face",     "fax",
    "feed",      "feeder",     "finisher",     "folio",     "front",        "full",     "fuser",
    "fusing",    "gray",       "green",        "heavy",     "idle",         "imaging",  "ink",
    "inner",     "input",      "insert",       "installed", "is",           "iso",      "jam",
    "jis",       "kit",        "label",        "labels",    "large",        "left",     "ledger",
    "legal",     "letter",     "life",         "light",     "load",         "low",      "lower",
    "magenta",   "main",       "maintenance",  "manual",    "media",        "missing",  "mono",
    "mp",        "multi",      "multipurpose", "near",      "no",           "none",     "normal",
    "not",       "of",         "off",          "offline",   "oktoner",      "on",       "open",
    "opc",       "other",      "out",          "output",    "page",         "pages",    "paper",
    "path",      "photo",      "plain",        "power",     "preparing",    "print",    "printer",
    "printing",  "processing", "purpose",      "ready",     "rear",         "recycled", "red",
    "remaining", "replace",    "right",        "roll",      "roller",       "save",     "scan",
    "scanner",   "select",     "sheet",        "sheets",    "side",         "size",     "sleep",
    "sleeping",  "small",      "standard",     "standby",   "staple",       "staples",  "statement",
    "stopped",   "supply",     "system",       "tabloid",   "thick",        "thin",     "to",
    "toner",     "top",        "total",        "transfer",  "transparency", "tray",     "two",
    "type",      "unit",       "unknown",      "upper",     "used",         "warming",  "warmup",
    "warning",   "waste",      "white",        "yellow",
};

static uint8_t *in_pool(struct sanitizer *sanitizer, size_t size)
{
    uint8_t *at = sanitizer->pool + sanitizer->pool_size;

    if (size > sizeof(sanitizer->pool) - sanitizer->pool_size) {
        return NULL;
    }
    sanitizer->pool_size += size;
    return at;
}

struct bytes sanitize_core(struct bytes text)
{
    while (text.size > 0 && (text.data[text.size - 1] <= ' ' || text.data[text.size - 1] == '.')) {
        text.size--;
    }
    while (text.size > 0 && text.data[0] <= ' ') {
        text.data++;
        text.size--;
    }
    return text;
}

void sanitize_add_secret(struct sanitizer *sanitizer, struct bytes text)
{
    text = sanitize_core(text);
    if (text.size >= SECRET_OCTETS_MIN && sanitizer->secret_count < SANITIZE_SECRETS_MAX) {
        sanitizer->secrets[sanitizer->secret_count++].text = text;
    }
}

static void add_text(struct sanitizer *sanitizer, const char *text)
{
    size_t size = strlen(text);
    uint8_t *kept = in_pool(sanitizer, size);

    if (kept != NULL) {
        memcpy(kept, text, size);
        sanitize_add_secret(sanitizer, bytes_of(kept, size));
    }
}

/* As arcs of an index: octets from 128 on take two. */
static void add_arcs(struct sanitizer *sanitizer, const uint8_t *octets, size_t count)
{
    uint8_t arcs[12];
    size_t size = 0;
    uint8_t *kept;

    for (size_t i = 0; i < count; i++) {
        if (octets[i] >= 0x80) {
            arcs[size++] = 0x81;
        }
        arcs[size++] = octets[i] & 0x7f;
    }
    kept = in_pool(sanitizer, size);
    if (kept != NULL && sanitizer->secret_count < SANITIZE_SECRETS_MAX) {
        memcpy(kept, arcs, size);
        sanitizer->secrets[sanitizer->secret_count++].text = bytes_of(kept, size);
    }
}

void sanitize_add_mac(struct sanitizer *sanitizer, const uint8_t mac[6])
{
    static const char *const forms[] = {"%02x:%02x:%02x:%02x:%02x:%02x",
                                        "%02x-%02x-%02x-%02x-%02x-%02x", "%02x%02x%02x%02x%02x%02x",
                                        "%02x%02x.%02x%02x.%02x%02x"};
    char text[24];

    for (size_t i = 0; i < BASE_ARRAY_COUNT(forms); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(text, sizeof(text), forms[i], mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
#pragma GCC diagnostic pop
        add_text(sanitizer, text);
    }
    /* Names are made of the last three octets: KM65E2B9. */
    snprintf(text, sizeof(text), "%02x%02x%02x", mac[3], mac[4], mac[5]);
    add_text(sanitizer, text);
    add_arcs(sanitizer, mac, 6);
}

void sanitize_add_address(struct sanitizer *sanitizer, const uint8_t address[4])
{
    char text[16];

    snprintf(text, sizeof(text), "%u.%u.%u.%u", address[0], address[1], address[2], address[3]);
    add_text(sanitizer, text);
    add_arcs(sanitizer, address, 4);
}

/* Whatever the case of letters; the octets may be anything. */
static bool is_alike(const uint8_t *a, const uint8_t *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (tolower(a[i]) != tolower(b[i])) {
            return false;
        }
    }
    return true;
}

static size_t find(struct bytes in, size_t from, struct bytes what)
{
    for (size_t at = from; at + what.size <= in.size; at++) {
        if (is_alike(in.data + at, what.data, what.size)) {
            return at;
        }
    }
    return in.size;
}

bool sanitize_holds_secret(const struct sanitizer *sanitizer, struct bytes octets)
{
    for (size_t i = 0; i < sanitizer->secret_count; i++) {
        if (find(octets, 0, sanitizer->secrets[i].text) < octets.size) {
            return true;
        }
    }
    return false;
}

/* A number that follows from the key and a text, whatever the case of its letters. */
static uint64_t mix(const struct sanitizer *sanitizer, const uint8_t *text, size_t size,
                    size_t place)
{
    uint64_t hash = hash64_pair(sanitizer->key, size);

    for (size_t i = 0; i < size; i++) {
        hash = hash64_pair(hash, (uint64_t)tolower(text[i]));
    }
    return hash64_pair(hash, place + 1);
}

/* Another letter or digit than the one it stands for. */
static uint8_t other(uint8_t octet, uint64_t random)
{
    if (isdigit(octet)) {
        return (uint8_t)('0' + (octet - '0' + 1 + (int)(random % 9)) % 10);
    }
    if (octet >= 'a' && octet <= 'z') {
        return (uint8_t)('a' + (octet - 'a' + 1 + (int)(random % 25)) % 26);
    }
    if (octet >= 'A' && octet <= 'Z') {
        return (uint8_t)('A' + (octet - 'A' + 1 + (int)(random % 25)) % 26);
    }
    return octet < 0x80 ? octet : (uint8_t)'x'; /* letters of other scripts */
}

void sanitize_scramble(const struct sanitizer *sanitizer, uint8_t *text, size_t size)
{
    uint8_t original[256];

    for (size_t start = 0; start < size; start += sizeof(original)) {
        size_t part = size - start < sizeof(original) ? size - start : sizeof(original);
        memcpy(original, text + start, part);
        for (size_t i = 0; i < part; i++) {
            text[start + i] = other(original[i], mix(sanitizer, original, part, i));
        }
    }
}

static size_t length_of(const uint8_t *text, size_t size, const char *set)
{
    size_t length = 0;

    while (length < size && (isalnum(text[length]) || strchr(set, text[length]) != NULL) &&
           text[length] != '\0') {
        length++;
    }
    return length;
}

/* Octets at the start that are a serial number behind one of its keys. *skip: the key. */
static size_t serial_at(const uint8_t *text, size_t size, size_t *skip)
{
    static const char *const keys[] = {"SN:", "S/N:",          "S/N ", "SN ",    "SER:", "SERN:",
                                       ";SN", "SERIALNUMBER:", "FN:",  "SVCID:", "SNR:"};

    for (size_t i = 0; i < BASE_ARRAY_COUNT(keys); i++) {
        size_t length = strlen(keys[i]);
        if (size > length && strncasecmp((const char *)text, keys[i], length) == 0) {
            *skip = length;
            return length_of(text + length, size - length, "-_");
        }
    }
    return 0;
}

/* Octets at the start that are a telephone number or an IPv4 address: digits with something between
 * them. A release like 1.2.3.4 has to go with the addresses. */
static size_t number_at(const uint8_t *text, size_t size)
{
    size_t length = 0;
    size_t digits = 0;
    size_t signs = 0;
    size_t dots = 0;

    while (length < size && (isdigit(text[length]) || strchr("+-()./ ", text[length]) != NULL) &&
           text[length] != '\0') {
        digits += isdigit(text[length]) != 0;
        signs += strchr("+-() ", text[length]) != NULL;
        dots += text[length] == '.';
        length++;
    }
    while (length > 0 && !isdigit(text[length - 1])) {
        length--;
    }
    if ((digits >= PHONE_DIGITS_MIN && signs > 0) || dots == 3) {
        return length;
    }
    return 0;
}

/* Octets at the start that are six pairs of hex digits. */
static size_t mac_at(const uint8_t *text, size_t size)
{
    size_t pairs = 0;
    size_t at = 0;

    while (at + 2 <= size && isxdigit(text[at]) && isxdigit(text[at + 1])) {
        pairs++;
        at += 2;
        if (pairs < 6 && at < size && (text[at] == ':' || text[at] == '-')) {
            at++;
        }
    }
    return pairs == 6 ? at : 0;
}

/* The e-mail address around an @ at `at`: from where, how long. */
static size_t mail_at(const uint8_t *text, size_t size, size_t at, size_t *start)
{
    size_t end = at + 1 + length_of(text + at + 1, size - at - 1, ".-_");

    *start = at;
    while (*start > 0 && (isalnum(text[*start - 1]) || strchr(".-_+", text[*start - 1]) != NULL)) {
        (*start)--;
    }
    return end - *start;
}

/* Replaces the secrets and marks where. */
static void replace_secrets(const struct sanitizer *sanitizer, uint8_t *text, size_t size,
                            bool *is_done)
{
    struct bytes whole = bytes_of(text, size);

    for (size_t i = 0; i < sanitizer->secret_count; i++) {
        size_t length = sanitizer->secrets[i].text.size;
        for (size_t at = find(whole, 0, sanitizer->secrets[i].text); at < size;
             at = find(whole, at + length, sanitizer->secrets[i].text)) {
            if (!is_done[at]) {
                sanitize_scramble(sanitizer, text + at, length);
                memset(is_done + at, true, length);
            }
        }
    }
}

/* What stands at `at` and names somebody: its start and its length, 0 for nothing. */
static size_t person_at(const uint8_t *text, size_t size, size_t at, size_t *start)
{
    bool is_start = at == 0 || !isalnum(text[at - 1]);
    size_t skip = 0;
    size_t length = 0;

    *start = at;
    if (text[at] == '@') {
        return mail_at(text, size, at, start);
    }
    if (is_start || text[at] == ';') {
        length = serial_at(text + at, size - at, &skip);
        *start = at + skip;
    }
    if (length == 0 && is_start) {
        *start = at;
        length = mac_at(text + at, size - at);
        length = length > 0 ? length : number_at(text + at, size - at);
    }
    return length;
}

void sanitize_known(const struct sanitizer *sanitizer, uint8_t *text, size_t size)
{
    bool is_done[SANITIZE_VALUE_MAX] = {false};
    size_t start;

    replace_secrets(sanitizer, text, size, is_done);
    for (size_t at = 0; at < size; at++) {
        size_t length = person_at(text, size, at, &start);
        if (length > 0 && !is_done[start]) {
            sanitize_scramble(sanitizer, text + start, length);
        }
        if (length > 0) {
            at = start + length - 1;
        }
    }
}

static bool is_word(const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(words); i++) {
        if (strlen(words[i]) == size && strncasecmp((const char *)text, words[i], size) == 0) {
            return true;
        }
    }
    return false;
}

void sanitize_unknown(const struct sanitizer *sanitizer, uint8_t *text, size_t size)
{
    size_t at = 0;

    while (at < size) {
        size_t length = 0;
        while (at + length < size && (isalnum(text[at + length]) || text[at + length] >= 0x80)) {
            length++;
        }
        /* One or two digits, as of trays, tell nothing. */
        bool is_small = length <= 2 && isdigit(text[at]) && (length == 1 || isdigit(text[at + 1]));
        if (length > 0 && !is_small && !is_word(text + at, length)) {
            sanitize_scramble(sanitizer, text + at, length);
        }
        at += length > 0 ? length : 1;
    }
}

void sanitize_octets(const struct sanitizer *sanitizer, uint8_t *octets, size_t size)
{
    uint8_t original[1024];
    size_t known = size < sizeof(original) ? size : sizeof(original);

    memcpy(original, octets, known);
    for (size_t i = 0; i < size; i++) {
        octets[i] = (uint8_t)mix(sanitizer, original, known, i);
    }
}

void sanitize_mac(const struct sanitizer *sanitizer, uint8_t mac[6])
{
    uint64_t random = mix(sanitizer, mac, 6, 0);

    if ((mac[0] | mac[1] | mac[2] | mac[3] | mac[4] | mac[5]) == 0) {
        return;
    }
    for (size_t i = 3; i < 6; i++) {
        mac[i] ^= (uint8_t)(1 + (random >> (8 * i)) % 255);
    }
}

void sanitize_address(const struct sanitizer *sanitizer, uint8_t address[4])
{
    uint64_t random = mix(sanitizer, address, 4, 0);

    /* Nothing, loopback and masks are the same everywhere. */
    if (address[0] == 0 || address[0] == 127 || address[0] == 255) {
        return;
    }
    address[0] = 198;
    address[1] = (uint8_t)(18 + random % 2);
    address[2] = (uint8_t)(random >> 8);
    address[3] = (uint8_t)(1 + (random >> 16) % 254);
}
