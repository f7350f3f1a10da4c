# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # they come from support.sh, and go to the test
# Sourced behind support.sh by the tests with agents of others, which end with the test, too.
#
#   find_snmpd                skips the test where net-snmp's agent is not installed
#   start_snmpd [TARGET...]   runs it by $work/snmpd.conf at $port, and at those (PORT stands for the
#                             port); $snmpd_pid
#   start_snmpsim OPTION...   runs snmpsimd over $work/data at $port; $snmpsim_pid

# It stands where only root's path leads.
find_snmpd() {
    snmpd=$(command -v snmpd || command -v /usr/sbin/snmpd) || skip "snmpd is not installed"
}

# started WHAT SECONDS FILE TEXT: whether the program begun last says in time that it is ready.
started() {
    agent_pid=$!
    remember
    wait_for "$2" "$3" "$4" "$agent_pid" && return
    stop "$agent_pid"
    [ $((tries = tries - 1)) -gt 0 ] && return 1
    echo "$1 does not start:"
    tail -5 "$3"
    exit 1
}

# No MIB files, no files of the machine's own agent.
start_snmpd() {
    mkdir -p "$work/persistent"
    tries=5
    until [ $tries = 0 ]; do
        next_port
        rm -f "$work/snmpd.log"
        # shellcheck disable=SC2046
        SNMP_PERSISTENT_DIR="$work/persistent" MIBS='' "$snmpd" -f -C -c "$work/snmpd.conf" \
            -Lf "$work/snmpd.log" "udp:127.0.0.1:$port" $(echo "$*" | sed "s/PORT/$port/g") \
            >"$work/snmpd.out" 2>&1 &
        started snmpd 60 "$work/snmpd.log" '^NET-SNMP version' && break
    done
    snmpd_pid=$agent_pid
}

# Where its data stand others may not come, and it gives up root's rights.
start_snmpsim() {
    chmod 711 "$work"
    chmod -R u+w,a+rX "$work/data"
    mkdir -p "$work/cache"
    if [ "$(id -u)" -eq 0 ]; then
        chown nobody "$work/cache"
        set -- "$@" --process-user=nobody --process-group=nogroup
    fi
    tries=3
    until [ $tries = 0 ]; do
        next_port
        rm -f "$work/snmpsim"
        snmpsimd --data-dir="$work/data" --cache-dir="$work/cache" "$@" \
            --agent-udpv4-endpoint="127.0.0.1:$port" >"$work/snmpsim" 2>&1 &
        started snmpsimd 120 "$work/snmpsim" "Listening at" && break
    done
    snmpsim_pid=$agent_pid
}
