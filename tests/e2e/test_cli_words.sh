#!/bin/sh
# The command line as a user meets it: guide, help, version, mistakes, exit codes.
. "$(dirname "$0")/support.sh"

# is_empty FILE
is_empty() {
    if [ -s "$work/$1" ]; then
        complain "$1 should be empty:"
        cat "$work/$1"
    fi
}

run 0
says "platen poll" "$work/out"
is_empty err

run 0 --version
says "platen " "$work/out"
says "TLS library: BoringSSL" "$work/out"
says "never sends SNMP SET" "$work/out"

run 0 --help
is_empty err
commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$work/out")
[ -n "$commands" ]
for command in $commands; do
    run 0 "$command" --help
    says "Examples:" "$work/out"
    is_empty err
    cp "$work/out" "$work/page"
    run 0 help "$command"
    cmp -s "$work/page" "$work/out" || complain "help $command differs from $command --help"
    run 2 "$command" --no-such-option
    says "unknown option --no-such-option"
    is_empty out
done

run 2 device
says 'did you mean "platen devices"?'
run 2 help device
run 2 devices --jso
says "did you mean --json?"
run 2 --store "$work" devices
says "options stand behind the command"
run 3 devices --store "$work/none"
says "there is no store in $work/none"

# A full disk is no success.
if [ -c /dev/full ]; then
    got=0
    "$bin/platen" help >/dev/full 2>"$work/err" || got=$?
    [ "$got" = 3 ] || complain "help >/dev/full: exit code $got instead of 3"
fi

# A reader that goes away is no crash: SIGPIPE ends the program quietly.
"$bin/platen" help | head -1 >/dev/null

finish "the command line"
