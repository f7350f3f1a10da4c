#include "proto/sanitize.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "proto/gate.h"
#include "proto/object.h"
#include "proto/oid.h"
#include "proto/sanitize_inside.h"
#include "proto/snmprec.h"

#define LINE_MAX (OID_TEXT_MAX + 2 * SANITIZE_VALUE_MAX + 32)

/* Tables whose indexes or rows are other hosts, or programs: they are left out. */
static const char *const left_out[] = {
    "1.3.6.1.2.1.3",    "1.3.6.1.2.1.4.21", "1.3.6.1.2.1.4.22", "1.3.6.1.2.1.4.24",
    "1.3.6.1.2.1.4.31", "1.3.6.1.2.1.4.32", "1.3.6.1.2.1.4.33", "1.3.6.1.2.1.4.34",
    "1.3.6.1.2.1.4.35", "1.3.6.1.2.1.4.36", "1.3.6.1.2.1.4.37", "1.3.6.1.2.1.6.13",
    "1.3.6.1.2.1.6.19", "1.3.6.1.2.1.6.20", "1.3.6.1.2.1.7.5",  "1.3.6.1.2.1.7.7",
    "1.3.6.1.2.1.14",   "1.3.6.1.2.1.15",   "1.3.6.1.2.1.16",   "1.3.6.1.2.1.17",
    "1.3.6.1.2.1.25.4", "1.3.6.1.2.1.25.5", "1.3.6.1.2.1.25.6", "1.3.6.1.2.1.55",
    "1.3.6.1.4.1.8072", "1.3.6.1.4.1.2021",
};

/* Columns whose texts name people, places and machines. */
static const char *const identities[] = {
    "1.3.6.1.2.1.1.4",           "1.3.6.1.2.1.1.5",         "1.3.6.1.2.1.1.6",
    "1.3.6.1.2.1.43.5.1.1.4",    "1.3.6.1.2.1.43.5.1.1.5",  "1.3.6.1.2.1.43.5.1.1.16",
    "1.3.6.1.2.1.43.5.1.1.17",   "1.3.6.1.2.1.43.8.2.1.17", "1.3.6.1.2.1.43.9.2.1.11",
    "1.3.6.1.2.1.47.1.1.1.1.11", "1.3.6.1.2.1.31.1.1.1.18",
};

/* Columns whose texts tell what the device is and holds. */
static const char *const descriptions[] = {
    "1.3.6.1.2.1.1.1",         "1.3.6.1.2.1.25.3.2.1.3", "1.3.6.1.2.1.43.11.1.1.6",
    "1.3.6.1.2.1.43.12.1.1.4", "1.3.6.1.2.1.43.7.1.1.2", "1.3.6.1.2.1.43.7.1.1.3",
};

static bool is_below_any(struct bytes oid, const char *const *columns, size_t count)
{
    uint8_t octets[OID_BER_MAX];
    size_t size;

    for (size_t i = 0; i < count; i++) {
        if (oid_from_text(columns[i], octets, sizeof(octets), &size) == 0 &&
            oid_is_below(oid, bytes_of(octets, size))) {
            return true;
        }
    }
    return false;
}

#define IS_BELOW(oid, columns) is_below_any(oid, columns, BASE_ARRAY_COUNT(columns))

static bool is_column(struct bytes oid, unsigned object)
{
    const struct object *properties = object_find(object);

    return properties != NULL && oid_is_below(oid, properties->column);
}

/* An IEEE 1284 device id, which many keep where only they know. */
static bool is_device_id(struct bytes value)
{
    return memmem(value.data, value.size, "CMD:", 4) != NULL ||
           memmem(value.data, value.size, "COMMAND SET:", 12) != NULL;
}

/* How a value is treated. */
enum role {
    ROLE_UNKNOWN, /* of which nothing is known but that the device has it */
    ROLE_IDENTITY,
    ROLE_DESCRIPTION,
    ROLE_COUNTER, /* octets that count or are bits: as they are */
    ROLE_MAC,
};

