/* SPDX-License-Identifier: Apache-2.0 */
/* store/db_pgsql: arguments, prepared statements, cursors and rows. The facts that hold are in db_pgsql.c. */
#include "base/codec.h"
#include "store/db_pgsql.h"
#include "store/pq_lazy.h"
#include <stdio.h>

#define PORTION "200" /* rows of a scan fetched at once */
#define MAX_PARAMS 64

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

struct rows {
	struct pl_db_rows base;
	PGresult *result;
	int at; /* present row of @result */
	unsigned cursor; /* of a scan; 0 = none */
	uint64_t changed;
};

static struct rows *rows_of(struct pl_db_rows *r)
{
	return (struct rows *)(void *)r;
}

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

static pl_status describe(struct pl_pgsql *c, const struct pl_sql *sql, const char *name, struct prepared *p)
{
	PGresult *r = PQdescribePrepared(c->pg, name);
	pl_status st = pl_pgsql_worked(r) ? PL_OK : pl_pgsql_failed(c, sql->name, r);

	if (!st && PQnparams(r) > MAX_PARAMS)
		st = PL_E_INTERNAL;
	for (int i = 0; !st && i < PQnparams(r); i++)
		p->types[i] = PQparamtype(r, i);
	p->count = PQnparams(r);
	PQclear(r);
	return st;
}

static pl_status prepare(struct pl_pgsql *c, const struct pl_sql *sql, struct prepared **ret)
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
		st = pl_pgsql_worked(r) ? PL_OK : pl_pgsql_failed(c, sql->name, r);
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

static pl_status start_prepared(struct pl_pgsql *c, const struct pl_sql *sql, const struct params *p, struct rows *rows)
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
	return pl_pgsql_worked(rows->result) ? PL_OK : pl_pgsql_failed(c, sql->name, rows->result);
}

static pl_status fetch(struct pl_pgsql *c, const struct pl_sql *sql, struct rows *rows)
{
	char text[64];

	(void)snprintf(text, sizeof text, "FETCH FORWARD " PORTION " FROM plc%u", rows->cursor);
	PQclear(rows->result);
	rows->result = PQexecParams(c->pg, text, 0, NULL, NULL, NULL, NULL, 1);
	rows->at = -1;
	return pl_pgsql_worked(rows->result) ? PL_OK : pl_pgsql_failed(c, sql->name, rows->result);
}

static pl_status start_cursor(struct pl_pgsql *c, const struct pl_sql *sql, const struct params *p, struct rows *rows)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 16);
	PGresult *r;
	pl_status st;

	pl_buf_printf(&text, "DECLARE plc%u NO SCROLL CURSOR FOR ", ++c->cursors);
	pl_buf_put_z(&text, sql->postgres);
	if (!pl_buf_z(&text))
		return PL_E_INTERNAL;
	r = PQexecParams(c->pg, pl_buf_z(&text), p->count, p->types, p->values, p->lengths, p->formats, 1);
	st = pl_pgsql_worked(r) ? PL_OK : pl_pgsql_failed(c, sql->name, r);
	PQclear(r);
	if (st)
		return st;
	rows->cursor = c->cursors;
	return fetch(c, sql, rows);
}

void pl_pgsql_finish(struct pl_db_rows *base)
{
	struct rows *rows = rows_of(base);
	struct pl_pgsql *c = pl_pgsql_of(base->conn);
	char text[32];

	PQclear(rows->result);
	rows->result = NULL;
	if (rows->cursor && c && PQtransactionStatus(c->pg) == PQTRANS_INTRANS) {
		(void)snprintf(text, sizeof text, "CLOSE plc%u", rows->cursor);
		if (pl_pgsql_run(c, text) != PL_OK)
			c->base.broken = true;
	}
	rows->cursor = 0;
}

pl_status pl_pgsql_query(struct pl_db_conn *base, const struct pl_sql *sql, const struct pl_db_value *args,
	size_t n_args, struct pl_db_rows **ret)
{
	struct pl_pgsql *c = pl_pgsql_of(base);
	struct rows *rows = PL_NEW(struct rows);
	struct params params;
	pl_status st = fill(&params, args, n_args);

	rows->at = -1;
	rows->base.conn = base;
	if (!st)
		st = sql->scan ? start_cursor(c, sql, &params, rows) : start_prepared(c, sql, &params, rows);
	if (st) {
		pl_pgsql_finish(&rows->base);
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

pl_status pl_pgsql_step(struct pl_db_rows *base)
{
	struct rows *rows = rows_of(base);
	pl_status st;

	if (rows->at + 1 < PQntuples(rows->result)) {
		rows->at++;
		return PL_OK;
	}
	if (!rows->cursor || !PQntuples(rows->result))
		return PL_E_NOTFOUND;
	st = fetch(pl_pgsql_of(base->conn), base->sql, rows);
	if (st)
		return st;
	if (!PQntuples(rows->result))
		return PL_E_NOTFOUND;
	rows->at = 0;
	return PL_OK;
}

uint64_t pl_pgsql_changed(struct pl_db_rows *rows)
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

void pl_pgsql_cell(struct pl_db_rows *base, unsigned col, struct pl_db_cell *ret)
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
