/* SPDX-License-Identifier: Apache-2.0 */
/* log/reader: nodes, roots and proofs from cached tiles. */
#include "log/reader_state.h"

static pl_status load_tile(struct pl_log_reader *r, const struct pl_tile *tile, const struct pl_reader_slot **ret)
{
	struct pl_digest hashes[PL_TILE_WIDTH];
	pl_status st;

	*ret = pl_reader_cache_get(&r->cache, tile);
	if (*ret)
		return PL_OK;
	st = pl_reader_get_tile(r, tile, &r->raw);
	if (st != PL_OK)
		return st;
	memcpy(hashes, r->raw.ptr, (size_t)tile->width * PL_DIGEST_LEN);
	return pl_reader_cache_put(&r->cache, tile, hashes, ret);
}

pl_status pl_log_reader_fetch(void *nodes, const struct pl_tree_node_id *ids, size_t n, struct pl_digest *ret)
{
	const struct pl_log_reader_nodes *ctx = nodes;
	const struct pl_reader_slot *slot = NULL;
	struct pl_tile tile = {.width = 0};

	for (size_t i = 0; i < n; i++) {
		struct pl_tile_place place = pl_tile_place_of(ids[i]);

		/* Neighbouring nodes of a path mostly lie in one tile. */
		if (!slot || tile.level != place.level || tile.index != place.index) {
			pl_status st = pl_tile_at(place.level, place.index, ctx->size, &tile);

			if (st == PL_OK)
				st = load_tile(ctx->reader, &tile, &slot);
			if (st != PL_OK)
				return st;
		}
		if (place.first + (1u << place.height) > tile.width)
			return PL_E_RANGE;
		ret[i] = slot->node[pl_reader_node_at(place.first, place.height)];
	}
	return PL_OK;
}

pl_status pl_log_reader_leaf(struct pl_log_reader *r, uint64_t index, uint64_t size, struct pl_digest *ret)
{
	struct pl_log_reader_nodes nodes = {.reader = r, .size = size};
	struct pl_tree_node_id id = {.level = 0, .index = index};

	return index < size ? pl_log_reader_fetch(&nodes, &id, 1, ret) : PL_E_RANGE;
}

pl_status pl_log_reader_root(struct pl_log_reader *r, uint64_t size, struct pl_digest *ret)
{
	struct pl_log_reader_nodes nodes = {.reader = r, .size = size};
	struct pl_tree_edge edge;
	pl_status st = pl_tree_fetch_edge(size, pl_log_reader_fetch, &nodes, &edge);

	if (st == PL_OK)
		pl_tree_edge_root(&edge, ret);
	return st;
}

pl_status pl_log_reader_inclusion(struct pl_log_reader *r, uint64_t index, uint64_t size, struct pl_tree_path *ret)
{
	struct pl_log_reader_nodes nodes = {.reader = r, .size = size};

	return pl_tree_prove_inclusion(index, size, pl_log_reader_fetch, &nodes, ret);
}

/* A node and where it stands: number @index of @size on the level that lies @done levels of the tree above the leaves. */
struct climb {
	uint64_t index, size;
	unsigned done;
	struct pl_digest hash;
};

/* Over one full tile, which holds @c->hash: all of its interior nodes were hashed from its hashes when it was loaded, so they need not be again. */
static pl_status climb_tile(const struct pl_reader_slot *slot, const struct pl_tree_path *path, struct climb *c)
{
	unsigned at = (unsigned)(c->index % PL_TILE_WIDTH);

	if (path->n < c->done + PL_TILE_HEIGHT || !pl_digest_eq(&slot->node[pl_reader_node_at(at, 0)], &c->hash))
		return PL_E_PROOF;
	for (unsigned h = 0; h < PL_TILE_HEIGHT; h++)
		if (!pl_digest_eq(&slot->node[pl_reader_node_at(at ^ 1u << h, h)], &path->h[c->done + h]))
			return PL_E_PROOF;
	c->hash = slot->node[pl_reader_node_at(0, PL_TILE_HEIGHT)];
	c->done += PL_TILE_HEIGHT;
	c->index /= PL_TILE_WIDTH;
	c->size = (c->size - 1) / PL_TILE_WIDTH + 1;
	return PL_OK;
}

pl_status pl_log_reader_proven(struct pl_log_reader *r, uint64_t index, uint64_t size, const struct pl_digest *leaf,
	const struct pl_digest *root, struct pl_tree_path *ret)
{
	struct climb c = {.index = index, .size = size, .hash = *leaf};
	struct pl_tree_path path;
	pl_status st = pl_log_reader_inclusion(r, index, size, &path);

	while (st == PL_OK) {
		const struct pl_reader_slot *slot;
		struct pl_tile tile;

		st = pl_tile_at(c.done / PL_TILE_HEIGHT, c.index / PL_TILE_WIDTH, size, &tile);
		if (st != PL_OK || tile.width < PL_TILE_WIDTH)
			break;
		st = load_tile(r, &tile, &slot);
		if (st == PL_OK)
			st = climb_tile(slot, &path, &c);
	}
	/* Over full tiles a path has one hash for each level, as RFC 9162 counts them; what is left is a path of its own. */
	if (st == PL_OK)
		st = pl_tree_verify_inclusion(c.index, c.size, &c.hash, path.h + c.done, path.n - c.done, root);
	if (st == PL_OK)
		*ret = path;
	return st;
}

pl_status pl_log_reader_consistency(struct pl_log_reader *r, uint64_t old_size, uint64_t size,
	struct pl_tree_path *ret)
{
	struct pl_log_reader_nodes nodes = {.reader = r, .size = size};

	return pl_tree_prove_consistency(old_size, size, pl_log_reader_fetch, &nodes, ret);
}

pl_status pl_log_reader_verified_entry(struct pl_log_reader *r, uint64_t index, uint64_t size,
	const struct pl_digest *root, struct pl_buf *out, struct pl_tree_path *ret)
{
	struct pl_digest leaf;
	size_t start = out->len;
	pl_status st = pl_log_reader_entry(r, index, size, out);

	if (st == PL_OK) {
		pl_tree_leaf(pl_bytes_of(out->ptr + start, out->len - start), &leaf);
		st = pl_log_reader_proven(r, index, size, &leaf, root, ret);
	}
	if (st != PL_OK)
		pl_buf_truncate(out, start);
	return st;
}
