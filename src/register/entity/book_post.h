/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/book_post: what is written into books (register/entity/book.h says what always holds). Every
 * function works inside of the caller's transaction; after a failure undo it, and no number is lost.
 *
 * PL_E_NOTFOUND (no such entity, books, account or number), PL_E_EXISTS (the document, the account, the reversal is
 * there), PL_E_STATE (the half-year is closed), PL_E_RANGE (it does not balance, an account about somebody else),
 * with words.
 */
#ifndef PL_REGISTER_ENTITY_BOOK_POST_H
#define PL_REGISTER_ENTITY_BOOK_POST_H
#include "register/entity/book.h"
#include "store/db.h"

/* Begin the books of @entity, which was stated, with the accounts that every entity needs. */
pl_status pl_book_open(struct pl_db_tx *tx, pl_str entity, struct pl_currency currency, struct pl_diag *diag);
/* One more account; @about names the other entity of an intercompany account, else it is empty. The same one again is
 * fine. */
pl_status pl_book_account(struct pl_db_tx *tx, pl_str entity, pl_str account, pl_str about, struct pl_diag *diag);
/* Write @t, of any kind but intercompany and reversal; sets number and chain. */
pl_status pl_book_post(struct pl_db_tx *tx, struct pl_book_tx *t, struct pl_diag *diag);
/* Write both halves of a pair; each names the other one as peer. */
pl_status pl_book_pair(struct pl_db_tx *tx, struct pl_book_tx *a, struct pl_book_tx *b, struct pl_diag *diag);
/* Take back number @number of @entity on @day, and the other half if it is one of a pair; @entered_by as in pl_book_tx. @ret[0] is the reversal in
 * the books of @entity, @ret[1] that of the other one if *@ret_n is 2; text lives in @arena. */
pl_status pl_book_reverse(struct pl_db_tx *tx, pl_str entity, uint64_t number, uint64_t day, pl_str entered_by,
	struct pl_arena *arena, struct pl_book_tx ret[static 2], size_t *ret_n, struct pl_diag *diag);

#endif
