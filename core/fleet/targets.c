#include "core/fleet/targets.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/targets_inside.h"
#include "core/fleet/targets_resolve.h"

/* Longer lines are no targets; a file without line ends is not read into memory whole. */
#define LINE_MAX_BYTES 1024

/* One file on its way into a list. */
struct source {
    const char *name; /* as messages call it */
    FILE *file;
    unsigned long line;
};

void targets_init(struct targets *targets)
{
    *targets = (struct targets){0};
}

void targets_fini(struct targets *targets)
{
    for (size_t i = 0; i < targets->name_count; i++) {
        free(targets->names[i].text);
    }
    free(targets->names);
    free(targets->ranges);
    *targets = (struct targets){0};
}

int targets_copy(const struct targets *targets, struct targets *out)
{
    *out = (struct targets){.total = targets->total, .is_for_excluding = targets->is_for_excluding};
    out->ranges = calloc(targets->range_count + 1, sizeof(*out->ranges));
    out->names = calloc(targets->name_count + 1, sizeof(*out->names));
    if (out->ranges == NULL || out->names == NULL) {
        return -ENOMEM;
    }
    if (targets->range_count > 0) {
        memcpy(out->ranges, targets->ranges, targets->range_count * sizeof(*out->ranges));
    }
    out->range_count = targets->range_count;
    out->range_cap = targets->range_count + 1;
    out->name_cap = targets->name_count + 1;
    for (size_t i = 0; i < targets->name_count; i++) {
        out->names[i] = targets->names[i];
        out->names[i].text = strdup(targets->names[i].text);
        if (out->names[i].text == NULL) {
            return -ENOMEM;
        }
        out->name_count++;
    }
    return 0;
}

/* --- sorting and merging ---------------------------------------------------------------------- */

static int compare_ranges(const void *a, const void *b)
{
    const struct target_range *left = a;
    const struct target_range *right = b;
    return target_compare(&left->first, &right->first);
}

/* Sorts the ranges and joins those that touch or overlap; counts what is left. */
static void merge(struct targets *targets)
{
    struct target_range *ranges = targets->ranges;
    size_t kept = 0;
    if (targets->range_count > 1) {
        qsort(ranges, targets->range_count, sizeof(*ranges), compare_ranges);
    }
    targets->total = 0;
    for (size_t i = 0; i < targets->range_count; i++) {
        struct target_range *last = kept > 0 ? &ranges[kept - 1] : NULL;
        uint64_t distance = UINT64_MAX;
        if (last != NULL && last->first.family == ranges[i].first.family &&
            last->first.port == ranges[i].first.port &&
            last->first.scope == ranges[i].first.scope) {
            distance = target_distance(&last->first, &ranges[i].first);
        }
        if (last == NULL || distance > last->count) {
            ranges[kept++] = ranges[i];
            targets->total += ranges[i].count;
            continue;
        }
        uint64_t end = distance + ranges[i].count;
        if (end > last->count) {
            targets->total += end - last->count;
            last->count = end;
        }
    }
    targets->range_count = kept;
}

static int check_total(struct targets *targets, char *message, size_t message_cap)
{
    merge(targets);
    if (targets->total + targets->name_count <= TARGETS_MAX) {
        return 0;
    }
    return base_fail(BASE_ELIMIT, message, message_cap,
                     "the targets are more than %d addresses in all; poll them in parts",
                     TARGETS_MAX);
}

/* --- growing ---------------------------------------------------------------------------------- */

/* Makes room for one more entry of `size` bytes. */
static int reserve(void **entries, size_t count, size_t *cap, size_t size)
{
    if (count < *cap) {
        return 0;
    }
    size_t wanted = *cap == 0 ? 16 : *cap * 2;
    void *grown = reallocarray(*entries, wanted, size);
    if (grown == NULL) {
        return -ENOMEM;
    }
    *entries = grown;
    *cap = wanted;
    return 0;
}

