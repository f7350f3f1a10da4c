/*
 * A small fleet in a store of its own, and a way to run a command on it and see what it prints.
 *
 * lobby.example (192.0.2.1) is well, =cellar (192.0.2.2) is low and jammed, attic (192.0.2.3) is
 * silent; all were polled at SUPPORT_FLEET_NOW, the lobby also a day before.
 */
#pragma once

#include <jansson.h>

#include "proto/record.h"

/* 2026-11-22T04:00:00Z */
#define SUPPORT_FLEET_NOW INT64_C(1795320000000)

/* What the last command printed. */
extern char support_out[65536];
extern char support_err[8192];

/* Fixtures of a TestSuite: an empty place for a store, PLATEN_STORE names it, time zone UTC. */
void support_fleet_setup(void);
void support_fleet_teardown(void);

/* Stores the fleet. */
void support_fleet_make(void);

/* Stores an answered poll of a device with nothing but a serial number and a name. */
void support_fleet_add(uint8_t last_octet, const char *serial, const char *name);

/* Stores a device that was polled daily up to this very moment: 100 pages and 1 % a day. */
void support_fleet_drain(uint8_t last_octet, const char *serial, const char *name, int days);

/* Runs a command; `line` begins with its name and is split at blanks. Returns: its exit code. */
int support_fleet_run(int (*command)(int, char **), const char *line);

/* The object in a line of support_out, to be freed with json_decref; NULL when there are fewer.
 * Fails the test when any line is no object. */
json_t *support_fleet_object(size_t wanted);

/* A member's text; "" when it is none. Borrowed. */
const char *support_fleet_text(const json_t *object, const char *key);
