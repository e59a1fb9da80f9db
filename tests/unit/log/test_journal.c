/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "log/crc32c.h"
#include "log/journal.h"
#include "scratch.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>

static struct pl_journal_options options;
static struct pl_tree_edge edge;

/* A batch of @n entries "entry <i>" behind @edge, which moves on. */
static void make_batch(struct pl_buf *entries, uint32_t n, struct pl_journal_batch *b)
{
	*b = (struct pl_journal_batch){.first = edge.size, .n = n, .epoch = 7, .time = 1700000000};
	pl_tree_edge_root(&edge, &b->before);
	pl_buf_clear(entries);
	for (uint32_t i = 0; i < n; i++) {
		struct pl_digest leaf;
		char text[32];
		int len = snprintf(text, sizeof text, "entry %llu", (unsigned long long)edge.size);

		assert_int_equal(pl_buf_status(entries), PL_OK);
		pl_buf_put_be16(entries, (uint16_t)len);
		pl_buf_put(entries, text, (size_t)len);
		pl_tree_leaf(pl_bytes_of(text, (size_t)len), &leaf);
		assert_int_equal(pl_tree_edge_append(&edge, &leaf, 1), PL_OK);
	}
	b->entries = pl_buf_bytes(entries);
	b->after = edge;
}

static int begin(void **state)
{
	if (scratch_begin(state))
		return -1;
	pl_tree_edge_init(&edge);
	options = (struct pl_journal_options){.dir = -1, .segment_bytes = PL_JOURNAL_SEGMENT_MIN};
	pl_sha256(pl_str_bytes(PL_STR("test.example/log")), &options.log);
	if (pl_file_open_dir(AT_FDCWD, ".", &options.dir) || pl_journal_create(&options))
		return -1;
	return 0;
}

static int end(void **state)
{
	pl_file_close(&options.dir);
	return scratch_end(state);
}

struct seen {
	uint64_t entries, batches;
};

static pl_status count(void *ctx, const struct pl_journal_batch *b)
{
	struct seen *s = ctx;

	s->entries += b->n;
	s->batches++;
	return PL_OK;
}

static struct pl_journal *open_again(struct seen *seen, struct pl_tree_edge *start, struct pl_tree_edge *last)
{
	struct pl_journal *j = NULL;
	struct pl_diag diag = {0};

	*seen = (struct seen){0};
	if (pl_journal_open(&options, count, seen, &j, start, last, &diag))
		fail_msg("%s", diag.text);
	return j;
}

static void append(struct pl_journal *j, uint32_t n)
{
	struct pl_buf entries PL_CLEANUP(pl_buf_done) = PL_BUF(PL_JOURNAL_BATCH_MAX);
	struct pl_journal_batch b;

	make_batch(&entries, n, &b);
	assert_int_equal(pl_journal_append(j, &b), PL_OK);
}

static void crc32c_is_castagnoli(void **state)
{
	uint8_t zeros[32] = {0};

	(void)state;
	assert_int_equal(pl_crc32c(0, pl_str_bytes(PL_STR("123456789"))), 0xe3069283);
	assert_int_equal(pl_crc32c(0, pl_bytes_of(zeros, sizeof zeros)), 0x8a9136aa); /* RFC 3720 B.4 */
	assert_int_equal(pl_crc32c(pl_crc32c(0, pl_str_bytes(PL_STR("1234"))), pl_str_bytes(PL_STR("56789"))), 0xe3069283);
}

static void reads_back_what_was_synced(void **state)
{
	struct pl_tree_edge start, last;
	struct seen seen;
	struct pl_journal *j = open_again(&seen, &start, &last);
	struct pl_digest a, b;

	(void)state;
	assert_int_equal(seen.batches, 0);
	append(j, 3);
	append(j, 1);
	assert_int_equal(pl_journal_sync(j), PL_OK);
	append(j, 300);
	assert_int_equal(pl_journal_sync(j), PL_OK);
	pl_journal_close(j);
	j = open_again(&seen, &start, &last);
	assert_int_equal(seen.batches, 3);
	assert_int_equal(seen.entries, 304);
	assert_int_equal(start.size, 0);
	assert_int_equal(last.size, 304);
	pl_tree_edge_root(&last, &a);
	pl_tree_edge_root(&edge, &b);
	assert_digest_equal(&a, &b);
	pl_journal_close(j);
}

