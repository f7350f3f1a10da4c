#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/app/commands.h"
#include "core/app/config.h"
#include "core/fleet/rows_change.h"

/* What a command prints for --help; static storage. */
static const char *help_of(const struct command *command)
{
    static char text[16384];
    FILE *file = tmpfile();
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    command_help(command);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    rewind(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    return text;
}

Test(commands, each_is_found_by_its_name)
{
    size_t count = 0;
    const struct command *const *all = commands_all(&count);
    cr_assert_geq(count, 7);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(commands_find(all[i]->name), all[i]);
    }
    cr_assert_null(commands_find("nosuch"));
    cr_assert_null(commands_find(""));
}

Test(commands, each_has_two_examples_of_itself_first)
{
    size_t count = 0;
    const struct command *const *all = commands_all(&count);
    for (size_t i = 0; i < count; i++) {
        const char *help = help_of(all[i]);
        char beginning[64];
        snprintf(beginning, sizeof(beginning), "platen %s", all[i]->name);
        for (size_t j = 0; j < 2; j++) {
            cr_assert_not_null(all[i]->examples[j].line, "%s", all[i]->name);
            cr_assert_not_null(strstr(help, all[i]->examples[j].line));
        }
        cr_assert_lt(strstr(help, "Examples:"), strstr(help, "Options:"));
        cr_assert_not_null(strstr(all[i]->examples[0].line, beginning), "%s", all[i]->name);
    }
}

Test(commands, help_fits_eighty_columns)
{
    size_t count = 0;
    const struct command *const *all = commands_all(&count);
    for (size_t i = 0; i < count; i++) {
        size_t width = 0;
        for (const char *c = help_of(all[i]); *c != '\0'; c++) {
            width = *c == '\n' ? 0 : width + 1;
            cr_assert_leq(width, 80, "%s: %.*s", all[i]->name, 80, c - 80);
        }
    }
}

Test(commands, options_are_unique_and_each_table_has_help)
{
    size_t count = 0;
    const struct command *const *all = commands_all(&count);
    for (size_t i = 0; i < count; i++) {
        bool has_help = false;
        for (size_t j = 0; j < all[i]->option_count; j++) {
            const struct args_option *option = &all[i]->options[j];
            has_help = has_help || option->type == ARGS_HELP;
            cr_assert_not_null(option->help, "%s --%s", all[i]->name, option->name);
            for (size_t k = 0; k < j; k++) {
                cr_assert_str_neq(option->name, all[i]->options[k].name);
                cr_assert(option->letter == 0 || option->letter != all[i]->options[k].letter,
                          "%s -%c", all[i]->name, option->letter);
            }
        }
        cr_assert(has_help, "%s", all[i]->name);
    }
}

/* The manual page without its backslashes, which roff wants before hyphens. */
static char *manual(void)
{
    static char text[65536];
    char path[512];
    const char *root = getenv("PLATEN_SOURCE_DIR");
    snprintf(path, sizeof(path), "%s/core/app/platen.1", root != NULL ? root : ".");
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        cr_skip("no %s", path);
    }
    size_t size = 0;
    for (int c = fgetc(file); c != EOF && size + 1 < sizeof(text); c = fgetc(file)) {
        if (c != '\\') {
            text[size++] = (char)c;
        }
    }
    text[size] = '\0';
    fclose(file);
    return text;
}

/* The part of the manual about a command; ends at the next one. */
static char *section_of(char *text, const char *name)
{
    char heading[64];
    snprintf(heading, sizeof(heading), "\n.SS platen %s", name);
    char *start = strstr(text, heading);
    cr_assert_not_null(start, "the manual has no \"platen %s\"", name);
    start += strlen(heading);
    char *end = strstr(start, "\n.S");
    return end != NULL ? strndup(start, (size_t)(end - start)) : strdup(start);
}

Test(commands, manual_tells_every_command_and_option)
{
    size_t count = 0;
    const struct command *const *all = commands_all(&count);
    char *text = manual();
    for (size_t i = 0; i < count; i++) {
        char *section = section_of(text, all[i]->name);
        for (size_t j = 0; j < all[i]->option_count; j++) {
            const struct args_option *option = &all[i]->options[j];
            char name[64];
            snprintf(name, sizeof(name), "--%s", option->name);
            bool common =
                option->type == ARGS_HELP || option->type == ARGS_REFUSED ||
                strstr("json csv store no-color filter sort columns scope config", option->name);
            cr_assert(strstr(section, name) != NULL || (common && strstr(text, name) != NULL),
                      "the manual's \"platen %s\" lacks %s", all[i]->name, name);
        }
        free(section);
    }
}

/* Whether the word stands in a list: behind a blank, with a comma, a period or a blank after it. */
static bool is_listed(const char *text, const char *word)
{
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        if (isspace((unsigned char)at[-1]) && strchr(",. \n", at[strlen(word)]) != NULL) {
            return true;
        }
    }
    return false;
}

Test(commands, help_and_manual_name_every_kind_of_event)
{
    const char *help = strstr(help_of(commands_find("events")), "Kinds:");
    char *section = section_of(manual(), "events");
    for (unsigned kind = 0; kind < ROWS_EVENT_COUNT; kind++) {
        const char *name = rows_event_name((enum rows_event)kind);
        cr_assert(is_listed(help, name), "help: %s", name);
        cr_assert(is_listed(strstr(section, "Kinds:"), name), "manual: %s", name);
    }
    free(section);
}

Test(commands, help_of_config_names_every_key)
{
    const char *help = help_of(commands_find("config"));
    for (enum config_key key = 0; key < CONFIG_KEY_COUNT; key++) {
        const char *name = config_key_name(key);
        const char *dot = strrchr(name, '.');
        char item[64];
        snprintf(item, sizeof(item), "%s:", dot != NULL ? dot + 1 : name);
        cr_assert_not_null(strstr(help, item), "%s", name);
    }
}
