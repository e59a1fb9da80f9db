/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/blob_named.h"
#include "fact/instance_internal.h"
#include "store/db.h"

struct asking {
	const struct pl_vocabulary *v;
	const struct pl_digest *d;
	bool named;
};

static pl_status ask_one(struct asking *a, struct pl_db_tx *tx, const struct pl_sql *sql)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, sql, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(a->d))), &rows);

	if (!st)
		a->named = true;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status ask_all(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;
	pl_status st = PL_OK;

	a->named = false;
	for (size_t i = 0; i < a->v->n_rooms && !st; i++)
		for (size_t k = 0; k < a->v->rooms[i]->n_names && !st && !a->named; k++)
			st = ask_one(a, tx, a->v->rooms[i]->names[k]);
	return st;
}

pl_status pl_fact_blob_named(struct pl_instance *inst, const struct pl_digest *d, bool *ret)
{
	struct asking a = {.v = &inst->vocabulary, .d = d};
	pl_status st = pl_db_read(inst->db, ask_all, &a);

	*ret = a.named;
	return st;
}
