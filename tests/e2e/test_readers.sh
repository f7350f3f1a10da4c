#!/bin/sh
# Commands that read the store while polls write it: they never wait, never fail, and what they
# show is whole.
. "$(dirname "$0")/support.sh"

count=200
polls=${PLATEN_POLLS:-12}
store=$work/store
# Meters that run: every poll writes.
start_sim --devices $count --seed 17 --time-scale 20000
targets=$(fleet $count)
run 0 poll "$targets" --store "$store" --quiet

(
    for _ in $(seq "$polls"); do
        "$bin/platen" poll "$targets" --store "$store" --full --json || exit 1
    done
) >"$work/told" 2>"$work/writer" &
writer=$!
remember

rounds=0
while kill -0 $writer 2>/dev/null; do
    rounds=$((rounds + 1))
    run 0 devices --store "$store" --json
    lines $count
    run 0 supplies --store "$store" --csv
    run 0 alerts --store "$store"
    run 0 meters --store "$store"
    run 0 show 127.1.0.7 --store "$store" --why
    run 0 meters 127.1.0.7 --store "$store" --limit 0 --json
    # The ledger is in order: meters never run backwards.
    sed 's/.*"total":\([0-9]*\).*/\1/' "$work/out" >"$work/totals"
    sort -nrc "$work/totals" || complain "round $rounds: the ledger is out of order"
    [ $failures -lt 5 ] || break
done
await $writer
[ "$stopped" -eq 0 ] || complain "the writer failed: $(cat "$work/writer")"
[ "$rounds" -gt 1 ] || complain "the writer ended before anybody read"

run 0 meters 127.1.0.7 --store "$store" --limit 0 --json
rows=$(wc -l <"$work/out")
[ "$rows" -gt 2 ] || complain "$rows rows in the ledger after $polls polls"
tail -n $count "$work/told" >"$work/last"
run 0 devices --store "$store" --json
cp "$work/out" "$work/devices"
run 0 meters --store "$store" --json
check stored "$work/last" "$work/devices" "$work/out"
stop_sim

finish "readers: $rounds rounds beside $polls polls"
