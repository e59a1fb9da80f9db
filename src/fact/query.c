/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/query.h"
#include "fact/instance_internal.h"
#include "fact/sql.h"
#include "log/checkpoint.h"

/* What every query hands through its read transaction. */
struct query {
	struct pl_instance *inst;
	struct pl_arena *arena;
	const struct pl_sql *sql;
	const struct pl_db_value *args;
	size_t n_args;
	size_t limit;
	void *items; /* room for `limit` */
	size_t count;
};

static pl_status copy(struct query *q, pl_str text, pl_str *ret)
{
	return pl_arena_dup(q->arena, text, ret);
}

/* Call @row for every row of q->sql, at most q->limit. */
static pl_status each(struct query *q, struct pl_db_tx *tx,
	pl_status (*row)(struct query *q, struct pl_db_rows *rows))
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, q->sql, q->args, q->n_args, &rows);

	q->count = 0;
	while (st == PL_OK && q->count < q->limit) {
		st = pl_db_step(rows);
		if (st == PL_OK)
			st = row(q, rows);
		if (st == PL_OK)
			st = pl_db_rows_status(rows);
		if (st == PL_OK)
			q->count++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status room_for(struct query *q, size_t limit, size_t size)
{
	q->limit = limit < PL_QUERY_PAGE_MAX ? limit : PL_QUERY_PAGE_MAX;
	q->items = pl_arena_alloc(q->arena, q->limit ? q->limit : 1, size);
	return q->items ? PL_OK : PL_E_TOOBIG;
}

/* ---- the view ---- */

struct view_query {
	struct query q;
	struct pl_query_view view;
};

static pl_status count_row(struct query *q, struct pl_db_rows *rows)
{
	struct pl_query_view *v = q->items;
	uint64_t state = pl_db_col_u64(rows, 0);

	if (state < PL_ENTRY_STATE_COUNT)
		v->by_state[state] = pl_db_col_u64(rows, 1);
	return PL_OK;
}

static pl_status record_size(struct view_query *vq, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_record_load, PL_DB_ARGS(PL_DB_STR(vq->q.inst->conf.origin)), &rows);

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	vq->view.record_size = pl_db_col_u64(rows, 0);
	return pl_db_rows_status(rows);
}

static pl_status view_tx(void *ctx, struct pl_db_tx *tx)
{
	struct view_query *vq = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_query_view *v = &vq->view;
	pl_status st = pl_db_one(tx, &pl_sql_projection_get, PL_DB_NONE, &rows);

	if (st)
		return st;
	*v = (struct pl_query_view){.size = pl_db_col_u64(rows, 0), .checkpoint_size = pl_db_col_u64(rows, 2)};
	pl_db_col_fixed(rows, 3, v->root.b, sizeof v->root.b);
	v->witnessed = pl_db_col_bool(rows, 5);
	v->time = pl_db_col_u64(rows, 6);
	st = copy(&vq->q, pl_db_col_str(rows, 4), &v->checkpoint);
	if (st == PL_OK)
		st = pl_db_rows_status(rows);
	if (st == PL_OK)
		st = record_size(vq, tx);
	if (st == PL_OK)
		st = pl_log_report_get(tx, vq->q.inst->conf.origin, pl_time_now(), &v->log);
	vq->q.items = v;
	return st ? st : each(&vq->q, tx, count_row);
}

pl_status pl_query_view(struct pl_instance *inst, struct pl_arena *arena, struct pl_query_view *ret)
{
	struct view_query vq = {.q = {.inst = inst, .arena = arena, .sql = &pl_sql_query_counts,
		.limit = PL_ENTRY_STATE_COUNT}};
	pl_status st = pl_db_read(inst->db, view_tx, &vq);

	if (st == PL_OK && vq.view.checkpoint.len == 0)
		st = PL_E_NOTFOUND;
	if (st == PL_OK)
		st = pl_outbox_count(inst->db, &vq.view.outbox);
	if (st == PL_OK)
		*ret = vq.view;
	return st;
}

/* ---- statements ---- */

static void optional_fixed(struct pl_db_rows *rows, unsigned col, void *out, size_t len)
{
	if (!pl_db_col_is_null(rows, col))
		pl_db_col_fixed(rows, col, out, len);
}

