/* SPDX-License-Identifier: Apache-2.0 */
/* log/tile: names, geometry and contents of tiles and entry bundles. */
#include "log/tile.h"
#include "base/codec.h"
#include "base/mem.h"
#include "crypto/sha256x.h"
#include <assert.h>
#include <stdio.h>

/* No tree of up to 2^63 - 1 leaves has a tile with a higher number. */
#define INDEX_MAX (PL_TREE_SIZE_MAX / PL_TILE_WIDTH)

/* Exactly three digits off the front of *@s. */
static bool take_group(pl_str *s, unsigned *ret)
{
	unsigned v = 0;

	if (s->len < 3)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (s->ptr[i] < '0' || s->ptr[i] > '9')
			return false;
		v = v * 10 + (unsigned)(s->ptr[i] - '0');
	}
	*s = pl_str_sub(*s, 3, s->len);
	*ret = v;
	return true;
}

/* "x001/x234/067": all groups but the last carry an x, and the first of several is not x000. */
static bool take_index(pl_str *s, uint64_t *ret)
{
	uint64_t n = 0;
	unsigned group;

	for (unsigned i = 0;; i++) {
		bool more = pl_str_eat(s, PL_STR("x"));

		if (!take_group(s, &group) || (more && i == 0 && group == 0) || n > (INDEX_MAX - group) / 1000)
			return false;
		n = n * 1000 + group;
		if (!more)
			break;
		if (!pl_str_eat(s, PL_STR("/")))
			return false;
	}
	*ret = n;
	return true;
}

pl_status pl_tile_parse(pl_str path, struct pl_tile *ret)
{
	struct pl_tile t = {.width = PL_TILE_WIDTH};
	pl_str level;
	uint64_t v;

	if (!pl_str_eat(&path, PL_STR("tile/")) || !pl_str_take_until(&path, '/', &level))
		return PL_E_SYNTAX;
	if (pl_str_eq(level, PL_STR("entries")))
		t.level = PL_TILE_ENTRIES;
	else if (pl_str_to_u64(level, 63, &v) == PL_OK)
		t.level = (uint8_t)v;
	else
		return PL_E_SYNTAX;
	if (!take_index(&path, &t.index))
		return PL_E_SYNTAX;
	if (pl_str_eat(&path, PL_STR(".p/"))) {
		if (pl_str_to_u64(path, PL_TILE_WIDTH - 1, &v) != PL_OK || v == 0)
			return PL_E_SYNTAX;
		t.width = (uint16_t)v;
		path.len = 0;
	}
	if (path.len != 0)
		return PL_E_SYNTAX;
	*ret = t;
	return PL_OK;
}

void pl_tile_put(struct pl_buf *out, const struct pl_tile *t)
{
	char path[PL_TILE_PATH_MAX];

	pl_tile_write(t, path);
	pl_buf_put_z(out, path);
}

void pl_tile_write(const struct pl_tile *t, char out[static PL_TILE_PATH_MAX])
{
	unsigned groups[7];
	size_t n = 0, at;
	uint64_t index = t->index;

	assert(t->width >= 1 && t->width <= PL_TILE_WIDTH && index <= INDEX_MAX);
	do {
		groups[n++] = (unsigned)(index % 1000);
		index /= 1000;
	} while (index > 0);
	if (t->level == PL_TILE_ENTRIES)
		at = (size_t)snprintf(out, PL_TILE_PATH_MAX, "tile/entries/");
	else
		at = (size_t)snprintf(out, PL_TILE_PATH_MAX, "tile/%u/", (unsigned)t->level);
	while (n-- > 1)
		at += (size_t)snprintf(out + at, PL_TILE_PATH_MAX - at, "x%03u/", groups[n]);
	at += (size_t)snprintf(out + at, PL_TILE_PATH_MAX - at, "%03u", groups[0]);
	if (t->width < PL_TILE_WIDTH)
		snprintf(out + at, PL_TILE_PATH_MAX - at, ".p/%u", (unsigned)t->width);
}

bool pl_tile_eq(const struct pl_tile *a, const struct pl_tile *b)
{
	return a->level == b->level && a->width == b->width && a->index == b->index;
}

/* Hashes (or entries) on @level of a tree of @size leaves. */
static uint64_t level_size(unsigned level, uint64_t size)
{
	if (level == PL_TILE_ENTRIES)
		return size;
	return level * PL_TILE_HEIGHT < 64 ? size >> (level * PL_TILE_HEIGHT) : 0;
}

unsigned pl_tile_levels(uint64_t size)
{
	unsigned n = 0;

	while (level_size(n, size) > 0)
		n++;
	return n;
}

uint64_t pl_tile_full(unsigned level, uint64_t size)
{
	return level_size(level, size) / PL_TILE_WIDTH;
}

unsigned pl_tile_partial(unsigned level, uint64_t size)
{
	return (unsigned)(level_size(level, size) % PL_TILE_WIDTH);
}

