/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/book_query.h"
#include "register/entity/sql.h"

/* ---- books ---- */

pl_status pl_book_none(pl_str entity, struct pl_diag *diag)
{
	pl_diag_hint(diag, "pellucid book open %.*s --currency EUR", PL_STR_ARG(entity));
	return pl_diag_set(diag, PL_E_NOTFOUND, "there are no books of \"%.*s\"", PL_STR_ARG(entity));
}

static pl_status take_currency(pl_str code, struct pl_currency *ret)
{
	return pl_currency_parse(code, ret) ? PL_E_CORRUPT : PL_OK;
}

pl_status pl_book_state(struct pl_db_tx *tx, pl_str entity, struct pl_book_state *ret, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_book_state s = {0};
	pl_status st = pl_db_one(tx, &pl_sql_book_get, PL_DB_ARGS(PL_DB_STR(entity)), &rows);

	if (st == PL_E_NOTFOUND)
		return pl_book_none(entity, diag);
	if (st)
		return st;
	st = take_currency(pl_db_col_str(rows, 0), &s.currency);
	s.highest = pl_db_col_u64(rows, 1);
	pl_db_col_fixed(rows, 2, s.chain.b, sizeof s.chain.b);
	s.closed = pl_db_col_u64(rows, 3);
	if (!st)
		st = pl_db_rows_status(rows);
	if (!st)
		*ret = s;
	return st;
}

pl_status pl_book_names(struct pl_db_tx *tx, pl_str after, size_t limit, struct pl_arena *arena, pl_str **ret,
	size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	size_t max = limit < PL_BOOK_PAGE_MAX ? limit : PL_BOOK_PAGE_MAX, n = 0;
	pl_str *names = pl_arena_alloc(arena, max ? max : 1, sizeof *names);
	pl_status st = names ? pl_db_query(tx, &pl_sql_book_names, PL_DB_ARGS(PL_DB_STR(after), PL_DB_U64(max)),
		&rows) : PL_E_TOOBIG;

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		st = pl_arena_dup(arena, pl_db_col_str(rows, 0), &names[n]);
		n += !st;
	}
	if (st != PL_E_NOTFOUND)
		return st;
	*ret = names;
	*ret_n = n;
	return PL_OK;
}

/* ---- transactions ---- */

static pl_status take_texts(struct pl_db_rows *rows, struct pl_arena *arena, struct pl_book_tx *t)
{
	pl_str *const to[] = {&t->document, &t->words, &t->report, &t->approvers[0], &t->approvers[1], &t->peer};
	pl_status st = PL_OK;

	for (unsigned i = 0; i < PL_COUNT(to) && !st; i++)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 3 + i), to[i]);
	return st;
}

static pl_status take_tx(struct pl_db_rows *rows, struct pl_arena *arena, struct pl_book_tx *t)
{
	pl_status st = take_texts(rows, arena, t);

	t->number = pl_db_col_u64(rows, 0);
	t->day = pl_db_col_u64(rows, 1);
	t->kind = (enum pl_book_kind)pl_db_col_u64(rows, 2);
	t->peer_number = pl_db_col_u64(rows, 9);
	t->reverses = pl_db_col_u64(rows, 10);
	pl_db_col_fixed(rows, 11, t->chain.b, sizeof t->chain.b);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 12), &t->entered_by);
	if (!st)
		st = pl_db_rows_status(rows);
	return st ? st : t->kind < PL_BOOK_KINDS ? PL_OK : PL_E_CORRUPT;
}

static pl_status take_posting(struct pl_db_rows *rows, struct pl_arena *arena, struct pl_book_posting *p)
{
	pl_str paid = pl_db_col_str(rows, 4);
	pl_status st = pl_arena_dup(arena, pl_db_col_str(rows, 0), &p->account);

	p->amount = pl_db_col_i64(rows, 1);
	p->price = pl_db_col_u64(rows, 3);
	if (!st)
		st = take_currency(pl_db_col_str(rows, 2), &p->currency);
	if (!st && paid.len)
		st = take_currency(paid, &p->paid);
	return st ? st : pl_db_rows_status(rows);
}

