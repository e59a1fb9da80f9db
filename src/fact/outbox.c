/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/outbox.h"
#include "fact/predicates.h"
#include "base/time.h"
#include "fact/sql.h"
#include "fact/statement_internal.h"
#include <assert.h>

#define COUNTER_PREFIX "outbox:"

static const char *const state_words[] = {
	[PL_OUTBOX_SIGNED] = "signed", [PL_OUTBOX_LOGGED] = "logged", [PL_OUTBOX_PROJECTED] = "projected",
	[PL_OUTBOX_REFUSED] = "refused",
};

const char *pl_outbox_state_word(enum pl_outbox_state s)
{
	return (unsigned)s < PL_COUNT(state_words) ? state_words[s] : "?";
}

/* ---- numbers ---- */

pl_status pl_counter_next(struct pl_db_tx *tx, pl_str name, uint64_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_counter_next, PL_DB_ARGS(PL_DB_STR(name)), &rows);
	uint64_t n;

	if (st == PL_E_NOTFOUND) {
		st = pl_db_exec(tx, &pl_sql_counter_start, PL_DB_ARGS(PL_DB_STR(name)), NULL);
		if (st == PL_OK)
			st = pl_db_one(tx, &pl_sql_counter_next, PL_DB_ARGS(PL_DB_STR(name)), &rows);
	}
	if (st)
		return st == PL_E_NOTFOUND ? PL_E_INTERNAL : st;
	n = pl_db_col_u64(rows, 0);
	st = pl_db_rows_status(rows);
	if (st == PL_OK)
		*ret = n;
	return st;
}

/* ---- putting ---- */

static pl_status number_of(struct pl_db_tx *tx, const struct pl_digest *entry, uint64_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_outbox_number_of, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(entry))), &rows);

	if (st)
		return st;
	*ret = pl_db_col_u64(rows, 0);
	return pl_db_rows_status(rows);
}

static pl_status insert(struct pl_db_tx *tx, pl_str stream, const struct pl_statement *s, pl_bytes entry,
	struct pl_outbox_ref *ref)
{
	char text[sizeof COUNTER_PREFIX + PL_OUTBOX_STREAM_MAX + 1];
	pl_str name = {text, sizeof COUNTER_PREFIX - 1 + stream.len};
	uint64_t changed = 0;
	pl_status st;

	memcpy(text, COUNTER_PREFIX, sizeof COUNTER_PREFIX - 1);
	memcpy(text + sizeof COUNTER_PREFIX - 1, stream.ptr, stream.len);
	st = pl_counter_next(tx, name, &ref->number);
	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_outbox_put,
			PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&ref->entry)), PL_DB_BLOB(pl_digest_bytes(&s->pae)),
				PL_DB_STR(stream), PL_DB_U64(ref->number), PL_DB_U64(pl_time_now()), PL_DB_BLOB(entry)),
			&changed);
	if (st || changed)
		return st;
	/* Somebody put the same bytes while we waited for the counter. We hold its row, so it can be put back. */
	st = pl_db_exec(tx, &pl_sql_counter_back, PL_DB_ARGS(PL_DB_STR(name)), NULL);
	return st ? st : number_of(tx, &ref->entry, &ref->number);
}

pl_status pl_outbox_put(struct pl_db_tx *tx, pl_str stream, pl_bytes entry, struct pl_outbox_ref *ret,
	struct pl_diag *diag)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_outbox_ref ref;
	pl_status st;

	if (stream.len > PL_OUTBOX_STREAM_MAX || !pl_predicate_token_ok(stream))
		return pl_diag_set(diag, PL_E_SYNTAX, "a stream's name is an identifier of a-z 0-9 . _ + -");
	st = pl_statement_open(entry, &s, diag);
	if (st)
		return st;
	if (s->envelope.n_sigs == 0)
		return pl_diag_set(diag, PL_E_SYNTAX, "nobody signed this statement");
	pl_sha256(entry, &ref.entry);
	st = number_of(tx, &ref.entry, &ref.number);
	if (st == PL_E_NOTFOUND)
		st = insert(tx, stream, s, entry, &ref);
	if (st == PL_OK && ret)
		*ret = ref;
	return st;
}

