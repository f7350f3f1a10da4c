/*
 * The one cheap question that an address is asked before anything is known of it, and what the
 * answer tells: five varbinds, some 130 octets, so that a network of silent addresses costs little.
 *
 * It asks by GETNEXT in every version for sysDescr, sysObjectID, sysName, hrDeviceType and the root
 * of the Printer-MIB. GETNEXT answers what an object that is missing is followed by, so that no
 * missing one spoils the others; only past the last object of all does SNMPv1 refuse the whole, and
 * then nothing is decided here. Only a device that is certainly none ends with it: everything else
 * is looked at by a plan. A marker, a switch of a maker of printers, an agent that shows nothing:
 * all of them are looked at.
 *
 * Pure functions. Sources: facts 2.2; RFC 3416 section 4.2.2, RFC 1157 section 4.1.3.
 */
#pragma once

#include "core/base/base.h"
#include "core/fleet/plan.h"
#include "proto/record.h"

/* Varbinds of question and answer. */
#define PROBE_NAMES 5
/* Room for the record of an answer, whatever is in it. */
#define PROBE_RECORD_BYTES (RECORD_HEADER_BYTES + 3 * (RECORD_VALUE_MAX + 16))

/* Makes the question; what it points to is static or inside of it. */
void probe_ask(struct plan_question *question);

/* Says whether the answer, one without an error-status, comes from a device that is no printer:
 * it has no Printer-MIB, its first hrDevice is no printer, and its sysObjectID is told and of
 * nobody who makes printers. */
bool probe_is_other(const struct gate_varbind *varbinds, size_t count);

/* Starts a record in the caller's buffer of PROBE_RECORD_BYTES, and puts into it what the answer
 * tells of the device's identity. */
void probe_record(struct record_writer *record, uint8_t *data, const struct gate_varbind *varbinds,
                  size_t count);
