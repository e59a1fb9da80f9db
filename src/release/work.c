/* SPDX-License-Identifier: Apache-2.0 */
#include "release/work.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/query.h"
#include "release/sql.h"
#include <fcntl.h>

#define STREAM PL_STR("release")
#define DETAIL_MAX ((size_t)1 << 20)
#define WAIT_NS (60 * PL_SECOND)

void pl_work_tell(const struct pl_release_job *job, const char *what, uint64_t done, uint64_t total)
{
	if (job->watch && job->watch->tell)
		job->watch->tell(job->watch->ctx, what, done, total);
}

pl_status pl_work_temp(const struct pl_release_job *job, int *ret_fd, struct pl_diag *diag)
{
	const char *dir = job->scratch ? job->scratch : "/var/tmp";
	pl_status st = pl_file_open(AT_FDCWD, dir, O_RDWR | O_TMPFILE, 0600, ret_fd);

	return st == PL_OK ? PL_OK : pl_diag_set(diag, st, "cannot make a temporary file in \"%s\"", dir);
}

void pl_work_set_digest(struct pl_json *object, const char *name, const struct pl_digest *d)
{
	char text[PL_DIGEST_TEXT + 1];

	pl_digest_text(d, text);
	pl_json_set_z(object, name, text);
}

void pl_work_set_body(struct pl_json *object, const char *name, const struct pl_body *body)
{
	pl_json_set(object, name, pl_body_to_json(body));
}

void pl_work_key(struct pl_buf *out, const char *kind, pl_str a, const struct pl_digest *b, const struct pl_digest *c,
	const char *d)
{
	pl_buf_put_z(out, kind);
	pl_buf_put_c(out, ':');
	pl_buf_put_str(out, a);
	if (b) {
		pl_buf_put_c(out, ':');
		pl_hex_put(out, pl_digest_bytes(b));
	}
	if (c) {
		pl_buf_put_c(out, ':');
		pl_hex_put(out, pl_digest_bytes(c));
	}
	if (d) {
		pl_buf_put_c(out, ':');
		pl_buf_put_z(out, d);
	}
}

pl_status pl_work_detail(const struct pl_work *work, struct pl_json **ret)
{
	return pl_json_parse(work->detail, DETAIL_MAX, PL_JSON_DEPTH, ret, NULL) == PL_OK ? PL_OK : PL_E_CORRUPT;
}

/* ---- rows ---- */

struct lookup {
	struct pl_release_job *job;
	const struct pl_sql *sql;
	const struct pl_db_value *args;
	size_t n_args;
	struct pl_work work;
	pl_status (*each)(void *ctx, const struct pl_work *work);
	void *ctx;
};

static void read_row(struct pl_db_rows *rows, struct pl_work *w)
{
	pl_db_col_fixed(rows, 0, w->pae.b, sizeof w->pae.b);
	pl_db_col_fixed(rows, 1, w->entry.b, sizeof w->entry.b);
	w->detail = pl_db_col_str(rows, 2);
}

static pl_status read_one(void *ctx, struct pl_db_tx *tx)
{
	struct lookup *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, l->sql, l->args, l->n_args, &rows);

	if (st != PL_OK)
		return st;
	read_row(rows, &l->work);
	st = pl_db_rows_status(rows);
	return st == PL_OK ? pl_arena_dup(l->job->arena, l->work.detail, &l->work.detail) : st;
}

static pl_status read_each(void *ctx, struct pl_db_tx *tx)
{
	struct lookup *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, l->sql, l->args, l->n_args, &rows);

	while (st == PL_OK && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_work work;

		read_row(rows, &work);
		st = l->each(l->ctx, &work);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

struct drop {
	pl_str key;
	struct pl_digest entry;
};

static pl_status drop(void *ctx, struct pl_db_tx *tx)
{
	const struct drop *d = ctx;

	return pl_db_exec(tx, &pl_sql_release_work_drop,
		PL_DB_ARGS(PL_DB_STR(d->key), PL_DB_BLOB(pl_digest_bytes(&d->entry))), NULL);
}

static bool was_refused(struct pl_release_job *job, const struct pl_digest *entry)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_outbox_row row;

	return pl_outbox_find(pl_instance_db(job->inst), entry, &arena, &row) == PL_OK && row.state == PL_OUTBOX_REFUSED;
}

pl_status pl_work_find(struct pl_release_job *job, pl_str key, struct pl_work *ret)
{
	const struct pl_db_value args[] = {PL_DB_STR(key)};
	struct lookup l = {.job = job, .sql = &pl_sql_release_work_get, .args = args, .n_args = 1};
	struct drop d = {.key = key};
	pl_status st = pl_db_read(pl_instance_db(job->inst), read_one, &l);

	if (st != PL_OK)
		return st;
	if (was_refused(job, &l.work.entry)) {
		d.entry = l.work.entry;
		st = pl_db_tx(pl_instance_db(job->inst), drop, &d);
		return st == PL_OK ? PL_E_NOTFOUND : st;
	}
	*ret = l.work;
	return PL_OK;
}

pl_status pl_work_latest(struct pl_release_job *job, pl_str product, const char *kind, struct pl_work *ret)
{
	const struct pl_db_value args[] = {PL_DB_STR(product), PL_DB_Z(kind)};
	struct lookup l = {.job = job, .sql = &pl_sql_release_work_latest, .args = args, .n_args = 2};
	pl_status st = pl_db_read(pl_instance_db(job->inst), read_one, &l);

	if (st == PL_OK)
		*ret = l.work;
	return st;
}

