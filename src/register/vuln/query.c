/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/query.h"
#include "fact/query.h"
#include "register/vuln/sql.h"

struct listing {
	const struct pl_sql *sql;
	pl_str name;
	uint64_t before;
	size_t limit, n;
	struct pl_arena *arena;
	struct pl_vuln_stated *list;
};

static pl_status take(struct listing *l, struct pl_db_rows *rows)
{
	struct pl_vuln_stated *s = &l->list[l->n++];
	pl_status st;

	*s = (struct pl_vuln_stated){.version = pl_db_col_u64(rows, 1), .index = pl_db_col_u64(rows, 2),
		.stated = pl_db_col_u64(rows, 4), .from = pl_db_col_u64(rows, 5), .size = pl_db_col_u64(rows, 7)};
	st = pl_arena_dup(l->arena, pl_db_col_str(rows, 0), &s->name);
	pl_db_col_fixed(rows, 3, s->pae.b, sizeof s->pae.b);
	pl_db_col_fixed(rows, 6, s->body.b, sizeof s->body.b);
	return st ? st : pl_db_rows_status(rows);
}

static pl_status read_list(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, l->sql, PL_DB_ARGS(PL_DB_STR(l->name), PL_DB_U64(l->before), PL_DB_U64(l->limit)), &rows);

	l->n = 0;
	while (!st && l->n < l->limit && (st = pl_db_step(rows)) == PL_OK)
		st = take(l, rows);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status list(struct pl_instance *inst, struct listing *l, struct pl_vuln_stated **ret, size_t *ret_n)
{
	pl_status st;

	l->limit = l->limit < PL_VULN_PAGE_MAX ? l->limit : PL_VULN_PAGE_MAX;
	l->list = pl_arena_alloc(l->arena, l->limit + 1, sizeof *l->list);
	st = l->list ? pl_db_read(pl_instance_db(inst), read_list, l) : PL_E_TOOBIG;
	if (st)
		return st;
	*ret = l->list;
	*ret_n = l->n;
	return PL_OK;
}

pl_status pl_query_reward_matrices(struct pl_instance *inst, pl_str program, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_vuln_stated **ret, size_t *ret_n)
{
	struct listing l = {.sql = &pl_sql_reward_matrix_list, .name = program, .before = before, .limit = limit, .arena = arena};

	return list(inst, &l, ret, ret_n);
}

pl_status pl_query_disclosure_policies(struct pl_instance *inst, pl_str language, uint64_t before, size_t limit,
	struct pl_arena *arena, struct pl_vuln_stated **ret, size_t *ret_n)
{
	struct listing l = {.sql = &pl_sql_disclosure_policy_list, .name = language, .before = before, .limit = limit, .arena = arena};

	return list(inst, &l, ret, ret_n);
}

struct naming {
	pl_str after;
	struct pl_arena *arena;
	pl_str *list;
	size_t n;
};

static pl_status read_names(void *ctx, struct pl_db_tx *tx)
{
	struct naming *m = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_reward_matrix_programs, PL_DB_ARGS(PL_DB_STR(m->after), PL_DB_U64(PL_VULN_PAGE_MAX)),
		&rows);

	m->n = 0;
	while (!st && m->n < PL_VULN_PAGE_MAX && (st = pl_db_step(rows)) == PL_OK)
		st = pl_arena_dup(m->arena, pl_db_col_str(rows, 0), &m->list[m->n++]);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_query_reward_programs(struct pl_instance *inst, pl_str after, struct pl_arena *arena, pl_str **ret, size_t *ret_n)
{
	struct naming m = {.after = after, .arena = arena, .list = pl_arena_alloc(arena, PL_VULN_PAGE_MAX, sizeof(pl_str))};
	pl_status st = m.list ? pl_db_read(pl_instance_db(inst), read_names, &m) : PL_E_TOOBIG;

	if (st)
		return st;
	*ret = m.list;
	*ret_n = m.n;
	return PL_OK;
}

/* ---- with the body ---- */

/* The newest version whose first day is not after @when. */
static pl_status find(struct pl_instance *inst, struct listing *l, uint64_t when, struct pl_vuln_stated *ret)
{
	struct pl_vuln_stated *page;
	size_t n = 0;
	pl_status st;

	l->before = INT64_MAX;
	do {
		l->limit = PL_VULN_PAGE_MAX;
		st = list(inst, l, &page, &n);
		for (size_t i = 0; i < n && !st; i++) {
			if (page[i].from <= when) {
				*ret = page[i];
				return PL_OK;
			}
			l->before = page[i].version;
		}
	} while (!st && n == PL_VULN_PAGE_MAX);
	return st ? st : PL_E_NOTFOUND;
}

static pl_status read_body(struct pl_instance *inst, const struct pl_vuln_stated *s, struct pl_arena *arena, struct pl_buf *text)
{
	struct pl_query_body body;
	pl_status st = pl_query_body(inst, &s->body, arena, &body);

	if (st)
		return st;
	return body.state == PL_BODY_PRESENT && !pl_blob_get_bytes(pl_instance_blobs(inst), &s->body, text) ? PL_OK : PL_E_NOTFOUND;
}

pl_status pl_query_reward_matrix(struct pl_instance *inst, pl_str program, uint64_t when, struct pl_arena *arena,
	struct pl_vuln_stated *ret, struct pl_reward_matrix *ret_matrix)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_REWARD_MATRIX_MAX);
	struct listing l = {.sql = &pl_sql_reward_matrix_list, .name = program, .arena = arena};
	pl_status st = find(inst, &l, when, ret);

	if (!st)
		st = read_body(inst, ret, arena, &text);
	if (st)
		return st;
	/* The body is anybody's who signed it: what is no matrix, or another program's, says nothing. */
	return pl_reward_matrix_parse(pl_buf_str(&text), arena, ret_matrix, NULL) || !pl_str_eq(ret_matrix->program, program) ?
		PL_E_NOTFOUND :
		PL_OK;
}

pl_status pl_query_disclosure_policy(struct pl_instance *inst, pl_str language, uint64_t when, struct pl_arena *arena,
	struct pl_vuln_stated *ret, struct pl_disclosure_policy *ret_policy)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_DISCLOSURE_TEXT_MAX);
	struct listing l = {.sql = &pl_sql_disclosure_policy_list, .name = language, .arena = arena};
	pl_status st = find(inst, &l, when, ret);

	if (!st)
		st = read_body(inst, ret, arena, &text);
	if (st)
		return st;
	return pl_disclosure_policy_parse(pl_buf_str(&text), arena, ret_policy, NULL) || !pl_str_eq(ret_policy->language, language) ?
		PL_E_NOTFOUND :
		PL_OK;
}
