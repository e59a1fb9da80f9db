/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/query.h"
#include "fact/query.h"
#include "register/entity/sql.h"

/* ---- one version ---- */

static pl_status take_row(struct pl_db_rows *rows, struct pl_arena *arena, struct pl_entity *ret)
{
	struct pl_entity e = {.version = pl_db_col_u64(rows, 1), .index = pl_db_col_u64(rows, 2),
		.from = pl_db_col_u64(rows, 4),
		.ended = pl_db_col_bool(rows, 5), .roles = (unsigned)pl_db_col_u64(rows, 6), .approves = pl_db_col_bool(rows, 9),
		.own_books = pl_db_col_u64(rows, 10), .sheet.size = pl_db_col_u64(rows, 12)};
	pl_status st = pl_arena_dup(arena, pl_db_col_str(rows, 0), &e.id);

	pl_db_col_fixed(rows, 3, e.pae.b, sizeof e.pae.b);
	pl_db_col_fixed(rows, 11, e.sheet.digest.b, sizeof e.sheet.digest.b);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 7), &e.country);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 8), &e.lei);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 13), &e.sheet.media_type);
	if (!st)
		st = pl_db_rows_status(rows);
	if (!st && e.roles >= PL_ENTITY_BIT(PL_ENTITY_ROLES))
		st = PL_E_CORRUPT;
	if (!st)
		*ret = e;
	return st;
}

static pl_status take_parents(struct pl_db_tx *tx, struct pl_arena *arena, struct pl_entity *e)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_entity_parents, PL_DB_ARGS(PL_DB_STR(e->id), PL_DB_U64(e->version)), &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_entity_parent *p = &e->parents[e->n_parents];

		if (e->n_parents == PL_ENTITY_PARENTS_MAX)
			return PL_E_CORRUPT;
		p->share = pl_db_col_u64(rows, 1);
		p->since = pl_db_col_u64(rows, 2);
		st = pl_arena_dup(arena, pl_db_col_str(rows, 0), &p->entity);
		e->n_parents += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status take_assets(struct pl_db_tx *tx, struct pl_arena *arena, struct pl_entity *e)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_entity_assets, PL_DB_ARGS(PL_DB_STR(e->id), PL_DB_U64(e->version)), &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_entity_asset *a = &e->assets[e->n_assets];

		if (e->n_assets == PL_ENTITY_ASSETS_MAX)
			return PL_E_CORRUPT;
		a->kind = (enum pl_entity_asset_kind)pl_db_col_u64(rows, 0);
		if (a->kind >= PL_ASSET_KINDS)
			return PL_E_CORRUPT;
		st = pl_arena_dup(arena, pl_db_col_str(rows, 1), &a->name);
		e->n_assets += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status take_lists(struct pl_db_tx *tx, struct pl_arena *arena, struct pl_entity *e)
{
	pl_status st = take_parents(tx, arena, e);

	return st ? st : take_assets(tx, arena, e);
}

static pl_status one(struct pl_db_tx *tx, const struct pl_sql *sql, const struct pl_db_value *args, size_t n_args,
	struct pl_arena *arena, struct pl_entity *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_entity e;
	pl_status st = pl_db_one(tx, sql, args, n_args, &rows);

	if (!st)
		st = take_row(rows, arena, &e);
	if (!st)
		st = take_lists(tx, arena, &e);
	if (!st)
		*ret = e;
	return st;
}

pl_status pl_query_entity_tx(struct pl_db_tx *tx, pl_str id, struct pl_arena *arena, struct pl_entity *ret)
{
	return one(tx, &pl_sql_entity_get, PL_DB_ARGS(PL_DB_STR(id)), arena, ret);
}

/* ---- in transactions of their own ---- */

struct asking {
	pl_str id;
	uint64_t when, before;
	size_t limit, n;
	struct pl_arena *arena;
	struct pl_entity entity, *entities;
	struct pl_entity_parent *children;
	struct pl_duty_set duties;
	struct pl_attestation *attestations;
};

