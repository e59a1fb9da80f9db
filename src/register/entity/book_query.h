/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/book_query: what is read of books, inside of a transaction. Text lives in the caller's arena; lists
 * come in pages of at most PL_BOOK_PAGE_MAX.
 */
#ifndef PL_REGISTER_ENTITY_BOOK_QUERY_H
#define PL_REGISTER_ENTITY_BOOK_QUERY_H
#include "register/entity/book.h"
#include "store/db.h"

#define PL_BOOK_PAGE_MAX 256u

struct pl_book_state {
	struct pl_currency currency; /* its own */
	uint64_t highest;            /* number */
	uint64_t closed;             /* what counts before that day is closed; 0: nothing is */
	struct pl_digest chain;      /* of the highest number */
};

/* PL_E_NOTFOUND with words: no books. */
pl_status pl_book_state(struct pl_db_tx *tx, pl_str entity, struct pl_book_state *ret, struct pl_diag *diag);
/* PL_E_NOTFOUND, with the words and what to do. */
pl_status pl_book_none(pl_str entity, struct pl_diag *diag);
/* One transaction. PL_E_NOTFOUND with words. */
pl_status pl_book_get(struct pl_db_tx *tx, pl_str entity, uint64_t number, struct pl_arena *arena,
	struct pl_book_tx *ret, struct pl_diag *diag);
/* Transactions behind number @after, in the order of numbers. */
pl_status pl_book_list(struct pl_db_tx *tx, pl_str entity, uint64_t after, size_t limit, struct pl_arena *arena,
	struct pl_book_tx **ret, size_t *ret_n);
/* Those that count before the day @to, in the order of the journal: by day, then by number, from behind @day and
 * @number. */
pl_status pl_book_list_by_day(struct pl_db_tx *tx, pl_str entity, uint64_t day, uint64_t number, uint64_t to,
	size_t limit, struct pl_arena *arena, struct pl_book_tx **ret, size_t *ret_n);
/* Names of all books behind @after. */
pl_status pl_book_names(struct pl_db_tx *tx, pl_str after, size_t limit, struct pl_arena *arena, pl_str **ret,
	size_t *ret_n);

struct pl_book_balance {
	pl_str account;
	struct pl_currency currency;
	int64_t amount;
};
/* What each account held before the day @to, by account and currency, from behind @after (NULL: from the start). */
pl_status pl_book_balances(struct pl_db_tx *tx, pl_str entity, uint64_t to, const struct pl_book_balance *after,
	size_t limit, struct pl_arena *arena, struct pl_book_balance **ret, size_t *ret_n);
/* How many transactions count before the day @to. */
pl_status pl_book_count(struct pl_db_tx *tx, pl_str entity, uint64_t to, uint64_t *ret);

/* Was the transaction taken back? */
pl_status pl_book_reversed(struct pl_db_tx *tx, pl_str entity, uint64_t number, bool *ret);

/* The rewards of one currency that count in [@from, @to) and were not taken back before @to. */
#define PL_BOOK_BOUNTIES_MAX 16u
struct pl_book_bounties {
	struct pl_currency currency;
	uint64_t count, sum; /* sum: minor units */
};
/* By currency. */
pl_status pl_book_bounties(struct pl_db_tx *tx, pl_str entity, uint64_t from, uint64_t to,
	struct pl_book_bounties ret[static PL_BOOK_BOUNTIES_MAX], size_t *ret_n);

/* A half-year that was closed. */
struct pl_book_closing {
	uint64_t from, to, transactions;
	struct pl_digest journal; /* of the journal up to its end */
	uint8_t salt[32];
	struct pl_digest balance; /* of the balance file */
};
/* PL_E_NOTFOUND: it is not closed. */
pl_status pl_book_closing(struct pl_db_tx *tx, pl_str entity, uint64_t from, struct pl_book_closing *ret);
/* Closings of half-years that begin after @after (0 to start), the oldest first; *@ret_n of at most @limit. */
pl_status pl_book_closings(struct pl_db_tx *tx, pl_str entity, uint64_t after, size_t limit,
	struct pl_book_closing *ret, size_t *ret_n);

#endif
