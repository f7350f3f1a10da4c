#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/app/secrets.h"
#include "core/app/store_path.h"

static struct secrets secrets;
static char message[512];
static char path[64];

static void setup(void)
{
    unsetenv("PLATEN_COMMUNITY");
    strcpy(path, "/tmp/platen-secrets-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    close(fd);
}

static void teardown(void)
{
    unlink(path);
}

TestSuite(secrets, .init = setup, .fini = teardown, .timeout = 20);

static int load(const char *content, size_t size)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fwrite(content, 1, size, file);
    fclose(file);
    message[0] = '\0';
    return secrets_load(path, &secrets, message, sizeof(message));
}

static void refuses(const char *content, size_t size, const char *part)
{
    cr_assert_eq(load(content, size), BASE_EUSAGE);
    cr_assert_not_null(strstr(message, part), "%s", message);
    cr_assert_null(strstr(message, "hunter2"), "%s", message);
}

Test(secrets, default_is_what_devices_come_with)
{
    cr_assert_eq(secrets_load(NULL, &secrets, message, sizeof(message)), 0);
    cr_assert_eq(secrets.count, 1);
    cr_assert_str_eq(secrets.communities[0], "public");
}

Test(secrets, environment_is_one_community)
{
    setenv("PLATEN_COMMUNITY", "hunter2 and more", 1);
    cr_assert_eq(secrets_load(NULL, &secrets, message, sizeof(message)), 0);
    cr_assert_eq(secrets.count, 1);
    cr_assert_str_eq(secrets.communities[0], "hunter2 and more");
    cr_assert_str_eq(secrets.origin, "PLATEN_COMMUNITY");
}

Test(secrets, file_wins_over_the_environment_and_holds_several)
{
    static const char content[] = "\xef\xbb\xbf# ours\r\n\r\n first one \r\nsecond#2\n\nthird";
    setenv("PLATEN_COMMUNITY", "other", 1);
    cr_assert_eq(load(content, sizeof(content) - 1), 0, "%s", message);
    cr_assert_eq(secrets.count, 3);
    cr_assert_str_eq(secrets.communities[0], "first one");
    cr_assert_str_eq(secrets.communities[1], "second#2");
    cr_assert_str_eq(secrets.communities[2], "third");
}

Test(secrets, file_of_others_is_refused_with_the_command_that_mends_it)
{
    static const mode_t modes[] = {0640, 0604, 0620, 0644, 0666};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(modes); i++) {
        cr_assert_eq(chmod(path, modes[i]), 0);
        refuses("hunter2\n", 8, "chmod 600");
    }
    cr_assert_eq(chmod(path, 0400), 0);
    cr_assert_eq(secrets_load(path, &secrets, message, sizeof(message)), 0, "%s", message);
}

Test(secrets, links_directories_and_missing_files_are_refused)
{
    char link[80];
    snprintf(link, sizeof(link), "%s.link", path);
    cr_assert_eq(symlink(path, link), 0);
    cr_assert_eq(secrets_load(link, &secrets, message, sizeof(message)), -ELOOP);
    cr_assert_not_null(strstr(message, "symbolic link"), "%s", message);
    unlink(link);
    cr_assert_eq(secrets_load("/tmp", &secrets, message, sizeof(message)), BASE_EUSAGE);
    cr_assert_not_null(strstr(message, "not a regular file"), "%s", message);
    cr_assert_eq(secrets_load("/nonexistent", &secrets, message, sizeof(message)), -ENOENT);
}

Test(secrets, useless_content_is_refused)
{
    char long_line[200];
    static char huge[20000];
    memset(long_line, 'x', sizeof(long_line));
    memset(huge, '\n', sizeof(huge));
    refuses("", 0, "holds no community");
    refuses("# none\n\n", 8, "holds no community");
    refuses("hunter2\0x", 9, "not a text file");
    refuses(huge, sizeof(huge), "more than 16 KB");
    refuses(long_line, sizeof(long_line) - 1, "at most 128");
    refuses("1\n2\n3\n4\n5\n6\n7\n8\nhunter2\n", 24, ":9: more than 8");
}

Test(secrets, clear_leaves_nothing)
{
    cr_assert_eq(load("hunter2", 7), 0);
    secrets_clear(&secrets);
    cr_assert_null(memmem(&secrets, sizeof(secrets), "hunter2", 7));
}

Test(store_path, follows_option_then_environment_then_home)
{
    char out[128];
    setenv("PLATEN_STORE", "/from/env", 1);
    cr_assert_eq(store_path_find("rel/dir", out, sizeof(out)), 0);
    cr_assert_str_eq(out, "rel/dir");
    cr_assert_eq(store_path_find(NULL, out, sizeof(out)), 0);
    cr_assert_str_eq(out, "/from/env");
    unsetenv("PLATEN_STORE");
    if (access(STORE_PATH_SERVICE, F_OK) == 0) {
        return;
    }
    setenv("XDG_STATE_HOME", "/state", 1);
    setenv("HOME", "/home/me", 1);
    cr_assert_eq(store_path_find(NULL, out, sizeof(out)), 0);
    cr_assert_str_eq(out, "/state/platen");
    setenv("XDG_STATE_HOME", "relative", 1);
    cr_assert_eq(store_path_find(NULL, out, sizeof(out)), 0);
    cr_assert_str_eq(out, "/home/me/.local/state/platen");
    cr_assert_eq(store_path_find(NULL, out, 8), BASE_ELIMIT);
}
