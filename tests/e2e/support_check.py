"""Judges of the end-to-end tests: reads what platen printed and complains about what is wrong.

support_check.py schema SCHEMA FILE...        every line is JSON and fits the schema
support_check.py truth TRUTH FILE [WHICH]     readings tell what the simulator says is true
support_check.py stored FILE DEVICES METERS   what a poll printed is what the store has
support_check.py same FILE FILE               readings of two peers agree

Prints what is wrong and ends with 1, or one line that counts.
"""

import json
import re
import sys

complaints = 0


def complain(text):
    global complaints
    complaints += 1
    if complaints <= 20:
        print(text)


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


# ---- schema ---------------------------------------------------------------------------------

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
KNOWN = {"type", "enum", "required", "properties", "additionalProperties", "items", "minimum",
         "maximum", "minLength", "pattern", "title", "description", "$schema"}


def is_type(value, name):
    if name in ("integer", "number"):
        kinds = int if name == "integer" else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def fits(schema, value, where):
    unknown = set(schema) - KNOWN
    if unknown:
        sys.exit(f"the schema uses {unknown}, which is not looked at")
    names = schema.get("type", [])
    names = names if isinstance(names, list) else [names]
    if names and not any(is_type(value, name) for name in names):
        complain(f"{where}: {value!r} is no {names}")
        return
    if "enum" in schema and value not in schema["enum"]:
        complain(f"{where}: {value!r} is none of {schema['enum']}")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            complain(f"{where}: {value} is out of range")
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            complain(f"{where}: too short")
        if "pattern" in schema and not re.search(schema["pattern"], value):
            complain(f"{where}: {value!r} does not match {schema['pattern']}")
    if isinstance(value, list):
        for i, item in enumerate(value):
            fits(schema.get("items", {}), item, f"{where}[{i}]")
    if isinstance(value, dict):
        fits_object(schema, value, where)


def fits_object(schema, value, where):
    properties = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            complain(f"{where}: {name} is missing")
    for name, item in value.items():
        rest = schema.get("additionalProperties", True)
        if name not in properties and rest is False:
            complain(f"{where}: {name} is not in the schema")
        below = properties.get(name, rest if isinstance(rest, dict) else {})
        fits(below, item, f"{where}.{name}")


def check_schema(schema_path, *paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    count = 0
    for path in paths:
        for number, reading in enumerate(lines_of(path), 1):
            fits(schema, reading, f"{path}:{number}")
            count += 1
    return f"{count} readings fit the schema"


# ---- truth ----------------------------------------------------------------------------------

SEVERITIES = {1: "other", 3: "critical", 4: "warning", 5: "warning"}


def pairs(rows, *names):
    return sorted(tuple(row[name] for name in names) for row in rows)


def compare(where, what, got, want):
    if got != want:
        complain(f"{where}: {what} is {got}, true is {want}")


def compare_reading(reading, true):
    where = f"{true['address']} ({true['model']})"
    compare(where, "status", (reading["status"], reading["error"]), ("ok", None))
    for name in ("serial", "mac", "name"):
        compare(where, name, reading["identity"][name], true[name])
    meters = reading["meters"]
    compare(where, "total", meters["total"], true["total"])
    for name in ("mono", "color"):
        if meters[name] is not None:
            compare(where, name, meters[name], true[name])
    for name in ("supplies", "trays"):
        compare(where, name, pairs(reading[name], "index", "level"),
                pairs(true[name], "index", "level"))
    compare(where, "alerts", pairs(reading["alerts"], "index", "severity_code", "code"),
            pairs(true["alerts"], "index", "severity", "code"))
    for alert in reading["alerts"]:
        compare(where, "severity", alert["severity"], SEVERITIES.get(alert["severity_code"]))


def check_truth(truth_path, path, which="all"):
    """WHICH: all, or honest: only devices without flaws, the others need a status alone."""
    truth = {true["address"]: true for true in lines_of(truth_path)}
    seen = {}
    for reading in lines_of(path):
        address = reading["address"]
        # A device with flaws may claim to be several printers.
        if address in seen and (which == "all" or not truth.get(address, {}).get("flaws")):
            complain(f"{address} is told twice")
        seen[address] = reading["status"]
        if address not in truth:
            complain(f"{address} is no device")
        elif which == "all" or not truth[address]["flaws"]:
            compare_reading(reading, truth[address])
    for address in truth:
        if address not in seen:
            complain(f"{address} is missing")
    flawed = [address for address in truth if truth[address]["flaws"]]
    counts = {}
    for address in flawed:
        status = seen.get(address)
        counts[status] = counts.get(status, 0) + 1
    told = f"{len(truth)} devices, {len(truth) - len(flawed)} without flaws"
    told += f"; with flaws: {counts}" if flawed else ""
    return told


# ---- store ----------------------------------------------------------------------------------

def check_stored(path, devices_path, meters_path):
    """Every device that was printed is in the store, with the meters that were printed."""
    devices = {device["id"]: device for device in lines_of(devices_path)}
    meters = {row["id"]: row for row in lines_of(meters_path)}
    addresses = {}
    for device in devices.values():
        addresses.setdefault((device["address"], device["port"]), []).append(device["id"])
    printed = [reading for reading in lines_of(path) if reading["status"] == "ok"]
    for reading in printed:
        where = f"{reading['address']}:{reading['port']}"
        here = addresses.get((reading["address"], reading["port"]), [])
        if len(here) != 1 or here[0] not in meters:
            complain(f"{where} was printed and is stored {len(here)} times")
            continue
        found = here[0]
        device = devices[found]
        compare(where, "id", found, reading["identity"]["id"])
        compare(where, "serial", device["serial"], reading["identity"]["serial"])
        compare(where, "pages", device["pages"], reading["meters"]["total"])
        compare(where, "the ledger's total", meters[found]["total"], reading["meters"]["total"])
    return f"{len(printed)} printed, {len(devices)} stored"


# ---- peers ----------------------------------------------------------------------------------

def check_same(one_path, other_path):
    """Readings of the same devices by two ways. What the way tells is no part of it, nor is what
    the first one, `platen show`, tells beside the reading."""
    one, other = lines_of(one_path), lines_of(other_path)
    if len(one) != len(other):
        complain(f"{len(one)} readings here, {len(other)} there")
    for left, right in zip(one, other):
        for name in right:
            if name not in ("address", "port", "polled_at", "rtt_ms"):
                compare(left["address"], name, left[name], right[name])
    return f"{len(one)} readings agree"


CHECKS = {"schema": check_schema, "truth": check_truth, "stored": check_stored,
          "same": check_same}

if __name__ == "__main__":
    told = CHECKS[sys.argv[1]](*sys.argv[2:])
    if complaints > 0:
        sys.exit(f"{sys.argv[1]}: {complaints} complaints")
    print(f"{sys.argv[1]}: {told}")
