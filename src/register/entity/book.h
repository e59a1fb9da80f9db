/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/book: the books of one entity: double entry, private.
 *
 * What always holds:
 *  1. A transaction balances: in each currency the weights of its postings make nothing. The weight of a posting is
 *     its amount, or, where it says what was paid for it, that price. Amounts are whole minor units; nothing is
 *     rounded.
 *  2. All postings of a transaction are in one entity's books. Accounts that say whom they are about are touched by
 *     intercompany transactions only, and these come in pairs: one in either book, written in one database
 *     transaction, equal and opposite in every currency.
 *  3. Nothing is edited. A mistake is reversed, once, by a transaction that names it; of a pair both halves are.
 *  4. Numbers are 1, 2, 3, ... in each book: UPDATE ... RETURNING in the transaction that writes the rows. No two
 *     transactions name the same document.
 *  5. Each transaction is chained to the one before by SHA-256 over its text in the journal
 *     (docs/formats/book-journal.md), so that a row changed behind our back shows (book_check.h).
 *  6. A half-year that was closed takes no further transaction.
 *
 * This header: what a transaction is. Pure; text is borrowed.
 */
#ifndef PL_REGISTER_ENTITY_BOOK_H
#define PL_REGISTER_ENTITY_BOOK_H
#include "crypto/digest.h"
#include "register/entity/codes.h"

enum pl_book_kind {
	PL_BOOK_PLAIN,
	PL_BOOK_OPENING,      /* what was there when the books began */
	PL_BOOK_BOUNTY,       /* a reward to a finder: names the case and the two posts that approved it */
	PL_BOOK_ORDER,        /* a partner's order */
	PL_BOOK_INTERCOMPANY, /* one half of a pair */
	PL_BOOK_REVERSAL,
	PL_BOOK_KINDS
};
/* Words as they stand in journals and tables; ends with NULL. */
extern const char *const pl_book_kinds[PL_BOOK_KINDS + 1];

#define PL_BOOK_POSTINGS_MAX 64u
#define PL_BOOK_ACCOUNT_MAX 120u
#define PL_BOOK_WORDS_MAX 200u

struct pl_book_posting {
	pl_str account; /* "Expenses:Bounty" */
	int64_t amount; /* minor units; not 0 */
	struct pl_currency currency;
	uint64_t price; /* what was paid for it, minor units of .paid; 0: nothing else than itself */
	struct pl_currency paid;
};

struct pl_book_tx {
	pl_str entity;
	uint64_t number; /* given by pl_book_post */
	uint64_t day;    /* seconds, the beginning of the day on which it counts */
	enum pl_book_kind kind;
	pl_str document;     /* a TOKEN: the invoice, the report, the order behind it */
	pl_str words;        /* for people; may be empty */
	pl_str report;       /* bounty: the case, a TOKEN */
	pl_str approvers[2]; /* bounty: two posts, TOKENs */
	pl_str peer;         /* intercompany and its reversal: the other entity */
	uint64_t peer_number;
	uint64_t reverses;   /* reversal: the number */
	size_t n_postings;
	struct pl_book_posting postings[PL_BOOK_POSTINGS_MAX];
	pl_str entered_by;   /* the account that entered it, a TOKEN; empty: the terminal */
	struct pl_digest chain;
};

/* "Assets:Bank:Example-Bank": one of Assets, Liabilities, Equity, Income, Expenses, then parts of
 * [A-Z0-9][A-Za-z0-9-]*. */
bool pl_book_account_ok(pl_str account);
/* Does it hold what its kind wants, and balance? What only the books know is not asked. PL_E_RANGE with words. */
pl_status pl_book_tx_check(const struct pl_book_tx *t, struct pl_diag *diag);
/* What the first transaction of @entity is chained to. */
void pl_book_first_chain(pl_str entity, struct pl_digest *ret);
/* The weight of a posting and its currency. */
int64_t pl_book_weight(const struct pl_book_posting *p, struct pl_currency *ret);
/* The opposite of @t as a reversal that names it, on @day; peer and its number are left to the caller. @document is
 * borrowed. */
void pl_book_opposite(const struct pl_book_tx *t, uint64_t day, pl_str document, struct pl_book_tx *ret);

#endif