static pl_status statement_row(struct query *q, struct pl_db_rows *rows)
{
	struct pl_query_statement *s = (struct pl_query_statement *)q->items + q->count;
	const struct pl_predicate *row;
	pl_status st;

	*s = (struct pl_query_statement){
		.index = pl_db_col_u64(rows, 0), .state = (enum pl_entry_state)pl_db_col_u64(rows, 3),
		.has_id = !pl_db_col_is_null(rows, 6), .time = pl_db_col_u64(rows, 7),
		.approvals = (unsigned)pl_db_col_u64(rows, 9),
	};
	pl_db_col_fixed(rows, 1, s->entry.b, sizeof s->entry.b);
	optional_fixed(rows, 2, s->pae.b, sizeof s->pae.b);
	optional_fixed(rows, 6, s->id.b, sizeof s->id.b);
	optional_fixed(rows, 8, s->signer.b, sizeof s->signer.b);
	optional_fixed(rows, 11, s->subject_digest.b, sizeof s->subject_digest.b);
	st = copy(q, pl_db_col_str(rows, 4), &s->reason);
	if (st == PL_OK)
		st = copy(q, pl_db_col_str(rows, 5), &s->type);
	if (st == PL_OK)
		st = copy(q, pl_db_col_str(rows, 10), &s->subject);
	row = pl_vocabulary_find(&q->inst->vocabulary, s->type);
	s->title = row ? pl_str_from(row->title) : s->type;
	return st;
}

static pl_status statements_tx(void *ctx, struct pl_db_tx *tx)
{
	return each(ctx, tx, statement_row);
}

static pl_status statements(struct pl_instance *inst, struct pl_arena *arena, const struct pl_sql *sql,
	const struct pl_db_value *args, size_t n_args, size_t limit, struct pl_query_statement **ret, size_t *ret_count)
{
	struct query q = {.inst = inst, .arena = arena, .sql = sql, .args = args, .n_args = n_args};
	pl_status st = room_for(&q, limit, sizeof **ret);

	if (st == PL_OK)
		st = pl_db_read(inst->db, statements_tx, &q);
	if (st)
		return st;
	*ret = q.items;
	*ret_count = q.count;
	return PL_OK;
}

static pl_status one_statement(struct pl_instance *inst, struct pl_arena *arena, const struct pl_sql *sql,
	const struct pl_db_value *args, size_t n_args, struct pl_query_statement *ret)
{
	struct pl_query_statement *found;
	size_t n;
	pl_status st = statements(inst, arena, sql, args, n_args, 1, &found, &n);

	if (st == PL_OK && n == 0)
		st = PL_E_NOTFOUND;
	if (st == PL_OK)
		*ret = found[0];
	return st;
}

pl_status pl_query_statement_at(struct pl_instance *inst, uint64_t index, struct pl_arena *arena,
	struct pl_query_statement *ret)
{
	if (index > INT64_MAX)
		return PL_E_NOTFOUND;
	return one_statement(inst, arena, &pl_sql_query_statement_at, PL_DB_ARGS(PL_DB_U64(index)), ret);
}

pl_status pl_query_statement_by_id(struct pl_instance *inst, const struct pl_ulid *id, struct pl_arena *arena,
	struct pl_query_statement *ret)
{
	return one_statement(inst, arena, &pl_sql_query_statement_by_id, PL_DB_ARGS(PL_DB_MEM(id->b, sizeof id->b)), ret);
}

pl_status pl_query_statements_by_digest(struct pl_instance *inst, const struct pl_digest *digest, size_t limit,
	struct pl_arena *arena, struct pl_query_statement **ret, size_t *ret_count)
{
	if (limit > PL_QUERY_PAGE_MAX)
		limit = PL_QUERY_PAGE_MAX;
	return statements(inst, arena, &pl_sql_query_statements_by_digest,
		PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(digest)), PL_DB_U64(limit)), limit, ret, ret_count);
}

pl_status pl_query_statements(struct pl_instance *inst, pl_str type, uint64_t before, size_t limit,
	struct pl_arena *arena, struct pl_query_statement **ret, size_t *ret_count)
{
	const struct pl_db_value args[] = {
		PL_DB_U64(before < INT64_MAX ? before : INT64_MAX),
		PL_DB_U64(limit < PL_QUERY_PAGE_MAX ? limit : PL_QUERY_PAGE_MAX), PL_DB_STR(type),
	};

