/* SPDX-License-Identifier: Apache-2.0 */
#include "register/clock_rule.h"
#include "register/casework/casefile.h"

#define CODES_MAX 512u

/* ---- what the table says ---- */

static bool table_has_event(pl_str event)
{
	size_t n;
	const struct pl_clock_def *defs = pl_clock_table(&n);

	for (size_t i = 0; i < n; i++)
		if (defs[i].starts && pl_str_eq(event, pl_str_from(defs[i].starts)))
			return true;
	return false;
}

/* Does @event start @def, itself or by way of a clock that must be met first? */
static bool leads_to(pl_str event, const struct pl_clock_def *def)
{
	for (size_t depth = 0; def && depth < PL_CLOCKS_MAX; depth++) {
		if (def->starts)
			return pl_str_eq(event, pl_str_from(def->starts));
		def = pl_clock_find(pl_str_from(def->after));
	}
	return false;
}

/* "CRA-I1,CRA-I2,CRA-I3", in the order of the table. */
static void put_codes(pl_str event, struct pl_buf *out)
{
	size_t n;
	const struct pl_clock_def *defs = pl_clock_table(&n);

	for (size_t i = 0; i < n; i++) {
		if (!leads_to(event, &defs[i]))
			continue;
		if (out->len)
			pl_buf_put_c(out, ',');
		pl_buf_put_z(out, defs[i].code);
	}
}

static pl_status check_line(const struct pl_register_clock *c, struct pl_diag *diag)
{
	struct pl_buf codes PL_CLEANUP(pl_buf_done) = PL_BUF(CODES_MAX);

	pl_diag_hint(diag, "pellucid clock list");
	if (!table_has_event(c->event))
		return pl_diag_set(diag, PL_E_RANGE, "\"%.*s\" starts no clock that is known here", PL_STR_ARG(c->event));
	put_codes(c->event, &codes);
	return pl_str_eq(pl_buf_str(&codes), c->codes) ? PL_OK :
							 pl_diag_set(diag, PL_E_RANGE, "\"%.*s\" starts %.*s, and the line \"clock\" says %.*s",
								 PL_STR_ARG(c->event), PL_STR_ARG(pl_buf_str(&codes)), PL_STR_ARG(c->codes));
}

pl_status pl_clock_rule_check(const struct pl_register_decl *d, struct pl_diag *diag)
{
	struct pl_diag one = {0};
	pl_status st = PL_OK;

	for (size_t i = 0; i < d->n_clocks && !st; i++)
		st = check_line(&d->clocks[i], &one);
	if (st && diag)
		*diag = one;
	return st;
}

/* ---- what may be noted ---- */

static pl_status refuse(const struct pl_register_decl *d, const char *what, pl_str name, struct pl_diag *diag)
{
	struct pl_buf events PL_CLEANUP(pl_buf_done) = PL_BUF(2048);

	for (size_t i = 0; i < d->n_clocks; i++) {
		pl_buf_put_z(&events, i ? ", " : "");
		pl_buf_put_str(&events, d->clocks[i].event);
		pl_buf_put_z(&events, " (");
		pl_buf_put_str(&events, d->clocks[i].codes);
		pl_buf_put_z(&events, ")");
	}
	return pl_diag_set(diag, PL_E_RANGE, "the declaration of %.*s names no %s \"%.*s\"; it names: %.*s", PL_STR_ARG(d->name), what,
		PL_STR_ARG(name), PL_STR_ARG(pl_buf_str(&events)));
}

pl_status pl_clock_rule_event(const struct pl_register_decl *d, pl_str event, struct pl_diag *diag)
{
	if (!table_has_event(event))
		return pl_diag_set(diag, PL_E_RANGE, "\"%.*s\" starts no clock; see: pellucid clock list", PL_STR_ARG(event));
	return !d->n_clocks || pl_register_decl_clock(d, event) ? PL_OK : refuse(d, "event", event, diag);
}

pl_status pl_clock_rule_code(const struct pl_register_decl *d, pl_str code, struct pl_diag *diag)
{
	if (!pl_clock_find(code))
		return pl_diag_set(diag, PL_E_RANGE, "there is no clock \"%.*s\"; see: pellucid clock list", PL_STR_ARG(code));
	for (size_t i = 0; d && i < d->n_clocks; i++) {
		pl_str rest = d->clocks[i].codes, one;

		while (pl_register_code_next(&rest, &one))
			if (pl_str_eq(one, code))
				return PL_OK;
	}
	return d && d->n_clocks ? refuse(d, "clock", code, diag) : PL_OK;
}

/* ---- at intake ---- */

void pl_clock_rule_texts(const struct pl_register_decl *d, const struct pl_commit_value *v, pl_str ret[static PL_COMMIT_FIELDS_MAX])
{
	for (size_t i = 0; i < d->derived.n; i++)
		ret[i] = !d->derived.fields[i].is_private && v[i].present ? pl_bytes_str(v[i].value) : (pl_str){0};
}

pl_status pl_clock_rule_begin(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t received, const struct pl_commit_value *v)
{
	const struct pl_register_decl *d = r->decl;
	pl_str first[PL_COMMIT_FIELDS_MAX];
	pl_status st = PL_OK;

	pl_clock_rule_texts(d, v, first);
	for (size_t i = 0; i < d->n_clocks && !st; i++) {
		const struct pl_casework_new entry = {.kind = PL_CASEWORK_HAPPENED, .at = received, .about = d->clocks[i].event};

		if (pl_register_clock_starts(&d->clocks[i], first))
			st = pl_casework_put(tx, r, number, &entry, NULL);
	}
	return st;
}
