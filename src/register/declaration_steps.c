/* SPDX-License-Identifier: Apache-2.0 */
/* The lines "step" of a declaration, and whether a revision keeps to them. */
#include "register/declaration_internal.h"

#define ABSENT PL_STR("~")
#define FIRST PL_STR("-")

static pl_status open_enum(const struct pl_register_decl *d, pl_str name, size_t *ret, struct pl_diag *diag)
{
	size_t at;

	if (pl_commit_decl_find(&d->derived, name, &at) || d->derived.fields[at].is_private || d->derived.fields[at].type != PL_COMMIT_ENUM)
		return pl_diag_set(diag, PL_E_RANGE, "steps are of open enums, and \"%.*s\" is none", PL_STR_ARG(name));
	*ret = at;
	return PL_OK;
}

pl_status pl_register_step_names_check(const struct pl_commit_field *f, pl_str values, struct pl_diag *diag)
{
	struct pl_buf scratch PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	for (bool more = true; more;) {
		pl_str one = values;
		pl_status st;

		more = pl_str_take_until(&values, '|', &one);
		if (pl_str_eq(one, ABSENT))
			continue;
		pl_buf_clear(&scratch);
		st = pl_commit_value_encode(f, one, &scratch, diag);
		if (st)
			return st;
	}
	return PL_OK;
}

static pl_status watch(struct pl_register_decl *d, size_t field, struct pl_diag *diag)
{
	for (size_t i = 0; i < d->n_watched; i++)
		if (d->watched[i] == field)
			return PL_OK;
	if (d->n_watched == PL_REGISTER_WATCHED_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "steps name at most %u fields", PL_REGISTER_WATCHED_MAX);
	d->watched[d->n_watched++] = field;
	return PL_OK;
}

pl_status pl_register_step_condition_parse(const struct pl_register_decl *d, pl_str word, size_t moves, struct pl_register_step *s,
	struct pl_diag *diag)
{
	struct pl_register_step_condition c = {0};
	pl_str name;
	pl_status st;

	if (s->n == PL_REGISTER_STEP_CONDITIONS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a step has at most %u conditions", PL_REGISTER_STEP_CONDITIONS_MAX);
	if (!pl_str_take_until(&word, '=', &name) || !name.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a condition \"field=value|value\" or \"field==value|value\"");
	c.kept = pl_str_eat(&word, PL_STR("="));
	c.values = word;
	st = open_enum(d, name, &c.field, diag);
	for (size_t i = 0; i < s->n && !st; i++)
		if (s->conditions[i].field == c.field)
			st = pl_diag_set(diag, PL_E_EXISTS, "\"%.*s\" stands twice in a step", PL_STR_ARG(name));
	if (!st && c.field == moves)
		st = pl_diag_set(diag, PL_E_EXISTS, "\"%.*s\" is what moves by these steps", PL_STR_ARG(name));
	if (!st)
		st = pl_register_step_names_check(&d->derived.fields[c.field], word, diag);
	if (!st)
		s->conditions[s->n++] = c;
	return st;
}

pl_status pl_register_step_add(struct pl_register_decl *d, pl_str line, struct pl_diag *diag)
{
	struct pl_register_step s = {0};
	size_t field = 0;
	pl_status st;

	if (d->n_steps == PL_REGISTER_STEPS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a register has at most %u lines of steps", PL_REGISTER_STEPS_MAX);
	st = open_enum(d, pl_register_word(&line), &field, diag);
	s.from = pl_register_word(&line);
	s.to = pl_register_word(&line);
	if (!st && d->n_steps && field != d->step_field)
		st = pl_diag_set(diag, PL_E_RANGE, "the steps of a register are those of one field");
	d->step_field = st ? d->step_field : field;
	if (!st)
		st = watch(d, field, diag);
	if (!st && (!s.from.len || !s.to.len))
		st = pl_diag_set(diag, PL_E_SYNTAX, "expected \"step <field> <from> <to>[ <condition> ...]\"");
	if (!st && pl_str_eq(s.from, FIRST))
		d->begins = true;
	else if (!st)
		st = pl_register_step_names_check(&d->derived.fields[field], s.from, diag);
	if (!st)
		st = pl_register_step_names_check(&d->derived.fields[field], s.to, diag);
	while (!st && line.len) {
		st = pl_register_step_condition_parse(d, pl_register_word(&line), field, &s, diag);
		if (!st)
			st = watch(d, s.conditions[s.n - 1].field, diag);
	}
	if (!st)
		d->steps[d->n_steps++] = s;
	return st;
}

/* ---- asking ---- */

bool pl_register_step_names_hold(pl_str values, pl_str value)
{
	for (bool more = true; more;) {
		pl_str one = values;

		more = pl_str_take_until(&values, '|', &one);
		if (value.ptr ? pl_str_eq(one, value) : pl_str_eq(one, ABSENT))
			return true;
	}
	return false;
}

static bool same(pl_str a, pl_str b)
{
	return a.ptr && b.ptr ? pl_str_eq(a, b) : !a.ptr && !b.ptr;
}

static const struct pl_register_step_condition *named(const struct pl_register_step *s, size_t field)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->conditions[i].field == field)
			return &s->conditions[i];
	return NULL;
}

static bool fits(const struct pl_register_decl *d, const struct pl_register_step *s, const pl_str *before, const pl_str *after)
{
	bool first = pl_str_eq(s->from, FIRST);

	if (before ? first || !pl_register_step_names_hold(s->from, before[d->step_field]) : !first)
		return false;
	if (!pl_register_step_names_hold(s->to, after[d->step_field]))
		return false;
	for (size_t i = 0; i < d->n_watched; i++) {
		size_t f = d->watched[i];
		const struct pl_register_step_condition *c = named(s, f);

		if (f == d->step_field)
			continue;
		/* What a line does not name stays as it was. */
		if (c && !pl_register_step_names_hold(c->values, after[f]))
			return false;
		if (before && (!c || c->kept) && !same(before[f], after[f]))
			return false;
	}
	return true;
}

static bool unmoved(const struct pl_register_decl *d, const pl_str *before, const pl_str *after)
{
	for (size_t i = 0; i < d->n_watched; i++)
		if (!same(before[d->watched[i]], after[d->watched[i]]))
			return false;
	return true;
}

static void put_values(const struct pl_register_decl *d, const pl_str *values, struct pl_buf *out)
{
	for (size_t i = 0; i < d->n_watched; i++) {
		size_t f = d->watched[i];
		pl_str value = values[f].ptr ? values[f] : ABSENT;

		pl_buf_printf(out, "%s%.*s %.*s", i ? ", " : "", PL_STR_ARG(d->derived.fields[f].name), PL_STR_ARG(value));
	}
}

pl_status pl_register_step_check(const struct pl_register_decl *d, const pl_str *before, const pl_str *after, bool *ret_moved,
	struct pl_diag *diag)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	*ret_moved = d->n_steps && (before ? !unmoved(d, before, after) : d->begins);
	for (size_t i = 0; *ret_moved && i < d->n_steps; i++)
		if (fits(d, &d->steps[i], before, after))
			return PL_OK;
	if (!*ret_moved)
		return PL_OK;
	if (before)
		put_values(d, before, &words);
	else
		pl_buf_put_z(&words, "nothing");
	pl_buf_put_z(&words, " to ");
	put_values(d, after, &words);
	return pl_diag_set(diag, PL_E_PROOF, "no step that the declaration names: from %s", pl_buf_z(&words));
}
