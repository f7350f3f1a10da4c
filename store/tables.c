#include "store/env.h"
#include "store/error.h"

_Static_assert(STORE_TABLES == ENV_TABLE_COUNT, "each table is told");

int store_tables(struct store_txn *txn, struct store_table out[STORE_TABLES])
{
    MDB_stat stat;
    int rc = 0;
    for (unsigned i = 0; i < ENV_TABLE_COUNT && rc == 0; i++) {
        rc = error_from_lmdb(mdb_stat(txn->txn, txn->store->tables[i], &stat));
        if (rc == 0) {
            uint64_t pages = stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
            out[i] = (struct store_table){.name = env_table_name((enum env_table)i),
                                          .entries = stat.ms_entries,
                                          .bytes = pages * stat.ms_psize};
        }
        unsigned chain = chains_of((enum env_table)i);
        if (rc == 0 && chain < ENV_CHAIN_COUNT) { /* many rows are one value */
            rc = chains_count(txn, (enum store_chain)chain, &out[i].entries);
        }
    }
    return rc;
}
