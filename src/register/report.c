/* SPDX-License-Identifier: Apache-2.0 */
#include "register/report.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/member.h"
#include "fact/predicates.h"
#include "register/apply.h"
#include "register/internal.h"
#include "register/sql.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>

#define WAIT_NS (60 * PL_SECOND)
#define MEDIA PL_STR("text/plain")

static void set_time(struct pl_json *object, const char *name, uint64_t seconds)
{
	char text[21];

	pl_time_write(seconds * PL_SECOND, text);
	pl_json_set_z(object, name, text);
}

/* ---- what is stated ---- */

static void set_counts(struct pl_json *o, const struct pl_recount *c)
{
	struct pl_json *totals;

	pl_json_set_u64(o, "cases", c->cases);
	pl_json_set_u64(o, "unopened", c->unopened);
	pl_json_set_u64(o, "erased", c->erased);
	pl_json_set_u64(o, "lost", c->lost);
	pl_json_set_u64(o, "late", c->late);
	pl_json_set_u64(o, "daysMissing", c->days_missing);
	pl_json_set_u64(o, "unconfirmed", c->unconfirmed);
	pl_json_set_u64(o, "refused", c->refused);
	totals = pl_json_set_array(o, "totals");
	for (size_t i = 0; i < c->decl->n_totals; i++) {
		struct pl_json *t = pl_json_push_object(totals);

		pl_json_set_str(t, "name", c->decl->totals[i].name);
		pl_json_set_u64(t, "value", c->totals[i]);
	}
}

/* Everything but edition, replaces and openings: what two editions that say the same have in common. */
static struct pl_json *essence(const struct pl_recount *c)
{
	struct pl_json *o = pl_json_new_object();

	pl_json_set_str(o, "register", c->decl->name);
	pl_member_set_digest(o, "declaration", &c->decl->digest);
	set_time(o, "from", c->head.from);
	set_time(o, "to", c->head.to);
	pl_register_end_to_json(pl_json_set_object(o, "first"), &c->head.first, false);
	pl_register_end_to_json(pl_json_set_object(o, "last"), &c->head.last, false);
	if (c->n_gaps) {
		struct pl_json *gaps = pl_json_set_array(o, "gaps");

		for (size_t i = 0; i < c->n_gaps; i++)
			pl_register_end_to_json(pl_json_push_object(gaps), &c->gaps[i], false);
	}
	set_counts(o, c);
	return o;
}

/* ---- comparing ---- */

static pl_status compare_totals(const struct pl_json *list, const struct pl_recount *c, struct pl_diag *diag)
{
	if (pl_json_count(list) != c->decl->n_totals)
		return pl_diag_set(diag, PL_E_PROOF, "the report states %zu totals, the declaration has %zu", pl_json_count(list),
			c->decl->n_totals);
	for (size_t i = 0; i < c->decl->n_totals; i++) {
		const struct pl_json *t = pl_json_at(list, i);
		uint64_t said = pl_member_u64(t, "value");

		if (!pl_str_eq(pl_member_text(t, "name"), c->decl->totals[i].name) || said != c->totals[i])
			return pl_diag_set(diag, PL_E_PROOF, "the report says %.*s %llu, the rows give %.*s %llu",
				PL_STR_ARG(pl_member_text(t, "name")), (unsigned long long)said,
				PL_STR_ARG(c->decl->totals[i].name), (unsigned long long)c->totals[i]);
	}
	return PL_OK;
}

static pl_status compare_numbers(const struct pl_json *said, const struct pl_json *ours, struct pl_diag *diag)
{
	static const char *const names[] = {"cases", "unopened", "erased", "lost", "late", "daysMissing", "unconfirmed", "refused"};

	for (size_t i = 0; i < PL_COUNT(names); i++)
		if (pl_member_u64(said, names[i]) != pl_member_u64(ours, names[i]))
			return pl_diag_set(diag, PL_E_PROOF, "the report says %s %llu, the rows give %llu", names[i],
				(unsigned long long)pl_member_u64(said, names[i]), (unsigned long long)pl_member_u64(ours, names[i]));
	return PL_OK;
}

