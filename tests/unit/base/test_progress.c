/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/time.h"
#include <fcntl.h>
#include <unistd.h>

static void line(uint64_t done, uint64_t total, enum pl_progress_unit unit, uint64_t elapsed, unsigned columns,
	const char *want)
{
	struct pl_progress p = {.label = "work", .total = total, .unit = unit, .done = done};
	struct pl_buf b = PL_BUF(1000);

	pl_progress_line(&p, elapsed, columns, &b);
	assert_str(pl_buf_str(&b), want);
	pl_buf_done(&b);
}

static void draws_how_far_it_is(void **state)
{
	line(0, 4, PL_PROGRESS_COUNT, PL_SECOND, 100, "work  [........................]   0%  0 of 4");
	line(1, 4, PL_PROGRESS_COUNT, PL_SECOND, 100, "work  [######..................]  25%  1 of 4  1/s  0:04 left");
	line(4, 4, PL_PROGRESS_COUNT, 2 * PL_SECOND, 100, "work  [########################] 100%  4 of 4  2/s");
	line(9, 4, PL_PROGRESS_COUNT, 0, 100, "work  [########################] 100%  9 of 4");
	line(1536, 0, PL_PROGRESS_BYTES, PL_SECOND, 100, "work  1.5 KiB  1.5 KiB/s");
	line(UINT64_C(1) << 30, UINT64_C(1) << 43, PL_PROGRESS_BYTES, PL_SECOND, 100,
		"work  [........................]   0%  1.0 GiB of 8.0 TiB  1.0 GiB/s  2:16:32 left");
	line(1, 4, PL_PROGRESS_COUNT, PL_SECOND, 12, "work  [#####");
	line(UINT64_MAX, UINT64_MAX, PL_PROGRESS_COUNT, PL_SECOND, 31, "work  [########################");
}

/* What a whole piece of work that takes @ns says on a standard error that is no terminal. */
static void shown(uint64_t ns, struct pl_buf *out)
{
	int pair[2], old = dup(STDERR_FILENO);
	struct pl_progress p;

	assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
	assert_true(dup2(pair[1], STDERR_FILENO) >= 0);
	(void)close(pair[1]);
	pl_progress_begin(&p, "work", 1000, PL_PROGRESS_COUNT);
	for (int i = 1; i <= 1000; i++) {
		if (i % 100 == 0)
			pl_time_sleep(ns / 10);
		pl_progress_add(&p, 1);
	}
	pl_progress_end(&p);
	assert_true(dup2(old, STDERR_FILENO) >= 0);
	(void)close(old);
	assert_ok(pl_file_read_fd(pair[0], out));
	(void)close(pair[0]);
}

static void short_work_says_nothing(void **state)
{
	struct pl_buf b = PL_BUF(1000);

	shown(100 * PL_MILLISECOND, &b);
	assert_int_equal(b.len, 0);
	pl_buf_done(&b);
}

static void long_work_says_a_few_lines(void **state)
{
	struct pl_buf b = PL_BUF(1000);

	shown(2200 * PL_MILLISECOND, &b);
	assert_true(pl_str_find_str(pl_buf_str(&b), PL_STR("work: 75%\n")) < b.len);
	assert_true(b.len < 60);
	pl_progress_quiet(true);
	pl_buf_clear(&b);
	shown(1200 * PL_MILLISECOND, &b);
	pl_progress_quiet(false);
	assert_int_equal(b.len, 0);
	pl_buf_done(&b);
}

static void end_accepts_a_zeroed_one(void **state)
{
	struct pl_progress p = {0};

	pl_progress_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_how_far_it_is), cmocka_unit_test(short_work_says_nothing),
		cmocka_unit_test(long_work_says_a_few_lines), cmocka_unit_test(end_accepts_a_zeroed_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
