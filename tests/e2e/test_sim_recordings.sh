#!/bin/sh
# Every recording, served by platen-sim, is walked from end to end by net-snmp's tools.
set -eu

sim="${PLATEN_BIN_DIR:?}/platen-sim"
recordings="${PLATEN_RECORDINGS:-${PLATEN_SOURCE_DIR:?}/../shared/recordings}"
if [ ! -d "$recordings/printers" ]; then
    echo "skipped: no recordings at $recordings"
    exit 77
fi
if ! command -v snmpbulkwalk >/dev/null; then
    echo "skipped: snmpbulkwalk is not installed"
    exit 77
fi

work=$(mktemp -d)
sim_pid=""
trap '[ -z "$sim_pid" ] || kill "$sim_pid"; rm -rf "$work"' EXIT
failures=0
served=0
port=$((21800 + $$ % 500))

for folder in printers others; do
    "$sim" --devices 0 --recordings "$recordings/$folder" --port "$port" >"$work/ready" \
        2>"$work/err" &
    sim_pid=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        grep -q "^ready" "$work/ready" && break
        sleep 0.1
    done
    last=0
    for file in "$recordings/$folder"/*.snmprec; do
        last=$((last + 1))
        cut -d'|' -f1 "$file" | sort -u >"$work/want"
        snmpbulkwalk -v2c -c public -m "" -On -Oe -Cr40 -Cc "127.1.0.$last:$port" .1 \
            >"$work/out" 2>&1 || true
        # Values may hold line feeds; only lines that start a varbind count.
        sed -n 's/^\.\([0-9.]*\) = .*/\1/p' "$work/out" | sort -u >"$work/got"
        if [ -n "$(comm -23 "$work/want" "$work/got")" ]; then
            echo "$file: objects that were recorded are not served:"
            comm -23 "$work/want" "$work/got" | head -5
            failures=$((failures + 1))
        fi
        served=$((served + 1))
    done
    kill "$sim_pid"
    wait "$sim_pid" || true
    sim_pid=""
    # The first line may be a complaint about a recording; the counters are the last.
    if [ "$(wc -l <"$work/err")" != 1 ]; then
        echo "$folder: complaints"
        head -5 "$work/err"
        failures=$((failures + 1))
    fi
done

echo "$served recordings served, $failures of them wrong"
exit $((failures > 0))
