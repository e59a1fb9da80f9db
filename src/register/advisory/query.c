/* SPDX-License-Identifier: Apache-2.0 */
#include "register/advisory/query.h"
#include "base/time.h"
#include "register/advisory/sql.h"

#define ANY_TLP PL_TLP_COUNT

/* ---- rows ---- */

static pl_status take(struct pl_db_rows *rows, struct pl_arena *arena, struct pl_published *ret)
{
	struct pl_published p = {.index = pl_db_col_u64(rows, 0), .time = pl_db_col_u64(rows, 2) * PL_SECOND,
		.category = (enum pl_advisory_category)pl_db_col_u64(rows, 6),
		.state = (enum pl_advisory_state)pl_db_col_u64(rows, 7),
		.tlp = (enum pl_advisory_tlp)pl_db_col_u64(rows, 8), .first = pl_db_col_u64(rows, 9) * PL_SECOND,
		.current = pl_db_col_u64(rows, 10) * PL_SECOND, .newest = pl_db_col_bool(rows, 15)};
	pl_status st = pl_arena_dup(arena, pl_db_col_str(rows, 3), &p.id);

	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 4), &p.file);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 5), &p.version);
	pl_db_col_fixed(rows, 1, p.pae.b, sizeof p.pae.b);
	pl_db_col_fixed(rows, 11, p.digest.b, sizeof p.digest.b);
	p.document = (struct pl_body){p.digest, pl_db_col_u64(rows, 12), PL_STR(PL_ADVISORY_MEDIA)};
	p.signature = (struct pl_body){.size = pl_db_col_u64(rows, 14), .media_type = PL_STR(PL_ADVISORY_SIGNATURE_MEDIA)};
	pl_db_col_fixed(rows, 13, p.signature.digest.b, sizeof p.signature.digest.b);
	if (!st)
		st = pl_db_rows_status(rows);
	if (!st && (p.category >= PL_ADVISORY_CATEGORIES || p.state >= PL_ADVISORY_STATES || p.tlp >= PL_TLP_COUNT))
		st = PL_E_CORRUPT;
	if (!st)
		*ret = p;
	return st;
}

pl_status pl_query_advisory_tx(struct pl_db_tx *tx, pl_str file, struct pl_arena *arena, struct pl_published *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_advisory_get, PL_DB_ARGS(PL_DB_STR(file)), &rows);

	return st ? st : take(rows, arena, ret);
}

struct one {
	pl_str file;
	struct pl_arena *arena;
	struct pl_published *ret;
};

static pl_status read_one(void *ctx, struct pl_db_tx *tx)
{
	struct one *o = ctx;

	return pl_query_advisory_tx(tx, o->file, o->arena, o->ret);
}

pl_status pl_query_advisory(struct pl_instance *inst, pl_str file, struct pl_arena *arena, struct pl_published *ret)
{
	struct pl_published found;
	struct one o = {file, arena, &found};
	pl_status st = pl_db_read(pl_instance_db(inst), read_one, &o);

	if (!st)
		*ret = found;
	return st;
}

/* ---- lists ---- */

struct listing {
	pl_str file;   /* of its versions; empty: newest versions of all */
	bool white;
	uint64_t before_date, before; /* seconds; an entry */
	size_t limit, n;
	struct pl_arena *arena;
	struct pl_published *list;
};

