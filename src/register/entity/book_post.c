/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/book_post.h"
#include "fact/predicates.h"
#include "register/entity/book_query.h"
#include "register/entity/journal.h"
#include "register/entity/query.h"
#include "register/entity/sql.h"
#include <stdio.h>

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))
#define ENTITY_BYTES ((size_t)64 << 10)

/* ---- books and accounts ---- */

static const char *const usual_accounts[] = {
	"Assets:Bank", "Equity:Opening", "Expenses:Bounty", "Income:Partner-Orders", "Liabilities:Partners",
};

pl_status pl_book_open(struct pl_db_tx *tx, pl_str entity, struct pl_currency currency, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ENTITY_BYTES);
	struct pl_digest chain;
	struct pl_entity e;
	uint64_t changed = 0;
	pl_status st = pl_query_entity_tx(tx, entity, &arena, &e);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "there is no entity \"%.*s\"", PL_STR_ARG(entity));
	if (!st && !e.own_books)
		return pl_diag_set(diag, PL_E_STATE, "%.*s was stated as keeping no books of its own", PL_STR_ARG(entity));
	pl_book_first_chain(entity, &chain);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_book_open, PL_DB_ARGS(PL_DB_STR(entity), PL_DB_Z(currency.code), DIGEST(&chain)),
			&changed);
	if (!st && !changed)
		return pl_diag_set(diag, PL_E_EXISTS, "%.*s has books", PL_STR_ARG(entity));
	for (size_t i = 0; i < PL_COUNT(usual_accounts) && !st; i++)
		st = pl_book_account(tx, entity, pl_str_from(usual_accounts[i]), (pl_str){0}, diag);
	return st;
}

pl_status pl_book_account(struct pl_db_tx *tx, pl_str entity, pl_str account, pl_str about, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_book_state state;
	uint64_t changed = 0;
	pl_status st = pl_book_state(tx, entity, &state, diag);

	if (st)
		return st;
	if (!pl_book_account_ok(account))
		return pl_diag_set(diag, PL_E_RANGE, "\"%.*s\" is no account: expected one like Expenses:Wages", PL_STR_ARG(account));
	if (about.len && (!pl_predicate_token_ok(about) || pl_str_eq(about, entity)))
		return pl_diag_set(diag, PL_E_RANGE, "an intercompany account is about another entity");
	st = pl_db_exec(tx, &pl_sql_book_account_put, PL_DB_ARGS(PL_DB_STR(entity), PL_DB_STR(account), PL_DB_STR(about)),
		&changed);
	if (st || changed)
		return st;
	st = pl_db_one(tx, &pl_sql_book_account_get, PL_DB_ARGS(PL_DB_STR(entity), PL_DB_STR(account)), &rows);
	if (!st && !pl_str_eq(pl_db_col_str(rows, 0), about))
		st = pl_diag_set(diag, PL_E_EXISTS, "%.*s has that account, and it is about somebody else", PL_STR_ARG(entity));
	return st;
}

/* ---- one half ---- */

/* What the counter row gives to whoever takes the next number. */
struct turn {
	uint64_t number, closed;
	struct pl_digest chain;
};

static pl_status take_turn(struct pl_db_tx *tx, pl_str entity, struct turn *ret, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_book_next, PL_DB_ARGS(PL_DB_STR(entity)), &rows);

	if (st == PL_E_NOTFOUND)
		return pl_book_none(entity, diag);
	if (st)
		return st;
	*ret = (struct turn){.number = pl_db_col_u64(rows, 0), .closed = pl_db_col_u64(rows, 2)};
	pl_db_col_fixed(rows, 1, ret->chain.b, sizeof ret->chain.b);
	return pl_db_rows_status(rows);
}

static pl_status check_account(struct pl_db_tx *tx, const struct pl_book_tx *t, pl_str account, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_book_account_get, PL_DB_ARGS(PL_DB_STR(t->entity), PL_DB_STR(account)), &rows);
	pl_str about;

	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(diag, "pellucid book account %.*s %.*s", PL_STR_ARG(t->entity), PL_STR_ARG(account));
		return pl_diag_set(diag, st, "the books of %.*s have no account %.*s", PL_STR_ARG(t->entity), PL_STR_ARG(account));
	}
	if (st)
		return st;
	about = pl_db_col_str(rows, 0);
	if (about.len && !pl_str_eq(about, t->peer))
		return pl_diag_set(diag, PL_E_RANGE, "%.*s is about %.*s: only an intercompany transaction with it touches that account",
			PL_STR_ARG(account), PL_STR_ARG(about));
	return pl_db_rows_status(rows);
}

