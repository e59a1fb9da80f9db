/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/columns: tables of comma-separated values whose columns are known by name, in any order; one that
 * is not there is empty in every row. Pure.
 */
#ifndef PL_REGISTER_ENTITY_COLUMNS_H
#define PL_REGISTER_ENTITY_COLUMNS_H
#include "base/csv.h"

#define PL_COLUMNS_MAX 24u

struct pl_columns {
	struct pl_csv csv;
	const char *const *names; /* ends with NULL */
	size_t n_names, width;
	unsigned to[PL_COLUMNS_MAX]; /* where each column of the table goes */
};

/* Read the line of names. PL_E_SYNTAX (none there), PL_E_NOTFOUND (a name that is not in @names), PL_E_EXISTS (one
 * stands twice). */
pl_status pl_columns_begin(struct pl_columns *c, const char *const *names, pl_str csv, struct pl_arena *arena,
	struct pl_diag *diag);
/* The next row: @ret[i] is the value of the column @names[i]; text lives in @arena. PL_E_NOTFOUND: no more;
 * PL_E_SYNTAX with the line. */
pl_status pl_columns_row(struct pl_columns *c, struct pl_arena *arena, pl_str *ret, struct pl_diag *diag);

/* What is done with each row. */
struct pl_columns_reader {
	const char *const *names; /* of the columns; ends with NULL */
	size_t max;               /* rows */
	/* Row @i (from 0), which stands in @line; @texts in the order of .names. */
	pl_status (*row)(void *ctx, size_t i, unsigned line, const pl_str *texts, struct pl_diag *diag);
	void *ctx;
};
/* Read a whole table; *@ret_n: how many rows. As above, with the line; PL_E_TOOBIG: more than .max; PL_E_NOTFOUND: there are none. */
pl_status pl_columns_table(const struct pl_columns_reader *r, pl_str csv, struct pl_arena *arena, size_t *ret_n, struct pl_diag *diag);

/* Take the next of several values in one cell; false at the end. Spaces around it do not count. */
bool pl_columns_part(pl_str *cell, char separator, pl_str *ret);
/* Read a day as people write it, 2026-07-01, into seconds; an empty cell is 0. PL_E_SYNTAX, PL_E_RANGE; @name is for
 * the words. */
pl_status pl_columns_day(pl_str cell, const char *name, uint64_t *ret, struct pl_diag *diag);

#endif