pl_status pl_outbox_recover(struct pl_db_tx *tx, pl_bytes entry, uint64_t index, bool projected)
{
	const pl_str name = PL_STR(COUNTER_PREFIX PL_OUTBOX_RECOVERED);
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	uint64_t number, changed = 0;
	struct pl_digest digest;
	pl_status st = pl_statement_open(entry, &s, NULL);

	if (st)
		return st;
	pl_sha256(entry, &digest);
	st = pl_counter_next(tx, name, &number);
	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_outbox_recover,
			PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&digest)), PL_DB_BLOB(pl_digest_bytes(&s->pae)),
				PL_DB_Z(PL_OUTBOX_RECOVERED), PL_DB_U64(number),
				PL_DB_U64(projected ? PL_OUTBOX_PROJECTED : PL_OUTBOX_LOGGED), PL_DB_U64(index),
				PL_DB_U64(pl_time_now()), PL_DB_BLOB(entry)),
			&changed);
	if (st || changed)
		return st;
	return pl_db_exec(tx, &pl_sql_counter_back, PL_DB_ARGS(PL_DB_STR(name)), NULL);
}

/* ---- taking ---- */

struct take {
	const struct pl_sql *sql;
	enum pl_outbox_state state;
	const struct pl_outbox_place *after; /* NULL: the statement has no such place */
	size_t limit;
	struct pl_arena *arena;
	struct pl_outbox_row *rows;
	size_t count;
};

static pl_status copy_blob(struct pl_arena *arena, pl_bytes b, pl_bytes *ret)
{
	pl_str copy;
	pl_status st = pl_arena_dup(arena, pl_bytes_str(b), &copy);

	if (st == PL_OK)
		*ret = pl_str_bytes(copy);
	return st;
}

static pl_status take_row(struct take *t, struct pl_db_rows *rows)
{
	struct pl_outbox_row *row = &t->rows[t->count];
	pl_status st;

	*row = (struct pl_outbox_row){.state = t->state};
	pl_db_col_fixed(rows, 0, row->entry_digest.b, sizeof row->entry_digest.b);
	pl_db_col_fixed(rows, 1, row->pae.b, sizeof row->pae.b);
	row->number = pl_db_col_u64(rows, 3);
	row->put_at = pl_db_col_u64(rows, 4);
	st = pl_arena_dup(t->arena, pl_db_col_str(rows, 2), &row->stream);
	if (st == PL_OK)
		st = copy_blob(t->arena, pl_db_col_blob(rows, 5), &row->entry);
	if (st == PL_OK && t->state == PL_OUTBOX_REFUSED)
		st = pl_arena_dup(t->arena, pl_db_col_str(rows, 6), &row->reason);
	if (st == PL_OK)
		st = pl_db_rows_status(rows);
	if (st == PL_OK)
		t->count++;
	return st;
}

static pl_status take(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct take *t = ctx;
	const struct pl_db_value args[] = {PL_DB_U64(t->limit), PL_DB_U64(t->after ? t->after->number : 0),
		PL_DB_STR(pl_str_from(t->after ? t->after->stream : ""))};
	pl_status st = pl_db_query(tx, t->sql, args, t->after ? 3 : 1, &rows);

	t->count = 0;
	while (st == PL_OK && t->count < t->limit) {
		st = pl_db_step(rows);
		if (st == PL_OK)
			st = take_row(t, rows);
	}
	/* A full arena ends the list early; the rest comes with the next call. */
	if (st == PL_E_TOOBIG && t->count > 0)
		return PL_OK;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status take_rows(struct pl_db *db, struct take *t, struct pl_outbox_row **ret_rows, size_t *ret_count)
{
	pl_status st;

	t->rows = pl_arena_alloc(t->arena, t->limit, sizeof *t->rows);
	if (!t->rows)
		return PL_E_TOOBIG;
	st = pl_db_read(db, take, t);
	if (st)
		return st;
	*ret_rows = t->rows;
	*ret_count = t->count;
	return PL_OK;
}

pl_status pl_outbox_take(struct pl_db *db, const struct pl_outbox_place *after, size_t limit, struct pl_arena *arena,
	struct pl_outbox_row **ret_rows, size_t *ret_count)
{
	struct take t = {.sql = &pl_sql_outbox_take, .state = PL_OUTBOX_SIGNED, .after = after, .limit = limit, .arena = arena};

	return take_rows(db, &t, ret_rows, ret_count);
}

void pl_outbox_place_of(const struct pl_outbox_row *row, struct pl_outbox_place *ret)
{
	*ret = (struct pl_outbox_place){.number = row->number};
	assert(row->stream.len <= PL_OUTBOX_STREAM_MAX);
	memcpy(ret->stream, row->stream.ptr, row->stream.len);
}

pl_status pl_outbox_refused(struct pl_db *db, size_t limit, struct pl_arena *arena, struct pl_outbox_row **ret_rows,
	size_t *ret_count)
{
	struct take t = {.sql = &pl_sql_outbox_all_refused, .state = PL_OUTBOX_REFUSED, .limit = limit, .arena = arena};

	return take_rows(db, &t, ret_rows, ret_count);
}

/* ---- one row ---- */

struct find {
	const struct pl_digest *entry;
	struct pl_arena *arena;
	struct pl_outbox_row row;
};

static pl_status find(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct find *f = ctx;
	struct pl_outbox_row *row = &f->row;
	pl_status st = pl_db_one(tx, &pl_sql_outbox_find, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(f->entry))), &rows);

	if (st)
		return st;
	*row = (struct pl_outbox_row){.entry_digest = *f->entry};
	pl_db_col_fixed(rows, 0, row->pae.b, sizeof row->pae.b);
	row->number = pl_db_col_u64(rows, 2);
	row->state = (enum pl_outbox_state)pl_db_col_u64(rows, 3);
	row->index = pl_db_col_is_null(rows, 4) ? 0 : pl_db_col_u64(rows, 4);
	row->put_at = pl_db_col_u64(rows, 6);
	st = pl_arena_dup(f->arena, pl_db_col_str(rows, 1), &row->stream);
	if (st == PL_OK)
		st = pl_arena_dup(f->arena, pl_db_col_str(rows, 5), &row->reason);
	if (st == PL_OK)
		st = copy_blob(f->arena, pl_db_col_blob(rows, 7), &row->entry);
	return st ? st : pl_db_rows_status(rows);
}

