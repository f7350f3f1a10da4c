#!/bin/sh
# SNMPv3 against agents that are not ours: every authentication by every privacy protocol, at every
# level, against net-snmp's snmpd and against snmpsim, each answer read by Platen. Prints the table.
. "$(dirname "$0")/support.sh"
. "$(dirname "$0")/support_agents.sh"

find_snmpd
auths="MD5 SHA SHA-224 SHA-256 SHA-384 SHA-512"
privs="DES AES AES-192 AES-256 AES-192-C AES-256-C"
asked=0

# How Platen is told the extension of a key: without a name it would try both.
platen_priv() {
    case $1 in
    AES-192 | AES-256) echo "$1-Blumenthal" ;;
    *) echo "$1" ;;
    esac
}

# credential USER [AUTH [PRIV]]: a file with this one user.
credential() {
    {
        echo "credentials:"
        echo "  - {name: one, version: 3, user: $1"
        [ -z "${2:-}" ] || echo "     , auth: {protocol: $2, password: authpass12}"
        [ -z "${3:-}" ] || echo "     , priv: {protocol: $(platen_priv "$3"), password: privpass12}"
        [ -z "${context:-}" ] || echo "     , context: $context"
        echo "    }"
    } >"$work/credentials.yaml"
}

# cell LEVEL USER [AUTH [PRIV]]: polls with this user; prints what came of it.
cell() {
    level=$1
    shift
    credential "$@"
    asked=$((asked + 1))
    "$bin/platen" poll "127.0.0.1:$port" --credentials "$work/credentials.yaml" --version 3 \
        --no-store --json --timeout "${patience:-1s}" >"$work/out" 2>"$work/err" </dev/null || true
    if grep -qF "$expected" "$work/out" && grep -q "\"level\":\"$level\"" "$work/out"; then
        printf ' %-10s' ok
    else
        printf ' %-10s' FAILED
        { echo "$*:"; cat "$work/out" "$work/err"; } >>"$work/failed"
    fi
}

table() {
    printf '%-9s %-10s' "$1" none
    for priv in $privs; do
        printf ' %-10s' "$priv"
    done
    printf '\n%-9s' none
    cell noAuthNoPriv u_none
    echo
    for auth in $auths; do
        printf '%-9s' "$auth"
        cell authNoPriv "u_$auth" "$auth"
        for priv in $privs; do
            cell authPriv "u_${auth}_$priv" "$auth" "$priv"
        done
        echo
    done
}

# --- snmpd ---------------------------------------------------------------------------------------

{
    echo "sysName matrix-agent"
    echo "createUser u_none"
    echo "rouser u_none noauth"
    for auth in $auths; do
        echo "createUser u_$auth $auth authpass12"
        echo "rouser u_$auth auth"
        for priv in $privs; do
            echo "createUser u_${auth}_$priv $auth authpass12 $priv privpass12"
            echo "rouser u_${auth}_$priv priv"
        done
    done
} >"$work/snmpd.conf"
(umask 077 && : >"$work/credentials.yaml")
start_snmpd
expected='"name":"matrix-agent"'
table snmpd
stop "$snmpd_pid"

# --- snmpsim -------------------------------------------------------------------------------------

# Its privacy names: without a suffix Reeder's extension, BLMT is Blumenthal's.
snmpsim_priv() {
    case $1 in
    DES) echo DES ;;
    AES) echo AES128 ;;
    AES-192) echo AES192BLMT ;;
    AES-256) echo AES256BLMT ;;
    AES-192-C) echo AES192 ;;
    AES-256-C) echo AES256 ;;
    esac
}

snmpsim_auth() {
    echo "$1" | tr -d -
}

start_users() {
    set -- --v3-engine-id=80004fb805636c6f75644dab22cc --v3-user=u_none
    for auth in $auths; do
        set -- "$@" "--v3-user=u_$auth" --v3-auth-key=authpass12 \
            "--v3-auth-proto=$(snmpsim_auth "$auth")"
        for priv in $privs; do
            set -- "$@" "--v3-user=u_${auth}_$priv" --v3-auth-key=authpass12 \
                "--v3-auth-proto=$(snmpsim_auth "$auth")" --v3-priv-key=privpass12 \
                "--v3-priv-proto=$(snmpsim_priv "$priv")"
        done
    done
    start_snmpsim "$@"
}

if command -v snmpsimd >/dev/null; then
    mkdir "$work/data"
    cat >"$work/data/matrix.snmprec" <<'DATA'
1.3.6.1.2.1.1.1.0|4|A recording without a printer
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10
1.3.6.1.2.1.1.3.0|67|12345
1.3.6.1.2.1.1.5.0|4|matrix-recording
DATA
    start_users
    expected='"name":"matrix-recording"'
    context=matrix
    # Python: a password takes it longer than a printer needs for its whole answer.
    patience=5s
    table snmpsim
    stop "$snmpsim_pid"
else
    echo "snmpsimd is not installed: snmpd alone"
fi

if [ -s "$work/failed" ]; then
    head -40 "$work/failed"
    failures=$(grep -c ':$' "$work/failed")
fi
finish "v3 matrix: $asked combinations"
