#!/bin/sh
# The simulated fleet's SNMPv3 as net-snmp's own tools see it: every authentication protocol with
# every cipher they know, in a table; what is refused, and how; contexts; and broken engines.
. "$(dirname "$0")/support.sh"

for tool in snmpget snmpbulkwalk; do
    command -v $tool >/dev/null || skip "$tool is not installed"
done
# The tools write engine ids and boots down, and must not find those of another run.
export SNMP_PERSISTENT_DIR="$work" SNMPCONFPATH="$work"

# ask TOOL DEVICE NAME ARGUMENT...: out and err together in $work/out. A tool that a report loop has
# caught is stopped.
ask() {
    tool=$1
    target=127.1.0.$2:$port
    name=$3
    shift 3
    timeout 3 "$tool" -v3 -m "" -On -r 0 -t 1 "$@" "$target" "$name" >"$work/out" 2>&1 || true
}

# has WHAT TEXT
has() {
    if ! grep -qF -- "$2" "$work/out"; then
        complain "$1: \"$2\" is missing:"
        head -5 "$work/out"
    fi
}

sys_name=1.3.6.1.2.1.1.5.0
serial=1.3.6.1.2.1.43.5.1.1.17.1
full="-u aes -l authPriv -a SHA-256 -A authpass1 -x AES -X privpass1"

# ---- every protocol with every cipher ----

snmpget -h 2>"$work/help" || true
auths="MD5 SHA"
grep -q 'SHA-512' "$work/help" && auths="$auths SHA-224 SHA-256 SHA-384 SHA-512"
privs="DES AES"
grep -q 'AES-256' "$work/help" && privs="$privs AES-192 AES-256 AES-192-C AES-256-C"

printf '%-8s  %-10s' "" noPriv
for priv in $privs; do
    printf '  %-9s' "$priv"
done
echo
checked=0
for auth in $auths; do
    ours=$(echo "$auth" | tr -d - | tr '[:upper:]' '[:lower:]')
    start_sim --devices 2 --v3 "none:$ours:authpass1" --v3 "des:$ours:authpass1:des:privpass1" \
        --v3 "aes:$ours:authpass1:aes:privpass1" --v3 "aes192:$ours:authpass1:aes192:privpass1" \
        --v3 "aes256:$ours:authpass1:aes256:privpass1" \
        --v3 "aes192c:$ours:authpass1:aes192c:privpass1" \
        --v3 "aes256c:$ours:authpass1:aes256c:privpass1"
    ask snmpget 1 $serial -u none -l authNoPriv -a "$auth" -A authpass1
    has "$auth" "STRING"
    printf '%-8s  %-10s' "$auth" "$(grep -q STRING "$work/out" && echo ok || echo FAILS)"
    for priv in $privs; do
        user=$(echo "$priv" | tr -d - | tr '[:upper:]' '[:lower:]')
        ask snmpbulkwalk 2 1.3.6.1.2.1.43.11 -u "$user" -l authPriv -a "$auth" -A authpass1 \
            -x "$priv" -X privpass1
        if grep -q 'nvalid privacy protocol' "$work/out"; then
            printf '  %-9s' "-" # this build of the tools does not have it
            continue
        fi
        lines=$(grep -c '^\.1\.3\.6\.1\.2\.1\.43\.11' "$work/out" || true)
        if [ "$lines" -lt 18 ]; then
            complain "$auth with $priv: a walk of $lines lines"
            head -3 "$work/out"
        fi
        printf '  %-9s' "$([ "$lines" -ge 18 ] && echo ok || echo FAILS)"
        checked=$((checked + 1))
    done
    echo
done
[ "$checked" -ge 12 ] || complain "only $checked combinations"

# ---- the same objects by v3 and v2c ----

start_sim --devices 16 --clock frozen --v3 aes:sha256:authpass1:aes:privpass1 --v3 plain
for number in 1 2 14; do
    # shellcheck disable=SC2086
    ask snmpbulkwalk $number .1 $full
    sed '/No more variables/d' "$work/out" >"$work/three"
    snmpbulkwalk -v2c -c public -m "" -On -r 0 -t 1 127.1.0.$number:"$port" .1 |
        sed '/No more variables/d' >"$work/two"
    cmp -s "$work/two" "$work/three" || complain "device $number differs between v2c and v3"
    [ "$(wc -l <"$work/three")" -ge 140 ] || complain "device $number shows too little by v3"
