/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/record: the log's last signed state, kept apart from the log's own directory, moved only by compare-and-swap.
 *
 * Why it exists: a log restored from an older copy, or a second writer beside the first, would sign a second history.
 * Both are caught here, because neither can move a record that has gone on without it. Whoever holds the record decides
 * what may be answered: an entry counts as appended only after `swap` said PL_OK.
 *
 * What always holds:
 *  1. (size, epoch) never go back. `claim` adds one to epoch, `swap` raises size; nothing else changes them.
 *  2. A swap that returned PL_OK survives a power cut, together with its acknowledgements.
 *  3. PL_E_CONFLICT is final: another writer has taken over. The loser ends without answering anybody.
 *  4. Any other failure leaves the outcome unknown: load again and compare before going on.
 *
 * The interface is filled by log/record_file (a file beside the log) and by fact (a database row).
 */
#ifndef PL_LOG_RECORD_H
#define PL_LOG_RECORD_H
#include "crypto/digest.h"

struct pl_log_state {
	uint64_t size;         /* entries in the tree */
	struct pl_digest root; /* RFC 6962 root over them */
	uint64_t epoch;        /* one more for every writer that took over */
};

/* One submitted entry that a swap acknowledges. */
struct pl_log_ack {
	void *tag;      /* what the submitter handed to pl_log_writer_add */
	uint64_t index; /* where the entry stands */
	bool duplicate; /* true: it stood there before this submission */
};

struct pl_log_record;

struct pl_log_record_ops {
	/* The present state. PL_E_NOTFOUND if the record was never created. */
	pl_status (*load)(void *ctx, struct pl_log_state *ret);
	/* Make the record of a new log. PL_E_EXISTS if there is one: an origin is never used twice. */
	pl_status (*create)(void *ctx, const struct pl_log_state *state);
	/* Take over: epoch + 1, size and root as they are. From now on swaps of the former epoch lose. */
	pl_status (*claim)(void *ctx, struct pl_log_state *ret);
	/* Move from @old to @fresh (same epoch, size not smaller) and store @acks in the same transaction. A record without
	 * a place for acknowledgements ignores them. PL_E_CONFLICT if the record is not exactly @old. */
	pl_status (*swap)(void *ctx, const struct pl_log_state *old, const struct pl_log_state *fresh,
		const struct pl_log_ack *acks, size_t n_acks);
	/* Where it lies, for a person ("file /var/lib/x.record", "table log_record in ..."); lives as long as @ctx. */
	pl_str (*where)(void *ctx);
	/* Give the resources back; may be NULL. */
	void (*close)(void *ctx);
};

struct pl_log_record {
	const struct pl_log_record_ops *ops;
	void *ctx;
};

#endif
