/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "base/file.h"
#include "keys.h"
#include "log/reader.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define SIZE 70000u

static struct memlog ml;
static char dir_path[] = "/tmp/pellucid-reader-XXXXXX";
static int dir;
static struct pl_buf checkpoint = PL_BUF(PL_CHECKPOINT_MAX);

/* Write the tile as the log at @size would serve it. */
static void put_tile(const struct pl_tile *t)
{
	struct pl_buf bytes PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_BUNDLE_MAX);
	char path[PL_TILE_PATH_MAX], parent[PL_TILE_PATH_MAX], text[32];

	for (unsigned i = 0; i < t->width; i++) {
		uint64_t at = t->index * PL_TILE_WIDTH + i;

		if (t->level == PL_TILE_ENTRIES)
			assert_int_equal(pl_tile_bundle_put(&bytes, memlog_entry(at, text)), PL_OK);
		else
			pl_buf_put_bytes(&bytes, pl_digest_bytes(&ml.level[t->level * PL_TILE_HEIGHT][at]));
	}
	pl_tile_write(t, path);
	pl_tile_write(t, parent);
	*strrchr(parent, '/') = 0;
	if (faccessat(dir, parent, F_OK, 0) != 0)
		assert_int_equal(pl_file_mkdirs(dir, parent, 0755), PL_OK);
	assert_int_equal(pl_file_put_loose(dir, path, pl_buf_bytes(&bytes), 0644), PL_OK);
}

static int setup(void **state)
{
	struct pl_tile_cursor c = {0};
	struct pl_digest root;
	struct pl_tile t;

	(void)state;
	memlog_make(&ml, SIZE);
	assert_non_null(mkdtemp(dir_path));
	assert_int_equal(pl_file_open_dir(AT_FDCWD, dir_path, &dir), PL_OK);
	while (pl_tile_next_new(&c, 0, SIZE, &t))
		put_tile(&t);
	root = memlog_root(&ml, SIZE);
	test_put_checkpoint(&checkpoint, "log.example/r", SIZE, &root, 101);
	assert_int_equal(pl_file_put_loose(dir, "checkpoint", pl_buf_bytes(&checkpoint), 0644), PL_OK);
	return 0;
}

static int teardown(void **state)
{
	char *const rm[] = {"rm", "-rf", dir_path, NULL};

	(void)state;
	memlog_free(&ml);
	pl_buf_done(&checkpoint);
	pl_file_close(&dir);
	if (fork() == 0) {
		execvp("rm", rm);
		_exit(1);
	}
	return 0;
}

static struct pl_log_reader *open_reader(size_t cache)
{
	struct pl_log_reader_options options = {.cache_bytes = cache};
	struct pl_log_reader *r = NULL;

	assert_int_equal(pl_log_reader_open(pl_str_from(dir_path), &options, &r, NULL), PL_OK);
	return r;
}

static void proofs_verify_at_many_sizes(void **state)
{
	static const uint64_t size[] = {1, 2, 255, 256, 257, 1000, 65535, 65536, 65537, 69999, SIZE};
	/* The smallest cache: every slot is reused many times. */
	struct pl_log_reader *r PL_CLEANUP(pl_log_reader_closep) = open_reader(1);

	(void)state;
	for (size_t s = 0; s < PL_COUNT(size); s++) {
		struct pl_digest want = memlog_root(&ml, size[s]), root;
		uint64_t step = size[s] / 50 + 1;
		struct pl_tree_path path;

		assert_int_equal(pl_log_reader_root(r, size[s], &root), PL_OK);
		assert_digest_equal(&root, &want);
		for (uint64_t i = size[s] - 1; i < size[s]; i -= step) {
			struct pl_digest old = memlog_root(&ml, i);

			assert_int_equal(pl_log_reader_inclusion(r, i, size[s], &path), PL_OK);
			assert_int_equal(pl_tree_verify_inclusion(i, size[s], &ml.level[0][i], path.h, path.n, &root), PL_OK);
			assert_int_equal(pl_log_reader_consistency(r, i, size[s], &path), PL_OK);
			assert_int_equal(pl_tree_verify_consistency(i, &old, size[s], &root, path.h, path.n), PL_OK);
		}
		assert_int_equal(pl_log_reader_inclusion(r, size[s], size[s], &path), PL_E_RANGE);
	}
}

