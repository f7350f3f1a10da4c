/*
 * OIDs of a profile: below its root when they begin with a dot, and several at once by a list of
 * arcs in braces.
 */
#include <errno.h>
#include <stdio.h>

#include "proto/profile_inside.h"

#define TEXT_MAX OID_TEXT_MAX

static int add(struct profile *profile, const char *text, struct profile_oids *out)
{
    uint8_t octets[OID_BER_MAX];
    size_t size;
    uint8_t *copy;
    int status = oid_from_text(text, octets, sizeof(octets), &size);

    if (status != 0) {
        return status;
    }
    if (out->count == PROFILE_ALTERNATIVES_MAX) {
        return BASE_ELIMIT;
    }
    copy = profile_alloc(profile, size);
    if (copy == NULL) {
        return -ENOMEM;
    }
    memcpy(copy, octets, size);
    out->list[out->count++] = bytes_of(copy, size);
    return 0;
}

/* Adds one OID for each arc of "{1,10,101}". */
static int add_each(struct profile *profile, const char *text, const char *open,
                    struct profile_oids *out)
{
    const char *close = strchr(open, '}');
    const char *arc = open + 1;
    int status = close != NULL ? 0 : BASE_EFORMAT;

    while (status == 0 && arc < close) {
        char one[TEXT_MAX];
        size_t size = strcspn(arc, ",}");
        int length = snprintf(one, sizeof(one), "%.*s%.*s%s", (int)(open - text), text, (int)size,
                              arc, close + 1);
        if (length < 0 || (size_t)length >= sizeof(one) || size == 0) {
            return BASE_EFORMAT;
        }
        status = add(profile, one, out);
        arc += size + 1;
    }
    return status == 0 && out->count == 0 ? BASE_EFORMAT : status;
}

int profile_oids(struct profile *profile, const char *root, const char *text,
                 struct profile_oids *out)
{
    char whole[TEXT_MAX];
    const char *open;
    int length;

    if (text[0] == '.' && root == NULL) {
        return BASE_EFORMAT;
    }
    length = snprintf(whole, sizeof(whole), "%s%s", text[0] == '.' ? root : "", text);
    if (length < 0 || (size_t)length >= sizeof(whole)) {
        return BASE_ELIMIT;
    }
    open = strchr(whole, '{');
    return open != NULL ? add_each(profile, whole, open, out) : add(profile, whole, out);
}
