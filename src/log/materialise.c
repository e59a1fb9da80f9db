/* SPDX-License-Identifier: Apache-2.0 */
#include "log/materialise.h"
#include "base/file.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LEVELS (PL_TILE_LEVEL_MAX + 1u)

struct pl_materialise {
	int dir;
	uint64_t size;
	struct pl_digest hash[LEVELS][PL_TILE_WIDTH]; /* the partial tile of every level */
	unsigned n[LEVELS];      /* below 256, except n[0] while a full tile could not be written */
	uint64_t written[LEVELS]; /* hashes of the level that a partial file shows already */
	uint64_t written_entries;
	struct pl_buf bundle;    /* the partial bundle */
	struct pl_tile *unsynced;
	size_t n_unsynced, cap_unsynced;
	/* Full tiles whose partial files may go: made since the last tidy, and before it. */
	struct pl_tile *fresh, *old;
	size_t n_fresh, cap_fresh, n_old, cap_old;
};

static void list_put(struct pl_tile **list, size_t *n, size_t *cap, const struct pl_tile *t)
{
	if (*n == *cap) {
		size_t more = *cap ? *cap * 2 : 64;
		struct pl_tile *p = pl_alloc(more, sizeof *p);

		if (*n)
			memcpy(p, *list, *n * sizeof *p);
		pl_free(*list);
		*list = p;
		*cap = more;
	}
	(*list)[(*n)++] = *t;
}

static pl_status make_parents(int dir, const char *path)
{
	char parent[PL_TILE_PATH_MAX];
	const char *slash = strrchr(path, '/');
	pl_status st = pl_str_z(pl_str_of(path, (size_t)(slash - path)), parent, sizeof parent);

	return st ? st : pl_file_mkdirs(dir, parent, 0755);
}

static pl_status write_tile(struct pl_materialise *m, const struct pl_tile *t, pl_bytes data)
{
	char path[PL_TILE_PATH_MAX];
	pl_status st;

	pl_tile_write(t, path);
	st = pl_file_put_loose(m->dir, path, data, 0644);
	if (st == PL_E_NOTFOUND) {
		st = make_parents(m->dir, path);
		if (!st)
			st = pl_file_put_loose(m->dir, path, data, 0644);
	}
	if (!st)
		list_put(&m->unsynced, &m->n_unsynced, &m->cap_unsynced, t);
	return st;
}

static pl_bytes hashes(const struct pl_materialise *m, unsigned level, size_t n)
{
	return pl_bytes_of(m->hash[level], n * sizeof m->hash[0][0]);
}

/* Level 0 is full: write its bundle and tile, and the full tiles above that this completes. Files first, then memory, so
 * that a failure leaves everything to be done again. */
static pl_status flush_full(struct pl_materialise *m)
{
	struct pl_digest root[LEVELS];
	struct pl_tile t = {.level = PL_TILE_ENTRIES, .width = PL_TILE_WIDTH, .index = m->size / PL_TILE_WIDTH - 1};
	unsigned top = 0;
	pl_status st;

	if (m->n[0] < PL_TILE_WIDTH)
		return PL_OK;
	st = write_tile(m, &t, pl_buf_bytes(&m->bundle));
	if (st)
		return st;
	list_put(&m->fresh, &m->n_fresh, &m->cap_fresh, &t);
	for (unsigned l = 0; l < LEVELS; l++) {
		/* The node below is put into the free slot; it counts only when n[] says so. */
		if (l > 0)
			m->hash[l][m->n[l]] = root[l - 1];
		if (l > 0 && m->n[l] + 1 < PL_TILE_WIDTH)
			break;
		t = (struct pl_tile){.level = (uint8_t)l, .width = PL_TILE_WIDTH, .index = (m->size >> (8 * (l + 1))) - 1};
		st = write_tile(m, &t, hashes(m, l, PL_TILE_WIDTH));
		if (st)
			return st;
		list_put(&m->fresh, &m->n_fresh, &m->cap_fresh, &t);
		pl_tile_node(m->hash[l], PL_TILE_HEIGHT, &root[l]);
		top = l + 1;
	}
	for (unsigned l = 0; l < top; l++)
		m->n[l] = 0;
	if (top < LEVELS)
		m->n[top]++;
	pl_buf_clear(&m->bundle);
	return PL_OK;
}

