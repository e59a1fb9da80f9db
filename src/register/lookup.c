/* SPDX-License-Identifier: Apache-2.0 */
#include "register/lookup.h"
#include "register/sql.h"

#define NOT_HELD PL_STR("not-held")

const char *const pl_lookup_words[PL_LOOKUP_OUTCOMES + 1] = {
	[PL_LOOKUP_NOTHING] = "nothing", [PL_LOOKUP_FOUND] = "found", [PL_LOOKUP_LATER] = "later", [PL_LOOKUP_ALTHOUGH] = "although", NULL,
};

static const struct pl_register_field *reason_of(const struct pl_register_decl *d)
{
	const struct pl_register_field *f = pl_register_decl_field(d, PL_STR("reason"));
	pl_str rest, one;

	if (!f || f->type != PL_COMMIT_ENUM || f->class != PL_REGISTER_OPEN)
		return NULL;
	rest = f->choices;
	for (bool more = true; more;) {
		one = rest;
		more = pl_str_take_until(&rest, ',', &one);
		if (pl_str_eq(one, NOT_HELD))
			return f;
	}
	return NULL;
}

static const struct pl_register_field *field_of(const struct pl_register_decl *d)
{
	const struct pl_register_field *f = d->imported ? NULL : pl_register_decl_field(d, PL_LOOKUP_FIELD);

	return f && f->type == PL_COMMIT_DIGEST && reason_of(d) ? f : NULL;
}

bool pl_lookup_is(const struct pl_register_decl *d)
{
	return field_of(d) != NULL;
}

pl_status pl_lookup_put(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t seq, const struct pl_digest *digest,
	enum pl_lookup_outcome outcome)
{
	return pl_db_exec(tx, &pl_sql_work_lookup_put,
		PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(seq), PL_DB_BLOB(pl_digest_bytes(digest)), PL_DB_U64((uint64_t)outcome)), NULL);
}

/* ---- the rules ---- */

static bool says_not_held(const struct pl_register_decl *d, const struct pl_commit_value *v)
{
	const struct pl_commit_value *reason = v ? &v[reason_of(d)->exact] : NULL;

	return reason && reason->present && pl_str_eq(pl_bytes_str(reason->value), NOT_HELD);
}

static pl_status refuse(const struct pl_register *r, uint64_t number, const char *what, struct pl_diag *diag)
{
	if (number)
		pl_diag_hint(diag, "pellucid case look-up %.*s %llu IDENTITY..., or with --although FILE the reason for which it is not held all the same",
			PL_STR_ARG(r->decl->name), (unsigned long long)number);
	return pl_diag_set(diag, PL_E_DENIED, "%s", what);
}

static pl_status is_known(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_commit_value *v, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st;

	if (!v->present)
		return PL_OK;
	st = pl_db_one(tx, &pl_sql_work_lookup_known, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_BLOB(v->value)), &rows);
	return st == PL_E_NOTFOUND ? refuse(r, number, "\"look-up\" is the digest of no look-up of this case", diag) : st;
}

/* Does the newest look-up of the case, which @v names, let "we do not hold this" be said? */
static pl_status lets_say(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_commit_value *v, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_digest digest = {0};
	uint64_t outcome;
	pl_status st = pl_db_one(tx, &pl_sql_work_lookup_newest, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number)), &rows);

	if (st == PL_E_NOTFOUND)
		return refuse(r, number, "\"not held\" is answered after a look-up in what is held, and nobody has looked", diag);
	if (st)
		return st;
	pl_db_col_fixed(rows, 0, digest.b, sizeof digest.b);
	outcome = pl_db_col_u64(rows, 1);
	st = pl_db_rows_status(rows);
	if (st)
		return st;
	if (outcome == PL_LOOKUP_FOUND)
		return refuse(r, number, "\"not held\" is not what the look-up says: it found something", diag);
	if (outcome == PL_LOOKUP_LATER)
		return refuse(r, number, "\"not held\" is not what the look-up says yet: a store answers later", diag);
	return v->present && pl_bytes_eq(v->value, pl_digest_bytes(&digest)) ?
		       PL_OK :
		       refuse(r, number, "\"look-up\" names another look-up than the newest one of this case", diag);
}

pl_status pl_lookup_fits(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_commit_value *before, const struct pl_commit_value *v,
	struct pl_diag *diag)
{
	const struct pl_register_field *f = field_of(r->decl);
	pl_status st;

	if (!f)
		return PL_OK;
	st = is_known(tx, r, number, &v[f->exact], diag);
	if (st || !says_not_held(r->decl, v))
		return st;
	if (!says_not_held(r->decl, before))
		return lets_say(tx, r, number, &v[f->exact], diag);
	return v[f->exact].present ? PL_OK : refuse(r, number, "\"look-up\" stays as long as \"not held\" is answered", diag);
}
