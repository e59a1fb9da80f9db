/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/db_sqlite: the SQLite engine.
 *
 * What always holds:
 *  1. A write transaction and a checkpoint run only while this process holds the OFD lock on "<file>.writer", byte 0.
 *     Byte 1 is the turnstile: who wants byte 0 takes byte 1 first and lets go of it when it has byte 0, so that a
 *     process which writes in a loop cannot take byte 0 again before a waiting one.
 *  2. No connection checkpoints by itself, neither by size nor when it closes; no memory-mapped I/O.
 *  3. synchronous=FULL in WAL mode: a commit has reached the disk when it returns.
 */
#include "base/file.h"
#include "base/time.h"
#include "store/db_engine.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct conn {
	struct pl_db_conn base;
	sqlite3 *db;
	struct pl_db_cache cache;
};

struct rows {
	struct pl_db_rows base;
	sqlite3_stmt *stmt;
	struct pl_db_slot *slot; /* NULL: prepared for this once */
	uint64_t changed;
};

static struct conn *conn_of(struct pl_db_conn *c)
{
	return (struct conn *)(void *)c;
}

static struct rows *rows_of(struct pl_db_rows *r)
{
	return (struct rows *)(void *)r;
}

static const char *path_of(const struct pl_db *db)
{
	return db->url + strlen("sqlite:");
}

/* ---- errors ---- */

static pl_status from_constraint(int extended)
{
	switch (extended) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return PL_E_EXISTS;
	default:
		return PL_E_RANGE;
	}
}

static pl_status from_code(int extended)
{
	switch (extended & 0xff) {
	case SQLITE_CONSTRAINT:
		return from_constraint(extended);
	case SQLITE_MISMATCH:
		return PL_E_RANGE;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return PL_E_BUSY;
	case SQLITE_FULL:
		return PL_E_NOSPACE;
	case SQLITE_NOMEM:
		return PL_E_NOMEM;
	case SQLITE_IOERR:
		/* The index of the write-ahead log grows by being written: what hinders that is a full disk. */
		return extended == SQLITE_IOERR_NOMEM ? PL_E_NOMEM : extended == SQLITE_IOERR_SHMSIZE ? PL_E_NOSPACE : PL_E_IO;
	case SQLITE_CANTOPEN:
		return PL_E_IO;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return PL_E_CORRUPT;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return PL_E_ACCESS;
	case SQLITE_INTERRUPT:
		return PL_E_TIMEOUT;
	case SQLITE_TOOBIG:
		return PL_E_TOOBIG;
	default:
		return PL_E_INTERNAL;
	}
}

static bool worth_telling(pl_status st)
{
	return st == PL_E_INTERNAL || st == PL_E_IO || st == PL_E_NOSPACE || st == PL_E_CORRUPT || st == PL_E_ACCESS;
}

/* SQLite's texts name tables and columns, never values. */
static pl_status failed(struct conn *c, const char *statement)
{
	int extended = sqlite3_extended_errcode(c->db);
	pl_status st = from_code(extended);
	char code[16];

	if (st == PL_E_IO && sqlite3_system_errno(c->db) == ENOSPC)
		st = PL_E_NOSPACE;

	c->base.retryable = st == PL_E_BUSY;
	if (worth_telling(st)) {
		(void)snprintf(code, sizeof code, "%d", extended);
		pl_db_report(c->base.db, statement, code, sqlite3_errmsg(c->db));
	}
	return st;
}

/* ---- the writer lock ---- */

static bool set_lock(int fd, short type, off_t byte)
{
	struct flock fl = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

	return fcntl(fd, F_OFD_SETLK, &fl) == 0;
}

static pl_status lock_byte(int fd, off_t byte, uint64_t deadline)
{
	uint64_t pause = PL_MILLISECOND / 20;

	while (!set_lock(fd, F_WRLCK, byte)) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return PL_E_IO;
		if (pl_time_monotonic() >= deadline)
			return PL_E_BUSY;
		pl_time_sleep(pause);
		if (pause < PL_MILLISECOND)
			pause *= 2;
	}
	return PL_OK;
}

static pl_status lock(struct pl_db *db, uint64_t deadline)
{
	pl_status st = lock_byte(db->writer_fd, 1, deadline);

	if (st)
		return st;
	st = lock_byte(db->writer_fd, 0, deadline);
	(void)set_lock(db->writer_fd, F_UNLCK, 1);
	return st;
}

static void unlock(struct pl_db *db)
{
	(void)set_lock(db->writer_fd, F_UNLCK, 0);
}

/* ---- opening ---- */

/*
 * Look at the database file without opening it: when a process closes any descriptor of a file, all its POSIX locks on that file
 * are gone (fcntl(2)), those of SQLite's connections too, and another program that closes the database would take itself for
 * the last one and remove the WAL under us. O_PATH has no part in locks. Only a file that was not there is opened.
 */
