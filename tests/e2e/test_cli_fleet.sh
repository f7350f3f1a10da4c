#!/bin/sh
# A simulated fleet is polled into a store and shown by every command in every form. What is a
# secret stands in no output, JSON lines are JSON, CSV has as many fields in each row.
set -eu

bin=${PLATEN_BIN_DIR:?}
for program in platen platen-sim; do
    [ -x "$bin/$program" ] || {
        echo "skipped: no $program"
        exit 77
    }
done
command -v python3 >/dev/null || {
    echo "skipped: no python3 to read JSON and CSV with"
    exit 77
}

work=$(mktemp -d)
sim=
trap 'if [ -n "$sim" ]; then kill "$sim" 2>/dev/null || true; fi; rm -rf "$work"' EXIT
export PLATEN_STORE="$work/store" TZ=UTC
secret=canary-8c1f
port=21961
failures=0

complain() {
    echo "$*"
    failures=$((failures + 1))
}

# run CODE ARGUMENT...: runs platen, leaves out and err in $work and adds them to $work/all.
run() {
    want=$1
    shift
    got=0
    "$bin/platen" "$@" >"$work/out" 2>"$work/err" </dev/null || got=$?
    cat "$work/out" "$work/err" >>"$work/all"
    [ "$got" = "$want" ] || complain "platen $*: exit code $got instead of $want: $(cat "$work/err")"
}

# lines COUNT: as many lines in out.
lines() {
    [ "$(wc -l <"$work/out")" = "$1" ] || complain "$(wc -l <"$work/out") lines instead of $1"
}

"$bin/platen-sim" --devices 12 --port $port --community $secret >"$work/sim" &
sim=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
    grep -q '^ready' "$work/sim" && break
    sleep 0.5
done
grep -q '^ready' "$work/sim" || {
    echo "skipped: the simulator does not start: $(cat "$work/sim")"
    exit 77
}

umask 077
printf '# the fleet\n%s\n' $secret >"$work/community"

# Communities come from a file or the environment, never from the command line.
run 2 poll 127.1.0.1:$port --community $secret
grep -q 'community-file' "$work/err" || complain "the refusal does not say what to do instead"
chmod 644 "$work/community"
run 2 poll 127.1.0.1:$port --community-file "$work/community"
grep -q 'chmod 600' "$work/err" || complain "the message does not say how to mend it"
chmod 600 "$work/community"

run 0 poll 127.1.0.1-12:$port --community-file "$work/community" --json
lines 12
locks=$(wc -c <"$PLATEN_STORE/lock.mdb")
PLATEN_COMMUNITY=$secret run 0 poll "127.1.0.1:$port" --quiet
[ -s "$work/err" ] && complain "--quiet says: $(cat "$work/err")"

run 0 devices
lines 13
for command in devices meters "meters --long" "meters --period 2026..2099" "ledger verify" \
    supplies alerts "alerts --all"; do
    # shellcheck disable=SC2086
    run 0 $command --json
    [ -s "$work/err" ] && complain "$command --json says: $(cat "$work/err")"
    python3 - "$work/out" <<'PY' || complain "$command --json is not one object a line"
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    assert isinstance(json.loads(line), dict)
PY
    # shellcheck disable=SC2086
    run 0 $command --csv
    python3 - "$work/out" <<'PY' || complain "$command --csv is not RFC 4180"
import csv, sys
text = open(sys.argv[1], encoding="utf-8", newline="").read()
assert text.count("\n") == text.count("\r\n")
rows = list(csv.reader(text.splitlines(), strict=True))
assert len({len(row) for row in rows}) == 1
assert all(not cell.startswith(("=", "+", "@")) for row in rows for cell in row)
PY
done

for id in $("$bin/platen" devices --csv --columns id | tail -n +2 | tr -d '\r'); do
    run 0 show "$id" --json --why
    python3 - "$work/out" <<'PY' || complain "show $id --json --why is not as it should be"
import json, sys
device = json.loads(open(sys.argv[1], encoding="utf-8").read())
assert device["status"] == "ok" and device["why"]
assert all(entry["rule"] for entry in device["why"])
PY
    run 0 show "$id"
    run 0 meters "$id"
done
run 0 show 127.1.0.3
run 2 show 127.1.0.99

# Nobody was asked is not nobody answered.
run 0 scope 127.1.0.2 out
run 0 poll "127.1.0.2:$port" --community-file "$work/community"
cat "$work/out" "$work/err" | grep -q '^Nobody was asked' || complain "a poll of nobody says otherwise"
run 0 scope 127.1.0.2 auto

# Closed standard files: no file of the store gets the output in their place.
for closed in '>&-' '<&- >&-' '<&- >&- 2>&-'; do
    got=0
    eval '"$bin/platen" poll 127.1.0.1-12:$port --community-file "$work/community" --json' \
        "2>'$work/err' $closed" || got=$?
    [ "$got" = 3 ] || complain "poll $closed: exit code $got instead of 3"
    [ ! -s "$PLATEN_STORE/writer.lock" ] || complain "poll $closed wrote into the store's lock"
    [ "$(wc -c <"$PLATEN_STORE/lock.mdb")" = "$locks" ] || complain "poll $closed wrote into lock.mdb"
done

grep -q $secret "$work/all" && complain "the community stands in an output"
grep -rq $secret "$work/store" && complain "the community stands in the store"

[ $failures = 0 ]
