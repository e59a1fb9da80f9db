/* SPDX-License-Identifier: Apache-2.0 */
#include "register/query.h"
#include "register/internal.h"
#include "register/sql.h"

pl_status pl_register_public_tx(struct pl_db_tx *tx, pl_str name, struct pl_register_public *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_register_public p = {0};
	pl_status st = pl_db_one(tx, &pl_sql_register_public_get, PL_DB_ARGS(PL_DB_STR(name)), &rows);

	if (st)
		return st;
	p.version = pl_db_col_u64(rows, 0);
	pl_db_col_fixed(rows, 1, p.declaration.b, sizeof p.declaration.b);
	p.index = pl_db_col_u64(rows, 2);
	p.heads = pl_db_col_u64(rows, 3);
	p.size = pl_db_col_u64(rows, 5);
	p.highest = pl_db_col_u64(rows, 6);
	p.days = pl_db_col_u64(rows, 7);
	p.time = pl_db_col_u64(rows, 8);
	st = pl_db_rows_status(rows);
	if (!st)
		*ret = p;
	return st;
}

struct one {
	pl_str name;
	struct pl_register_public p;
};

static pl_status read_one(void *ctx, struct pl_db_tx *tx)
{
	struct one *o = ctx;

	return pl_register_public_tx(tx, o->name, &o->p);
}

pl_status pl_register_public(struct pl_instance *inst, pl_str name, struct pl_register_public *ret)
{
	struct one o = {.name = name};
	pl_status st = pl_db_read(pl_instance_db(inst), read_one, &o);

	if (!st)
		*ret = o.p;
	return st;
}

/* ---- lists ---- */

struct listing {
	pl_str name;
	uint64_t before;
	size_t limit, n;
	struct pl_arena *arena;
	struct pl_query_register *registers;
	struct pl_query_report *reports;
};

static pl_status take_register(struct listing *l, struct pl_db_rows *rows)
{
	struct pl_query_register *q = &l->registers[l->n];
	pl_status st;

	*q = (struct pl_query_register){.version = pl_db_col_u64(rows, 1), .index = pl_db_col_u64(rows, 3),
		.heads = pl_db_col_u64(rows, 4), .size = pl_db_col_u64(rows, 6), .highest = pl_db_col_u64(rows, 7),
		.days = pl_db_col_u64(rows, 8), .time = pl_db_col_u64(rows, 9)};
	pl_db_col_fixed(rows, 2, q->declaration.b, sizeof q->declaration.b);
	if (!pl_db_col_is_null(rows, 5))
		q->head_index = pl_db_col_u64(rows, 5);
	st = pl_arena_dup(l->arena, pl_db_col_str(rows, 0), &q->name);
	if (!st)
		st = pl_db_rows_status(rows);
	l->n += !st;
	return st;
}

static pl_status read_registers(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_register_public_list, PL_DB_ARGS(PL_DB_STR(l->name), PL_DB_U64(l->limit)), &rows);

	l->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = take_register(l, rows);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_query_registers(struct pl_instance *inst, pl_str after, size_t limit, struct pl_arena *arena,
	struct pl_query_register **ret, size_t *ret_n)
{
	struct listing l = {.name = after, .limit = limit < PL_REGISTER_PAGE_MAX ? limit : PL_REGISTER_PAGE_MAX, .arena = arena};
	pl_status st;

	l.registers = pl_arena_alloc(arena, PL_REGISTER_PAGE_MAX, sizeof *l.registers);
	if (!l.registers)
		return PL_E_NOMEM;
	st = pl_db_read(pl_instance_db(inst), read_registers, &l);
	if (st)
		return st;
	*ret = l.registers;
	*ret_n = l.n;
	return PL_OK;
}

static pl_status take_report(struct listing *l, struct pl_db_rows *rows)
{
	struct pl_query_report *q = &l->reports[l->n];
	pl_status st;

	*q = (struct pl_query_report){.index = pl_db_col_u64(rows, 0), .from = pl_db_col_u64(rows, 3),
		.to = pl_db_col_u64(rows, 4), .edition = pl_db_col_u64(rows, 5), .openings_size = pl_db_col_u64(rows, 7),
		.cases = pl_db_col_u64(rows, 8), .unopened = pl_db_col_u64(rows, 9), .erased = pl_db_col_u64(rows, 10),
		.lost = pl_db_col_u64(rows, 11), .late = pl_db_col_u64(rows, 12), .time = pl_db_col_u64(rows, 13)};
	pl_db_col_fixed(rows, 1, q->pae.b, sizeof q->pae.b);
	pl_db_col_fixed(rows, 6, q->openings.b, sizeof q->openings.b);
	st = pl_arena_dup(l->arena, pl_db_col_str(rows, 2), &q->name);
	if (!st)
		st = pl_db_rows_status(rows);
	l->n += !st;
	return st;
}

static pl_status take_totals(struct listing *l, struct pl_db_tx *tx, struct pl_query_report *q)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_register_total_list, PL_DB_ARGS(PL_DB_U64(q->index)), &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK && q->n_totals < PL_REGISTER_TOTALS_MAX) {
		q->totals[q->n_totals].value = pl_db_col_u64(rows, 1);
		st = pl_arena_dup(l->arena, pl_db_col_str(rows, 0), &q->totals[q->n_totals].name);
		if (!st)
			st = pl_db_rows_status(rows);
		q->n_totals++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status read_report_rows(struct listing *l, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_register_report_list,
		PL_DB_ARGS(PL_DB_STR(l->name), PL_DB_U64(l->before), PL_DB_U64(l->limit)), &rows);

	l->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = take_report(l, rows);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status read_reports(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	pl_status st = read_report_rows(l, tx);

	for (size_t i = 0; i < l->n && !st; i++)
		st = take_totals(l, tx, &l->reports[i]);
	return st;
}

pl_status pl_query_reports(struct pl_instance *inst, pl_str name, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_query_report **ret, size_t *ret_n)
{
	struct listing l = {.name = name, .before = before < INT64_MAX ? before : INT64_MAX,
		.limit = limit < PL_REGISTER_PAGE_MAX ? limit : PL_REGISTER_PAGE_MAX, .arena = arena};
	pl_status st;

	l.reports = pl_arena_alloc(arena, l.limit ? l.limit : 1, sizeof *l.reports);
	if (!l.reports)
		return PL_E_NOMEM;
	st = pl_db_read(pl_instance_db(inst), read_reports, &l);
	if (st)
		return st;
	*ret = l.reports;
	*ret_n = l.n;
	return PL_OK;
}
