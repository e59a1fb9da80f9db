/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the table of hand-outs: as a list, and by what a leaked copy shows. */
#include "register/audit/hand_out.h"
#include "register/audit/sql.h"

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))

pl_status pl_hand_out_take(struct pl_db_rows *rows, struct pl_arena *arena, struct pl_hand_out *ret)
{
	struct pl_hand_out h = {.number = pl_db_col_u64(rows, 1), .copy_size = pl_db_col_u64(rows, 6),
		.accepted = pl_db_col_u64(rows, 9), .given = pl_db_col_u64(rows, 10), .expires = pl_db_col_u64(rows, 11), .ended = pl_db_col_u64(rows, 12)};
	pl_status st = pl_arena_dup(arena, pl_db_col_str(rows, 0), &h.name);

	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 2), &h.audit);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 4), &h.media);
	pl_db_col_fixed(rows, 3, h.original.b, sizeof h.original.b);
	pl_db_col_fixed(rows, 5, h.copy.b, sizeof h.copy.b);
	pl_db_col_fixed(rows, 8, h.terms.b, sizeof h.terms.b);
	if (!st && pl_mark_parse(pl_db_col_str(rows, 7), &h.mark))
		st = PL_E_CORRUPT;
	if (!st)
		st = pl_db_rows_status(rows);
	if (!st)
		*ret = h;
	return st;
}

/* ---- a list ---- */

struct asking {
	pl_str name;
	uint64_t before;
	size_t limit, n;
	struct pl_arena *arena;
	struct pl_hand_out *list;
};

static pl_status ask_list(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_hand_out_list,
		PL_DB_ARGS(PL_DB_STR(a->name), PL_DB_U64(a->before), PL_DB_U64(a->limit)), &rows);

	a->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		st = a->n == a->limit ? PL_E_CORRUPT : pl_hand_out_take(rows, a->arena, &a->list[a->n]);
		a->n += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_hand_outs(struct pl_instance *inst, pl_str name, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_hand_out **ret, size_t *ret_n)
{
	struct asking a = {.name = name, .before = before,
		.limit = limit < PL_HAND_OUT_PAGE_MAX ? limit : PL_HAND_OUT_PAGE_MAX, .arena = arena};
	pl_status st;

	a.list = pl_arena_alloc(arena, a.limit + 1, sizeof *a.list);
	st = a.list ? pl_db_read(pl_instance_db(inst), ask_list, &a) : PL_E_NOMEM;
	if (st)
		return st;
	*ret = a.list;
	*ret_n = a.n;
	return PL_OK;
}

/* ---- one of them ---- */

struct finding {
	const struct pl_digest *copy; /* or */
	const struct pl_mark *mark;
	struct pl_arena *arena;
	struct pl_hand_out *found;
};

static pl_status find(void *ctx, struct pl_db_tx *tx)
{
	struct finding *f = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	char mark[PL_MARK_TEXT + 1];
	pl_status st;

	if (f->copy)
		st = pl_db_one(tx, &pl_sql_hand_out_by_copy, PL_DB_ARGS(DIGEST(f->copy)), &rows);
	else {
		pl_mark_write(f->mark, mark);
		st = pl_db_one(tx, &pl_sql_hand_out_by_mark, PL_DB_ARGS(PL_DB_STR(pl_str_from(mark))), &rows);
	}
	return st ? st : pl_hand_out_take(rows, f->arena, f->found);
}

pl_status pl_hand_out_by_mark(struct pl_instance *inst, const struct pl_mark *m, struct pl_arena *arena,
	struct pl_hand_out *ret)
{
	struct finding f = {.mark = m, .arena = arena, .found = ret};

	return pl_db_read(pl_instance_db(inst), find, &f);
}

/* Two copies in one file name both. */
static pl_status by_marks(struct pl_instance *inst, const struct pl_marks *marks, struct pl_arena *arena,
	struct pl_hand_out *ret, size_t *ret_n)
{
	for (size_t i = 0; i < marks->n; i++) {
		pl_status st = pl_hand_out_by_mark(inst, &marks->m[i], arena, &ret[*ret_n]);

		if (st && st != PL_E_NOTFOUND)
			return st;
		*ret_n += !st;
	}
	return PL_OK;
}

pl_status pl_hand_out_trace(struct pl_instance *inst, pl_bytes file, struct pl_arena *arena, enum pl_trace *ret_how,
	struct pl_hand_out ret[static PL_MARKS_MAX], size_t *ret_n, struct pl_diag *diag)
{
	struct pl_digest digest;
	struct finding f = {.copy = &digest, .arena = arena, .found = &ret[0]};
	struct pl_marks marks;
	pl_status st;

	*ret_n = 0;
	*ret_how = PL_TRACE_NOTHING;
	pl_sha256(file, &digest);
	st = pl_db_read(pl_instance_db(inst), find, &f);
	if (!st) {
		*ret_n = 1;
		*ret_how = PL_TRACE_COPY;
		return PL_OK;
	}
	if (st == PL_E_NOTFOUND)
		st = pl_copy_find(file, &marks, diag);
	if (!st)
		st = by_marks(inst, &marks, arena, ret, ret_n);
	if (!st && *ret_n)
		*ret_how = PL_TRACE_MARK;
	return st;
}
