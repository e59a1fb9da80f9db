/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"
#include "base/config.h"
#include "base/time.h"

struct conf {
	pl_str origin, dir;
	uint64_t port, wait, size;
	bool on;
	unsigned mode;
	int untouched;
};

static const char *const modes[] = {"off", "slow", "fast", NULL};
#define KEY(s, k, t, field) .section = (s), .key = (k), .type = (t), .offset = offsetof(struct conf, field)
static const struct pl_config_key keys[] = {
	{KEY("log", "origin", PL_CONFIG_STRING, origin), .required = true, .min = 3, .max = 20, .help = "the log's name"},
	{KEY("log", "dir", PL_CONFIG_PATH, dir), .fallback = "data"},
	{KEY("web", "port", PL_CONFIG_U64, port), .min = 1, .max = 65535, .fallback = "8080"},
	{KEY("web", "wait", PL_CONFIG_DURATION, wait), .min = PL_MILLISECOND, .max = 60 * PL_SECOND, .fallback = "5s"},
	{KEY("web", "size", PL_CONFIG_SIZE, size), .fallback = "1MiB"},
	{KEY("web", "on", PL_CONFIG_BOOL, on)},
	{KEY("web", "mode", PL_CONFIG_ENUM, mode), .words = modes, .fallback = "slow"},
};
static const struct pl_config_table table = {keys, PL_COUNT(keys)};

static void reads_every_type(void **state)
{
	struct pl_arena a = PL_ARENA(100000);
	struct conf c = {.untouched = 5};

	assert_ok(pl_config_parse(&table,
		PL_STR("# comment\n; another\n\n[web]\n  port =  443 \nwait=250ms\nsize = 2GiB\non = yes\nmode = fast\n[log]\n"
		       "origin = a # b = c\ndir = x/y\n"),
		PL_STR("/etc/pl"), &a, &c, sizeof c, NULL));
	assert_str(c.origin, "a # b = c"); /* a comment has a line of its own */
	assert_str(c.dir, "/etc/pl/x/y");
	assert_int_equal(c.dir.ptr[c.dir.len], '\0');
	assert_int_equal(c.port, 443);
	assert_int_equal(c.wait, 250 * PL_MILLISECOND);
	assert_int_equal(c.size, UINT64_C(2) << 30);
	assert_true(c.on);
	assert_int_equal(c.mode, 2);
	assert_int_equal(c.untouched, 5);
	pl_arena_done(&a);
}

static void fills_in_what_is_not_said(void **state)
{
	struct pl_arena a = PL_ARENA(100000);
	struct conf c = {.on = true, .port = 1};

	assert_ok(pl_config_parse(&table, PL_STR("\xef\xbb\xbf[log]\norigin=abc"), (pl_str){0}, &a, &c, sizeof c, NULL));
	assert_str(c.dir, "data");
	assert_int_equal(c.port, 8080);
	assert_int_equal(c.wait, 5 * PL_SECOND);
	assert_int_equal(c.size, 1 << 20);
	assert_false(c.on);
	assert_int_equal(c.mode, 1);
	pl_arena_done(&a);
}

