/*
 * Records for the tests of the reading: the parts of one device, put together object by object, or
 * taken from a .snmprec recording. Objects go to the static or the moving part by their pace.
 */
#pragma once

#include "proto/reading.h"

struct feed {
    struct record_header header; /* of both parts; `part` is set by feed_decode */
    struct record_writer static_part;
    struct record_writer moving_part;
    uint8_t static_data[RECORD_BYTES_MAX];
    uint8_t moving_data[RECORD_BYTES_MAX];
};

/* Starts two empty parts of a device at 192.0.2.1 port 161. */
void feed_init(struct feed *feed);

/* Adds a value of any type. index: dotted text. */
void feed_value(struct feed *feed, unsigned object, const char *index, uint8_t tag,
                struct bytes value);

void feed_integer(struct feed *feed, unsigned object, const char *index, int64_t value);
void feed_counter(struct feed *feed, unsigned object, const char *index, uint64_t value);
void feed_text(struct feed *feed, unsigned object, const char *index, const char *text);
void feed_oid(struct feed *feed, unsigned object, const char *index, const char *dotted);

/* Adds a whole row of prtMarkerSuppliesTable; description NULL = none, READING_ABSENT = none. */
struct feed_supply {
    const char *description;
    int64_t class_code, type, unit, capacity, level;
};
void feed_supply(struct feed *feed, const char *index, struct feed_supply supply);

/* Ends the records. They stay valid until the feed is changed. */
struct bytes feed_static(struct feed *feed);
struct bytes feed_moving(struct feed *feed);

/* Decodes both parts; fails the test when that fails. */
void feed_decode(struct feed *feed, struct reading *reading, bool with_why);

/* Adds every wanted object of a recording.
 * Returns: how many values were added; -1 when the file cannot be read. *printer_mib_rows gets how
 * many lines of the file lie below the Printer-MIB, wanted or not. */
int feed_snmprec(struct feed *feed, const char *path, size_t *printer_mib_rows);
