#include "core/app/suggest.h"

#include <ctype.h>
#include <string.h>

/* Commands, options and columns are shorter; longer words are near to nothing. */
#define WORD_MAX 40

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insertions, deletions, replacements and swaps of neighbours. */
static unsigned edit_distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    unsigned rows[3][WORD_MAX + 1];
    unsigned *before = rows[0];
    unsigned *above = rows[1];
    unsigned *row = rows[2];
    for (size_t j = 0; j <= b_size; j++) {
        above[j] = (unsigned)j;
    }
    for (size_t i = 1; i <= a_size; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_size; j++) {
            int from = tolower((unsigned char)a[i - 1]);
            int to = tolower((unsigned char)b[j - 1]);
            row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + (from != to));
            if (i > 1 && j > 1 && from == tolower((unsigned char)b[j - 2]) &&
                to == tolower((unsigned char)a[i - 2])) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
        unsigned *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[b_size];
}

void suggest_offer(struct suggest *suggest, const char *known)
{
    size_t size = strlen(suggest->word);
    size_t known_size = strlen(known);
    if (size > WORD_MAX || known_size > WORD_MAX) {
        return;
    }
    unsigned distance = edit_distance(suggest->word, size, known, known_size);
    bool beginning = size >= 2 && strncasecmp(suggest->word, known, size) == 0;
    bool near = distance <= (known_size + 2) / 3 && distance < known_size;
    if (beginning) {
        distance = 1;
    }
    if ((beginning || near) && (suggest->nearest == NULL || distance < suggest->distance)) {
        suggest->nearest = known;
        suggest->distance = distance;
    }
}
