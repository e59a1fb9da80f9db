/* SPDX-License-Identifier: Apache-2.0 */
#include "register/export/doc.h"
#include <stdlib.h>

/* By text; what is absent comes last. */
static int by_text(const void *a, const void *b)
{
	const pl_str *x = a, *y = b;

	if (!x->ptr || !y->ptr)
		return (x->ptr == NULL) - (y->ptr == NULL);
	return pl_str_cmp(*x, *y);
}

static bool same(pl_str a, pl_str b)
{
	return (a.ptr == NULL) == (b.ptr == NULL) && pl_str_eq(a, b);
}

/* The different texts of one side, in order. *@ret_n of them. */
static pl_status side(const struct pl_recount_table *t, bool columns, struct pl_arena *arena, struct pl_report_name **ret, size_t *ret_n)
{
	pl_str *texts = pl_try_alloc(t->n + 1, sizeof *texts);
	struct pl_report_name *names;
	size_t n = 0;

	if (!texts)
		return PL_E_NOMEM;
	for (size_t i = 0; i < t->n; i++)
		texts[i] = columns ? t->cells[i].column : t->cells[i].row;
	qsort(texts, t->n, sizeof *texts, by_text);
	for (size_t i = 0; i < t->n; i++)
		if (i == 0 || !same(texts[i], texts[n - 1]))
			texts[n++] = texts[i];
	names = pl_arena_alloc(arena, n ? n : 1, sizeof *names);
	for (size_t i = 0; names && i < n; i++)
		names[i].name = texts[i];
	pl_free(texts);
	*ret = names;
	*ret_n = n;
	return names ? PL_OK : PL_E_TOOBIG;
}

static size_t place(const struct pl_report_name *names, size_t n, pl_str text)
{
	size_t i = 0;

	while (i < n && !same(names[i].name, text))
		i++;
	return i;
}

pl_status pl_report_grid_make(const struct pl_recount_table *t, struct pl_arena *arena, struct pl_report_grid *ret)
{
	struct pl_report_grid g = *ret;
	pl_status st = side(t, false, arena, &g.rows, &g.n_rows);

	if (!st)
		st = side(t, true, arena, &g.columns, &g.n_columns);
	if (st)
		return st;
	if (!g.n_columns)
		g.n_columns = 1; /* one that is empty; the array has room for it */
	g.cells = pl_arena_alloc(arena, g.n_rows * g.n_columns + 1, sizeof *g.cells);
	if (!g.cells)
		return PL_E_TOOBIG;
	for (size_t i = 0, row = 0; i < t->n; i++) {
		/* Cells come row by row, so the row is mostly the one before. */
		if (row >= g.n_rows || !same(g.rows[row].name, t->cells[i].row))
			row = place(g.rows, g.n_rows, t->cells[i].row);
		g.cells[row * g.n_columns + place(g.columns, g.n_columns, t->cells[i].column)] = t->cells[i].count;
	}
	*ret = g;
	return PL_OK;
}
