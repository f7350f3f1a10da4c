#include "core/app/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* All communities with generous comments; a larger file is not one of communities. */
#define FILE_BYTES_MAX 16384

static int BASE_PRINTF(4, 5) fail(int code, char *message, size_t cap, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(message, cap, format, args);
    va_end(args);
    return code;
}

/* Who may read the file is asked of the open descriptor, so that it cannot be exchanged between. */
static int check_rights(int fd, const char *file, char *message, size_t cap)
{
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return fail(-errno, message, cap, "cannot read %s: %s", file, base_strerror(-errno));
    }
    if (!S_ISREG(info.st_mode)) {
        return fail(BASE_EUSAGE, message, cap, "%s is not a regular file", file);
    }
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return fail(BASE_EUSAGE, message, cap,
                    "%s can be used by others than its owner (mode %03o); mend it with: "
                    "chmod 600 %s",
                    file, (unsigned)info.st_mode & 0777U, file);
    }
    if (info.st_uid != geteuid() && info.st_uid != 0) {
        return fail(BASE_EUSAGE, message, cap,
                    "%s belongs to another user; mend it with: "
                    "chown %u %s",
                    file, (unsigned)geteuid(), file);
    }
    return 0;
}

/* Reads the whole file into `text`, NUL-terminated. */
static int read_text(const char *file, char *text, char *message, size_t cap)
{
    size_t size = 0;
    ssize_t got = 0;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        return fail(-errno, message, cap, "cannot read the communities in %s: %s", file,
                    errno == ELOOP ? "it is a symbolic link; name the file itself"
                                   : base_strerror(-errno));
    }
    int status = check_rights(fd, file, message, cap);
    while (status == 0 && size < FILE_BYTES_MAX) {
        got = read(fd, text + size, FILE_BYTES_MAX - size);
        if (got <= 0) {
            break;
        }
        size += (size_t)got;
    }
    if (status == 0 && got < 0) {
        status = fail(-errno, message, cap, "cannot read the communities in %s: %s", file,
                      base_strerror(-errno));
    } else if (status == 0 && (size == FILE_BYTES_MAX || memchr(text, '\0', size) != NULL)) {
        status = fail(BASE_EUSAGE, message, cap, "%s is not a text file with communities", file);
    }
    close(fd);
    text[size] = '\0';
    return status;
}

/* where: "FILE:LINE" or the name of the variable. */
static int add_community(struct secrets *secrets, const char *text, size_t size, const char *where,
                         char *message, size_t cap)
{
    if (size > SECRETS_COMMUNITY_MAX) {
        return fail(BASE_EUSAGE, message, cap, "%s: a community has at most %d characters", where,
                    SECRETS_COMMUNITY_MAX);
    }
    if (secrets->count == SECRETS_COMMUNITIES_MAX) {
        return fail(BASE_EUSAGE, message, cap, "%s: more than %d communities", where,
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
        status =
            fail(BASE_EUSAGE, message, cap, "%s holds no community; write one on a line", file);
    }
    return status;
}

int secrets_load(const char *file, struct secrets *out, char *message, size_t message_cap)
{
    const char *variable = getenv("PLATEN_COMMUNITY");
    struct secrets loaded = {.origin = "the default"};
    int status = 0;
    if (file != NULL) {
        char text[FILE_BYTES_MAX + 1] = "";
        loaded.origin = file;
        status = read_text(file, text, message, message_cap);
        if (status == 0) {
            bool marked = strncmp(text, "\xef\xbb\xbf", 3) == 0;
            status = load_lines(file, marked ? text + 3 : text, &loaded, message, message_cap);
        }
        explicit_bzero(text, sizeof(text));
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
