/* SPDX-License-Identifier: Apache-2.0 */
/* A tlog-proof that is accepted, with extra data that decodes, is written back the same. */
#include "base/mem.h"
#include "fuzz.h"
#include "log/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_buf extra PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROOF_EXTRA_MAX);
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROOF_TEXT_MAX);
	pl_str text = pl_bytes_str(pl_bytes_of(data, size));
	struct pl_proof proof;
	struct pl_diag diag = {0};
	struct pl_digest leaf = {{0}}, root;
	pl_bytes e;

	if (pl_proof_parse(text, &proof, &diag) != PL_OK)
		return 0;
	(void)!pl_tree_root_from_inclusion(proof.index, proof.index + 1, &leaf, proof.path.h, proof.path.n, &root);
	if (proof.has_extra && pl_proof_extra(&proof, &extra) != PL_OK)
		return 0;
	e = pl_buf_bytes(&extra);
	pl_proof_write(&again, proof.index, &proof.path, proof.has_extra ? &e : NULL, proof.checkpoint);
	FUZZ_HOLDS(pl_str_eq(pl_buf_str(&again), text));
	return 0;
}
