/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/db_pgsql: the PostgreSQL engine (libpq, server 13 or later).
 *
 * What always holds:
 *  1. Arguments go out of line, never into the SQL text; statements are prepared once a connection.
 *  2. Rows come back in the binary format and only in the types that the tables use: BIGINT (and smaller integers,
 *     BOOLEAN), TEXT, BYTEA. Anything else is a mistake in the statement.
 *  3. A connection that broke is thrown away; db.c makes a new one. A break before COMMIT was sent means that
 *  nothing was
 *     committed; a break after it means that nobody knows (PL_E_NET).
 *  4. Result rows are held in memory at once, except those of a "(scan)" statement: a cursor fetches them in
 * portions.
 */
#include "base/codec.h"
#include "base/time.h"
#include "store/db_engine.h"
#include <libpq-fe.h>
#include <stdio.h>

#define PORTION "200" /* rows of a scan fetched at once */
#define MAX_PARAMS 64
#define OLDEST_SERVER 130000

enum oid {
	OID_BOOL = 16,
	OID_BYTEA = 17,
	OID_NAME = 19,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_VARCHAR = 1043
};

struct conn {
	struct pl_db_conn base;
	PGconn *pg;
	struct pl_db_cache cache;
	unsigned prepared, cursors; /* numbers for names */
};

struct rows {
	struct pl_db_rows base;
	PGresult *result;
	int at; /* present row of @result */
	unsigned cursor; /* of a scan; 0 = none */
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

/* ---- errors ---- */

struct code {
	const char *prefix; /* SQLSTATE or its class */
	pl_status status;
};

/* The first match counts. */
static const struct code codes[] = {
	{"23505", PL_E_EXISTS},
	{"23P01", PL_E_EXISTS},
	{"23", PL_E_RANGE},
	{"40001", PL_E_CONFLICT},
	{"40P01", PL_E_CONFLICT},
	{"55P03", PL_E_BUSY},
	{"57014", PL_E_TIMEOUT},
	{"57P", PL_E_BUSY},
	{"53100", PL_E_NOSPACE},
	{"53200", PL_E_NOMEM},
	{"53", PL_E_BUSY},
	{"58", PL_E_IO},
	{"XX001", PL_E_CORRUPT},
	{"XX002", PL_E_CORRUPT},
	{"25006", PL_E_STATE},
	{"22021", PL_E_SYNTAX},
	{"22", PL_E_RANGE},
	{"42501", PL_E_DENIED},
	{"28", PL_E_DENIED},
	{"08", PL_E_BUSY},
	{"3D", PL_E_NOTFOUND},
};

static pl_status from_state(const char *state)
{
	for (size_t i = 0; state && i < PL_COUNT(codes); i++)
		if (pl_str_starts(pl_str_from(state), pl_str_from(codes[i].prefix)))
			return codes[i].status;
	return PL_E_INTERNAL;
}

/* The text of an error may quote values, so only the names it gives are passed on. */
static void report(struct conn *c, const char *statement, const PGresult *r, pl_status st)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *what = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);

	if (st == PL_E_INTERNAL || st == PL_E_IO || st == PL_E_NOSPACE || st == PL_E_CORRUPT || st == PL_E_DENIED)
		pl_db_report(c->base.db, statement, state ? state : "?", what ? what : pl_status_text(st));
}

static bool stale(const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *routine = PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION);

	return state && routine && pl_str_eq(pl_str_from(state), PL_STR("0A000")) &&
		pl_str_eq(pl_str_from(routine), PL_STR("RevalidateCachedQuery"));
}

static pl_status failed(struct conn *c, const char *statement, const PGresult *r)
{
	pl_status st;

	if (PQstatus(c->pg) != CONNECTION_OK) {
		c->base.broken = c->base.retryable = true;
		pl_db_report(c->base.db, statement, "connection", "the connection to the database broke");
		return PL_E_BUSY;
	}
	st = from_state(PQresultErrorField(r, PG_DIAG_SQLSTATE));
	/* A migration changed a table under a prepared statement: prepare anew on another connection. */
	if (stale(r)) {
		c->base.broken = c->base.retryable = true;
		return PL_E_CONFLICT;
	}
	/* A lost deadlock or serialization may be tried again; a lock that was not to be had in time may not. */
	c->base.retryable = st == PL_E_CONFLICT;
	report(c, statement, r, st);
	return st;
}

static bool worked(const PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);

	return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
}

