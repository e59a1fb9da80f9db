/* SPDX-License-Identifier: Apache-2.0 */
/* Recomputing the chain of events, and comparing accounts with it. */
#include "people/event_internal.h"

struct verifying {
	struct pl_people *p;
	const struct pl_people_event_head *noted;
	struct pl_people_event_head head;
	struct pl_diag *diag;
};

static pl_status check_row(struct verifying *v, const struct pl_people_event *e, struct pl_people_event_head *at)
{
	struct pl_digest hash;
	pl_status st;

	if (e->number != at->number + 1)
		return pl_diag_set(v->diag, PL_E_CORRUPT, "event %llu is missing", (unsigned long long)at->number + 1);
	st = pl_people_event_hash(e, &at->hash, &hash);
	if (st != PL_OK || !pl_digest_eq(&hash, &e->hash))
		return pl_diag_set(v->diag, PL_E_CORRUPT, "event %llu was edited", (unsigned long long)e->number);
	*at = (struct pl_people_event_head){.number = e->number, .hash = hash};
	if (v->noted && v->noted->number == at->number && !pl_digest_eq(&v->noted->hash, &at->hash))
		return pl_diag_set(v->diag, PL_E_ROLLBACK, "event %llu is another one than was noted: a different history",
			(unsigned long long)at->number);
	return PL_OK;
}

static pl_status check_end(const struct verifying *v, struct pl_db_tx *tx, const struct pl_people_event_head *at)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	static const struct pl_ulid zero;

	if (v->head.number != at->number || !pl_digest_eq(&v->head.hash, &at->hash))
		return pl_diag_set(v->diag, PL_E_CORRUPT, "event %llu is missing: the chain ends before its head",
			(unsigned long long)at->number + 1);
	if (at->number == 0 &&
		pl_db_one(tx, &pl_sql_account_page, PL_DB_ARGS(pl_people_arg_ulid(&zero), PL_DB_U64(1)), &rows) == PL_OK)
		return pl_diag_set(v->diag, PL_E_CORRUPT, "event 1 is missing: there are accounts and no events");
	if (v->noted && v->noted->number > at->number)
		return pl_diag_set(v->diag, PL_E_ROLLBACK, "event %llu was noted and is not here: an older database was restored",
			(unsigned long long)v->noted->number);
	return PL_OK;
}

/* ---- accounts against their events ---- */

/* The roles that the last event of an account gave it; none before the first. */
static pl_status told_roles(struct pl_db_tx *tx, const struct pl_ulid *account, unsigned *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_str detail;
	size_t at;
	pl_status st = pl_db_one(tx, &pl_sql_account_event_last,
		PL_DB_ARGS(pl_people_arg_ulid(account), PL_DB_U64(PL_PEOPLE_EV_ROLES)), &rows);

	if (st == PL_E_NOTFOUND) {
		*ret = 0;
		return PL_OK;
	}
	if (st != PL_OK)
		return st;
	detail = pl_db_col_str(rows, 0);
	at = pl_str_find_str(detail, PL_STR(" to "));
	st = pl_db_rows_status(rows);
	return st ? st : pl_staff_parse_list(pl_str_sub(detail, at + 4, detail.len), ret);
}

static pl_status check_account(const struct verifying *v, struct pl_db_tx *tx, const struct pl_account *a)
{
	char ulid[PL_ULID_TEXT + 1];
	unsigned told = 0;
	pl_status st = told_roles(tx, &a->id, &told);

	if (st == PL_OK && told == a->roles)
		return PL_OK;
	pl_ulid_write(&a->id, ulid);
	return pl_diag_set(v->diag, st == PL_OK || st == PL_E_SYNTAX ? PL_E_CORRUPT : st,
		"the roles of account %s are not those of its last event", ulid);
}

/* Somebody who can write to the database gives himself a role, but no event. */
static pl_status check_accounts(const struct verifying *v, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_account a;
	pl_status st = pl_db_query(tx, &pl_sql_account_all, PL_DB_NONE, &rows);

	while (st == PL_OK && (st = pl_db_step(rows)) == PL_OK) {
		pl_db_col_fixed(rows, 0, a.id.b, sizeof a.id.b);
		a.roles = (unsigned)pl_db_col_u64(rows, 1);
		st = pl_db_rows_status(rows);
		if (st == PL_OK)
			st = check_account(v, tx, &a);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status verify_all(void *ctx, struct pl_db_tx *tx)
{
	struct verifying *v = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_people_event_head at = {0};
	struct pl_people_event e;
	pl_status st = pl_people_event_head_read(v->p, tx, &pl_sql_account_event_head, &v->head);

	if (st == PL_E_CORRUPT)
		return pl_diag_set(v->diag, st, "the head of the chain was edited: its seal is not ours");
	if (st == PL_OK)
		st = pl_db_query(tx, &pl_sql_account_event_all, PL_DB_NONE, &rows);
	while (st == PL_OK && (st = pl_db_step(rows)) == PL_OK) {
		pl_people_event_row(rows, &e);
		st = pl_db_rows_status(rows);
		st = st ? pl_diag_set(v->diag, st, "event %llu was edited", (unsigned long long)at.number + 1) :
			  check_row(v, &e, &at);
	}
	if (st == PL_E_NOTFOUND)
		st = check_end(v, tx, &at);
	return st ? st : check_accounts(v, tx);
}

pl_status pl_people_event_verify(struct pl_people *p, const struct pl_people_event_head *noted,
	struct pl_people_event_head *ret, struct pl_diag *diag)
{
	struct verifying v = {.p = p, .noted = noted, .diag = diag};
	pl_status st = pl_db_read(p->db, verify_all, &v);

	if (st == PL_OK)
		*ret = v.head;
	return st;
}
