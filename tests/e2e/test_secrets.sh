#!/bin/sh
# Secrets that nobody can take for something else are planted wherever Platen takes one: files of
# credentials and of communities, files of passwords, the environment, systemd's folder. Then
# everything that Platen says or keeps is searched for them, in all its forms and failures.
. "$(dirname "$0")/support.sh"

umask 077
unset CREDENTIALS_DIRECTORY
# Each has a part of its own, so that a half of it is found, too.
auth=zqAuthSecretKraken
priv=zqPrivSecretWombat
in_file=zqFileSecretBadger
of_systemd=zqSystemdSecretOtter
community=zqCommunityHeron
of_variable=zqVariableLemur
misplaced=zqMisplacedGecko
secrets="Kraken Wombat Badger Otter Heron Lemur Gecko zqAuth zqPriv zqFile zqSystemd zqCommunity zqVariable zqMisplaced"

searched=0
everything="$work/everything"
: >"$everything"

# hex TEXT: as a hex dump would have it.
hex() {
    printf %s "$1" | od -An -tx1 | tr -d ' \n'
}

# keep: what was said last goes to the heap that is searched at the end.
keep() {
    cat "$work/out" "$work/err" >>"$everything"
    searched=$((searched + 1))
}

# try CODE ARGUMENT...
try() {
    run "$@"
    keep
}

mkdir "$work/c" "$work/systemd"
export PLATEN_STORE="$work/store"
cat >"$work/c/good.yaml" <<END
credentials:
  - name: v3
    version: 3
    user: platen
    auth: {protocol: SHA-256, password: $auth}
    priv: {protocol: AES-128, password: $priv}
  - name: filed
    version: 3
    user: platen
    auth: {protocol: SHA-1, password_file: filed}
    priv: {protocol: AES-256, password_file: "credential:given"}
  - name: plain
    version: 2c
    community: $community
END
echo "$in_file" >"$work/c/filed"
echo "$of_systemd" >"$work/systemd/given"
echo "$community" >"$work/c/community"
cat >"$work/c/platen.yaml" <<END
store: $work/store
snmp:
  timeout: 200ms
  retries: 0
  credentials_file: good.yaml
END
export CREDENTIALS_DIRECTORY="$work/systemd" PLATEN_COMMUNITY="$of_variable"

# --- what is well ---------------------------------------------------------------------------------

for form in "" --json --csv --all; do
    # shellcheck disable=SC2086
    try 1 poll 127.0.0.1:9 127.9.9.9:9 --config "$work/c/platen.yaml" $form
    # shellcheck disable=SC2086
    try 1 poll 127.0.0.1:9 --credentials "$work/c/good.yaml" --timeout 200ms --retries 0 $form
done
PLATEN_CONFIG="$work/c/platen.yaml"
export PLATEN_CONFIG
for form in "" --json; do
    # shellcheck disable=SC2086
    try 0 config show $form
    # shellcheck disable=SC2086
    try 0 config show --credentials "$work/c/good.yaml" --community-file "$work/c/community" $form
    # shellcheck disable=SC2086
    try 0 config check $form
done
says 'v3' "$everything"
says '********' "$everything"
try 0 devices --json
try 1 poll 127.0.0.1:9 --community-file "$work/c/community" --json

# --- what is wrong --------------------------------------------------------------------------------

# wrong TEXT CONTENT: a file of credentials with this content must be refused with this text.
wrong() {
    printf '%s\n' "$2" >"$work/c/wrong.yaml"
    for action in "config check" "config check --json" "config show" "poll 127.0.0.1:9"; do
        # shellcheck disable=SC2086
        try 2 $action --credentials "$work/c/wrong.yaml"
    done
    says "$1"
}

head="credentials:
  - name: one
    user: u"
wrong "not YAML" "$auth: : :"
wrong "not YAML" "credentials: [$auth"
wrong "not YAML" "	credentials: $auth"
wrong "a mapping" "$misplaced"
wrong "is a list" "credentials: $misplaced"
wrong "a mapping" "credentials: [$misplaced]"
wrong "not known here" "$misplaced: x"
wrong "not known here" "$head
    $misplaced: x"
wrong "not known here" "$head
    pasword: $misplaced"
wrong "stands twice" "$head
    $misplaced: x
    $misplaced: y"
wrong "aliases" "$head
    auth: *$misplaced"
wrong "anchors" "$head
    auth: &$misplaced x"
wrong "tags" "$head
    auth: !$misplaced x"
wrong "version is" "$head
    version: $misplaced"
wrong "did you mean" "$head
    auth: {protocol: SHAA, password: $auth}"
wrong "not known; known" "$head
    auth: {protocol: $misplaced, password: $auth}"
wrong "is a mapping" "$head
    auth: $misplaced"
wrong "less than 8" "$head
    auth: {protocol: SHA, password: Gecko}"
wrong "priv wants auth" "$head
    priv: {protocol: AES, password: $priv}"
wrong "exclude each other" "$head
    auth: {protocol: SHA, password: $auth, password_file: filed}"
wrong "no subnet" "$head
    subnets: [$misplaced]"
wrong "hexadecimal" "$head
    context_engine_id: $misplaced"
wrong "does not belong" "$head
    community: $community"
