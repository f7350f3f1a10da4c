#!/bin/sh
# A third of the fleet sends what is made to break a manager. The others are read completely and
# rightly, the poll ends in time, the hostile end with a status that names how, and the store is
# whole. Under sanitizers every kind is tried by several devices.
. "$(dirname "$0")/support.sh"

count=300
store=$work/store
start_sim --devices $count --hostile 0.33 --seed 3 --clock frozen
targets=$(fleet $count)
for round in 1 2 3; do
    got=0
    timeout 60 "$bin/platen" poll "$targets" --store "$store" --json --timeout 100ms --retries 1 \
        >"$work/readings.$round" 2>"$work/err" || got=$?
    [ "$got" -eq 1 ] || complain "round $round: exit code $got instead of 1: $(cat "$work/err")"
    cat "$work/err"
done
run 0 devices --store "$store" --json
cp "$work/out" "$work/devices"
run 0 meters --store "$store" --json
cp "$work/out" "$work/meters"
run 0 supplies --store "$store" --json
run 0 alerts --store "$store" --all --json
stop_sim

for round in 1 2 3; do
    check truth "$work/truth" "$work/readings.$round" honest
    check schema "$source_dir/tests/data/reading.schema.json" "$work/readings.$round"
done
grep '"flaws":""' "$work/truth" | sed 's/{"address":"\([^"]*\)".*/"address":"\1",/' >"$work/honest"
grep -Ff "$work/honest" "$work/readings.3" >"$work/told"
check stored "$work/told" "$work/devices" "$work/meters"

# Texts of hostile devices stand in tables and pages: none of them steers a terminal.
run 0 devices --store "$store"
cp "$work/out" "$work/shown"
run 0 alerts --store "$store" --all
cat "$work/out" >>"$work/shown"
grep '"flaws":"hostile' "$work/truth" | sed 's/{"address":"\([^"]*\)".*/"address":"\1",/' >"$work/hostile"
for id in $(grep -Ff "$work/hostile" "$work/devices" | sed 's/.*"id":"\([^"]*\)".*/\1/'); do
    run 0 show "$id" --store "$store" --why
    cat "$work/out" >>"$work/shown"
done
if tr -d '\n' <"$work/shown" | grep -q '[[:cntrl:]]'; then
    complain "control characters reach the terminal"
fi

finish "hostile"
