/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/db_engine: what db.c asks of an engine. Inside this room only.
 *
 * db.c keeps the pool, the rules (read-only, lost transactions, counts of arguments) and the typed columns; an engine
 * connects, begins, binds, steps and translates its errors to pl_status.
 */
#ifndef PL_STORE_DB_ENGINE_H
#define PL_STORE_DB_ENGINE_H
#include "store/db.h"
#include "store/gate.h"

struct pl_db_conn;

/* One value as it came from the engine; text and blob live until the next step. */
struct pl_db_cell {
	enum pl_db_type type; /* never U64 */
	int64_t i64;
	pl_bytes data;
};

struct pl_db_ops {
	enum pl_db_engine engine;
	/* A new connection, settings made. */
	pl_status (*connect)(struct pl_db *db, struct pl_diag *diag, struct pl_db_conn **ret);
	void (*disconnect)(struct pl_db_conn *c);
	pl_status (*begin)(struct pl_db_conn *c, enum pl_db_mode mode);
	pl_status (*commit)(struct pl_db_conn *c);
	void (*rollback)(struct pl_db_conn *c);
	/* Bind and start; no row yet. Fills the shell that db.c frees. */
	pl_status (*query)(struct pl_db_conn *c, const struct pl_sql *sql, const struct pl_db_value *args, size_t n_args,
		struct pl_db_rows **ret);
	/* PL_OK on a row, PL_E_NOTFOUND at the end. */
	pl_status (*step)(struct pl_db_rows *rows);
	void (*cell)(struct pl_db_rows *rows, unsigned col, struct pl_db_cell *ret);
	uint64_t (*changed)(struct pl_db_rows *rows);
	/* Give back what the engine holds for @rows (the shell stays). */
	void (*finish)(struct pl_db_rows *rows);
	/* Several statements without arguments or rows. */
	pl_status (*script)(struct pl_db_conn *c, const char *name, const char *text);
	pl_status (*check)(struct pl_db_conn *c, struct pl_diag *diag);
	pl_status (*checkpoint)(struct pl_db_conn *c, uint64_t *ret_left);
	/* Around a write transaction and a checkpoint; NULL where the engine does it. */
	pl_status (*lock)(struct pl_db *db, uint64_t deadline);
	void (*unlock)(struct pl_db *db);
};

/* A connection; engines put theirs behind it. */
struct pl_db_conn {
	const struct pl_db_ops *ops;
	struct pl_db *db;
	struct pl_db_conn *next; /* idle list */
	bool broken;    /* close instead of keeping */
	bool retryable; /* the last failure was the engine's: lost against others, or the connection */
};

struct pl_db_tx {
	struct pl_db *db;
	struct pl_db_conn *conn;
	struct pl_db_rows *open; /* rows not done yet */
	enum pl_db_mode mode;
	bool failed; /* a statement failed: nothing more, no commit */
	bool *ret_retryable; /* told at the end: was it the engine that refused? may be NULL */
};

struct pl_db_rows {
	struct pl_db_tx *tx; /* NULL once the transaction has ended */
	struct pl_db_conn *conn;
	struct pl_db_rows *next;
	const struct pl_sql *sql;
	unsigned columns;
	bool on_row;
	pl_status wrong; /* sticky, from column reads */
};

struct pl_db {
	const struct pl_db_ops *ops;
	struct pl_db_options opt;
	char *url, *label, *application, *password; /* owned copies */
	struct pl_gate places; /* free connections */
	pthread_mutex_t mutex; /* guards idle */
	struct pl_db_conn *idle;
	int writer_fd;         /* SQLite: "<file>.writer"; -1 otherwise */
	struct pl_gate writer; /* SQLite: among the threads of this process */
};

extern const struct pl_db_ops pl_db_sqlite_ops, pl_db_pgsql_ops;

/* Engine-specific part of opening: "<file>.writer" and the like. @path is what follows "sqlite:". */
pl_status pl_db_sqlite_prepare(struct pl_db *db, struct pl_diag *diag);
/* Is @url one for libpq? Fills db->label without the password. */
pl_status pl_db_pgsql_prepare(struct pl_db *db, struct pl_diag *diag);

/* Tell the program of a failure worth its attention. */
void pl_db_report(struct pl_db *db, const char *statement, const char *code, const char *text);
/* Run a script in @tx (migrations); failures as of a statement. */
pl_status pl_db_script(struct pl_db_tx *tx, const char *name, const char *text);

/* ---- prepared statements of one connection ---- */

struct pl_db_slot {
	const struct pl_sql *sql;
	void *prepared; /* the engine's */
	bool busy;
};

/* Open addressing on the address of the pl_sql; grows by doubling. */
struct pl_db_cache {
	struct pl_db_slot **slots;
	size_t count, size;
};

/* The slot of @sql, a new empty one if it has none; it stays where it is until pl_db_cache_done. */
struct pl_db_slot *pl_db_cache_slot(struct pl_db_cache *cache, const struct pl_sql *sql);
void pl_db_cache_done(struct pl_db_cache *cache);

#endif
