#!/bin/sh
# A storing sweep is killed with SIGKILL at random instants, again and again into the same store:
# the store opens, every record in it can be read, and what was told to be stored is.
#
# PLATEN_KILLS      how often (100)
# PLATEN_KILL_SEED  of the instants (from the clock; printed)
. "$(dirname "$0")/support.sh"

count=600
kills=${PLATEN_KILLS:-100}
seed=${PLATEN_KILL_SEED:-$(date +%s)}
store=$work/store
# Meters that run fast, so that every poll has something to write, and some delay, so that results
# come in several slices.
start_sim --devices $count --seed 19 --time-scale 20000 --delay-ms 2-6
targets=$(fleet $count)

# sweep ROUND: every third reads all, the others what moves. A part of the fleet at a time, so that
# commits spread over the whole sweep.
sweep() {
    all=
    [ $(($1 % 3)) -ne 0 ] || all=--full
    # shellcheck disable=SC2086
    exec "$bin/platen" poll "$targets" --store "$store" --json --concurrency 60 $all
}

# measure ROUND: how long one takes, in $took, ms.
measure() {
    began=$(date +%s%N)
    (sweep "$1") >"$work/told" 2>"$work/err"
    took=$((($(date +%s%N) - began) / 1000000))
    lines $count "$work/told"
}

measure 0
took_all=$took
measure 1
took_moving=$took
rm -rf "$store"
echo "a sweep takes $took_all ms, of what moves $took_moving ms; $kills kills, seed $seed"

# Seconds to wait before each kill: anywhere in a sweep, a little beyond its end too.
awk -v seed="$seed" -v kills="$kills" -v all="$took_all" -v moving="$took_moving" 'BEGIN {
    srand(seed)
    for (i = 1; i <= kills; i++) {
        printf "%.4f\n", rand() * (i % 3 == 0 ? all : moving) * 1.1 / 1000
    }
}' >"$work/instants"

round=0
early=0
complete=0
while read -r instant; do
    round=$((round + 1))
    (sweep $round) >"$work/told" 2>"$work/err" &
    pid=$!
    remember
    sleep "$instant"
    stop $pid KILL
    told=$(grep -c '}$' "$work/told" || true)
    if [ $told -eq 0 ]; then
        early=$((early + 1))
    elif [ $told -eq $count ]; then
        complete=$((complete + 1))
    fi
    if [ ! -e "$store/sentinel" ] && [ $told -eq 0 ]; then
        continue # killed before there was a store, or while it was made
    fi
    run 0 devices --store "$store" --json
    mv "$work/out" "$work/devices"
    run 0 meters --store "$store" --json
    check stored "$work/told" "$work/devices" "$work/out" >"$work/judged"
    grep -v '^stored: [0-9]* printed' "$work/judged" || true
    run 0 ledger verify --store "$store" --json # every seal, after every kill
    if [ $failures -gt 0 ]; then
        echo "after kill $round at $instant s"
        break
    fi
done <"$work/instants"
echo "$round kills: $early before anything was told, $complete after all was told"
[ "$kills" -lt 20 ] || [ $((early + complete)) -lt "$round" ] ||
    complain "no kill hit the middle of a sweep"

# Everything, once more: records, histories, and each ledger from end to end.
run 0 poll "$targets" --store "$store" --json
run 0 devices --store "$store" --json
lines $count
sed -n '1~7s/.*"id":"\([^"]*\)".*/\1/p' "$work/out" >"$work/ids"
run 0 supplies --store "$store" --json
run 0 alerts --store "$store" --all --json
# shellcheck disable=SC2046
run 0 meters --store "$store" --json --limit 0 $(cat "$work/ids")
rows=$(wc -l <"$work/out")
sort -t'"' -k4,4 -s "$work/out" | sed 's/.*"id":"\([^"]*\)".*"total":\([0-9]*\).*/\1 \2/' |
    awk '$1 == id && $2 > total { print $1, "counts backwards:", total, "after", $2; bad = 1 }
         { id = $1; total = $2 }
         END { exit bad }' || complain "a ledger is out of order"
echo "$rows rows in $(wc -l <"$work/ids") ledgers"
run 0 ledger verify --store "$store"
for id in $(sed -n '1~9p' "$work/ids"); do
    run 0 show "$id" --store "$store" --why
done
stop_sim

finish "kill: seed $seed"
