/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed secrets open with their key at their place only; Argon2id strings; comparing. */
#include "test.h"
#include "base/time.h"
#include "crypto/password.h"
#include "crypto/secret.h"
#include <time.h>

static const uint8_t key[PL_SECRET_KEY_LEN] = {1, 2, 3};

static void seals_and_opens(void **state)
{
	static const pl_str plain[] = {PL_STR_INIT(""), PL_STR_INIT("x"), PL_STR_INIT("a longer one, with some words")};

	for (size_t i = 0; i < PL_COUNT(plain); i++) {
		struct pl_buf one PL_CLEANUP(pl_buf_done) = PL_BUF(256), two PL_CLEANUP(pl_buf_done) = PL_BUF(256);
		struct pl_buf back PL_CLEANUP(pl_buf_done_secret) = PL_BUF(256);

		pl_secret_seal(key, pl_str_bytes(PL_STR("here")), pl_str_bytes(plain[i]), &one);
		pl_secret_seal(key, pl_str_bytes(PL_STR("here")), pl_str_bytes(plain[i]), &two);
		assert_int_equal(one.len, plain[i].len + PL_SECRET_OVERHEAD);
		assert_false(pl_bytes_eq(pl_buf_bytes(&one), pl_buf_bytes(&two)));
		assert_int_equal(pl_secret_open(key, pl_str_bytes(PL_STR("here")), pl_buf_bytes(&one), &back), PL_OK);
		assert_true(pl_str_eq(pl_buf_str(&back), plain[i]));
	}
}

static void every_byte_counts(void **state)
{
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(256), back PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	uint8_t other[PL_SECRET_KEY_LEN] = {1, 2, 4};

	pl_secret_seal(key, pl_str_bytes(PL_STR("here")), pl_str_bytes(PL_STR("words")), &sealed);
	for (size_t i = 0; i < sealed.len; i++) {
		sealed.ptr[i] ^= 1;
		assert_int_equal(pl_secret_open(key, pl_str_bytes(PL_STR("here")), pl_buf_bytes(&sealed), &back), PL_E_CORRUPT);
		sealed.ptr[i] ^= 1;
		assert_int_equal(pl_secret_open(key, pl_str_bytes(PL_STR("here")), pl_bytes_of(sealed.ptr, i), &back), PL_E_CORRUPT);
	}
	assert_int_equal(pl_secret_open(key, pl_str_bytes(PL_STR("there")), pl_buf_bytes(&sealed), &back), PL_E_CORRUPT);
	assert_int_equal(pl_secret_open(other, pl_str_bytes(PL_STR("here")), pl_buf_bytes(&sealed), &back), PL_E_CORRUPT);
	assert_int_equal(back.len, 0);
	assert_int_equal(pl_secret_open(key, pl_str_bytes(PL_STR("here")), pl_buf_bytes(&sealed), &back), PL_OK);
}

/* XChaCha20-Poly1305 with the vector of draft-irtf-cfrg-xchacha-03, appendix A.3.1. */
static void xchacha_vector(void **state)
{
	static const char plain[] = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
				    "the future, sunscreen would be it.";
	struct pl_buf back PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	uint8_t k[32], about[12], sealed[24 + 114 + 16];

	for (unsigned i = 0; i < sizeof k; i++)
		k[i] = (uint8_t)(0x80 + i);
	test_hex("50515253c0c1c2c3c4c5c6c7", about);
	test_hex("404142434445464748494a4b4c4d4e4f5051525354555657"
		 "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39"
		 "ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
		 "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49", sealed);
	assert_int_equal(pl_secret_open(k, pl_bytes_of(about, sizeof about), pl_bytes_of(sealed, sizeof sealed), &back),
		PL_OK);
	assert_string_equal(pl_buf_z(&back), plain);
}

static void limits(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(256), large PL_CLEANUP(pl_buf_done) = PL_BUF(200000);

	(void)memset(pl_buf_reserve(&large, 100000), 'x', 100000);
	pl_secret_seal(key, (pl_bytes){0}, pl_bytes_of(large.ptr, PL_SECRET_MAX + 1), &out);
	assert_int_equal(pl_buf_status(&out), PL_E_TOOBIG);
	pl_buf_clear(&out);
	assert_int_equal(pl_secret_open(key, (pl_bytes){0}, pl_bytes_of(large.ptr, PL_SECRET_MAX + PL_SECRET_OVERHEAD + 1),
		&out), PL_E_TOOBIG);
}

static void compares(void **state)
{
	assert_true(pl_secret_eq(pl_str_bytes(PL_STR("abc")), pl_str_bytes(PL_STR("abc"))));
	assert_false(pl_secret_eq(pl_str_bytes(PL_STR("abc")), pl_str_bytes(PL_STR("abd"))));
	assert_false(pl_secret_eq(pl_str_bytes(PL_STR("abc")), pl_str_bytes(PL_STR("ab"))));
	assert_true(pl_secret_eq((pl_bytes){0}, (pl_bytes){0}));
}

