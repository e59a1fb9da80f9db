/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"
#include "base/time.h"
#include <time.h>

static void reads_rfc3339(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2000-02-29T12:34:56Z", UINT64_C(951827696) * PL_SECOND},
		{"2026-11-21T23:30:00Z", UINT64_C(1795303800) * PL_SECOND},
		{"2026-11-21T23:30:00.5Z", UINT64_C(1795303800) * PL_SECOND + PL_SECOND / 2},
		{"1970-01-01T00:00:00.000000001Z", 1},
		{"2553-12-31T23:59:59Z", UINT64_C(18429292799) * PL_SECOND},
	};

	for (size_t i = 0; i < PL_COUNT(good); i++) {
		uint64_t t = 1;

		assert_ok(pl_time_parse(pl_str_from(good[i].text), &t));
		if (t != good[i].ns)
			fail_msg("%s: got %llu", good[i].text, (unsigned long long)t);
	}
}

static void refuses_other_times(void **state)
{
	static const struct {
		const char *text;
		pl_status st;
	} bad[] = {
		{"", PL_E_SYNTAX}, {"2026-11-21", PL_E_SYNTAX}, {"2026-11-21T23:30:00", PL_E_SYNTAX},
		{"2026-11-21T23:30:00z", PL_E_SYNTAX}, {"2026-11-21t23:30:00Z", PL_E_SYNTAX}, {"2026-11-21 23:30:00Z", PL_E_SYNTAX},
		{"2026-11-21T23:30:00+00:00", PL_E_SYNTAX}, {"2026-11-21T23:30:00.Z", PL_E_SYNTAX},
		{"2026-11-21T23:30:00.1234567890Z", PL_E_SYNTAX}, {"2026-11-21T23:30:00ZZ", PL_E_SYNTAX},
		{"2026-1-021T23:30:00Z", PL_E_SYNTAX}, {"+026-11-21T23:30:00Z", PL_E_SYNTAX}, {"2026/11/21T23:30:00Z", PL_E_SYNTAX},
		{"2026-13-21T23:30:00Z", PL_E_RANGE}, {"2026-00-21T23:30:00Z", PL_E_RANGE}, {"2026-02-29T23:30:00Z", PL_E_RANGE},
		{"2100-02-29T23:30:00Z", PL_E_RANGE}, {"2026-11-31T23:30:00Z", PL_E_RANGE}, {"2026-11-00T23:30:00Z", PL_E_RANGE},
		{"2026-11-21T24:00:00Z", PL_E_RANGE}, {"2026-11-21T23:60:00Z", PL_E_RANGE}, {"2026-11-21T23:30:60Z", PL_E_RANGE},
		{"1969-12-31T23:59:59Z", PL_E_RANGE}, {"2554-01-01T00:00:00Z", PL_E_RANGE},
	};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		uint64_t t = 42;

		if (pl_time_parse(pl_str_from(bad[i].text), &t) != bad[i].st)
			fail_msg("\"%s\" was not refused as expected", bad[i].text);
		assert_int_equal(t, 42);
	}
}

/* Every day of our range, against libc. */
static void agrees_with_libc_on_every_day(void **state)
{
	for (uint64_t day = 0; day < 213300; day++) {
		time_t s = (time_t)(day * 86400 + 86399);
		char ours[21], theirs[32];
		struct tm tm;
		uint64_t back = 0;

		pl_time_write((uint64_t)s * PL_SECOND, ours);
		assert_non_null(gmtime_r(&s, &tm));
		assert_int_equal(strftime(theirs, sizeof theirs, "%Y-%m-%dT%H:%M:%SZ", &tm), 20);
		assert_string_equal(ours, theirs);
		assert_ok(pl_time_parse(pl_str_from(ours), &back));
		assert_true(back == (uint64_t)s * PL_SECOND);
	}
}

static void clocks_run(void **state)
{
	uint64_t a = pl_time_monotonic(), b;

	pl_time_sleep(2 * PL_MILLISECOND);
	b = pl_time_monotonic();
	assert_true(b >= a + 2 * PL_MILLISECOND);
	assert_true(pl_time_now() > UINT64_C(1700000000) * PL_SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_rfc3339), cmocka_unit_test(refuses_other_times),
		cmocka_unit_test(agrees_with_libc_on_every_day), cmocka_unit_test(clocks_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
