#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "core/app/config_yaml.h"

static struct config_report report;
static struct config_node *root;

static int read_octets(const void *text, size_t size)
{
    memset(&report, 0, sizeof(report));
    root = NULL;
    return config_yaml_read(bytes_of(text, size), "f", &report, &root);
}

static int read_text(const char *text)
{
    return read_octets(text, strlen(text));
}

static void refuses(const char *text, const char *part)
{
    cr_assert_eq(read_text(text), BASE_EUSAGE, "%s", text);
    cr_assert_null(root);
    cr_assert_eq(report.count, 1, "%s", report.text);
    cr_assert_not_null(strstr(report.text, part), "%s", report.text);
    cr_assert_null(strstr(report.text, "hunter2"), "%s", report.text);
}

static void close_root(void)
{
    config_yaml_free(root);
    root = NULL;
}

TestSuite(config_yaml, .fini = close_root, .timeout = 30);

Test(config_yaml, every_value_has_its_line)
{
    cr_assert_eq(read_text("# one\na: 1\nb:\n  - x\n  - {c: 'y z'}\nd: |\n  block\n"), 0, "%s",
                 report.text);
    const struct config_node *b = config_yaml_get(root, "b");
    const struct config_node *d = config_yaml_get(root, "d");
    cr_assert_eq(root->kind, CONFIG_MAP);
    cr_assert_eq(root->count, 3);
    cr_assert_eq(config_yaml_get(root, "a")->line, 2);
    cr_assert_eq(b->kind, CONFIG_LIST);
    cr_assert_eq(b->key_line, 3);
    cr_assert_eq(b->child->line, 4);
    const struct config_node *c = config_yaml_get(b->child->next, "c");
    cr_assert_str_eq(c->text, "y z");
    cr_assert(c->is_quoted);
    cr_assert_eq(c->line, 5);
    cr_assert_str_eq(d->text, "block\n");
    cr_assert_null(config_yaml_get(root, "e"));
    cr_assert_null(config_yaml_get(b, "c"), "a list has no keys");
    cr_assert_null(config_yaml_get(NULL, "c"));
}

Test(config_yaml, nothing_is_told_from_texts_that_look_like_it)
{
    cr_assert_eq(read_text("a:\nb: ~\nc: NULL\nd: '~'\ne: ''\nf: []\n"), 0);
    cr_assert(config_yaml_is_null(config_yaml_get(root, "a")));
    cr_assert(config_yaml_is_null(config_yaml_get(root, "b")));
    cr_assert(config_yaml_is_null(config_yaml_get(root, "c")));
    cr_assert(!config_yaml_is_null(config_yaml_get(root, "d")));
    cr_assert(!config_yaml_is_null(config_yaml_get(root, "e")));
    cr_assert(!config_yaml_is_null(config_yaml_get(root, "f")));
}

Test(config_yaml, files_without_content_give_no_tree)
{
    static const char *const empty[] = {"", "\n\n", "# only a comment\n", "\xef\xbb\xbf"};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(empty); i++) {
        cr_assert_eq(read_text(empty[i]), 0, "%s", report.text);
        cr_assert_null(root);
    }
}

Test(config_yaml, byte_order_mark_is_taken)
{
    cr_assert_eq(read_text("\xef\xbb\xbf"
                           "a: 1\r\nb: 2\r\n"),
                 0, "%s", report.text);
    cr_assert_str_eq(config_yaml_get(root, "b")->text, "2");
    cr_assert_eq(config_yaml_get(root, "b")->line, 2);
}

Test(config_yaml, aliases_anchors_and_tags_are_refused)
{
    refuses("a: &x hunter2\nb: *x\n", "f:1: anchors");
    refuses("a: 1\nb: *hunter2\n", "f:2: aliases");
    refuses("a: !!str hunter2\n", "f:1: tags");
    refuses("a: !hunter2 {}\n", "f:1: tags");
    refuses("a:\n  - &hunter2 [1]\n", "f:2: anchors");
    /* Nine lines that a careless reader makes a thousand million of. */
    refuses("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
            "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n",
            "f:1: anchors");
}

