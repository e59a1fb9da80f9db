/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/file.h"
#include "base/time.h"
#include "release/sandbox.h"
#include "scratch.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const environment[] = {"PATH=/usr/bin:/bin", "COLOUR=a b=c", NULL};

struct stage {
	char etc[256], work[256];
	struct pl_sandbox_bind bind;
	struct pl_sandbox box;
};

static void prepare(const struct scratch *s, struct stage *g)
{
	uint32_t uid = pl_sandbox_outer_uid(0);

	RUN(s, "", "rm", "-rf", "etc", "work");
	RUN(s, "", "mkdir", "-m", "755", "etc", "work");
	scratch_path(s, "etc", g->etc);
	scratch_path(s, "work", g->work);
	if (uid)
		assert_int_equal(chown(g->work, uid, uid), 0);
	g->bind = (struct pl_sandbox_bind){g->work, "/build", true};
	g->box = (struct pl_sandbox){.uid = 1234, .gid = 2345, .outer_uid = uid, .user = "somebody", .host = "some-host",
		.home = "/home/somebody", .cwd = "/build", .etc_dir = g->etc, .binds = &g->bind, .nbinds = 1,
		.environment = environment, .umask = 027, .time_limit = 30 * PL_SECOND, .disk_fd = -1};
}

static struct pl_sandbox_result run(const struct stage *g, const char *script, struct pl_buf *log)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct pl_sandbox_result r = {0};
	struct pl_diag diag = {0};
	pl_status st = pl_sandbox_run(&g->box, argv, log, &r, &diag);

	if (st != PL_OK)
		fail_msg("%s (%s)", diag.text, diag.hint);
	return r;
}

static void expect(const struct scratch *s, const char *script, const char *want)
{
	struct pl_buf log PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct stage g;

	prepare(s, &g);
	(void)run(&g, script, &log);
	if (!pl_str_eq(pl_buf_str(&log), pl_str_from(want)))
		fail_msg("%s: expected \"%s\", found \"%.*s\"", script, want, PL_STR_ARG(pl_buf_str(&log)));
}

static void is_what_it_was_told(void **state)
{
	expect(*state, "id -u; id -g; id -un; hostname; pwd; umask; echo $COLOUR; env | wc -l",
		"1234\n2345\nsomebody\nsome-host\n/build\n0027\na b=c\n3\n");
	expect(*state, "test -t 0 || echo no terminal; echo $$", "no terminal\n2\n");
	expect(*state, "sed -n 's/^CapBnd:\t//p; s/^NoNewPrivs:\t//p' /proc/self/status", "0000000000000000\n1\n");
}

static void escapes_fail(void **state)
{
	const struct scratch *s = *state;

	expect(s, "ls /sys /root /var /srv /work 2>&1 | grep -v 'No such file'", "");
	expect(s, "for d in / /usr /usr/bin /etc /dev /proc /build/..; do echo x 2>/dev/null > $d/escape && echo wrote $d; done",
		"");
	expect(s, "cat /etc/shadow /proc/1/root/etc/shadow 2>/dev/null", "");
	expect(s, "grep -c : /proc/net/dev; tail -n +2 /proc/net/route", "1\n");
	expect(s, "python3 -c 'import socket\ntry:\n s=socket.create_connection((\"1.1.1.1\",80),3)\n print(\"connected\")\n"
		"except OSError: print(\"no network\")'", "no network\n");
	expect(s, "unshare -U true 2>/dev/null && echo nested; mount -t tmpfs x /tmp 2>/dev/null && echo mounted", "");
	expect(s, "ls /proc | grep -c '^[0-9]' | awk '{print ($1 < 10)}'", "1\n");
	expect(s, "kill -9 1 2>/dev/null; echo alive", "alive\n");
	expect(s, "ln -s /etc/passwd x; ln /etc/passwd y 2>/dev/null; mknod z b 8 0 2>/dev/null; ls", "x\n");
}

static void sees_no_descriptor_of_ours(void **state)
{
	const struct scratch *s = *state;
	int fd = scratch_create(s, "secret"), plain = dup(fd);

	expect(s, "for i in 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do test -e /proc/self/fd/$i && echo $i; done", "");
	pl_file_close(&fd);
	(void)close(plain);
}

static void time_is_bounded(void **state)
{
	struct pl_buf log PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_sandbox_result r;
	struct stage g;

	prepare(*state, &g);
	g.box.time_limit = PL_SECOND;
	r = run(&g, "(trap '' TERM HUP; setsid sleep 60 & sleep 60) ; echo late", &log);
	assert_int_equal(r.end, PL_SANDBOX_TIMEOUT);
	assert_true(r.wall_ns < 8 * PL_SECOND);
}

