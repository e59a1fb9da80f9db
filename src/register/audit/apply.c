/* SPDX-License-Identifier: Apache-2.0 */
#include "register/audit/apply.h"
#include "register/audit/query.h"
#include "register/audit/sql.h"
#include "register/entity/query.h"

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))
#define ROW_BYTES ((size_t)1 << 20)

/* ---- an audit ---- */

static pl_status check_successor(struct pl_db_tx *tx, const struct pl_audit *a, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_audit_successor, PL_DB_ARGS(PL_DB_STR(a->supersedes)), &rows);

	/* Many may look again at one certificate, but it has one successor. */
	if (st == PL_E_NOTFOUND || (!st && a->kind == PL_AUDIT_SURVEILLANCE))
		return PL_OK;
	if (st)
		return st;
	return pl_diag_set(diag, PL_E_CONFLICT, "%.*s is superseded by %.*s already", PL_STR_ARG(a->supersedes),
		PL_STR_ARG(pl_db_col_str(rows, 0)));
}

static pl_status check_supersedes(struct pl_db_tx *tx, const struct pl_audit *a, struct pl_arena *arena,
	struct pl_diag *diag)
{
	struct pl_audit before;
	pl_status st;

	if (!a->supersedes.len)
		return PL_OK;
	st = pl_query_audit_tx(tx, a->supersedes, arena, &before);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "there is no audit \"%.*s\" to be superseded", PL_STR_ARG(a->supersedes));
	if (st)
		return st;
	if (!pl_str_eq(before.standard, a->standard))
		return pl_diag_set(diag, PL_E_RANGE, "%.*s is of another standard, %.*s", PL_STR_ARG(a->supersedes),
			PL_STR_ARG(before.standard));
	return check_successor(tx, a, diag);
}

static pl_status check_auditor(struct pl_db_tx *tx, const struct pl_audit *a, struct pl_arena *arena, struct pl_diag *diag)
{
	struct pl_entity e;
	pl_status st;

	if (!a->auditor_entity.len)
		return PL_OK;
	st = pl_query_entity_tx(tx, a->auditor_entity, arena, &e);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "there is no entity \"%.*s\" to be the auditor", PL_STR_ARG(a->auditor_entity));
	return st;
}

static pl_status fits(struct pl_db_tx *tx, const struct pl_audit *a, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_audit same;
	pl_status st = pl_query_audit_tx(tx, a->id, &arena, &same);

	if (!st)
		return pl_diag_set(diag, PL_E_EXISTS, "there is an audit \"%.*s\" already; what was wrong in it is withdrawn",
			PL_STR_ARG(a->id));
	if (st == PL_E_NOTFOUND)
		st = check_supersedes(tx, a, &arena, diag);
	return st ? st : check_auditor(tx, a, &arena, diag);
}

static pl_status put_covers(struct pl_db_tx *tx, const struct pl_audit *a)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < a->n_covers && !st; i++)
		st = pl_db_exec(tx, &pl_sql_audit_cover_put,
			PL_DB_ARGS(PL_DB_STR(a->id), PL_DB_U64(a->covers[i].kind), PL_DB_STR(a->covers[i].name)), NULL);
	return st;
}

pl_status pl_apply_audit(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_audit a;
	pl_status st = pl_audit_from_json(s->predicate, &arena, &a);

	if (!st)
		st = fits(p->tx, &a, diag);
	if (!st)
		st = pl_db_exec(p->tx, &pl_sql_audit_put,
			PL_DB_ARGS(PL_DB_STR(a.id), PL_DB_U64(p->index), DIGEST(&s->pae), PL_DB_STR(a.standard), PL_DB_STR(a.edition),
				PL_DB_U64(a.kind), PL_DB_STR(a.auditor_entity), DIGEST(&a.auditor.digest), PL_DB_U64(a.auditor.size),
				PL_DB_STR(a.auditor.media_type), DIGEST(&a.scope.digest), PL_DB_U64(a.scope.size),
				PL_DB_STR(a.scope.media_type), PL_DB_U64(a.as_of), PL_DB_U64(a.from), PL_DB_U64(a.to),
				PL_DB_U64(a.valid_from), PL_DB_U64(a.valid_to), PL_DB_STR(a.supersedes), PL_DB_BOOL(a.has_report),
				DIGEST(&a.report.digest), PL_DB_U64(a.report.size), PL_DB_STR(a.report.media_type)),
			NULL);
	return st ? st : put_covers(p->tx, &a);
}

/* ---- what became of it ---- */

pl_status pl_apply_audit_end(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_audit_end e, before;
	struct pl_audit a;
	pl_status st = pl_audit_end_from_json(s->predicate, &e), found;

	if (!st)
		st = pl_query_audit_tx(p->tx, e.audit, &arena, &a);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "there is no audit \"%.*s\"", PL_STR_ARG(e.audit));
	if (st)
		return st;
	if (!pl_digest_eq(&s->subjects[0].sha256, &a.pae))
		return pl_diag_set(diag, PL_E_NOTFOUND, "the subject is not the statement of the audit \"%.*s\"", PL_STR_ARG(e.audit));
	found = pl_query_audit_last_end_tx(p->tx, e.audit, &before);
	if (found && found != PL_E_NOTFOUND)
		return found;
	st = pl_audit_end_check(&a, found ? NULL : &before, &e, diag);
	return st ? st :
		    pl_db_exec(p->tx, &pl_sql_audit_end_put,
			    PL_DB_ARGS(PL_DB_STR(e.audit), PL_DB_U64(p->index), DIGEST(&s->pae), PL_DB_U64(e.state),
				    PL_DB_U64(e.reason), PL_DB_U64(e.from)),
			    NULL);
}
