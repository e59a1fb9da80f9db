/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/access.h"
#include "base/random.h"
#include "crypto/sealedbox.h"
#include "register/sql.h"

static const char label[] = "pl-access-who/v1";

#define CASE(c) PL_DB_STR((c)->r->decl->name), PL_DB_U64((c)->number)

/* Where it belongs: nobody moves it to another access. */
static void about(const struct pl_access_case *c, const struct pl_digest *id, struct pl_buf *out)
{
	pl_buf_put(out, label, sizeof label);
	pl_buf_put_bytes(out, pl_digest_bytes(&c->r->id));
	pl_buf_put_be64(out, c->number);
	pl_buf_put_bytes(out, pl_digest_bytes(id));
}

/* ---- reading ---- */

struct listing {
	const struct pl_access_case *c;
	struct pl_access *list;
	size_t n;
};

static pl_status take(struct listing *l, struct pl_db_rows *rows)
{
	struct pl_buf place PL_CLEANUP(pl_buf_done) = PL_BUF(128), who PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_ACCESS_WHO_MAX);
	struct pl_access *a = &l->list[l->n];
	pl_status st;

	*a = (struct pl_access){.made = pl_db_col_u64(rows, 1), .seen = pl_db_col_is_null(rows, 2) ? 0 : pl_db_col_u64(rows, 2),
		.revision = (uint32_t)pl_db_col_u64(rows, 5), .reply = {.alg = PL_KEY_ED25519, .len = PL_PRIVKEY_LEN}};
	pl_db_col_fixed(rows, 0, a->id.b, sizeof a->id.b);
	pl_db_col_fixed(rows, 4, a->reply.b, PL_PRIVKEY_LEN);
	about(l->c, &a->id, &place);
	st = pl_secret_open(l->c->key->key, pl_buf_bytes(&place), pl_db_col_blob(rows, 3), &who);
	if (!st)
		st = pl_str_z(pl_buf_str(&who), a->who, sizeof a->who);
	l->n++;
	return st ? st : pl_db_rows_status(rows);
}

static pl_status list_tx(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_access_list, PL_DB_ARGS(CASE(l->c), PL_DB_U64(PL_ACCESS_MAX)), &rows);

	l->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = take(l, rows);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_access_list(const struct pl_access_case *c, struct pl_access ret[static PL_ACCESS_MAX], size_t *ret_n)
{
	struct listing l = {.c = c, .list = ret};
	pl_status st = pl_db_read(pl_instance_db(c->inst), list_tx, &l);

	*ret_n = l.n;
	return st;
}

/* ---- giving, ending ---- */

struct giving {
	const struct pl_access_case *c;
	pl_str who, view;
	uint64_t now;
	struct pl_digest id;
	struct pl_pubkey reply;
	bool had; /* the one before was ended */
	struct pl_diag *diag;
};

static pl_status drop_one(struct pl_db_tx *tx, const struct pl_digest *id)
{
	return pl_db_exec(tx, &pl_sql_work_access_drop, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(id))), NULL);
}

/* *@ret_others: how many others have one. */
static pl_status end_old(struct giving *g, struct pl_db_tx *tx, size_t *ret_others)
{
	struct pl_access all[PL_ACCESS_MAX];
	struct listing l = {.c = g->c, .list = all};
	pl_status st = list_tx(&l, tx);

	*ret_others = 0;
	g->had = false;
	for (size_t i = 0; i < l.n && !st; i++) {
		if (!pl_str_eq(pl_str_from(all[i].who), g->who)) {
			++*ret_others;
			continue;
		}
		st = drop_one(tx, &all[i].id);
		g->had = true;
	}
	return st;
}

static pl_status seal_view(const struct pl_pubkey *to, pl_str view, struct pl_buf *out)
{
	pl_status st = view.len > PL_ACCESS_VIEW_MAX ? PL_E_TOOBIG : pl_sealedbox_seal(to, pl_str_bytes(view), out);

	return st ? st : pl_buf_status(out);
}

static pl_status give_tx(void *ctx, struct pl_db_tx *tx)
{
	struct giving *g = ctx;
	struct pl_buf place PL_CLEANUP(pl_buf_done) = PL_BUF(128), who PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ACCESS_WHO_MAX + PL_SECRET_OVERHEAD);
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ACCESS_VIEW_MAX + PL_SEALEDBOX_OVERHEAD + 1);
	size_t others = 0;
	pl_status st = end_old(g, tx, &others);

	if (!st && others >= PL_ACCESS_MAX)
		return pl_diag_set(g->diag, PL_E_TOOBIG, "a case is shown to at most %u others", PL_ACCESS_MAX);
	about(g->c, &g->id, &place);
	pl_secret_seal(g->c->key->key, pl_buf_bytes(&place), pl_str_bytes(g->who), &who);
	if (!st)
		st = pl_buf_status(&who);
	if (!st)
		st = seal_view(&g->reply, g->view, &sealed);
	return st ? st :
		    pl_db_exec(tx, &pl_sql_work_access_put,
			    PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&g->id)), CASE(g->c), PL_DB_U64(g->now), PL_DB_BLOB(pl_buf_bytes(&who)),
				    PL_DB_MEM(g->reply.b, PL_PRIVKEY_LEN), PL_DB_U64(g->c->revision), PL_DB_BLOB(pl_buf_bytes(&sealed))),
			    NULL);
}

