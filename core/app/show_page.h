/*
 * The page of one device, for people: identity, condition, meters, supplies, trays, alerts, and the
 * reasons when the reading has them.
 */
#pragma once

#include "core/app/table.h"
#include "core/app/terminal.h"
#include "core/fleet/forecast.h"
#include "core/fleet/rows.h"
#include "proto/reading.h"
#include "store/store.h"

#define SHOW_NOTE_TEXT_MAX 800

/* A labelled line of what is known beside the reading. */
#define SHOW_NOTES_MAX 12
struct show_note {
    const char *label;
    char text[SHOW_NOTE_TEXT_MAX];
};

/* What a page tells. */
struct show_page_of {
    const struct reading *reading;
    const struct store_device *device;
    const struct rows_access *access; /* how it is asked; NULL = not known */
    const struct show_note *notes;    /* about who it is */
    size_t note_count;
    const struct forecast *forecasts; /* one a supply of the reading */
    const struct table *events;       /* the newest ones; NULL = none */
    int64_t now_unix_ms;
};

/* Prints the page. Parts that the device does not have are left out. */
void show_page(const struct terminal *terminal, const struct show_page_of *page);
