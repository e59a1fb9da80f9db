/* SPDX-License-Identifier: Apache-2.0 */
#include "register/claim_query.h"
#include "register/claim_rules.h"
#include "register/sql.h"

/* ---- rows ---- */

static pl_status take_evidence(pl_bytes packed, struct pl_digest *ret, size_t *ret_n)
{
	if (packed.len % PL_DIGEST_LEN || packed.len > PL_CLAIM_EVIDENCE_MAX * PL_DIGEST_LEN)
		return PL_E_CORRUPT;
	if (packed.len)
		memcpy(ret, packed.ptr, packed.len);
	*ret_n = packed.len / PL_DIGEST_LEN;
	return PL_OK;
}

static pl_status take_texts(struct pl_db_rows *rows, struct pl_arena *arena, struct pl_claim *c)
{
	const struct {
		unsigned column;
		pl_str *to;
	} texts[] = {{0, &c->id}, {4, &c->subject}, {5, &c->property}, {8, &c->unit}, {9, &c->word}, {16, &c->product}, {17, &c->version},
		{20, &c->words.media_type}, {24, &c->by}};
	pl_status st = PL_OK;

	for (size_t i = 0; i < PL_COUNT(texts) && !st; i++)
		st = pl_arena_dup(arena, pl_db_col_str(rows, texts[i].column), texts[i].to);
	return st;
}

static pl_status take_claim(struct pl_db_rows *rows, struct pl_arena *arena, struct pl_claim *ret)
{
	struct pl_claim c = {.index = pl_db_col_u64(rows, 1), .kind = (enum pl_claim_kind)pl_db_col_u64(rows, 3),
		.bound = (enum pl_claim_bound)pl_db_col_u64(rows, 6), .has_value = !pl_db_col_is_null(rows, 7),
		.standing = (enum pl_claim_standing)pl_db_col_u64(rows, 10), .from = pl_db_col_u64(rows, 11),
		.to = pl_db_col_u64(rows, 12), .as_of = pl_db_col_u64(rows, 13), .due = pl_db_col_u64(rows, 14),
		.review = pl_db_col_u64(rows, 15), .has_source = !pl_db_col_is_null(rows, 21),
		.status = (enum pl_claim_status)pl_db_col_u64(rows, 23), .status_index = pl_db_col_u64(rows, 25),
		.status_date = pl_db_col_u64(rows, 26)};
	pl_status st = take_texts(rows, arena, &c);

	if (c.has_value)
		c.value = pl_db_col_u64(rows, 7);
	if (c.has_source)
		pl_db_col_fixed(rows, 21, c.source.b, sizeof c.source.b);
	pl_db_col_fixed(rows, 2, c.pae.b, sizeof c.pae.b);
	pl_db_col_fixed(rows, 18, c.words.digest.b, sizeof c.words.digest.b);
	c.words.size = pl_db_col_u64(rows, 19);
	if (!st)
		st = take_evidence(pl_db_col_blob(rows, 22), c.evidence, &c.n_evidence);
	if (!st)
		st = pl_db_rows_status(rows);
	if (!st && (c.kind >= PL_CLAIM_KINDS || c.bound >= PL_CLAIM_BOUNDS || c.standing >= PL_CLAIM_STANDINGS ||
		c.status >= PL_CLAIM_STATUSES))
		st = PL_E_CORRUPT;
	if (!st)
		*ret = c;
	return st;
}

pl_status pl_query_claim_tx(struct pl_db_tx *tx, pl_str id, struct pl_arena *arena, struct pl_claim *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_claim_get, PL_DB_ARGS(PL_DB_STR(id)), &rows);

	return st ? st : take_claim(rows, arena, ret);
}

struct one {
	pl_str id;
	struct pl_arena *arena;
	struct pl_claim claim;
};

static pl_status read_one(void *ctx, struct pl_db_tx *tx)
{
	struct one *o = ctx;

	return pl_query_claim_tx(tx, o->id, o->arena, &o->claim);
}

pl_status pl_query_claim(struct pl_instance *inst, pl_str id, struct pl_arena *arena, struct pl_claim *ret)
{
	struct one o = {.id = id, .arena = arena};
	pl_status st = pl_db_read(pl_instance_db(inst), read_one, &o);

	if (!st)
		*ret = o.claim;
	return st;
}

/* ---- lists ---- */

struct listing {
	struct pl_claim_filter filter;
	struct pl_claim after; /* zeroed: from the start */
	bool history;
	size_t limit, n;
	struct pl_arena *arena;
	struct pl_claim *claims;
};

static pl_status query(const struct listing *l, struct pl_db_tx *tx, struct pl_db_rows **rows)
{
	const struct pl_claim *a = &l->after;

	if (l->history)
		return pl_db_query(tx, &pl_sql_claim_history,
			PL_DB_ARGS(PL_DB_STR(l->filter.subject), PL_DB_STR(l->filter.property),
				a->id.len ? PL_DB_U64(a->as_of + a->from) : PL_DB_I64(-1), PL_DB_U64(a->index), PL_DB_U64(l->limit)),
			rows);
	return pl_db_query(tx, &pl_sql_claim_list,
		PL_DB_ARGS(PL_DB_STR(a->subject), PL_DB_STR(a->property), PL_DB_STR(a->id), PL_DB_STR(l->filter.subject),
			PL_DB_STR(l->filter.property), PL_DB_U64(l->filter.status), PL_DB_U64(l->limit)),
		rows);
}

