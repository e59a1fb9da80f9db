/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "crypto/dsse.h"

#define BODY "{\"_type\":\"https://in-toto.io/Statement/v1\"}"
#define BODY64 "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ=="
#define SIG "Fo6jOXP9gw1yxFFqcxT3OROGg9MHJ9G2Ps2yCG4lrdJS8Yli9xdH78rzsGRdX7vN0BvZnteNGPg9F79CG51UDQ=="
#define CANON \
	"{\"payload\":\"" BODY64 "\",\"payloadType\":\"" PL_DSSE_INTOTO \
	"\",\"signatures\":[{\"keyid\":\"\",\"sig\":\"" SIG "\"}]}"

static void log_key(struct pl_pubkey *ret)
{
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = test_signer(0);

	*ret = *pl_signer_public(s);
}

static void pae_of_the_vector(void **state)
{
	struct pl_buf pae PL_CLEANUP(pl_buf_done) = PL_BUF(1000);
	struct pl_digest d;

	pl_dsse_pae(&pae, PL_STR(PL_DSSE_INTOTO), pl_str_bytes(PL_STR(BODY)));
	assert_string_equal(pl_buf_z(&pae), "DSSEv1 28 application/vnd.in-toto+json 43 " BODY);
	pl_dsse_digest(PL_STR(PL_DSSE_INTOTO), pl_str_bytes(PL_STR(BODY)), &d);
	assert_digest(&d, "57dd565335c70baa2e9fc48a46e80907434e3c6ea2342ef806dad983891349cd");
	pl_buf_clear(&pae);
	pl_dsse_pae(&pae, PL_STR(""), (pl_bytes){0});
	assert_string_equal(pl_buf_z(&pae), "DSSEv1 0  0 ");
}

static void verifies_the_vector(void **state)
{
	/* As others write it: other order, spaces, unknown members, URL alphabet without padding. */
	static const char *const ways[] = {
		CANON,
		"{ \"signatures\" : [ {\"sig\":\"" SIG
		"\", \"keyid\": \"\", \"cert\":\"x\"} ], \"payloadType\":\"" PL_DSSE_INTOTO
		"\",\n\"extra\":[1,2],\"payload\":\"" BODY64 "\"}",
		"{\"payload\":\"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ\",\"payloadType\":"
		"\"" PL_DSSE_INTOTO
		"\",\"signatures\":[{\"sig\":"
		"\"Fo6jOXP9gw1yxFFqcxT3OROGg9MHJ9G2Ps2yCG4lrdJS8Yli9xdH78rzsGRdX7vN0BvZnteNGPg9F79CG51UDQ"
		"\"}]}",
	};
	struct pl_pubkey key;

	log_key(&key);
	for (size_t i = 0; i < PL_COUNT(ways); i++) {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(100000);
		struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
		struct pl_dsse env;

		assert_int_equal(pl_dsse_parse(pl_str_from(ways[i]), &arena, &env, NULL), PL_OK);
		assert_int_equal(pl_dsse_verify(&env, &key, 1, 1, NULL), PL_OK);
		pl_dsse_write(&out, &env);
		assert_string_equal(pl_buf_z(&out), CANON);
	}
}

static void refuses_malformed_envelopes(void **state)
{
	static const char *const bad[] = {
		"", "[]", "{}", "null", CANON "x", "{\"payload\":\"\",\"payloadType\":\"a\"}",
		"{\"payload\":\"\",\"payloadType\":\"a\",\"signatures\":[]}",
		"{\"payload\":\"\",\"payloadType\":\"a\",\"signatures\":{}}",
		"{\"payload\":\"\",\"payloadType\":\"a\",\"signatures\":[1]}",
		"{\"payload\":\"\",\"payloadType\":\"a\",\"signatures\":[{}]}",
		"{\"payload\":\"\",\"payloadType\":\"a\",\"signatures\":[{\"sig\":\"\"}]}",
		"{\"payload\":\"\",\"payloadType\":\"a\",\"signatures\":[{\"sig\":\"*\"}]}",
		"{\"payload\":\"\",\"payloadType\":\"a\",\"signatures\":[{\"sig\":7}]}",
		"{\"payload\":\"\",\"payloadType\":\"a\",\"signatures\":[{\"sig\":\"AAAA\",\"keyid\":null}]}",
		"{\"payload\":\"\",\"payloadType\":\"a\",\"signatures\":[{\"sig\":\"AAAA\",\"keyid\":\"\\n\"}]}",
		"{\"payload\":\"!\",\"payloadType\":\"a\",\"signatures\":[{\"sig\":\"AAAA\"}]}",
		"{\"payload\":1,\"payloadType\":\"a\",\"signatures\":[{\"sig\":\"AAAA\"}]}",
		"{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[{\"sig\":\"AAAA\"}]}",
		"{\"payload\":\"\",\"payloadType\":\"a\\\"\",\"signatures\":[{\"sig\":\"AAAA\"}]}",
		"{\"payload\":\"\",\"payloadType\":\"\xc3\xa4\",\"signatures\":[{\"sig\":\"AAAA\"}]}",
		/* a member twice: two readers would see two envelopes */
		"{\"payload\":\"\",\"payload\":\"AAAA\",\"payloadType\":\"a\",\"signatures\":[{\"sig\":\"AAAA\"}]}",
	};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(100000);
		struct pl_dsse env = {.n_sigs = 77};

		assert_int_equal(pl_dsse_parse(pl_str_from(bad[i]), &arena, &env, NULL), PL_E_SYNTAX);
		assert_int_equal(env.n_sigs, 77);
	}
}

