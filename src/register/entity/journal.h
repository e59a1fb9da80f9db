/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/journal: the books of an entity as plain text that ledger (--strict --pedantic), hledger (check
 * --strict) and, through ledger2beancount, beancount accept; docs/formats/book-journal.md. Same books, same bytes.
 *
 * What always holds:
 *  1. A journal up to the end of a closed half-year never changes again: it is made of what counts before that day
 *     alone.
 *  2. Behind every closed half-year, and at the end, stand balance assertions for every account and currency.
 */
#ifndef PL_REGISTER_ENTITY_JOURNAL_H
#define PL_REGISTER_ENTITY_JOURNAL_H
#include "register/entity/book_query.h"

/* Where the text goes, piece by piece. */
typedef pl_status (*pl_journal_put)(void *ctx, pl_str text);

/* One transaction, an empty line behind it. */
void pl_journal_tx(struct pl_buf *out, const struct pl_book_tx *t);
/* SHA-256 of @before and that text: what the next transaction is chained to. */
pl_status pl_journal_chain(const struct pl_book_tx *t, const struct pl_digest *before, struct pl_digest *ret);
/* The journal of what counts before the day @to. PL_E_NOTFOUND with words: no books. */
pl_status pl_journal_write(struct pl_db_tx *tx, pl_str entity, uint64_t to, pl_journal_put put, void *ctx,
	struct pl_diag *diag);
/* Its SHA-256. */
pl_status pl_journal_digest(struct pl_db_tx *tx, pl_str entity, uint64_t to, struct pl_digest *ret,
	struct pl_diag *diag);

#endif
