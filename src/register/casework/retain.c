/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/retain.h"
#include "base/date.h"
#include "register/cases.h"
#include "register/sql.h"

#define DAY UINT64_C(86400)
#define SOME 64u

/* The last day whose date plus the months is not later than today. */
uint64_t pl_casework_retain_before(const struct pl_register_decl *d, uint64_t now)
{
	uint64_t today = now / DAY, day = today;

	if (!d->retain_months)
		return 0;
	/* No month has more than 31 days; from there forward it is at most a few steps a month. */
	day = today > 31 * d->retain_months ? today - 31 * d->retain_months : 0;
	while (pl_date_day(pl_date_add_months(pl_date_of_day(day), (unsigned)d->retain_months)) <= today)
		day++;
	return day * DAY;
}

struct listing {
	const struct pl_register *r;
	uint64_t now, before, after;
	size_t limit, n;
	uint64_t numbers[SOME];
};

static pl_status list_over(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_case_over,
		PL_DB_ARGS(PL_DB_STR(l->r->decl->name), PL_DB_U64(l->before), PL_DB_U64(l->after), PL_DB_U64(l->limit), PL_DB_U64(l->now)), &rows);

	l->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		l->numbers[l->n++] = pl_db_col_u64(rows, 0);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_casework_retain(struct pl_instance *inst, const struct pl_register *r, uint64_t now, size_t limit, uint64_t *ret,
	struct pl_diag *diag)
{
	struct listing l = {.r = r, .now = now, .before = pl_casework_retain_before(r->decl, now)};
	pl_status st = PL_OK;

	*ret = 0;
	if (!l.before)
		return PL_OK;
	do {
		l.limit = limit - *ret < SOME ? (size_t)(limit - *ret) : SOME;
		st = pl_db_read(pl_instance_db(inst), list_over, &l);
		for (size_t i = 0; i < l.n && !st; i++) {
			struct pl_register_case made;
			bool destroyed;

			l.after = l.numbers[i];
			st = pl_register_case_erase(inst, r, l.numbers[i], &(struct pl_register_reader){.role = PL_VAULT_WORK}, now, &made, &destroyed, diag);
			*ret += !st;
			if (st == PL_E_STATE || st == PL_E_NOTFOUND || st == PL_E_DENIED) /* somebody erased it meanwhile, or holds it */
				st = PL_OK;
		}
	} while (!st && l.n && *ret < limit);
	return st;
}
