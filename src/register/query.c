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
	if (!pl_db_col_is_null(rows, 4))
		p.head_index = pl_db_col_u64(rows, 4);
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
	bool one_period;
	uint64_t from, to; /* of that period */
	size_t limit, n;
	struct pl_arena *arena;
	struct pl_query_register *registers;
	struct pl_query_report *reports;
	struct pl_query_head *heads;
	struct pl_query_late *late;
	uint64_t all; /* late ones, on no page alone */
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

pl_status pl_query_register(struct pl_instance *inst, pl_str name, struct pl_arena *arena, struct pl_query_register *ret)
{
	struct pl_register_public p = {0};
	struct pl_query_register q = {0};
	pl_status st = pl_register_public(inst, name, &p);

	if (!st)
		st = pl_arena_dup(arena, name, &q.name);
	if (st)
		return st;
	q.version = p.version;
	q.index = p.index;
	q.declaration = p.declaration;
	q.heads = p.heads;
	q.size = p.size;
	q.highest = p.highest;
	q.days = p.days;
	q.time = p.time;
	*ret = q;
	return PL_OK;
}

/* ---- heads ---- */

static pl_status take_head(struct listing *l, struct pl_db_rows *rows)
{
	struct pl_query_head *q = &l->heads[l->n];

	*q = (struct pl_query_head){.index = pl_db_col_u64(rows, 0), .heartbeat = !pl_db_col_is_null(rows, 8)};
	pl_db_col_fixed(rows, 1, q->pae.b, sizeof q->pae.b);
	q->head.size = pl_db_col_u64(rows, 2);
	if (!pl_db_col_is_null(rows, 3))
		q->head.highest = pl_db_col_u64(rows, 3);
	q->head.days = pl_db_col_u64(rows, 4);
	q->head.time = pl_db_col_u64(rows, 5);
	pl_db_col_fixed(rows, 6, q->head.root.b, sizeof q->head.root.b);
	pl_db_col_fixed(rows, 7, q->head.chain.b, sizeof q->head.chain.b);
	if (q->heartbeat) {
		q->day = pl_db_col_u64(rows, 8);
		q->unconfirmed = pl_db_col_u64(rows, 9);
		q->refused = pl_db_col_u64(rows, 10);
	}
	l->n++;
	return pl_db_rows_status(rows);
}

static pl_status read_heads(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_register_head_list,
		PL_DB_ARGS(PL_DB_STR(l->name), PL_DB_U64(l->before), PL_DB_U64(l->limit)), &rows);

	l->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = take_head(l, rows);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static size_t page(size_t limit)
{
	return limit < PL_REGISTER_PAGE_MAX ? limit : PL_REGISTER_PAGE_MAX;
}

pl_status pl_query_heads(struct pl_instance *inst, pl_str name, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_query_head **ret, size_t *ret_n)
{
	struct listing l = {.name = name, .before = before, .limit = page(limit), .arena = arena};
	pl_status st;

	l.heads = pl_arena_alloc(arena, l.limit ? l.limit : 1, sizeof *l.heads);
	if (!l.heads)
		return PL_E_NOMEM;
	st = pl_db_read(pl_instance_db(inst), read_heads, &l);
	if (st)
		return st;
	*ret = l.heads;
	*ret_n = l.n;
	return PL_OK;
}

static void take_late(struct pl_db_rows *rows, struct pl_query_late *q)
{
	*q = (struct pl_query_late){.index = pl_db_col_u64(rows, 0), .time = pl_db_col_u64(rows, 1), .due = pl_db_col_u64(rows, 2),
		.heartbeat = !pl_db_col_is_null(rows, 3)};
	q->day = q->heartbeat ? pl_db_col_u64(rows, 3) : 0;
}

