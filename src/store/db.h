/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/db: rows in SQLite or PostgreSQL, through one interface with one behaviour.
 *
 *	static pl_status take_one(void *ctx, struct pl_db_tx *tx)
 *	{
 *		struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
 *		pl_status st = pl_db_one(tx, &pl_sql_outbox_take, PL_DB_ARGS(PL_DB_STR(stream)), &rows);
 *
 *		if (st)
 *			return st;                        (PL_E_NOTFOUND: no row)
 *		number = pl_db_col_u64(rows, 0);
 *		text = pl_db_col_str(rows, 1);            (lives until the next step)
 *		return pl_db_rows_status(rows);           (a NULL or another type than asked for shows here)
 *	}
 *	st = pl_db_tx(db, take_one, &ctx);
 *
 * Where statements come from: each room keeps its own .sql files; tools/sqlgen.py turns them into "<room>/sql.h" with
 * one `extern const struct pl_sql pl_sql_<name>` a statement (src/store/README.md has the format). SQL text is never
 * put together at run time.
 *
 * What always holds:
 *  1. Everything happens in a transaction. A read transaction sees one snapshot and cannot write (PL_E_STATE).
 *  2. After a statement has failed the transaction is lost: later statements and the commit answer PL_E_STATE, on both
 *     engines. So use ON CONFLICT and look at the number of changed rows where a clash is expected.
 *  3. PL_E_NET from a commit means: the connection broke while the commit was under way, its outcome is unknown.
 *     Nothing else in this room answers PL_E_NET. Every other failure means: nothing was committed.
 *  4. SQLite: each write transaction and each checkpoint holds an exclusive OFD lock on "<file>.writer" (bounded wait),
 *     because SQLite up to 3.51.2 can lose a WAL reset when two connections write and checkpoint at one instant.
 *     Nothing checkpoints by itself; the log process calls pl_db_checkpoint.
 *  5. PostgreSQL: a write transaction runs at READ COMMITTED (a statement sees what others committed before it; an
 *     UPDATE ... RETURNING or SELECT ... FOR UPDATE waits and decides on the latest row), PL_DB_SERIAL at SERIALIZABLE;
 *     reads run at REPEATABLE READ. SQLite's write transactions are always one after another.
 *
 * Threads: struct pl_db is a bounded pool and may be used from any thread. A transaction with its rows belongs to one
 * thread at a time, and a thread that holds a write transaction must not begin a second one (PL_E_BUSY after the wait
 * on SQLite). After fork(2) a child opens its own.
 */
#ifndef PL_STORE_DB_H
#define PL_STORE_DB_H
#include "base/base.h"

struct pl_db;
struct pl_db_tx;
struct pl_db_rows;

/* A named statement in both dialects; made by tools/sqlgen.py, never by hand. */
struct pl_sql {
	const char *name;
	const char *sqlite;
	const char *postgres;
	unsigned params; /* highest ?N */
	bool scan;       /* marked "(scan)": rows come in portions, for results without a LIMIT */
};

enum pl_db_engine { PL_DB_SQLITE, PL_DB_POSTGRES };

struct pl_db_options {
	unsigned connections;   /* at most this many at once; 0 = 8 */
	uint64_t wait_ns;       /* for a free connection, the writer lock, a row lock; 0 = 10 s */
	uint64_t statement_ns;  /* PostgreSQL's statement_timeout; 0 = 30 s */
	bool create;            /* SQLite: make the file (mode 0600) if it is not there */
	const char *application; /* PostgreSQL's application_name; NULL = "pellucid" */
	const char *password;   /* PostgreSQL, when not in the URL; NULL = what libpq finds (PGPASSFILE, ...) */
	/* Told of each failure that points at a mistake, a broken engine or a full disk: the statement's name, the
	 * engine's code, a short text without row values. A program binds it to its event log; may be NULL. Any thread.
	 * */
	void (*on_failure)(void *ctx, const char *statement, const char *code, const char *text);
	void *on_failure_ctx;
};

