#!/bin/sh
# A network of 1,022 addresses with 150 printers and 50 other devices, losses, two communities and
# SNMPv3: all printers are found and read in one go, nothing else is called one; what is known, moved,
# excluded or out of scope is told apart; the dry run counts as the run does.
. "$(dirname "$0")/support.sh"

store=$work/store
cat >"$work/credentials.yaml" <<'YAML'
credentials:
  - {name: campus, version: 2c, community: campus}
  - {name: lab, version: 2c, community: lab}
  - name: ops
    version: 3
    user: ops
    auth: {protocol: SHA256, password: opspassword1}
    priv: {protocol: AES, password: opspassword2}
YAML
chmod 600 "$work/credentials.yaml"

network() {
    start_sim --devices 150 --others 50 --spread 1022 --community campus,lab --loss 1% \
        --v3 ops:sha256:opspassword1:aes:opspassword2 --v3-share 0.3 --no-v2 --clock frozen "$@"
}

discover() {
    want=$1
    shift
    run "$want" discover --credentials "$work/credentials.yaml" --store "$store" "$@"
}

# sum NAME: of the object on stderr, or of another file.
sum() {
    sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "${2:-$work/err}" | tail -1
}

# sums NAME COUNT...: what the last search has to have counted.
sums() {
    while [ $# -gt 1 ]; do
        [ "$(sum "$1")" = "$2" ] || complain "$1: $(sum "$1") instead of $2"
        shift 2
    done
}

network
net=127.1.0.0/22:$port

# What it will cost, and what it costs where nobody is.
discover 0 "$net" --dry-run
grep -q '^1022 addresses would be asked' "$work/out" || complain "no dry run"
[ ! -e "$store" ] || complain "a dry run makes a store"
discover 0 "127.9.0.0/25:$port" --dry-run --json
cp "$work/out" "$work/price"
discover 0 "127.9.0.0/25:$port" --no-store --json
lines 0
sums addresses 126 answered 0 printers 0 silent 126
[ "$(sum packets "$work/price")" = "$(sum packets)" ] ||
    complain "$(sum packets) packets were sent, $(sum packets "$work/price") announced"

# One run finds and reads them.
discover 0 "$net" --json
lines 150
sums addresses 1022 answered 200 printers 150 new 150 known 0 moved 0 others 50 refused 0 failed 0 silent 822
cp "$work/out" "$work/readings"
check schema "$source_dir/tests/data/reading.schema.json" "$work/readings"
"$bin/platen-sim" --devices 150 --others 50 --spread 1022 --list --json |
    sed -n '/"model":"other-/!s/.*"address":"\([^"]*\)".*/\1/p' | sort >"$work/want"
sed 's/{"address":"\([^"]*\)".*/\1/' "$work/readings" | sort >"$work/got"
cmp -s "$work/want" "$work/got" || complain "the printers that were found are not those that there are"
run 0 devices --store "$store" --json
lines 150
run 0 meters --store "$store" --json
[ "$(wc -l <"$work/out")" -ge 140 ] || complain "finding them did not read their meters"

# Again: everybody is known, and the others are left alone; --full and --all show them.
discover 0 "$net" --json
sums printers 150 new 0 known 150 others 0 known_others 50
discover 0 "$net" --full --all --csv --columns address,found
[ "$(grep -c ',other' "$work/out")" = 50 ] || complain "--all does not list the others"
says "200 answered: 150 printers (0 new, 150 known, 0 moved), 50 other devices"
discover 0 "$net" --watch --quiet
[ "$(grep -c 'of 25[56]' "$work/err")" = 4 ] || complain "--watch does not tell of four subnets"

# Exclusions, and addresses of a spreadsheet.
discover 0 "$net" --no-store --json --exclude 127.1.0.0/23 --exclude 127.1.2.7
sums addresses 510 excluded 512
printf '\357\273\277Name;IP-Adresse;Host\r\n"a;b";x;127.1.0.1:%s\r\n"c";y;127.1.0.2:%s\r\n' "$port" "$port" \
    >"$work/list.csv"
discover 0 --import "$work/list.csv" --no-store --json
sums addresses 2
printf 'discovery:\n  targets: ["%s"]\n  exclude: [127.1.1.0/24, 127.1.2.0/23]\n' "$net" >"$work/platen.yaml"
discover 0 --config "$work/platen.yaml" --no-store --json
sums addresses 255 excluded 767

# All of them have got other addresses.
network --base 127.1.0.2
net=127.1.0.0/22:$port
discover 0 "$net" --json
sums printers 150 new 0 known 0 moved 150
run 0 devices --store "$store" --json
lines 150
stop_sim

# A print server with two printers behind it: each is told, listed and known by itself.
mkdir "$work/boxes"
{
    printf '%s\n' '1.3.6.1.2.1.1.1.0|4|Print server' '1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.11.2.3.9.1' \
        '1.3.6.1.2.1.1.3.0|67|360000' '1.3.6.1.2.1.1.5.0|4|BOX-1'
    for row in '25.3.2.1.1.D|2|D' '25.3.2.1.2.D|6|1.3.6.1.2.1.25.3.1.5' '25.3.2.1.3.D|4|LaserJet D000' \
        '43.5.1.1.1.D|2|1' '43.5.1.1.17.D|4|BOXSERIAL00D' '43.10.2.1.3.D.1|2|7' '43.10.2.1.4.D.1|65|D000'; do
        for printer in 1 2; do
            echo "1.3.6.1.2.1.$row" | sed "s/D/$printer/g"
        done
    done
} >"$work/boxes/box.snmprec"
start_sim --devices 0 --recordings "$work/boxes"
box=127.1.0.1:$port
for news in new known; do
    run 0 discover "$box" --store "$work/boxed" --json
    lines 2
    sums addresses 1 answered 1 printers 2 "$news" 2
    grep -q '"serial":"BOXSERIAL001"' "$work/out" || complain "the first printer is missing"
    grep -q '"serial":"BOXSERIAL002"' "$work/out" || complain "the second printer is missing"
done
run 0 discover "$box" --store "$work/boxed"
says "1 address, 1 answered: 2 printers (0 new, 2 known, 0 moved)"
run 0 discover "$box" --store "$work/boxed" --watch --quiet
grep -q ' 2 printers$' "$work/err" || complain "--watch does not count two printers"
run 0 show BOXSERIAL002 --store "$work/boxed" --json
check schema "$source_dir/tests/data/reading.schema.json" "$work/out"
grep -q '"print_server":{"printer":2,"context":null,"printers":\[{"printer":1,' "$work/out" ||
    complain "a printer does not tell who else is behind its address"
stop_sim

# Secrets that nobody knows; ports that print.
network
cat >"$work/wrong.yaml" <<'YAML'
credentials:
  - {name: ops, version: 3, user: ops, auth: {protocol: SHA256, password: wrongpassword}}
YAML
chmod 600 "$work/wrong.yaml"
run 1 discover "127.1.0.0/24:$port" --credentials "$work/wrong.yaml" --no-store --json
[ "$(sum refused)" -gt 5 ] || complain "nobody refused a wrong password"
run 2 discover 10.1.0.0/24:9100
says "prints whatever it is sent"
run 2 poll 10.1.0.1:515
says "prints whatever it is sent"
run 2 discover
says "say where to look"
stop_sim

finish "discover"
