/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "log/tile.h"

#define SIZE 70000u
static struct memlog ml;

static int setup(void **state)
{
	(void)state;
	memlog_make(&ml, SIZE);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	memlog_free(&ml);
	return 0;
}

static void names_of_the_vectors(void **state)
{
	pl_str at = vec_file(), rest;
	unsigned seen = 0;

	(void)state;
	for (; vec_next(&at, "path", &rest); seen++) {
		struct pl_tile t = {.level = 3, .width = 256, .index = vec_u64(&rest)}, back;
		char path[PL_TILE_PATH_MAX], want[PL_TILE_PATH_MAX];

		snprintf(want, sizeof want, "tile/3/%.*s", PL_STR_ARG(rest));
		pl_tile_write(&t, path);
		assert_string_equal(path, want);
		assert_int_equal(pl_tile_parse(pl_str_from(path), &back), PL_OK);
		assert_true(pl_tile_eq(&t, &back));
		t.width = 17;
		t.level = PL_TILE_ENTRIES;
		pl_tile_write(&t, path);
		assert_int_equal(pl_tile_parse(pl_str_from(path), &back), PL_OK);
		assert_true(pl_tile_eq(&t, &back));
	}
	assert_int_equal(seen, 8);
}

static void refuses_other_names(void **state)
{
	static const char *const bad[] = {
		"", "tile", "tile/", "tile/0", "tile/0/", "/tile/0/000", "tile/0/000/", "tile//000", "tile/0//000",
		"tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/08", "tile/0/000.p/1/",
		"tile/0/000.p/-1", "tile/0/000.p/1.p/1", "tile/00/000", "tile/01/000", "tile/64/000", "tile/-1/000",
		"tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/1000", "tile/0/x000/001", "tile/0/x1/000", "tile/0/x001",
		"tile/0/x001/", "tile/0/x001/x002", "tile/0/001/002", "tile/0/X001/002", "tile/0/x001x002", "tile/0/../000",
		"tile/0/x001/../../../etc/passwd", "../tile/0/000", "tile/0/000 ", " tile/0/000", "tile/0/000\n",
		"tile/entries", "tile/entries/", "tile/Entries/000", "tile/data/000", "tile/8/0/000", "tile/0/00a",
		"tile/0/x999/x999/x999/x999/x999/x999/999", "tile/0/x018/x446/x744/x073/x709/x551/616", "checkpoint",
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_tile t = {.level = 9, .width = 99, .index = 999};

		if (pl_tile_parse(pl_str_from(bad[i]), &t) != PL_E_SYNTAX)
			fail_msg("accepted \"%s\"", bad[i]);
		assert_int_equal(t.index, 999);
	}
}

static void widths_of_the_vectors(void **state)
{
	pl_str at = vec_file(), rest;
	unsigned seen = 0;

	(void)state;
	for (; vec_next(&at, "width", &rest); seen++) {
		uint64_t size = vec_u64(&rest), level = vec_u64(&rest), full = vec_u64(&rest), partial = vec_u64(&rest);

		assert_int_equal(pl_tile_full((unsigned)level, size), full);
		assert_int_equal(pl_tile_partial((unsigned)level, size), partial);
		assert_true(level < pl_tile_levels(size));
	}
	assert_int_equal(seen, 21);
	assert_int_equal(pl_tile_levels(0), 0);
	assert_int_equal(pl_tile_levels(255), 1);
	assert_int_equal(pl_tile_levels(256), 2);
	assert_int_equal(pl_tile_levels(70000), 3);
	assert_int_equal(pl_tile_levels(PL_TREE_SIZE_MAX), PL_TILE_LEVEL_MAX + 1);
}

/* The bytes of a tile, from the in-memory tree. */
static void tile_bytes(const struct pl_tile *t, struct pl_buf *out)
{
	char text[32];

	for (unsigned i = 0; i < t->width; i++) {
		uint64_t at = t->index * PL_TILE_WIDTH + i;

		if (t->level == PL_TILE_ENTRIES)
			assert_int_equal(pl_tile_bundle_put(out, memlog_entry(at, text)), PL_OK);
		else
			pl_buf_put_bytes(out, pl_digest_bytes(&ml.level[t->level * PL_TILE_HEIGHT][at]));
	}
}

static void contents_of_the_vectors(void **state)
{
	pl_str at = vec_file(), rest;
	unsigned seen = 0;

	(void)state;
	for (; vec_next(&at, "tile", &rest); seen++) {
		struct pl_buf bytes PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_BUNDLE_MAX);
		struct pl_digest digest, want;
		struct pl_tile t, now;

		assert_int_equal(pl_tile_parse(vec_word(&rest), &t), PL_OK);
		assert_int_equal(pl_tile_at(t.level, t.index, SIZE, &now), PL_OK);
		assert_true(pl_tile_eq(&t, &now));
		tile_bytes(&t, &bytes);
		assert_int_equal(bytes.len, vec_u64(&rest));
		pl_sha256(pl_buf_bytes(&bytes), &digest);
		want = vec_hash(&rest);
		assert_digest_equal(&digest, &want);
	}
	assert_int_equal(seen, 8);
}

static void nodes_lie_where_the_place_says(void **state)
{
	(void)state;
	for (unsigned level = 0; ml.n >> level > 0; level++) {
		uint64_t index = (ml.n >> level) - 1;
		struct pl_tile_place p = pl_tile_place_of((struct pl_tree_node_id){.level = (uint8_t)level, .index = index});
		struct pl_digest node;
		struct pl_tile t;

		assert_int_equal(pl_tile_at(p.level, p.index, ml.n, &t), PL_OK);
		assert_true(p.first + (1u << p.height) <= t.width);
		pl_tile_node(&ml.level[p.level * PL_TILE_HEIGHT][p.index * PL_TILE_WIDTH + p.first], p.height, &node);
		assert_digest_equal(&node, &ml.level[level][index]);
	}
}

