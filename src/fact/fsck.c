/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/fsck: the canonical dump of the public tables, deriving them anew, and looking for bodies.
 *
 * A row of the dump is one line of JSON, an array of the columns in the order of the table's dump statement: numbers as they
 * are, text quoted, bytes as quoted lower-case hex, NULL as null. Both engines sort text and bytes by bytes, so the same
 * facts give the same lines.
 */
#include "base/file.h"
#include "fact/instance_internal.h"
#include "fact/projector_internal.h"
#include "fact/sql.h"
#include <fcntl.h>
#include <stdio.h>

#define LINE_MAX_BYTES ((size_t)1 << 20)

/* ---- one line ---- */

static void put_column(struct pl_buf *out, struct pl_db_rows *rows, unsigned col, char type)
{
	if (pl_db_col_is_null(rows, col)) {
		pl_buf_put_z(out, "null");
	} else if (type == 'u') {
		pl_buf_put_u64(out, pl_db_col_u64(rows, col));
	} else if (type == 't') {
		pl_json_put_string(out, pl_db_col_str(rows, col));
	} else {
		pl_buf_put_c(out, '"');
		pl_hex_put(out, pl_db_col_blob(rows, col));
		pl_buf_put_c(out, '"');
	}
}

static pl_status put_row(struct pl_buf *out, struct pl_db_rows *rows, const char *columns)
{
	pl_status st;

	pl_buf_clear(out);
	for (unsigned i = 0; columns[i]; i++) {
		pl_buf_put_c(out, i ? ',' : '[');
		put_column(out, rows, i, columns[i]);
	}
	pl_buf_put_c(out, ']');
	st = pl_db_rows_status(rows);
	return st ? st : pl_buf_status(out);
}

/* ---- the dump ---- */

struct dump {
	const struct pl_vocabulary *vocabulary;
	pl_status (*line)(void *ctx, pl_str line);
	void *ctx;
};

static pl_status dump_table(const struct dump *d, struct pl_db_tx *tx, const struct pl_public_table *table)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(LINE_MAX_BYTES);
	pl_status st = d->line(d->ctx, pl_str_from(table->name));

	if (st == PL_OK)
		st = pl_db_query(tx, table->dump, PL_DB_NONE, &rows);
	while (st == PL_OK) {
		st = pl_db_step(rows);
		if (st == PL_OK)
			st = put_row(&line, rows, table->columns);
		if (st == PL_OK)
			st = d->line(d->ctx, pl_buf_str(&line));
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status dump_tx(void *ctx, struct pl_db_tx *tx)
{
	const struct dump *d = ctx;
	pl_status st = PL_OK;

	for (size_t i = 0; i < d->vocabulary->n_rooms; i++)
		for (size_t k = 0; k < d->vocabulary->rooms[i]->n_tables && st == PL_OK; k++)
			st = dump_table(d, tx, &d->vocabulary->rooms[i]->tables[k]);
	return st;
}

/* By hand, not with pl_db_read: what was handed on cannot be taken back for another try. */
static pl_status dump_db(struct pl_db *db, const struct dump *d)
{
	struct pl_db_tx *tx = NULL;
	pl_status st = pl_db_tx_begin(db, PL_DB_READ, &tx);

	if (st)
		return st;
	st = dump_tx((void *)(uintptr_t)d, tx);
	pl_db_tx_rollback(tx);
	return st;
}

pl_status pl_fact_dump(struct pl_instance *inst, pl_status (*line)(void *ctx, pl_str line), void *ctx)
{
	struct dump d = {&inst->vocabulary, line, ctx};

	return dump_db(inst->db, &d);
}

/* ---- comparing two databases, table by table, line by line ---- */

struct side {
	struct pl_db_tx *tx;
	struct pl_db_rows *rows;
	struct pl_buf line;
	struct pl_sha256 *hash;
	bool more;
};

static pl_status side_next(struct side *s, const char *columns)
{
	pl_status st = pl_db_step(s->rows);

	s->more = st == PL_OK;
	if (st == PL_E_NOTFOUND)
		return PL_OK;
	if (st == PL_OK)
		st = put_row(&s->line, s->rows, columns);
	if (st)
		return st;
	pl_sha256_update(s->hash, pl_buf_bytes(&s->line));
	pl_sha256_update(s->hash, pl_str_bytes(PL_STR("\n")));
	return PL_OK;
}

/* The part of both lines around the first byte that differs. */
static void note_difference(struct pl_fact_report *r, const char *table, const struct side *a, const struct side *b)
{
	pl_str stored = a->more ? pl_buf_str(&a->line) : PL_STR("(none)");
	pl_str derived = b->more ? pl_buf_str(&b->line) : PL_STR("(none)");
	size_t same = 0, from;

	if (r->first_difference[0])
		return;
	while (same < stored.len && same < derived.len && stored.ptr[same] == derived.ptr[same])
		same++;
	from = same > 40 ? same - 40 : 0;
	stored = pl_str_sub(stored, from, 150);
	derived = pl_str_sub(derived, from, 150);
	(void)snprintf(r->first_difference, sizeof r->first_difference, "%s, row %llu, byte %zu: stored %.*s, derived %.*s",
		table, (unsigned long long)r->rows, from, PL_STR_ARG(stored), PL_STR_ARG(derived));
}

static pl_status compare_rows(struct side *a, struct side *b, const struct pl_public_table *t, struct pl_fact_report *r)
{
	bool different = false;
	pl_status st;

	for (;;) {
		st = side_next(a, t->columns);
		if (st == PL_OK)
			st = side_next(b, t->columns);
		if (st || (!a->more && !b->more))
			break;
		r->rows += b->more;
		if (a->more != b->more || !pl_str_eq(pl_buf_str(&a->line), pl_buf_str(&b->line))) {
			note_difference(r, t->name, a, b);
			different = true;
		}
		/* Nothing is gained by stepping past the end of the shorter one. */
		if (a->more != b->more)
			break;
	}
	r->tables++;
	r->tables_different += different;
	return st;
}

static pl_status compare_table(struct side *a, struct side *b, const struct pl_public_table *t, struct pl_fact_report *r)
{
	pl_str name = pl_str_from(t->name);
	pl_status st = pl_db_query(a->tx, t->dump, PL_DB_NONE, &a->rows);

	if (st == PL_OK)
		st = pl_db_query(b->tx, t->dump, PL_DB_NONE, &b->rows);
	pl_sha256_update(a->hash, pl_str_bytes(name));
	pl_sha256_update(b->hash, pl_str_bytes(name));
	if (st == PL_OK)
		st = compare_rows(a, b, t, r);
	pl_db_rows_done(&a->rows);
	pl_db_rows_done(&b->rows);
	return st;
}

static pl_status compare(const struct pl_vocabulary *v, struct side *a, struct side *b, struct pl_fact_report *r)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < v->n_rooms; i++)
		for (size_t k = 0; k < v->rooms[i]->n_tables && st == PL_OK; k++)
			st = compare_table(a, b, &v->rooms[i]->tables[k], r);
	pl_sha256_final(a->hash, &r->dump);
	pl_sha256_final(b->hash, &r->dump_derived);
	return st;
}

