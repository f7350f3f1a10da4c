/*
 * "Did you mean": the known word nearest to a mistyped one.
 */
#pragma once

#include "core/base/base.h"

/* The search so far; starts zeroed but for `word`. */
struct suggest {
    const char *word;
    const char *nearest; /* NULL: nothing is near enough */
    unsigned distance;
};

/* Compares the word with one known word, which is borrowed. Near enough is: a beginning of it of
 * two letters or more, or at most a third of its letters wrong, missing, too many or swapped.
 * The first of equally near words stays. */
void suggest_offer(struct suggest *suggest, const char *known);
