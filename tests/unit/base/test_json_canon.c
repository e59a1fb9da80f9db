/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 8785 with its own examples, and the OLPC dialect of TUF. */
#include "testing.h"
#include "base/json.h"
#include <math.h>
#include <stdlib.h>

static void canon(pl_status (*write)(const struct pl_json *, struct pl_buf *), const char *text, const char *want)
{
	struct pl_json *v = NULL;
	struct pl_buf b = PL_BUF(10000);

	assert_ok(pl_json_parse(pl_str_from(text), 10000, PL_JSON_DEPTH, &v, NULL));
	assert_ok(write(v, &b));
	assert_str(pl_buf_str(&b), want);
	pl_json_free(v);
	pl_buf_done(&b);
}

/* Section 3.2.2 and 3.2.3. */
static void rfc8785_examples(void **state)
{
	canon(pl_json_canon_rfc8785,
		"{\"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],\n"
		"\"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\", \"literals\": [null, true, false]}",
		"{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
		"\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
	canon(pl_json_canon_rfc8785,
		"{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\","
		"\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\",\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}",
		"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\",\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\","
		"\"\xe2\x82\xac\":\"Euro Sign\",\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\","
		"\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

static void rfc8785_strings(void **state)
{
	canon(pl_json_canon_rfc8785, "\"\\u0008\\u0009\\u000a\\u000c\\u000d\\u0001\\u001f\\u007f\\u2028\"",
		"\"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f\xe2\x80\xa8\"");
	canon(pl_json_canon_rfc8785, "[ ]", "[]");
	canon(pl_json_canon_rfc8785, "{ }", "{}");
	canon(pl_json_canon_rfc8785, "{\"aa\":1,\"a\":2,\"\":3}", "{\"\":3,\"a\":2,\"aa\":1}");
}

/* U+E000..U+FFFF sorts behind what needs a surrogate pair. */
static void rfc8785_order_is_utf16(void **state)
{
	canon(pl_json_canon_rfc8785, "{\"\\uffff\":1,\"\\ue000\":2,\"\\ud7ff\":3,\"\\ud800\\udc00\":4,\"\\udbff\\udfff\":5}",
		"{\"\xed\x9f\xbf\":3,\"\xf0\x90\x80\x80\":4,\"\xf4\x8f\xbf\xbf\":5,\"\xee\x80\x80\":2,\"\xef\xbf\xbf\":1}");
}

static double from_bits(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

/* Appendix B. */
static void rfc8785_numbers(void **state)
{
	static const struct {
		uint64_t bits;
		const char *text;
	} cases[] = {
		{0x0000000000000000, "0"}, {0x8000000000000000, "0"}, {0x0000000000000001, "5e-324"},
		{0x8000000000000001, "-5e-324"}, {0x7fefffffffffffff, "1.7976931348623157e+308"},
		{0xffefffffffffffff, "-1.7976931348623157e+308"}, {0x4340000000000000, "9007199254740992"},
		{0xc340000000000000, "-9007199254740992"}, {0x4430000000000000, "295147905179352830000"},
		{0x44b52d02c7e14af5, "9.999999999999997e+22"}, {0x44b52d02c7e14af6, "1e+23"},
		{0x44b52d02c7e14af7, "1.0000000000000001e+23"}, {0x444b1ae4d6e2ef4e, "999999999999999700000"},
		{0x444b1ae4d6e2ef4f, "999999999999999900000"}, {0x444b1ae4d6e2ef50, "1e+21"},
		{0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"}, {0x3eb0c6f7a0b5ed8d, "0.000001"},
		{0x41b3de4355555553, "333333333.3333332"}, {0x41b3de4355555554, "333333333.33333325"},
		{0x41b3de4355555555, "333333333.3333333"}, {0x41b3de4355555556, "333333333.3333334"},
		{0x41b3de4355555557, "333333333.33333343"}, {0xbecbf647612f3696, "-0.0000033333333333333333"},
		{0x43143ff3c1cb0959, "1424953923781206.2"},
		/* Powers of two, where the nearest short number below would miss. */
		{0x3d30000000000000, "5.684341886080802e-14"}, {0x0010000000000000, "2.2250738585072014e-308"},
		{0x000fffffffffffff, "2.225073858507201e-308"},
	};

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_buf b = PL_BUF(100);

		pl_json_put_number(&b, from_bits(cases[i].bits));
		assert_str(pl_buf_str(&b), cases[i].text);
		pl_buf_done(&b);
	}
}

/* For doubles of every size: what is written reads back, and one digit less would not. */
static void numbers_read_back(void **state)
{
	uint64_t seed = 4;

	for (int i = 0; i < 20000; i++) {
		double x = from_bits(next_random(&seed));
		struct pl_buf b = PL_BUF(100);

		if (!isfinite(x))
			continue;
		pl_json_put_number(&b, x);
		if (strtod(pl_buf_z(&b), NULL) != x)
			fail_msg("%.17g was written as %s", x, pl_buf_z(&b));
		pl_buf_done(&b);
	}
}

static void rfc8785_refuses_integers_a_double_cannot_hold(void **state)
{
	struct pl_buf b = PL_BUF(100);
	struct pl_json *v = pl_json_new_i64(INT64_C(9007199254740993));

	assert_int_equal(pl_json_canon_rfc8785(v, &b), PL_E_RANGE);
	assert_int_equal(b.len, 0);
	pl_json_free(v);
	v = pl_json_new_double(1e20); /* would be 100000000000000000000 */
	assert_int_equal(pl_json_canon_rfc8785(v, &b), PL_E_RANGE);
	pl_json_free(v);
	v = pl_json_new_i64(-INT64_C(9007199254740992));
	assert_ok(pl_json_canon_rfc8785(v, &b));
	assert_str(pl_buf_str(&b), "-9007199254740992");
	pl_json_free(v);
	pl_buf_done(&b);
}

static void olpc_writes_raw_bytes(void **state)
{
	canon(pl_json_canon_olpc, "{\"b\":[1,true,null],\"a\":\"\xc3\xa9\\n\\\"\\\\/\",\"A\":\"x\"}",
		"{\"A\":\"x\",\"a\":\"\xc3\xa9\n\\\"\\\\/\",\"b\":[1,true,null]}");
	/* By bytes, unlike RFC 8785. */
	canon(pl_json_canon_olpc, "{\"\\uffff\":1,\"\\ud800\\udc00\":4}", "{\"\xef\xbf\xbf\":1,\"\xf0\x90\x80\x80\":4}");
	canon(pl_json_canon_olpc, "[-9223372036854775808]", "[-9223372036854775808]");
}

static void olpc_refuses_fractions(void **state)
{
	struct pl_buf b = PL_BUF(100);
	struct pl_json *v = NULL;

	assert_ok(pl_json_parse(PL_STR("{\"a\":[1.5]}"), 100, 8, &v, NULL));
	assert_int_equal(pl_json_canon_olpc(v, &b), PL_E_RANGE);
	assert_int_equal(b.len, 0);
	pl_json_free(v);
	pl_buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc8785_examples), cmocka_unit_test(rfc8785_strings), cmocka_unit_test(rfc8785_order_is_utf16),
		cmocka_unit_test(rfc8785_numbers), cmocka_unit_test(numbers_read_back),
		cmocka_unit_test(rfc8785_refuses_integers_a_double_cannot_hold), cmocka_unit_test(olpc_writes_raw_bytes),
		cmocka_unit_test(olpc_refuses_fractions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
