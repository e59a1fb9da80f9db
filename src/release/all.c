/* SPDX-License-Identifier: Apache-2.0 */
#include "release/all.h"
#include "fact/evidence.h"
#include "log/bundle.h"
#include "release/query.h"
#include "release/sql.h"

struct entries {
	pl_str product;
	uint64_t *index; /* product, head, releases */
	size_t n;
};

/* All in one transaction: a release that comes meanwhile is in it with its head, or not at all. */
static pl_status read_entries(void *ctx, struct pl_db_tx *tx)
{
	struct entries *e = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL, *product PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_query_product, PL_DB_ARGS(PL_DB_STR(e->product)), &product);

	if (st != PL_OK)
		return st;
	e->n = 0;
	/* Heads are stated behind their releases; without a head there is nothing to compare with. */
	if (pl_db_col_is_null(product, 4))
		return PL_E_STATE;
	e->index[e->n++] = pl_db_col_u64(product, 1);
	e->index[e->n++] = pl_db_col_u64(product, 4);
	st = pl_db_query(tx, &pl_sql_query_release_entries,
		PL_DB_ARGS(PL_DB_STR(e->product), PL_DB_U64(PL_BUNDLE_SET_PARTS_MAX + 1)), &rows);
	while (st == PL_OK && (st = pl_db_step(rows)) == PL_OK) {
		if (e->n == PL_BUNDLE_SET_PARTS_MAX + 2)
			return PL_E_TOOBIG;
		e->index[e->n++] = pl_db_col_u64(rows, 0);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_release_all(struct pl_instance *inst, pl_str product, struct pl_arena *arena, struct pl_buf *out, struct pl_diag *diag)
{
	struct entries e = {.product = product,
		.index = pl_arena_alloc(arena, PL_BUNDLE_SET_PARTS_MAX + 2, sizeof *e.index)};
	pl_status st = e.index ? pl_db_read(pl_instance_db(inst), read_entries, &e) : PL_E_NOMEM;

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "there is no product \"%.*s\"", PL_STR_ARG(product));
	if (st == PL_E_STATE)
		return pl_diag_set(diag, PL_E_NOTFOUND, "nothing of \"%.*s\" was released yet", PL_STR_ARG(product));
	if (st == PL_E_TOOBIG)
		return pl_diag_set(diag, st, "\"%.*s\" has more than %u releases: too many for one file of proof bundles", PL_STR_ARG(product),
			PL_BUNDLE_SET_PARTS_MAX);
	return st == PL_OK ? pl_evidence_set(inst, e.index, e.n, out, diag) : st;
}
