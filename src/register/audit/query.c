/* SPDX-License-Identifier: Apache-2.0 */
#include "register/audit/query.h"
#include "fact/query.h"
#include "register/audit/sql.h"
#include <stdlib.h>

/* ---- one audit ---- */

static pl_status take_body(struct pl_db_rows *rows, unsigned column, struct pl_arena *arena, struct pl_body *ret)
{
	pl_db_col_fixed(rows, column, ret->digest.b, sizeof ret->digest.b);
	ret->size = pl_db_col_u64(rows, column + 1);
	return pl_arena_dup(arena, pl_db_col_str(rows, column + 2), &ret->media_type);
}

static pl_status take_row(struct pl_db_rows *rows, struct pl_arena *arena, struct pl_audit *ret)
{
	struct pl_audit a = {.index = pl_db_col_u64(rows, 1), .kind = (enum pl_audit_kind)pl_db_col_u64(rows, 5),
		.as_of = pl_db_col_u64(rows, 13), .from = pl_db_col_u64(rows, 14), .to = pl_db_col_u64(rows, 15),
		.valid_from = pl_db_col_u64(rows, 16), .valid_to = pl_db_col_u64(rows, 17),
		.has_report = pl_db_col_bool(rows, 19)};
	pl_status st = pl_arena_dup(arena, pl_db_col_str(rows, 0), &a.id);

	pl_db_col_fixed(rows, 2, a.pae.b, sizeof a.pae.b);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 3), &a.standard);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 4), &a.edition);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 6), &a.auditor_entity);
	if (!st)
		st = take_body(rows, 7, arena, &a.auditor);
	if (!st)
		st = take_body(rows, 10, arena, &a.scope);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 18), &a.supersedes);
	if (!st)
		st = take_body(rows, 20, arena, &a.report);
	if (!st)
		st = pl_db_rows_status(rows);
	if (!st && (unsigned)a.kind >= PL_AUDIT_KINDS)
		st = PL_E_CORRUPT;
	if (!st)
		*ret = a;
	return st;
}

/* As many as there are: a page holds hundreds of audits. */
static pl_status keep_covers(const struct pl_audit_cover *list, size_t n, struct pl_arena *arena, struct pl_audit *a)
{
	struct pl_audit_cover *kept = pl_arena_alloc(arena, n + 1, sizeof *kept);

	if (!kept)
		return PL_E_NOMEM;
	if (n)
		memcpy(kept, list, n * sizeof *kept);
	a->covers = kept;
	a->n_covers = n;
	return PL_OK;
}

static pl_status take_covers(struct pl_db_tx *tx, struct pl_arena *arena, struct pl_audit *a)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_audit_cover list[PL_AUDIT_COVERS_MAX];
	size_t n = 0;
	pl_status st = pl_db_query(tx, &pl_sql_audit_covers, PL_DB_ARGS(PL_DB_STR(a->id)), &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		if (n == PL_AUDIT_COVERS_MAX)
			return PL_E_CORRUPT;
		list[n].kind = (enum pl_audit_thing)pl_db_col_u64(rows, 0);
		if ((unsigned)list[n].kind >= PL_AUDIT_THINGS)
			return PL_E_CORRUPT;
		st = pl_arena_dup(arena, pl_db_col_str(rows, 1), &list[n].name);
		n += !st;
	}
	return st == PL_E_NOTFOUND ? keep_covers(list, n, arena, a) : st;
}

pl_status pl_query_audit_tx(struct pl_db_tx *tx, pl_str id, struct pl_arena *arena, struct pl_audit *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_audit a;
	pl_status st = pl_db_one(tx, &pl_sql_audit_get, PL_DB_ARGS(PL_DB_STR(id)), &rows);

	if (!st)
		st = take_row(rows, arena, &a);
	if (!st)
		st = take_covers(tx, arena, &a);
	if (!st)
		*ret = a;
	return st;
}

/* ---- what became of it ---- */

static pl_status take_end(struct pl_db_rows *rows, pl_str id, struct pl_audit_end *ret)
{
	*ret = (struct pl_audit_end){.audit = id, .index = pl_db_col_u64(rows, 0),
		.state = (enum pl_audit_state)pl_db_col_u64(rows, 1), .reason = (enum pl_audit_reason)pl_db_col_u64(rows, 2),
		.from = pl_db_col_u64(rows, 3)};
	if ((unsigned)ret->state >= PL_AUDIT_STATES || (unsigned)ret->reason >= PL_AUDIT_REASONS)
		return PL_E_CORRUPT;
	return pl_db_rows_status(rows);
}

pl_status pl_query_audit_last_end_tx(struct pl_db_tx *tx, pl_str id, struct pl_audit_end *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_audit_last_end, PL_DB_ARGS(PL_DB_STR(id)), &rows);

	return st ? st : take_end(rows, id, ret);
}

