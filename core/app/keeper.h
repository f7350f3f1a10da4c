/*
 * The keeper: stands between a running sweep and the store, so that the loop never waits for a
 * disk. Results are collected in slices; a slice that is full, or has waited a moment, is written
 * in one transaction on a worker thread. Output that belongs to a result is given out only after
 * the result has been stored: what was reported is not lost.
 *
 * When the disk is slower than the network, slices wait in a short queue; when that is full the
 * sweep starts no new polls until it is shorter. All functions run on the loop's thread.
 */
#pragma once

#include "core/app/sweep_loop.h"
#include "core/base/base.h"
#include "core/base/bytes.h"
#include "core/fleet/archive.h"
#include "proto/reading.h"

struct keeper;

struct keeper_events {
    void *owner;
    /* A slice is stored (status 0) or could not be (a code; nothing more will be stored then).
     * output: what keeper_add was given for its results, in their order. */
    void (*stored)(void *owner, int status, struct bytes output);
};

/* Makes a keeper for a sweep that has not begun. It sets the runner's tick. events: NULL = none.
 * Owns: *out is freed by keeper_close; the store stays the caller's.
 * Returns: 0; BASE_ESTORE when the store cannot be read; -ENOMEM. */
BASE_MUST_CHECK int keeper_open(struct store *store, struct sweep_loop *runner,
                                const struct keeper_events *events, struct keeper **out);

/* Sets the thresholds that events are told by, before the first result. */
void keeper_rules(struct keeper *keeper, const struct events_rules *rules);

/* Says since when two answers are side by side (archive.h): when the sweep began, as keeper_open
 * has it, or later in one that lasts. */
void keeper_since(struct keeper *keeper, int64_t unix_ms);

/* Frees a keeper; the loop must have ended. NULL is allowed. */
void keeper_close(struct keeper *keeper);

/* Gives what was learned of a device at this address. Returns false when it is new. */
bool keeper_recall(struct keeper *keeper, const union wire_address *address,
                   struct learned *learned);

/* The same of a place at the address. */
bool keeper_recall_place(struct keeper *keeper, const union wire_address *address,
                         const char *place, struct learned *learned);

/* The static record of the device that a result is of, for a poll that read only what moves.
 * printer: hrDeviceIndex of the one of a print server; NULL = there is one device.
 * Returns: bytes that live until the next call; empty when there is none. */
struct bytes keeper_static_part(struct keeper *keeper, const struct sweep_result *result,
                                const uint32_t *printer);

/* Keeps one result, of a print server one for each of its printers. reading: decoded from it, NULL
 * when nothing was read. Everything is copied. output: given out once the result is stored. */
void keeper_add(struct keeper *keeper, const struct sweep_result *result,
                const struct reading *reading, struct bytes output);

/* Starts writing what is collected, however little. Call it from `tick`, too. */
void keeper_flush(struct keeper *keeper);

/* Returns: 0, or the first code that a commit failed with. */
int keeper_status(const struct keeper *keeper);

/* What all commits have done so far. */
const struct archive_figures *keeper_figures(const struct keeper *keeper);
