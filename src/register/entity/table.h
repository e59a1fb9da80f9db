/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/table: entities, duties and transactions as people write them, in tables of comma-separated values.
 * Everything lives in the caller's arena; failures name the line.
 *
 * Entities:
 * entity,from,state,roles,jurisdiction,lei,legal-name,other-names,registered-at,register-number,parents,assets,approves-releases,
 *	own-books,banks
 * roles "holding sales"; other-names and banks separated by ";", a name with its kind in front, "transliterated:
 * Primer"; parents "example-holding/62.50/2008-01-01" (share in per cent, since), assets "data-centre/zurich-1",
 * separated by spaces; approves-releases yes or no. The version is not written: it follows from what is there.
 *
 * Duties:
 *	entity,duty,drilled,drill-days,holders,deputies
 * posts "release-desk@example-vendor-de:first-aid/iso-27001", separated by spaces.
 *
 * Transactions: one line a posting; lines of one transaction stand together and have the same text in the first
 * column. Two entities in one transaction make a pair.
 *	transaction,entity,day,kind,document,words,report,approvers,account,amount,currency,price,paid
 */
#ifndef PL_REGISTER_ENTITY_TABLE_H
#define PL_REGISTER_ENTITY_TABLE_H
#include "base/arena.h"
#include "base/diag.h"
#include "register/entity/book.h"
#include "register/entity/duty.h"

#define PL_ENTITY_TABLE_MAX ((size_t)16 << 20)
#define PL_ENTITY_ROWS_MAX 1024u
#define PL_BOOK_ROWS_MAX 65536u

struct pl_entity_row {
	struct pl_entity entity; /* version 0 */
	pl_str sheet;            /* the text whose digest entity.sheet is */
	unsigned line;
};

/* PL_E_SYNTAX, PL_E_RANGE, PL_E_NOTFOUND (no such column, no rows), PL_E_EXISTS, PL_E_TOOBIG. */
pl_status pl_entity_table_parse(pl_str csv, struct pl_arena *arena, struct pl_entity_row **ret, size_t *ret_n,
	struct pl_diag *diag);

struct pl_duty_row {
	struct pl_duty duty; /* version 0 */
	unsigned line;
};
pl_status pl_duty_table_parse(pl_str csv, struct pl_arena *arena, struct pl_duty_row **ret, size_t *ret_n,
	struct pl_diag *diag);

/* Calls @found for each transaction in turn: @t[0] alone, or a pair @t[0] and @t[1] (@n 2). Stops at a failure of it.
 * */
pl_status pl_book_table_read(pl_str csv, struct pl_arena *arena,
	pl_status (*found)(void *ctx, struct pl_book_tx *t, size_t n, struct pl_diag *diag), void *ctx, struct pl_diag *diag);

#endif
