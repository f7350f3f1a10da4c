#include <stdio.h>

#include "store/kv.h"

/* So that no note is taken for the schema or the counters. */
#define PREFIX "note:"

static int key_of(const char *name, char out[sizeof(PREFIX) + STORE_NOTE_NAME_MAX])
{
    size_t size = strlen(name);
    if (size == 0 || size > STORE_NOTE_NAME_MAX) {
        return BASE_ERANGE;
    }
    (void)snprintf(out, sizeof(PREFIX) + STORE_NOTE_NAME_MAX, PREFIX "%s", name);
    return 0;
}

int store_note_put(struct store_txn *txn, const char *name, struct bytes note)
{
    char key[sizeof(PREFIX) + STORE_NOTE_NAME_MAX];
    int rc = key_of(name, key);
    return rc != 0 ? rc
                   : kv_put(txn, ENV_META, bytes_from_text(key), (struct bytes){0}, note, KV_PUT);
}

int store_note_get(struct store_txn *txn, const char *name, struct bytes *out)
{
    char key[sizeof(PREFIX) + STORE_NOTE_NAME_MAX];
    int rc = key_of(name, key);
    return rc != 0 ? rc : kv_get(txn, ENV_META, bytes_from_text(key), out);
}