static pl_status run(struct conn *c, const char *text)
{
	PGresult *r = PQexec(c->pg, text);
	pl_status st = worked(r) ? PL_OK : failed(c, text, r);

	PQclear(r);
	return st;
}

/* ---- opening ---- */

/* "postgres://user:secret@host/..." without ":secret", and without the parameters, one of which may be a password. */
static void make_label(struct pl_db *db)
{
	pl_str url = pl_str_from(db->url);
	size_t from = pl_str_find_str(url, PL_STR("://")) + 3;
	pl_str rest = pl_str_sub(url, from, url.len);
	pl_str hosts = pl_str_sub(rest, 0, pl_str_find(rest, '/'));
	size_t at = hosts.len, colon;
	struct pl_buf out = PL_BUF(8192);

	for (size_t i = 0; i < hosts.len; i++)
		if (hosts.ptr[i] == '@')
			at = i;
	pl_buf_put_z(&out, "postgres://");
	if (at < hosts.len) {
		colon = pl_str_find(pl_str_sub(hosts, 0, at), ':');
		pl_buf_put_str(&out, pl_str_sub(hosts, 0, colon));
		pl_buf_put_str(&out, pl_str_sub(rest, at, pl_str_find(pl_str_sub(rest, at, rest.len), '?')));
	} else {
		pl_buf_put_str(&out, pl_str_sub(rest, 0, pl_str_find(rest, '?')));
	}
	db->label = pl_alloc(out.len + 1, 1);
	memcpy(db->label, out.ptr, out.len);
	pl_buf_done(&out);
}

pl_status pl_db_pgsql_prepare(struct pl_db *db, struct pl_diag *diag)
{
	char *why = NULL;
	PQconninfoOption *parsed = PQconninfoParse(db->url, &why);
	bool good = parsed != NULL;

	make_label(db);
	PQconninfoFree(parsed);
	PQfreemem(why); /* it may quote the password */
	if (good)
		return PL_OK;
	pl_diag_hint(diag, "write postgres://user@host:port/database; percent-encode special characters");
	return pl_diag_set(diag, PL_E_SYNTAX, "this is not the address of a PostgreSQL database");
}

static PGconn *dial(struct pl_db *db)
{
	const struct pl_db_options *o = &db->opt;
	char options[256];
	const char *keys[] = {"dbname", "application_name", "client_encoding", "connect_timeout", "keepalives_idle",
		"tcp_user_timeout", "options", db->password ? "password" : NULL, NULL};
	const char *values[] = {db->url, db->application, "UTF8", "5", "30", "60000", options, db->password, NULL};

	(void)snprintf(options, sizeof options,
		"-c statement_timeout=%llu -c lock_timeout=%llu -c idle_in_transaction_session_timeout=600000 "
		"-c synchronous_commit=on -c bytea_output=hex -c TimeZone=UTC -c client_min_messages=error",
		(unsigned long long)(o->statement_ns / PL_MILLISECOND),
		(unsigned long long)(o->wait_ns / PL_MILLISECOND));
	return PQconnectdbParams(keys, values, 1);
}

static void ignore_notice(void *ctx, const PGresult *r)
{
}

static void disconnect(struct pl_db_conn *base)
{
	struct conn *c = conn_of(base);

	PQfinish(c->pg);
	for (size_t i = 0; i < c->cache.size; i++)
		if (c->cache.slots[i])
			pl_free(c->cache.slots[i]->prepared);
	pl_db_cache_done(&c->cache);
	pl_free(c);
}

/* libpq's text for a refused connection is needed by the operator and holds no secret. */
static pl_status refused(struct conn *c, struct pl_diag *diag)
{
	const char *text = PQerrorMessage(c->pg);
	pl_str line = pl_str_sub(pl_str_from(text), 0, pl_str_find(pl_str_from(text), '\n'));
	bool denied = PQconnectionNeedsPassword(c->pg) || PQconnectionUsedPassword(c->pg) ||
		pl_str_find_str(line, PL_STR("authentication failed")) < line.len;
	bool absent = pl_str_find_str(line, PL_STR("does not exist")) < line.len;
	pl_status st = absent ? PL_E_NOTFOUND : PL_E_BUSY;

	/* A password was used and the server spoke: it is the password, unless it is only starting or full. */
	if (!absent && denied && pl_str_find_str(line, PL_STR("FATAL")) < line.len &&
		pl_str_find_str(line, PL_STR("starting up")) == line.len &&
		pl_str_find_str(line, PL_STR("shutting down")) == line.len &&
		pl_str_find_str(line, PL_STR("recovery")) == line.len &&
		pl_str_find_str(line, PL_STR("too many")) == line.len &&
		pl_str_find_str(line, PL_STR("slots")) == line.len)
		st = PL_E_DENIED;
	pl_diag_hint(diag, "check that the server runs and that user, password and database are right");
	return pl_diag_set(diag, st, "cannot connect to %s: %.*s", c->base.db->label, PL_STR_ARG(line));
}

