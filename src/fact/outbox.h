/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/outbox: signed statements on their way into the log.
 *
 * A row is inserted in the same transaction as the private rows it belongs to, with the signed bytes in it: whatever
 * happens later, nothing is ever signed twice.
 *
 *	signed ---> logged ---> projected
 *	   \--> refused (with the reason)
 *
 * What always holds:
 *  1. Rows are taken by their state, never by a high-water mark: a transaction that commits late is not overlooked.
 *  2. In one stream rows are logged in the order of their numbers. The numbers come from UPDATE counter ... RETURNING in
 *     the same transaction, so a rolled-back transaction leaves no gap and the later of two writers waits for the earlier.
 *  3. One entry has one row (unique on the SHA-256 of its bytes).
 *  4. "logged" is written by the transaction that moves the log's record (fact/record_db.h), together with the index.
 *
 * Callable from any thread, as store/db is.
 */
#ifndef PL_FACT_OUTBOX_H
#define PL_FACT_OUTBOX_H
#include "fact/statement.h"
#include "store/db.h"

#define PL_OUTBOX_STREAM_MAX 63u

enum pl_outbox_state { PL_OUTBOX_SIGNED, PL_OUTBOX_LOGGED, PL_OUTBOX_PROJECTED, PL_OUTBOX_REFUSED };

const char *pl_outbox_state_word(enum pl_outbox_state s);

/* The next number of counter @name (1, 2, ...), inside the caller's transaction. */
pl_status pl_counter_next(struct pl_db_tx *tx, pl_str name, uint64_t *ret);

struct pl_outbox_ref {
	struct pl_digest entry; /* SHA-256 of the entry: the row's key */
	uint64_t number;        /* in its stream */
};

/*
 * Put @entry (canonical and signed) into @stream (a TOKEN) inside the caller's transaction. The same bytes again give the
 * row that is there and PL_OK, so a command may be repeated.
 * PL_E_SYNTAX or PL_E_TOOBIG when it is no entry, or the database's status.
 */
pl_status pl_outbox_put(struct pl_db_tx *tx, pl_str stream, pl_bytes entry, struct pl_outbox_ref *ret,
	struct pl_diag *diag);

struct pl_outbox_row {
	struct pl_digest entry_digest, pae;
	pl_str stream;
	uint64_t number;
	enum pl_outbox_state state;
	uint64_t index;   /* from logged on */
	pl_str reason;    /* when refused */
	pl_bytes entry;
	uint64_t put_at;  /* ns */
};

/* A place in the order of waiting rows. Zeroed: before the first one. */
struct pl_outbox_place {
	uint64_t number;
	char stream[PL_OUTBOX_STREAM_MAX + 1];
};

/* Up to @limit rows that are signed, ordered by (number, stream), from behind @after, copied into @arena; fewer when @arena
 * is full. */
pl_status pl_outbox_take(struct pl_db *db, const struct pl_outbox_place *after, size_t limit, struct pl_arena *arena,
	struct pl_outbox_row **ret_rows, size_t *ret_count);
/* Where @row stands. */
void pl_outbox_place_of(const struct pl_outbox_row *row, struct pl_outbox_place *ret);
/* One row by the digest of its entry. PL_E_NOTFOUND. */
pl_status pl_outbox_find(struct pl_db *db, const struct pl_digest *entry, struct pl_arena *arena,
	struct pl_outbox_row *ret);
/* Did this instance put the entry into its outbox, and not refuse it? Nothing else makes entries of its log. */
pl_status pl_outbox_known(struct pl_db *db, const struct pl_digest *entry, bool *ret);
/* signed -> refused, in its own transaction. PL_E_STATE if it is not signed any more. */
pl_status pl_outbox_refuse(struct pl_db *db, const struct pl_digest *entry, pl_str reason);
/* signed -> logged at @index, inside the caller's transaction (fact/record_db.c). A row that is gone or logged already is
 * fine. */
pl_status pl_outbox_logged(struct pl_db_tx *tx, const struct pl_digest *entry, uint64_t index);
/* logged -> projected for every row with an index below @size, inside the caller's transaction. */
pl_status pl_outbox_projected(struct pl_db_tx *tx, uint64_t size);

/* An entry that stands in the log at @index while its row was lost (fact/recover.h): put it back, in the stream
 * PL_OUTBOX_RECOVERED, inside the caller's transaction. A row that is there stays as it is. PL_E_SYNTAX or PL_E_TOOBIG when
 * it is no entry. */
#define PL_OUTBOX_RECOVERED "recovered"
pl_status pl_outbox_recover(struct pl_db_tx *tx, pl_bytes entry, uint64_t index, bool projected);

/* Up to @limit refused rows, the newest first, copied into @arena. */
pl_status pl_outbox_refused(struct pl_db *db, size_t limit, struct pl_arena *arena, struct pl_outbox_row **ret_rows,
	size_t *ret_count);

struct pl_outbox_counts {
	uint64_t waiting, logged, projected, refused;
};
pl_status pl_outbox_count(struct pl_db *db, struct pl_outbox_counts *ret);

#endif
