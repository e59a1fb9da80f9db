/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "base/json.h"
#include "log/checkpoint.h"

#define ROOT "tpcyzlyRQWLKmsz69OldP5h01ogFQ3CIqv8YSk25Z3M="

static void reads_and_writes_the_vectors(void **state)
{
	static const struct {
		const char *name;
		uint64_t size;
	} v[] = {{"checkpoint-0", 0}, {"checkpoint-8", 8}, {"checkpoint-70000", 70000}};
	struct pl_vkey key;

	(void)state;
	assert_int_equal(pl_vkey_parse(vec_line("log-vkey"), &key, NULL), PL_OK);
	for (size_t i = 0; i < PL_COUNT(v); i++) {
		struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
		pl_str text = vec_text(v[i].name);
		struct pl_checkpoint cp;

		assert_int_equal(pl_checkpoint_open(text, &key, &cp, NULL), PL_OK);
		assert_int_equal(cp.size, v[i].size);
		assert_str_eq(cp.origin, PL_STR("log.example/releases"));
		pl_checkpoint_write(&out, &cp);
		assert_true(pl_str_starts(text, pl_buf_str(&out)));
	}
}

/* TUF names a key by the digest of its canonical JSON: members in any order, spaces and escapes are not part of it. */
static void the_key_has_its_tuf_name(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(400), canon PL_CLEANUP(pl_buf_done) = PL_BUF(400);
	struct pl_json *v = NULL;
	struct pl_digest id, want;
	struct pl_vkey key;
	pl_str rest = vec_line("tuf-keyid");

	(void)state;
	want = vec_hash(&rest);
	assert_int_equal(pl_vkey_parse(vec_line("log-vkey"), &key, NULL), PL_OK);
	pl_buf_put_z(&text, "{ \"scheme\" : \"ed255\\u00319\",\n\"keyval\":{\"public\":\"");
	pl_hex_put(&text, pl_bytes_of(key.key.b, key.key.len));
	pl_buf_put_z(&text, "\"}, \"keytype\":\"ed25519\"}");
	assert_int_equal(pl_json_parse(pl_buf_str(&text), 400, PL_JSON_DEPTH, &v, NULL), PL_OK);
	assert_int_equal(pl_json_canon_olpc(v, &canon), PL_OK);
	assert_str_eq(pl_buf_str(&canon), vec_line("tuf-key"));
	pl_sha256(pl_buf_bytes(&canon), &id);
	assert_digest_equal(&id, &want);
	pl_json_free(v);
}

static void refuses_other_texts(void **state)
{
	static const char *const bad[] = {
		"", "o", "o\n", "o\n8\n", "o\n8\n" ROOT, "\n8\n" ROOT "\n", "o o\n8\n" ROOT "\n", "o+o\n8\n" ROOT "\n",
		"o\n08\n" ROOT "\n", "o\n+8\n" ROOT "\n", "o\n-1\n" ROOT "\n", "o\n8 \n" ROOT "\n", "o\n 8\n" ROOT "\n",
		"o\n\n" ROOT "\n", "o\n9223372036854775808\n" ROOT "\n", "o\n99999999999999999999\n" ROOT "\n",
		"o\n0x8\n" ROOT "\n", "o\r\n8\r\n" ROOT "\r\n", "o\n8\nAAAA\n",
		"o\n8\ntpcyzlyRQWLKmsz69OldP5h01ogFQ3CIqv8YSk25Zw==\n", /* 31 bytes */
		"o\n8\ntpcyzlyRQWLKmsz69OldP5h01ogFQ3CIqv8YSk25Z3M\n", /* no padding */
		"o\n8\ntpcyzlyRQWLKmsz69OldP5h01ogFQ3CIqv8YSk25Z3N=\n", /* unused bits */
		"o\n8\n" ROOT "\n\n", "o\n8\n" ROOT "\next\n\n", "o\n8\n" ROOT "\n\next\n", "o\n8\n" ROOT "\next",
		"\xff\n8\n" ROOT "\n",
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_checkpoint cp = {.size = 77};
		struct pl_diag diag = {0};

		if (pl_checkpoint_parse(pl_str_from(bad[i]), &cp, &diag) != PL_E_SYNTAX)
			fail_msg("accepted \"%s\"", bad[i]);
		assert_int_equal(cp.size, 77);
		assert_true(diag.text[0] != 0);
	}
}

