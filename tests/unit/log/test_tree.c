/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "log/tree.h"

static const struct {
	const char *data;
	size_t len;
} ct_leaf[8] = {
	{"", 0}, {"\x00", 1}, {"\x10", 1}, {"\x20\x21", 2}, {"\x30\x31", 2}, {"\x40\x41\x42\x43", 4},
	{"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
	{"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16},
};

static struct memlog ml; /* of 70,000 entries */

static int setup(void **state)
{
	(void)state;
	memlog_make(&ml, 70000);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	memlog_free(&ml);
	return 0;
}

static void ct_tree(struct memlog *m)
{
	memset(m, 0, sizeof *m);
	m->n = 8;
	for (unsigned k = 0; k < 4; k++)
		m->level[k] = pl_alloc(8u >> k, sizeof **m->level);
	for (size_t i = 0; i < 8; i++)
		pl_tree_leaf(pl_bytes_of(ct_leaf[i].data, ct_leaf[i].len), &m->level[0][i]);
	for (unsigned k = 1; k < 4; k++)
		for (size_t i = 0; i < 8u >> k; i++)
			pl_tree_node(&m->level[k - 1][2 * i], &m->level[k - 1][2 * i + 1], &m->level[k][i]);
}

/* The vectors give the first eight bytes of each hash. */
static void assert_prefixes(pl_str rest, const struct pl_tree_path *path)
{
	size_t n = 0;
	uint8_t head[8];

	for (; rest.len > 0; n++) {
		assert_true(n < path->n);
		assert_int_equal(pl_hex_read(vec_word(&rest), head, sizeof head), PL_OK);
		assert_memory_equal(head, path->h[n].b, sizeof head);
	}
	assert_int_equal(n, path->n);
}

static void ct_vectors(void **state)
{
	struct pl_tree_path path;
	struct pl_digest root, want;
	struct memlog m;
	pl_str at, rest;
	unsigned seen = 0;

	(void)state;
	ct_tree(&m);
	for (at = vec_file(); vec_next(&at, "ct-root", &rest); seen++) {
		size_t n = (size_t)vec_u64(&rest);

		want = vec_hash(&rest);
		pl_tree_root(m.level[0], n, &root);
		assert_digest_equal(&root, &want);
	}
	for (at = vec_file(); vec_next(&at, "ct-inclusion", &rest); seen++) {
		uint64_t index = vec_u64(&rest), size = vec_u64(&rest);

		assert_int_equal(pl_tree_prove_inclusion(index, size, memlog_fetch, &m, &path), PL_OK);
		assert_prefixes(rest, &path);
	}
	for (at = vec_file(); vec_next(&at, "ct-consistency", &rest); seen++) {
		uint64_t old = vec_u64(&rest), size = vec_u64(&rest);

		assert_int_equal(pl_tree_prove_consistency(old, size, memlog_fetch, &m, &path), PL_OK);
		assert_prefixes(rest, &path);
	}
	assert_int_equal(seen, 9 + 5 + 5);
	memlog_free(&m);
}

static void roots_of_the_log(void **state)
{
	struct pl_digest root, want, leaf;
	struct pl_tree_edge edge;
	pl_str at = vec_file(), rest;
	unsigned seen = 0;

	(void)state;
	for (; vec_next(&at, "root", &rest); seen++) {
		uint64_t n = vec_u64(&rest);

		want = vec_hash(&rest);
		pl_tree_root(ml.level[0], (size_t)n, &root);
		assert_digest_equal(&root, &want);
		assert_int_equal(pl_tree_fetch_edge(n, memlog_fetch, &ml, &edge), PL_OK);
		pl_tree_edge_root(&edge, &root);
		assert_digest_equal(&root, &want);
	}
	assert_int_equal(seen, 12);
	rest = vec_line("leaf-0");
	want = vec_hash(&rest);
	pl_tree_leaf(pl_str_bytes(PL_STR("entry 0")), &leaf);
	assert_digest_equal(&leaf, &want);
}

static void proofs_of_the_log(void **state)
{
	struct pl_digest want[PL_TREE_PATH_MAX];
	struct pl_tree_path path;
	pl_str at, rest;
	unsigned seen = 0;

	(void)state;
	for (at = vec_file(); vec_next(&at, "inclusion", &rest); seen++) {
		uint64_t index = vec_u64(&rest), size = vec_u64(&rest);
		size_t n = vec_hashes(&rest, want, PL_COUNT(want));

		assert_int_equal(pl_tree_prove_inclusion(index, size, memlog_fetch, &ml, &path), PL_OK);
		assert_int_equal(path.n, n);
		assert_memory_equal(path.h, want, n * PL_DIGEST_LEN);
	}
	assert_int_equal(seen, 3);
	for (at = vec_file(), seen = 0; vec_next(&at, "consistency", &rest); seen++) {
		uint64_t old = vec_u64(&rest), size = vec_u64(&rest);
		size_t n = vec_hashes(&rest, want, PL_COUNT(want));

		assert_int_equal(pl_tree_prove_consistency(old, size, memlog_fetch, &ml, &path), PL_OK);
		assert_int_equal(path.n, n);
		assert_memory_equal(path.h, want, n * PL_DIGEST_LEN);
	}
	assert_int_equal(seen, 5);
}

/* A long proof, of which the vectors give number and digest of the hashes. */
static void assert_digest_of(const struct pl_tree_path *path, pl_str rest)
{
	struct pl_digest digest, expected;
	uint64_t n = vec_u64(&rest);

	expected = vec_hash(&rest);
	assert_int_equal(path->n, n);
	pl_sha256(pl_bytes_of(path->h, path->n * PL_DIGEST_LEN), &digest);
	assert_digest_equal(&digest, &expected);
}

static void long_proofs_of_the_log(void **state)
{
	struct pl_tree_path path;
	uint64_t a, b;
	pl_str rest;

	(void)state;
	rest = vec_line("inclusion-digest");
	a = vec_u64(&rest), b = vec_u64(&rest);
	assert_int_equal(pl_tree_prove_inclusion(a, b, memlog_fetch, &ml, &path), PL_OK);
	assert_digest_of(&path, rest);
	rest = vec_line("consistency-digest");
	a = vec_u64(&rest), b = vec_u64(&rest);
	assert_int_equal(pl_tree_prove_consistency(a, b, memlog_fetch, &ml, &path), PL_OK);
	assert_digest_of(&path, rest);
	rest = vec_line("inclusion-prefix");
	a = vec_u64(&rest), b = vec_u64(&rest);
	assert_int_equal(pl_tree_prove_inclusion(a, b, memlog_fetch, &ml, &path), PL_OK);
	assert_prefixes(rest, &path);
}

/* Every way to be wrong about a true inclusion proof. */
static void refuse_inclusion_variants(uint64_t index, uint64_t size, const struct pl_tree_path *path,
	const struct pl_digest *root)
{
	const struct pl_digest *leaf = &ml.level[0][index];
	struct pl_tree_path bad = *path;

	bad.h[bad.n] = *root;
	assert_int_equal(pl_tree_verify_inclusion(index, size, leaf, bad.h, path->n + 1, root), PL_E_PROOF);
	if (path->n > 0)
		assert_int_equal(pl_tree_verify_inclusion(index, size, leaf, path->h, path->n - 1, root), PL_E_PROOF);
	for (size_t i = 0; i < path->n; i++) {
		bad = *path;
		bad.h[i].b[31] ^= 1;
		assert_int_equal(pl_tree_verify_inclusion(index, size, leaf, bad.h, bad.n, root), PL_E_PROOF);
	}
	assert_int_equal(pl_tree_verify_inclusion(size, size, leaf, path->h, path->n, root), PL_E_PROOF);
	assert_int_equal(pl_tree_verify_inclusion(index + size, size, leaf, path->h, path->n, root), PL_E_PROOF);
	assert_int_equal(pl_tree_verify_inclusion(index, 0, leaf, path->h, path->n, root), PL_E_PROOF);
	if (size > 1)
		assert_int_equal(pl_tree_verify_inclusion(index ^ 1, size, leaf, path->h, path->n, root), PL_E_PROOF);
}

static void every_inclusion_up_to_100(void **state)
{
	struct pl_tree_path path;

	(void)state;
	for (uint64_t size = 1; size <= 100; size++) {
		struct pl_digest root = memlog_root(&ml, size);

		for (uint64_t index = 0; index < size; index++) {
			assert_int_equal(pl_tree_prove_inclusion(index, size, memlog_fetch, &ml, &path), PL_OK);
			assert_int_equal(pl_tree_verify_inclusion(index, size, &ml.level[0][index], path.h, path.n, &root), PL_OK);
			refuse_inclusion_variants(index, size, &path, &root);
		}
		assert_int_equal(pl_tree_prove_inclusion(size, size, memlog_fetch, &ml, &path), PL_E_RANGE);
	}
}

static void refuse_consistency_variants(uint64_t old, uint64_t size, const struct pl_tree_path *path,
	const struct pl_digest *old_root, const struct pl_digest *root)
{
	struct pl_tree_path bad = *path;

	bad.h[bad.n] = *root;
	assert_int_equal(pl_tree_verify_consistency(old, old_root, size, root, bad.h, path->n + 1), PL_E_PROOF);
	if (path->n > 0)
		assert_int_equal(pl_tree_verify_consistency(old, old_root, size, root, path->h, path->n - 1), PL_E_PROOF);
	for (size_t i = 0; i < path->n; i++) {
		bad = *path;
		bad.h[i].b[0] ^= 0x80;
		assert_int_equal(pl_tree_verify_consistency(old, old_root, size, root, bad.h, bad.n), PL_E_PROOF);
	}
	if (old != size) {
		assert_int_equal(pl_tree_verify_consistency(size, root, old, old_root, path->h, path->n), PL_E_PROOF);
		assert_int_equal(pl_tree_verify_consistency(old, root, size, root, path->h, path->n), PL_E_PROOF);
		assert_int_equal(pl_tree_verify_consistency(old, old_root, old, root, NULL, 0), PL_E_PROOF);
	}
}

static void every_consistency_up_to_70(void **state)
{
	struct pl_tree_path path;

	(void)state;
	for (uint64_t size = 0; size <= 70; size++) {
		struct pl_digest root = memlog_root(&ml, size);

		for (uint64_t old = 0; old <= size; old++) {
			struct pl_digest old_root = memlog_root(&ml, old);

			assert_int_equal(pl_tree_prove_consistency(old, size, memlog_fetch, &ml, &path), PL_OK);
			assert_int_equal(pl_tree_verify_consistency(old, &old_root, size, &root, path.h, path.n), PL_OK);
			refuse_consistency_variants(old, size, &path, &old_root, &root);
		}
		assert_int_equal(pl_tree_prove_consistency(size + 1, size, memlog_fetch, &ml, &path), PL_E_RANGE);
	}
}

static void edge_grows_in_any_pieces(void **state)
{
	static const size_t step[] = {1, 2, 3, 255, 256, 257, 511, 512, 513, 1000, 4096};
	struct pl_digest root, want, packed[63];
	struct pl_tree_edge e, again;

	(void)state;
	for (size_t s = 0; s < PL_COUNT(step); s++) {
		pl_tree_edge_init(&e);
		while (e.size < 10000) {
			uint64_t left = 10000 - e.size;
			size_t n = step[s] < left ? step[s] : (size_t)left;

			assert_int_equal(pl_tree_edge_append(&e, ml.level[0] + e.size, n), PL_OK);
		}
		pl_tree_edge_root(&e, &root);
		want = memlog_root(&ml, 10000);
		assert_digest_equal(&root, &want);
	}
	pl_tree_edge_pack(&e, packed);
	assert_int_equal(pl_tree_edge_count(&e), 5);
	assert_int_equal(pl_tree_edge_unpack(10000, packed, 4, &again), PL_E_SYNTAX);
	assert_int_equal(pl_tree_edge_unpack(10000, packed, 5, &again), PL_OK);
	pl_tree_edge_root(&again, &root);
	assert_digest_equal(&root, &want);
}

static void refuses_sizes_beyond_the_maximum(void **state)
{
	struct pl_digest d = {{0}};
	struct pl_tree_path path = {.n = 7};
	struct pl_tree_edge e;

	(void)state;
	pl_tree_edge_init(&e);
	e.size = PL_TREE_SIZE_MAX;
	assert_int_equal(pl_tree_edge_append(&e, &d, 1), PL_E_RANGE);
	assert_int_equal(e.size, PL_TREE_SIZE_MAX);
	assert_int_equal(pl_tree_prove_inclusion(0, PL_TREE_SIZE_MAX + 1, memlog_fetch, &ml, &path), PL_E_RANGE);
	assert_int_equal(path.n, 7);
	assert_int_equal(pl_tree_verify_inclusion(0, UINT64_MAX, &d, path.h, 63, &d), PL_E_PROOF);
	assert_int_equal(pl_tree_verify_consistency(1, &d, UINT64_MAX, &d, path.h, 63), PL_E_PROOF);
}

/* Fetches nothing: counts what a proof in the largest tree would ask for. */
static pl_status count_fetch(void *ctx, const struct pl_tree_node_id *ids, size_t n, struct pl_digest *ret)
{
	size_t *most = ctx;

	assert_true(n <= PL_TREE_FETCH_MAX);
	for (size_t i = 0; i < n; i++)
		assert_true(ids[i].index < PL_TREE_SIZE_MAX >> ids[i].level);
	if (n > *most)
		*most = n;
	memset(ret, 0, n * sizeof *ret);
	return PL_OK;
}

static void largest_tree_fits_the_plan(void **state)
{
	struct pl_tree_path path;
	size_t most = 0;

	(void)state;
	for (unsigned k = 0; k < 63; k++) {
		uint64_t at = UINT64_C(1) << k;

		assert_int_equal(pl_tree_prove_inclusion(at - 1, PL_TREE_SIZE_MAX, count_fetch, &most, &path), PL_OK);
		assert_true(path.n <= 63);
		assert_int_equal(pl_tree_prove_inclusion(at, PL_TREE_SIZE_MAX, count_fetch, &most, &path), PL_OK);
		assert_int_equal(pl_tree_prove_consistency(at, PL_TREE_SIZE_MAX, count_fetch, &most, &path), PL_OK);
		assert_int_equal(pl_tree_prove_consistency(at + 1, PL_TREE_SIZE_MAX, count_fetch, &most, &path), PL_OK);
		assert_true(path.n <= PL_TREE_PATH_MAX);
	}
	assert_true(most >= 63);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ct_vectors),
		cmocka_unit_test(roots_of_the_log),
		cmocka_unit_test(proofs_of_the_log),
		cmocka_unit_test(long_proofs_of_the_log),
		cmocka_unit_test(every_inclusion_up_to_100),
		cmocka_unit_test(every_consistency_up_to_70),
		cmocka_unit_test(edge_grows_in_any_pieces),
		cmocka_unit_test(refuses_sizes_beyond_the_maximum),
		cmocka_unit_test(largest_tree_fits_the_plan),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