static pl_status take_ends(struct pl_db_tx *tx, struct pl_arena *arena, struct pl_audit_life *l)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_audit_end *list = pl_try_realloc(NULL, PL_AUDIT_ENDS_MAX, sizeof *list), *kept;
	size_t n = 0;
	pl_status st = list ? pl_db_query(tx, &pl_sql_audit_ends, PL_DB_ARGS(PL_DB_STR(l->audit.id)), &rows) : PL_E_NOMEM;

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		st = n == PL_AUDIT_ENDS_MAX ? PL_E_CORRUPT : take_end(rows, l->audit.id, &list[n]);
		n += !st;
	}
	if (st == PL_E_NOTFOUND) {
		kept = pl_arena_alloc(arena, n + 1, sizeof *kept);
		st = kept ? PL_OK : PL_E_NOMEM;
		if (kept && n)
			memcpy(kept, list, n * sizeof *kept);
		l->ends = kept;
		l->n_ends = n;
	}
	pl_free(list);
	return st;
}

static pl_status take_life(struct pl_db_tx *tx, pl_str id, struct pl_arena *arena, struct pl_audit_life *ret)
{
	pl_status st = pl_query_audit_tx(tx, id, arena, &ret->audit);

	return st ? st : take_ends(tx, arena, ret);
}

/* ---- in transactions of their own ---- */

struct asking {
	pl_str id;
	size_t n;
	struct pl_arena *arena;
	struct pl_audit_life life, *lives;
};

static pl_status ask_one(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;

	return take_life(tx, a->id, a->arena, &a->life);
}

pl_status pl_query_audit(struct pl_instance *inst, pl_str id, struct pl_arena *arena, struct pl_audit_life *ret)
{
	struct asking a = {.id = id, .arena = arena};
	pl_status st = pl_db_read(pl_instance_db(inst), ask_one, &a);

	if (!st)
		*ret = a.life;
	return st;
}

static pl_status take_names(struct pl_db_tx *tx, struct pl_arena *arena, pl_str ret[static PL_AUDITS_MAX + 1],
	size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_audit_names,
		PL_DB_ARGS(PL_DB_STR(PL_STR("")), PL_DB_STR(PL_STR("")), PL_DB_U64(PL_AUDITS_MAX + 1)), &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		if (*ret_n > PL_AUDITS_MAX)
			return PL_E_CORRUPT;
		st = pl_arena_dup(arena, pl_db_col_str(rows, 1), &ret[*ret_n]);
		*ret_n += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status ask_all(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;
	pl_str *names = pl_arena_alloc(a->arena, PL_AUDITS_MAX + 1, sizeof *names);
	size_t n = 0;
	pl_status st = names ? take_names(tx, a->arena, names, &n) : PL_E_NOMEM;

	if (!st && n > PL_AUDITS_MAX)
		st = PL_E_TOOBIG;
	a->lives = st ? NULL : pl_arena_alloc(a->arena, n + 1, sizeof *a->lives);
	if (!st && !a->lives)
		st = PL_E_NOMEM;
	for (a->n = 0; !st && a->n < n; a->n += !st)
		st = take_life(tx, names[a->n], a->arena, &a->lives[a->n]);
	return st;
}

static int by_start(const void *x, const void *y)
{
	const struct pl_audit *a = &((const struct pl_audit_life *)x)->audit, *b = &((const struct pl_audit_life *)y)->audit;
	int order = pl_str_cmp(a->standard, b->standard);

	if (order)
		return order;
	if (pl_audit_start(a) != pl_audit_start(b))
		return pl_audit_start(a) < pl_audit_start(b) ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

pl_status pl_query_audits(struct pl_instance *inst, struct pl_arena *arena, struct pl_audit_life **ret, size_t *ret_n)
{
	struct asking a = {.arena = arena};
	pl_status st = pl_db_read(pl_instance_db(inst), ask_all, &a);

	if (st)
		return st;
	if (a.n)
		qsort(a.lives, a.n, sizeof *a.lives, by_start);
	*ret = a.lives;
	*ret_n = a.n;
	return PL_OK;
}

size_t pl_query_audits_same(const struct pl_audit_life *lives, size_t n, size_t i)
{
	size_t k = i;

	while (k < n && pl_str_eq(lives[k].audit.standard, lives[i].audit.standard))
		k++;
	return k - i;
}

/* ---- words ---- */

pl_status pl_query_audit_text(struct pl_instance *inst, const struct pl_body *body, struct pl_arena *arena, pl_str *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_AUDIT_TEXT_MAX);
	struct pl_query_body known;
	pl_status st = pl_query_body(inst, &body->digest, arena, &known);

	/* What is withheld is not shown, although the bytes may still be there. */
	if (st || known.state == PL_BODY_WITHHELD || pl_blob_get_bytes(pl_instance_blobs(inst), &body->digest, &text))
		return st ? st : PL_E_NOTFOUND;
	return pl_str_is_utf8(pl_buf_str(&text)) ? pl_arena_dup(arena, pl_buf_str(&text), ret) : PL_E_NOTFOUND;
}
