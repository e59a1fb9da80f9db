/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/book_check.h"
#include "register/entity/book_close.h"
#include "register/entity/journal.h"
#include "register/entity/query.h"
#include "register/entity/sql.h"
#include "register/period.h"

#define PAGE 64u
#define PAGE_BYTES ((size_t)8 << 20)
#define CLOSINGS_MAX 256u
#define MONEY_MAX 200u

struct examining {
	struct pl_db_tx *tx;
	pl_str entity;
	struct pl_book_state state;
	struct pl_digest chain;
	uint64_t number; /* of the transaction before */
	struct pl_book_report report;
	struct pl_diag *diag;
};

/* ---- transactions ---- */

/* The other half of a pair names this one. */
static pl_status examine_peer(struct examining *x, const struct pl_book_tx *t, struct pl_arena *arena)
{
	struct pl_book_tx *other = pl_arena_alloc(arena, 1, sizeof *other);
	pl_status st = other ? pl_book_get(x->tx, t->peer, t->peer_number, arena, other, NULL) : PL_E_TOOBIG;

	if (st && st != PL_E_NOTFOUND)
		return st;
	if (st || !pl_str_eq(other->peer, x->entity) || other->peer_number != t->number)
		return pl_diag_set(x->diag, PL_E_MISMATCH, "%.*s, number %llu: the other half is not number %llu of %.*s",
			PL_STR_ARG(x->entity), (unsigned long long)t->number, (unsigned long long)t->peer_number, PL_STR_ARG(t->peer));
	return PL_OK;
}

static pl_status examine_one(struct examining *x, const struct pl_book_tx *t, struct pl_arena *arena)
{
	struct pl_digest chain;
	struct pl_diag why = {0};
	pl_status st;

	if (t->number != x->number + 1)
		return pl_diag_set(x->diag, PL_E_MISMATCH, "%.*s: number %llu is missing", PL_STR_ARG(x->entity),
			(unsigned long long)x->number + 1);
	x->number = t->number;
	x->report.transactions++;
	if (pl_book_tx_check(t, &why))
		return pl_diag_set(x->diag, PL_E_MISMATCH, "%.*s, number %llu: %s", PL_STR_ARG(x->entity),
			(unsigned long long)t->number, why.text);
	st = pl_journal_chain(t, &x->chain, &chain);
	if (!st && !pl_digest_eq(&chain, &t->chain))
		return pl_diag_set(x->diag, PL_E_MISMATCH, "%.*s, number %llu is not what was written: its chain does not fit",
			PL_STR_ARG(x->entity), (unsigned long long)t->number);
	x->chain = chain;
	return st || !t->peer.len ? st : examine_peer(x, t, arena);
}

static pl_status examine_all(struct examining *x)
{
	size_t n = 0;
	pl_status st = PL_OK;

	do {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PAGE_BYTES);
		struct pl_book_tx *list = NULL;

		st = pl_book_list(x->tx, x->entity, x->number, PAGE, &arena, &list, &n);
		for (size_t i = 0; i < n && !st; i++)
			st = examine_one(x, &list[i], &arena);
	} while (!st && n == PAGE);
	if (!st && (x->number != x->state.highest || !pl_digest_eq(&x->chain, &x->state.chain)))
		st = pl_diag_set(x->diag, PL_E_MISMATCH, "%.*s: the books end at number %llu, and %llu were given",
			PL_STR_ARG(x->entity), (unsigned long long)x->number, (unsigned long long)x->state.highest);
	return st;
}

/* ---- closed half-years ---- */

/* Does the attestation say of the rewards what the books say? */
static pl_status examine_bounties(struct examining *x, const struct pl_book_closing *c, const struct pl_attestation *a,
	const char *period)
{
	struct pl_book_bounties b[PL_BOOK_BOUNTIES_MAX];
	struct pl_attested_bounties said;
	size_t n = 0;
	pl_status st = a->says_bounties ? pl_book_bounties(x->tx, x->entity, c->from, c->to, b, &n) : PL_OK;
	bool same = !st && (!a->says_bounties || n == a->n_bounties);

	for (size_t i = 0; i < n && same; i++) {
		pl_attested_bounties_of(&b[i], &said);
		same = pl_currency_eq(said.currency, a->bounties[i].currency) && said.count == a->bounties[i].count &&
			said.at_least == a->bounties[i].at_least && said.at_most == a->bounties[i].at_most;
	}
	return st || same ? st : pl_diag_set(x->diag, PL_E_MISMATCH, "%.*s, %s: entry %llu attested other bounties",
		PL_STR_ARG(x->entity), period, (unsigned long long)a->index);
}