wrong "is a text" "$head
    auth: {protocol: SHA, password: [$auth]}"
printf '%s\n%s\n' "$in_file" "$in_file" >"$work/c/lines"
wrong "more than one line" "$head
    auth: {protocol: SHA, password_file: lines}"
chmod 644 "$work/c/filed"
wrong "chmod 600" "$head
    auth: {protocol: SHA, password_file: filed}"
chmod 600 "$work/c/filed"
cp "$work/c/good.yaml" "$work/c/open.yaml"
chmod 644 "$work/c/open.yaml"
try 2 poll 127.0.0.1:9 --credentials "$work/c/open.yaml"
says "chmod 600"
try 2 poll 127.0.0.1:9 --credentials "$work/c/community"
try 2 poll 127.0.0.1:9 --credentials "$work/c/good.yaml" --approved-only
says 'refuses the credential "filed"'
says 'refuses the credential "plain"'
try 2 poll 127.0.0.1:9 --config "$work/c/good.yaml"
try 2 config check "$work/c/good.yaml"
chmod 644 "$work/c/community"
try 2 poll 127.0.0.1:9 --community-file "$work/c/community" --credentials "$work/c/good.yaml"
chmod 600 "$work/c/community"

# On the command line they are refused, and not repeated.
for option in --community --password --auth-password --priv-password -c -A -X; do
    try 2 poll 127.0.0.1:9 $option "$misplaced"
    says "command line is seen by every user"
    try 2 poll 127.0.0.1:9 "$option=$misplaced"
    try 2 config show $option "$misplaced"
done
try 2 poll 127.0.0.1:9 --pasword="$misplaced"

# --- against devices ------------------------------------------------------------------------------

if "$bin/platen-sim" --help | grep -q -- '--v3 '; then
    start_sim --devices 4 --v3 "platen:sha256:$auth:aes:$priv"
    # The simulator, being a test's tool, is told on its command line.
    for form in "" --json --full; do
        # shellcheck disable=SC2086
        try 0 poll "$(fleet 4)" --credentials "$work/c/good.yaml" --version 3 $form
    done
    try 0 show 127.1.0.1 --why
    try 0 show 127.1.0.1 --json
    sed "s/$auth/${auth}X/" "$work/c/good.yaml" >"$work/c/other.yaml"
    try 1 poll "$(fleet 4)" --credentials "$work/c/other.yaml" --version 3 --no-store --json \
        --timeout 200ms --retries 0
    stop_sim
fi

# --- the process ----------------------------------------------------------------------------------

# A socket that nobody reads keeps a poll waiting long enough to look at it.
next_port
"$python" -B -c "import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', $port))
print('ready', flush=True)
time.sleep(60)" >"$work/sink" &
sink=$!
remember
wait_for 20 "$work/sink" ready "$sink" || complain "no socket to be silent"
"$bin/platen" poll "127.0.0.1:$port" --config "$work/c/platen.yaml" --timeout 3s \
    --no-store >"$work/out" 2>"$work/err" </dev/null &
polling=$!
remember
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    ! grep -q 'Max core file size  *0  *0 ' "/proc/$polling/limits" || break
    sleep 0.1
done
says "Max core file size        0                    0" "/proc/$polling/limits"
tr '\0' ' ' <"/proc/$polling/cmdline" >"$work/cmdline"
says "platen.yaml" "$work/cmdline"
cat "$work/cmdline" "/proc/$polling/status" >>"$everything"
stop "$polling"
keep
stop "$sink"

# --- the search -----------------------------------------------------------------------------------

find "$work/store" -type f -exec cat {} + >>"$everything"
for secret in $secrets; do
    if grep -qaF -- "$secret" "$everything"; then
        complain "\"$secret\" was found in what Platen said or kept:"
        grep -aF -n -- "$secret" "$everything" | cut -c1-200 | head -3
    fi
done
# As octets in hexadecimal and in base64 no more than as text.
for secret in "$auth" "$priv" "$in_file" "$of_systemd" "$community" "$of_variable"; do
    for shape in "$(hex "$secret")" "$(printf %s "$secret" | base64)"; do
        if grep -qaiF -- "$shape" "$everything"; then
            complain "\"$secret\" was found as $shape"
        fi
    done
done
# Keys made of the passwords: Ku of each, found by nobody's text search, so by their octets.
check_keys() {
    "$python" -B - "$everything" "$@" <<'END'
import hashlib, sys
data = open(sys.argv[1], 'rb').read()
found = 0
for password in sys.argv[2:]:
    text = password.encode()
    megabyte = (text * (1048576 // len(text) + 1))[:1048576]
    for name in ('md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'):
        key = hashlib.new(name, megabyte).digest()
        for shape in (key, key[:16], key.hex().encode(), key.hex().upper().encode()):
            found += shape in data
sys.exit(found > 0)
END
}
check_keys "$auth" "$priv" "$in_file" "$of_systemd" || complain "a key of a password was found"
[ "$searched" -gt 100 ] || complain "only $searched runs were searched"
# The search itself must find: a secret planted into what is searched.
printf '%s' "$auth" >>"$everything"
grep -qaF -- "$auth" "$everything" || complain "the search finds nothing"

finish "$searched runs searched for secrets"
