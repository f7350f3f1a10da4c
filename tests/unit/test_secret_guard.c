#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <criterion/criterion.h>

#include "core/app/secret_guard.h"
#include "tests/unit/support_config.h"

TestSuite(secret_guard, .init = config_test_begin, .fini = config_test_end, .timeout = 60);

Test(secret_guard, memory_comes_zeroed_and_goes)
{
    static const uint8_t zeros[10000];
    uint8_t *memory = secret_guard_new(sizeof(zeros));
    cr_assert_not_null(memory);
    cr_assert_arr_eq(memory, zeros, sizeof(zeros));
    memset(memory, 0xa5, sizeof(zeros));
    secret_guard_free(memory, sizeof(zeros));
    secret_guard_free(NULL, 1);
    cr_assert_null(secret_guard_new(SIZE_MAX / 2));
}

Test(secret_guard, the_default_community_is_no_secret)
{
    const struct config_credential_options none = {0};
    cr_assert_eq(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 1);
    cr_assert_eq(
        config_credentials_open(&config_test_config, &none, &config_test_report, &config_test_list),
        0);
    cr_assert_eq(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 1);
}

Test(secret_guard, a_process_with_secrets_leaves_no_core)
{
    struct rlimit limit;
    cr_assert_eq(config_test_credentials("credentials:\n  - {name: one, user: u}\n", 0), 0, "%s",
                 config_test_report.text);
    cr_assert_eq(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
    cr_assert_eq(getrlimit(RLIMIT_CORE, &limit), 0);
    cr_assert_eq(limit.rlim_cur, 0);
    FILE *maps = fopen("/proc/self/smaps", "r");
    cr_assert_not_null(maps);
    char line[512];
    bool is_ours = false;
    bool is_left_out = false;
    while (fgets(line, sizeof(line), maps) != NULL) {
        unsigned long from = 0;
        unsigned long to = 0;
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2) {
            is_ours = (uintptr_t)config_test_list >= from && (uintptr_t)config_test_list < to;
        } else if (is_ours && strncmp(line, "VmFlags:", 8) == 0) {
            is_left_out = strstr(line, " dd") != NULL; /* "do not dump" */
        }
    }
    fclose(maps);
    cr_assert(is_left_out);
}

/* Whether the heap, as the system shows it, has the octets. */
static bool heap_has(const char *text)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    bool found = false;
    cr_assert_not_null(maps);
    while (fgets(line, sizeof(line), maps) != NULL) {
        uintptr_t from = 0;
        uintptr_t to = 0;
        if (strstr(line, "[heap]") != NULL && sscanf(line, "%lx-%lx ", &from, &to) == 2) {
            found = memmem((const void *)from, to - from, text, strlen(text)) != NULL;
        }
    }
    fclose(maps);
    return found;
}

Test(secret_guard, no_whole_password_stays_in_memory)
{
#if defined(__SANITIZE_ADDRESS__)
    cr_skip_test("the sanitizer's heap is another one");
#endif
    char expected[64];
    const char *path = config_test_file(
        "credentials.yaml", "credentials:\n  - name: one\n    user: u\n"
                            "    auth: {protocol: SHA, password: \"correct horse battery "
                            "staple, no\"}\n");
    const struct config_credential_options options = {.credentials_file = path};
    cr_assert_eq(config_credentials_open(&config_test_config, &options, &config_test_report,
                                         &config_test_list),
                 0);
    config_close(&config_test_config);
    /* Put together here, so that this program's own text is not what is found. */
    snprintf(expected, sizeof(expected), "correct %s battery %s, no", "horse", "staple");
    cr_assert(!heap_has(expected));
}
