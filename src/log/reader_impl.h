/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/reader, inside: the tile cache. Only reader*.c include this.
 *
 * A cached tile keeps all its interior nodes, so a proof only copies hashes. One slot per (level, index), replaced when a
 * wider state of the tile is read; the slot that was not used for longest (second chance) goes first.
 */
#ifndef PL_LOG_READER_IMPL_H
#define PL_LOG_READER_IMPL_H
#include "log/tile.h"

#define PL_READER_NODES (2 * PL_TILE_WIDTH - 1)

struct pl_reader_slot {
	struct pl_tile tile;
	bool used;     /* since the hand passed by last */
	uint32_t next; /* slot number + 1 in the same bucket, or 0 */
	struct pl_digest node[PL_READER_NODES]; /* hashes, then the level above them, ... */
};

struct pl_reader_cache {
	struct pl_reader_slot **slot;
	uint32_t *bucket; /* slot number + 1, or 0 */
	uint32_t n, max, n_buckets, hand;
};

/* Room for about @bytes; at least a handful of tiles. PL_E_NOMEM. */
pl_status pl_reader_cache_init(struct pl_reader_cache *c, size_t bytes);
void pl_reader_cache_done(struct pl_reader_cache *c);
/* The cached state of the tile if it is at least as wide, else NULL. Lives until the next put. */
const struct pl_reader_slot *pl_reader_cache_get(struct pl_reader_cache *c, const struct pl_tile *t);
/* Hash the interior nodes of @t and keep it. PL_E_NOMEM. */
pl_status pl_reader_cache_put(struct pl_reader_cache *c, const struct pl_tile *t, const struct pl_digest *hashes,
	const struct pl_reader_slot **ret);

/* Where the node of @height over hash @first lies in a slot. */
static inline size_t pl_reader_node_at(unsigned first, unsigned height)
{
	return (2 * PL_TILE_WIDTH - (2 * PL_TILE_WIDTH >> height)) + (first >> height);
}

#endif
