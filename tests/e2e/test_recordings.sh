#!/bin/sh
# Recordings of real devices, served by snmpsim and again by platen-sim, polled by platen: supplies
# and alerts are those of the tables of what is expected; identity, meters and trays are as
# recorded; both peers give the same reading; and what is no printer is told so.
. "$(dirname "$0")/support.sh"
. "$(dirname "$0")/support_agents.sh"

recordings=${PLATEN_RECORDINGS:-$source_dir/../shared/recordings}
[ -d "$recordings/printers" ] || skip "no recordings at $recordings"
command -v snmpsimd >/dev/null || skip "snmpsimd is not installed"

mkdir "$work/data"
cp -r "$recordings/printers" "$recordings/others" "$work/data"
# One poll a recording: snmpsim tells them apart by the community.
start_snmpsim
for folder in printers others; do
    mkdir "$work/$folder"
    for file in "$work/data/$folder"/*.snmprec; do
        name=$(basename "$file" .snmprec)
        export PLATEN_COMMUNITY="$folder/$name"
        run 0 poll "127.0.0.1:$port" --no-store --json --timeout 5s
        lines 1
        cp "$work/out" "$work/$folder/$name.json"
    done
done
unset PLATEN_COMMUNITY
stop "$snmpsim_pid"

for folder in printers others; do
    start_sim --devices 0 --recordings "$recordings/$folder"
    "$bin/platen-sim" --devices 0 --recordings "$recordings/$folder" --list --json \
        >"$work/$folder.list"
    devices=$(wc -l <"$work/$folder.list")
    run 0 poll "$(fleet "$devices")" --no-store --json
    lines "$devices"
    cp "$work/out" "$work/$folder.readings"
    check schema "$source_dir/tests/data/reading.schema.json" "$work/$folder.readings"
    stop_sim
done

"$python" -B "$here/support_recordings.py" "$recordings" "$work/printers.list" \
    "$work/printers.readings" "$work/printers" "$work/others.list" "$work/others.readings" \
    "$work/others" || failures=$((failures + 1))

# Stored and shown, a reading is the same. Two recordings have one serial number: one device.
start_sim --devices 0 --recordings "$recordings/printers"
run 0 poll "$(fleet "$(wc -l <"$work/printers.list")")" --store "$work/store" --json
cp "$work/out" "$work/stored"
stop_sim
run 0 devices --store "$work/store" --json
sed 's/.*"id":"\([^"]*\)".*"address":"\([^"]*\)".*/\1 \2/' "$work/out" >"$work/devices"
while read -r id address; do
    run 0 show "$id" --store "$work/store" --json
    cat "$work/out" >>"$work/shown"
    grep -F "\"address\":\"$address\"" "$work/stored" >>"$work/shown.want"
done <"$work/devices"
check same "$work/shown" "$work/shown.want"

finish "recordings"
