#!/bin/sh
# platen record: canaries that are planted in a device never appear in its recording, and the
# recording, served again, gives the same model, meters, levels and alerts. Devices whose tables
# never end, that bear little, or do not answer at all, end it with a word.
. "$(dirname "$0")/support.sh"

mkdir "$work/device" "$work/again"
cat >"$work/device/canary.snmprec" <<'END'
1.3.6.1.2.1.1.1.0|4|KYOCERA Document Solutions Printing System
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.1347.41
1.3.6.1.2.1.1.3.0|67|5000
1.3.6.1.2.1.1.4.0|4|Alice Canary, +49 30 5550199, alice@canary.example
1.3.6.1.2.1.1.5.0|4|canaryhost.canary.example
1.3.6.1.2.1.1.6.0|4|Canary Street 7
1.3.6.1.2.1.2.2.1.3.1|2|6
1.3.6.1.2.1.2.2.1.6.1|4x|0017c8cafe01
1.3.6.1.2.1.2.2.1.8.1|2|1
1.3.6.1.2.1.4.20.1.1.10.77.66.55|64|10.77.66.55
1.3.6.1.2.1.4.20.1.2.10.77.66.55|2|1
1.3.6.1.2.1.4.22.1.2.1.10.77.66.54|4x|001122334455
1.3.6.1.2.1.25.3.2.1.2.1|6|1.3.6.1.2.1.25.3.1.5
1.3.6.1.2.1.25.3.2.1.3.1|4|TASKalfa 4053ci
1.3.6.1.2.1.25.3.5.1.1.1|2|3
1.3.6.1.2.1.43.5.1.1.1.1|2|4
1.3.6.1.2.1.43.5.1.1.17.1|4|CANARYSN01
1.3.6.1.2.1.43.10.2.1.3.1.1|2|7
1.3.6.1.2.1.43.10.2.1.4.1.1|65|76498
1.3.6.1.2.1.43.11.1.1.4.1.1|2|3
1.3.6.1.2.1.43.11.1.1.5.1.1|2|3
1.3.6.1.2.1.43.11.1.1.6.1.1|4|TK-8527K S/N:CANARY77
1.3.6.1.2.1.43.11.1.1.7.1.1|2|19
1.3.6.1.2.1.43.11.1.1.8.1.1|2|100
1.3.6.1.2.1.43.11.1.1.9.1.1|2|40
1.3.6.1.2.1.43.16.5.1.2.1.1|4|Call 030 5550199
1.3.6.1.2.1.43.18.1.1.2.1.1|2|3
1.3.6.1.2.1.43.18.1.1.4.1.1|2|8
1.3.6.1.2.1.43.18.1.1.7.1.1|2|8
1.3.6.1.2.1.43.18.1.1.8.1.1|4|Ask Alice Canary
1.3.6.1.4.1.1347.40.10.1.1.4.1|64|10.77.66.55
1.3.6.1.4.1.1347.40.10.1.1.10.1|4|canary.example
1.3.6.1.4.1.1347.42.3.1.1.1.1.1|2|40600
1.3.6.1.4.1.1347.42.3.1.2.1.1.1.1|2|14730
1.3.6.1.4.1.1347.43.5.1.1.28.1|4|CANARYSN01
1.3.6.1.4.1.1347.43.10.1.1.12.1.1|2|76064
1.3.6.1.4.1.1347.99.1|4x|43414e41525900ff01
END
device=$work/device/canary.snmprec
export PLATEN_COMMUNITY=public

start_sim --devices 0 --recordings "$work/device" --clock frozen
run 0 record "127.1.0.1:$port" --out "$work/again/canary.snmprec"
says "recorded"
run 0 poll "127.1.0.1:$port" --no-store --json
cp "$work/out" "$work/before"
stop_sim
for canary in canary alice 5550199 cafe01 10.77.66 001122334455 43414e4152 street; do
    if grep -i -F "$canary" "$work/again/canary.snmprec"; then
        complain "$canary is in the recording"
    fi
done
[ "$(wc -l <"$work/again/canary.snmprec")" -ge $(($(wc -l <"$device") - 2)) ] ||
    complain "the recording lacks objects"

start_sim --devices 0 --recordings "$work/again" --clock frozen
run 0 poll "127.1.0.1:$port" --no-store --json
cp "$work/out" "$work/after"
stop_sim
"$python" -B - "$work/before" "$work/after" <<'END' || failures=$((failures + 1))
import json, sys
before, after = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
wrong = 0
def compare(what, one, other):
    global wrong
    if one != other:
        print(f"{what}: {one} became {other}")
        wrong += 1
for field in ("vendor", "model"):
    compare(field, before["identity"][field], after["identity"][field])
compare("meters", before["meters"], after["meters"])
compare("total", after["meters"]["total"], 76064)
for field in ("percent", "level", "state", "type"):
    compare(field, [s[field] for s in before["supplies"]], [s[field] for s in after["supplies"]])
compare("alerts", [a["code"] for a in before["alerts"]], [a["code"] for a in after["alerts"]])
for field in ("serial", "mac", "name", "location", "contact"):
    if before["identity"][field] == after["identity"][field]:
        print(f"{field} is still {after['identity'][field]}")
        wrong += 1
sys.exit(wrong > 0)
END

# Devices that make it hard.
start_sim --devices 3 --endless 100% --clock frozen
run 1 record "127.1.0.1:$port" --out "$work/endless"
stop_sim
[ "$(wc -c <"$work/endless")" -lt 20000000 ] || complain "an endless table fills the disk"
start_sim --devices 1 --small-pdu 100% --clock frozen
run 0 record "127.1.0.1:$port" --out "$work/small"
stop_sim
start_sim --devices 1 --clock frozen --delay-ms 1-3
run 0 record "127.1.0.1:$port" --out "$work/easy"
stop_sim
[ "$(wc -l <"$work/small")" = "$(wc -l <"$work/easy")" ] || complain "small answers lose objects"
run 1 record "127.1.0.9:$port" --timeout 100ms --retries 0
run 2 record
run 2 record 10.0.0.0/24

finish "record"
