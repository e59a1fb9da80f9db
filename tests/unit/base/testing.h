/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/base/testing: cmocka with what it needs before it, and a few words that every test uses. */
#ifndef PL_TESTS_BASE_TESTING_H
#define PL_TESTS_BASE_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/base.h"

#define assert_ok(call) assert_int_equal((call), PL_OK)
#define assert_str(got, want) \
	do { \
		pl_str got_ = (got), want_ = pl_str_from(want); \
		if (!pl_str_eq(got_, want_)) \
			fail_msg("got \"%.*s\", expected \"%.*s\"", PL_STR_ARG(got_), PL_STR_ARG(want_)); \
	} while (0)

/* A small generator with a fixed seed: the same cases in every run. */
static inline uint64_t next_random(uint64_t *state)
{
	uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

#endif
