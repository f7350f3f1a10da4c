/*
 * Files that may hold a secret: read whole into memory that is overwritten when it is freed, and
 * only when nobody but their owner can read them. What the secrets mean is not known here, and no
 * message says a word of the content.
 */
#pragma once

#include "core/base/base.h"

/* Who may be able to read a file besides us. Of a file in systemd's folder of credentials that is
 * root's, the group may, too: the ACL that lets a service read it shows as the group's right. */
enum secret_file_kind {
    SECRET_FILE_PRIVATE, /* its owner alone, us or root; no symbolic link */
    SECRET_FILE_ANYBODY, /* a secret in it is only taken after secret_file_judge */
};

/* Where a sentence about a failure is written. */
struct secret_message {
    char *text;
    size_t cap;
};

struct secret_file_want {
    const char *path;
    const char *what; /* for messages: "the communities" */
    size_t bytes_max;
    enum secret_file_kind kind;
};

/* The content. */
struct secret_file {
    char *text; /* NUL-terminated behind size octets; NULL when nothing is open */
    size_t size;
    unsigned mode;
    bool is_others; /* it belongs to neither us nor root */
};

/* What the path of a file that systemd gives begins with: "credential:NAME" is NAME in the folder
 * $CREDENTIALS_DIRECTORY (systemd.exec, LoadCredential=). */
#define SECRET_FILE_SYSTEMD_PREFIX "credential:"

/* Makes the path of a file as its user named it: "credential:NAME" in systemd's folder; a relative
 * path beside the file that names it.
 * beside: the path of that file; NULL: relative to the working directory.
 * out: cap bytes.
 * Returns: 0; BASE_EUSAGE with a message as secret_file_read. */
BASE_MUST_CHECK int secret_file_locate(const char *named, const char *beside, char *out, size_t cap,
                                       struct secret_message message);

/* Reads the file. Content with a NUL octet is refused: it is no text.
 * message: gets one English sentence on failure: what is wrong and how to mend it.
 * Returns: 0; BASE_EUSAGE (rights, owner, no regular file, too large, no text); -errno. */
BASE_MUST_CHECK int secret_file_read(const struct secret_file_want *want, struct secret_file *out,
                                     struct secret_message message);

/* Says whether a file that was read as SECRET_FILE_ANYBODY may hold a secret.
 * Returns: 0; BASE_EUSAGE with a message as secret_file_read. */
BASE_MUST_CHECK int secret_file_judge(const struct secret_file *file, const char *path,
                                      struct secret_message message);

/* Overwrites and frees the content; nothing when there is none. */
void secret_file_close(struct secret_file *file);
