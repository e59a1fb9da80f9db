/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "keys.h"
#include "log/bundle.h"

#define ORIGIN "log.example/b"
#define SIZE 100u

static struct memlog ml;
static struct pl_policy *trusted;
static struct pl_buf checkpoint = PL_BUF(PL_CHECKPOINT_MAX);

static int setup(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_digest root;

	(void)state;
	memlog_make(&ml, SIZE);
	root = memlog_root(&ml, SIZE);
	test_put_checkpoint(&checkpoint, ORIGIN, SIZE, &root, 101);
	test_cosign(&checkpoint, "w1.example", 1, 1700000000);
	pl_buf_put_z(&text, "log ");
	test_put_log_key(&text, ORIGIN, 101);
	pl_buf_put_z(&text, "\nwitness w ");
	test_put_witness_key(&text, "w1.example", 1);
	pl_buf_put_z(&text, "\nquorum w\n");
	assert_int_equal(pl_policy_parse(pl_buf_str(&text), &trusted, NULL), PL_OK);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	memlog_free(&ml);
	pl_policy_free(trusted);
	pl_buf_done(&checkpoint);
	return 0;
}

static void make(struct pl_buf *out, const uint64_t *index, size_t n)
{
	struct pl_bundle_writer w = {.out = out};

	for (size_t i = 0; i < n; i++) {
		struct pl_tree_path path;
		char text[32];

		assert_int_equal(pl_tree_prove_inclusion(index[i], SIZE, memlog_fetch, &ml, &path), PL_OK);
		assert_int_equal(pl_bundle_put(&w, index[i], &path, memlog_entry(index[i], text)), PL_OK);
	}
	assert_int_equal(pl_bundle_finish(&w, pl_buf_str(&checkpoint)), PL_OK);
}

static const uint64_t some[] = {0, 3, 64, 99};

static void reads_what_it_writes(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PL_BUNDLE_TEXT_MAX);
	struct pl_policy_verdict v;
	struct pl_checkpoint cp;
	struct pl_bundle b;
	char entry[32];

	(void)state;
	make(&text, some, PL_COUNT(some));
	assert_int_equal(pl_bundle_parse(pl_buf_str(&text), &arena, &b, NULL), PL_OK);
	assert_int_equal(b.n, PL_COUNT(some));
	for (size_t i = 0; i < b.n; i++) {
		assert_int_equal(b.part[i].proof.index, some[i]);
		assert_true(pl_bytes_eq(b.part[i].entry, memlog_entry(some[i], entry)));
	}
	assert_int_equal(pl_bundle_verify(&b, trusted, &cp, &v, NULL), PL_OK);
	assert_true(v.quorum_met);
	assert_int_equal(cp.size, SIZE);
}

static void each_part_is_a_stock_proof(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PL_BUNDLE_TEXT_MAX);
	struct pl_bundle b;

	(void)state;
	make(&text, some, PL_COUNT(some));
	assert_int_equal(pl_bundle_parse(pl_buf_str(&text), &arena, &b, NULL), PL_OK);
	for (size_t i = 0; i < b.n; i++) {
		struct pl_buf one PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
		struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
		struct pl_policy_verdict v;
		struct pl_checkpoint cp;
		struct pl_proof proof;

		pl_bundle_extract(&b, i, &one);
		assert_int_equal(pl_proof_parse(pl_buf_str(&one), &proof, NULL), PL_OK);
		assert_int_equal(pl_proof_verify(&proof, &ml.level[0][some[i]], trusted, &cp, &v, NULL), PL_OK);
		make(&again, &some[i], 1); /* a bundle of one part is the same file */
		assert_str_eq(pl_buf_str(&one), pl_buf_str(&again));
	}
}

static pl_status read_and_verify(pl_str text)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PL_BUNDLE_TEXT_MAX);
	struct pl_policy_verdict v;
	struct pl_checkpoint cp;
	struct pl_bundle b;
	pl_status st = pl_bundle_parse(text, &arena, &b, NULL);

	return st == PL_OK ? pl_bundle_verify(&b, trusted, &cp, &v, NULL) : st;
}

static void refuses_every_changed_byte(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);

	(void)state;
	make(&text, some, 2);
	assert_int_equal(read_and_verify(pl_buf_str(&text)), PL_OK);
	for (size_t i = 0; i < text.len; i++) {
		text.ptr[i] ^= 1;
		assert_int_not_equal(read_and_verify(pl_buf_str(&text)), PL_OK);
		text.ptr[i] ^= 1;
	}
	for (size_t n = 0; n < text.len; n++)
		assert_int_not_equal(read_and_verify(pl_str_of((const char *)text.ptr, n)), PL_OK);
}

/* Heads @first and @second of a good bundle in this order, with or without the checkpoint. */
static pl_status rearranged(size_t first, size_t second, bool with_checkpoint)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct pl_buf other PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PL_BUNDLE_TEXT_MAX);
	struct pl_bundle b;

	make(&text, some, PL_COUNT(some));
	assert_int_equal(pl_bundle_parse(pl_buf_str(&text), &arena, &b, NULL), PL_OK);
	pl_buf_put_str(&other, b.part[first].head);
	pl_buf_put_str(&other, b.part[second].head);
	if (with_checkpoint)
		pl_buf_put_str(&other, b.checkpoint);
	return read_and_verify(pl_buf_str(&other));
}

static void refuses_disorder(void **state)
{
	(void)state;
	assert_int_equal(rearranged(1, 3, true), PL_OK);
	assert_int_equal(rearranged(3, 1, true), PL_E_SYNTAX);
	assert_int_equal(rearranged(1, 1, true), PL_E_SYNTAX);
	assert_int_equal(rearranged(1, 3, false), PL_E_SYNTAX);
	/* A stock proof without its entry is no bundle. */
	assert_int_equal(read_and_verify(vec_text("proof-5-8")), PL_E_SYNTAX);
	assert_int_equal(read_and_verify(PL_STR("c2sp.org/tlog-proof@v1\nextra \nindex 0\n\nc\n")), PL_E_SYNTAX);
}

static void stays_within_its_limits(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct pl_bundle_writer w = {.out = &text};
	struct pl_tree_path path = {.n = 0};
	pl_bytes entry = pl_str_bytes(PL_STR("e"));

	(void)state;
	assert_int_equal(pl_bundle_finish(&w, PL_STR("c\n")), PL_E_STATE);
	assert_int_equal(pl_bundle_put(&w, 0, &path, pl_str_bytes(PL_STR(""))), PL_E_RANGE);
	for (uint64_t i = 0; i < PL_BUNDLE_PARTS_MAX; i++)
		assert_int_equal(pl_bundle_put(&w, i, &path, entry), PL_OK);
	assert_int_equal(pl_bundle_put(&w, PL_BUNDLE_PARTS_MAX, &path, entry), PL_E_RANGE);
	pl_proof_write_head(&text, PL_BUNDLE_PARTS_MAX, &path, &entry);
	pl_buf_put_str(&text, pl_buf_str(&checkpoint));
	assert_int_equal(read_and_verify(pl_buf_str(&text)), PL_E_TOOBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_it_writes),
		cmocka_unit_test(each_part_is_a_stock_proof),
		cmocka_unit_test(refuses_every_changed_byte),
		cmocka_unit_test(refuses_disorder),
		cmocka_unit_test(stays_within_its_limits),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
