#!/bin/sh
# The programs keep BoringSSL to themselves: none of its names is visible to other libraries, and
# none is looked for in OpenSSL, which libnetsnmp loads under the same names.
set -eu

failed=0
checked=0
for program in platen platen-sim platen-bench; do
    file=$PLATEN_BIN_DIR/$program
    [ -x "$file" ] || continue
    checked=$((checked + 1))
    # OPENSSL_memory_*: hooks that BoringSSL lets a program define, weak and left undefined here.
    names=$(nm -D "$file" | awk '{ print $(NF - 1), $NF }' | grep -v '^w OPENSSL_memory_' |
        grep -E ' (SSL|EVP|X509|RSA|CRYPTO|OPENSSL|BIO|SHA(1|224|256|384|512)|HMAC|AES|EC_KEY|ERR)_|(^| )SHA256(@|$)' || true)
    if [ -n "$names" ]; then
        echo "$program: cryptographic names in the dynamic symbol table:"
        echo "$names" | head -n 20
        failed=1
    fi
    if readelf -d "$file" | grep -E 'NEEDED.*\[lib(ssl|crypto)\.'; then
        echo "$program: linked with OpenSSL itself"
        failed=1
    fi
done
if [ "$checked" -eq 0 ]; then
    echo "no program has been built"
    exit 77
fi
# BoringSSL has to be in there, or the test would pass on a program without TLS.
if [ -x "$PLATEN_BIN_DIR/platen" ] && ! grep -qa 'BoringSSL API' "$PLATEN_BIN_DIR/platen"; then
    echo "platen: BoringSSL is not in it"
    failed=1
fi
echo "$checked programs looked at"
exit "$failed"
