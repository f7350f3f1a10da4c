#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/app/config_show.h"
#include "tests/unit/support_config.h"

#define config config_test_config
#define report config_test_report

TestSuite(config, .init = config_test_begin, .fini = config_test_end, .timeout = 30);

static void refuses(const char *content, const char *part)
{
    cr_assert_eq(config_test_open(content), BASE_EUSAGE, "%s", content);
    cr_assert(config_test_says(part), "%s", report.text);
    cr_assert(!config_test_says("hunter2"), "%s", report.text);
}

static const char *value_of(enum config_key key)
{
    static char text[PATH_MAX];
    return config_value_text(&config, key, text, sizeof(text));
}

Test(config, without_a_file_all_is_default)
{
    cr_assert_eq(config_open(&config, NULL, &report), 0);
    cr_assert_eq(config.values[CONFIG_TIMEOUT].number, 1000);
    cr_assert_eq(config.values[CONFIG_RETRIES].number, 3);
    cr_assert_eq(config.values[CONFIG_RATE].number, 10000);
    cr_assert_eq(config.values[CONFIG_SUBNET_RATE].number, 1000);
    cr_assert_eq(config.values[CONFIG_CONCURRENCY].number, 2048);
    cr_assert_eq(config.values[CONFIG_APPROVED_ONLY].number, 0);
    cr_assert_eq(config.order_count, 0);
    cr_assert_str_eq(config.values[CONFIG_RATE].source, "default");
    cr_assert_null(config_store(&config, NULL));
}

Test(config, every_key_is_read_with_its_line)
{
    cr_assert_eq(config_test_open("store: there\n"
                                  "snmp:\n"
                                  "  approved_only: Yes\n"
                                  "  order: [3, v2c]\n"
                                  "  timeout: 500ms\n"
                                  "  retries: 0\n"
                                  "  rate: 0\n"
                                  "  subnet_rate: 7\n"
                                  "  concurrency: 16384\n"
                                  "  credentials_file: /c.yaml\n"
                                  "  credentials: []\n"),
                 0, "%s", report.text);
    cr_assert_str_eq(value_of(CONFIG_APPROVED_ONLY), "true");
    cr_assert_str_eq(value_of(CONFIG_ORDER), "3, 2c");
    cr_assert_str_eq(value_of(CONFIG_TIMEOUT), "500ms");
    cr_assert_eq(config.values[CONFIG_RETRIES].number, 0);
    cr_assert_eq(config.values[CONFIG_RATE].number, 0);
    cr_assert_eq(config.values[CONFIG_SUBNET_RATE].number, 7);
    cr_assert_eq(config.values[CONFIG_CONCURRENCY].number, 16384);
    cr_assert_str_eq(value_of(CONFIG_CREDENTIALS_FILE), "/c.yaml");
    cr_assert_eq(config.values[CONFIG_SUBNET_RATE].line, 8);
    cr_assert_str_eq(config.values[CONFIG_SUBNET_RATE].source, config.main.path);
}

Test(config, relative_paths_count_from_the_file)
{
    cr_assert_eq(config_test_open("store: there\n"), 0, "%s", report.text);
    char expected[PATH_MAX];
    snprintf(expected, sizeof(expected), "%.*s/there",
             (int)(strrchr(config.main.path, '/') - config.main.path), config.main.path);
    cr_assert_str_eq(value_of(CONFIG_STORE), expected);
    cr_assert_str_eq(config_store(&config, NULL), expected);
}

Test(config, option_and_environment_win_over_the_file)
{
    cr_assert_eq(config_test_open("store: /file\n"), 0);
    cr_assert_str_eq(config_store(&config, "/option"), "/option");
    setenv("PLATEN_STORE", "/environment", 1);
    cr_assert_null(config_store(&config, NULL), "store_path_find takes the environment");
    setenv("PLATEN_STORE", "", 1);
    cr_assert_str_eq(config_store(&config, NULL), "/file");
    config_set(&config, CONFIG_RATE, 5, NULL, "--rate");
    cr_assert_str_eq(value_of(CONFIG_RATE), "5");
    cr_assert_eq(config.values[CONFIG_RATE].line, 0);
}

Test(config, environment_names_the_file)
{
    setenv("PLATEN_CONFIG", config_test_file("env.yaml", "snmp: {retries: 9}\n"), 1);
    cr_assert_eq(config_open(&config, NULL, &report), 0, "%s", report.text);
    cr_assert_eq(config.values[CONFIG_RETRIES].number, 9);
    config_close(&config);
    const char *other = config_test_file("option.yaml", "snmp: {retries: 8}\n");
    cr_assert_eq(config_open(&config, other, &report), 0);
    cr_assert_eq(config.values[CONFIG_RETRIES].number, 8, "the option wins");
    config_close(&config);
    setenv("PLATEN_CONFIG", "/nonexistent/hunter", 1);
    cr_assert_eq(config_open(&config, NULL, &report), BASE_EUSAGE);
    cr_assert(config_test_says("cannot read"), "%s", report.text);
}

Test(config, mistakes_are_told_all_at_once_with_their_lines)
{
    refuses("stor: x\nsnmp:\n  retry: 1\n  timeout: hunter2\n  hunter2hunter2: x\n  rate: 1.5\n",
            "platen.yaml:1: this key is not known here; did you mean \"store\"?");
    cr_assert(config_test_says(":3: this key is not known here; did you mean \"retries\"?"));
    cr_assert(config_test_says(":4: timeout is a time from 10ms to 60s"));
    cr_assert(config_test_says(":5: this key is not known here; known are approved_only, order"));
    cr_assert(config_test_says(":6: rate is a number from 0 to 1000000"));
    cr_assert_eq(report.count, 5);
}

