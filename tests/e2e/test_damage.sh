#!/bin/sh
# Damage in the store's file is told, with the devices that it costs, and never read as data; a file
# size limit is an error and not the end of the program.
. "$(dirname "$0")/support.sh"

start_sim --devices 20
run 0 poll "$(fleet 20)" --store "$work/store" --json
lines 20

# One octet of the row of one device: its address stands in it as text.
"$python" - "$work/store/data.mdb" "127.1.0.7:$port" <<'PYTHON'
import sys
path, address = sys.argv[1:]
data = bytearray(open(path, "rb").read())
at = data.find(address.encode())
assert at > 0
while at >= 0:
    data[at + 5] ^= 0x40
    at = data.find(address.encode(), at + 1)
open(path, "wb").write(data)
PYTHON
run 3 poll "$(fleet 20)" --store "$work/store" --json
says "is damaged"
run 0 poll "$(fleet 20)" --store "$work/new" --json
lines 20

(
    ulimit -f 64
    run 3 poll "$(fleet 20)" --store "$work/small" --json
    says "could not be written"
    exit "$failures"
) || complain "a limit of file sizes ends it"
stop_sim
finish "damage"
