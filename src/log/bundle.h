/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/bundle: the proof bundle: one or more tlog-proof heads, each with its entry in the extra line, followed by the one
 * checkpoint that they share (docs/formats/proof-bundle.md).
 *
 *	c2sp.org/tlog-proof@v1
 *	extra <base64 of entry 5>
 *	index 5
 *	...
 *
 *	c2sp.org/tlog-proof@v1
 *	extra <base64 of entry 7>
 *	index 7
 *	...
 *
 *	<signed checkpoint>
 *
 * A bundle of one part is a stock tlog-proof; any part's head followed by the checkpoint is one too. The entry of a part
 * is hashed as its leaf, so here the extra line *is* authenticated.
 *
 * What always holds: indexes rise strictly; every part has a non-empty entry; one spelling per content. A parsed bundle
 * borrows from its text.
 *
 * What has more than PL_BUNDLE_PARTS_MAX entries is given as a *set*: several bundles one behind the other in one text, all with the same
 * checkpoint, byte for byte. A set of one is a bundle.
 */
#ifndef PL_LOG_BUNDLE_H
#define PL_LOG_BUNDLE_H
#include "base/arena.h"
#include "log/proof.h"

#define PL_BUNDLE_PARTS_MAX 256u
#define PL_BUNDLE_TEXT_MAX (32u * 1024u * 1024u) /* of a set, too */
/* Heads of a set, those that come again counted. */
#define PL_BUNDLE_SET_PARTS_MAX 16384u

struct pl_bundle_part {
	struct pl_proof proof; /* its checkpoint is the shared one */
	pl_bytes entry;        /* decoded; lives in the arena */
	pl_str head;           /* the part's own text; head + checkpoint is a stock tlog-proof */
};

struct pl_bundle {
	size_t n;
	struct pl_bundle_part *part; /* in order of rising index */
	pl_str checkpoint;
};

/* Read a bundle; parts and entries are put into @arena (give it PL_BUNDLE_TEXT_MAX). PL_E_SYNTAX, PL_E_TOOBIG. */
pl_status pl_bundle_parse(pl_str text, struct pl_arena *arena, struct pl_bundle *ret, struct pl_diag *diag);

/*
 * Read a set: its parts as those of one bundle, in order of rising index. A part that stands in several of its bundles is there once.
 * PL_E_SYNTAX, also if two of them differ in their checkpoint, or prove one index in two ways; PL_E_TOOBIG. Give @arena four times
 * PL_BUNDLE_TEXT_MAX.
 */
pl_status pl_bundle_parse_set(pl_str text, struct pl_arena *arena, struct pl_bundle *ret, struct pl_diag *diag);

/* Check the checkpoint by @policy as pl_policy_accept does, then every part's inclusion. All or nothing. */
pl_status pl_bundle_verify(const struct pl_bundle *bundle, const struct pl_policy *policy, struct pl_checkpoint *ret_cp,
	struct pl_policy_verdict *ret, struct pl_diag *diag);

/* Append part @i as a stock tlog-proof. */
void pl_bundle_extract(const struct pl_bundle *bundle, size_t i, struct pl_buf *out);

/* Writing: begin with an empty @out of maximum PL_BUNDLE_TEXT_MAX, put parts in order of rising index, then finish with
 * the signed checkpoint. PL_E_RANGE for an index that does not rise, an empty or too long entry, or too many parts. A set
 * is written by another writer with the same @out. */
struct pl_bundle_writer {
	struct pl_buf *out;
	size_t n;
	uint64_t last_index;
};
pl_status pl_bundle_put(struct pl_bundle_writer *w, uint64_t index, const struct pl_tree_path *path, pl_bytes entry);
pl_status pl_bundle_finish(struct pl_bundle_writer *w, pl_str checkpoint);

#endif
