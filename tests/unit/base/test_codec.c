/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

static void writes_hex(void **state)
{
	static const uint8_t raw[] = {0x00, 0x0f, 0xa5, 0xff};
	struct pl_buf b = PL_BUF(100);
	char out[9] = "";

	pl_hex_put(&b, pl_bytes_of(raw, sizeof raw));
	assert_str(pl_buf_str(&b), "000fa5ff");
	pl_hex_write(raw, sizeof raw, out);
	assert_string_equal(out, "000fa5ff");
	pl_buf_done(&b);
}

static void reads_lower_case_hex_only(void **state)
{
	static const char *const bad[] = {"", "00ff0", "00ff0011", "00FF00", "00fg00", "00 f00", "0x00ff", "00ff0\n"};
	uint8_t raw[3] = {1, 2, 3};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		assert_int_equal(pl_hex_read(pl_str_from(bad[i]), raw, sizeof raw), PL_E_SYNTAX);
		assert_int_equal(raw[0], 1);
	}
	assert_ok(pl_hex_read(PL_STR("00ff10"), raw, sizeof raw));
	assert_memory_equal(raw, "\x00\xff\x10", 3);
	assert_ok(pl_hex_read(PL_STR(""), raw, 0));
}

static void knows_the_vectors_of_rfc4648(void **state)
{
	static const char *const plain[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
	static const char *const coded[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};

	for (size_t i = 0; i < PL_COUNT(plain); i++) {
		struct pl_buf b = PL_BUF(100), r = PL_BUF(100);

		pl_base64_put(&b, pl_str_bytes(pl_str_from(plain[i])));
		assert_str(pl_buf_str(&b), coded[i]);
		assert_ok(pl_base64_get(pl_str_from(coded[i]), &r));
		assert_str(pl_buf_str(&r), plain[i]);
		pl_buf_done(&b);
		pl_buf_done(&r);
	}
}

static void refuses_other_base64(void **state)
{
	static const char *const bad[] = {"Z", "Zg", "Zg=", "Zg===", "====", "=", "Zh==", "Zm9=", "Zm9v\n", "Zm9v Zm8=", "Zm-_",
		"Zg==Zg==", "Z===", "Zm9vYg=x", "\xc3\xa9==", "A=B="};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_buf b = PL_BUF(100);

		pl_buf_put_z(&b, "kept");
		if (pl_base64_get(pl_str_from(bad[i]), &b) != PL_E_SYNTAX)
			fail_msg("\"%s\" was accepted", bad[i]);
		assert_str(pl_buf_str(&b), "kept");
		pl_buf_done(&b);
	}
}

static void lenient_takes_both_alphabets(void **state)
{
	static const char *const same[] = {"-_8=", "+/8=", "-_8", "+/8", "+_8"};
	static const char *const bad[] = {"-_8==", "-_9", "-", "-_8=x", "-_ 8", "-=_8"};
	struct pl_buf b = PL_BUF(100);

	for (size_t i = 0; i < PL_COUNT(same); i++) {
		pl_buf_clear(&b);
		assert_ok(pl_base64_get_lenient(pl_str_from(same[i]), &b));
		assert_int_equal(b.len, 2);
		assert_memory_equal(b.ptr, "\xfb\xff", 2);
	}
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		if (pl_base64_get_lenient(pl_str_from(bad[i]), &b) != PL_E_SYNTAX)
			fail_msg("\"%s\" was accepted", bad[i]);
	pl_buf_clear(&b);
	pl_base64url_put(&b, pl_bytes_of("\xfb\xff", 2));
	assert_str(pl_buf_str(&b), "-_8=");
	pl_buf_done(&b);
}

static void base64_into_exactly_so_many_bytes(void **state)
{
	uint8_t raw[4] = {9, 9, 9, 9};

	assert_int_equal(pl_base64_read(PL_STR("Zm9v"), raw, 4), PL_E_SYNTAX);
	assert_int_equal(pl_base64_read(PL_STR("Zm9vYmE="), raw, 4), PL_E_SYNTAX); /* five */
	assert_int_equal(pl_base64_read(PL_STR("Zm9v===="), raw, 4), PL_E_SYNTAX);
	assert_int_equal(raw[0], 9);
	assert_ok(pl_base64_read(PL_STR("Zm9vYg=="), raw, 4));
	assert_memory_equal(raw, "foob", 4);
	assert_ok(pl_base64_read(PL_STR(""), raw, 0));
}

static void base64_says_when_it_does_not_fit(void **state)
{
	struct pl_buf b = PL_BUF(3);

	assert_int_equal(pl_base64_get(PL_STR("Zm9vYg=="), &b), PL_E_TOOBIG);
	assert_int_equal(b.len, 0);
	pl_buf_done(&b);
}

static void base64_round_trips(void **state)
{
	uint64_t seed = 3;

	for (size_t len = 0; len < 200; len++) {
		struct pl_buf text = PL_BUF(400), back = PL_BUF(400);
		uint8_t raw[200];

		for (size_t i = 0; i < len; i++)
			raw[i] = (uint8_t)next_random(&seed);
		pl_base64_put(&text, pl_bytes_of(raw, len));
		assert_ok(pl_base64_get(pl_buf_str(&text), &back));
		assert_true(pl_bytes_eq(pl_buf_bytes(&back), pl_bytes_of(raw, len)));
		pl_buf_done(&text);
		pl_buf_done(&back);
	}
}

static void reads_fixed_layouts(void **state)
{
	static const uint8_t raw[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
	pl_bytes b = pl_bytes_of(raw, sizeof raw), rest;
	uint8_t u8 = 0;
	uint16_t u16 = 0;
	uint32_t u32 = 0;
	uint64_t u64 = 0;

	assert_ok(pl_get_u8(&b, &u8));
	assert_ok(pl_get_be16(&b, &u16));
	assert_ok(pl_get_be32(&b, &u32));
	assert_ok(pl_get_be64(&b, &u64));
	assert_true(u8 == 1 && u16 == 0x0203 && u32 == 0x04050607 && u64 == UINT64_C(0x08090a0b0c0d0e0f));
	assert_int_equal(b.len, 0);
	assert_int_equal(pl_get_u8(&b, &u8), PL_E_SYNTAX);
	assert_int_equal(u8, 1);
	b = pl_bytes_of(raw, 7);
	assert_int_equal(pl_get_be64(&b, &u64), PL_E_SYNTAX);
	assert_int_equal(b.len, 7); /* did not move */
	assert_ok(pl_get_bytes(&b, 7, &rest));
	assert_ok(pl_get_bytes(&b, 0, &rest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_hex), cmocka_unit_test(reads_lower_case_hex_only),
		cmocka_unit_test(knows_the_vectors_of_rfc4648), cmocka_unit_test(refuses_other_base64),
		cmocka_unit_test(lenient_takes_both_alphabets), cmocka_unit_test(base64_into_exactly_so_many_bytes),
		cmocka_unit_test(base64_says_when_it_does_not_fit), cmocka_unit_test(base64_round_trips),
		cmocka_unit_test(reads_fixed_layouts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
