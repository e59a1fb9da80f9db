/* SPDX-License-Identifier: Apache-2.0 */
/* The lines "eyes" of a declaration: states that nobody reaches alone. */
#include "register/declaration_internal.h"

/* "<field> <to>[ <condition> ...]" */
pl_status pl_register_eyes_add(struct pl_register_decl *d, pl_str line, struct pl_diag *diag)
{
	struct pl_register_step s = {0};
	pl_str name = pl_register_word(&line);
	const struct pl_register_field *f = pl_register_decl_field(d, name);
	pl_status st = PL_OK;

	if (d->imported)
		return pl_diag_set(diag, PL_E_RANGE, "an imported register is nobody's work: there is nobody whom \"eyes\" could ask for");
	if (d->n_eyes == PL_REGISTER_EYES_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a register has at most %u lines \"eyes\"", PL_REGISTER_EYES_MAX);
	if (!f || f->class != PL_REGISTER_OPEN || f->type != PL_COMMIT_ENUM)
		return pl_diag_set(diag, PL_E_RANGE, "\"eyes\" is of a declared enum that is open, and \"%.*s\" is none", PL_STR_ARG(name));
	s.to = pl_register_word(&line);
	if (!s.to.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected \"eyes <field> <names>[ <condition> ...]\"");
	if (pl_register_step_names_hold(s.to, (pl_str){0}))
		return pl_diag_set(diag, PL_E_RANGE, "\"~\" is no state that two persons could decide on: a case that is new says nothing yet");
	st = pl_register_step_names_check(&d->derived.fields[f->exact], s.to, diag);
	while (!st && line.len) {
		st = pl_register_step_condition_parse(d, pl_register_word(&line), f->exact, &s, diag);
		if (!st && s.conditions[s.n - 1].kept)
			st = pl_diag_set(diag, PL_E_SYNTAX, "a condition of \"eyes\" is \"field=value|value\": it says where a case is, not how it came there");
	}
	if (!st)
		d->eyes[d->n_eyes++] = (struct pl_register_eyes){.field = f->exact, .state = s};
	return st;
}

/* Is a case that says @values in the state that @e names? */
static bool is_there(const struct pl_register_eyes *e, const pl_str *values)
{
	if (!values || !pl_register_step_names_hold(e->state.to, values[e->field]))
		return false;
	for (size_t i = 0; i < e->state.n; i++)
		if (!pl_register_step_names_hold(e->state.conditions[i].values, values[e->state.conditions[i].field]))
			return false;
	return true;
}

const struct pl_register_eyes *pl_register_eyes_asked(const struct pl_register_decl *d, const pl_str *before, const pl_str *after)
{
	for (size_t i = 0; i < d->n_eyes; i++)
		if (is_there(&d->eyes[i], after) && !is_there(&d->eyes[i], before))
			return &d->eyes[i];
	return NULL;
}

bool pl_register_eyes_name(const struct pl_register_decl *d, const struct pl_register_field *f, pl_str value)
{
	for (size_t i = 0; i < d->n_eyes; i++)
		if (d->eyes[i].field == f->exact && (!value.ptr || pl_register_step_names_hold(d->eyes[i].state.to, value)))
			return true;
	return false;
}