static void keeps_extension_lines(void **state)
{
	pl_str text = PL_STR("o\n9223372036854775807\n" ROOT "\next 1\next 2\n");
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(1000);
	struct pl_checkpoint cp;

	(void)state;
	assert_int_equal(pl_checkpoint_parse(text, &cp, NULL), PL_OK);
	assert_int_equal(cp.size, INT64_MAX);
	assert_str_eq(cp.extensions, PL_STR("ext 1\next 2\n"));
	pl_checkpoint_write(&out, &cp);
	assert_str_eq(pl_buf_str(&out), text);
}

static void signs_and_opens(void **state)
{
	static const uint8_t seed_a[32] = {1}, seed_b[32] = {2};
	struct pl_signer *a PL_CLEANUP(pl_signer_freep) = NULL, *b PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp = {.origin = PL_STR("o.example/log"), .size = 3}, back;
	struct pl_vkey key_a, key_b, other;

	(void)state;
	assert_int_equal(pl_signer_from_seed(seed_a, &a), PL_OK);
	assert_int_equal(pl_signer_from_seed(seed_b, &b), PL_OK);
	assert_int_equal(pl_vkey_of_signer(cp.origin, a, &key_a), PL_OK);
	assert_int_equal(pl_vkey_of_signer(cp.origin, b, &key_b), PL_OK);
	assert_int_equal(pl_vkey_of_signer(PL_STR("other"), a, &other), PL_OK);
	assert_int_equal(pl_checkpoint_sign(&out, &cp, NULL, 0), PL_E_SYNTAX);
	assert_int_equal(pl_checkpoint_sign(&out, &cp, (struct pl_signer *[]){a}, 1), PL_OK);
	assert_int_equal(pl_checkpoint_open(pl_buf_str(&out), &key_a, &back, NULL), PL_OK);
	assert_int_equal(back.size, 3);
	assert_int_equal(pl_checkpoint_open(pl_buf_str(&out), &key_b, &back, NULL), PL_E_SIGNATURE);
	assert_int_equal(pl_checkpoint_open(pl_buf_str(&out), &other, &back, NULL), PL_E_SIGNATURE);
	assert_true(pl_checkpoint_signed_by(pl_buf_str(&out), &key_a, 1));
	assert_false(pl_checkpoint_signed_by(pl_buf_str(&out), (struct pl_vkey[]){key_a, key_b}, 2));
	/* Two signers, as while a key is rotated: each is enough. */
	pl_buf_clear(&out);
	assert_int_equal(pl_checkpoint_sign(&out, &cp, (struct pl_signer *[]){a, b}, 2), PL_OK);
	assert_int_equal(pl_checkpoint_open(pl_buf_str(&out), &key_a, &back, NULL), PL_OK);
	assert_int_equal(pl_checkpoint_open(pl_buf_str(&out), &key_b, &back, NULL), PL_OK);
	/* "By exactly these": not by fewer, not by more. */
	assert_true(pl_checkpoint_signed_by(pl_buf_str(&out), (struct pl_vkey[]){key_a, key_b}, 2));
	assert_true(pl_checkpoint_signed_by(pl_buf_str(&out), (struct pl_vkey[]){key_b, key_a}, 2));
	assert_false(pl_checkpoint_signed_by(pl_buf_str(&out), &key_a, 1));
	assert_false(pl_checkpoint_signed_by(pl_buf_str(&out), &key_b, 1));
	assert_false(pl_checkpoint_signed_by(pl_buf_str(&out), &other, 1));
	assert_false(pl_checkpoint_signed_by(pl_buf_str(&out), NULL, 0));
	/* Every flipped bit of the signed text is noticed. */
	for (size_t i = 0; i < 30; i++) {
		out.ptr[i] ^= 1;
		assert_int_not_equal(pl_checkpoint_open(pl_buf_str(&out), &key_a, &back, NULL), PL_OK);
		out.ptr[i] ^= 1;
	}
	cp.extensions = PL_STR("\n");
	assert_int_equal(pl_checkpoint_sign(&out, &cp, (struct pl_signer *[]){a}, 1), PL_E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes_the_vectors),
		cmocka_unit_test(the_key_has_its_tuf_name),
		cmocka_unit_test(refuses_other_texts),
		cmocka_unit_test(keeps_extension_lines),
		cmocka_unit_test(signs_and_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
