/* SPDX-License-Identifier: Apache-2.0 */
/* release/record: builds and rebuilds of a product, stated (release/publish.h). */
#include "base/file.h"
#include "base/time.h"
#include "fact/predicates.h"
#include "release/member.h"
#include "release/publish.h"
#include "release/source.h"
#include <sched.h>
#include <stdio.h>

#define REPORT_MAX ((size_t)1 << 20)

/* ---- build ---- */

static bool all_there(struct pl_release_job *job, const struct pl_release_build *b)
{
	uint64_t size;

	for (size_t i = 0; i < b->n_artefacts; i++)
		if (pl_blob_head(pl_instance_blobs(job->inst), &b->artefacts[i].digest, &size) != PL_OK)
			return false;
	return true;
}

static pl_status fill_from_detail(struct pl_release_job *job, const struct pl_work *w, struct pl_release_build *b)
{
	struct pl_json *detail PL_CLEANUP(pl_json_done) = NULL;
	pl_status st = pl_work_detail(w, &detail);

	return st == PL_OK ? pl_source_artefacts(job, detail, &b->artefacts, &b->n_artefacts) : st;
}

/* PL_E_NOTFOUND: it must be built (again). */
static pl_status find_build(struct pl_release_job *job, pl_str key, struct pl_release_build *b)
{
	struct pl_work w;
	pl_status st = pl_work_find(job, key, &w);

	if (st == PL_OK)
		st = fill_from_detail(job, &w, b);
	if (st != PL_OK)
		return st;
	b->build = (struct pl_release_stated){.pae = w.pae, .entry = w.entry, .reused = true};
	return all_there(job, b) ? PL_OK : PL_E_NOTFOUND;
}

static pl_status build_new(struct pl_release_job *job, const struct pl_source *s, pl_str key, struct pl_release_build *b,
	struct pl_diag *diag)
{
	struct pl_build_record record PL_CLEANUP(pl_build_record_done) = PL_BUILD_RECORD;
	pl_status st = pl_source_build(job, s, pl_build_site_plain(), "build", key, &record, &b->build, diag);

	if (st != PL_OK)
		return st;
	b->wall_ns = record.finished - record.started;
	b->cpu_ns = record.cpu_ns;
	b->n_artefacts = record.noutputs;
	b->artefacts = pl_arena_alloc(job->arena, record.noutputs, sizeof *b->artefacts);
	if (!b->artefacts)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < record.noutputs && st == PL_OK; i++) {
		b->artefacts[i].digest = record.outputs[i].digest;
		b->artefacts[i].size = record.outputs[i].size;
		st = pl_arena_dup(job->arena, record.outputs[i].name, &b->artefacts[i].name);
	}
	return st;
}

pl_status pl_release_build(struct pl_release_job *job, pl_str product, pl_str commit, pl_str recipe_text,
	struct pl_release_build *ret, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	struct pl_release_stated both[2];
	struct pl_release_build b = {0};
	struct pl_recipe recipe;
	struct pl_source s;
	pl_status st = pl_recipe_parse(recipe_text, &arena, &recipe, diag);

	if (st == PL_OK)
		st = pl_source_snapshot(job, product, commit, &s, diag);
	if (st == PL_OK)
		st = pl_source_recipe(job, recipe_text, &s, diag);
	if (st != PL_OK)
		return st;
	pl_work_key(&key, "build", product, &s.snapshot, &s.recipe.pae, pl_build_site_plain()->host);
	st = find_build(job, pl_buf_str(&key), &b);
	if (st == PL_E_NOTFOUND)
		st = build_new(job, &s, pl_buf_str(&key), &b, diag);
	b.recipe = both[0] = s.recipe;
	both[1] = b.build;
	if (st == PL_OK)
		st = pl_str_z(s.commit, b.commit, sizeof b.commit);
	if (st == PL_OK)
		st = pl_work_settle(job, both, 2, diag);
	b.snapshot = s.snapshot;
	if (st == PL_OK)
		*ret = b;
	return st;
}

/* ---- rebuild ---- */

