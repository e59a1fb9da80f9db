/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that reports may not open yet; the dummies among which they hide are in cover.c.
 */
#include "register/internal.h"
#include "register/sql.h"

/* Does the last revision of the case say that it is released? */
static pl_status is_released(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, bool *ret)
{
	struct pl_db_rows *one PL_CLEANUP(pl_db_rows_done) = NULL, *leaf PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_commit_value v[PL_COMMIT_FIELDS_MAX] = {0};
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
	st = pl_register_unpack_at(r, pl_db_col_u64(leaf, 0), stored, v);
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