static pl_status read_late_between(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL, *many PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_late_many, PL_DB_ARGS(PL_DB_STR(l->name), PL_DB_U64(l->from), PL_DB_U64(l->to)), &many);

	if (st)
		return st;
	l->all = pl_db_col_u64(many, 0);
	st = pl_db_rows_status(many);
	if (!st)
		st = pl_db_query(tx, &pl_sql_register_late_between,
			PL_DB_ARGS(PL_DB_STR(l->name), PL_DB_U64(l->from), PL_DB_U64(l->to), PL_DB_U64(l->limit)), &rows);
	l->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		take_late(rows, &l->late[l->n++]);
		st = pl_db_rows_status(rows);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_query_late_between(struct pl_instance *inst, pl_str name, uint64_t from, uint64_t to, size_t limit, struct pl_arena *arena,
	struct pl_query_late **ret, size_t *ret_n, uint64_t *ret_all)
{
	struct listing l = {.name = name, .from = from, .to = to, .limit = limit, .arena = arena};
	pl_status st;

	l.late = pl_arena_alloc(arena, limit ? limit : 1, sizeof *l.late);
	if (!l.late)
		return PL_E_NOMEM;
	st = pl_db_read(pl_instance_db(inst), read_late_between, &l);
	if (st)
		return st;
	*ret = l.late;
	*ret_n = l.n;
	*ret_all = l.all;
	return PL_OK;
}

static pl_status count_late(struct listing *l, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_late_count, PL_DB_ARGS(PL_DB_STR(l->name)), &rows);

	if (st)
		return st;
	l->all = pl_db_col_u64(rows, 0);
	return pl_db_rows_status(rows);
}

static pl_status read_late(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = count_late(l, tx);

	if (!st)
		st = pl_db_query(tx, &pl_sql_register_late_list, PL_DB_ARGS(PL_DB_STR(l->name), PL_DB_U64(l->before), PL_DB_U64(l->limit)), &rows);
	l->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		take_late(rows, &l->late[l->n++]);
		st = pl_db_rows_status(rows);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_query_late(struct pl_instance *inst, pl_str name, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_query_late **ret, size_t *ret_n, uint64_t *ret_all)
{
	struct listing l = {.name = name, .before = before, .limit = page(limit), .arena = arena};
	pl_status st;

	l.late = pl_arena_alloc(arena, l.limit ? l.limit : 1, sizeof *l.late);
	if (!l.late)
		return PL_E_NOMEM;
	st = pl_db_read(pl_instance_db(inst), read_late, &l);
	if (st)
		return st;
	*ret = l.late;
	*ret_n = l.n;
	*ret_all = l.all;
	return PL_OK;
}

/* ---- reports ---- */

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
	pl_db_col_fixed(rows, 14, q->declaration.b, sizeof q->declaration.b);
	q->has_first = !pl_db_col_is_null(rows, 15);
	if (q->has_first)
		q->first_index = pl_db_col_u64(rows, 15);
	q->last_index = pl_db_col_u64(rows, 16);
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

static pl_status take_gaps(struct pl_db_tx *tx, struct pl_query_report *q)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_register_report_gap_list, PL_DB_ARGS(PL_DB_U64(q->index)), &rows);

	while (!st && q->n_gaps < PL_OPENINGS_GAPS_MAX && (st = pl_db_step(rows)) == PL_OK)
		q->gap_index[q->n_gaps++] = pl_db_col_u64(rows, 0);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status take_declared(struct pl_db_tx *tx, struct pl_query_report *q)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_register_report_declared_list, PL_DB_ARGS(PL_DB_U64(q->index)), &rows);

	while (!st && q->n_declared < PL_COUNT(q->declared_index) && (st = pl_db_step(rows)) == PL_OK)
		q->declared_index[q->n_declared++] = pl_db_col_u64(rows, 0);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status take_sample(struct listing *l, struct pl_db_rows *rows, struct pl_query_sample *s)
{
	pl_status st;

	*s = (struct pl_query_sample){.index = pl_db_col_u64(rows, 0), .among = pl_db_col_u64(rows, 3), .drawn = pl_db_col_u64(rows, 4),
		.differing = pl_db_col_u64(rows, 5), .recounted = pl_db_col_u64(rows, 6) != 0};
	st = pl_arena_dup(l->arena, pl_db_col_str(rows, 1), &s->auditor);
	if (!st)
		st = pl_arena_dup(l->arena, pl_db_col_str(rows, 2), &s->words);
	return st ? st : pl_db_rows_status(rows);
}

