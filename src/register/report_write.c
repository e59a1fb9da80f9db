/* SPDX-License-Identifier: Apache-2.0 */
/* Writing an openings file: one pass over the leaves between two heads, in constant memory. */
#include "base/file.h"
#include "register/internal.h"
#include "register/report.h"
#include "register/sql.h"

#define CHUNK ((size_t)1 << 20)
#define DAY PL_REGISTER_DAY

struct writer {
	struct pl_instance *inst;
	const struct pl_register *r;
	uint64_t from, to, now;
	int fd;
	struct pl_register_end first, last;
	struct pl_digest edge[63];
	size_t n_edge;
	struct pl_buf out;
	/* what was lost between the heads */
	size_t n_gaps, at_gap;
	struct gap {
		uint64_t kept;
		struct pl_register_end head;
		size_t n_edge;
		struct pl_digest edge[63];
	} gaps[PL_OPENINGS_GAPS_MAX];
	/* declarations that leaves between the heads were entered under, before the present one */
	size_t n_earlier;
	const struct pl_register_earlier *earlier[PL_OPENINGS_EARLIER_MAX];
	/* heartbeats between the heads */
	size_t n_days, at_day, cap_days;
	struct pl_register_day *days;
	/* the row of stored leaf hashes that is being read */
	uint64_t tile;
	size_t n_tile;
	struct pl_digest hashes[PL_REGISTER_TILE];
	struct pl_commit_value values[PL_COMMIT_FIELDS_MAX];
	struct pl_commit_tree tree;
	struct pl_diag *diag;
};

static pl_status flush(struct writer *w, size_t keep)
{
	pl_status st = pl_buf_status(&w->out);

	if (st || w->out.len <= keep)
		return st;
	st = pl_file_write(w->fd, w->out.ptr, w->out.len);
	pl_buf_clear(&w->out);
	return st;
}

/* ---- which heads ---- */

static pl_status take_edge(pl_bytes stored, struct pl_digest edge[static 63], size_t *ret_n)
{
	if (stored.len % PL_DIGEST_LEN || stored.len > 63 * PL_DIGEST_LEN)
		return PL_E_CORRUPT;
	*ret_n = stored.len / PL_DIGEST_LEN;
	if (stored.len)
		memcpy(edge, stored.ptr, stored.len);
	return PL_OK;
}

static pl_status find_first(struct writer *w, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_end_before, PL_DB_ARGS(PL_DB_STR(w->r->decl->name), PL_DB_U64(w->from)),
		&rows);

	pl_register_end_empty(&w->first);
	w->n_edge = 0;
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	w->first.size = pl_db_col_u64(rows, 0);
	w->first.highest = pl_db_col_u64(rows, 1);
	w->first.days = pl_db_col_u64(rows, 2);
	w->first.time = pl_db_col_u64(rows, 3);
	pl_db_col_fixed(rows, 4, w->first.root.b, sizeof w->first.root.b);
	pl_db_col_fixed(rows, 5, w->first.chain.b, sizeof w->first.chain.b);
	if (take_edge(pl_db_col_blob(rows, 6), w->edge, &w->n_edge))
		return PL_E_CORRUPT;
	return pl_db_rows_status(rows);
}

static pl_status take_day(struct writer *w, struct pl_db_rows *rows)
{
	struct pl_register_day *d;

	if (w->n_days == w->cap_days) {
		size_t cap = w->cap_days ? 2 * w->cap_days : 256;
		struct pl_register_day *more = pl_try_realloc(w->days, cap, sizeof *more);

		if (!more)
			return PL_E_NOMEM;
		w->days = more;
		w->cap_days = cap;
	}
	d = &w->days[w->n_days++];
	*d = (struct pl_register_day){.day = pl_db_col_u64(rows, 0), .time = pl_db_col_u64(rows, 1),
		.size = pl_db_col_u64(rows, 2), .unconfirmed = pl_db_col_u64(rows, 3), .refused = pl_db_col_u64(rows, 4)};
	pl_db_col_fixed(rows, 5, d->root.b, sizeof d->root.b);
	return pl_db_rows_status(rows);
}

