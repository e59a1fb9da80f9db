/* SPDX-License-Identifier: Apache-2.0 */
/* Files whose rows were entered under more than one declaration: which there are, and what only some of them count. */
#include "register/recount_internal.h"

const struct pl_register_decl *pl_recount_decl(const struct pl_recount *r, unsigned under)
{
	return under ? r->earlier[under - 1].decl : r->decl;
}

/* ---- what only earlier ones have ---- */

static bool known_total(const struct pl_recount *r, pl_str name)
{
	for (size_t i = 0; i < r->n_more_totals; i++)
		if (pl_str_eq(r->earlier[r->more_totals[i].under].decl->totals[r->more_totals[i].at].name, name))
			return true;
	return pl_register_decl_total(r->decl, name) != NULL;
}

static bool known_table(const struct pl_recount *r, pl_str name)
{
	for (size_t i = 0; i < r->n_more_tables; i++)
		if (pl_str_eq(r->earlier[r->more_tables[i].under].decl->tables[r->more_tables[i].at].name, name))
			return true;
	return pl_register_decl_table(r->decl, name) != NULL;
}

static pl_status find_more(struct pl_recount *r, size_t under, struct pl_diag *diag)
{
	const struct pl_register_decl *d = r->earlier[under].decl;

	for (size_t i = 0; i < d->n_totals; i++) {
		if (known_total(r, d->totals[i].name))
			continue;
		if (pl_recount_totals_count(r) == PL_REGISTER_TOTALS_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "the declarations have more than %u totals together", PL_REGISTER_TOTALS_MAX);
		r->more_totals[r->n_more_totals++] = (struct pl_recount_more_total){.under = under, .at = i};
	}
	for (size_t i = 0; i < d->n_tables; i++) {
		if (known_table(r, d->tables[i].name))
			continue;
		if (pl_recount_tables_count(r) == PL_REGISTER_TABLES_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "the declarations have more than %u tables together", PL_REGISTER_TABLES_MAX);
		r->more_tables[r->n_more_tables++] = (struct pl_recount_more_table){.under = under, .at = i};
	}
	return PL_OK;
}

pl_status pl_recount_read_earlier(struct pl_recount *r, struct pl_diag *diag)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < r->head.n_earlier && !st; i++) {
		st = pl_register_decl_parse(r->head.earlier[i].declaration, &r->earlier[i].decl, diag);
		if (st)
			return st;
		r->earlier[i].until = r->head.earlier[i].until;
		r->n_earlier++;
	}
	/* Any two of them: what is left out by one in the middle must not come back as something else. */
	for (size_t i = 0; i < r->n_earlier && !st; i++)
		for (size_t k = i + 1; k <= r->n_earlier && !st; k++)
			st = pl_register_decl_follows(r->earlier[i].decl, k < r->n_earlier ? r->earlier[k].decl : r->decl, diag);
	for (size_t i = r->n_earlier; i-- > 0 && !st;)
		st = find_more(r, i, diag);
	return st;
}

/* ---- all of them ---- */

static bool in_all(const struct pl_recount *r, pl_str name, bool table)
{
	for (unsigned u = 0; u <= r->n_earlier; u++) {
		const struct pl_register_decl *d = pl_recount_decl(r, u);

		if (table ? !pl_register_decl_table(d, name) : !pl_register_decl_total(d, name))
			return false;
	}
	return true;
}

size_t pl_recount_totals_count(const struct pl_recount *r)
{
	return r->decl->n_totals + r->n_more_totals;
}

void pl_recount_total_at(const struct pl_recount *r, size_t i, struct pl_recount_said *ret)
{
	const struct pl_recount_more_total *more = i < r->decl->n_totals ? NULL : &r->more_totals[i - r->decl->n_totals];

	ret->decl = more ? r->earlier[more->under].decl : r->decl;
	ret->total = &ret->decl->totals[more ? more->at : i];
	ret->value = more ? more->value : r->totals[i];
	ret->everywhere = in_all(r, ret->total->name, false);
}

size_t pl_recount_tables_count(const struct pl_recount *r)
{
	return r->decl->n_tables + r->n_more_tables;
}

void pl_recount_table_at(const struct pl_recount *r, size_t i, struct pl_recount_laid *ret)
{
	const struct pl_recount_more_table *more = i < r->decl->n_tables ? NULL : &r->more_tables[i - r->decl->n_tables];

	ret->decl = more ? r->earlier[more->under].decl : r->decl;
	ret->table = &ret->decl->tables[more ? more->at : i];
	ret->cells = more ? &more->cells : &r->tables[i];
	ret->everywhere = in_all(r, ret->table->name, true);
}

uint64_t *pl_recount_value_place(struct pl_recount *r, size_t i)
{
	return i < r->decl->n_totals ? &r->totals[i] : &r->more_totals[i - r->decl->n_totals].value;
}

struct pl_recount_table *pl_recount_cells_place(struct pl_recount *r, size_t i)
{
	return i < r->decl->n_tables ? &r->tables[i] : &r->more_tables[i - r->decl->n_tables].cells;
}

uint64_t pl_recount_cases_of_table(const struct pl_recount *r, pl_str name)
{
	uint64_t n = 0;

	for (unsigned u = 0; u <= r->n_earlier; u++)
		if (pl_register_decl_table(pl_recount_decl(r, u), name))
			n += r->cases_under[u];
	return n;
}