static pl_status connect_server(struct pl_db *db, struct pl_diag *diag, struct pl_db_conn **ret)
{
	struct conn *c = PL_NEW(struct conn);
	pl_status st = PL_OK;

	c->base.ops = &pl_db_pgsql_ops;
	c->base.db = db;
	c->pg = dial(db);
	if (!c->pg)
		st = PL_E_NOMEM;
	else if (PQstatus(c->pg) != CONNECTION_OK)
		st = refused(c, diag);
	else if (PQserverVersion(c->pg) < OLDEST_SERVER)
		st = pl_diag_set(diag, PL_E_UNSUPPORTED, "PostgreSQL 13 or later is needed");
	else if (!pl_str_eq(pl_str_from(PQparameterStatus(c->pg, "server_encoding")), PL_STR("UTF8")))
		st = pl_diag_set(diag, PL_E_UNSUPPORTED, "the database's encoding must be UTF8");
	if (st) {
		disconnect(&c->base);
		return st;
	}
	(void)PQsetNoticeReceiver(c->pg, ignore_notice, NULL);
	*ret = &c->base;
	return PL_OK;
}

/* ---- transactions ---- */

static pl_status begin(struct pl_db_conn *c, enum pl_db_mode mode)
{
	static const char *const text[] = {
		[PL_DB_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		[PL_DB_WRITE] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
		[PL_DB_SERIAL] = "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE",
	};

	return run(conn_of(c), text[mode]);
}

static pl_status commit(struct pl_db_conn *base)
{
	struct conn *c = conn_of(base);
	PGresult *r = PQexec(c->pg, "COMMIT");
	pl_status st = PL_OK;

	if (PQstatus(c->pg) != CONNECTION_OK) {
		base->broken = true;
		pl_db_report(base->db, "COMMIT", "connection",
			"the connection broke during a commit; its outcome is unknown");
		st = PL_E_NET;
	} else if (!worked(r)) {
		st = failed(c, "COMMIT", r);
	} else if (!pl_str_eq(pl_str_from(PQcmdStatus(r)), PL_STR("COMMIT"))) {
		st = PL_E_STATE;
	}
	PQclear(r);
	return st;
}

static void rollback(struct pl_db_conn *base)
{
	struct conn *c = conn_of(base);
	bool retryable = base->retryable;

	if (PQtransactionStatus(c->pg) != PQTRANS_IDLE && run(c, "ROLLBACK") != PL_OK)
		base->broken = true;
	base->retryable = retryable || base->broken;
}

static pl_status script(struct pl_db_conn *base, const char *name, const char *text)
{
	struct conn *c = conn_of(base);
	PGresult *r = PQexec(c->pg, text);
	pl_status st = worked(r) ? PL_OK : failed(c, name, r);

	PQclear(r);
	return st;
}

/* ---- statements ---- */

/* A statement that this connection has prepared, and the types its places have. */
struct prepared {
	unsigned number;
	int count;
	Oid types[MAX_PARAMS];
};

struct params {
	Oid types[MAX_PARAMS];
	const char *values[MAX_PARAMS];
	int lengths[MAX_PARAMS], formats[MAX_PARAMS];
	char numbers[MAX_PARAMS][24];
	int count;
};

static pl_status fill(struct params *p, const struct pl_db_value *args, size_t n_args)
{
	if (n_args > MAX_PARAMS)
		return PL_E_INTERNAL;
	p->count = (int)n_args;
	for (size_t i = 0; i < n_args; i++) {
		const struct pl_db_value *v = &args[i];

		p->lengths[i] = (int)v->data.len;
		p->formats[i] = 1;
		p->types[i] = 0;
		switch (v->type) {
		case PL_DB_TYPE_NULL:
			p->values[i] = NULL;
			break;
		case PL_DB_TYPE_I64:
		case PL_DB_TYPE_U64:
			/* As text, because the server may have chosen a smaller integer type for this place. */
			(void)snprintf(p->numbers[i], sizeof p->numbers[i], "%lld",
				(long long)(v->type == PL_DB_TYPE_I64 ? v->i64 : (int64_t)v->u64));
			p->values[i] = p->numbers[i];
			p->formats[i] = 0;
			p->types[i] = OID_INT8;
			break;
		case PL_DB_TYPE_TEXT:
		case PL_DB_TYPE_BLOB:
			p->values[i] = v->data.ptr ? (const char *)v->data.ptr : "";
			p->types[i] = v->type == PL_DB_TYPE_TEXT ? OID_TEXT : OID_BYTEA;
			break;
		}
	}
	return PL_OK;
}

static pl_status describe(struct conn *c, const struct pl_sql *sql, const char *name, struct prepared *p)
{
	PGresult *r = PQdescribePrepared(c->pg, name);
	pl_status st = worked(r) ? PL_OK : failed(c, sql->name, r);

	if (!st && PQnparams(r) > MAX_PARAMS)
		st = PL_E_INTERNAL;
	for (int i = 0; !st && i < PQnparams(r); i++)
		p->types[i] = PQparamtype(r, i);
	p->count = PQnparams(r);
	PQclear(r);
	return st;
}

static pl_status prepare(struct conn *c, const struct pl_sql *sql, struct prepared **ret)
{
	struct pl_db_slot *slot = pl_db_cache_slot(&c->cache, sql);
	struct prepared *p;
	char name[24];
	PGresult *r;
	pl_status st;

	if (!slot->prepared) {
		p = PL_NEW(struct prepared);
		p->number = ++c->prepared;
		(void)snprintf(name, sizeof name, "pl%u", p->number);
		r = PQprepare(c->pg, name, sql->postgres, 0, NULL);
		st = worked(r) ? PL_OK : failed(c, sql->name, r);
		PQclear(r);
		if (!st)
			st = describe(c, sql, name, p);
		if (st) {
			pl_free(p);
			return st;
		}
		slot->prepared = p;
	}
	*ret = slot->prepared;
	return PL_OK;
}

/* The binary format would take eight bytes of text for a number; SQLite's STRICT tables refuse that, and so do we. */
static bool fits(Oid place, Oid given)
{
	switch ((enum oid)given) {
	case OID_TEXT:
		return place == OID_TEXT || place == OID_VARCHAR || place == OID_NAME;
	case OID_BYTEA:
		return place == OID_BYTEA;
	case OID_INT8:
		return place == OID_INT8 || place == OID_INT4 || place == OID_INT2;
	case OID_BOOL:
	case OID_NAME:
	case OID_INT2:
	case OID_INT4:
	case OID_VARCHAR:
		break;
	}
	return given == 0;
}

static pl_status start_prepared(struct conn *c, const struct pl_sql *sql, const struct params *p, struct rows *rows)
{
	struct prepared *prepared;
	char name[24];
	pl_status st = prepare(c, sql, &prepared);

	if (st)
		return st;
	if (prepared->count != p->count)
		return PL_E_INTERNAL;
	for (int i = 0; i < p->count; i++)
		if (!fits(prepared->types[i], p->types[i]))
			return PL_E_RANGE;
	(void)snprintf(name, sizeof name, "pl%u", prepared->number);
	rows->result = PQexecPrepared(c->pg, name, p->count, p->values, p->lengths, p->formats, 1);
	return worked(rows->result) ? PL_OK : failed(c, sql->name, rows->result);
}

static pl_status fetch(struct conn *c, const struct pl_sql *sql, struct rows *rows)
{
	char text[64];

	(void)snprintf(text, sizeof text, "FETCH FORWARD " PORTION " FROM plc%u", rows->cursor);
	PQclear(rows->result);
	rows->result = PQexecParams(c->pg, text, 0, NULL, NULL, NULL, NULL, 1);
	rows->at = -1;
	return worked(rows->result) ? PL_OK : failed(c, sql->name, rows->result);
}

static pl_status start_cursor(struct conn *c, const struct pl_sql *sql, const struct params *p, struct rows *rows)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 16);
	PGresult *r;
	pl_status st;

	pl_buf_printf(&text, "DECLARE plc%u NO SCROLL CURSOR FOR ", ++c->cursors);
	pl_buf_put_z(&text, sql->postgres);
	if (!pl_buf_z(&text))
		return PL_E_INTERNAL;
	r = PQexecParams(c->pg, pl_buf_z(&text), p->count, p->types, p->values, p->lengths, p->formats, 1);
	st = worked(r) ? PL_OK : failed(c, sql->name, r);
	PQclear(r);
	if (st)
		return st;
	rows->cursor = c->cursors;
	return fetch(c, sql, rows);
}