static void put_variation(struct pl_json *list, const char *what, const char *a, const char *b)
{
	struct pl_json *o;

	if (strcmp(a, b) == 0)
		return;
	o = pl_json_push_object(list);
	pl_json_set_z(o, "what", what);
	pl_json_set_z(o, "build", a);
	pl_json_set_z(o, "rebuild", b);
}

static void put_number(struct pl_json *list, const char *what, int64_t a, int64_t b)
{
	char text_a[32], text_b[32];

	(void)snprintf(text_a, sizeof text_a, "%lld", (long long)a);
	(void)snprintf(text_b, sizeof text_b, "%lld", (long long)b);
	put_variation(list, what, text_a, text_b);
}

static void put_octal(struct pl_json *list, const char *what, unsigned a, unsigned b)
{
	char text_a[32], text_b[32];

	(void)snprintf(text_a, sizeof text_a, "%04o", a);
	(void)snprintf(text_b, sizeof text_b, "%04o", b);
	put_variation(list, what, text_a, text_b);
}

/* Everything in which the two sites differ, in words and values. */
static void put_variations(struct pl_json *list, const struct pl_build_record *rebuild)
{
	const struct pl_build_site *a = pl_build_site_plain(), *b = pl_build_site_varied();
	cpu_set_t all;
	int cpus = sched_getaffinity(0, sizeof all, &all) == 0 ? CPU_COUNT(&all) : 1;

	put_number(list, "user id", a->uid, b->uid);
	put_number(list, "group id", a->gid, b->gid);
	put_variation(list, "user name", a->user, b->user);
	put_variation(list, "host name", a->host, b->host);
	put_variation(list, "home directory", a->home, b->home);
	put_variation(list, "time zone", a->timezone, b->timezone);
	put_variation(list, "locale", a->locale, b->locale);
	put_number(list, "system time, seconds ahead", a->clock_offset, b->clock_offset);
	put_octal(list, "umask", a->umask, b->umask);
	put_number(list, "processors", cpus, rebuild->cpus);
	put_variation(list, "outer directory", a->outer_name, b->outer_name);
	for (size_t i = 0; b->noise && b->noise[i]; i++)
		put_variation(list, "environment variable", "", b->noise[i]);
}

static void put_comparison(struct pl_json *list, const struct pl_release_artefact *a, const struct pl_comparison *c)
{
	struct pl_json *o = pl_json_push_object(list), *names;

	pl_json_set_str(o, "name", a->name);
	pl_json_set_z(o, "verdict", pl_verdict_word(c->verdict));
	pl_work_set_digest(o, "build", &c->a);
	pl_work_set_digest(o, "rebuild", &c->b);
	pl_json_set_u64(o, "buildSize", c->size_a);
	pl_json_set_u64(o, "rebuildSize", c->size_b);
	names = pl_json_set_array(o, "normalised");
	if (c->normalised & PL_NORMALISE_ELF_BUILD_ID)
		pl_json_push_z(names, "elf-build-id");
	if (c->normalised & PL_NORMALISE_AR_HEADER)
		pl_json_push_z(names, "ar-header");
	if (c->verdict != PL_VERDICT_DIFFERENT)
		return;
	pl_json_set_u64(o, "firstDifference", c->first);
	pl_json_set_u64(o, "differingBytes", c->differing);
	pl_json_set_z(o, "section", c->section_a);
	pl_json_set_z(o, "sections", c->sections);
}

static pl_status read_comparison(const struct pl_json *o, struct pl_comparison *c)
{
	const struct pl_json *names = pl_json_get(o, "normalised");

	c->a = pl_member_digest(o, "build");
	c->b = pl_member_digest(o, "rebuild");
	c->size_a = pl_member_u64(o, "buildSize");
	c->size_b = pl_member_u64(o, "rebuildSize");
	c->first = pl_member_u64(o, "firstDifference");
	c->differing = pl_member_u64(o, "differingBytes");
	for (size_t i = 0; i < pl_json_count(names); i++) {
		pl_str name = {0};

		if (pl_json_str(pl_json_at(names, i), &name) == PL_OK)
			c->normalised |= pl_str_eq(name, PL_STR("ar-header")) ? PL_NORMALISE_AR_HEADER : PL_NORMALISE_ELF_BUILD_ID;
	}
	if (pl_str_z(pl_member_text(o, "section"), c->section_a, sizeof c->section_a) != PL_OK ||
		pl_str_z(pl_member_text(o, "sections"), c->sections, sizeof c->sections) != PL_OK)
		return PL_E_CORRUPT;
	return pl_verdict_parse(pl_member_text(o, "verdict"), &c->verdict);
}