pl_status pl_register_report_compare(const struct pl_json *predicate, const struct pl_digest *openings, const struct pl_recount *counted,
	struct pl_diag *diag)
{
	static const char *const same[] = {"register", "declaration", "from", "to", "first", "last"};
	struct pl_json *ours PL_CLEANUP(pl_json_done) = essence(counted);
	struct pl_body body = {0};
	pl_status st;

	if (!pl_member_body(predicate, "openings", &body) || !pl_digest_eq(&body.digest, openings))
		return pl_diag_set(diag, PL_E_PROOF, "the report names another openings file");
	for (size_t i = 0; i < PL_COUNT(same); i++) {
		const struct pl_json *a = pl_json_get(predicate, same[i]), *b = pl_json_get(ours, same[i]);

		if (!a || !pl_json_equal(a, b))
			return pl_diag_set(diag, PL_E_PROOF, "the openings file has another \"%s\" than the report", same[i]);
	}
	if (!pl_json_get(predicate, "gaps") != !pl_json_get(ours, "gaps") ||
		(counted->n_gaps && !pl_json_equal(pl_json_get(predicate, "gaps"), pl_json_get(ours, "gaps"))))
		return pl_diag_set(diag, PL_E_PROOF, "the openings file has other gaps than the report");
	st = compare_numbers(predicate, ours, diag);
	return st ? st : compare_totals(pl_json_get(predicate, "totals"), counted, diag);
}

bool pl_register_end_says(const struct pl_register_end *e, const struct pl_json *said)
{
	struct pl_json *ours PL_CLEANUP(pl_json_done) = pl_json_new_object();

	pl_register_end_to_json(ours, e, false);
	return said && pl_json_equal(ours, said);
}

bool pl_register_head_says(const struct pl_json *head, const struct pl_json *name, const struct pl_json *said)
{
	static const char *const members[] = {"size", "days", "time", "root", "chain"};
	const struct pl_json *highest = pl_json_get(head, "highest");

	if (!name || !pl_json_equal(pl_json_get(head, "register"), name) ||
		(highest && !pl_json_equal(highest, pl_json_get(said, "highest"))))
		return false;
	for (size_t i = 0; i < PL_COUNT(members); i++)
		if (!pl_json_equal(pl_json_get(head, members[i]), pl_json_get(said, members[i])))
			return false;
	return true;
}

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
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = essence(c);
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

void pl_register_report_file_done(struct pl_register_report_file *f)
{
	if (f->bytes.ptr)
		(void)munmap((void *)(uintptr_t)f->bytes.ptr, f->bytes.len);
	*f = (struct pl_register_report_file){0};
}

pl_status pl_register_report_file_map(int fd, struct pl_register_report_file *ret, struct pl_diag *diag)
{
	uint64_t size = 0;
	void *p;
	pl_status st = pl_file_size(fd, &size);

	if (st)
		return st;
	if (!size || size > PL_OPENINGS_MAX)
		return pl_diag_set(diag, size ? PL_E_TOOBIG : PL_E_SYNTAX, "an openings file has 1 byte to 4 GiB");
	p = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return pl_status_from_errno(errno);
	ret->bytes = pl_bytes_of(p, (size_t)size);
	return PL_OK;
}

static pl_status keep(struct pl_instance *inst, struct pl_register_report_file *file, struct pl_body *ret)
{
	*ret = (struct pl_body){.size = file->bytes.len, .media_type = MEDIA};
	return pl_blob_put_bytes(pl_instance_blobs(inst), file->bytes, &ret->digest);
}

static pl_status write_and_count(const struct pl_register_report_job *job, struct pl_register_report_file *file,
	struct pl_recount *recount, struct pl_diag *diag)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open(AT_FDCWD, "/var/tmp", O_RDWR | O_TMPFILE, 0600, &fd);

	if (!st)
		st = pl_register_report_write(job->inst, job->r, job->from, job->to, job->now, fd, diag);
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
