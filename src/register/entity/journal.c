/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/journal.h"
#include "base/date.h"
#include "register/entity/sql.h"

#define DAY UINT64_C(86400)
#define TEXT_MAX ((size_t)64 << 10) /* of one transaction, and of the lines in front */
#define PAGE_BYTES ((size_t)8 << 20)
#define PAGE 64u
#define CLOSINGS_MAX 256u

/* ---- one transaction ---- */

static void put_day(struct pl_buf *out, uint64_t day)
{
	pl_date_put(out, pl_date_of_day(day / DAY));
}

static void put_tag(struct pl_buf *out, const char *name, pl_str value)
{
	if (value.len)
		pl_buf_printf(out, "    ; %s: %.*s\n", name, PL_STR_ARG(value));
}

static void put_posting(struct pl_buf *out, const struct pl_book_posting *p)
{
	pl_buf_printf(out, "    %.*s    ", PL_STR_ARG(p->account));
	pl_money_put(out, p->amount, p->currency);
	if (p->price) {
		pl_buf_put_z(out, " @@ ");
		pl_money_put(out, (int64_t)p->price, p->paid);
	}
	pl_buf_put_c(out, '\n');
}

void pl_journal_tx(struct pl_buf *out, const struct pl_book_tx *t)
{
	put_day(out, t->day);
	pl_buf_printf(out, " * (%llu) %.*s\n", (unsigned long long)t->number,
		PL_STR_ARG(t->words.len ? t->words : pl_str_from(pl_book_kinds[t->kind])));
	put_tag(out, "kind", pl_str_from(pl_book_kinds[t->kind]));
	put_tag(out, "document", t->document);
	put_tag(out, "report", t->report);
	put_tag(out, "first-approver", t->approvers[0]);
	put_tag(out, "second-approver", t->approvers[1]);
	put_tag(out, "peer", t->peer);
	if (t->peer_number)
		pl_buf_printf(out, "    ; peer-number: %llu\n", (unsigned long long)t->peer_number);
	if (t->reverses)
		pl_buf_printf(out, "    ; reverses: %llu\n", (unsigned long long)t->reverses);
	put_tag(out, "entered-by", t->entered_by);
	for (size_t i = 0; i < t->n_postings; i++)
		put_posting(out, &t->postings[i]);
	pl_buf_put_c(out, '\n');
}

pl_status pl_journal_chain(const struct pl_book_tx *t, const struct pl_digest *before, struct pl_digest *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(TEXT_MAX);
	pl_bytes parts[2] = {pl_digest_bytes(before)};

	pl_journal_tx(&text, t);
	if (pl_buf_status(&text))
		return pl_buf_status(&text);
	parts[1] = pl_buf_bytes(&text);
	pl_sha256_parts(parts, 2, ret);
	return PL_OK;
}

/* ---- the lines in front ---- */

static const char *const tags[] = {"document", "first-approver", "kind", "peer", "peer-number", "report", "reverses",
	"second-approver"};

struct writing {
	struct pl_db_tx *tx;
	pl_str entity;
	uint64_t to;
	struct pl_buf text;
	pl_journal_put put;
	void *ctx;
};

static pl_status flush(struct writing *w)
{
	pl_status st = pl_buf_status(&w->text);

	if (!st && w->text.len)
		st = w->put(w->ctx, pl_buf_str(&w->text));
	pl_buf_clear(&w->text);
	return st;
}

static pl_status put_money(struct writing *w)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(w->tx, &pl_sql_book_used_money, PL_DB_ARGS(PL_DB_STR(w->entity), PL_DB_U64(w->to)), &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK)
		pl_buf_printf(&w->text, "commodity %.*s\n", PL_STR_ARG(pl_db_col_str(rows, 0)));
	return st == PL_E_NOTFOUND ? flush(w) : st;
}

/* One page of accounts behind @last, which is replaced; *@ret_n how many. */
static pl_status put_some_accounts(struct writing *w, struct pl_buf *last, size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(w->tx, &pl_sql_book_used_accounts,
		PL_DB_ARGS(PL_DB_STR(w->entity), PL_DB_U64(w->to), PL_DB_STR(pl_buf_str(last)), PL_DB_U64(PL_BOOK_PAGE_MAX)), &rows);

	*ret_n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		pl_str account = pl_db_col_str(rows, 0);

		pl_buf_printf(&w->text, "account %.*s\n", PL_STR_ARG(account));
		pl_buf_clear(last);
		pl_buf_put_str(last, account);
		++*ret_n;
	}
	return st == PL_E_NOTFOUND ? flush(w) : st;
}

