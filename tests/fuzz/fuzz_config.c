/*
 * Arbitrary bytes as a configuration and as a file of credentials: whatever they are, there is
 * either a list of credentials or a report of what is wrong, and what is reported is clean text
 * that fits its room. The file is in memory and ours alone, so that secrets in it are taken.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/app/config_credentials.h"

/* Longer files only take longer: each password costs a millisecond. */
#define INPUT_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct config config;
static struct config_report report;

/* Every failure says why, in lines of text. */
static void require_report(bool has_failed, unsigned before)
{
    BASE_REQUIRE(has_failed == (report.count > before));
    BASE_REQUIRE(report.size < sizeof(report.text) && strlen(report.text) == report.size);
    for (const char *c = report.text; *c != '\0'; c++) {
        BASE_REQUIRE(((uint8_t)*c >= 0x20 && *c != 0x7f) || *c == '\n');
    }
}

static void read_credentials(const char *path)
{
    const struct config_credential_options options = {.credentials_file = path};
    struct credentials *list = NULL;
    unsigned before = report.count;
    int status = config_credentials_open(&config, &options, &report, &list);
    require_report(status != 0, before);
    BASE_REQUIRE((status == 0) == (list != NULL));
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        BASE_REQUIRE(list->items[i].name[0] != '\0');
        BASE_REQUIRE(list->items[i].first_subnet + list->items[i].subnet_count <=
                     list->subnet_count);
    }
    config_credentials_free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = size <= INPUT_MAX ? memfd_create("config", MFD_CLOEXEC) : -1;
    if (fd < 0) {
        return 0;
    }
    BASE_REQUIRE(write(fd, data, size) == (ssize_t)size && fchmod(fd, 0600) == 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    memset(&report, 0, sizeof(report));
    unsetenv("PLATEN_COMMUNITY");
    require_report(config_open(&config, path, &report) != 0, 0);
    read_credentials(path);
    read_credentials(NULL); /* those that the configuration has inside */
    config_close(&config);
    close(fd);
    return 0;
}
