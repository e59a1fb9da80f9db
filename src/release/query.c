/* SPDX-License-Identifier: Apache-2.0 */
#include "release/query.h"
#include "release/sql.h"

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))

/* One question: a statement, where rows go, and how one row is read. */
struct question {
	const struct pl_sql *sql;
	const struct pl_db_value *args;
	size_t n_args;
	struct pl_arena *arena;
	size_t row_size, max;
	pl_status (*read)(struct question *q, struct pl_db_tx *tx, struct pl_db_rows *rows, void *row);
	uint8_t *rows;
	size_t n;
};

static pl_status answer(void *ctx, struct pl_db_tx *tx)
{
	struct question *q = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, q->sql, q->args, q->n_args, &rows);

	q->n = 0;
	while (st == PL_OK && (st = pl_db_step(rows)) == PL_OK) {
		if (q->n == q->max)
			return PL_OK;
		st = q->read(q, tx, rows, q->rows + q->n * q->row_size);
		if (st == PL_OK)
			st = pl_db_rows_status(rows);
		q->n++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status ask(struct pl_instance *inst, struct question *q)
{
	q->rows = pl_arena_alloc(q->arena, q->max, q->row_size);
	return q->rows ? pl_db_read(pl_instance_db(inst), answer, q) : PL_E_TOOBIG;
}

/* The same for exactly one row. */
static pl_status ask_one(struct pl_instance *inst, struct question *q, void *ret)
{
	pl_status st;

	q->max = 1;
	st = ask(inst, q);
	if (st == PL_OK && q->n == 0)
		return PL_E_NOTFOUND;
	if (st == PL_OK)
		memcpy(ret, q->rows, q->row_size);
	return st;
}

static void read_digest(struct pl_db_rows *rows, unsigned col, struct pl_digest *ret)
{
	pl_db_col_fixed(rows, col, ret->b, sizeof ret->b);
}

static pl_status read_product(struct question *q, struct pl_db_tx *tx, struct pl_db_rows *rows, void *row)
{
	struct pl_query_product *p = row;
	pl_status st = pl_arena_dup(q->arena, pl_db_col_str(rows, 0), &p->name);

	p->index = pl_db_col_u64(rows, 1);
	p->described = !pl_db_col_is_null(rows, 2);
	if (p->described)
		read_digest(rows, 2, &p->description);
	p->releases = pl_db_col_u64(rows, 3);
	p->has_head = !pl_db_col_is_null(rows, 4);
	if (p->has_head) {
		p->head_index = pl_db_col_u64(rows, 4);
		p->head_count = pl_db_col_u64(rows, 5);
		read_digest(rows, 6, &p->head_root);
	}
	if (st == PL_OK && !pl_db_col_is_null(rows, 7))
		st = pl_arena_dup(q->arena, pl_db_col_str(rows, 7), &p->latest);
	return st;
}

pl_status pl_query_products(struct pl_instance *inst, pl_str after, size_t limit, struct pl_arena *arena,
	struct pl_query_product **ret, size_t *ret_count)
{
	size_t max = limit < PL_RELEASE_PAGE_MAX ? limit : PL_RELEASE_PAGE_MAX;
	const struct pl_db_value args[] = {PL_DB_STR(after), PL_DB_U64(max)};
	struct question q = {.sql = &pl_sql_query_products, .args = args, .n_args = 2, .arena = arena,
		.row_size = sizeof **ret, .max = max, .read = read_product};
	pl_status st = ask(inst, &q);

	if (st != PL_OK)
		return st;
	*ret = (void *)q.rows;
	*ret_count = q.n;
	return PL_OK;
}

pl_status pl_query_product(struct pl_instance *inst, pl_str name, struct pl_arena *arena, struct pl_query_product *ret)
{
	const struct pl_db_value args[] = {PL_DB_STR(name)};
	struct question q = {.sql = &pl_sql_query_product, .args = args, .n_args = 1, .arena = arena,
		.row_size = sizeof *ret, .read = read_product};

	return ask_one(inst, &q, ret);
}

static pl_status count_verdicts(struct pl_db_tx *tx, struct pl_query_release *r)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_query_verdict_counts, PL_DB_ARGS(DIGEST(&r->build)), &rows);

	while (st == PL_OK && (st = pl_db_step(rows)) == PL_OK) {
		uint64_t verdict = pl_db_col_u64(rows, 0);

		if (verdict >= PL_VERDICT_COUNT)
			return PL_E_CORRUPT;
		r->verdicts[verdict] = pl_db_col_u64(rows, 1);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status read_release(struct question *q, struct pl_db_tx *tx, struct pl_db_rows *rows, void *row)
{
	struct pl_query_release *r = row;
	pl_status st = pl_arena_dup(q->arena, pl_db_col_str(rows, 0), &r->product);

	memset(r->verdicts, 0, sizeof r->verdicts);
	if (st == PL_OK)
		st = pl_arena_dup(q->arena, pl_db_col_str(rows, 1), &r->version);
	if (st == PL_OK)
		st = pl_arena_dup(q->arena, pl_db_col_str(rows, 9), &r->commit);
	r->number = pl_db_col_u64(rows, 2);
	r->index = pl_db_col_u64(rows, 3);
	r->time = pl_db_col_u64(rows, 4);
	read_digest(rows, 5, &r->pae);
	read_digest(rows, 6, &r->snapshot);
	read_digest(rows, 7, &r->recipe);
	read_digest(rows, 8, &r->build);
	r->commit_time = pl_db_col_u64(rows, 10);
	r->files = pl_db_col_u64(rows, 11);
	read_digest(rows, 12, &r->archive);
	read_digest(rows, 13, &r->manifest);
	read_digest(rows, 14, &r->recipe_body);
	r->snapshot_index = pl_db_col_u64(rows, 15);
	r->recipe_index = pl_db_col_u64(rows, 16);
	r->build_index = pl_db_col_u64(rows, 17);
	return st == PL_OK ? count_verdicts(tx, r) : st;
}

pl_status pl_query_releases(struct pl_instance *inst, pl_str product, uint64_t before, size_t limit,
	struct pl_arena *arena, struct pl_query_release **ret, size_t *ret_count)
{
	size_t max = limit < PL_RELEASE_PAGE_MAX ? limit : PL_RELEASE_PAGE_MAX;
	const struct pl_db_value args[] = {PL_DB_STR(product), PL_DB_U64(before > INT64_MAX ? INT64_MAX : before),
		PL_DB_U64(max)};
	struct question q = {.sql = &pl_sql_query_releases, .args = args, .n_args = 3, .arena = arena,
		.row_size = sizeof **ret, .max = max, .read = read_release};
	pl_status st = ask(inst, &q);

	if (st != PL_OK)
		return st;
	*ret = (void *)q.rows;
	*ret_count = q.n;
	return PL_OK;
}

pl_status pl_query_release(struct pl_instance *inst, pl_str product, pl_str version, struct pl_arena *arena,
	struct pl_query_release *ret)
{
	const struct pl_db_value args[] = {PL_DB_STR(product), PL_DB_STR(version)};
	struct question q = {.sql = &pl_sql_query_release, .args = args, .n_args = 2, .arena = arena,
		.row_size = sizeof *ret, .read = read_release};

	return ask_one(inst, &q, ret);
}

static pl_status read_artefact(struct question *q, struct pl_db_tx *tx, struct pl_db_rows *rows, void *row)
{
	struct pl_query_artefact *a = row;

	read_digest(rows, 1, &a->digest);
	a->size = pl_db_col_u64(rows, 2);
	return pl_arena_dup(q->arena, pl_db_col_str(rows, 0), &a->name);
}

pl_status pl_query_artefacts(struct pl_instance *inst, pl_str product, uint64_t number, struct pl_arena *arena,
	struct pl_query_artefact **ret, size_t *ret_count)
{
	const struct pl_db_value args[] = {PL_DB_STR(product), PL_DB_U64(number)};
	struct question q = {.sql = &pl_sql_query_artefacts, .args = args, .n_args = 2, .arena = arena,
		.row_size = sizeof **ret, .max = PL_STATEMENT_SUBJECTS_MAX, .read = read_artefact};
	pl_status st = ask(inst, &q);

	if (st != PL_OK)
		return st;
	*ret = (void *)q.rows;
	*ret_count = q.n;
	return PL_OK;
}

static pl_status read_signer(struct question *q, struct pl_db_rows *rows, struct pl_query_verdict *v)
{
	pl_status st = pl_arena_dup(q->arena, pl_db_col_str(rows, 2), &v->site);

	v->holder = v->role = (pl_str){0};
	if (st == PL_OK && !pl_db_col_is_null(rows, 8))
		st = pl_arena_dup(q->arena, pl_db_col_str(rows, 8), &v->holder);
	if (st == PL_OK && !pl_db_col_is_null(rows, 9))
		st = pl_arena_dup(q->arena, pl_db_col_str(rows, 9), &v->role);
	return st;
}

static pl_status read_verdict(struct question *q, struct pl_db_tx *tx, struct pl_db_rows *rows, void *row)
{
	struct pl_query_verdict *v = row;
	uint64_t verdict = pl_db_col_u64(rows, 3);

	if (verdict >= PL_VERDICT_COUNT)
		return PL_E_CORRUPT;
	v->index = pl_db_col_u64(rows, 0);
	v->time = pl_db_col_u64(rows, 1);
	v->verdict = (enum pl_verdict)verdict;
	read_digest(rows, 4, &v->pae);
	v->has_report = !pl_db_col_is_null(rows, 5);
	if (v->has_report)
		read_digest(rows, 5, &v->report);
	v->reason = PL_REASON_NONE;
	if (!pl_db_col_is_null(rows, 6) && pl_reason_parse(pl_db_col_str(rows, 6), &v->reason) != PL_OK)
		return PL_E_CORRUPT;
	v->has_log = !pl_db_col_is_null(rows, 7);
	if (v->has_log)
		read_digest(rows, 7, &v->log);
	v->replaced_by = pl_db_col_u64(rows, 10);
	v->counts = v->replaced_by == v->index;
	return read_signer(q, rows, v);
}

pl_status pl_query_verdicts(struct pl_instance *inst, const struct pl_digest *build, struct pl_arena *arena,
	struct pl_query_verdict **ret, size_t *ret_count)
{
	const struct pl_db_value args[] = {DIGEST(build)};
	struct question q = {.sql = &pl_sql_query_verdicts, .args = args, .n_args = 1, .arena = arena,
		.row_size = sizeof **ret, .max = 1000, .read = read_verdict};
	pl_status st = ask(inst, &q);

	if (st != PL_OK)
		return st;
	*ret = (void *)q.rows;
	*ret_count = q.n;
	return PL_OK;
}

struct named {
	pl_str product, version;
};

static pl_status read_named(struct question *q, struct pl_db_tx *tx, struct pl_db_rows *rows, void *row)
{
	struct named *n = row;
	pl_status st = pl_arena_dup(q->arena, pl_db_col_str(rows, 0), &n->product);

	return st == PL_OK ? pl_arena_dup(q->arena, pl_db_col_str(rows, 1), &n->version) : st;
}

pl_status pl_query_release_of(struct pl_instance *inst, const struct pl_digest *artefact, struct pl_arena *arena,
	struct pl_query_release *ret)
{
	const struct pl_db_value args[] = {DIGEST(artefact)};
	struct question q = {.sql = &pl_sql_query_release_of, .args = args, .n_args = 1, .arena = arena,
		.row_size = sizeof(struct named), .read = read_named};
	struct named n;
	pl_status st = ask_one(inst, &q, &n);

	return st == PL_OK ? pl_query_release(inst, n.product, n.version, arena, ret) : st;
}
