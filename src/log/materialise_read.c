/* SPDX-License-Identifier: Apache-2.0 */
/* Reading tiles and bundles back from public/. */
#include "base/file.h"
#include "log/materialise.h"

static pl_status read_whole(int dir, const struct pl_tile *t, struct pl_buf *out)
{
	char path[PL_TILE_PATH_MAX];

	pl_tile_write(t, path);
	return pl_file_read(dir, path, out);
}

/* Cut what a wider file gave to @width. */
static pl_status cut(const struct pl_tile *t, struct pl_buf *out, size_t start)
{
	pl_bytes rest = pl_bytes_of(out->ptr + start, out->len - start), entry;
	size_t want = (size_t)t->width * PL_DIGEST_LEN;

	if (t->level != PL_TILE_ENTRIES) {
		if (rest.len < want)
			return PL_E_CORRUPT;
		pl_buf_truncate(out, start + want);
		return PL_OK;
	}
	for (unsigned i = 0; i < t->width; i++)
		if (pl_tile_bundle_next(&rest, &entry))
			return PL_E_CORRUPT;
	pl_buf_truncate(out, out->len - rest.len);
	return PL_OK;
}

pl_status pl_materialise_read(int public_dir, const struct pl_tile *tile, struct pl_buf *out)
{
	struct pl_tile full = *tile;
	size_t start = out->len;
	pl_status st = read_whole(public_dir, tile, out);

	if (st == PL_E_NOTFOUND && tile->width < PL_TILE_WIDTH) {
		full.width = PL_TILE_WIDTH;
		st = read_whole(public_dir, &full, out);
	}
	if (!st && out->len == start)
		st = PL_E_CORRUPT;
	if (!st)
		st = cut(tile, out, start);
	return st;
}

pl_status pl_materialise_entry(int public_dir, uint64_t index, uint64_t size, struct pl_buf *scratch, pl_bytes *ret)
{
	struct pl_tile t;
	pl_status st = pl_tile_at(PL_TILE_ENTRIES, index / PL_TILE_WIDTH, size, &t);

	pl_buf_clear(scratch);
	if (!st)
		st = pl_materialise_read(public_dir, &t, scratch);
	return st ? st : pl_tile_bundle_get(pl_buf_bytes(scratch), (unsigned)(index % PL_TILE_WIDTH), ret);
}

static pl_status fetch_one(const struct pl_materialise_nodes *nodes, struct pl_tree_node_id id, struct pl_digest *ret)
{
	struct pl_tile_place place = pl_tile_place_of(id);
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_BYTES);
	struct pl_tile t;
	pl_status st = pl_tile_at(place.level, place.index, nodes->size, &t);
	size_t end = (size_t)place.first + ((size_t)1 << place.height);

	if (!st)
		st = pl_materialise_read(nodes->public_dir, &t, &data);
	if (!st && data.len < end * PL_DIGEST_LEN)
		st = PL_E_CORRUPT;
	if (!st)
		pl_tile_node((const struct pl_digest *)(const void *)data.ptr + place.first, place.height, ret);
	return st;
}

pl_status pl_materialise_fetch(void *ctx, const struct pl_tree_node_id *ids, size_t n, struct pl_digest *ret)
{
	const struct pl_materialise_nodes *nodes = ctx;

	for (size_t i = 0; i < n; i++) {
		pl_status st = fetch_one(nodes, ids[i], &ret[i]);

		if (st)
			return st;
	}
	return PL_OK;
}

pl_status pl_materialise_mark(int private_dir, uint64_t *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	pl_status st = pl_file_read(private_dir, "materialised", &text);
	pl_str rest = pl_buf_str(&text), line;
	uint64_t size = 0;

	if (!st && (!pl_str_eat(&rest, PL_STR("pellucid materialised v1\n")) || !pl_str_take_line(&rest, &line) ||
			   pl_str_to_u64(line, PL_TREE_SIZE_MAX, &size)))
		st = PL_E_CORRUPT;
	if (st && st != PL_E_NOTFOUND)
		return st;
	*ret = size;
	return PL_OK;
}
