/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/tree, making proofs: RFC 6962 sections 2.1.1 and 2.1.2, read from the root downward.
 *
 * At most one sibling on the way down is not a complete subtree: the rest of the tree to the right of the last turn to
 * the left. It is fetched as its complete subtrees and folded, so a proof needs at most 63 + 63 hashes.
 */
#include "log/tree.h"
#include "base/mem.h"
#include <assert.h>

/* A proof being planned: span i is made by folding ids[first .. first + count - 1]. Top of the tree first. */
struct plan {
	size_t n_ids, n_spans;
	struct pl_tree_node_id ids[PL_TREE_FETCH_MAX];
	struct {
		uint8_t first, count;
	} span[PL_TREE_PATH_MAX];
};

static unsigned log2_floor(uint64_t n)
{
	return 63u - (unsigned)__builtin_clzll(n);
}

/* The leaves @lo..@hi-1 as complete subtrees, largest first. @lo is a multiple of the smallest power of two that is
 * not below hi - lo. */
static void plan_range(struct plan *p, uint64_t lo, uint64_t hi)
{
	assert(p->n_spans < PL_COUNT(p->span));
	p->span[p->n_spans].first = (uint8_t)p->n_ids;
	while (lo < hi) {
		unsigned level = log2_floor(hi - lo);

		assert(p->n_ids < PL_COUNT(p->ids));
		p->ids[p->n_ids++] = (struct pl_tree_node_id){.level = (uint8_t)level, .index = lo >> level};
		lo += UINT64_C(1) << level;
	}
	p->span[p->n_spans].count = (uint8_t)(p->n_ids - p->span[p->n_spans].first);
	p->n_spans++;
}

static pl_status run_plan(const struct plan *p, pl_tree_fetch fetch, void *ctx, struct pl_tree_path *ret)
{
	struct pl_digest h[PL_TREE_FETCH_MAX];

	if (p->n_ids > 0) {
		pl_status st = fetch(ctx, p->ids, p->n_ids, h);

		if (st != PL_OK)
			return st;
	}
	ret->n = p->n_spans;
	for (size_t i = 0; i < p->n_spans; i++) {
		size_t first = p->span[i].first, at = first + p->span[i].count - 1u;
		struct pl_digest r = h[at];

		while (at > first)
			pl_tree_node(&h[--at], &r, &r);
		ret->h[p->n_spans - 1 - i] = r; /* planned from the top, written from the leaf */
	}
	return PL_OK;
}

pl_status pl_tree_prove_inclusion(uint64_t index, uint64_t size, pl_tree_fetch fetch, void *ctx,
	struct pl_tree_path *ret)
{
	uint64_t lo = 0, hi = size;
	struct plan p;

	if (size > PL_TREE_SIZE_MAX || index >= size)
		return PL_E_RANGE;
	p.n_ids = p.n_spans = 0;
	while (hi - lo > 1) {
		uint64_t mid = lo + (UINT64_C(1) << log2_floor(hi - lo - 1));

		if (index < mid) {
			plan_range(&p, mid, hi);
			hi = mid;
		} else {
			plan_range(&p, lo, mid);
			lo = mid;
		}
	}
	return run_plan(&p, fetch, ctx, ret);
}

pl_status pl_tree_prove_consistency(uint64_t old_size, uint64_t size, pl_tree_fetch fetch, void *ctx,
	struct pl_tree_path *ret)
{
	uint64_t lo = 0, hi = size;
	struct plan p;

	if (size > PL_TREE_SIZE_MAX || old_size > size)
		return PL_E_RANGE;
	p.n_ids = p.n_spans = 0;
	if (old_size > 0 && old_size < size) {
		while (hi != old_size) {
			uint64_t mid = lo + (UINT64_C(1) << log2_floor(hi - lo - 1));

			if (old_size <= mid) {
				plan_range(&p, mid, hi);
				hi = mid;
			} else {
				plan_range(&p, lo, mid);
				lo = mid;
			}
		}
		/* From lo = 0 the old tree is itself a node of the new one, and the verifier has its root. */
		if (lo > 0)
			plan_range(&p, lo, hi);
	}
	return run_plan(&p, fetch, ctx, ret);
}

pl_status pl_tree_fetch_edge(uint64_t size, pl_tree_fetch fetch, void *ctx, struct pl_tree_edge *ret)
{
	struct pl_digest h[63];
	struct plan p;

	if (size > PL_TREE_SIZE_MAX)
		return PL_E_RANGE;
	p.n_ids = p.n_spans = 0;
	plan_range(&p, 0, size);
	if (p.n_ids > 0) {
		pl_status st = fetch(ctx, p.ids, p.n_ids, h);

		if (st != PL_OK)
			return st;
	}
	return pl_tree_edge_unpack(size, h, p.n_ids, ret);
}