static pl_status ask_entity(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;

	return pl_query_entity_tx(tx, a->id, a->arena, &a->entity);
}

pl_status pl_query_entity(struct pl_instance *inst, pl_str id, struct pl_arena *arena, struct pl_entity *ret)
{
	struct asking a = {.id = id, .arena = arena};
	pl_status st = pl_db_read(pl_instance_db(inst), ask_entity, &a);

	if (!st)
		*ret = a.entity;
	return st;
}

static pl_status ask_at(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;

	return one(tx, &pl_sql_entity_at, PL_DB_ARGS(PL_DB_STR(a->id), PL_DB_U64(a->when)), a->arena, &a->entity);
}

pl_status pl_query_entity_at(struct pl_instance *inst, pl_str id, uint64_t when, struct pl_arena *arena,
	struct pl_entity *ret)
{
	struct asking a = {.id = id, .when = when, .arena = arena};
	pl_status st = pl_db_read(pl_instance_db(inst), ask_at, &a);

	if (!st)
		*ret = a.entity;
	return st;
}

/* Names first: a query of its own for each then. */
static pl_status take_names(struct pl_db_tx *tx, struct pl_arena *arena, pl_str ret[static PL_ENTITIES_MAX + 1],
	size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_entity_names,
		PL_DB_ARGS(PL_DB_STR(PL_STR("")), PL_DB_U64(PL_ENTITIES_MAX + 1)), &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		if (*ret_n > PL_ENTITIES_MAX)
			return PL_E_CORRUPT;
		st = pl_arena_dup(arena, pl_db_col_str(rows, 0), &ret[*ret_n]);
		*ret_n += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status ask_entities(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;
	pl_str *names = pl_arena_alloc(a->arena, PL_ENTITIES_MAX + 1, sizeof *names);
	size_t n = 0;
	pl_status st = names ? take_names(tx, a->arena, names, &n) : PL_E_TOOBIG;

	if (!st && n > PL_ENTITIES_MAX)
		st = PL_E_TOOBIG;
	a->entities = st ? NULL : pl_arena_alloc(a->arena, n ? n : 1, sizeof *a->entities);
	if (!st && !a->entities)
		st = PL_E_TOOBIG;
	for (a->n = 0; !st && a->n < n; a->n += !st)
		st = pl_query_entity_tx(tx, names[a->n], a->arena, &a->entities[a->n]);
	return st;
}

pl_status pl_query_entities(struct pl_instance *inst, struct pl_arena *arena, struct pl_entity **ret, size_t *ret_n)
{
	struct asking a = {.arena = arena};
	pl_status st = pl_db_read(pl_instance_db(inst), ask_entities, &a);

	if (st)
		return st;
	*ret = a.entities;
	*ret_n = a.n;
	return PL_OK;
}

static pl_status ask_history(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_entity_history,
		PL_DB_ARGS(PL_DB_STR(a->id), PL_DB_U64(a->before), PL_DB_U64(a->limit)), &rows);

	a->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		st = take_row(rows, a->arena, &a->entities[a->n]);
		if (!st)
			st = take_lists(tx, a->arena, &a->entities[a->n]);
		a->n += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_query_entity_history(struct pl_instance *inst, pl_str id, uint64_t before, size_t limit,
	struct pl_arena *arena, struct pl_entity **ret, size_t *ret_n)
{
	struct asking a = {.id = id, .before = before, .limit = limit < PL_ENTITIES_MAX ? limit : PL_ENTITIES_MAX,
		.arena = arena};
	pl_status st;

	a.entities = pl_arena_alloc(arena, a.limit ? a.limit : 1, sizeof *a.entities);
	if (!a.entities)
		return PL_E_TOOBIG;
	st = pl_db_read(pl_instance_db(inst), ask_history, &a);
	if (st)
		return st;
	*ret = a.entities;
	*ret_n = a.n;
	return PL_OK;
}

static pl_status ask_children(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_entity_children, PL_DB_ARGS(PL_DB_STR(a->id)), &rows);

	a->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_entity_parent *c = &a->children[a->n];

		if (a->n == PL_ENTITIES_MAX)
			return PL_E_CORRUPT;
		c->share = pl_db_col_u64(rows, 1);
		c->since = pl_db_col_u64(rows, 2);
		st = pl_arena_dup(a->arena, pl_db_col_str(rows, 0), &c->entity);
		a->n += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_query_entity_children(struct pl_instance *inst, pl_str id, struct pl_arena *arena,
	struct pl_entity_parent **ret, size_t *ret_n)
{
	struct asking a = {.id = id, .arena = arena};
	pl_status st;

	a.children = pl_arena_alloc(arena, PL_ENTITIES_MAX, sizeof *a.children);
	if (!a.children)
		return PL_E_TOOBIG;
	st = pl_db_read(pl_instance_db(inst), ask_children, &a);
	if (st)
		return st;
	*ret = a.children;
	*ret_n = a.n;
	return PL_OK;
}

pl_status pl_query_sheet(struct pl_instance *inst, const struct pl_entity *e, struct pl_arena *arena,
	struct pl_sheet *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SHEET_MAX);
	struct pl_query_body body;
	pl_status st = pl_query_body(inst, &e->sheet.digest, arena, &body);

	/* What is withheld is not shown, although the bytes may still be there. */
	if (st || body.state == PL_BODY_WITHHELD || pl_blob_get_bytes(pl_instance_blobs(inst), &e->sheet.digest, &text))
		return st ? st : PL_E_NOTFOUND;
	return pl_sheet_parse(pl_buf_str(&text), arena, ret) ? PL_E_NOTFOUND : PL_OK;
}

