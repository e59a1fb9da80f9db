/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/index: where does an entry with this leaf hash stand? A file index beside the log, made again from the tiles
 * whenever it is missing or damaged (docs/formats/index.md).
 *
 * New hashes gather in a table in memory; when it is full it becomes a sorted, immutable run file; runs of like size are
 * merged. Each run has a Bloom filter in memory, so that a new entry costs no reading. Anonymous memory: about 10 bits per
 * entry, capped, plus one table.
 *
 * What always holds:
 *  1. A hit is a candidate: the index keeps 8 bytes of a hash. The caller compares with the entry itself.
 *  2. Runs cover index ranges [from, to) without overlap; a run that is there is whole (written, then renamed).
 *  3. What no run covers must be put again by the caller after opening: pl_log_index_covered says from where.
 *  4. Losing the whole index costs time, never correctness.
 *
 * One thread puts and looks up; pl_log_index_merge may run in another one at the same time.
 */
#ifndef PL_LOG_INDEX_H
#define PL_LOG_INDEX_H
#include "crypto/digest.h"

struct pl_log_index;

/* Open or begin the index of a log of @size entries in directory @dir (borrowed until close). Runs that are damaged, do
 * not follow each other or reach beyond @size are removed. */
pl_status pl_log_index_open(int dir, uint64_t size, struct pl_log_index **ret);
/* Entries in memory that no run covers are forgotten: they are put again after the next opening. */
void pl_log_index_close(struct pl_log_index *x);
/* All entries below this are covered; the next pl_log_index_put must be this one, and so on without gap. */
uint64_t pl_log_index_covered(const struct pl_log_index *x);
/* Remember that entry @index has leaf hash @leaf. @index must be the next one (PL_E_RANGE). */
pl_status pl_log_index_put(struct pl_log_index *x, const struct pl_digest *leaf, uint64_t index);
/* Call @same for each candidate until it answers PL_OK (then @ret is its index) or an error other than PL_E_NOTFOUND.
 * PL_E_NOTFOUND if there is none. */
typedef pl_status (*pl_log_index_same)(void *ctx, uint64_t index);
pl_status pl_log_index_find(struct pl_log_index *x, const struct pl_digest *leaf, pl_log_index_same same, void *ctx,
	uint64_t *ret);
/* Do one step of pending work (write a full table as a run, merge runs); *ret_more says if there is more. After a failure
 * the same work is done again at the next call. */
pl_status pl_log_index_merge(struct pl_log_index *x, bool *ret_more);
/* Anonymous bytes in use. */
size_t pl_log_index_memory(const struct pl_log_index *x);

#endif