static int add_range(struct targets *targets, const struct target_range *range)
{
    void *ranges = targets->ranges;
    int status = reserve(&ranges, targets->range_count, &targets->range_cap, sizeof(*range));
    targets->ranges = ranges;
    if (status == 0) {
        targets->ranges[targets->range_count++] = *range;
    }
    return status;
}

static int add_name(struct targets *targets, const struct target_spec *spec)
{
    void *names = targets->names;
    int status = reserve(&names, targets->name_count, &targets->name_cap, sizeof(*targets->names));
    targets->names = names;
    char *text = status == 0 ? strdup(spec->name) : NULL;
    if (text == NULL) {
        return -ENOMEM;
    }
    targets->names[targets->name_count++] =
        (struct targets_name){.text = text, .port = spec->range.first.port};
    return 0;
}

/* Adds one target that is no file. */
static int add_word(struct targets *targets, const char *text, char *message, size_t message_cap)
{
    struct target_spec spec;
    int status = target_read(text, &spec, message, message_cap);
    if (status != 0) {
        return status;
    }
    if (targets->is_for_excluding) {
        targets_widen(&spec.range, text);
    }
    if (targets->range_count + targets->name_count >= TARGETS_MAX) {
        status = check_total(targets, message, message_cap);
        if (status != 0) {
            return status;
        }
    }
    status = spec.range.count > 0 ? add_range(targets, &spec.range) : add_name(targets, &spec);
    if (status != 0) {
        base_fail(status, message, message_cap, "out of memory for the targets");
    }
    return status;
}

/* --- files ------------------------------------------------------------------------------------ */

/* Removes the comment and the blanks around a line. Returns: the word, "" when nothing is left. */
static char *strip(char *line)
{
    char *start = line + strspn(line, " \t\r\n");
    for (char *c = start; *c != '\0'; c++) {
        if (*c == '#' && (c == start || c[-1] == ' ' || c[-1] == '\t')) {
            *c = '\0';
            break;
        }
    }
    size_t size = strlen(start);
    while (size > 0 && strchr(" \t\r\n", start[size - 1]) != NULL) {
        size--;
    }
    start[size] = '\0';
    return start;
}

static int add_line(struct targets *targets, const struct source *source, char *word, char *message,
                    size_t message_cap)
{
    char reason[512];
    int status = BASE_EUSAGE;
    if (word[0] == '@') {
        snprintf(reason, sizeof(reason), "a file cannot name another file");
    } else if (strpbrk(word, " \t") != NULL) {
        snprintf(reason, sizeof(reason), "one target a line; a comment begins with #");
    } else {
        status = add_word(targets, word, reason, sizeof(reason));
    }
    if (status != 0) {
        base_fail(status, message, message_cap, "%s:%lu: %s", source->name, source->line, reason);
    }
    return status;
}

static int add_lines(struct targets *targets, struct source *source, char *message,
                     size_t message_cap)
{
    char line[LINE_MAX_BYTES];
    while (fgets(line, sizeof(line), source->file) != NULL) {
        source->line++;
        size_t size = strlen(line);
        bool whole = size > 0 && line[size - 1] == '\n';
        if (!whole && !feof(source->file)) {
            return base_fail(BASE_EUSAGE, message, message_cap,
                             "%s:%lu: is not a line of text with one target", source->name,
                             source->line);
        }
        bool marked = source->line == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0;
        char *word = strip(marked ? line + 3 : line);
        int status = 0;
        if (word[0] != '\0') {
            status = add_line(targets, source, word, message, message_cap);
        }
        if (status != 0) {
            return status;
        }
    }
    if (ferror(source->file)) {
        int error = errno;
        return base_fail(-error, message, message_cap, "cannot read %s: %s", source->name,
                         base_strerror(-error));
    }
    return 0;
}

