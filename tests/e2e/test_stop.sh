#!/bin/sh
# Sweeps that are cut short: Ctrl-C, SIGTERM, a reader that goes away, a full disk behind stdout.
# What was told is kept, and the exit code tells the truth.
. "$(dirname "$0")/support.sh"

count=300
store=$work/store
# Slow devices, few at a time: a sweep takes seconds.
start_sim --devices $count --seed 11 --delay-ms 20-40
targets=$(fleet $count)

# kept: what the last poll printed to $work/told stands in the store.
kept() {
    run 0 devices --store "$store" --json
    cp "$work/out" "$work/devices"
    run 0 meters --store "$store" --json
    check stored "$work/told" "$work/devices" "$work/out"
}

for signal in INT TERM; do
    rm -rf "$store" "$work/told"
    "$bin/platen" poll "$targets" --store "$store" --json --full --concurrency 30 \
        >"$work/told" 2>"$work/err" &
    pid=$!
    remember
    wait_for 60 "$work/told" '"status":"ok"' "$pid" || complain "no device is told"
    stop "$pid" $signal
    [ "$stopped" -eq 1 ] || complain "SIG$signal: exit code $stopped instead of 1"
    says "Interrupted: "
    says " of $count addresses polled: "
    told=$(wc -l <"$work/told")
    echo "SIG$signal: $told of $count told"
    [ "$told" -gt 0 ] && [ "$told" -lt $count ] || complain "SIG$signal: $told devices told"
    kept
done

# A second poll reads the rest and knows the ones that were read.
run 0 poll "$targets" --store "$store" --json --concurrency 100
lines $count
cp "$work/out" "$work/told"
kept

# Interrupted with a table: the table shows what was read.
"$bin/platen" poll "$targets" --store "$store" --full --concurrency 20 >"$work/table" \
    2>"$work/err" &
pid=$!
remember
sleep 1
stop "$pid" INT
[ "$stopped" -eq 1 ] || complain "with a table: exit code $stopped instead of 1"
rows=$(($(wc -l <"$work/table") - 1))
[ "$rows" -gt 0 ] && [ "$rows" -lt $count ] || complain "with a table: $rows rows"
says "Interrupted: $rows of $count addresses polled: $rows ok"

# `| head -1`: the program ends by itself, quietly or with a word, and the store is whole.
"$bin/platen" poll "$targets" --store "$store" --json --concurrency 50 2>"$work/err" |
    head -1 >"$work/told"
lines 1 "$work/told"
kept
"$bin/platen" poll "$targets" --no-store 2>"$work/err" | head -1 >"$work/told"
lines 1 "$work/told"

# A full disk behind stdout.
if [ -c /dev/full ]; then
    for form in "poll --json" "poll --csv" poll "discover --json" "discover --csv"; do
        got=0
        # shellcheck disable=SC2086
        "$bin/platen" $form "127.1.0.1-20:$port" --store "$store" >/dev/full 2>"$work/err" || got=$?
        [ "$got" -eq 3 ] || complain "stdout full, $form: exit code $got instead of 3"
        says "No space left on device"
    done
fi
stop_sim

finish "stop"
