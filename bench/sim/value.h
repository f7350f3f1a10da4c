/*
 * The moving values: what an object with a `value` number answers for one device at one instant.
 *
 * sim_value_varbind is the only way a moving varbind is ever encoded, whether an answer is
 * made step by step or from a template, so both give the same bytes.
 */
#pragma once

#include "bench/sim/device.h"
#include "bench/sim/mib.h"

enum sim_value {
    SIM_VALUE_STATIC,
    SIM_VALUE_UPTIME,
    SIM_VALUE_LOCATION,
    SIM_VALUE_DATE,
    SIM_VALUE_SYS_DESCR,
    SIM_VALUE_SYS_NAME,
    SIM_VALUE_SERIAL,
    SIM_VALUE_MAC,
    SIM_VALUE_ADDRESS,
    SIM_VALUE_ADDRESS_INTERFACE, /* arg: its ifIndex */
    SIM_VALUE_ADDRESS_MASK,
    SIM_VALUE_TRAFFIC, /* arg: how fast it counts */
    SIM_VALUE_DEVICE_STATUS,
    SIM_VALUE_PRINTER_STATUS,
    SIM_VALUE_ERROR_STATE,
    SIM_VALUE_CONFIG_CHANGES,
    SIM_VALUE_CRITICAL_EVENTS,
    SIM_VALUE_ALL_EVENTS,
    SIM_VALUE_COVER,
    SIM_VALUE_INPUT_LEVEL,
    SIM_VALUE_INPUT_STATUS,
    SIM_VALUE_INPUT_MEDIA,
    SIM_VALUE_OUTPUT_REMAINING,
    SIM_VALUE_LIFE_COUNT,
    SIM_VALUE_POWER_ON_COUNT,
    SIM_VALUE_MARKER_STATUS,
    SIM_VALUE_SUPPLY_LEVEL,
    SIM_VALUE_SUPPLY_TEXT,
    SIM_VALUE_CONSOLE,
    SIM_VALUE_LIGHT_ON,
    SIM_VALUE_PRIVATE, /* arg: row of the model's privates */
    SIM_VALUE_ALERT_INDEX,
    SIM_VALUE_ALERT_SEVERITY,
    SIM_VALUE_ALERT_TRAINING,
    SIM_VALUE_ALERT_GROUP,
    SIM_VALUE_ALERT_GROUP_INDEX,
    SIM_VALUE_ALERT_LOCATION,
    SIM_VALUE_ALERT_CODE,
    SIM_VALUE_ALERT_TEXT,
    SIM_VALUE_ALERT_TIME,
};

/* Bytes that the longest moving varbind takes: a name with a suffix and a text of 255. */
#define SIM_VALUE_VARBIND_MAX 600u

/* Writes the name of object, suffix included, into out of SIM_OID_BYTES_MAX bytes.
 * Returns: its length. The alerts of the view must have been found for a row of alerts. */
size_t sim_value_name(const struct sim_view *view, const struct sim_object *object, uint8_t *out);

/* Writes the value of a moving object, with tag and length, into out of SIM_VALUE_MAX bytes; finds
 * the view's alerts when it needs them. Returns: the byte after it. */
uint8_t *sim_value_put(struct sim_view *view, const struct sim_object *object, uint8_t *out);

/* Bytes of the longest moving value with tag and length. */
#define SIM_VALUE_MAX 272u

/* Writes the whole varbind, SEQUENCE header included, into out of SIM_VALUE_VARBIND_MAX bytes
 * (static ones: of their varbind_length). Returns: its length. */
size_t sim_value_varbind(struct sim_view *view, const struct sim_object *object, uint8_t *out);
