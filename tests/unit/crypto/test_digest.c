/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "crypto/alg.h"
#include <pthread.h>

#define ABC "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void knows_the_standard_vectors(void **state)
{
	struct pl_digest d;

	pl_sha256((pl_bytes){0}, &d);
	assert_digest(&d, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	pl_sha256(pl_str_bytes(PL_STR("abc")), &d);
	assert_digest(&d, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	pl_sha256_parts((const pl_bytes[]){pl_str_bytes(PL_STR("a")), {0}, pl_str_bytes(PL_STR("bc"))}, 3, &d);
	assert_digest(&d, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void streams_a_million_bytes(void **state)
{
	struct pl_sha256 *h PL_CLEANUP(pl_sha256_freep) = pl_sha256_new();
	struct pl_digest d;
	char a[1000];

	memset(a, 'a', sizeof a);
	for (unsigned again = 0; again < 2; again++) {
		for (unsigned i = 0; i < 1000; i++)
			pl_sha256_update(h, pl_bytes_of(a, sizeof a));
		pl_sha256_final(h, &d);
		assert_digest(&d, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	}
}

/* RFC 4231, cases 1, 2 and 6. */
static void makes_hmacs(void **state)
{
	struct pl_digest d;
	uint8_t key[131];

	memset(key, 0x0b, 20);
	pl_hmac_sha256((pl_bytes){key, 20}, pl_str_bytes(PL_STR("Hi There")), &d);
	assert_digest(&d, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	pl_hmac_sha256(pl_str_bytes(PL_STR("Jefe")), pl_str_bytes(PL_STR("what do ya want for nothing?")), &d);
	assert_digest(&d, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof key);
	pl_hmac_sha256((pl_bytes){key, sizeof key},
		pl_str_bytes(PL_STR("Test Using Larger Than Block-Size Key - Hash Key First")), &d);
	assert_digest(&d, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void reads_what_it_writes(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(100);
	char text[PL_DIGEST_TEXT + 1];
	struct pl_digest d;

	assert_int_equal(pl_digest_parse(PL_STR(ABC), &d), PL_OK);
	pl_digest_write(&out, &d);
	assert_string_equal(pl_buf_z(&out), ABC);
	pl_digest_text(&d, text);
	assert_string_equal(text, ABC);
}

static void refuses_other_spellings(void **state)
{
	static const char *const bad[] = {"", "sha256:", "sha1:00", "SHA256:00", (ABC "0"), (ABC "\n"), (" " ABC),
		"sha256:BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_digest d = {{0x5a}};

		assert_int_equal(pl_digest_parse(pl_str_from(bad[i]), &d), PL_E_SYNTAX);
		assert_int_equal(d.b[0], 0x5a);
	}
}

static void *hash_in_a_thread(void *arg)
{
	for (unsigned i = 0; i < 2000; i++)
		pl_sha256(pl_str_bytes(PL_STR("abc")), arg);
	return NULL;
}

static void hashes_in_several_threads(void **state)
{
	struct pl_digest d[4];
	pthread_t t[4];

	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, hash_in_a_thread, &d[i]), 0);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(t[i], NULL), 0);
		assert_digest(&d[i], &ABC[7]);
	}
}

static void spells_algorithms(void **state)
{
	enum pl_hash_alg hash;
	enum pl_key_alg key;

	assert_int_equal(pl_hash_alg_parse(PL_STR("sha256"), &hash), PL_OK);
	assert_string_equal(pl_hash_alg_text(hash), "sha256");
	assert_int_equal(pl_key_alg_parse(PL_STR("ed25519"), &key), PL_OK);
	assert_int_equal(key, 1);
	assert_int_equal(pl_key_alg_parse(PL_STR("ecdsa-p256-sha256"), &key), PL_OK);
	assert_int_equal(key, 2);
	assert_int_equal(pl_key_alg_parse(PL_STR("rsa"), &key), PL_E_UNSUPPORTED);
	assert_int_equal(pl_hash_alg_parse(PL_STR("md5"), &hash), PL_E_UNSUPPORTED);
	assert_null(pl_key_alg_text((enum pl_key_alg)99));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_standard_vectors),
		cmocka_unit_test(streams_a_million_bytes),
		cmocka_unit_test(makes_hmacs),
		cmocka_unit_test(reads_what_it_writes),
		cmocka_unit_test(refuses_other_spellings),
		cmocka_unit_test(hashes_in_several_threads),
		cmocka_unit_test(spells_algorithms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
