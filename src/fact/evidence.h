/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/evidence: the proof bundle of some entries, with everything that somebody who holds only the trust file needs to
 * judge them: the inception, and the statements that introduced (and ended) the keys that signed.
 */
#ifndef PL_FACT_EVIDENCE_H
#define PL_FACT_EVIDENCE_H
#include "fact/query.h"

/*
 * Append to @out (empty, of maximum PL_BUNDLE_TEXT_MAX) the proof bundle of the @n entries @indexes, in any order and
 * with repetitions, under the last checkpoint with quorum.
 * PL_E_NOTFOUND: an entry is not published yet. PL_E_TOOBIG: more than PL_BUNDLE_PARTS_MAX entries in all.
 */
pl_status pl_evidence_bundle(struct pl_instance *inst, const uint64_t *indexes, size_t n, struct pl_buf *out,
	struct pl_diag *diag);
/*
 * The same of more entries than a bundle holds: a set of bundles (log/bundle.h) under one checkpoint, inception and keys in each of them.
 * PL_E_TOOBIG: it does not fit into PL_BUNDLE_TEXT_MAX, with words.
 */
pl_status pl_evidence_set(struct pl_instance *inst, const uint64_t *indexes, size_t n, struct pl_buf *out, struct pl_diag *diag);

#endif
