/* SPDX-License-Identifier: Apache-2.0 */
#include "store/db.h"
#include "base/file.h"
#include "base/random.h"
#include "base/time.h"
#include "store/db_engine.h"
#include <assert.h>

/* ---- opening ---- */

static char *copy_text(pl_str s)
{
	char *z = pl_alloc(s.len + 1, 1);

	if (s.len)
		memcpy(z, s.ptr, s.len);
	return z;
}

static const struct pl_db_ops *engine_of(pl_str url)
{
	if (pl_str_starts(url, PL_STR("sqlite:")))
		return &pl_db_sqlite_ops;
	if (pl_str_starts(url, PL_STR("postgres://")) || pl_str_starts(url, PL_STR("postgresql://")))
		return &pl_db_pgsql_ops;
	return NULL;
}

static struct pl_db *db_new(pl_str url, const struct pl_db_options *opt, const struct pl_db_ops *ops)
{
	struct pl_db *db = PL_NEW(struct pl_db);

	db->ops = ops;
	if (opt)
		db->opt = *opt;
	if (!db->opt.connections)
		db->opt.connections = 8;
	if (!db->opt.wait_ns)
		db->opt.wait_ns = 10 * PL_SECOND;
	if (!db->opt.statement_ns)
		db->opt.statement_ns = 30 * PL_SECOND;
	db->url = copy_text(url);
	db->application = copy_text(pl_str_from(opt && opt->application ? opt->application : "pellucid"));
	db->password = opt && opt->password ? copy_text(pl_str_from(opt->password)) : NULL;
	db->writer_fd = -1;
	pl_gate_init(&db->places, db->opt.connections);
	pl_gate_init(&db->writer, 1);
	(void)pthread_mutex_init(&db->mutex, NULL);
	return db;
}

static void keep_idle(struct pl_db *db, struct pl_db_conn *c)
{
	(void)pthread_mutex_lock(&db->mutex);
	c->next = db->idle;
	db->idle = c;
	(void)pthread_mutex_unlock(&db->mutex);
}

static struct pl_db_conn *take_idle(struct pl_db *db)
{
	struct pl_db_conn *c;

	(void)pthread_mutex_lock(&db->mutex);
	c = db->idle;
	if (c)
		db->idle = c->next;
	(void)pthread_mutex_unlock(&db->mutex);
	return c;
}

pl_status pl_db_open(pl_str url, const struct pl_db_options *opt, struct pl_diag *diag, struct pl_db **ret)
{
	const struct pl_db_ops *ops = engine_of(url);
	struct pl_db *db PL_CLEANUP(pl_db_closep) = NULL;
	struct pl_db_conn *c;
	pl_status st;

	if (!ops || url.len > 4096 || memchr(url.ptr, 0, url.len)) {
		pl_diag_hint(diag, "write sqlite:/absolute/path/name.db or postgres://user@host:port/database");
		return pl_diag_set(diag, PL_E_SYNTAX, "this is not the address of a database");
	}
	db = db_new(url, opt, ops);
	st = ops->engine == PL_DB_SQLITE ? pl_db_sqlite_prepare(db, diag) : pl_db_pgsql_prepare(db, diag);
	if (!st)
		st = ops->connect(db, diag, &c);
	if (st)
		return st;
	keep_idle(db, c);
	*ret = db;
	db = NULL;
	return PL_OK;
}

void pl_db_close(struct pl_db *db)
{
	struct pl_db_conn *c;

	if (!db)
		return;
	while ((c = take_idle(db)))
		db->ops->disconnect(c);
	pl_file_close(&db->writer_fd);
	pl_gate_done(&db->places);
	pl_gate_done(&db->writer);
	(void)pthread_mutex_destroy(&db->mutex);
	if (db->password)
		pl_wipe(db->password, strlen(db->password));
	pl_wipe(db->url, strlen(db->url));
	pl_free(db->url);
	pl_free(db->label);
	pl_free(db->application);
	pl_free(db->password);
	pl_free(db);
}

