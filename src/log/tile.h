/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/tile: names and contents of tiles and entry bundles, C2SP tlog-tiles v0.1.
 *
 *	tile/<level>/<index>[.p/<width>]      up to 256 hashes of 32 bytes
 *	tile/entries/<index>[.p/<width>]      up to 256 entries, each big-endian uint16 length || bytes
 *
 * Hash i of tile (level, n) is the complete subtree of 256^level leaves number n * 256 + i. Only full lower tiles are
 * hashed upward, so the tile of level l for a tree of s leaves holds floor(s / 256^l) hashes in all. Empty tiles do not
 * exist. One spelling per tile: anything else is refused.
 *
 * Pure: no I/O, no globals; callable from any thread.
 */
#ifndef PL_LOG_TILE_H
#define PL_LOG_TILE_H
#include "base/buf.h"
#include "log/tree.h"

#define PL_TILE_HEIGHT 8u
#define PL_TILE_WIDTH 256u
#define PL_TILE_BYTES (PL_TILE_WIDTH * PL_DIGEST_LEN)
/* Highest level that a tree of up to 2^63 - 1 leaves has. */
#define PL_TILE_LEVEL_MAX 7u
/* In the level field: an entry bundle. */
#define PL_TILE_ENTRIES 0xffu
/* Longest path including the closing NUL. */
#define PL_TILE_PATH_MAX 64u
/* Longest entry, and largest bundle of 256 of them. */
#define PL_TILE_ENTRY_MAX 65535u
#define PL_TILE_BUNDLE_MAX (PL_TILE_WIDTH * (2u + PL_TILE_ENTRY_MAX))

struct pl_tile {
	uint8_t level;  /* 0..63, or PL_TILE_ENTRIES */
	uint16_t width; /* 1..256; 256 is a full tile */
	uint64_t index;
};

/* ---- names ---- */

/* Read "tile/0/x001/234", "tile/entries/000.p/17". PL_E_SYNTAX for every other spelling. */
pl_status pl_tile_parse(pl_str path, struct pl_tile *ret);
void pl_tile_put(struct pl_buf *out, const struct pl_tile *t);
/* The same, NUL-terminated. */
void pl_tile_write(const struct pl_tile *t, char out[static PL_TILE_PATH_MAX]);
bool pl_tile_eq(const struct pl_tile *a, const struct pl_tile *b);

/* ---- which tiles a tree has ---- */

/* Levels that hold at least one hash: 0 for size 0. */
unsigned pl_tile_levels(uint64_t size);
/* Full tiles of @level (PL_TILE_ENTRIES counts as level 0) and the width of the partial one behind them (0..255). */
uint64_t pl_tile_full(unsigned level, uint64_t size);
unsigned pl_tile_partial(unsigned level, uint64_t size);
/* Tile number @index of @level as it is in a tree of @size; PL_E_RANGE if it is empty there. */
pl_status pl_tile_at(unsigned level, uint64_t index, uint64_t size, struct pl_tile *ret);
/* Is the tile part of the tree of @size leaves, in full or as a narrower state of it? */
bool pl_tile_within(const struct pl_tile *t, uint64_t size);
/* Walk over the tiles (levels upward, then bundles) that appear or grow when a log grows from @old_size to @size: start
 * with a zeroed cursor; false at the end. Partial tiles come with the width they have at @size. */
struct pl_tile_cursor {
	unsigned step;
	uint64_t next;
};
bool pl_tile_next_new(struct pl_tile_cursor *c, uint64_t old_size, uint64_t size, struct pl_tile *ret);

/* ---- hashes in a tile ---- */

/* Where the complete subtree @id lies: its tile level and number, and the span of hashes first..first + 2^height - 1 in
 * it, whose root it is. */
struct pl_tile_place {
	unsigned level, height, first;
	uint64_t index;
};
struct pl_tile_place pl_tile_place_of(struct pl_tree_node_id id);
/* The front of @data (the bytes of the same tile or bundle at this or a greater width) that is @t. PL_E_CORRUPT if it holds less. */
pl_status pl_tile_front(const struct pl_tile *t, pl_bytes data, pl_bytes *ret);
/* Root of 2^@height neighbouring hashes. */
void pl_tile_node(const struct pl_digest *hashes, unsigned height, struct pl_digest *ret);

/* ---- entry bundles ---- */

/* Append one entry. PL_E_TOOBIG above PL_TILE_ENTRY_MAX or beyond @out's maximum (@out is then as before). */
pl_status pl_tile_bundle_put(struct pl_buf *out, pl_bytes entry);
/* Take the first entry off *@rest. PL_E_NOTFOUND at the end, PL_E_SYNTAX if it is cut short. */
pl_status pl_tile_bundle_next(pl_bytes *rest, pl_bytes *ret);
/* Exactly @width entries and nothing behind them; @ret borrows from @bundle and has room for @width. PL_E_SYNTAX. */
pl_status pl_tile_bundle_parse(pl_bytes bundle, unsigned width, pl_bytes *ret);
/* Entry @i of a bundle that has more than @i; the rest is not looked at. */
pl_status pl_tile_bundle_get(pl_bytes bundle, unsigned i, pl_bytes *ret);

#endif
