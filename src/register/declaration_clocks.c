/* SPDX-License-Identifier: Apache-2.0 */
/* The lines "clock" of a declaration: which events start which clocks, and which of them happen when a case comes in. */
#include "register/declaration_internal.h"

static bool code_ok(pl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!(c >= 'A' && c <= 'Z') && !(i && ((c >= '0' && c <= '9') || (c == '-' && i + 1 < s.len))))
			return false;
	}
	return s.len >= 1 && s.len <= PL_REGISTER_CLOCK_CODE_MAX;
}

/* Does a line that stands there already name @code? */
static bool is_named(const struct pl_register_decl *d, pl_str code)
{
	for (size_t i = 0; i < d->n_clocks; i++) {
		pl_str rest = d->clocks[i].codes, one;

		while (pl_register_code_next(&rest, &one))
			if (pl_str_eq(one, code))
				return true;
	}
	return false;
}

bool pl_register_code_next(pl_str *rest, pl_str *ret)
{
	if (!rest->len)
		return false;
	if (!pl_str_take_until(rest, ',', ret)) {
		*ret = *rest;
		*rest = (pl_str){0};
	}
	return true;
}

static pl_status check_codes(const struct pl_register_decl *d, pl_str codes, struct pl_diag *diag)
{
	pl_str rest = codes, one, before;

	if (pl_str_ends(codes, PL_STR(",")))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected codes of clocks, like EPOC or CRA-V1, separated by commas");
	while (pl_register_code_next(&rest, &one)) {
		pl_str seen = pl_str_sub(codes, 0, (size_t)(one.ptr - codes.ptr));

		if (!code_ok(one))
			return pl_diag_set(diag, PL_E_SYNTAX, "\"%.*s\" is no code of a clock, like EPOC or CRA-V1", PL_STR_ARG(one));
		while (pl_register_code_next(&seen, &before))
			if (pl_str_eq(before, one))
				return pl_diag_set(diag, PL_E_EXISTS, "the clock %.*s stands twice", PL_STR_ARG(one));
		if (is_named(d, one))
			return pl_diag_set(diag, PL_E_EXISTS, "the clock %.*s stands twice", PL_STR_ARG(one));
	}
	return PL_OK;
}

static pl_status take_when(pl_str word, bool *ret, struct pl_diag *diag)
{
	*ret = pl_str_eq(word, PL_STR("intake"));
	return *ret || pl_str_eq(word, PL_STR("desk")) ?
		       PL_OK :
		       pl_diag_set(diag, PL_E_SYNTAX, "expected \"clock <event> intake|desk <code>[,<code>...][ <condition> ...]\"");
}

/* "<event> intake|desk <code>[,<code>...][ <condition> ...]" */
pl_status pl_register_clock_add(struct pl_register_decl *d, pl_str line, struct pl_diag *diag)
{
	struct pl_register_clock c = {.event = pl_register_word(&line)};
	pl_status st;

	if (d->imported)
		return pl_diag_set(diag, PL_E_RANGE, "an imported register is nobody's work: no clock runs in it");
	if (d->n_clocks == PL_REGISTER_CLOCKS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a register has at most %u lines \"clock\"", PL_REGISTER_CLOCKS_MAX);
	if (!pl_register_name_ok(c.event, PL_REGISTER_NAME_MAX))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the name of an event, like order-received");
	if (pl_register_decl_clock(d, c.event))
		return pl_diag_set(diag, PL_E_EXISTS, "the event %.*s stands twice", PL_STR_ARG(c.event));
	st = take_when(pl_register_word(&line), &c.intake, diag);
	if (st)
		return st;
	c.codes = pl_register_word(&line);
	if (!c.codes.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected \"clock <event> intake|desk <code>[,<code>...][ <condition> ...]\"");
	st = check_codes(d, c.codes, diag);
	if (!st && line.len && !c.intake)
		st = pl_diag_set(diag, PL_E_SYNTAX, "a condition says which cases an event happens to when they come in: this one is noted by the desk");
	while (!st && line.len) {
		st = pl_register_step_condition_parse(d, pl_register_word(&line), PL_REGISTER_NONE, &c.when, diag);
		if (!st && c.when.conditions[c.when.n - 1].kept)
			st = pl_diag_set(diag, PL_E_SYNTAX, "a condition of \"clock\" is \"field=value|value\": there is no revision before the first");
	}
	if (!st)
		d->clocks[d->n_clocks++] = c;
	return st;
}

const struct pl_register_clock *pl_register_decl_clock(const struct pl_register_decl *d, pl_str event)
{
	for (size_t i = 0; i < d->n_clocks; i++)
		if (pl_str_eq(d->clocks[i].event, event))
			return &d->clocks[i];
	return NULL;
}

bool pl_register_clock_starts(const struct pl_register_clock *c, const pl_str *first)
{
	if (!c->intake)
		return false;
	for (size_t i = 0; i < c->when.n; i++)
		if (!pl_register_step_names_hold(c->when.conditions[i].values, first[c->when.conditions[i].field]))
			return false;
	return true;
}

void pl_register_clock_when_put(const struct pl_register_decl *d, const struct pl_register_clock *c, struct pl_buf *out)
{
	for (size_t i = 0; i < c->when.n; i++) {
		pl_buf_put_z(out, i ? " " : "");
		pl_buf_put_str(out, d->derived.fields[c->when.conditions[i].field].name);
		pl_buf_put_c(out, '=');
		pl_buf_put_str(out, c->when.conditions[i].values);
	}
}
