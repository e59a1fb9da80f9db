/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/publish: products and releases as statements in the log.
 *
 * The order of a release: product/v1 once, then for each release source-snapshot/v1 (manifest, archive), recipe/v1, one SLSA
 * provenance v1 per build, rebuild-verdict/v1 per comparison, release/v1 (which names them all), and product-head/v1:
 * the count and the Merkle root over all releases of the product, so that "these are all releases" is provable.
 *
 * What always holds:
 *  1. Doing a step again finds the statement that is there (.reused) and makes no second one. A private row, inserted in one
 *     transaction with the outbox row, remembers what was stated; a statement that the sequencer refused may be made anew.
 *  2. Bodies are in the blob store before the statement that names them is signed.
 *  3. A rebuild starts from the published bodies (archive, recipe), not from anybody's work tree.
 *
 * Every function waits until its statements are projected (pl_instance_settle); PL_E_HELD means that they
 * are stored and will be published. One thread at a time.
 */
#ifndef PL_RELEASE_PUBLISH_H
#define PL_RELEASE_PUBLISH_H
#include "base/base.h"
#include "crypto/digest.h"
#include "fact/approved.h"
#include "fact/instance.h"
#include "release/build.h"
#include "release/compare.h"
#include "release/snapshot.h"

/* What somebody who waits is told; each call may be NULL-checked away by leaving .tell NULL. */
struct pl_release_watch {
	/* @what: "reading files", "build: step 2 of 3", ...; @total 0 = not known. */
	void (*tell)(void *ctx, const char *what, uint64_t done, uint64_t total);
	void *ctx;
};

struct pl_release_job {
	struct pl_instance *inst;
	struct pl_arena *arena;              /* text of the results lives here */
	const struct pl_release_watch *watch; /* may be NULL */
	const char *scratch;                 /* where builds and temporary files go; NULL = /var/tmp */
	uint64_t wait_ns;                    /* for publication; 0 = 60 s */
	const struct pl_approved *approved; /* may be NULL */
};

/* One statement made or found. */
struct pl_release_stated {
	struct pl_digest pae, entry;
	bool reused;
	bool payload_only; /* nothing was stated: the payload was handed out */
};

/* @description: words for people, may be empty. PL_E_SYNTAX for a name that is no token. With a payload: PL_E_MISMATCH if it
 * says something else than this call would; PL_E_EXISTS if its payload is asked for and it is stated already. */
pl_status pl_release_product_add(struct pl_release_job *job, pl_str product, pl_str description,
	struct pl_release_stated *ret, struct pl_diag *diag);

struct pl_release_snapshot {
	struct pl_release_stated stated;
	struct pl_snapshot_info info;
	struct pl_snapshot_result result;
};
/* Snapshot the repository @path at @rev (NULL: HEAD) for @product. */
pl_status pl_release_snapshot(struct pl_release_job *job, pl_str product, const char *path, const char *rev,
	struct pl_release_snapshot *ret, struct pl_diag *diag);

struct pl_release_artefact {
	pl_str name;
	struct pl_digest digest;
	uint64_t size;
};

struct pl_release_build {
	struct pl_release_stated recipe, build;
	struct pl_digest snapshot; /* SHA-256(PAE) of the statement it starts from */
	char commit[65];
	size_t n_artefacts;
	struct pl_release_artefact *artefacts;
	uint64_t wall_ns, cpu_ns;  /* 0 when reused */
};
/* Build the snapshot of @commit (empty: the latest of the product) by the recipe @recipe_text at the plain site. */
pl_status pl_release_build(struct pl_release_job *job, pl_str product, pl_str commit, pl_str recipe_text,
	struct pl_release_build *ret, struct pl_diag *diag);

struct pl_release_rebuild {
	struct pl_release_stated build, verdict; /* .build is zero when the verdict was found, or nothing was built */
	enum pl_verdict worst;
	enum pl_reason reason;                   /* of PL_VERDICT_NOT_ATTEMPTED */
	char words[512], hint[256];              /* the same for people; empty when the verdict was found */
	size_t n;
	struct pl_release_artefact *artefacts;   /* as first built */
	struct pl_comparison *comparisons;
	uint64_t wall_ns, cpu_ns;
};
/*
 * Repeat the latest build of @product at the varied site, compare, state the verdict. PL_OK whatever the verdict: a rebuild
 * that could not be carried out, or whose build fails, is stated as *not attempted* with its reason. A comparison that was
 * stated before is found, unless @once_more; an attempt is always made anew.
 */
pl_status pl_release_rebuild(struct pl_release_job *job, pl_str product, bool once_more, struct pl_release_rebuild *ret,
	struct pl_diag *diag);

struct pl_release_published {
	struct pl_release_stated release, head;
	uint64_t number, count; /* of this release; of all releases stated in head */
	struct pl_digest root;
};
/* Publish the latest build of @product as @version, with all verdicts about that build, and state the new head. With a payload as
 * above, but it may name fewer or other verdicts: more of them may have come meanwhile. */
pl_status pl_release_publish(struct pl_release_job *job, pl_str product, pl_str version, pl_str notes,
	struct pl_release_published *ret, struct pl_diag *diag);

#endif
