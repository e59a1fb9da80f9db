/* SPDX-License-Identifier: Apache-2.0 */
/* release/verdict: rebuilds of a product, compared and stated (release/publish.h). */
#include "base/file.h"
#include "base/time.h"
#include "fact/predicates.h"
#include "fact/member.h"
#include "release/publish.h"
#include "release/report.h"
#include "release/source.h"
#include <stdio.h>

#define REPORT_MAX ((size_t)1 << 20)
#define LOG_MAX (((size_t)8 << 20) + 4096)
#define ORDINALS_MAX 1000u

struct again {
	struct pl_release_job *job;
	struct pl_source source;
	struct pl_report report;
	struct pl_release_artefact *artefacts;
	bool no_recipe;
	struct pl_release_rebuild r;
	struct pl_diag *diag;
};

/* ---- what was stated before ---- */

/* The first verdict of a site has the plain key, later ones are counted. */
static void verdict_key(struct pl_buf *key, const struct again *a, unsigned ordinal)
{
	pl_buf_clear(key);
	pl_work_key(key, "verdict", a->source.product, &a->report.build, NULL, pl_build_site_varied()->host);
	if (ordinal > 1)
		pl_buf_printf(key, ":%u", ordinal);
}

static pl_status read_verdict(struct again *a, const struct pl_work *w)
{
	struct pl_json *report PL_CLEANUP(pl_json_done) = NULL;
	pl_status st = pl_work_detail(w, &report);

	a->r.verdict = (struct pl_release_stated){.pae = w->pae, .entry = w->entry, .reused = true};
	return st == PL_OK ? pl_report_read(report, &a->report) : st;
}

static pl_status is_comparison(const struct pl_work *w, bool *ret)
{
	struct pl_json *report PL_CLEANUP(pl_json_done) = NULL;
	enum pl_verdict verdict;
	pl_status st = pl_work_detail(w, &report);

	if (st == PL_OK)
		st = pl_verdict_parse(pl_member_text(report, "verdict"), &verdict);
	if (st == PL_OK)
		*ret = verdict != PL_VERDICT_NOT_ATTEMPTED;
	return st;
}

/* The newest comparison that was stated here. PL_E_NOTFOUND: there is none, only perhaps attempts; @key is that of the next
 * verdict in either case. */
static pl_status find_verdict(struct again *a, struct pl_buf *key)
{
	struct pl_work newest = {0};
	bool found = false;

	for (unsigned i = 1; i <= ORDINALS_MAX; i++) {
		struct pl_work w;
		bool compared = false;
		pl_status st;

		verdict_key(key, a, i);
		st = pl_work_find(a->job, pl_buf_str(key), &w);
		if (st == PL_E_NOTFOUND)
			return found ? read_verdict(a, &newest) : st;
		if (st == PL_OK)
			st = is_comparison(&w, &compared);
		if (st != PL_OK)
			return st;
		if (compared)
			newest = w;
		found |= compared;
	}
	return pl_diag_set(a->diag, PL_E_TOOBIG, "this site stated %u verdicts about the build already", ORDINALS_MAX);
}

/* What the latest build started from, out of its detail and the blob store. */
static pl_status load_build(struct again *a, pl_str product)
{
	struct pl_json *detail PL_CLEANUP(pl_json_done) = NULL;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECIPE_SIZE_MAX);
	struct pl_source *s = &a->source;
	struct pl_work w;
	pl_status st = pl_work_latest(a->job, product, "build", &w);

	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(a->diag, "pellucid release build %.*s --recipe FILE", PL_STR_ARG(product));
		return pl_diag_set(a->diag, st, "\"%.*s\" was not built yet", PL_STR_ARG(product));
	}
	if (st == PL_OK)
		st = pl_work_detail(&w, &detail);
	if (st != PL_OK)
		return st;
	*s = (struct pl_source){.product = product, .seconds = pl_member_u64(detail, "seconds"),
		.snapshot = pl_member_digest(detail, "snapshot"), .archive = pl_member_digest(detail, "archive"),
		.recipe_body = pl_member_digest(detail, "recipeBody")};
	s->recipe.pae = pl_member_digest(detail, "recipe");
	st = pl_blob_get_bytes(pl_instance_blobs(a->job->inst), &s->recipe_body, &text);
	a->no_recipe = st == PL_E_NOTFOUND || st == PL_E_CORRUPT;
	if (st != PL_OK && !a->no_recipe)
		return pl_diag_set(a->diag, st, "the recipe cannot be read from the blob store");
	st = pl_arena_dup(a->job->arena, pl_buf_str(&text), &s->recipe_text);
	if (st == PL_OK)
		st = pl_arena_dup(a->job->arena, pl_member_text(detail, "commit"), &s->commit);
	if (st == PL_OK)
		st = pl_source_artefacts(a->job, detail, &a->artefacts, &a->report.n);
	if (st == PL_OK && !(a->report.comparisons = pl_arena_alloc(a->job->arena, a->report.n, sizeof *a->r.comparisons)))
		st = PL_E_TOOBIG;
	a->report.product = product;
	a->report.commit = s->commit;
	a->report.build = w.pae;
	a->report.artefacts = a->artefacts;
	return st;
}

/* ---- building again ---- */

static pl_status open_artefact(void *ctx, size_t i, int *ret_fd)
{
	struct again *a = ctx;
	pl_status st = pl_work_temp(a->job, ret_fd, a->diag);

	if (st == PL_OK)
		st = pl_blob_get_fd(pl_instance_blobs(a->job->inst), &a->artefacts[i].digest, *ret_fd);
	return st == PL_E_CORRUPT ? PL_E_NOTFOUND : st;
}