static void a_full_tile_folds_to_its_parent(void **state)
{
	struct pl_digest node;

	(void)state;
	pl_tile_node(&ml.level[0][512], 8, &node);
	assert_digest_equal(&node, &ml.level[8][2]);
}

/* Every tile of the new tree that is not, in just this state, a tile of the old tree; and each once. */
static void check_cursor(uint64_t old, uint64_t size)
{
	struct pl_tile_cursor c = {0};
	struct pl_tile t, before;
	uint64_t seen = 0, want = 0;
	unsigned levels = pl_tile_levels(size);

	while (pl_tile_next_new(&c, old, size, &t)) {
		assert_true(pl_tile_within(&t, size));
		assert_false(pl_tile_within(&t, old));
		seen++;
	}
	for (unsigned l = 0; l <= levels; l++) {
		unsigned level = l < levels ? l : PL_TILE_ENTRIES;

		for (uint64_t i = 0; pl_tile_at(level, i, size, &t) == PL_OK; i++)
			want += pl_tile_at(level, i, old, &before) != PL_OK || !pl_tile_eq(&t, &before);
	}
	assert_int_equal(seen, want);
}

static void the_cursor_visits_what_is_new(void **state)
{
	static const uint64_t size[] = {0, 1, 2, 255, 256, 257, 511, 512, 65535, 65536, 65537, 65792, 70000};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(size); i++)
		for (size_t j = i; j < PL_COUNT(size); j++)
			check_cursor(size[i], size[j]);
}

static void bundle_of_the_vectors(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(1000);
	struct pl_buf hex PL_CLEANUP(pl_buf_done) = PL_BUF(2000);
	char text[32];
	pl_bytes entry[3];

	(void)state;
	for (uint64_t i = 0; i < 3; i++)
		assert_int_equal(pl_tile_bundle_put(&b, memlog_entry(i, text)), PL_OK);
	pl_hex_put(&hex, pl_buf_bytes(&b));
	assert_str_eq(pl_buf_str(&hex), vec_line("bundle-0-2"));
	assert_int_equal(pl_tile_bundle_parse(pl_buf_bytes(&b), 3, entry), PL_OK);
	assert_true(pl_bytes_eq(entry[2], memlog_entry(2, text)));
	assert_int_equal(pl_tile_bundle_get(pl_buf_bytes(&b), 1, entry), PL_OK);
	assert_true(pl_bytes_eq(entry[0], memlog_entry(1, text)));
	assert_int_equal(pl_tile_bundle_get(pl_buf_bytes(&b), 3, entry), PL_E_SYNTAX);
}

static void refuses_broken_bundles(void **state)
{
	static const uint8_t good[] = {0, 1, 'a', 0, 0, 0, 2, 'b', 'c'};
	uint8_t bad[sizeof good + 1];
	pl_bytes entry[256];

	(void)state;
	assert_int_equal(pl_tile_bundle_parse(pl_bytes_of(good, sizeof good), 3, entry), PL_OK);
	assert_int_equal(entry[1].len, 0);
	for (size_t cut = 0; cut < sizeof good; cut++)
		assert_int_equal(pl_tile_bundle_parse(pl_bytes_of(good, cut), 3, entry), PL_E_SYNTAX);
	memcpy(bad, good, sizeof good);
	bad[sizeof good] = 0;
	assert_int_equal(pl_tile_bundle_parse(pl_bytes_of(bad, sizeof bad), 3, entry), PL_E_SYNTAX);
	bad[6] = 3; /* a length that reaches beyond the end */
	assert_int_equal(pl_tile_bundle_parse(pl_bytes_of(bad, sizeof good), 3, entry), PL_E_SYNTAX);
	assert_int_equal(pl_tile_bundle_parse(pl_bytes_of(good, sizeof good), 2, entry), PL_E_SYNTAX);
	assert_int_equal(pl_tile_bundle_parse(pl_bytes_of(good, sizeof good), 4, entry), PL_E_SYNTAX);
}

static void refuses_long_entries(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_ENTRY_MAX + 2);
	uint8_t *long_entry = pl_alloc(PL_TILE_ENTRY_MAX + 1, 1);

	(void)state;
	assert_int_equal(pl_tile_bundle_put(&b, pl_bytes_of(long_entry, PL_TILE_ENTRY_MAX + 1)), PL_E_TOOBIG);
	assert_int_equal(b.len, 0);
	assert_int_equal(pl_tile_bundle_put(&b, pl_bytes_of(long_entry, PL_TILE_ENTRY_MAX)), PL_OK);
	assert_int_equal(pl_tile_bundle_put(&b, pl_bytes_of(long_entry, 1)), PL_E_TOOBIG);
	assert_int_equal(b.len, PL_TILE_ENTRY_MAX + 2);
	pl_free(long_entry);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_the_vectors),
		cmocka_unit_test(refuses_other_names),
		cmocka_unit_test(widths_of_the_vectors),
		cmocka_unit_test(contents_of_the_vectors),
		cmocka_unit_test(nodes_lie_where_the_place_says),
		cmocka_unit_test(a_full_tile_folds_to_its_parent),
		cmocka_unit_test(the_cursor_visits_what_is_new),
		cmocka_unit_test(bundle_of_the_vectors),
		cmocka_unit_test(refuses_broken_bundles),
		cmocka_unit_test(refuses_long_entries),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
