/*
 * Who made the device: the enterprise numbers of sysObjectID, the badge at the start of a
 * description, and the shapes in which vendors write model, firmware and serial into sysDescr.
 *
 * The badge names the brand that stands on the case; the enterprise only says whose agent answers
 * (a Gestetner and seven other brands answer as Ricoh 367, a TOSHIBA e-STUDIO305CS as Lexmark 641).
 * Pure functions over static tables; nothing allocates. Texts are clean UTF-8 (proto/text).
 * Sources: IANA enterprise numbers, sysDescr of recorded devices.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

/* What a sysDescr tells; slices into the description, size 0 where it does not tell. */
struct vendor_description {
    const char *vendor; /* by the badge; NULL unknown; static storage */
    struct bytes model;
    struct bytes firmware; /* of the printer, never of its network card */
    struct bytes serial;   /* as written, not checked */
};

/* Returns: the vendor that an object identifier's enterprise names ("Xerox"), NULL when it names
 * none. object_id: BER content octets of sysObjectID or hrDeviceID. Static storage. */
const char *vendor_of_object_id(struct bytes object_id);

/* Says whether the enterprise makes printers and little else that speaks SNMP. */
bool vendor_makes_printers(struct bytes object_id);

/* Says whether the identity is one of known devices that are no printers although their vendor
 * makes some: projectors, scanners, telephone exchanges. description: sysDescr, NULL absent. */
bool vendor_is_other_device(struct bytes object_id, const char *description);

/* Finds the brand at the start of a text, whatever the case of its letters.
 * *rest gets the offset of what follows brand and blanks; 0 when there is no brand.
 * Returns: the vendor's name, NULL for none. Static storage. */
const char *vendor_of_badge(const char *text, size_t *rest);

/* Takes a sysDescr apart. */
void vendor_describe(const char *description, struct vendor_description *out);

/* Finds the model in a hrDeviceDescr: without badge, revision list and port.
 * Returns: a slice of the text; size 0 when it names no model ("Generic 28C-1"). */
struct bytes vendor_model(const char *text);