done
ask snmpget 1 $sys_name -u plain -l noAuthNoPriv
has "noAuthNoPriv" "STRING"

# ---- refusals, each with its name ----

ask snmpget 1 $sys_name -u nobody -l noAuthNoPriv
has "a user that is not known" "Unknown user name"
ask snmpget 1 $sys_name -u aes -l authPriv -a SHA-256 -A wrongpass1 -x AES -X privpass1
has "a wrong password" "Authentication failure"
ask snmpget 1 $sys_name -u aes -l authPriv -a SHA-256 -A authpass1 -x AES -X wrongpass1
has "a wrong privacy password" "Timeout"
ask snmpget 1 $sys_name -u plain -l authNoPriv -a SHA-256 -A authpass1
has "a level that the user does not have" "Unsupported security level"
ask snmpget 1 $sys_name -u aes -l authNoPriv -a SHA-256 -A authpass1
has "a level below the user's" "authorizationError"
# shellcheck disable=SC2086
ask snmpget 1 $sys_name $full -n other
has "a context that is not known" "Bad context"
# shellcheck disable=SC2086
ask snmpget 1 $sys_name $full -e 80001f880400
has "an engine that is another's" "127.1.0.1" # the tool waits, or says it
# shellcheck disable=SC2086
ask snmpget 1 $sys_name $full -Z 1,1
has "boots and time long ago, which are corrected once" "STRING"

# ---- fleets ----

start_sim --devices 40 --v3 aes:sha256:authpass1:aes:privpass1 --no-v2 --context Jetdirect:hp
snmpget -v2c -c public -m "" -r 0 -t 0.3 "127.1.0.1:$port" $sys_name >"$work/out" 2>&1 || true
has "v2c to a v3 device" "Timeout"
"$bin/platen-sim" --list --devices 40 >"$work/list"
hp=$(grep -n '  hp' "$work/list" | head -1 | cut -d: -f1)
hp=$((hp - 1))
# shellcheck disable=SC2086
ask snmpget $hp $serial $full
has "a printer outside its context" "No Such"
# shellcheck disable=SC2086
ask snmpget $hp $sys_name $full
has "the system group outside the context" "STRING"
# shellcheck disable=SC2086
ask snmpget $hp $serial $full -n Jetdirect
has "a printer in its context" "STRING"

start_sim --devices 40 --v3 aes:sha256:authpass1:aes:privpass1 --v3-share 50%
silent=0
for number in 1 2 3 4 5 6 7 8 9 10 11 12; do
    snmpget -v3 -m "" -r 0 -t 0.2 -u nobody -l noAuthNoPriv "127.1.0.$number:$port" $sys_name \
        >"$work/out" 2>&1 || true
    silent=$((silent + $(grep -c Timeout "$work/out" || true)))
done
if [ "$silent" -lt 1 ] || [ "$silent" -gt 11 ]; then
    complain "$silent of 12 devices do not speak v3 instead of about 6"
fi

# flaw KIND: what snmpget gets out of a device of that kind.
flaw() {
    start_sim --devices 2 --v3 aes:sha256:authpass1:aes:privpass1 --v3-flaw "1:$1"
    # shellcheck disable=SC2086
    ask snmpget 1 $sys_name $full
    said=$(tail -1 "$work/out" | cut -c 1-60)
    printf '%-16s %s\n' "$1" "${said:-asks again and again until it is stopped}"
}

for kind in clock-fast clock-still same-engine reboots boots-back replay; do
    flaw $kind
    has "$kind" "STRING"
done
# An unsigned Report ends net-snmp's request, though the answer follows: no word on that here.
flaw report-spoof
for kind in reboots-always boots-max loop-engine loop-window loop-alternate loop-level \
    report-empty wrong-digest short-digest wrong-msgid wrong-user lower-level plaintext \
    forged-engine; do
    flaw $kind
    if grep -q STRING "$work/out"; then
        complain "$kind: net-snmp takes the reading"
    fi
done
if ! kill -0 "$sim_pid"; then
    complain "a flawed fleet has died"
fi
stop_sim
got=0
"$bin/platen-sim" --v3 joe --v3-flaw 1:nonsense >"$work/out" 2>&1 || got=$?
[ "$got" = 2 ] || complain "an unknown flaw: exit code $got instead of 2"
has "an unknown flaw" "loop-alternate"
"$bin/platen-sim" --list --devices 30 --v3 joe --v3-flaw 1 >"$work/out"
has "--list" "v3:forged-engine"

finish "$checked combinations"
