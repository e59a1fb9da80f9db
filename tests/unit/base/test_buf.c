/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

static void grows_up_to_its_maximum(void **state)
{
	struct pl_buf b = PL_BUF(10);

	pl_buf_put_z(&b, "12345");
	pl_buf_put(&b, "67890", 5);
	assert_ok(pl_buf_status(&b));
	assert_string_equal(pl_buf_z(&b), "1234567890"); /* the NUL is not counted */
	pl_buf_put_c(&b, 'x');
	assert_int_equal(pl_buf_status(&b), PL_E_TOOBIG);
	assert_int_equal(b.len, 10);
	assert_null(pl_buf_z(&b));
	pl_buf_done(&b);
}

static void failure_is_sticky(void **state)
{
	struct pl_buf b = PL_BUF(3);

	pl_buf_put_z(&b, "abcd");
	assert_int_equal(b.len, 0);
	pl_buf_put_c(&b, 'a');
	assert_int_equal(b.len, 0);
	assert_null(pl_buf_reserve(&b, 1));
	assert_int_equal(pl_buf_status(&b), PL_E_TOOBIG);
	pl_buf_clear(&b);
	pl_buf_put_z(&b, "abc");
	assert_ok(pl_buf_status(&b));
	pl_buf_done(&b);
	assert_null(b.ptr);
	pl_buf_put_z(&b, "ab"); /* usable again, with its maximum */
	assert_ok(pl_buf_status(&b));
	pl_buf_done_secret(&b);
}

static void writes_numbers(void **state)
{
	struct pl_buf b = PL_BUF(1000);
	static const uint8_t be[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

	pl_buf_put_u64(&b, 0);
	pl_buf_put_c(&b, ' ');
	pl_buf_put_u64(&b, UINT64_MAX);
	pl_buf_put_c(&b, ' ');
	pl_buf_put_i64(&b, INT64_MIN);
	pl_buf_put_c(&b, ' ');
	pl_buf_put_i64(&b, -1);
	assert_str(pl_buf_str(&b), "0 18446744073709551615 -9223372036854775808 -1");
	pl_buf_clear(&b);
	pl_buf_put_u8(&b, 1);
	pl_buf_put_be16(&b, 0x0203);
	pl_buf_put_be32(&b, 0x04050607);
	pl_buf_put_be64(&b, UINT64_C(0x08090a0b0c0d0e0f));
	assert_int_equal(b.len, sizeof be);
	assert_memory_equal(b.ptr, be, sizeof be);
	pl_buf_done(&b);
}

static void prints(void **state)
{
	struct pl_buf b = PL_BUF(12);

	pl_buf_printf(&b, "%d-%s", 12, "abcdefghi");
	assert_str(pl_buf_str(&b), "12-abcdefghi");
	pl_buf_printf(&b, "%s", "");
	assert_ok(pl_buf_status(&b));
	pl_buf_printf(&b, "%c", 'x');
	assert_int_equal(pl_buf_status(&b), PL_E_TOOBIG);
	pl_buf_done(&b);
}

static void cuts_both_ends(void **state)
{
	struct pl_buf b = PL_BUF(100);

	pl_buf_put_z(&b, "hello world");
	pl_buf_drop_front(&b, 6);
	assert_str(pl_buf_str(&b), "world");
	pl_buf_truncate(&b, 10);
	assert_str(pl_buf_str(&b), "world");
	pl_buf_truncate(&b, 3);
	assert_str(pl_buf_str(&b), "wor");
	pl_buf_drop_front(&b, 30);
	assert_int_equal(b.len, 0);
	pl_buf_done(&b);
}

static void reserve_and_commit(void **state)
{
	struct pl_buf b = PL_BUF(100);
	uint8_t *p = pl_buf_reserve(&b, 50);

	assert_non_null(p);
	memset(p, 'z', 50);
	pl_buf_commit(&b, 20);
	assert_int_equal(b.len, 20);
	assert_null(pl_buf_reserve(&b, SIZE_MAX));
	assert_int_equal(pl_buf_status(&b), PL_E_TOOBIG);
	pl_buf_done(&b);
}

static void huge_maximum_does_not_overflow(void **state)
{
	struct pl_buf b = PL_BUF(SIZE_MAX);

	pl_buf_put_c(&b, 'x');
	assert_null(pl_buf_reserve(&b, SIZE_MAX - 1));
	assert_int_equal(pl_buf_status(&b), PL_E_TOOBIG);
	pl_buf_done(&b);
}

/* The same pieces in any portions give the same content. */
static void appends_like_one(void **state)
{
	uint64_t seed = 1;
	char all[2000];

	for (size_t i = 0; i < sizeof all; i++)
		all[i] = (char)next_random(&seed);
	for (int round = 0; round < 200; round++) {
		struct pl_buf b = PL_BUF(sizeof all);

		for (size_t at = 0; at < sizeof all;) {
			size_t n = next_random(&seed) % 97;

			n = n < sizeof all - at ? n : sizeof all - at;
			pl_buf_put(&b, all + at, n);
			at += n;
		}
		assert_ok(pl_buf_status(&b));
		assert_memory_equal(b.ptr, all, sizeof all);
		pl_buf_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_up_to_its_maximum), cmocka_unit_test(failure_is_sticky),
		cmocka_unit_test(writes_numbers), cmocka_unit_test(prints), cmocka_unit_test(cuts_both_ends),
		cmocka_unit_test(reserve_and_commit), cmocka_unit_test(huge_maximum_does_not_overflow),
		cmocka_unit_test(appends_like_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
