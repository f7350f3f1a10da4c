#!/bin/sh
# platen profile: our profiles are found beside the program, a user's one replaces or extends ours,
# mistakes are told with file and line, and exit codes say what happened.
. "$(dirname "$0")/support.sh"

export HOME="$work" XDG_CONFIG_HOME="$work/config"
unset PLATEN_PROFILES PLATEN_RECORDINGS
mine="$work/config/platen/profiles"
mkdir -p "$mine"

run 0 profile list --json
says '"name":"kyocera"' "$work/out"
says '"extends":"kyocera"' "$work/out"
run 0 profile check
says "rules hold" "$work/out"

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
run 0 profile list
says "Kyocera with a counter of ours" "$work/out"
run 0 profile test "$mine/kyocera.yaml" --recording "$work/device.snmprec"
says "staples            77 items" "$work/out"
says "total              5000 impressions" "$work/out"

sed 's/staples 77/staples 78/' "$mine/kyocera.yaml" >"$work/wrong.yaml"
run 1 profile check "$work/wrong.yaml"
says "wrong.yaml:5: the rule gives \"staples 77 items\""
sed '/source:/d' "$mine/kyocera.yaml" >"$work/unproven.yaml"
run 1 profile check "$work/unproven.yaml"
says "source"
printf 'name: x\ntitle: X\nextends: nobody\n' >"$mine/x.yaml"
run 1 profile list
says "x.yaml:1: it extends \"nobody\""
says "kyocera" "$work/out"

run 2 profile check "$work/none"
run 2 profile test "$work/wrong.yaml"
run 2 profile lst
says "did you mean \"platen profile list\""
run 2 profile
finish "platen profile"
