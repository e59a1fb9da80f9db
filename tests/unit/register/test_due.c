/* SPDX-License-Identifier: Apache-2.0 */
#include "register_test.h"
#include "register/due.h"

static const struct pl_calendar *calendar(const char *code)
{
	const struct pl_calendar *c = pl_calendar_find(pl_str_from(code));

	assert_non_null(c);
	return c;
}

static struct pl_span period(const char *text)
{
	struct pl_span p = {0};

	if (*text)
		assert_ok(pl_due_parse_span(pl_str_from(text), &p));
	return p;
}

/* Counted by hand from the calendars of the years. */
static void ends_where_the_law_says(void **state)
{
	static const struct {
		const char *what, *code, *start, *period, *extension, *strict, *legal;
		unsigned why;
	} cases[] = {
		{"31 January, one month, a Saturday", "DE", "2026-01-31T09:00:00Z", "1m", "", "2026-02-28T09:00:00Z",
			"2026-03-02T23:00:00Z", PL_WHY_DAY | PL_WHY_SHORT | PL_WHY_WEEKEND},
		{"31 January in a leap year", "DE", "2028-01-31T09:00:00Z", "1m", "", "2028-02-29T09:00:00Z", "2028-02-29T23:00:00Z",
			PL_WHY_DAY | PL_WHY_SHORT | PL_WHY_FORECAST},
		{"29 February, one year", "DE", "2028-02-29T09:00:00Z", "1y", "", "2029-02-28T09:00:00Z", "2029-02-28T23:00:00Z",
			PL_WHY_DAY | PL_WHY_SHORT | PL_WHY_FORECAST},
		{"a month that ends on 1 January", "DE", "2026-12-01T09:00:00Z", "1m", "", "2027-01-01T09:00:00Z",
			"2027-01-04T23:00:00Z", PL_WHY_DAY | PL_WHY_WEEKEND | PL_WHY_HOLIDAY | PL_WHY_FORECAST},
		{"one month and two more", "DE", "2026-01-31T09:00:00Z", "1m", "2m", "2026-04-28T08:00:00Z", "2026-04-30T22:00:00Z",
			PL_WHY_DAY | PL_WHY_SHORT},
		{"an ordinary month", "DE", "2026-06-10T09:00:00Z", "1m", "", "2026-07-10T09:00:00Z", "2026-07-10T22:00:00Z",
			PL_WHY_DAY},
		{"72 hours from a Friday evening", "EU", "2026-11-20T17:42:10Z", "72h", "", "2026-11-23T17:42:10Z",
			"2026-11-23T18:00:00Z", PL_WHY_HOUR},
		{"24 hours from the full hour", "EU", "2026-11-20T18:00:00Z", "24h", "", "2026-11-21T18:00:00Z",
			"2026-11-21T19:00:00Z", PL_WHY_HOUR},
		{"24 hours over the night of 23", "EU", "2026-03-28T12:30:00Z", "24h", "", "2026-03-29T12:30:00Z",
			"2026-03-29T13:00:00Z", PL_WHY_HOUR},
		{"24 hours over the night of 25", "EU", "2026-10-24T12:30:00Z", "24h", "", "2026-10-25T12:30:00Z",
			"2026-10-25T13:00:00Z", PL_WHY_HOUR},
		{"8 hours over midnight and New Year", "FI", "2026-12-31T21:59:59Z", "8h", "", "2027-01-01T05:59:59Z",
			"2027-01-01T06:00:00Z", PL_WHY_HOUR},
		{"14 days to Good Friday, over the change of clocks", "DE", "2026-03-20T09:00:00Z", "14d", "", "2026-04-03T08:00:00Z",
			"2026-04-07T22:00:00Z", PL_WHY_DAY | PL_WHY_HOLIDAY | PL_WHY_WEEKEND},
		{"where Good Friday is worked", "BE", "2026-03-20T09:00:00Z", "14d", "", "2026-04-03T08:00:00Z",
			"2026-04-03T22:00:00Z", PL_WHY_DAY},
		{"Orthodox Good Friday", "GR", "2026-03-27T09:00:00Z", "2w", "", "2026-04-10T08:00:00Z", "2026-04-14T21:00:00Z",
			PL_WHY_DAY | PL_WHY_HOLIDAY | PL_WHY_WEEKEND},
		{"two weeks to Ascension Day", "DE", "2026-04-30T08:00:00Z", "2w", "", "2026-05-14T08:00:00Z", "2026-05-15T22:00:00Z",
			PL_WHY_DAY | PL_WHY_HOLIDAY},
		{"ten days, all but none of them worked", "EU", "2026-12-23T08:00:00Z", "10d", "", "2027-01-02T08:00:00Z",
			"2027-01-05T23:00:00Z", PL_WHY_DAY | PL_WHY_WEEKEND | PL_WHY_TWO_DAYS | PL_WHY_FORECAST},
		{"two days over Christmas", "DE", "2026-12-24T09:00:00Z", "2d", "", "2026-12-26T09:00:00Z", "2026-12-29T23:00:00Z",
			PL_WHY_DAY | PL_WHY_WEEKEND | PL_WHY_TWO_DAYS},
		{"three days from a Friday", "DE", "2026-11-20T09:00:00Z", "3d", "", "2026-11-23T09:00:00Z", "2026-11-24T23:00:00Z",
			PL_WHY_DAY | PL_WHY_TWO_DAYS},
		{"one day need not include two", "DE", "2026-11-20T09:00:00Z", "1d", "", "2026-11-21T09:00:00Z",
			"2026-11-23T23:00:00Z", PL_WHY_DAY | PL_WHY_WEEKEND},
		{"half past eleven at night in Helsinki", "FI", "2026-06-12T20:30:00Z", "1w", "", "2026-06-19T20:30:00Z",
			"2026-06-19T21:00:00Z", PL_WHY_DAY},
		{"an hour later it is the next day", "FI", "2026-06-12T21:30:00Z", "1w", "", "2026-06-19T21:30:00Z",
			"2026-06-22T21:00:00Z", PL_WHY_DAY | PL_WHY_WEEKEND},
		{"Iceland's First Day of Summer", "IS", "2026-04-16T10:00:00Z", "7d", "", "2026-04-23T10:00:00Z",
			"2026-04-25T00:00:00Z", PL_WHY_DAY | PL_WHY_HOLIDAY},
		{"in the hour that comes twice", "DE", "2026-10-25T00:30:00Z", "1d", "", "2026-10-26T01:00:00Z",
			"2026-10-26T23:00:00Z", PL_WHY_DAY},
		{"the second time", "DE", "2026-10-25T01:10:00Z", "1d", "", "2026-10-26T01:10:00Z",
			"2026-10-26T23:00:00Z", PL_WHY_DAY},
		{"to the hour that does not come", "DE", "2026-03-28T01:30:00Z", "1d", "", "2026-03-29T01:00:00Z",
			"2026-03-30T22:00:00Z", PL_WHY_DAY | PL_WHY_WEEKEND},
		{"a preservation order in Dublin", "IE", "2026-12-23T09:00:00Z", "60d", "30d", "2027-03-23T09:00:00Z",
			"2027-03-24T00:00:00Z", PL_WHY_DAY | PL_WHY_FORECAST},
		{"hours longer than the calendar", "DE", "2035-12-31T23:30:00Z", "72h", "", "2036-01-03T23:30:00Z",
			"2036-01-04T00:00:00Z", PL_WHY_HOUR},
	};

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_due due;

		assert_ok(pl_due_after(calendar(cases[i].code), at(cases[i].start), period(cases[i].period),
			period(cases[i].extension), NULL, &due, NULL));
		assert_time(cases[i].what, due.strict, cases[i].strict);
		assert_time(cases[i].what, due.legal, cases[i].legal);
		if (due.why != cases[i].why)
			fail_msg("%s: why %u, expected %u", cases[i].what, due.why, cases[i].why);
	}
}

