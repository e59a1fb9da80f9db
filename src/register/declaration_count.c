/* SPDX-License-Identifier: Apache-2.0 */
/* The lines "total" and "table" of a declaration. */
#include "register/declaration_internal.h"

static const char *const fold_words[] = {
	[PL_REGISTER_COUNT] = "count", [PL_REGISTER_DISTINCT] = "distinct", [PL_REGISTER_SUM] = "sum",
	[PL_REGISTER_MIN] = "min", [PL_REGISTER_MAX] = "max", [PL_REGISTER_MEDIAN] = "median",
	[PL_REGISTER_MEAN] = "mean",
};

static pl_status open_field(const struct pl_register_decl *d, pl_str name, size_t *ret, struct pl_diag *diag)
{
	size_t at;

	if (pl_commit_decl_find(&d->derived, name, &at))
		return pl_diag_set(diag, PL_E_NOTFOUND, "there is no field \"%.*s\"", PL_STR_ARG(name));
	if (d->derived.fields[at].is_private)
		return pl_diag_set(diag, PL_E_RANGE,
			"the field \"%.*s\" is not opened: count a generalised field by the name of its coarse one, \"%.*s-...\"",
			PL_STR_ARG(name), PL_STR_ARG(name));
	*ret = at;
	return PL_OK;
}

/* Does every value between the bars have the text form of @f? */
static pl_status check_values(const struct pl_commit_field *f, pl_str values, struct pl_diag *diag)
{
	struct pl_buf scratch PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	for (bool more = true; more;) {
		pl_str one = values;
		pl_status st;

		more = pl_str_take_until(&values, '|', &one);
		pl_buf_clear(&scratch);
		st = pl_commit_value_encode(f, one, &scratch, diag);
		if (st)
			return st;
	}
	return PL_OK;
}

/* "field=a|b" or "field!=a" */
static pl_status parse_condition(const struct pl_register_decl *d, pl_str word, struct pl_register_condition *ret,
	struct pl_diag *diag)
{
	struct pl_register_condition c = {0};
	pl_str name;
	pl_status st;

	if (!pl_str_take_until(&word, '=', &name) || !name.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a condition \"field=value|value\" or \"field!=value\"");
	if (name.ptr[name.len - 1] == '!') {
		c.differs = true;
		name.len--;
	}
	st = open_field(d, name, &c.field, diag);
	if (!st)
		st = check_values(&d->derived.fields[c.field], word, diag);
	if (st)
		return st;
	c.values = word;
	*ret = c;
	return PL_OK;
}

static pl_status parse_fold(const struct pl_register_decl *d, pl_str *line, struct pl_register_total *t,
	struct pl_diag *diag)
{
	pl_str word = pl_register_word(line);
	pl_status st;

	t->field = PL_REGISTER_NONE;
	for (unsigned i = 0; i < PL_COUNT(fold_words); i++) {
		if (!pl_str_eq(word, pl_str_from(fold_words[i])))
			continue;
		t->fold = (enum pl_register_fold)i;
		if (t->fold == PL_REGISTER_COUNT)
			return PL_OK;
		st = open_field(d, pl_register_word(line), &t->field, diag);
		if (!st && t->fold > PL_REGISTER_DISTINCT && d->derived.fields[t->field].type != PL_COMMIT_U64)
			st = pl_diag_set(diag, PL_E_RANGE, "%s is of a u64 field", fold_words[i]);
		return st;
	}
	return pl_diag_set(diag, PL_E_SYNTAX, "expected count, distinct, sum, min, max, median or mean");
}

pl_status pl_register_total_add(struct pl_register_decl *d, pl_str line, struct pl_diag *diag)
{
	struct pl_register_total t = {0};
	pl_status st;

	if (d->n_totals == PL_REGISTER_TOTALS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a register has at most %u totals", PL_REGISTER_TOTALS_MAX);
	t.name = pl_register_word(&line);
	if (!pl_register_name_ok(t.name, 64))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected \"total <name> <fold> ...\"");
	t.line = line;
	for (size_t i = 0; i < d->n_totals; i++)
		if (pl_str_eq(d->totals[i].name, t.name))
			return pl_diag_set(diag, PL_E_EXISTS, "the total %.*s is declared twice", PL_STR_ARG(t.name));
	st = parse_fold(d, &line, &t, diag);
	while (!st && line.len) {
		if (t.n == PL_REGISTER_CONDITIONS_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "at most %u conditions", PL_REGISTER_CONDITIONS_MAX);
		st = parse_condition(d, pl_register_word(&line), &t.conditions[t.n++], diag);
	}
	if (st)
		return st;
	d->totals[d->n_totals++] = t;
	return PL_OK;
}

pl_status pl_register_table_add(struct pl_register_decl *d, pl_str line, struct pl_diag *diag)
{
	struct pl_register_table t = {.columns = PL_REGISTER_NONE};
	pl_status st;

	if (d->n_tables == PL_REGISTER_TABLES_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a register has at most %u tables", PL_REGISTER_TABLES_MAX);
	t.name = pl_register_word(&line);
	if (!pl_register_name_ok(t.name, 64))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected \"table <name> <field>[ <field>]\"");
	for (size_t i = 0; i < d->n_tables; i++)
		if (pl_str_eq(d->tables[i].name, t.name))
			return pl_diag_set(diag, PL_E_EXISTS, "the table %.*s is declared twice", PL_STR_ARG(t.name));
	st = open_field(d, pl_register_word(&line), &t.rows, diag);
	if (!st && line.len)
		st = open_field(d, pl_register_word(&line), &t.columns, diag);
	if (st || line.len)
		return st ? st : pl_diag_set(diag, PL_E_SYNTAX, "a table has rows of one field and columns of another");
	d->tables[d->n_tables++] = t;
	return PL_OK;
}