static void refuses_and_says_why(void **state)
{
	static const struct {
		const char *text;
		pl_status st;
		unsigned line;
		const char *words, *hint;
	} bad[] = {
		{"[log]\n", PL_E_NOTFOUND, 0, "origin in [log] is missing",
			"add \"origin = ...\" (text without control characters) below [log]"},
		{"x = 1\n", PL_E_SYNTAX, 1, "x stands before the first [section]", ""},
		{"[log]\norigin=abc\norigin=abc\n", PL_E_SYNTAX, 3, "origin in [log] stands here a second time", ""},
		{"[log]\norigin=abc\n[log]\n", PL_E_SYNTAX, 3, "section [log] stands here a second time", ""},
		{"[lgo]\n", PL_E_SYNTAX, 1, "unknown section [lgo]", "did you mean [log]?"},
		{"[web]\nprot = 1\n", PL_E_SYNTAX, 2, "unknown key prot in [web]", "did you mean port?"},
		{"[web]\norigin = 1\n", PL_E_SYNTAX, 2, "unknown key origin in [web]",
			"remove it, or see the manual for the list of settings"},
		{"[web]\nport = 0\n", PL_E_RANGE, 2, "port in [web]: expected a decimal number, found \"0\" (out of bounds)",
			"allowed: 1 to 65535"},
		{"[web]\nport = 80a\n", PL_E_SYNTAX, 2, "port in [web]: expected a decimal number, found \"80a\"",
			"allowed: 1 to 65535"},
		{"[web]\nwait = 5\n", PL_E_SYNTAX, 2,
			"wait in [web]: expected a duration such as 50ms, 10s, 5m, 2h or 7d, found \"5\"",
			"allowed: 1000000 to 60000000000 nanoseconds"},
		{"[web]\nwait = 2m\n", PL_E_RANGE, 2,
			"wait in [web]: expected a duration such as 50ms, 10s, 5m, 2h or 7d, found \"2m\" (out of bounds)",
			"allowed: 1000000 to 60000000000 nanoseconds"},
		{"[web]\nmode = quick\n", PL_E_SYNTAX, 2, "mode in [web]: expected one of the listed words, found \"quick\"",
			"one of: off, slow, fast"},
		{"[web]\non = true\n", PL_E_SYNTAX, 2, "on in [web]: expected yes or no, found \"true\"", ""},
		{"[web]\nport\n", PL_E_SYNTAX, 2, "expected \"key = value\" or \"[section]\"", ""},
		{"[web\n", PL_E_SYNTAX, 1, "a section heading must end in \"]\"", ""},
		{"[", PL_E_SYNTAX, 1, "a section heading must end in \"]\"", ""},
		{"[web]\r\n", PL_E_SYNTAX, 1, "the line ends in a carriage return; save the file with Unix line ends", ""},
		{"[log]\norigin=a\n", PL_E_RANGE, 2,
			"origin in [log]: expected text without control characters, found \"a\" (out of bounds)",
			"allowed: 3 to 20 bytes"},
		{"[log]\norigin=a\x01.c\n", PL_E_SYNTAX, 2, NULL, NULL},
		{"[log]\norigin=a\xff.c\n", PL_E_SYNTAX, 2, NULL, NULL},
	};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_arena a = PL_ARENA(100000);
		struct conf c = {.port = 4711};
		struct pl_diag d = {0};

		if (pl_config_parse(&table, pl_str_from(bad[i].text), (pl_str){0}, &a, &c, sizeof c, &d) != bad[i].st)
			fail_msg("case %zu: %s", i, d.text);
		assert_int_equal(d.line, bad[i].line);
		if (bad[i].words) {
			assert_string_equal(d.text, bad[i].words);
			assert_string_equal(d.hint, bad[i].hint);
		}
		assert_int_equal(c.port, 4711);
		assert_null(c.origin.ptr);
		pl_arena_done(&a);
	}
}

static void never_shows_a_secret(void **state)
{
	struct one {
		pl_str key;
	} v = {0};
	static const struct pl_config_key k = {.section = "s3", .key = "secret", .type = PL_CONFIG_STRING, .secret = true, .max = 8};
	static const struct pl_config_table t = {&k, 1};
	struct pl_arena a = PL_ARENA(1000);
	struct pl_diag d = {0};
	struct pl_buf b = PL_BUF(1000);

	assert_int_equal(pl_config_parse(&t, PL_STR("[s3]\nsecret = hunter2hunter2\n"), (pl_str){0}, &a, &v, sizeof v, &d),
		PL_E_RANGE);
	assert_null(strstr(d.text, "hunter"));
	assert_null(strstr(d.hint, "hunter"));
	assert_ok(pl_config_parse(&t, PL_STR("[s3]\nsecret = hunter2\n"), (pl_str){0}, &a, &v, sizeof v, &d));
	assert_str(v.key, "hunter2");
	pl_config_write(&t, &v, &b);
	assert_str(pl_buf_str(&b), "[s3]\nsecret = (set)\n");
	pl_buf_done(&b);
	pl_arena_done(&a);
}

