/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/waiting.h"
#include "register/person/fanout_internal.h"
#include "register/person/sql.h"

static pl_status count(void *ctx, struct pl_db_tx *tx)
{
	struct pl_person_waiting *w = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_person_waiting, PL_DB_NONE, &rows);

	if (st)
		return st;
	w->orders = pl_db_col_u64(rows, 0);
	w->given = pl_db_col_u64(rows, 1);
	w->under_way = pl_db_col_u64(rows, 2);
	return pl_db_rows_status(rows);
}

pl_status pl_person_waiting(struct pl_instance *inst, struct pl_person_waiting *ret)
{
	struct pl_person_waiting w = {0};
	struct pl_jobs_count jobs = {0};
	pl_status st = pl_db_read(pl_instance_db(inst), count, &w);

	if (!st)
		st = pl_jobs_count(pl_instance_db(inst), FANOUT_JOB, &jobs);
	if (st)
		return st;
	w.hand_over = jobs.waiting + jobs.taken;
	w.due = jobs.oldest_due;
	w.given_up = jobs.dead;
	*ret = w;
	return PL_OK;
}
