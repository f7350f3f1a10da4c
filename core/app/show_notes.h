/*
 * What the page of a device tells about it beside its reading (standing.h), in words: that others
 * give its serial number, what it contradicted, which devices went into it, that it is out of
 * scope, its tags, who else is behind its address.
 */
#pragma once

#include "core/app/show_page.h"
#include "core/app/standing.h"

/* Fills notes[SHOW_NOTES_MAX]. Returns: how many. */
size_t show_notes(const struct standing *standing, int64_t now_unix_ms, struct show_note *notes);
