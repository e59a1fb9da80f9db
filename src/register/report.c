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

static pl_status build(const struct pl_recount *c, const struct latest *l, const struct pl_body *openings, struct pl_buf *payload,
	struct pl_diag *diag)
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
	return pl_statement_build(PL_STR(PL_TYPE_REGISTER_REPORT), &subject, 1, predicate, payload, NULL, diag);
}

static pl_status state(struct pl_instance *inst, const struct pl_recount *c, const struct latest *l, const struct pl_body *openings,
	uint64_t wait_ns, struct pl_register_report_made *ret, struct pl_diag *diag)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_register_report_made made = {.openings = openings->digest, .openings_size = openings->size, .edition = l->edition + 1};
	struct pl_outbox_ref ref = {0};
	pl_status st = build(c, l, openings, &payload, diag);

	if (!st)
		st = pl_statement_pae(pl_buf_bytes(&payload), &made.pae);
	if (!st)
		st = pl_instance_sign(inst, pl_buf_bytes(&payload), NULL, 0, &entry, diag);
	if (!st)
		st = pl_instance_submit(inst, PL_REGISTER_STREAM, pl_buf_bytes(&entry), &ref, diag);
	if (!st)
		st = pl_instance_settle(inst, &ref, 1, PL_OUTBOX_PROJECTED, wait_ns ? wait_ns : WAIT_NS, diag);
	if (st)
		return st;
	made.entry = ref.entry;
	*ret = made;
	return PL_OK;
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

static pl_status write_and_count(const struct pl_register_report_job *job, struct pl_register_report_file *file,
	struct pl_recount *recount, struct pl_diag *diag)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open(AT_FDCWD, "/var/tmp", O_RDWR | O_TMPFILE, 0600, &fd);

	if (!st)
		st = pl_register_report_draft(job, fd, diag);
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
		st = state(job->inst, recount, &l, &openings, job->wait_ns, ret, diag);
	if (st)
		pl_recount_done(recount);
	return st;
}
