/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of transactions. */
#include "fact/predicates.h"
#include "register/claim.h"
#include "register/entity/columns.h"
#include "register/entity/table.h"

enum column { LABEL, ENTITY, DAY, KIND, DOCUMENT, WORDS, REPORT, APPROVERS, ACCOUNT, AMOUNT, CURRENCY, PRICE, PAID,
	COLUMNS };
static const char *const columns[COLUMNS + 1] = {
	"transaction", "entity", "day", "kind", "document", "words", "report", "approvers", "account", "amount", "currency",
	"price", "paid", NULL,
};

/* The transaction that is being put together; @t[1] is used by pairs alone. */
struct gathering {
	pl_str label;
	unsigned line; /* its first one */
	size_t n;
	struct pl_book_tx t[2];
};

/* ---- one line ---- */

static pl_status read_money(const pl_str *t, enum column amount, enum column currency, struct pl_currency *money,
	int64_t *ret, struct pl_diag *diag)
{
	if (pl_currency_parse(t[currency], money))
		return pl_diag_set(diag, PL_E_SYNTAX, "%s: there is no currency \"%.*s\"", columns[currency],
			PL_STR_ARG(pl_str_sub(t[currency], 0, 10)));
	return pl_money_parse(t[amount], *money, ret, diag);
}

static pl_status read_posting(const pl_str *t, struct pl_book_tx *tx, struct pl_diag *diag)
{
	struct pl_book_posting *p = &tx->postings[tx->n_postings];
	int64_t price = 0;
	pl_status st;

	if (tx->n_postings == PL_BOOK_POSTINGS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a transaction has at most %u postings", PL_BOOK_POSTINGS_MAX);
	*p = (struct pl_book_posting){.account = t[ACCOUNT]};
	st = read_money(t, AMOUNT, CURRENCY, &p->currency, &p->amount, diag);
	if (!st && t[PRICE].len)
		st = read_money(t, PRICE, PAID, &p->paid, &price, diag);
	if (!st && price < 0)
		st = pl_diag_set(diag, PL_E_RANGE, "price: what was paid for it, without a sign");
	if (st)
		return st;
	p->price = (uint64_t)price;
	tx->n_postings++;
	return PL_OK;
}

static pl_status read_head(const pl_str *t, struct pl_book_tx *tx, struct pl_diag *diag)
{
	pl_str approvers = t[APPROVERS];
	unsigned kind;

	*tx = (struct pl_book_tx){.entity = t[ENTITY], .document = t[DOCUMENT], .words = t[WORDS], .report = t[REPORT]};
	if (pl_claim_word(t[KIND], pl_book_kinds, &kind) || kind == PL_BOOK_REVERSAL)
		return pl_diag_set(diag, PL_E_SYNTAX, "kind: expected plain, opening, bounty, order or intercompany");
	tx->kind = (enum pl_book_kind)kind;
	(void)(pl_columns_part(&approvers, ' ', &tx->approvers[0]) && pl_columns_part(&approvers, ' ', &tx->approvers[1]));
	if (approvers.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "approvers: expected two posts, separated by a space");
	return pl_columns_day(t[DAY], "day", &tx->day, diag);
}

/* Later lines of a half leave out what the first one said, or say the same. */
static bool says_the_same(const pl_str *t, const struct pl_book_tx *tx)
{
	return (!t[DOCUMENT].len || pl_str_eq(t[DOCUMENT], tx->document)) &&
		(!t[WORDS].len || pl_str_eq(t[WORDS], tx->words)) &&
		(!t[REPORT].len || pl_str_eq(t[REPORT], tx->report)) &&
		(!t[KIND].len || pl_str_eq(t[KIND], pl_str_from(pl_book_kinds[tx->kind])));
}

static pl_status add_line(const pl_str *t, struct gathering *g, struct pl_diag *diag)
{
	struct pl_book_tx *tx = NULL;
	pl_status st = PL_OK;

	for (size_t i = 0; i < g->n; i++)
		if (pl_str_eq(t[ENTITY], g->t[i].entity))
			tx = &g->t[i];
	if (tx && !says_the_same(t, tx))
		return pl_diag_set(diag, PL_E_SYNTAX, "the lines of one transaction contradict each other");
	if (!tx && g->n == 2)
		return pl_diag_set(diag, PL_E_RANGE, "a transaction is in the books of one entity, or a pair in those of two");
	if (!tx) {
		tx = &g->t[g->n++];
		st = read_head(t, tx, diag);
	}
	return st ? st : read_posting(t, tx, diag);
}

/* ---- whole transactions ---- */

static void name_peers(struct gathering *g)
{
	if (g->n != 2)
		return;
	g->t[0].peer = g->t[1].entity;
	g->t[1].peer = g->t[0].entity;
}

struct reading {
	pl_status (*found)(void *ctx, struct pl_book_tx *t, size_t n, struct pl_diag *diag);
	void *ctx;
};

static pl_status finish(const struct reading *r, struct gathering *g, struct pl_diag *diag)
{
	pl_status st = PL_OK;

	if (!g->n)
		return PL_OK;
	name_peers(g);
	st = r->found(r->ctx, g->t, g->n, diag);
	if (st)
		pl_diag_at(diag, g->line, 0);
	g->n = 0;
	return st;
}

static pl_status read_line(const struct reading *r, struct pl_columns *c, struct pl_arena *arena, struct gathering *g,
	struct pl_diag *diag)
{
	pl_str texts[COLUMNS];
	pl_status st = pl_columns_row(c, arena, texts, diag);

	if (st)
		return st;
	if (!texts[LABEL].len)
		return pl_diag_set(diag, PL_E_SYNTAX, "transaction: expected what tells this one from others in the table");
	if (!pl_str_eq(texts[LABEL], g->label)) {
		st = finish(r, g, diag);
		*g = (struct gathering){.label = texts[LABEL], .line = c->csv.line};
	}
	return st ? st : add_line(texts, g, diag);
}

pl_status pl_book_table_read(pl_str csv, struct pl_arena *arena,
	pl_status (*found)(void *ctx, struct pl_book_tx *t, size_t n, struct pl_diag *diag), void *ctx, struct pl_diag *diag)
{
	const struct reading r = {found, ctx};
	struct gathering g = {0};
	struct pl_columns c;
	size_t lines = 0;
	pl_status st = pl_columns_begin(&c, columns, csv, arena, diag);

	while (!st && c.csv.rest.len) {
		if (lines++ == PL_BOOK_ROWS_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "at most %u lines in one table", PL_BOOK_ROWS_MAX);
		st = read_line(&r, &c, arena, &g, diag);
		if (st)
			pl_diag_at(diag, c.csv.line, 0);
	}
	if (!st && !lines)
		st = pl_diag_set(diag, PL_E_NOTFOUND, "there are no lines");
	return st ? st : finish(&r, &g, diag);
}
