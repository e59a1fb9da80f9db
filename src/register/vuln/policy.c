/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/policy.h"
#include "base/date.h"
#include "register/clock.h"
#include "register/vuln/lines.h"

#define DAY UINT64_C(86400)

static bool language_ok(pl_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(s.ptr[i] >= 'a' && s.ptr[i] <= 'z') && !(i && s.ptr[i] == '-'))
			return false;
	return s.len >= 2 && s.len <= PL_DISCLOSURE_LANGUAGE_MAX;
}

static pl_status take_head(struct pl_vuln_lines *l, struct pl_disclosure_policy *p, struct pl_diag *diag)
{
	struct pl_date day;
	pl_str from;
	pl_status st = pl_vuln_lines_title(l, "pellucid-disclosure-policy v1", diag);

	if (!st)
		st = pl_vuln_lines_head(l, "language", &p->language, diag);
	if (!st && !language_ok(p->language))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a language tag like en or pt-br");
	if (!st)
		st = pl_vuln_lines_head(l, "from", &from, diag);
	if (!st && pl_date_parse(from, &day))
		return pl_diag_set(diag, PL_E_SYNTAX, "from: expected a day, like 2026-01-01");
	if (!st)
		p->from = pl_date_day(day) * DAY;
	if (!st)
		st = pl_vuln_lines_head(l, "title", &p->title, diag);
	return st ? st : pl_vuln_lines_head(l, "about", &p->about, diag);
}

static pl_status put(struct pl_disclosure_line *list, size_t *n, pl_str name, pl_str text, struct pl_diag *diag)
{
	if (*n == PL_DISCLOSURE_LINES_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "at most %u of these lines", PL_DISCLOSURE_LINES_MAX);
	list[(*n)++] = (struct pl_disclosure_line){name, text};
	return PL_OK;
}

static pl_status take_line(pl_str line, struct pl_disclosure_policy *p, struct pl_diag *diag)
{
	pl_str name;

	if (pl_str_eat(&line, PL_STR("principle "))) {
		size_t bar = pl_str_find_str(line, PL_STR(" | "));

		name = pl_str_sub(line, 0, bar);
		line = bar < line.len ? pl_str_sub(line, bar + 3, line.len) : (pl_str){0};
		return name.len && line.len ? put(p->principles, &p->n_principles, name, line, diag) :
			pl_diag_set(diag, PL_E_SYNTAX, "expected \"principle <name> | <text>\"");
	}
	if (pl_str_eat(&line, PL_STR("clock "))) {
		if (!pl_str_take_until(&line, ' ', &name) || !line.len)
			return pl_diag_set(diag, PL_E_SYNTAX, "expected \"clock <code> <text>\"");
		if (!pl_clock_find(name))
			return pl_diag_set(diag, PL_E_NOTFOUND, "there is no clock \"%.*s\"; see: pellucid clock list", PL_STR_ARG(name));
		return put(p->clocks, &p->n_clocks, name, line, diag);
	}
	return pl_diag_set(diag, PL_E_SYNTAX, "expected a line \"principle\" or \"clock\"");
}

pl_status pl_disclosure_policy_parse(pl_str text, struct pl_arena *arena, struct pl_disclosure_policy *ret, struct pl_diag *diag)
{
	struct pl_vuln_lines l;
	pl_str line;
	pl_status st = pl_vuln_lines_begin(&l, text, PL_DISCLOSURE_TEXT_MAX, arena, diag);

	*ret = (struct pl_disclosure_policy){0};
	if (!st)
		st = take_head(&l, ret, diag);
	while (!st && l.rest.len) {
		st = pl_vuln_lines_next(&l, &line, diag);
		if (!st)
			st = take_line(line, ret, diag);
	}
	if (!st && !ret->n_principles)
		st = pl_diag_set(diag, PL_E_SYNTAX, "there are no principles");
	if (st)
		pl_diag_at(diag, l.line, 0);
	return st;
}
