/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/register/register_test: cmocka with what it needs before it, and times as people write them. */
#ifndef PL_TESTS_REGISTER_TEST_H
#define PL_TESTS_REGISTER_TEST_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/base.h"
#include "base/date.h"
#include "base/time.h"

#define assert_ok(call) assert_int_equal((call), PL_OK)

/* "2026-11-21T10:30:00Z" or "2026-11-21" (0:00 UTC); fails the test for anything else. */
static inline uint64_t at(const char *text)
{
	pl_str s = pl_str_from(text);
	struct pl_date d = {1970, 1, 1};
	uint64_t t = 0;

	if (s.len == 10) {
		assert_ok(pl_date_parse(s, &d));
		return pl_date_day(d) * 86400 * PL_SECOND;
	}
	assert_ok(pl_time_parse(s, &t));
	return t;
}

static inline uint64_t day(const char *text)
{
	return at(text) / (86400 * PL_SECOND);
}

static inline void assert_time(const char *what, uint64_t got, const char *want)
{
	char text[21];

	pl_time_write(got, text);
	if (got != at(want))
		fail_msg("%s: got %s, expected %s", what, text, want);
}

/* A small generator with a fixed seed: the same cases in every run. */
static inline uint64_t next_random(uint64_t *state)
{
	uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

#endif
