/*
 * What is doubted about who a device is, in words for people.
 */
#pragma once

#include "core/base/base.h"
#include "core/fleet/rows_identity.h"

#define IDENTITY_WORDS_MAX 700

/* A contradiction is shown in lists for so long. */
#define IDENTITY_WORDS_CONFLICT_MS (INT64_C(30) * 86400000)

/* Writes "duplicate serial, conflict" into out[IDENTITY_WORDS_MAX]; "" when nothing is doubted. */
void identity_words_flags(const struct rows_identity *identity, int64_t now_unix_ms, char *out);

/* Writes "3 days ago, mac: was 001ba9000001, is 001ba9000384" into out[IDENTITY_WORDS_MAX]; ""
 * when it never contradicted itself. */
void identity_words_conflict(const struct rows_identity *identity, int64_t now_unix_ms, char *out);
