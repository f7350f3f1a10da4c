#!/bin/sh
# A network with 5 to 50 ms of delay and 1 % loss each: all devices are read, and rightly.
. "$(dirname "$0")/support.sh"

count=400
start_sim --devices $count --delay-ms 5-50 --loss 0.01 --seed 13 --clock frozen
run 0 poll "$(fleet $count)" --store "$work/store" --json
cat "$work/err"
cp "$work/out" "$work/first"
run 0 poll "$(fleet $count)" --store "$work/store" --json
cat "$work/err"
cp "$work/out" "$work/second"
stop_sim
echo "datagrams lost: $(counter dropped_lost)"
check truth "$work/truth" "$work/first"
check truth "$work/truth" "$work/second"

finish "delay"