pl_status pl_materialise_add(struct pl_materialise *m, pl_bytes entries, const struct pl_digest *leaves, size_t n,
	size_t *ret_taken)
{
	pl_status st = PL_OK;

	*ret_taken = 0;
	while (*ret_taken < n) {
		pl_bytes entry;

		st = flush_full(m);
		if (st)
			return st;
		st = pl_tile_bundle_next(&entries, &entry);
		if (!st)
			st = pl_tile_bundle_put(&m->bundle, entry);
		if (st)
			return st;
		m->hash[0][m->n[0]++] = leaves[(*ret_taken)++];
		m->size++;
	}
	return flush_full(m);
}

uint64_t pl_materialise_size(const struct pl_materialise *m)
{
	return m->size;
}

pl_status pl_materialise_partials(struct pl_materialise *m)
{
	pl_status st = flush_full(m);

	if (!st && m->n[0] && m->written_entries != m->size) {
		struct pl_tile t = {.level = PL_TILE_ENTRIES, .width = (uint16_t)m->n[0], .index = m->size / PL_TILE_WIDTH};

		st = write_tile(m, &t, pl_buf_bytes(&m->bundle));
		if (!st)
			m->written_entries = m->size;
	}
	for (unsigned l = 0; !st && l < LEVELS; l++) {
		uint64_t count = m->size >> (8 * l);
		struct pl_tile t = {.level = (uint8_t)l, .width = (uint16_t)m->n[l], .index = count / PL_TILE_WIDTH};

		if (!m->n[l] || m->written[l] == count)
			continue;
		st = write_tile(m, &t, hashes(m, l, m->n[l]));
		if (!st)
			m->written[l] = count;
	}
	return st;
}

static pl_status sync_one(int dir, const char *path, bool is_dir)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = is_dir ? pl_file_open_dir(dir, path, &fd) : pl_file_open(dir, path, O_RDONLY, 0, &fd);

	return st ? st : pl_file_sync(fd);
}

pl_status pl_materialise_sync(struct pl_materialise *m)
{
	char path[PL_TILE_PATH_MAX], parent[4][PL_TILE_PATH_MAX] = {{0}};
	pl_status st = PL_OK;

	for (size_t i = 0; !st && i < m->n_unsynced; i++) {
		pl_tile_write(&m->unsynced[i], path);
		st = sync_one(m->dir, path, false);
	}
	/* The names: one fsync per directory, remembering the last few. */
	for (size_t i = 0; !st && i < m->n_unsynced; i++) {
		bool known = false;

		pl_tile_write(&m->unsynced[i], path);
		*strrchr(path, '/') = '\0';
		for (size_t k = 0; k < PL_COUNT(parent); k++)
			known = known || strcmp(parent[k], path) == 0;
		if (known)
			continue;
		memcpy(parent[i % PL_COUNT(parent)], path, sizeof path);
		st = sync_one(m->dir, path, true);
	}
	if (!st)
		m->n_unsynced = 0;
	return st;
}

/* Remove the directory of partial files of one full tile. Losing a removal does no harm. */
static void remove_partials(int dir, const struct pl_tile *t)
{
	struct pl_tile p = *t;
	char path[PL_TILE_PATH_MAX];
	DIR *d;
	int fd;

	p.width = 1;
	pl_tile_write(&p, path);
	*strrchr(path, '/') = '\0';
	if (pl_file_open_dir(dir, path, &fd))
		return;
	d = fdopendir(fd);
	if (!d) {
		(void)close(fd);
		return;
	}
	for (struct dirent *e; (e = readdir(d));)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			(void)pl_file_unlink(dirfd(d), e->d_name);
	(void)closedir(d);
	(void)unlinkat(dir, path, AT_REMOVEDIR);
}

