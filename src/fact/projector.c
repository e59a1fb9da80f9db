/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sha256x.h"
#include "fact/instance_internal.h"
#include "fact/projector_internal.h"
#include "fact/sql.h"

struct pl_projector {
	struct pl_projector_parts parts;
	struct pl_buf log;
	struct pl_log_reader *reader;
	struct pl_keys *keys;
	struct pl_tree_edge edge;      /* of the first `edge.size` entries, which is the position */
	struct pl_projector_view view; /* the newest checkpoint that was accepted */
	bool stale;                    /* the register may have run ahead of the tables: load again */
	/* one chunk */
	struct pl_buf bytes;
	size_t offsets[PL_PROJECTOR_CHUNK + 1];
	struct pl_projector_item items[PL_PROJECTOR_CHUNK];
	size_t count;
};

static const char *const state_words[PL_ENTRY_STATE_COUNT] = {
	[PL_ENTRY_APPLIED] = "applied", [PL_ENTRY_REPEATED] = "repeated", [PL_ENTRY_UNKNOWN] = "unknown",
	[PL_ENTRY_MALFORMED] = "malformed", [PL_ENTRY_UNAUTHORISED] = "unauthorised", [PL_ENTRY_REFUSED] = "refused",
};

const char *pl_entry_state_word(enum pl_entry_state s)
{
	return (unsigned)s < PL_ENTRY_STATE_COUNT ? state_words[s] : "?";
}

/* ---- where we are ---- */

struct position {
	uint64_t size;
	struct pl_digest root;
	struct pl_projector *p;
};

static pl_status start_position(void *ctx, struct pl_db_tx *tx)
{
	struct pl_digest empty;

	pl_tree_empty(&empty);
	return pl_db_exec(tx, &pl_sql_projection_start, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&empty))), NULL);
}

static pl_status read_position(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct position *pos = ctx;
	struct pl_projector_view *v = &pos->p->view;
	pl_status st = pl_db_one(tx, &pl_sql_projection_get, PL_DB_NONE, &rows);

	if (st)
		return st;
	pos->size = pl_db_col_u64(rows, 0);
	pl_db_col_fixed(rows, 1, pos->root.b, sizeof pos->root.b);
	v->size = pl_db_col_u64(rows, 2);
	pl_db_col_fixed(rows, 3, v->root.b, sizeof v->root.b);
	pl_buf_clear(&v->note);
	pl_buf_put_str(&v->note, pl_db_col_str(rows, 4));
	v->witnessed = pl_db_col_bool(rows, 5);
	v->time = pl_db_col_u64(rows, 6);
	return pl_db_rows_status(rows);
}

/* The edge at the position, made from the tiles of the checkpoint and compared with the root that we stored. */
static pl_status load_edge(struct pl_projector *p, const struct position *pos, struct pl_diag *diag)
{
	struct pl_log_reader_nodes nodes = {p->reader, p->view.size};
	struct pl_digest root;
	pl_status st = PL_OK;

	pl_tree_edge_init(&p->edge);
	if (pos->size)
		st = pl_tree_fetch_edge(pos->size, pl_log_reader_fetch, &nodes, &p->edge);
	if (st)
		return pl_diag_set(diag, st, "cannot read the tiles of the first %llu entries", (unsigned long long)pos->size);
	pl_tree_edge_root(&p->edge, &root);
	if (!pl_digest_eq(&root, &pos->root)) {
		pl_diag_hint(diag, "the database and the log are not from one instance, or one was restored; see the manual");
		return pl_diag_set(diag, PL_E_ROLLBACK, "the tables were derived from another log than this one");
	}
	return PL_OK;
}

