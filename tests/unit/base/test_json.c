/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"
#include "base/json.h"
#include <math.h>
#include <stdlib.h>

static struct pl_json *parsed(const char *text)
{
	struct pl_json *v = NULL;
	struct pl_diag diag = {0};
	pl_status st = pl_json_parse(pl_str_from(text), 100000, PL_JSON_DEPTH, &v, &diag);

	if (st)
		fail_msg("%s: %s", text, pl_diag_text(&diag, st));
	return v;
}

static void refuses_what_is_not_json(void **state)
{
	static const struct {
		const char *text;
		pl_status st;
	} bad[] = {
		{"", PL_E_SYNTAX}, {" ", PL_E_SYNTAX}, {"{", PL_E_SYNTAX}, {"[1,]", PL_E_SYNTAX}, {"{\"a\":1,}", PL_E_SYNTAX},
		{"{\"a\":1} x", PL_E_SYNTAX}, {"[1][2]", PL_E_SYNTAX}, {"{'a':1}", PL_E_SYNTAX}, {"{a:1}", PL_E_SYNTAX},
		{"[01]", PL_E_SYNTAX}, {"[+1]", PL_E_SYNTAX}, {"[.5]", PL_E_SYNTAX}, {"[1.]", PL_E_SYNTAX}, {"[0x10]", PL_E_SYNTAX},
		{"[NaN]", PL_E_SYNTAX}, {"[Infinity]", PL_E_SYNTAX}, {"[nul]", PL_E_SYNTAX}, {"[True]", PL_E_SYNTAX},
		{"{\"a\":1,\"a\":1}", PL_E_SYNTAX}, {"{\"a\":1,\"\\u0061\":2}", PL_E_SYNTAX}, {"[\"\\u0000\"]", PL_E_SYNTAX},
		{"[\"\\ud800\"]", PL_E_SYNTAX}, {"[\"\\udc00\\ud800\"]", PL_E_SYNTAX}, {"[\"\xff\"]", PL_E_SYNTAX},
		{"[\"\xc0\x80\"]", PL_E_SYNTAX}, {"[\"\xed\xa0\x80\"]", PL_E_SYNTAX}, {"[\"a\nb\"]", PL_E_SYNTAX},
		{"[\"\\x41\"]", PL_E_SYNTAX}, {"\xef\xbb\xbf[]", PL_E_SYNTAX}, {"/**/[]", PL_E_SYNTAX}, {"[1]\x01", PL_E_SYNTAX},
		{"[9223372036854775808]", PL_E_RANGE}, {"[-9223372036854775809]", PL_E_RANGE}, {"[1e400]", PL_E_RANGE},
	};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_json *v = NULL;
		struct pl_diag diag = {0};
		pl_status st = pl_json_parse(pl_str_from(bad[i].text), 1000, PL_JSON_DEPTH, &v, &diag);

		if (st != bad[i].st)
			fail_msg("case %zu \"%s\" gave %s", i, bad[i].text, pl_status_word(st));
		assert_null(v);
		assert_true(diag.text[0] != '\0');
	}
	assert_int_equal(pl_json_parse(pl_str_of("[1]\0", 4), 10, 4, &(struct pl_json *){NULL}, NULL), PL_E_SYNTAX);
}

static void says_where(void **state)
{
	struct pl_diag diag = {0};
	struct pl_json *v = NULL;

	assert_int_equal(pl_json_parse(PL_STR("{\n  \"a\": 1,\n  \"b\": ?\n}"), 1000, 8, &v, &diag), PL_E_SYNTAX);
	assert_int_equal(diag.line, 3);
	assert_true(diag.column > 5);
}

static void keeps_limits(void **state)
{
	struct pl_json *v = NULL;
	struct pl_buf b = PL_BUF((size_t)1 << 20);

	assert_int_equal(pl_json_parse(PL_STR("[1234]"), 5, 8, &v, NULL), PL_E_TOOBIG);
	assert_int_equal(pl_json_parse(PL_STR("[[[]]]"), 100, 2, &v, NULL), PL_E_RANGE);
	assert_int_equal(pl_json_parse(PL_STR("[{\"a\":[]}]"), 100, 2, &v, NULL), PL_E_RANGE);
	assert_ok(pl_json_parse(PL_STR("[\"[[[[\\\"[[[\",[],[],{}]"), 100, 2, &v, NULL)); /* brackets in text do not count */
	pl_json_done(&v);
	for (int i = 0; i < 300000; i++)
		pl_buf_put_c(&b, '[');
	assert_int_equal(pl_json_parse(pl_buf_str(&b), b.len, UINT32_MAX, &v, NULL), PL_E_RANGE);
	assert_null(v);
	pl_buf_done(&b);
}

