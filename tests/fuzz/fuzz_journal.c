/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal of any number of segment files: what opens yields only batches that follow each other without a gap, and can
 * be appended to.
 *
 * The input is a byte of flags and then the segments one after the other, each beginning with its magic; the zeros that
 * fill a header are left out. Checksums are put right unless a flag says not to, so that the search gets behind them.
 */
#include "base/file.h"
#include "fuzz.h"
#include "log/crc32c.h"
#include "log/journal_priv.h"
#include "scratch.h"
#include <stdio.h>

#define MAGIC "PLJSEG1\n"
#define HEADER_FIXED 96u
#define EDGE_MAX 63u
#define SEGMENTS_MAX 6u

enum flag { HEADERS_AS_THEY_ARE = 1, BATCHES_AS_THEY_ARE = 2, NAMES_IN_ORDER = 4, APPEND = 8 };

static struct pl_digest log_id;

static uint32_t keyed(const uint8_t *nonce, const uint8_t *p, size_t len)
{
	return pl_crc32c(pl_crc32c(0, pl_bytes_of(nonce, PL_JOURNAL_NONCE)), pl_bytes_of(p, len));
}

/* What is a batch by its lengths gets its two checksums. */
static void right_batches(uint8_t *file, size_t len)
{
	const uint8_t *nonce = file + 32;

	for (size_t at = PL_JOURNAL_HEADER; len - at >= PL_JOURNAL_BATCH_FIXED;) {
		uint8_t *p = file + at;
		size_t head = PL_JOURNAL_BATCH_FIXED + pl_be16(p + 44) * (size_t)PL_DIGEST_LEN, entries = pl_be32(p + 8);

		if (memcmp(p, "PLJB", 4) != 0 || head > len - at || entries > len - at - head)
			return;
		pl_be32_write(p + 40, keyed(nonce, p + head, entries));
		pl_be32_write(p + 4, keyed(nonce, p + 8, head - 8));
		at += (head + entries + 7) & ~(size_t)7;
		if (at > len)
			return;
	}
}

static void check_spelling(const uint8_t *file, size_t len)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_JOURNAL_BATCH_MAX + PL_JOURNAL_HEADER);
	pl_bytes data = pl_bytes_of(file + PL_JOURNAL_HEADER, len - PL_JOURNAL_HEADER);
	struct pl_journal_batch b;
	size_t n = 777;

	if (pl_journal_batch_parse(data, file + 32, &b, &n)) {
		FUZZ_HOLDS(n == 777);
		return;
	}
	FUZZ_HOLDS(n <= data.len && b.n > 0 && b.after.size == b.first + b.n);
	FUZZ_HOLDS(pl_journal_batch_write(&again, &b, file + 32) == PL_OK && again.len == n);
	/* The bytes that fill it up to eight are nobody's. */
	FUZZ_HOLDS(memcmp(again.ptr, data.ptr, n - 7) == 0);
}

/* Write @piece as the segment file that it says it is. */
static void put_segment(pl_bytes piece, unsigned flags, unsigned order)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	char name[PL_JOURNAL_NAME_MAX];
	size_t head = HEADER_FIXED, n;
	uint64_t number = order;

	if (piece.len >= HEADER_FIXED) {
		n = pl_be32(piece.ptr + 88);
		head += (n < EDGE_MAX ? n : EDGE_MAX) * PL_DIGEST_LEN;
		if (!(flags & NAMES_IN_ORDER))
			number = pl_be64(piece.ptr + 16) % UINT64_C(10000000000000000);
	}
	head = head < piece.len ? head : piece.len;
	pl_buf_put(&file, piece.ptr, head);
	while (file.len < PL_JOURNAL_HEADER)
		pl_buf_put_c(&file, '\0');
	pl_buf_put(&file, piece.ptr + head, piece.len - head);
	pl_buf_put(&file, (const uint8_t[8]){0}, 8);
	FUZZ_HOLDS(pl_buf_status(&file) == PL_OK);
	if (!(flags & HEADERS_AS_THEY_ARE))
		pl_be32_write(file.ptr + 8, pl_crc32c(0, pl_bytes_of(file.ptr + 12, PL_JOURNAL_HEADER - 12)));
	if (!(flags & BATCHES_AS_THEY_ARE))
		right_batches(file.ptr, file.len);
	check_spelling(file.ptr, file.len);
	pl_journal_segment_name(number, name);
	fuzz_scratch_put(name, pl_buf_bytes(&file));
}

