/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/award: whether a reward may be, deciding it, paying it. */
#include "register/vuln/award.h"
#include "base/time.h"
#include "register/entity/book_post.h"
#include "register/entity/book_query.h"
#include "register/private.h"
#include "register/recover.h"
#include "register/vuln/internal.h"
#include "register/vuln/range.h"
#include "register/vuln/sql.h"
#include <stdio.h>

#define DAY UINT64_C(86400)
#define LIFE (60 * 24 * 3600 * PL_SECOND)
#define TOKEN_TEXT 65u

/* ---- may it be? ---- */

static bool outside_ok(pl_str word)
{
	for (size_t i = 0; pl_award_outside[i]; i++)
		if (pl_str_eq(word, pl_str_from(pl_award_outside[i])))
			return true;
	return false;
}

/* Within the cell no reason is given; outside of it one is. */
static pl_status judge(const struct pl_award *a, const struct pl_reward_row *row, struct pl_diag *diag)
{
	bool within = row && a->amount >= row->low && a->amount <= row->high, reason = !pl_str_eq(a->outside, PL_STR("no"));

	if (within == !reason)
		return PL_OK;
	if (within)
		return pl_diag_set(diag, PL_E_RANGE, "the amount lies within %llu to %llu %s: no reason is needed", (unsigned long long)row->low,
			(unsigned long long)row->high, a->currency.code);
	pl_diag_hint(diag, "--outside exceptional-report, several-flaws, late-finding or goodwill; then two others must agree");
	if (!row)
		return pl_diag_set(diag, PL_E_RANGE, "the matrix names no amount for %.*s, %.*s, %.*s", PL_STR_ARG(a->product),
			PL_STR_ARG(a->impact), PL_STR_ARG(a->position));
	return pl_diag_set(diag, PL_E_RANGE, "the amount is not one from %llu to %llu %s", (unsigned long long)row->low,
		(unsigned long long)row->high, a->currency.code);
}

pl_status pl_award_check(struct pl_vuln *c, struct pl_award *a, struct pl_arena *arena, unsigned *ret_voices, struct pl_diag *diag)
{
	struct pl_reward_matrix *m = pl_arena_alloc(arena, 1, sizeof *m);
	struct pl_vuln_stated stated;
	pl_status st = m ? pl_award_may_be(c, diag) : PL_E_TOOBIG;

	if (st)
		return st;
	st = pl_query_reward_matrix(c->inst, a->program, c->received, arena, &stated, m);
	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(diag, "pellucid bounty matrix FILE");
		return pl_diag_set(diag, st, "no matrix of %.*s held when the report was received", PL_STR_ARG(a->program));
	}
	if (st)
		return st;
	a->case_register = c->r->decl->name;
	a->case_number = c->v->at.number;
	a->product = c->product;
	a->severity = c->severity;
	a->currency = m->currency;
	a->version = stated.version;
	if (!a->product.len || !a->severity.len)
		return pl_diag_set(diag, PL_E_STATE, "case %llu does not say its product and its severity", (unsigned long long)a->case_number);
	if (!a->amount || a->amount > PL_REWARD_AMOUNT_MAX || !outside_ok(a->outside))
		return pl_diag_set(diag, PL_E_RANGE, "an award has an amount in whole units, and a reason that is known if it lies outside");
	if (a->price ? pl_currency_eq(a->paid, a->currency) : a->paid.code[0] != '\0')
		return pl_diag_set(diag, PL_E_RANGE, "a price is in another currency than %s", a->currency.code);
	*ret_voices = pl_str_eq(a->outside, PL_STR("no")) ? 1 : 2;
	return judge(a, pl_reward_matrix_find(m, a->product, a->impact, a->position), diag);
}

/* ---- proposing ---- */

struct paying {
	struct pl_vuln *c;
	struct pl_award *a;
	const struct pl_register *bounties;
	struct pl_people *p;
	const struct pl_people_actor *actor;
	struct pl_ulid id;
	unsigned voices;
	uint64_t now;
	struct pl_buf text;
	struct pl_arena arena;
	struct pl_vault_key key;
	struct pl_vuln_sets report, award;
	struct pl_book_tx *book;
	struct pl_award_paid done;
	struct pl_diag *diag;
};

static pl_status propose_tx(void *ctx, struct pl_db_tx *tx)
{
	struct paying *y = ctx;
	const struct pl_decision_new what = {.kind = PL_AWARD_KIND, .bytes = pl_buf_bytes(&y->text), .roles = PL_AWARD_ROLES,
		.needed = y->voices, .life_ns = LIFE};
	struct pl_book_state books;
	pl_status st = pl_book_state(tx, y->a->entity, &books, y->diag);

	if (!st && !y->a->price && !pl_currency_eq(books.currency, y->a->currency))
		st = pl_diag_set(y->diag, PL_E_RANGE, "%.*s keeps its books in %s: say what its bank pays, like --price \"4612.55 %s\"",
			PL_STR_ARG(y->a->entity), books.currency.code, books.currency.code);
	return st ? st : pl_decision_propose_once(y->p, tx, y->actor, &what, &y->id, y->diag);
}

