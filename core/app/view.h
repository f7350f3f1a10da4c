/*
 * Reading the store for a command: opened read-only, also while a poll writes; one transaction, so
 * that a listing is one moment of the fleet; each device's reading decoded from its records.
 *
 * Damage stops nothing: a device whose rows are damaged is counted and left out, and view_close
 * says so and turns the exit code into COMMAND_STORE.
 * Not for writing, and not for what a table looks like.
 */
#pragma once

#include <limits.h>

#include "core/app/command.h"
#include "core/app/scoping.h"
#include "core/fleet/rows.h"
#include "core/fleet/rows_identity.h"
#include "proto/profile.h"
#include "proto/reading.h"
#include "store/store.h"

struct view {
    const struct command *command;
    struct store *store;
    struct store_txn *txn;
    struct reading reading;      /* of the device that was read last */
    enum scope scope;            /* of that device */
    struct profile_set profiles; /* what it is decoded with */
    struct scoping scoping;      /* the rules of the configuration */
    int64_t now_unix_ms;
    uint64_t damaged; /* devices and rows */
};

/* Opens the store that the user means (store_option: --store, config_option: --config, NULL = not
 * given), and reads the rules of scope.
 * Returns: COMMAND_OK; another exit code after saying why on stderr: then there is nothing to
 * close. */
int view_open(struct view *view, const struct command *command, const char *store_option,
              const char *config_option);

/* Tells where the store is that the user means; options as above. Returns: COMMAND_OK; another exit
 * code after saying why. */
int view_path(const struct command *command, const char *store_option, const char *config_option,
              char path[PATH_MAX]);

/* Closes everything. Returns: exit_code, or COMMAND_STORE when something was damaged. */
int view_close(struct view *view, int exit_code);

/* Iterates all devices but those that were merged into others: start with *number = 0.
 * Returns: false at the end. */
bool view_next(struct view *view, uint32_t *number, struct store_device *device);

/* Decodes what is stored of a device into view->reading: its last good values, with the id that
 * the store knows it by. with_why: collect reasons, too.
 * Returns: true; false when its records are damaged (counted) or memory is short. */
bool view_read(struct view *view, const struct store_device *device, bool with_why);

/* Reads how a device is asked; slices of the store, which live until view_close.
 * Returns: false when the store does not know it. */
bool view_access(struct view *view, const struct store_device *device, struct rows_access *out);

/* Reads what is doubted about who a device is; slices as above. All 0 when nothing is. */
void view_identity(struct view *view, const struct store_device *device, struct rows_identity *out);

/* Returns: the total of a meter, READING_ABSENT when the device does not count it. */
int64_t view_meter(const struct reading *reading, const char *key);

/* --- finding devices by what the user typed (view_find.c) ------------------------------------- */

/* A set of devices; empty means all when nothing was named. */
struct view_set {
    uint32_t *numbers; /* sorted */
    size_t count;
    bool is_all;
    unsigned scopes;   /* bits of enum scope: the others are left out by view_set_next */
    uint64_t left_out; /* devices that were, so far */
};

/* Finds the one device that a word means: its id or the beginning of it, its address with or
 * without port, its serial number or its name, upper and lower case alike.
 * Returns: COMMAND_OK; COMMAND_USAGE after saying that there is none, or which it can mean. */
int view_find(struct view *view, const char *word, struct store_device *device);

/* Finds all that the words mean, of any scope; no words mean all devices.
 * Owns: view_set_fini frees it, also after a failure. Returns as view_find; COMMAND_STORE. */
int view_find_all(struct view *view, const struct args *words, struct view_set *set);

/* Says whether the set has the device. */
bool view_set_has(const struct view_set *set, uint32_t number);

/* Iterates the devices of a set that are of its scopes, each decoded into view->reading: start with
 * *number = 0. Damaged ones are counted and left out. Returns: false at the end. */
bool view_set_next(struct view *view, struct view_set *set, uint32_t *number,
                   struct store_device *device);

/* Frees the list of the set. */
void view_set_fini(struct view_set *set);
