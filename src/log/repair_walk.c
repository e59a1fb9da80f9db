/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the top down: the edge of the tree says what the partial tile of each level must be, a tile what the tiles or
 * entries below it must be. Each file is looked at once.
 */
#include "base/file.h"
#include "crypto/sha256x.h"
#include "log/materialise.h"
#include "log/repair_impl.h"

/* How many of them are looked through for an entry. */
#define OTHER_STATES_MAX 4u

static bool fits_edge(const struct pl_repair *p, const struct pl_tile *t, const struct pl_digest *hash)
{
	struct pl_tree_edge e;

	pl_tree_edge_init(&e);
	if (pl_tree_edge_append(&e, hash, t->width))
		return false;
	for (unsigned k = 0; k < PL_TILE_HEIGHT && PL_TILE_HEIGHT * t->level + k < PL_COUNT(p->edge.h); k++)
		if ((t->width >> k & 1) && !pl_digest_eq(&e.h[k], &p->edge.h[PL_TILE_HEIGHT * t->level + k]))
			return false;
	return true;
}

bool pl_repair_fits(const struct pl_repair *p, const struct pl_tile *t, const struct pl_digest *hash,
	const struct pl_digest *want)
{
	struct pl_digest node;

	if (!want)
		return fits_edge(p, t, hash);
	pl_tile_node(hash, PL_TILE_HEIGHT, &node);
	return pl_digest_eq(&node, want);
}

/* ---- other states of a tile ---- */

/* The writer begins behind the tree in private/materialised, readers with the published one: those states must be there, even
 * if nothing of them is. */
static void need_narrow(const struct pl_repair *p, const struct pl_tile *t, bool has[static PL_TILE_WIDTH])
{
	for (unsigned i = PL_REPAIR_MADE; i <= PL_REPAIR_PUBLISHED && t->width < PL_TILE_WIDTH; i++) {
		struct pl_tile then;

		if (!pl_tile_at(t->level, t->index, p->known[i].size, &then))
			has[then.width % PL_TILE_WIDTH] = true;
	}
}

static pl_status mend_narrow(struct pl_repair *p, const struct pl_tile *t, pl_bytes whole)
{
	bool has[PL_TILE_WIDTH];
	pl_status st = PL_OK;

	pl_materialise_narrow(p->public_dir, t, has);
	need_narrow(p, t, has);
	for (unsigned w = 1; !st && w < t->width; w++) {
		struct pl_tile narrow = {.level = t->level, .width = (uint16_t)w, .index = t->index};
		pl_bytes right;
		bool missing;

		if (!has[w])
			continue;
		st = pl_tile_front(&narrow, whole, &right);
		/* p->copied: what it held has been used. */
		if (!st)
			st = pl_repair_read(p, &narrow, &p->copied, &missing);
		if (!st && !pl_bytes_eq(pl_buf_bytes(&p->copied), right))
			st = pl_repair_put(p, &narrow, missing, right, PL_LOG_REPAIR_LOG);
	}
	return st;
}

/* ---- bundles ---- */

/* What a bundle is put together from. */
struct gathering {
	struct pl_repair *p;
	const struct pl_tile *b;
	pl_bytes own[PL_TILE_WIDTH]; /* what is left of the file; ptr NULL: nothing */
	bool has[PL_TILE_WIDTH];     /* widths of other states that are there */
	unsigned sources;
};

static bool is_entry(pl_bytes entry, const struct pl_digest *want)
{
	struct pl_digest leaf;

	pl_tree_leaf(entry, &leaf);
	return pl_digest_eq(&leaf, want);
}

/* In another state of the bundle, the widest first. The last one read stays in p->narrow: its neighbours are there, too. */
static bool in_other_state(struct gathering *g, unsigned slot, const struct pl_digest *want, pl_bytes *ret)
{
	struct pl_repair *p = g->p;
	struct pl_tile other = *g->b;
	bool missing;
	unsigned tries = 0;

	if (!pl_tile_bundle_get(pl_buf_bytes(&p->narrow), slot, ret) && is_entry(*ret, want))
		return true;
	for (unsigned w = PL_TILE_WIDTH - 1; w > slot && tries < OTHER_STATES_MAX; w--) {
		if (!g->has[w] || w == g->b->width)
			continue;
		tries++;
		other.width = (uint16_t)w;
		if (!pl_repair_read(p, &other, &p->narrow, &missing) && !pl_tile_bundle_get(pl_buf_bytes(&p->narrow), slot, ret) &&
			is_entry(*ret, want))
			return true;
	}
	return false;
}

/* Entries of one bundle are looked for one after the other: the copy is asked once. */
static bool in_copy(struct gathering *g, unsigned slot, const struct pl_digest *want, pl_bytes *ret)
{
	struct pl_repair *p = g->p;

	return (p->copied.len || pl_repair_copy(p, g->b)) && !pl_tile_bundle_get(pl_buf_bytes(&p->copied), slot, ret) &&
		is_entry(*ret, want);
}

