/*
 * What the page of a device tells about who it is, beside its reading: that others give its serial
 * number, what it contradicted, which devices went into it.
 */
#pragma once

#include "core/app/show_page.h"
#include "core/app/view.h"

/* Fills notes[SHOW_NOTES_MAX]. Returns: how many. */
size_t show_notes(struct view *view, const struct store_device *device, struct show_note *notes);