static pl_status take_samples(struct listing *l, struct pl_db_tx *tx, struct pl_query_report *q)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_register_sample_list, PL_DB_ARGS(PL_DB_U64(q->index), PL_DB_U64(PL_QUERY_SAMPLES_MAX)), &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = take_sample(l, rows, &q->samples[q->n_samples++]);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* What stands in other tables. */
static pl_status take_rest(struct listing *l, struct pl_db_tx *tx, struct pl_query_report *q)
{
	pl_status st = take_totals(l, tx, q);

	if (!st)
		st = take_gaps(tx, q);
	if (!st)
		st = take_declared(tx, q);
	return st ? st : take_samples(l, tx, q);
}

static pl_status query_reports(const struct listing *l, struct pl_db_tx *tx, struct pl_db_rows **rows)
{
	if (l->one_period)
		return pl_db_query(tx, &pl_sql_register_report_editions,
			PL_DB_ARGS(PL_DB_STR(l->name), PL_DB_U64(l->from), PL_DB_U64(l->to), PL_DB_U64(l->limit)), rows);
	return pl_db_query(tx, &pl_sql_register_report_list,
		PL_DB_ARGS(PL_DB_STR(l->name), PL_DB_U64(l->before), PL_DB_U64(l->limit)), rows);
}

static pl_status read_report_rows(struct listing *l, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = query_reports(l, tx, &rows);

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
		st = take_rest(l, tx, &l->reports[i]);
	return st;
}

static pl_status list_reports(struct pl_instance *inst, struct listing *l, struct pl_query_report **ret, size_t *ret_n)
{
	pl_status st;

	l->reports = pl_arena_alloc(l->arena, l->limit ? l->limit : 1, sizeof *l->reports);
	if (!l->reports)
		return PL_E_NOMEM;
	st = pl_db_read(pl_instance_db(inst), read_reports, l);
	if (st)
		return st;
	*ret = l->reports;
	*ret_n = l->n;
	return PL_OK;
}

pl_status pl_query_reports(struct pl_instance *inst, pl_str name, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_query_report **ret, size_t *ret_n)
{
	struct listing l = {.name = name, .before = before < INT64_MAX ? before : INT64_MAX,
		.limit = page(limit), .arena = arena};

	return list_reports(inst, &l, ret, ret_n);
}

pl_status pl_query_report_editions(struct pl_instance *inst, pl_str name, uint64_t from, uint64_t to, struct pl_arena *arena,
	struct pl_query_editions *ret)
{
	struct listing l = {.name = name, .one_period = true, .from = from, .to = to, .limit = PL_REGISTER_EDITIONS_MAX, .arena = arena};

	return list_reports(inst, &l, &ret->list, &ret->n);
}

size_t pl_query_report_entries(const struct pl_query_report *q, uint64_t ret[static PL_QUERY_REPORT_ENTRIES_MAX])
{
	size_t n = 0;

	ret[n++] = q->index;
	ret[n++] = q->last_index;
	if (q->has_first)
		ret[n++] = q->first_index;
	for (size_t i = 0; i < q->n_gaps; i++)
		ret[n++] = q->gap_index[i];
	for (size_t i = 0; i < q->n_declared; i++)
		ret[n++] = q->declared_index[i];
	for (size_t i = 0; i < q->n_samples; i++)
		ret[n++] = q->samples[i].index;
	return n;
}

static pl_status read_report_at(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_report_at, PL_DB_ARGS(PL_DB_U64(l->before)), &rows);

	l->n = 0;
	if (!st)
		st = take_report(l, rows);
	pl_db_rows_done(&rows);
	return st ? st : take_rest(l, tx, &l->reports[0]);
}

pl_status pl_query_report_at(struct pl_instance *inst, uint64_t index, struct pl_arena *arena, struct pl_query_report *ret)
{
	struct listing l = {.before = index, .arena = arena, .reports = ret};

	return pl_db_read(pl_instance_db(inst), read_report_at, &l);
}
