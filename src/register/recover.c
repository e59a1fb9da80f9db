/* SPDX-License-Identifier: Apache-2.0 */
#include "register/recover.h"
#include "base/time.h"
#include "fact/query.h"
#include "log/checkpoint.h"
#include "log/reader.h"
#include "register/apply.h"
#include "register/internal.h"
#include "register/sql.h"

#define ARENA_BYTES ((size_t)4 << 20)
#define WAIT_NS (10 * PL_SECOND)
#define PAUSE_NS (50 * PL_MILLISECOND)
#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))

/* ---- are the public tables of today? ---- */

static pl_status published_size(struct pl_instance *inst, uint64_t *ret, struct pl_diag *diag)
{
	struct pl_log_reader *reader PL_CLEANUP(pl_log_reader_closep) = NULL;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp;
	pl_status st = pl_log_reader_open(pl_instance_conf(inst)->log_dir, NULL, &reader, diag);

	*ret = 0;
	if (!st)
		st = pl_log_reader_checkpoint(reader, &text);
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	st = pl_checkpoint_peek(pl_buf_str(&text), &cp, diag);
	if (!st)
		*ret = cp.size;
	return st;
}

static pl_status applied(struct pl_instance *inst, uint64_t *ret)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	struct pl_query_view view = {0};
	pl_status st = pl_query_view(inst, &arena, &view);

	*ret = view.size;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_register_current(struct pl_instance *inst, struct pl_diag *diag)
{
	uint64_t size = 0, have = 0, until = pl_time_monotonic() + WAIT_NS;
	bool pushed = false;
	pl_status st = published_size(inst, &size, diag);

	while (!st) {
		st = applied(inst, &have);
		if (st || have >= size)
			return st;
		if (pl_time_monotonic() > until) {
			pl_diag_hint(diag, "is the log process running? Was the database restored from an older copy? See docs/manual/recovery.md");
			return pl_diag_set(diag, PL_E_ROLLBACK, "the public tables have %llu entries, the log has published %llu",
				(unsigned long long)have, (unsigned long long)size);
		}
		/* Without a log process this one does it; that it cannot shows in the next round. */
		if (!pushed)
			(void)(pl_instance_push(inst, WAIT_NS, NULL) == PL_OK);
		pushed = true;
		pl_time_sleep(PAUSE_NS);
	}
	return st;
}

/* ---- the last head ---- */

struct recovery {
	struct pl_instance *inst;
	pl_str name;
	uint64_t now;
	struct pl_register *r;
	struct pl_register_public public;
	struct pl_register_end head;
	struct pl_tree_edge edge;
	struct pl_buf text; /* of the declaration */
	struct pl_register_recovered done;
	struct pl_diag *diag;
};

static pl_status read_head(struct recovery *v)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_query_proof proof;
	pl_status st = pl_query_entry(v->inst, v->public.head_index, &arena, &proof, v->diag);

	if (!st)
		st = pl_statement_open(proof.entry, &s, v->diag);
	if (st)
		return st;
	pl_register_end_from_json(s->predicate, &v->head);
	st = pl_register_edge_from_json(s->predicate, &v->edge);
	return st ? pl_diag_set(v->diag, PL_E_STATE, "the last head of %.*s names no edge, so its tree cannot go on", PL_STR_ARG(v->name)) :
		    PL_OK;
}

/* ---- the register itself, if its row is gone ---- */

static pl_status put_state(void *ctx, struct pl_db_tx *tx)
{
	struct recovery *v = ctx;
	const struct pl_digest zero = {0};
	struct pl_register_decl *decl PL_CLEANUP(pl_register_decl_freep) = NULL;
	struct pl_digest empty, id;
	pl_status st = pl_register_decl_parse(pl_buf_str(&v->text), &decl, v->diag);

	if (st)
		return st;
	pl_tree_empty(&empty);
	pl_register_id(pl_instance_conf(v->inst)->origin, decl->name, &id);
	return pl_db_exec(tx, &pl_sql_register_state_put,
		PL_DB_ARGS(PL_DB_STR(decl->name), DIGEST(&id), PL_DB_STR(pl_buf_str(&v->text)), DIGEST(&empty), DIGEST(&zero)), NULL);
}

static pl_status open_register(struct recovery *v)
{
	struct pl_diag quiet = {0};
	pl_status st = pl_register_open(v->inst, v->name, &v->r, &quiet);

	if (st != PL_E_NOTFOUND)
		return st ? pl_diag_set(v->diag, st, "%s", pl_diag_text(&quiet, st)) : PL_OK;
	st = pl_blob_get_bytes(pl_instance_blobs(v->inst), &v->public.declaration, &v->text);
	if (st)
		return pl_diag_set(v->diag, st, "the declaration of %.*s cannot be read", PL_STR_ARG(v->name));
	st = pl_db_tx(pl_instance_db(v->inst), put_state, v);
	return st ? st : pl_register_open(v->inst, v->name, &v->r, v->diag);
}

