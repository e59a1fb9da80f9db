/* SPDX-License-Identifier: Apache-2.0 */
#include "register/recount.h"

#define ARENA_MAX ((size_t)64 << 20)

/* "Absent" is a text without a pointer, and stays one. */
static pl_status dup_text(struct pl_arena *arena, pl_str s, pl_str *ret)
{
	if (s.ptr)
		return pl_arena_dup(arena, s, ret);
	*ret = (pl_str){0};
	return PL_OK;
}

static pl_status keep_table(struct pl_arena *arena, const struct pl_recount_table *t, struct pl_recount_table *ret)
{
	pl_status st = PL_OK;

	ret->cells = pl_arena_alloc(arena, t->n ? t->n : 1, sizeof *ret->cells);
	if (!ret->cells)
		return PL_E_NOMEM;
	for (size_t i = 0; i < t->n && !st; i++) {
		struct pl_recount_cell *c = &ret->cells[i];

		*c = t->cells[i];
		/* Cells of one row stand beside each other and share its text. */
		if (i && t->cells[i].row.ptr && pl_str_eq(t->cells[i].row, t->cells[i - 1].row))
			c->row = ret->cells[i - 1].row;
		else
			st = dup_text(arena, t->cells[i].row, &c->row);
		if (!st)
			st = dup_text(arena, t->cells[i].column, &c->column);
	}
	ret->n = t->n;
	return st;
}

static pl_status keep_late(const struct pl_recount *r, struct pl_recount *k)
{
	k->late_days = r->n_late_days ? pl_arena_alloc(&k->arena, r->n_late_days, sizeof *k->late_days) : NULL;
	if (r->n_late_days && !k->late_days)
		return PL_E_NOMEM;
	if (r->n_late_days)
		memcpy(k->late_days, r->late_days, r->n_late_days * sizeof *k->late_days);
	return PL_OK;
}

pl_status pl_recount_keep(const struct pl_recount *r, struct pl_recount *ret)
{
	struct pl_recount k = *r;
	pl_status st = pl_register_decl_parse(pl_buf_str(&r->decl->text), &k.decl, NULL);

	if (st)
		return st;
	k.arena = (struct pl_arena)PL_ARENA(ARENA_MAX);
	k.head.declaration = pl_buf_str(&k.decl->text);
	k.n_earlier = k.head.n_earlier = 0;
	for (size_t i = 0; i < r->n_earlier && !st; i++) {
		st = pl_register_decl_parse(pl_buf_str(&r->earlier[i].decl->text), &k.earlier[i].decl, NULL);
		if (st)
			break;
		k.head.earlier[i].declaration = pl_buf_str(&k.earlier[i].decl->text);
		k.n_earlier = ++k.head.n_earlier;
	}
	k.head.stated = (pl_str){0};
	k.drawable = NULL; /* for whoever has the file */
	k.n_drawable = 0;
	if (!st)
		st = dup_text(&k.arena, r->head.origin, &k.head.origin);
	if (!st)
		st = keep_late(r, &k);
	for (size_t i = 0; i < k.decl->n_tables && !st; i++)
		st = keep_table(&k.arena, &r->tables[i], &k.tables[i]);
	for (size_t i = 0; i < r->n_more_tables && !st; i++)
		st = keep_table(&k.arena, &r->more_tables[i].cells, &k.more_tables[i].cells);
	if (st) {
		pl_recount_done(&k);
		return st;
	}
	*ret = k;
	return PL_OK;
}
