/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that reports may not open yet, and the dummies among which they cannot be told apart.
 *
 * In a padded register each head has some dummies before it, a number drawn without looking at the traffic. So the sealed rows of a
 * report are an upper bound of what is hidden, and a sealed case is as likely one that never was.
 */
#include "base/random.h"
#include "register/internal.h"
#include "register/seal.h"
#include "register/sql.h"

/* Does the last revision of the case say that it is released? */
static pl_status is_released(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, bool *ret)
{
	struct pl_db_rows *one PL_CLEANUP(pl_db_rows_done) = NULL, *leaf PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_commit_value v[PL_COMMIT_FIELDS_MAX];
	size_t at = pl_register_released(r->decl);
	pl_bytes stored;
	pl_status st;

	*ret = true;
	if (at == PL_REGISTER_NONE)
		return PL_OK;
	st = pl_db_one(tx, &pl_sql_register_case_get, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number)), &one);
	if (!st)
		st = pl_db_one(tx, &pl_sql_register_leaf_of_case,
			PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(pl_db_col_u64(one, 0))), &leaf);
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st; /* there is no such case: said below */
	stored = pl_db_col_blob(leaf, 7);
	if (!stored.len)
		return pl_db_rows_status(leaf);
	st = pl_register_unpack(r->decl, stored, v);
	*ret = !st && pl_register_is_true(&v[r->decl->fields[at].exact]);
	return st;
}

pl_status pl_register_seal(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, bool sealed, struct pl_diag *diag)
{
	uint64_t cases = 0, leaves = 0;
	bool released = true;
	pl_status st = sealed ? PL_OK : is_released(tx, r, number, &released);

	if (!st && !released)
		return pl_diag_set(diag, PL_E_DENIED, "case %llu is not released: its desk does that when the embargo has ended",
			(unsigned long long)number);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_register_leaf_seal,
			PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(sealed)), &leaves);

	if (!st && leaves)
		st = pl_db_exec(tx, &pl_sql_register_case_seal,
			PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(sealed)), &cases);
	if (st)
		return st;
	return cases == 1 ? PL_OK :
			    pl_diag_set(diag, PL_E_STATE, "case %llu is not there, was erased or lost, or is %s already",
				    (unsigned long long)number, sealed ? "sealed" : "open");
}

struct padding {
	const struct pl_register *r;
	uint64_t now;
	unsigned n;
	struct pl_diag *diag;
};

static pl_status pad(void *ctx, struct pl_db_tx *tx)
{
	const struct padding *p = ctx;
	pl_status st = PL_OK;

	for (unsigned i = 0; i < p->n && !st; i++)
		st = pl_register_pad(tx, p->r, p->now, p->diag);
	return st;
}

pl_status pl_register_pad_some(struct pl_instance *inst, const struct pl_register *r, uint64_t now, struct pl_diag *diag)
{
	struct padding p = {.r = r, .now = now, .diag = diag};
	uint8_t draw;

	if (!r->decl->padded)
		return PL_OK;
	pl_random(&draw, 1);
	p.n = draw % (PL_REGISTER_PAD_MAX + 1); /* 256 is a multiple of 4 */
	return p.n ? pl_db_tx(pl_instance_db(inst), pad, &p) : PL_OK;
}
