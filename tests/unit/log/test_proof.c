/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "log/proof.h"

#define H "SFM123z+yWXxX/dF/GJcQdXqJkaTaTAWWCj3PdS2iFQ="
#define MAGIC "c2sp.org/tlog-proof@v1\n"

static struct pl_policy *vector_policy(const char *quorum)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_policy *p = NULL;

	pl_buf_put_z(&text, "log ");
	pl_buf_put_str(&text, vec_line("log-vkey"));
	pl_buf_put_z(&text, "\nwitness w ");
	pl_buf_put_str(&text, vec_line("witness-vkey"));
	pl_buf_printf(&text, "\nquorum %s\n", quorum);
	assert_int_equal(pl_policy_parse(pl_buf_str(&text), &p, NULL), PL_OK);
	return p;
}

static void verifies_the_vector(void **state)
{
	struct pl_policy *p PL_CLEANUP(pl_policy_freep) = vector_policy("w");
	struct pl_policy *none PL_CLEANUP(pl_policy_freep) = vector_policy("none");
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROOF_TEXT_MAX);
	pl_str text = vec_text("proof-5-8");
	struct pl_policy_verdict v;
	struct pl_checkpoint cp;
	struct pl_digest leaf;
	struct pl_proof proof;

	(void)state;
	assert_int_equal(pl_proof_parse(text, &proof, NULL), PL_OK);
	assert_int_equal(proof.index, 5);
	assert_false(proof.has_extra);
	pl_tree_leaf(pl_str_bytes(PL_STR("entry 5")), &leaf);
	assert_int_equal(pl_proof_verify(&proof, &leaf, p, &cp, &v, NULL), PL_OK);
	assert_true(v.quorum_met && !v.unwitnessed);
	assert_int_equal(pl_proof_verify(&proof, &leaf, none, &cp, &v, NULL), PL_OK);
	assert_true(v.unwitnessed && !v.quorum_met);
	pl_proof_write(&out, proof.index, &proof.path, NULL, proof.checkpoint);
	assert_str_eq(pl_buf_str(&out), text);

	pl_tree_leaf(pl_str_bytes(PL_STR("entry 4")), &leaf);
	assert_int_equal(pl_proof_verify(&proof, &leaf, p, &cp, &v, NULL), PL_E_PROOF);
	pl_tree_leaf(pl_str_bytes(PL_STR("entry 5")), &leaf);
	proof.index = 4;
	assert_int_equal(pl_proof_verify(&proof, &leaf, p, &cp, &v, NULL), PL_E_PROOF);
}

/* One cosignature dropped, one byte flipped anywhere: refused, and never accepted as something else. */
static void refuses_every_changed_byte(void **state)
{
	struct pl_policy *p PL_CLEANUP(pl_policy_freep) = vector_policy("w");
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROOF_TEXT_MAX);
	struct pl_policy_verdict v;
	struct pl_checkpoint cp;
	struct pl_digest leaf;
	struct pl_proof proof;
	size_t witness;

	(void)state;
	pl_buf_put_str(&text, vec_text("proof-5-8"));
	pl_tree_leaf(pl_str_bytes(PL_STR("entry 5")), &leaf);
	for (size_t i = 0; i < text.len; i++) {
		text.ptr[i] ^= 1;
		if (pl_proof_parse(pl_buf_str(&text), &proof, NULL) == PL_OK)
			assert_int_not_equal(pl_proof_verify(&proof, &leaf, p, &cp, &v, NULL), PL_OK);
		text.ptr[i] ^= 1;
	}
	witness = pl_str_find_str(pl_buf_str(&text), PL_STR("\xe2\x80\x94 witness"));
	assert_true(witness < text.len);
	pl_buf_truncate(&text, witness);
	assert_int_equal(pl_proof_parse(pl_buf_str(&text), &proof, NULL), PL_OK);
	assert_int_equal(pl_proof_verify(&proof, &leaf, p, &cp, &v, NULL), PL_E_QUORUM);
}

