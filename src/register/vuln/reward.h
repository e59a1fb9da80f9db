/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/reward: what is paid for which flaw: the body of a reward-matrix/v1 (docs/formats/reward-matrix.md).
 *
 *	pellucid-reward-matrix v1
 *	program bug-bounty
 *	currency USD
 *	from 2018-03-01
 *	row endpoint remote-code-execution remote 10000 20000
 *
 * What always holds:
 *  1. A cell (product, impact, position) stands once, and its lower end is not above its upper one.
 *  2. Amounts are whole units of the currency.
 *  3. One text has one meaning and one spelling; what is not understood is refused with its line.
 *
 * Pure. Text lives in the arena that was handed in.
 */
#ifndef PL_REGISTER_VULN_REWARD_H
#define PL_REGISTER_VULN_REWARD_H
#include "base/diag.h"
#include "register/entity/codes.h"

#define PL_REWARD_MATRIX_MAX 65536u /* bytes */
#define PL_REWARD_ROWS_MAX 256u
#define PL_REWARD_AMOUNT_MAX UINT64_C(1000000000)

struct pl_reward_row {
	pl_str product, impact, position; /* TOKENs */
	uint64_t low, high;               /* whole units */
};

struct pl_reward_matrix {
	pl_str program; /* a TOKEN */
	struct pl_currency currency;
	uint64_t from;  /* seconds: the first day on which it holds */
	size_t n;
	struct pl_reward_row rows[PL_REWARD_ROWS_MAX];
};

/* PL_E_SYNTAX, PL_E_RANGE, PL_E_EXISTS (a cell twice), PL_E_TOOBIG, PL_E_NOMEM; words name the line. */
pl_status pl_reward_matrix_parse(pl_str text, struct pl_arena *arena, struct pl_reward_matrix *ret, struct pl_diag *diag);
/* NULL: it says nothing of that. */
const struct pl_reward_row *pl_reward_matrix_find(const struct pl_reward_matrix *m, pl_str product, pl_str impact, pl_str position);
/* The highest amount that it promises. */
uint64_t pl_reward_matrix_top(const struct pl_reward_matrix *m);

#endif
