/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

static void compares_bytes(void **state)
{
	assert_true(pl_str_eq(PL_STR(""), (pl_str){0}));
	assert_true(pl_str_eq(PL_STR("ab"), PL_STR("ab")));
	assert_false(pl_str_eq(PL_STR("ab"), PL_STR("aB")));
	assert_false(pl_str_eq(PL_STR("ab"), PL_STR("abc")));
	assert_int_equal(pl_str_cmp(PL_STR("a"), PL_STR("a")), 0);
	assert_true(pl_str_cmp(PL_STR("a"), PL_STR("ab")) < 0);
	assert_true(pl_str_cmp(PL_STR("b"), PL_STR("ab")) > 0);
	assert_true(pl_str_cmp(PL_STR("\x80"), PL_STR("a")) > 0); /* bytes are unsigned */
	assert_true(pl_str_eq(pl_str_from(NULL), PL_STR("")));
}

static void finds_and_cuts(void **state)
{
	pl_str s = PL_STR("one two two");

	assert_int_equal(pl_str_find(s, 'w'), 5);
	assert_int_equal(pl_str_find(s, 'x'), s.len);
	assert_int_equal(pl_str_find((pl_str){0}, 'x'), 0);
	assert_int_equal(pl_str_find_str(s, PL_STR("two")), 4);
	assert_int_equal(pl_str_find_str(s, PL_STR("three")), s.len);
	assert_int_equal(pl_str_find_str(s, PL_STR("")), 0);
	assert_str(pl_str_sub(s, 4, 3), "two");
	assert_str(pl_str_sub(s, 8, 100), "two");
	assert_str(pl_str_sub(s, 100, 100), "");
	assert_str(pl_str_sub(s, SIZE_MAX, SIZE_MAX), "");
	assert_str(pl_str_trim(PL_STR(" \t a b\t ")), "a b");
	assert_str(pl_str_trim(PL_STR(" \t ")), "");
	assert_true(pl_str_starts(s, PL_STR("one")) && pl_str_starts(s, PL_STR("")));
	assert_false(pl_str_starts(PL_STR("on"), PL_STR("one")));
	assert_true(pl_str_ends(s, PL_STR(" two")));
	assert_false(pl_str_ends(s, PL_STR("one")));
}

static void moves_only_when_it_recognised(void **state)
{
	pl_str s = PL_STR("key: value\nrest"), part = PL_STR("untouched");

	assert_false(pl_str_eat(&s, PL_STR("value")));
	assert_str(s, "key: value\nrest");
	assert_true(pl_str_eat(&s, PL_STR("key: ")));
	assert_false(pl_str_take_until(&s, '=', &part));
	assert_str(part, "untouched");
	assert_true(pl_str_take_line(&s, &part));
	assert_str(part, "value");
	assert_str(s, "rest");
	assert_false(pl_str_take_line(&s, &part));
	assert_str(s, "rest");
}

static void reads_one_spelling_of_a_number(void **state)
{
	static const struct {
		const char *text;
		uint64_t max, value;
		pl_status st;
	} cases[] = {
		{"0", 10, 0, PL_OK}, {"10", 10, 10, PL_OK}, {"18446744073709551615", UINT64_MAX, UINT64_MAX, PL_OK},
		{"11", 10, 0, PL_E_RANGE}, {"18446744073709551616", UINT64_MAX, 0, PL_E_RANGE},
		{"99999999999999999999999", UINT64_MAX, 0, PL_E_RANGE}, {"", 10, 0, PL_E_SYNTAX}, {"00", 10, 0, PL_E_SYNTAX},
		{"01", 10, 0, PL_E_SYNTAX}, {"+1", 10, 0, PL_E_SYNTAX}, {"-1", 10, 0, PL_E_SYNTAX}, {" 1", 10, 0, PL_E_SYNTAX},
		{"1 ", 10, 0, PL_E_SYNTAX}, {"1.0", 10, 0, PL_E_SYNTAX}, {"0x1", 10, 0, PL_E_SYNTAX},
		{"99999999999999999999999x", UINT64_MAX, 0, PL_E_SYNTAX},
	};

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		uint64_t v = 4711;

		assert_int_equal(pl_str_to_u64(pl_str_from(cases[i].text), cases[i].max, &v), cases[i].st);
		assert_int_equal(v, cases[i].st ? 4711 : cases[i].value);
	}
}

static void reads_signed_numbers(void **state)
{
	static const char *const bad[] = {"-0", "--1", "-", "+1", "", "9223372036854775808", "-9223372036854775809"};
	int64_t v = 0;

	assert_ok(pl_str_to_i64(PL_STR("-9223372036854775808"), &v));
	assert_true(v == INT64_MIN);
	assert_ok(pl_str_to_i64(PL_STR("9223372036854775807"), &v));
	assert_true(v == INT64_MAX);
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_not_equal(pl_str_to_i64(pl_str_from(bad[i]), &v), PL_OK);
	assert_true(v == INT64_MAX);
}

static void knows_utf8(void **state)
{
	static const char *const good[] = {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
		"\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xe2\x82\xac."};
	static const char *const bad[] = {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2 ", "\xe0\x9f\xbf", "\xe2\x82",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xfe",
		"\xf0\x90\x80", "ok\xc3"};

	for (size_t i = 0; i < PL_COUNT(good); i++)
		assert_true(pl_str_is_utf8(pl_str_from(good[i])));
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		if (pl_str_is_utf8(pl_str_from(bad[i])))
			fail_msg("case %zu was taken for UTF-8", i);
}

static void copies_to_a_c_string(void **state)
{
	char z[4] = "xyz";

	assert_int_equal(pl_str_z(PL_STR("abcd"), z, sizeof z), PL_E_TOOBIG);
	assert_int_equal(pl_str_z(pl_str_of("a\0b", 3), z, sizeof z), PL_E_SYNTAX);
	assert_string_equal(z, "xyz");
	assert_ok(pl_str_z(PL_STR("abc"), z, sizeof z));
	assert_string_equal(z, "abc");
	assert_ok(pl_str_z((pl_str){0}, z, sizeof z));
	assert_string_equal(z, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares_bytes), cmocka_unit_test(finds_and_cuts),
		cmocka_unit_test(moves_only_when_it_recognised), cmocka_unit_test(reads_one_spelling_of_a_number),
		cmocka_unit_test(reads_signed_numbers), cmocka_unit_test(knows_utf8), cmocka_unit_test(copies_to_a_c_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