pl_status pl_work_each(struct pl_release_job *job, pl_str product, const char *kind,
	pl_status (*fn)(void *ctx, const struct pl_work *work), void *ctx)
{
	const struct pl_db_value args[] = {PL_DB_STR(product), PL_DB_Z(kind)};
	struct lookup l = {.job = job, .sql = &pl_sql_release_work_of_kind, .args = args, .n_args = 2, .each = fn, .ctx = ctx};

	return pl_db_read(pl_instance_db(job->inst), read_each, &l);
}

/* ---- stating ---- */

struct stating {
	struct pl_release_job *job;
	const struct pl_work_new *work;
	struct pl_digest pae;
	pl_bytes entry;
	pl_str detail;
	struct pl_outbox_ref ref;
	struct pl_diag *diag;
};

static pl_status put(void *ctx, struct pl_db_tx *tx)
{
	struct stating *s = ctx;
	const struct pl_work_new *w = s->work;
	uint64_t number;
	pl_status st = pl_counter_next(tx, PL_STR("release-work"), &number);

	if (st == PL_OK)
		st = pl_outbox_put(tx, STREAM, s->entry, &s->ref, s->diag);
	return st == PL_OK ? pl_db_exec(tx, &pl_sql_release_work_put,
		PL_DB_ARGS(PL_DB_STR(w->key), PL_DB_Z(w->kind), PL_DB_STR(w->product), PL_DB_U64(number),
			PL_DB_BLOB(pl_digest_bytes(&s->pae)), PL_DB_BLOB(pl_digest_bytes(&s->ref.entry)), PL_DB_STR(s->detail)),
		NULL) : st;
}

static bool officers_approve(struct pl_release_job *job, const char *type)
{
	const struct pl_predicate *row = pl_vocabulary_find(pl_instance_vocabulary(job->inst), pl_str_from(type));

	return row && row->approval == PL_APPROVAL_OFFICERS;
}

pl_status pl_work_state(struct pl_release_job *job, const struct pl_work_new *work, struct pl_release_stated *ret,
	struct pl_diag *diag)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_buf detail PL_CLEANUP(pl_buf_done) = PL_BUF(DETAIL_MAX);
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	const struct pl_approved *a = officers_approve(job, work->type) ? job->approved : NULL;
	const struct pl_approved_new now = {work->type, work->subjects, work->n_subjects, work->predicate, work->loose};
	struct stating s = {.job = job, .work = work, .diag = diag};
	struct pl_work theirs;
	pl_status st = pl_json_write(work->detail, &detail);

	if (st == PL_OK)
		st = pl_approved_compose(&now, a, &payload, diag);
	if (st == PL_OK && a && a->only) {
		pl_buf_put_bytes(a->only, pl_buf_bytes(&payload));
		*ret = (struct pl_release_stated){.payload_only = true};
		return pl_buf_status(a->only);
	}
	if (st == PL_OK)
		st = pl_statement_pae(pl_buf_bytes(&payload), &s.pae);
	if (st == PL_OK)
		st = pl_instance_sign(job->inst, pl_buf_bytes(&payload), a ? a->approvals : NULL, a ? a->n : 0, &entry, diag);
	if (st != PL_OK)
		return st;
	s.entry = pl_buf_bytes(&entry);
	s.detail = pl_buf_str(&detail);
	st = pl_db_tx(pl_instance_db(job->inst), put, &s);
	if (st == PL_E_EXISTS && (st = pl_work_find(job, work->key, &theirs)) == PL_OK) {
		*ret = (struct pl_release_stated){.pae = theirs.pae, .entry = theirs.entry, .reused = true};
		return PL_OK;
	}
	if (st != PL_OK)
		return pl_diag_set(diag, st, "the statement could not be stored");
	*ret = (struct pl_release_stated){.pae = s.pae, .entry = s.ref.entry};
	return PL_OK;
}

/* ---- publication ---- */

static pl_status drop_entry(void *ctx, struct pl_db_tx *tx)
{
	const struct pl_digest *entry = ctx;

	return pl_db_exec(tx, &pl_sql_release_work_drop_entry, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(entry))), NULL);
}

/* A statement that was logged but does not count is forgotten, so that the step can be done again. */
static pl_status was_applied(struct pl_release_job *job, struct pl_digest *entry, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_query_statement *list;
	size_t n;
	pl_status st = pl_query_statements_by_digest(job->inst, entry, 1, &arena, &list, &n);

	if (st == PL_OK && n == 1 && list[0].state != PL_ENTRY_APPLIED) {
		st = pl_db_tx(pl_instance_db(job->inst), drop_entry, entry);
		return st != PL_OK ? st : pl_diag_set(diag, PL_E_DENIED, "entry %llu was logged but does not count: %.*s",
			(unsigned long long)list[0].index, PL_STR_ARG(list[0].reason));
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_work_settle(struct pl_release_job *job, const struct pl_release_stated *stated, size_t n,
	struct pl_diag *diag)
{
	struct pl_outbox_ref *refs = pl_alloc(n, sizeof *refs);
	pl_status st, applied;

	for (size_t i = 0; i < n; i++)
		refs[i].entry = stated[i].entry;
	pl_work_tell(job, "publishing", 0, n);
	st = pl_instance_settle(job->inst, refs, n, PL_OUTBOX_PROJECTED, job->wait_ns ? job->wait_ns : WAIT_NS, diag);
	for (size_t i = 0; i < n && (st == PL_OK || st == PL_E_DENIED); i++) {
		applied = was_applied(job, &refs[i].entry, diag);
		st = st == PL_OK ? applied : st;
	}
	pl_work_tell(job, "publishing", n, n);
	pl_free(refs);
	return st;
}