Test(config, wrong_kinds_and_bounds_are_refused)
{
    refuses("hunter2\n", "a configuration is a mapping of some of these keys: discovery");
    refuses("- hunter2\n", "a configuration is a mapping");
    refuses("snmp: hunter2\n", ":1: snmp is a mapping");
    refuses("store: [hunter2]\n", "store is a text");
    refuses("store:\n", "store has no value");
    refuses("snmp: {retries: 11}\n", "from 0 to 10");
    refuses("snmp: {retries: -1}\n", "from 0 to 10");
    refuses("snmp: {retries: [1]}\n", "from 0 to 10");
    refuses("snmp: {retries: 99999999999999999999}\n", "from 0 to 10");
    refuses("snmp: {concurrency: 0}\n", "from 1 to 16384");
    refuses("snmp: {timeout: 9ms}\n", "from 10ms to 60s");
    refuses("snmp: {timeout: 61s}\n", "from 10ms to 60s");
    refuses("snmp: {approved_only: hunter2}\n", "approved_only is true or false");
    refuses("snmp: {approved_only: {a: b}}\n", "approved_only is true or false");
    refuses("snmp: {order: hunter2}\n", "order is a list");
    refuses("snmp: {order: []}\n", "order is a list");
    refuses("snmp: {order: [3, 4]}\n", "order is a list");
    refuses("snmp: {order: [3, 3]}\n", "each once");
    refuses("snmp: {order: [3, 2c, 1, 1]}\n", "order is a list");
    refuses("", "nothing is set in it");
    refuses("# hunter2\n", "nothing is set in it");
    refuses("~\n", "nothing is set in it");
}

Test(config, files_that_are_no_text_are_refused)
{
    static char huge[10 * 1024 * 1024];
    memset(huge, 'a', sizeof(huge));
    const char *path = config_test_octets("huge.yaml", huge, sizeof(huge));
    cr_assert_eq(config_open(&config, path, &report), BASE_EUSAGE);
    cr_assert(config_test_says("more than 256 KB"), "%s", report.text);
    path = config_test_octets("binary.yaml",
                              "\x7f"
                              "ELF\0\0",
                              6);
    cr_assert_eq(config_open(&config, path, &report), BASE_EUSAGE);
    cr_assert(config_test_says("is not a text file"), "%s", report.text);
    cr_assert_eq(config_open(&config, "/tmp", &report), BASE_EUSAGE);
    cr_assert(config_test_says("not a regular file"), "%s", report.text);
}

Test(config, many_mistakes_do_not_overflow_the_report)
{
    static char text[64 * 1024];
    size_t size = 0;
    for (int i = 0; i < 1000; i++) {
        size += (size_t)snprintf(text + size, sizeof(text) - size, "unknown%d: x\n", i);
    }
    cr_assert_eq(config_test_open(text), BASE_EUSAGE);
    cr_assert_eq(report.count, 1000);
    cr_assert_lt(report.size, sizeof(report.text));
    cr_assert_eq(strlen(report.text), report.size);
}

/* All of a table as JSON; static storage. */
static const char *shown(void)
{
    static char text[32768];
    struct table table;
    FILE *file = tmpfile();
    table_init(&table, config_show_columns, CONFIG_SHOW_COLUMN_COUNT, 0);
    config_show_settings(&table, &config);
    config_show_lists(&table, &config);
    config_show_credentials(&table, &config);
    cr_assert_eq(table_json(&table, file), 0);
    table_fini(&table);
    rewind(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    return text;
}

Test(config, show_tells_targets_and_rules_of_scope)
{
    cr_assert_eq(config_test_open("discovery:\n"
                                  "  targets: [10.1.0.0/16, 10.2.0.1]\n"
                                  "  exclude: [10.1.7.0/24]\n"
                                  "scope:\n"
                                  "  - {vendor: Zebra, scope: out}\n"),
                 0, "%s", report.text);
    const char *text = shown();
    cr_assert_not_null(strstr(text, "{\"key\":\"discovery.targets[1]\",\"value\":\"10.2.0.1\","));
    cr_assert_not_null(
        strstr(text, "{\"key\":\"discovery.exclude[0]\",\"value\":\"10.1.7.0/24\","));
    cr_assert_not_null(strstr(text, "{\"key\":\"scope[0].vendor\",\"value\":\"Zebra\","));
    cr_assert_not_null(strstr(text, "{\"key\":\"scope[0].scope\",\"value\":\"out\","));
}

Test(config, show_masks_secrets_and_tells_where_values_come_from)
{
    cr_assert_eq(config_test_open("snmp:\n"
                                  "  rate: 5\n"
                                  "  credentials:\n"
                                  "    - name: n\n"
                                  "      community: hunter2hunter2\n"),
                 0, "%s", report.text);
    setenv("PLATEN_COMMUNITY", "hunter2 too", 1);
    cr_assert_eq(config_test_credentials(NULL, 0), 0, "%s", report.text);
    const char *text = shown();
    cr_assert_null(strstr(text, "hunter2"), "%s", text);
    cr_assert_not_null(strstr(text, "{\"key\":\"snmp.rate\",\"value\":\"5\",\"source\":\""));
    cr_assert_not_null(strstr(text, "platen.yaml:2\"}"));
    cr_assert_not_null(strstr(text, "{\"key\":\"snmp.retries\",\"value\":\"3\",\"source\":"
                                    "\"default\"}"));
    cr_assert_not_null(strstr(text, "{\"key\":\"snmp.credentials[0].community\",\"value\":"
                                    "\"********\",\"source\":\""));
    cr_assert_not_null(strstr(text, "{\"key\":\"communities[0]\",\"value\":\"********\",\"source\":"
                                    "\"PLATEN_COMMUNITY\"}"));
}
