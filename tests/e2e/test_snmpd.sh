#!/bin/sh
# net-snmp's own agent, which is no printer: its system group comes back, over IPv4 and IPv6, by
# v2c and by v1; a wrong community gets no answer.
. "$(dirname "$0")/support.sh"
. "$(dirname "$0")/support_agents.sh"

find_snmpd
schema=$source_dir/tests/data/reading.schema.json
six=
if grep -q '^0\{31\}1 ' /proc/net/if_inet6 2>/dev/null; then
    six=yes
else
    echo "no IPv6 loopback here: IPv4 only"
fi

# start_agent ACCESS: with these lines of access control.
start_agent() {
    cat >"$work/snmpd.conf" <<CONF
$1
sysName e2e-agent
sysLocation Rack 7, "upper" half
sysContact nobody@example.org
sysServices 72
CONF
    # shellcheck disable=SC2086
    start_snmpd ${six:+udp6:[::1]:PORT}
}

# is_system TARGET [OPTION...]: the system group as it is configured, and no printer.
is_system() {
    run 0 poll "$@" --no-store --json
    lines 1
    says '"status":"notprinter","error":null' "$work/out"
    says '"name":"e2e-agent","location":"Rack 7, \"upper\" half","contact":"nobody@example.org"' \
        "$work/out"
    says '"object_id":"1.3.6.1.4.1.8072.3.2.10","description":"Linux ' "$work/out"
    says '"supplies":[],"trays":[],"alerts":[]' "$work/out"
    grep -q '"uptime_ticks":[0-9]' "$work/out" || complain "no uptime"
    check schema "$schema" "$work/out"
}

start_agent "rocommunity e2e-secret
rocommunity6 e2e-secret"
export PLATEN_COMMUNITY=e2e-secret
is_system "127.0.0.1:$port"
grep -q '"id":"[0-9a-f]\{16\}"' "$work/out" || complain "no id"
is_system "127.0.0.1:$port" --version 1
is_system "localhost:$port"
if [ -n "$six" ]; then
    is_system "[::1]:$port"
    says '{"address":"::1",' "$work/out"
    run 0 poll "[::1]:$port" --no-store
    says "[::1]:$port" "$work/out"
fi
(umask 077 && echo e2e-secret >"$work/community")
PLATEN_COMMUNITY=wrong
run 0 poll "127.0.0.1:$port" --no-store --community-file "$work/community"
says "1 address polled: 1 not a printer"

# What is no printer is told once, and not kept as a device.
run 0 poll "127.0.0.1:$port" --store "$work/store" --community-file "$work/community"
says "notprinter" "$work/out"
run 0 devices --store "$work/store" --json
lines 0

# A community that is not its own: silence, by every version.
for version in auto 1 2c; do
    run 1 poll "127.0.0.1:$port" --no-store --json --timeout 100ms --retries 1 --version $version
    says '"status":"timeout","error":"no answer"' "$work/out"
done
says "1 address polled: 1 without answer"
if grep -q 'wrong\|e2e-secret' "$work/out" "$work/err"; then
    complain "the community is told"
fi
stop "$snmpd_pid"

# An agent that speaks v1 only.
start_agent 'com2sec one 127.0.0.1 e2e-secret
group ones v1 one
view all included .1
access ones "" any noauth exact all none none'
PLATEN_COMMUNITY=e2e-secret
is_system "127.0.0.1:$port" --timeout 200ms
is_system "127.0.0.1:$port" --version 1 --retries 0
run 1 poll "127.0.0.1:$port" --no-store --json --version 2c --timeout 100ms --retries 1
says '"status":"timeout"' "$work/out"
stop "$snmpd_pid"

finish "snmpd"
