/* SPDX-License-Identifier: Apache-2.0 */
/* log/reader: fetching tiles, entries and checkpoints. What is computed from them is in reader_prove.c. */
#include "log/reader.h"
#include "base/file.h"
#include "base/mem.h"
#include "log/checkpoint.h"
#include "log/reader_state.h"
#include <fcntl.h>
#include <stdio.h>

#define CACHE_DEFAULT ((size_t)8 * 1024 * 1024)
#define TIMEOUT_DEFAULT (30 * PL_SECOND)
#define URL_MAX 2048u

static pl_status open_dir(struct pl_log_reader *r, pl_str where, struct pl_diag *diag)
{
	char path[URL_MAX];
	int dir PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_str_z(where, path, sizeof path);

	if (st == PL_OK)
		st = pl_file_open_dir(AT_FDCWD, path, &dir);
	if (st != PL_OK)
		return pl_diag_set(diag, st, "cannot open the log directory \"%s\": %s", path, pl_status_text(st));
	if (pl_file_open_dir(dir, "public", &r->dir) != PL_OK) {
		r->dir = dir;
		dir = -1;
	}
	return PL_OK;
}

static bool is_url(pl_str where)
{
	return pl_str_starts(where, PL_STR("http://")) || pl_str_starts(where, PL_STR("https://"));
}

pl_status pl_log_reader_open(pl_str where, const struct pl_log_reader_options *options, struct pl_log_reader **ret,
	struct pl_diag *diag)
{
	static const struct pl_log_reader_options none;
	struct pl_log_reader *r PL_CLEANUP(pl_log_reader_closep) = NULL;
	pl_status st;

	if (!options)
		options = &none;
	if (where.len == 0 || where.len >= URL_MAX - PL_TILE_PATH_MAX)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a directory or a URL of less than %u bytes",
			URL_MAX - PL_TILE_PATH_MAX);
	r = PL_NEW(struct pl_log_reader);
	r->dir = -1;
	r->timeout_ns = options->timeout_ns ? options->timeout_ns : TIMEOUT_DEFAULT;
	pl_buf_init(&r->prefix, URL_MAX);
	pl_buf_init(&r->raw, PL_TILE_BYTES);
	pl_buf_init(&r->bundle, PL_TILE_BUNDLE_MAX);
	st = pl_reader_cache_init(&r->cache, options->cache_bytes ? options->cache_bytes : CACHE_DEFAULT);
	if (st != PL_OK)
		return st;
	while (where.len > 1 && pl_str_ends(where, PL_STR("/")))
		where.len--;
	pl_buf_put_str(&r->prefix, where);
	if (is_url(where))
		r->fetch = pl_fetch_new();
	else
		st = open_dir(r, where, diag);
	if (st != PL_OK)
		return st;
	*ret = r;
	r = NULL;
	return PL_OK;
}

int pl_log_reader_dir(const struct pl_log_reader *r)
{
	return r->dir;
}

void pl_log_reader_close(struct pl_log_reader *r)
{
	if (!r)
		return;
	pl_file_close(&r->dir);
	pl_fetch_free(r->fetch);
	pl_buf_done(&r->prefix);
	pl_buf_done(&r->raw);
	pl_buf_done(&r->bundle);
	pl_reader_cache_done(&r->cache);
	pl_free(r);
}

void pl_log_reader_closep(struct pl_log_reader **r)
{
	pl_log_reader_close(*r);
	*r = NULL;
}

const struct pl_diag *pl_log_reader_diag(const struct pl_log_reader *r)
{
	return &r->diag;
}

static pl_status get_http(struct pl_log_reader *r, const char *path, struct pl_buf *out)
{
	char url[URL_MAX + PL_TILE_PATH_MAX];
	/* Bundles may come compressed without being asked for that (tlog-tiles, "Log entries"). */
	struct pl_fetch_request req = {
		.method = PL_FETCH_GET, .url = url, .body_out = out, .total_ns = r->timeout_ns, .redirects = 3, .decode = true,
	};
	struct pl_fetch_answer answer;
	pl_status st;

	snprintf(url, sizeof url, "%.*s/%s", PL_STR_ARG(pl_buf_str(&r->prefix)), path);
	st = pl_fetch(r->fetch, &req, &answer, &r->diag);
	if (st != PL_OK)
		return pl_diag_set(&r->diag, st, "GET %s: %s", url, pl_status_text(st));
	if (answer.status == 404 || answer.status == 410)
		return pl_diag_set(&r->diag, PL_E_NOTFOUND, "GET %s: answered %u", url, answer.status);
	if (answer.status != 200)
		return pl_diag_set(&r->diag, PL_E_NET, "GET %s: answered %u", url, answer.status);
	return PL_OK;
}

static pl_status get_file(struct pl_log_reader *r, const char *path, struct pl_buf *out)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open_beneath(r->dir, pl_str_from(path), O_RDONLY, &fd);

	if (st == PL_OK)
		st = pl_file_read_fd(fd, out);
	if (st != PL_OK)
		return pl_diag_set(&r->diag, st, "%.*s/%s: %s", PL_STR_ARG(pl_buf_str(&r->prefix)), path, pl_status_text(st));
	return PL_OK;
}

/* @out is emptied first and given what is there. */
static pl_status get(struct pl_log_reader *r, const char *path, struct pl_buf *out)
{
	r->diag = (struct pl_diag){0};
	pl_buf_clear(out);
	return r->fetch ? get_http(r, path, out) : get_file(r, path, out);
}

