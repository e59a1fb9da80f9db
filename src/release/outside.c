/* SPDX-License-Identifier: Apache-2.0 */
#include "release/outside.h"
#include "base/file.h"
#include "crypto/digest_file.h"
#include "fact/predicates.h"
#include "release/provenance.h"
#include "release/report.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT PL_STR("text/plain")
#define BODY_TEXT_MAX (((size_t)8 << 20) + 4096)

struct outside {
	const struct pl_outside_job *job;
	struct pl_report report;
	struct pl_recipe recipe;
	struct pl_arena arena; /* of the recipe */
	int out_dir;
	struct pl_outside_result r;
	struct pl_diag *diag;
};

static void tell(const struct outside *o, const char *what, uint64_t done, uint64_t total)
{
	const struct pl_release_watch *w = o->job->watch;

	if (w && w->tell)
		w->tell(w->ctx, what, done, total);
}

/* ---- what it starts from ---- */

static pl_status is_what_was_built(const char *what, const struct pl_digest *have, const struct pl_digest *want,
	struct pl_diag *diag)
{
	char text[PL_DIGEST_TEXT + 1];

	if (pl_digest_eq(have, want))
		return PL_OK;
	pl_digest_text(want, text);
	return pl_diag_set(diag, PL_E_MISMATCH, "the %s is not that of the build, %s", what, text);
}

static pl_status check_inputs(struct outside *o)
{
	const struct pl_outside_job *job = o->job;
	struct pl_digest archive, recipe;
	struct stat info;
	pl_status st = pl_digest_file(job->archive_fd, &archive);

	if (fstatat(o->out_dir, "verdict.dsse", &info, AT_SYMLINK_NOFOLLOW) == 0)
		return pl_diag_set(o->diag, PL_E_EXISTS, "the directory holds a verdict already");
	if (st != PL_OK)
		return pl_diag_set(o->diag, st, "cannot read the source archive");
	pl_sha256(pl_str_bytes(job->recipe_text), &recipe);
	st = is_what_was_built("source archive", &archive, &job->archive, o->diag);
	if (st == PL_OK)
		st = is_what_was_built("recipe", &recipe, &job->recipe, o->diag);
	return st == PL_OK ? pl_recipe_parse(job->recipe_text, &o->arena, &o->recipe, o->diag) : st;
}

/* ---- files that go to the operator ---- */

static pl_status put_file(struct outside *o, const char *name, pl_bytes data)
{
	pl_status st = pl_file_put(o->out_dir, name, data, 0644, PL_FILE_REPLACE);

	return st ? pl_diag_set(o->diag, st, "cannot write %s", name) : PL_OK;
}

static pl_status put_body(struct outside *o, const char *name, pl_bytes data, pl_str media_type, struct pl_body *ret)
{
	*ret = (struct pl_body){.size = data.len, .media_type = media_type};
	pl_sha256(data, &ret->digest);
	return put_file(o, name, data);
}

static pl_status put_signed(struct outside *o, const char *name, const char *type, const struct pl_json *predicate,
	struct pl_digest *ret_pae)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_subject *subjects = pl_arena_alloc(o->job->arena, o->job->n, sizeof *subjects);
	pl_status st = subjects ? PL_OK : PL_E_TOOBIG;

	for (size_t i = 0; st == PL_OK && i < o->job->n; i++)
		subjects[i] = (struct pl_subject){o->job->artefacts[i].name, o->job->artefacts[i].digest};
	/* The provenance is about what came out here, the verdict about what was released. */
	for (size_t i = 0; st == PL_OK && i < o->job->n && strcmp(type, PL_TYPE_SLSA_PROVENANCE) == 0; i++)
		subjects[i].sha256 = o->r.comparisons[i].b;
	if (st == PL_OK)
		st = pl_statement_build(pl_str_from(type), subjects, o->job->n, predicate, &payload, NULL, o->diag);
	if (st == PL_OK)
		st = pl_statement_open_payload(pl_buf_bytes(&payload), &s, o->diag);
	if (st == PL_OK)
		st = pl_dsse_sign(&s->envelope, o->job->signer, &s->arena);
	if (st != PL_OK)
		return st;
	*ret_pae = s->pae;
	pl_dsse_write(&entry, &s->envelope);
	return pl_buf_status(&entry) ? pl_buf_status(&entry) : put_file(o, name, pl_buf_bytes(&entry));
}

/* ---- building again ---- */

static void on_step(void *ctx, unsigned step, unsigned steps, const char *what)
{
	char words[96];

	(void)snprintf(words, sizeof words, "building at \"%s\"", what);
	tell(ctx, words, step, steps);
}