static void has_limits(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1000000);
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(1000000);
	struct pl_dsse env;

	for (unsigned n = PL_DSSE_SIGS_MAX; n <= PL_DSSE_SIGS_MAX + 1; n++) {
		pl_buf_clear(&b);
		pl_buf_put_z(&b, "{\"payload\":\"\",\"payloadType\":\"a\",\"signatures\":[");
		for (unsigned i = 0; i < n; i++)
			pl_buf_put_z(&b, i ? ",{\"sig\":\"AAAA\"}" : "{\"sig\":\"AAAA\"}");
		pl_buf_put_z(&b, "]}");
		assert_int_equal(pl_dsse_parse(pl_buf_str(&b), &arena, &env, NULL),
			n <= PL_DSSE_SIGS_MAX ? PL_OK : PL_E_TOOBIG);
	}
}

static void thresholds_count_keys(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(100000);
	struct pl_dsse env = {.type = PL_STR_INIT("text/plain"), .payload = {(const uint8_t *)"hello", 5}};
	struct pl_signer *a PL_CLEANUP(pl_signer_freep) = test_signer(1);
	struct pl_signer *b PL_CLEANUP(pl_signer_freep) = test_signer(2);
	struct pl_signer *c PL_CLEANUP(pl_signer_freep) = test_signer(3);
	struct pl_pubkey keys[4] = {
		*pl_signer_public(a), *pl_signer_public(b), *pl_signer_public(a), *pl_signer_public(c)};
	bool did[4] = {true, true, true, true};

	/* Twice by a: two signatures, one key, also when the key stands twice in the list. */
	assert_int_equal(pl_dsse_sign(&env, a, &arena), PL_OK);
	assert_int_equal(pl_dsse_sign(&env, a, &arena), PL_OK);
	assert_int_equal(pl_dsse_verify(&env, keys, 4, 2, did), PL_E_QUORUM);
	assert_true(did[1]);
	assert_int_equal(pl_dsse_verify(&env, keys, 4, 1, did), PL_OK);
	assert_true(did[0] && !did[1] && !did[2] && !did[3]);
	assert_int_equal(pl_dsse_sign(&env, b, &arena), PL_OK);
	assert_int_equal(pl_dsse_verify(&env, keys, 4, 2, did), PL_OK);
	assert_int_equal(pl_dsse_verify(&env, keys, 4, 3, did), PL_E_QUORUM);
	assert_int_equal(pl_dsse_verify(&env, keys, 4, 0, did), PL_E_RANGE);
	assert_int_equal(pl_dsse_verify(&env, keys, 0, 1, did), PL_E_QUORUM);
	/* A keyid that names somebody else hides nothing and gives nothing. */
	env.sigs[2].keyid = env.sigs[0].keyid;
	assert_int_equal(pl_dsse_verify(&env, keys, 4, 2, did), PL_OK);
	assert_int_equal(pl_dsse_verify(&env, keys + 3, 1, 1, did), PL_E_QUORUM);
	env.payload.len = 4;
	assert_int_equal(pl_dsse_verify(&env, keys, 4, 1, did), PL_E_QUORUM);
	env.payload.len = 5;
	env.type = PL_STR("text/plaim");
	assert_int_equal(pl_dsse_verify(&env, keys, 4, 1, did), PL_E_QUORUM);
}

static void one_spelling_whatever_the_order(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(100000);
	struct pl_dsse one = {.type = PL_STR_INIT("text/plain"), .payload = {(const uint8_t *)"hello", 5}}, two = one,
		       back;
	struct pl_buf x PL_CLEANUP(pl_buf_done) = PL_BUF(10000), y PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_signer *a PL_CLEANUP(pl_signer_freep) = test_signer(1);
	struct pl_signer *b PL_CLEANUP(pl_signer_freep) = test_signer(2);

	assert_int_equal(pl_dsse_sign(&one, a, &arena) || pl_dsse_sign(&one, b, &arena), 0);
	assert_int_equal(
		pl_dsse_sign(&two, b, &arena) || pl_dsse_sign(&two, a, &arena) || pl_dsse_sign(&two, a, &arena), 0);
	pl_dsse_write(&x, &one);
	pl_dsse_write(&y, &two);
	assert_true(pl_str_eq(pl_buf_str(&x), pl_buf_str(&y)));
	assert_int_equal(pl_dsse_parse(pl_buf_str(&x), &arena, &back, NULL), PL_OK);
	assert_int_equal(back.n_sigs, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pae_of_the_vector),
		cmocka_unit_test(verifies_the_vector),
		cmocka_unit_test(refuses_malformed_envelopes),
		cmocka_unit_test(has_limits),
		cmocka_unit_test(thresholds_count_keys),
		cmocka_unit_test(one_spelling_whatever_the_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
