/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/apply.h"
#include "base/time.h"
#include "register/entity/query.h"
#include "register/entity/sql.h"

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))
#define ROW_BYTES ((size_t)1 << 20)
/* No group of companies is deeper, nor has so many ways up. */
#define DEPTH_MAX 32u
#define STEPS_MAX 4096u

/* ---- entities ---- */

static pl_status follows(const struct pl_entity *e, const struct pl_entity *before, struct pl_diag *diag)
{
	uint64_t version = before ? before->version + 1 : 1;

	if (e->version != version)
		return pl_diag_set(diag, PL_E_CONFLICT, "the next version of %.*s is %llu", PL_STR_ARG(e->id),
			(unsigned long long)version);
	if (before && e->from < before->from)
		return pl_diag_set(diag, PL_E_RANGE, "it would hold from an earlier day than version %llu",
			(unsigned long long)before->version);
	return PL_OK;
}

struct climb {
	struct pl_db_tx *tx;
	pl_str id;
	unsigned steps;
	struct pl_diag *diag;
};

/* Does a way up from @parent lead to the entity itself? PL_E_RANGE then. */
static pl_status climb(struct climb *c, pl_str parent, unsigned depth)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_entity e;
	pl_status st = pl_query_entity_tx(c->tx, parent, &arena, &e);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(c->diag, st, "there is no entity \"%.*s\", which would be a parent", PL_STR_ARG(parent));
	if (!st && pl_str_eq(parent, c->id))
		return pl_diag_set(c->diag, PL_E_RANGE, "the parents of %.*s would go in a circle", PL_STR_ARG(c->id));
	if (!st && (depth == DEPTH_MAX || ++c->steps > STEPS_MAX))
		return pl_diag_set(c->diag, PL_E_RANGE, "there are too many ways up from %.*s", PL_STR_ARG(c->id));
	for (size_t i = 0; !st && i < e.n_parents; i++)
		st = climb(c, e.parents[i].entity, depth + 1);
	return st;
}

static pl_status is_free(struct pl_db_tx *tx, const struct pl_sql *sql, const struct pl_db_value *args, size_t n_args,
	const char *what, pl_str name, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, sql, args, n_args, &rows);

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	return pl_diag_set(diag, PL_E_CONFLICT, "the %s %.*s is that of %.*s", what, PL_STR_ARG(name),
		PL_STR_ARG(pl_db_col_str(rows, 0)));
}

static pl_status fits(struct pl_db_tx *tx, const struct pl_entity *e, struct pl_diag *diag)
{
	struct climb c = {.tx = tx, .id = e->id, .diag = diag};
	pl_status st = PL_OK;

	for (size_t i = 0; i < e->n_parents && !st; i++)
		st = climb(&c, e->parents[i].entity, 1);
	if (!st && e->lei.len)
		st = is_free(tx, &pl_sql_entity_by_lei, PL_DB_ARGS(PL_DB_STR(e->lei), PL_DB_STR(e->id)), "LEI", e->lei, diag);
	for (size_t i = 0; i < e->n_assets && !st; i++)
		st = is_free(tx, &pl_sql_entity_by_asset,
			PL_DB_ARGS(PL_DB_U64(e->assets[i].kind), PL_DB_STR(e->assets[i].name), PL_DB_STR(e->id)),
			pl_entity_asset_kinds[e->assets[i].kind], e->assets[i].name, diag);
	return st;
}

static pl_status put_lists(struct pl_db_tx *tx, const struct pl_entity *e)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < e->n_parents && !st; i++)
		st = pl_db_exec(tx, &pl_sql_entity_parent_put,
			PL_DB_ARGS(PL_DB_STR(e->id), PL_DB_U64(e->version), PL_DB_STR(e->parents[i].entity), PL_DB_U64(e->parents[i].share),
				PL_DB_U64(e->parents[i].since)),
			NULL);
	for (size_t i = 0; i < e->n_assets && !st; i++)
		st = pl_db_exec(tx, &pl_sql_entity_asset_put,
			PL_DB_ARGS(PL_DB_STR(e->id), PL_DB_U64(e->version), PL_DB_U64(e->assets[i].kind), PL_DB_STR(e->assets[i].name)),
			NULL);
	return st;
}

pl_status pl_apply_entity(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_entity e, before;
	pl_status st = pl_entity_from_json(s->predicate, &e), found;

	if (st)
		return st;
	found = pl_query_entity_tx(p->tx, e.id, &arena, &before);
	if (found && found != PL_E_NOTFOUND)
		return found;
	st = follows(&e, found ? NULL : &before, diag);
	if (!st)
		st = fits(p->tx, &e, diag);
	if (!st)
		st = pl_db_exec(p->tx, &pl_sql_entity_put,
			PL_DB_ARGS(PL_DB_STR(e.id), PL_DB_U64(e.version), PL_DB_U64(p->index), DIGEST(&s->pae), PL_DB_U64(e.from),
				PL_DB_BOOL(e.ended), PL_DB_U64(e.roles), PL_DB_STR(e.country), PL_DB_STR(e.lei), PL_DB_BOOL(e.approves),
				PL_DB_U64(e.own_books), DIGEST(&e.sheet.digest), PL_DB_U64(e.sheet.size), PL_DB_STR(e.sheet.media_type)),
			NULL);
	return st ? st : put_lists(p->tx, &e);
}

/* ---- duties ---- */

static pl_status is_about(struct pl_db_tx *tx, pl_str entity, const struct pl_digest *pae, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_entity_is_version, PL_DB_ARGS(PL_DB_STR(entity), DIGEST(pae)), &rows);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "the subject is no statement of the entity \"%.*s\"", PL_STR_ARG(entity));
	return st;
}

