/* Which device a word means. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/app/table.h"
#include "core/app/view.h"
#include "core/fleet/address.h"

/* A list to choose from is not longer: more only shows that the word is too short. */
#define CANDIDATES_SHOWN 10

/* How well a device matches; only the best matches count. */
enum match {
    MATCH_NONE,
    MATCH_ID_BEGINNING,
    MATCH_NAME,
    MATCH_SERIAL,
    MATCH_ADDRESS,
    MATCH_ID,
};

/* The word and the best matches so far. */
struct search {
    const char *word;
    struct target target; /* the word as an address; family 0 when it is none */
    const char *place;    /* in the word; "" = any */
    bool has_port;
    enum match best;
    uint32_t *numbers;
    size_t count, cap;
};

static enum match match_device(const struct search *search, const struct store_device *device)
{
    struct target target;
    size_t size = strlen(search->word);
    if (strcasecmp(device->id, search->word) == 0) {
        return MATCH_ID;
    }
    if (search->target.family != 0 && address_parse(device->address, &target) == 0 &&
        (search->place[0] == '\0' || strcmp(search->place, address_place(device->address)) == 0)) {
        bool same_port = !search->has_port || target.port == search->target.port;
        target.port = search->target.port;
        if (same_port && target_compare(&target, &search->target) == 0) {
            return MATCH_ADDRESS;
        }
    }
    return size > 0 && strncasecmp(device->id, search->word, size) == 0 ? MATCH_ID_BEGINNING
                                                                        : MATCH_NONE;
}

/* The name as it is, or without its domain. */
static bool is_named(const char *name, const char *word)
{
    size_t size = strlen(word);
    return name != NULL && strncasecmp(name, word, size) == 0 &&
           (name[size] == '\0' || (size > 0 && name[size] == '.'));
}

static enum match match_reading(const struct search *search, const struct reading *reading)
{
    const struct reading_identity *identity = &reading->identity;
    if (identity->serial != NULL && strcasecmp(identity->serial, search->word) == 0) {
        return MATCH_SERIAL;
    }
    return is_named(identity->name, search->word) ? MATCH_NAME : MATCH_NONE;
}

static int note(struct search *search, enum match match, uint32_t number)
{
    if (match == MATCH_NONE || match < search->best) {
        return 0;
    }
    if (match > search->best) {
        search->best = match;
        search->count = 0;
    }
    if (search->count == search->cap) {
        size_t cap = search->cap == 0 ? 16 : search->cap * 2;
        uint32_t *numbers = reallocarray(search->numbers, cap, sizeof(*numbers));
        if (numbers == NULL) {
            return -ENOMEM;
        }
        search->numbers = numbers;
        search->cap = cap;
    }
    search->numbers[search->count++] = number;
    return 0;
}

/* Names and serial numbers stand in the records, which are decoded only for a word that is neither
 * an id nor an address. */
static int scan(struct view *view, struct search *search)
{
    struct store_device device;
    uint32_t number = 0;
    int status = 0;
    while (status == 0 && view_next(view, &number, &device)) {
        status = note(search, match_device(search, &device), device.number);
    }
    number = 0;
    while (status == 0 && search->best < MATCH_ADDRESS && view_next(view, &number, &device)) {
        if (view_read(view, &device, false)) {
            status = note(search, match_reading(search, &view->reading), device.number);
        }
    }
    return status;
}

/* When a place was polled last. */
static int64_t latest_at(struct view *view, const struct search *search, const char *address)
{
    struct store_device device;
    int64_t latest_unix_ms = INT64_MIN;
    for (size_t i = 0; i < search->count; i++) {
        if (store_device_get(view->txn, search->numbers[i], &device) == 0 &&
            strcmp(device.address, address) == 0 && device.last_polled_unix_ms > latest_unix_ms) {
            latest_unix_ms = device.last_polled_unix_ms;
        }
    }
    return latest_unix_ms;
}

/* A device that has left its address is not meant by it when another has answered there since;
 * the printers of a print server answer together, or at places of their own. */
