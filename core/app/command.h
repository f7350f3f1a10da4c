/*
 * A subcommand: its name, its texts, its options and what it runs. One table of options serves the
 * parser and the help, so that they cannot differ.
 *
 * A command's run() calls command_open first, which parses argv into the command's own option
 * structure, answers --help and complains about mistakes; then it works and returns an exit code.
 * Data goes to stdout; everything said to a person about it goes to stderr by command_complain.
 */
#pragma once

#include "core/app/args.h"
#include "core/base/base.h"

/* What the process ends with, fixed for scripts. */
enum command_exit {
    COMMAND_OK = 0,
    COMMAND_FAILED = 1, /* some devices or transfers failed */
    COMMAND_USAGE = 2,  /* usage or configuration error */
    COMMAND_STORE = 3,  /* store or system error */
};

#define COMMAND_EXAMPLES_MAX 6

struct command_example {
    const char *line; /* "platen supplies --below 20" */
    const char *does; /* "what to order now" */
};

struct command {
    const char *name;
    const char *summary;  /* half a line for the overview, no full stop */
    const char *operands; /* "[TARGET...]"; "" when it takes none */
    struct command_example examples[COMMAND_EXAMPLES_MAX]; /* at least two; real ones */
    const struct args_option *options;
    size_t option_count;
    const char *notes; /* paragraphs after the options, separated by "\n\n"; NULL none */
    int (*run)(int argc,
               char **argv); /* argv[0] is the command's name; returns enum command_exit */
};

/* Parses argv into `options`, a structure with the defaults already in it.
 * args: gets the operands, which point into argv.
 * Returns: true to go on; false when the command ends here with *exit_code: help was printed or a
 * mistake was explained on stderr. */
bool command_open(const struct command *command, int argc, char **argv, void *options,
                  struct args *args, int *exit_code);

/* Prints "platen NAME: sentence" to stderr and returns `exit_code`. */
int command_complain(const struct command *command, int exit_code, const char *format, ...)
    BASE_PRINTF(3, 4);

/* Flushes stdout. Returns: `exit_code`, or COMMAND_STORE with a complaint when something that was
 * printed did not arrive, so that a full disk never looks like a short list. */
int command_close(const struct command *command, int exit_code);

/* Prints the page of --help to stdout. */
void command_help(const struct command *command);
