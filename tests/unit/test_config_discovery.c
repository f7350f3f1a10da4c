#include <string.h>

#include <criterion/criterion.h>

#include "core/app/config_discovery.h"
#include "core/app/config_scope.h"
#include "tests/unit/support_config.h"

#define config config_test_config
#define report config_test_report

static struct targets list;
static struct scope_rules rules;

static void begin(void)
{
    config_test_begin();
    targets_init(&list);
}

static void end(void)
{
    targets_fini(&list);
    config_test_end();
}

TestSuite(config_discovery, .init = begin, .fini = end, .timeout = 30);

static void open_config(const char *content)
{
    cr_assert_eq(config_test_open(content), 0, "%s", report.text);
}

Test(config_discovery, without_a_section_all_is_default)
{
    open_config("store: there\n");
    cr_assert_eq(config_discovery_targets(&config, &list, &report), 0);
    cr_assert_eq(config_discovery_exclude(&config, &list, &report), 0);
    cr_assert_eq(config_scope_read(&config, &rules, &report), 0);
    cr_assert_eq(list.range_count, 0);
    cr_assert_eq(rules.count, 0);
    cr_assert_eq(config.values[CONFIG_DISCOVERY_TIMEOUT].number, 300);
    cr_assert_eq(config.values[CONFIG_DISCOVERY_RETRIES].number, 2);
    cr_assert_eq(config.values[CONFIG_DISCOVERY_CONCURRENCY].number, 8192);
    cr_assert_eq(config.values[CONFIG_DISCOVERY_OTHERS_AFTER].number, 7 * 86400000);
}

Test(config_discovery, values_and_lists_are_read)
{
    open_config("discovery:\n"
                "  targets: [10.1.0.0/24, 10.2.0.1-9]\n"
                "  exclude: 10.1.0.7\n"
                "  timeout: 500ms\n"
                "  retries: 1\n"
                "  concurrency: 65536\n"
                "  others_after: 12h\n");
    cr_assert_eq(config_discovery_targets(&config, &list, &report), 0);
    cr_assert_eq(list.range_count, 2);
    cr_assert_eq(config_discovery_exclude(&config, &list, &report), 0);
    cr_assert_eq(list.range_count, 3);
    cr_assert_eq(config.values[CONFIG_DISCOVERY_TIMEOUT].number, 500);
    cr_assert_eq(config.values[CONFIG_DISCOVERY_RETRIES].number, 1);
    cr_assert_eq(config.values[CONFIG_DISCOVERY_CONCURRENCY].number, 65536);
    cr_assert_eq(config.values[CONFIG_DISCOVERY_OTHERS_AFTER].number, 12 * 3600000);
}

Test(config_discovery, what_the_agent_does_when_is_read)
{
    open_config("discovery: {at: \"02:30\"}\n"
                "poll: {every: 5m, offline_every: 30m, full_every: 12h}\n");
    cr_assert_eq(config.values[CONFIG_DISCOVERY_AT].number, 150);
    cr_assert_eq(config.values[CONFIG_DISCOVERY_EVERY].number, 24 * 3600000);
    cr_assert_eq(config.values[CONFIG_POLL_EVERY].number, 5 * 60000);
    cr_assert_eq(config.values[CONFIG_POLL_OFFLINE_EVERY].number, 30 * 60000);
    cr_assert_eq(config.values[CONFIG_POLL_FULL_EVERY].number, 12 * 3600000);
    open_config("snmp: {retries: 1}\n");
    cr_assert_eq(config.values[CONFIG_DISCOVERY_AT].number, -1);
    cr_assert_eq(config.values[CONFIG_POLL_EVERY].number, 15 * 60000);
}

static void refuses_schedule(const char *content, const char *part)
{
    cr_assert_eq(config_test_open(content), BASE_EUSAGE, "%s", content);
    cr_assert(config_test_says(part), "%s", report.text);
    config_test_end();
    config_test_begin();
}

Test(config_discovery, times_that_are_none_are_told_with_their_line)
{
    refuses_schedule("discovery:\n  at: \"24:00\"\n", ":2: at is a time of day");
    refuses_schedule("discovery:\n  at: 2:00\n", ":2: at is a time of day");
    refuses_schedule("discovery:\n  at: \"ab:cd\"\n", ":2: at is a time of day");
    refuses_schedule("discovery:\n  every: 1h\n  at: \"02:00\"\n", ":3: discovery has every or at");
    refuses_schedule("poll:\n  every: 10ms\n", ":2: every is a time from 1s");
    refuses_schedule("poll:\n  evry: 10m\n", "did you mean \"every\"");
}

Test(config_discovery, targets_that_are_none_are_told_with_their_line)
{
    open_config("discovery:\n  targets:\n    - 10.1.0.0/24\n    - 10.1.0.999\n");
    cr_assert_eq(config_discovery_targets(&config, &list, &report), BASE_EUSAGE);
    cr_assert(config_test_says(":4: "), "%s", report.text);
}

Test(config_discovery, lists_of_another_kind_are_refused)
{
    open_config("discovery: {targets: {a: b}, exclude: [[10.1.0.1]]}\n");
    cr_assert_eq(config_discovery_targets(&config, &list, &report), BASE_EUSAGE);
    cr_assert_eq(config_discovery_exclude(&config, &list, &report), BASE_EUSAGE);
}

Test(config_discovery, unknown_keys_are_refused)
{
    cr_assert_eq(config_test_open("discovery: {targts: [10.1.0.1]}\n"), BASE_EUSAGE);
    cr_assert(config_test_says("targets"), "%s", report.text);
}

Test(config_discovery, scopes_are_read_in_their_order)
{
    open_config(
        "scope:\n"
        "  - {vendor: Zebra, scope: out}\n"
        "  - {subnet: 10.9.0.0/16, model: \"Laser*\", serial: X?, tag: leased, scope: in}\n");
    cr_assert_eq(config_scope_read(&config, &rules, &report), 0, "%s", report.text);
    cr_assert_eq(rules.count, 2);
    cr_assert_str_eq(rules.items[0].vendor, "Zebra");
    cr_assert_eq(rules.items[0].scope, SCOPE_OUT);
    cr_assert_eq(rules.items[1].subnet.count, 65536);
    cr_assert_str_eq(rules.items[1].model, "Laser*");
    cr_assert_str_eq(rules.items[1].serial, "X?");
    cr_assert_str_eq(rules.items[1].tag, "leased");
    cr_assert_eq(rules.items[1].scope, SCOPE_IN);
}

static void refuses_scope(const char *content, const char *part)
{
    open_config(content);
    cr_assert_eq(config_scope_read(&config, &rules, &report), BASE_EUSAGE, "%s", content);
    cr_assert(config_test_says(part), "%s", report.text);
    config_test_end();
    config_test_begin();
}

Test(config_discovery, scopes_that_say_nothing_are_refused)
{
    refuses_scope("scope: out\n", "list");
    refuses_scope("scope: [{vendor: Zebra}]\n", "scope: in or scope: out");
    refuses_scope("scope: [{scope: away}]\n", "scope: in or scope: out");
    refuses_scope("scope: [{subnet: nowhere, scope: in}]\n", "subnet");
    refuses_scope("scope: [{color: red, scope: in}]\n", "not known");
}
