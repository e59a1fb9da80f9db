/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/source: what a build starts from, fetched from the published bodies, and one build of it stated. Included only
 * within this room.
 */
#ifndef PL_RELEASE_SOURCE_H
#define PL_RELEASE_SOURCE_H
#include "release/publish.h"
#include "release/work.h"

struct pl_source {
	pl_str product, commit;
	uint64_t seconds;               /* commit time */
	struct pl_digest snapshot;      /* SHA-256(PAE) of its statement */
	struct pl_digest archive;
	struct pl_release_stated recipe; /* its statement */
	struct pl_digest recipe_body;
	pl_str recipe_text;
};

/* The snapshot of @commit (empty: the latest). PL_E_NOTFOUND with words. */
pl_status pl_source_snapshot(struct pl_release_job *job, pl_str product, pl_str commit, struct pl_source *ret,
	struct pl_diag *diag);
/* Store and state the recipe @text, or find it stated. */
pl_status pl_source_recipe(struct pl_release_job *job, pl_str text, struct pl_source *source, struct pl_diag *diag);

/* Build @source at @site and state the provenance under @key as @kind ("build", "rebuild"). @record is filled; the caller
 * gives it to pl_build_record_done in any case. */
pl_status pl_source_build(struct pl_release_job *job, const struct pl_source *source, const struct pl_build_site *site,
	const char *kind, pl_str key, struct pl_build_record *record, struct pl_release_stated *ret, struct pl_diag *diag);
/* The artefacts in the detail of a build. */
pl_status pl_source_artefacts(struct pl_release_job *job, const struct pl_json *detail,
	struct pl_release_artefact **ret, size_t *ret_n);

#endif
