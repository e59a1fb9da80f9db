/* SPDX-License-Identifier: Apache-2.0 */
/* log/tree: hashing, verification and the right edge. Making proofs is in tree_prove.c. */
#include "log/tree.h"
#include "crypto/sha256x.h"

/* Leaves hashed per round of an append: two of these and their parents stay well below a page of stack each. */
#define EDGE_CHUNK 512u

void pl_tree_empty(struct pl_digest *ret)
{
	static const struct pl_digest empty = {{
		0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
		0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
	}};

	*ret = empty;
}

void pl_tree_leaf(pl_bytes entry, struct pl_digest *ret)
{
	pl_sha256x_leaves(&entry, 1, ret);
}

void pl_tree_node(const struct pl_digest *left, const struct pl_digest *right, struct pl_digest *ret)
{
	struct pl_digest pair[2] = {*left, *right};

	pl_sha256x_nodes(pair, 1, ret);
}

void pl_tree_root(const struct pl_digest *leaves, size_t n, struct pl_digest *ret)
{
	struct pl_tree_edge e;

	pl_tree_edge_init(&e);
	if (pl_tree_edge_append(&e, leaves, n) == PL_OK)
		pl_tree_edge_root(&e, ret);
	else
		pl_tree_empty(ret); /* more leaves than an address space holds: cannot happen */
}

