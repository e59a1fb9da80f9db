/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

/* RFC 6979 appendix A.2.5: P-256, message "sample". Its s is high. */
#define P256_D "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
#define P256_POINT "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6" \
	"7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
#define SAMPLE_HIGH "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716" \
	"022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
#define SAMPLE_LOW "3045022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716" \
	"02200834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9"

static void p256_key(struct pl_pubkey *ret)
{
	uint8_t raw[65];

	test_hex(P256_POINT, raw);
	assert_int_equal(pl_pubkey_from_raw(PL_KEY_ECDSA_P256, (pl_bytes){raw, sizeof raw}, ret), PL_OK);
}

/* RFC 8032 section 7.1, tests 1 and 2. */
static void ed25519_vectors(void **state)
{
	static const struct {
		const char *seed, *pub, *msg, *sig;
	} v[] = {
		{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
			"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
			"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b4"
			"6b"
			"d25bf5f0595bbe24655141438e7a100b"},
		{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
			"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
			"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d"
			"8c"
			"387b2eaeb4302aeeb00d291612bb0c00"},
	};

	for (size_t i = 0; i < PL_COUNT(v); i++) {
		uint8_t seed[32], pub[32], msg[4], sig[64];
		struct pl_signer *s PL_CLEANUP(pl_signer_freep) = NULL;
		pl_bytes m = {msg, strlen(v[i].msg) / 2};
		struct pl_signature made;

		test_hex(v[i].seed, seed);
		test_hex(v[i].pub, pub);
		test_hex(v[i].msg, msg);
		test_hex(v[i].sig, sig);
		assert_int_equal(pl_signer_from_seed(seed, &s), PL_OK);
		assert_memory_equal(pl_signer_public(s)->b, pub, 32);
		assert_int_equal(pl_signer_sign(s, m, &made), PL_OK);
		assert_int_equal(made.len, 64);
		assert_memory_equal(made.b, sig, 64);
		for (unsigned bit = 0; bit < 512; bit += 7) {
			sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(pl_pubkey_verify(pl_signer_public(s), m, (pl_bytes){sig, 64}), PL_E_SIGNATURE);
			sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		assert_int_equal(pl_pubkey_verify(pl_signer_public(s), m, (pl_bytes){sig, 63}), PL_E_SIGNATURE);
		assert_int_equal(pl_pubkey_verify(pl_signer_public(s), m, (pl_bytes){sig, 64}), PL_OK);
	}
}

static void ecdsa_takes_low_s_only(void **state)
{
	pl_bytes msg = pl_str_bytes(PL_STR("sample"));
	struct pl_pubkey k;
	uint8_t sig[80];

	p256_key(&k);
	test_hex(SAMPLE_HIGH, sig);
	assert_int_equal(pl_pubkey_verify(&k, msg, (pl_bytes){sig, sizeof SAMPLE_HIGH / 2}), PL_E_SIGNATURE);
	test_hex(SAMPLE_LOW, sig);
	assert_int_equal(pl_pubkey_verify(&k, msg, (pl_bytes){sig, sizeof SAMPLE_LOW / 2}), PL_OK);
	assert_int_equal(pl_pubkey_verify(&k, pl_str_bytes(PL_STR("Sample")), (pl_bytes){sig, sizeof SAMPLE_LOW / 2}),
		PL_E_SIGNATURE);
}

static void ecdsa_refuses_other_der(void **state)
{
	static const char *const bad[] = {
		/* a byte behind */
		SAMPLE_LOW "00",
		/* long form of the length */
		"308145022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
		"02200834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9",
		/* s with a needless zero */
		"3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
		"0221000834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9",
		/* negative r */
		"30440220efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
		"02200834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9",
		"3006020100020100", "3000", "30", "", "3003020100",
	};
	pl_bytes msg = pl_str_bytes(PL_STR("sample"));
	struct pl_pubkey k;

	p256_key(&k);
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		uint8_t sig[80];

		test_hex(bad[i], sig);
		assert_int_equal(pl_pubkey_verify(&k, msg, (pl_bytes){sig, strlen(bad[i]) / 2}), PL_E_SIGNATURE);
	}
}

static void ecdsa_signs_with_low_s(void **state)
{
	struct pl_privkey key = {.alg = PL_KEY_ECDSA_P256};
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_pubkey want;

	test_hex(P256_D, key.b);
	p256_key(&want);
	assert_int_equal(pl_signer_from_privkey(&key, &s), PL_OK);
	assert_true(pl_pubkey_eq(pl_signer_public(s), &want));
	/* Half of all raw signatures have a high s; sixty in a row without one would be luck of 2^-60. */
	for (unsigned i = 0; i < 60; i++) {
		struct pl_signature sig;

		assert_int_equal(pl_signer_sign(s, (pl_bytes){(const uint8_t *)&i, sizeof i}, &sig), PL_OK);
		assert_int_equal(pl_pubkey_verify(&want, (pl_bytes){(const uint8_t *)&i, sizeof i},
					 (pl_bytes){sig.b, sig.len}), PL_OK);
	}
}