pl_status pl_outbox_find(struct pl_db *db, const struct pl_digest *entry, struct pl_arena *arena,
	struct pl_outbox_row *ret)
{
	struct find f = {.entry = entry, .arena = arena};
	pl_status st = pl_db_read(db, find, &f);

	if (st == PL_OK)
		*ret = f.row;
	return st;
}

struct known {
	const struct pl_digest *entry;
	bool known;
};

static pl_status known(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct known *k = ctx;
	pl_status st = pl_db_one(tx, &pl_sql_outbox_state_of, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(k->entry))), &rows);

	k->known = false;
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	k->known = pl_db_col_u64(rows, 0) != PL_OUTBOX_REFUSED;
	return pl_db_rows_status(rows);
}

pl_status pl_outbox_known(struct pl_db *db, const struct pl_digest *entry, bool *ret)
{
	struct known k = {.entry = entry};
	pl_status st = pl_db_read(db, known, &k);

	if (st == PL_OK)
		*ret = k.known;
	return st;
}

/* ---- moving on ---- */

struct refuse {
	const struct pl_digest *entry;
	pl_str reason;
};

static pl_status refuse(void *ctx, struct pl_db_tx *tx)
{
	const struct refuse *r = ctx;
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_outbox_refuse,
		PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(r->entry)), PL_DB_STR(r->reason)), &changed);

	return st == PL_OK && changed == 0 ? PL_E_STATE : st;
}

pl_status pl_outbox_refuse(struct pl_db *db, const struct pl_digest *entry, pl_str reason)
{
	struct refuse r = {entry, reason};

	return pl_db_tx(db, refuse, &r);
}

pl_status pl_outbox_logged(struct pl_db_tx *tx, const struct pl_digest *entry, uint64_t index)
{
	return pl_db_exec(tx, &pl_sql_outbox_logged,
		PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(entry)), PL_DB_U64(index)), NULL);
}

pl_status pl_outbox_projected(struct pl_db_tx *tx, uint64_t size)
{
	return pl_db_exec(tx, &pl_sql_outbox_projected, PL_DB_ARGS(PL_DB_U64(size)), NULL);
}

static pl_status count(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_outbox_counts *c = ctx;
	uint64_t all;
	pl_status st = pl_db_one(tx, &pl_sql_outbox_counts, PL_DB_NONE, &rows);

	if (st)
		return st;
	c->waiting = pl_db_col_u64(rows, 0);
	c->logged = pl_db_col_u64(rows, 1);
	c->refused = pl_db_col_u64(rows, 2);
	all = pl_db_col_u64(rows, 3);
	c->projected = all - c->waiting - c->logged - c->refused;
	return pl_db_rows_status(rows);
}

pl_status pl_outbox_count(struct pl_db *db, struct pl_outbox_counts *ret)
{
	struct pl_outbox_counts c = {0};
	pl_status st = pl_db_read(db, count, &c);

	if (st == PL_OK)
		*ret = c;
	return st;
}
