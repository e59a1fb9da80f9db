/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/columns.h"
#include "base/date.h"

static unsigned find(const struct pl_columns *c, pl_str name)
{
	unsigned i = 0;

	while (c->names[i] && !pl_str_eq(name, pl_str_from(c->names[i])))
		i++;
	return i;
}

pl_status pl_columns_begin(struct pl_columns *c, const char *const *names, pl_str csv, struct pl_arena *arena,
	struct pl_diag *diag)
{
	bool seen[PL_COLUMNS_MAX] = {false};
	pl_str row[PL_COLUMNS_MAX];
	pl_status st;

	*c = (struct pl_columns){.names = names};
	while (names[c->n_names])
		c->n_names++;
	pl_csv_init(&c->csv, csv);
	st = pl_csv_row(&c->csv, arena, row, PL_COUNT(row), &c->width, diag);
	if (st)
		return st == PL_E_NOTFOUND ? pl_diag_set(diag, PL_E_SYNTAX, "expected a line of column names") : st;
	for (size_t i = 0; i < c->width; i++) {
		c->to[i] = find(c, row[i]);
		if (!names[c->to[i]])
			return pl_diag_set(diag, PL_E_NOTFOUND, "line 1: there is no column \"%.*s\" in such a table",
				PL_STR_ARG(pl_str_sub(row[i], 0, 40)));
		if (seen[c->to[i]])
			return pl_diag_set(diag, PL_E_EXISTS, "line 1: \"%.*s\" stands twice", PL_STR_ARG(row[i]));
		seen[c->to[i]] = true;
	}
	return PL_OK;
}

pl_status pl_columns_row(struct pl_columns *c, struct pl_arena *arena, pl_str *ret, struct pl_diag *diag)
{
	pl_str row[PL_COLUMNS_MAX];
	size_t n = 0;
	pl_status st = pl_csv_row(&c->csv, arena, row, PL_COUNT(row), &n, diag);

	if (!st && n != c->width)
		st = pl_diag_set(diag, PL_E_SYNTAX, "expected %zu values, found %zu", c->width, n);
	if (st) {
		pl_diag_at(diag, c->csv.line, 0);
		return st;
	}
	for (size_t i = 0; i < c->n_names; i++)
		ret[i] = (pl_str){0};
	for (size_t i = 0; i < n; i++)
		ret[c->to[i]] = row[i];
	return PL_OK;
}

pl_status pl_columns_table(const struct pl_columns_reader *r, pl_str csv, struct pl_arena *arena, size_t *ret_n, struct pl_diag *diag)
{
	pl_str texts[PL_COLUMNS_MAX];
	struct pl_columns c;
	size_t n = 0;
	pl_status st = pl_columns_begin(&c, r->names, csv, arena, diag);

	while (!st && c.csv.rest.len) {
		if (n == r->max)
			return pl_diag_set(diag, PL_E_TOOBIG, "at most %zu rows in one table", r->max);
		st = pl_columns_row(&c, arena, texts, diag);
		if (!st)
			st = r->row(r->ctx, n, c.csv.line, texts, diag);
		if (st)
			pl_diag_at(diag, c.csv.line, 0);
		n++;
	}
	if (!st && !n)
		st = pl_diag_set(diag, PL_E_NOTFOUND, "there are no rows");
	if (!st)
		*ret_n = n;
	return st;
}

bool pl_columns_part(pl_str *cell, char separator, pl_str *ret)
{
	if (!cell->len)
		return false;
	if (!pl_str_take_until(cell, separator, ret)) {
		*ret = *cell;
		*cell = (pl_str){0};
	}
	*ret = pl_str_trim(*ret);
	return true;
}

pl_status pl_columns_day(pl_str cell, const char *name, uint64_t *ret, struct pl_diag *diag)
{
	struct pl_date date;

	*ret = 0;
	if (!cell.len)
		return PL_OK;
	if (pl_date_parse(cell, &date))
		return pl_diag_set(diag, PL_E_SYNTAX, "%s: expected a day like 2026-07-01, found \"%.*s\"", name,
			PL_STR_ARG(pl_str_sub(cell, 0, 40)));
	*ret = pl_date_day(date) * UINT64_C(86400);
	return PL_OK;
}
