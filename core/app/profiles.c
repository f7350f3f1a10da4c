#include "core/app/profiles.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A profile is some 20 KB, a recording of a whole device some 500 KB. */
#define PROFILE_BYTES_MAX   (256u * 1024)
#define RECORDING_BYTES_MAX (64u << 20)

/* Reads a whole regular file. Owns: *out is the caller's. */
static int read_file(const char *path, size_t most, char **out, size_t *size)
{
    struct stat info;
    char *text = NULL;
    int status = 0;
    FILE *file = fopen(path, "rbe");

    if (file == NULL) {
        return -errno;
    }
    if (fstat(fileno(file), &info) != 0 || !S_ISREG(info.st_mode)) {
        status = S_ISDIR(info.st_mode) ? -EISDIR : -EINVAL;
        goto out;
    }
    if ((size_t)info.st_size > most) {
        status = BASE_ELIMIT;
        goto out;
    }
    text = malloc((size_t)info.st_size + 1);
    if (text == NULL) {
        status = -ENOMEM;
        goto out;
    }
    *size = fread(text, 1, (size_t)info.st_size, file);
    if (ferror(file) != 0) {
        status = -EIO;
        goto out;
    }
    *out = text;
    text = NULL;
out:
    free(text);
    fclose(file);
    return status;
}

static void tell(const struct profiles_report *report, const char *sentence)
{
    if (report != NULL) {
        report->complain(report->context, sentence);
    }
}

static void complain(const struct profiles_report *report, const char *path, int status)
{
    char sentence[PATH_MAX + 128];

    snprintf(sentence, sizeof(sentence), "%s: cannot be read: %s", path, base_strerror(status));
    tell(report, sentence);
}

/* Adds a file; what is wrong is told. */
static int add_file(struct profile_set *set, const char *path, const struct profiles_report *report)
{
    struct profile_error error = {.text = ""};
    char *text = NULL;
    size_t size = 0;
    int status = read_file(path, PROFILE_BYTES_MAX, &text, &size);

    if (status != 0) {
        complain(report, path, status);
        return status == -ENOMEM ? status : BASE_EFORMAT;
    }
    status = profile_set_add(set, path, bytes_of(text, size), &error);
    free(text);
    if (status == BASE_EFORMAT) {
        tell(report, error.text);
    }
    return status;
}

static int is_profile(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);

    return size > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + size - 5, ".yaml") == 0;
}

/* Adds the files of a folder. Returns: 0; BASE_EFORMAT; -errno when there is no such folder. */
static int add_folder(struct profile_set *set, const char *folder,
                      const struct profiles_report *report)
{
    struct dirent **entries = NULL;
    int result = 0;
    int count = scandir(folder, &entries, is_profile, alphasort);

    if (count < 0) {
        return -errno;
    }
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        int size = snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        int status =
            size > 0 && (size_t)size < sizeof(path) ? add_file(set, path, report) : BASE_ELIMIT;
        result = status != 0 && result != -ENOMEM ? status : result;
        free(entries[i]);
    }
    free(entries);
    return result;
}

/* Our folder: beside the program, in "../share". */
static bool find_ours(char out[PATH_MAX])
{
    const char *variable = getenv("PLATEN_PROFILES");
    char program[PATH_MAX];
    ssize_t size;

    if (variable != NULL && variable[0] != '\0') {
        return snprintf(out, PATH_MAX, "%s", variable) < PATH_MAX;
    }
    size = readlink("/proc/self/exe", program, sizeof(program) - 1);
    for (int i = 0; i < 2 && size > 0; i++) { /* the program's name, then its folder */
        while (size > 0 && program[--size] != '/') {
        }
    }
    if (size <= 0) {
        return false;
    }
    program[size] = '\0';
    return snprintf(out, PATH_MAX, "%s/share/platen/profiles", program) < PATH_MAX;
}

/* The user's folder, by the XDG Base Directory Specification. */
static bool find_users(char out[PATH_MAX])
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    if (config != NULL && config[0] == '/') {
        return snprintf(out, PATH_MAX, "%s/platen/profiles", config) < PATH_MAX;
    }
    return home != NULL && home[0] == '/' &&
           snprintf(out, PATH_MAX, "%s/.config/platen/profiles", home) < PATH_MAX;
}

/* Adds all folders that there are; the user's need not exist. */
static int add_all(struct profile_set *set, const struct profiles_report *report)
{
    char folder[PATH_MAX];
    int status = find_ours(folder) ? add_folder(set, folder, report) : -ENOENT;
    int result = status;

    if (status < 0 && status != BASE_EFORMAT && status != -ENOMEM) {
        complain(report, folder, status);
        result = BASE_EFORMAT;
    }
    status = add_folder(set, "/etc/platen/profiles", report);
    result = status != 0 && status != -ENOENT ? status : result;
    if (find_users(folder)) {
        status = add_folder(set, folder, report);
        result = status != 0 && status != -ENOENT ? status : result;
    }
    return result;
}

/* Links the set; a profile whose parent is missing is told and left out. */
static int link_all(struct profile_set *set, int result, const struct profiles_report *report)
{
    struct profile_error error = {.text = ""};
    int status = profile_set_link(set, &error);

    while (status == BASE_EFORMAT) {
        tell(report, error.text);
        result = BASE_EFORMAT;
        status = profile_set_link(set, &error);
    }
    return status != 0 ? status : result;
}

int profiles_open(struct profile_set *set, const struct profiles_report *report)
{
    int status;

    profile_set_init(set);
    status = add_all(set, report);
    return link_all(set, status, report);
}

int profiles_open_with(struct profile_set *set, const char *path, size_t *first,
                       const struct profiles_report *report)
{
    struct stat info;
    int status;
    int added;

    profile_set_init(set);
    if (stat(path, &info) != 0) {
        return -errno;
    }
    status = add_all(set, report);
    *first = set->count;
    added = S_ISDIR(info.st_mode) ? add_folder(set, path, report) : add_file(set, path, report);
    return link_all(set, added != 0 ? added : status, report);
}

int profiles_recording(void *context, const char *name, struct snmprec *out)
{
    const char *folder = context;
    char path[PATH_MAX];
    char *text = NULL;
    size_t size = 0;
    int status = read_file(name, RECORDING_BYTES_MAX, &text, &size);

    for (int i = 0; i < 2 && status != 0 && folder != NULL; i++) {
        snprintf(path, sizeof(path), "%s%s/%s", folder, i == 0 ? "" : "/printers", name);
        status = read_file(path, RECORDING_BYTES_MAX, &text, &size);
    }
    if (status == 0) {
        status = snmprec_parse(bytes_of(text, size), NULL, out);
        free(text);
    }
    return status;
}
