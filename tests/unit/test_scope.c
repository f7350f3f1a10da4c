#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/scope.h"

static struct scope_rules rules;
static struct scope_labels labels;
static struct scope_subject subject;

static void begin(void)
{
    rules.count = 0;
    labels = (struct scope_labels){.scope = SCOPE_UNCLASSIFIED};
    subject = (struct scope_subject){
        .vendor = "Xerox", .model = "AltaLink C8045", .serial = "XR123456", .labels = &labels};
    cr_assert_eq(target_parse("10.1.2.3:161", &subject.address), 0);
}

TestSuite(scope, .init = begin);

static struct scope_rule *rule(enum scope scope)
{
    struct scope_rule *item = &rules.items[rules.count++];
    *item = (struct scope_rule){.scope = scope};
    return item;
}

static void text(char *out, const char *value)
{
    snprintf(out, SCOPE_TEXT_MAX, "%s", value);
}

Test(scope, without_rules_a_device_is_unclassified)
{
    cr_assert_eq(scope_of(&rules, &subject), SCOPE_UNCLASSIFIED);
}

Test(scope, the_first_rule_that_matches_counts)
{
    text(rule(SCOPE_OUT)->vendor, "Lexmark");
    text(rule(SCOPE_IN)->vendor, "xerox");
    text(rule(SCOPE_OUT)->model, "*");
    cr_assert_eq(scope_of(&rules, &subject), SCOPE_IN);
}

Test(scope, a_rule_matches_when_all_that_it_names_does)
{
    struct scope_rule *item = rule(SCOPE_OUT);
    text(item->vendor, "Xerox");
    text(item->serial, "XR*7");
    cr_assert_eq(scope_of(&rules, &subject), SCOPE_UNCLASSIFIED);
    text(item->serial, "XR*6");
    cr_assert_eq(scope_of(&rules, &subject), SCOPE_OUT);
    text(item->model, "altalink c80??");
    cr_assert_eq(scope_of(&rules, &subject), SCOPE_OUT);
}

Test(scope, what_the_device_does_not_tell_matches_nothing)
{
    text(rule(SCOPE_OUT)->serial, "*");
    subject.serial = NULL;
    cr_assert_eq(scope_of(&rules, &subject), SCOPE_UNCLASSIFIED);
}

Test(scope, subnets_count_whatever_the_port)
{
    struct scope_rule *item = rule(SCOPE_OUT);
    cr_assert_eq(target_parse("10.1.2.0:161", &item->subnet.first), 0);
    item->subnet.count = 4;
    cr_assert_eq(target_parse("10.1.2.3:1161", &subject.address), 0);
    cr_assert_eq(scope_of(&rules, &subject), SCOPE_OUT);
    cr_assert_eq(target_parse("10.1.2.4:161", &subject.address), 0);
    cr_assert_eq(scope_of(&rules, &subject), SCOPE_UNCLASSIFIED);
    cr_assert_eq(target_parse("[2001:db8::1]:161", &subject.address), 0);
    cr_assert_eq(scope_of(&rules, &subject), SCOPE_UNCLASSIFIED);
}

Test(scope, tags_are_looked_at)
{
    snprintf(rule(SCOPE_IN)->tag, SCOPE_TAG_MAX, "leased");
    cr_assert_eq(scope_of(&rules, &subject), SCOPE_UNCLASSIFIED);
    cr_assert_eq(scope_add_tag(&labels, "Leased"), 0);
    cr_assert_eq(scope_of(&rules, &subject), SCOPE_IN);
    subject.labels = NULL;
    cr_assert_eq(scope_of(&rules, &subject), SCOPE_UNCLASSIFIED);
}

Test(scope, what_is_set_by_hand_counts_more)
{
    text(rule(SCOPE_OUT)->vendor, "Xerox");
    labels.scope = SCOPE_IN;
    cr_assert_eq(scope_of(&rules, &subject), SCOPE_IN);
}

Test(scope, patterns)
{
    static const struct {
        const char *pattern;
        const char *text;
        bool matches;
    } cases[] = {{"", "", true},       {"", "a", false},           {"*", "", true},
                 {"*", "abc", true},   {"a*c", "abc", true},       {"a*c", "abcd", false},
                 {"*b*", "abc", true}, {"a?c", "abc", true},       {"a?c", "ac", false},
                 {"*ab", "aab", true}, {"a*b*c", "axbxbxc", true}, {"ABC", "abc", true},
                 {"abc", "ab", false}, {"**", "x", true},          {"a*", "ba", false}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(cases); i++) {
        cr_assert_eq(scope_matches(cases[i].pattern, cases[i].text), cases[i].matches, "%s ~ %s",
                     cases[i].pattern, cases[i].text);
    }
}

Test(scope, labels_come_back_as_they_were_stored)
{
    uint8_t stored[SCOPE_LABELS_BYTES];
    struct scope_labels back;
    labels.scope = SCOPE_OUT;
    cr_assert_eq(scope_add_tag(&labels, "lobby"), 0);
    cr_assert_eq(scope_add_tag(&labels, "Floor-3"), 0);
    cr_assert_eq(scope_add_tag(&labels, "LOBBY"), 0);
    cr_assert_eq(labels.tag_count, 2);
    size_t size = scope_put_labels(stored, &labels);
    cr_assert_eq(scope_get_labels(bytes_of(stored, size), &back), 0);
    cr_assert_eq(back.scope, SCOPE_OUT);
    cr_assert_str_eq(back.tags[0], "Floor-3");
    cr_assert_str_eq(back.tags[1], "lobby");
    for (size_t cut = 0; cut < size; cut++) {
        cr_assert_neq(scope_get_labels(bytes_of(stored, cut), &back), 0);
    }
    stored[0] = 9;
    cr_assert_eq(scope_get_labels(bytes_of(stored, size), &back), BASE_EVERSION);
    stored[0] = 1;
    stored[1] = 7;
    cr_assert_eq(scope_get_labels(bytes_of(stored, size), &back), BASE_EFORMAT);
}

Test(scope, tags_have_room_and_a_shape)
{
    char tag[40];
    uint8_t stored[SCOPE_LABELS_BYTES];
    for (int i = 0; i < SCOPE_TAGS_MAX; i++) {
        snprintf(tag, sizeof(tag), "a%030d", 99 - i);
        cr_assert_eq(scope_add_tag(&labels, tag), 0);
    }
    cr_assert_eq(scope_add_tag(&labels, "more"), BASE_ELIMIT);
    cr_assert_leq(scope_put_labels(stored, &labels), sizeof(stored));
    scope_remove_tag(&labels, labels.tags[SCOPE_TAGS_MAX - 1]);
    scope_remove_tag(&labels, labels.tags[0]);
    scope_remove_tag(&labels, "never");
    cr_assert_eq(labels.tag_count, SCOPE_TAGS_MAX - 2);
    cr_assert_eq(scope_add_tag(&labels, ""), BASE_EFORMAT);
    cr_assert_eq(scope_add_tag(&labels, "two words"), BASE_EFORMAT);
    cr_assert_eq(scope_add_tag(&labels, "-x"), BASE_EFORMAT);
    cr_assert_eq(scope_add_tag(&labels, "a1234567890123456789012345678901"), BASE_EFORMAT);
}
