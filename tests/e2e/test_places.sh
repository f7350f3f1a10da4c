#!/bin/sh
# Print servers: three printers behind one address, told apart by community and by SNMPv3 context.
# Each is a device with the values of its own; what is switched off is silent; a box that is no print
# server is asked in no context.
. "$(dirname "$0")/support.sh"

store=$work/store
server() {
    start_sim --models jetdirect-ex --devices 2 --clock frozen "$@"
}

# compare FILE: the devices of the store against the truth, by serial number: address, context, pages.
compare() {
    "$python" - "$work/truth" "$work/out" "$1" <<'PYTHON' || complain "not as in truth"
import json, sys
kind = sys.argv[3]
def context(line):
    name = line.get("context")
    return None if not name else ("." + name[-1] if kind == "community" else name)
truth = {d["serial"]: (d["address"], context(d), d["total"]) for d in map(json.loads, open(sys.argv[1]))}
found = {d["serial"]: (d["address"], d["context"], d["pages"]) for d in map(json.loads, open(sys.argv[2]))}
if truth != found:
    sys.exit(f"truth {truth}\nfound {found}")
PYTHON
}

truth() {
    kill -USR1 "$sim_pid"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ -s "$work/truth" ] && [ "$(wc -l <"$work/truth")" -eq 6 ] && return
        sleep 0.1
    done
}

# ---- by community ----

server --community secretword
echo secretword >"$work/community"
chmod 600 "$work/community"
targets=127.1.0.1-127.1.0.2:$port
asked="--community-file $work/community --store $store"
run 0 poll "$targets" $asked --json
lines 6
grep -q secretword "$work/out" && complain "the community is told"
truth
run 0 devices --store "$store" --json
lines 6
compare community
[ "$(cut -d'"' -f4 "$work/out" | sort -u | wc -l)" -eq 6 ] || complain "ids are not their own"
run 0 show "127.1.0.2/.3" --store "$store"
says "context .3" "$work/out"
run 2 show "127.1.0.2" --store "$store"
says "can mean 3 devices"

# Known ones are read again, with what moves alone.
run 0 poll "$targets" $asked --json
lines 6
run 0 poll "$targets" $asked
says "2 addresses polled: 6 ok"
run 0 devices --store "$store" --json
lines 6
run 0 events --store "$store" --json
[ "$(grep -c '"new"' "$work/out")" -eq 6 ] || complain "not six new devices"

# One search finds all of them.
run 0 discover "127.1.0.0/30:$port" --community-file "$work/community" --store "$work/found" --json
lines 6
run 0 discover "127.1.0.0/30:$port" --community-file "$work/community" --store "$work/found"
says "6 known"
run 0 discover "127.1.0.1-127.1.0.2:$port" --community-file "$work/community" --store "$work/found" \
    --watch --quiet
says "2 of 2: 6 printers"

# The agent finds and polls them, too.
cat >"$work/agent.yaml" <<YAML
discovery: {targets: ["127.1.0.1-4:$port"], every: 60s}
poll: {every: 1s}
YAML
: >"$work/log"
"$bin/platen" agent --config "$work/agent.yaml" --community-file "$work/community" \
    --store "$work/agent" --verbose 2>"$work/log" &
agent_pid=$!
remember
wait_for 20 "$work/log" 'polled 127.1.0.2:[0-9]*/.3: ok' "$agent_pid" || complain "the agent polls no place"
stop "$agent_pid"
run 0 devices --store "$work/agent" --json
lines 6
[ "$(grep -c '"failures":0' "$work/out")" -eq 6 ] || complain "not all were read"

# Switched off, all are silent.
stop_sim
run 1 poll "$targets" $asked --timeout 200ms --retries 0
says "6 failed"
run 0 devices --store "$store" --json
[ "$(grep -c '"status":"error"' "$work/out")" -eq 6 ] || complain "not all are silent"

# ---- by context ----

mkdir -p "$work/config/platen/profiles"
cat >"$work/config/platen/profiles/hp.yaml" <<'YAML'
name: hp
title: HP
extends: hp
contexts:
  - name: port2
    model: "*JETDIRECT EX*"
    source: our own print servers
    fixture:
      given: ["1.3.6.1.2.1.1.1.0|4|JETDIRECT EX"]
      expect: context port2
  - name: port3
    model: "*JETDIRECT EX*"
    source: our own print servers
    fixture:
      given: ["1.3.6.1.2.1.1.1.0|4|JETDIRECT EX"]
      expect: context port3
YAML
cat >"$work/credentials.yaml" <<'YAML'
credentials:
  - name: ops
    version: 3
    user: ops
    auth: {protocol: SHA256, password: opspassword1}
    priv: {protocol: AES, password: opspassword2}
YAML
chmod 600 "$work/credentials.yaml"
export XDG_CONFIG_HOME="$work/config"
server --v3 ops:sha256:opspassword1:aes:opspassword2 --no-v2
targets=127.1.0.1-127.1.0.2:$port
asked="--credentials $work/credentials.yaml --store $work/store3"
run 0 poll "$targets" $asked --json
lines 6
[ "$(grep -c '"context":"port[23]"' "$work/out")" -eq 4 ] || complain "contexts are missing"
truth
run 0 devices --store "$work/store3" --json
compare context
run 0 poll "$targets" $asked --json
lines 6
stop_sim

# ---- a card in a printer has one ----

start_sim --models hp-m653 --devices 1 --clock frozen
run 0 poll "127.1.0.1:$port" --store "$work/one" --json
lines 1
stop_sim
[ "$(counter dropped_community)" = 0 ] || complain "a printer was asked in other communities"

finish "print servers by community and by context"
