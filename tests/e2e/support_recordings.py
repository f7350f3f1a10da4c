"""Judge of test_recordings.sh: readings of recorded devices, by two peers, against what stands in
the recordings and in the tables of what is expected.

support_recordings.py RECORDINGS LIST READINGS FOLDER OTHERS-LIST OTHERS-READINGS OTHERS-FOLDER

LIST, READINGS: `platen-sim --list --json` and `platen poll --json` of the recorded printers;
FOLDER: one file NAME.json each, polled from snmpsim. The same for what is no printer.
Prints what is wrong and ends with 1, or counts.
"""

import json
import os
import sys

counts = {"complaints": 0}

UNITS = {1: "other", 2: "unknown", 3: "tenThousandthsOfInches", 4: "micrometers",
         7: "impressions", 8: "sheets", 11: "hours", 12: "thousandthsOfOunces",
         13: "tenthsOfGrams", 14: "hundrethsOfFluidOunces", 15: "tenthsOfMilliliters",
         16: "feet", 17: "meters", 18: "items", 19: "percent"}
CLASSES = {"3": "consumed", "4": "receptacle"}
SYSTEM = {"description": "1.3.6.1.2.1.1.1.0", "object_id": "1.3.6.1.2.1.1.2.0",
          "contact": "1.3.6.1.2.1.1.4.0", "name": "1.3.6.1.2.1.1.5.0",
          "location": "1.3.6.1.2.1.1.6.0"}
# What is no fault: asleep, powered up, and a fuser that is cold because of that.
QUIET_TEXTS = ("Sleep", "Idle")
QUIET_CODES = ("503", "1001")
# The second stands in recordings whose own was taken out.
NO_MACS = (None, "aa:bb:cc:dd:ee:ff")
PHYS_ADDRESS = "1.3.6.1.2.1.2.2.1.6."
PRINTER_MIB = "1.3.6.1.2.1.43."
PRINTER_NAME = "1.3.6.1.2.1.43.5.1.1.16."
SERIAL = "1.3.6.1.2.1.43.5.1.1.17."
INPUT = "1.3.6.1.2.1.43.8.2.1."
LIFE_COUNT = "1.3.6.1.2.1.43.10.2.1.4."
KYOCERA_TOTAL = "1.3.6.1.4.1.1347.43.10.1.1.12."


def count(name, number=1):
    counts[name] = counts.get(name, 0) + number


def compare(where, what, got, want):
    if got != want:
        count("complaints")
        if counts["complaints"] <= 30:
            print(f"{where}: {what} is {got!r}, expected is {want!r}")


def table_of(path):
    """Rows of a tab separated table by the name of their file."""
    rows = {}
    with open(path, encoding="utf-8") as file:
        names = file.readline().rstrip("\n").split("\t")
        for line in file:
            row = dict(zip(names, line.rstrip("\n").split("\t")))
            rows.setdefault(row["file"].removesuffix(".snmprec"), []).append(row)
    return rows


def recording_of(path):
    """Values by OID: numbers, or octets."""
    values = {}
    with open(path, "rb") as file:
        for line in file:
            oid, tag, value = line.rstrip(b"\r\n").decode("latin-1").split("|", 2)
            if tag.endswith("x"):
                values[oid] = bytes.fromhex(value)
            elif tag in ("2", "65", "66", "67", "70"):
                values[oid] = int(value)
            else:
                values[oid] = value.encode("latin-1")
    return values


def below(values, prefix):
    return {oid[len(prefix):]: value for oid, value in values.items() if oid.startswith(prefix)}


def is_plain(value):
    """A text that no cleaning changes."""
    return (isinstance(value, bytes) and value != b"" and value == value.strip()
            and all(0x20 < octet < 0x7f or octet == 0x20 for octet in value)
            and b"  " not in value)


def or_none(text):
    return int(text) if text != "" else None


def check_supplies(name, reading, expected):
    compare(name, "list of supplies", sorted(supply["index"] for supply in reading["supplies"]),
            sorted(row["index"] for row in expected))
    supplies = {supply["index"]: supply for supply in reading["supplies"]}
    for row in expected:
        supply = supplies.get(row["index"])
        if supply is None:
            continue
        where = f"{name} supply {row['index']}"
        compare(where, "name", supply["name"] or "", row["name"])
        compare(where, "type", supply["type"] or "", row["type"])
        for field in ("capacity", "level", "percent"):
            compare(where, field, supply[field], or_none(row[field]))
        if row["class"] in CLASSES:
            compare(where, "class", supply["class"], CLASSES[row["class"]])
        if row["unit"] != "":
            compare(where, "unit", supply["unit"], UNITS[int(row["unit"])])
        if row["colorant"] != "":
            compare(where, "colour", supply["color"], row["colorant"])
            count("colours")
        count("supplies")


def check_alerts(name, reading, expected):
    alerts = {alert["index"]: alert for alert in reading["alerts"]}
    compare(name, "list of alerts", sorted(alerts),
            sorted(f"{row['hrDeviceIndex']}.{row['alertIndex']}" for row in expected))
    for row in expected:
        index = f"{row['hrDeviceIndex']}.{row['alertIndex']}"
        alert = alerts.get(index)
        if alert is None:
            continue
        where = f"{name} alert {index}"
        compare(where, "severity", alert["severity_code"], int(row["severity"]))
        compare(where, "training", alert["training"], int(row["training"]))
        compare(where, "group index", alert["group_index"], int(row["groupIndex"]))
        compare(where, "location", alert["location"], int(row["location"]))
        compare(where, "code", alert["code"], int(row["code"]))
        compare(where, "description", alert["description"] or "", row["description"])
        compare(where, "time", alert["since_ticks"], or_none(row["time"]))
        is_fault = row["description"] not in QUIET_TEXTS and row["code"] not in QUIET_CODES
        compare(where, "fault", alert["fault"], is_fault)
        count("alerts")