static void refuses_a_gap_in_the_calls(void **state)
{
	struct pl_buf entries PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_tree_edge start, last;
	struct pl_journal_batch b;
	struct seen seen;
	struct pl_journal *j = open_again(&seen, &start, &last);

	(void)state;
	make_batch(&entries, 2, &b);
	b.first++;
	assert_int_equal(pl_journal_append(j, &b), PL_E_INTERNAL);
	pl_journal_close(j);
}

static void a_torn_batch_is_not_there(void **state)
{
	static const uint64_t at[] = {4096, 4096 + 8, 4096 + 47, 4096 + 79, 4096 + 200};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(at); i++) {
		struct pl_tree_edge start, last;
		struct seen seen;
		struct pl_journal *j = open_again(&seen, &start, &last);
		uint8_t byte = 0;
		size_t got;
		int fd = -1;

		if (i == 0) {
			append(j, 9);
			assert_int_equal(pl_journal_sync(j), PL_OK);
		}
		pl_journal_close(j);
		assert_int_equal(pl_file_open(options.dir, "0000000000000001.segment", O_RDWR, 0, &fd), PL_OK);
		assert_int_equal(pl_file_pread(fd, &byte, 1, at[i], &got), PL_OK);
		byte ^= 0x10;
		assert_int_equal(pl_file_pwrite(fd, &byte, 1, at[i]), PL_OK);
		pl_journal_close(open_again(&seen, &start, &last));
		assert_int_equal(seen.batches, 0);
		byte ^= 0x10;
		assert_int_equal(pl_file_pwrite(fd, &byte, 1, at[i]), PL_OK);
		pl_file_close(&fd);
		pl_journal_close(open_again(&seen, &start, &last));
		assert_int_equal(seen.batches, 1);
	}
}

/* Bytes inside an entry that look like a batch must never be taken for one: without the nonce nobody can make them. */
static void an_entry_cannot_pass_for_a_batch(void **state)
{
	struct pl_buf entries PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_buf forged PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	uint8_t nonce[16] = {1};
	struct pl_journal_batch b, back;
	size_t len;

	(void)state;
	make_batch(&entries, 2, &b);
	assert_int_equal(pl_journal_batch_write(&forged, &b, nonce), PL_OK);
	assert_int_equal(pl_journal_batch_parse(pl_buf_bytes(&forged), nonce, &back, &len), PL_OK);
	assert_int_equal(back.n, 2);
	assert_int_equal(len, forged.len);
	nonce[0] = 2;
	assert_int_equal(pl_journal_batch_parse(pl_buf_bytes(&forged), nonce, &back, &len), PL_E_SYNTAX);
	nonce[0] = 1;
	for (size_t cut = 0; cut < forged.len; cut++)
		assert_int_equal(pl_journal_batch_parse(pl_bytes_of(forged.ptr, cut), nonce, &back, &len), PL_E_SYNTAX);
}

static void abandoning_supersedes_the_tail(void **state)
{
	struct pl_tree_edge start, last, keep;
	struct seen seen;
	struct pl_journal *j = open_again(&seen, &start, &last);

	(void)state;
	append(j, 5);
	assert_int_equal(pl_journal_sync(j), PL_OK);
	keep = edge;
	append(j, 5);
	assert_int_equal(pl_journal_sync(j), PL_OK);
	assert_int_equal(pl_journal_abandon(j, &keep), PL_OK);
	edge = keep;
	append(j, 1);
	assert_int_equal(pl_journal_sync(j), PL_OK);
	pl_journal_close(j);
	j = open_again(&seen, &start, &last);
	assert_int_equal(last.size, 6);
	assert_int_equal(seen.batches, 2);
	pl_journal_close(j);
}

