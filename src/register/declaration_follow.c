/* SPDX-License-Identifier: Apache-2.0 */
/* A register that is declared anew: what keeps its name keeps its meaning, so that rows of both declarations can be counted beside one another. */
#include "register/declaration.h"

static pl_status changed(struct pl_diag *diag, const char *what, pl_str name)
{
	pl_diag_hint(diag, "give it another name: what keeps its name in a new declaration keeps its meaning");
	return pl_diag_set(diag, PL_E_RANGE, "%s %.*s means something else in the declaration before", what, PL_STR_ARG(name));
}

/* Is each of the words of @some, parted by commas, among those of @all? */
static bool has_all(pl_str all, pl_str some)
{
	for (bool more = some.len != 0; more;) {
		pl_str one = some, rest = all, other;
		bool found = false, again = all.len != 0;

		more = pl_str_take_until(&some, ',', &one);
		while (again && !found) {
			other = rest;
			again = pl_str_take_until(&rest, ',', &other);
			found = pl_str_eq(one, other);
		}
		if (!found)
			return false;
	}
	return true;
}

/* An enum may gain names, and its groups the pairs of those. */
static bool same_field(const struct pl_register_field *a, const struct pl_register_field *b)
{
	return a->type == b->type && a->class == b->class && a->rule == b->rule && has_all(b->choices, a->choices) &&
		(a->rule == PL_REGISTER_RULE_MAP ? has_all(b->bounds, a->bounds) : pl_str_eq(a->bounds, b->bounds));
}

static bool same_place(const struct pl_register_decl *a, size_t x, const struct pl_register_decl *b, size_t y)
{
	if (x == PL_REGISTER_NONE || y == PL_REGISTER_NONE)
		return x == y;
	return pl_str_eq(a->derived.fields[x].name, b->derived.fields[y].name);
}

const struct pl_register_total *pl_register_decl_total(const struct pl_register_decl *d, pl_str name)
{
	for (size_t i = 0; i < d->n_totals; i++)
		if (pl_str_eq(d->totals[i].name, name))
			return &d->totals[i];
	return NULL;
}

const struct pl_register_table *pl_register_decl_table(const struct pl_register_decl *d, pl_str name)
{
	for (size_t i = 0; i < d->n_tables; i++)
		if (pl_str_eq(d->tables[i].name, name))
			return &d->tables[i];
	return NULL;
}

static pl_status follow_counts(const struct pl_register_decl *before, const struct pl_register_decl *after, struct pl_diag *diag)
{
	for (size_t i = 0; i < after->n_totals; i++) {
		const struct pl_register_total *was = pl_register_decl_total(before, after->totals[i].name);

		if (was && !pl_str_eq(was->line, after->totals[i].line))
			return changed(diag, "the total", after->totals[i].name);
	}
	for (size_t i = 0; i < after->n_tables; i++) {
		const struct pl_register_table *is = &after->tables[i], *was = pl_register_decl_table(before, is->name);

		if (was && !(same_place(before, was->rows, after, is->rows) && same_place(before, was->columns, after, is->columns)))
			return changed(diag, "the table", is->name);
	}
	return PL_OK;
}

pl_status pl_register_decl_follows(const struct pl_register_decl *before, const struct pl_register_decl *after, struct pl_diag *diag)
{
	if (!pl_str_eq(before->name, after->name))
		return pl_diag_set(diag, PL_E_RANGE, "the declaration before is of another register");
	if (before->imported != after->imported || before->padded != after->padded || before->totals_only != after->totals_only) {
		pl_diag_hint(diag, "declare another register, and close this one's form");
		return pl_diag_set(diag, PL_E_RANGE, "source, existence and what is opened stay as they were declared: readers rely on them");
	}
	if ((pl_register_released(before) == PL_REGISTER_NONE) != (pl_register_released(after) == PL_REGISTER_NONE))
		return pl_diag_set(diag, PL_E_RANGE, "whether cases wait for a release stays as it was declared");
	for (size_t i = 0; i < after->n_fields; i++) {
		const struct pl_register_field *was = pl_register_decl_field(before, after->fields[i].name);

		if (was && !same_field(was, &after->fields[i]))
			return changed(diag, "the field", after->fields[i].name);
	}
	/* A name that one of them derives ("amount-range") is no other field of the other one. */
	for (size_t i = 0; i < after->derived.n; i++)
		for (size_t k = 0; k < before->derived.n; k++)
			if (pl_str_eq(after->derived.fields[i].name, before->derived.fields[k].name) &&
				(after->derived.fields[i].is_private != before->derived.fields[k].is_private ||
					after->derived.fields[i].type != before->derived.fields[k].type))
				return changed(diag, "the field", after->derived.fields[i].name);
	return follow_counts(before, after, diag);
}

size_t pl_register_decl_place(const struct pl_register_decl *d, pl_str name)
{
	for (size_t i = 0; i < d->derived.n; i++)
		if (pl_str_eq(d->derived.fields[i].name, name))
			return i;
	return PL_REGISTER_NONE;
}

void pl_register_decl_move(const struct pl_register_decl *from, const struct pl_register_decl *to, const pl_str *values, pl_str *ret)
{
	for (size_t i = 0; i < to->derived.n; i++) {
		size_t at = pl_register_decl_place(from, to->derived.fields[i].name);

		ret[i] = at == PL_REGISTER_NONE ? (pl_str){0} : values[at];
	}
}
