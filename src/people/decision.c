/* SPDX-License-Identifier: Apache-2.0 */
#include "people/decision.h"
#include "people/people_internal.h"
#include <stdio.h>

const char *pl_decision_state_word(const struct pl_decision *d)
{
	switch (d->state) {
	case PL_DECISION_OPEN:
		return d->expired ? "expired" : d->approved ? "approved" : "open";
	case PL_DECISION_DONE:
		return "done";
	case PL_DECISION_WITHDRAWN:
		return "withdrawn";
	case PL_DECISION_REFUSED:
		return "refused";
	}
	return "unknown";
}

/* An event of @kind about decision @id: "<kind of decision> <ulid>". */
static pl_status tell(struct pl_people *p, struct pl_db_tx *tx, enum pl_people_event_kind kind,
	const struct pl_people_actor *actor, const char *what, const struct pl_ulid *id)
{
	char detail[PL_DECISION_KIND_MAX + PL_ULID_TEXT + 2], ulid[PL_ULID_TEXT + 1];

	pl_ulid_write(id, ulid);
	(void)snprintf(detail, sizeof detail, "%s %s", what, ulid);
	return pl_people_event_put(p, tx, kind, NULL, actor, detail);
}

static bool kind_ok(const char *kind)
{
	size_t len = strlen(kind);

	for (size_t i = 0; i < len; i++)
		if (!((kind[i] >= 'a' && kind[i] <= 'z') || kind[i] == '-'))
			return false;
	return len >= 1 && len <= PL_DECISION_KIND_MAX;
}

pl_status pl_decision_propose(struct pl_people *p, struct pl_db_tx *tx, const struct pl_people_actor *actor,
	const struct pl_decision_new *what, struct pl_ulid *ret, struct pl_diag *diag)
{
	uint64_t now = pl_people_now(p);
	struct pl_ulid id = pl_ulid_new();
	struct pl_digest digest;
	pl_status st;

	if (pl_people_nobody(&actor->account))
		return pl_diag_set(diag, PL_E_DENIED, "a proposal is made by somebody who has logged in");
	if (!kind_ok(what->kind) || what->bytes.len > PL_DECISION_BYTES_MAX || what->roles == 0 || what->needed == 0 ||
		what->needed > 16 || what->life_ns == 0 || what->life_ns > PL_DECISION_LIFE_MAX_NS)
		return pl_diag_set(diag, PL_E_RANGE, "a proposal of this size or life is not possible");
	pl_sha256(what->bytes, &digest);
	st = pl_db_exec(tx, &pl_sql_decision_put,
		PL_DB_ARGS(pl_people_arg_ulid(&id), PL_DB_Z(what->kind), pl_people_arg_digest(&digest), PL_DB_BLOB(what->bytes),
			pl_people_arg_ulid(&actor->account), PL_DB_U64(what->roles), PL_DB_U64(what->needed), PL_DB_U64(now),
			PL_DB_U64(now + what->life_ns)),
		NULL);
	if (st == PL_OK)
		st = tell(p, tx, PL_PEOPLE_EV_PROPOSED, actor, what->kind, &id);
	if (st == PL_OK)
		*ret = id;
	return st;
}

/* The open decision of @kind over bytes with @digest that has not expired. PL_E_NOTFOUND. */
static pl_status find_same(struct pl_people *p, struct pl_db_tx *tx, const char *kind, const struct pl_digest *digest, struct pl_ulid *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_ulid id;
	pl_status st = pl_db_one(tx, &pl_sql_decision_same,
		PL_DB_ARGS(PL_DB_STR(pl_str_from(kind)), PL_DB_BLOB(pl_digest_bytes(digest)), PL_DB_U64(pl_people_now(p))), &rows);

	if (st)
		return st;
	pl_db_col_fixed(rows, 0, id.b, sizeof id.b);
	st = pl_db_rows_status(rows);
	if (!st)
		*ret = id;
	return st;
}

pl_status pl_decision_propose_once(struct pl_people *p, struct pl_db_tx *tx, const struct pl_people_actor *actor,
	const struct pl_decision_new *what, struct pl_ulid *ret, struct pl_diag *diag)
{
	struct pl_digest digest;
	char id[PL_ULID_TEXT + 1];
	pl_status st;

	pl_sha256(what->bytes, &digest);
	st = find_same(p, tx, what->kind, &digest, ret);
	if (st == PL_E_NOTFOUND)
		return pl_decision_propose(p, tx, actor, what, ret, diag);
	if (st)
		return st;
	pl_ulid_write(ret, id);
	return pl_diag_set(diag, PL_E_EXISTS, "the same is proposed already: decision %s", id);
}