/* RFC 9162 section 2.1.3.2. */
pl_status pl_tree_root_from_inclusion(uint64_t index, uint64_t size, const struct pl_digest *leaf,
	const struct pl_digest *path, size_t n, struct pl_digest *ret)
{
	uint64_t fn = index, sn = size - 1;
	struct pl_digest r = *leaf;

	if (size == 0 || size > PL_TREE_SIZE_MAX || index >= size)
		return PL_E_PROOF;
	for (size_t i = 0; i < n; i++) {
		if (sn == 0)
			return PL_E_PROOF;
		if ((fn & 1) || fn == sn) {
			pl_tree_node(&path[i], &r, &r);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			pl_tree_node(&r, &path[i], &r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	if (sn != 0)
		return PL_E_PROOF;
	*ret = r;
	return PL_OK;
}

pl_status pl_tree_verify_inclusion(uint64_t index, uint64_t size, const struct pl_digest *leaf,
	const struct pl_digest *path, size_t n, const struct pl_digest *root)
{
	struct pl_digest r;
	pl_status st = pl_tree_root_from_inclusion(index, size, leaf, path, n, &r);

	if (st != PL_OK)
		return st;
	return pl_digest_eq(&r, root) ? PL_OK : PL_E_PROOF;
}

/* RFC 9162 section 2.1.4.2, for 0 < old_size < size. @path starts with the node that both trees share. */
static pl_status walk_consistency(uint64_t old_size, uint64_t size, const struct pl_digest *first,
	const struct pl_digest *path, size_t n, struct pl_digest *ret_old, struct pl_digest *ret_new)
{
	uint64_t fn = old_size - 1, sn = size - 1;
	struct pl_digest fr = *first, sr = *first;

	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	for (size_t i = 0; i < n; i++) {
		if (sn == 0)
			return PL_E_PROOF;
		if ((fn & 1) || fn == sn) {
			pl_tree_node(&path[i], &fr, &fr);
			pl_tree_node(&path[i], &sr, &sr);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			pl_tree_node(&sr, &path[i], &sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	if (sn != 0)
		return PL_E_PROOF;
	*ret_old = fr;
	*ret_new = sr;
	return PL_OK;
}

pl_status pl_tree_verify_consistency(uint64_t old_size, const struct pl_digest *old_root, uint64_t size,
	const struct pl_digest *root, const struct pl_digest *path, size_t n)
{
	struct pl_digest empty, fr, sr;
	pl_status st;

	if (old_size > size || size > PL_TREE_SIZE_MAX)
		return PL_E_PROOF;
	pl_tree_empty(&empty);
	if ((old_size == 0 && !pl_digest_eq(old_root, &empty)) || (size == 0 && !pl_digest_eq(root, &empty)))
		return PL_E_PROOF;
	if (old_size == size)
		return n == 0 && pl_digest_eq(old_root, root) ? PL_OK : PL_E_PROOF;
	if (old_size == 0)
		return n == 0 ? PL_OK : PL_E_PROOF;
	if (n == 0)
		return PL_E_PROOF;
	/* A power of two is a node of the new tree itself; the proof then leaves it out. */
	if ((old_size & (old_size - 1)) == 0)
		st = walk_consistency(old_size, size, old_root, path, n, &fr, &sr);
	else
		st = walk_consistency(old_size, size, &path[0], path + 1, n - 1, &fr, &sr);
	if (st != PL_OK)
		return st;
	return pl_digest_eq(&fr, old_root) && pl_digest_eq(&sr, root) ? PL_OK : PL_E_PROOF;
}

void pl_tree_edge_init(struct pl_tree_edge *e)
{
	memset(e, 0, sizeof *e);
}

/*
 * Append up to EDGE_CHUNK leaves, one tree level at a time so that all lanes are busy. Slot 0 of each buffer is kept
 * free for the left neighbour that waits in the edge: with it in place the row starts at an even position.
 */
static void append_chunk(struct pl_tree_edge *e, const struct pl_digest *leaves, size_t n)
{
	struct pl_digest a[EDGE_CHUNK + 1], b[EDGE_CHUNK / 2 + 1];
	struct pl_digest *row = a, *next = b;
	uint64_t pos = e->size;

	memcpy(a + 1, leaves, n * sizeof *leaves);
	e->size += n;
	for (unsigned level = 0; n > 0; level++, pos >>= 1) {
		struct pl_digest *first = row + 1, *swap = row;

		if (pos & 1) {
			row[0] = e->h[level];
			first = row;
			n++;
		}
		if (n & 1)
			e->h[level] = first[n - 1];
		n /= 2;
		if (n > 0)
			pl_sha256x_nodes(first, n, next + 1);
		row = next;
		next = swap;
	}
}

pl_status pl_tree_edge_append(struct pl_tree_edge *e, const struct pl_digest *leaves, size_t n)
{
	if (e->size > PL_TREE_SIZE_MAX || n > PL_TREE_SIZE_MAX - e->size)
		return PL_E_RANGE;
	while (n > 0) {
		size_t part = n < EDGE_CHUNK ? n : EDGE_CHUNK;

		append_chunk(e, leaves, part);
		leaves += part;
		n -= part;
	}
	return PL_OK;
}

void pl_tree_edge_root(const struct pl_tree_edge *e, struct pl_digest *ret)
{
	struct pl_digest r;
	bool have = false;

	for (unsigned k = 0; k < PL_COUNT(e->h); k++) {
		if (!(e->size >> k & 1))
			continue;
		if (have)
			pl_tree_node(&e->h[k], &r, &r);
		else
			r = e->h[k];
		have = true;
	}
	if (have)
		*ret = r;
	else
		pl_tree_empty(ret);
}

size_t pl_tree_edge_count(const struct pl_tree_edge *e)
{
	return (size_t)__builtin_popcountll(e->size);
}

void pl_tree_edge_pack(const struct pl_tree_edge *e, struct pl_digest *out)
{
	for (unsigned k = PL_COUNT(e->h); k-- > 0;)
		if (e->size >> k & 1)
			*out++ = e->h[k];
}

pl_status pl_tree_edge_unpack(uint64_t size, const struct pl_digest *packed, size_t n, struct pl_tree_edge *ret)
{
	struct pl_tree_edge e;

	if (size > PL_TREE_SIZE_MAX || n != (size_t)__builtin_popcountll(size))
		return PL_E_SYNTAX;
	pl_tree_edge_init(&e);
	e.size = size;
	for (unsigned k = PL_COUNT(e.h); k-- > 0;)
		if (size >> k & 1)
			e.h[k] = *packed++;
	*ret = e;
	return PL_OK;
}
