/* SPDX-License-Identifier: Apache-2.0 */
/* register/recount_internal: between recount.c (checking), recount_cases.c, recount_count.c, recount_earlier.c and stated.c only. */
#ifndef PL_REGISTER_RECOUNT_INTERNAL_H
#define PL_REGISTER_RECOUNT_INTERNAL_H
#include "register/recount.h"

/* What is known of a case after the rows so far. */
struct pl_recount_case {
	uint64_t number; /* 0: an empty place */
	uint32_t revision, opened_revision; /* of the last row, of the last open row */
	enum pl_row_kind kind; /* of the last row */
	uint8_t under; /* of the last open row: which declaration */
	struct pl_digest leaf;
	pl_str opened; /* of the last open row; NULL if there was none */
};

/* Cases by number: those that are new in this file in a row, older ones in a table. */
struct pl_recount_cases {
	uint64_t before; /* numbers up to here are older */
	size_t n_new, cap_new;
	struct pl_recount_case *fresh;
	size_t n_old, cap_old; /* a power of two */
	struct pl_recount_case *old;
};

void pl_recount_cases_done(struct pl_recount_cases *c);
/* NULL if it was not met yet. */
struct pl_recount_case *pl_recount_case_find(struct pl_recount_cases *c, uint64_t number);
/* Make room for @number: the next new one, or an older one that was not met yet. NULL when memory is refused. Pointers that were
 * found before are dead. */
struct pl_recount_case *pl_recount_case_add(struct pl_recount_cases *c, uint64_t number);

/* Whom to tell each counted case; .tell NULL: nobody. */
struct pl_recount_listener {
	pl_recount_each tell;
	void *ctx;
};

/* Count the cases of the period into @r. PL_E_NOMEM, PL_E_TOOBIG, or what the listener answers. */
pl_status pl_recount_count(struct pl_recount *r, const struct pl_recount_cases *cases, const struct pl_recount_listener *listener,
	struct pl_diag *diag);

/* Read the earlier declarations that the head names, and which totals and tables only they have. PL_E_SYNTAX, PL_E_RANGE (one that the next one
 * does not follow), PL_E_TOOBIG with words. */
pl_status pl_recount_read_earlier(struct pl_recount *r, struct pl_diag *diag);
/* Where the value of the total, and the cells of the table, at @i stand (pl_recount_total_at). */
uint64_t *pl_recount_value_place(struct pl_recount *r, size_t i);
struct pl_recount_table *pl_recount_cells_place(struct pl_recount *r, size_t i);
/* How many of the cases stand under a declaration that has the table @name. */
uint64_t pl_recount_cases_of_table(const struct pl_recount *r, pl_str name);

#endif