static pl_status load(struct pl_projector *p, struct pl_diag *diag)
{
	struct position pos = {.p = p};
	struct pl_keys *keys = NULL;
	pl_status st = pl_db_read(p->parts.db, read_position, &pos);

	if (st == PL_E_NOTFOUND) {
		st = pl_db_tx(p->parts.db, start_position, NULL);
		if (st == PL_OK)
			st = pl_db_read(p->parts.db, read_position, &pos);
	}
	if (st)
		return pl_diag_set(diag, st, "cannot read the projector's position");
	st = pl_keys_from_policy(p->parts.policy, &keys, diag);
	if (st)
		return st;
	st = load_edge(p, &pos, diag);
	if (st == PL_OK && pos.size)
		st = pl_keys_replay(keys, p->parts.vocabulary, p->reader, 0, pos.size, p->view.size);
	if (st) {
		pl_keys_free(keys);
		return pl_diag_set(diag, st, "cannot replay the key statements");
	}
	pl_keys_free(p->keys);
	p->keys = keys;
	pl_keys_share(keys, p->parts.verified);
	p->stale = false;
	return PL_OK;
}

/* ---- the checkpoint ---- */

/* Take the published checkpoint if the policy accepts it and it is not older. */
static pl_status look(struct pl_projector *p, bool *ret_fresh, struct pl_diag *diag)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_policy_verdict verdict;
	struct pl_checkpoint cp;
	pl_status st = pl_log_reader_checkpoint(p->reader, &note);

	*ret_fresh = false;
	if (st)
		return st;
	if (pl_bytes_eq(pl_buf_bytes(&note), pl_buf_bytes(&p->view.note)))
		return PL_OK;
	st = pl_policy_accept(p->parts.policy, pl_buf_str(&note), &cp, &verdict, diag);
	if (st)
		return st;
	if (cp.size < p->view.size || cp.size < p->edge.size)
		return pl_diag_set(diag, PL_E_ROLLBACK, "the published checkpoint has %llu entries, an earlier one had %llu",
			(unsigned long long)cp.size, (unsigned long long)p->view.size);
	p->view.size = cp.size;
	p->view.root = cp.root;
	p->view.witnessed = !verdict.unwitnessed;
	p->view.time = verdict.latest;
	pl_buf_clear(&p->view.note);
	pl_buf_put_bytes(&p->view.note, pl_buf_bytes(&note));
	*ret_fresh = true;
	return pl_buf_status(&p->view.note);
}

/* ---- reading and verifying a chunk ---- */

static pl_status collect(void *ctx, uint64_t index, pl_bytes entry)
{
	struct pl_projector *p = ctx;
	pl_status st = pl_statement_append(&p->bytes, entry);

	if (st)
		return st == PL_E_TOOBIG && p->count ? PL_E_CANCELLED : st;
	p->items[p->count] = (struct pl_projector_item){.index = index};
	p->offsets[++p->count] = p->bytes.len;
	return PL_OK;
}

static pl_status read_chunk(struct pl_projector *p, uint64_t to)
{
	pl_status st;

	p->count = 0;
	pl_buf_clear(&p->bytes);
	if (to == p->edge.size)
		return PL_OK;
	st = pl_log_reader_entries(p->reader, p->edge.size, to, p->view.size, collect, p);
	for (size_t i = 0; i < p->count; i++)
		p->items[i].entry = pl_bytes_of(p->bytes.ptr + p->offsets[i], p->offsets[i + 1] - p->offsets[i]);
	return st == PL_E_CANCELLED ? PL_OK : st;
}

/* Do the entries that were read stand where the checkpoint says? *@ret is the edge behind them. */
static pl_status verify_chunk(struct pl_projector *p, struct pl_tree_edge *ret, struct pl_diag *diag)
{
	pl_bytes entries[PL_PROJECTOR_CHUNK];
	struct pl_digest leaves[PL_PROJECTOR_CHUNK], root;
	struct pl_tree_path path;
	pl_status st;

	for (size_t i = 0; i < p->count; i++)
		entries[i] = p->items[i].entry;
	pl_sha256x_leaves(entries, p->count, leaves);
	*ret = p->edge;
	st = pl_tree_edge_append(ret, leaves, p->count);
	if (st)
		return st;
	pl_tree_edge_root(ret, &root);
	st = pl_log_reader_consistency(p->reader, ret->size, p->view.size, &path);
	if (st == PL_OK)
		st = pl_tree_verify_consistency(ret->size, &root, p->view.size, &p->view.root, path.h, path.n);
	if (st != PL_E_PROOF)
		return st;
	pl_diag_hint(diag, "pellucid log fsck, with the log's directory, names what is damaged there; pellucid log repair makes it again");
	return pl_diag_set(diag, PL_E_CORRUPT, "entries %llu to %llu are not those of the checkpoint",
		(unsigned long long)p->edge.size, (unsigned long long)ret->size - 1);
}