/* Open "sqlite:/absolute/path" or "postgres://user[:password]@host[:port]/database[?parameters]" (libpq's URL; also
 * "postgresql://"). @opt may be NULL. Connects once, so that a wrong URL shows here. PL_E_SYNTAX (not such a URL),
 * PL_E_NOTFOUND (no such file), PL_E_ACCESS (password, permission), PL_E_BUSY (cannot be reached now), PL_E_UNSUPPORTED
 * (file system or server version), PL_E_CORRUPT; @diag says it in words, without the password. */
pl_status pl_db_open(pl_str url, const struct pl_db_options *opt, struct pl_diag *diag, struct pl_db **ret);
/* Close; NULL allowed. No transaction may be open. */
void pl_db_close(struct pl_db *db);
/* For PL_CLEANUP. */
void pl_db_closep(struct pl_db **db);
enum pl_db_engine pl_db_engine(const struct pl_db *db);
/* The URL without its password, for pages and log lines. Lives as long as @db. */
const char *pl_db_label(const struct pl_db *db);

/* SQLite: copy the WAL into the database file (PASSIVE, never waits for readers) under the writer lock; for the one
 * process that is charged with it. @ret_left: WAL pages that readers kept from being copied; may be NULL.
 * PostgreSQL: nothing, 0. PL_E_BUSY if the lock was not to be had. */
pl_status pl_db_checkpoint(struct pl_db *db, uint64_t *ret_left);
/* The engine's own check (SQLite: integrity_check and foreign_key_check; PostgreSQL: a round trip). PL_E_CORRUPT
 * with words. */
pl_status pl_db_check(struct pl_db *db, struct pl_diag *diag);

/* ---- transactions ---- */

enum pl_db_mode {
	PL_DB_READ,   /* one snapshot, no writes */
	PL_DB_WRITE,  /* the normal one */
	PL_DB_SERIAL, /* as if alone; the loser of a conflict starts again */
};

/* Begin. PL_E_BUSY: no connection or lock within the wait. */
pl_status pl_db_tx_begin(struct pl_db *db, enum pl_db_mode mode, struct pl_db_tx **ret);
/* Commit and free @tx, whatever comes back. PL_E_CONFLICT: lost against another transaction, nothing committed, may be
 * tried again. PL_E_NET: outcome unknown. PL_E_STATE: a statement had failed before. */
pl_status pl_db_tx_commit(struct pl_db_tx *tx);
/* Undo and free; NULL allowed. */
void pl_db_tx_rollback(struct pl_db_tx *tx);
/* For PL_CLEANUP on a transaction variable: rolls back unless it was set to NULL after the commit. */
void pl_db_tx_rollbackp(struct pl_db_tx **tx);
/* The database that @tx was begun on. */
struct pl_db *pl_db_tx_db(struct pl_db_tx *tx);

typedef pl_status (*pl_db_fn)(void *ctx, struct pl_db_tx *tx);
/* Run @fn in a write transaction: commit if it answers PL_OK, undo otherwise and hand its answer back. After a
 * serialization failure, a deadlock, SQLITE_BUSY or a connection lost *before* the commit it starts again, at most
 * PL_DB_TRIES times with growing random pauses, so @fn MAY RUN MORE THAN ONCE and must set its results anew each time.
 * An unknown commit (PL_E_NET) is never tried again. */
#define PL_DB_TRIES 8
pl_status pl_db_tx(struct pl_db *db, pl_db_fn fn, void *ctx);
/* The same in a transaction of @mode. */
pl_status pl_db_tx_mode(struct pl_db *db, enum pl_db_mode mode, pl_db_fn fn, void *ctx);
/* The same in a read transaction. */
pl_status pl_db_read(struct pl_db *db, pl_db_fn fn, void *ctx);

/* ---- statements ---- */

enum pl_db_type { PL_DB_TYPE_NULL, PL_DB_TYPE_I64, PL_DB_TYPE_U64, PL_DB_TYPE_TEXT, PL_DB_TYPE_BLOB };

struct pl_db_value {
	enum pl_db_type type;
	int64_t i64;
	uint64_t u64;
	pl_bytes data;
};

