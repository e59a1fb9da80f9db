/* SPDX-License-Identifier: Apache-2.0 */
/* The vectors of tests/vectors/log.txt, and the test log whose entry i is "entry <i>" held in memory. */
#ifndef PL_TEST_LOG_VECTORS_H
#define PL_TEST_LOG_VECTORS_H
#include "base/base.h"
#include "log/tree.h"

/* Read the file named by PL_VECTORS once; fails the test program if it is not there. */
pl_str vec_file(void);
/* The next line "<key> <rest>" at or after *@at; false at the end. */
bool vec_next(pl_str *at, const char *key, pl_str *ret_rest);
/* The one line "<key> <rest>". */
pl_str vec_line(const char *key);
/* The text between `begin @name` and `end`; lives for ever. */
pl_str vec_text(const char *name);
/* Take the next word off *@s; fails the test if there is none. */
pl_str vec_word(pl_str *s);
uint64_t vec_u64(pl_str *s);
struct pl_digest vec_hash(pl_str *s);
/* Read as many hashes as there are; returns their number. */
size_t vec_hashes(pl_str *s, struct pl_digest *ret, size_t max);

/* All complete subtrees of the first @n entries. */
struct memlog {
	uint64_t n;
	struct pl_digest *level[40];
};
void memlog_make(struct memlog *m, uint64_t n);
void memlog_free(struct memlog *m);
/* A pl_tree_fetch. */
pl_status memlog_fetch(void *ctx, const struct pl_tree_node_id *ids, size_t n, struct pl_digest *ret);
/* The root of the first @size entries, folded one node at a time: slow, and made another way than the code under test. */
struct pl_digest memlog_root(const struct memlog *m, uint64_t size);
/* Entry @i, in @out. */
pl_bytes memlog_entry(uint64_t i, char out[static 32]);

#endif