/* ---- judging ---- */

static bool is_key_statement(const struct pl_predicate *row)
{
	return row->approval == PL_APPROVAL_ROOTS;
}

static enum pl_entry_state judge(struct pl_projector *p, struct pl_projector_item *item, struct pl_diag *diag)
{
	const struct pl_predicate *row;
	pl_status st = pl_statement_open(item->entry, &item->statement, diag);

	if (st)
		return PL_ENTRY_MALFORMED;
	row = pl_vocabulary_find(p->parts.vocabulary, item->statement->type);
	if (!row) {
		(void)pl_diag_set(diag, PL_E_UNSUPPORTED, "this version does not know the type");
		return PL_ENTRY_UNKNOWN;
	}
	item->row = row;
	if (pl_predicate_check(row, item->statement, diag) != PL_OK)
		return PL_ENTRY_MALFORMED;
	if (pl_keys_judge(p->keys, row, item->statement, item->index, false, &item->judgement, diag) != PL_OK)
		return PL_ENTRY_UNAUTHORISED;
	if (is_key_statement(row) && pl_keys_apply(p->keys, item->statement, item->index, diag) != PL_OK)
		return PL_ENTRY_REFUSED;
	return PL_ENTRY_APPLIED;
}

static void judge_chunk(struct pl_projector *p)
{
	for (size_t i = 0; i < p->count; i++) {
		struct pl_diag diag = {0};
		struct pl_projector_item *item = &p->items[i];

		pl_sha256(item->entry, &item->entry_digest);
		item->state = judge(p, item, &diag);
		if (item->state != PL_ENTRY_APPLIED)
			pl_projector_reason(item, diag.text);
	}
}

static void forget_chunk(struct pl_projector *p)
{
	for (size_t i = 0; i < p->count; i++)
		pl_statement_close(p->items[i].statement);
	p->count = 0;
}

/* ---- writing ---- */

/* Failures that come from what was written, not from the engine's state: trying again would fail for ever. */
static bool is_content(pl_status st)
{
	return st == PL_E_EXISTS || st == PL_E_RANGE || st == PL_E_SYNTAX || st == PL_E_NOTFOUND || st == PL_E_STATE ||
		st == PL_E_INTERNAL || st == PL_E_TOOBIG;
}

static pl_status write_one(struct pl_projector *p, struct pl_projector_item *item, struct pl_tree_edge *edge)
{
	struct pl_projector_batch b = {.items = item, .count = 1, .from = item->index, .to = item->index + 1,
		.view = &p->view, .outbox = p->parts.outbox};
	struct pl_digest leaf;
	pl_status st;

	pl_tree_leaf(item->entry, &leaf);
	st = pl_tree_edge_append(edge, &leaf, 1);
	if (st)
		return st;
	pl_tree_edge_root(edge, &b.root_to);
	st = pl_projector_write(p->parts.db, &b);
	if (is_content(st) && item->state == PL_ENTRY_APPLIED) {
		item->skip_handler = true;
		pl_projector_reason(item, "the tables do not take it");
		st = pl_projector_write(p->parts.db, &b);
	}
	return st;
}

/* One by one, so that a statement which the tables do not take is counted and the others go on. */
static pl_status write_singly(struct pl_projector *p)
{
	struct pl_tree_edge edge = p->edge;
	pl_status st = PL_OK;

	for (size_t i = 0; i < p->count && st == PL_OK; i++)
		st = write_one(p, &p->items[i], &edge);
	return st;
}

static pl_status write_chunk(struct pl_projector *p, const struct pl_tree_edge *after)
{
	struct pl_projector_batch b = {.items = p->items, .count = p->count, .from = p->edge.size, .to = after->size,
		.view = &p->view, .outbox = p->parts.outbox};
	pl_status st;

	pl_tree_edge_root(after, &b.root_to);
	st = pl_projector_write(p->parts.db, &b);
	return is_content(st) ? write_singly(p) : st;
}

