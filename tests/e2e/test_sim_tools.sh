#!/bin/sh
# The simulated fleet as net-snmp's own tools see it, and the flaws that it was told to have.
. "$(dirname "$0")/support.sh"

for tool in snmpget snmpgetnext snmpbulkget snmpbulkwalk snmpwalk; do
    command -v $tool >/dev/null || skip "$tool is not installed"
done

# start ARGUMENT...: a fleet whose clock stands still.
start() {
    start_sim --clock frozen "$@"
}

# same WHAT FILE FILE
same() {
    if ! cmp -s "$2" "$3"; then
        complain "$1 differ:"
        diff "$2" "$3" | head -20
    fi
}

# has WHAT TEXT FILE
has() {
    if ! grep -qF -- "$2" "$3"; then
        complain "$1: \"$2\" is missing:"
        head -20 "$3"
    fi
}

# tool NAME ARGUMENT...: out and err together in $work/out
tool() {
    name=$1
    shift
    # shellcheck disable=SC2086
    "$name" -c public -m "" -On -r 1 -t 1 "$@" >"$work/out" 2>&1 || true
}

objects() {
    grep '^\.' "$1" | grep -v 'No more variables' >"$2"
}

# exits CODE ARGUMENT...
exits() {
    want=$1
    shift
    got=0
    "$bin/platen-sim" "$@" >"$work/out" 2>"$work/err" || got=$?
    if [ "$got" != "$want" ]; then
        complain "platen-sim $*: exit code $got instead of $want"
    fi
}

exits 0 --help
has "--help" "--small-pdu-silent" "$work/out"
exits 0 --version
exits 2 --base 10.0.0.1
has "an address outside loopback" "--base" "$work/err"
exits 2 --models nonsense
exits 2 --hostile 1 --hostile-kind nonsense
exits 2 --recordings "$work/absent"
exits 0 --list --devices 3
has "--list" "127.1.0.3" "$work/out"
next_port
exits 0 --devices 1 --port "$port" --run-seconds 0.1
has "counters" '"requests":0' "$work/err"

start --devices 16 --models all
has "ready line" "ready 16 devices 127.1.0.1-127.1.0.16 port $port" "$work/sim.out"

for number in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    tool snmpbulkwalk -v2c -Cr30 "127.1.0.$number:$port" .1
    objects "$work/out" "$work/bulk"
    tool snmpwalk -v2c "127.1.0.$number:$port" .1
    objects "$work/out" "$work/next"
    tool snmpwalk -v1 "127.1.0.$number:$port" .1
    objects "$work/out" "$work/v1"
    same "GETBULK and GETNEXT walks of device $number" "$work/bulk" "$work/next"
    same "v1 and v2c walks of device $number" "$work/v1" "$work/next"
    lines=$(wc -l <"$work/bulk")
    if [ "$lines" -lt 140 ]; then
        complain "device $number has $lines objects only"
    fi
    tool snmpget -v2c "127.1.0.$number:$port" 1.3.6.1.2.1.43.5.1.1.17.1
    has "serial of device $number" "STRING" "$work/out"
done

tool snmpget -v2c "127.1.0.16:$port" 1.3.6.1.2.1.1.1.0
has "v2c to a device that speaks v1" "Timeout" "$work/out"
tool snmpget -v1 "127.1.0.16:$port" 1.3.6.1.2.1.1.1.0
has "v1 to a device that speaks v1" "Canon" "$work/out"
tool snmpget -v1 "127.1.0.1:$port" 1.3.6.1.2.1.1.1.0 1.3.6.1.2.1.1.99.0
has "v1 get of a missing name" "noSuchName" "$work/out"
has "v1 get of a missing name" "Failed object: .1.3.6.1.2.1.1.99.0" "$work/out"
tool snmpbulkget -v2c -Cn1 -Cr2 "127.1.0.1:$port" 1.3.6.1.2.1.1.3 1.3.6.1.2.1.43.11.1.1.8 \
    1.3.6.1.2.1.43.11.1.1.9
