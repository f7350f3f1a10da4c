#include "tests/unit/support_profiles.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#define PATH_BYTES      1024
#define RECORDING_BYTES (4u << 20)

static char *read_file(const char *path, size_t most, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *text = file != NULL ? calloc(1, most + 1) : NULL;

    if (text != NULL) {
        *size = fread(text, 1, most, file);
    }
    if (file != NULL) {
        fclose(file);
    }
    return text;
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_profile(const struct dirent *entry)
{
    return strstr(entry->d_name, ".yaml") != NULL;
}

void profiles_files_read(struct profiles_files *out)
{
    const char *root = getenv("PLATEN_SOURCE_DIR");
    char path[PATH_BYTES];
    struct dirent **entries = NULL;
    int count;

    *out = (struct profiles_files){.count = 0};
    snprintf(path, sizeof(path), "%s/proto/profiles", root != NULL ? root : ".");
    count = scandir(path, &entries, is_profile, compare_names);
    cr_assert(count > 0 && count <= PROFILES_FILES_MAX, "%s has no profiles", path);
    for (int i = 0; i < count; i++) {
        size_t size;
        snprintf(path, sizeof(path), "%s/proto/profiles/%s", root != NULL ? root : ".",
                 entries[i]->d_name);
        snprintf(out->names[i], sizeof(out->names[i]), "%.60s", entries[i]->d_name);
        out->texts[i] = read_file(path, PROFILES_TEXT_MAX, &size);
        cr_assert_not_null(out->texts[i], "%s", path);
        free(entries[i]);
    }
    free(entries);
    out->count = (size_t)count;
}

void profiles_files_free(struct profiles_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free(files->texts[i]);
    }
}

void profiles_load(struct profile_set *set)
{
    struct profiles_files files;
    struct profile_error error = {.text = ""};

    profiles_files_read(&files);
    profile_set_init(set);
    for (size_t i = 0; i < files.count; i++) {
        cr_assert_eq(profile_set_add(set, files.names[i], bytes_from_text(files.texts[i]), &error),
                     0, "%s", error.text);
    }
    cr_assert_eq(profile_set_link(set, &error), 0, "%s", error.text);
    profiles_files_free(&files);
}

bool profiles_have_recordings(void)
{
    const char *folder = getenv("PLATEN_RECORDINGS");

    return folder != NULL && folder[0] != '\0';
}

int fixture_recording(void *context, const char *name, struct snmprec *out)
{
    char path[PATH_BYTES];
    size_t size = 0;
    char *text;
    int status;

    (void)context;
    if (!profiles_have_recordings()) {
        return BASE_ENOTFOUND;
    }
    snprintf(path, sizeof(path), "%s/printers/%s", getenv("PLATEN_RECORDINGS"), name);
    text = read_file(path, RECORDING_BYTES, &size);
    if (text == NULL) {
        return BASE_ENOTFOUND;
    }
    status = snmprec_parse(bytes_of(text, size), NULL, out);
    free(text);
    return status;
}

void profiles_add(struct profile_set *set, const char *text)
{
    struct profile_error error = {.text = ""};

    cr_assert_eq(profile_set_add(set, "test.yaml", bytes_from_text(text), &error), 0, "%s",
                 error.text);
}

const char *profiles_refusal(const char *text)
{
    static struct profile_error error;
    struct profile_set set;

    error.text[0] = '\0';
    profile_set_init(&set);
    cr_expect_eq(profile_set_add(&set, "test.yaml", bytes_from_text(text), &error), BASE_EFORMAT,
                 "%s", text);
    profile_set_fini(&set);
    return error.text;
}