static void finish(struct pl_db_rows *base)
{
	struct rows *rows = rows_of(base);
	struct conn *c = conn_of(base->conn);
	char text[32];

	PQclear(rows->result);
	rows->result = NULL;
	if (rows->cursor && c && PQtransactionStatus(c->pg) == PQTRANS_INTRANS) {
		(void)snprintf(text, sizeof text, "CLOSE plc%u", rows->cursor);
		if (run(c, text) != PL_OK)
			c->base.broken = true;
	}
	rows->cursor = 0;
}

static pl_status query(struct pl_db_conn *base, const struct pl_sql *sql, const struct pl_db_value *args, size_t n_args,
	struct pl_db_rows **ret)
{
	struct conn *c = conn_of(base);
	struct rows *rows = PL_NEW(struct rows);
	struct params params;
	pl_status st = fill(&params, args, n_args);

	rows->at = -1;
	rows->base.conn = base;
	if (!st)
		st = sql->scan ? start_cursor(c, sql, &params, rows) : start_prepared(c, sql, &params, rows);
	if (st) {
		finish(&rows->base);
		pl_free(rows);
		return st;
	}
	rows->base.columns = (unsigned)PQnfields(rows->result);
	if (pl_str_to_u64(pl_str_from(PQcmdTuples(rows->result)), UINT64_MAX, &rows->changed))
		rows->changed = 0;
	if (pl_str_starts(pl_str_from(PQcmdStatus(rows->result)), PL_STR("SELECT")))
		rows->changed = 0;
	*ret = &rows->base;
	return PL_OK;
}

