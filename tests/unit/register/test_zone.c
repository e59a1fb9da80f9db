/* SPDX-License-Identifier: Apache-2.0 */
#include "register_test.h"
#include "register/zone.h"
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Retyped from the calendar: last Sundays of March and October. */
static void changes_at_one_o_clock_utc(void **state)
{
	static const char *const spring[] = {"1996-03-31", "2024-03-31", "2025-03-30", "2026-03-29", "2027-03-28",
		"2030-03-31"};
	static const char *const autumn[] = {"1996-10-27", "2024-10-27", "2025-10-26", "2026-10-25", "2027-10-31",
		"2030-10-27"};

	for (size_t i = 0; i < PL_COUNT(spring); i++) {
		uint64_t s = at(spring[i]) + PL_HOUR, a = at(autumn[i]) + PL_HOUR;

		assert_int_equal(pl_zone_offset(PL_ZONE_CET, s - 1), PL_HOUR);
		assert_int_equal(pl_zone_offset(PL_ZONE_CET, s), 2 * PL_HOUR);
		assert_int_equal(pl_zone_offset(PL_ZONE_CET, a - 1), 2 * PL_HOUR);
		assert_int_equal(pl_zone_offset(PL_ZONE_CET, a), PL_HOUR);
		assert_int_equal(pl_zone_offset(PL_ZONE_EET, s), 3 * PL_HOUR);
		assert_int_equal(pl_zone_offset(PL_ZONE_WET, s - 1), 0);
		assert_int_equal(pl_zone_offset(PL_ZONE_WET, s), PL_HOUR);
		assert_int_equal(pl_zone_offset(PL_ZONE_ICELAND, s), 0);
	}
	assert_string_equal(pl_zone_name(PL_ZONE_CET, at("2026-07-01")), "CEST");
	assert_string_equal(pl_zone_name(PL_ZONE_WET, at("2026-01-01")), "WET");
	assert_string_equal(pl_zone_name(PL_ZONE_ICELAND, at("2026-07-01")), "GMT");
}

static void turns_wall_clocks_into_instants(void **state)
{
	const uint64_t half = PL_HOUR / 2;

	assert_time("midnight in winter", pl_zone_midnight(PL_ZONE_CET, day("2026-01-01")), "2025-12-31T23:00:00Z");
	assert_time("midnight in summer", pl_zone_midnight(PL_ZONE_EET, day("2026-07-01")), "2026-06-30T21:00:00Z");
	assert_time("the day of 23 hours begins in winter", pl_zone_midnight(PL_ZONE_CET, day("2026-03-29")),
		"2026-03-28T23:00:00Z");
	assert_time("and the next one in summer", pl_zone_midnight(PL_ZONE_CET, day("2026-03-30")), "2026-03-29T22:00:00Z");
	assert_time("the day of 25 hours begins in summer", pl_zone_midnight(PL_ZONE_CET, day("2026-10-25")),
		"2026-10-24T22:00:00Z");
	assert_time("and the next one in winter", pl_zone_midnight(PL_ZONE_CET, day("2026-10-26")), "2026-10-25T23:00:00Z");
	assert_time("skipped", pl_zone_instant(PL_ZONE_CET, day("2026-03-29"), 2 * PL_HOUR + half), "2026-03-29T01:00:00Z");
	assert_time("behind it", pl_zone_instant(PL_ZONE_CET, day("2026-03-29"), 3 * PL_HOUR + half), "2026-03-29T01:30:00Z");
	assert_time("twice", pl_zone_instant(PL_ZONE_CET, day("2026-10-25"), 2 * PL_HOUR + half), "2026-10-25T00:30:00Z");
	assert_time("behind it", pl_zone_instant(PL_ZONE_CET, day("2026-10-25"), 3 * PL_HOUR), "2026-10-25T02:00:00Z");
	assert_time("Lisbon", pl_zone_instant(PL_ZONE_WET, day("2026-03-29"), PL_HOUR + half), "2026-03-29T01:00:00Z");
	assert_time("Helsinki", pl_zone_instant(PL_ZONE_EET, day("2026-03-29"), 3 * PL_HOUR + half), "2026-03-29T01:00:00Z");
}