static void side_done(struct side *s)
{
	pl_db_rows_done(&s->rows);
	pl_db_tx_rollback(s->tx);
	pl_buf_done(&s->line);
	pl_sha256_free(s->hash);
}

/* ---- deriving anew ---- */

static pl_status read_counts(struct pl_db_tx *tx, struct pl_fact_report *r)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_dump_statement_count, PL_DB_NONE, &rows);

	while (st == PL_OK && (st = pl_db_step(rows)) == PL_OK) {
		uint64_t state = pl_db_col_u64(rows, 0), n = pl_db_col_u64(rows, 1);

		if (state < PL_ENTRY_STATE_COUNT)
			r->by_state[state] = n;
		r->entries += n;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status stored_position(struct pl_db_tx *tx, uint64_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_projection_get, PL_DB_NONE, &rows);

	if (st)
		return st;
	*ret = pl_db_col_u64(rows, 0);
	return pl_db_rows_status(rows);
}

/* Project the first @size entries into the empty database @scratch. */
static pl_status derive(struct pl_instance *inst, struct pl_db *scratch, uint64_t size, struct pl_diag *diag)
{
	struct pl_projector_parts parts = {.db = scratch, .policy = inst->trust.policy, .vocabulary = &inst->vocabulary,
		.log = inst->conf.log_dir, .most = size};
	struct pl_projector *p = NULL;
	size_t done = 1;
	pl_status st = pl_migrate(scratch, inst->migrations, inst->n_migrations, diag, NULL);

	if (st == PL_OK)
		st = pl_projector_open_parts(&parts, &p, diag);
	while (st == PL_OK && done && pl_projector_position(p) < size)
		st = pl_projector_step(p, SIZE_MAX, &done, diag);
	if (st == PL_OK && pl_projector_position(p) < size)
		st = pl_diag_set(diag, PL_E_ROLLBACK, "the log has fewer published entries (%llu) than the tables show (%llu)",
			(unsigned long long)pl_projector_position(p), (unsigned long long)size);
	pl_projector_close(p);
	return st;
}

static pl_status compare_with(struct pl_instance *inst, struct pl_db *scratch, struct side *stored,
	struct pl_fact_report *r, struct pl_diag *diag)
{
	struct side derived = {.line = PL_BUF(LINE_MAX_BYTES), .hash = pl_sha256_new()};
	pl_status st = pl_db_tx_begin(scratch, PL_DB_READ, &derived.tx);

