/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/query: products and releases as the public tables show them (fact/query.h says as of which checkpoint). Text and
 * arrays live in the caller's arena.
 */
#ifndef PL_RELEASE_QUERY_H
#define PL_RELEASE_QUERY_H
#include "fact/instance.h"
#include "release/compare.h"
#include "release/reason.h"

#define PL_RELEASE_PAGE_MAX 256u

struct pl_query_product {
	pl_str name;
	uint64_t index;              /* of its product/v1 */
	bool described;
	struct pl_digest description; /* body */
	uint64_t releases;
	pl_str latest;               /* version of the last release; empty without */
	bool has_head;
	uint64_t head_index, head_count;
	struct pl_digest head_root;
};

struct pl_query_release {
	pl_str product, version;
	uint64_t number, index;
	uint64_t time;               /* of the statement, ns */
	struct pl_digest pae, snapshot, recipe, build;
	pl_str commit;
	uint64_t commit_time;        /* seconds */
	uint64_t files;
	struct pl_digest archive, manifest, recipe_body;
	uint64_t snapshot_index, recipe_index, build_index;
	uint64_t verdicts[PL_VERDICT_COUNT]; /* about this build, by enum pl_verdict: one for each site and key */
};

struct pl_query_artefact {
	pl_str name;
	struct pl_digest digest;
	uint64_t size;
};

struct pl_query_verdict {
	uint64_t index;
	uint64_t time;
	pl_str site;
	enum pl_verdict verdict;
	struct pl_digest pae;
	bool has_report, has_log;
	struct pl_digest report, log; /* bodies */
	enum pl_reason reason;       /* of not attempted */
	pl_str holder, role;         /* of the key that signed it */
	bool counts;                 /* false: the same site stated a better one with the same key, */
	uint64_t replaced_by;        /* in this entry (docs/decisions/0013-builds.md) */
};

/* By name, after @after (empty to start). */
pl_status pl_query_products(struct pl_instance *inst, pl_str after, size_t limit, struct pl_arena *arena,
	struct pl_query_product **ret, size_t *ret_count);
/* PL_E_NOTFOUND. */
pl_status pl_query_product(struct pl_instance *inst, pl_str name, struct pl_arena *arena, struct pl_query_product *ret);
/* Newest first, with numbers below @before (UINT64_MAX to start). */
pl_status pl_query_releases(struct pl_instance *inst, pl_str product, uint64_t before, size_t limit,
	struct pl_arena *arena, struct pl_query_release **ret, size_t *ret_count);
/* PL_E_NOTFOUND. */
pl_status pl_query_release(struct pl_instance *inst, pl_str product, pl_str version, struct pl_arena *arena,
	struct pl_query_release *ret);
pl_status pl_query_artefacts(struct pl_instance *inst, pl_str product, uint64_t number, struct pl_arena *arena,
	struct pl_query_artefact **ret, size_t *ret_count);
/* All verdicts about the build with that SHA-256(PAE), oldest first. */
pl_status pl_query_verdicts(struct pl_instance *inst, const struct pl_digest *build, struct pl_arena *arena,
	struct pl_query_verdict **ret, size_t *ret_count);
/* Which release has an artefact with that digest? (Newest.) PL_E_NOTFOUND. */
pl_status pl_query_release_of(struct pl_instance *inst, const struct pl_digest *artefact, struct pl_arena *arena,
	struct pl_query_release *ret);

#endif
