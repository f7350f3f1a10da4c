#!/bin/sh
# Whatever became of the process before: no privacy salt, and no msgID, is ever sent twice to an
# engine, or two messages under one key could be compared. Two users, one by AES and one by DES,
# are asked of an engine that leaves both unanswered, over many starts of the program; half of them
# end by a kill.
. "$(dirname "$0")/support.sh"

umask 077
starts=100
"$python" "$here/support_salts.py" "$work/seen" >"$work/port" &
remember
tries=0
until [ -s "$work/port" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { echo "the engine does not start"; exit 1; }
    sleep 0.1
done
port=$(cat "$work/port")
cat >"$work/users.yaml" <<END
credentials:
  - name: des
    user: des
    auth: {protocol: SHA-1, password: authpass1}
    priv: {protocol: DES, password: privpass1}
  - name: aes
    user: aes
    auth: {protocol: SHA-256, password: authpass1}
    priv: {protocol: AES-128, password: privpass1}
END

start=0
while [ "$start" -lt "$starts" ]; do
    start=$((start + 1))
    if [ $((start % 2)) -eq 0 ]; then
        run 1 poll --no-store --credentials "$work/users.yaml" --timeout 50ms --retries 1 \
            "127.0.0.1:$port"
        continue
    fi
    "$bin/platen" poll --no-store --credentials "$work/users.yaml" --timeout 50ms --retries 1 \
        "127.0.0.1:$port" >"$work/out" 2>&1 &
    remember
    sleep 0.03
    stop $! KILL
done

messages=$(wc -l <"$work/seen")
[ "$messages" -ge "$starts" ] || complain "only $messages messages were sent"
for field in 2 4; do
    cut -d ' ' -f "1,$field" "$work/seen" | sort | uniq -d >"$work/twice"
    [ ! -s "$work/twice" ] || complain "sent twice, field $field: $(head -n 3 "$work/twice")"
done
# RFC 3414 8.1.1.1: the engine's boots come first in a salt of DES; a hint of it is 7.
grep '^des ' "$work/seen" | grep -v ' 07 00000007[0-9a-f]\{8\}$' >"$work/strange" || true
[ ! -s "$work/strange" ] || complain "salts of DES: $(head -n 3 "$work/strange")"
for user in des aes; do
    asked=$(grep -c "^$user " "$work/seen" || true)
    [ "$asked" -ge 40 ] || complain "$user was asked $asked times only"
done
finish "$starts starts, $messages messages"
