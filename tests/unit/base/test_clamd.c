/* SPDX-License-Identifier: Apache-2.0 */
/* Asking a scanner: where it may be, what its answers mean, and what a scanner that fails is taken for. */
#include "base/clamd.h"
#include "base/file.h"
#include "base/time.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

static void only_on_this_machine(void **state)
{
	static const char *const good[] = {"clamd:/run/clamav/clamd.ctl", "clamd:127.0.0.1:3310", "clamd:127.1.2.3:1", "clamd:[::1]:3310", "clamd:localhost:3310"};
	static const char *const bad[] = {"", "clamd:", "clamd:127.0.0.1", "clamd:127.0.0.1:", "clamd:127.0.0.1:0", "clamd:127.0.0.1:65536", "clamd:192.0.2.1:3310",
		"clamd:0.0.0.0:3310", "clamd:[::]:3310", "clamd:[2001:db8::1]:3310", "clamd:[::1]", "clamd:example.org:3310", "http://127.0.0.1:3310", "/run/clamd.ctl"};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(good); i++)
		assert_int_equal(pl_clamd_address_check(pl_str_from(good[i]), NULL), PL_OK);
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_diag diag = {0};

		assert_int_equal(pl_clamd_address_check(pl_str_from(bad[i]), &diag), PL_E_SYNTAX);
		assert_true(diag.text[0]);
	}
}

static void reads_answers(void **state)
{
	static const struct {
		const char *text, *name;
		pl_status status;
	} cases[] = {
		{"stream: OK", "", PL_OK}, {"stream: Eicar-Test-Signature FOUND", "Eicar-Test-Signature", PL_OK}, {"stream: a b\x1b FOUND", "a?b?", PL_OK},
		{"INSTREAM size limit exceeded. ERROR", "", PL_E_TOOBIG}, {"stream: Can't allocate memory ERROR", "", PL_E_BUSY}, {"COMMAND READ TIMED OUT ERROR", "", PL_E_BUSY},
		{"", "", PL_E_NET}, {"OK", "", PL_E_NET}, {"stream: OK ", "", PL_E_NET}, {"stream: ok", "", PL_E_NET}, {"PONG", "", PL_E_NET}, {"FOUND", "", PL_E_NET},
		{"stream: OK\nstream: OK", "", PL_E_NET},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_clamd_answer a = {.name = "before"};

		assert_int_equal(pl_clamd_answer_read(pl_str_from(cases[i].text), &a), cases[i].status);
		assert_string_equal(a.name, cases[i].status ? "before" : cases[i].name);
		assert_int_equal(a.found, !cases[i].status && cases[i].name[0]);
	}
}

/* A scanner of our own that answers one question with @answer, after reading all of it or at once. */
struct scanner {
	int listener;
	const char *answer;
	size_t answer_len;
	bool at_once, silent;
	struct pl_buf got;
	char address[128];
	pthread_t thread;
};

static void *serve(void *arg)
{
	struct scanner *s = arg;
	int fd = accept(s->listener, NULL, NULL);
	uint8_t b[4096];
	ssize_t n = 1;

	assert_true(fd >= 0);
	while (!s->at_once && n > 0) {
		n = read(fd, b, sizeof b);
		if (n > 0)
			pl_buf_put(&s->got, b, (size_t)n);
		if (s->got.len >= 14 && memcmp(s->got.ptr + s->got.len - 4, "\0\0\0\0", 4) == 0)
			break;
	}
	if (s->silent)
		while (read(fd, b, sizeof b) > 0)
			;
	else if (s->answer_len)
		assert_int_equal(write(fd, s->answer, s->answer_len), (ssize_t)s->answer_len);
	(void)close(fd);
	return NULL;
}

static void scanner_start(struct scanner *s)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};

	(void)snprintf(un.sun_path, sizeof un.sun_path, "/tmp/pl-test-clamd.%ld", (long)getpid());
	(void)unlink(un.sun_path);
	(void)snprintf(s->address, sizeof s->address, "clamd:%s", un.sun_path);
	pl_buf_init(&s->got, 1 << 20);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->listener, (const struct sockaddr *)&un, sizeof un), 0);
	assert_int_equal(listen(s->listener, 1), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void scanner_stop(struct scanner *s)
{
	(void)pthread_join(s->thread, NULL);
	pl_file_close(&s->listener);
	(void)unlink(s->address + 6);
	pl_buf_done(&s->got);
}

static pl_status ask(const struct scanner *s, uint64_t ns, size_t len, struct pl_clamd_answer *ret)
{
	struct pl_clamd *c PL_CLEANUP(pl_clamd_freep) = NULL;
	pl_status st = pl_clamd_begin(pl_str_from(s->address), ns, &c, NULL);

	for (size_t i = 0; i < len && !st; i += 4)
		st = pl_clamd_write(c, pl_str_bytes(PL_STR("data")));
	return st ? st : pl_clamd_end(c, ret);
}

static void speaks_the_protocol(void **state)
{
	struct scanner s = {.answer = "stream: Some.Name FOUND", .answer_len = sizeof "stream: Some.Name FOUND"};
	struct pl_clamd_answer a = {0};

	(void)state;
	scanner_start(&s);
	assert_int_equal(ask(&s, 0, 8, &a), PL_OK);
	assert_true(a.found);
	assert_int_equal(s.got.len, 10 + 8 + 8 + 4);
	assert_memory_equal(s.got.ptr, "zINSTREAM\0\0\0\0\4data\0\0\0\4data\0\0\0\0", 30);
	scanner_stop(&s);
}

static void failures_are_no_answer(void **state)
{
	struct scanner hangs_up = {.answer = ""}, silent = {.silent = true}, torn = {.answer = "stream: OK", .answer_len = 10};
	struct scanner full = {.answer = "INSTREAM size limit exceeded. ERROR", .answer_len = sizeof "INSTREAM size limit exceeded. ERROR", .at_once = true};
	struct scanner *const all[] = {&hangs_up, &silent, &torn, &full};
	static const pl_status says[] = {PL_E_NET, PL_E_TIMEOUT, PL_E_NET, PL_E_TOOBIG};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(all); i++) {
		struct pl_clamd_answer a = {.name = "before"};
		uint64_t start = pl_time_monotonic();
		pl_status st;

		scanner_start(all[i]);
		st = ask(all[i], 500 * PL_MILLISECOND, i == 3 ? (size_t)1 << 20 : 8, &a);
		/* A connection that is reset may take the words with it. */
		assert_true(st == says[i] || (i == 3 && st == PL_E_NET));
		assert_true(pl_time_monotonic() - start < 20 * PL_SECOND);
		assert_string_equal(a.name, "before");
		scanner_stop(all[i]);
	}
	assert_int_equal(ask(all[0], PL_SECOND, 8, NULL), PL_E_NET); /* nobody is there any more */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(only_on_this_machine), cmocka_unit_test(reads_answers), cmocka_unit_test(speaks_the_protocol),
		cmocka_unit_test(failures_are_no_answer)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
