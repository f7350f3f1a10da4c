#!/bin/sh
# Fleets with one flaw each: what can be read is read, what cannot is named, and nothing hangs.
. "$(dirname "$0")/support.sh"

count=40

# poll_flawed CODE OPTION... [-- POLL-OPTION...]: a fleet with a flaw, polled; JSON in $work/out.
poll_flawed() {
    code=$1
    shift
    options=
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        options="$options $1"
        shift
    done
    [ $# -eq 0 ] || shift
    # shellcheck disable=SC2086
    start_sim --devices $count --clock frozen --seed 5 $options
    run "$code" poll "$(fleet $count)" --no-store --json --timeout 200ms "$@"
    cp "$work/out" "$work/readings"
    lines $count
    echo "$options: $(sed 's/.*polled: //' "$work/err")"
    stop_sim
}

# all_true: whatever the flaw, everything was read and is right.
all_true() {
    check truth "$work/truth" "$work/readings"
}

# statuses STATUS: every reading has this one.
statuses() {
    others=$(grep -cv "\"status\":\"$1\"" "$work/readings" || true)
    [ "$others" -eq 0 ] || complain "$others readings are not $1"
}

poll_flawed 0 --v1-only 1
all_true
poll_flawed 0 --v1-only 1 -- --version 1
all_true
poll_flawed 1 --v1-only 1 -- --version 2c --retries 0
statuses timeout
poll_flawed 0 --small-pdu 1
all_true
poll_flawed 0 --small-pdu 1 --small-pdu-silent
all_true
poll_flawed 0 --sleep 1 -- --retries 5
all_true
poll_flawed 0 --duplicate 1 --reorder 0.3 --delay-ms 1-5
all_true

# An answer from another address is no answer.
poll_flawed 1 --wrong-source 1 -- --retries 1
statuses timeout

# Tables that run in circles or never end are given up, and named; the rest is read.
poll_flawed 1 --nonincreasing 1
statuses partial
[ "$(grep -c '"error":"[^"]*[a-zA-Z]*Table' "$work/readings")" -eq $count ] ||
    complain "a table in circles is not named"
poll_flawed 1 --endless 1
statuses partial
[ "$(grep -c '"error":"[^"]*prtAlertTable' "$work/readings")" -eq $count ] ||
    complain "the endless table is not named"
# More alerts than any device has are none; supplies and meters are there.
[ "$(grep -c '"total":[0-9]' "$work/readings")" -eq $count ] || complain "meters are missing"

# A device that restarts when it is asked for alerts or supplies is asked twice, then left alone.
start_sim --devices 10 --seed 5 --reboot-on-poll 1
for round in 1 2; do
    run 1 poll "$(fleet 10)" --store "$work/store" --json --timeout 200ms --retries 0
    grep -vq '"status":"partial"' "$work/out" && complain "round $round: a device was read"
    sleep 5.5 # until they are back
done
run 1 poll "$(fleet 10)" --store "$work/store"
says "10 left alone" "$work/err"
says "hurt it" "$work/out"
stop_sim
reboots=$(counter reboots)
echo "reboot-on-poll: $reboots restarts of 10 devices in 3 polls"
[ "$reboots" -le 20 ] || complain "$reboots restarts"

# A few of each among many: what is sound is read in spite of them.
start_sim --devices 200 --clock frozen --seed 9 --endless 0.05 --nonincreasing 0.05 \
    --wrong-source 0.05 --dead 0.05 --v1-only 0.1 --small-pdu 0.1 --sleep 0.05
run 1 poll "$(fleet 200)" --no-store --json --timeout 200ms --retries 2
cp "$work/out" "$work/readings"
stop_sim
check truth "$work/truth" "$work/readings" honest

finish "flaws"
