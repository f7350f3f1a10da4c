/*
 * The profiles of the source tree, and recordings for their fixtures, for tests.
 */
#pragma once

#include "proto/profile.h"
#include "proto/snmprec.h"

#define PROFILES_FILES_MAX 64
#define PROFILES_TEXT_MAX  65536

/* The files of proto/profiles, sorted by name. */
struct profiles_files {
    char names[PROFILES_FILES_MAX][64]; /* "hp.yaml" */
    char *texts[PROFILES_FILES_MAX];
    size_t count;
};

/* Reads all files; fails the test when there are none. */
void profiles_files_read(struct profiles_files *out);
void profiles_files_free(struct profiles_files *files);

/* Reads, adds and links all of them; fails the test with the loader's sentence. */
void profiles_load(struct profile_set *set);

/* A profile_recordings: files of PLATEN_RECORDINGS/printers; BASE_ENOTFOUND without them. */
int fixture_recording(void *context, const char *name, struct snmprec *out);

/* Whether PLATEN_RECORDINGS is set. */
bool profiles_have_recordings(void);

/* Adds a text as FILE "test.yaml" and fails the test when it is refused. */
void profiles_add(struct profile_set *set, const char *text);

/* The sentence about a text that must be refused. Static storage. */
const char *profiles_refusal(const char *text);
