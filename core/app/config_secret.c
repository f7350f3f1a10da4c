#include "core/app/config_secret.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/app/secret_file.h"

/* One line, and room for a careless blank one behind it. */
#define FILE_BYTES_MAX 1024

/* Takes the one line of a file, without its end. */
static int take_line(const struct config_place *place, unsigned line, const char *key_file,
                     const struct secret_file *content, struct config_secret *out)
{
    const char *text = content->text;
    text += strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    size_t size = strcspn(text, "\r\n");
    if (size == 0) {
        return config_report_add(place->report, place->file, line,
                                 "the %s is empty; its first line is the secret", key_file);
    }
    if (text[size + strspn(text + size, "\r\n")] != '\0') {
        return config_report_add(place->report, place->file, line,
                                 "the %s has more than one line; the secret is one line", key_file);
    }
    if (size > CONFIG_SECRET_MAX) {
        return config_report_add(place->report, place->file, line,
                                 "the secret in the %s has more than %d octets", key_file,
                                 CONFIG_SECRET_MAX);
    }
    memcpy(out->octets, text, size);
    out->size = size;
    return 0;
}

static int read_file(const struct config_place *place, const struct config_node *map,
                     const char *key_file, struct config_secret *out)
{
    char path[PATH_MAX];
    char message[512] = "";
    const struct secret_message failure = {message, sizeof(message)};
    const struct secret_file_want want = {path, "a secret", FILE_BYTES_MAX, SECRET_FILE_PRIVATE};
    struct secret_file content;
    const struct config_node *node = config_read_text(place, map, key_file);
    if (node == NULL) {
        return BASE_EUSAGE;
    }
    int status = secret_file_locate(node->text, place->file, path, sizeof(path), failure);
    if (status == 0) {
        status = secret_file_read(&want, &content, failure);
    }
    if (status != 0) {
        return config_report_add(place->report, place->file, node->line, "%s: %s", key_file,
                                 message);
    }
    status = take_line(place, node->line, key_file, &content, out);
    secret_file_close(&content);
    return status;
}

static int read_inline(const struct config_place *place, struct config_file *file,
                       const struct config_node *map, const char *key, struct config_secret *out)
{
    char message[PATH_MAX * 2 + 256] = "";
    const struct config_node *node = config_read_text(place, map, key);
    if (node == NULL) {
        return BASE_EUSAGE;
    }
    if (secret_file_judge(&file->rights, file->path,
                          (struct secret_message){message, sizeof(message)}) != 0) {
        bool was_told = file->is_told;
        file->is_told = true; /* once is enough */
        return was_told ? BASE_EUSAGE
                        : config_report_add(place->report, place->file, node->line,
                                            "a secret stands here, but %s", message);
    }
    if (node->size == 0 || node->size > CONFIG_SECRET_MAX) {
        return config_report_add(place->report, place->file, node->line, "%s has 1 to %d octets",
                                 key, CONFIG_SECRET_MAX);
    }
    memcpy(out->octets, node->text, node->size);
    out->size = node->size;
    return 0;
}

int config_secret_read(const struct config_place *place, struct config_file *file,
                       const struct config_node *map, const char *key, const char *key_file,
                       struct config_secret *out)
{
    const struct config_node *is_inline = config_yaml_get(map, key);
    const struct config_node *is_file = config_yaml_get(map, key_file);
    if (is_inline != NULL && is_file != NULL) {
        return config_report_add(place->report, place->file, is_file->key_line,
                                 "%s and %s exclude each other; leave one out", key, key_file);
    }
    if (is_inline == NULL && is_file == NULL) {
        return config_report_add(place->report, place->file, map->line,
                                 "the %s is missing; write %s: or %s:", key, key, key_file);
    }
    return is_file != NULL ? read_file(place, map, key_file, out)
                           : read_inline(place, file, map, key, out);
}

void config_secret_make_key(struct config_secret_keys *keys, enum usm_auth auth,
                            const struct config_secret *password, uint8_t out[USM_KEY_MAX])
{
    for (size_t i = 0; i < keys->count; i++) {
        const struct config_secret_key *item = &keys->items[i];
        if (item->auth == auth && item->password.size == password->size &&
            memcmp(item->password.octets, password->octets, password->size) == 0) {
            memcpy(out, item->key, USM_KEY_MAX);
            return;
        }
    }
    memset(out, 0, USM_KEY_MAX);
    usm_password_key(auth, bytes_of(password->octets, password->size), out);
    keys->made++;
    if (keys->count < BASE_ARRAY_COUNT(keys->items)) {
        struct config_secret_key *item = &keys->items[keys->count++];
        item->auth = auth;
        item->password = *password;
        memcpy(item->key, out, USM_KEY_MAX);
    }
}