static void tell_compared(void *ctx, size_t i, size_t n)
{
	const struct again *a = ctx;

	pl_work_tell(a->job, "comparing", i, n);
}

static pl_status compare(struct again *a, const struct pl_build_record *record)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	const struct pl_report_bytes bytes = {open_artefact, tell_compared, a};
	struct pl_recipe recipe;
	pl_status st = pl_recipe_parse(a->source.recipe_text, &arena, &recipe, a->diag);

	return st == PL_OK ? pl_report_compare(&a->report, record, recipe.normalise, &bytes, a->diag) : st;
}

/* A second build is a fact of its own each time it is made. A failure that says something about the build is no failure of
 * ours: it is the outcome. */
static pl_status build_again(struct again *a, struct pl_build_record *record)
{
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	struct pl_diag why = {0};
	char unique[24];
	pl_status st;

	if (a->no_recipe) {
		pl_report_not_attempted(&a->report, PL_REASON_RECIPE_MISSING);
		(void)snprintf(a->r.words, sizeof a->r.words, "the recipe is not in the blob store, or not what its digest says");
		return PL_OK;
	}
	(void)snprintf(unique, sizeof unique, "%llu", (unsigned long long)pl_time_now());
	pl_work_key(&key, "rebuild", a->source.product, &a->report.build, NULL, unique);
	st = pl_source_build(a->job, &a->source, pl_build_site_varied(), "rebuild", pl_buf_str(&key), record, &a->r.build, &why);
	if (st == PL_OK)
		return compare(a, record);
	if (record->reason == PL_REASON_NONE) {
		if (why.hint[0])
			pl_diag_hint(a->diag, "%s", why.hint);
		return pl_diag_set(a->diag, st, "%s", pl_diag_text(&why, st));
	}
	pl_report_not_attempted(&a->report, record->reason);
	(void)snprintf(a->r.words, sizeof a->r.words, "%s", pl_diag_text(&why, st));
	(void)snprintf(a->r.hint, sizeof a->r.hint, "%s", why.hint);
	return PL_OK;
}

/* ---- stating ---- */

static pl_status store_body(struct again *a, const struct pl_json *report, const struct pl_build_record *record,
	struct pl_body *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(LOG_MAX);
	bool attempted = a->report.verdict != PL_VERDICT_NOT_ATTEMPTED;
	pl_status st = PL_OK;

	if (attempted)
		st = pl_json_write_pretty(report, &text);
	else
		pl_report_log(&text, record, a->report.reason, a->r.words);
	if (st == PL_OK)
		st = pl_buf_status(&text);
	return st == PL_OK ? pl_instance_body(a->job->inst, pl_buf_bytes(&text),
		attempted ? PL_STR("application/json") : PL_STR("text/plain"), ret) : st;
}

static pl_status state_verdict(struct again *a, const struct pl_build_record *record, pl_str key)
{
	struct pl_json *report PL_CLEANUP(pl_json_done) = pl_report_write(&a->report, record);
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = NULL;
	struct pl_subject *subjects = pl_arena_alloc(a->job->arena, a->report.n, sizeof *subjects);
	struct pl_work_new w = {.key = key, .kind = "verdict", .product = a->source.product,
		.type = PL_TYPE_REBUILD_VERDICT, .subjects = subjects, .n_subjects = a->report.n, .detail = report};
	bool attempted = a->report.verdict != PL_VERDICT_NOT_ATTEMPTED;
	struct pl_body body;
	pl_status st = subjects ? store_body(a, report, record, &body) : PL_E_TOOBIG;

	if (st != PL_OK)
		return st;
	for (size_t i = 0; i < a->report.n; i++)
		subjects[i] = (struct pl_subject){a->artefacts[i].name, a->artefacts[i].digest};
	predicate = pl_report_predicate(&a->report, pl_str_from(pl_build_site_varied()->host), attempted ? &body : NULL,
		attempted ? NULL : &body);
	w.predicate = predicate;
	return pl_work_state(a->job, &w, &a->r.verdict, a->diag);
}

static pl_status rebuild_new(struct again *a, pl_str key)
{
	struct pl_build_record record PL_CLEANUP(pl_build_record_done) = PL_BUILD_RECORD;
	pl_status st = build_again(a, &record);

	if (st != PL_OK)
		return st;
	a->r.wall_ns = record.finished - record.started;
	a->r.cpu_ns = record.cpu_ns;
	a->report.rebuild = a->r.build.pae;
	return state_verdict(a, &record, key);
}

pl_status pl_release_rebuild(struct pl_release_job *job, pl_str product, bool once_more, struct pl_release_rebuild *ret,
	struct pl_diag *diag)
{
	struct again a = {.job = job, .diag = diag};
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	struct pl_release_stated stated[2];
	size_t n = 0;
	pl_status st = load_build(&a, product);

	if (st != PL_OK)
		return st;
	st = find_verdict(&a, &key);
	if (st == PL_E_NOTFOUND || (st == PL_OK && once_more)) {
		a.r.verdict = (struct pl_release_stated){0};
		st = rebuild_new(&a, pl_buf_str(&key));
		if (st == PL_OK && a.report.verdict != PL_VERDICT_NOT_ATTEMPTED)
			stated[n++] = a.r.build;
	}
	stated[n++] = a.r.verdict;
	if (st == PL_OK)
		st = pl_work_settle(job, stated, n, diag);
	if (st != PL_OK)
		return st;
	a.r.worst = a.report.verdict;
	a.r.reason = a.report.reason;
	a.r.n = a.report.n;
	a.r.artefacts = a.artefacts;
	a.r.comparisons = a.report.comparisons;
	*ret = a.r;
	return PL_OK;
}
