#include "core/app/identity_words.h"

#include <stdio.h>

#include "core/app/when.h"

void identity_words_flags(const struct rows_identity *identity, int64_t now_unix_ms, char *out)
{
    bool is_fresh = identity->conflict_unix_ms != 0 &&
                    now_unix_ms - identity->conflict_unix_ms < IDENTITY_WORDS_CONFLICT_MS;
    (void)snprintf(out, IDENTITY_WORDS_MAX, "%s%s%s",
                   identity->is_duplicate ? "duplicate serial" : "",
                   identity->is_duplicate && is_fresh ? ", " : "", is_fresh ? "conflict" : "");
}

void identity_words_conflict(const struct rows_identity *identity, int64_t now_unix_ms, char *out)
{
    char ago[WHEN_TEXT_MAX];
    out[0] = '\0';
    if (identity->conflict_unix_ms == 0) {
        return;
    }
    when_ago(identity->conflict_unix_ms, now_unix_ms, ago, sizeof(ago));
    int size =
        snprintf(out, IDENTITY_WORDS_MAX, "%s, %s: was %.*s", ago, rows_key_name(identity->changed),
                 (int)identity->before.size, (const char *)identity->before.data);
    if (identity->now.size > 0) {
        (void)snprintf(out + size, IDENTITY_WORDS_MAX - (size_t)size, ", is %.*s",
                       (int)identity->now.size, (const char *)identity->now.data);
    } else {
        (void)snprintf(out + size, IDENTITY_WORDS_MAX - (size_t)size, ", is not given any more");
    }
}