/* ---- reading ---- */

static pl_status count_voices(struct pl_db_tx *tx, const struct pl_ulid *id, unsigned *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_decision_voices, PL_DB_ARGS(pl_people_arg_ulid(id)), &rows);

	if (st == PL_OK)
		*ret = (unsigned)pl_db_col_u64(rows, 0);
	return st ? st : pl_db_rows_status(rows);
}

/* Columns from @col on: proposer, roles, needed, state, made_at, expires_at. */
static void read_rest(const struct pl_people *p, struct pl_db_rows *rows, unsigned col, struct pl_decision *d)
{
	pl_db_col_fixed(rows, col, d->proposer.b, sizeof d->proposer.b);
	d->roles = (unsigned)pl_db_col_u64(rows, col + 1);
	d->needed = (unsigned)pl_db_col_u64(rows, col + 2);
	d->state = (enum pl_decision_state)pl_db_col_u64(rows, col + 3);
	d->made_at = pl_db_col_u64(rows, col + 4);
	d->expires_at = pl_db_col_u64(rows, col + 5);
	d->expired = d->state == PL_DECISION_OPEN && pl_people_now(p) >= d->expires_at;
}

static pl_status finish(struct pl_db_tx *tx, struct pl_decision *d)
{
	pl_status st = count_voices(tx, &d->id, &d->voices);

	d->approved = d->state == PL_DECISION_OPEN && !d->expired && d->voices >= d->needed;
	return st;
}

static pl_status read_one(struct pl_people *p, struct pl_db_tx *tx, const struct pl_sql *sql, const struct pl_ulid *id,
	struct pl_arena *arena, struct pl_decision *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_decision d = {.id = *id};
	pl_str bytes;
	pl_status st = pl_db_one(tx, sql, PL_DB_ARGS(pl_people_arg_ulid(id)), &rows);

	if (st != PL_OK)
		return st;
	st = pl_arena_dup(arena, pl_db_col_str(rows, 0), &d.kind);
	pl_db_col_fixed(rows, 1, d.digest.b, sizeof d.digest.b);
	if (st == PL_OK)
		st = pl_arena_dup(arena, pl_bytes_str(pl_db_col_blob(rows, 2)), &bytes);
	if (st != PL_OK)
		return st;
	d.bytes = pl_str_bytes(bytes);
	read_rest(p, rows, 3, &d);
	st = pl_db_rows_status(rows);
	if (st == PL_OK)
		st = finish(tx, &d);
	if (st == PL_OK)
		*ret = d;
	return st;
}

pl_status pl_decision_lock(struct pl_people *p, struct pl_db_tx *tx, const struct pl_ulid *id, struct pl_arena *arena,
	struct pl_decision *ret)
{
	return read_one(p, tx, &pl_sql_decision_lock, id, arena, ret);
}

struct getting {
	struct pl_people *p;
	const struct pl_ulid *id;
	struct pl_ulid before;
	size_t max, n;
	struct pl_arena *arena;
	struct pl_decision one, *list;
};

static pl_status get(void *ctx, struct pl_db_tx *tx)
{
	struct getting *g = ctx;

	return read_one(g->p, tx, &pl_sql_decision_get, g->id, g->arena, &g->one);
}

pl_status pl_decision_get(struct pl_people *p, const struct pl_ulid *id, struct pl_arena *arena,
	struct pl_decision *ret)
{
	struct getting g = {.p = p, .id = id, .arena = arena};
	pl_status st = pl_db_read(p->db, get, &g);

	if (st == PL_OK)
		*ret = g.one;
	return st;
}