#define PL_DB_I64(v) ((struct pl_db_value){.type = PL_DB_TYPE_I64, .i64 = (v)})
#define PL_DB_U64(v) ((struct pl_db_value){.type = PL_DB_TYPE_U64, .u64 = (v)}) /* PL_E_RANGE above INT64_MAX */
#define PL_DB_BOOL(v) ((struct pl_db_value){.type = PL_DB_TYPE_I64, .i64 = (v) ? 1 : 0})
/* PL_E_SYNTAX if it holds a NUL or is not UTF-8. */
#define PL_DB_STR(v) ((struct pl_db_value){.type = PL_DB_TYPE_TEXT, .data = pl_str_bytes(v)})
#define PL_DB_Z(v) PL_DB_STR(pl_str_from(v))
#define PL_DB_BLOB(v) ((struct pl_db_value){.type = PL_DB_TYPE_BLOB, .data = (v)})
#define PL_DB_MEM(p, n) PL_DB_BLOB(pl_bytes_of((p), (n)))
#define PL_DB_NULL ((struct pl_db_value){.type = PL_DB_TYPE_NULL})

/* ?1, ?2, ... in this order; PL_DB_NONE for a statement without. A wrong count is PL_E_INTERNAL. */
#define PL_DB_ARGS(...) \
	(const struct pl_db_value[]){__VA_ARGS__}, \
		(sizeof((const struct pl_db_value[]){__VA_ARGS__}) / sizeof(struct pl_db_value))
#define PL_DB_NONE NULL, 0

/* Statement failures: PL_E_EXISTS (unique or primary key), PL_E_RANGE (check, NOT NULL or foreign key), PL_E_CONFLICT
 * (lost against another transaction), PL_E_BUSY (a lock was not to be had, or the connection is gone), PL_E_TIMEOUT
 * (statement_timeout), PL_E_NOSPACE, PL_E_IO, PL_E_CORRUPT, PL_E_STATE (see 1 and 2), PL_E_INTERNAL (our SQL is
 * wrong). */

/* Run to the end; @ret_changed (NULL allowed): rows inserted, updated or deleted. */
pl_status pl_db_exec(struct pl_db_tx *tx, const struct pl_sql *sql, const struct pl_db_value *args, size_t n_args,
	uint64_t *ret_changed);
/* Start; rows follow by pl_db_step. Several may be open in one transaction. */
pl_status pl_db_query(struct pl_db_tx *tx, const struct pl_sql *sql, const struct pl_db_value *args, size_t n_args,
	struct pl_db_rows **ret);
/* Start and step to the first row. PL_E_NOTFOUND if there is none (then @ret is untouched; the transaction goes on). */
pl_status pl_db_one(struct pl_db_tx *tx, const struct pl_sql *sql, const struct pl_db_value *args, size_t n_args,
	struct pl_db_rows **ret);
/* PL_OK: on the next row. PL_E_NOTFOUND: no more rows. Otherwise a failure, that of an earlier column read included:
 *	while ((st = pl_db_step(rows)) == PL_OK) {...}   if (st != PL_E_NOTFOUND) return st; */
pl_status pl_db_step(struct pl_db_rows *rows);
/* Done with it; accepts a pointer to NULL; sets it to NULL. For PL_CLEANUP. Must come before the end of the
 * transaction. */
void pl_db_rows_done(struct pl_db_rows **rows);

/* Columns of the present row, from 0. A wrong type or an unexpected NULL gives 0 or empty and is remembered: the next
 * pl_db_step or pl_db_rows_status answers PL_E_CORRUPT (stored value) or PL_E_INTERNAL (no such column). */
bool pl_db_col_is_null(struct pl_db_rows *rows, unsigned col);
int64_t pl_db_col_i64(struct pl_db_rows *rows, unsigned col);
uint64_t pl_db_col_u64(struct pl_db_rows *rows, unsigned col); /* negative: wrong */
bool pl_db_col_bool(struct pl_db_rows *rows, unsigned col);    /* 0 or 1 */
/* These two live until the next step or the end of @rows. */
pl_str pl_db_col_str(struct pl_db_rows *rows, unsigned col);
pl_bytes pl_db_col_blob(struct pl_db_rows *rows, unsigned col);
/* A blob of exactly @len bytes copied to @out (digests, identifiers); any other length is wrong. */
void pl_db_col_fixed(struct pl_db_rows *rows, unsigned col, void *out, size_t len);
/* PL_OK, or the first wrong column read since the last step. */
pl_status pl_db_rows_status(const struct pl_db_rows *rows);

#endif
