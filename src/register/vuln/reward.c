/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/reward.h"
#include "base/date.h"
#include "fact/predicates.h"
#include "register/vuln/lines.h"

#define DAY UINT64_C(86400)

static pl_status take_head(struct pl_vuln_lines *l, struct pl_reward_matrix *m, struct pl_diag *diag)
{
	struct pl_date day;
	pl_str currency, from;
	pl_status st = pl_vuln_lines_title(l, "pellucid-reward-matrix v1", diag);

	if (!st)
		st = pl_vuln_lines_head(l, "program", &m->program, diag);
	if (!st && !pl_predicate_token_ok(m->program))
		return pl_diag_set(diag, PL_E_SYNTAX, "program: expected a token, like bug-bounty");
	if (!st)
		st = pl_vuln_lines_head(l, "currency", &currency, diag);
	if (!st && pl_currency_parse(currency, &m->currency))
		return pl_diag_set(diag, PL_E_SYNTAX, "currency: expected the code of one, like USD");
	if (!st)
		st = pl_vuln_lines_head(l, "from", &from, diag);
	if (!st && pl_date_parse(from, &day))
		return pl_diag_set(diag, PL_E_SYNTAX, "from: expected a day, like 2018-03-01");
	if (!st)
		m->from = pl_date_day(day) * DAY;
	return st;
}

static bool take_token(pl_str *line, pl_str *ret)
{
	return pl_str_take_until(line, ' ', ret) && pl_predicate_token_ok(*ret);
}

static pl_status take_row(pl_str line, struct pl_reward_matrix *m, struct pl_diag *diag)
{
	struct pl_reward_row row = {0};
	pl_str low;

	if (!pl_str_eat(&line, PL_STR("row ")) || !take_token(&line, &row.product) || !take_token(&line, &row.impact) ||
		!take_token(&line, &row.position) || !pl_str_take_until(&line, ' ', &low) ||
		pl_str_to_u64(low, PL_REWARD_AMOUNT_MAX, &row.low) || pl_str_to_u64(line, PL_REWARD_AMOUNT_MAX, &row.high))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected \"row <product> <impact> <position> <lowest> <highest>\", amounts in whole units");
	if (row.low > row.high || !row.high)
		return pl_diag_set(diag, PL_E_RANGE, "the lowest amount is not above the highest, and that is not 0");
	if (pl_reward_matrix_find(m, row.product, row.impact, row.position))
		return pl_diag_set(diag, PL_E_EXISTS, "product, impact and position stand there already");
	if (m->n == PL_REWARD_ROWS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "at most %u rows", PL_REWARD_ROWS_MAX);
	m->rows[m->n++] = row;
	return PL_OK;
}

pl_status pl_reward_matrix_parse(pl_str text, struct pl_arena *arena, struct pl_reward_matrix *ret, struct pl_diag *diag)
{
	struct pl_vuln_lines l;
	pl_str line;
	pl_status st = pl_vuln_lines_begin(&l, text, PL_REWARD_MATRIX_MAX, arena, diag);

	ret->n = 0;
	if (!st)
		st = take_head(&l, ret, diag);
	while (!st && l.rest.len) {
		st = pl_vuln_lines_next(&l, &line, diag);
		if (!st)
			st = take_row(line, ret, diag);
	}
	if (!st && !ret->n)
		st = pl_diag_set(diag, PL_E_SYNTAX, "there are no rows");
	if (st)
		pl_diag_at(diag, l.line, 0);
	return st;
}

const struct pl_reward_row *pl_reward_matrix_find(const struct pl_reward_matrix *m, pl_str product, pl_str impact, pl_str position)
{
	for (size_t i = 0; i < m->n; i++)
		if (pl_str_eq(m->rows[i].product, product) && pl_str_eq(m->rows[i].impact, impact) &&
			pl_str_eq(m->rows[i].position, position))
			return &m->rows[i];
	return NULL;
}

uint64_t pl_reward_matrix_top(const struct pl_reward_matrix *m)
{
	uint64_t top = 0;

	for (size_t i = 0; i < m->n; i++)
		top = m->rows[i].high > top ? m->rows[i].high : top;
	return top;
}
