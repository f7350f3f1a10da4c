/*
 * Points in time as text: ISO 8601 in UTC for programs, "3 min ago" or local time for people,
 * and what people type back. Pure functions; the wall clock is an argument.
 */
#pragma once

#include "core/base/base.h"

/* Room for any text written here, NUL included. */
#define WHEN_TEXT_MAX 32

/* Writes "2026-11-22T04:00:00Z". out: at least WHEN_TEXT_MAX bytes. */
void when_iso(int64_t unix_ms, char *out, size_t cap);

/* Writes local time to the minute: "2026-11-22 05:00". out: at least WHEN_TEXT_MAX bytes. */
void when_local(int64_t unix_ms, char *out, size_t cap);

/* Writes how long ago: "now", "40 s ago", "3 min ago", "5 h ago", "2 d ago", and the date beyond 60
 * days or for a time in the future. out: at least WHEN_TEXT_MAX bytes. */
void when_ago(int64_t unix_ms, int64_t now_unix_ms, char *out, size_t cap);

/* Reads "2026-11-22", "2026-11-22T04:00", "2026-11-22 04:00:30", with "Z" or an offset like +01:00
 * behind the time, or without: then it is local time. A date alone is its last millisecond, so
 * that "the meters at 2026-11-30" are those of that day's end. "now", "30m", "5h", "7d" count back
 * from now.
 * Returns: 0; BASE_EFORMAT. */
BASE_MUST_CHECK int when_parse(const char *text, int64_t now_unix_ms, int64_t *unix_ms);