/* The one that came later is declared where it is used, so that journals from before it stay what they were. */
static pl_status put_tags(struct writing *w)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(w->tx, &pl_sql_book_entered, PL_DB_ARGS(PL_DB_STR(w->entity), PL_DB_U64(w->to)), &rows);

	for (size_t i = 0; i < PL_COUNT(tags); i++) {
		pl_buf_printf(&w->text, "tag %s\n", tags[i]);
		if (!st && strcmp(tags[i], "document") == 0)
			pl_buf_put_z(&w->text, "tag entered-by\n");
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status put_front(struct writing *w)
{
	struct pl_buf last PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BOOK_ACCOUNT_MAX);
	size_t n = 0;
	pl_status st;

	pl_buf_printf(&w->text, "; books of %.*s\n\n", PL_STR_ARG(w->entity));
	st = put_money(w);
	pl_buf_put_c(&w->text, '\n');
	if (!st)
		st = put_tags(w);
	pl_buf_put_c(&w->text, '\n');
	do
		st = st ? st : put_some_accounts(w, &last, &n);
	while (!st && n == PL_BOOK_PAGE_MAX);
	pl_buf_put_c(&w->text, '\n');
	return st ? st : flush(w);
}

/* ---- transactions and assertions ---- */

static pl_status put_assertions(struct writing *w, uint64_t to)
{
	struct pl_book_balance last = {0}, *list;
	struct pl_arena keep PL_CLEANUP(pl_arena_done) = PL_ARENA(PAGE_BYTES);
	size_t n = 0, all = 0;
	pl_status st;

	do {
		st = pl_book_balances(w->tx, w->entity, to, all ? &last : NULL, PL_BOOK_PAGE_MAX, &keep, &list, &n);
		for (size_t i = 0; i < n && !st; i++, all++) {
			if (!all) {
				put_day(&w->text, to - DAY);
				pl_buf_put_z(&w->text, " * (balances) up to this day\n");
			}
			pl_buf_printf(&w->text, "    %.*s    ", PL_STR_ARG(list[i].account));
			pl_money_put(&w->text, 0, list[i].currency);
			pl_buf_put_z(&w->text, " = ");
			pl_money_put(&w->text, list[i].amount, list[i].currency);
			pl_buf_put_c(&w->text, '\n');
			last = list[i];
		}
		if (!st)
			st = flush(w);
	} while (!st && n == PL_BOOK_PAGE_MAX);
	if (all)
		pl_buf_put_c(&w->text, '\n');
	return st ? st : flush(w);
}

/* What counts from the day @from on and before @to; *@last_day is the last one that has any. */
static pl_status put_days(struct writing *w, uint64_t from, uint64_t to, uint64_t *last_day)
{
	uint64_t day = from, number = 0;
	size_t n = 0;
	pl_status st;

	do {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PAGE_BYTES);
		struct pl_book_tx *list = NULL;

		st = pl_book_list_by_day(w->tx, w->entity, day, number, to, PAGE, &arena, &list, &n);
		for (size_t i = 0; i < n && !st; i++) {
			pl_journal_tx(&w->text, &list[i]);
			st = flush(w);
			day = *last_day = list[i].day;
			number = list[i].number;
		}
	} while (!st && n == PAGE);
	return st;
}

static pl_status put_all(struct writing *w)
{
	struct pl_book_closing *closings = pl_alloc(CLOSINGS_MAX, sizeof *closings);
	uint64_t from = 0, last_day = 0;
	size_t n = 0;
	pl_status st = pl_book_closings(w->tx, w->entity, 0, CLOSINGS_MAX, closings, &n);

	if (!st)
		st = put_front(w);
	for (size_t i = 0; i < n && !st && closings[i].to <= w->to; i++) {
		st = put_days(w, from, closings[i].to, &last_day);
		from = closings[i].to;
		if (!st)
			st = put_assertions(w, from);
	}
	pl_free(closings);
	if (!st && from < w->to)
		st = put_days(w, from, w->to, &last_day);
	/* A half-year that is being closed ends as it will once it is closed, with or without a transaction in it. */
	if (!st && from < w->to && (w->to < INT64_MAX || last_day >= from))
		st = put_assertions(w, w->to == (uint64_t)INT64_MAX ? last_day + DAY : w->to);
	return st;
}

pl_status pl_journal_write(struct pl_db_tx *tx, pl_str entity, uint64_t to, pl_journal_put put, void *ctx,
	struct pl_diag *diag)
{
	struct writing w = {.tx = tx, .entity = entity, .to = to, .text = PL_BUF(TEXT_MAX), .put = put, .ctx = ctx};
	struct pl_book_state state;
	pl_status st = pl_book_state(tx, entity, &state, diag);

	if (!st)
		st = put_all(&w);
	pl_buf_done(&w.text);
	return st;
}

static pl_status hash(void *ctx, pl_str text)
{
	pl_sha256_update(ctx, pl_str_bytes(text));
	return PL_OK;
}

pl_status pl_journal_digest(struct pl_db_tx *tx, pl_str entity, uint64_t to, struct pl_digest *ret,
	struct pl_diag *diag)
{
	struct pl_sha256 *h PL_CLEANUP(pl_sha256_freep) = pl_sha256_new();
	pl_status st = pl_journal_write(tx, entity, to, hash, h, diag);

	if (!st)
		pl_sha256_final(h, ret);
	return st;
}
