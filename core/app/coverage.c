#include "core/app/coverage.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/address.h"

/* Longest key: a kind, and a name of 255 octets. */
#define KEY_MAX 280

struct coverage_key {
    char *text; /* "serial:ABC" */
    size_t device;
};

static int reserve(void **entries, size_t count, size_t *cap, size_t size)
{
    if (count < *cap) {
        return 0;
    }
    size_t wanted = *cap == 0 ? 256 : 2 * *cap;
    void *grown = reallocarray(*entries, wanted, size);
    if (grown == NULL) {
        return -ENOMEM;
    }
    *entries = grown;
    *cap = wanted;
    return 0;
}

/* Letters and digits in upper case: of serial numbers, and of MACs their digits. */
static void put_plain(const char *kind, const char *text, char out[KEY_MAX])
{
    size_t size = (size_t)snprintf(out, KEY_MAX, "%s:", kind);
    for (; *text != '\0' && size + 1 < KEY_MAX; text++) {
        if (isalnum((unsigned char)*text)) {
            out[size++] = (char)toupper((unsigned char)*text);
        }
    }
    out[size] = '\0';
    out[0] = size == strlen(kind) + 1 ? '\0' : out[0];
}

static void put_name(const char *text, char out[KEY_MAX])
{
    size_t size = (size_t)snprintf(out, KEY_MAX, "name:");
    for (; *text != '\0' && *text != '.' && size + 1 < KEY_MAX; text++) {
        out[size++] = (char)tolower((unsigned char)*text);
    }
    out[size] = '\0';
    out[0] = size == 5 ? '\0' : out[0];
}

/* with_port: whether the port counts. Returns: false when the text is no address. */
static bool put_address(const char *text, bool with_port, char out[KEY_MAX])
{
    char formatted[TARGET_TEXT_MAX];
    struct target target;
    if (address_parse(text, &target) != 0) {
        return false;
    }
    target_format(&target, formatted, sizeof(formatted));
    if (!with_port) {
        *strrchr(formatted, ':') = '\0';
    }
    snprintf(out, KEY_MAX, "%s:%s", with_port ? "port" : "host", formatted);
    return true;
}

static int add_key(struct coverage_index *index, const char *text)
{
    void *keys = index->keys;
    if (text[0] == '\0') {
        return 0;
    }
    int status = reserve(&keys, index->key_count, &index->key_cap, sizeof(*index->keys));
    index->keys = keys;
    char *copy = status == 0 ? strdup(text) : NULL;
    if (copy == NULL) {
        return -ENOMEM;
    }
    index->keys[index->key_count++] =
        (struct coverage_key){.text = copy, .device = index->count - 1};
    return 0;
}

static int add_keys(struct coverage_index *index, const struct store_device *device,
                    const struct reading_identity *identity)
{
    char text[KEY_MAX];
    int status = 0;
    put_plain("serial", identity->serial != NULL ? identity->serial : "", text);
    status = add_key(index, text);
    put_plain("mac", identity->mac, text);
    status = status == 0 ? add_key(index, text) : status;
    put_name(identity->name != NULL ? identity->name : "", text);
    status = status == 0 ? add_key(index, text) : status;
    for (int with_port = 0; with_port < 2 && status == 0; with_port++) {
        if (put_address(device->address, with_port != 0, text)) {
            status = add_key(index, text);
        }
    }
    return status;
}

static int by_text(const void *left, const void *right)
{
    const struct coverage_key *a = left;
    const struct coverage_key *b = right;
    int order = strcmp(a->text, b->text);
    return order != 0 ? order : (a->device > b->device) - (a->device < b->device);
}

int coverage_open(struct coverage_index *index, struct view *view)
{
    struct store_device device;
    uint32_t number = 0;
    int status = 0;
    while (status == 0 && view_next(view, &number, &device)) {
        void *devices = index->devices;
        if (!view_read(view, &device, false)) {
            continue;
        }
        status = reserve(&devices, index->count, &index->cap, sizeof(*index->devices));
        index->devices = devices;
        if (status == 0) {
            index->devices[index->count++] =
                (struct coverage_device){.device = device, .scope = view->scope};
            status = add_keys(index, &device, &view->reading.identity);
        }
    }
    if (index->key_count > 1) {
        qsort(index->keys, index->key_count, sizeof(*index->keys), by_text);
    }
    return status;
}

void coverage_close(struct coverage_index *index)
{
    for (size_t i = 0; i < index->key_count; i++) {
        free(index->keys[i].text);
    }
    free(index->keys);
    free(index->devices);
    *index = (struct coverage_index){0};
}

/* The first device with a key; of several those not out of scope, and the newest, count more. */
static struct coverage_device *find_key(struct coverage_index *index, const char *text)
{
    size_t low = 0;
    size_t high = index->key_count;
    struct coverage_device *best = NULL;
    while (text[0] != '\0' && low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(index->keys[middle].text, text) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; text[0] != '\0' && low < index->key_count && strcmp(index->keys[low].text, text) == 0;
         low++) {
        struct coverage_device *device = &index->devices[index->keys[low].device];
        bool is_better = best == NULL || (best->scope == SCOPE_OUT && device->scope != SCOPE_OUT) ||
                         device->device.last_answered_unix_ms > best->device.last_answered_unix_ms;
        best = is_better ? device : best;
    }
    return best;
}

struct coverage_device *coverage_find(struct coverage_index *index, const struct coverage_row *row)
{
    char text[KEY_MAX];
    bool has_port = strchr(row->address, ']') != NULL
                        ? strstr(row->address, "]:") != NULL
                        : strchr(row->address, ':') != NULL &&
                              strchr(row->address, ':') == strrchr(row->address, ':');
    put_plain("serial", row->serial, text);
    struct coverage_device *found = find_key(index, text);
    put_plain("mac", row->mac, text);
    found = found == NULL ? find_key(index, text) : found;
    if (found == NULL && put_address(row->address, has_port, text)) {
        found = find_key(index, text);
    }
    put_name(row->name, text);
    return found == NULL ? find_key(index, text) : found;
}