void pl_db_closep(struct pl_db **db)
{
	pl_db_close(*db);
	*db = NULL;
}

enum pl_db_engine pl_db_engine(const struct pl_db *db)
{
	return db->ops->engine;
}

const char *pl_db_label(const struct pl_db *db)
{
	return db->label;
}

void pl_db_report(struct pl_db *db, const char *statement, const char *code, const char *text)
{
	if (db->opt.on_failure)
		db->opt.on_failure(db->opt.on_failure_ctx, statement, code, text);
}

/* ---- transactions ---- */

static void give_back(struct pl_db *db, struct pl_db_conn *c)
{
	if (c->broken)
		db->ops->disconnect(c);
	else
		keep_idle(db, c);
}

/* An idle connection may have died in the meantime; those are thrown away until one begins or a fresh one is made. */
static pl_status begin_on_some(struct pl_db *db, enum pl_db_mode mode, struct pl_db_conn **ret)
{
	struct pl_db_conn *c;
	pl_status st;

	for (;;) {
		bool fresh = false;

		c = take_idle(db);
		if (!c) {
			st = db->ops->connect(db, NULL, &c);
			if (st)
				return st == PL_E_NET ? PL_E_BUSY : st;
			fresh = true;
		}
		c->retryable = false;
		st = db->ops->begin(c, mode);
		if (!st) {
			*ret = c;
			return PL_OK;
		}
		if (!c->broken) {
			give_back(db, c);
			return st;
		}
		give_back(db, c);
		if (fresh)
			return PL_E_BUSY;
	}
}

static bool writes(enum pl_db_mode mode)
{
	return mode != PL_DB_READ;
}

static pl_status lock_writer(struct pl_db *db, uint64_t deadline)
{
	pl_status st;

	if (!db->ops->lock)
		return PL_OK;
	/* Threads of this process queue up first, so that they do not compete for the file lock. */
	st = pl_gate_enter(&db->writer, deadline);
	if (st)
		return st;
	st = db->ops->lock(db, deadline);
	if (st)
		pl_gate_leave(&db->writer);
	return st;
}

static void unlock_writer(struct pl_db *db)
{
	if (!db->ops->lock)
		return;
	db->ops->unlock(db);
	pl_gate_leave(&db->writer);
}

pl_status pl_db_tx_begin(struct pl_db *db, enum pl_db_mode mode, struct pl_db_tx **ret)
{
	uint64_t deadline = pl_time_monotonic() + db->opt.wait_ns;
	struct pl_db_conn *c;
	struct pl_db_tx *tx;
	pl_status st = PL_OK;

	if (writes(mode))
		st = lock_writer(db, deadline);
	if (st)
		return st;
	/* The writer lock comes before the connection, or waiting writers would keep all connections from the
	 * readers.
	 * */
	st = pl_gate_enter(&db->places, deadline);
	if (!st) {
		st = begin_on_some(db, mode, &c);
		if (st)
			pl_gate_leave(&db->places);
	}
	if (st) {
		if (writes(mode))
			unlock_writer(db);
		return st;
	}
	tx = PL_NEW(struct pl_db_tx);
	tx->db = db;
	tx->conn = c;
	tx->mode = mode;
	*ret = tx;
	return PL_OK;
}

/* Rows that the caller has not ended yet lose what the engine holds for them; the shells stay with the caller. */
static void detach_rows(struct pl_db_tx *tx)
{
	while (tx->open) {
		struct pl_db_rows *rows = tx->open;

		tx->open = rows->next;
		tx->db->ops->finish(rows);
		rows->tx = NULL;
		rows->next = NULL;
		rows->on_row = false;
	}
}

static void end(struct pl_db_tx *tx)
{
	struct pl_db *db = tx->db;
	enum pl_db_mode mode = tx->mode;

	if (tx->ret_retryable)
		*tx->ret_retryable = tx->conn->retryable || tx->conn->broken;
	give_back(db, tx->conn);
	pl_free(tx);
	pl_gate_leave(&db->places);
	if (writes(mode))
		unlock_writer(db);
}