static pl_status take_postings(struct pl_db_tx *tx, struct pl_arena *arena, struct pl_book_tx *t)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_book_postings, PL_DB_ARGS(PL_DB_STR(t->entity), PL_DB_U64(t->number)), &rows);

	t->n_postings = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		if (t->n_postings == PL_BOOK_POSTINGS_MAX)
			return PL_E_CORRUPT;
		t->postings[t->n_postings] = (struct pl_book_posting){0};
		st = take_posting(rows, arena, &t->postings[t->n_postings]);
		t->n_postings += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_book_get(struct pl_db_tx *tx, pl_str entity, uint64_t number, struct pl_arena *arena,
	struct pl_book_tx *ret, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_book_tx_get, PL_DB_ARGS(PL_DB_STR(entity), PL_DB_U64(number)), &rows);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "the books of %.*s have no number %llu", PL_STR_ARG(entity), (unsigned long long)number);
	*ret = (struct pl_book_tx){.entity = entity};
	if (!st)
		st = take_tx(rows, arena, ret);
	return st ? st : take_postings(tx, arena, ret);
}

/* The rows of a list first, then what each of them posts. */
static pl_status take_list(struct pl_db_tx *tx, pl_str entity, struct pl_db_rows **rows, size_t max,
	struct pl_arena *arena, struct pl_book_tx **ret, size_t *ret_n)
{
	struct pl_book_tx *list = pl_arena_alloc(arena, max ? max : 1, sizeof *list);
	size_t n = 0;
	pl_status st = list ? PL_OK : PL_E_TOOBIG;

	while (!st && (st = pl_db_step(*rows)) == PL_OK) {
		if (n == max)
			return PL_E_CORRUPT;
		list[n].entity = entity;
		st = take_tx(*rows, arena, &list[n]);
		n += !st;
	}
	pl_db_rows_done(rows);
	st = st == PL_E_NOTFOUND ? PL_OK : st;
	for (size_t i = 0; i < n && !st; i++)
		st = take_postings(tx, arena, &list[i]);
	if (st)
		return st;
	*ret = list;
	*ret_n = n;
	return PL_OK;
}

pl_status pl_book_list(struct pl_db_tx *tx, pl_str entity, uint64_t after, size_t limit, struct pl_arena *arena,
	struct pl_book_tx **ret, size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	size_t max = limit < PL_BOOK_PAGE_MAX ? limit : PL_BOOK_PAGE_MAX;
	pl_status st = pl_db_query(tx, &pl_sql_book_tx_list, PL_DB_ARGS(PL_DB_STR(entity), PL_DB_U64(after), PL_DB_U64(max)),
		&rows);

	return st ? st : take_list(tx, entity, &rows, max, arena, ret, ret_n);
}

pl_status pl_book_list_by_day(struct pl_db_tx *tx, pl_str entity, uint64_t day, uint64_t number, uint64_t to,
	size_t limit, struct pl_arena *arena, struct pl_book_tx **ret, size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	size_t max = limit < PL_BOOK_PAGE_MAX ? limit : PL_BOOK_PAGE_MAX;
	pl_status st = pl_db_query(tx, &pl_sql_book_tx_by_day,
		PL_DB_ARGS(PL_DB_STR(entity), PL_DB_U64(day), PL_DB_U64(number), PL_DB_U64(to), PL_DB_U64(max)), &rows);

	return st ? st : take_list(tx, entity, &rows, max, arena, ret, ret_n);
}

/* ---- balances ---- */