static pl_status open_artefact(void *ctx, size_t i, int *ret_fd)
{
	const struct outside *o = ctx;
	int fd = o->job->artefact_fds[i] < 0 ? -1 : fcntl(o->job->artefact_fds[i], F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return o->job->artefact_fds[i] < 0 ? PL_E_NOTFOUND : PL_E_IO;
	*ret_fd = fd;
	return PL_OK;
}

static void on_compare(void *ctx, size_t i, size_t n)
{
	tell(ctx, "comparing", i, n);
}

static pl_status build(struct outside *o, struct pl_build_record *record)
{
	const struct pl_outside_job *job = o->job;
	const struct pl_build_job b = {.recipe = &o->recipe, .archive_fd = job->archive_fd, .commit_time = job->commit_time,
		.site = pl_build_site_varied(), .scratch = job->scratch ? job->scratch : "/var/tmp", .progress = on_step,
		.progress_ctx = o};
	const struct pl_report_bytes bytes = {open_artefact, on_compare, o};
	struct pl_diag why = {0};
	pl_status st = lseek(job->archive_fd, 0, SEEK_SET) ? PL_E_IO : pl_build_run(&b, record, &why);

	o->r.wall_ns = record->finished - record->started;
	o->r.cpu_ns = record->cpu_ns;
	if (st == PL_OK)
		return pl_report_compare(&o->report, record, o->recipe.normalise, &bytes, o->diag);
	if (record->reason == PL_REASON_NONE) {
		if (why.hint[0])
			pl_diag_hint(o->diag, "%s", why.hint);
		return pl_diag_set(o->diag, st, "%s", pl_diag_text(&why, st));
	}
	pl_report_not_attempted(&o->report, record->reason);
	(void)snprintf(o->r.words, sizeof o->r.words, "%s", pl_diag_text(&why, st));
	(void)snprintf(o->r.hint, sizeof o->r.hint, "%s", why.hint);
	return PL_OK;
}

/* ---- stating ---- */

static pl_status put_provenance(struct outside *o, const struct pl_build_record *record)
{
	const struct pl_outside_job *job = o->job;
	struct pl_buf builder PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = NULL;
	struct pl_provenance p = {.product = job->product, .commit = job->commit, .source = job->archive, .recipe = job->recipe};
	pl_status st = put_body(o, "packages.txt", pl_buf_bytes(&record->packages), TEXT, &p.packages);

	if (st == PL_OK)
		st = put_body(o, "log.txt", pl_buf_bytes(&record->log), TEXT, &p.log);
	if (st == PL_OK)
		st = put_body(o, "environment.txt", pl_buf_bytes(&record->environment), TEXT, &p.environment);
	if (st != PL_OK)
		return st;
	pl_buf_put_z(&builder, "urn:pellucid:builder:");
	pl_buf_put_str(&builder, job->site);
	p.builder = pl_buf_str(&builder);
	predicate = pl_provenance_write(&p, record, &o->recipe, pl_build_site_varied());
	return put_signed(o, "provenance.dsse", PL_TYPE_SLSA_PROVENANCE, predicate, &o->report.rebuild);
}

static pl_status put_verdict(struct outside *o, const struct pl_build_record *record)
{
	struct pl_json *report PL_CLEANUP(pl_json_done) = NULL;
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = NULL;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(BODY_TEXT_MAX);
	bool attempted = o->report.verdict != PL_VERDICT_NOT_ATTEMPTED;
	struct pl_body body;
	pl_status st = PL_OK;

	if (attempted) {
		report = pl_report_write(&o->report, record);
		st = pl_json_write_pretty(report, &text);
	} else {
		pl_report_log(&text, record, o->report.reason, o->r.words);
	}
	if (st == PL_OK)
		st = pl_buf_status(&text);
	if (st == PL_OK)
		st = put_body(o, attempted ? "report.json" : "log.txt", pl_buf_bytes(&text),
			attempted ? PL_STR("application/json") : TEXT, &body);
	if (st != PL_OK)
		return st;
	predicate = pl_report_predicate(&o->report, o->job->site, attempted ? &body : NULL, attempted ? NULL : &body);
	return put_signed(o, "verdict.dsse", PL_TYPE_REBUILD_VERDICT, predicate, &o->r.pae);
}

static pl_status rebuild(struct outside *o)
{
	struct pl_build_record record PL_CLEANUP(pl_build_record_done) = PL_BUILD_RECORD;
	pl_status st = check_inputs(o);

	if (st == PL_OK)
		st = build(o, &record);
	if (st == PL_OK && o->report.verdict != PL_VERDICT_NOT_ATTEMPTED)
		st = put_provenance(o, &record);
	/* The verdict last: where it is, everything that it names is there. */
	return st == PL_OK ? put_verdict(o, &record) : st;
}

pl_status pl_outside_rebuild(const struct pl_outside_job *job, int out_dir, struct pl_outside_result *ret,
	struct pl_diag *diag)
{
	struct outside o = {.job = job, .out_dir = out_dir, .diag = diag, .arena = PL_ARENA(1u << 20)};
	pl_status st;

	o.r.comparisons = pl_arena_alloc(job->arena, job->n, sizeof *o.r.comparisons);
	if (!o.r.comparisons)
		return PL_E_TOOBIG;
	o.report = (struct pl_report){.product = job->product, .commit = job->commit, .build = job->build, .n = job->n,
		.artefacts = job->artefacts, .comparisons = o.r.comparisons};
	st = rebuild(&o);
	pl_arena_done(&o.arena);
	if (st != PL_OK)
		return st;
	o.r.verdict = o.report.verdict;
	o.r.reason = o.report.reason;
	*ret = o.r;
	return PL_OK;
}
