/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/release_root: the root over all releases of a product, as product-head/v1 states it: RFC 6962, the leaves SHA-256(PAE) of its
 * release/v1 statements in the order of their numbers (each leaf is the hash of 0x00 and the 32 bytes). The one place where it is
 * computed: for those who state it, who judge it, and who recount it from a proof bundle.
 *
 * Pure; no heap.
 */
#ifndef PL_FACT_RELEASE_ROOT_H
#define PL_FACT_RELEASE_ROOT_H
#include "log/tree.h"

struct pl_release_root {
	struct pl_tree_edge edge;
};

void pl_release_root_init(struct pl_release_root *r);
/* The next release, by its SHA-256(PAE). */
void pl_release_root_add(struct pl_release_root *r, const struct pl_digest *pae);
/* Of those that were added up to now, and how many they are. */
void pl_release_root_get(const struct pl_release_root *r, struct pl_digest *ret);
uint64_t pl_release_root_count(const struct pl_release_root *r);
/* Of @n at once. */
void pl_release_root_of(const struct pl_digest *paes, size_t n, struct pl_digest *ret);

#endif