struct again {
	struct pl_release_job *job;
	struct pl_source source;
	struct pl_digest build;       /* SHA-256(PAE) of what is repeated */
	struct pl_release_rebuild r;
	struct pl_diag *diag;
};

static pl_status compare_one(struct again *a, const struct pl_build_record *record, size_t i, unsigned allowed)
{
	int first PL_CLEANUP(pl_file_close) = -1, second PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_work_temp(a->job, &first, a->diag);

	if (st == PL_OK)
		st = pl_blob_get_fd(pl_instance_blobs(a->job->inst), &a->r.artefacts[i].digest, first);
	if (st != PL_OK)
		return pl_diag_set(a->diag, st, "artefact \"%.*s\" cannot be read from the blob store",
			PL_STR_ARG(a->r.artefacts[i].name));
	st = pl_build_record_output(record, i, &second);
	return st == PL_OK ? pl_compare_files(first, second, allowed, &a->r.comparisons[i]) : st;
}

static pl_status compare_all(struct again *a, const struct pl_build_record *record)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_recipe recipe;
	pl_status st = pl_recipe_parse(a->source.recipe_text, &arena, &recipe, a->diag);

	if (st == PL_OK && record->noutputs != a->r.n)
		return PL_E_CORRUPT;
	for (size_t i = 0; i < a->r.n && st == PL_OK; i++) {
		pl_work_tell(a->job, "comparing", i, a->r.n);
		st = compare_one(a, record, i, recipe.normalise);
		if (a->r.comparisons[i].verdict > a->r.worst)
			a->r.worst = a->r.comparisons[i].verdict;
	}
	return st;
}

static struct pl_json *make_report(const struct again *a, const struct pl_build_record *record)
{
	struct pl_json *report = pl_json_new_object(), *list;

	pl_json_set_str(report, "product", a->source.product);
	pl_json_set_str(report, "commit", a->source.commit);
	pl_json_set_z(report, "verdict", pl_verdict_word(a->r.worst));
	pl_work_set_digest(report, "build", &a->build);
	pl_work_set_digest(report, "rebuild", &a->r.build.pae);
	put_variations(pl_json_set_array(report, "varied"), record);
	list = pl_json_set_array(report, "artefacts");
	for (size_t i = 0; i < a->r.n; i++)
		put_comparison(list, &a->r.artefacts[i], &a->r.comparisons[i]);
	return report;
}

static pl_status state_verdict(struct again *a, const struct pl_json *report, pl_str key)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(REPORT_MAX);
	struct pl_subject *subjects = pl_arena_alloc(a->job->arena, a->r.n, sizeof *subjects);
	const struct pl_work_new w = {.key = key, .kind = "verdict", .product = a->source.product,
		.type = PL_TYPE_REBUILD_VERDICT, .subjects = subjects, .n_subjects = a->r.n, .predicate = predicate,
		.detail = report};
	struct pl_body body;
	pl_status st = subjects ? pl_json_write_pretty(report, &text) : PL_E_TOOBIG;

	if (st == PL_OK)
		st = pl_instance_body(a->job->inst, pl_buf_bytes(&text), PL_STR("application/json"), &body);
	if (st != PL_OK)
		return st;
	for (size_t i = 0; i < a->r.n; i++)
		subjects[i] = (struct pl_subject){a->r.artefacts[i].name, a->r.artefacts[i].digest};
	pl_json_set_str(predicate, "product", a->source.product);
	pl_json_set_z(predicate, "site", pl_build_site_varied()->host);
	pl_json_set_z(predicate, "verdict", pl_verdict_word(a->r.worst));
	pl_work_set_digest(predicate, "build", &a->build);
	pl_work_set_digest(predicate, "rebuild", &a->r.build.pae);
	pl_work_set_body(predicate, "report", &body);
	return pl_work_state(a->job, &w, &a->r.verdict, a->diag);
}