static void reads_members(void **state)
{
	struct pl_json *v = parsed("{\"s\":\"x\\u00e9\",\"n\":5,\"neg\":-5,\"r\":1.5,\"t\":true,\"o\":{},\"a\":[1,2],\"z\":null}");
	const struct pl_json *c = NULL;
	struct pl_diag diag = {0};
	uint64_t n = 77;
	int64_t i = 0;
	bool t = false;
	pl_str s = {0};
	double d = 0;

	assert_ok(pl_json_get_str(v, "s", &s, &diag));
	assert_str(s, "x\xc3\xa9");
	assert_ok(pl_json_get_u64(v, "n", 5, &n, &diag));
	assert_int_equal(n, 5);
	assert_ok(pl_json_get_i64(v, "neg", &i, &diag));
	assert_int_equal(i, -5);
	assert_ok(pl_json_get_bool(v, "t", &t, &diag));
	assert_true(t);
	assert_ok(pl_json_get_object(v, "o", &c, &diag));
	assert_int_equal(pl_json_count(c), 0);
	assert_ok(pl_json_get_array(v, "a", &c, &diag));
	assert_int_equal(pl_json_count(c), 2);
	assert_ok(pl_json_double(pl_json_get(v, "r"), &d));
	assert_true(d == 1.5);
	assert_ok(pl_json_double(pl_json_at(c, 1), &d));
	assert_true(d == 2);
	assert_null(pl_json_at(c, 2));
	assert_int_equal(pl_json_kind(pl_json_get(v, "z")), PL_JSON_NULL);
	pl_json_free(v);
}

static void says_what_it_expected(void **state)
{
	struct pl_json *v = parsed("{\"s\":\"x\",\"n\":6,\"neg\":-1,\"z\":null}");
	const struct pl_json *c = NULL;
	struct pl_diag diag = {0};
	uint64_t n = 77;
	pl_str s = PL_STR("kept");

#define REFUSES(call, status, words) \
	do { \
		diag = (struct pl_diag){0}; \
		assert_int_equal((call), (status)); \
		assert_string_equal(diag.text, (words)); \
	} while (0)
	REFUSES(pl_json_get_str(v, "none", &s, &diag), PL_E_NOTFOUND, "member \"none\" is missing (expected a string)");
	REFUSES(pl_json_get_str(v, "n", &s, &diag), PL_E_SYNTAX, "member \"n\": expected a string, found an integer");
	REFUSES(pl_json_get_str(v, "z", &s, &diag), PL_E_SYNTAX, "member \"z\": expected a string, found null");
	REFUSES(pl_json_get_u64(v, "s", 9, &n, &diag), PL_E_SYNTAX, "member \"s\": expected an integer, found a string");
	REFUSES(pl_json_get_u64(v, "n", 5, &n, &diag), PL_E_RANGE, "member \"n\": expected an integer from 0 to 5");
	REFUSES(pl_json_get_u64(v, "neg", 5, &n, &diag), PL_E_RANGE, "member \"neg\": expected an integer from 0 to 5");
	REFUSES(pl_json_get_array(v, "s", &c, &diag), PL_E_SYNTAX, "member \"s\": expected an array, found a string");
	REFUSES(pl_json_opt_object(v, "n", &c, &diag), PL_E_SYNTAX, "member \"n\": expected an object, found an integer");
	assert_ok(pl_json_opt_str(v, "none", &s, &diag));
	assert_ok(pl_json_opt_u64(v, "none", 9, &n, &diag));
	assert_str(s, "kept");
	assert_int_equal(n, 77);
	assert_null(c);
	pl_json_free(v);
}

static void refuses_unknown_members(void **state)
{
	static const char *const names[] = {"a", "b"};
	struct pl_json *v = parsed("{\"b\":1,\"zz\":1,\"c\":1}");
	struct pl_diag diag = {0};

	assert_int_equal(pl_json_only(v, names, 2, &diag), PL_E_SYNTAX);
	assert_string_equal(diag.text, "unknown member \"c\"");
	pl_json_remove(v, "zz");
	pl_json_remove(v, "c");
	assert_ok(pl_json_only(v, names, 2, &diag));
	assert_int_equal(pl_json_only(pl_json_get(v, "b"), names, 2, NULL), PL_E_SYNTAX);
	pl_json_free(v);
}

static void lists_members_in_byte_order(void **state)
{
	struct pl_json *v = parsed("{\"b\":1,\"\xc3\xa9\":2,\"B\":3,\"a\":4,\"\":5}");
	static const char *const want[] = {"", "B", "a", "b", "\xc3\xa9"};
	struct pl_json_member *all = NULL;
	size_t n = 0;

	assert_ok(pl_json_members(v, &all, &n));
	assert_int_equal(n, 5);
	for (size_t i = 0; i < n; i++)
		assert_str(all[i].key, want[i]);
	pl_free(all);
	pl_json_free(v);
}