static pl_status examine_attested(struct examining *x, const struct pl_book_closing *c, const char *period)
{
	struct pl_attestation a;
	size_t n = 0;
	pl_status st = pl_query_attestations_tx(x->tx, x->entity, c->from + 1, 1, &a, &n);

	if (st || !n || a.from != c->from)
		return st;
	x->report.attested++;
	if (!pl_digest_eq(&a.balance, &c->balance) || a.transactions != c->transactions)
		return pl_diag_set(x->diag, PL_E_MISMATCH, "%.*s, %s: entry %llu attested another balance", PL_STR_ARG(x->entity),
			period, (unsigned long long)a.index);
	return examine_bounties(x, c, &a, period);
}

static pl_status examine_closing(struct examining *x, const struct pl_book_closing *c)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BALANCE_MAX);
	struct pl_digest journal, balance;
	char period[PL_PERIOD_TEXT];
	uint64_t count = 0;
	pl_status st = pl_book_count(x->tx, x->entity, c->to, &count);

	pl_period_write(c->from, c->to, period);
	if (!st)
		st = pl_journal_digest(x->tx, x->entity, c->to, &journal, x->diag);
	if (!st)
		st = pl_book_balance_file(x->tx, x->entity, c, &text);
	if (st)
		return st;
	pl_sha256(pl_buf_bytes(&text), &balance);
	if (count != c->transactions || !pl_digest_eq(&journal, &c->journal) || !pl_digest_eq(&balance, &c->balance))
		return pl_diag_set(x->diag, PL_E_MISMATCH, "%.*s, %s: the books are not those that were closed",
			PL_STR_ARG(x->entity), period);
	x->report.closings++;
	return examine_attested(x, c, period);
}

static pl_status examine_closings(struct examining *x)
{
	struct pl_book_closing *list = pl_alloc(CLOSINGS_MAX, sizeof *list);
	size_t n = 0;
	pl_status st = pl_book_closings(x->tx, x->entity, 0, CLOSINGS_MAX, list, &n);

	for (size_t i = 0; i < n && !st; i++)
		st = examine_closing(x, &list[i]);
	pl_free(list);
	return st;
}

/* ---- what two entities say of each other ---- */

struct sum {
	struct pl_currency currency;
	int64_t amount;
};

static pl_status between(struct examining *x, pl_str entity, pl_str about, struct sum ret[static MONEY_MAX],
	size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(x->tx, &pl_sql_book_between, PL_DB_ARGS(PL_DB_STR(entity), PL_DB_STR(about)), &rows);

	*ret_n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		if (*ret_n == MONEY_MAX || pl_currency_parse(pl_db_col_str(rows, 0), &ret[*ret_n].currency))
			return PL_E_CORRUPT;
		ret[*ret_n].amount = pl_db_col_i64(rows, 1);
		*ret_n += 1;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status examine_about(struct examining *x, pl_str other)
{
	struct sum ours[MONEY_MAX], theirs[MONEY_MAX];
	size_t n = 0, m = 0;
	pl_status st = between(x, x->entity, other, ours, &n);

	if (!st)
		st = between(x, other, x->entity, theirs, &m);
	/* Both lists are in the order of their currencies; a pair touches each currency on either side. */
	for (size_t i = 0; !st && (i < n || i < m); i++)
		if (n != m || !pl_currency_eq(ours[i].currency, theirs[i].currency) || ours[i].amount != -theirs[i].amount)
			st = pl_diag_set(x->diag, PL_E_MISMATCH, "%.*s and %.*s do not say the opposite of each other",
				PL_STR_ARG(x->entity), PL_STR_ARG(other));
	return st;
}

static pl_status examine_abouts(struct examining *x)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PAGE_BYTES);
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_str *list = pl_arena_alloc(&arena, PL_ENTITIES_MAX, sizeof *list);
	size_t n = 0;
	pl_status st = list ? pl_db_query(x->tx, &pl_sql_book_abouts, PL_DB_ARGS(PL_DB_STR(x->entity)), &rows) : PL_E_TOOBIG;

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		if (n == PL_ENTITIES_MAX)
			return PL_E_CORRUPT;
		st = pl_arena_dup(&arena, pl_db_col_str(rows, 0), &list[n]);
		n += !st;
	}
	st = st == PL_E_NOTFOUND ? PL_OK : st;
	for (size_t i = 0; i < n && !st; i++)
		st = examine_about(x, list[i]);
	return st;
}

pl_status pl_book_examine(struct pl_db_tx *tx, pl_str entity, struct pl_book_report *ret, struct pl_diag *diag)
{
	struct examining x = {.tx = tx, .entity = entity, .diag = diag};
	pl_status st = pl_book_state(tx, entity, &x.state, diag);

	pl_book_first_chain(entity, &x.chain);
	if (!st)
		st = examine_all(&x);
	if (!st)
		st = examine_closings(&x);
	if (!st)
		st = examine_abouts(&x);
	if (!st)
		*ret = x.report;
	return st;
}
