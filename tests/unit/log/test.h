/* SPDX-License-Identifier: Apache-2.0 */
/* What every unit test of the room includes. */
#ifndef PL_TEST_LOG_TEST_H
#define PL_TEST_LOG_TEST_H
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "vectors.h"

#define assert_digest_equal(x, y) assert_memory_equal((x)->b, (y)->b, PL_DIGEST_LEN)
#define assert_str_eq(x, y) \
	do { \
		pl_str a_ = (x), b_ = (y); \
		assert_int_equal(a_.len, b_.len); \
		assert_memory_equal(a_.ptr, b_.ptr, a_.len); \
	} while (0)

#endif