static pl_status take_rows(struct getting *g, struct pl_db_tx *tx, struct pl_db_rows *rows)
{
	pl_status st = PL_OK;

	g->n = 0;
	while (st == PL_OK && g->n < g->max && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_decision *d = &g->list[g->n];

		*d = (struct pl_decision){0};
		pl_db_col_fixed(rows, 0, d->id.b, sizeof d->id.b);
		pl_db_col_fixed(rows, 2, d->digest.b, sizeof d->digest.b);
		st = pl_arena_dup(g->arena, pl_db_col_str(rows, 1), &d->kind);
		read_rest(g->p, rows, 3, d);
		if (st == PL_OK)
			st = pl_db_rows_status(rows);
		if (st == PL_OK)
			st = finish(tx, d);
		g->n++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status get_page(void *ctx, struct pl_db_tx *tx)
{
	struct getting *g = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_decision_page, PL_DB_ARGS(pl_people_arg_ulid(&g->before), PL_DB_U64(g->max)),
		&rows);

	return st ? st : take_rows(g, tx, rows);
}

static pl_status get_open(void *ctx, struct pl_db_tx *tx)
{
	struct getting *g = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_decision_open, PL_DB_ARGS(PL_DB_U64(pl_people_now(g->p)), PL_DB_U64(g->max)), &rows);

	return st ? st : take_rows(g, tx, rows);
}

pl_status pl_decision_open(struct pl_people *p, size_t max, struct pl_arena *arena, struct pl_decision **ret, size_t *ret_n)
{
	struct getting g = {.p = p, .max = max, .arena = arena, .list = pl_arena_alloc(arena, max, sizeof *g.list)};
	pl_status st = g.list ? pl_db_read(p->db, get_open, &g) : PL_E_NOMEM;

	if (st != PL_OK)
		return st;
	*ret = g.list;
	*ret_n = g.n;
	return PL_OK;
}

pl_status pl_decision_list(struct pl_people *p, const struct pl_ulid *before, size_t max, struct pl_arena *arena,
	struct pl_decision **ret, size_t *ret_n)
{
	struct getting g = {.p = p, .max = max, .arena = arena};
	pl_status st;

	memset(g.before.b, 0xff, sizeof g.before.b);
	if (before)
		g.before = *before;
	g.list = pl_arena_alloc(arena, max, sizeof *g.list);
	if (!g.list)
		return PL_E_NOMEM;
	st = pl_db_read(p->db, get_page, &g);
	if (st != PL_OK)
		return st;
	*ret = g.list;
	*ret_n = g.n;
	return PL_OK;
}

struct waiting {
	const struct pl_people *p;
	const struct pl_ulid *account;
	unsigned roles;
	uint64_t n;
};

static pl_status count_waiting(void *ctx, struct pl_db_tx *tx)
{
	struct waiting *w = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_decision_waiting,
		PL_DB_ARGS(pl_people_arg_ulid(w->account), PL_DB_U64(w->roles), PL_DB_U64(pl_people_now(w->p))), &rows);

	if (st == PL_OK)
		w->n = pl_db_col_u64(rows, 0);
	return st ? st : pl_db_rows_status(rows);
}

pl_status pl_decision_waiting(struct pl_people *p, const struct pl_ulid *account, unsigned roles, uint64_t *ret)
{
	struct waiting w = {.p = p, .account = account, .roles = roles};
	pl_status st = pl_db_read(p->db, count_waiting, &w);

	if (st == PL_OK)
		*ret = w.n;
	return st;
}

/* ---- voices ---- */

pl_status pl_decision_voices(struct pl_db_tx *tx, const struct pl_ulid *id, size_t max, struct pl_ulid *ret, size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_decision_voice_list, PL_DB_ARGS(pl_people_arg_ulid(id), PL_DB_U64(max)), &rows);

	*ret_n = 0;
	while (!st && *ret_n < max && (st = pl_db_step(rows)) == PL_OK) {
		pl_db_col_fixed(rows, 0, ret[*ret_n].b, sizeof ret->b);
		++*ret_n;
		st = pl_db_rows_status(rows);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* An open decision that is not too late; its bytes live in @arena. */
static pl_status open_one(struct pl_people *p, struct pl_db_tx *tx, const struct pl_ulid *id, struct pl_arena *arena,
	struct pl_decision *ret, struct pl_diag *diag)
{
	pl_status st = pl_decision_lock(p, tx, id, arena, ret);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "there is no such decision");
	if (st != PL_OK)
		return st;
	if (ret->expired)
		return pl_diag_set(diag, PL_E_EXPIRED, "the proposal is too old; it must be made again");
	if (ret->state != PL_DECISION_OPEN)
		return pl_diag_set(diag, PL_E_STATE, "the proposal is closed: %s", pl_decision_state_word(ret));
	return PL_OK;
}

