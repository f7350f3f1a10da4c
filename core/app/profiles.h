/*
 * Where the vendor profiles lie, and reading a folder of them.
 *
 * Ours are installed beside the program (PREFIX/share/platen/profiles, found from PREFIX/bin);
 * PLATEN_PROFILES names another folder in their place. The administrator's are those of
 * /etc/platen/profiles and then $XDG_CONFIG_HOME/platen/profiles (~/.config without the variable),
 * in that order: of one name the last one is in force, and may extend the one before it. Files are
 * those that end in .yaml, in the order of their names. A file with a mistake is told and left out,
 * the others stay.
 */
#pragma once

#include "proto/profile.h"
#include "proto/snmprec.h"

/* Where complaints go, each a whole sentence with FILE:LINE. */
struct profiles_report {
    void (*complain)(void *context, const char *sentence);
    void *context;
};

/* The set of all folders, linked. It is usable after any return but -ENOMEM, perhaps empty.
 * report: NULL = nothing is said.
 * Owns: the caller frees it with profile_set_fini.
 * Returns: 0; BASE_EFORMAT when something was complained about; -ENOMEM. */
BASE_MUST_CHECK int profiles_open(struct profile_set *set, const struct profiles_report *report);

/* As profiles_open, and on top of it a file, or the files of a folder. *first gets the number of
 * the first profile of those. Returns as profiles_open; -errno when the path cannot be read. */
BASE_MUST_CHECK int profiles_open_with(struct profile_set *set, const char *path, size_t *first,
                                       const struct profiles_report *report);

/* Reads a recording: the file itself, or one of that name in `context`, a folder (const char *)
 * or its sub-folder "printers". A profile_recordings. Returns: 0; -errno; BASE_ELIMIT. */
int profiles_recording(void *context, const char *name, struct snmprec *out);
