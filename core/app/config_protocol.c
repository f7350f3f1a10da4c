#include "core/app/config_protocol.h"

#include <ctype.h>
#include <string.h>

#include "core/app/suggest.h"

/* Longer than every name; what is longer is none. */
#define NAME_MAX_OCTETS 24

struct auth_name {
    const char *text; /* the first row of a protocol is how messages write it */
    enum usm_auth auth;
};

static const struct auth_name auth_names[] = {
    {"MD5", USM_MD5},          {"SHA", USM_SHA1},        {"SHA-1", USM_SHA1},
    {"SHA-224", USM_SHA224},   {"SHA-256", USM_SHA256},  {"SHA-384", USM_SHA384},
    {"SHA-512", USM_SHA512},   {"SHA2-224", USM_SHA224}, {"SHA2-256", USM_SHA256},
    {"SHA2-384", USM_SHA384},  {"SHA2-512", USM_SHA512}, {"HMAC-MD5", USM_MD5},
    {"HMAC-SHA", USM_SHA1},    {"HMAC-SHA-1", USM_SHA1}, {"HMAC-MD5-96", USM_MD5},
    {"HMAC-SHA-96", USM_SHA1},
};

struct priv_name {
    const char *text;
    enum usm_priv priv;
    bool is_open;
};

static const struct priv_name priv_names[] = {
    {"DES", USM_DES, false},
    {"AES", USM_AES128, false},
    {"AES-128", USM_AES128, false},
    {"AES-192", USM_AES192, true},
    {"AES-256", USM_AES256, true},
    {"AES-192-C", USM_AES192_REEDER, false},
    {"AES-256-C", USM_AES256_REEDER, false},
    {"AES-192-Cisco", USM_AES192_REEDER, false},
    {"AES-256-Cisco", USM_AES256_REEDER, false},
    {"AES-192-Reeder", USM_AES192_REEDER, false},
    {"AES-256-Reeder", USM_AES256_REEDER, false},
    {"AES-192-Blumenthal", USM_AES192, false},
    {"AES-256-Blumenthal", USM_AES256, false},
    {"DES-CBC", USM_DES, false},
    {"CBC-DES", USM_DES, false},
    {"CFB-AES-128", USM_AES128, false},
    {"AES-CFB-128", USM_AES128, false},
};

/* Writes the letters and digits of a name in upper case. Returns: false when it is too long. */
static bool fold(const char *text, char out[NAME_MAX_OCTETS])
{
    size_t size = 0;
    for (; *text != '\0'; text++) {
        if (strchr("-_ ", *text) != NULL) {
            continue;
        }
        if (size + 1 == NAME_MAX_OCTETS) {
            return false;
        }
        out[size++] = (char)toupper((unsigned char)*text);
    }
    out[size] = '\0';
    return true;
}

static bool is_named(const char *text, const char *known)
{
    char a[NAME_MAX_OCTETS];
    char b[NAME_MAX_OCTETS];
    return fold(text, a) && fold(known, b) && strcmp(a, b) == 0;
}

int config_protocol_auth(const char *text, enum usm_auth *out, const char **hint)
{
    struct suggest suggest = {.word = text};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(auth_names); i++) {
        if (is_named(text, auth_names[i].text)) {
            *out = auth_names[i].auth;
            return 0;
        }
        suggest_offer(&suggest, auth_names[i].text);
    }
    *hint = suggest.nearest;
    return BASE_EUSAGE;
}

int config_protocol_priv(const char *text, enum usm_priv *out, bool *is_open, const char **hint)
{
    struct suggest suggest = {.word = text};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(priv_names); i++) {
        if (is_named(text, priv_names[i].text)) {
            *out = priv_names[i].priv;
            *is_open = priv_names[i].is_open;
            return 0;
        }
        suggest_offer(&suggest, priv_names[i].text);
    }
    *hint = suggest.nearest;
    return BASE_EUSAGE;
}

bool config_protocol_is_extended(enum usm_auth auth, enum usm_priv priv)
{
    return priv != USM_NO_PRIV && priv != USM_DES && usm_key_size(auth) < usm_crypt_key_size(priv);
}

enum usm_priv config_protocol_reeder(enum usm_priv priv)
{
    return priv == USM_AES192 ? USM_AES192_REEDER : priv == USM_AES256 ? USM_AES256_REEDER : priv;
}
