/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"
#include "base/time.h"
#include "base/ulid.h"
#include <pthread.h>
#include <stdlib.h>

static void knows_the_example_of_the_specification(void **state)
{
	struct pl_ulid u;
	char out[PL_ULID_TEXT + 1];

	assert_ok(pl_ulid_parse(PL_STR("01ARZ3NDEKTSV4RRFFQ69G5FAV"), &u));
	assert_int_equal(pl_ulid_ms(&u), UINT64_C(1469922850259));
	pl_ulid_write(&u, out);
	assert_string_equal(out, "01ARZ3NDEKTSV4RRFFQ69G5FAV");
	assert_ok(pl_ulid_parse(PL_STR("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"), &u));
	for (size_t i = 0; i < sizeof u.b; i++)
		assert_int_equal(u.b[i], 0xff);
}

static void refuses_other_spellings(void **state)
{
	static const char *const bad[] = {"", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVV", "81ARZ3NDEKTSV4RRFFQ69G5FAV",
		"01arz3ndektsv4rrffq69g5fav", "01ARZ3NDEKTSV4RRFFQ69G5FAI", "01ARZ3NDEKTSV4RRFFQ69G5FAL",
		"01ARZ3NDEKTSV4RRFFQ69G5FAO", "01ARZ3NDEKTSV4RRFFQ69G5FAU", "01ARZ3NDEKTSV4RRFFQ69G5FA-", " 1ARZ3NDEKTSV4RRFFQ69G5FAV",
		"\xc3\xa9RZ3NDEKTSV4RRFFQ69G5FAVV"};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_ulid u = {{0x5a}};

		if (pl_ulid_parse(pl_str_from(bad[i]), &u) != PL_E_SYNTAX)
			fail_msg("\"%s\" was accepted", bad[i]);
		assert_int_equal(u.b[0], 0x5a);
	}
	assert_int_equal(pl_ulid_parse(pl_str_of("01ARZ3NDEKTSV4RRFFQ69G5FA\0", 26), &(struct pl_ulid){{0}}), PL_E_SYNTAX);
}

static void sorts_in_the_order_it_was_made(void **state)
{
	char last[PL_ULID_TEXT + 1] = "", now[PL_ULID_TEXT + 1];
	uint64_t ms = pl_time_now() / PL_MILLISECOND;

	for (int i = 0; i < 20000; i++) {
		struct pl_ulid u = pl_ulid_new(), back;

		pl_ulid_write(&u, now);
		assert_true(strcmp(last, now) < 0);
		assert_ok(pl_ulid_parse(pl_str_from(now), &back));
		assert_memory_equal(back.b, u.b, sizeof u.b);
		assert_true(pl_ulid_ms(&u) >= ms && pl_ulid_ms(&u) < ms + 60000);
		memcpy(last, now, sizeof last);
	}
}

#define PER_THREAD 5000

static void *make_many(void *out)
{
	struct pl_ulid *u = out;

	for (int i = 0; i < PER_THREAD; i++)
		u[i] = pl_ulid_new();
	return NULL;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct pl_ulid));
}

static void never_twice_from_many_threads(void **state)
{
	struct pl_ulid *all = pl_alloc(4 * PER_THREAD, sizeof *all);
	pthread_t t[4];

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, make_many, all + i * PER_THREAD), 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	qsort(all, 4 * PER_THREAD, sizeof *all, by_bytes);
	for (size_t i = 1; i < 4 * PER_THREAD; i++)
		assert_int_not_equal(by_bytes(&all[i - 1], &all[i]), 0);
	pl_free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_example_of_the_specification), cmocka_unit_test(refuses_other_spellings),
		cmocka_unit_test(sorts_in_the_order_it_was_made), cmocka_unit_test(never_twice_from_many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