static pl_status read_list(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = query(l, tx, &rows);

	l->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		st = take_claim(rows, l->arena, &l->claims[l->n]);
		l->n += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status list(struct pl_instance *inst, struct listing *l, const struct pl_claim *after, size_t limit,
	struct pl_claim **ret, size_t *ret_n)
{
	pl_status st;

	l->limit = limit < PL_CLAIM_PAGE_MAX ? limit : PL_CLAIM_PAGE_MAX;
	if (after)
		l->after = *after;
	l->claims = pl_arena_alloc(l->arena, l->limit ? l->limit : 1, sizeof *l->claims);
	if (!l->claims)
		return PL_E_TOOBIG;
	st = pl_db_read(pl_instance_db(inst), read_list, l);
	if (st)
		return st;
	*ret = l->claims;
	*ret_n = l->n;
	return PL_OK;
}

pl_status pl_query_claims(struct pl_instance *inst, const struct pl_claim_filter *filter, const struct pl_claim *after, size_t limit,
	struct pl_arena *arena, struct pl_claim **ret, size_t *ret_n)
{
	struct listing l = {.filter = *filter, .arena = arena};

	return list(inst, &l, after, limit, ret, ret_n);
}

pl_status pl_query_claim_history(struct pl_instance *inst, pl_str subject, pl_str property, const struct pl_claim *after, size_t limit,
	struct pl_arena *arena, struct pl_claim **ret, size_t *ret_n)
{
	struct listing l = {.filter = {subject, property, PL_CLAIM_STATUSES}, .history = true, .arena = arena};

	return list(inst, &l, after, limit, ret, ret_n);
}

pl_status pl_query_claims_all(struct pl_instance *inst, struct pl_arena *arena, struct pl_claim **ret, size_t *ret_n)
{
	const struct pl_claim_filter any = {.status = PL_CLAIM_STATUSES};
	struct pl_claim *all = NULL, *page = NULL;
	size_t n = 0, got = 0;
	pl_status st;

	do {
		st = pl_query_claims(inst, &any, n ? &all[n - 1] : NULL, PL_CLAIM_PAGE_MAX, arena, &page, &got);
		if (!st && n + got > PL_CLAIMS_MAX)
			st = PL_E_TOOBIG;
		/* Room for twice as many whenever a power of two is reached. */
		if (!st && got && (n == 0 || (n >= PL_CLAIM_PAGE_MAX && (n & (n - 1)) == 0))) {
			struct pl_claim *more = pl_arena_alloc(arena, 2 * n + PL_CLAIM_PAGE_MAX, sizeof *more);

			if (!more)
				return PL_E_TOOBIG;
			if (n)
				memcpy(more, all, n * sizeof *more);
			all = more;
		}
		if (!st && got)
			memcpy(all + n, page, got * sizeof *page);
		n += st ? 0 : got;
	} while (!st && got == PL_CLAIM_PAGE_MAX);
	if (st)
		return st;
	*ret = all;
	*ret_n = n;
	return PL_OK;
}

/* ---- what became of one ---- */

struct changes {
	pl_str id;
	uint64_t before;
	size_t limit, n;
	struct pl_arena *arena;
	struct pl_claim_change *rows;
};

static pl_status read_changes(void *ctx, struct pl_db_tx *tx)
{
	struct changes *c = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_claim_status_list,
		PL_DB_ARGS(PL_DB_STR(c->id), PL_DB_U64(c->before), PL_DB_U64(c->limit)), &rows);

	c->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_claim_change *r = &c->rows[c->n];

		*r = (struct pl_claim_change){.index = pl_db_col_u64(rows, 0), .status = (enum pl_claim_status)pl_db_col_u64(rows, 2),
			.date = pl_db_col_u64(rows, 4)};
		pl_db_col_fixed(rows, 1, r->pae.b, sizeof r->pae.b);
		st = pl_arena_dup(c->arena, pl_db_col_str(rows, 3), &r->by);
		if (!st)
			st = take_evidence(pl_db_col_blob(rows, 5), r->evidence, &r->n_evidence);
		if (!st)
			st = r->status < PL_CLAIM_STATUSES ? pl_db_rows_status(rows) : PL_E_CORRUPT;
		c->n += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_query_claim_changes(struct pl_instance *inst, pl_str id, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_claim_change **ret, size_t *ret_n)
{
	struct changes c = {.id = id, .before = before < INT64_MAX ? before : INT64_MAX,
		.limit = limit < PL_CLAIM_PAGE_MAX ? limit : PL_CLAIM_PAGE_MAX, .arena = arena};
	pl_status st;

	c.rows = pl_arena_alloc(arena, c.limit ? c.limit : 1, sizeof *c.rows);
	if (!c.rows)
		return PL_E_TOOBIG;
	st = pl_db_read(pl_instance_db(inst), read_changes, &c);
	if (st)
		return st;
	*ret = c.rows;
	*ret_n = c.n;
	return PL_OK;
}