/* The entry with hash @want. PL_E_NOTFOUND. */
static pl_status find_entry(struct gathering *g, unsigned slot, const struct pl_digest *want, pl_bytes *ret)
{
	pl_status st;

	*ret = g->own[slot];
	if (ret->ptr && is_entry(*ret, want)) {
		g->sources |= PL_LOG_REPAIR_LOG;
		return PL_OK;
	}
	st = pl_repair_journal_entry(g->p, g->b->index * PL_TILE_WIDTH + slot, ret);
	if (!st && is_entry(*ret, want)) {
		g->sources |= PL_LOG_REPAIR_JOURNAL;
		return PL_OK;
	}
	if (st && st != PL_E_NOTFOUND)
		return st;
	if (in_other_state(g, slot, want, ret)) {
		g->sources |= PL_LOG_REPAIR_LOG;
		return PL_OK;
	}
	g->sources |= PL_LOG_REPAIR_COPY;
	return in_copy(g, slot, want, ret) ? PL_OK : PL_E_NOTFOUND;
}

/* The bundle whose entries have the hashes @hash, into p->out. */
static pl_status gather(struct pl_repair *p, const struct pl_tile *b, const struct pl_digest *hash, unsigned *ret_sources)
{
	struct gathering g = {.p = p, .b = b};
	pl_status st = PL_OK;

	(void)pl_repair_entries(pl_buf_bytes(&p->bundle), b->width, g.own);
	pl_materialise_narrow(p->public_dir, b, g.has);
	pl_buf_clear(&p->out);
	pl_buf_clear(&p->copied);
	pl_buf_clear(&p->narrow);
	for (unsigned i = 0; !st && i < b->width; i++) {
		pl_bytes entry;

		st = find_entry(&g, i, &hash[i], &entry);
		if (!st)
			st = pl_tile_bundle_put(&p->out, entry);
	}
	*ret_sources = g.sources;
	return st;
}

static bool is_right(const struct pl_tile *b, pl_bytes bundle, const struct pl_digest *hash)
{
	pl_bytes entry[PL_TILE_WIDTH];
	struct pl_digest leaf[PL_TILE_WIDTH];

	if (pl_tile_bundle_parse(bundle, b->width, entry))
		return false;
	pl_sha256x_leaves(entry, b->width, leaf);
	return memcmp(leaf, hash, (size_t)b->width * sizeof *leaf) == 0;
}

static pl_status mend_bundle(struct pl_repair *p, const struct pl_tile *t, const struct pl_digest *hash)
{
	struct pl_tile b = {.level = PL_TILE_ENTRIES, .width = t->width, .index = t->index};
	pl_bytes whole;
	unsigned sources = 0;
	bool missing;
	pl_status st = pl_repair_read(p, &b, &p->bundle, &missing);

	if (st)
		return st;
	whole = pl_buf_bytes(&p->bundle);
	if (!is_right(&b, whole, hash)) {
		st = gather(p, &b, hash, &sources);
		if (st == PL_E_NOTFOUND) {
			pl_repair_give_up(p, &b, missing);
			return PL_OK;
		}
		whole = pl_buf_bytes(&p->out);
		if (!st)
			st = pl_repair_put(p, &b, missing, whole, sources);
	}
	if (!st)
		st = mend_narrow(p, &b, whole);
	p->r->tiles++;
	p->r->entries += b.width;
	if (p->o->progress)
		p->o->progress(p->o->ctx, p->r->entries, p->r->size);
	return st;
}

/* ---- tiles ---- */

/* @want: the hash over the tile; NULL for the partial one of its level. */
static pl_status mend_tile(struct pl_repair *p, const struct pl_tile *t, const struct pl_digest *want) // NOLINT(misc-no-recursion): as deep as a tree has levels
{
	struct pl_digest hash[PL_TILE_WIDTH];
	pl_bytes whole = pl_bytes_of(hash, (size_t)t->width * PL_DIGEST_LEN);
	unsigned sources = 0;
	bool missing;
	pl_status st = pl_repair_read(p, t, &p->own, &missing);

	if (st)
		return st;
	memcpy(hash, p->own.ptr ? p->own.ptr : (const uint8_t *)"", p->own.len < whole.len ? p->own.len : whole.len);
	if (p->own.len != whole.len || !pl_repair_fits(p, t, hash, want)) {
		st = pl_repair_hashes(p, t, want, hash, &sources);
		if (st == PL_E_NOTFOUND) {
			pl_repair_give_up(p, t, missing);
			return PL_OK;
		}
		if (!st)
			st = pl_repair_put(p, t, missing, whole, sources);
	}
	if (!st)
		st = mend_narrow(p, t, whole);
	p->r->tiles++;
	if (!st && t->level == 0)
		return mend_bundle(p, t, hash);
	for (unsigned i = 0; !st && i < t->width; i++) {
		struct pl_tile below = {.level = (uint8_t)(t->level - 1), .width = PL_TILE_WIDTH, .index = t->index * PL_TILE_WIDTH + i};

		st = mend_tile(p, &below, &hash[i]);
	}
	return st;
}

pl_status pl_repair_walk(struct pl_repair *p)
{
	pl_status st = PL_OK;

	for (unsigned level = pl_tile_levels(p->r->size); !st && level-- > 0;) {
		struct pl_tile t;

		/* Full tiles of this level stand below the partial one of a higher level. */
		if (pl_tile_partial(level, p->r->size) && !pl_tile_at(level, pl_tile_full(level, p->r->size), p->r->size, &t))
			st = mend_tile(p, &t, NULL);
	}
	return st;
}