static pl_status check_new(struct pl_db_tx *tx, const struct pl_book_tx *t, const struct turn *turn,
	struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st;

	if (t->day < turn->closed)
		return pl_diag_set(diag, PL_E_STATE, "the books of %.*s are closed up to that day", PL_STR_ARG(t->entity));
	st = pl_db_one(tx, &pl_sql_book_tx_by_document, PL_DB_ARGS(PL_DB_STR(t->entity), PL_DB_STR(t->document)), &rows);
	if (!st)
		return pl_diag_set(diag, PL_E_EXISTS, "the document %.*s stands in the books of %.*s as number %llu",
			PL_STR_ARG(t->document), PL_STR_ARG(t->entity), (unsigned long long)pl_db_col_u64(rows, 0));
	if (st != PL_E_NOTFOUND)
		return st;
	st = PL_OK;
	for (size_t i = 0; i < t->n_postings && !st; i++)
		st = check_account(tx, t, t->postings[i].account, diag);
	return st;
}

static pl_status put_rows(struct pl_db_tx *tx, const struct pl_book_tx *t)
{
	pl_status st = pl_db_exec(tx, &pl_sql_book_tx_put,
		PL_DB_ARGS(PL_DB_STR(t->entity), PL_DB_U64(t->number), PL_DB_U64(t->day), PL_DB_U64(t->kind), PL_DB_STR(t->document),
			PL_DB_STR(t->words), PL_DB_STR(t->report), PL_DB_STR(t->approvers[0]), PL_DB_STR(t->approvers[1]),
			PL_DB_STR(t->peer), PL_DB_U64(t->peer_number), PL_DB_U64(t->reverses), DIGEST(&t->chain),
			PL_DB_STR(t->entered_by)),
		NULL);

	for (size_t i = 0; i < t->n_postings && !st; i++) {
		const struct pl_book_posting *p = &t->postings[i];

		st = pl_db_exec(tx, &pl_sql_book_posting_put,
			PL_DB_ARGS(PL_DB_STR(t->entity), PL_DB_U64(t->number), PL_DB_U64(i), PL_DB_STR(p->account), PL_DB_I64(p->amount),
				PL_DB_Z(p->currency.code), PL_DB_U64(p->price), PL_DB_Z(p->paid.code)),
			NULL);
	}
	return st;
}

/* Everything about @t is decided but its chain. */
static pl_status put(struct pl_db_tx *tx, struct pl_book_tx *t, const struct turn *turn, struct pl_diag *diag)
{
	pl_status st = check_new(tx, t, turn, diag);

	if (!st)
		st = pl_journal_chain(t, &turn->chain, &t->chain);
	if (!st)
		st = put_rows(tx, t);
	return st ? st : pl_db_exec(tx, &pl_sql_book_chain, PL_DB_ARGS(PL_DB_STR(t->entity), DIGEST(&t->chain)), NULL);
}

pl_status pl_book_post(struct pl_db_tx *tx, struct pl_book_tx *t, struct pl_diag *diag)
{
	struct turn turn = {0};
	pl_status st;

	if (t->kind == PL_BOOK_INTERCOMPANY || t->kind == PL_BOOK_REVERSAL)
		return pl_diag_set(diag, PL_E_RANGE, "one half of a pair is not written alone, and a reversal is made from what it reverses");
	st = pl_book_tx_check(t, diag);
	if (!st)
		st = take_turn(tx, t->entity, &turn, diag);
	if (st)
		return st;
	t->number = turn.number;
	return put(tx, t, &turn, diag);
}

/* ---- pairs ---- */

/* What the accounts of @t about its peer get, in @currency; *@ret_any: is there such a posting at all? */
static pl_status about_peer(struct pl_db_tx *tx, const struct pl_book_tx *t, struct pl_currency currency, int64_t *sum,
	bool *any)
{
	pl_status st = PL_OK;

	*sum = 0;
	for (size_t i = 0; i < t->n_postings && !st; i++) {
		struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
		const struct pl_book_posting *p = &t->postings[i];

		st = pl_db_one(tx, &pl_sql_book_account_get, PL_DB_ARGS(PL_DB_STR(t->entity), PL_DB_STR(p->account)), &rows);
		if (st || !pl_str_eq(pl_db_col_str(rows, 0), t->peer))
			continue;
		*any = true;
		if (pl_currency_eq(p->currency, currency))
			*sum += p->amount;
	}
	return st;
}

/* In every currency of @a: is what @a says of @b the opposite of what @b says of @a? */
static pl_status opposite(struct pl_db_tx *tx, const struct pl_book_tx *a, const struct pl_book_tx *b,
	struct pl_diag *diag)
{
	pl_status st = PL_OK;
	bool any_a = false, any_b = false;

