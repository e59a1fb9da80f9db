/* SPDX-License-Identifier: Apache-2.0 */
#include "vectors.h"
#include "base/file.h"
#include <fcntl.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

pl_str vec_file(void)
{
	static struct pl_buf text = PL_BUF(1 << 20);
	char path[4096];

	if (text.len == 0) {
		const char *dir = getenv("PL_VECTORS");

		snprintf(path, sizeof path, "%s/log.txt", dir ? dir : "tests/vectors");
		if (pl_file_read(AT_FDCWD, path, &text) != PL_OK)
			fail_msg("cannot read %s; set PL_VECTORS", path);
	}
	return pl_buf_str(&text);
}

bool vec_next(pl_str *at, const char *key, pl_str *ret_rest)
{
	pl_str line;

	while (pl_str_take_line(at, &line))
		if (pl_str_eat(&line, pl_str_from(key)) && pl_str_eat(&line, PL_STR(" "))) {
			*ret_rest = line;
			return true;
		}
	return false;
}

pl_str vec_line(const char *key)
{
	pl_str at = vec_file(), rest = PL_STR("");

	if (!vec_next(&at, key, &rest))
		fail_msg("no line %s in the vectors", key);
	return rest;
}

pl_str vec_text(const char *name)
{
	/* A pool, so that the texts live on and are still reachable at the end. */
	static struct pl_buf pool[32];
	static size_t used;
	struct pl_buf *text = &pool[used++];
	pl_str at = vec_file(), line;

	assert_true(used <= PL_COUNT(pool));
	pl_buf_init(text, 1 << 20);
	while (vec_next(&at, "begin", &line) && !pl_str_eq(line, pl_str_from(name)))
		;
	while (pl_str_take_line(&at, &line) && pl_str_eat(&line, PL_STR("|"))) {
		pl_buf_put_str(text, line);
		pl_buf_put_c(text, '\n');
	}
	assert_true(text->len > 0);
	return pl_buf_str(text);
}

pl_str vec_word(pl_str *s)
{
	size_t n = pl_str_find(*s, ' ');
	pl_str word = pl_str_sub(*s, 0, n);

	assert_true(word.len > 0);
	*s = pl_str_sub(*s, n + 1, s->len);
	return word;
}

uint64_t vec_u64(pl_str *s)
{
	uint64_t v = 0;

	assert_int_equal(pl_str_to_u64(vec_word(s), UINT64_MAX, &v), PL_OK);
	return v;
}

struct pl_digest vec_hash(pl_str *s)
{
	struct pl_digest d;

	assert_int_equal(pl_hex_read(vec_word(s), d.b, sizeof d.b), PL_OK);
	return d;
}

size_t vec_hashes(pl_str *s, struct pl_digest *ret, size_t max)
{
	size_t n = 0;

	while (s->len > 0) {
		assert_true(n < max);
		ret[n++] = vec_hash(s);
	}
	return n;
}

pl_bytes memlog_entry(uint64_t i, char out[static 32])
{
	int n = snprintf(out, 32, "entry %llu", (unsigned long long)i);

	return pl_bytes_of(out, (size_t)n);
}

void memlog_make(struct memlog *m, uint64_t n)
{
	char text[32];

	memset(m, 0, sizeof *m);
	m->n = n;
	for (unsigned k = 0; n >> k > 0; k++) {
		m->level[k] = pl_alloc(n >> k, sizeof **m->level);
		for (uint64_t i = 0; i < n >> k; i++)
			if (k == 0)
				pl_tree_leaf(memlog_entry(i, text), &m->level[0][i]);
			else
				pl_tree_node(&m->level[k - 1][2 * i], &m->level[k - 1][2 * i + 1], &m->level[k][i]);
	}
}

void memlog_free(struct memlog *m)
{
	for (size_t k = 0; k < PL_COUNT(m->level); k++)
		pl_free(m->level[k]);
}

pl_status memlog_fetch(void *ctx, const struct pl_tree_node_id *ids, size_t n, struct pl_digest *ret)
{
	const struct memlog *m = ctx;

	for (size_t i = 0; i < n; i++) {
		assert_true(ids[i].index < m->n >> ids[i].level);
		ret[i] = m->level[ids[i].level][ids[i].index];
	}
	return PL_OK;
}

/* RFC 6962 section 2.1 read literally. */
static struct pl_digest range_root(const struct memlog *m, uint64_t lo, uint64_t hi)
{
	struct pl_digest left, right, root;
	uint64_t k = 1;

	if (hi - lo == 1)
		return m->level[0][lo];
	while (k * 2 < hi - lo)
		k *= 2;
	left = range_root(m, lo, lo + k);
	right = range_root(m, lo + k, hi);
	pl_tree_node(&left, &right, &root);
	return root;
}

struct pl_digest memlog_root(const struct memlog *m, uint64_t size)
{
	struct pl_digest empty;

	pl_tree_empty(&empty);
	return size == 0 ? empty : range_root(m, 0, size);
}
