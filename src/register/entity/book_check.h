/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/book_check: are the books what they were when they were written? Everything that they promise is
 * computed anew: numbers without a gap, every chain, every transaction's balance, every closed half-year's journal
 * and balance file, what was attested in public, and that what two entities say of each other is equal and opposite.
 */
#ifndef PL_REGISTER_ENTITY_BOOK_CHECK_H
#define PL_REGISTER_ENTITY_BOOK_CHECK_H
#include "register/entity/book_query.h"

struct pl_book_report {
	uint64_t transactions, closings, attested;
};

/* Check the books of @entity, reading only. PL_E_MISMATCH: the first thing that is not as it was; words in @diag. */
pl_status pl_book_examine(struct pl_db_tx *tx, pl_str entity, struct pl_book_report *ret, struct pl_diag *diag);

#endif
