#include "core/app/config_credential.h"

#include <stdio.h>
#include <string.h>

#include "core/app/config_protocol.h"
#include "core/app/config_subnet.h"

static const char *const keys_of_all[] = {
    "name", "version", "community", "community_file",    "user",
    "auth", "priv",    "context",   "context_engine_id", "subnets"};
static const char *const keys_of_protocol[] = {"protocol", "password", "password_file"};

/* One mapping on its way. */
struct draft {
    const struct config_binder *binder;
    const struct config_node *node;
    struct credential item;
    unsigned uses;   /* CONFIG_USES_* of the item */
    bool is_doubled; /* both extensions of the key */
    struct target_range subnets[CREDENTIAL_SUBNETS_MAX];
    size_t subnet_count;
};

#define FAIL(draft, where, ...)                                                                    \
    config_report_add((draft)->binder->place.report, (draft)->binder->place.file, (where),         \
                      __VA_ARGS__)

const char *config_credential_level(const struct usm_user *user)
{
    return user->auth == USM_NO_AUTH   ? "noAuthNoPriv"
           : user->priv == USM_NO_PRIV ? "authNoPriv"
                                       : "authPriv";
}

/* --- what all versions have ------------------------------------------------------------------- */

static int take_name(struct draft *draft)
{
    const struct config_node *node = config_read_text(&draft->binder->place, draft->node, "name");
    if (node == NULL) {
        return config_yaml_get(draft->node, "name") != NULL
                   ? BASE_EUSAGE
                   : FAIL(draft, draft->node->line,
                          "a credential wants a name, by which messages call it");
    }
    bool is_clean = node->size > 0 && node->size <= CONFIG_CREDENTIAL_NAME_MAX;
    for (size_t i = 0; i < node->size; i++) {
        is_clean = is_clean && (unsigned char)node->text[i] >= 0x20 && node->text[i] != 0x7f;
    }
    if (!is_clean) {
        return FAIL(draft, node->line, "a name has 1 to %d octets and no control characters",
                    CONFIG_CREDENTIAL_NAME_MAX);
    }
    memcpy(draft->item.name, node->text, node->size + 1);
    return 0;
}

static int take_version(struct draft *draft)
{
    enum pdu_version version;
    const struct config_node *node = config_yaml_get(draft->node, "version");
    if (node == NULL) {
        bool has_user = config_yaml_get(draft->node, "user") != NULL;
        draft->uses = has_user ? CONFIG_USES_V3 : CONFIG_USES_V2C | CONFIG_USES_V1;
        return 0;
    }
    if (node->kind != CONFIG_TEXT || !config_version(node->text, &version)) {
        return FAIL(draft, node->line, "version is 1, 2c or 3");
    }
    draft->uses = version == PDU_V3    ? CONFIG_USES_V3
                  : version == PDU_V2C ? CONFIG_USES_V2C
                                       : CONFIG_USES_V1;
    return 0;
}

static int take_subnet(struct draft *draft, const struct config_node *node)
{
    if (draft->subnet_count == CREDENTIAL_SUBNETS_MAX) {
        return FAIL(draft, node->line, "more than %d subnets", CREDENTIAL_SUBNETS_MAX);
    }
    if (node->kind != CONFIG_TEXT ||
        config_subnet_read(node->text, &draft->subnets[draft->subnet_count]) != 0) {
        return FAIL(draft, node->line,
                    "this is no subnet; write a network (10.1.0.0/16, 2001:db8::/64 or longer), a "
                    "range (10.1.0.1-10.1.3.254) or an address");
    }
    draft->subnet_count++;
    return 0;
}

static int take_subnets(struct draft *draft)
{
    const struct config_node *node = config_yaml_get(draft->node, "subnets");
    int status = 0;
    if (node == NULL) {
        return 0;
    }
    if (node->kind == CONFIG_TEXT) {
        return take_subnet(draft, node);
    }
    if (node->kind == CONFIG_MAP || node->count == 0) {
        return FAIL(draft, node->line,
                    "subnets is a list like [10.1.0.0/16]; without it the credential is for all "
                    "addresses");
    }
    for (const struct config_node *child = node->child; child != NULL; child = child->next) {
        int result = take_subnet(draft, child);
        status = status == 0 ? result : status;
    }
    return status;
}

