#!/bin/sh
# 1,000 addresses without a device cost their retries and nothing more; where the system says that
# nobody is there, they cost one datagram each and no waiting.
. "$(dirname "$0")/support.sh"

count=1000
# Only root may have a receive buffer for all of them; the simulator may miss some otherwise.
exact=0
[ "$(id -u)" -ne 0 ] || exact=1

for retries in 0 1 3; do
    start_sim --devices $count --dead 1
    run 1 poll "$(fleet $count)" --store "$work/store" --json --timeout 100ms --retries $retries
    lines $count
    [ "$(grep -c '"status":"timeout"' "$work/out")" -eq $count ] || complain "not all are timeouts"
    says "$count addresses polled: $count without answer"
    stop_sim
    sent=$(counter requests)
    most=$((count * (1 + retries)))
    echo "$retries retries: $sent datagrams, $(sed 's/.*, //' "$work/err")"
    [ "$sent" -le $most ] || complain "$retries retries: $sent datagrams instead of $most"
    [ $exact -eq 0 ] || [ "$sent" -eq $most ] ||
        complain "$retries retries: $sent datagrams instead of $most"
done

# What never answered is no device.
run 0 devices --store "$work/store" --json
lines 0

# Nothing is bound: the system says so at once. A first wait of 60 s would be noticed.
next_port
got=0
timeout 20 "$bin/platen" poll "$(fleet $count)" --no-store --json --timeout 60s >"$work/out" \
    2>"$work/err" || got=$?
[ "$got" -eq 1 ] || complain "unreachable: exit code $got instead of 1"
lines $count
unreachable=$(grep -c '"error":"unreachable"' "$work/out" || true)
echo "nothing bound: $unreachable told as unreachable"
[ "$unreachable" -eq $count ] || complain "only $unreachable are unreachable"
[ "$(questions)" -eq $count ] || complain "$(questions) questions to nobody"
says ", 0 sent again,"

# Silent addresses among a live fleet: each is told, nobody is lost.
start_sim --devices 200 --seed 3 --dead 0.1 --clock frozen
run 1 poll "$(fleet 200)" --no-store --json --timeout 100ms
cp "$work/out" "$work/readings"
stop_sim
check truth "$work/truth" "$work/readings" honest

finish "silent"
