/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/materialise: the tiles and entry bundles of public/, made from the entries in order.
 *
 * What always holds:
 *  1. Idempotent: the same entries give the same files; a file is written under another name and renamed, never changed.
 *  2. A full tile or bundle is written as soon as its last entry comes; partial ones when asked (pl_materialise_partials),
 *     so exactly for the sizes that a checkpoint is made for.
 *  3. Nothing is durable before pl_materialise_sync said PL_OK.
 *  4. After a failure (a full disk) the same call may be made again; no entry is lost or taken twice.
 *  5. Partial files are removed only when the full one is durable.
 *
 * One thread at a time.
 */
#ifndef PL_LOG_MATERIALISE_H
#define PL_LOG_MATERIALISE_H
#include "base/buf.h"
#include "base/diag.h"
#include "log/tile.h"

struct pl_materialise;

/* What to do about a tile or bundle that is damaged or missing. */
#define PL_MATERIALISE_HINT \
	"pellucid log repair DIR (of an instance: --instance DIR) makes it again, from the journal, other tiles or a copy"

/* Go on behind @edge.size entries, whose files are all in @public_dir (borrowed): the partial ones are read back and
 * compared with @edge. PL_E_CORRUPT (words say which file) if they are missing or different. */
pl_status pl_materialise_open(int public_dir, const struct pl_tree_edge *edge, struct pl_materialise **ret,
	struct pl_diag *diag);
void pl_materialise_close(struct pl_materialise *m);

/* Take the next @n entries (bundle spelling) with their leaf hashes; *ret_taken of them were taken, all if PL_OK. */
pl_status pl_materialise_add(struct pl_materialise *m, pl_bytes entries, const struct pl_digest *leaves, size_t n,
	size_t *ret_taken);
uint64_t pl_materialise_size(const struct pl_materialise *m);
/* Write the partial tiles and the partial bundle of the present size. */
pl_status pl_materialise_partials(struct pl_materialise *m);
/* Make all files written so far durable, with their names. */
pl_status pl_materialise_sync(struct pl_materialise *m);
/* After a start: of partial files for sizes between @mark, up to which all is durable, and the present size, a power cut may have left
 * anything. Those of tiles that are full by now go away; the others are written anew where they are not the front of what is in memory. To be
 * synced. */
pl_status pl_materialise_settle(struct pl_materialise *m, uint64_t mark);
/* Remove partial files whose full tile was durable before the last but one call. */
void pl_materialise_tidy(struct pl_materialise *m);

/* The size up to which all files are durable, as the file "materialised" in @private_dir says; 0 if it was never written.
 * PL_E_CORRUPT. */
pl_status pl_materialise_mark(int private_dir, uint64_t *ret);

/* ---- reading back, below any directory that holds tile/ ---- */

/* The bytes of a tile or bundle of the log at @size: exactly @width of them, from the file of that width or from the
 * full one. PL_E_CORRUPT if the file cannot be it. */
pl_status pl_materialise_read(int public_dir, const struct pl_tile *tile, struct pl_buf *out);
/* Of which widths has @tile a partial file? A directory that is not there has none. */
void pl_materialise_narrow(int public_dir, const struct pl_tile *tile, bool has[static PL_TILE_WIDTH]);
/* Entry @index of a log that has files for @size. @ret borrows from @scratch. */
pl_status pl_materialise_entry(int public_dir, uint64_t index, uint64_t size, struct pl_buf *scratch, pl_bytes *ret);
/* A pl_tree_fetch over the files; @ctx is a struct pl_materialise_nodes. */
struct pl_materialise_nodes {
	int public_dir;
	uint64_t size;
};
pl_status pl_materialise_fetch(void *ctx, const struct pl_tree_node_id *ids, size_t n, struct pl_digest *ret);

#endif