static void stands_still(void **state)
{
	const struct pl_calendar *de = calendar("DE");
	struct pl_pauses p = {0};
	struct pl_due due;

	/* From Tuesday 10:00 to Sunday 9:00: four whole days, five dates. */
	pl_due_add_pause(&p, PL_ZONE_CET, at("2026-02-03T09:00:00Z"), at("2026-02-08T08:00:00Z"));
	assert_int_equal(p.whole_days, 4);
	assert_int_equal(p.dates, 5);
	assert_int_equal(p.ns, 119 * PL_HOUR);
	assert_ok(pl_due_after(de, at("2026-01-15T09:00:00Z"), period("1m"), period(""), &p, &due, NULL));
	assert_time("strict", due.strict, "2026-02-19T09:00:00Z");
	assert_time("legal", due.legal, "2026-02-20T23:00:00Z");
	assert_int_equal(due.why, PL_WHY_DAY | PL_WHY_PAUSED);
	/* Within one day nothing is granted in days, but the hours are. */
	p = (struct pl_pauses){0};
	pl_due_add_pause(&p, PL_ZONE_CET, at("2026-02-03T09:00:00Z"), at("2026-02-03T19:30:00Z"));
	assert_int_equal(p.whole_days + p.dates, 0);
	assert_ok(pl_due_after(de, at("2026-02-03T08:00:00Z"), period("24h"), period(""), &p, &due, NULL));
	assert_time("strict", due.strict, "2026-02-04T18:30:00Z");
	assert_time("legal", due.legal, "2026-02-04T19:00:00Z");
	/* Over the day of 25 hours: no whole day more than dates. */
	p = (struct pl_pauses){0};
	pl_due_add_pause(&p, PL_ZONE_CET, at("2026-10-24T22:00:00Z"), at("2026-10-25T22:59:59Z"));
	assert_int_equal(p.whole_days, 0);
	assert_int_equal(p.dates, 0);
}

