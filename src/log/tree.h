/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/tree: the Merkle tree of RFC 6962 section 2.1 with SHA-256.
 *
 *	leaf = SHA-256(0x00 || entry)    node = SHA-256(0x01 || left || right)    empty root = SHA-256("")
 *
 * A tree of n > 1 leaves splits at the largest power of two below n. "Complete subtree (level, index)" means the
 * 2^level leaves from index * 2^level on; its hash never changes once those leaves exist.
 *
 * What always holds:
 *  1. Pure: no I/O, no heap, no globals; callable from any thread.
 *  2. Verifiers accept exactly the one proof that RFC 6962 defines for the sizes: no hash more, no hash less.
 *  3. Sizes are at most PL_TREE_SIZE_MAX (2^63 - 1); everything larger is refused.
 */
#ifndef PL_LOG_TREE_H
#define PL_LOG_TREE_H
#include "crypto/digest.h"

#define PL_TREE_SIZE_MAX ((uint64_t)INT64_MAX)
/* Longest proof: an inclusion path has at most 63 hashes, a consistency proof at most 64. */
#define PL_TREE_PATH_MAX 64u

/* An inclusion or consistency proof: the hashes in RFC 6962 order (inclusion: the leaf's sibling first). */
struct pl_tree_path {
	size_t n;
	struct pl_digest h[PL_TREE_PATH_MAX];
};

/* ---- hashing ---- */

void pl_tree_empty(struct pl_digest *ret);
void pl_tree_leaf(pl_bytes entry, struct pl_digest *ret);
void pl_tree_node(const struct pl_digest *left, const struct pl_digest *right, struct pl_digest *ret);
/* Root over @n leaf hashes (0 gives the empty root). */
void pl_tree_root(const struct pl_digest *leaves, size_t n, struct pl_digest *ret);

/* ---- verification ---- */

/* Is @leaf (a leaf hash) number @index of the tree (@size, @root)? PL_E_PROOF if not, also for @index >= @size. */
pl_status pl_tree_verify_inclusion(uint64_t index, uint64_t size, const struct pl_digest *leaf,
	const struct pl_digest *path, size_t n, const struct pl_digest *root);
/* The root that @path leads to. PL_E_PROOF if its length does not fit (@index, @size). */
pl_status pl_tree_root_from_inclusion(uint64_t index, uint64_t size, const struct pl_digest *leaf,
	const struct pl_digest *path, size_t n, struct pl_digest *ret);
/* Is (@old_size, @old_root) a prefix of (@size, @root)? PL_E_PROOF if not. Old size 0 and equal sizes take an empty
 * path (and the empty root, or equal roots). */
pl_status pl_tree_verify_consistency(uint64_t old_size, const struct pl_digest *old_root, uint64_t size,
	const struct pl_digest *root, const struct pl_digest *path, size_t n);

/* ---- the right edge: all that is needed to append ---- */

/* h[k] is the complete subtree of 2^k leaves for every bit k set in size; the other slots mean nothing. */
struct pl_tree_edge {
	uint64_t size;
	struct pl_digest h[63];
};

void pl_tree_edge_init(struct pl_tree_edge *e);
/* Append @n leaf hashes (many lanes at once). PL_E_RANGE beyond PL_TREE_SIZE_MAX; @e is then as before. */
pl_status pl_tree_edge_append(struct pl_tree_edge *e, const struct pl_digest *leaves, size_t n);
void pl_tree_edge_root(const struct pl_tree_edge *e, struct pl_digest *ret);
/* How many slots are in use (bits set in size). */
size_t pl_tree_edge_count(const struct pl_tree_edge *e);
/* The used slots from the largest subtree to the smallest into @out (room for 63); for storing the edge. */
void pl_tree_edge_pack(const struct pl_tree_edge *e, struct pl_digest *out);
/* The way back. PL_E_SYNTAX if @n is not the number of bits set in @size. */
pl_status pl_tree_edge_unpack(uint64_t size, const struct pl_digest *packed, size_t n, struct pl_tree_edge *ret);

/* ---- making proofs ---- */

struct pl_tree_node_id {
	uint8_t level;  /* the subtree has 2^level leaves */
	uint64_t index; /* it starts at leaf index * 2^level */
};

/* Most complete subtrees that one proof asks for. */
#define PL_TREE_FETCH_MAX 192u

/* Give the hashes of the @n complete subtrees @ids, in their order; @n <= PL_TREE_FETCH_MAX. One call per proof, so
 * that a tile reader can sort, read and cache as it likes. */
typedef pl_status (*pl_tree_fetch)(void *ctx, const struct pl_tree_node_id *ids, size_t n, struct pl_digest *ret);

/* PL_E_RANGE for @index >= @size, or whatever @fetch fails with. The result is as good as what @fetch gave: verify it
 * against a trusted root before believing it. */
pl_status pl_tree_prove_inclusion(uint64_t index, uint64_t size, pl_tree_fetch fetch, void *ctx,
	struct pl_tree_path *ret);
/* PL_E_RANGE for @old_size > @size. Empty for @old_size 0 or equal sizes. */
pl_status pl_tree_prove_consistency(uint64_t old_size, uint64_t size, pl_tree_fetch fetch, void *ctx,
	struct pl_tree_path *ret);
/* The edge of the tree of @size leaves, and so its root. */
pl_status pl_tree_fetch_edge(uint64_t size, pl_tree_fetch fetch, void *ctx, struct pl_tree_edge *ret);

#endif
