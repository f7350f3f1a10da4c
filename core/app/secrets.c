#include "core/app/secrets.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/app/secret_file.h"

/* All communities with generous comments; a larger file is not one of communities. */
#define FILE_BYTES_MAX 16384

/* where: "FILE:LINE" or the name of the variable. */
static int add_community(struct secrets *secrets, const char *text, size_t size, const char *where,
                         char *message, size_t cap)
{
    if (size > SECRETS_COMMUNITY_MAX) {
        return base_fail(BASE_EUSAGE, message, cap, "%s: a community has at most %d characters",
                         where, SECRETS_COMMUNITY_MAX);
    }
    if (secrets->count == SECRETS_COMMUNITIES_MAX) {
        return base_fail(BASE_EUSAGE, message, cap, "%s: more than %d communities", where,
                         SECRETS_COMMUNITIES_MAX);
    }
    memcpy(secrets->communities[secrets->count], text, size);
    secrets->communities[secrets->count++][size] = '\0';
    return 0;
}

static int load_lines(const char *file, const char *text, struct secrets *out, char *message,
                      size_t cap)
{
    char where[300];
    int status = 0;
    for (unsigned line = 1; status == 0 && *text != '\0'; line++) {
        size_t whole = strcspn(text, "\n");
        const char *start = text + strspn(text, " \t\r");
        const char *end = text + whole;
        text = *end == '\n' ? end + 1 : end;
        while (end > start && strchr(" \t\r", end[-1]) != NULL) {
            end--;
        }
        if (start >= end || *start == '#') {
            continue;
        }
        snprintf(where, sizeof(where), "%s:%u", file, line);
        status = add_community(out, start, (size_t)(end - start), where, message, cap);
    }
    if (status == 0 && out->count == 0) {
        status = base_fail(BASE_EUSAGE, message, cap, "%s holds no community; write one on a line",
                           file);
    }
    return status;
}

static int load_file(const char *file, struct secrets *out, char *message, size_t cap)
{
    char path[PATH_MAX];
    const struct secret_file_want want = {path, "the communities", FILE_BYTES_MAX,
                                          SECRET_FILE_PRIVATE};
    const struct secret_message failure = {message, cap};
    struct secret_file content;
    int status = secret_file_locate(file, NULL, path, sizeof(path), failure);
    if (status == 0) {
        status = secret_file_read(&want, &content, failure);
    }
    if (status == 0) {
        bool marked = strncmp(content.text, "\xef\xbb\xbf", 3) == 0;
        status = load_lines(file, content.text + (marked ? 3 : 0), out, message, cap);
        secret_file_close(&content);
    }
    return status;
}

int secrets_load(const char *file, struct secrets *out, char *message, size_t message_cap)
{
    const char *variable = getenv("PLATEN_COMMUNITY");
    struct secrets loaded = {.origin = "the default"};
    int status = 0;
    if (file != NULL) {
        loaded.origin = file;
        status = load_file(file, &loaded, message, message_cap);
    } else if (variable != NULL && variable[0] != '\0') {
        loaded.origin = "PLATEN_COMMUNITY";
        status =
            add_community(&loaded, variable, strlen(variable), loaded.origin, message, message_cap);
    } else {
        status = add_community(&loaded, "public", 6, loaded.origin, message, message_cap);
    }
    if (status == 0) {
        *out = loaded;
    }
    secrets_clear(&loaded);
    return status;
}

void secrets_clear(struct secrets *secrets)
{
    explicit_bzero(secrets, sizeof(*secrets));
}