static void derived_keys_differ(void **state)
{
	uint8_t a[PL_SECRET_KEY_LEN], b[PL_SECRET_KEY_LEN], again[PL_SECRET_KEY_LEN];

	pl_secret_derive(pl_str_bytes(PL_STR("master")), "a", a);
	pl_secret_derive(pl_str_bytes(PL_STR("master")), "b", b);
	pl_secret_derive(pl_str_bytes(PL_STR("master")), "a", again);
	assert_memory_not_equal(a, b, sizeof a);
	assert_memory_equal(a, again, sizeof a);
}

static void passwords(void **state)
{
	char one[PL_PASSWORD_TEXT], two[PL_PASSWORD_TEXT];

	assert_int_equal(pl_password_hash(pl_str_bytes(PL_STR("words")), PL_PASSWORD_COST_TEST, one), PL_OK);
	assert_int_equal(pl_password_hash(pl_str_bytes(PL_STR("words")), PL_PASSWORD_COST_TEST, two), PL_OK);
	assert_string_not_equal(one, two);
	assert_int_equal(pl_password_check(pl_str_from(one), pl_str_bytes(PL_STR("words"))), PL_OK);
	assert_int_equal(pl_password_check(pl_str_from(one), pl_str_bytes(PL_STR("wordS"))), PL_E_DENIED);
	assert_int_equal(pl_password_check(pl_str_from(one), (pl_bytes){0}), PL_E_DENIED);
}

/* Argon2id of "password" with salt "somesalt" and p=1, from the tests of the reference implementation. */
static void argon2id_vector(void **state)
{
	static const char vector[] = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

	assert_int_equal(pl_password_check(pl_str_from(vector), pl_str_bytes(PL_STR("password"))), PL_OK);
	assert_int_equal(pl_password_check(pl_str_from(vector), pl_str_bytes(PL_STR("passwore"))), PL_E_DENIED);
}

/* A changed row must not make a check take all memory. */
static void strings_that_ask_for_too_much(void **state)
{
	static const char *const bad[] = {"", "x", "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA",
		"$argon2id$v=19$m=65537,t=1,p=1$c29tZXNhbHQ$AAAA", "$argon2id$v=19$m=8,t=4,p=1$c29tZXNhbHQ$AAAA",
		"$argon2id$v=19$m=8,t=1,p=2$c29tZXNhbHQ$AAAA", "$argon2id$v=16$m=8,t=1,p=1$c29tZXNhbHQ$AAAA"};

	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_password_check(pl_str_from(bad[i]), pl_str_bytes(PL_STR("x"))), PL_E_CORRUPT);
}

static void what_people_get(void **state)
{
	char text[PL_PASSWORD_TEXT];

	assert_int_equal(pl_password_hash(pl_str_bytes(PL_STR("words")), PL_PASSWORD_COST_PERSON, text), PL_OK);
	assert_true(pl_str_starts(pl_str_from(text), PL_STR("$argon2id$v=19$m=65536,t=3,p=1$")));
	assert_int_equal(pl_password_check(pl_str_from(text), pl_str_bytes(PL_STR("words"))), PL_OK);
}

/* Processor time that a check takes, whatever else the machine does. */
static uint64_t check_ns(const char *hash, pl_status want)
{
	struct timespec before, after;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	assert_int_equal(pl_password_check(pl_str_from(hash), pl_str_bytes(PL_STR("words"))), want);
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	return (uint64_t)(after.tv_sec - before.tv_sec) * PL_SECOND + (uint64_t)after.tv_nsec - (uint64_t)before.tv_nsec;
}

/* Nobody's password looks and costs like anybody's. */
static void what_nobody_has(void **state)
{
	char real[PL_PASSWORD_TEXT], none[PL_PASSWORD_TEXT], other[PL_PASSWORD_TEXT];
	uint64_t real_ns, none_ns;

	assert_int_equal(pl_password_hash(pl_str_bytes(PL_STR("words")), PL_PASSWORD_COST_PERSON, real), PL_OK);
	assert_int_equal(pl_password_nobody(PL_PASSWORD_COST_PERSON, none), PL_OK);
	assert_int_equal(pl_password_nobody(PL_PASSWORD_COST_PERSON, other), PL_OK);
	assert_string_not_equal(none, other);
	assert_int_equal(strlen(none), strlen(real));
	real_ns = check_ns(real, PL_OK);
	none_ns = check_ns(none, PL_E_DENIED);
	assert_true(none_ns > real_ns / 4 && real_ns > none_ns / 4);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(seals_and_opens),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(xchacha_vector),
		cmocka_unit_test(limits),
		cmocka_unit_test(compares),
		cmocka_unit_test(derived_keys_differ),
		cmocka_unit_test(passwords),
		cmocka_unit_test(argon2id_vector),
		cmocka_unit_test(strings_that_ask_for_too_much),
		cmocka_unit_test(what_people_get),
		cmocka_unit_test(what_nobody_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
