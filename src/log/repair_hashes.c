/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hashes of a tile whose file is damaged or missing, in the order of what costs least:
 *
 *	from the files one level below          entries, or the tiles there
 *	from the entries under it               where tile and lower tile differ: perhaps the lower one is damaged, too
 *	mixed                                   with what is left of the file: when each is damaged in few places
 *	from the copy
 *
 * None of them is believed: pl_repair_fits decides.
 */
#include "crypto/sha256x.h"
#include "log/repair_impl.h"

/* In how many places sources may differ, and how many mixtures of them are tried. */
#define MIXED_MAX 12u
#define MIXTURES_MAX 8192u

struct slots {
	struct pl_digest h[PL_TILE_WIDTH];
	bool have[PL_TILE_WIDTH];
	unsigned sources;
};

/* The leaf hashes of bundle @index: the journal is right, the bundle's file perhaps. */
static pl_status leaves_of(struct pl_repair *p, uint64_t index, unsigned width, struct slots *s)
{
	struct pl_tile b = {.level = PL_TILE_ENTRIES, .width = (uint16_t)width, .index = index};
	pl_bytes entry[PL_TILE_WIDTH];
	bool missing;
	unsigned n;
	pl_status st = pl_repair_read(p, &b, &p->bundle, &missing);

	if (st)
		return st;
	n = pl_repair_entries(pl_buf_bytes(&p->bundle), width, entry);
	pl_sha256x_leaves(entry, n, s->h);
	for (unsigned i = 0; i < width; i++) {
		pl_bytes from_journal;

		s->have[i] = i < n;
		st = pl_repair_journal_entry(p, index * PL_TILE_WIDTH + i, &from_journal);
		if (st && st != PL_E_NOTFOUND)
			return st;
		s->sources |= st ? PL_LOG_REPAIR_LOG : PL_LOG_REPAIR_JOURNAL;
		if (st)
			continue;
		pl_sha256x_leaves(&from_journal, 1, &s->h[i]);
		s->have[i] = true;
	}
	return PL_OK;
}

/* The hash over full tile @index of @level, by its entries alone. *@ret_have false: some are missing. */
static pl_status node_by_entries(struct pl_repair *p, unsigned level, uint64_t index, struct pl_digest *ret, bool *ret_have, // NOLINT(misc-no-recursion): as deep as a tree has levels
	unsigned *sources)
{
	struct slots s = {.sources = 0};
	pl_status st = PL_OK;

	if (level == 0)
		st = leaves_of(p, index, PL_TILE_WIDTH, &s);
	for (unsigned i = 0; !st && level > 0 && i < PL_TILE_WIDTH; i++)
		st = node_by_entries(p, level - 1, index * PL_TILE_WIDTH + i, &s.h[i], &s.have[i], &s.sources);
	*ret_have = !st;
	for (unsigned i = 0; i < PL_TILE_WIDTH; i++)
		*ret_have = *ret_have && s.have[i];
	if (*ret_have)
		pl_tile_node(s.h, PL_TILE_HEIGHT, ret);
	*sources |= s.sources;
	return st;
}

/* What a file holds of the tile. */
static void slots_of(const struct pl_buf *file, const struct pl_tile *t, struct slots *s)
{
	for (unsigned i = 0; i < t->width && (i + 1) * (size_t)PL_DIGEST_LEN <= file->len; i++) {
		memcpy(s->h[i].b, file->ptr + i * PL_DIGEST_LEN, PL_DIGEST_LEN);
		s->have[i] = true;
	}
}

static pl_status below_slots(struct pl_repair *p, const struct pl_tile *t, struct slots *s)
{
	pl_status st = PL_OK;

	if (t->level == 0)
		return leaves_of(p, t->index, t->width, s);
	s->sources = PL_LOG_REPAIR_LOG;
	for (unsigned i = 0; !st && i < t->width; i++) {
		struct pl_tile c = {.level = (uint8_t)(t->level - 1), .width = PL_TILE_WIDTH, .index = t->index * PL_TILE_WIDTH + i};
		bool missing;

		st = pl_repair_read(p, &c, &p->child, &missing);
		s->have[i] = !st && p->child.len == PL_TILE_BYTES;
		if (s->have[i])
			pl_tile_node((const struct pl_digest *)(const void *)p->child.ptr, PL_TILE_HEIGHT, &s->h[i]);
	}
	return st;
}