static void refuses_what_it_cannot_know(void **state)
{
	const struct pl_calendar *de = calendar("DE");
	struct pl_due due = {.why = 77};
	struct pl_pauses long_pause = {.dates = 20 * 366 + 1};
	struct pl_diag diag = {0};

	assert_int_equal(pl_due_after(de, at("2035-12-31T09:00:00Z"), period("1d"), period(""), NULL, &due, &diag),
		PL_E_RANGE);
	assert_non_null(strstr(diag.text, "2024 to 2035"));
	assert_int_equal(pl_due_after(de, at("2022-12-31T09:00:00Z"), period("1m"), period(""), NULL, &due, NULL),
		PL_E_RANGE);
	assert_int_equal(pl_due_after(de, at("1995-12-31T09:00:00Z"), period("1h"), period(""), NULL, &due, NULL),
		PL_E_RANGE);
	assert_int_equal(pl_due_after(de, at("2401-01-01T09:00:00Z"), period("1h"), period(""), NULL, &due, NULL),
		PL_E_RANGE);
	assert_int_equal(pl_due_after(de, at("2026-01-01T09:00:00Z"), period("1h"), period("1d"), NULL, &due, NULL),
		PL_E_RANGE);
	assert_int_equal(pl_due_after(de, at("2026-01-01T09:00:00Z"), period("1m"), period("1h"), NULL, &due, NULL),
		PL_E_RANGE);
	assert_int_equal(pl_due_after(de, at("2026-01-01T09:00:00Z"), period(""), period("1m"), NULL, &due, NULL),
		PL_E_RANGE);
	assert_int_equal(pl_due_after(de, at("2026-01-01T09:00:00Z"), period("1m"), period(""), &long_pause, &due, NULL),
		PL_E_RANGE);
	assert_int_equal(due.why, 77);
}

