#!/bin/sh
# 300 simulated printers are polled: table, CSV and JSON, all of it as the simulator knows it to be
# true; the second poll asks less; what is wrong on the command line is refused with a reason.
. "$(dirname "$0")/support.sh"

count=300
store=$work/store
schema=$source_dir/tests/data/reading.schema.json
start_sim --devices $count --clock frozen --seed 7
targets=$(fleet $count)

# Nothing is kept unless it is wanted.
export XDG_STATE_HOME="$work/state"
run 0 poll "$targets" --no-store --json
lines $count
cp "$work/out" "$work/readings"
[ ! -e "$work/state" ] || complain "--no-store leaves something behind"
first=$(questions)

# The table and its CSV: a line a device, in the order of the addresses.
run 0 poll "$targets" --no-store
lines $((count + 1))
head -1 "$work/out" | grep -q '^ADDRESS .*STATUS .*MODEL .*SERIAL' || complain "no title line"
sed -n '301s/:.*//p' "$work/out" | grep -qx 127.1.1.44 || complain "the last line is not the last address"
says "$count addresses polled: $count ok"
run 0 poll "$targets" --no-store --csv
lines $((count + 1))
grep -q '^127\.1\.1\.44:' "$work/out" || complain "the CSV lacks the last address"
[ "$(awk -F, '{ print NF }' "$work/out" | sort -u | wc -l)" -eq 1 ] ||
    complain "rows of the CSV differ in their number of fields"
run 0 poll "$targets" --no-store --filter Kyocera --columns address,vendor
[ "$(sed 1d "$work/out" | awk '{ print $2 }' | sort -u)" = Kyocera ] || complain "--filter does not filter"

# A first poll that stores, one of what moves, one of all again.
run 0 poll "$targets" --store "$store" --json
cp "$work/out" "$work/stored"
run 0 poll "$targets" --store "$store" --json
cp "$work/out" "$work/moving"
second=$(questions)
run 0 poll "$targets" --store "$store" --json --full
cp "$work/out" "$work/full"
full=$(questions)
echo "questions a device: first $((first * 10 / count)), known $((full * 10 / count)), what moves $((second * 10 / count)) tenths"
[ "$full" -lt "$first" ] || complain "a device that is known is asked no less: $full after $first"
[ $((second * 2)) -lt "$first" ] || complain "what moves takes $second questions, all takes $first"

# What the store shows is what was read.
run 0 devices --store "$store" --json
lines $count
cp "$work/out" "$work/devices"
run 0 meters --store "$store" --json
lines $count
cp "$work/out" "$work/meters"
run 0 devices --store "$store"
lines $((count + 1))
for id in $(sed -n '1~37s/.*"id":"\([^"]*\)".*/\1/p' "$work/devices"); do
    run 0 show "$id" --store "$store" --json
    cat "$work/out" >>"$work/shown"
    address=$(sed 's/{"address":"\([^"]*\)".*/\1/' "$work/out")
    grep -F "\"address\":\"$address\"" "$work/full" >>"$work/shown.want"
done
stop_sim

for way in readings stored moving full; do
    check truth "$work/truth" "$work/$way"
    check schema "$schema" "$work/$way"
done
check stored "$work/full" "$work/devices" "$work/meters"
check same "$work/shown" "$work/shown.want"
check schema "$schema" "$work/shown"

# Nobody is there any more.
run 1 poll "127.1.0.1-3:$port" --no-store
says "3 addresses polled: 3 failed"
run 1 poll "127.1.0.1-3:$port" --no-store --json
check schema "$schema" "$work/out"
run 1 poll "$targets" --store "$store" --json
run 0 devices --store "$store" --json
lines $count

# Mistakes.
run 2 poll
says "say what to poll"
run 2 poll 127.1.0.999
run 2 poll 10.0.0.0/40
run 2 poll "@$work/absent"
run 2 poll 127.1.0.1 --community public
says "--community-file"
run 2 poll 127.1.0.1 --version 3
run 2 poll 127.1.0.1 --json --csv
run 2 poll 127.1.0.1 --columns nonsense
echo public >"$work/community"
chmod 644 "$work/community"
run 2 poll 127.1.0.1 --community-file "$work/community"
says "chmod 600"
run 2 poll 127.1.0.1 --community-file "$work/absent"
: >"$work/file"
run 3 poll 127.1.0.1 --store "$work/file/store"
run 1 poll no-such-host.invalid --no-store
says "no-such-host.invalid"

finish "poll"
