#include "core/app/agent_note.h"

/* Layout: version u8, number of facts u8, facts i64 little-endian. Later facts are added at the
 * end: who knows fewer leaves them, who knows more takes 0. */
#define VERSION    1
#define HEAD_BYTES 2
#define FACT_BYTES 8
#define NAME       "agent"

int agent_note_read(struct store_txn *txn, struct agent_note *out)
{
    struct bytes stored;
    int rc = store_note_get(txn, NAME, &stored);
    if (rc != 0) {
        return rc;
    }
    if (stored.size < HEAD_BYTES ||
        stored.size != HEAD_BYTES + (size_t)stored.data[1] * FACT_BYTES) {
        return BASE_EFORMAT;
    }
    if (stored.data[0] != VERSION) {
        return BASE_EVERSION;
    }
    *out = (struct agent_note){0};
    for (size_t i = 0; i < AGENT_NOTE_FACTS && i < stored.data[1]; i++) {
        out->facts[i] =
            (int64_t)bytes_get_le(stored.data + HEAD_BYTES + i * FACT_BYTES, FACT_BYTES);
    }
    return 0;
}

int agent_note_write(struct store_txn *txn, const struct agent_note *note)
{
    uint8_t packed[HEAD_BYTES + AGENT_NOTE_FACTS * FACT_BYTES] = {VERSION, AGENT_NOTE_FACTS};
    for (size_t i = 0; i < AGENT_NOTE_FACTS; i++) {
        bytes_put_le(packed + HEAD_BYTES + i * FACT_BYTES, (uint64_t)note->facts[i], FACT_BYTES);
    }
    return store_note_put(txn, NAME, bytes_of(packed, sizeof(packed)));
}
