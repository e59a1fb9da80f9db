/* SPDX-License-Identifier: Apache-2.0 */
/* release/record: builds of a product, stated (release/publish.h). */
#include "fact/predicates.h"
#include "fact/member.h"
#include "release/publish.h"
#include "release/source.h"

/* ---- build ---- */

/* Every artefact, undamaged. */
static bool all_there(struct pl_release_job *job, const struct pl_release_build *b)
{
	for (size_t i = 0; i < b->n_artefacts; i++)
		if (pl_blob_check(pl_instance_blobs(job->inst), &b->artefacts[i].digest) != PL_OK)
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
