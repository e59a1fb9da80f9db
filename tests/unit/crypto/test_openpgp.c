/* SPDX-License-Identifier: Apache-2.0 */
/* OpenPGP packets: the bytes that gpg and sqop verify (tests/interop/csaf.sh), and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "crypto/openpgp.h"

#define CREATED UINT64_C(1767225600) /* 2026-01-01 */

static struct pl_signer *make(struct pl_openpgp *k)
{
	uint8_t seed[32];
	struct pl_signer *s = NULL;

	for (size_t i = 0; i < sizeof seed; i++)
		seed[i] = (uint8_t)i;
	assert_int_equal(pl_signer_from_seed(seed, &s), PL_OK);
	assert_int_equal(pl_openpgp_init(k, s, CREATED), PL_OK);
	return s;
}

/* The packets of an armoured block, decoded; the sum behind '=' is left out. */
static void packets(const struct pl_buf *armour, struct pl_buf *out)
{
	struct pl_buf text = PL_BUF(PL_OPENPGP_ARMOR_MAX);
	pl_str rest = pl_buf_str(armour), line;

	rest = pl_str_sub(rest, pl_str_find_str(rest, PL_STR("\n\n")) + 2, rest.len);
	while (pl_str_take_line(&rest, &line) && line.len && line.ptr[0] != '=')
		pl_buf_put_str(&text, line);
	assert_int_equal(pl_base64_get(pl_buf_str(&text), out), PL_OK);
	pl_buf_done(&text);
}

static void a_key_has_its_fingerprint(void **state)
{
	char text[PL_OPENPGP_FINGERPRINT_TEXT + 1];
	struct pl_openpgp k, later;
	struct pl_signer *s = make(&k);

	(void)state;
	pl_openpgp_fingerprint(&k, text);
	assert_string_equal(text, "B1A2D1464A2033AE9B5E1B9653070C56D979A328");
	assert_int_equal(pl_openpgp_init(&later, s, CREATED + 1), PL_OK);
	assert_memory_not_equal(k.fingerprint, later.fingerprint, sizeof k.fingerprint);
	assert_int_equal(pl_openpgp_init(&later, s, UINT64_C(1) << 32), PL_E_RANGE);
	pl_signer_free(s);
}

static void signatures_are_the_same_each_time(void **state)
{
	struct pl_buf one PL_CLEANUP(pl_buf_done) = PL_BUF(PL_OPENPGP_ARMOR_MAX),
		two PL_CLEANUP(pl_buf_done) = PL_BUF(PL_OPENPGP_ARMOR_MAX);
	struct pl_buf raw PL_CLEANUP(pl_buf_done) = PL_BUF(PL_OPENPGP_ARMOR_MAX);
	pl_bytes data = pl_bytes_of("abc", 3);
	struct pl_openpgp k;
	struct pl_signer *s = make(&k);

	(void)state;
	assert_int_equal(pl_openpgp_detached(&k, data, CREATED + 5, &one), PL_OK);
	assert_int_equal(pl_openpgp_detached(&k, data, CREATED + 5, &two), PL_OK);
	assert_true(pl_bytes_eq(pl_buf_bytes(&one), pl_buf_bytes(&two)));
	packets(&one, &raw);
	/* A signature, its length, version 4, over bytes, EdDSA, SHA-256. */
	assert_int_equal(raw.ptr[0], 0xc2);
	assert_int_equal(raw.ptr[1], raw.len - 2);
	assert_memory_equal(raw.ptr + 2, "\x04\x00\x16\x08", 4);
	pl_buf_clear(&two);
	assert_int_equal(pl_openpgp_detached(&k, data, CREATED + 6, &two), PL_OK);
	assert_false(pl_bytes_eq(pl_buf_bytes(&one), pl_buf_bytes(&two)));
	pl_signer_free(s);
}

static void a_signature_is_not_older_than_its_key(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_OPENPGP_ARMOR_MAX);
	struct pl_openpgp k;
	struct pl_signer *s = make(&k);

	(void)state;
	assert_int_equal(pl_openpgp_detached(&k, pl_bytes_of("abc", 3), CREATED - 1, &out), PL_E_RANGE);
	assert_int_equal(out.len, 0);
	assert_int_equal(pl_openpgp_detached(&k, pl_bytes_of("abc", 3), UINT64_C(1) << 32, &out), PL_E_RANGE);
	pl_signer_free(s);
}

static void text_is_dashed_and_trimmed(void **state)
{
	struct pl_buf one PL_CLEANUP(pl_buf_done) = PL_BUF(8192), two PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_openpgp k;
	struct pl_signer *s = make(&k);
	pl_str shown;

	(void)state;
	assert_int_equal(pl_openpgp_clear(&k, PL_STR("one\n-two \t\n\nthree\n"), CREATED, &one), PL_OK);
	shown = pl_buf_str(&one);
	assert_true(pl_str_starts(shown,
		PL_STR("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\none\n- -two\n\nthree\n-----BEGIN PGP SIG")));
	/* Blanks at the end of a line are not signed. */
	assert_int_equal(pl_openpgp_clear(&k, PL_STR("one\n-two\n\nthree\n"), CREATED, &two), PL_OK);
	assert_true(pl_bytes_eq(pl_buf_bytes(&one), pl_buf_bytes(&two)));
	assert_int_equal(pl_openpgp_clear(&k, PL_STR("no line feed"), CREATED, &two), PL_E_SYNTAX);
	pl_signer_free(s);
}

static void a_certificate_holds_key_user_and_signature(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_OPENPGP_ARMOR_MAX),
		raw PL_CLEANUP(pl_buf_done) = PL_BUF(PL_OPENPGP_ARMOR_MAX);
	struct pl_openpgp k;
	struct pl_signer *s = make(&k);
	char hex[2 * PL_DIGEST_LEN + 1];
	struct pl_digest digest;

	(void)state;
	assert_int_equal(pl_openpgp_certificate(&k, PL_STR("Example <a@example.org>"), &out), PL_OK);
	packets(&out, &raw);
	assert_int_equal(raw.ptr[0], 0xc6); /* a key of 51 bytes, then a user */
	assert_int_equal(raw.ptr[1], 51);
	assert_memory_equal(raw.ptr + 53, "\xcd\x17" "Example <a@example.org>\xc2", 26);
	pl_sha256(pl_buf_bytes(&out), &digest);
	pl_digest_hex(&digest, hex);
	assert_string_equal(hex, "95fca26d257b9c8aa5411f76959c1bf85137d0a49e23953f5a7e257dc915b8dd");
	pl_signer_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_has_its_fingerprint),
		cmocka_unit_test(signatures_are_the_same_each_time),
		cmocka_unit_test(a_signature_is_not_older_than_its_key),
		cmocka_unit_test(text_is_dashed_and_trimmed),
		cmocka_unit_test(a_certificate_holds_key_user_and_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