if [ "$(wc -l <"$work/out")" != 5 ]; then
    complain "GETBULK of three names gave $(wc -l <"$work/out") lines instead of 5"
fi

# What was answered is what the truth says.
kill -USR1 "$sim_pid"
sleep 0.5
tool snmpget -v2c -Oqv "127.1.0.1:$port" 1.3.6.1.2.1.43.10.2.1.4.1.1
total=$(cat "$work/out")
has "truth of device 1" "\"address\":\"127.1.0.1\"" "$work/truth"
has "truth of device 1" "\"total\":$total," "$work/truth"
tool snmpget -v2c -Oqv "127.1.0.1:$port" 1.3.6.1.2.1.43.11.1.1.9.1.1
has "truth of device 1" "\"supplies\":[{\"index\":\"1.1\",\"level\":$(cat "$work/out")}" "$work/truth"
stop_sim
has "counters" '"replies":' "$work/stats"

start --devices 3 --endless 1
tool snmpbulkget -v2c -Cr40 "127.1.0.1:$port" 1.3.6.1.2.1.43.18.1.1.2
if [ "$(grep -c '43\.18\.1\.1\.2\.1\.' "$work/out")" != 40 ]; then
    complain "an endless column ended"
fi

start --devices 3 --nonincreasing 1
tool snmpwalk -v2c "127.1.0.1:$port" 1.3.6.1.2.1.43.11.1.1.8
has "a walk in circles" "OID not increasing" "$work/out"

start --devices 3 --small-pdu 1:600
tool snmpbulkget -v2c -Cr40 "127.1.0.1:$port" 1.3.6.1.2.1.43
has "a small PDU" "tooBig" "$work/out"
tool snmpbulkget -v2c -Cr4 "127.1.0.1:$port" 1.3.6.1.2.1.43
has "a small PDU" ".43.5.1.1.1.1" "$work/out"

start --devices 3 --dead 1
tool snmpget -v2c "127.1.0.1:$port" 1.3.6.1.2.1.1.1.0
has "a dead device" "Timeout" "$work/out"

start --devices 3 --loss 1
tool snmpget -v2c "127.1.0.1:$port" 1.3.6.1.2.1.1.1.0
has "a network that loses all" "Timeout" "$work/out"

start --devices 3 --delay-ms 20-40 --duplicate 1 --reorder 0.5
tool snmpwalk -v2c "127.1.0.1:$port" 1.3.6.1.2.1.1
has "a slow network" ".1.3.6.1.2.1.1.7.0" "$work/out"

start --devices 3 --ipv6 2
tool snmpget -v2c "udp6:[::1]:$port" 1.3.6.1.2.1.43.5.1.1.17.1
sed 's/^[^"]*//' "$work/out" >"$work/six"
tool snmpget -v2c "127.1.0.1:$port" 1.3.6.1.2.1.43.5.1.1.17.1
sed 's/^[^"]*//' "$work/out" >"$work/four"
same "answers over IPv6 and IPv4" "$work/six" "$work/four"

start --devices 3 --reboot-on-poll 1
tool snmpbulkget -v2c -Cr1 "127.1.0.1:$port" 1.3.6.1.2.1.43.11.1.1.9
tool snmpget -v2c "127.1.0.1:$port" 1.3.6.1.2.1.1.3.0
has "a device that restarts" "Timeout" "$work/out"
sleep 5
tool snmpget -v2c "127.1.0.1:$port" 1.3.6.1.2.1.1.3.0
has "a device that has restarted" "Timeticks: (0)" "$work/out"

start --devices 130 --hostile 1
exits 0 --list --devices 130 --hostile 1
has "kinds of hostile devices" "hostile:varbind-bomb" "$work/out"
for number in 1 20 40 60 65; do
    tool snmpbulkget -v2c -Cr5 -r 0 -t 0.2 "127.1.0.$number:$port" 1.3.6.1.2.1.43.11.1.1.6
done
if ! kill -0 "$sim_pid"; then
    complain "a hostile fleet has died"
fi

finish "the simulated fleet as net-snmp sees it"
