/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "log/index.h"
#include "log/index_run.h"
#include "scratch.h"
#include "test.h"
#include <fcntl.h>

#define MANY UINT64_C(700000)

static int dir = -1;

static int begin(void **state)
{
	return scratch_begin(state) || pl_file_open_dir(AT_FDCWD, ".", &dir) ? -1 : 0;
}

static int end(void **state)
{
	pl_file_close(&dir);
	return scratch_end(state);
}

static struct pl_digest hash_of(uint64_t i)
{
	struct pl_digest d;
	uint8_t b[8];

	pl_be64_write(b, i);
	pl_sha256(pl_bytes_of(b, sizeof b), &d);
	return d;
}

static pl_status is_it(void *ctx, uint64_t index)
{
	return index == *(const uint64_t *)ctx ? PL_OK : PL_E_NOTFOUND;
}

static pl_status never(void *ctx, uint64_t index)
{
	(void)index;
	++*(unsigned *)ctx;
	return PL_E_NOTFOUND;
}

static void put(struct pl_log_index *x, uint64_t from, uint64_t to)
{
	bool more = true;

	for (uint64_t i = from; i < to; i++) {
		struct pl_digest d = hash_of(i);

		assert_int_equal(pl_log_index_put(x, &d, i), PL_OK);
	}
	while (more)
		assert_int_equal(pl_log_index_merge(x, &more), PL_OK);
}

static void check(struct pl_log_index *x, uint64_t size, uint64_t step)
{
	unsigned vain = 0;
	uint64_t got = 0;

	for (uint64_t i = 0; i < size; i += step) {
		struct pl_digest d = hash_of(i), other = hash_of(UINT64_C(1) << 40 | i);

		assert_int_equal(pl_log_index_find(x, &d, is_it, &i, &got), PL_OK);
		assert_int_equal(got, i);
		assert_int_equal(pl_log_index_find(x, &other, never, &vain, &got), PL_E_NOTFOUND);
	}
	assert_int_equal(vain, 0); /* 64 bits of tag: a false candidate would be a wonder */
}

static void finds_all_and_nothing_else(void **state)
{
	struct pl_log_index *x = NULL;
	struct pl_digest d = hash_of(1);

	(void)state;
	assert_int_equal(pl_log_index_open(dir, 0, &x), PL_OK);
	assert_int_equal(pl_log_index_put(x, &d, 1), PL_E_RANGE);
	put(x, 0, 1000);
	check(x, 1000, 1);
	put(x, 1000, MANY);
	check(x, MANY, 97);
	assert_true(pl_log_index_memory(x) < 8u << 20);
	pl_log_index_close(x);
}

static void covers_after_opening_what_runs_hold(void **state)
{
	struct pl_log_index *x = NULL;
	uint64_t covered;

	(void)state;
	assert_int_equal(pl_log_index_open(dir, 0, &x), PL_OK);
	put(x, 0, MANY);
	pl_log_index_close(x);
	assert_int_equal(pl_log_index_open(dir, MANY, &x), PL_OK);
	covered = pl_log_index_covered(x);
	assert_true(covered > MANY / 2 && covered <= MANY);
	check(x, covered, 311);
	put(x, covered, MANY + 10);
	check(x, MANY + 10, 977);
	pl_log_index_close(x);
	/* The log is shorter than the runs say (they ran ahead of the record): they go. */
	assert_int_equal(pl_log_index_open(dir, 1000, &x), PL_OK);
	assert_int_equal(pl_log_index_covered(x), 0);
	pl_log_index_close(x);
}

static void a_damaged_run_is_made_again(void **state)
{
	struct pl_log_index *x = NULL;
	char name[PL_INDEX_NAME_MAX];
	int fd = -1;

	(void)state;
	assert_int_equal(pl_log_index_open(dir, 0, &x), PL_OK);
	put(x, 0, 66000);
	pl_log_index_close(x);
	pl_index_run_name(0, 65536, name);
	assert_int_equal(pl_file_open(dir, name, O_RDWR, 0, &fd), PL_OK);
	assert_int_equal(pl_file_pwrite(fd, "x", 1, 20), PL_OK);
	pl_file_close(&fd);
	assert_int_equal(pl_log_index_open(dir, 66000, &x), PL_OK);
	assert_int_equal(pl_log_index_covered(x), 0);
	put(x, 0, 66000);
	check(x, 66000, 100);
	pl_log_index_close(x);
}

static void names_of_runs(void **state)
{
	static const char *const bad[] = {"1-1.run", "2-1.run", "01-2.run", "1-2.ru", "-2.run", "1-.run", "1-2", "a-b.run"};
	uint64_t from, to;

	(void)state;
	assert_int_equal(pl_index_run_range(PL_STR("0-65536.run"), &from, &to), PL_OK);
	assert_int_equal(from, 0);
	assert_int_equal(to, 65536);
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_index_run_range(pl_str_from(bad[i]), &from, &to), PL_E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds_all_and_nothing_else, begin, end),
		cmocka_unit_test_setup_teardown(covers_after_opening_what_runs_hold, begin, end),
		cmocka_unit_test_setup_teardown(a_damaged_run_is_made_again, begin, end),
		cmocka_unit_test(names_of_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
