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

/* What is done again and again takes the sanitizers their time, and shows them nothing new: less of it then. */
#if defined(__SANITIZE_ADDRESS__)
#define TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TEST_SANITIZED 1
#endif
#endif
#ifdef TEST_SANITIZED
#define PLAIN_OR_SANITIZED(plain, sanitized) (sanitized)
#else
#define PLAIN_OR_SANITIZED(plain, sanitized) (plain)
#endif

#define assert_digest_equal(x, y) assert_memory_equal((x)->b, (y)->b, PL_DIGEST_LEN)
#define assert_str_eq(x, y) \
	do { \
		pl_str a_ = (x), b_ = (y); \
		assert_int_equal(a_.len, b_.len); \
		assert_memory_equal(a_.ptr, b_.ptr, a_.len); \
	} while (0)

#endif