/* The partial files of @t, all of it @whole, that are wider than @from. */
static pl_status settle_partial(struct pl_materialise *m, const struct pl_tile *t, unsigned from, pl_bytes whole)
{
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_BUNDLE_MAX);
	bool has[PL_TILE_WIDTH];
	pl_status st = PL_OK;

	pl_materialise_narrow(m->dir, t, has);
	for (unsigned w = from + 1; !st && w < t->width; w++) {
		struct pl_tile narrow = {.level = t->level, .width = (uint16_t)w, .index = t->index};
		char path[PL_TILE_PATH_MAX];
		pl_bytes front;

		if (!has[w])
			continue;
		st = pl_tile_front(&narrow, whole, &front);
		pl_tile_write(&narrow, path);
		pl_buf_clear(&data);
		if (!st && (pl_file_read(m->dir, path, &data) || !pl_bytes_eq(pl_buf_bytes(&data), front)))
			st = write_tile(m, &narrow, front);
	}
	return st;
}

/* What a kill left beside the tile @t while it was written, and beside its narrower ones. */
static void sweep_tile(int dir, struct pl_tile t, char last[static PL_TILE_PATH_MAX])
{
	char path[PL_TILE_PATH_MAX];

	for (unsigned partial = 0; partial < 2; partial++) {
		t.width = partial ? 1 : PL_TILE_WIDTH;
		pl_tile_write(&t, path);
		*strrchr(path, '/') = '\0';
		if (strcmp(path, last) == 0)
			continue;
		pl_file_sweep(dir, path);
		if (!partial) /* a directory of full tiles has a thousand of them */
			memcpy(last, path, sizeof path);
	}
}

/* Tiles of @level, the one that held hash number @before last and all behind it; of the one that is not full now there is @whole. */
static pl_status settle_level(struct pl_materialise *m, unsigned level, uint64_t before, uint64_t now, pl_bytes whole)
{
	struct pl_tile t = {.level = (uint8_t)level, .width = PL_TILE_WIDTH, .index = before / PL_TILE_WIDTH};
	unsigned from = (unsigned)(before % PL_TILE_WIDTH);
	char swept[PL_TILE_PATH_MAX] = "";

	for (; t.index < now / PL_TILE_WIDTH; t.index++) {
		sweep_tile(m->dir, t, swept);
		remove_partials(m->dir, &t);
		from = 0;
	}
	sweep_tile(m->dir, t, swept);
	t.width = (uint16_t)(now % PL_TILE_WIDTH);
	return t.width > from + 1 ? settle_partial(m, &t, from, whole) : PL_OK;
}

pl_status pl_materialise_settle(struct pl_materialise *m, uint64_t mark)
{
	pl_status st = settle_level(m, PL_TILE_ENTRIES, mark, m->size, pl_buf_bytes(&m->bundle));

	for (unsigned l = 0; !st && l < LEVELS; l++)
		st = settle_level(m, l, mark >> (8 * l), m->size >> (8 * l), hashes(m, l, m->n[l]));
	return st;
}

void pl_materialise_tidy(struct pl_materialise *m)
{
	struct pl_tile *list = m->old;
	size_t cap = m->cap_old;

	for (size_t i = 0; i < m->n_old; i++)
		remove_partials(m->dir, &m->old[i]);
	m->old = m->fresh;
	m->n_old = m->n_fresh;
	m->cap_old = m->cap_fresh;
	m->fresh = list;
	m->n_fresh = 0;
	m->cap_fresh = cap;
}

/* ---- opening ---- */

