/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/award_query: awards that were paid, and what may be awarded for a case. */
#include "register/vuln/award.h"
#include "register/vuln/sql.h"

static pl_status take(struct pl_db_rows *rows, struct pl_arena *arena, struct pl_award_entry *ret)
{
	struct pl_award_entry e = {.number = pl_db_col_u64(rows, 1), .case_number = pl_db_col_u64(rows, 3), .transaction = pl_db_col_u64(rows, 5)};
	pl_status st = pl_arena_dup(arena, pl_db_col_str(rows, 0), &e.bounties);

	pl_db_col_fixed(rows, 6, e.decision.b, sizeof e.decision.b);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 2), &e.case_register);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 4), &e.entity);
	if (!st)
		st = pl_db_rows_status(rows);
	if (!st)
		*ret = e;
	return st;
}

pl_status pl_award_of_report(struct pl_db_tx *tx, pl_str case_register, uint64_t case_number, struct pl_arena *arena, struct pl_award_entry *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_vuln_award_of_report, PL_DB_ARGS(PL_DB_STR(case_register), PL_DB_U64(case_number)), &rows);

	return st ? st : take(rows, arena, ret);
}

pl_status pl_award_page(struct pl_db_tx *tx, pl_str bounties, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_award_entry **ret, size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_award_entry *list = pl_arena_alloc(arena, limit + 1, sizeof *list);
	size_t n = 0;
	pl_status st = list ? pl_db_query(tx, &pl_sql_vuln_award_page, PL_DB_ARGS(PL_DB_STR(bounties), PL_DB_U64(before), PL_DB_U64(limit)), &rows) :
			      PL_E_NOMEM;

	while (!st && n < limit && (st = pl_db_step(rows)) == PL_OK)
		st = take(rows, arena, &list[n++]);
	if (st && st != PL_E_NOTFOUND)
		return st;
	*ret = list;
	*ret_n = n;
	return PL_OK;
}

/* ---- what may be ---- */

pl_status pl_award_may_be(const struct pl_vuln *c, struct pl_diag *diag)
{
	unsigned long long number = c->v->at.number;

	if (c->direction == PL_VULN_OUTBOUND)
		return pl_diag_set(diag, PL_E_STATE, "case %llu is about somebody else's product: we were the finder", number);
	if (!pl_vuln_states[c->state].flaw)
		return pl_diag_set(diag, PL_E_STATE, "case %llu is %s: a reward is for what is held to be a flaw", number,
			pl_vuln_states[c->state].word);
	if (c->rewarded)
		return pl_diag_set(diag, PL_E_STATE, "case %llu is rewarded already", number);
	return PL_OK;
}

/* Cells of one program that are of the case's product, behind the @n that are there. */
static pl_status add_cells(const struct pl_vuln *c, pl_str program, struct pl_arena *arena, struct pl_award_cell *list, size_t max, size_t *n)
{
	struct pl_reward_matrix *m = pl_arena_alloc(arena, 1, sizeof *m);
	struct pl_vuln_stated stated;
	pl_status st = m ? pl_query_reward_matrix(c->inst, program, c->received, arena, &stated, m) : PL_E_NOMEM;

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	for (size_t i = 0; i < m->n && *n < max; i++)
		if (pl_str_eq(m->rows[i].product, c->product))
			list[(*n)++] = (struct pl_award_cell){program, m->rows[i].impact, m->rows[i].position, m->rows[i].low, m->rows[i].high, m->currency};
	return PL_OK;
}

pl_status pl_award_cells(const struct pl_vuln *c, struct pl_arena *arena, struct pl_award_cell **ret, size_t *ret_n)
{
	struct pl_award_cell *list = pl_arena_alloc(arena, PL_AWARD_CELLS_MAX, sizeof *list);
	pl_str *programs = NULL;
	size_t n = 0, n_programs = 0;
	pl_status st = list ? pl_query_reward_programs(c->inst, (pl_str){0}, arena, &programs, &n_programs) : PL_E_NOMEM;

	for (size_t i = 0; i < n_programs && !st; i++)
		st = add_cells(c, programs[i], arena, list, PL_AWARD_CELLS_MAX, &n);
	if (st)
		return st;
	*ret = list;
	*ret_n = n;
	return PL_OK;
}