pl_status pl_tile_at(unsigned level, uint64_t index, uint64_t size, struct pl_tile *ret)
{
	uint64_t full = pl_tile_full(level, size);
	unsigned partial = pl_tile_partial(level, size);

	if (index > full || (index == full && partial == 0))
		return PL_E_RANGE;
	*ret = (struct pl_tile){
		.level = (uint8_t)level, .index = index, .width = (uint16_t)(index < full ? PL_TILE_WIDTH : partial),
	};
	return PL_OK;
}

bool pl_tile_within(const struct pl_tile *t, uint64_t size)
{
	struct pl_tile now;

	return pl_tile_at(t->level, t->index, size, &now) == PL_OK && t->width <= now.width;
}

bool pl_tile_next_new(struct pl_tile_cursor *c, uint64_t old_size, uint64_t size, struct pl_tile *ret)
{
	unsigned levels = pl_tile_levels(size);

	for (; c->step <= levels; c->step++, c->next = 0) {
		unsigned level = c->step < levels ? c->step : PL_TILE_ENTRIES;
		uint64_t first = pl_tile_full(level, old_size);

		if (level_size(level, size) == level_size(level, old_size))
			continue;
		if (pl_tile_at(level, first + c->next, size, ret) == PL_OK) {
			c->next++;
			return true;
		}
	}
	return false;
}

struct pl_tile_place pl_tile_place_of(struct pl_tree_node_id id)
{
	unsigned level = id.level / PL_TILE_HEIGHT, height = id.level % PL_TILE_HEIGHT;
	uint64_t first = id.index << height; /* among the hashes of the tile level */

	return (struct pl_tile_place){
		.level = level, .height = height,
		.first = (unsigned)(first % PL_TILE_WIDTH), .index = first / PL_TILE_WIDTH,
	};
}

void pl_tile_node(const struct pl_digest *hashes, unsigned height, struct pl_digest *ret)
{
	struct pl_digest a[PL_TILE_WIDTH / 2], b[PL_TILE_WIDTH / 4];
	struct pl_digest *row = a, *next = b, *swap;

	assert(height <= PL_TILE_HEIGHT);
	if (height == 0) {
		*ret = hashes[0];
		return;
	}
	pl_sha256x_nodes(hashes, (size_t)1 << (height - 1), row);
	for (unsigned h = height - 1; h > 0; h--) {
		pl_sha256x_nodes(row, (size_t)1 << (h - 1), next);
		swap = row;
		row = next;
		next = swap;
	}
	*ret = row[0];
}

pl_status pl_tile_bundle_put(struct pl_buf *out, pl_bytes entry)
{
	uint8_t *to;

	if (pl_buf_status(out) != PL_OK)
		return pl_buf_status(out);
	if (entry.len > PL_TILE_ENTRY_MAX || out->max - out->len < entry.len + 2)
		return PL_E_TOOBIG;
	to = pl_buf_reserve(out, entry.len + 2);
	if (!to)
		return pl_buf_status(out);
	pl_be16_write(to, (uint16_t)entry.len);
	if (entry.len > 0)
		memcpy(to + 2, entry.ptr, entry.len);
	pl_buf_commit(out, entry.len + 2);
	return PL_OK;
}

pl_status pl_tile_bundle_next(pl_bytes *rest, pl_bytes *ret)
{
	pl_bytes b = *rest, entry;
	uint16_t len;

	if (b.len == 0)
		return PL_E_NOTFOUND;
	if (pl_get_be16(&b, &len) != PL_OK || pl_get_bytes(&b, len, &entry) != PL_OK)
		return PL_E_SYNTAX;
	*rest = b;
	*ret = entry;
	return PL_OK;
}

pl_status pl_tile_bundle_parse(pl_bytes bundle, unsigned width, pl_bytes *ret)
{
	for (unsigned i = 0; i < width; i++)
		if (pl_tile_bundle_next(&bundle, &ret[i]) != PL_OK)
			return PL_E_SYNTAX;
	return bundle.len == 0 ? PL_OK : PL_E_SYNTAX;
}

pl_status pl_tile_bundle_get(pl_bytes bundle, unsigned i, pl_bytes *ret)
{
	pl_bytes entry;

	do {
		if (pl_tile_bundle_next(&bundle, &entry) != PL_OK)
			return PL_E_SYNTAX;
	} while (i-- > 0);
	*ret = entry;
	return PL_OK;
}

pl_status pl_tile_front(const struct pl_tile *t, pl_bytes data, pl_bytes *ret)
{
	pl_bytes rest = data, entry;
	size_t len = (size_t)t->width * PL_DIGEST_LEN;

	if (t->level == PL_TILE_ENTRIES) {
		for (unsigned i = 0; i < t->width; i++)
			if (pl_tile_bundle_next(&rest, &entry))
				return PL_E_CORRUPT;
		len = data.len - rest.len;
	}
	if (data.len < len)
		return PL_E_CORRUPT;
	*ret = pl_bytes_of(data.ptr, len);
	return PL_OK;
}
