/* SPDX-License-Identifier: Apache-2.0 */
#include "register_test.h"
#include "register/holidays.h"

/* Retyped from the tables of the churches. */
static void knows_easter(void **state)
{
	static const struct {
		const char *western, *orthodox;
	} cases[] = {
		{"2024-03-31", "2024-05-05"}, {"2025-04-20", "2025-04-20"}, {"2026-04-05", "2026-04-12"},
		{"2027-03-28", "2027-05-02"}, {"2028-04-16", "2028-04-16"}, {"2029-04-01", "2029-04-08"},
		{"2030-04-21", "2030-04-28"}, {"2031-04-13", "2031-04-13"}, {"2032-03-28", "2032-05-02"},
		{"2033-04-17", "2033-04-24"}, {"2034-04-09", "2034-04-09"}, {"2035-03-25", "2035-04-29"},
		{"2000-04-23", "2000-04-30"}, {"2038-04-25", "2038-04-25"}, {"2100-03-28", "2100-05-02"},
	};

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		unsigned year = pl_date_of_day(day(cases[i].western)).year;

		assert_int_equal(pl_easter(year), day(cases[i].western));
		assert_int_equal(pl_easter_orthodox(year), day(cases[i].orthodox));
	}
	assert_int_equal(pl_easter(2008), day("2008-03-23"));
	for (unsigned year = 1970; year <= 2500; year++) {
		assert_int_equal(pl_date_weekday(pl_easter(year)), PL_SUNDAY);
		assert_int_equal(pl_date_weekday(pl_easter_orthodox(year)), PL_SUNDAY);
	}
}

/* The Commission's list for 2025, without what falls on a weekend. */
static void knows_the_institutions_of_2025(void **state)
{
	static const char *const want[] = {"2025-01-01", "2025-01-02", "2025-04-17", "2025-04-18", "2025-04-21", "2025-05-01",
		"2025-05-09", "2025-05-29", "2025-05-30", "2025-06-09", "2025-07-21", "2025-08-15", "2025-12-24", "2025-12-25",
		"2025-12-26", "2025-12-29", "2025-12-30", "2025-12-31"};
	const struct pl_calendar *eu = pl_calendar_find(PL_STR("EU"));
	size_t n = 0;

	for (uint64_t d = day("2025-01-01"); d < day("2026-01-01"); d++) {
		enum pl_day_kind kind;

		assert_ok(pl_calendar_day(eu, d, &kind, NULL));
		if (kind == PL_DAY_HOLIDAY)
			assert_int_equal(d, day(want[n++]));
	}
	assert_int_equal(n, PL_COUNT(want));
}

static void knows_what_moves_and_what_changed(void **state)
{
	static const struct {
		const char *code, *date;
		bool off;
	} cases[] = {
		{"NL", "2025-04-26", true}, {"NL", "2025-04-27", false}, {"NL", "2026-04-27", true},
		{"IE", "2030-02-01", true}, {"IE", "2026-02-02", true}, {"IE", "2027-02-01", true}, {"IE", "2028-02-01", false},
		{"IE", "2028-02-07", true}, {"IE", "2026-10-26", true}, {"IE", "2027-10-25", true},
		{"DK", "2024-04-26", false}, {"DK", "2026-06-05", false},
		{"BG", "2024-03-04", true}, {"BG", "2027-12-27", true}, {"BG", "2027-12-28", true}, {"BG", "2027-12-29", false},
		{"BG", "2028-01-03", true}, {"BG", "2028-12-27", true}, {"BG", "2028-12-28", false},
		{"LV", "2025-05-05", true}, {"LV", "2026-05-05", false}, {"LV", "2028-11-20", true},
		{"PL", "2024-12-24", false}, {"PL", "2025-12-24", true}, {"IT", "2027-10-04", true}, {"IT", "2025-10-04", false},
		{"SK", "2024-11-17", true}, {"SK", "2025-11-17", false}, {"SK", "2025-09-15", true}, {"SK", "2026-09-15", false},
		{"GR", "2024-05-01", false}, {"GR", "2024-05-07", true}, {"GR", "2026-02-23", true}, {"GR", "2026-06-01", true},
		{"FI", "2026-06-20", true}, {"FI", "2026-06-19", false}, {"SE", "2027-11-06", true},
		{"IS", "2026-04-23", true}, {"IS", "2029-04-19", true}, {"IS", "2026-08-03", true},
		{"CH", "2026-04-03", false}, {"CH", "2026-08-01", true}, {"LI", "2026-02-17", true}, {"ES", "2026-12-08", true},
	};

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		enum pl_day_kind kind;
		const char *name = NULL;

		assert_ok(pl_calendar_day(pl_calendar_find(pl_str_from(cases[i].code)), day(cases[i].date), &kind, &name));
		if ((name != NULL) != cases[i].off)
			fail_msg("%s %s is %sa holiday", cases[i].code, cases[i].date, name ? "" : "not ");
	}
}

static void keeps_every_calendar_in_order(void **state)
{
	struct pl_holiday list[PL_HOLIDAYS_MAX];
	const struct pl_calendar *c, *before = NULL;
	size_t calendars = 0, n = 99;

	for (; (c = pl_calendar_nth(calendars)); calendars++, before = c) {
		assert_true(c->source && *c->source && c->confirmed >= PL_HOLIDAYS_FIRST && c->confirmed < PL_HOLIDAYS_LAST);
		assert_true(calendars < 2 || strcmp(before->code, c->code) < 0);
		for (unsigned year = PL_HOLIDAYS_FIRST; year <= PL_HOLIDAYS_LAST; year++) {
			assert_ok(pl_calendar_year(c, year, list, &n));
			assert_in_range(n, 4, PL_HOLIDAYS_MAX);
			assert_int_equal(list[0].day, pl_date_day((struct pl_date){year, 1, 1}));
			for (size_t i = 0; i < n; i++) {
				assert_int_equal(pl_date_of_day(list[i].day).year, year);
				assert_true(i == 0 || list[i - 1].day < list[i].day);
				assert_true(!list[i].moved || pl_date_weekday(list[i].day) < PL_SATURDAY);
			}
		}
	}
	assert_int_equal(calendars, 32);
	assert_null(pl_calendar_find(PL_STR("EL")));
	assert_null(pl_calendar_find(PL_STR("")));
}

static void refuses_other_years(void **state)
{
	const struct pl_calendar *at_ = pl_calendar_find(PL_STR("AT"));
	struct pl_holiday list[PL_HOLIDAYS_MAX];
	enum pl_day_kind kind = PL_DAY_HOLIDAY;
	size_t n = 7;

	assert_int_equal(pl_calendar_year(at_, 2023, list, &n), PL_E_RANGE);
	assert_int_equal(pl_calendar_year(at_, 2036, list, &n), PL_E_RANGE);
	assert_int_equal(pl_calendar_day(at_, day("2023-12-31"), &kind, NULL), PL_E_RANGE);
	assert_int_equal(pl_calendar_day(at_, day("2036-01-01"), &kind, NULL), PL_E_RANGE);
	assert_int_equal(n, 7);
	assert_int_equal(kind, PL_DAY_HOLIDAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_easter),
		cmocka_unit_test(knows_the_institutions_of_2025),
		cmocka_unit_test(knows_what_moves_and_what_changed),
		cmocka_unit_test(keeps_every_calendar_in_order),
		cmocka_unit_test(refuses_other_years),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