	if (st == PL_OK)
		st = read_counts(derived.tx, r);
	if (st == PL_OK)
		st = compare(&inst->vocabulary, stored, &derived, r);
	side_done(&derived);
	return st ? pl_diag_set(diag, st, "cannot compare the tables") : PL_OK;
}

/* The transaction on the stored tables is open from the first look to the last comparison, so that a projector at work
 * meanwhile does not show as a difference. */
static pl_status rebuild_in(struct pl_instance *inst, pl_str url, struct pl_fact_report *r, struct pl_diag *diag)
{
	struct pl_db_options opt = {.create = true};
	struct side stored = {.line = PL_BUF(LINE_MAX_BYTES), .hash = pl_sha256_new()};
	struct pl_db *scratch PL_CLEANUP(pl_db_closep) = NULL;
	uint64_t size = 0;
	pl_status st = pl_db_open(url, &opt, diag, &scratch);

	if (st == PL_OK)
		st = pl_db_tx_begin(inst->db, PL_DB_READ, &stored.tx);
	if (st == PL_OK)
		st = stored_position(stored.tx, &size);
	if (st)
		st = pl_diag_set(diag, st, "cannot read the projector's position");
	else
		st = derive(inst, scratch, size, diag);
	if (st == PL_OK)
		st = compare_with(inst, scratch, &stored, r, diag);
	side_done(&stored);
	return st;
}

pl_status pl_fact_rebuild(struct pl_instance *inst, const char *scratch_dir, struct pl_fact_report *ret,
	struct pl_diag *diag)
{
	static const char *const endings[] = {"", "-wal", "-shm", ".writer"};
	struct pl_fact_report r = {0};
	struct pl_buf url PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_ulid unique = pl_ulid_new();
	pl_status st;

	pl_buf_put_z(&url, "sqlite:");
	pl_buf_put_z(&url, scratch_dir);
	pl_buf_put_z(&url, "/rebuild-");
	pl_ulid_put(&url, &unique);
	st = pl_buf_z(&url) ? rebuild_in(inst, pl_buf_str(&url), &r, diag) : PL_E_TOOBIG;
	for (size_t i = 0; i < PL_COUNT(endings); i++) {
		struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
		pl_status gone;

		pl_buf_put_str(&path, pl_str_sub(pl_buf_str(&url), strlen("sqlite:"), SIZE_MAX));
		pl_buf_put_z(&path, endings[i]);
		gone = pl_buf_z(&path) ? pl_file_unlink(AT_FDCWD, pl_buf_z(&path)) : PL_OK;
		(void)gone; /* a scratch file that cannot be removed spoils nothing */
	}
	if (st == PL_OK)
		*ret = r;
	return st;
}

/* ---- bodies ---- */

struct body_item {
	struct pl_digest digest;
	uint64_t size;
	bool withheld;
};

static pl_status judge_body(struct pl_instance *inst, const struct body_item *b, bool read_all, struct pl_fact_report *r)
{
	uint64_t size = 0;
	pl_status st;

	if (b->withheld) {
		r->bodies_withheld++;
		return PL_OK;
	}
	st = pl_blob_head(inst->blobs, &b->digest, &size);
	if (st == PL_OK && size != b->size)
		st = PL_E_CORRUPT;
	if (st == PL_OK && read_all)
		st = pl_blob_check(inst->blobs, &b->digest);
	r->bodies_present += st == PL_OK;
	r->bodies_missing += st == PL_E_NOTFOUND;
	r->bodies_corrupt += st == PL_E_CORRUPT;
	return st == PL_E_NOTFOUND || st == PL_E_CORRUPT ? PL_OK : st;
}

pl_status pl_fact_bodies(struct pl_instance *inst, bool read_all, struct pl_fact_report *ret, struct pl_diag *diag)
{
	struct pl_db_rows *rows = NULL;
	struct pl_db_tx *tx = NULL;
	struct pl_fact_report r = *ret;
	pl_status st = pl_db_tx_begin(inst->db, PL_DB_READ, &tx);

	if (st)
		return pl_diag_set(diag, st, "cannot read the bodies' names");
	r.bodies_present = r.bodies_withheld = r.bodies_missing = r.bodies_corrupt = 0;
	st = pl_db_query(tx, &pl_sql_body_all, PL_DB_NONE, &rows);
	while (st == PL_OK && (st = pl_db_step(rows)) == PL_OK) {
		struct body_item b = {.size = pl_db_col_u64(rows, 1), .withheld = !pl_db_col_is_null(rows, 2)};

		pl_db_col_fixed(rows, 0, b.digest.b, sizeof b.digest.b);
		st = judge_body(inst, &b, read_all, &r);
	}
	pl_db_rows_done(&rows);
	pl_db_tx_rollback(tx);
	if (st != PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "cannot look for the bodies");
	*ret = r;
	return PL_OK;
}