	if (type.len == 0)
		return statements(inst, arena, &pl_sql_query_statements, args, 2, limit, ret, ret_count);
	return statements(inst, arena, &pl_sql_query_statements_of_type, args, 3, limit, ret, ret_count);
}

/* ---- the entry and its proof ---- */

static pl_status read_proof(struct pl_log_reader *reader, const struct pl_query_view *view, uint64_t index,
	struct pl_arena *arena, struct pl_query_proof *ret)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_ENTRY_MAX);
	struct pl_query_proof p = {.index = index, .size = view->checkpoint_size, .checkpoint = view->checkpoint};
	struct pl_tree_path path;
	pl_str text;
	pl_status st = pl_log_reader_verified_entry(reader, index, view->checkpoint_size, &view->root, &entry, &path);

	if (st == PL_OK)
		st = pl_arena_dup(arena, pl_buf_str(&entry), &text);
	if (st)
		return st;
	p.entry = pl_str_bytes(text);
	p.n_path = path.n;
	memcpy(p.path, path.h, path.n * sizeof path.h[0]);
	*ret = p;
	return PL_OK;
}

pl_status pl_query_proof_at(struct pl_log_reader *reader, const struct pl_query_view *view, uint64_t index, struct pl_arena *arena,
	struct pl_query_proof *ret, struct pl_diag *diag)
{
	pl_status st;

	if (index >= view->checkpoint_size)
		return pl_diag_set(diag, PL_E_NOTFOUND, "the log had %llu entries when it was last witnessed",
			(unsigned long long)view->checkpoint_size);
	st = read_proof(reader, view, index, arena, ret);
	return st ? pl_diag_set(diag, st, "cannot read entry %llu with its proof", (unsigned long long)index) : PL_OK;
}

pl_status pl_query_entry(struct pl_instance *inst, uint64_t index, struct pl_arena *arena, struct pl_query_proof *ret,
	struct pl_diag *diag)
{
	struct pl_log_reader *reader PL_CLEANUP(pl_log_reader_closep) = NULL;
	struct pl_query_view view;
	pl_status st = pl_query_view(inst, arena, &view);

	if (st)
		return pl_diag_set(diag, st, "no checkpoint with quorum was seen yet");
	st = pl_log_reader_open(inst->conf.log_dir, NULL, &reader, diag);
	if (st)
		return pl_diag_set(diag, st, "cannot read entry %llu with its proof", (unsigned long long)index);
	return pl_query_proof_at(reader, &view, index, arena, ret, diag);
}

/* ---- keys ---- */

static pl_status key_row(struct query *q, struct pl_db_rows *rows)
{
	struct pl_query_key *k = (struct pl_query_key *)q->items + q->count;
	pl_status st;

	*k = (struct pl_query_key){.from = pl_db_col_u64(rows, 5), .ended = !pl_db_col_is_null(rows, 6)};
	pl_db_col_fixed(rows, 0, k->id.b, sizeof k->id.b);
	if (k->ended)
		k->until = pl_db_col_u64(rows, 6);
	st = copy(q, pl_db_col_str(rows, 1), &k->key);
	if (st == PL_OK)
		st = copy(q, pl_db_col_str(rows, 2), &k->role);
	if (st == PL_OK)
		st = copy(q, pl_db_col_str(rows, 3), &k->holder);
	if (st == PL_OK)
		st = copy(q, pl_db_col_str(rows, 4), &k->types);
	if (st == PL_OK && k->ended)
		st = copy(q, pl_db_col_str(rows, 7), &k->end_reason);
	return st;
}

static pl_status count_keys(struct pl_db_tx *tx, size_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_query_keys_count, PL_DB_NONE, &rows);

	if (st)
		return st;
	*ret = (size_t)pl_db_col_u64(rows, 0);
	return pl_db_rows_status(rows);
}

