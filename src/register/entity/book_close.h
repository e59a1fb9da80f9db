/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/book_close: closing a half-year, and the balance file (docs/formats/book-balance.md) whose SHA-256
 * the entity attests. The file begins with a random salt, so that nobody guesses balances from the digest; whoever is
 * shown the file checks it with sha256sum, and the journal that it names likewise.
 */
#ifndef PL_REGISTER_ENTITY_BOOK_CLOSE_H
#define PL_REGISTER_ENTITY_BOOK_CLOSE_H
#include "register/entity/book_query.h"

#define PL_BALANCE_MAX ((size_t)16 << 20)

/* Close the half-year [@from, @to): nothing is entered any more that counts before @to. In the caller's transaction.
 * PL_E_RANGE: no half-year; PL_E_STATE: it has not ended at @now, or a later one is closed; PL_E_EXISTS: it is
 * closed. Words. */
pl_status pl_book_close(struct pl_db_tx *tx, pl_str entity, uint64_t from, uint64_t to, uint64_t now,
	struct pl_book_closing *ret, struct pl_diag *diag);
/* Append the balance file of a closed half-year, made anew from the books. */
pl_status pl_book_balance_file(struct pl_db_tx *tx, pl_str entity, const struct pl_book_closing *c, struct pl_buf *out);

#endif