static void goes_there_and_back(void **state)
{
	for (uint64_t t = at("2024-01-01"); t < at("2036-01-01"); t += 37 * 60 * PL_SECOND)
		for (enum pl_zone z = PL_ZONE_WET; z <= PL_ZONE_ICELAND; z++) {
			uint64_t back = pl_zone_instant(z, pl_zone_day(z, t), pl_zone_clock(z, t));

			assert_true(back == t || (back == t - PL_HOUR && pl_zone_offset(z, back) > pl_zone_offset(z, t)));
			assert_true(pl_zone_midnight(z, pl_zone_day(z, t)) <= t && t < pl_zone_midnight(z, pl_zone_day(z, t) + 1));
		}
}

/* Every country against the zone files of this machine, every half hour around the changes and every six hours
 * otherwise. */
static void agrees_with_tzdata(void **state)
{
	static const struct {
		const char *tz;
		enum pl_zone zone;
	} places[] = {
		{"Europe/Brussels", PL_ZONE_CET}, {"Europe/Vienna", PL_ZONE_CET}, {"Europe/Sofia", PL_ZONE_EET},
		{"Europe/Zurich", PL_ZONE_CET}, {"Asia/Nicosia", PL_ZONE_EET}, {"Europe/Prague", PL_ZONE_CET},
		{"Europe/Berlin", PL_ZONE_CET}, {"Europe/Copenhagen", PL_ZONE_CET}, {"Europe/Tallinn", PL_ZONE_EET},
		{"Europe/Madrid", PL_ZONE_CET}, {"Europe/Helsinki", PL_ZONE_EET}, {"Europe/Paris", PL_ZONE_CET},
		{"Europe/Athens", PL_ZONE_EET}, {"Europe/Zagreb", PL_ZONE_CET}, {"Europe/Budapest", PL_ZONE_CET},
		{"Europe/Dublin", PL_ZONE_WET}, {"Atlantic/Reykjavik", PL_ZONE_ICELAND}, {"Europe/Rome", PL_ZONE_CET},
		{"Europe/Vaduz", PL_ZONE_CET}, {"Europe/Vilnius", PL_ZONE_EET}, {"Europe/Luxembourg", PL_ZONE_CET},
		{"Europe/Riga", PL_ZONE_EET}, {"Europe/Malta", PL_ZONE_CET}, {"Europe/Amsterdam", PL_ZONE_CET},
		{"Europe/Oslo", PL_ZONE_CET}, {"Europe/Warsaw", PL_ZONE_CET}, {"Europe/Lisbon", PL_ZONE_WET},
		{"Europe/Bucharest", PL_ZONE_EET}, {"Europe/Stockholm", PL_ZONE_CET}, {"Europe/Ljubljana", PL_ZONE_CET},
		{"Europe/Bratislava", PL_ZONE_CET},
	};

	if (access("/usr/share/zoneinfo/Europe/Brussels", R_OK) != 0)
		skip();
	for (size_t i = 0; i < PL_COUNT(places); i++) {
		assert_int_equal(setenv("TZ", places[i].tz, 1), 0);
		tzset();
		for (uint64_t t = at("2024-01-01"), step; t < at("2036-01-01"); t += step) {
			time_t s = (time_t)(t / PL_SECOND);
			struct tm tm;

			assert_non_null(localtime_r(&s, &tm));
			if ((uint64_t)tm.tm_gmtoff * PL_SECOND != pl_zone_offset(places[i].zone, t))
				fail_msg("%s differs at %llu", places[i].tz, (unsigned long long)s);
			step = tm.tm_mday >= 24 && (tm.tm_mon == 2 || tm.tm_mon == 9) ? PL_HOUR / 2 : 6 * PL_HOUR;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_at_one_o_clock_utc),
		cmocka_unit_test(turns_wall_clocks_into_instants),
		cmocka_unit_test(goes_there_and_back),
		cmocka_unit_test(agrees_with_tzdata),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
