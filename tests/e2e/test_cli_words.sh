#!/bin/sh
# The command line as a user meets it: guide, help, version, mistakes, exit codes.
set -eu

platen="${PLATEN_BIN_DIR:?}/platen"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# expect CODE ARGUMENT...: runs platen, leaves out and err in $work.
expect() {
    want=$1
    shift
    got=0
    "$platen" "$@" >"$work/out" 2>"$work/err" </dev/null || got=$?
    if [ "$got" != "$want" ]; then
        echo "platen $*: exit code $got instead of $want"
        cat "$work/err"
        failures=$((failures + 1))
    fi
}

# has FILE TEXT
has() {
    if ! grep -qF -- "$2" "$work/$1"; then
        echo "\"$2\" is missing in $1:"
        cat "$work/$1"
        failures=$((failures + 1))
    fi
}

# is_empty FILE
is_empty() {
    if [ -s "$work/$1" ]; then
        echo "$1 should be empty:"
        cat "$work/$1"
        failures=$((failures + 1))
    fi
}

expect 0
has out "platen poll"
is_empty err

expect 0 --version
has out "platen "
has out "TLS library: BoringSSL"
has out "never sends SNMP SET"

expect 0 --help
is_empty err
commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$work/out")
[ -n "$commands" ]
for command in $commands; do
    expect 0 "$command" --help
    has out "Examples:"
    is_empty err
    cp "$work/out" "$work/page"
    expect 0 help "$command"
    cmp -s "$work/page" "$work/out" || {
        echo "help $command differs from $command --help"
        failures=$((failures + 1))
    }
    expect 2 "$command" --no-such-option
    has err "unknown option --no-such-option"
    is_empty out
done

expect 2 device
has err 'did you mean "platen devices"?'
expect 2 help device
expect 2 devices --jso
has err "did you mean --json?"
expect 2 --store "$work" devices
has err "options stand behind the command"
expect 3 devices --store "$work/none"
has err "there is no store in $work/none"

# A full disk is no success.
if [ -c /dev/full ]; then
    got=0
    "$platen" help >/dev/full 2>"$work/err" || got=$?
    [ "$got" = 3 ] || {
        echo "help >/dev/full: exit code $got instead of 3"
        failures=$((failures + 1))
    }
fi

# A reader that goes away is no crash: SIGPIPE ends the program quietly.
"$platen" help | head -1 >/dev/null

[ "$failures" = 0 ]