static enum role role_of(const struct sanitizer *sanitizer, const struct varbind *varbind)
{
    enum profile_use use = PROFILE_USE_NONE;

    if (is_column(varbind->oid, OBJECT_IF_PHYS_ADDRESS)) {
        return ROLE_MAC;
    }
    if (IS_BELOW(varbind->oid, identities)) {
        return ROLE_IDENTITY;
    }
    if (IS_BELOW(varbind->oid, descriptions)) {
        return ROLE_DESCRIPTION;
    }
    if (is_column(varbind->oid, OBJECT_HR_PRINTER_ERROR_STATE)) {
        return ROLE_COUNTER;
    }
    if (is_device_id(varbind->value)) {
        return ROLE_DESCRIPTION;
    }
    if (sanitizer->profile != NULL) {
        use = profile_use_of(sanitizer->profile, varbind->oid);
    }
    switch (use) {
    case PROFILE_USE_IDENTITY:
        return ROLE_IDENTITY;
    case PROFILE_USE_LABEL:
        return ROLE_DESCRIPTION;
    case PROFILE_USE_VALUE:
        return ROLE_COUNTER;
    case PROFILE_USE_NONE:
        break;
    }
    return ROLE_UNKNOWN;
}

/* Says whether a name is that of the model, as names are that nobody has given. */
static bool is_model(const struct varbinds *list, const struct varbind *name)
{
    static const char *const names[] = {"1.3.6.1.2.1.1.5", "1.3.6.1.2.1.43.5.1.1.16"};
    struct bytes core = sanitize_core(name->value);

    if (!IS_BELOW(name->oid, names) || core.size == 0) {
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct varbind *varbind = &list->items[i];
        if (is_column(varbind->oid, OBJECT_HR_DEVICE_DESCR) &&
            memmem(varbind->value.data, varbind->value.size, core.data, core.size) != NULL) {
            return true;
        }
    }
    return false;
}

/* First of all what must not appear is collected, from wherever the device tells it. */
static void collect(struct sanitizer *sanitizer, const struct varbinds *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct varbind *varbind = &list->items[i];
        if (varbind->tag == GATE_IP_ADDRESS && varbind->value.size == 4) {
            uint8_t first = varbind->value.data[0];
            if (first != 0 && first != 127 && first != 255) {
                sanitize_add_address(sanitizer, varbind->value.data);
            }
        } else if (varbind->tag == GATE_OCTET_STRING) {
            enum role role = role_of(sanitizer, varbind);
            if (role == ROLE_MAC && varbind->value.size == 6) {
                sanitize_add_mac(sanitizer, varbind->value.data);
            } else if (role == ROLE_IDENTITY && !is_model(list, varbind)) {
                sanitize_add_secret(sanitizer, varbind->value);
            }
        }
    }
}

static bool is_text(struct bytes value)
{
    for (size_t i = 0; i < value.size; i++) {
        uint8_t octet = value.data[i];
        if (octet < 0x20 && octet != '\0' && octet != '\n' && octet != '\r' && octet != '\t') {
            return false;
        }
    }
    return true;
}

static void replace_octets(const struct sanitizer *sanitizer, const struct varbind *varbind,
                           uint8_t *value, size_t size)
{
    enum role role = role_of(sanitizer, varbind);
    bool is_plain = is_text(bytes_of(value, size));

    if (role == ROLE_MAC && size == 6) {
        sanitize_mac(sanitizer, value);
    } else if (role == ROLE_DESCRIPTION) {
        sanitize_known(sanitizer, value, size);
    } else if (role == ROLE_COUNTER) {
        if (is_plain) {
            sanitize_known(sanitizer, value, size);
        }
    } else if (role == ROLE_IDENTITY || role == ROLE_MAC) {
        struct bytes core = sanitize_core(bytes_of(value, size));
        sanitize_scramble(sanitizer, value + (core.data - value), core.size);
    } else if (is_plain) {
        sanitize_known(sanitizer, value, size);
        sanitize_unknown(sanitizer, value, size);
    } else {
        sanitize_octets(sanitizer, value, size);
    }
}

