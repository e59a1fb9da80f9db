/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"
#include "base/date.h"

static void goes_there_and_back_on_every_day(void **state)
{
	struct pl_date before = {1969, 12, 31};

	for (uint64_t day = 0; day < 213300; day++) {
		struct pl_date d = pl_date_of_day(day);

		assert_int_equal(pl_date_day(d), day);
		if (before.month == d.month)
			assert_int_equal(d.day, before.day + 1);
		else
			assert_true(d.day == 1 && d.month == before.month % 12 + 1 && d.year == before.year + (d.month == 1));
		before = d;
	}
}

static void knows_weekdays(void **state)
{
	assert_int_equal(pl_date_weekday(0), PL_THURSDAY);
	assert_int_equal(pl_date_weekday(pl_date_day((struct pl_date){2000, 2, 29})), PL_TUESDAY);
	assert_int_equal(pl_date_weekday(pl_date_day((struct pl_date){2026, 11, 28})), PL_SATURDAY);
	assert_int_equal(pl_date_weekday(pl_date_day((struct pl_date){2027, 1, 4})), PL_MONDAY);
}

static void adds_months(void **state)
{
	static const struct {
		struct pl_date from;
		unsigned months;
		struct pl_date to;
	} cases[] = {
		{{2026, 1, 31}, 1, {2026, 2, 28}}, {{2028, 1, 31}, 1, {2028, 2, 29}}, {{2026, 1, 31}, 3, {2026, 4, 30}},
		{{2026, 12, 31}, 2, {2027, 2, 28}}, {{2026, 11, 30}, 1, {2026, 12, 30}}, {{2026, 12, 1}, 1, {2027, 1, 1}},
		{{2028, 2, 29}, 12, {2029, 2, 28}}, {{2028, 2, 29}, 48, {2032, 2, 29}}, {{2100, 1, 30}, 1, {2100, 2, 28}},
		{{2026, 3, 15}, 0, {2026, 3, 15}}, {{2026, 6, 30}, 25, {2028, 7, 30}},
	};

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_date d = pl_date_add_months(cases[i].from, cases[i].months);

		if (pl_date_day(d) != pl_date_day(cases[i].to))
			fail_msg("case %zu: got %u-%u-%u", i, d.year, d.month, d.day);
	}
}

static void reads_and_writes(void **state)
{
	static const char *const wrong[] = {"", "2026-1-01", "2026-01-1", "2026/01/01", "2026-01-01 ", "+026-01-01",
		"20260101"};
	static const char *const none[] = {"2026-02-29", "2100-02-29", "2026-13-01", "2026-00-01", "2026-04-31", "2026-04-00",
		"1969-12-31", "2554-01-01"};
	struct pl_date d = {1, 2, 3};
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	unsigned s = 7;

	for (size_t i = 0; i < PL_COUNT(wrong); i++)
		assert_int_equal(pl_date_parse(pl_str_from(wrong[i]), &d), PL_E_SYNTAX);
	for (size_t i = 0; i < PL_COUNT(none); i++)
		assert_int_equal(pl_date_parse(pl_str_from(none[i]), &d), PL_E_RANGE);
	assert_int_equal(d.year, 1);
	assert_ok(pl_date_parse(PL_STR("2028-02-29"), &d));
	pl_date_put(&b, d);
	assert_str(pl_buf_str(&b), "2028-02-29");
	assert_int_equal(pl_date_parse_clock(PL_STR("24:00:00"), &s), PL_E_RANGE);
	assert_int_equal(pl_date_parse_clock(PL_STR("23:60:00"), &s), PL_E_RANGE);
	assert_int_equal(pl_date_parse_clock(PL_STR("23:00"), &s), PL_E_SYNTAX);
	assert_int_equal(s, 7);
	assert_ok(pl_date_parse_clock(PL_STR("23:59:59"), &s));
	assert_int_equal(s, 86399);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_there_and_back_on_every_day),
		cmocka_unit_test(knows_weekdays),
		cmocka_unit_test(adds_months),
		cmocka_unit_test(reads_and_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