static int add_file(struct targets *targets, const char *path, char *message, size_t message_cap)
{
    bool is_stdin = strcmp(path, "-") == 0;
    struct source source = {.name = is_stdin ? "standard input" : path};
    if (path[0] == '\0') {
        return base_fail(BASE_EUSAGE, message, message_cap,
                         "\"@\" lacks the name of a file: @printers.txt");
    }
    source.file = is_stdin ? stdin : fopen(path, "re");
    if (source.file == NULL) {
        int error = errno;
        return base_fail(-error, message, message_cap, "cannot read the targets in %s: %s", path,
                         base_strerror(-error));
    }
    int status = add_lines(targets, &source, message, message_cap);
    if (!is_stdin) {
        fclose(source.file);
    }
    return status;
}

/* --- the list --------------------------------------------------------------------------------- */

int targets_add(struct targets *targets, const char *text, char *message, size_t message_cap)
{
    BASE_REQUIRE(!targets->closed);
    return text[0] == '@' ? add_file(targets, text + 1, message, message_cap)
                          : add_word(targets, text, message, message_cap);
}

/* Moves the names that have an address to the ranges; those that failed stay, once each. */
static int take_resolved(struct targets *targets, const struct target *found)
{
    size_t kept = 0;
    int status = 0;
    for (size_t i = 0; i < targets->name_count; i++) {
        struct targets_name name = targets->names[i];
        if (name.error != 0 || status != 0) {
            targets->names[kept++] = name;
            continue;
        }
        free(name.text);
        struct target_range range = {.first = found[i], .count = 1};
        status = add_range(targets, &range);
    }
    targets->name_count = kept;
    return status;
}

static int compare_names(const void *a, const void *b)
{
    const struct targets_name *left = a;
    const struct targets_name *right = b;
    int order = strcasecmp(left->text, right->text);
    return order != 0 ? order : (int)left->port - (int)right->port;
}

/* Sorts the names and drops those that stand there twice. */
static void unique_names(struct targets *targets)
{
    struct targets_name *names = targets->names;
    size_t kept = 0;
    if (targets->name_count > 1) {
        qsort(names, targets->name_count, sizeof(*names), compare_names);
    }
    for (size_t i = 0; i < targets->name_count; i++) {
        if (kept > 0 && compare_names(&names[kept - 1], &names[i]) == 0) {
            free(names[i].text);
        } else {
            names[kept++] = names[i];
        }
    }
    targets->name_count = kept;
}

int targets_close(struct targets *targets, targets_lookup *lookup, char *message,
                  size_t message_cap)
{
    BASE_REQUIRE(!targets->closed);
    unique_names(targets);
    size_t count = targets->name_count;
    struct target *found = calloc(count + 1, sizeof(*found));
    int status = found != NULL ? targets_resolve(targets->names, count, found, lookup) : -ENOMEM;
    if (status == 0) {
        status = take_resolved(targets, found);
    }
    free(found);
    if (status != 0) {
        return base_fail(status, message, message_cap, "cannot resolve the host names: %s",
                         base_strerror(status));
    }
    status = check_total(targets, message, message_cap);
    targets->closed = status == 0;
    return status;
}

uint64_t targets_count(const struct targets *targets)
{
    BASE_REQUIRE(targets->closed);
    return targets->total;
}

bool targets_next(const struct targets *targets, struct targets_cursor *cursor, struct target *out)
{
    BASE_REQUIRE(targets->closed);
    if (cursor->range >= targets->range_count) {
        return false;
    }
    const struct target_range *range = &targets->ranges[cursor->range];
    target_step(&range->first, cursor->offset, out);
    cursor->offset++;
    if (cursor->offset == range->count) {
        cursor->range++;
        cursor->offset = 0;
    }
    return true;
}

const struct targets_name *targets_failures(const struct targets *targets, size_t *count)
{
    BASE_REQUIRE(targets->closed);
    *count = targets->name_count;
    return targets->names;
}

const char *targets_name_error(const struct targets_name *name)
{
    switch (name->error) {
    case EAI_NONAME:
    case EAI_NODATA:
        return "no such host name";
    case EAI_AGAIN:
        return "the name service does not answer";
    default:
        return gai_strerror(name->error);
    }
}
