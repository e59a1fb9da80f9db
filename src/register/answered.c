/* SPDX-License-Identifier: Apache-2.0 */
#include "register/answered.h"
#include "base/codec.h"
#include "base/time.h"
#include "register/casework/clocks.h"
#include "register/clock_rule.h"

#define HOUR UINT64_C(3600)
#define DAY UINT64_C(86400)

enum { AT, MET, HOURS, DAYS, FIELDS };

/* Positions of declared fields; PL_REGISTER_NONE: not declared as it would have to be. */
struct fields {
	size_t at[FIELDS];
};

static bool has_names(pl_str choices)
{
	static const char *const names[] = {"no-clock", "met", "late"};
	size_t found = 0;
	pl_str one;

	for (bool more = true; more;) {
		one = choices;
		more = pl_str_take_until(&choices, ',', &one);
		for (size_t i = 0; i < PL_COUNT(names); i++)
			found += pl_str_eq(one, pl_str_from(names[i]));
	}
	return found == PL_COUNT(names);
}

static bool find_fields(const struct pl_register_decl *d, struct fields *ret)
{
	static const char *const names[FIELDS] = {[AT] = "answered-at", [MET] = "clock-met", [HOURS] = "hours", [DAYS] = "days"};

	for (size_t i = 0; i < FIELDS; i++) {
		const struct pl_register_field *f = pl_register_decl_field(d, pl_str_from(names[i]));
		bool fits = f && (i == AT ? f->type == PL_COMMIT_TIME :
				  i == MET ? f->type == PL_COMMIT_ENUM && f->class == PL_REGISTER_OPEN && has_names(f->choices) :
					     f->type == PL_COMMIT_U64 && f->class == PL_REGISTER_OPEN);

		ret->at[i] = fits ? (size_t)(f - d->fields) : PL_REGISTER_NONE;
	}
	return !d->imported && ret->at[AT] != PL_REGISTER_NONE && ret->at[MET] != PL_REGISTER_NONE;
}

bool pl_answered_is(const struct pl_register_decl *d)
{
	struct fields f;

	return find_fields(d, &f);
}

bool pl_answered_owns(const struct pl_register_decl *d, pl_str name)
{
	struct fields f;

	if (!find_fields(d, &f))
		return false;
	for (size_t i = MET; i < FIELDS; i++)
		if (f.at[i] != PL_REGISTER_NONE && pl_str_eq(d->fields[f.at[i]].name, name))
			return true;
	return false;
}

/* ---- what the clocks say ---- */

struct counted {
	uint64_t from, answered, value[FIELDS]; /* seconds; .value of hours and days */
	const char *met, *code;                 /* code: of the clock that ends first; NULL: none ran */
	uint64_t legal;
};

static uint64_t begun(uint64_t seconds, uint64_t unit)
{
	return seconds / unit + (seconds % unit != 0);
}

/* Clocks that the declaration does not name, where it names any, were started before it did. */
static void judge(const struct pl_register_decl *d, const struct pl_clock *clocks, size_t n, struct counted *c)
{
	const struct pl_clock *first = NULL;
	uint64_t passed;
	bool late = false;

	for (size_t i = 0; i < n; i++) {
		if (clocks[i].def->hold || pl_clock_rule_code(d, pl_str_from(clocks[i].def->code), NULL))
			continue;
		if (!first || clocks[i].due.legal < first->due.legal)
			first = &clocks[i];
		late = late || clocks[i].state == PL_CLOCK_MET_LATE || clocks[i].state == PL_CLOCK_OVERDUE_LEGAL;
	}
	c->met = !first ? "no-clock" : late ? "late" : "met";
	if (first) {
		c->from = first->started / PL_SECOND;
		c->code = first->def->code;
		c->legal = first->due.legal;
	}
	passed = c->answered - c->from;
	if (first)
		passed -= first->paused.ns / PL_SECOND < passed ? first->paused.ns / PL_SECOND : passed;
	c->value[HOURS] = begun(passed, HOUR);
	c->value[DAYS] = begun(passed, DAY);
}

/* The clocks of a case that comes in: nothing happened to it but that. */
static pl_status clocks_of_new(const struct pl_register *r, const struct pl_commit_value *first, const struct counted *c, struct pl_clock *ret,
	size_t *ret_n, struct pl_diag *diag)
{
	struct pl_casework_entry e[PL_REGISTER_CLOCKS_MAX] = {0};
	pl_str texts[PL_COMMIT_FIELDS_MAX];
	size_t n = 0;

	pl_clock_rule_texts(r->decl, first, texts);
	for (size_t i = 0; i < r->decl->n_clocks; i++) {
		if (!pl_register_clock_starts(&r->decl->clocks[i], texts))
			continue;
		e[n] = (struct pl_casework_entry){.seq = n + 1, .at = c->from, .kind = PL_CASEWORK_HAPPENED, .about = r->decl->clocks[i].event};
		n++;
	}
	return pl_casework_clocks(r->calendar, e, n, c->answered * PL_SECOND, ret, ret_n, diag);
}

static pl_status count(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_commit_value *first, struct counted *c,
	struct pl_diag *diag)
{
	struct pl_clock *clocks = pl_alloc(PL_CLOCKS_MAX, sizeof *clocks);
	size_t n = 0;
	pl_status st = PL_OK;