/* What the entries say, asked where @below is not confirmed by the tile's own file. */
static pl_status deep_slots(struct pl_repair *p, const struct pl_tile *t, const struct slots *own, const struct slots *below,
	struct slots *s)
{
	pl_status st = PL_OK;

	for (unsigned i = 0; !st && t->level > 0 && i < t->width; i++) {
		if (own->have[i] && below->have[i] && pl_digest_eq(&own->h[i], &below->h[i])) {
			s->h[i] = below->h[i];
			s->have[i] = true;
			continue;
		}
		st = node_by_entries(p, t->level - 1u, t->index * PL_TILE_WIDTH + i, &s->h[i], &s->have[i], &s->sources);
	}
	return st;
}

static bool complete(const struct slots *s, unsigned width)
{
	for (unsigned i = 0; i < width; i++)
		if (!s->have[i])
			return false;
	return true;
}

/* ---- mixtures ---- */

struct choice {
	unsigned slot, n;
	struct pl_digest h[3];
};

/* What may stand in slot @i: one hash if two sources agree on it. */
static struct choice choose(const struct slots *const source[3], unsigned i)
{
	struct choice c = {.slot = i};

	for (unsigned k = 0; k < 3; k++) {
		bool again = false;

		if (!source[k]->have[i])
			continue;
		for (unsigned j = 0; j < c.n; j++)
			again = again || pl_digest_eq(&c.h[j], &source[k]->h[i]);
		if (again) {
			c.h[0] = source[k]->h[i];
			c.n = 1;
			return c;
		}
		c.h[c.n++] = source[k]->h[i];
	}
	return c;
}

/* Try each of the mixtures of what the sources say where no two agree, if there are few. */
static bool mixed(const struct pl_repair *p, const struct pl_tile *t, const struct pl_digest *want,
	const struct slots *const source[3], struct pl_digest hash[static PL_TILE_WIDTH])
{
	struct choice open[MIXED_MAX];
	unsigned n = 0, mixtures = 1;

	for (unsigned i = 0; i < t->width; i++) {
		struct choice c = choose(source, i);

		if (!c.n || (c.n > 1 && (n == MIXED_MAX || mixtures * c.n > MIXTURES_MAX)))
			return false;
		hash[i] = c.h[0];
		if (c.n > 1) {
			mixtures *= c.n;
			open[n++] = c;
		}
	}
	for (unsigned m = 0; m < mixtures; m++) {
		unsigned rest = m;

		for (unsigned k = 0; k < n; rest /= open[k++].n)
			hash[open[k].slot] = open[k].h[rest % open[k].n];
		if (pl_repair_fits(p, t, hash, want))
			return true;
	}
	return false;
}

/* ---- all of it ---- */

/* Does @s give the tile? */
static bool gives(const struct pl_repair *p, const struct pl_tile *t, const struct pl_digest *want, const struct slots *s,
	struct pl_digest hash[static PL_TILE_WIDTH])
{
	if (!complete(s, t->width))
		return false;
	memcpy(hash, s->h, sizeof s->h);
	return pl_repair_fits(p, t, hash, want);
}

pl_status pl_repair_hashes(struct pl_repair *p, const struct pl_tile *t, const struct pl_digest *want,
	struct pl_digest hash[static PL_TILE_WIDTH], unsigned *ret_sources)
{
	struct slots own = {.sources = PL_LOG_REPAIR_LOG}, below = {.sources = 0}, deep = {.sources = 0};
	const struct slots *const source[3] = {&below, &deep, &own};
	pl_status st;

	slots_of(&p->own, t, &own);
	st = below_slots(p, t, &below);
	*ret_sources = below.sources;
	if (st || gives(p, t, want, &below, hash))
		return st;
	st = deep_slots(p, t, &own, &below, &deep);
	*ret_sources |= deep.sources;
	if (st || gives(p, t, want, &deep, hash))
		return st;
	*ret_sources |= own.sources;
	if (mixed(p, t, want, source, hash))
		return PL_OK;
	if (!pl_repair_copy(p, t))
		return PL_E_NOTFOUND;
	/* In the place of the entries' word, which has been heard. */
	memset(deep.have, 0, sizeof deep.have);
	slots_of(&p->copied, t, &deep);
	*ret_sources = PL_LOG_REPAIR_COPY;
	if (gives(p, t, want, &deep, hash))
		return PL_OK;
	*ret_sources |= below.sources;
	return mixed(p, t, want, source, hash) ? PL_OK : PL_E_NOTFOUND;
}
