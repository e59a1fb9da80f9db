/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree in rows of 256 hashes: row (0, n) holds the leaves from 256 n on, row (k + 1, n) the roots of the full rows (k, 256 n + i).
 * What a proof or a head needs is in a few rows, at any size.
 */
#include "register/internal.h"
#include "register/sql.h"

#define LEVELS_MAX 8u

pl_status pl_register_tile(struct pl_db_tx *tx, const struct pl_register *r, unsigned level, uint64_t number,
	struct pl_digest ret[static PL_REGISTER_TILE], size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_bytes hashes;
	pl_status st = pl_db_one(tx, &pl_sql_register_tile_get,
		PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(level), PL_DB_U64(number)), &rows);

	if (st)
		return st;
	hashes = pl_db_col_blob(rows, 0);
	if (hashes.len % PL_DIGEST_LEN || hashes.len > sizeof(struct pl_digest) * PL_REGISTER_TILE || !hashes.len)
		return PL_E_CORRUPT;
	memcpy(ret, hashes.ptr, hashes.len);
	*ret_n = hashes.len / PL_DIGEST_LEN;
	return pl_db_rows_status(rows);
}

/* ---- rows of which only the edge is left ---- */

/* The first .upto hashes of a row, as the subtrees of their edge: one for each bit of .upto, the largest first. */
struct row_edge {
	uint64_t upto;
	size_t n;
	struct pl_digest h[8];
};

/* A row of which every hash is known has .upto 0. */
static pl_status row_edge(struct pl_db_tx *tx, const struct pl_register *r, unsigned level, uint64_t number, struct row_edge *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_bytes hashes;
	pl_status st = pl_db_one(tx, &pl_sql_register_tile_edge_get,
		PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(level), PL_DB_U64(number)), &rows);

	*ret = (struct row_edge){0};
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	ret->upto = pl_db_col_u64(rows, 0);
	hashes = pl_db_col_blob(rows, 1);
	if (ret->upto >= PL_REGISTER_TILE || hashes.len % PL_DIGEST_LEN || hashes.len > sizeof ret->h)
		return PL_E_CORRUPT;
	ret->n = hashes.len / PL_DIGEST_LEN;
	memcpy(ret->h, hashes.ptr, hashes.len);
	return pl_db_rows_status(rows);
}

/* The hash of the subtree over [@first, @first + @width) of a row. PL_E_NOTFOUND: it is lost. */
static pl_status row_subtree(const struct row_edge *e, const struct pl_digest *row, uint64_t first, uint64_t width,
	struct pl_digest *ret)
{
	struct pl_digest packed[8];
	struct pl_tree_edge edge;
	uint64_t at = 0;
	size_t k = 0, n = 0;

	if (first >= e->upto) {
		pl_tree_root(row + first, width, ret);
		return PL_OK;
	}
	for (unsigned j = 8; j-- > 0;) {
		if (!(e->upto >> j & 1u))
			continue;
		if (at == first && UINT64_C(1) << j == width) {
			*ret = e->h[k];
			return PL_OK;
		}
		if (at >= first)
			packed[n++] = e->h[k];
		at += UINT64_C(1) << j;
		k++;
	}
	if (first + width <= e->upto || pl_tree_edge_unpack(e->upto - first, packed, n, &edge) ||
		pl_tree_edge_append(&edge, row + e->upto, (size_t)(first + width - e->upto)))
		return PL_E_NOTFOUND;
	pl_tree_edge_root(&edge, ret);
	return PL_OK;
}

/* One row of each level that is being filled. */
struct grower {
	struct pl_db_tx *tx;
	const struct pl_register *r;
	struct {
		bool loaded, changed;
		uint64_t number;
		size_t n;
		struct pl_digest h[PL_REGISTER_TILE];
	} row[LEVELS_MAX];
};

static pl_status store(struct grower *g, unsigned level)
{
	if (!g->row[level].changed)
		return PL_OK;
	g->row[level].changed = false;
	return pl_db_exec(g->tx, &pl_sql_register_tile_put,
		PL_DB_ARGS(PL_DB_STR(g->r->decl->name), PL_DB_U64(level), PL_DB_U64(g->row[level].number),
			PL_DB_MEM(g->row[level].h, g->row[level].n * PL_DIGEST_LEN)),
		NULL);
}

/* The row that takes hash @index of @level, as it was stored. */
static pl_status load(struct grower *g, unsigned level, uint64_t index)
{
	pl_status st = PL_OK;

	g->row[level].number = index / PL_REGISTER_TILE;
	g->row[level].n = 0;
	g->row[level].loaded = true;
	if (index % PL_REGISTER_TILE)
		st = pl_register_tile(g->tx, g->r, level, g->row[level].number, g->row[level].h, &g->row[level].n);
	if (st || g->row[level].n < index % PL_REGISTER_TILE)
		return st ? st : PL_E_CORRUPT;
	g->row[level].n = index % PL_REGISTER_TILE; /* what a broken-off growth left behind is written again */
	return PL_OK;
}