static void put_all(pl_bytes in, unsigned flags)
{
	pl_str rest = pl_bytes_str(in);

	for (unsigned i = 0; i < SEGMENTS_MAX && pl_str_starts(rest, PL_STR(MAGIC)); i++) {
		size_t n = 8 + pl_str_find_str(pl_str_sub(rest, 8, rest.len), PL_STR(MAGIC));

		put_segment(pl_str_bytes(pl_str_sub(rest, 0, n)), flags, i + 1);
		rest = pl_str_sub(rest, n, rest.len);
	}
}

struct told {
	uint64_t next, batches;
	struct pl_digest root;
};

static struct told *listener; /* begin is given no context of its own kind */

static pl_status begin(void *ctx, const struct pl_tree_edge *start)
{
	struct told *t = ctx;

	FUZZ_HOLDS(t == listener && t->batches == 0);
	t->next = start->size;
	pl_tree_edge_root(start, &t->root);
	return PL_OK;
}

static pl_status each(void *ctx, const struct pl_journal_batch *b)
{
	struct told *t = ctx;

	FUZZ_HOLDS(b->first == t->next && pl_digest_eq(&b->before, &t->root));
	FUZZ_HOLDS(b->n > 0 && b->n <= PL_JOURNAL_ENTRIES_MAX && b->entries.len <= PL_JOURNAL_BATCH_MAX);
	t->next = b->after.size;
	t->batches++;
	pl_tree_edge_root(&b->after, &t->root);
	FUZZ_HOLDS(t->next == b->first + b->n);
	return PL_OK;
}

static pl_status open_it(struct told *t, struct pl_journal **ret, struct pl_tree_edge *ret_end)
{
	struct pl_journal_options o = {.dir = fuzz_scratch(), .log = log_id, .begin = begin};
	struct pl_tree_edge start = {.size = 777};
	struct pl_diag diag = {0};
	pl_status st;

	listener = t;
	st = pl_journal_open(&o, each, t, ret, &start, ret_end, &diag);
	if (st)
		FUZZ_HOLDS(start.size == 777 && !*ret);
	else
		FUZZ_HOLDS(start.size <= ret_end->size && ret_end->size == t->next);
	return st;
}

static void append_one(struct pl_journal *j, struct pl_tree_edge *edge)
{
	struct pl_journal_batch b = {.first = edge->size, .n = 1, .entries = {(const uint8_t *)"\0\1x", 3}};
	struct pl_digest leaf;

	pl_tree_leaf(pl_bytes_of("x", 1), &leaf);
	pl_tree_edge_root(edge, &b.before);
	if (pl_tree_edge_append(edge, &leaf, 1))
		return; /* no tree is larger */
	b.after = *edge;
	FUZZ_HOLDS(pl_journal_append(j, &b) == PL_OK && pl_journal_sync(j) == PL_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct told once = {0}, again = {0};
	struct pl_tree_edge end, end_again;
	struct pl_journal *j = NULL;

	pl_sha256(pl_str_bytes(PL_STR("log.example/releases")), &log_id);
	fuzz_scratch_empty();
	if (size < 1)
		return 0;
	put_all(pl_bytes_of(data + 1, size - 1), data[0]);
	if (open_it(&once, &j, &end))
		return 0;
	if (data[0] & APPEND)
		append_one(j, &end);
	pl_journal_close(j);
	j = NULL;
	FUZZ_HOLDS(open_it(&again, &j, &end_again) == PL_OK && end_again.size == end.size);
	FUZZ_HOLDS(again.batches == once.batches + (end.size > once.next));
	pl_journal_close(j);
	return 0;
}