/* Room for the roots first, which the caller fills in. */
static pl_status keys_tx(void *ctx, struct pl_db_tx *tx)
{
	struct query *q = ctx;
	struct pl_query_key *all;
	size_t n = 0, n_roots = pl_policy_roots(q->inst->trust.policy, &(const struct pl_policy_key *){NULL});
	pl_status st = count_keys(tx, &n);

	if (st)
		return st;
	q->limit = n;
	all = pl_arena_alloc(q->arena, n_roots + n + 1, sizeof *all);
	if (!all)
		return PL_E_TOOBIG;
	q->items = all + n_roots;
	return each(q, tx, key_row);
}

static pl_status root_key(struct pl_arena *arena, const struct pl_policy_key *root, struct pl_query_key *ret)
{
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(256);

	pl_status st;

	/* The trust file may be replaced while a page is still written. */
	*ret = (struct pl_query_key){.role = PL_STR("root"),
		.types = PL_STR(PL_TYPE_INCEPTION " " PL_TYPE_KEY " " PL_TYPE_KEY_END)};
	pl_pubkey_id(&root->key, &ret->id);
	pl_pubkey_write(&line, &root->key);
	st = pl_arena_dup(arena, root->name, &ret->holder);
	return st ? st : pl_arena_dup(arena, pl_buf_str(&line), &ret->key);
}

pl_status pl_query_keys(struct pl_instance *inst, struct pl_arena *arena, struct pl_query_key **ret, size_t *ret_count)
{
	const struct pl_db_value limit = PL_DB_U64(PL_KEYS_MAX);
	struct query q = {.inst = inst, .arena = arena, .sql = &pl_sql_query_keys, .args = &limit, .n_args = 1};
	const struct pl_policy_key *roots;
	size_t n_roots = pl_policy_roots(inst->trust.policy, &roots);
	struct pl_query_key *all;
	pl_status st = pl_db_read(inst->db, keys_tx, &q);

	if (st)
		return st;
	all = (struct pl_query_key *)q.items - n_roots;
	for (size_t i = 0; i < n_roots && st == PL_OK; i++)
		st = root_key(arena, &roots[i], &all[i]);
	if (st)
		return st;
	*ret = all;
	*ret_count = n_roots + q.count;
	return PL_OK;
}

/* ---- witnesses ---- */

static pl_status witness_row(struct pl_arena *arena, const struct pl_policy_witness *w,
	const struct pl_policy_cosigned *seen, const struct pl_log_report *report, struct pl_query_witness *ret)
{
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	struct pl_log_witness last;
	pl_status st;

	*ret = (struct pl_query_witness){0};
	if (seen) {
		ret->counts = seen->counts;
		ret->time = seen->time;
	}
	if (pl_log_report_witness(report, w->name, &last)) {
		ret->known = true;
		ret->last_size = last.size;
		ret->last_time = last.time;
		ret->went_back = last.went_back;
		ret->back_size = last.back;
	}
	pl_vkey_write(&line, &w->key);
	st = pl_arena_dup(arena, w->name, &ret->name);
	if (!st)
		st = pl_arena_dup(arena, w->key.name, &ret->key_name);
	if (!st)
		st = pl_arena_dup(arena, w->url, &ret->url);
	return st ? st : pl_arena_dup(arena, pl_buf_str(&line), &ret->vkey);
}

/* Who cosigned @checkpoint; NULL: it cannot be judged. Every page asks, and verifying the same signatures again takes longer than the page. */
static const struct pl_policy_cosigned *judge(struct pl_instance *inst, pl_str checkpoint)
{
	struct pl_judged *j = &inst->judged;
	struct pl_policy_verdict verdict;
	struct pl_checkpoint cp;
	struct pl_digest of;

	if (!checkpoint.len)
		return NULL;
	pl_sha256(pl_str_bytes(checkpoint), &of);
	if (!j->known || !pl_digest_eq(&of, &j->of)) {
		*j = (struct pl_judged){.known = true, .of = of};
		j->good = pl_policy_check(inst->trust.policy, checkpoint, &cp, &verdict, NULL) == PL_OK;
		if (j->good)
			memcpy(j->witness, verdict.witness, sizeof j->witness);
	}
	return j->good ? j->witness : NULL;
}

