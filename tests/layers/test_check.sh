#!/bin/sh
# The source tree keeps its rules (tests/layers/check), and the check sees each kind of violation
# when it is planted in a copy of the tree.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
failed=0

sh "$here/check" "$root" || failed=1

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
for folder in core proto store uplink bench tests; do
    mkdir -p "$copy/$folder"
    (cd "$root" && find "$folder" -name '*.[ch]' -type f -print0 |
        xargs -0 -r cp --parents -t "$copy")
done

# plant RULE FILE TEXT: appended to FILE of the copy, or a new FILE with TEXT, is found as RULE.
plant() {
    file=$copy/$2
    mkdir -p "$(dirname "$file")"
    printf '%s\n' "$3" >"$file"
    if ! sh "$here/check" "$copy" | grep -q "^$2:[0-9]*: \[$1\]"; then
        echo "not seen: [$1] in $2"
        failed=1
    fi
    rm -f "$file"
}

hundred=$(printf '%0101d' 0)
many_lines=$(awk 'BEGIN { for (i = 0; i < 501; i++) print "/* */" }')
long_body=$(awk 'BEGIN { print "int f(void)\n{"; for (i = 0; i < 61; i++) print "    f();"; print "}" }')
header='/* Text. */
#pragma once
'
plant include store/planted.c '#include "proto/oid.h"'
plant include proto/planted.c '#include "store/store.h"'
plant include uplink/planted.c '#include "core/engine/engine.h"'
plant include core/base/planted.h "$header"'#include "proto/oid.h"'
plant include core/engine/planted.c '#include "core/fleet/plan.h"'
plant include core/engine/planted.c '#include "store/store.h"'
plant include core/fleet/planted.c '  #  include "core/app/app.h"'
plant include core/base/planted.c '#include "base.h"'
plant include core/elsewhere/planted.c '#include <stdio.h>'
plant home core/engine/planted.c '#include <lmdb.h>'
plant home core/engine/planted.c '#include <uv.h>'
plant home proto/planted.c '#include <net-snmp/net-snmp-config.h>'
plant home uplink/policy.c '#include <openssl/ssl.h>'
plant home core/app/planted.c '#include <openssl/ssl.h>'
plant header proto/planted.h '#pragma once'
plant header proto/planted.h '/* Text. */'
plant columns proto/planted.c "/* $hundred */"
plant file-size proto/planted.c "$many_lines"
plant function-size proto/planted.c "$long_body"
plant no-set proto/planted.c 'int type = SNMP_MSG_SET;'
plant no-set core/engine/planted.c 'bytes[0] = 0xa3;'
plant print-port core/engine/planted.c 'address.sin_port = htons(9100);'
plant print-port core/app/planted.c 'port = 515;'
plant stream core/engine/planted.c 'fd = socket(AF_INET, SOCK_STREAM, 0);'

[ "$failed" -eq 0 ] && echo "the tree keeps its rules, and the check saw every planted violation"
exit "$failed"
