/* SPDX-License-Identifier: Apache-2.0 */
/* Reading tiles and bundles back from public/. */
#include "base/file.h"
#include "log/materialise.h"
#include <dirent.h>
#include <string.h>
#include <unistd.h>

static pl_status read_whole(int dir, const struct pl_tile *t, struct pl_buf *out)
{
	char path[PL_TILE_PATH_MAX];

	pl_tile_write(t, path);
	return pl_file_read(dir, path, out);
}

pl_status pl_materialise_read(int public_dir, const struct pl_tile *tile, struct pl_buf *out)
{
	struct pl_tile full = *tile;
	size_t start = out->len;
	pl_bytes front;
	pl_status st = read_whole(public_dir, tile, out);

	if (st == PL_E_NOTFOUND && tile->width < PL_TILE_WIDTH) {
		full.width = PL_TILE_WIDTH;
		st = read_whole(public_dir, &full, out);
	}
	if (!st && out->len == start)
		st = PL_E_CORRUPT;
	if (!st)
		st = pl_tile_front(tile, pl_bytes_of(out->ptr + start, out->len - start), &front);
	if (!st)
		pl_buf_truncate(out, start + front.len);
	return st;
}

void pl_materialise_narrow(int public_dir, const struct pl_tile *tile, bool has[static PL_TILE_WIDTH])
{
	struct pl_tile narrow = *tile;
	char path[PL_TILE_PATH_MAX];
	uint64_t width;
	int fd;
	DIR *d;

	memset(has, 0, PL_TILE_WIDTH * sizeof *has);
	narrow.width = 1;
	pl_tile_write(&narrow, path);
	*strrchr(path, '/') = '\0';
	if (pl_file_open_dir(public_dir, path, &fd))
		return;
	d = fdopendir(fd);
	if (!d) {
		(void)close(fd);
		return;
	}
	for (struct dirent *e; (e = readdir(d));) // NOLINT(concurrency-mt-unsafe): a stream of our own
		if (!pl_str_to_u64(pl_str_from(e->d_name), PL_TILE_WIDTH - 1, &width))
			has[width] = true;
	(void)closedir(d);
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
