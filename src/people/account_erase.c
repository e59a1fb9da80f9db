/* SPDX-License-Identifier: Apache-2.0 */
/* What is left of an account that ended and was erased: a number that events and decisions name. */
#include "people/people_internal.h"

struct erasing {
	struct pl_people *p;
	const struct pl_people_actor *actor;
	const struct pl_ulid *id;
	struct pl_diag *diag;
};

static pl_status erase(void *ctx, struct pl_db_tx *tx)
{
	const struct erasing *e = ctx;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1024);
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_account a;
	pl_status st = pl_people_account_row(e->p, tx, &pl_sql_account_lock, pl_people_arg_ulid(e->id), &arena, &a);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(e->diag, st, "there is no such account");
	if (st)
		return st;
	if (a.state != PL_ACCOUNT_ENDED) {
		pl_diag_hint(e->diag, "end it with: pellucid account end NAME");
		return pl_diag_set(e->diag, PL_E_STATE, "the account has not ended");
	}
	if (pl_str_eq(a.name, PL_STR(PL_ACCOUNT_ERASED)) && !a.email.len)
		return pl_diag_set(e->diag, PL_E_STATE, "the account is erased already");
	pl_people_seal(e->p, PL_PEOPLE_COLUMN_ACCOUNT, e->id, pl_str_bytes(PL_STR(PL_ACCOUNT_ERASED "\n")), &sealed);
	st = pl_buf_status(&sealed);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_account_set_sealed, PL_DB_ARGS(pl_people_arg_ulid(e->id), PL_DB_BLOB(pl_buf_bytes(&sealed))), NULL);
	if (!st)
		st = pl_people_drop_access(tx, e->id);
	return st ? st : pl_people_event_put(e->p, tx, PL_PEOPLE_EV_ERASED, e->id, e->actor, "");
}

pl_status pl_account_erase(struct pl_people *p, const struct pl_people_actor *actor, const struct pl_ulid *id, struct pl_diag *diag)
{
	struct erasing e = {.p = p, .actor = actor, .id = id, .diag = diag};

	return pl_db_tx(p->db, erase, &e);
}