pl_status pl_log_reader_checkpoint(struct pl_log_reader *r, struct pl_buf *out)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp;
	pl_status st = get(r, "checkpoint", &note);

	if (st != PL_OK)
		return st;
	if (pl_checkpoint_peek(pl_buf_str(&note), &cp, NULL) == PL_OK && cp.size > r->tip)
		r->tip = cp.size;
	pl_buf_put_str(out, pl_buf_str(&note));
	return pl_buf_status(out);
}

/* Cut @raw, which was read as a tile of width @stored, to @width hashes or entries. */
static pl_status cut(struct pl_buf *raw, bool entries, unsigned stored, unsigned width)
{
	pl_bytes rest = pl_buf_bytes(raw), entry;

	if (!entries) {
		if (raw->len != (size_t)stored * PL_DIGEST_LEN)
			return PL_E_CORRUPT;
		pl_buf_truncate(raw, (size_t)width * PL_DIGEST_LEN);
		return PL_OK;
	}
	for (unsigned i = 0; i < stored; i++) {
		if (i == width) {
			pl_buf_truncate(raw, raw->len - rest.len);
			return PL_OK;
		}
		if (pl_tile_bundle_next(&rest, &entry) != PL_OK)
			return PL_E_CORRUPT;
	}
	return rest.len == 0 ? PL_OK : PL_E_CORRUPT;
}

/* Read what is stored as @stored, cut to @width. */
static pl_status try_tile(struct pl_log_reader *r, const struct pl_tile *stored, unsigned width, struct pl_buf *raw)
{
	bool entries = stored->level == PL_TILE_ENTRIES;
	char path[PL_TILE_PATH_MAX];
	pl_status st;

	pl_tile_write(stored, path);
	st = get(r, path, raw);
	if (st == PL_OK && cut(raw, entries, stored->width, width) != PL_OK)
		st = pl_diag_set(&r->diag, PL_E_CORRUPT, "%s: not %u %s", path, (unsigned)stored->width,
			entries ? "entries" : "hashes");
	return st;
}

/* How wide the tile is in the log of now; 0 if that is not known or no help. */
static unsigned width_now(struct pl_log_reader *r, const struct pl_tile *tile)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_tile now;

	if (pl_log_reader_checkpoint(r, &note) != PL_OK)
		return 0;
	return pl_tile_at(tile->level, tile->index, r->tip, &now) == PL_OK ? now.width : 0;
}

pl_status pl_reader_get_tile(struct pl_log_reader *r, const struct pl_tile *tile, struct pl_buf *raw)
{
	struct pl_tile wider = *tile;
	pl_status st = try_tile(r, tile, tile->width, raw);

	if (st != PL_E_NOTFOUND || tile->width == PL_TILE_WIDTH)
		return st;
	/* A partial tile may be dropped once the full one exists, and there is none for a size that no checkpoint had. */
	wider.width = PL_TILE_WIDTH;
	st = try_tile(r, &wider, tile->width, raw);
	if (st != PL_E_NOTFOUND)
		return st;
	wider.width = (uint16_t)width_now(r, tile);
	return wider.width > tile->width ? try_tile(r, &wider, tile->width, raw) : PL_E_NOTFOUND;
}

pl_status pl_log_reader_tile(struct pl_log_reader *r, const struct pl_tile *tile, struct pl_buf *out)
{
	struct pl_buf *raw = tile->level == PL_TILE_ENTRIES ? &r->bundle : &r->raw;
	pl_status st;

	r->bundle_tile.width = 0;
	st = pl_reader_get_tile(r, tile, raw);
	if (st != PL_OK)
		return st;
	pl_buf_put_bytes(out, pl_buf_bytes(raw));
	return pl_buf_status(out);
}

/* The bundle that holds entry @index, in r->bundle; the last one is kept. */
static pl_status load_bundle(struct pl_log_reader *r, uint64_t index, uint64_t size)
{
	struct pl_tile tile;
	pl_status st = pl_tile_at(PL_TILE_ENTRIES, index / PL_TILE_WIDTH, size, &tile);

	if (index >= size || st != PL_OK)
		return PL_E_RANGE;
	if (r->bundle_tile.width >= tile.width && r->bundle_tile.index == tile.index)
		return PL_OK;
	r->bundle_tile.width = 0;
	st = pl_reader_get_tile(r, &tile, &r->bundle);
	if (st == PL_OK)
		r->bundle_tile = tile;
	return st;
}

pl_status pl_log_reader_entry(struct pl_log_reader *r, uint64_t index, uint64_t size, struct pl_buf *out)
{
	pl_bytes entry;
	pl_status st = load_bundle(r, index, size);

	if (st == PL_OK)
		st = pl_tile_bundle_get(pl_buf_bytes(&r->bundle), (unsigned)(index % PL_TILE_WIDTH), &entry);
	if (st != PL_OK)
		return st;
	pl_buf_put_bytes(out, entry);
	return pl_buf_status(out);
}

pl_status pl_log_reader_entries(struct pl_log_reader *r, uint64_t from, uint64_t to, uint64_t size,
	pl_log_reader_each each, void *ctx)
{
	pl_bytes rest = {NULL, 0}, entry;

	if (from > to || to > size)
		return PL_E_RANGE;
	for (uint64_t i = from; i < to; i++) {
		pl_status st = PL_OK;

		if (i == from || i % PL_TILE_WIDTH == 0) {
			st = load_bundle(r, i, size);
			rest = pl_buf_bytes(&r->bundle);
			for (uint64_t skip = i % PL_TILE_WIDTH; st == PL_OK && skip > 0; skip--)
				st = pl_tile_bundle_next(&rest, &entry);
		}
		if (st == PL_OK)
			st = pl_tile_bundle_next(&rest, &entry);
		if (st == PL_OK)
			st = each(ctx, i, entry);
		if (st != PL_OK)
			return st;
	}
	return PL_OK;
}