/* --- version 1 and 2c ------------------------------------------------------------------------- */

static int refuse_keys(struct draft *draft, const char *const *keys, size_t count,
                       const char *version)
{
    for (size_t i = 0; i < count; i++) {
        const struct config_node *node = config_yaml_get(draft->node, keys[i]);
        if (node != NULL) {
            return FAIL(draft, node->key_line, "%s does not belong to a credential of version %s",
                        keys[i], version);
        }
    }
    return 0;
}

static int take_community(struct draft *draft)
{
    static const char *const others[] = {"user", "auth", "priv", "context", "context_engine_id"};
    struct config_secret secret = {0};
    const struct config_binder *binder = draft->binder;
    int status = refuse_keys(draft, others, BASE_ARRAY_COUNT(others), "1 or 2c");
    if (status == 0) {
        status = config_secret_read(&binder->place, binder->file, draft->node, "community",
                                    "community_file", &secret);
    }
    if (status == 0 && secret.size > CREDENTIAL_COMMUNITY_MAX) {
        status = FAIL(draft, draft->node->line, "a community has at most %d octets",
                      CREDENTIAL_COMMUNITY_MAX);
    } else if (status == 0) {
        memcpy(draft->item.community, secret.octets, secret.size);
        draft->item.community_size = (uint8_t)secret.size;
    }
    usm_forget(&secret, sizeof(secret));
    if (status == 0 && binder->is_approved_only) {
        status = FAIL(draft, draft->node->line,
                      "approved_only refuses the credential \"%s\": SNMP versions 1 and 2c have no "
                      "approved algorithms; use version 3",
                      draft->item.name);
    }
    return status;
}

/* --- version 3 -------------------------------------------------------------------------------- */

static int take_user(struct draft *draft)
{
    const struct config_node *node = config_read_text(&draft->binder->place, draft->node, "user");
    if (node == NULL) {
        return config_yaml_get(draft->node, "user") != NULL
                   ? BASE_EUSAGE
                   : FAIL(draft, draft->node->line, "a credential of version 3 wants a user");
    }
    if (node->size == 0 || node->size > USM_NAME_MAX) {
        return FAIL(draft, node->line, "user has 1 to %d octets", USM_NAME_MAX);
    }
    memcpy(draft->item.user.name, node->text, node->size);
    draft->item.user.name_size = (uint8_t)node->size;
    return 0;
}

/* Reads the password of `auth` or `priv` and makes Ku of it, by the hash of `auth`. */
static int take_password(struct draft *draft, const struct config_node *map, uint8_t *key)
{
    struct config_secret password = {0};
    const struct config_binder *binder = draft->binder;
    int status = config_secret_read(&binder->place, binder->file, map, "password", "password_file",
                                    &password);
    if (status == 0 && password.size < CONFIG_PASSWORD_MIN) {
        status = FAIL(draft, map->line,
                      "the password of %s has less than %d octets, which devices refuse (RFC 3414)",
                      map->key, CONFIG_PASSWORD_MIN);
    } else if (status == 0) {
        config_secret_make_key(binder->keys, draft->item.user.auth, &password, key);
    }
    usm_forget(&password, sizeof(password));
    return status;
}

/* Finds the name of the protocol in `auth` or `priv`. */
static const struct config_node *find_protocol(struct draft *draft, const struct config_node *map)
{
    const struct config_place *place = &draft->binder->place;
    if (!config_read_map(place, map, map->key, keys_of_protocol,
                         BASE_ARRAY_COUNT(keys_of_protocol))) {
        return NULL;
    }
    if (config_yaml_get(map, "protocol") == NULL) {
        (void)FAIL(draft, map->line, "%s wants a protocol", map->key);
        return NULL;
    }
    return config_read_text(place, map, "protocol");
}

static int fail_protocol(struct draft *draft, const struct config_node *node, const char *hint,
                         const char *known)
{
    return hint != NULL
               ? FAIL(draft, node->line, "this protocol is not known; did you mean %s?", hint)
               : FAIL(draft, node->line, "this protocol is not known; known are %s", known);
}

