/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/expire: the rule of thirty days: what nobody answers for is closed. */
#include "register/vuln/case.h"
#include "register/vuln/internal.h"
#include "register/vuln/sql.h"

#define EXPIRE_PAGE 64u

struct waiting {
	const struct pl_register *r;
	uint64_t before, after;
	size_t n;
	uint64_t numbers[EXPIRE_PAGE];
};

static pl_status find_waiting(void *ctx, struct pl_db_tx *tx)
{
	struct waiting *w = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_vuln_case_since,
		PL_DB_ARGS(PL_DB_STR(w->r->decl->name), PL_DB_U64(PL_VULN_NEEDS_INFO), PL_DB_U64(w->before), PL_DB_U64(w->after),
			PL_DB_U64(EXPIRE_PAGE)),
		&rows);

	w->n = 0;
	while (!st && w->n < EXPIRE_PAGE && (st = pl_db_step(rows)) == PL_OK)
		w->numbers[w->n++] = pl_db_col_u64(rows, 0);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status expire_one(struct pl_instance *inst, const struct pl_register *r, uint64_t number,
	const struct pl_register_reader *reader, uint64_t now, struct pl_diag *diag)
{
	const struct pl_vuln_act act = {.at = now, .now = now};
	struct pl_vuln *c PL_CLEANUP(pl_vuln_freep) = NULL;
	struct pl_register_case made;
	pl_status st = pl_vuln_read(inst, r, number, reader, &c, diag);

	return st ? st : pl_vuln_step(c, PL_VULN_INFORMATIVE, PL_VULN_R_NO_ANSWER, &act, &made, diag);
}

pl_status pl_vuln_expire(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_reader *reader,
	uint64_t now, uint64_t *ret, struct pl_diag *diag)
{
	struct waiting w = {.r = r, .before = now > PL_VULN_ANSWER_SECONDS ? now - PL_VULN_ANSWER_SECONDS : 0};
	pl_status st, worst = PL_OK;

	*ret = 0;
	do {
		st = pl_db_read(pl_instance_db(inst), find_waiting, &w);
		for (size_t i = 0; i < w.n && !st; i++) {
			struct pl_diag why = {0};
			pl_status one = expire_one(inst, r, w.numbers[i], reader, now, &why);

			if (one == PL_E_BUSY)
				return one;
			if (one && !worst && diag) {
				*diag = why;
				pl_diag_context(diag, "case %llu", (unsigned long long)w.numbers[i]);
			}
			worst = worst ? worst : one;
			w.after = w.numbers[i];
			*ret += !one;
		}
	} while (!st && w.n == EXPIRE_PAGE);
	return st ? st : worst;
}