/* Many segments: they follow each other, go when they are below the mark, and are used again. */
static void segments_come_and_go(void **state)
{
	struct pl_tree_edge start, last;
	struct seen seen;
	struct pl_journal *j = open_again(&seen, &start, &last);

	(void)state;
	for (unsigned i = 0; i < 60; i++) {
		append(j, 16000);
		assert_int_equal(pl_journal_sync(j), PL_OK);
		assert_int_equal(pl_journal_prepare(j), PL_OK);
		if (i == 40)
			assert_int_equal(pl_journal_drop(j, edge.size - 30000), PL_OK);
	}
	assert_true(pl_journal_bytes(j) > 0);
	pl_journal_close(j);
	j = open_again(&seen, &start, &last);
	assert_int_equal(last.size, 60 * 16000);
	assert_true(start.size > 0 && start.size <= 40 * 16000);
	assert_int_equal(pl_journal_drop(j, last.size), PL_OK);
	assert_int_equal(pl_journal_bytes(j), 0);
	pl_journal_close(j);
	pl_journal_close(open_again(&seen, &start, &last));
	assert_int_equal(last.size, 60 * 16000);
}

/* A crash between the first write to a new segment and its sync finds the one before it. */
static void the_last_segment_with_a_name_stays(void **state)
{
	struct pl_tree_edge start, last;
	struct seen seen;
	struct pl_journal *j = open_again(&seen, &start, &last), *after_crash;
	uint64_t synced = 0;

	(void)state;
	while (pl_journal_bytes(j) == 0) {
		assert_int_equal(pl_journal_sync(j), PL_OK);
		synced = edge.size;
		append(j, 16000);
	}
	assert_int_equal(pl_journal_drop(j, synced), PL_OK);
	after_crash = open_again(&seen, &start, &last);
	assert_int_equal(last.size, synced);
	pl_journal_close(after_crash);
	assert_int_equal(pl_journal_sync(j), PL_OK);
	assert_int_equal(pl_journal_drop(j, synced), PL_OK);
	assert_int_equal(pl_journal_bytes(j), 0);
	pl_journal_close(j);
	pl_journal_close(open_again(&seen, &start, &last));
	assert_int_equal(start.size, synced);
	assert_int_equal(last.size, edge.size);
}

static void a_missing_segment_is_noticed(void **state)
{
	struct pl_tree_edge start, last;
	struct seen seen;
	struct pl_journal *j = open_again(&seen, &start, &last);
	struct pl_diag diag = {0};

	(void)state;
	for (unsigned i = 0; i < 50; i++) {
		append(j, 16000);
		assert_int_equal(pl_journal_sync(j), PL_OK);
	}
	pl_journal_close(j);
	assert_int_equal(pl_file_unlink(options.dir, "0000000000000002.segment"), PL_OK);
	assert_int_equal(pl_journal_open(&options, count, &seen, &j, &start, &last, &diag), PL_E_CORRUPT);
	assert_true(strstr(diag.text, "0000000000000003") != NULL);
}

static void another_log_is_refused(void **state)
{
	struct pl_tree_edge start, last;
	struct pl_journal *j = NULL;
	struct pl_diag diag = {0};

	(void)state;
	pl_sha256(pl_str_bytes(PL_STR("other.example/log")), &options.log);
	assert_int_equal(pl_journal_open(&options, NULL, NULL, &j, &start, &last, &diag), PL_E_CORRUPT);
	assert_int_equal(pl_journal_create(&options), PL_E_CORRUPT);
}

struct dropping {
	struct pl_journal *j;
	_Atomic uint64_t size;
	_Atomic bool stop;
};

static void *drop_on_and_on(void *arg)
{
	struct dropping *d = arg;

	while (!d->stop) {
		if (pl_journal_drop(d->j, d->size) || pl_journal_prepare(d->j))
			return d;
	}
	return NULL;
}