pl_status pl_award_propose(struct pl_vuln *c, struct pl_award *a, struct pl_people *p, const struct pl_people_actor *actor,
	struct pl_ulid *ret, struct pl_diag *diag)
{
	struct paying y = {.c = c, .a = a, .p = p, .actor = actor, .text = PL_BUF(PL_AWARD_TEXT_MAX), .arena = PL_ARENA((size_t)1 << 20),
		.diag = diag};
	pl_status st = pl_award_check(c, a, &y.arena, &y.voices, diag);

	pl_award_write(&y.text, a);
	if (!st)
		st = pl_buf_status(&y.text);
	if (!st)
		st = pl_db_tx(pl_instance_db(c->inst), propose_tx, &y);
	if (!st || st == PL_E_EXISTS)
		*ret = y.id;
	pl_buf_done(&y.text);
	pl_arena_done(&y.arena);
	return st;
}

/* ---- paying ---- */

/* An account as the books name those who approved: its identifier in small letters. */
static void token_of(const struct pl_ulid *id, char out[static TOKEN_TEXT])
{
	pl_ulid_write(id, out);
	for (char *p = out; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
}

static pl_status dup_token(struct paying *y, const struct pl_ulid *id, pl_str *ret)
{
	char text[TOKEN_TEXT];

	token_of(id, text);
	return pl_arena_dup(&y->arena, pl_str_from(text), ret);
}

/* The proposer and the first one who agreed; and the decision must ask for as many voices, of as much weight, as the award needs. */
static pl_status name_approvers(struct paying *y, struct pl_db_tx *tx)
{
	struct pl_decision d;
	struct pl_ulid voice[2];
	size_t n = 0;
	pl_status st = pl_decision_lock(y->p, tx, &y->id, &y->arena, &d);

	if (!st)
		st = pl_decision_voices(tx, &y->id, PL_COUNT(voice), voice, &n);
	if (!st && (d.needed < y->voices || (d.roles & ~(unsigned)PL_AWARD_ROLES) || n < y->voices))
		st = pl_diag_set(y->diag, PL_E_DENIED, "this award needs the voices of %u others", y->voices);
	if (!st)
		st = dup_token(y, &d.proposer, &y->book->approvers[0]);
	return st ? st : dup_token(y, &voice[0], &y->book->approvers[1]);
}

static pl_status pay(struct paying *y, struct pl_db_tx *tx, uint64_t number)
{
	const struct pl_award *a = y->a;
	struct pl_book_tx *t = y->book;
	int64_t unit = 1, amount;
	char text[2 * PL_REGISTER_NAME_MAX];
	pl_status st;

	for (unsigned i = 0; i < a->currency.digits; i++)
		unit *= 10;
	amount = (int64_t)a->amount * unit;
	(void)snprintf(text, sizeof text, "%.*s-%llu", PL_STR_ARG(y->bounties->decl->name), (unsigned long long)number);
	st = pl_arena_dup(&y->arena, pl_str_from(text), &t->document);
	(void)snprintf(text, sizeof text, "%.*s-%llu", PL_STR_ARG(a->case_register), (unsigned long long)a->case_number);
	if (!st)
		st = pl_arena_dup(&y->arena, pl_str_from(text), &t->report);
	if (st)
		return st;
	t->entity = a->entity;
	t->day = y->now / DAY * DAY;
	t->kind = PL_BOOK_BOUNTY;
	t->words = PL_STR("Reward to a finder");
	t->n_postings = 2;
	t->postings[0] = (struct pl_book_posting){PL_STR("Expenses:Bounty"), amount, a->currency, a->price, a->paid};
	t->postings[1] = (struct pl_book_posting){.account = PL_STR("Assets:Bank"), .amount = a->price ? -(int64_t)a->price : -amount,
		.currency = a->price ? a->paid : a->currency};
	st = dup_token(y, &y->actor->account, &t->entered_by);
	return st ? st : pl_book_post(tx, t, y->diag);
}

/* Whoever enters the award is alone with both registers: their counter rows, always in this order. */
static pl_status pay_tx(void *ctx, struct pl_db_tx *tx)
{
	struct paying *y = ctx;
	struct pl_register_case report;
	struct pl_register_values values;
	pl_status st;

	pl_vuln_sets_to_values(&y->award, &values);
	*y->book = (struct pl_book_tx){0};
	st = pl_decision_take(y->p, tx, y->actor, &y->id, PL_AWARD_KIND, pl_buf_bytes(&y->text), y->diag);
	if (!st)
		st = name_approvers(y, tx);
	if (!st)
		st = pl_register_case_change_tx(tx, y->c->r, y->c->v, y->report.s, y->report.n, &report, y->diag);
	if (!st)
		st = pl_vuln_note_change(tx, y->c, &report);
	if (!st)
		st = pl_register_enter(tx, y->bounties, &values, &y->key, y->now, &y->done.award, y->diag);
	if (!st)
		st = pay(y, tx, y->done.award.number);
	y->done.transaction = y->book->number;
	return st ? st : pl_db_exec(tx, &pl_sql_vuln_award_put,
		PL_DB_ARGS(PL_DB_STR(y->bounties->decl->name), PL_DB_U64(y->done.award.number), PL_DB_STR(y->a->case_register),
			PL_DB_U64(y->a->case_number), PL_DB_STR(y->a->entity), PL_DB_U64(y->book->number), PL_DB_MEM(y->id.b, sizeof y->id.b)),
		NULL);
}

static pl_status prepare(struct paying *y)
{
	const struct pl_award *a = y->a;
	char currency[4], text[TOKEN_TEXT + PL_REGISTER_NAME_MAX];
	struct pl_award_range range;
	pl_status st = pl_award_range_find(y->bounties->decl, a->amount, &range, y->diag);

	if (st)
		return st;
	for (size_t i = 0; i < sizeof currency; i++)
		currency[i] = a->currency.code[i] ? (char)(a->currency.code[i] + 32) : '\0';
	pl_vuln_set_z(&y->report, "bounty", "awarded");
	pl_vuln_set_u64(&y->report, "bounty-days", y->now > y->c->received ? (y->now - y->c->received) / DAY : 0);
	pl_vuln_set_u64(&y->award, "received", y->now);
	pl_vuln_set_bool(&y->award, "released", y->c->released);
	pl_vuln_set_str(&y->award, "product", a->product);
	pl_vuln_set_str(&y->award, "impact", a->impact);
	pl_vuln_set_str(&y->award, "position", a->position);
	pl_vuln_set_str(&y->award, "severity", a->severity);
	pl_vuln_set_z(&y->award, "currency", currency);
	pl_vuln_set_u64(&y->award, "amount", a->amount);
	pl_vuln_set_u64(&y->award, "at-least", range.low);
	pl_vuln_set_u64(&y->award, "at-most", range.high);
	pl_vuln_set_bool(&y->award, "exact", false);
	pl_vuln_set_u64(&y->award, "matrix", a->version);
	pl_vuln_set_str(&y->award, "outside", a->outside);
	pl_vuln_set_str(&y->award, "entity", a->entity);
	(void)snprintf(text, sizeof text, "%.*s-%llu", PL_STR_ARG(a->case_register), (unsigned long long)a->case_number);
	pl_vuln_set_z(&y->award, "case", text);
	token_of(&y->id, text);
	pl_vuln_set_z(&y->award, "decision", text);
	return y->report.status ? y->report.status : y->award.status;
}

static pl_status carry_out(struct paying *y)
{
	pl_status st = pl_award_check(y->c, y->a, &y->arena, &y->voices, y->diag);

	if (!st && y->bounties->decl->imported)
		st = pl_diag_set(y->diag, PL_E_STATE, "%.*s is imported: it was reconstructed, and nothing is paid by it",
			PL_STR_ARG(y->bounties->decl->name));
	pl_award_write(&y->text, y->a);
	if (!st)
		st = pl_buf_status(&y->text);
	if (!st)
		st = prepare(y);
	if (!st)
		st = pl_register_current(y->c->inst, y->diag);
	if (!st)
		st = pl_instance_vault_new(y->c->inst, &y->bounties->id, &y->key, 1, y->diag);
	return st ? st : pl_db_tx(pl_instance_db(y->c->inst), pay_tx, y);
}

pl_status pl_award_pay(struct pl_vuln *c, struct pl_award *a, const struct pl_register *bounties, struct pl_people *p,
	const struct pl_people_actor *actor, const struct pl_ulid *id, uint64_t now, struct pl_award_paid *ret, struct pl_diag *diag)
{
	struct paying y = {.c = c, .a = a, .bounties = bounties, .p = p, .actor = actor, .id = *id, .now = now,
		.text = PL_BUF(PL_AWARD_TEXT_MAX), .arena = PL_ARENA((size_t)2 << 20), .book = PL_NEW(struct pl_book_tx), .diag = diag};
	pl_status st;

	pl_vuln_sets_init(&y.report, c->r->decl, diag);
	pl_vuln_sets_init(&y.award, bounties->decl, diag);
	st = carry_out(&y);
	if (!st)
		*ret = y.done;
	pl_vuln_sets_done(&y.report);
	pl_vuln_sets_done(&y.award);
	pl_vault_key_done(&y.key);
	pl_buf_done(&y.text);
	pl_arena_done(&y.arena);
	pl_free(y.book);
	return st;
}
