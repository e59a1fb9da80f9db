/* SPDX-License-Identifier: Apache-2.0 */
/* log/journal_priv: what the files of log/journal share: layout of segments (docs/formats/journal.md) and the handle. */
#ifndef PL_LOG_JOURNAL_PRIV_H
#define PL_LOG_JOURNAL_PRIV_H
#include "log/journal.h"
#include <pthread.h>

#define PL_JOURNAL_HEADER 4096u
#define PL_JOURNAL_NONCE 16u
#define PL_JOURNAL_NAME_MAX 40u
/* Fixed part of a batch; the edge and the entries follow. */
#define PL_JOURNAL_BATCH_FIXED 80u
/* Prepared files; the first that is there is used first. */
#define PL_JOURNAL_SPARES 2u

struct pl_journal_segment {
	uint64_t number, first;
	uint8_t nonce[PL_JOURNAL_NONCE];
	uint64_t bytes; /* size of the file */
	bool suspect;   /* a write or sync failed: do not use the file again */
	bool named;     /* a crash leaves the file under the segment's name */
};

struct pl_journal {
	int dir;
	struct pl_digest log;
	uint64_t segment_bytes;
	/* The appending thread's own. */
	int fd;
	struct pl_journal_segment now; /* the segment in use; also the last of the list */
	uint64_t offset;          /* where the next batch goes */
	struct pl_tree_edge edge; /* after the last batch appended */
	bool failed, dirty, half;
	char from[PL_JOURNAL_NAME_MAX]; /* the present name of a segment that has not its own yet; "" otherwise */
	struct pl_buf scratch;
	/* Shared with pl_journal_prepare and _drop. */
	pthread_mutex_t making; /* held while a spare is written; taken before lock */
	pthread_mutex_t lock;
	struct pl_journal_segment *seg; /* rising numbers; the last is the one in use */
	size_t n_seg, cap_seg;
	bool spare[PL_JOURNAL_SPARES];
	bool wants_spare; /* the segment in use is half full */
};

/* ---- journal_format.c ---- */

/* The PL_JOURNAL_HEADER bytes of a segment that begins at @edge. */
void pl_journal_header_write(const struct pl_journal_segment *s, const struct pl_digest *log,
	const struct pl_tree_edge *edge, uint8_t out[static PL_JOURNAL_HEADER]);
/* PL_E_SYNTAX for anything that is not a whole header. */
pl_status pl_journal_header_parse(pl_bytes data, struct pl_journal_segment *ret, struct pl_digest *ret_log,
	struct pl_tree_edge *ret_edge);
void pl_journal_segment_name(uint64_t number, char out[static PL_JOURNAL_NAME_MAX]);
void pl_journal_spare_name(unsigned i, char out[static PL_JOURNAL_NAME_MAX]);
/* PL_E_SYNTAX if @name is not a segment's. */
pl_status pl_journal_segment_number(pl_str name, uint64_t *ret);

/* ---- journal.c ---- */

/* Append @s to the list. */
void pl_journal_list_put(struct pl_journal *j, const struct pl_journal_segment *s);

#endif