static void refuses_other_texts(void **state)
{
	static const char *const bad[] = {
		"", "c2sp.org/tlog-proof@v1", MAGIC, MAGIC "index 5", MAGIC "index 5\n", MAGIC "index 5\n\n",
		MAGIC "index 05\n\nc\n", MAGIC "index -1\n\nc\n", MAGIC "index +1\n\nc\n", MAGIC "index \n\nc\n",
		MAGIC "index\n\nc\n", MAGIC "index 9223372036854775808\n\nc\n", MAGIC "index 5 \n\nc\n", MAGIC "Index 5\n\nc\n",
		MAGIC "index 5\r\n\r\nc\n", MAGIC "index 5\n" H, MAGIC "index 5\n" H "\n", MAGIC "index 5\nAAAA\n\nc\n",
		MAGIC "index 5\n" H " \n\nc\n", MAGIC "index 5\n " H "\n\nc\n", MAGIC "index 5\nindex 5\n\nc\n",
		MAGIC "extra\nindex 5\n\nc\n", MAGIC "extra a\nindex 5\n\nc\n", MAGIC "extra A===\nindex 5\n\nc\n",
		MAGIC "extra ====\nindex 5\n\nc\n", MAGIC "extra AA=A\nindex 5\n\nc\n",
		MAGIC "extra AAAA\nextra AAAA\nindex 5\n\nc\n", MAGIC "extra AAAA\n\nc\n", MAGIC "index 5\nextra AAAA\n\nc\n",
		MAGIC "\nindex 5\n\nc\n", "c2sp.org/tlog-proof@v2\nindex 5\n\nc\n", " " MAGIC "index 5\n\nc\n",
		"\xef\xbb\xbf" MAGIC "index 5\n\nc\n",
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_proof p = {.index = 77};

		if (pl_proof_parse(pl_str_from(bad[i]), &p, NULL) != PL_E_SYNTAX)
			fail_msg("accepted \"%s\"", bad[i]);
		assert_int_equal(p.index, 77);
	}
}

static void takes_63_hashes_and_refuses_64(void **state)
{
	(void)state;
	for (unsigned n = 63; n <= 64; n++) {
		struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
		struct pl_proof p;

		pl_buf_put_z(&b, MAGIC "index 0\n");
		for (unsigned i = 0; i < n; i++)
			pl_buf_put_z(&b, H "\n");
		pl_buf_put_z(&b, "\nc\n");
		assert_int_equal(pl_proof_parse(pl_buf_str(&b), &p, NULL), n == 63 ? PL_OK : PL_E_SYNTAX);
	}
}

static void carries_extra_data(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(1000), extra PL_CLEANUP(pl_buf_done) = PL_BUF(1000);
	pl_bytes data = pl_str_bytes(PL_STR("hello"));
	struct pl_tree_path path = {.n = 0};
	struct pl_proof p;

	(void)state;
	pl_proof_write(&out, 3, &path, &data, PL_STR("c\n"));
	assert_int_equal(pl_proof_parse(pl_buf_str(&out), &p, NULL), PL_OK);
	assert_int_equal(pl_proof_extra(&p, &extra), PL_OK);
	assert_true(pl_bytes_eq(pl_buf_bytes(&extra), data));
	/* Bits that base64 does not use: two spellings of one content are refused where it is decoded. */
	assert_int_equal(pl_proof_parse(PL_STR(MAGIC "extra aGVsbG9=\nindex 3\n\nc\n"), &p, NULL), PL_OK);
	assert_int_equal(pl_proof_extra(&p, &extra), PL_E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verifies_the_vector),
		cmocka_unit_test(refuses_every_changed_byte),
		cmocka_unit_test(refuses_other_texts),
		cmocka_unit_test(takes_63_hashes_and_refuses_64),
		cmocka_unit_test(carries_extra_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