static void drop_those_that_left(struct view *view, struct search *search)
{
    struct store_device device;
    struct search all = *search;
    size_t kept = 0;
    if (search->best != MATCH_ADDRESS) {
        return;
    }
    all.numbers = malloc(search->count * sizeof(*all.numbers));
    if (all.numbers == NULL) {
        return; /* one word with several meanings, then */
    }
    memcpy(all.numbers, search->numbers, search->count * sizeof(*all.numbers));
    for (size_t i = 0; i < all.count; i++) {
        if (store_device_get(view->txn, all.numbers[i], &device) == 0 &&
            device.last_polled_unix_ms == latest_at(view, &all, device.address)) {
            search->numbers[kept++] = all.numbers[i];
        }
    }
    search->count = kept;
    free(all.numbers);
}

static int complain_many(struct view *view, const struct search *search)
{
    command_complain(view->command, COMMAND_USAGE,
                     "\"%s\" can mean %zu devices; name one by its id:", search->word,
                     search->count);
    for (size_t i = 0; i < search->count && i < CANDIDATES_SHOWN; i++) {
        struct store_device device;
        const struct reading_identity *identity = &view->reading.identity;
        if (store_device_get(view->txn, search->numbers[i], &device) == 0 &&
            view_read(view, &device, false)) {
            fprintf(stderr, "  %s  %s  %s  %s  %s\n", device.id, device.address,
                    identity->model != NULL ? identity->model : "-",
                    identity->serial != NULL ? identity->serial : "-",
                    identity->name != NULL ? identity->name : "-");
        }
    }
    if (search->count > CANDIDATES_SHOWN) {
        fprintf(stderr, "  and %zu more\n", search->count - CANDIDATES_SHOWN);
    }
    return COMMAND_USAGE;
}

/* Fills search->numbers with the best matches. Returns: an exit code. */
static int search_for(struct view *view, const char *word, struct search *search)
{
    const char *bracket = strrchr(word, ']');
    const char *colon = strrchr(word, ':');
    *search = (struct search){.word = word};
    search->place = address_place(word);
    if (address_parse(word, &search->target) != 0) {
        search->target.family = 0;
    }
    search->has_port =
        search->target.family == 4 ? colon != NULL : bracket != NULL && colon > bracket;
    int status = scan(view, search);
    if (status != 0) {
        return command_complain(view->command, COMMAND_STORE, "%s", base_strerror(status));
    }
    drop_those_that_left(view, search);
    if (search->count == 0) {
        return command_complain(view->command, COMMAND_USAGE,
                                "no device has the id, address, serial number or name \"%s\".\n"
                                "Try \"platen devices --filter TEXT\".",
                                word);
    }
    return search->count == 1 ? COMMAND_OK : complain_many(view, search);
}

int view_find(struct view *view, const char *word, struct store_device *device)
{
    struct search search;
    int exit_code = search_for(view, word, &search);
    if (exit_code == COMMAND_OK && store_device_get(view->txn, search.numbers[0], device) != 0) {
        view->damaged++;
        exit_code = COMMAND_STORE;
    }
    free(search.numbers);
    return exit_code;
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

int view_find_all(struct view *view, const struct args *words, struct view_set *set)
{
    *set = (struct view_set){.is_all = words->count == 0, .scopes = UINT_MAX};
    set->numbers = calloc((size_t)words->count + 1, sizeof(*set->numbers));
    if (set->numbers == NULL) {
        return command_complain(view->command, COMMAND_STORE, "%s", base_strerror(-ENOMEM));
    }
    for (int i = 0; i < words->count; i++) {
        struct store_device device;
        int exit_code = view_find(view, words->operands[i], &device);
        if (exit_code != COMMAND_OK) {
            return exit_code;
        }
        set->numbers[set->count++] = device.number;
    }
    qsort(set->numbers, set->count, sizeof(*set->numbers), compare_numbers);
    return COMMAND_OK;
}

bool view_set_has(const struct view_set *set, uint32_t number)
{
    return set->is_all || bsearch(&number, set->numbers, set->count, sizeof(*set->numbers),
                                  compare_numbers) != NULL;
}

bool view_set_next(struct view *view, struct view_set *set, uint32_t *number,
                   struct store_device *device)
{
    while (view_next(view, number, device)) {
        if (!view_set_has(set, device->number) || !view_read(view, device, false)) {
            continue;
        }
        if (set->scopes == UINT_MAX || (set->scopes >> view->scope & 1U) != 0) {
            return true;
        }
        set->left_out++;
    }
    return false;
}

void view_set_fini(struct view_set *set)
{
    free(set->numbers);
    *set = (struct view_set){0};
}
