/*
 * What is wrong with a configuration: one sentence a line, each with the file and the line where it
 * can be mended. Values never get in, since any of them may be a secret in the wrong place.
 */
#pragma once

#include "core/base/base.h"

/* Mistakes that are told at once; who has made more mends these first. */
#define CONFIG_REPORT_MAX 20

/* Starts zeroed. */
struct config_report {
    char text[8192]; /* sentences, separated by line ends, none behind the last */
    size_t size;
    unsigned count; /* mistakes, those that found no room included */
};

/* Adds "FILE:LINE: sentence". line: 0 when it is about the file as a whole. file: NULL when the
 * sentence says itself where. Returns: BASE_EUSAGE. */
int config_report_add(struct config_report *report, const char *file, unsigned line,
                      const char *format, ...) BASE_PRINTF(4, 5);