static pl_status duty_fits(struct pl_db_tx *tx, const struct pl_duty *d, struct pl_arena *arena, struct pl_diag *diag)
{
	struct pl_duty before = {0};
	struct pl_entity at;
	pl_status st = pl_query_duty_tx(tx, d->entity, d->kind, arena, &before);

	if (st && st != PL_E_NOTFOUND)
		return st;
	if (d->version != before.version + 1)
		return pl_diag_set(diag, PL_E_CONFLICT, "the next version of this duty is %llu",
			(unsigned long long)before.version + 1);
	if (d->drilled < before.drilled)
		return pl_diag_set(diag, PL_E_RANGE, "its last drill would be earlier than the one that was stated before");
	for (size_t i = 0; i < d->n_posts; i++) {
		st = pl_query_entity_tx(tx, d->posts[i].at, arena, &at);
		if (st == PL_E_NOTFOUND)
			return pl_diag_set(diag, st, "there is no entity \"%.*s\" for a post to be at", PL_STR_ARG(d->posts[i].at));
		if (st)
			return st;
	}
	return PL_OK;
}

static pl_status put_posts(struct pl_db_tx *tx, const struct pl_duty *d)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < d->n_posts && !st; i++) {
		const struct pl_duty_post *p = &d->posts[i];
		struct pl_buf list PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

		for (size_t k = 0; k < p->n_qualifications; k++) {
			if (k)
				pl_buf_put_c(&list, ' ');
			pl_buf_put_str(&list, p->qualifications[k]);
		}
		st = pl_buf_status(&list);
		if (!st)
			st = pl_db_exec(tx, &pl_sql_entity_post_put,
				PL_DB_ARGS(PL_DB_STR(d->entity), PL_DB_U64(d->kind), PL_DB_U64(d->version), PL_DB_STR(p->post), PL_DB_STR(p->at),
					PL_DB_BOOL(p->deputy), PL_DB_STR(pl_buf_str(&list))),
				NULL);
	}
	return st;
}

pl_status pl_apply_entity_duty(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_duty d;
	pl_status st = pl_duty_from_json(s->predicate, &d);

	if (!st)
		st = is_about(p->tx, d.entity, &s->subjects[0].sha256, diag);
	if (!st)
		st = duty_fits(p->tx, &d, &arena, diag);
	if (!st && d.drilled > pl_statement_time(s) / PL_SECOND)
		st = pl_diag_set(diag, PL_E_RANGE, "a drill that is still to come is no drill");
	if (!st)
		st = pl_db_exec(p->tx, &pl_sql_entity_duty_put,
			PL_DB_ARGS(PL_DB_STR(d.entity), PL_DB_U64(d.kind), PL_DB_U64(d.version), PL_DB_U64(p->index), DIGEST(&s->pae),
				PL_DB_U64(d.drilled), PL_DB_U64(d.drill_days)),
			NULL);
	return st ? st : put_posts(p->tx, &d);
}

/* ---- attestations ---- */

static pl_status attestation_fits(struct pl_db_tx *tx, const struct pl_attestation *a, struct pl_arena *arena,
	struct pl_diag *diag)
{
	struct pl_attestation before = {0};
	struct pl_entity e;
	size_t n = 0;
	pl_status st = pl_query_entity_tx(tx, a->entity, arena, &e);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "there is no entity \"%.*s\"", PL_STR_ARG(a->entity));
	if (!st)
		st = pl_query_attestations_tx(tx, a->entity, INT64_MAX, 1, &before, &n);
	if (st || !n)
		return st;
	if (before.from == a->from)
		return pl_diag_set(diag, PL_E_EXISTS, "entry %llu attested that half-year", (unsigned long long)before.index);
	if (a->from < before.to)
		return pl_diag_set(diag, PL_E_RANGE, "a later half-year was attested by entry %llu",
			(unsigned long long)before.index);
	if (a->transactions < before.transactions)
		return pl_diag_set(diag, PL_E_RANGE, "its books held %llu transactions before, and books never shrink",
			(unsigned long long)before.transactions);
	return PL_OK;
}

pl_status pl_apply_entity_attestation(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_attestation a;
	pl_status st;

	pl_attestation_from_json(s->predicate, &a);
	st = attestation_fits(p->tx, &a, &arena, diag);
	if (!st && pl_statement_time(s) / PL_SECOND < a.to)
		st = pl_diag_set(diag, PL_E_RANGE, "a half-year is attested after it has ended");
	if (st)
		return st;
	st = pl_db_exec(p->tx, &pl_sql_entity_attestation_put,
		PL_DB_ARGS(PL_DB_STR(a.entity), PL_DB_U64(a.from), PL_DB_U64(a.to), PL_DB_U64(p->index), DIGEST(&s->pae),
			PL_DB_U64(a.transactions), DIGEST(&a.balance), DIGEST(&p->judgement->signer), PL_DB_BOOL(a.says_bounties)),
		NULL);
	for (size_t i = 0; i < a.n_bounties && !st; i++)
		st = pl_db_exec(p->tx, &pl_sql_entity_attestation_bounty_put,
			PL_DB_ARGS(PL_DB_STR(a.entity), PL_DB_U64(a.from), PL_DB_Z(a.bounties[i].currency.code), PL_DB_U64(a.bounties[i].count),
				PL_DB_U64(a.bounties[i].at_least), PL_DB_U64(a.bounties[i].at_most)),
			NULL);
	return st;
}