static pl_status step(struct pl_db_rows *base)
{
	struct rows *rows = rows_of(base);
	pl_status st;

	if (rows->at + 1 < PQntuples(rows->result)) {
		rows->at++;
		return PL_OK;
	}
	if (!rows->cursor || !PQntuples(rows->result))
		return PL_E_NOTFOUND;
	st = fetch(conn_of(base->conn), base->sql, rows);
	if (st)
		return st;
	if (!PQntuples(rows->result))
		return PL_E_NOTFOUND;
	rows->at = 0;
	return PL_OK;
}

static uint64_t changed(struct pl_db_rows *rows)
{
	return rows_of(rows)->changed;
}

static void integer(struct pl_db_cell *ret, pl_bytes b)
{
	ret->type = PL_DB_TYPE_I64;
	if (b.len == 8)
		ret->i64 = (int64_t)pl_be64(b.ptr);
	else if (b.len == 4)
		ret->i64 = (int32_t)pl_be32(b.ptr);
	else if (b.len == 2)
		ret->i64 = (int16_t)pl_be16(b.ptr);
	else
		ret->i64 = b.ptr[0];
}

static void cell(struct pl_db_rows *base, unsigned col, struct pl_db_cell *ret)
{
	struct rows *rows = rows_of(base);
	int i = (int)col;
	pl_bytes b;

	*ret = (struct pl_db_cell){.type = PL_DB_TYPE_NULL};
	if (PQgetisnull(rows->result, rows->at, i))
		return;
	b = pl_bytes_of(PQgetvalue(rows->result, rows->at, i), (size_t)PQgetlength(rows->result, rows->at, i));
	switch ((enum oid)PQftype(rows->result, i)) {
	case OID_INT8:
	case OID_INT4:
	case OID_INT2:
	case OID_BOOL:
		integer(ret, b);
		break;
	case OID_TEXT:
	case OID_VARCHAR:
	case OID_NAME:
		ret->type = PL_DB_TYPE_TEXT;
		ret->data = b;
		break;
	case OID_BYTEA:
		ret->type = PL_DB_TYPE_BLOB;
		ret->data = b;
		break;
	default: /* NUMERIC and the like have no place in our tables; answered as NULL, which the reader refuses */
		break;
	}
}

static pl_status check(struct pl_db_conn *c, struct pl_diag *diag)
{
	pl_status st = run(conn_of(c), "SELECT 1");

	return st ? pl_diag_set(diag, st, "the database %s does not answer", c->db->label) : PL_OK;
}

const struct pl_db_ops pl_db_pgsql_ops = {
	.engine = PL_DB_POSTGRES,
	.connect = connect_server,
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
};
