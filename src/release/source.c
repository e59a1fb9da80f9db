/* SPDX-License-Identifier: Apache-2.0 */
#include "release/source.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/predicates.h"
#include "fact/member.h"
#include "release/provenance.h"
#include <stdio.h>

#define TEXT PL_STR("text/plain")

/* ---- what it starts from ---- */

pl_status pl_source_snapshot(struct pl_release_job *job, pl_str product, pl_str commit, struct pl_source *ret,
	struct pl_diag *diag)
{
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct pl_json *detail PL_CLEANUP(pl_json_done) = NULL;
	struct pl_source s = {.product = product};
	struct pl_body archive = {0};
	struct pl_work w;
	pl_status st;

	pl_work_key(&key, "snapshot", product, NULL, NULL, "");
	pl_buf_put_str(&key, commit);
	st = commit.len ? pl_work_find(job, pl_buf_str(&key), &w) : pl_work_latest(job, product, "snapshot", &w);
	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(diag, "pellucid release snapshot %.*s --repo DIR", PL_STR_ARG(product));
		return pl_diag_set(diag, st, "there is no source snapshot of \"%.*s\"%s%.*s", PL_STR_ARG(product),
			commit.len ? " at commit " : "", PL_STR_ARG(commit));
	}
	if (st == PL_OK)
		st = pl_work_detail(&w, &detail);
	if (st == PL_OK)
		st = pl_arena_dup(job->arena, pl_member_text(detail, "commit"), &s.commit);
	if (st != PL_OK)
		return st;
	(void)pl_member_body(detail, "archive", &archive);
	s.archive = archive.digest;
	s.seconds = pl_member_u64(detail, "seconds");
	s.snapshot = w.pae;
	*ret = s;
	return PL_OK;
}

static pl_status state_recipe(struct pl_release_job *job, const struct pl_body *body, pl_str key, struct pl_source *s,
	struct pl_diag *diag)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_NAME_MAX);
	struct pl_subject subject = {.sha256 = body->digest};
	const struct pl_work_new w = {.key = key, .kind = "recipe", .product = s->product, .type = PL_TYPE_RECIPE,
		.subjects = &subject, .n_subjects = 1, .predicate = predicate, .detail = predicate};

	pl_buf_put_str(&name, s->product);
	pl_buf_put_z(&name, ".recipe");
	subject.name = pl_buf_str(&name);
	pl_json_set_str(predicate, "product", s->product);
	pl_work_set_body(predicate, "recipe", body);
	return pl_work_state(job, &w, &s->recipe, diag);
}

pl_status pl_source_recipe(struct pl_release_job *job, pl_str text, struct pl_source *source, struct pl_diag *diag)
{
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct pl_work w;
	struct pl_body body;
	pl_status st = pl_instance_body(job->inst, pl_str_bytes(text), TEXT, &body);

	if (st != PL_OK)
		return pl_diag_set(diag, st, "the recipe cannot be stored");
	source->recipe_body = body.digest;
	source->recipe_text = text;
	pl_work_key(&key, "recipe", source->product, &body.digest, NULL, NULL);
	st = pl_work_find(job, pl_buf_str(&key), &w);
	if (st == PL_OK)
		source->recipe = (struct pl_release_stated){.pae = w.pae, .entry = w.entry, .reused = true};
	return st == PL_E_NOTFOUND ? state_recipe(job, &body, pl_buf_str(&key), source, diag) : st;
}

/* ---- one build ---- */

static void on_step(void *ctx, unsigned step, unsigned steps, const char *what)
{
	char words[96];

	(void)snprintf(words, sizeof words, "building at \"%s\"", what);
	pl_work_tell(ctx, words, step, steps);
}

static pl_status run(struct pl_release_job *job, const struct pl_source *s, const struct pl_recipe *recipe,
	const struct pl_build_site *site, struct pl_build_record *record, struct pl_diag *diag)
{
	int archive PL_CLEANUP(pl_file_close) = -1;
	struct pl_build_job b = {.recipe = recipe, .archive_fd = -1, .commit_time = s->seconds, .site = site,
		.scratch = job->scratch ? job->scratch : "/var/tmp", .progress = on_step, .progress_ctx = job};
	pl_status st = pl_work_temp(job, &archive, diag);

	if (st == PL_OK)
		st = pl_blob_get_fd(pl_instance_blobs(job->inst), &s->archive, archive);
	if (st == PL_E_NOTFOUND || st == PL_E_CORRUPT)
		record->reason = PL_REASON_SOURCE_MISSING;
	if (st != PL_OK)
		return pl_diag_set(diag, st, "the source archive cannot be read from the blob store");
	b.archive_fd = archive;
	return pl_build_run(&b, record, diag);
}

static pl_status store_outputs(struct pl_release_job *job, const struct pl_build_record *record)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < record->noutputs && st == PL_OK; i++) {
		int fd PL_CLEANUP(pl_file_close) = -1;
		struct pl_digest d;

		st = pl_build_record_output(record, i, &fd);
		if (st == PL_OK)
			st = pl_blob_put_fd(pl_instance_blobs(job->inst), fd, PL_BUILD_OUTPUT_MAX, &d, NULL);
		if (st == PL_OK && !pl_digest_eq(&d, &record->outputs[i].digest))
			st = PL_E_CORRUPT;
	}
	return st;
}

