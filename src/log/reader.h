/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/reader: read a log from its public directory or from an http(s) URL; the same calls for both.
 *
 * A reader fetches, it does not believe: entries and proofs are only as good as the tiles they come from. The functions
 * named _verified_ check against a root that the caller trusts; for the others the caller checks (log/tree, log/policy).
 *
 * What always holds:
 *  1. Never writes. A directory is read below its descriptor; names from outside cannot leave it.
 *  2. Memory is bounded: the tile cache has a byte limit, one response has the size of one tile or bundle.
 *  3. A partial tile that is not there is looked for in its full state, then in that of the newest checkpoint, and cut:
 *     so proofs can be made for every size up to that checkpoint's.
 *  4. A reader belongs to one thread at a time.
 */
#ifndef PL_LOG_READER_H
#define PL_LOG_READER_H
#include "base/buf.h"
#include "base/diag.h"
#include "log/tile.h"
#include "log/tree.h"

struct pl_log_reader;

struct pl_log_reader_options {
	size_t cache_bytes;  /* for tiles with their interior nodes; 0 = 8 MiB */
	uint64_t timeout_ns; /* per HTTP request; 0 = 30 s */
};

/* @where: "https://...", "http://..." (the log's prefix), or a directory that holds `checkpoint` and `tile/`; a log's DIR
 * with `public/` inside works as well. @options may be NULL. PL_E_NOTFOUND, PL_E_SYNTAX, PL_E_IO. */
pl_status pl_log_reader_open(pl_str where, const struct pl_log_reader_options *options, struct pl_log_reader **ret,
	struct pl_diag *diag);
/* The directory that holds checkpoint and tile/, borrowed; -1 for a URL. */
int pl_log_reader_dir(const struct pl_log_reader *r);
void pl_log_reader_close(struct pl_log_reader *r);
/* For PL_CLEANUP. */
void pl_log_reader_closep(struct pl_log_reader **r);

/* Words about the last failure of @r: which file or URL, what was wrong. Lives until the next call. */
const struct pl_diag *pl_log_reader_diag(const struct pl_log_reader *r);

/* Append the signed checkpoint as it is now. PL_E_NOTFOUND for a log that has none yet. */
pl_status pl_log_reader_checkpoint(struct pl_log_reader *r, struct pl_buf *out);
/* Append the bytes of a tile or bundle, exactly @tile->width of it even if only a wider one is stored.
 * PL_E_CORRUPT if what is there cannot be it. */
pl_status pl_log_reader_tile(struct pl_log_reader *r, const struct pl_tile *tile, struct pl_buf *out);

/* Append entry @index of the log at @size entries. PL_E_RANGE for @index >= @size. */
pl_status pl_log_reader_entry(struct pl_log_reader *r, uint64_t index, uint64_t size, struct pl_buf *out);
/* Call @each for the entries from..to-1 in order; another answer than PL_OK ends the walk and is handed on. */
typedef pl_status (*pl_log_reader_each)(void *ctx, uint64_t index, pl_bytes entry);
pl_status pl_log_reader_entries(struct pl_log_reader *r, uint64_t from, uint64_t to, uint64_t size,
	pl_log_reader_each each, void *ctx);

/* A pl_tree_fetch over the tiles of the log at `size`; for the prove functions of log/tree. */
struct pl_log_reader_nodes {
	struct pl_log_reader *reader;
	uint64_t size;
};
pl_status pl_log_reader_fetch(void *nodes, const struct pl_tree_node_id *ids, size_t n, struct pl_digest *ret);

pl_status pl_log_reader_leaf(struct pl_log_reader *r, uint64_t index, uint64_t size, struct pl_digest *ret);
pl_status pl_log_reader_root(struct pl_log_reader *r, uint64_t size, struct pl_digest *ret);
pl_status pl_log_reader_inclusion(struct pl_log_reader *r, uint64_t index, uint64_t size, struct pl_tree_path *ret);
pl_status pl_log_reader_consistency(struct pl_log_reader *r, uint64_t old_size, uint64_t size,
	struct pl_tree_path *ret);
/* The path from @leaf, entry @index, and the check that it leads to @root at @size; cheaper than both one after the other. PL_E_PROOF if not. */
pl_status pl_log_reader_proven(struct pl_log_reader *r, uint64_t index, uint64_t size, const struct pl_digest *leaf,
	const struct pl_digest *root, struct pl_tree_path *ret);

/* Entry @index, its path, and the check that it stands under @root at @size. PL_E_PROOF if it does not. */
pl_status pl_log_reader_verified_entry(struct pl_log_reader *r, uint64_t index, uint64_t size,
	const struct pl_digest *root, struct pl_buf *out, struct pl_tree_path *ret);

#endif