/* ---- going on ---- */

static pl_status put_gap(struct recovery *v, struct pl_db_tx *tx, const struct pl_register_state *s, pl_bytes edge)
{
	pl_str name = v->r->decl->name;
	pl_status st = pl_db_exec(tx, &pl_sql_register_gap_put,
		PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(s->size), PL_DB_U64(s->highest), PL_DB_U64(v->head.size), PL_DB_U64(v->head.highest),
			PL_DB_U64(v->head.days), PL_DB_U64(v->head.time), DIGEST(&v->head.root), DIGEST(&v->head.chain), PL_DB_BLOB(edge)),
		NULL);

	if (!st)
		st = pl_db_exec(tx, &pl_sql_register_state_recover,
			PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(v->head.size), PL_DB_U64(v->head.highest), PL_DB_U64(v->head.days),
				PL_DB_U64(v->head.time), DIGEST(&v->head.root), DIGEST(&v->head.chain), PL_DB_BLOB(edge)),
			NULL);
	/* A head to begin reports at. Not a heartbeat here: the gap has closed its day already. */
	if (!st)
		st = pl_db_exec(tx, &pl_sql_register_end_put,
			PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(v->head.size), PL_DB_U64(v->head.highest), PL_DB_U64(v->head.days),
				PL_DB_U64(v->head.time), DIGEST(&v->head.root), DIGEST(&v->head.chain), PL_DB_BLOB(edge), PL_DB_NULL,
				PL_DB_U64(0), PL_DB_U64(0), DIGEST(&v->head.root), DIGEST(&v->head.root)),
			NULL);
	return st;
}

static pl_status go_on(void *ctx, struct pl_db_tx *tx)
{
	struct recovery *v = ctx;
	struct pl_register_state s = {0};
	struct pl_digest packed[63];
	pl_bytes edge;
	pl_status st = pl_register_state(tx, v->r, &s);

	if (st)
		return st;
	pl_free(s.edge);
	if (s.size >= v->head.size)
		return pl_diag_set(v->diag, PL_E_EXISTS, "nothing of %.*s is missing: it has %llu leaves, the log knows of %llu",
			PL_STR_ARG(v->name), (unsigned long long)s.size, (unsigned long long)v->head.size);
	/* A padded register's heads keep their highest number to themselves: each lost leaf may have been a number. */
	if (v->r->decl->padded)
		v->head.highest = s.highest + (v->head.size - s.size);
	pl_tree_edge_pack(&v->edge, packed);
	edge = pl_bytes_of(packed, pl_tree_edge_count(&v->edge) * PL_DIGEST_LEN);
	v->done = (struct pl_register_recovered){s.size, v->head.size, s.highest + 1, v->head.highest};
	/* What is here and under no head yet has its place in the rows of hashes first. */
	st = pl_register_tiles_grow(tx, v->r, s.head.size, s.size);
	if (!st)
		st = pl_register_tiles_jump(tx, v->r, &v->edge);
	if (!st)
		st = put_gap(v, tx, &s, edge);
	for (uint64_t number = v->done.lost_from; number <= v->done.lost_to && !st; number++)
		st = pl_register_lose(tx, v->r, number, v->now, v->diag);
	return st;
}

static pl_status recover(struct recovery *v)
{
	pl_status st = pl_register_current(v->inst, v->diag);

	if (!st)
		st = pl_register_public(v->inst, v->name, &v->public);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(v->diag, st, "the log knows no register \"%.*s\"", PL_STR_ARG(v->name));
	if (!st)
		st = open_register(v);
	if (!st && !v->public.heads)
		return pl_diag_set(v->diag, PL_E_EXISTS, "nothing of %.*s is missing: the log knows no head of it", PL_STR_ARG(v->name));
	if (!st)
		st = read_head(v);
	return st ? st : pl_db_tx(pl_instance_db(v->inst), go_on, v);
}

pl_status pl_register_recover(struct pl_instance *inst, pl_str name, uint64_t now, struct pl_register_recovered *ret,
	struct pl_diag *diag)
{
	struct recovery *v = PL_NEW(struct recovery);
	pl_status st;

	v->inst = inst;
	v->name = name;
	v->now = now;
	v->diag = diag;
	pl_buf_init(&v->text, PL_REGISTER_DECLARATION_MAX);
	st = recover(v);
	if (!st)
		*ret = v->done;
	pl_register_close(v->r);
	pl_buf_done(&v->text);
	pl_free(v);
	return st;
}
