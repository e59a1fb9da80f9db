/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes for Ed25519 keys are those that libsodium makes and opens with the keys that it converts. */
#include "test.h"
#include "crypto/sealedbox.h"
#include <sodium.h>

#define ROUNDS 200

static void what_libsodium_seals_is_opened(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	(void)state;
	for (size_t i = 0; i < ROUNDS; i++) {
		uint8_t box[64 + crypto_box_SEALBYTES], text[64], curve[crypto_box_PUBLICKEYBYTES];
		struct pl_privkey key;
		struct pl_pubkey pub;

		pl_privkey_generate(PL_KEY_ED25519, &key);
		assert_int_equal(pl_privkey_public(&key, &pub), PL_OK);
		randombytes_buf(text, sizeof text);
		assert_int_equal(crypto_sign_ed25519_pk_to_curve25519(curve, pub.b), 0);
		assert_int_equal(crypto_box_seal(box, text, sizeof text, curve), 0);
		pl_buf_clear(&out);
		assert_int_equal(pl_sealedbox_open(&key, pl_bytes_of(box, sizeof box), &out), PL_OK);
		assert_true(pl_bytes_eq(pl_buf_bytes(&out), pl_bytes_of(text, sizeof text)));
		box[i % sizeof box] ^= 1;
		assert_int_equal(pl_sealedbox_open(&key, pl_bytes_of(box, sizeof box), &out), PL_E_CORRUPT);
	}
}

static void what_is_sealed_libsodium_opens(void **state)
{
	struct pl_buf box PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	(void)state;
	for (size_t i = 0; i < ROUNDS; i++) {
		uint8_t pk[crypto_sign_PUBLICKEYBYTES], sk[crypto_sign_SECRETKEYBYTES], text[64], got[64];
		uint8_t curve_pk[crypto_box_PUBLICKEYBYTES], curve_sk[crypto_box_SECRETKEYBYTES];
		struct pl_privkey key;
		struct pl_pubkey pub;

		pl_privkey_generate(PL_KEY_ED25519, &key);
		assert_int_equal(pl_privkey_public(&key, &pub), PL_OK);
		assert_int_equal(crypto_sign_seed_keypair(pk, sk, key.b), 0);
		assert_memory_equal(pk, pub.b, sizeof pk);
		assert_int_equal(crypto_sign_ed25519_pk_to_curve25519(curve_pk, pk), 0);
		assert_int_equal(crypto_sign_ed25519_sk_to_curve25519(curve_sk, sk), 0);
		randombytes_buf(text, sizeof text);
		pl_buf_clear(&box);
		assert_int_equal(pl_sealedbox_seal(&pub, pl_bytes_of(text, sizeof text), &box), PL_OK);
		assert_int_equal(box.len, sizeof text + PL_SEALEDBOX_OVERHEAD);
		assert_int_equal(crypto_box_seal_open(got, box.ptr, box.len, curve_pk, curve_sk), 0);
		assert_memory_equal(got, text, sizeof text);
	}
}

static void what_is_none_is_refused(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_privkey key;
	struct pl_pubkey pub;
	static const uint8_t zeros[PL_SEALEDBOX_OVERHEAD];

	(void)state;
	pl_privkey_generate(PL_KEY_ED25519, &key);
	assert_int_equal(pl_sealedbox_open(&key, pl_bytes_of(zeros, PL_SEALEDBOX_OVERHEAD - 1), &out), PL_E_CORRUPT);
	assert_int_equal(pl_sealedbox_open(&key, pl_bytes_of(zeros, sizeof zeros), &out), PL_E_CORRUPT);
	pl_privkey_generate(PL_KEY_ECDSA_P256, &key);
	assert_int_equal(pl_privkey_public(&key, &pub), PL_OK);
	assert_int_equal(pl_sealedbox_open(&key, pl_bytes_of(zeros, sizeof zeros), &out), PL_E_UNSUPPORTED);
	assert_int_equal(pl_sealedbox_seal(&pub, pl_bytes_of(zeros, 1), &out), PL_E_UNSUPPORTED);
	assert_int_equal(out.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_libsodium_seals_is_opened),
		cmocka_unit_test(what_is_sealed_libsodium_opens),
		cmocka_unit_test(what_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
