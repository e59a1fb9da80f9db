/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"
#include "base/event.h"
#include "base/file.h"
#include <fcntl.h>
#include <unistd.h>

/* What @write sends to standard error. */
static void caught(void (*write_it)(void), struct pl_buf *out)
{
	int pair[2], old = dup(STDERR_FILENO);

	assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
	assert_true(dup2(pair[1], STDERR_FILENO) >= 0);
	(void)close(pair[1]);
	write_it();
	assert_true(dup2(old, STDERR_FILENO) >= 0);
	(void)close(old);
	assert_ok(pl_file_read_fd(pair[0], out));
	(void)close(pair[0]);
}

static void ordinary(void)
{
	pl_event("log.held", PL_EV_U64("answered", 1), PL_EV_Z("why", "two words"), PL_EV_STATUS("st", PL_E_HELD),
		PL_EV_STR("who", PL_STR("w1")));
}

static void hostile(void)
{
	pl_event("x", PL_EV_STR("a", PL_STR("line\nevt=forged b=\"c\\")), PL_EV_STR("empty", PL_STR("")),
		PL_EV_Z("null", NULL), PL_EV_STR("ctl", pl_str_of("\x1b[2J\x7f\0", 6)));
}

static void long_value(void)
{
	static char lots[5000];

	memset(lots, 'y', sizeof lots);
	pl_event("x", PL_EV_STR("a", pl_str_of(lots, sizeof lots)));
}

static void writes_logfmt(void **state)
{
	struct pl_buf b = PL_BUF(4096);

	caught(ordinary, &b);
	assert_str(pl_buf_str(&b), "evt=log.held answered=1 why=\"two words\" st=held who=w1\n");
	pl_buf_done(&b);
}

static void one_event_is_one_line(void **state)
{
	struct pl_buf b = PL_BUF(4096);

	caught(hostile, &b);
	assert_str(pl_buf_str(&b),
		"evt=x a=\"line?evt=forged b=\\\"c\\\\\" empty=\"\" null=\"\" ctl=\"?[2J??\"\n");
	pl_buf_done(&b);
}

static void cuts_long_values(void **state)
{
	struct pl_buf b = PL_BUF(4096);

	caught(long_value, &b);
	assert_int_equal(b.len, strlen("evt=x a=") + 1024 + 1);
	pl_buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_logfmt), cmocka_unit_test(one_event_is_one_line), cmocka_unit_test(cuts_long_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
