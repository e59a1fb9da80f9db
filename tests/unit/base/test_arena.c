/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"
#include <stdalign.h>

static void gives_aligned_zeroed_memory(void **state)
{
	struct pl_arena a = PL_ARENA(100000);
	uint64_t seed = 2;

	for (int i = 0; i < 500; i++) {
		size_t n = next_random(&seed) % 150 + 1;
		uint8_t *p = pl_arena_alloc(&a, n, 1);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(p[k], 0);
		memset(p, 0xff, n); /* neighbours must not see it */
	}
	pl_arena_done(&a);
}

static void keeps_its_maximum(void **state)
{
	struct pl_arena a = PL_ARENA(64);
	pl_str s = {0};

	assert_non_null(pl_arena_alloc(&a, 4, 8));
	assert_null(pl_arena_alloc(&a, 40, 1));
	assert_non_null(pl_arena_alloc(&a, 32, 1));
	assert_null(pl_arena_alloc(&a, 1, 1));
	assert_int_equal(pl_arena_dup(&a, PL_STR("x"), &s), PL_E_TOOBIG);
	assert_null(s.ptr);
	pl_arena_done(&a);
	assert_ok(pl_arena_dup(&a, PL_STR("again"), &s));
	assert_str(s, "again");
	pl_arena_done(&a);
}

static void refuses_overflow(void **state)
{
	struct pl_arena a = PL_ARENA(SIZE_MAX);

	assert_null(pl_arena_alloc(&a, SIZE_MAX / 2, 3));
	assert_null(pl_arena_alloc(&a, SIZE_MAX, 1));
	assert_null(pl_arena_alloc(&a, SIZE_MAX - 64, 1));
	assert_null(pl_arena_alloc(&a, SIZE_MAX - 20, 1));
	assert_non_null(pl_arena_alloc(&a, 0, 0));
	pl_arena_done(&a);
}

static void copies_text_with_a_nul(void **state)
{
	struct pl_arena a = PL_ARENA(1000);
	pl_str s = {0}, big = {0};
	char text[] = "abc";

	assert_ok(pl_arena_dup(&a, pl_str_from(text), &s));
	text[0] = 'x';
	assert_str(s, "abc");
	assert_int_equal(s.ptr[3], '\0');
	assert_ok(pl_arena_dup(&a, (pl_str){0}, &s));
	assert_int_equal(s.len, 0);
	assert_int_equal(pl_arena_dup(&a, pl_str_of(text, 1000), &big), PL_E_TOOBIG);
	pl_arena_done(&a);
}

static void serves_more_than_a_block(void **state)
{
	struct pl_arena a = PL_ARENA((size_t)1 << 20);
	uint8_t *big = pl_arena_alloc(&a, 1, 500000), *small = pl_arena_alloc(&a, 1, 10);

	assert_non_null(big);
	assert_non_null(small);
	big[499999] = 1;
	small[9] = 1;
	pl_arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_aligned_zeroed_memory), cmocka_unit_test(keeps_its_maximum),
		cmocka_unit_test(refuses_overflow), cmocka_unit_test(copies_text_with_a_nul),
		cmocka_unit_test(serves_more_than_a_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