/* ---- a step ---- */

static pl_status apply_chunk(struct pl_projector *p, uint64_t to, struct pl_diag *diag)
{
	struct pl_tree_edge after;
	pl_status st = read_chunk(p, to);

	if (st)
		return pl_diag_set(diag, st, "cannot read entries %llu to %llu", (unsigned long long)p->edge.size,
			(unsigned long long)to - 1);
	st = verify_chunk(p, &after, diag);
	/* Until the tables have followed; and a checkpoint that does not fit is looked at anew each time. */
	p->stale = !st || st == PL_E_CORRUPT;
	if (st)
		return st;
	judge_chunk(p);
	st = write_chunk(p, &after);
	if (st)
		return pl_diag_set(diag, st, "cannot write the public tables");
	p->edge = after;
	p->stale = false;
	return PL_OK;
}

pl_status pl_projector_step(struct pl_projector *p, size_t limit, size_t *ret_done, struct pl_diag *diag)
{
	uint64_t end, to;
	bool fresh = false;
	pl_status st = PL_OK, looked;

	*ret_done = 0;
	if (p->stale)
		st = load(p, diag);
	if (st)
		return st;
	looked = look(p, &fresh, diag);
	if (looked == PL_E_ROLLBACK || looked == PL_E_CORRUPT)
		return looked;
	end = p->view.size < p->parts.most ? p->view.size : p->parts.most;
	if (limit > PL_PROJECTOR_CHUNK)
		limit = PL_PROJECTOR_CHUNK;
	to = end - p->edge.size > limit ? p->edge.size + limit : end;
	if (to <= p->edge.size && !fresh)
		return looked == PL_E_NOTFOUND ? PL_OK : looked;
	/* A fresh checkpoint without new entries still brings its cosignatures: the chunk is then empty. */
	st = apply_chunk(p, to, diag);
	if (st == PL_OK)
		*ret_done = p->count;
	forget_chunk(p);
	return st;
}

uint64_t pl_projector_position(const struct pl_projector *p)
{
	return p->edge.size;
}

/* ---- life ---- */

pl_status pl_projector_open_parts(const struct pl_projector_parts *parts, struct pl_projector **ret,
	struct pl_diag *diag)
{
	struct pl_projector *p = PL_NEW(struct pl_projector);
	pl_status st;

	p->parts = *parts;
	p->log = (struct pl_buf)PL_BUF(8192);
	p->bytes = (struct pl_buf)PL_BUF(PL_PROJECTOR_CHUNK_BYTES);
	p->view.note = (struct pl_buf)PL_BUF(PL_CHECKPOINT_MAX);
	pl_buf_put_str(&p->log, parts->log);
	st = pl_buf_status(&p->log);
	p->parts.log = pl_buf_str(&p->log);
	if (st == PL_OK)
		st = pl_log_reader_open(p->parts.log, NULL, &p->reader, diag);
	if (st == PL_OK)
		st = load(p, diag);
	if (st) {
		pl_projector_close(p);
		return st;
	}
	*ret = p;
	return PL_OK;
}

void pl_projector_close(struct pl_projector *p)
{
	if (!p)
		return;
	forget_chunk(p);
	pl_log_reader_close(p->reader);
	pl_keys_free(p->keys);
	pl_buf_done(&p->log);
	pl_buf_done(&p->bytes);
	pl_buf_done(&p->view.note);
	pl_free(p);
}

pl_status pl_projector_open(struct pl_instance *inst, struct pl_projector **ret, struct pl_diag *diag)
{
	struct pl_projector_parts parts = {
		.db = pl_instance_db(inst), .policy = pl_instance_policy(inst), .vocabulary = pl_instance_vocabulary(inst),
		.log = pl_instance_conf(inst)->log_dir, .most = UINT64_MAX, .outbox = true, .verified = inst->verified,
	};

	return pl_projector_open_parts(&parts, ret, diag);
}