static pl_status look_at(struct pl_db *db, int *ret_fd)
{
	struct stat about;
	pl_status st = pl_file_open(AT_FDCWD, path_of(db), O_PATH, 0, ret_fd);

	if (st == PL_E_NOTFOUND && db->opt.create)
		return pl_file_open(AT_FDCWD, path_of(db), O_RDWR | O_CREAT, 0600, ret_fd);
	if (st)
		return st;
	if (fstat(*ret_fd, &about) != 0 || !S_ISREG(about.st_mode))
		return PL_E_DENIED;
	return faccessat(AT_FDCWD, path_of(db), R_OK | W_OK, AT_EACCESS) == 0 ? PL_OK : pl_status_from_errno(errno);
}

static pl_status open_files(struct pl_db *db, struct pl_diag *diag)
{
	int file PL_CLEANUP(pl_file_close) = -1;
	char writer[PATH_MAX];
	pl_status st = pl_file_require_local_at(AT_FDCWD, path_of(db), diag);

	if (st == PL_E_UNSUPPORTED)
		return st;
	st = look_at(db, &file);
	if (st == PL_E_NOTFOUND)
		pl_diag_hint(diag, "make the instance first, or correct the path");
	if (st)
		return pl_diag_set(diag, st, "cannot open the database %s: %s", path_of(db), pl_status_text(st));
	if (snprintf(writer, sizeof writer, "%s.writer", path_of(db)) >= (int)sizeof writer)
		return pl_diag_set(diag, PL_E_TOOBIG, "the path of the database is too long");
	st = pl_file_open(AT_FDCWD, writer, O_RDWR | O_CREAT, 0600, &db->writer_fd);
	if (st)
		return pl_diag_set(diag, st, "cannot open the lock file %s: %s", writer, pl_status_text(st));
	return PL_OK;
}

pl_status pl_db_sqlite_prepare(struct pl_db *db, struct pl_diag *diag)
{
	if (path_of(db)[0] != '/') {
		pl_diag_hint(diag, "write sqlite:/absolute/path/name.db");
		return pl_diag_set(diag, PL_E_SYNTAX, "the path of the database must be absolute");
	}
	db->label = pl_alloc(strlen(db->url) + 1, 1);
	memcpy(db->label, db->url, strlen(db->url));
	return open_files(db, diag);
}

static int text_is_wal(void *ctx, int n, char **values, char **names)
{
	bool *ret = ctx;

	*ret = n == 1 && values[0] && pl_str_eq(pl_str_from(values[0]), PL_STR("wal"));
	return 0;
}

/* Only the first opening of a new file finds another mode and changes it; that is a write. */
static pl_status ensure_wal(struct conn *c)
{
	struct pl_db *db = c->base.db;
	uint64_t deadline = pl_time_monotonic() + db->opt.wait_ns;
	bool wal = false;
	pl_status st;

	if (sqlite3_exec(c->db, "PRAGMA journal_mode", text_is_wal, &wal, NULL) != SQLITE_OK)
		return failed(c, "journal_mode");
	if (wal)
		return PL_OK;
	st = pl_gate_enter(&db->writer, deadline);
	if (st)
		return st;
	st = lock(db, deadline);
	if (!st) {
		if (sqlite3_exec(c->db, "PRAGMA journal_mode=WAL", text_is_wal, &wal, NULL) != SQLITE_OK || !wal)
			st = failed(c, "journal_mode");
		unlock(db);
	}
	pl_gate_leave(&db->writer);
	return st;
}

