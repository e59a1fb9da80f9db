/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/journal: the log's first and only urgent write: batches of entries, one after the other, in preallocated segment
 * files (docs/formats/journal.md). Everything else in a log's directory can be made again from it.
 *
 * What always holds:
 *  1. A batch is on disk once pl_journal_sync said PL_OK, and only then.
 *  2. A batch is whole or not there: header and content have checksums keyed with the segment's random nonce, so that
 *     neither old bytes of a reused file nor bytes inside an entry can pass for a batch.
 *  3. Batches follow each other without gap: a batch's first index is the size after the one before, its `before` root is
 *     the root after the one before. A segment whose first index lies inside an earlier segment supersedes that one's
 *     tail (it was never acknowledged).
 *  4. After a failed write or sync nothing more is written to that segment: pl_journal_abandon goes on in a new one, from
 *     the last state that is known to be on disk.
 *  5. A segment file is dropped (kept for reuse) only below a size that the caller names: what is below must be
 *     elsewhere, durably.
 *
 * One thread appends and syncs; another may call pl_journal_drop at the same time.
 */
#ifndef PL_LOG_JOURNAL_H
#define PL_LOG_JOURNAL_H
#include "base/buf.h"
#include "base/diag.h"
#include "log/tree.h"

struct pl_journal;

/* Largest content of one batch: entries with their two length bytes each. */
#define PL_JOURNAL_BATCH_MAX ((size_t)2 * 1024 * 1024)
#define PL_JOURNAL_ENTRIES_MAX 16384u
#define PL_JOURNAL_SEGMENT_MIN ((uint64_t)4 * 1024 * 1024)
#define PL_JOURNAL_SEGMENT_DEFAULT ((uint64_t)8 * 1024 * 1024)

struct pl_journal_batch {
	uint64_t first;           /* index of the first entry = size before */
	uint32_t n;               /* entries */
	uint64_t epoch;           /* of the record, when it was written */
	uint64_t time;            /* system time, ns; tells a person, decides nothing */
	pl_bytes entries;         /* big-endian uint16 length || bytes, n times: as in an entry bundle */
	struct pl_digest before;  /* root at @first */
	struct pl_tree_edge after; /* right edge at first + n */
};

struct pl_journal_options {
	int dir;                /* the journal's directory; borrowed until close */
	struct pl_digest log;   /* SHA-256 of the origin; a segment of another log is refused */
	uint64_t segment_bytes; /* 0: default */
	/* pl_journal_open: told the edge before the first batch, before that one comes; may be NULL. */
	pl_status (*begin)(void *ctx, const struct pl_tree_edge *start);
};

/* Make the first segment of a new log, durably. PL_E_EXISTS if the directory holds one. */
pl_status pl_journal_create(const struct pl_journal_options *o);

/* Read all batches in order and call @each (borrowed content, verified checksums and chain; roots and hashes are the
 * caller's to check); another answer than PL_OK ends the reading and is handed on. Then the journal is ready to append
 * after the last batch. PL_E_NOTFOUND without any segment; PL_E_CORRUPT (words say where) when a batch is missing between
 * others. @ret_start is the edge before the first batch, @ret_end the edge after the last. */
typedef pl_status (*pl_journal_each)(void *ctx, const struct pl_journal_batch *batch);
pl_status pl_journal_open(const struct pl_journal_options *o, pl_journal_each each, void *ctx, struct pl_journal **ret,
	struct pl_tree_edge *ret_start, struct pl_tree_edge *ret_end, struct pl_diag *diag);
void pl_journal_close(struct pl_journal *j);

/* Write a batch behind the last one; not yet durable. Starts a new segment when it does not fit. PL_E_STATE after a
 * failure, PL_E_NOSPACE, PL_E_IO. */
pl_status pl_journal_append(struct pl_journal *j, const struct pl_journal_batch *batch);
/* Make everything appended durable: one fdatasync (more only when a segment began). */
pl_status pl_journal_sync(struct pl_journal *j);
/* Forget what was appended after @edge and go on from there in a new segment; also the way on after a failure. */
pl_status pl_journal_abandon(struct pl_journal *j, const struct pl_tree_edge *edge);

/* Did a write or sync fail since the last abandon? */
bool pl_journal_failed(const struct pl_journal *j);

/* Make the next segment file ready if it will soon be needed, so that the change to it is quick. Call it from another
 * thread now and then. */
pl_status pl_journal_prepare(struct pl_journal *j);
/* Let go of segments that hold only entries below @size; up to two files are kept for reuse. The segment in use always
 * stays. */
pl_status pl_journal_drop(struct pl_journal *j, uint64_t size);
/* Bytes in segments before the one in use: what a drop could let go at best. */
uint64_t pl_journal_bytes(struct pl_journal *j);

/* The leaf hashes of the @b->n entries of a batch. PL_E_CORRUPT if it does not hold exactly so many. */
pl_status pl_journal_batch_leaves(const struct pl_journal_batch *b, struct pl_digest *ret);

/* ---- the format, for tests, fsck and fuzzing ---- */

/* Parse one batch at the front of @data with the segment's @nonce. PL_E_SYNTAX for anything that is not a whole, right
 * batch. @ret borrows from @data; @ret_len is its length there. */
pl_status pl_journal_batch_parse(pl_bytes data, const uint8_t nonce[static 16], struct pl_journal_batch *ret,
	size_t *ret_len);
/* Append the spelling of @batch. */
pl_status pl_journal_batch_write(struct pl_buf *out, const struct pl_journal_batch *batch,
	const uint8_t nonce[static 16]);

#endif