static void processes_are_bounded(void **state)
{
	struct pl_buf log PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_sandbox_result r;
	struct stage g;

	prepare(*state, &g);
	if (geteuid() != 0) {
		print_message("not root: the process limit counts the caller's other processes, too\n");
		return;
	}
	g.box.process_limit = 50;
	r = run(&g, "i=0; while [ $i -lt 200 ]; do sleep 5 & i=$((i+1)); done; echo all started", &log);
	assert_true(pl_str_find_str(pl_buf_str(&log), PL_STR("all started")) == log.len);
	assert_true(r.end == PL_SANDBOX_EXITED && r.code != 0);
	pl_buf_clear(&log);
	g.box.time_limit = 3 * PL_SECOND;
	(void)run(&g, "bomb() { bomb | bomb & }; bomb; sleep 60", &log);
}

static void memory_and_files_are_bounded(void **state)
{
	struct pl_buf log PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_sandbox_result r;
	struct stage g;

	prepare(*state, &g);
	g.box.memory_limit = UINT64_C(256) << 20;
	g.box.file_limit = 1u << 20;
	g.box.tmp_size = 2u << 20;
	r = run(&g, "python3 -c 'x = bytearray(1 << 30)'", &log);
	assert_true(r.code != 0);
	r = run(&g, "exec dd if=/dev/zero of=big bs=1M count=3", &log);
	assert_true(r.code != 0);
	r = run(&g, "for i in 1 2 3 4 5; do head -c 900000 /dev/zero > /tmp/$i || exit 7; done", &log);
	assert_int_equal(r.code, 7);
	r = run(&g, "for i in 1 2 3 4 5; do head -c 900000 /dev/zero > /dev/shm/$i || exit 7; done", &log);
	assert_int_equal(r.code, 7);
}

static void log_is_cut_and_goes_on(void **state)
{
	struct pl_buf log PL_CLEANUP(pl_buf_done) = PL_BUF(1000);
	struct pl_sandbox_result r;
	struct stage g;

	prepare(*state, &g);
	r = run(&g, "head -c 1000000 /dev/zero; echo err >&2; exit 3", &log);
	assert_int_equal(r.end, PL_SANDBOX_EXITED);
	assert_int_equal(r.code, 3);
	assert_true(r.log_cut);
	assert_int_equal(log.len, 1000);
	assert_int_equal(pl_buf_status(&log), PL_OK);
}

static void signals_and_missing_programs(void **state)
{
	struct pl_buf log PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	const char *const argv[] = {"/nonexistent/program", NULL};
	struct pl_sandbox_result r = {0};
	struct pl_diag diag = {0};
	struct stage g;

	prepare(*state, &g);
	r = run(&g, "kill -SEGV $$", &log);
	assert_int_equal(r.end, PL_SANDBOX_KILLED);
	assert_int_equal(r.code, 11);
	assert_int_not_equal(pl_sandbox_run(&g.box, argv, &log, &r, &diag) == PL_OK && r.code == 0, true);
	assert_true(pl_str_find_str(pl_buf_str(&log), PL_STR("/nonexistent/program")) < log.len);
}

static void processors_are_bounded(void **state)
{
	struct pl_buf log PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct stage g;

	prepare(*state, &g);
	g.box.cpus = 1;
	(void)run(&g, "nproc", &log);
	assert_true(pl_str_eq(pl_buf_str(&log), PL_STR("1\n")));
}

static void the_machine_can(void **state)
{
	struct pl_diag diag = {0};

	(void)state;
	if (pl_sandbox_check(&diag) != PL_OK)
		fail_msg("%s (%s)", diag.text, diag.hint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_machine_can),
		cmocka_unit_test(is_what_it_was_told),
		cmocka_unit_test(escapes_fail),
		cmocka_unit_test(sees_no_descriptor_of_ours),
		cmocka_unit_test(time_is_bounded),
		cmocka_unit_test(processes_are_bounded),
		cmocka_unit_test(memory_and_files_are_bounded),
		cmocka_unit_test(log_is_cut_and_goes_on),
		cmocka_unit_test(signals_and_missing_programs),
		cmocka_unit_test(processors_are_bounded),
	};

	return cmocka_run_group_tests_name("release/sandbox", tests, scratch_setup, scratch_teardown);
}