/* ---- duties ---- */

static pl_status take_qualifications(pl_str list, struct pl_arena *arena, struct pl_duty_post *p)
{
	pl_str word, kept;
	pl_status st = pl_arena_dup(arena, list, &kept);

	while (!st && kept.len) {
		if (p->n_qualifications == PL_DUTY_QUALIFICATIONS_MAX)
			return PL_E_CORRUPT;
		if (!pl_str_take_until(&kept, ' ', &word)) {
			word = kept;
			kept = (pl_str){0};
		}
		p->qualifications[p->n_qualifications++] = word;
	}
	return st;
}

static pl_status take_posts(struct pl_db_tx *tx, struct pl_arena *arena, struct pl_duty *d)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_entity_posts,
		PL_DB_ARGS(PL_DB_STR(d->entity), PL_DB_U64(d->kind), PL_DB_U64(d->version)), &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_duty_post *p = &d->posts[d->n_posts];

		if (d->n_posts == PL_DUTY_POSTS_MAX)
			return PL_E_CORRUPT;
		p->deputy = pl_db_col_bool(rows, 2);
		st = pl_arena_dup(arena, pl_db_col_str(rows, 0), &p->post);
		if (!st)
			st = pl_arena_dup(arena, pl_db_col_str(rows, 1), &p->at);
		if (!st)
			st = take_qualifications(pl_db_col_str(rows, 3), arena, p);
		d->n_posts += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_query_duty_tx(struct pl_db_tx *tx, pl_str id, enum pl_duty_kind kind, struct pl_arena *arena,
	struct pl_duty *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_duty d = {.entity = id, .kind = kind};
	pl_status st = pl_db_one(tx, &pl_sql_entity_duty_get, PL_DB_ARGS(PL_DB_STR(id), PL_DB_U64(kind)), &rows);

	if (st)
		return st;
	d.version = pl_db_col_u64(rows, 0);
	d.index = pl_db_col_u64(rows, 1);
	pl_db_col_fixed(rows, 2, d.pae.b, sizeof d.pae.b);
	d.drilled = pl_db_col_u64(rows, 3);
	d.drill_days = pl_db_col_u64(rows, 4);
	st = pl_db_rows_status(rows);
	if (!st)
		st = take_posts(tx, arena, &d);
	if (!st)
		*ret = d;
	return st;
}