static int take_auth(struct draft *draft, const struct config_node *map)
{
    const char *hint = NULL;
    struct usm_user *user = &draft->item.user;
    const struct config_node *node = find_protocol(draft, map);
    if (node == NULL) {
        return BASE_EUSAGE;
    }
    if (config_protocol_auth(node->text, &user->auth, &hint) != 0) {
        return fail_protocol(draft, node, hint, "MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512");
    }
    return take_password(draft, map, user->auth_key);
}

static int take_priv(struct draft *draft, const struct config_node *map)
{
    const char *hint = NULL;
    bool is_open = false;
    struct usm_user *user = &draft->item.user;
    const struct config_node *node = find_protocol(draft, map);
    if (node == NULL) {
        return BASE_EUSAGE;
    }
    if (config_protocol_priv(node->text, &user->priv, &is_open, &hint) != 0) {
        return fail_protocol(draft, node, hint,
                             "DES, AES-128, AES-192, AES-256, AES-192-C, AES-256-C, "
                             "AES-192-Blumenthal, AES-256-Blumenthal");
    }
    if (!config_protocol_is_extended(user->auth, user->priv)) {
        /* Where nothing is extended both names mean the same. */
        user->priv = user->priv == USM_AES192_REEDER   ? USM_AES192
                     : user->priv == USM_AES256_REEDER ? USM_AES256
                                                       : user->priv;
        is_open = false;
    }
    draft->is_doubled = is_open;
    return take_password(draft, map, user->priv_key);
}

static int take_context(struct draft *draft)
{
    const struct config_place *place = &draft->binder->place;
    struct credential *item = &draft->item;
    if (config_yaml_get(draft->node, "context") == NULL) {
        return 0;
    }
    const struct config_node *node = config_read_text(place, draft->node, "context");
    if (node == NULL) {
        return BASE_EUSAGE;
    }
    if (node->size > USM_CONTEXT_MAX) {
        return FAIL(draft, node->line, "context has at most %d octets", USM_CONTEXT_MAX);
    }
    memcpy(item->context, node->text, node->size);
    item->context_size = (uint8_t)node->size;
    return 0;
}

/* Reads "80001f88...", "0x80001f88...", "80:00:1f:88:...". */
static bool read_engine_id(const char *text, struct usm_engine_id *out)
{
    uint8_t any = 0;
    uint8_t all = 0xff;
    text += strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0 ? 2 : 0;
    while (*text != '\0') {
        if (out->size > 0 && strchr(": -", *text) != NULL) {
            text++;
        }
        int high = bytes_hex_digit((uint8_t)text[0]);
        int low = high >= 0 ? bytes_hex_digit((uint8_t)text[1]) : -1;
        if (low < 0 || out->size == USM_ENGINE_ID_MAX) {
            return false;
        }
        uint8_t octet = (uint8_t)(high << 4 | low);
        out->octets[out->size++] = octet;
        any |= octet;
        all &= octet;
        text += 2;
    }
    /* RFC 3411 section 5, SnmpEngineID: not all zero, not all 'ff'H. */
    return out->size >= USM_ENGINE_ID_MIN && any != 0 && all != 0xff;
}

static int take_engine(struct draft *draft)
{
    if (config_yaml_get(draft->node, "context_engine_id") == NULL) {
        return 0;
    }
    const struct config_node *node =
        config_read_text(&draft->binder->place, draft->node, "context_engine_id");
    if (node == NULL) {
        return BASE_EUSAGE;
    }
    return read_engine_id(node->text, &draft->item.context_engine)
               ? 0
               : FAIL(draft, node->line,
                      "context_engine_id is %d to %d octets in hexadecimal, not all 00 or ff",
                      USM_ENGINE_ID_MIN, USM_ENGINE_ID_MAX);
}