static pl_status rebuild_new(struct again *a, pl_str verdict_key)
{
	struct pl_build_record record PL_CLEANUP(pl_build_record_done) = PL_BUILD_RECORD;
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	struct pl_json *report PL_CLEANUP(pl_json_done) = NULL;
	char unique[24];
	pl_status st;

	/* A second build is a fact of its own each time it is made. */
	(void)snprintf(unique, sizeof unique, "%llu", (unsigned long long)pl_time_now());
	pl_work_key(&key, "rebuild", a->source.product, &a->build, NULL, unique);
	st = pl_source_build(a->job, &a->source, pl_build_site_varied(), "rebuild", pl_buf_str(&key), &record, &a->r.build,
		a->diag);
	if (st == PL_OK)
		st = compare_all(a, &record);
	if (st != PL_OK)
		return st;
	a->r.wall_ns = record.finished - record.started;
	a->r.cpu_ns = record.cpu_ns;
	report = make_report(a, &record);
	return state_verdict(a, report, verdict_key);
}

static pl_status find_verdict(struct again *a, pl_str key)
{
	struct pl_json *report PL_CLEANUP(pl_json_done) = NULL;
	const struct pl_json *list;
	struct pl_work w;
	pl_status st = pl_work_find(a->job, key, &w);

	if (st == PL_OK)
		st = pl_work_detail(&w, &report);
	if (st != PL_OK)
		return st;
	list = pl_json_get(report, "artefacts");
	if (pl_json_count(list) != a->r.n)
		return PL_E_CORRUPT;
	for (size_t i = 0; i < a->r.n && st == PL_OK; i++)
		st = read_comparison(pl_json_at(list, i), &a->r.comparisons[i]);
	a->r.verdict = (struct pl_release_stated){.pae = w.pae, .entry = w.entry, .reused = true};
	return st == PL_OK ? pl_verdict_parse(pl_member_text(report, "verdict"), &a->r.worst) : st;
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
	a->build = w.pae;
	st = pl_blob_get_bytes(pl_instance_blobs(a->job->inst), &s->recipe_body, &text);
	if (st != PL_OK)
		return pl_diag_set(a->diag, st, "the recipe cannot be read from the blob store");
	st = pl_arena_dup(a->job->arena, pl_buf_str(&text), &s->recipe_text);
	if (st == PL_OK)
		st = pl_arena_dup(a->job->arena, pl_member_text(detail, "commit"), &s->commit);
	return st == PL_OK ? pl_source_artefacts(a->job, detail, &a->r.artefacts, &a->r.n) : st;
}

pl_status pl_release_rebuild(struct pl_release_job *job, pl_str product, struct pl_release_rebuild *ret,
	struct pl_diag *diag)
{
	struct again a = {.job = job, .diag = diag};
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	struct pl_release_stated stated[2];
	size_t n = 0;
	pl_status st = load_build(&a, product);

	if (st == PL_OK && !(a.r.comparisons = pl_arena_alloc(job->arena, a.r.n, sizeof *a.r.comparisons)))
		return PL_E_TOOBIG;
	if (st != PL_OK)
		return st;
	pl_work_key(&key, "verdict", product, &a.build, NULL, pl_build_site_varied()->host);
	st = find_verdict(&a, pl_buf_str(&key));
	if (st == PL_E_NOTFOUND) {
		st = rebuild_new(&a, pl_buf_str(&key));
		stated[n++] = a.r.build;
	}
	stated[n++] = a.r.verdict;
	if (st == PL_OK)
		st = pl_work_settle(job, stated, n, diag);
	if (st == PL_OK)
		*ret = a.r;
	return st;
}
