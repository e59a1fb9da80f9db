/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/table: cases as people write them, one line of comma-separated values each, under a line of field names.
 *
 *	received,country,category,decision
 *	2021-07-01T00:00:00Z,not-stated,technical-expertise,granted
 *
 * An empty value is an absent one. Texts are plain text here (base64 in openings).
 */
#ifndef PL_REGISTER_TABLE_H
#define PL_REGISTER_TABLE_H
#include "base/csv.h"
#include "register/promise.h"

struct pl_register_table_options {
	uint64_t now;      /* seconds */
	bool promises;     /* each case gets a promise */
	/* Told of each case when all are durable; may be NULL. @secret: NULL without promises. */
	void (*entered)(void *ctx, uint64_t number, const struct pl_register_secret *secret);
	void *ctx;
};

/* Enter every row as a new case, all of them in one transaction: all or none. *@ret_first to *@ret_last are their numbers.
 * PL_E_SYNTAX, PL_E_RANGE, PL_E_NOTFOUND (no such field) with the line; otherwise as pl_register_enter. */
pl_status pl_register_enter_table(struct pl_instance *inst, const struct pl_register *r, pl_str csv,
	const struct pl_register_table_options *opt, uint64_t *ret_first, uint64_t *ret_last, struct pl_diag *diag);

#endif