/* The index of ipAddrTable is the address: replaced as the address itself is.
 * Returns: false when the name cannot be shown. */
static bool replace_name(const struct sanitizer *sanitizer, struct bytes name, uint8_t *out,
                         size_t *size)
{
    static const uint8_t table[] = {0x2b, 6, 1, 2, 1, 4, 20, 1};
    uint32_t arcs[OID_ARCS_MAX];
    uint8_t address[4];
    size_t count;

    memcpy(out, name.data, name.size);
    *size = name.size;
    if (!oid_is_below(name, bytes_of(table, sizeof(table)))) {
        return !sanitize_holds_secret(sanitizer, name);
    }
    if (oid_index_arcs(bytes_of(name.data + sizeof(table), name.size - sizeof(table)), arcs,
                       OID_ARCS_MAX, &count) != 0 ||
        count != 5) {
        return false;
    }
    for (size_t i = 0; i < 4; i++) {
        address[i] = (uint8_t)arcs[1 + i];
    }
    sanitize_address(sanitizer, address);
    *size = sizeof(table) + 1;
    for (size_t i = 0; i < 4; i++) {
        if (address[i] >= 0x80) {
            out[(*size)++] = 0x81;
        }
        out[(*size)++] = address[i] & 0x7f;
    }
    return true;
}

static void put_varbind(const struct sanitizer *sanitizer, const struct varbind *varbind,
                        sanitize_line *put, void *context)
{
    char line[LINE_MAX];
    uint8_t name[OID_BER_MAX];
    uint8_t value[SANITIZE_VALUE_MAX];
    size_t name_size;
    size_t size =
        varbind->value.size < SANITIZE_VALUE_MAX ? varbind->value.size : SANITIZE_VALUE_MAX;
    struct varbind out = {.tag = varbind->tag};

    if (varbind->oid.size > sizeof(name) || IS_BELOW(varbind->oid, left_out) ||
        !replace_name(sanitizer, varbind->oid, name, &name_size)) {
        return;
    }
    memcpy(value, varbind->value.data, size);
    if (varbind->tag == GATE_OCTET_STRING || varbind->tag == GATE_OPAQUE) {
        replace_octets(sanitizer, varbind, value, size);
    } else if (varbind->tag == GATE_IP_ADDRESS && size == 4) {
        sanitize_address(sanitizer, value);
    } else if (varbind->tag == GATE_OID && sanitize_holds_secret(sanitizer, varbind->value)) {
        return;
    }
    out.oid = bytes_of(name, name_size);
    out.value = bytes_of(value, size);
    if (snmprec_put(&out, line, sizeof(line)) > 0) {
        put(context, line);
    }
}

static int compare(const void *a, const void *b)
{
    const struct varbind *first = a;
    const struct varbind *second = b;

    return oid_compare(first->oid, second->oid);
}

int sanitize(const struct varbinds *list, const struct profile *profile, uint64_t secret,
             sanitize_line *put, void *context)
{
    struct sanitizer *sanitizer = calloc(1, sizeof(*sanitizer));
    struct varbind *sorted = calloc(list->count + 1, sizeof(*sorted));

    if (sanitizer == NULL || sorted == NULL) {
        free(sanitizer);
        free(sorted);
        return -ENOMEM;
    }
    sanitizer->key = secret;
    sanitizer->profile = profile;
    collect(sanitizer, list);
    if (list->count > 0) {
        memcpy(sorted, list->items, list->count * sizeof(*sorted));
        qsort(sorted, list->count, sizeof(*sorted), compare);
    }
    for (size_t i = 0; i < list->count; i++) {
        put_varbind(sanitizer, &sorted[i], put, context);
    }
    free(sorted);
    free(sanitizer);
    return 0;
}