static pl_status find_days(struct writer *w, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_register_end_days,
		PL_DB_ARGS(PL_DB_STR(w->r->decl->name), PL_DB_U64(w->first.days), PL_DB_U64(w->last.days)), &rows);

	w->n_days = w->at_day = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = take_day(w, rows);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status take_gap(struct writer *w, struct pl_db_rows *rows)
{
	struct gap *g = &w->gaps[w->n_gaps];

	if (w->n_gaps == PL_OPENINGS_GAPS_MAX)
		return pl_diag_set(w->diag, PL_E_TOOBIG, "the register was restored more than %u times in this period", PL_OPENINGS_GAPS_MAX);
	g->kept = pl_db_col_u64(rows, 0);
	g->head = (struct pl_register_end){.size = pl_db_col_u64(rows, 1), .highest = pl_db_col_u64(rows, 2),
		.days = pl_db_col_u64(rows, 3), .time = pl_db_col_u64(rows, 4)};
	pl_db_col_fixed(rows, 5, g->head.root.b, sizeof g->head.root.b);
	pl_db_col_fixed(rows, 6, g->head.chain.b, sizeof g->head.chain.b);
	if (take_edge(pl_db_col_blob(rows, 7), g->edge, &g->n_edge))
		return PL_E_CORRUPT;
	w->n_gaps++;
	return pl_db_rows_status(rows);
}

static pl_status find_gaps(struct writer *w, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_register_gap_list,
		PL_DB_ARGS(PL_DB_STR(w->r->decl->name), PL_DB_U64(w->first.size), PL_DB_U64(w->last.size)), &rows);

	w->n_gaps = w->at_gap = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = take_gap(w, rows);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status find_heads(struct writer *w, struct pl_db_tx *tx)
{
	struct pl_register_state s = {0};
	pl_status st = pl_register_state(tx, w->r, &s);

	if (st)
		return st;
	pl_free(s.edge);
	w->last = s.head;
	if (w->last.time <= w->from)
		return pl_diag_set(w->diag, PL_E_STATE, "there is no head of %.*s since the period began",
			PL_STR_ARG(w->r->decl->name));
	st = find_first(w, tx);
	if (!st)
		st = find_gaps(w, tx);
	return st ? st : find_days(w, tx);
}

/* ---- rows ---- */

/* The hash as the tree was built from it; not what the row says today. */
static pl_status stored_leaf(struct writer *w, struct pl_db_tx *tx, uint64_t position, struct pl_digest *ret)
{
	uint64_t tile = position / PL_REGISTER_TILE;

	if (tile != w->tile) {
		pl_status st = pl_register_tile(tx, w->r, 0, tile, w->hashes, &w->n_tile);

		if (st)
			return st;
		w->tile = tile;
	}
	if (position % PL_REGISTER_TILE >= w->n_tile)
		return PL_E_CORRUPT;
	*ret = w->hashes[position % PL_REGISTER_TILE];
	return PL_OK;
}

/* May this case be opened yet? */
static bool may_open(const struct writer *w, uint64_t entered)
{
	return w->r->decl->totals_only || w->now >= entered + w->r->decl->open_days * DAY;
}

static pl_status put_open(struct writer *w, struct pl_db_rows *rows, const struct pl_row *row)
{
	uint8_t seed[PL_COMMIT_SEED_LEN];
	const struct pl_register_decl *d = row->under ? w->earlier[row->under - 1]->decl : w->r->decl;
	pl_status st = pl_register_unpack(d, pl_db_col_blob(rows, 9), w->values);

	if (st)
		return pl_diag_set(w->diag, st, "case %llu: its stored values cannot be read", (unsigned long long)row->number);
	if (pl_register_private_leaves(d, pl_db_col_blob(rows, 10), &w->tree))
		return PL_E_CORRUPT;
	pl_db_col_fixed(rows, 11, seed, sizeof seed);
	st = pl_db_rows_status(rows);
	if (!st)
		st = pl_row_open_put(&w->out, row, d, seed, w->values, &w->tree);
	return st ? pl_diag_set(w->diag, st, "case %llu: a stored value is not canonical", (unsigned long long)row->number) : PL_OK;
}

/* Everything that comes before the leaf at @position. */
static void put_between(struct writer *w, uint64_t position)
{
	for (; w->at_gap < w->n_gaps && w->gaps[w->at_gap].head.size <= position; w->at_gap++) {
		const struct gap *g = &w->gaps[w->at_gap];

		while (w->at_day < w->n_days && w->days[w->at_day].size <= g->kept)
			pl_openings_day_put(&w->out, &w->days[w->at_day++]);
		pl_openings_gap_put(&w->out, &g->head, g->edge, g->n_edge);
	}
	while (w->at_day < w->n_days && w->days[w->at_day].size <= position)
		pl_openings_day_put(&w->out, &w->days[w->at_day++]);
}

static unsigned under_of(const struct writer *w, uint64_t position)
{
	for (size_t i = 0; i < w->n_earlier; i++)
		if (position < w->earlier[i]->until)
			return (unsigned)i + 1;
	return 0;
}

