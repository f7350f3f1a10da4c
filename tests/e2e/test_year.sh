#!/bin/sh
# 400 virtual days of a fleet: events and orders exactly once, the ledger's sums, forecasts, size.
# PLATEN_YEAR_DEVICES: how many; 200 here, since sanitizers take their time, 2,000 in
# "platen-bench year" by itself.
set -eu
bin=${PLATEN_BIN_DIR:?}
if [ ! -x "$bin/platen-bench" ]; then
    echo "skipped: platen-bench has not been built"
    exit 77
fi
exec "$bin/platen-bench" year --devices "${PLATEN_YEAR_DEVICES:-200}"
