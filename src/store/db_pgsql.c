/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/db_pgsql: the PostgreSQL engine (libpq, server 13 or later).
 *
 * What always holds:
 *  1. Arguments go out of line, never into the SQL text; statements are prepared once a connection.
 *  2. Rows come back in the binary format and only in the types that the tables use: BIGINT (and smaller integers,
 *     BOOLEAN), TEXT, BYTEA. Anything else is a mistake in the statement.
 *  3. A connection that broke is thrown away; db.c makes a new one. A break before COMMIT was sent means that
 *     nothing was committed; a break after it means that nobody knows (PL_E_NET).
 *  4. Result rows are held in memory at once, except those of a "(scan)" statement: a cursor fetches them in
 *     portions.
 */
#include "base/time.h"
#include "store/db_pgsql.h"
#include "store/pq_lazy.h"
#include <stdio.h>

#define OLDEST_SERVER 130000

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
	{"42501", PL_E_ACCESS},
	{"28", PL_E_ACCESS},
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
static void report(struct pl_pgsql *c, const char *statement, const PGresult *r, pl_status st)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *what = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);

	if (st == PL_E_INTERNAL || st == PL_E_IO || st == PL_E_NOSPACE || st == PL_E_CORRUPT || st == PL_E_ACCESS)
		pl_db_report(c->base.db, statement, state ? state : "?", what ? what : pl_status_text(st));
}

static bool stale(const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *routine = PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION);

	return state && routine && pl_str_eq(pl_str_from(state), PL_STR("0A000")) &&
		pl_str_eq(pl_str_from(routine), PL_STR("RevalidateCachedQuery"));
}

pl_status pl_pgsql_failed(struct pl_pgsql *c, const char *statement, const PGresult *r)
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

bool pl_pgsql_worked(const PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);

	return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
}

pl_status pl_pgsql_run(struct pl_pgsql *c, const char *text)
{
	PGresult *r = PQexec(c->pg, text);
	pl_status st = pl_pgsql_worked(r) ? PL_OK : pl_pgsql_failed(c, text, r);

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
	PQconninfoOption *parsed;
	bool good;
	pl_status st = pl_lazy_load(&pl_pq_library, diag);

	if (st)
		return st;
	parsed = PQconninfoParse(db->url, &why);
	good = parsed != NULL;
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
	struct pl_pgsql *c = pl_pgsql_of(base);

	PQfinish(c->pg);
	for (size_t i = 0; i < c->cache.size; i++)
		if (c->cache.slots[i])
			pl_free(c->cache.slots[i]->prepared);
	pl_db_cache_done(&c->cache);
	pl_free(c);
}

/* libpq's text for a refused connection is needed by the operator and holds no secret. */
static pl_status refused(struct pl_pgsql *c, struct pl_diag *diag)
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
		st = PL_E_ACCESS;
	pl_diag_hint(diag, "check that the server runs and that user, password and database are right");
	return pl_diag_set(diag, st, "cannot connect to %s: %.*s", c->base.db->label, PL_STR_ARG(line));
}

static pl_status connect_server(struct pl_db *db, struct pl_diag *diag, struct pl_db_conn **ret)
{
	struct pl_pgsql *c = PL_NEW(struct pl_pgsql);
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

	return pl_pgsql_run(pl_pgsql_of(c), text[mode]);
}

static pl_status commit(struct pl_db_conn *base)
{
	struct pl_pgsql *c = pl_pgsql_of(base);
	PGresult *r = PQexec(c->pg, "COMMIT");
	pl_status st = PL_OK;

	if (PQstatus(c->pg) != CONNECTION_OK) {
		base->broken = true;
		pl_db_report(base->db, "COMMIT", "connection",
			"the connection broke during a commit; its outcome is unknown");
		st = PL_E_NET;
	} else if (!pl_pgsql_worked(r)) {
		st = pl_pgsql_failed(c, "COMMIT", r);
	} else if (!pl_str_eq(pl_str_from(PQcmdStatus(r)), PL_STR("COMMIT"))) {
		st = PL_E_STATE;
	}
	PQclear(r);
	return st;
}

static void rollback(struct pl_db_conn *base)
{
	struct pl_pgsql *c = pl_pgsql_of(base);
	bool retryable = base->retryable;

	if (PQtransactionStatus(c->pg) != PQTRANS_IDLE && pl_pgsql_run(c, "ROLLBACK") != PL_OK)
		base->broken = true;
	base->retryable = retryable || base->broken;
}

static pl_status script(struct pl_db_conn *base, const char *name, const char *text)
{
	struct pl_pgsql *c = pl_pgsql_of(base);
	PGresult *r = PQexec(c->pg, text);
	pl_status st = pl_pgsql_worked(r) ? PL_OK : pl_pgsql_failed(c, name, r);

	PQclear(r);
	return st;
}

static pl_status check(struct pl_db_conn *c, struct pl_diag *diag)
{
	pl_status st = pl_pgsql_run(pl_pgsql_of(c), "SELECT 1");

	return st ? pl_diag_set(diag, st, "the database %s does not answer", c->db->label) : PL_OK;
}

const struct pl_db_ops pl_db_pgsql_ops = {
	.engine = PL_DB_POSTGRES,
	.connect = connect_server,
	.disconnect = disconnect,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.query = pl_pgsql_query,
	.step = pl_pgsql_step,
	.cell = pl_pgsql_cell,
	.changed = pl_pgsql_changed,
	.finish = pl_pgsql_finish,
	.script = script,
	.check = check,
};