static int check_approved(struct draft *draft)
{
    const struct usm_user *user = &draft->item.user;
    const char *what = NULL;
    const char *shorter = NULL; /* the hash that is shorter than the key */
    if (!draft->binder->is_approved_only) {
        return 0;
    }
    if (user->auth == USM_NO_AUTH) {
        what = "no authentication";
    } else if (!usm_auth_is_approved(user->auth)) {
        what = usm_auth_name(user->auth);
    } else if (user->priv != USM_NO_PRIV && !usm_priv_is_approved(user->auth, user->priv)) {
        what = usm_priv_name(user->priv);
        shorter =
            config_protocol_is_extended(user->auth, user->priv) ? usm_auth_name(user->auth) : NULL;
    }
    if (what == NULL) {
        return 0;
    }
    return FAIL(draft, draft->node->line,
                "approved_only refuses the credential \"%s\" for %s%s%s; approved algorithms are "
                "the SHA family, AES-128, and AES-192 or AES-256 with a hash as long as the key",
                draft->item.name, what, shorter != NULL ? " with the shorter " : "",
                shorter != NULL ? shorter : "");
}

static int take_v3(struct draft *draft)
{
    static const char *const others[] = {"community", "community_file"};
    const struct config_node *auth = config_yaml_get(draft->node, "auth");
    const struct config_node *priv = config_yaml_get(draft->node, "priv");
    int status = refuse_keys(draft, others, BASE_ARRAY_COUNT(others), "3");
    int results[] = {take_user(draft), take_context(draft), take_engine(draft)};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(results); i++) {
        status = status == 0 ? results[i] : status;
    }
    if (priv != NULL && auth == NULL) {
        return FAIL(draft, priv->key_line,
                    "priv wants auth: in SNMPv3 there is no privacy without authentication");
    }
    if (status == 0 && auth != NULL) {
        status = take_auth(draft, auth);
    }
    if (status == 0 && priv != NULL) {
        status = take_priv(draft, priv);
    }
    return status == 0 ? check_approved(draft) : status;
}

/* --- adding ----------------------------------------------------------------------------------- */

static int add_item(struct draft *draft, unsigned use, enum pdu_version version)
{
    if ((draft->uses & draft->binder->uses & use) == 0) {
        return 0;
    }
    draft->item.version = version;
    int status =
        credentials_add(draft->binder->out, &draft->item, draft->subnets, draft->subnet_count);
    if (status == BASE_EEXISTS) {
        return FAIL(draft, draft->node->line, "the name \"%s\" is taken by a credential before it",
                    draft->item.name);
    }
    return status == 0
               ? 0
               : FAIL(draft, draft->node->line, "more than %d credentials, or %d subnets in all",
                      CREDENTIALS_MAX, CREDENTIAL_SUBNETS_MAX);
}

static void add_items(struct draft *draft)
{
    char name[CREDENTIAL_NAME_MAX + 1];
    struct credential *item = &draft->item;
    if (!draft->is_doubled) {
        int status = add_item(draft, CONFIG_USES_V3, PDU_V3);
        status = status == 0 ? add_item(draft, CONFIG_USES_V2C, PDU_V2C) : status;
        (void)(status == 0 ? add_item(draft, CONFIG_USES_V1, PDU_V1) : status); /* reported */
        return;
    }
    enum usm_priv blumenthal = item->user.priv;
    memcpy(name, item->name, sizeof(name));
    snprintf(item->name, sizeof(item->name), "%.*s/reeder", CONFIG_CREDENTIAL_NAME_MAX, name);
    item->user.priv = config_protocol_reeder(blumenthal);
    if (add_item(draft, CONFIG_USES_V3, PDU_V3) == 0) {
        snprintf(item->name, sizeof(item->name), "%.*s/blumenthal", CONFIG_CREDENTIAL_NAME_MAX,
                 name);
        item->user.priv = blumenthal;
        (void)add_item(draft, CONFIG_USES_V3, PDU_V3); /* reported */
    }
}

void config_credential_add(const struct config_binder *binder, const struct config_node *node)
{
    struct draft draft = {.binder = binder, .node = node};
    if (!config_read_map(&binder->place, node, "a credential", keys_of_all,
                         BASE_ARRAY_COUNT(keys_of_all))) {
        return;
    }
    int status = take_name(&draft);
    int subnets = take_subnets(&draft);
    if (take_version(&draft) == 0 && status == 0) {
        status = draft.uses == CONFIG_USES_V3 ? take_v3(&draft) : take_community(&draft);
        if (status == 0 && subnets == 0) {
            add_items(&draft);
        }
    }
    usm_forget(&draft, sizeof(draft));
}