static pl_status configure(struct conn *c)
{
	static const struct {
		int op, value;
	} flags[] = {
		{SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
		{SQLITE_DBCONFIG_DEFENSIVE, 1},
		{SQLITE_DBCONFIG_DQS_DDL, 0},
		{SQLITE_DBCONFIG_DQS_DML, 0},
		{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_FKEY, 1},
	};
	static const char pragmas[] = "PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
				      "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA case_sensitive_like=ON;";

	(void)sqlite3_extended_result_codes(c->db, 1);
	(void)sqlite3_busy_timeout(c->db, (int)(c->base.db->opt.wait_ns / PL_MILLISECOND % INT_MAX));
	for (size_t i = 0; i < PL_COUNT(flags); i++) {
		int now = -1;

		if (sqlite3_db_config(c->db, flags[i].op, flags[i].value, &now) != SQLITE_OK || now != flags[i].value)
			return PL_E_UNSUPPORTED;
	}
	if (sqlite3_exec(c->db, pragmas, NULL, NULL, NULL) != SQLITE_OK)
		return failed(c, "pragma");
	return ensure_wal(c);
}

static void disconnect(struct pl_db_conn *base)
{
	struct conn *c = conn_of(base);

	for (size_t i = 0; i < c->cache.size; i++)
		if (c->cache.slots[i])
			(void)sqlite3_finalize(c->cache.slots[i]->prepared);
	pl_db_cache_done(&c->cache);
	(void)sqlite3_close_v2(c->db);
	pl_free(c);
}

static pl_status connect_file(struct pl_db *db, struct pl_diag *diag, struct pl_db_conn **ret)
{
	struct conn *c = PL_NEW(struct conn);
	pl_status st;

	c->base.ops = &pl_db_sqlite_ops;
	c->base.db = db;
	if (sqlite3_open_v2(path_of(db), &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		st = c->db ? failed(c, "open") : PL_E_NOMEM;
	else
		st = configure(c);
	if (st) {
		st = pl_diag_set(diag, st, "cannot use the database %s: %s", path_of(db),
			c->db ? sqlite3_errmsg(c->db) : pl_status_text(st));
		disconnect(&c->base);
		return st;
	}
	*ret = &c->base;
	return PL_OK;
}

/* ---- transactions ---- */

static pl_status run(struct conn *c, const char *text)
{
	return sqlite3_exec(c->db, text, NULL, NULL, NULL) == SQLITE_OK ? PL_OK : failed(c, text);
}

static pl_status begin(struct pl_db_conn *c, enum pl_db_mode mode)
{
	return run(conn_of(c), mode == PL_DB_READ ? "BEGIN" : "BEGIN IMMEDIATE");
}

static pl_status commit(struct pl_db_conn *c)
{
	return run(conn_of(c), "COMMIT");
}

static void rollback(struct pl_db_conn *c)
{
	/* SQLite has already undone a transaction that failed on a full disk or an I/O error. */
	if (!sqlite3_get_autocommit(conn_of(c)->db) && run(conn_of(c), "ROLLBACK") != PL_OK)
		c->broken = true;
}

static pl_status script(struct pl_db_conn *c, const char *name, const char *text)
{
	return sqlite3_exec(conn_of(c)->db, text, NULL, NULL, NULL) == SQLITE_OK ? PL_OK : failed(conn_of(c), name);
}

/* ---- statements ---- */

static pl_status bind_one(sqlite3_stmt *stmt, int i, const struct pl_db_value *v)
{
	const void *data = v->data.ptr ? (const void *)v->data.ptr : "";
	int len = (int)v->data.len, r = SQLITE_MISUSE;

	switch (v->type) {
	case PL_DB_TYPE_NULL:
		r = sqlite3_bind_null(stmt, i);
		break;
	case PL_DB_TYPE_I64:
		r = sqlite3_bind_int64(stmt, i, v->i64);
		break;
	case PL_DB_TYPE_U64:
		r = sqlite3_bind_int64(stmt, i, (int64_t)v->u64);
		break;
	case PL_DB_TYPE_TEXT:
		r = sqlite3_bind_text(stmt, i, data, len, SQLITE_TRANSIENT);
		break;
	case PL_DB_TYPE_BLOB:
		r = sqlite3_bind_blob(stmt, i, data, len, SQLITE_TRANSIENT);
		break;
	}
	return r == SQLITE_OK ? PL_OK : from_code(r);
}

static pl_status prepare(struct conn *c, const struct pl_sql *sql, struct rows *rows)
{
	struct pl_db_slot *slot = pl_db_cache_slot(&c->cache, sql);
	bool keep = !slot->busy;

	if (keep && slot->prepared) {
		rows->stmt = slot->prepared;
	} else {
		unsigned flags = keep ? SQLITE_PREPARE_PERSISTENT : 0;

		if (sqlite3_prepare_v3(c->db, sql->sqlite, -1, flags, &rows->stmt, NULL) != SQLITE_OK)
			return failed(c, sql->name);
		if (keep)
			slot->prepared = rows->stmt;
	}
	if (keep) {
		slot->busy = true;
		rows->slot = slot;
	}
	return PL_OK;
}

static void finish(struct pl_db_rows *base)
{
	struct rows *rows = rows_of(base);

	if (!rows->stmt)
		return;
	if (rows->slot) {
		(void)sqlite3_reset(rows->stmt);
		(void)sqlite3_clear_bindings(rows->stmt);
		rows->slot->busy = false;
	} else {
		(void)sqlite3_finalize(rows->stmt);
	}
	rows->stmt = NULL;
}

static bool in_read_transaction(sqlite3 *db)
{
	return sqlite3_txn_state(db, "main") != SQLITE_TXN_WRITE;
}

static pl_status start(
	struct conn *c, const struct pl_sql *sql, const struct pl_db_value *args, size_t n_args, struct rows *rows)
{
	pl_status st = prepare(c, sql, rows);

	if (st)
		return st;
	if ((size_t)sqlite3_bind_parameter_count(rows->stmt) != n_args)
		return PL_E_INTERNAL;
	if (!sqlite3_stmt_readonly(rows->stmt) && in_read_transaction(c->db))
		return PL_E_STATE;
	for (size_t i = 0; !st && i < n_args; i++)
		st = bind_one(rows->stmt, (int)i + 1, &args[i]);
	return st;
}

static pl_status query(struct pl_db_conn *base, const struct pl_sql *sql, const struct pl_db_value *args,
	size_t n_args, struct pl_db_rows **ret)
{
	struct rows *rows = PL_NEW(struct rows);
	pl_status st = start(conn_of(base), sql, args, n_args, rows);

	if (st) {
		finish(&rows->base);
		pl_free(rows);
		return st;
	}
	rows->base.columns = (unsigned)sqlite3_column_count(rows->stmt);
	*ret = &rows->base;
	return PL_OK;
}

static pl_status step(struct pl_db_rows *base)
{
	struct rows *rows = rows_of(base);
	struct conn *c = conn_of(base->conn);

	switch (sqlite3_step(rows->stmt)) {
	case SQLITE_ROW:
		return PL_OK;
	case SQLITE_DONE:
		rows->changed = sqlite3_stmt_readonly(rows->stmt) ? 0 : (uint64_t)sqlite3_changes64(c->db);
		return PL_E_NOTFOUND;
	default:
		return failed(c, base->sql->name);
	}
}

static uint64_t changed(struct pl_db_rows *rows)
{
	return rows_of(rows)->changed;
}

static void cell(struct pl_db_rows *base, unsigned col, struct pl_db_cell *ret)
{
	sqlite3_stmt *stmt = rows_of(base)->stmt;
	int i = (int)col;

	*ret = (struct pl_db_cell){.type = PL_DB_TYPE_NULL};
	switch (sqlite3_column_type(stmt, i)) {
	case SQLITE_INTEGER:
		ret->type = PL_DB_TYPE_I64;
		ret->i64 = sqlite3_column_int64(stmt, i);
		break;
	case SQLITE_TEXT:
		ret->type = PL_DB_TYPE_TEXT;
		ret->data.ptr = sqlite3_column_text(stmt, i);
		ret->data.len = (size_t)sqlite3_column_bytes(stmt, i);
		break;
	case SQLITE_BLOB:
		ret->type = PL_DB_TYPE_BLOB;
		ret->data.ptr = sqlite3_column_blob(stmt, i);
		ret->data.len = (size_t)sqlite3_column_bytes(stmt, i);
		break;
	default: /* NULL; a floating number has no place in our tables and is answered as one */
		break;
	}
}

/* ---- upkeep ---- */

static int first_text(void *ctx, int n, char **values, char **names)
{
	char *out = ctx;

	if (n > 0 && !out[0])
		(void)snprintf(out, 256, "%s", values[0] ? values[0] : "a foreign key");
	return 0;
}

static pl_status check(struct pl_db_conn *base, struct pl_diag *diag)
{
	struct conn *c = conn_of(base);
	char found[256] = "";

	if (sqlite3_exec(c->db, "PRAGMA integrity_check(1)", first_text, found, NULL) != SQLITE_OK)
		return pl_diag_set(diag, failed(c, "integrity_check"), "integrity_check: %s", sqlite3_errmsg(c->db));
	if (!pl_str_eq(pl_str_from(found), PL_STR("ok")))
		return pl_diag_set(diag, PL_E_CORRUPT, "integrity_check: %s", found);
	found[0] = '\0';
	if (sqlite3_exec(c->db, "PRAGMA foreign_key_check", first_text, found, NULL) != SQLITE_OK)
		return failed(c, "foreign_key_check");
	if (found[0])
		return pl_diag_set(diag, PL_E_CORRUPT, "a row of table %s points at a row that is not there", found);
	return PL_OK;
}

static pl_status checkpoint(struct pl_db_conn *base, uint64_t *ret_left)
{
	struct conn *c = conn_of(base);
	int in_wal = 0, done = 0;

	if (sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &in_wal, &done) != SQLITE_OK)
		return failed(c, "checkpoint");
	*ret_left = in_wal > done ? (uint64_t)(in_wal - done) : 0;
	return PL_OK;
}

const struct pl_db_ops pl_db_sqlite_ops = {
	.engine = PL_DB_SQLITE,
	.connect = connect_file,
	.disconnect = disconnect,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.query = query,
	.step = step,
	.cell = cell,
	.changed = changed,
	.finish = finish,
	.script = script,
	.check = check,
	.checkpoint = checkpoint,
	.lock = lock,
	.unlock = unlock,
};
