#!/bin/sh
# The agent as a service: what it tells systemd, `platen status`, and `platen events --follow`
# beside it.
. "$(dirname "$0")/support.sh"

store=$work/store
config=$work/agent.yaml
log=$work/log
told=$work/told

start_sim --devices 12 --seed 9
{
    echo "discovery: {targets: [\"127.1.0.1-20:$port\"], every: 1h}"
    echo "poll: {every: 2s}"
} >"$config"

# No agent yet, no store yet.
run 3 status --store "$store"
says "there is no store"

# What systemd would hear.
cat >"$work/listen.py" <<'EOF'
import os, socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print("listening", flush=True)
while True:
    print(listener.recv(4096).decode().replace("\n", " "), flush=True)
EOF
"$python" -B "$work/listen.py" "$work/notify" >"$told" &
listener=$!
remember
wait_for 10 "$told" listening "$listener" || complain "the listener does not begin"

NOTIFY_SOCKET="$work/notify" WATCHDOG_USEC=10000000 \
    "$bin/platen" agent --config "$config" --store "$store" 2>"$log" &
agent=$!
remember
wait_for 10 "$told" 'READY=1' "$agent" || complain "it is not ready: $(cat "$log")"
wait_for 10 "$told" 'WATCHDOG=1' "$agent" || complain "it does not tell that it is alive"
wait_for 20 "$log" 'of them new' "$agent" || complain "no search: $(cat "$log")"
kill -HUP "$agent"
wait_for 10 "$told" 'RELOADING=1 MONOTONIC_USEC=[0-9]' "$agent" || complain "it does not reload"
wait_for 20 "$told" 'STATUS=.*polls of 12 devices' "$agent" || complain "no status"

# While it runs.
sleep 1
run 0 status --store "$store"
says "Agent    runs as process $agent since" "$work/out"
says 'Devices  12: 12 ok, 0 silent, 0 offline, 0 never read' "$work/out"
says '12 printers (12 new) at 20 addresses' "$work/out"
run 0 status --store "$store" --json
lines 1
check_json() {
    "$python" -B -c "
import json, sys
status = json.load(open('$work/out'))
assert $1, status" || complain "status --json: not $1"
}
check_json "status['agent']['running'] and status['agent']['pid'] == $agent"
check_json "status['devices']['known'] == 12 and status['devices']['ok'] == 12"
check_json "status['polls']['overdue'] == 0 and status['polls']['every_s'] == 2"
check_json "status['polls']['oldest_reading']['address'].startswith('127.1.0.')"
check_json "status['search']['next'] > status['search']['ended'] >= status['search']['began']"
check_json "status['store']['bytes'] > 0 and status['store']['ledger_rows'] >= 12"

# Events as they are stored, by the agent and by others; each once, those from before first.
"$bin/platen" events --store "$store" --follow --json --kind new,offline,back --limit 5 \
    >"$work/followed" 2>"$work/follow.err" &
follower=$!
remember
wait_for 10 "$work/followed" '"new"' "$follower" || complain "no events from before"
lines 5 "$work/followed"
stop_sim # everybody goes silent: nothing is told before it is sure
"$bin/platen-sim" --port "$port" --devices 13 --seed 9 >"$work/sim.out" 2>"$work/sim.err" &
sim_pid=$!
remember
wait_for 60 "$work/sim.out" '^ready' "$sim_pid" || complain "no second fleet"
run 0 poll "127.1.0.13:$port" --store "$store" --quiet
wait_for 10 "$work/followed" '127.1.0.13' "$follower" || complain "the new device is not told"
lines 6 "$work/followed"
stop "$follower" INT
[ "$stopped" -eq 0 ] || complain "--follow, Ctrl-C: exit code $stopped"
"$bin/platen" events --store "$store" --follow 127.1.0.13 >"$work/followed" 2>"$work/follow.err" &
follower=$!
remember
wait_for 10 "$work/followed" '^ID.*EVENT' "$follower" || complain "no table"
grep -q '127.1.0.13 .* new ' "$work/followed" || complain "the table lacks an event"
stop "$follower" TERM
[ "$stopped" -eq 0 ] || complain "--follow, SIGTERM: exit code $stopped"
run 2 events --store "$store" --follow --csv

# What was found by hand is polled by the agent, too: it sees it within a minute.
wait_for 60 "$log" 'polls of 13 devices' "$agent" || complain "13 is not polled: $(cat "$log")"

# A clean end, and what is told of it.
stop "$agent"
[ "$stopped" -eq 0 ] || complain "exit code $stopped"
grep -q 'STOPPING=1' "$told" || complain "it does not tell that it stops"
run 1 status --store "$store"
says 'Agent    does not run; it was stopped' "$work/out"

# Nobody polls: everything is overdue.
sleep 5
run 1 status --store "$store" --json
check_json "status['polls']['overdue'] == 13 and not status['agent']['running']"

# An end without a word.
"$bin/platen" agent --config "$config" --store "$store" 2>"$log" &
agent=$!
remember
wait_for 10 "$log" 'runs on the store' "$agent" || complain "it does not begin again"
sleep 3
stop "$agent" KILL
run 1 status --store "$store"
says 'it ended without a word' "$work/out"
grep -q 'search of' "$log" && complain "it searched before its time: $(cat "$log")"

# The unit names what there is.
if command -v systemd-analyze >/dev/null; then
    systemd-analyze verify "$source_dir/core/app/platen-agent.service" >"$work/verify" 2>&1 || true
    grep -v "platen is not executable\|man platen" "$work/verify" | grep . &&
        complain "systemd-analyze: $(cat "$work/verify")"
fi

finish "service"
