/*
 * The page of one device, for people: identity, condition, meters, supplies, trays, alerts, and the
 * reasons when the reading has them.
 */
#pragma once

#include "core/app/terminal.h"
#include "proto/reading.h"
#include "store/store.h"

/* Prints the page. Parts that the device does not have are left out. */
void show_page(const struct terminal *terminal, const struct reading *reading,
               const struct store_device *device, int64_t now_unix_ms);