struct walk {
	uint64_t next, stop_at;
};

static pl_status each(void *ctx, uint64_t index, pl_bytes entry)
{
	struct walk *w = ctx;
	char text[32];

	assert_int_equal(index, w->next);
	assert_true(pl_bytes_eq(entry, memlog_entry(index, text)));
	w->next++;
	return index == w->stop_at ? PL_E_CANCELLED : PL_OK;
}

static void entries_come_in_order(void **state)
{
	struct pl_log_reader *r PL_CLEANUP(pl_log_reader_closep) = open_reader(0);
	struct walk w = {.next = 250, .stop_at = UINT64_MAX};
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_ENTRY_MAX);
	struct pl_digest root = memlog_root(&ml, SIZE);
	struct pl_tree_path path;
	char text[32];

	(void)state;
	assert_int_equal(pl_log_reader_entries(r, 250, 1030, SIZE, each, &w), PL_OK);
	assert_int_equal(w.next, 1030);
	w = (struct walk){.next = 69990, .stop_at = 69995};
	assert_int_equal(pl_log_reader_entries(r, 69990, SIZE, SIZE, each, &w), PL_E_CANCELLED);
	assert_int_equal(w.next, 69996);
	assert_int_equal(pl_log_reader_entries(r, 0, SIZE + 1, SIZE, each, &w), PL_E_RANGE);
	assert_int_equal(pl_log_reader_entry(r, 69999, SIZE, &entry), PL_OK);
	assert_true(pl_bytes_eq(pl_buf_bytes(&entry), memlog_entry(69999, text)));
	pl_buf_clear(&entry);
	assert_int_equal(pl_log_reader_verified_entry(r, 5, SIZE, &root, &entry, &path), PL_OK);
	assert_true(pl_bytes_eq(pl_buf_bytes(&entry), memlog_entry(5, text)));
	root.b[0] ^= 1;
	pl_buf_clear(&entry);
	assert_int_equal(pl_log_reader_verified_entry(r, 5, SIZE, &root, &entry, &path), PL_E_PROOF);
	assert_int_equal(entry.len, 0);
}

/* Full tiles are not hashed again: what is refused without that is refused with it. */
static void a_proven_path_is_the_path(void **state)
{
	static const uint64_t sizes[] = {1, 2, 255, 256, 257, 512, 65535, 65536, 65537, 66000, SIZE};
	struct pl_log_reader *r PL_CLEANUP(pl_log_reader_closep) = open_reader(0);

	(void)state;
	for (size_t i = 0; i < PL_COUNT(sizes); i++) {
		const uint64_t size = sizes[i], indices[] = {0, 1, size / 2, size - 1, 254, 255, 256, 65535, 65536};
		struct pl_digest root = memlog_root(&ml, size);

		for (size_t k = 0; k < PL_COUNT(indices); k++) {
			struct pl_tree_path path, proven;
			struct pl_digest leaf, other = root;
			char text[32];

			if (indices[k] >= size)
				continue;
			pl_tree_leaf(memlog_entry(indices[k], text), &leaf);
			assert_int_equal(pl_log_reader_inclusion(r, indices[k], size, &path), PL_OK);
			assert_int_equal(pl_tree_verify_inclusion(indices[k], size, &leaf, path.h, path.n, &root), PL_OK);
			assert_int_equal(pl_log_reader_proven(r, indices[k], size, &leaf, &root, &proven), PL_OK);
			assert_int_equal(proven.n, path.n);
			assert_memory_equal(proven.h, path.h, path.n * sizeof *path.h);
			other.b[31] ^= 1;
			assert_int_equal(pl_log_reader_proven(r, indices[k], size, &leaf, &other, &proven), PL_E_PROOF);
			leaf.b[31] ^= 1;
			assert_int_equal(pl_log_reader_proven(r, indices[k], size, &leaf, &root, &proven), PL_E_PROOF);
		}
	}
	{
		struct pl_digest root = memlog_root(&ml, SIZE), leaf = root;
		struct pl_tree_path path;

		assert_int_equal(pl_log_reader_proven(r, SIZE, SIZE, &leaf, &root, &path), PL_E_RANGE);
	}
}