	for (size_t i = 0; i < a->n_postings && !st; i++) {
		struct pl_currency currency = a->postings[i].currency;
		int64_t one = 0, other = 0;

		st = about_peer(tx, a, currency, &one, &any_a);
		if (!st)
			st = about_peer(tx, b, currency, &other, &any_b);
		if (!st && one != -other)
			st = pl_diag_set(diag, PL_E_RANGE, "the two halves are not equal and opposite in %s", currency.code);
	}
	if (!st && (!any_a || !any_b))
		st = pl_diag_set(diag, PL_E_RANGE, "each half touches an account about the other entity");
	return st;
}

/* Both numbers in the order of the entities' names, so that two pairs never wait for one another. */
static pl_status take_turns(struct pl_db_tx *tx, struct pl_book_tx *a, struct pl_book_tx *b,
	struct turn turns[static 2], struct pl_diag *diag)
{
	bool swap = pl_str_cmp(a->entity, b->entity) > 0;
	pl_status st = take_turn(tx, swap ? b->entity : a->entity, &turns[swap], diag);

	if (!st)
		st = take_turn(tx, swap ? a->entity : b->entity, &turns[!swap], diag);
	if (st)
		return st;
	a->number = b->peer_number = turns[0].number;
	b->number = a->peer_number = turns[1].number;
	return PL_OK;
}

static pl_status put_pair(struct pl_db_tx *tx, struct pl_book_tx *a, struct pl_book_tx *b,
	const struct turn turns[static 2], struct pl_diag *diag)
{
	pl_status st = put(tx, a, &turns[0], diag);

	if (!st)
		st = put(tx, b, &turns[1], diag);
	if (!st)
		st = opposite(tx, a, b, diag);
	return st ? st : opposite(tx, b, a, diag);
}

pl_status pl_book_pair(struct pl_db_tx *tx, struct pl_book_tx *a, struct pl_book_tx *b, struct pl_diag *diag)
{
	struct turn turns[2] = {0};
	pl_status st;

	if (a->kind != PL_BOOK_INTERCOMPANY || b->kind != PL_BOOK_INTERCOMPANY || !pl_str_eq(a->peer, b->entity) ||
		!pl_str_eq(b->peer, a->entity) || a->day != b->day)
		return pl_diag_set(diag, PL_E_RANGE, "a pair is two intercompany transactions of one day, each naming the other entity");
	st = pl_book_tx_check(a, diag);
	if (!st)
		st = pl_book_tx_check(b, diag);
	if (!st)
		st = take_turns(tx, a, b, turns, diag);
	return st ? st : put_pair(tx, a, b, turns, diag);
}

/* ---- reversals ---- */

static pl_status turn_round(const struct pl_book_tx *t, uint64_t day, pl_str entered_by, struct pl_arena *arena,
	struct pl_book_tx *ret, struct pl_diag *diag)
{
	char document[40];
	pl_str kept;
	pl_status st;

	if (t->kind == PL_BOOK_REVERSAL)
		return pl_diag_set(diag, PL_E_STATE, "number %llu is a reversal; write the transaction anew",
			(unsigned long long)t->number);
	if (day < t->day)
		return pl_diag_set(diag, PL_E_RANGE, "a reversal does not count before what it reverses");
	(void)snprintf(document, sizeof document, "reversal-of-%llu", (unsigned long long)t->number);
	st = pl_arena_dup(arena, pl_str_from(document), &kept);
	if (!st)
		pl_book_opposite(t, day, kept, ret);
	ret->entered_by = entered_by;
	return st ? st : pl_book_tx_check(ret, diag);
}

static pl_status reverse_alone(struct pl_db_tx *tx, struct pl_book_tx *t, struct pl_diag *diag)
{
	struct turn turn = {0};
	pl_status st = take_turn(tx, t->entity, &turn, diag);

	if (st)
		return st;
	t->number = turn.number;
	return put(tx, t, &turn, diag);
}

pl_status pl_book_reverse(struct pl_db_tx *tx, pl_str entity, uint64_t number, uint64_t day, pl_str entered_by,
	struct pl_arena *arena, struct pl_book_tx ret[static 2], size_t *ret_n, struct pl_diag *diag)
{
	struct turn turns[2] = {0};
	struct pl_book_tx t;
	pl_status st = pl_book_get(tx, entity, number, arena, &t, diag);

	*ret_n = 1;
	if (!st)
		st = turn_round(&t, day, entered_by, arena, &ret[0], diag);
	/* That it was reversed before shows in the name of its document. */
	if (st || !t.peer.len)
		return st ? st : reverse_alone(tx, &ret[0], diag);
	*ret_n = 2;
	st = pl_book_get(tx, t.peer, t.peer_number, arena, &t, diag);
	if (!st)
		st = turn_round(&t, day, entered_by, arena, &ret[1], diag);
	if (!st)
		st = take_turns(tx, &ret[0], &ret[1], turns, diag);
	return st ? st : put_pair(tx, &ret[0], &ret[1], turns, diag);
}