def check_identity(name, reading, values):
    identity = reading["identity"]
    for field, oid in SYSTEM.items():
        if is_plain(values.get(oid)):
            compare(name, field, identity[field], values[oid].decode())
            count("identity values")
        elif values.get(oid, b"") == b"":
            other = below(values, PRINTER_NAME).values() if field == "name" else ()
            compare(name, f"{field} of another object", identity[field] in
                    [None, *(value.decode() for value in other)], True)
    serials = [value for value in below(values, SERIAL).values() if is_plain(value)]
    if serials:
        compare(name, "serial", identity["serial"], serials[0].decode())
        count("identity values")
    if identity["mac"] is not None:
        octets = bytes.fromhex(identity["mac"].replace(":", ""))
        recorded = below(values, PHYS_ADDRESS).values()
        texts = [value.decode("latin-1").lower() for value in recorded]
        compare(name, f"the MAC {identity['mac']} recorded",
                octets in recorded or octets.hex() in texts, True)
        count("MACs")


def check_meters(name, reading, values):
    counted = below(values, LIFE_COUNT)
    markers = {marker["index"]: marker for marker in reading["markers"]}
    for index, value in counted.items():
        if value >= 0:
            compare(f"{name} marker {index}", "life count",
                    markers.get(index, {}).get("life_count"), value)
    panel = list(below(values, KYOCERA_TOTAL).values())
    if panel:
        # Its private total is that of its panel; the standard's counts service pages, too.
        compare(name, "total", reading["meters"]["total"], panel[0])
        count("private totals")
    elif len(counted) == 1 and min(counted.values()) >= 0:
        compare(name, "total", reading["meters"]["total"], min(counted.values()))
        count("totals")
    elif not counted:
        compare(name, "total", reading["meters"]["total"], None)


def check_trays(name, reading, values):
    columns = {"capacity": "9", "level": "10", "name": "13", "media": "12"}
    cells = {field: below(values, f"{INPUT}{column}.") for field, column in columns.items()}
    recorded = set()
    for column in range(1, 26):
        recorded |= set(below(values, f"{INPUT}{column}."))
    trays = {tray["index"]: tray for tray in reading["trays"]}
    wanted = {index for field in cells for index in cells[field]}
    compare(name, "list of trays", wanted - set(trays), set())
    compare(name, "list of trays", set(trays) - recorded, set())
    for index, tray in trays.items():
        where = f"{name} tray {index}"
        for field in ("capacity", "level"):
            compare(where, field, tray[field], cells[field].get(index))
        for field in ("name", "media"):
            if is_plain(cells[field].get(index)):
                compare(where, field, tray[field], cells[field][index].decode())
        count("trays")


def check_same(name, one, other):
    """Two peers serve one recording: what they did not add themselves agrees."""
    for field in one:
        if field in ("address", "port", "polled_at", "rtt_ms"):
            continue
        left, right = one[field], other[field]
        if field == "identity" and left["serial"] is None and left["mac"] in NO_MACS:
            # Without a number of its own a device is known by its address.
            left, right = dict(left, id=None), dict(right, id=None)
        compare(name, f"{field} by platen-sim and by snmpsim", left, right)
    count("readings that agree")


def load(list_path, readings_path, folder):
    """Name, reading by the simulator, reading by snmpsim."""
    with open(list_path, encoding="utf-8") as file:
        devices = [json.loads(line) for line in file]
    with open(readings_path, encoding="utf-8") as file:
        readings = {reading["address"]: reading for reading in map(json.loads, file)}
    for device in devices:
        path = os.path.join(folder, device["model"] + ".json")
        with open(path, encoding="utf-8") as file:
            yield device["model"], readings[device["address"]], json.load(file)


def main(recordings, *paths):
    supplies = table_of(os.path.join(recordings, "expected-supplies.tsv"))
    alerts = table_of(os.path.join(recordings, "expected-alerts.tsv"))
    for name, reading, other in load(*paths[:3]):
        values = recording_of(os.path.join(recordings, "printers", name + ".snmprec"))
        has_printer_mib = bool(below(values, PRINTER_MIB))
        compare(name, "status", (reading["status"], reading["error"]),
                ("ok" if has_printer_mib else "notprinter", None))
        count("printers")
        count("with Printer-MIB rows", int(has_printer_mib))
        check_supplies(name, reading, supplies.pop(name, []))
        check_alerts(name, reading, alerts.pop(name, []))
        check_identity(name, reading, values)
        check_meters(name, reading, values)
        check_trays(name, reading, values)
        check_same(name, reading, other)
    compare("expected supplies", "left over", supplies, {})
    compare("expected alerts", "left over", alerts, {})
    for name, reading, other in load(*paths[3:]):
        values = recording_of(os.path.join(recordings, "others", name + ".snmprec"))
        compare(name, "status", (reading["status"], reading["error"]), ("notprinter", None))
        check_identity(name, reading, values)
        check_same(name, reading, other)
        count("other devices")
    complaints = counts.pop("complaints")
    print("checked: " + ", ".join(f"{number} {name}" for name, number in counts.items()))
    return complaints


if __name__ == "__main__":
    wrong = main(*sys.argv[1:])
    if wrong > 0:
        sys.exit(f"{wrong} values are not as recorded")