static pl_status read_list(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st;

	if (l->file.len)
		st = pl_db_query(tx, &pl_sql_advisory_versions,
			PL_DB_ARGS(PL_DB_STR(l->file), PL_DB_U64(l->before), PL_DB_U64(l->limit)), &rows);
	else
		st = pl_db_query(tx, &pl_sql_advisory_list,
			PL_DB_ARGS(PL_DB_U64(l->white ? PL_TLP_WHITE : ANY_TLP), PL_DB_U64(l->before_date), PL_DB_U64(l->before),
				PL_DB_U64(l->limit)),
			&rows);
	l->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		st = take(rows, l->arena, &l->list[l->n]);
		l->n += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status list(struct pl_instance *inst, struct listing *l, size_t limit, struct pl_published **ret,
	size_t *ret_n)
{
	pl_status st;

	l->limit = limit < PL_ADVISORY_PAGE_MAX ? limit : PL_ADVISORY_PAGE_MAX;
	l->list = pl_arena_alloc(l->arena, l->limit ? l->limit : 1, sizeof *l->list);
	if (!l->list)
		return PL_E_TOOBIG;
	st = pl_db_read(pl_instance_db(inst), read_list, l);
	if (st)
		return st;
	*ret = l->list;
	*ret_n = l->n;
	return PL_OK;
}

pl_status pl_query_advisory_versions(struct pl_instance *inst, pl_str file, uint64_t before, size_t limit,
	struct pl_arena *arena, struct pl_published **ret, size_t *ret_n)
{
	struct listing l = {.file = file, .before = before < INT64_MAX ? before : INT64_MAX, .arena = arena};

	return list(inst, &l, limit, ret, ret_n);
}

pl_status pl_query_advisories(struct pl_instance *inst, bool white, const struct pl_published *after, size_t limit,
	struct pl_arena *arena, struct pl_published **ret, size_t *ret_n)
{
	struct listing l = {.white = white, .before_date = after ? after->current / PL_SECOND : INT64_MAX,
		.before = after ? after->index : INT64_MAX, .arena = arena};

	return list(inst, &l, limit, ret, ret_n);
}

/* Room for @more behind the @n of *@list, which grows by doubling. */
static pl_status grow(struct pl_arena *arena, struct pl_published **list, size_t n, size_t more, size_t *cap)
{
	struct pl_published *bigger;

	if (n + more > PL_ADVISORIES_MAX)
		return PL_E_TOOBIG;
	if (n + more <= *cap)
		return PL_OK;
	bigger = pl_arena_alloc(arena, 2 * *cap, sizeof *bigger);
	if (!bigger)
		return PL_E_TOOBIG;
	memcpy(bigger, *list, n * sizeof *bigger);
	*list = bigger;
	*cap *= 2;
	return PL_OK;
}

pl_status pl_query_advisories_all(struct pl_instance *inst, struct pl_arena *arena, struct pl_published **ret,
	size_t *ret_n)
{
	size_t n = 0, got = 0, cap = PL_ADVISORY_PAGE_MAX;
	struct pl_published *all = pl_arena_alloc(arena, cap, sizeof *all), *page = NULL;
	pl_status st = all ? PL_OK : PL_E_TOOBIG;

	while (!st) {
		st = pl_query_advisories(inst, true, n ? &all[n - 1] : NULL, PL_ADVISORY_PAGE_MAX, arena, &page, &got);
		if (!st)
			st = grow(arena, &all, n, got, &cap);
		if (st || !got)
			break;
		memcpy(all + n, page, got * sizeof *page);
		n += got;
		if (got < PL_ADVISORY_PAGE_MAX)
			break;
	}
	if (st)
		return st;
	*ret = all;
	*ret_n = n;
	return PL_OK;
}

/* ---- the provider ---- */

struct provider {
	struct pl_arena *arena;
	struct pl_query_provider found;
};

static pl_status read_provider(void *ctx, struct pl_db_tx *tx)
{
	struct provider *p = ctx;
	struct pl_query_provider *f = &p->found;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_db_rows *last PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_advisory_provider_get, PL_DB_NONE, &rows);

	if (st)
		return st;
	f->index = pl_db_col_u64(rows, 0);
	f->time = pl_db_col_u64(rows, 2) * PL_SECOND;
	pl_db_col_fixed(rows, 3, f->settings.b, sizeof f->settings.b);
	pl_db_col_fixed(rows, 4, f->certificate.b, sizeof f->certificate.b);
	st = pl_arena_dup(p->arena, pl_db_col_str(rows, 5), &f->fingerprint);
	pl_db_col_fixed(rows, 6, f->security_txt.b, sizeof f->security_txt.b);
	f->expires = pl_db_col_u64(rows, 7) * PL_SECOND;
	if (!st)
		st = pl_db_rows_status(rows);
	if (!st)
		st = pl_db_one(tx, &pl_sql_advisory_last, PL_DB_NONE, &last);
	if (st)
		return st;
	f->changed = pl_db_col_u64(last, 0) * PL_SECOND;
	return pl_db_rows_status(last);
}

pl_status pl_query_provider(struct pl_instance *inst, struct pl_arena *arena, struct pl_query_provider *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROVIDER_SETTINGS_MAX);
	struct provider p = {.arena = arena};
	pl_status st = pl_db_read(pl_instance_db(inst), read_provider, &p);

	if (!st)
		st = pl_blob_get_bytes(pl_instance_blobs(inst), &p.found.settings, &text);
	if (!st)
		st = pl_provider_parse(pl_buf_str(&text), arena, &p.found.provider, NULL);
	if (!st)
		*ret = p.found;
	return st;
}