static void reads_periods(void **state)
{
	static const char *const bad[] = {"", "d", "10", "10x", "-1d", "01d", "1 d", "1D", "1dd"};
	static const char *const out[] = {"0d", "21y", "241m", "7321d", "175681h", "99999999999h", "4294967295w"};
	struct pl_span p = {5, PL_UNIT_WEEK};
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(64);

	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_due_parse_span(pl_str_from(bad[i]), &p), PL_E_SYNTAX);
	for (size_t i = 0; i < PL_COUNT(out); i++)
		assert_int_equal(pl_due_parse_span(pl_str_from(out[i]), &p), PL_E_RANGE);
	assert_int_equal(p.amount, 5);
	pl_due_put_span(&b, period("1m"));
	pl_due_put_span(&b, period("72h"));
	assert_string_equal(pl_buf_z(&b), "1 month72 hours");
}

static unsigned working_days(const struct pl_calendar *c, uint64_t from, uint64_t to)
{
	unsigned n = 0;

	for (; from <= to; from++) {
		enum pl_day_kind kind;

		assert_ok(pl_calendar_day(c, from, &kind, NULL));
		n += kind == PL_DAY_WORKING;
	}
	return n;
}

/* What holds for every start, country and period. */
static void keeps_its_promises(void **state)
{
	static const char *const periods[] = {"1h", "24h", "72h", "1d", "2d", "3d", "10d", "14d", "90d", "1w", "1m", "3m",
		"1y"};
	static const char *const extensions[] = {"", "1d", "2m"};
	uint64_t seed = 20261128, from = at("2024-01-01"), span = at("2033-06-01") - from;

	for (unsigned i = 0; i < 20000; i++) {
		const struct pl_calendar *c = pl_calendar_nth(next_random(&seed) % 32);
		struct pl_span p = period(periods[next_random(&seed) % PL_COUNT(periods)]);
		struct pl_span x = period(p.unit == PL_UNIT_HOUR ? "" : extensions[next_random(&seed) % 3]);
		uint64_t a = from + next_random(&seed) % span, b = a + next_random(&seed) % (i % 2 ? 3 * PL_ZONE_DAY : 2 * PL_HOUR);
		struct pl_due first, again, later;

		assert_ok(pl_due_after(c, a, p, x, NULL, &first, NULL));
		assert_ok(pl_due_after(c, a, p, x, NULL, &again, NULL));
		assert_ok(pl_due_after(c, b, p, x, NULL, &later, NULL));
		assert_memory_equal(&first, &again, sizeof first);
		assert_true(a < first.strict && first.strict <= first.legal);
		assert_true(first.legal <= later.legal);
		/* Two dates that are missing in the last month share its last day: then the day does not go back. */
		if (p.unit >= PL_UNIT_MONTH || x.unit >= PL_UNIT_MONTH)
			assert_true(pl_zone_day(c->zone, first.strict) <= pl_zone_day(c->zone, later.strict));
		else
			assert_true(first.strict <= later.strict);
		if (p.unit == PL_UNIT_HOUR)
			continue;
		assert_int_equal(working_days(c, first.last, first.last), 1);
		assert_true(first.counted <= first.last && first.last < first.counted + 16);
		if (p.amount > 1 || p.unit != PL_UNIT_DAY)
			assert_true(working_days(c, pl_zone_day(c->zone, a) + 1, first.last) >= 2);
	}
}

/* Around the nights when the clocks change, minute by minute. */
static void never_goes_back_at_night(void **state)
{
	static const char *const nights[] = {"2026-03-27", "2026-10-24"};
	const struct pl_calendar *c = calendar("DE");

	for (size_t i = 0; i < PL_COUNT(nights); i++) {
		struct pl_due before = {0}, due;

		for (uint64_t t = at(nights[i]); t < at(nights[i]) + 3 * PL_ZONE_DAY; t += 60 * PL_SECOND, before = due) {
			assert_ok(pl_due_after(c, t, period("1d"), period(""), NULL, &due, NULL));
			assert_true(before.strict <= due.strict && before.legal <= due.legal && due.strict <= due.legal);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_where_the_law_says), cmocka_unit_test(stands_still),
		cmocka_unit_test(refuses_what_it_cannot_know), cmocka_unit_test(reads_periods),
		cmocka_unit_test(keeps_its_promises), cmocka_unit_test(never_goes_back_at_night),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