static void partial_tiles_fall_back_to_full_ones(void **state)
{
	static const struct pl_tile narrow[] = {
		{.level = 0, .index = 3, .width = 7}, {.level = PL_TILE_ENTRIES, .index = 3, .width = 7},
	};
	struct pl_log_reader *r PL_CLEANUP(pl_log_reader_closep) = open_reader(0);

	(void)state;
	for (size_t i = 0; i < PL_COUNT(narrow); i++) {
		struct pl_buf part PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_BYTES);
		struct pl_buf whole PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_BYTES);
		struct pl_tile full = narrow[i];

		full.width = PL_TILE_WIDTH;
		assert_int_equal(pl_log_reader_tile(r, &narrow[i], &part), PL_OK);
		assert_int_equal(pl_log_reader_tile(r, &full, &whole), PL_OK);
		assert_true(part.len < whole.len);
		assert_true(pl_str_starts(pl_buf_str(&whole), pl_buf_str(&part)));
	}
}

static void damaged_tiles_are_not_taken(void **state)
{
	struct pl_log_reader *r PL_CLEANUP(pl_log_reader_closep) = open_reader(0);
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_BYTES);
	struct pl_tile t = {.level = 0, .index = 9, .width = PL_TILE_WIDTH};
	struct pl_tile e = {.level = PL_TILE_ENTRIES, .index = 9, .width = PL_TILE_WIDTH};
	struct pl_tile gone = {.level = 0, .index = 999, .width = PL_TILE_WIDTH};

	(void)state;
	assert_int_equal(pl_file_put_loose(dir, "tile/0/009", pl_str_bytes(PL_STR("short")), 0644), PL_OK);
	assert_int_equal(pl_log_reader_tile(r, &t, &out), PL_E_CORRUPT);
	assert_true(pl_log_reader_diag(r)->text[0] != 0);
	assert_int_equal(pl_file_put_loose(dir, "tile/entries/009", pl_str_bytes(PL_STR("\0\1a")), 0644), PL_OK);
	assert_int_equal(pl_log_reader_tile(r, &e, &out), PL_E_CORRUPT);
	assert_int_equal(pl_log_reader_tile(r, &gone, &out), PL_E_NOTFOUND);
	assert_int_equal(out.len, 0);
	put_tile(&t);
	put_tile(&e);
}

static void opens_what_is_a_log(void **state)
{
	struct pl_log_reader *r = NULL;
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_diag diag = {0};

	(void)state;
	assert_int_equal(pl_log_reader_open(PL_STR("/nowhere/at/all"), NULL, &r, &diag), PL_E_NOTFOUND);
	assert_true(diag.text[0] != 0);
	assert_int_equal(pl_log_reader_open(PL_STR(""), NULL, &r, NULL), PL_E_SYNTAX);
	assert_null(r);
	r = open_reader(0);
	assert_int_equal(pl_log_reader_checkpoint(r, &note), PL_OK);
	assert_str_eq(pl_buf_str(&note), pl_buf_str(&checkpoint));
	assert_int_equal(pl_file_unlink(dir, "checkpoint"), PL_OK);
	assert_int_equal(pl_log_reader_checkpoint(r, &note), PL_E_NOTFOUND);
	pl_log_reader_close(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proofs_verify_at_many_sizes),
		cmocka_unit_test(entries_come_in_order),
		cmocka_unit_test(a_proven_path_is_the_path),
		cmocka_unit_test(partial_tiles_fall_back_to_full_ones),
		cmocka_unit_test(damaged_tiles_are_not_taken),
		cmocka_unit_test(opens_what_is_a_log),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
