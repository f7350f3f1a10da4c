# shellcheck shell=sh
# Sourced by the end-to-end tests that run a fleet: a work folder, programs in the background that
# end with the test whatever happens, ports that nobody else has, and a count of what was wrong.
#
#   start_sim OPTION...   a simulated fleet; its address range is 127.1.0.1 and on, its port $port
#   stop_sim              ends it; the counters are in $work/stats, the truth in $work/truth
#   run CODE ARGUMENT...  runs platen; what it says is in $work/out and $work/err
#   check COMMAND...      python: the judges of support_check.py
set -eu

here=$(cd "$(dirname "$0")" && pwd)
bin=${PLATEN_BIN_DIR:?}
source_dir=${PLATEN_SOURCE_DIR:?}
# A child of a test must not find the store or the community of the one who runs it.
unset PLATEN_STORE PLATEN_COMMUNITY PLATEN_CONFIG
export TZ=UTC LC_ALL=C.UTF-8

work=$(mktemp -d)
background=
failures=0
sim_pid=
port=0

clean_up() {
    for pid in $background; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in $background; do
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM PIPE

skip() {
    echo "skipped: $*"
    exit 77
}

complain() {
    echo "$*"
    failures=$((failures + 1))
}

# Ends the test: its last line counts.
finish() {
    echo "$*; $failures complaints"
    exit $((failures > 0))
}

for program in platen platen-sim; do
    [ -x "$bin/$program" ] || skip "$program has not been built"
done
# Debian's own first: what stands before it in the path may be slow to start.
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || skip "no python3 to read JSON with"

# Remembers the program that was started last in the background.
remember() {
    background="$background $!"
}

# await PID: until a program of ours has ended. $stopped is its exit code.
await() {
    stopped=0
    wait "$1" 2>/dev/null || stopped=$?
    others=
    for other in $background; do
        [ "$other" = "$1" ] || others="$others $other"
    done
    background=$others
}

# stop PID [SIGNAL]: ends a program of ours.
stop() {
    kill "-${2:-TERM}" "$1" 2>/dev/null || true
    await "$1"
}

# A port below those that the system gives to clients, another one at each call.
next_port() {
    port_step=$((${port_step:-0} + 1))
    port=$((22400 + ($$ * 13 + port_step * 101) % 9500))
}

# wait_for SECONDS FILE TEXT PID: until the text is in the file. Fails when the program has ended.
wait_for() {
    left=$(($1 * 20))
    until grep -q -- "$3" "$2" 2>/dev/null; do
        left=$((left - 1))
        if [ $left -lt 0 ] || ! kill -0 "$4" 2>/dev/null; then
            return 1
        fi
        sleep 0.05
    done
}

start_sim() {
    stop_sim
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        next_port
        rm -f "$work/sim.out" # what the fleet before said is no sign of this one
        "$bin/platen-sim" --port "$port" --truth "$work/truth" --stats "$work/stats" "$@" \
            >"$work/sim.out" 2>"$work/sim.err" &
        sim_pid=$!
        remember
        if wait_for 60 "$work/sim.out" '^ready' "$sim_pid"; then
            return
        fi
        stop "$sim_pid"
        sim_pid=
        grep -q 'Address already in use' "$work/sim.err" || break
    done
    echo "platen-sim $* does not get ready:"
    cat "$work/sim.err"
    exit 1
}

stop_sim() {
    if [ -n "$sim_pid" ]; then
        stop "$sim_pid"
        sim_pid=
        [ "$stopped" = 0 ] || complain "platen-sim ended with $stopped: $(cat "$work/sim.err")"
    fi
}

# counter NAME: of the fleet that was stopped last.
counter() {
    sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$work/stats"
}

# fleet COUNT [FIRST]: the targets of as many devices, from the first (1) on.
fleet() {
    last=$((${2:-1} + $1 - 1))
    echo "127.1.$((${2:-1} / 256)).$((${2:-1} % 256))-127.1.$((last / 256)).$((last % 256)):$port"
}

run() {
    want=$1
    shift
    got=0
    "$bin/platen" "$@" >"$work/out" 2>"$work/err" </dev/null || got=$?
    if [ "$got" != "$want" ]; then
        complain "platen $*: exit code $got instead of $want:"
        head -20 "$work/err"
    fi
}

# lines COUNT [FILE]
lines() {
    lines_got=$(wc -l <"${2:-$work/out}")
    [ "$lines_got" -eq "$1" ] || complain "$lines_got lines instead of $1 in ${2:-the output}"
}

# says TEXT [FILE]: a text that must be in the messages.
says() {
    if ! grep -qF -- "$1" "${2:-$work/err}"; then
        complain "\"$1\" is missing in:"
        head -20 "${2:-$work/err}"
    fi
}

# questions: as the closing sentence of a poll tells.
questions() {
    sed -n 's/.*; \([0-9]*\) questions*, .*/\1/p' "$work/err"
}

check() {
    "$python" -B "$here/support_check.py" "$@" || failures=$((failures + 1))
}