static void compares_content(void **state)
{
	struct pl_json *a = parsed("{\"x\":[1,\"2\"],\"y\":null}"), *b = parsed("{\"y\":null,\"x\":[1,\"2\"]}");
	struct pl_json *c = parsed("{\"y\":null,\"x\":[1.0,\"2\"]}"), *d = pl_json_copy(a);

	assert_true(pl_json_equal(a, b));
	assert_false(pl_json_equal(a, c));
	assert_true(pl_json_equal(a, d));
	pl_json_set_u64(d, "x", 1);
	assert_false(pl_json_equal(a, d));
	assert_false(pl_json_equal(a, NULL));
	assert_true(pl_json_equal(NULL, NULL));
	pl_json_free(a);
	pl_json_free(b);
	pl_json_free(c);
	pl_json_free(d);
	pl_json_free(NULL);
}

static void builds_and_writes(void **state)
{
	struct pl_json *o = pl_json_new_object(), *a, *inner;
	struct pl_buf b = PL_BUF(1000);

	pl_json_set_z(o, "z", "first");
	pl_json_set_i64(o, "i", -3);
	a = pl_json_set_array(o, "a");
	pl_json_push_u64(a, 1);
	pl_json_push_z(a, "two");
	inner = pl_json_push_object(a);
	pl_json_set_bool(inner, "yes", true);
	(void)pl_json_push_array(a);
	pl_json_push(a, pl_json_new_null());
	pl_json_push(a, pl_json_new_double(2));
	pl_json_set_str(o, "z", PL_STR("again"));
	assert_ok(pl_json_write(o, &b));
	assert_str(pl_buf_str(&b), "{\"z\":\"again\",\"i\":-3,\"a\":[1,\"two\",{\"yes\":true},[],null,2.0]}");
	pl_buf_clear(&b);
	assert_ok(pl_json_write_pretty(o, &b));
	assert_str(pl_buf_str(&b), "{\n  \"z\": \"again\",\n  \"i\": -3,\n  \"a\": [\n    1,\n    \"two\",\n    {\n      \"yes\": true\n"
		"    },\n    [],\n    null,\n    2.0\n  ]\n}\n");
	pl_buf_done(&b);
	pl_json_free(o);
}

/* Anything unwritable shows at the write, wherever it was put. */
static void poison_shows_at_the_write(void **state)
{
	for (int i = 0; i < 8; i++) {
		struct pl_json *o = pl_json_new_object(), *a = pl_json_set_array(o, "a"), *deep = pl_json_push_object(a);
		struct pl_buf b = PL_BUF(1000);

		switch (i) {
		case 0: pl_json_set_str(deep, "k", PL_STR("\xff")); break;
		case 1: pl_json_set_str(deep, "k", pl_str_of("a\0b", 3)); break;
		case 2: pl_json_set_u64(deep, "k", (uint64_t)INT64_MAX + 1); break;
		case 3: pl_json_push(a, pl_json_new_double(NAN)); break;
		case 4: pl_json_push(a, pl_json_new_double(-INFINITY)); break;
		case 5: pl_json_set_z(deep, "\xc3", "v"); break;
		case 6: pl_json_set(deep, "k", NULL); break;
		default: pl_json_push(a, NULL); break;
		}
		pl_json_set_z(o, "later", "fine");
		pl_buf_put_z(&b, "before");
		assert_int_equal(pl_json_write(o, &b), PL_E_SYNTAX);
		assert_int_equal(pl_json_write_pretty(o, &b), PL_E_SYNTAX);
		assert_int_equal(pl_json_canon_olpc(o, &b), PL_E_SYNTAX);
		assert_int_equal(pl_json_canon_rfc8785(o, &b), PL_E_SYNTAX);
		assert_str(pl_buf_str(&b), "before");
		pl_buf_done(&b);
		pl_json_free(o);
	}
}

static void poison_can_be_built_on(void **state)
{
	struct pl_json *v = pl_json_new_str(PL_STR("\xff")), *child = pl_json_set_object(v, "x");
	struct pl_buf b = PL_BUF(100);

	pl_json_set_z(child, "y", "z");
	pl_json_push_z(pl_json_push_array(child), "z");
	assert_int_equal(pl_json_write(v, &b), PL_E_SYNTAX);
	pl_json_free(v);
	pl_buf_done(&b);
}

static void says_when_the_text_does_not_fit(void **state)
{
	struct pl_json *v = parsed("[\"a long enough string\"]");
	struct pl_buf b = PL_BUF(10);

	assert_int_equal(pl_json_write(v, &b), PL_E_TOOBIG);
	assert_int_equal(b.len, 0);
	pl_buf_done(&b);
	pl_json_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_not_json), cmocka_unit_test(says_where), cmocka_unit_test(keeps_limits),
		cmocka_unit_test(reads_members), cmocka_unit_test(says_what_it_expected),
		cmocka_unit_test(refuses_unknown_members), cmocka_unit_test(lists_members_in_byte_order),
		cmocka_unit_test(compares_content), cmocka_unit_test(builds_and_writes),
		cmocka_unit_test(poison_shows_at_the_write), cmocka_unit_test(poison_can_be_built_on),
		cmocka_unit_test(says_when_the_text_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