static pl_status push(struct grower *g, uint64_t index, const struct pl_digest *leaf)
{
	struct pl_digest h = *leaf;
	struct row_edge edge;

	for (unsigned level = 0; level < LEVELS_MAX; level++, index /= PL_REGISTER_TILE) {
		pl_status st = g->row[level].loaded ? PL_OK : load(g, level, index);

		if (st)
			return st;
		g->row[level].h[g->row[level].n++] = h;
		g->row[level].changed = true;
		if (g->row[level].n < PL_REGISTER_TILE)
			return PL_OK;
		st = store(g, level);
		if (!st)
			st = row_edge(g->tx, g->r, level, g->row[level].number, &edge);
		if (!st)
			st = row_subtree(&edge, g->row[level].h, 0, PL_REGISTER_TILE, &h);
		if (st)
			return st;
		g->row[level].loaded = false;
	}
	return PL_E_TOOBIG;
}

/* Tell @fn of the leaf hashes [@from, @to) in their order. PL_E_CORRUPT if there are fewer. */
static pl_status each_leaf(struct pl_db_tx *tx, const struct pl_register *r, uint64_t from, uint64_t to,
	pl_status (*fn)(void *ctx, uint64_t index, const struct pl_digest *leaf), void *ctx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	uint64_t at = from;
	pl_status st = pl_db_query(tx, &pl_sql_register_leaf_hashes,
		PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(from), PL_DB_U64(to)), &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_digest leaf;

		pl_db_col_fixed(rows, 0, leaf.b, sizeof leaf.b);
		st = pl_db_rows_status(rows);
		if (!st)
			st = fn(ctx, at++, &leaf);
	}
	if (st != PL_E_NOTFOUND)
		return st;
	return at == to ? PL_OK : PL_E_CORRUPT;
}

static pl_status push_one(void *ctx, uint64_t index, const struct pl_digest *leaf)
{
	return push(ctx, index, leaf);
}

pl_status pl_register_tiles_grow(struct pl_db_tx *tx, const struct pl_register *r, uint64_t from, uint64_t to)
{
	struct grower *g = PL_NEW(struct grower);
	pl_status st;

	g->tx = tx;
	g->r = r;
	st = each_leaf(tx, r, from, to, push_one, g);
	for (unsigned level = 0; level < LEVELS_MAX && !st; level++)
		st = store(g, level);
	pl_free(g);
	return st;
}

static pl_status append_one(void *ctx, uint64_t index, const struct pl_digest *leaf)
{
	(void)index;
	return pl_tree_edge_append(ctx, leaf, 1);
}

pl_status pl_register_edge_grow(struct pl_db_tx *tx, const struct pl_register *r, uint64_t from, uint64_t to,
	struct pl_tree_edge *edge)
{
	return each_leaf(tx, r, from, to, append_one, edge);
}

/* A row (k, m) holds hashes of subtrees of 256^k leaves; 2^j of them side by side make the one of 256^k * 2^j. */
pl_status pl_register_fetch(void *nodes, const struct pl_tree_node_id *ids, size_t n, struct pl_digest *ret)
{
	const struct pl_register_nodes *from = nodes;
	struct pl_digest row[PL_REGISTER_TILE];
	size_t have = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned level = ids[i].level / 8u, width = 1u << ids[i].level % 8u;
		uint64_t first = ids[i].index * width;
		struct row_edge edge;
		pl_status st = pl_register_tile(from->tx, from->r, level, first / PL_REGISTER_TILE, row, &have);

		if (!st && first % PL_REGISTER_TILE + width > have)
			st = PL_E_CORRUPT;
		if (!st)
			st = row_edge(from->tx, from->r, level, first / PL_REGISTER_TILE, &edge);
		if (!st)
			st = row_subtree(&edge, row, first % PL_REGISTER_TILE, width, &ret[i]);
		if (st)
			return st;
	}
	return PL_OK;
}

/* ---- after a loss ---- */

/* The row of one level in which the tree goes on: what is known of it, zeros where nothing is, and its edge. */
static pl_status put_row_edge(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_tree_edge *e, unsigned level)
{
	uint64_t number = e->size >> (8 * level) >> 8, upto = (e->size >> (8 * level)) % PL_REGISTER_TILE;
	struct pl_digest row[PL_REGISTER_TILE] = {0}, edge[8];
	size_t have = 0, n = 0;
	pl_status st;

	if (!upto)
		return PL_OK;
	st = pl_register_tile(tx, r, level, number, row, &have);
	if (st && st != PL_E_NOTFOUND)
		return st;
	for (unsigned j = 8; j-- > 0;)
		if (upto >> j & 1u)
			edge[n++] = e->h[8 * level + j];
	st = pl_db_exec(tx, &pl_sql_register_tile_put,
		PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(level), PL_DB_U64(number), PL_DB_MEM(row, upto * PL_DIGEST_LEN)), NULL);
	return st ? st :
		    pl_db_exec(tx, &pl_sql_register_tile_edge_put,
			    PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(level), PL_DB_U64(number), PL_DB_U64(upto),
				    PL_DB_MEM(edge, n * PL_DIGEST_LEN)),
			    NULL);
}

pl_status pl_register_tiles_jump(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_tree_edge *e)
{
	pl_status st = PL_OK;

	for (unsigned level = 0; level < LEVELS_MAX - 1 && !st; level++)
		st = put_row_edge(tx, r, e, level);
	return st;
}
