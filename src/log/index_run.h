/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/index_run: one sorted, immutable file of the index, with its Bloom filter in memory (docs/formats/index.md).
 *
 * A run is looked at by any number of threads; it is written by one.
 */
#ifndef PL_LOG_INDEX_RUN_H
#define PL_LOG_INDEX_RUN_H
#include "crypto/digest.h"

/* What the index keeps of a leaf hash: 8 bytes that sort, 16 that choose filter bits. */
struct pl_index_key {
	uint64_t tag, block, bits;
};

struct pl_index_record {
	uint64_t tag, index;
	uint64_t block, bits; /* for the filter */
};

struct pl_index_run {
	uint64_t from, to; /* entries from..to-1 */
	int fd;
	uint64_t n_blocks; /* of 64 bytes */
	uint64_t (*block)[8];
};

struct pl_index_key pl_index_key_of(const struct pl_digest *leaf);

/* The name of the run over from..to-1. */
#define PL_INDEX_NAME_MAX 64u
void pl_index_run_name(uint64_t from, uint64_t to, char out[static PL_INDEX_NAME_MAX]);
/* PL_E_SYNTAX if @name is not a run's. */
pl_status pl_index_run_range(pl_str name, uint64_t *ret_from, uint64_t *ret_to);

/* Open the run over from..to-1 below @dir. PL_E_CORRUPT if header or filter are damaged. */
pl_status pl_index_run_open(int dir, uint64_t from, uint64_t to, struct pl_index_run *ret);
void pl_index_run_close(struct pl_index_run *r);
/* Could it hold @key? Never wrong with no. */
bool pl_index_run_may_have(const struct pl_index_run *r, const struct pl_index_key *key);
/* Up to @max indices of from..to-1 that stand with @tag. */
pl_status pl_index_run_find(const struct pl_index_run *r, uint64_t tag, uint64_t *ret, size_t max, size_t *ret_n);

/* Writing: records come in the order of their tags; pl_index_writer_end opens the finished run. */
struct pl_index_writer;
pl_status pl_index_writer_begin(int dir, uint64_t from, uint64_t to, struct pl_index_writer **ret);
pl_status pl_index_writer_put(struct pl_index_writer *w, const struct pl_index_record *rec);
/* Ends @w whatever comes back. */
pl_status pl_index_writer_end(struct pl_index_writer *w, struct pl_index_run *ret);
void pl_index_writer_cancel(struct pl_index_writer *w);

/* Reading in order, for merging. */
struct pl_index_walk {
	const struct pl_index_run *run;
	uint64_t at;
	struct pl_buf page;
	size_t page_at;
};
void pl_index_walk_begin(struct pl_index_walk *k, const struct pl_index_run *r);
/* PL_E_NOTFOUND at the end. */
pl_status pl_index_walk_next(struct pl_index_walk *k, struct pl_index_record *ret);
void pl_index_walk_end(struct pl_index_walk *k);

#endif