/* Is @actor somebody who could approve @d? */
static pl_status may_decide(struct pl_people *p, struct pl_db_tx *tx, const struct pl_people_actor *actor,
	const struct pl_decision *d, struct pl_diag *diag)
{
	struct pl_account account;
	pl_status st;

	if (pl_people_same(&actor->account, &d->proposer))
		return pl_diag_set(diag, PL_E_DENIED, "who proposed it cannot approve it");
	st = pl_people_account_row(p, tx, &pl_sql_account_get, pl_people_arg_ulid(&actor->account), NULL, &account);
	if (st == PL_E_NOTFOUND || (st == PL_OK && (account.state != PL_ACCOUNT_ACTIVE || !(account.roles & d->roles))))
		return pl_diag_set(diag, PL_E_DENIED, "this decision belongs to another role");
	return st;
}

pl_status pl_decision_approve(struct pl_people *p, struct pl_db_tx *tx, const struct pl_people_actor *actor,
	const struct pl_ulid *id, const struct pl_digest *digest, bool *ret_approved, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(2 * PL_DECISION_BYTES_MAX);
	struct pl_decision d;
	uint64_t changed = 0;
	unsigned voices;
	pl_status st = open_one(p, tx, id, &arena, &d, diag);

	if (st == PL_OK)
		st = may_decide(p, tx, actor, &d, diag);
	if (st == PL_OK && !pl_digest_eq(&d.digest, digest))
		st = pl_diag_set(diag, PL_E_CONFLICT, "the proposal is about other bytes than those that were shown");
	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_decision_voice_put,
			PL_DB_ARGS(pl_people_arg_ulid(id), pl_people_arg_ulid(&actor->account), PL_DB_U64(pl_people_now(p))), &changed);
	if (st == PL_OK && changed)
		st = tell(p, tx, PL_PEOPLE_EV_APPROVED, actor, "approval", id);
	if (st == PL_OK)
		st = count_voices(tx, id, &voices);
	if (st == PL_OK)
		*ret_approved = voices >= d.needed;
	return st;
}

pl_status pl_decision_close(struct pl_people *p, struct pl_db_tx *tx, const struct pl_people_actor *actor,
	const struct pl_ulid *id, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(2 * PL_DECISION_BYTES_MAX);
	struct pl_decision d;
	bool own;
	pl_status st = open_one(p, tx, id, &arena, &d, diag);

	if (st != PL_OK)
		return st;
	own = pl_people_same(&actor->account, &d.proposer);
	st = own ? PL_OK : may_decide(p, tx, actor, &d, diag);
	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_decision_close,
			PL_DB_ARGS(pl_people_arg_ulid(id), PL_DB_U64(own ? PL_DECISION_WITHDRAWN : PL_DECISION_REFUSED)), NULL);
	return st ? st : tell(p, tx, PL_PEOPLE_EV_WITHDRAWN, actor, own ? "withdrawn" : "refused", id);
}

pl_status pl_decision_take(struct pl_people *p, struct pl_db_tx *tx, const struct pl_people_actor *actor,
	const struct pl_ulid *id, const char *kind, pl_bytes bytes, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(2 * PL_DECISION_BYTES_MAX);
	struct pl_digest digest;
	struct pl_decision d;
	pl_status st = open_one(p, tx, id, &arena, &d, diag);

	if (st != PL_OK)
		return st;
	pl_sha256(bytes, &digest);
	if (!pl_str_eq(d.kind, pl_str_from(kind)) || !pl_digest_eq(&digest, &d.digest) || !pl_bytes_eq(bytes, d.bytes))
		return pl_diag_set(diag, PL_E_CONFLICT, "something else was approved than what is to be done");
	if (!d.approved)
		return pl_diag_set(diag, PL_E_DENIED, "%u of %u approvals that count", d.voices, d.needed);
	st = pl_db_exec(tx, &pl_sql_decision_close, PL_DB_ARGS(pl_people_arg_ulid(id), PL_DB_U64(PL_DECISION_DONE)), NULL);
	return st ? st : tell(p, tx, PL_PEOPLE_EV_DECIDED, actor, kind, id);
}
