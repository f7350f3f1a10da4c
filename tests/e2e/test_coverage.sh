#!/bin/sh
# Which devices are ours, by rule and by hand: those that are not are neither asked nor listed; and
# which of those that should be there are, or at which step the others failed.
. "$(dirname "$0")/support.sh"

store=$work/store
start_sim --devices 12 --others 2 --clock frozen
net=127.1.0.0/27:$port
run 0 discover "$net" --store "$store"
says "14 answered: 12 printers (12 new"

run 0 devices --store "$store" --csv --columns address,serial,mac,name,scope,tags
[ "$(grep -c ',unclassified' "$work/out")" = 12 ] || complain "without rules somebody is classified"
cp "$work/out" "$work/devices.csv"
# of NUMBER FIELD: of the device at 127.1.0.NUMBER.
of() {
    tr -d '\r' <"$work/devices.csv" | grep "^127\.1\.0\.$1[:,]" | cut -d, -f"$2"
}

# By hand.
run 0 scope "127.1.0.1" out --store "$store"
run 0 scope "127.1.0.2" in --store "$store"
run 0 tag "127.1.0.3" +leased +floor-3 --store "$store"
run 0 tag "127.1.0.3" --store "$store"
[ "$(tr '\n' ' ' <"$work/out")" = "floor-3 leased " ] || complain "the tags are: $(cat "$work/out")"
run 0 tag --store "$store" -- "127.1.0.3" -floor-3
run 0 devices --store "$store" --json --columns address,scope,tags
lines 11
run 0 devices --store "$store" --scope out --json --columns address,scope
lines 1
grep -q '"127.1.0.1"' "$work/out" || complain "another device is out of scope"
run 0 devices --store "$store" --scope in --json
lines 1
run 2 devices --store "$store" --scope nonsense
run 2 scope 127.1.0.1 away --store "$store"
run 2 tag 127.1.0.1 leased --store "$store"

# By rule; by hand counts more.
cat >"$work/platen.yaml" <<YAML
scope:
  - {tag: leased, scope: in}
  - {vendor: HP, scope: out}
  - {subnet: 127.1.0.4-127.1.0.5, scope: out}
YAML
run 0 devices --store "$store" --config "$work/platen.yaml" --scope out --json
lines 3
run 0 devices --store "$store" --config "$work/platen.yaml" --scope in --json
lines 2
run 0 devices --store "$store" --config "$work/platen.yaml" --scope all --json
lines 12

# Who is out of scope is not asked.
run 0 poll "127.1.0.1-12:$port" --store "$store" --config "$work/platen.yaml"
says "9 addresses polled: 9 ok"
says "3 left out: out of scope"
run 0 poll "127.1.0.1-12:$port" --store "$store" --config "$work/platen.yaml" --force-scope
says "12 addresses polled: 12 ok"
run 0 discover "$net" --store "$store" --config "$work/platen.yaml"
says "9 answered: 9 printers"
says "3 not asked: out of scope"
says "2 not asked: no printers"
run 0 config check "$work/platen.yaml"
printf 'scope: [{vendor: HP}]\n' >"$work/wrong.yaml"
run 2 config check "$work/wrong.yaml"

# What should be there.
{
    echo 'Name;IP Address;Serial Number;MAC'
    echo "known by address;127.1.0.2:$port;;"
    echo "known by serial;;$(of 6 2 | tr 'A-Z' 'a-z');"
    echo "known by MAC;;;$(of 7 3 | tr ':' '-')"
    echo "$(of 8 4).example.org;;;"
    echo "out of scope;127.1.0.1:$port;;"
    echo "a switch;127.1.0.13:$port;;"
    echo "nobody;127.1.0.30:$port;;"
    echo ';;;'
} >"$work/expect.csv"
run 1 poll "127.1.0.30:$port" --store "$store" --retries 0 --timeout 100ms
run 1 coverage --expect "$work/expect.csv" --store "$store"
says "7 expected: 4 found, 3 missing; 7 unexpected"
run 1 coverage --expect "$work/expect.csv" --store "$store" --json
grep -c '"reason":"out of scope"' "$work/out" | grep -qx 1 || complain "nobody is out of scope"
grep -c '"reason":"not a printer"' "$work/out" | grep -qx 1 || complain "the switch is a printer"
grep -c '"reason":"no answer, or never asked"' "$work/out" | grep -qx 1 || complain "somebody is at the empty address"
lines 14
stop_sim

# Nobody answers any more.
run 1 poll "127.1.0.2-3:$port" --store "$store" --retries 0
run 1 coverage --expect "$work/expect.csv" --store "$store" --csv
[ "$(grep -c 'not read at the last poll' "$work/out")" = 1 ] || complain "the silent one is not told"
printf 'serial\n%s\n' "$(of 9 2)" >"$work/one.csv"
run 0 coverage --expect "$work/one.csv" --store "$store" --quiet
run 1 coverage --expect "$work/one.csv" --store "$store" --within 0s
run 2 coverage --store "$store"
printf '127.1.0.1\n' >"$work/bare.csv"
run 2 coverage --expect "$work/bare.csv" --store "$store"
says "header"

finish "coverage"
