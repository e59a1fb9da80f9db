/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/hold.h"
#include "base/time.h"
#include "fact/predicates.h"
#include "register/sql.h"
#include <stdio.h>

/* Registers that were imported, and cases of before there were files, have none. */
static pl_status note(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_casework_new *e)
{
	pl_status st = pl_casework_put(tx, r, number, e, NULL);

	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_hold_put(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_ulid *account, pl_str reason, uint64_t until, uint64_t now)
{
	struct pl_casework_new e = {.kind = PL_CASEWORK_HOLD, .at = now, .account = *account};
	char about[PL_HOLD_REASON_MAX + 12], day[21];
	pl_status st;

	if (!pl_predicate_token_ok(reason) || reason.len > PL_HOLD_REASON_MAX)
		return PL_E_RANGE;
	st = pl_db_exec(tx, &pl_sql_work_hold_put, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_STR(reason), PL_DB_U64(until)), NULL);
	if (st)
		return st;
	pl_time_write(until * PL_SECOND, day);
	(void)snprintf(about, sizeof about, "%.*s%s%.10s", PL_STR_ARG(reason), until ? " " : "", until ? day : "");
	e.about = pl_str_from(about);
	return note(tx, r, number, &e);
}

pl_status pl_hold_release(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_ulid *account, uint64_t now)
{
	const struct pl_casework_new e = {.kind = PL_CASEWORK_RELEASE, .at = now, .account = *account};
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_work_hold_drop, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number)), &changed);

	if (!st && !changed)
		return PL_E_NOTFOUND;
	return st ? st : note(tx, r, number, &e);
}

pl_status pl_hold_get(struct pl_db_tx *tx, pl_str name, uint64_t number, uint64_t now, struct pl_hold *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_hold h = {0};
	pl_status st = pl_db_one(tx, &pl_sql_work_hold_get, PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(number)), &rows);

	if (st)
		return st;
	h.until = pl_db_col_u64(rows, 1);
	if (pl_str_z(pl_db_col_str(rows, 0), h.reason, sizeof h.reason))
		return PL_E_CORRUPT;
	st = pl_db_rows_status(rows);
	if (st)
		return st;
	if (h.until && h.until <= now)
		return PL_E_NOTFOUND;
	*ret = h;
	return PL_OK;
}

pl_status pl_hold_refuse(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t now, struct pl_diag *diag)
{
	struct pl_hold h;
	char day[21];
	pl_status st = pl_hold_get(tx, r->decl->name, number, now, &h);

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	pl_time_write(h.until * PL_SECOND, day);
	pl_diag_hint(diag, "if it may go all the same: pellucid person release %.*s %llu", PL_STR_ARG(r->decl->name), (unsigned long long)number);
	return pl_diag_set(diag, PL_E_DENIED, "case %llu of %.*s is held (%s%s%.10s)", (unsigned long long)number, PL_STR_ARG(r->decl->name), h.reason,
		h.until ? ", until " : "", h.until ? day : "");
}