Test(config_yaml, keys_stand_once_and_are_words)
{
    refuses("a: 1\nhunter2: 2\nhunter2: 3\n", "f:3: this key stands twice, first on line 2");
    refuses("? [hunter2]\n: 1\n", "f:1: a key is a word");
    refuses("{hunter2: 1, a: 2, hunter2: 3}", "stands twice");
}

Test(config_yaml, one_document_is_enough)
{
    cr_assert_eq(read_text("---\na: 1\n...\n"), 0, "%s", report.text);
    close_root();
    refuses("a: 1\n---\nb: hunter2\n", "f:2: a second document");
}

Test(config_yaml, nesting_ends_at_the_limit)
{
    cr_assert_eq(read_text("[[[[[[[[1]]]]]]]]"), 0, "%s", report.text);
    close_root();
    refuses("[[[[[[[[[1]]]]]]]]]", "f:1: nested deeper");
    static char deep[200000];
    memset(deep, '[', sizeof(deep) - 1);
    refuses(deep, "nested deeper");
    memset(deep, '{', sizeof(deep) - 1);
    refuses(deep, "f:1: a key is a word");
    for (size_t i = 0; i + 2 < sizeof(deep); i += 2) {
        memcpy(deep + i, "- ", 2);
    }
    refuses(deep, "nested deeper");
}

Test(config_yaml, many_and_long_values_end_at_the_limit)
{
    static char many[2 * CONFIG_YAML_NODES_MAX + 64];
    strcpy(many, "[");
    for (int i = 0; i < CONFIG_YAML_NODES_MAX; i++) {
        strcat(many + 1 + 2 * i, "1,");
    }
    strcat(many, "]");
    refuses(many, "more values than");
    static char huge[CONFIG_YAML_BYTES_MAX + 2];
    memset(huge, '\n', sizeof(huge) - 1);
    refuses(huge, "longer than any configuration");
    memset(huge, 'x', sizeof(huge));
    cr_assert_eq(read_octets(huge, CONFIG_YAML_BYTES_MAX), 0, "%s", report.text);
    cr_assert_eq(root->size, CONFIG_YAML_BYTES_MAX);
}

Test(config_yaml, what_is_no_utf8_text_is_refused_with_its_line)
{
    static const char utf16[] = "\xff\xfe"
                                "a\0:\0";
    cr_assert_eq(read_octets(utf16, sizeof(utf16) - 1), BASE_EUSAGE);
    cr_assert_not_null(strstr(report.text, "UTF-16"), "%s", report.text);
    cr_assert_eq(read_octets("a: 1\nb: x\0y\n", 12), BASE_EUSAGE);
    cr_assert_not_null(strstr(report.text, "f:2: a control character"), "%s", report.text);
    refuses("a: 1\nb: hunter2\xff\n", "f:2: this is not UTF-8");
    refuses("a: 1\nb: hunter2\xc0\xaf\n", "f:2: this is not UTF-8");
    refuses("a: hunter2\x1b[31m\n", "f:1: a control character");
    refuses("a: 1\nb: hunter2\xc2\x80\n", "f:2: this is not YAML: control characters");
    refuses("a: \"hunter2\\0\"\n", "must not contain");
}

Test(config_yaml, broken_yaml_is_told_with_its_line_and_no_content)
{
    refuses("a: 1\n\tb: hunter2\n", "f:2: this is not YAML");
    refuses("a: 1\nb: [hunter2\n", "f:3: this is not YAML");
    refuses("a: 'hunter2\n", "f:2: this is not YAML");
    refuses("a: hunter2: x\n", "f:1: this is not YAML");
    refuses("a: @hunter2\n", "f:1: this is not YAML");
    refuses("a: %hunter2\n", "f:1: this is not YAML");
    refuses("a: 1\n}\n", "f:2: this is not YAML");
}
