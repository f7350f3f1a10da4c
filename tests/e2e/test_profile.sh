#!/bin/sh
# platen profile: our profiles are found beside the program, a user's one replaces or extends ours,
# mistakes are told with file and line, and exit codes say what happened.
set -eu

platen="${PLATEN_BIN_DIR:?}/platen"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work" XDG_CONFIG_HOME="$work/config"
unset PLATEN_PROFILES PLATEN_RECORDINGS
mine="$work/config/platen/profiles"
mkdir -p "$mine"
failures=0

# expect CODE ARGUMENT...: runs platen profile, leaves out and err in $work.
expect() {
    want=$1
    shift
    got=0
    "$platen" profile "$@" >"$work/out" 2>"$work/err" </dev/null || got=$?
    if [ "$got" != "$want" ]; then
        echo "platen profile $*: exit code $got instead of $want"
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

expect 0 list --json
has out '"name":"kyocera"'
has out '"extends":"kyocera"'
expect 0 check
has out "rules hold"

# A device of one counter and what a user's profile makes of it.
cat >"$work/device.snmprec" <<'END'
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.1347.41
1.3.6.1.4.1.1347.43.10.1.1.12.1.1|2|5000
1.3.6.1.4.1.1347.99.1.0|2|77
END
cat >"$mine/kyocera.yaml" <<'END'
name: kyocera
title: Kyocera with a counter of ours
extends: kyocera
meters:
  - key: staples
    unit: items
    oid: 1.3.6.1.4.1.1347.99.1.0
    source: our service engineer
    fixture:
      given: ["1.3.6.1.4.1.1347.99.1.0|2|77"]
      expect: staples 77 items
END
expect 0 list
has out "Kyocera with a counter of ours"
expect 0 test "$mine/kyocera.yaml" --recording "$work/device.snmprec"
has out "staples            77 items"
has out "total              5000 impressions"

sed 's/staples 77/staples 78/' "$mine/kyocera.yaml" >"$work/wrong.yaml"
expect 1 check "$work/wrong.yaml"
has err "wrong.yaml:5: the rule gives \"staples 77 items\""
sed '/source:/d' "$mine/kyocera.yaml" >"$work/unproven.yaml"
expect 1 check "$work/unproven.yaml"
has err "source"
printf 'name: x\ntitle: X\nextends: nobody\n' >"$mine/x.yaml"
expect 1 list
has err "x.yaml:1: it extends \"nobody\""
has out "kyocera"

expect 2 check "$work/none"
expect 2 test "$work/wrong.yaml"
expect 2 lst
has err "did you mean \"platen profile list\""
expect 2
echo "platen profile: $failures complaints"
exit $((failures > 0))