	if (c->answered < c->from)
		st = pl_diag_set(diag, PL_E_RANGE, "\"answered-at\" lies before \"received\"");
	else if (c->answered > pl_time_now() / PL_SECOND)
		st = pl_diag_set(diag, PL_E_RANGE, "\"answered-at\" is still to come");
	if (!st && !number)
		st = clocks_of_new(r, first, c, clocks, &n, diag);
	else if (!st)
		st = pl_casework_clocks_at(tx, r->calendar, r->decl->name, number, c->answered * PL_SECOND, clocks, &n, diag);
	if (!st)
		judge(r->decl, clocks, n, c);
	pl_free(clocks);
	return st;
}

/* ---- what was typed ---- */

static void put_value(const struct pl_commit_value *v, size_t which, struct pl_buf *out)
{
	if (which == MET)
		pl_buf_put_bytes(out, v->value);
	else if (v->value.len == 8)
		pl_buf_put_u64(out, pl_be64(v->value.ptr));
}

static pl_status contradicts(const struct counted *c, pl_str name, pl_str said, pl_str is, struct pl_diag *diag)
{
	char from[21], answered[21], legal[21];

	pl_time_write(c->from * PL_SECOND, from);
	pl_time_write(c->answered * PL_SECOND, answered);
	pl_time_write(c->legal, legal);
	pl_diag_hint(diag, "leave it out: it is counted; or note what is missing in the case's file (pellucid case happened, pause, extend, meet, with --at)");
	if (!c->code)
		return pl_diag_set(diag, PL_E_RANGE, "\"%.*s\" is said to be %.*s, and is %.*s: no clock ran from %s, when the request was received, to %s, when it was answered",
			PL_STR_ARG(name), PL_STR_ARG(said), PL_STR_ARG(is), from, answered);
	return pl_diag_set(diag, PL_E_RANGE, "\"%.*s\" is said to be %.*s, and is %.*s by the clock %s: from %s to %s, legal end %s", PL_STR_ARG(name),
		PL_STR_ARG(said), PL_STR_ARG(is), c->code, from, answered, legal);
}

static pl_status take(const struct pl_register_decl *d, const struct counted *c, size_t field, size_t which, bool typed, struct pl_commit_value is,
	struct pl_commit_value *v, struct pl_diag *diag)
{
	struct pl_buf said PL_CLEANUP(pl_buf_done) = PL_BUF(4096), counted PL_CLEANUP(pl_buf_done) = PL_BUF(64);

	if (typed && v->present && !pl_bytes_eq(v->value, is.value)) {
		put_value(v, which, &said);
		put_value(&is, which, &counted);
		return contradicts(c, d->fields[field].name, pl_buf_str(&said), pl_buf_str(&counted), diag);
	}
	*v = is;
	return PL_OK;
}

/* There is no answer: what is counted of one says nothing. */
static pl_status empty(const struct pl_register_decl *d, const struct fields *f, const bool *set, struct pl_commit_value *v, struct pl_diag *diag)
{
	for (size_t i = MET; i < FIELDS; i++) {
		size_t at = f->at[i];

		if (at == PL_REGISTER_NONE)
			continue;
		if (set[at] && v[at].present) {
			pl_diag_hint(diag, "set answered-at, and leave hours, days and clock-met out: they are counted");
			return pl_diag_set(diag, PL_E_RANGE, "\"%.*s\" is counted of the moment of the answer, and there is no \"answered-at\"",
				PL_STR_ARG(d->fields[at].name));
		}
		if (set[f->at[AT]])
			v[at] = (struct pl_commit_value){0};
	}
	return PL_OK;
}

pl_status pl_answered_fill(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const bool *set, const struct pl_commit_value *first,
	struct pl_commit_value *v, struct pl_answered_room *room, struct pl_diag *diag)
{
	const struct pl_register_decl *d = r->decl;
	struct counted c = {0};
	struct fields f;
	bool any = false;
	pl_status st;

	if (!find_fields(d, &f))
		return PL_OK;
	for (size_t i = 0; i < FIELDS; i++)
		any = any || (f.at[i] != PL_REGISTER_NONE && set[f.at[i]]);
	if (!any || !v[0].present || v[0].value.len != 8) /* without "received" it is refused elsewhere */
		return PL_OK;
	if (!v[f.at[AT]].present)
		return empty(d, &f, set, v, diag);
	c.from = pl_be64(v[0].value.ptr);
	c.answered = pl_be64(v[f.at[AT]].value.ptr);
	st = count(tx, r, number, first, &c, diag);
	for (size_t i = MET; i < FIELDS && !st; i++) {
		size_t at = f.at[i];
		struct pl_commit_value is = {true, pl_str_bytes(pl_str_from(c.met))};

		if (at == PL_REGISTER_NONE)
			continue;
		if (i != MET) {
			pl_be64_write(room->b[i - HOURS], c.value[i]);
			is.value = pl_bytes_of(room->b[i - HOURS], 8);
		}
		st = take(d, &c, at, i, set[at], is, &v[at], diag);
	}
	return st;
}