/* Compare the partial tile of @level with the slots of the edge that it stands for. */
static bool fits_edge(const struct pl_materialise *m, unsigned level, const struct pl_tree_edge *edge)
{
	struct pl_tree_edge e;

	pl_tree_edge_init(&e);
	if (pl_tree_edge_append(&e, m->hash[level], m->n[level]))
		return false;
	for (unsigned k = 0; k < PL_TILE_HEIGHT && 8 * level + k < PL_COUNT(edge->h); k++)
		if ((m->n[level] >> k & 1) && !pl_digest_eq(&e.h[k], &edge->h[8 * level + k]))
			return false;
	return true;
}

static pl_status load_level(struct pl_materialise *m, unsigned level, const struct pl_tree_edge *edge,
	struct pl_diag *diag)
{
	struct pl_tile t = {.level = (uint8_t)level};
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_BYTES);
	char path[PL_TILE_PATH_MAX];
	pl_status st;

	m->n[level] = pl_tile_partial(level, m->size);
	m->written[level] = m->size >> (8 * level);
	if (!m->n[level])
		return PL_OK;
	t.index = pl_tile_full(level, m->size);
	t.width = (uint16_t)m->n[level];
	pl_tile_write(&t, path);
	st = pl_materialise_read(m->dir, &t, &data);
	if (!st) {
		memcpy(m->hash[level], data.ptr, data.len);
		if (fits_edge(m, level, edge))
			return PL_OK;
	}
	pl_diag_hint(diag, PL_MATERIALISE_HINT);
	if (st)
		return pl_diag_set(diag, st == PL_E_NOTFOUND ? PL_E_CORRUPT : st, "public/%s is missing or unreadable", path);
	return pl_diag_set(diag, PL_E_CORRUPT, "public/%s does not fit the journal", path);
}

static pl_status load_bundle(struct pl_materialise *m, struct pl_diag *diag)
{
	struct pl_tile t = {.level = PL_TILE_ENTRIES, .width = (uint16_t)m->n[0], .index = m->size / PL_TILE_WIDTH};
	pl_bytes entries[PL_TILE_WIDTH];
	char path[PL_TILE_PATH_MAX];
	pl_status st;

	m->written_entries = m->size;
	if (!m->n[0])
		return PL_OK;
	pl_tile_write(&t, path);
	st = pl_materialise_read(m->dir, &t, &m->bundle);
	if (!st)
		st = pl_tile_bundle_parse(pl_buf_bytes(&m->bundle), t.width, entries);
	for (unsigned i = 0; !st && i < t.width; i++) {
		struct pl_digest leaf;

		pl_tree_leaf(entries[i], &leaf);
		if (!pl_digest_eq(&leaf, &m->hash[0][i]))
			st = PL_E_CORRUPT;
	}
	if (!st)
		return PL_OK;
	pl_diag_hint(diag, PL_MATERIALISE_HINT);
	return pl_diag_set(diag, PL_E_CORRUPT, "public/%s is missing or does not fit its tile", path);
}

pl_status pl_materialise_open(int public_dir, const struct pl_tree_edge *edge, struct pl_materialise **ret,
	struct pl_diag *diag)
{
	struct pl_materialise *m = PL_NEW(struct pl_materialise);
	pl_status st = PL_OK;

	m->dir = public_dir;
	m->size = edge->size;
	pl_buf_init(&m->bundle, PL_TILE_BUNDLE_MAX);
	for (unsigned l = 0; !st && l < LEVELS; l++)
		st = load_level(m, l, edge, diag);
	if (!st)
		st = load_bundle(m, diag);
	if (st) {
		pl_materialise_close(m);
		return st;
	}
	*ret = m;
	return PL_OK;
}

void pl_materialise_close(struct pl_materialise *m)
{
	if (!m)
		return;
	pl_buf_done(&m->bundle);
	pl_free(m->unsynced);
	pl_free(m->fresh);
	pl_free(m->old);
	pl_free(m);
}
