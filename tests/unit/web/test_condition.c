/* SPDX-License-Identifier: Apache-2.0 */
/* web/http/condition and web/http/limit: dates, entity tags, ranges, and the rate of one peer. */
#include "web/http/condition.h"
#include "web/http/limit.h"
#include "base/time.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void reads_the_date_it_writes(void **state)
{
	static const uint64_t seconds[] = {0, 784111777, 951827696, 1795304000, UINT64_C(4102444799)};
	char text[PL_HTTP_DATE_LEN + 1];
	uint64_t back;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(seconds); i++) {
		pl_http_date_write(seconds[i] * PL_SECOND, text);
		assert_int_equal(strlen(text), PL_HTTP_DATE_LEN);
		assert_int_equal(pl_http_date_parse(pl_str_from(text), &back), PL_OK);
		assert_true(back == seconds[i] * PL_SECOND);
	}
	pl_http_date_write(784111777 * PL_SECOND, text);
	assert_string_equal(text, "Sun, 06 Nov 1994 08:49:37 GMT");
}

static void refuses_other_dates(void **state)
{
	static const char *const bad[] = {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
		"Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1999 00:00:00 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
		"Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 6 Nov 1994 08:49:37 GMT"};
	uint64_t t = 5;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_http_date_parse(pl_str_from(bad[i]), &t), PL_E_SYNTAX);
	assert_int_equal(t, 5);
}

static void compares_tags(void **state)
{
	static const struct {
		const char *list;
		bool listed;
	} cases[] = {
		{"\"abc\"", true}, {"W/\"abc\"", true}, {"\"x\", \"abc\"", true}, {"*", true}, {" \"x\" ,W/\"abc\"", true},
		{"", false}, {"abc", false}, {"\"abcd\"", false}, {"\"x\" \"abc\"", false}, {"\"abc", false}, {"\"x\",", false},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(cases); i++)
		assert_int_equal(pl_http_etag_listed(pl_str_from(cases[i].list), PL_STR("abc")), cases[i].listed);
}

static void cuts_ranges(void **state)
{
	static const struct {
		const char *text;
		uint64_t size;
		pl_status st;
		uint64_t first, length;
	} cases[] = {
		{"bytes=0-0", 10, PL_OK, 0, 1}, {"bytes=0-", 10, PL_OK, 0, 10}, {"bytes=3-5", 10, PL_OK, 3, 3},
		{"bytes=3-99", 10, PL_OK, 3, 7}, {"bytes=-3", 10, PL_OK, 7, 3}, {"bytes=-30", 10, PL_OK, 0, 10},
		{"bytes=9-9", 10, PL_OK, 9, 1}, {"bytes=0-99999999999999999999999", 10, PL_OK, 0, 10},
		{"bytes=10-", 10, PL_E_RANGE, 0, 0}, {"bytes=99999999999999999999-", 10, PL_E_RANGE, 0, 0},
		{"bytes=-0", 10, PL_E_RANGE, 0, 0}, {"bytes=0-", 0, PL_E_RANGE, 0, 0}, {"bytes=5-3", 10, PL_E_SYNTAX, 0, 0},
		{"bytes=0-1,3-4", 10, PL_E_SYNTAX, 0, 0}, {"bytes=-", 10, PL_E_SYNTAX, 0, 0}, {"bytes=", 10, PL_E_SYNTAX, 0, 0},
		{"lines=0-1", 10, PL_E_SYNTAX, 0, 0}, {"bytes=a-", 10, PL_E_SYNTAX, 0, 0}, {"bytes=0x1-", 10, PL_E_SYNTAX, 0, 0},
		{"", 10, PL_E_SYNTAX, 0, 0}, {"bytes=0--1", 10, PL_E_SYNTAX, 0, 0}, {"bytes= 0-1", 10, PL_E_SYNTAX, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_http_range r = {77, 77};

		assert_int_equal(pl_http_range_parse(pl_str_from(cases[i].text), cases[i].size, &r), cases[i].st);
		assert_int_equal(r.first, cases[i].st ? 77 : cases[i].first);
		assert_int_equal(r.length, cases[i].st ? 77 : cases[i].length);
	}
}

static void limits_one_peer(void **state)
{
	struct pl_http_limit *l = pl_http_limit_new();
	struct pl_http_limit_key one = {.peer = {1}}, two = {.peer = {2}}, rule = {.peer = {1}, .rule = 1};
	uint64_t now = 1000 * PL_SECOND;
	unsigned wait = 0;

	(void)state;
	for (int i = 0; i < 60; i++)
		assert_true(pl_http_limit_take(l, &one, 60, now, &wait));
	assert_false(pl_http_limit_take(l, &one, 60, now, &wait));
	assert_in_range(wait, 1, 2);
	assert_true(pl_http_limit_take(l, &two, 60, now, &wait));
	assert_true(pl_http_limit_take(l, &rule, 60, now, &wait));
	assert_true(pl_http_limit_take(l, &one, 60, now + PL_SECOND, &wait));
	assert_false(pl_http_limit_take(l, &one, 60, now + PL_SECOND, &wait));
	assert_true(pl_http_limit_take(l, &one, 60, now + 500 * PL_SECOND, &wait));
	pl_http_limit_free(l);
}

static void limits_stay_bounded(void **state)
{
	struct pl_http_limit *l = pl_http_limit_new();
	uint64_t now = 1000 * PL_SECOND;
	unsigned wait;

	(void)state;
	for (uint32_t i = 0; i < 200000; i++) {
		struct pl_http_limit_key k = {0};

		pl_be32_write(k.peer, i);
		assert_true(pl_http_limit_take(l, &k, 1, now + i, &wait));
	}
	pl_http_limit_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_date_it_writes), cmocka_unit_test(refuses_other_dates), cmocka_unit_test(compares_tags),
		cmocka_unit_test(cuts_ranges), cmocka_unit_test(limits_one_peer), cmocka_unit_test(limits_stay_bounded),
	};

	return cmocka_run_group_tests_name("web/condition", tests, NULL, NULL);
}
