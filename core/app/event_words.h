/*
 * An event in words for people, and its parts for programs, whatever its shape in the store.
 */
#pragma once

#include "core/app/terminal.h"
#include "core/fleet/rows_change.h"
#include "proto/reading.h"

#define EVENT_WORDS_MAX 200

struct event_words {
    enum rows_event kind;
    enum terminal_style style;
    char subject[EVENT_WORDS_MAX]; /* the supply, alert, counter it is about; "" = the device */
    char detail[EVENT_WORDS_MAX];  /* "15 % left", "7 days left", "1.2 to 1.3"; "" = nothing */
    struct bytes index;            /* borrowed from the payload, as the next two */
    struct bytes before;
    struct bytes now;
    int64_t value;         /* ROWS_CHANGE_NOTHING = none */
    int64_t since_unix_ms; /* 0 = none */
};

/* Tells an event. reading: of the device, for names that the event does not hold.
 * Returns: 0; BASE_EVERSION; BASE_EFORMAT. */
BASE_MUST_CHECK int event_words_of(struct bytes payload, const struct reading *reading,
                                   struct event_words *out);
