/*
 * Identity keys: by what a device is known again. Used by the reading; see reading_keys in
 * reading.h for what leaves it.
 */
#pragma once

#include "proto/reading.h"

/* Says whether a serial number identifies a device: not a placeholder, not under four characters.
 * serial: clean text. */
bool reading_serial_is_usable(const char *serial);

/* Fills identity.id from the strongest key that the reading has. */
void reading_make_id(struct reading *reading);
