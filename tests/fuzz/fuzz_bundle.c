/* SPDX-License-Identifier: Apache-2.0 */
/* A proof bundle that is accepted is written back the same, and every part of it is a stock tlog-proof. */
#include "base/mem.h"
#include "fuzz.h"
#include "log/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PL_BUNDLE_TEXT_MAX);
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct pl_buf one PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct pl_bundle_writer w = {.out = &again};
	pl_str text = pl_bytes_str(pl_bytes_of(data, size));
	struct pl_bundle b;
	struct pl_diag diag = {0};
	struct pl_proof proof;

	if (pl_bundle_parse(text, &arena, &b, &diag) != PL_OK)
		return 0;
	FUZZ_HOLDS(b.n > 0 && b.n <= PL_BUNDLE_PARTS_MAX);
	for (size_t i = 0; i < b.n; i++) {
		const struct pl_proof *p = &b.part[i].proof;

		FUZZ_HOLDS(pl_bundle_put(&w, p->index, &p->path, b.part[i].entry) == PL_OK);
	}
	FUZZ_HOLDS(pl_bundle_finish(&w, b.checkpoint) == PL_OK);
	FUZZ_HOLDS(pl_str_eq(pl_buf_str(&again), text));
	if (b.checkpoint.len <= PL_CHECKPOINT_MAX) {
		pl_bundle_extract(&b, 0, &one);
		FUZZ_HOLDS(pl_proof_parse(pl_buf_str(&one), &proof, &diag) == PL_OK);
	}
	return 0;
}
