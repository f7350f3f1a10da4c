#!/bin/sh
# The agent: it searches and polls by itself, finds who comes later, reads its settings anew or says
# what is wrong with them, keeps others of its kind away, and goes on after any end.
. "$(dirname "$0")/support.sh"

store=$work/store
config=$work/agent.yaml
log=$work/log

# write_config EVERY [MORE]: a configuration that polls so often.
write_config() {
    {
        echo "discovery: {targets: [\"127.1.0.1-40:$port\"], every: 4s}"
        echo "poll: {every: $1, offline_every: 6s}"
        echo "${2:-}"
    } >"$config"
}

start_agent() {
    : >"$log"
    "$bin/platen" agent --config "$config" --store "$store" --verbose 2>"$log" &
    agent_pid=$!
    remember
    wait_for 20 "$log" 'runs on the store' "$agent_pid" || complain "the agent does not begin"
}

# logs SECONDS TEXT: until the log says it.
logs() {
    if ! wait_for "$1" "$log" "$2" "$agent_pid"; then
        complain "the log does not say \"$2\":"
        grep -v '<7>' "$log" | tail -20
    fi
}

# count TEXT: lines of the log.
count() {
    grep -c -- "$1" "$log" || true
}

# devices COUNT
devices() {
    run 0 devices --store "$store" --json
    lines "$1"
}

start_sim --devices 20 --seed 5
fixed=$port
write_config 2s
start_agent
logs 20 'printers, 20 of them new'
logs 20 ' polls of 20 devices in .*: [0-9]* ok; '
devices 20

# Other commands work beside it, also those that write.
run 0 poll "127.1.0.1:$port" --store "$store" --quiet
run 0 tag "127.1.0.2" +ours --store "$store"
run 0 events --store "$store" --kind new --json
lines 20

# A second agent does not; it says who runs.
run 3 agent --config "$config" --store "$store"
says "process $agent_pid is an agent on the store in $store already"

# A file with a mistake changes nothing; the log has its line.
write_config 2s 'snmp: {rate: fast}'
kill -HUP "$agent_pid"
logs 10 "$config:3: rate is a number"
logs 10 'nothing is changed'
before=$(count 'polled 127')
sleep 3
[ "$(count 'polled 127')" -gt "$before" ] || complain "it does not poll any more"

# A good one is in force at once.
write_config 1s
kill -HUP "$agent_pid"
logs 10 'reloaded, on the store.*polled every 1s'

# SIGTERM: a clean end.
stop "$agent_pid"
[ "$stopped" -eq 0 ] || complain "SIGTERM: exit code $stopped"
logs 1 '<6>stopped'
grep -q 'warning\|error' "$log" && ! grep -q 'rate is a number' "$log" && complain "$(cat "$log")"

# Devices that come later are found and then polled; the dead are tried less.
stop_sim
"$bin/platen-sim" --port "$fixed" --devices 30 --seed 5 >"$work/sim.out" 2>"$work/sim.err" &
sim_pid=$!
remember
wait_for 60 "$work/sim.out" '^ready' "$sim_pid" || complain "no second fleet"
port=$fixed
write_config 2s
start_agent
logs 1 'runs on the store.*: 20 devices'
logs 20 '10 of them new'
logs 20 'polled 127.1.0.30:'
devices 30

# Killed at any instant, it goes on: no new devices, no search before its time.
stop "$agent_pid" KILL
start_agent
logs 1 'runs on the store.*: 30 devices'
logs 20 'printers, 0 of them new'
devices 30
run 0 ledger verify --store "$store"
stop "$agent_pid" INT
[ "$stopped" -eq 0 ] || complain "SIGINT: exit code $stopped"

# A changed profile is read anew, one with a mistake is told and changes nothing.
mkdir -p "$work/xdg/platen/profiles"
export XDG_CONFIG_HOME="$work/xdg"
start_agent
printf 'profile: broken\nno: such\n' >"$work/xdg/platen/profiles/broken.yaml"
kill -HUP "$agent_pid"
logs 10 'profiles/broken.yaml:'
logs 10 'nothing is changed'
rm "$work/xdg/platen/profiles/broken.yaml"
cat >"$work/xdg/platen/profiles/kyocera.yaml" <<'EOF'
name: kyocera
title: Kyocera with a counter of ours
extends: kyocera
meters:
  - key: ours
    unit: pages
    oid: 1.3.6.1.4.1.1347.46.10.1.1.5.3
    source: our service engineer
    fixture:
      given: ["1.3.6.1.4.1.1347.46.10.1.1.5.3|2|77"]
      expect: ours 77 pages
EOF
run 0 meters 127.1.0.6 --store "$store" --json
grep -q '"ours"' "$work/out" && complain "there is a counter of ours already"
kill -HUP "$agent_pid"
logs 10 'reloaded, on the store'
for _ in 1 2 3 4 5 6 7 8 9 10; do
    sleep 1
    run 0 meters 127.1.0.6 --store "$store" --json --long
    grep -q '"ours"' "$work/out" && break
done
grep -q '"ours"' "$work/out" || complain "the changed profile is not used"
stop "$agent_pid"
[ "$stopped" -eq 0 ] || complain "after a reload: exit code $stopped"

# A configuration with a mistake at the start.
write_config 2s 'nonsense: 1'
run 2 agent --config "$config" --store "$store"
says "$config:3: "

# The silent are tried less and less.
stop_sim
write_config 1s
sed -i '/discovery/d' "$config"
start_agent
logs 20 '[0-9] failed$'
sleep 14
tries=$(grep -c 'polled 127.1.0.7:' "$log")
[ "$tries" -ge 3 ] && [ "$tries" -le 12 ] || complain "a dead device was tried $tries times"
stop "$agent_pid"

# SNMPv3: the keys of one list of users serve no other one, though their numbers are the same.
start_sim --devices 6 --seed 8 --no-v2 --v3 first:sha256:first-secret:aes:first-other \
    --v3 second:sha256:second-secret:aes:second-other
rm -rf "$store"
{
    echo "discovery: {targets: [\"127.1.0.1-6:$port\"], every: 1h}"
    echo "poll: {every: 1s}"
    echo "snmp: {credentials_file: $work/users.yaml}"
} >"$config"

# write_users NAME USER SECRET: of a list of one.
write_users() {
    : >"$work/users.yaml"
    chmod 600 "$work/users.yaml"
    cat >"$work/users.yaml" <<EOF
credentials:
  - name: $1
    version: 3
    user: $2
    auth: {protocol: SHA-256, password: $3-secret}
    priv: {protocol: AES-128, password: $3-other}
EOF
}
write_users one first first
start_agent
logs 20 ' polls of 6 devices in .*: [0-9]* ok; '
write_users two second second
kill -HUP "$agent_pid"
logs 10 'reloaded, on the store'
sleep 4
: >"$log"
logs 20 ' polls of 6 devices in .*: [0-9]* ok; '
run 0 events --store "$store" --kind credential-changed --json
lines 6
# A wrong secret is told of each device, and the meters stay.
write_users two second third
kill -HUP "$agent_pid"
logs 20 ' refused us'
run 0 meters --store "$store" --json
lines 6
grep -q 'secret\|-other' "$log" && complain "the log has a secret"
stop "$agent_pid"
[ "$stopped" -eq 0 ] || complain "SNMPv3: exit code $stopped"

finish "agent"