/* Segments are let go while new ones begin: neither takes the other's file. */
static void dropping_and_appending_at_once(void **state)
{
	struct pl_tree_edge start, last;
	struct seen seen;
	struct dropping d = {.j = open_again(&seen, &start, &last)};
	pthread_t thread;
	void *wrong;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, drop_on_and_on, &d), 0);
	for (unsigned round = 0; round < PLAIN_OR_SANITIZED(8u, 3u); round++) {
		for (unsigned i = 0; i < 40; i++) {
			append(d.j, 16000);
			assert_int_equal(pl_journal_sync(d.j), PL_OK);
			d.size = edge.size;
		}
		d.stop = true;
		assert_int_equal(pthread_join(thread, &wrong), 0);
		assert_null(wrong);
		pl_journal_close(d.j);
		d.j = open_again(&seen, &start, &last);
		assert_int_equal(last.size, edge.size);
		d.stop = false;
		assert_int_equal(pthread_create(&thread, NULL, drop_on_and_on, &d), 0);
	}
	d.stop = true;
	assert_int_equal(pthread_join(thread, NULL), 0);
	pl_journal_close(d.j);
}

/* ---- faults ---- */

struct fault {
	enum pl_file_op op;
	int skip, error;
	size_t short_len;
};

static int inject(void *ctx, const struct pl_file_event *e, size_t *short_len)
{
	struct fault *f = ctx;

	if (e->op != f->op || f->skip-- != 0)
		return 0;
	if (f->short_len)
		*short_len = f->short_len;
	return f->error;
}

/* Whatever fails, what was synced before stays, and the journal goes on after abandon. */
static void goes_on_after_faults(void **state)
{
	static const struct fault faults[] = {
		{PL_FILE_OP_WRITE, 0, EIO, 0}, {PL_FILE_OP_WRITE, 0, EIO, 40}, {PL_FILE_OP_WRITE, 0, ENOSPC, 100},
		{PL_FILE_OP_SYNC, 0, EIO, 0},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(faults); i++) {
		struct pl_buf entries PL_CLEANUP(pl_buf_done) = PL_BUF(PL_JOURNAL_BATCH_MAX);
		struct pl_tree_edge start, last, keep;
		struct pl_journal_batch b;
		struct fault f = faults[i];
		struct seen seen;
		struct pl_journal *j = open_again(&seen, &start, &last);
		pl_status st;

		append(j, 3);
		assert_int_equal(pl_journal_sync(j), PL_OK);
		keep = edge;
		make_batch(&entries, 4, &b);
		pl_file_set_hook(inject, &f);
		st = pl_journal_append(j, &b);
		if (!st)
			st = pl_journal_sync(j);
		pl_file_set_hook(NULL, NULL);
		assert_int_not_equal(st, PL_OK);
		assert_true(pl_journal_failed(j));
		assert_int_equal(pl_journal_append(j, &b), PL_E_STATE);
		assert_int_equal(pl_journal_sync(j), PL_E_STATE);
		assert_int_equal(pl_journal_abandon(j, &keep), PL_OK);
		edge = keep;
		append(j, 2);
		assert_int_equal(pl_journal_sync(j), PL_OK);
		pl_journal_close(j);
		pl_journal_close(open_again(&seen, &start, &last));
		assert_int_equal(last.size, keep.size + 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crc32c_is_castagnoli),
		cmocka_unit_test_setup_teardown(reads_back_what_was_synced, begin, end),
		cmocka_unit_test_setup_teardown(refuses_a_gap_in_the_calls, begin, end),
		cmocka_unit_test_setup_teardown(a_torn_batch_is_not_there, begin, end),
		cmocka_unit_test_setup_teardown(an_entry_cannot_pass_for_a_batch, begin, end),
		cmocka_unit_test_setup_teardown(abandoning_supersedes_the_tail, begin, end),
		cmocka_unit_test_setup_teardown(segments_come_and_go, begin, end),
		cmocka_unit_test_setup_teardown(a_missing_segment_is_noticed, begin, end),
		cmocka_unit_test_setup_teardown(another_log_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(the_last_segment_with_a_name_stays, begin, end),
		cmocka_unit_test_setup_teardown(dropping_and_appending_at_once, begin, end),
		cmocka_unit_test_setup_teardown(goes_on_after_faults, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
