/* SPDX-License-Identifier: Apache-2.0 */
#include "register/report.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/member.h"
#include "fact/predicates.h"
#include "register/internal.h"
#include "register/sql.h"
#include "register/stated.h"
#include <fcntl.h>
#include <stdio.h>

#define WAIT_NS (60 * PL_SECOND)
#define MEDIA PL_STR("text/plain")

/* ---- making one ---- */

struct latest {
	const struct pl_register *r;
	uint64_t from, to, edition;
	struct pl_digest pae;
};

static pl_status read_latest(void *ctx, struct pl_db_tx *tx)
{
	struct latest *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_report_latest,
		PL_DB_ARGS(PL_DB_STR(l->r->decl->name), PL_DB_U64(l->from), PL_DB_U64(l->to)), &rows);

	l->edition = 0;
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	l->edition = pl_db_col_u64(rows, 0);
	pl_db_col_fixed(rows, 1, l->pae.b, sizeof l->pae.b);
	return pl_db_rows_status(rows);
}

static pl_status build(const struct pl_recount *c, const struct latest *l, const struct pl_body *openings, const struct pl_approved *approved,
	struct pl_buf *payload, struct pl_diag *diag)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_register_report_essence(c);
	char from[21], name[PL_REGISTER_NAME_MAX + 40];
	struct pl_subject subject = {.sha256 = openings->digest};

	pl_time_write(l->from * PL_SECOND, from);
	(void)snprintf(name, sizeof name, "%.*s-%.10s.openings", PL_STR_ARG(c->decl->name), from);
	subject.name = pl_str_from(name);
	pl_json_set_u64(predicate, "edition", l->edition + 1);
	if (l->edition)
		pl_member_set_digest(predicate, "replaces", &l->pae);
	pl_json_set(predicate, "openings", pl_body_to_json(openings));
	return pl_approved_compose(&(struct pl_approved_new){PL_TYPE_REGISTER_REPORT, &subject, 1, predicate, NULL}, approved, payload, diag);
}

static pl_status submit(const struct pl_register_report_job *job, pl_bytes payload, struct pl_register_report_made *made, struct pl_diag *diag)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	const struct pl_approved *a = job->approved;
	struct pl_outbox_ref ref = {0};
	pl_status st = pl_statement_pae(payload, &made->pae);

	if (!st)
		st = pl_instance_sign(job->inst, payload, a ? a->approvals : NULL, a ? a->n : 0, &entry, diag);
	if (!st)
		st = pl_instance_submit(job->inst, PL_REGISTER_STREAM, pl_buf_bytes(&entry), &ref, diag);
	if (!st)
		st = pl_instance_settle(job->inst, &ref, 1, PL_OUTBOX_PROJECTED, job->wait_ns ? job->wait_ns : WAIT_NS, diag);
	made->entry = ref.entry;
	return st;
}

static pl_status state(const struct pl_register_report_job *job, const struct pl_recount *c, const struct latest *l,
	const struct pl_body *openings, struct pl_register_report_made *ret, struct pl_diag *diag)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_register_report_made made = {.openings = openings->digest, .openings_size = openings->size, .edition = l->edition + 1};
	pl_status st = build(c, l, openings, job->approved, &payload, diag);

	if (!st && job->approved && job->approved->only) {
		pl_buf_put_bytes(job->approved->only, pl_buf_bytes(&payload));
		st = pl_buf_status(job->approved->only);
		made.payload_only = true;
	} else if (!st) {
		st = submit(job, pl_buf_bytes(&payload), &made, diag);
	}
	if (!st)
		*ret = made;
	return st;
}

static pl_status keep(struct pl_instance *inst, struct pl_register_report_file *file, struct pl_body *ret)
{
	*ret = (struct pl_body){.size = file->bytes.len, .media_type = MEDIA};
	return pl_blob_put_bytes(pl_instance_blobs(inst), file->bytes, &ret->digest);
}

/* Of a register that opens totals only: first what is counted, then what is published of it. */
static pl_status write_shut(const struct pl_register_report_job *job, int fd, struct pl_diag *diag)
{
	struct pl_register_report_file file = {0};
	struct pl_recount counted = {0};
	pl_status st = pl_register_report_write(job->inst, job->r, job->from, job->to, job->now, job->counted_fd, diag);

	if (!st)
		st = pl_file_sync(job->counted_fd);
	if (!st)
		st = pl_register_report_file_map(job->counted_fd, &file, diag);
	if (!st)
		st = pl_recount_file(file.bytes, 0, NULL, NULL, &counted, diag);
	if (!st) {
		st = pl_stated_shut(file.bytes, &counted, fd, diag);
		pl_recount_done(&counted);
	}
	pl_register_report_file_done(&file);
	return st;
}

pl_status pl_register_report_draft(const struct pl_register_report_job *job, int fd, struct pl_diag *diag)
{
	if (job->r->decl->totals_only)
		return write_shut(job, fd, diag);
	return pl_register_report_write(job->inst, job->r, job->from, job->to, job->now, fd, diag);
}

/* The openings file that a payload names, which was kept when the payload was handed out. */
static pl_status find_kept(const struct pl_register_report_job *job, int fd, struct pl_diag *diag)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_body body = {0};
	pl_status st = pl_statement_open_payload(job->approved->payload, &s, diag);

	if (!st && (!pl_str_eq(s->type, PL_STR(PL_TYPE_REGISTER_REPORT)) || !pl_member_body(s->predicate, "openings", &body) ||
		!pl_str_eq(pl_member_text(s->predicate, "register"), job->r->decl->name) ||
		pl_register_json_seconds(s->predicate, "from") != job->from || pl_register_json_seconds(s->predicate, "to") != job->to))
		st = pl_diag_set(diag, PL_E_MISMATCH, "the payload is no report of this register and period");
	if (st)
		return st;
	st = pl_blob_get_fd(pl_instance_blobs(job->inst), &body.digest, fd);
	return st ? pl_diag_set(diag, st, "the openings file that the payload names is not here") : PL_OK;
}

static pl_status write_and_count(const struct pl_register_report_job *job, struct pl_register_report_file *file,
	struct pl_recount *recount, struct pl_diag *diag)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open(AT_FDCWD, "/var/tmp", O_RDWR | O_TMPFILE, 0600, &fd);

	if (!st)
		st = job->approved && job->approved->payload.len ? find_kept(job, fd, diag) : pl_register_report_draft(job, fd, diag);
	if (!st)
		st = pl_register_report_file_map(fd, file, diag);
	return st ? st : pl_recount_file(file->bytes, 0, NULL, NULL, recount, diag);
}

pl_status pl_register_report_make(const struct pl_register_report_job *job, struct pl_register_report_file *file,
	struct pl_recount *recount, struct pl_register_report_made *ret, struct pl_diag *diag)
{
	struct latest l = {.r = job->r, .from = job->from, .to = job->to};
	struct pl_body openings = {0};
	pl_status st = write_and_count(job, file, recount, diag);

	if (st)
		return st;
	st = keep(job->inst, file, &openings);
	if (!st)
		st = pl_db_read(pl_instance_db(job->inst), read_latest, &l);
	if (!st)
		st = state(job, recount, &l, &openings, ret, diag);
	if (st)
		pl_recount_done(recount);
	return st;
}
