#include "core/app/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int secret_file_judge(const struct secret_file *file, const char *path,
                      struct secret_message message)
{
    if ((file->mode & (S_IRWXG | S_IRWXO)) != 0) {
        return base_fail(BASE_EUSAGE, message.text, message.cap,
                         "%s can be used by others than its owner (mode %03o); mend it with: "
                         "chmod 600 %s",
                         path, file->mode, path);
    }
    if (file->is_others) {
        return base_fail(BASE_EUSAGE, message.text, message.cap,
                         "%s belongs to another user; mend it with: chown %u %s", path,
                         (unsigned)geteuid(), path);
    }
    return 0;
}

static bool is_from_systemd(const char *path)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    size_t size = folder != NULL ? strlen(folder) : 0;
    return size > 1 && strncmp(path, folder, size) == 0 && path[size] == '/';
}

/* Who may read the file is asked of the open descriptor, so that it cannot be exchanged between. */
static int check(int fd, const struct secret_file_want *want, struct secret_file *out,
                 struct secret_message message)
{
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return base_fail(-errno, message.text, message.cap, "cannot read %s: %s", want->path,
                         base_strerror(-errno));
    }
    if (!S_ISREG(info.st_mode)) {
        return base_fail(BASE_EUSAGE, message.text, message.cap, "%s is not a regular file",
                         want->path);
    }
    out->mode = (unsigned)info.st_mode & 0777U;
    out->is_others = info.st_uid != geteuid() && info.st_uid != 0;
    if (info.st_uid == 0 && is_from_systemd(want->path)) {
        out->mode &= ~(unsigned)S_IRGRP;
    }
    return want->kind == SECRET_FILE_ANYBODY ? 0 : secret_file_judge(out, want->path, message);
}

static int fail_read(const struct secret_file_want *want, int error, struct secret_message message)
{
    return base_fail(
        -error, message.text, message.cap, "cannot read %s in %s: %s", want->what, want->path,
        error == ELOOP ? "it is a symbolic link; name the file itself" : base_strerror(-error));
}

static int read_text(int fd, const struct secret_file_want *want, struct secret_file *out,
                     struct secret_message message)
{
    ssize_t got = 1;
    while (got > 0 && out->size <= want->bytes_max) {
        got = read(fd, out->text + out->size, want->bytes_max + 1 - out->size);
        out->size += got > 0 ? (size_t)got : 0;
    }
    if (got < 0) {
        return fail_read(want, errno, message);
    }
    if (out->size > want->bytes_max) {
        return base_fail(BASE_EUSAGE, message.text, message.cap,
                         "%s has more than %zu KB: it is not a file with %s", want->path,
                         want->bytes_max / 1024, want->what);
    }
    out->text[out->size] = '\0';
    if (memchr(out->text, '\0', out->size) != NULL) {
        return base_fail(BASE_EUSAGE, message.text, message.cap, "%s is not a text file with %s",
                         want->path, want->what);
    }
    return 0;
}

int secret_file_read(const struct secret_file_want *want, struct secret_file *out,
                     struct secret_message message)
{
    struct secret_file file = {0};
    int follow = want->kind == SECRET_FILE_ANYBODY ? 0 : O_NOFOLLOW;
    int fd = open(want->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | follow);
    if (fd < 0) {
        return fail_read(want, errno, message);
    }
    int status = check(fd, want, &file, message);
    if (status == 0) {
        file.text = malloc(want->bytes_max + 2);
        status = file.text != NULL ? read_text(fd, want, &file, message)
                                   : fail_read(want, ENOMEM, message);
    }
    close(fd);
    if (status != 0) {
        secret_file_close(&file);
        return status;
    }
    *out = file;
    return 0;
}

int secret_file_locate(const char *named, const char *beside, char *out, size_t cap,
                       struct secret_message message)
{
    size_t prefix = sizeof(SECRET_FILE_SYSTEMD_PREFIX) - 1;
    const char *slash = beside != NULL ? strrchr(beside, '/') : NULL;
    int size = 0;
    if (strncmp(named, SECRET_FILE_SYSTEMD_PREFIX, prefix) == 0) {
        const char *folder = getenv("CREDENTIALS_DIRECTORY");
        const char *name = named + prefix;
        if (folder == NULL || folder[0] != '/') {
            return base_fail(
                BASE_EUSAGE, message.text, message.cap,
                "%s is given by systemd, but CREDENTIALS_DIRECTORY is not set; run as a "
                "service with LoadCredential=%s:FILE, or name a file",
                named, name);
        }
        if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL) {
            return base_fail(BASE_EUSAGE, message.text, message.cap,
                             "%s is not the name of a credential of systemd", named);
        }
        size = snprintf(out, cap, "%s/%s", folder, name);
    } else if (named[0] == '/' || slash == NULL) {
        size = snprintf(out, cap, "%s", named);
    } else {
        size = snprintf(out, cap, "%.*s/%s", (int)(slash - beside), beside, named);
    }
    return size >= 0 && (size_t)size < cap
               ? 0
               : base_fail(BASE_EUSAGE, message.text, message.cap, "the path is too long");
}

void secret_file_close(struct secret_file *file)
{
    if (file->text != NULL) {
        explicit_bzero(file->text, file->size);
        free(file->text);
    }
    *file = (struct secret_file){0};
}