static void writes_what_reads_back(void **state)
{
	struct pl_arena a = PL_ARENA(100000);
	struct conf c = {0}, again = {0};
	struct pl_buf b = PL_BUF(4096);

	assert_ok(pl_config_parse(&table, PL_STR("[log]\norigin=abc\n[web]\nwait=1500ms\nsize=1536KiB\n"), PL_STR("/d"), &a, &c,
		sizeof c, NULL));
	pl_config_write(&table, &c, &b);
	assert_str(pl_buf_str(&b), "[log]\n# the log's name\norigin = abc\ndir = /d/data\n\n[web]\nport = 8080\nwait = 1500ms\n"
		"size = 1536KiB\non = no\nmode = slow\n");
	assert_ok(pl_config_parse(&table, pl_buf_str(&b), PL_STR("/else"), &a, &again, sizeof again, NULL));
	assert_true(again.wait == c.wait && again.size == c.size && pl_str_eq(again.dir, c.dir));
	pl_buf_done(&b);
	pl_arena_done(&a);
}

static void loads_a_file(void **state)
{
	struct pl_arena a = PL_ARENA(100000);
	struct conf c = {0};
	struct pl_diag d = {0};
	struct scratch s;
	char words[600];

	scratch_open(&s);
	assert_ok(pl_file_put_loose(s.fd, "c.ini", pl_str_bytes(PL_STR("[log]\norigin=abc\n")), 0600));
	assert_ok(pl_config_load(&table, AT_FDCWD, scratch_path(&s, "c.ini"), &a, &c, sizeof c, &d));
	assert_str(c.dir, scratch_path(&s, "data"));
	assert_ok(pl_file_put_loose(s.fd, "c.ini", pl_str_bytes(PL_STR("[log]\norign=abc\n")), 0600));
	assert_int_equal(pl_config_load(&table, s.fd, "c.ini", &a, &c, sizeof c, &d), PL_E_SYNTAX);
	assert_string_equal(d.text, "c.ini:2: unknown key orign in [log]");
	d = (struct pl_diag){0};
	(void)snprintf(words, sizeof words, "%s: not found", "none.ini");
	assert_int_equal(pl_config_load(&table, s.fd, "none.ini", &a, &c, sizeof c, &d), PL_E_NOTFOUND);
	assert_string_equal(d.text, words);
	pl_arena_done(&a);
	scratch_close(&s);
}

static void reads_durations_and_sizes(void **state)
{
	static const char *const bad_d[] = {"", "s", "5", "5 s", "5S", "-5s", "1.5s", "5sec", "05s", "5us"};
	static const char *const bad_s[] = {"", "KiB", "5K", "5kb", "5 KiB", "-1", "5kib", "010"};
	uint64_t v = 7;

	for (size_t i = 0; i < PL_COUNT(bad_d); i++)
		assert_int_equal(pl_config_duration(pl_str_from(bad_d[i]), &v), PL_E_SYNTAX);
	for (size_t i = 0; i < PL_COUNT(bad_s); i++)
		assert_int_equal(pl_config_size(pl_str_from(bad_s[i]), &v), PL_E_SYNTAX);
	assert_int_equal(pl_config_duration(PL_STR("213504d"), &v), PL_E_RANGE);
	assert_int_equal(pl_config_size(PL_STR("16777216TiB"), &v), PL_E_RANGE);
	assert_int_equal(v, 7);
	assert_ok(pl_config_duration(PL_STR("7d"), &v));
	assert_true(v == 7 * 86400 * PL_SECOND);
	assert_ok(pl_config_duration(PL_STR("0s"), &v));
	assert_int_equal(v, 0);
	assert_ok(pl_config_size(PL_STR("10MiB"), &v));
	assert_int_equal(v, 10 << 20);
}

static void finds_the_nearest_name(void **state)
{
	static const char *const names[] = {"origin", "port", "listen", NULL};

	assert_string_equal(pl_config_nearest(PL_STR("prot"), names), "port");
	assert_string_equal(pl_config_nearest(PL_STR("orign"), names), "origin");
	assert_string_equal(pl_config_nearest(PL_STR("listne"), names), "listen");
	assert_null(pl_config_nearest(PL_STR("something"), names));
	assert_null(pl_config_nearest(PL_STR(""), names));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_type), cmocka_unit_test(fills_in_what_is_not_said),
		cmocka_unit_test(refuses_and_says_why), cmocka_unit_test(never_shows_a_secret),
		cmocka_unit_test(writes_what_reads_back), cmocka_unit_test(loads_a_file),
		cmocka_unit_test(reads_durations_and_sizes), cmocka_unit_test(finds_the_nearest_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
