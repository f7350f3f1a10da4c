/*
 * Command line arguments, parsed by a declarative table of options.
 *
 * Long options are written whole ("--below 20", "--below=20"), letters may be joined ("-qv"),
 * options and operands may be mixed, "--" ends the options, "-" is an operand. An option that is
 * given twice counts as last given, except for lists. Parsing is pure: nothing is printed and no
 * file is read.
 */
#pragma once

#include "core/base/base.h"

enum args_type {
    ARGS_FLAG,     /* bool; takes no value */
    ARGS_TEXT,     /* const char *, into argv */
    ARGS_LIST,     /* struct args_list: the same, every time that it is given */
    ARGS_NUMBER,   /* int64_t */
    ARGS_DURATION, /* int64_t milliseconds: "2", "1.5s", "500ms", "3m" */
    ARGS_TIME,     /* int64_t milliseconds since 1970: see when_parse */
    ARGS_HELP,     /* asks for the help page */
    ARGS_REFUSED,  /* known, but never taken: `help` says why and what to do; not in the help */
};

#define ARGS_LIST_MAX 64

struct args_list {
    const char *items[ARGS_LIST_MAX];
    size_t count;
};

struct args_option {
    const char *name;        /* without the dashes */
    char letter;             /* 0 = none */
    const char *placeholder; /* "FILE"; NULL for flags */
    const char *help;        /* half a sentence */
    enum args_type type;
    size_t offset;       /* of the field in the command's option structure */
    int64_t least, most; /* bounds of ARGS_NUMBER, and of ARGS_DURATION in ms */
};

/* The row that every table ends with. */
#define ARGS_HELP_OPTION                                                                           \
    {                                                                                              \
        .name = "help", .letter = 'h', .help = "show this page", .type = ARGS_HELP                 \
    }

struct args {
    char **operands; /* into argv, count entries */
    int count;
};

/* A command line, and where a mistake in it is explained. */
struct args_line {
    int argc;
    char **argv;         /* argv[0] is the command's name and is skipped */
    int64_t now_unix_ms; /* what relative times count from */
    char *message;       /* gets one English sentence on failure */
    size_t message_cap;
};

/* Parses a line into `options`. argv's entries change places: operands are moved together. The
 * sentence about a failure names the nearest known option where there is one.
 * Returns: 0; BASE_EUSAGE; BASE_ECANCELED when help is asked for. */
BASE_MUST_CHECK int args_parse(const struct args_option *table, size_t table_count,
                               const struct args_line *line, void *options, struct args *out);