static void refuses_scalars_out_of_range(void **state)
{
	static const char *const bad[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_privkey key = {.alg = PL_KEY_ECDSA_P256};
		struct pl_signer *s = NULL;

		test_hex(bad[i], key.b);
		assert_int_equal(pl_signer_from_privkey(&key, &s), PL_E_RANGE);
		assert_null(s);
	}
}

static void refuses_bad_points(void **state)
{
	static const char *const ed[] = {
		/* small order: 0, 1, -1, and one of order 8 */
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		/* not reduced, and not on the curve */
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0200000000000000000000000000000000000000000000000000000000000000",
	};
	struct pl_pubkey k = {.len = 77};
	uint8_t raw[65];

	for (size_t i = 0; i < PL_COUNT(ed); i++) {
		test_hex(ed[i], raw);
		assert_int_equal(pl_pubkey_from_raw(PL_KEY_ED25519, (pl_bytes){raw, 32}, &k), PL_E_RANGE);
	}
	test_hex(P256_POINT, raw);
	raw[64] ^= 1;
	assert_int_equal(pl_pubkey_from_raw(PL_KEY_ECDSA_P256, (pl_bytes){raw, 65}, &k), PL_E_RANGE);
	raw[0] = 0x02;
	assert_int_equal(pl_pubkey_from_raw(PL_KEY_ECDSA_P256, (pl_bytes){raw, 33}, &k), PL_E_SYNTAX);
	assert_int_equal(pl_pubkey_from_raw(PL_KEY_ED25519, (pl_bytes){raw, 31}, &k), PL_E_SYNTAX);
	assert_int_equal(k.len, 77);
}

static void round_trip(enum pl_key_alg alg)
{
	struct pl_buf pem PL_CLEANUP(pl_buf_done) = PL_BUF(1000), line PL_CLEANUP(pl_buf_done) = PL_BUF(1000);
	struct pl_privkey key;
	struct pl_pubkey a, b;
	uint8_t der[PL_SPKI_MAX];
	size_t n;

	pl_privkey_generate(alg, &key);
	assert_int_equal(pl_privkey_public(&key, &a), PL_OK);
	n = pl_pubkey_spki(&a, der);
	assert_int_equal(pl_pubkey_from_spki((pl_bytes){der, n}, &b), PL_OK);
	assert_true(pl_pubkey_eq(&a, &b));
	assert_int_not_equal(pl_pubkey_from_spki((pl_bytes){der, n - 1}, &b), PL_OK);
	pl_pubkey_pem_write(&pem, &a);
	assert_int_equal(pl_pubkey_pem_parse(pl_buf_str(&pem), &b, NULL), PL_OK);
	assert_true(pl_pubkey_eq(&a, &b));
	pl_pubkey_write(&line, &a);
	assert_int_equal(pl_pubkey_parse(pl_buf_str(&line), &b, NULL), PL_OK);
	assert_true(pl_pubkey_eq(&a, &b));
	for (size_t cut = 0; cut < pem.len; cut++)
		assert_int_not_equal(pl_pubkey_pem_parse(pl_str_sub(pl_buf_str(&pem), 0, cut), &b, NULL), PL_OK);
	for (size_t cut = 0; cut < line.len; cut++)
		assert_int_not_equal(pl_pubkey_parse(pl_str_sub(pl_buf_str(&line), 0, cut), &b, NULL), PL_OK);
}

static void spellings_come_back(void **state)
{
	for (unsigned i = 0; i < 10; i++) {
		round_trip(PL_KEY_ED25519);
		round_trip(PL_KEY_ECDSA_P256);
	}
}

static void an_id_is_the_digest_of_the_spki(void **state)
{
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = test_signer(0);
	struct pl_digest id, want;
	uint8_t der[44];

	test_hex("302a300506032b6570032100"
		 "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8", der);
	pl_pubkey_id(pl_signer_public(s), &id);
	pl_sha256((pl_bytes){der, sizeof der}, &want);
	assert_true(pl_digest_eq(&id, &want));
}

/* A token whose answer does not fit its key publishes nothing. */
static pl_status wrong_answer(struct pl_signer *s, pl_bytes msg, struct pl_signature *ret)
{
	*ret = (struct pl_signature){.len = 64};
	return PL_OK;
}

static void no_free(struct pl_signer *s)
{
}

static void a_wrong_signature_is_not_handed_out(void **state)
{
	static const struct pl_signer_ops ops = {.sign = wrong_answer, .free = no_free};
	struct pl_signer *real PL_CLEANUP(pl_signer_freep) = test_signer(0);
	struct pl_signer broken = {.ops = &ops, .pub = *pl_signer_public(real)};
	struct pl_signature sig = {.len = 77};

	assert_int_equal(pl_signer_sign(&broken, pl_str_bytes(PL_STR("x")), &sig), PL_E_INTERNAL);
	assert_int_equal(sig.len, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ed25519_vectors),
		cmocka_unit_test(ecdsa_takes_low_s_only),
		cmocka_unit_test(ecdsa_refuses_other_der),
		cmocka_unit_test(ecdsa_signs_with_low_s),
		cmocka_unit_test(refuses_scalars_out_of_range),
		cmocka_unit_test(refuses_bad_points),
		cmocka_unit_test(spellings_come_back),
		cmocka_unit_test(an_id_is_the_digest_of_the_spki),
		cmocka_unit_test(a_wrong_signature_is_not_handed_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