static pl_status ask_duties(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;
	pl_status st = PL_OK;

	a->duties = (struct pl_duty_set){0};
	for (unsigned kind = 0; kind < PL_DUTY_KINDS && !st; kind++) {
		st = pl_query_duty_tx(tx, a->id, (enum pl_duty_kind)kind, a->arena, &a->duties.duty[kind]);
		a->duties.there[kind] = st == PL_OK;
		st = st == PL_E_NOTFOUND ? PL_OK : st;
	}
	return st;
}

pl_status pl_query_duties(struct pl_instance *inst, pl_str id, struct pl_arena *arena, struct pl_duty_set *ret)
{
	struct asking a = {.id = id, .arena = arena};
	pl_status st = pl_db_read(pl_instance_db(inst), ask_duties, &a);

	if (!st)
		*ret = a.duties;
	return st;
}

/* ---- attestations ---- */

static pl_status take_bounties(struct pl_db_tx *tx, struct pl_attestation *a)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_entity_attestation_bounties, PL_DB_ARGS(PL_DB_STR(a->entity), PL_DB_U64(a->from)), &rows);

	while (!st && a->n_bounties < PL_BOOK_BOUNTIES_MAX && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_attested_bounties *b = &a->bounties[a->n_bounties++];

		if (pl_currency_parse(pl_db_col_str(rows, 0), &b->currency))
			return PL_E_CORRUPT;
		b->count = pl_db_col_u64(rows, 1);
		b->at_least = pl_db_col_u64(rows, 2);
		b->at_most = pl_db_col_u64(rows, 3);
		st = pl_db_rows_status(rows);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_query_attestations_tx(struct pl_db_tx *tx, pl_str id, uint64_t before, size_t limit,
	struct pl_attestation *ret, size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_entity_attestations,
		PL_DB_ARGS(PL_DB_STR(id), PL_DB_U64(before), PL_DB_U64(limit)), &rows);

	*ret_n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_attestation *a = &ret[*ret_n];

		*a = (struct pl_attestation){.entity = id, .from = pl_db_col_u64(rows, 0), .to = pl_db_col_u64(rows, 1),
			.index = pl_db_col_u64(rows, 2), .transactions = pl_db_col_u64(rows, 4), .says_bounties = pl_db_col_bool(rows, 7)};
		pl_db_col_fixed(rows, 3, a->pae.b, sizeof a->pae.b);
		pl_db_col_fixed(rows, 5, a->balance.b, sizeof a->balance.b);
		pl_db_col_fixed(rows, 6, a->key.b, sizeof a->key.b);
		st = pl_db_rows_status(rows);
		*ret_n += !st;
	}
	st = st == PL_E_NOTFOUND ? PL_OK : st;
	for (size_t i = 0; i < *ret_n && !st; i++)
		st = take_bounties(tx, &ret[i]);
	return st;
}

static pl_status ask_attestations(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;

	return pl_query_attestations_tx(tx, a->id, a->before, a->limit, a->attestations, &a->n);
}

pl_status pl_query_attestations(struct pl_instance *inst, pl_str id, uint64_t before, size_t limit,
	struct pl_arena *arena, struct pl_attestation **ret, size_t *ret_n)
{
	struct asking a = {.id = id, .before = before, .limit = limit < PL_ENTITIES_MAX ? limit : PL_ENTITIES_MAX,
		.arena = arena};
	pl_status st;

	a.attestations = pl_arena_alloc(arena, a.limit ? a.limit : 1, sizeof *a.attestations);
	if (!a.attestations)
		return PL_E_TOOBIG;
	st = pl_db_read(pl_instance_db(inst), ask_attestations, &a);
	if (st)
		return st;
	*ret = a.attestations;
	*ret_n = a.n;
	return PL_OK;
}
