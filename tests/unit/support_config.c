#include "tests/unit/support_config.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

struct config config_test_config;
struct config_report config_test_report;
struct credentials *config_test_list;

static char folder[64];
static char paths[8][128];
static unsigned path_at;

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
    (void)info;
    (void)type;
    (void)ftw;
    return remove(path);
}

void config_test_begin(void)
{
    unsetenv("PLATEN_CONFIG");
    unsetenv("PLATEN_STORE");
    unsetenv("PLATEN_COMMUNITY");
    unsetenv("CREDENTIALS_DIRECTORY");
    strcpy(folder, "/tmp/platen-config-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(config_open(&config_test_config, NULL, &config_test_report), 0);
}

void config_test_end(void)
{
    config_credentials_free(config_test_list);
    config_test_list = NULL;
    config_close(&config_test_config);
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

const char *config_test_octets(const char *name, const void *content, size_t size)
{
    char *path = paths[path_at++ % BASE_ARRAY_COUNT(paths)];
    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(content, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);
    cr_assert_eq(chmod(path, 0600), 0);
    return path;
}

const char *config_test_file(const char *name, const char *content)
{
    return config_test_octets(name, content, strlen(content));
}

int config_test_open(const char *content)
{
    memset(&config_test_report, 0, sizeof(config_test_report));
    config_close(&config_test_config);
    return config_open(&config_test_config, config_test_file("platen.yaml", content),
                       &config_test_report);
}

int config_test_credentials(const char *content, unsigned uses)
{
    const struct config_credential_options options = {
        .credentials_file = content != NULL ? config_test_file("credentials.yaml", content) : NULL,
        .uses = uses};
    memset(&config_test_report, 0, sizeof(config_test_report));
    config_yaml_free(config_test_config.list.root);
    config_test_config.list.root = NULL;
    config_credentials_free(config_test_list);
    return config_credentials_open(&config_test_config, &options, &config_test_report,
                                   &config_test_list);
}

bool config_test_says(const char *text)
{
    return strstr(config_test_report.text, text) != NULL;
}
