/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/record_db: the log's record kept in the database, where moving it and telling the outbox rows their indices is
 * one transaction. That transaction is the acknowledgement.
 *
 *	UPDATE log_record SET size, root WHERE origin = ? AND epoch = mine AND size = old
 *	UPDATE outbox SET state = 'logged', entry_index = ? WHERE ...       for every entry in the batch
 *
 * No row changed by the first line means the epoch is lost: PL_E_CONFLICT, and the caller exits without answering.
 *
 * The tags handed to the writer with each entry are `const struct pl_digest *` (the SHA-256 of the entry), or NULL for
 * an entry that has no outbox row.
 */
#ifndef PL_FACT_RECORD_DB_H
#define PL_FACT_RECORD_DB_H
#include "log/record.h"
#include "store/db.h"

/* A record for the log @origin (copied) in @db (borrowed). Free with pl_record_db_free. */
pl_status pl_record_db_new(struct pl_db *db, pl_str origin, struct pl_log_record **ret);
void pl_record_db_free(struct pl_log_record *r);
/* Make the record of the log @origin inside the caller's transaction. PL_E_EXISTS. */
pl_status pl_record_db_create(struct pl_db_tx *tx, pl_str origin, const struct pl_log_state *state);

#endif