static pl_status store_bodies(struct pl_release_job *job, const struct pl_build_record *record, struct pl_provenance *p)
{
	pl_status st = pl_instance_body(job->inst, pl_buf_bytes(&record->packages), TEXT, &p->packages);

	if (st == PL_OK)
		st = pl_instance_body(job->inst, pl_buf_bytes(&record->log), TEXT, &p->log);
	if (st == PL_OK)
		st = pl_instance_body(job->inst, pl_buf_bytes(&record->environment), TEXT, &p->environment);
	return st == PL_OK ? store_outputs(job, record) : st;
}

static struct pl_json *make_detail(const struct pl_source *s, const struct pl_build_record *record)
{
	struct pl_json *detail = pl_json_new_object(), *list;

	pl_json_set_str(detail, "commit", s->commit);
	pl_json_set_u64(detail, "seconds", s->seconds);
	pl_work_set_digest(detail, "snapshot", &s->snapshot);
	pl_work_set_digest(detail, "archive", &s->archive);
	pl_work_set_digest(detail, "recipe", &s->recipe.pae);
	pl_work_set_digest(detail, "recipeBody", &s->recipe_body);
	list = pl_json_set_array(detail, "artefacts");
	for (size_t i = 0; i < record->noutputs; i++) {
		struct pl_json *a = pl_json_push_object(list);

		pl_json_set_str(a, "name", record->outputs[i].name);
		pl_work_set_digest(a, "digest", &record->outputs[i].digest);
		pl_json_set_u64(a, "size", record->outputs[i].size);
	}
	return detail;
}

static pl_status state_build(struct pl_release_job *job, const struct pl_source *s, const struct pl_json *predicate,
	const struct pl_build_record *record, const char *kind, pl_str key, struct pl_release_stated *ret,
	struct pl_diag *diag)
{
	struct pl_subject *subjects = pl_arena_alloc(job->arena, record->noutputs, sizeof *subjects);
	struct pl_json *detail PL_CLEANUP(pl_json_done) = make_detail(s, record);
	const struct pl_work_new w = {.key = key, .kind = kind, .product = s->product, .type = PL_TYPE_SLSA_PROVENANCE,
		.subjects = subjects, .n_subjects = record->noutputs, .predicate = predicate, .detail = detail};

	if (!subjects)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < record->noutputs; i++)
		subjects[i] = (struct pl_subject){record->outputs[i].name, record->outputs[i].digest};
	return pl_work_state(job, &w, ret, diag);
}

pl_status pl_source_build(struct pl_release_job *job, const struct pl_source *source, const struct pl_build_site *site,
	const char *kind, pl_str key, struct pl_build_record *record, struct pl_release_stated *ret, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_buf builder PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = NULL;
	struct pl_provenance p = {.product = source->product, .commit = source->commit, .source = source->archive,
		.recipe = source->recipe_body};
	struct pl_recipe recipe;
	pl_status st = pl_recipe_parse(source->recipe_text, &arena, &recipe, diag);

	if (st == PL_OK && recipe.noutputs > PL_STATEMENT_SUBJECTS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a recipe that is published names at most %u outputs",
			PL_STATEMENT_SUBJECTS_MAX);
	if (st == PL_OK)
		st = run(job, source, &recipe, site, record, diag);
	if (st == PL_OK && (st = store_bodies(job, record, &p)) != PL_OK)
		return pl_diag_set(diag, st, "the outputs cannot be stored");
	if (st != PL_OK)
		return st;
	pl_buf_put_z(&builder, "urn:pellucid:builder:");
	pl_buf_put_str(&builder, pl_instance_conf(job->inst)->origin);
	pl_buf_printf(&builder, ":%s", site->host);
	p.builder = pl_buf_str(&builder);
	predicate = pl_provenance_write(&p, record, &recipe, site);
	return state_build(job, source, predicate, record, kind, key, ret, diag);
}

pl_status pl_source_artefacts(struct pl_release_job *job, const struct pl_json *detail,
	struct pl_release_artefact **ret, size_t *ret_n)
{
	const struct pl_json *list = pl_json_get(detail, "artefacts");
	size_t n = pl_json_count(list);
	struct pl_release_artefact *a = pl_arena_alloc(job->arena, n ? n : 1, sizeof *a);
	pl_status st = a ? PL_OK : PL_E_TOOBIG;

	for (size_t i = 0; i < n && st == PL_OK; i++) {
		const struct pl_json *o = pl_json_at(list, i);

		a[i].digest = pl_member_digest(o, "digest");
		a[i].size = pl_member_u64(o, "size");
		st = pl_arena_dup(job->arena, pl_member_text(o, "name"), &a[i].name);
	}
	if (st != PL_OK)
		return st;
	*ret = a;
	*ret_n = n;
	return PL_OK;
}
