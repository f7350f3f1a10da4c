#include "core/app/credential_words.h"

#include <stdio.h>

const char *credential_words_version(uint8_t version)
{
    switch (version) {
    case PDU_V1:
        return "1";
    case PDU_V2C:
        return "2c";
    case PDU_V3:
        return "3";
    default:
        return NULL;
    }
}

const char *credential_words_level(uint8_t rank)
{
    static const char *const NAMES[] = {NULL, "noAuthNoPriv", "authNoPriv", "authPriv"};
    return rank < BASE_ARRAY_COUNT(NAMES) ? NAMES[rank] : NULL;
}

const char *credential_words_error(int error, const struct rows_access *access, char *out,
                                   size_t cap)
{
    bool is_to_blame = access != NULL && access->credential.size > 0 &&
                       (base_is_security(error) || error == BASE_EREFUSED);
    if (is_to_blame) {
        snprintf(out, cap, "%s (credential \"%.*s\")", base_strerror(error),
                 (int)access->credential.size, (const char *)access->credential.data);
    } else {
        snprintf(out, cap, "%s", base_strerror(error));
    }
    return out;
}
