/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/record_db.h"
#include "fact/outbox.h"
#include "fact/sql.h"

struct record_db {
	struct pl_log_record record; /* first: what the caller holds */
	struct pl_db *db;
	struct pl_buf origin, where;
};

/* ---- load, create, claim ---- */

struct get {
	struct record_db *r;
	struct pl_log_state state;
};

static pl_status read_state(struct pl_db_rows *rows, struct pl_log_state *ret)
{
	ret->size = pl_db_col_u64(rows, 0);
	pl_db_col_fixed(rows, 1, ret->root.b, sizeof ret->root.b);
	ret->epoch = pl_db_col_u64(rows, 2);
	return pl_db_rows_status(rows);
}

static pl_status load_tx(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct get *g = ctx;
	pl_status st = pl_db_one(tx, &pl_sql_record_load, PL_DB_ARGS(PL_DB_STR(pl_buf_str(&g->r->origin))), &rows);

	return st ? st : read_state(rows, &g->state);
}

static pl_status load(void *ctx, struct pl_log_state *ret)
{
	struct get g = {.r = ctx};
	pl_status st = pl_db_read(g.r->db, load_tx, &g);

	if (st == PL_OK)
		*ret = g.state;
	return st;
}

pl_status pl_record_db_create(struct pl_db_tx *tx, pl_str origin, const struct pl_log_state *state)
{
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_record_create,
		PL_DB_ARGS(PL_DB_STR(origin), PL_DB_U64(state->size), PL_DB_BLOB(pl_digest_bytes(&state->root)),
			PL_DB_U64(state->epoch)),
		&changed);

	return st == PL_OK && changed == 0 ? PL_E_EXISTS : st;
}

static pl_status create_tx(void *ctx, struct pl_db_tx *tx)
{
	const struct get *g = ctx;

	return pl_record_db_create(tx, pl_buf_str(&g->r->origin), &g->state);
}

static pl_status create(void *ctx, const struct pl_log_state *state)
{
	struct get g = {.r = ctx, .state = *state};

	return pl_db_tx(g.r->db, create_tx, &g);
}

static pl_status claim_tx(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct get *g = ctx;
	pl_status st = pl_db_one(tx, &pl_sql_record_claim, PL_DB_ARGS(PL_DB_STR(pl_buf_str(&g->r->origin))), &rows);

	return st ? st : read_state(rows, &g->state);
}

static pl_status claim(void *ctx, struct pl_log_state *ret)
{
	struct get g = {.r = ctx};
	pl_status st = pl_db_tx(g.r->db, claim_tx, &g);

	if (st == PL_OK)
		*ret = g.state;
	return st;
}

/* ---- swap ---- */

struct swap {
	struct record_db *r;
	const struct pl_log_state *old, *fresh;
	const struct pl_log_ack *acks;
	size_t n_acks;
};

static pl_status swap_tx(void *ctx, struct pl_db_tx *tx)
{
	const struct swap *s = ctx;
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_record_swap,
		PL_DB_ARGS(PL_DB_STR(pl_buf_str(&s->r->origin)), PL_DB_U64(s->old->epoch), PL_DB_U64(s->old->size),
			PL_DB_U64(s->fresh->size), PL_DB_BLOB(pl_digest_bytes(&s->fresh->root)),
			PL_DB_BLOB(pl_digest_bytes(&s->old->root))),
		&changed);

	if (st)
		return st;
	if (changed == 0)
		return PL_E_ROLLBACK; /* not PL_E_CONFLICT, after which pl_db_tx would try again */
	for (size_t i = 0; i < s->n_acks && st == PL_OK; i++)
		if (s->acks[i].tag)
			st = pl_outbox_logged(tx, s->acks[i].tag, s->acks[i].index);
	return st;
}

static pl_status swap(void *ctx, const struct pl_log_state *old, const struct pl_log_state *fresh,
	const struct pl_log_ack *acks, size_t n_acks)
{
	struct swap s = {.r = ctx, .old = old, .fresh = fresh, .acks = acks, .n_acks = n_acks};
	pl_status st = pl_db_tx(s.r->db, swap_tx, &s);

	if (st == PL_E_ROLLBACK)
		return PL_E_CONFLICT;
	/* A serialization failure that outlived its retries is not a lost epoch: the caller loads and compares. */
	return st == PL_E_CONFLICT ? PL_E_BUSY : st;
}

static pl_str where(void *ctx)
{
	struct record_db *r = ctx;

	return pl_buf_str(&r->where);
}

/* ---- life ---- */

pl_status pl_record_db_new(struct pl_db *db, pl_str origin, struct pl_log_record **ret)
{
	static const struct pl_log_record_ops ops = {
		.load = load, .create = create, .claim = claim, .swap = swap, .where = where,
	};
	struct record_db *r = PL_NEW(struct record_db);
	pl_status st;

	*r = (struct record_db){.record = {&ops, r}, .db = db, .origin = PL_BUF(4096), .where = PL_BUF(8192)};
	pl_buf_put_str(&r->origin, origin);
	pl_buf_put_z(&r->where, "table log_record in ");
	pl_buf_put_z(&r->where, pl_db_label(db));
	st = pl_buf_status(&r->origin);
	if (st == PL_OK)
		st = pl_buf_status(&r->where);
	if (st) {
		pl_record_db_free(&r->record);
		return st;
	}
	*ret = &r->record;
	return PL_OK;
}

void pl_record_db_free(struct pl_log_record *record)
{
	struct record_db *r = (struct record_db *)record;

	if (!r)
		return;
	pl_buf_done(&r->origin);
	pl_buf_done(&r->where);
	pl_free(r);
}
