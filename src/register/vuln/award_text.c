/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/award_text: what is decided, in one spelling. */
#include "fact/predicates.h"
#include "register/vuln/award.h"
#include "register/vuln/lines.h"

const char *const pl_award_outside[] = {"no", "exceptional-report", "several-flaws", "late-finding", "goodwill", NULL};

void pl_award_write(struct pl_buf *out, const struct pl_award *a)
{
	pl_buf_printf(out, "pellucid-bounty-award v1\ncase %.*s %llu\nproduct %.*s\nimpact %.*s\nposition %.*s\nseverity %.*s\n",
		PL_STR_ARG(a->case_register), (unsigned long long)a->case_number, PL_STR_ARG(a->product), PL_STR_ARG(a->impact),
		PL_STR_ARG(a->position), PL_STR_ARG(a->severity));
	pl_buf_printf(out, "amount %llu %s\nmatrix %.*s %llu\noutside %.*s\nentity %.*s\npaid ", (unsigned long long)a->amount,
		a->currency.code, PL_STR_ARG(a->program), (unsigned long long)a->version, PL_STR_ARG(a->outside), PL_STR_ARG(a->entity));
	if (a->price)
		pl_money_put(out, (int64_t)a->price, a->paid);
	else
		pl_buf_put_c(out, '-');
	pl_buf_put_c(out, '\n');
}

/* ---- the way back ---- */

static pl_status take_token(struct pl_vuln_lines *l, const char *key, pl_str *ret, struct pl_diag *diag)
{
	pl_status st = pl_vuln_lines_head(l, key, ret, diag);

	return st || pl_predicate_token_ok(*ret) ? st : pl_diag_set(diag, PL_E_SYNTAX, "%s: expected a token", key);
}

/* "<name> <number>" */
static pl_status take_pair(struct pl_vuln_lines *l, const char *key, pl_str *name, uint64_t *number, struct pl_diag *diag)
{
	pl_str rest;
	pl_status st = pl_vuln_lines_head(l, key, &rest, diag);

	if (st)
		return st;
	return pl_str_take_until(&rest, ' ', name) && pl_predicate_token_ok(*name) && !pl_str_to_u64(rest, INT64_MAX, number) && *number ?
		PL_OK :
		pl_diag_set(diag, PL_E_SYNTAX, "%s: expected a name and a number from 1", key);
}

static pl_status take_amount(struct pl_vuln_lines *l, struct pl_award *a, struct pl_diag *diag)
{
	pl_str rest, number;
	pl_status st = pl_vuln_lines_head(l, "amount", &rest, diag);

	if (st)
		return st;
	return pl_str_take_until(&rest, ' ', &number) && !pl_str_to_u64(number, PL_REWARD_AMOUNT_MAX, &a->amount) && a->amount &&
			!pl_currency_parse(rest, &a->currency) ?
		PL_OK :
		pl_diag_set(diag, PL_E_SYNTAX, "amount: expected whole units and a currency, like 5000 USD");
}

static pl_status take_paid(struct pl_vuln_lines *l, struct pl_award *a, struct pl_diag *diag)
{
	pl_str rest, number;
	int64_t price = 0;
	pl_status st = pl_vuln_lines_head(l, "paid", &rest, diag);

	if (st || pl_str_eq(rest, PL_STR("-")))
		return st;
	if (!pl_str_take_until(&rest, ' ', &number) || pl_currency_parse(rest, &a->paid) ||
		pl_money_parse(number, a->paid, &price, NULL) || price <= 0)
		return pl_diag_set(diag, PL_E_SYNTAX, "paid: expected what the bank pays, like 4612.55 EUR, or -");
	a->price = (uint64_t)price;
	return PL_OK;
}

static pl_status take_all(struct pl_vuln_lines *l, struct pl_award *a, struct pl_diag *diag)
{
	pl_status st = pl_vuln_lines_title(l, "pellucid-bounty-award v1", diag);

	if (!st)
		st = take_pair(l, "case", &a->case_register, &a->case_number, diag);
	if (!st)
		st = take_token(l, "product", &a->product, diag);
	if (!st)
		st = take_token(l, "impact", &a->impact, diag);
	if (!st)
		st = take_token(l, "position", &a->position, diag);
	if (!st)
		st = take_token(l, "severity", &a->severity, diag);
	if (!st)
		st = take_amount(l, a, diag);
	if (!st)
		st = take_pair(l, "matrix", &a->program, &a->version, diag);
	if (!st)
		st = take_token(l, "outside", &a->outside, diag);
	if (!st)
		st = take_token(l, "entity", &a->entity, diag);
	if (!st)
		st = take_paid(l, a, diag);
	return !st && l->rest.len ? pl_diag_set(diag, PL_E_SYNTAX, "something follows the last line") : st;
}

pl_status pl_award_parse(pl_str text, struct pl_arena *arena, struct pl_award *ret, struct pl_diag *diag)
{
	struct pl_vuln_lines l;
	pl_status st = pl_vuln_lines_begin(&l, text, PL_AWARD_TEXT_MAX, arena, diag);

	*ret = (struct pl_award){0};
	if (!st)
		st = take_all(&l, ret, diag);
	if (st)
		pl_diag_at(diag, l.line, 0);
	return st;
}
