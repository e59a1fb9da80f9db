/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/release_root.h"
#include <stdlib.h>

void pl_release_root_init(struct pl_release_root *r)
{
	pl_tree_edge_init(&r->edge);
}

void pl_release_root_add(struct pl_release_root *r, const struct pl_digest *pae)
{
	struct pl_digest leaf;

	pl_tree_leaf(pl_digest_bytes(pae), &leaf);
	/* Cannot fail: far below the largest tree. */
	if (pl_tree_edge_append(&r->edge, &leaf, 1) != PL_OK)
		abort();
}

void pl_release_root_get(const struct pl_release_root *r, struct pl_digest *ret)
{
	pl_tree_edge_root(&r->edge, ret);
}

uint64_t pl_release_root_count(const struct pl_release_root *r)
{
	return r->edge.size;
}

void pl_release_root_of(const struct pl_digest *paes, size_t n, struct pl_digest *ret)
{
	struct pl_release_root r;

	pl_release_root_init(&r);
	for (size_t i = 0; i < n; i++)
		pl_release_root_add(&r, &paes[i]);
	pl_release_root_get(&r, ret);
}
