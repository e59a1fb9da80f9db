/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/book.h"
#include "fact/predicates.h"

#define DAY UINT64_C(86400)

const char *const pl_book_kinds[PL_BOOK_KINDS + 1] = {
	"plain", "opening", "bounty", "order", "intercompany", "reversal", NULL,
};

/* ---- names ---- */

static bool part_ok(pl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool capital = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'), small = c >= 'a' && c <= 'z';

		if (!capital && (i == 0 || (!small && c != '-')))
			return false;
	}
	return s.len > 0;
}

bool pl_book_account_ok(pl_str account)
{
	static const char *const roots[] = {"Assets:", "Liabilities:", "Equity:", "Income:", "Expenses:"};
	bool root = false;
	pl_str part;

	if (account.len > PL_BOOK_ACCOUNT_MAX)
		return false;
	for (size_t i = 0; i < PL_COUNT(roots); i++)
		root = root || pl_str_starts(account, pl_str_from(roots[i]));
	while (pl_str_take_until(&account, ':', &part))
		root = root && part_ok(part);
	return root && part_ok(account);
}

/* What every program reads as one line of words: no mark that means something to one of them, no space at either end.
 * */
static bool words_ok(pl_str s)
{
	if (s.len > PL_BOOK_WORDS_MAX || !pl_str_is_utf8(s))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c < 0x20 || c == 0x7f || strchr(";|\"\\()*!=@", c) ||
			(c == ' ' && (i == 0 || i + 1 == s.len || s.ptr[i + 1] == ' ')))
			return false;
	}
	return true;
}

/* ---- what its kind wants ---- */

static pl_status check_kind(const struct pl_book_tx *t, struct pl_diag *diag)
{
	bool bounty = t->kind == PL_BOOK_BOUNTY, approved = pl_predicate_token_ok(t->approvers[0]) &&
		pl_predicate_token_ok(t->approvers[1]) && !pl_str_eq(t->approvers[0], t->approvers[1]);
	bool peer = t->kind == PL_BOOK_INTERCOMPANY || (t->kind == PL_BOOK_REVERSAL && t->peer.len);

	if (bounty && (!pl_predicate_token_ok(t->report) || !approved))
		return pl_diag_set(diag, PL_E_RANGE, "a bounty names the report that it is for and the two posts that approved it");
	if (!bounty && (t->report.len || t->approvers[0].len || t->approvers[1].len))
		return pl_diag_set(diag, PL_E_RANGE, "only a bounty names a report and who approved it");
	if (peer ? !pl_predicate_token_ok(t->peer) || pl_str_eq(t->peer, t->entity) : t->peer.len > 0)
		return pl_diag_set(diag, PL_E_RANGE, "an intercompany transaction, and nothing else, is between two entities");
	if ((t->kind == PL_BOOK_REVERSAL) != (t->reverses != 0))
		return pl_diag_set(diag, PL_E_RANGE, "a reversal, and nothing else, names what it reverses");
	return PL_OK;
}

static pl_status check_posting(const struct pl_book_posting *p, struct pl_diag *diag)
{
	if (!pl_book_account_ok(p->account))
		return pl_diag_set(diag, PL_E_RANGE, "\"%.*s\" is no account: expected one like Expenses:Bounty, below Assets, Liabilities, "
			"Equity, Income or Expenses", PL_STR_ARG(p->account));
	if (p->amount == 0 || p->amount >= PL_MONEY_MAX || p->amount <= -PL_MONEY_MAX || p->price >= (uint64_t)PL_MONEY_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "an amount is not 0, and smaller than 10^13 minor units");
	if (!p->currency.code[0] || (p->price != 0) != (p->paid.code[0] != 0) ||
		(p->price && pl_currency_eq(p->currency, p->paid)))
		return pl_diag_set(diag, PL_E_RANGE, "a price is in another currency than what was bought");
	return PL_OK;
}

int64_t pl_book_weight(const struct pl_book_posting *p, struct pl_currency *ret)
{
	*ret = p->price ? p->paid : p->currency;
	if (!p->price)
		return p->amount;
	return p->amount < 0 ? -(int64_t)p->price : (int64_t)p->price;
}

static pl_status check_balance(const struct pl_book_tx *t, struct pl_diag *diag)
{
	for (size_t i = 0; i < t->n_postings; i++) {
		struct pl_currency currency, other;
		int64_t sum = pl_book_weight(&t->postings[i], &currency);

		for (size_t k = 0; k < t->n_postings; k++) {
			int64_t weight = pl_book_weight(&t->postings[k], &other);

			/* 64 weights below 10^13 do not overflow. */
			if (k != i && pl_currency_eq(currency, other))
				sum += weight;
		}
		if (sum) {
			struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(64);

			pl_money_put(&text, sum, currency);
			return pl_diag_set(diag, PL_E_RANGE, "it does not balance: %.*s too much", PL_STR_ARG(pl_buf_str(&text)));
		}
	}
	return PL_OK;
}

pl_status pl_book_tx_check(const struct pl_book_tx *t, struct pl_diag *diag)
{
	pl_status st = PL_OK;

	if (!pl_predicate_token_ok(t->entity) || t->day % DAY || !t->day)
		return pl_diag_set(diag, PL_E_RANGE, "a transaction is in one entity's books, and counts on a day");
	if (!pl_predicate_token_ok(t->document))
		return pl_diag_set(diag, PL_E_RANGE, "no transaction without a document: expected an identifier of a-z 0-9 . _ + -");
	if (!words_ok(t->words))
		return pl_diag_set(diag, PL_E_RANGE, "words: at most %u bytes in one line, none of ; | \" \\ ( ) * ! = @",
			PL_BOOK_WORDS_MAX);
	if (t->n_postings < 2 || t->n_postings > PL_BOOK_POSTINGS_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "a transaction has 2 to %u postings", PL_BOOK_POSTINGS_MAX);
	if (t->entered_by.len && !pl_predicate_token_ok(t->entered_by))
		return pl_diag_set(diag, PL_E_RANGE, "who entered it is an account's identifier in small letters");
	st = check_kind(t, diag);
	for (size_t i = 0; i < t->n_postings && !st; i++)
		st = check_posting(&t->postings[i], diag);
	return st ? st : check_balance(t, diag);
}

void pl_book_first_chain(pl_str entity, struct pl_digest *ret)
{
	const pl_bytes parts[] = {pl_str_bytes(PL_STR("pl-book/v1\0")), pl_str_bytes(entity)};

	pl_sha256_parts(parts, PL_COUNT(parts), ret);
}

void pl_book_opposite(const struct pl_book_tx *t, uint64_t day, pl_str document, struct pl_book_tx *ret)
{
	*ret = *t;
	ret->number = 0;
	ret->day = day;
	ret->kind = PL_BOOK_REVERSAL;
	ret->reverses = t->number;
	ret->document = document;
	ret->report = ret->approvers[0] = ret->approvers[1] = (pl_str){0};
	ret->peer_number = 0;
	ret->entered_by = (pl_str){0};
	for (size_t i = 0; i < ret->n_postings; i++)
		ret->postings[i].amount = -ret->postings[i].amount;
}