/* Those of which leaves are in the file; one that stands until behind its end stands until there. */
static pl_status find_earlier(struct writer *w, struct pl_openings_head *head)
{
	uint64_t begins = 0;

	for (size_t i = 0; i < w->r->n_earlier; i++) {
		const struct pl_register_earlier *e = &w->r->earlier[i];

		if (e->until > w->first.size && begins < w->last.size) {
			if (w->n_earlier == PL_OPENINGS_EARLIER_MAX)
				return pl_diag_set(w->diag, PL_E_TOOBIG, "the register was declared anew more than %u times in this period",
					PL_OPENINGS_EARLIER_MAX);
			w->earlier[w->n_earlier] = e;
			head->earlier[w->n_earlier++] = (struct pl_openings_earlier){e->until < w->last.size ? e->until : w->last.size,
				pl_buf_str(&e->decl->text)};
		}
		begins = e->until;
	}
	head->n_earlier = w->n_earlier;
	return PL_OK;
}

static pl_status put_row(struct writer *w, struct pl_db_tx *tx, struct pl_db_rows *rows)
{
	uint64_t position = pl_db_col_u64(rows, 0);
	struct pl_row row = {.number = pl_db_col_u64(rows, 1), .revision = (uint32_t)pl_db_col_u64(rows, 2),
		.kind = (enum pl_row_kind)pl_db_col_u64(rows, 3), .classes = (unsigned)pl_db_col_u64(rows, 4)};
	pl_status st = stored_leaf(w, tx, position, &row.leaf);

	if (st)
		return st;
	put_between(w, position);
	row.under = under_of(w, position);
	pl_db_col_fixed(rows, 6, row.previous.b, sizeof row.previous.b);
	pl_db_col_fixed(rows, 7, row.sealed.b, sizeof row.sealed.b);
	row.has_previous = row.revision && (pl_db_col_is_null(rows, 12) || pl_db_col_u64(rows, 12) < w->first.size);
	if (row.kind == PL_ROW_OPEN && !may_open(w, pl_db_col_u64(rows, 8)))
		row.kind = PL_ROW_SEALED;
	if (row.kind == PL_ROW_OPEN)
		st = put_open(w, rows, &row);
	else
		pl_row_put(&w->out, &row);
	return st ? st : pl_db_rows_status(rows);
}

static pl_status put_rows(struct writer *w, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_register_leaf_rows,
		PL_DB_ARGS(PL_DB_STR(w->r->decl->name), PL_DB_U64(w->first.size), PL_DB_U64(w->last.size)), &rows);

	w->tile = UINT64_MAX;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		st = put_row(w, tx, rows);
		if (!st)
			st = flush(w, CHUNK);
	}
	if (st != PL_E_NOTFOUND)
		return st;
	put_between(w, UINT64_MAX);
	pl_buf_put_z(&w->out, "end\n");
	return flush(w, 0);
}

static pl_status write_all(void *ctx, struct pl_db_tx *tx)
{
	struct writer *w = ctx;
	struct pl_openings_head head = {.origin = pl_instance_conf(w->inst)->origin, .from = w->from, .to = w->to,
		.declaration = pl_buf_str(&w->r->decl->text)};
	pl_status st = find_heads(w, tx);

	if (st)
		return st;
	head.first = w->first;
	head.last = w->last;
	st = find_earlier(w, &head);
	if (st)
		return st;
	pl_buf_clear(&w->out);
	pl_openings_head_put(&w->out, &head);
	for (size_t i = 0; i < w->n_edge; i++) {
		pl_buf_put_z(&w->out, "edge ");
		pl_hex_put(&w->out, pl_digest_bytes(&w->edge[i]));
		pl_buf_put_c(&w->out, '\n');
	}
	return put_rows(w, tx);
}

pl_status pl_register_report_write(struct pl_instance *inst, const struct pl_register *r, uint64_t from, uint64_t to, uint64_t now,
	int fd, struct pl_diag *diag)
{
	struct writer *w = PL_NEW(struct writer);
	struct pl_db_tx *tx PL_CLEANUP(pl_db_tx_rollbackp) = NULL;
	pl_status st = pl_db_tx_begin(pl_instance_db(inst), PL_DB_READ, &tx);

	*w = (struct writer){.inst = inst, .r = r, .from = from, .to = to, .now = now, .fd = fd, .diag = diag};
	pl_buf_init(&w->out, 4 * CHUNK);
	/* Not pl_db_read: what was written to @fd would be written twice if it began again. */
	if (!st)
		st = write_all(w, tx);
	pl_buf_done(&w->out);
	pl_free(w->days);
	pl_free(w);
	return st;
}
