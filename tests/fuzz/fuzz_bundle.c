/* SPDX-License-Identifier: Apache-2.0 */
/* A proof bundle that is accepted is written back the same, and every part of it is a stock tlog-proof. A set of them has all parts of each,
 * once, in order; and a bundle is a set of one. */
#include "base/mem.h"
#include "fuzz.h"
#include "log/bundle.h"

/* Several bundles: what is accepted can be written as sets are. Answers whether it was, and how many parts there are. */
static bool check_set(pl_str text, size_t *ret_n)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(4 * (size_t)PL_BUNDLE_TEXT_MAX);
	struct pl_arena other PL_CLEANUP(pl_arena_done) = PL_ARENA(4 * (size_t)PL_BUNDLE_TEXT_MAX);
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(2 * (size_t)PL_BUNDLE_TEXT_MAX);
	struct pl_bundle set, read;
	struct pl_diag diag = {0};
	pl_status st = pl_bundle_parse_set(text, &arena, &set, &diag);

	if (st != PL_OK) {
		FUZZ_HOLDS(st == PL_E_NOMEM || diag.text[0]);
		return false;
	}
	FUZZ_HOLDS(set.n > 0 && set.n <= PL_BUNDLE_SET_PARTS_MAX);
	for (size_t at = 0; at < set.n;) {
		struct pl_bundle_writer w = {.out = &again};

		for (size_t i = 0; i < 3 && at < set.n; i++, at++) {
			FUZZ_HOLDS(at == 0 || set.part[at].proof.index > set.part[at - 1].proof.index);
			FUZZ_HOLDS(pl_bundle_put(&w, set.part[at].proof.index, &set.part[at].proof.path, set.part[at].entry) == PL_OK);
		}
		FUZZ_HOLDS(pl_bundle_finish(&w, set.checkpoint) == PL_OK);
	}
	/* A checkpoint that is no note cannot be told from what follows it. */
	if (pl_bundle_parse_set(pl_buf_str(&again), &other, &read, NULL) == PL_OK && pl_str_eq(read.checkpoint, set.checkpoint))
		FUZZ_HOLDS(read.n == set.n);
	*ret_n = set.n;
	return true;
}

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
	size_t n = 0;
	bool is_set = check_set(text, &n);

	if (pl_bundle_parse(text, &arena, &b, &diag) != PL_OK)
		return 0;
	FUZZ_HOLDS(b.n > 0 && b.n <= PL_BUNDLE_PARTS_MAX);
	for (size_t i = 0; i < b.n; i++) {
		const struct pl_proof *p = &b.part[i].proof;

		FUZZ_HOLDS(pl_bundle_put(&w, p->index, &p->path, b.part[i].entry) == PL_OK);
	}
	FUZZ_HOLDS(pl_bundle_finish(&w, b.checkpoint) == PL_OK);
	FUZZ_HOLDS(pl_str_eq(pl_buf_str(&again), text));
	FUZZ_HOLDS(!is_set || n == b.n || pl_str_find_str(b.checkpoint, PL_STR(PL_PROOF_MAGIC "\n")) < b.checkpoint.len);
	if (b.checkpoint.len <= PL_CHECKPOINT_MAX) {
		pl_bundle_extract(&b, 0, &one);
		FUZZ_HOLDS(pl_proof_parse(pl_buf_str(&one), &proof, &diag) == PL_OK);
	}
	return 0;
}