pl_status pl_access_give(const struct pl_access_case *c, pl_str who, pl_str view, uint64_t now, struct pl_register_secret *ret, struct pl_diag *diag)
{
	struct giving g = {.c = c, .who = who, .view = view, .now = now, .diag = diag};
	struct pl_privkey reply;
	pl_status st;

	if (!who.len || who.len > PL_ACCESS_WHO_MAX)
		return PL_E_RANGE;
	pl_random(ret->v.b, sizeof ret->v.b);
	pl_register_secret_hash(ret, &g.id);
	pl_register_secret_key(ret, &reply);
	st = pl_privkey_public(&reply, &g.reply);
	pl_privkey_done(&reply);
	return st ? st : pl_db_tx(pl_instance_db(c->inst), give_tx, &g);
}

static pl_status end_tx(void *ctx, struct pl_db_tx *tx)
{
	size_t others;

	return end_old(ctx, tx, &others);
}

pl_status pl_access_end(const struct pl_access_case *c, pl_str who)
{
	struct giving g = {.c = c, .who = who};
	pl_status st = pl_db_tx(pl_instance_db(c->inst), end_tx, &g);

	return st ? st : g.had ? PL_OK : PL_E_NOTFOUND;
}

/* ---- renewing ---- */

struct renewing {
	const struct pl_access_case *c;
	const struct pl_access *a;
	pl_bytes sealed;
};

static pl_status renew_tx(void *ctx, struct pl_db_tx *tx)
{
	const struct renewing *n = ctx;

	return pl_db_exec(tx, &pl_sql_work_access_renew,
		PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&n->a->id)), PL_DB_U64(n->c->revision), PL_DB_BLOB(n->sealed)), NULL);
}

pl_status pl_access_renew(const struct pl_access_case *c, const struct pl_access *a, pl_str view)
{
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ACCESS_VIEW_MAX + PL_SEALEDBOX_OVERHEAD + 1);
	struct renewing n = {.c = c, .a = a};
	pl_status st = seal_view(&a->reply, view, &sealed);

	n.sealed = pl_buf_bytes(&sealed);
	return st ? st : pl_db_tx(pl_instance_db(c->inst), renew_tx, &n);
}

struct stale {
	const struct pl_register *r;
	uint64_t after, *numbers;
	size_t max, n;
};

static pl_status stale_tx(void *ctx, struct pl_db_tx *tx)
{
	struct stale *s = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_access_stale, PL_DB_ARGS(PL_DB_STR(s->r->decl->name), PL_DB_U64(s->after), PL_DB_U64(s->max)), &rows);

	s->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		s->numbers[s->n++] = pl_db_col_u64(rows, 0);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_access_stale(struct pl_instance *inst, const struct pl_register *r, uint64_t after, uint64_t *ret, size_t max, size_t *ret_n)
{
	struct stale s = {.r = r, .after = after, .numbers = ret, .max = max};
	pl_status st = pl_db_read(pl_instance_db(inst), stale_tx, &s);

	*ret_n = s.n;
	return st;
}

static pl_status drop_tx(void *ctx, struct pl_db_tx *tx)
{
	const struct pl_access_case *c = ctx;

	return pl_db_exec(tx, &pl_sql_work_access_drop_case, PL_DB_ARGS(CASE(c)), NULL);
}

pl_status pl_access_drop(struct pl_instance *inst, const struct pl_register *r, uint64_t number)
{
	struct pl_access_case c = {.inst = inst, .r = r, .number = number};

	return pl_db_tx(pl_instance_db(inst), drop_tx, &c);
}

/* ---- opening ---- */

struct opening {
	struct pl_digest id;
	struct pl_privkey key;
	uint64_t now;
	struct pl_arena *arena;
	struct pl_access_view *ret;
};

static pl_status open_tx(void *ctx, struct pl_db_tx *tx)
{
	struct opening *o = ctx;
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_ACCESS_VIEW_MAX + 1);
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_access_find, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&o->id))), &rows);

	if (st)
		return st;
	*o->ret = (struct pl_access_view){.number = pl_db_col_u64(rows, 1), .made = pl_db_col_u64(rows, 2), .revision = (uint32_t)pl_db_col_u64(rows, 3)};
	st = pl_arena_dup(o->arena, pl_db_col_str(rows, 0), &o->ret->name);
	if (!st)
		st = pl_sealedbox_open(&o->key, pl_db_col_blob(rows, 4), &plain);
	if (!st)
		st = pl_arena_dup(o->arena, pl_buf_str(&plain), &o->ret->text);
	if (!st)
		st = pl_db_rows_status(rows);
	pl_db_rows_done(&rows);
	return st ? st : pl_db_exec(tx, &pl_sql_work_access_seen, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&o->id)), PL_DB_U64(o->now)), NULL);
}

pl_status pl_access_open(struct pl_instance *inst, const struct pl_register_secret *secret, uint64_t now, struct pl_arena *arena,
	struct pl_access_view *ret)
{
	struct opening o = {.now = now, .arena = arena, .ret = ret};
	pl_status st;

	pl_register_secret_hash(secret, &o.id);
	pl_register_secret_key(secret, &o.key);
	st = pl_db_tx(pl_instance_db(inst), open_tx, &o);
	pl_privkey_done(&o.key);
	return st;
}