pl_status pl_query_witnesses(struct pl_instance *inst, const struct pl_query_view *view, struct pl_arena *arena,
	struct pl_query_witness **ret, size_t *ret_count)
{
	const struct pl_policy_witness *witnesses;
	size_t n = pl_policy_witnesses(inst->trust.policy, &witnesses);
	struct pl_query_witness *out = pl_arena_alloc(arena, n ? n : 1, sizeof *out);
	const struct pl_policy_cosigned *seen = judge(inst, view->checkpoint);
	pl_status st = out ? PL_OK : PL_E_TOOBIG;

	for (size_t i = 0; i < n && st == PL_OK; i++)
		st = witness_row(arena, &witnesses[i], seen ? &seen[i] : NULL, &view->log, &out[i]);
	if (st)
		return st;
	*ret = out;
	*ret_count = n;
	return PL_OK;
}

/* ---- bodies ---- */

static const char *const body_words[] = {
	[PL_BODY_PRESENT] = "present", [PL_BODY_WITHHELD] = "withheld", [PL_BODY_MISSING] = "missing",
};

const char *pl_body_state_word(enum pl_body_state s)
{
	return (unsigned)s < PL_COUNT(body_words) ? body_words[s] : "?";
}

static pl_status body_row(struct query *q, struct pl_db_rows *rows)
{
	struct pl_query_body *b = (struct pl_query_body *)q->items + q->count;
	bool withheld = !pl_db_col_is_null(rows, 4);
	pl_status st;

	*b = (struct pl_query_body){.size = pl_db_col_u64(rows, 1), .index = pl_db_col_u64(rows, 3),
		.state = withheld ? PL_BODY_WITHHELD : PL_BODY_PRESENT};
	pl_db_col_fixed(rows, 0, b->digest.b, sizeof b->digest.b);
	st = copy(q, pl_db_col_str(rows, 2), &b->media_type);
	if (withheld)
		b->withheld_index = pl_db_col_u64(rows, 4);
	if (st == PL_OK && withheld)
		st = copy(q, pl_db_col_str(rows, 5), &b->withheld_reason);
	return st;
}

static pl_status bodies_tx(void *ctx, struct pl_db_tx *tx)
{
	return each(ctx, tx, body_row);
}

/* Outside the transaction: the blob store may be far away. */
static pl_status look_for_body(struct pl_instance *inst, struct pl_query_body *b)
{
	uint64_t size;
	pl_status st;

	if (b->state == PL_BODY_WITHHELD)
		return PL_OK;
	st = pl_blob_head(inst->blobs, &b->digest, &size);
	if (st == PL_E_NOTFOUND || (st == PL_OK && size != b->size)) {
		b->state = PL_BODY_MISSING;
		return PL_OK;
	}
	return st;
}

static pl_status bodies(struct query *q, size_t limit)
{
	struct pl_query_body *list;
	pl_status st = room_for(q, limit, sizeof *list);

	if (st == PL_OK)
		st = pl_db_read(q->inst->db, bodies_tx, q);
	list = q->items;
	for (size_t i = 0; st == PL_OK && i < q->count; i++)
		st = look_for_body(q->inst, &list[i]);
	return st;
}

pl_status pl_query_body(struct pl_instance *inst, const struct pl_digest *digest, struct pl_arena *arena,
	struct pl_query_body *ret)
{
	const struct pl_db_value arg = PL_DB_BLOB(pl_digest_bytes(digest));
	struct query q = {.inst = inst, .arena = arena, .sql = &pl_sql_query_body, .args = &arg, .n_args = 1};
	pl_status st = bodies(&q, 1);

	if (st == PL_OK && q.count == 0)
		st = PL_E_NOTFOUND;
	if (st == PL_OK)
		*ret = *(const struct pl_query_body *)q.items;
	return st;
}

pl_status pl_query_bodies_of(struct pl_instance *inst, uint64_t index, struct pl_arena *arena,
	struct pl_query_body **ret, size_t *ret_count)
{
	const struct pl_db_value args[] = {PL_DB_U64(index), PL_DB_U64(PL_QUERY_PAGE_MAX)};
	struct query q = {.inst = inst, .arena = arena, .sql = &pl_sql_query_bodies_of, .args = args, .n_args = 2};
	pl_status st = bodies(&q, PL_QUERY_PAGE_MAX);

	if (st)
		return st;
	*ret = q.items;
	*ret_count = q.count;
	return PL_OK;
}