pl_status pl_db_tx_commit(struct pl_db_tx *tx)
{
	pl_status st;

	if (tx->failed) {
		pl_db_tx_rollback(tx);
		return PL_E_STATE;
	}
	detach_rows(tx);
	st = tx->db->ops->commit(tx->conn);
	if (st && !tx->conn->broken)
		tx->db->ops->rollback(tx->conn);
	end(tx);
	return st;
}

void pl_db_tx_rollback(struct pl_db_tx *tx)
{
	if (!tx)
		return;
	detach_rows(tx);
	if (!tx->conn->broken)
		tx->db->ops->rollback(tx->conn);
	end(tx);
}

void pl_db_tx_rollbackp(struct pl_db_tx **tx)
{
	pl_db_tx_rollback(*tx);
	*tx = NULL;
}

struct pl_db *pl_db_tx_db(struct pl_db_tx *tx)
{
	return tx->db;
}

/* One try; @ret_again: it was the engine that refused, and nothing is committed. */
static pl_status run_once(struct pl_db *db, enum pl_db_mode mode, pl_db_fn fn, void *ctx, bool *ret_again)
{
	struct pl_db_tx *tx;
	pl_status st = pl_db_tx_begin(db, mode, &tx);

	*ret_again = false;
	if (st) {
		/* On SQLite the wait was long enough; an unreachable server may be starting. */
		*ret_again = st == PL_E_BUSY && db->ops->engine == PL_DB_POSTGRES;
		return st;
	}
	tx->ret_retryable = ret_again;
	st = fn(ctx, tx);
	if (st) {
		pl_db_tx_rollback(tx);
		return st;
	}
	st = pl_db_tx_commit(tx);
	if (st == PL_E_NET)
		*ret_again = false;
	return st;
}

pl_status pl_db_tx_mode(struct pl_db *db, enum pl_db_mode mode, pl_db_fn fn, void *ctx)
{
	uint64_t pause = 4 * PL_MILLISECOND;
	bool again;
	pl_status st;

	for (unsigned i = 1;; i++) {
		uint32_t r;

		st = run_once(db, mode, fn, ctx, &again);
		if (!st || !again || i == PL_DB_TRIES)
			return st;
		pl_random(&r, sizeof r);
		pl_time_sleep(pause + r % pause);
		pause *= 2;
	}
}

pl_status pl_db_tx(struct pl_db *db, pl_db_fn fn, void *ctx)
{
	return pl_db_tx_mode(db, PL_DB_WRITE, fn, ctx);
}

pl_status pl_db_read(struct pl_db *db, pl_db_fn fn, void *ctx)
{
	return pl_db_tx_mode(db, PL_DB_READ, fn, ctx);
}

pl_status pl_db_checkpoint(struct pl_db *db, uint64_t *ret_left)
{
	uint64_t deadline = pl_time_monotonic() + db->opt.wait_ns;
	struct pl_db_conn *c;
	uint64_t left = 0;
	pl_status st;

	if (!db->ops->checkpoint) {
		if (ret_left)
			*ret_left = 0;
		return PL_OK;
	}
	st = lock_writer(db, deadline);
	if (st)
		return st;
	st = pl_gate_enter(&db->places, deadline);
	if (!st) {
		c = take_idle(db);
		if (!c)
			st = db->ops->connect(db, NULL, &c);
		if (!st) {
			st = db->ops->checkpoint(c, &left);
			give_back(db, c);
		}
		pl_gate_leave(&db->places);
	}
	unlock_writer(db);
	if (!st && ret_left)
		*ret_left = left;
	return st;
}

pl_status pl_db_check(struct pl_db *db, struct pl_diag *diag)
{
	struct pl_db_tx *tx;
	pl_status st = pl_db_tx_begin(db, PL_DB_READ, &tx);

	if (st)
		return pl_diag_set(diag, st, "the database %s does not answer", db->label);
	st = db->ops->check(tx->conn, diag);
	pl_db_tx_rollback(tx);
	return st;
}
