#include "core/app/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"

/* Help is read in terminals of any size and in pipes: one width that fits all of them. */
#define HELP_WIDTH 80
/* Where the explanations of options and examples begin. */
#define HELP_COLUMN 29

bool command_open(const struct command *command, int argc, char **argv, void *options,
                  struct args *args, int *exit_code)
{
    char message[512];
    const struct args_line line = {argc, argv, clock_unix_ms(), message, sizeof(message)};
    int status = args_parse(command->options, command->option_count, &line, options, args);
    if (status == 0) {
        if (args->count == 0 || command->operands[0] != '\0') {
            return true;
        }
        snprintf(message, sizeof(message), "takes no operands, but got \"%.80s\"",
                 args->operands[0]);
    }
    if (status == BASE_ECANCELED) {
        command_help(command);
        *exit_code = command_close(command, COMMAND_OK);
        return false;
    }
    *exit_code =
        command_complain(command, COMMAND_USAGE, "%s\nTry \"platen %s --help\" for what it takes.",
                         message, command->name);
    return false;
}

int command_complain(const struct command *command, int exit_code, const char *format, ...)
{
    va_list args;
    fflush(stdout);
    fprintf(stderr, "platen %s: ", command->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return exit_code;
}

int command_close(const struct command *command, int exit_code)
{
    errno = 0;
    if (fflush(stdout) == 0 && ferror(stdout) == 0) {
        return exit_code;
    }
    return command_complain(command, COMMAND_STORE, "the output is incomplete: cannot write: %s",
                            base_strerror(errno != 0 ? -errno : -EIO));
}

/* --- help ------------------------------------------------------------------------------------- */

/* Prints words from cell `at` on, in lines that begin at `indent`. */
static void print_wrapped(const char *text, size_t at, size_t indent)
{
    bool first = true;
    while (*text != '\0') {
        size_t size = strcspn(text, " ");
        if (!first && at + 1 + size > HELP_WIDTH) {
            printf("\n%*s", (int)indent, "");
            at = indent;
            first = true;
        }
        printf("%s%.*s", first ? "" : " ", (int)size, text);
        at += size + !first;
        first = false;
        text += size;
        text += *text == ' ';
    }
    putchar('\n');
}

/* Prints `left` and, from HELP_COLUMN on, what it means; below when `left` is too long. */
static void print_pair(const char *left, const char *right)
{
    int size = printf("  %s", left);
    if (size > HELP_COLUMN - 2) {
        putchar('\n');
        size = 0;
    }
    printf("%*s", HELP_COLUMN - size, "");
    print_wrapped(right, HELP_COLUMN, HELP_COLUMN);
}

static void print_option(const struct args_option *option)
{
    char left[64];
    char letter[8] = "    ";
    if (option->letter != 0) {
        snprintf(letter, sizeof(letter), "-%c, ", option->letter);
    }
    snprintf(left, sizeof(left), "%s--%s%s%s", letter, option->name,
             option->placeholder != NULL ? " " : "",
             option->placeholder != NULL ? option->placeholder : "");
    print_pair(left, option->help);
}

/* Paragraphs are separated by "\n\n"; those that begin with a space are printed as they stand. */
static void print_notes(const char *notes)
{
    while (notes != NULL && *notes != '\0') {
        char paragraph[1200];
        const char *end = strstr(notes, "\n\n");
        size_t size = end != NULL ? (size_t)(end - notes) : strlen(notes);
        BASE_REQUIRE(size < sizeof(paragraph));
        memcpy(paragraph, notes, size);
        paragraph[size] = '\0';
        putchar('\n');
        if (paragraph[0] == ' ') {
            puts(paragraph);
        } else {
            print_wrapped(paragraph, 0, 0);
        }
        notes = end != NULL ? end + 2 : NULL;
    }
}

void command_help(const struct command *command)
{
    printf("platen %s: %s.\n\nExamples:\n", command->name, command->summary);
    for (size_t i = 0; i < COMMAND_EXAMPLES_MAX && command->examples[i].line != NULL; i++) {
        printf("  %s\n      ", command->examples[i].line);
        print_wrapped(command->examples[i].does, 6, 6);
    }
    printf("\nUsage: platen %s [OPTION...]%s%s\n\nOptions:\n", command->name,
           command->operands[0] != '\0' ? " " : "", command->operands);
    for (size_t i = 0; i < command->option_count; i++) {
        if (command->options[i].type != ARGS_REFUSED) {
            print_option(&command->options[i]);
        }
    }
    print_notes(command->notes);
}
