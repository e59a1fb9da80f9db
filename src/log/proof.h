/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/proof: a C2SP tlog-proof: one entry, its inclusion path and the cosigned checkpoint, checkable offline.
 *
 *	c2sp.org/tlog-proof@v1
 *	extra <base64>               (optional; proves nothing by itself)
 *	index <n>
 *	<base64 hash>                (0..63 lines, the leaf's sibling first)
 *	                             (empty line)
 *	<signed checkpoint, verbatim>
 *
 * Several of them that share one checkpoint are a proof bundle: log/bundle.h. A parsed proof borrows from its text.
 */
#ifndef PL_LOG_PROOF_H
#define PL_LOG_PROOF_H
#include "log/policy.h"
#include "log/tree.h"

#define PL_PROOF_MAGIC "c2sp.org/tlog-proof@v1"
/* Longest extra data that is read: one log entry. */
#define PL_PROOF_EXTRA_MAX 65535u
#define PL_PROOF_TEXT_MAX (PL_CHECKPOINT_MAX + 96u * 1024u)

struct pl_proof {
	bool has_extra;
	pl_str extra; /* base64, checked to be canonical; decode with pl_proof_extra */
	uint64_t index;
	struct pl_tree_path path; /* at most 63 */
	pl_str checkpoint;        /* the signed note; empty for one part of a bundle being read */
};

/* Read one tlog-proof. PL_E_SYNTAX with line and words; PL_E_TOOBIG. The checkpoint is cut out, not yet looked at. */
pl_status pl_proof_parse(pl_str text, struct pl_proof *ret, struct pl_diag *diag);
/* Read the part before the checkpoint, up to and with its empty line, off *@text; what follows stays in *@text. */
pl_status pl_proof_take_head(pl_str *text, struct pl_proof *ret, struct pl_diag *diag);
/* Append the decoded extra data to @out; PL_E_NOTFOUND if there is none. */
pl_status pl_proof_extra(const struct pl_proof *proof, struct pl_buf *out);

/* Append a whole tlog-proof; @extra NULL leaves that line out, @checkpoint is the signed note. */
void pl_proof_write(struct pl_buf *out, uint64_t index, const struct pl_tree_path *path, const pl_bytes *extra,
	pl_str checkpoint);
/* The part before the checkpoint only. */
void pl_proof_write_head(struct pl_buf *out, uint64_t index, const struct pl_tree_path *path, const pl_bytes *extra);

/* Check everything: checkpoint signature and quorum by @policy, then that @leaf stands at the proof's index. PL_E_PROOF,
 * PL_E_SIGNATURE, PL_E_QUORUM (unless the policy says `quorum none`: then look at verdict->unwitnessed), PL_E_SYNTAX. */
pl_status pl_proof_verify(const struct pl_proof *proof, const struct pl_digest *leaf, const struct pl_policy *policy,
	struct pl_checkpoint *ret_cp, struct pl_policy_verdict *ret, struct pl_diag *diag);

#endif