pl_status pl_book_balances(struct pl_db_tx *tx, pl_str entity, uint64_t to, const struct pl_book_balance *after,
	size_t limit, struct pl_arena *arena, struct pl_book_balance **ret, size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	size_t max = limit < PL_BOOK_PAGE_MAX ? limit : PL_BOOK_PAGE_MAX, n = 0;
	struct pl_book_balance *list = pl_arena_alloc(arena, max ? max : 1, sizeof *list);
	pl_status st = !list ? PL_E_TOOBIG : pl_db_query(tx, &pl_sql_book_balances,
		PL_DB_ARGS(PL_DB_STR(entity), PL_DB_U64(to), PL_DB_STR(after ? after->account : (pl_str){0}),
			PL_DB_Z(after ? after->currency.code : ""), PL_DB_U64(max)),
		&rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_book_balance *b = &list[n];

		b->amount = pl_db_col_i64(rows, 2);
		st = pl_arena_dup(arena, pl_db_col_str(rows, 0), &b->account);
		if (!st)
			st = take_currency(pl_db_col_str(rows, 1), &b->currency);
		n += !st;
	}
	if (st != PL_E_NOTFOUND)
		return st;
	*ret = list;
	*ret_n = n;
	return PL_OK;
}

pl_status pl_book_count(struct pl_db_tx *tx, pl_str entity, uint64_t to, uint64_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_book_count, PL_DB_ARGS(PL_DB_STR(entity), PL_DB_U64(to)), &rows);

	if (st)
		return st;
	*ret = pl_db_col_u64(rows, 0);
	return pl_db_rows_status(rows);
}

/* ---- closings ---- */

static pl_status take_closing(struct pl_db_rows *rows, struct pl_book_closing *c)
{
	*c = (struct pl_book_closing){.from = pl_db_col_u64(rows, 0), .to = pl_db_col_u64(rows, 1),
		.transactions = pl_db_col_u64(rows, 2)};
	pl_db_col_fixed(rows, 3, c->journal.b, sizeof c->journal.b);
	pl_db_col_fixed(rows, 4, c->salt, sizeof c->salt);
	pl_db_col_fixed(rows, 5, c->balance.b, sizeof c->balance.b);
	return pl_db_rows_status(rows);
}

pl_status pl_book_closing(struct pl_db_tx *tx, pl_str entity, uint64_t from, struct pl_book_closing *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_book_closing_get, PL_DB_ARGS(PL_DB_STR(entity), PL_DB_U64(from)), &rows);

	return st ? st : take_closing(rows, ret);
}

pl_status pl_book_closings(struct pl_db_tx *tx, pl_str entity, uint64_t after, size_t limit,
	struct pl_book_closing *ret, size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	size_t n = 0;
	pl_status st = pl_db_query(tx, &pl_sql_book_closings,
		PL_DB_ARGS(PL_DB_STR(entity), PL_DB_U64(after), PL_DB_U64(limit)), &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		st = n < limit ? take_closing(rows, &ret[n]) : PL_E_CORRUPT;
		n += !st;
	}
	if (st != PL_E_NOTFOUND)
		return st;
	*ret_n = n;
	return PL_OK;
}

/* ---- bounties ---- */

pl_status pl_book_reversed(struct pl_db_tx *tx, pl_str entity, uint64_t number, bool *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_book_tx_reversed, PL_DB_ARGS(PL_DB_STR(entity), PL_DB_U64(number)), &rows);

	*ret = st == PL_OK;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_book_bounties(struct pl_db_tx *tx, pl_str entity, uint64_t from, uint64_t to,
	struct pl_book_bounties ret[static PL_BOOK_BOUNTIES_MAX], size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_book_bounties, PL_DB_ARGS(PL_DB_STR(entity), PL_DB_U64(from), PL_DB_U64(to)), &rows);
	size_t n = 0;

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		int64_t sum = pl_db_col_i64(rows, 2);

		if (n == PL_BOOK_BOUNTIES_MAX || sum < 0 || take_currency(pl_db_col_str(rows, 0), &ret[n].currency))
			return PL_E_CORRUPT;
		ret[n].count = pl_db_col_u64(rows, 1);
		ret[n++].sum = (uint64_t)sum;
		st = pl_db_rows_status(rows);
	}
	if (st != PL_E_NOTFOUND)
		return st;
	*ret_n = n;
	return PL_OK;
}
